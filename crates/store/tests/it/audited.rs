//! Every use of a grant leaves its row, in the same transaction; a change without one does not commit.

use daymark_access::{may, verb};
use daymark_store::{audit, case_file};
use daymark_testkit::{MockClock, cases, people, stores};
use daymark_vocab::Clock;

#[test]
fn threat_t14_a_reading_leaves_exactly_one_row_and_the_chain_verifies() {
    stores::on_each(|test| async move {
        let now = MockClock::monday_morning().now();
        people::add_agencies(&test.store, now).await.unwrap();
        let lead = people::lead(people::SCHOOL, now);
        let opened = cases::open(&test.store, &lead, "zz_syn_anna", now).await;
        let facts = cases::facts_about(&test.store, &opened.id).await;
        for n_reads in 1..=3 {
            let grant = may::<verb::ReadCase>(&lead, &facts, now).unwrap();
            let mut tx = test.store.write("read").await.unwrap();
            case_file::read(&mut tx, &grant, now).await.unwrap();
            tx.commit().await.unwrap();
            let mut tx = test.store.read("audit").await.unwrap();
            let rows = audit::of_subject(&mut tx, &lead.agency, opened.id.as_str(), 50).await.unwrap();
            assert_eq!(rows.iter().filter(|row| row.verb == "read-case").count(), n_reads);
        }
        let mut tx = test.store.read("verify").await.unwrap();
        let rows = audit::chain(&mut tx, &lead.agency, 0, 1000).await.unwrap();
        let head = audit::head(&mut tx, &lead.agency).await.unwrap().unwrap();
        assert_eq!(audit::verify(&lead.agency, &rows, Some((head.0, &head.1))), Ok(()));
        assert!(rows.len() >= 5, "agency, case, three readings");
    });
}

#[test]
fn a_reading_that_is_not_committed_leaves_no_row() {
    stores::on_each(|test| async move {
        let now = MockClock::monday_morning().now();
        people::add_agencies(&test.store, now).await.unwrap();
        let lead = people::lead(people::SCHOOL, now);
        let opened = cases::open(&test.store, &lead, "zz_syn_anna", now).await;
        let facts = cases::facts_about(&test.store, &opened.id).await;
        let grant = may::<verb::ReadCase>(&lead, &facts, now).unwrap();
        let mut tx = test.store.write("read").await.unwrap();
        case_file::read(&mut tx, &grant, now).await.unwrap();
        drop(tx);
        let mut tx = test.store.read("audit").await.unwrap();
        let rows = audit::of_subject(&mut tx, &lead.agency, opened.id.as_str(), 50).await.unwrap();
        assert_eq!(rows.iter().filter(|row| row.verb == "read-case").count(), 0);
    });
}

#[test]
fn threat_t54_racing_writers_keep_one_unbroken_chain() {
    stores::on_each(|test| async move {
        let now = MockClock::monday_morning().now();
        people::add_agencies(&test.store, now).await.unwrap();
        let lead = people::lead(people::SCHOOL, now);
        let mut tasks = tokio::task::JoinSet::new();
        for n in 0..16 {
            let (store, lead) = (test.store.clone(), lead.clone());
            tasks.spawn(
                async move { cases::open(&store, &lead, &format!("zz_syn_{n}"), now).await.reference },
            );
        }
        let mut references = tasks.join_all().await;
        references.sort();
        references.dedup();
        assert_eq!(references.len(), 16, "no number twice");
        let mut tx = test.store.read("verify").await.unwrap();
        let rows = audit::chain(&mut tx, &lead.agency, 0, 1000).await.unwrap();
        let head = audit::head(&mut tx, &lead.agency).await.unwrap().unwrap();
        assert_eq!(audit::verify(&lead.agency, &rows, Some((head.0, &head.1))), Ok(()));
    });
}
