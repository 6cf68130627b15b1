//! What several people do to one case at once: places, parts, fields, and the child who has a case already.

use daymark_access::{Staff, may, verb};
use daymark_store::case_file::{self, Case};
use daymark_store::entity::{self, Added, Changed, Entity, Place};
use daymark_store::import_batch::NewRow;
use daymark_store::involvement::{self, Parts, PartsChanged};
use daymark_store::{Facts, Store, child_reference};
use daymark_testkit::{MockClock, cases, people, stores};
use daymark_vocab::{CaseId, Clock, EntityKind, Involvement, Known, Private, Value};
use jiff::Timestamp;

async fn read(store: &Store, who: &Staff, case: &CaseId, now: Timestamp) -> Case {
    let facts = cases::facts_about(store, case).await;
    let grant = may::<verb::ReadCase>(who, &facts, now).unwrap();
    let mut tx = store.write("read").await.unwrap();
    let case = case_file::read(&mut tx, &grant, now).await.unwrap().unwrap();
    tx.commit().await.unwrap();
    case
}

fn of_kind(case: &Case, kind: EntityKind) -> &Entity {
    case.entities.iter().find(|of| of.kind == kind).unwrap()
}

fn text(id: &str, text: &str, who: &Staff, now: Timestamp) -> Facts {
    let value = Value::Text(Private::new(text.to_owned()));
    Facts::from([(cases::field(id), cases::fact(value, who, now))])
}

async fn change(
    store: &Store,
    who: &Staff,
    (case, entity): (&CaseId, &Entity),
    base: i64,
    changes: &Facts,
    now: Timestamp,
) -> Changed {
    let facts = cases::facts_about(store, case).await;
    let grant = may::<verb::ChangeCase>(who, &facts, now).unwrap();
    let mut tx = store.write("change").await.unwrap();
    let changed = entity::change(&mut tx, &grant, &entity.id, base, changes, now).await.unwrap();
    tx.commit().await.unwrap();
    changed
}

#[test]
fn changes_of_different_fields_both_land_and_of_the_same_field_conflict() {
    stores::on_each(|test| async move {
        let now = MockClock::monday_morning().now();
        people::add_agencies(&test.store, now).await.unwrap();
        let lead = people::lead(people::SCHOOL, now);
        let id = cases::open(&test.store, &lead, "zz_syn_anna", now).await.id;
        let case = read(&test.store, &lead, &id, now).await;
        let child = (&id, of_kind(&case, EntityKind::Child));
        let set = async |field: &str, value: &str, base: i64| {
            change(&test.store, &lead, child, base, &text(field, value, &lead, now), now).await
        };
        assert_eq!(set("child.language", "cy", 1).await, Changed::Saved { row_version: 2 });
        assert_eq!(set("child.education_urn", "999001", 1).await, Changed::Saved { row_version: 3 });
        let Changed::Conflict { theirs, fields } = set("child.language", "en", 1).await else {
            panic!("the same field")
        };
        assert_eq!(fields, [cases::field("child.language")]);
        assert_eq!(theirs.row_version, 3);
        let Changed::Conflict { .. } = set("child.language", "en", 99).await else {
            panic!("a version that never was")
        };
        assert_eq!(set("child.language", "en", 3).await, Changed::Saved { row_version: 4 });
        let facts = read(&test.store, &lead, &id, now).await;
        let child = of_kind(&facts, EntityKind::Child);
        for (field, value) in [("child.language", "en"), ("child.education_urn", "999001")] {
            let expected = Known::Yes(Value::Text(Private::new(value.to_owned())));
            assert_eq!(child.facts[&cases::field(field)].value, expected, "{field}");
        }
    });
}

#[test]
fn whoever_adds_at_the_same_time_gets_a_place_of_their_own() {
    stores::on_each(|test| async move {
        let now = MockClock::monday_morning().now();
        people::add_agencies(&test.store, now).await.unwrap();
        let lead = people::lead(people::SCHOOL, now);
        let id = cases::open(&test.store, &lead, "zz_syn_anna", now).await.id;
        let record = cases::facts_about(&test.store, &id).await;
        let add = async |kind: EntityKind, place: Place, field: &str, value: &str| {
            let grant = may::<verb::ChangeCase>(&lead, &record, now).unwrap();
            let mut tx = test.store.write("add").await.unwrap();
            let added = entity::add(&mut tx, &grant, kind, place, text(field, value, &lead, now), now);
            let added = added.await.unwrap();
            tx.commit().await.unwrap();
            added
        };
        let payment = |n: &'static str| add(EntityKind::Payment, Place::Next, "payment.payee_reference", n);
        let (one, two) = tokio::join!(payment("a"), payment("b"));
        let mut ordinals: Vec<i64> = [one, two]
            .into_iter()
            .map(|added| match added {
                Added::Added { ordinal, .. } => ordinal,
                Added::Taken { .. } => panic!("there is always a next place"),
            })
            .collect();
        ordinals.sort_unstable();
        assert_eq!(ordinals, [1, 2]);
        let whole = |n: &'static str| add(EntityKind::Payment, Place::Only(0), "payment.debt_owed_to", n);
        assert!(matches!(whole("a").await, Added::Added { ordinal: 0, .. }));
        let Added::Taken { theirs } = whole("b").await else { panic!("the one place is taken") };
        let held = Known::Yes(Value::Text(Private::new("a".to_owned())));
        assert_eq!(theirs.facts[&cases::field("payment.debt_owed_to")].value, held);
    });
}

