//! Every use of a grant leaves its row, in the same transaction; a change without one does not commit.

use daymark_access::{may, verb};
use daymark_store::{audit, case_file};
use daymark_testkit::{MockClock, cases, people, stores};
use daymark_vocab::Clock;
use sqlx::Connection as _;

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

#[tokio::test]
async fn threat_t14_going_on_from_a_mark_finds_what_is_broken_at_it_and_after_it() {
    let test = daymark_testkit::stores::TestStore::sqlite().await;
    let now = MockClock::monday_morning().now();
    people::add_agencies(&test.store, now).await.unwrap();
    let lead = people::lead(people::SCHOOL, now);
    for n in 0..4 {
        cases::open(&test.store, &lead, &format!("zz_syn_{n}"), now).await;
    }
    let verify = async |from: &audit::Mark| {
        let mut tx = test.store.read("verify").await.unwrap();
        audit::verify_from(&mut tx, &lead.agency, from).await.unwrap()
    };
    let half = {
        let mut tx = test.store.read("rows").await.unwrap();
        let row = audit::chain(&mut tx, &lead.agency, 2, 1).await.unwrap().remove(0);
        audit::Mark { seq: row.seq, hash: row.hash }
    };
    let end = verify(&audit::Mark::default()).await.unwrap();
    assert_eq!(verify(&half).await.unwrap(), end);
    assert_eq!(verify(&end).await.unwrap(), end, "nothing came since");

    let change = async |sql: &'static str| {
        let file = test.folder.path().join("daymark.db");
        let mut thief = sqlx::SqliteConnection::connect(&format!("sqlite:{}", file.display())).await.unwrap();
        sqlx::query(sql).execute(&mut thief).await.unwrap();
    };
    change("UPDATE audit SET detail = 'x' WHERE agency_id = 'moorland-school' AND seq = 4").await;
    assert!(verify(&half).await.is_err(), "after the mark");
    change("UPDATE audit SET detail = '' WHERE agency_id = 'moorland-school' AND seq = 4").await;
    assert_eq!(verify(&half).await.unwrap(), end, "put back");
    change("UPDATE audit SET detail = 'x' WHERE agency_id = 'moorland-school' AND seq = 3").await;
    assert!(verify(&half).await.is_err(), "the row of the mark itself");
    assert!(verify(&end).await.is_ok(), "what lies before a mark is not read again");
    assert!(verify(&audit::Mark::default()).await.is_err(), "the whole check finds it");
}
