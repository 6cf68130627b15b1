//! A case is opened, read, listed; the child's words come back letter for letter.

use daymark_access::{Action, may, verb};
use daymark_store::case_file::{self, FileChange, Filter, Status};
use daymark_testkit::{MockClock, cases, people, stores};
use daymark_vocab::{Clock, EntityKind, Involvement, Known, Role, Value};

#[test]
fn what_was_opened_is_what_is_read() {
    stores::on_each(|test| async move {
        let now = MockClock::monday_morning().now();
        people::add_agencies(&test.store, now).await.unwrap();
        let lead = people::lead(people::SCHOOL, now);
        let opened = cases::open(&test.store, &lead, "zz_syn_anna", now).await;
        assert_eq!(opened.reference, "MS-0001");

        let facts = cases::facts_about(&test.store, &opened.id).await;
        let grant = may::<verb::ReadCase>(&lead, &facts, now).unwrap();
        let mut tx = test.store.write("read").await.unwrap();
        let case = case_file::read(&mut tx, &grant, now).await.unwrap().unwrap();
        tx.commit().await.unwrap();

        assert_eq!(case.entities.len(), 6);
        let response = case.entities.iter().find(|e| e.kind == EntityKind::Response).unwrap();
        let voice = &response.facts[&cases::field("response.child_voice")];
        assert_eq!(
            voice.value,
            Known::Yes(Value::Text("I just want it to stop. ünïcödé kept.".to_owned().into()))
        );
        let harmed: Vec<_> = case.parts.iter().filter(|p| p.involvement == Involvement::Harmed).collect();
        let child = case.entities.iter().find(|e| e.kind == EntityKind::Child).unwrap();
        assert_eq!(harmed.len(), 1);
        assert_eq!(harmed[0].party, child.id);
    });
}

#[test]
fn lists_show_what_the_scope_admits_and_no_more() {
    stores::on_each(|test| async move {
        let now = MockClock::monday_morning().now();
        people::add_agencies(&test.store, now).await.unwrap();
        let school = people::lead(people::SCHOOL, now);
        let police = people::lead(people::POLICE, now);
        for n in 0..3 {
            cases::open(&test.store, &school, &format!("zz_syn_{n}"), now).await;
        }
        cases::open(&test.store, &police, "zz_syn_p", now).await;
        let n_listed = async |who: &daymark_access::Staff| {
            let mut tx = test.store.write("list").await.unwrap();
            let (rows, total) =
                case_file::list(&mut tx, who, Action::ListCases, &Filter::default(), (0, 50), now)
                    .await
                    .unwrap();
            tx.commit().await.unwrap();
            assert!(rows.iter().all(|row| row.agency == who.agency));
            assert_eq!(rows.len() as i64, total);
            total
        };
        assert_eq!(n_listed(&school).await, 3);
        assert_eq!(n_listed(&police).await, 1);
        assert_eq!(n_listed(&people::somebody(people::SCHOOL, Role::Practitioner, now)).await, 0);
        assert_eq!(n_listed(&people::somebody(people::SCHOOL, Role::Trainer, now)).await, 0);
    });
}

#[test]
fn filters_narrow() {
    stores::on_each(|test| async move {
        let now = MockClock::monday_morning().now();
        people::add_agencies(&test.store, now).await.unwrap();
        let lead = people::lead(people::SCHOOL, now);
        for n in 0..12 {
            cases::open(&test.store, &lead, &format!("zz_syn_{n}"), now).await;
        }
        let n = async |filter: Filter| {
            let mut tx = test.store.write("list").await.unwrap();
            let (_, total) =
                case_file::list(&mut tx, &lead, Action::ListCases, &filter, (0, 5), now).await.unwrap();
            tx.commit().await.unwrap();
            total
        };
        assert_eq!(n(Filter { reference: Some("ms-001".to_owned()), ..Filter::default() }).await, 3);
        assert_eq!(n(Filter { status: Some(case_file::Status::Closed), ..Filter::default() }).await, 0);
        assert_eq!(n(Filter { area: Some("E23000001".parse().unwrap()), ..Filter::default() }).await, 0);
        assert_eq!(n(Filter { linked: true, ..Filter::default() }).await, 0);
        assert_eq!(n(Filter { reference: Some("%' OR 1=1 --".to_owned()), ..Filter::default() }).await, 0);
    });
}

#[test]
fn what_is_due_comes_earliest_first_and_without_closed_cases() {
    stores::on_each(|test| async move {
        let now = MockClock::monday_morning().now();
        people::add_agencies(&test.store, now).await.unwrap();
        let lead = people::lead(people::SCHOOL, now);
        let mut expected = Vec::new();
        for (n, (day, status)) in [
            ("2026-11-27", Status::Open),
            ("2026-11-20", Status::Support),
            ("2026-11-21", Status::Closed),
            ("2026-12-24", Status::Open),
        ]
        .into_iter()
        .enumerate()
        {
            let case = cases::open(&test.store, &lead, &format!("zz_syn_{n}"), now).await;
            let facts = cases::facts_about(&test.store, &case.id).await;
            let grant = may::<verb::AssignCase>(&lead, &facts, now).unwrap();
            let change = FileChange {
                status,
                next_check_on: Some(day.parse().unwrap()),
                lead: None,
                former_lead_leaves: false,
            };
            let mut tx = test.store.write("set").await.unwrap();
            assert!(case_file::change_file(&mut tx, &grant, 1, &change, now).await.unwrap());
            tx.commit().await.unwrap();
            expected.push(case.reference);
        }
        let filter = Filter { due_by: Some("2026-11-30".parse().unwrap()), ..Filter::default() };
        let mut tx = test.store.write("due").await.unwrap();
        let (rows, total) =
            case_file::list(&mut tx, &lead, Action::ListCases, &filter, (0, 50), now).await.unwrap();
        let found: Vec<_> = rows.iter().map(|row| row.reference.as_str()).collect();
        assert_eq!((found, total), (vec![expected[1].as_str(), expected[0].as_str()], 2));
    });
}