#[test]
fn a_child_can_be_harmed_and_have_been_made_to_bring_in_others() {
    stores::on_each(|test| async move {
        let now = MockClock::monday_morning().now();
        people::add_agencies(&test.store, now).await.unwrap();
        let lead = people::lead(people::SCHOOL, now);
        let id = cases::open(&test.store, &lead, "zz_syn_anna", now).await.id;
        let case = read(&test.store, &lead, &id, now).await;
        let (incident, child) = (of_kind(&case, EntityKind::Incident), of_kind(&case, EntityKind::Child));
        let record = cases::facts_about(&test.store, &id).await;
        let set = async |link: (&Entity, &Entity), seen: &[Involvement], wanted: &[Involvement]| {
            let grant = may::<verb::ChangeCase>(&lead, &record, now).unwrap();
            let (seen, wanted) = (Parts::from_iter(seen.to_vec()), Parts::from_iter(wanted.to_vec()));
            let mut tx = test.store.write("parts").await.unwrap();
            let ids = (&link.0.id, &link.1.id);
            let changed = involvement::change(&mut tx, &grant, ids, &seen, &wanted, now).await.unwrap();
            tx.commit().await.unwrap();
            changed
        };
        use Involvement::{Coerced, Harmed, Paid};
        let link = (incident, child);
        assert_eq!(set(link, &[Harmed], &[Harmed, Coerced]).await, PartsChanged::Saved);
        let theirs = Parts::from([Harmed, Coerced]);
        assert_eq!(set(link, &[Harmed], &[Harmed, Paid]).await, PartsChanged::Conflict { theirs });
        assert_eq!(set((child, incident), &[], &[Harmed]).await, PartsChanged::Absent, "not an incident");
        let parts = read(&test.store, &lead, &id, now).await.parts;
        let of_child: Vec<_> = parts.iter().filter(|p| p.party == child.id).map(|p| p.involvement).collect();
        assert_eq!(of_child, [Harmed, Coerced]);

        let mut tx = test.store.read("audit").await.unwrap();
        let rows = daymark_store::audit::of_subject(&mut tx, &lead.agency, id.as_str(), 50).await.unwrap();
        let detail = format!("part of {}: harmed -> harmed made-to-involve-others", child.id);
        assert!(rows.iter().any(|row| row.detail == detail), "{rows:?}");
    });
}

#[test]
fn the_child_s_own_reference_finds_the_case_in_the_own_agency_alone() {
    stores::on_each(|test| async move {
        let now = MockClock::monday_morning().now();
        people::add_agencies(&test.store, now).await.unwrap();
        let (school, police) = (people::lead(people::SCHOOL, now), people::lead(people::POLICE, now));
        let first = cases::open(&test.store, &school, "zz_syn_anna", now).await;
        let second = cases::open(&test.store, &school, "zz_syn_ben", now).await;
        let found = async |who: &Staff, reference: &str| {
            let record = daymark_access::Record::agency(who.agency.clone());
            let grant = may::<verb::SearchBeforeCreate>(who, &record, now).unwrap();
            let mut tx = test.store.write("search").await.unwrap();
            let found = child_reference::search(&mut tx, &grant, reference, now).await.unwrap();
            tx.commit().await.unwrap();
            found.into_iter().map(|(_, number)| number).collect::<Vec<_>>()
        };
        assert_eq!(found(&school, " c-77 ").await, ["MS-0001", "MS-0002"]);
        assert_eq!(found(&school, "c-7").await, [""; 0]);
        assert_eq!(found(&school, "  ").await, [""; 0]);
        assert_eq!(found(&police, "C-77").await, [""; 0], "another agency's key gives another index");

        let case = read(&test.store, &school, &second.id, now).await;
        let child = (&second.id, of_kind(&case, EntityKind::Child));
        change(&test.store, &school, child, 1, &text("child.reference", "C-78", &school, now), now).await;
        assert_eq!(found(&school, "C-77").await, ["MS-0001"]);
        assert_eq!(found(&school, "C-78").await, ["MS-0002"]);

        let record = daymark_access::Record::agency(school.agency.clone());
        let grant = may::<verb::ImportReports>(&school, &record, now).unwrap();
        let row = NewRow {
            external_id: "R-1".to_owned(),
            digest: [0; 32],
            case: cases::boy_with_account("zz_syn_c", &school, now),
        };
        let mut tx = test.store.read("known").await.unwrap();
        let known = child_reference::known(&mut tx, &grant, [row.child().unwrap(), "C-79"]).await.unwrap();
        assert_eq!(known.into_iter().collect::<Vec<_>>(), [("C-77", (first.id, "MS-0001".to_owned()))]);
    });
}
