//! Readings share a commit: none is answered before it, none takes another's audit row with it.
#![allow(clippy::disallowed_methods, reason = "each test waits for the tasks that it starts")]

use daymark_access::{Staff, may, verb};
use daymark_store::audit::{self, Entry, Mark};
use daymark_store::case_file::{self, Opened};
use daymark_store::{Store, StoreError, Tx};
use daymark_testkit::stores::TestStore;
use daymark_testkit::{MockClock, cases, people, stores};
use daymark_vocab::Clock;
use jiff::Timestamp;

/// A store of one kind with a case, and who may read it.
struct World {
    store: Store,
    lead: Staff,
    case: Opened,
    now: Timestamp,
}

impl World {
    async fn in_store(test: &TestStore) -> Self {
        let now = MockClock::monday_morning().now();
        people::add_agencies(&test.store, now).await.unwrap();
        let lead = people::lead(people::SCHOOL, now);
        let case = cases::open(&test.store, &lead, "zz_syn_anna", now).await;
        Self { store: test.store.clone(), lead, case, now }
    }

    /// Reads the case; not yet committed.
    async fn read(&self) -> Tx {
        let facts = cases::facts_about(&self.store, &self.case.id).await;
        let mut tx = self.store.reading("read").await.unwrap();
        let grant = may::<verb::ReadCase>(&self.lead, &facts, self.now).unwrap();
        assert!(case_file::read(&mut tx, &grant, self.now).await.unwrap().is_some());
        tx
    }

    /// How many readings of the case anybody else sees in the audit.
    async fn n_noted(&self) -> usize {
        let mut tx = self.store.read("audit").await.unwrap();
        let rows = audit::of_subject(&mut tx, &self.lead.agency, self.case.id.as_str(), 500).await.unwrap();
        rows.iter().filter(|row| row.verb == "read-case").count()
    }

    async fn assert_whole(&self) {
        let mut tx = self.store.read("verify").await.unwrap();
        audit::verify_from(&mut tx, &self.lead.agency, &Mark::default()).await.unwrap().unwrap();
    }

    fn entry(&self, agency: &str) -> Entry {
        Entry {
            agency: agency.parse().unwrap(),
            member: None,
            at: self.now,
            verb: "read-case",
            subject_kind: "Case",
            subject_agency: self.lead.agency.clone(),
            subject_id: self.case.id.to_string(),
            policies: "test".to_owned(),
            detail: String::new(),
        }
    }
}

/// Lets every other task go as far as it can.
async fn settle() {
    for _ in 0..50 {
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
    }
}

#[test]
fn threat_t14_a_reading_is_answered_only_when_its_row_is_durable() {
    stores::on_each(|test| async move {
        let world = World::in_store(&test).await;
        world.read().await.commit().await.unwrap();
        assert_eq!(world.n_noted().await, 1, "seen from another connection");
        drop(world.read().await);
        assert_eq!(world.n_noted().await, 1, "no bytes left, no row");
        world.assert_whole().await;
    });
}

#[test]
fn a_reading_changes_nothing() {
    stores::on_each(|test| async move {
        let world = World::in_store(&test).await;
        let mut tx = world.store.reading("set").await.unwrap();
        let refused = daymark_store::setting::set(&mut tx, "a", "b").await;
        assert!(matches!(refused, Err(StoreError::ReadOnly { .. })));
    });
}

#[tokio::test]
async fn those_who_wait_share_one_commit_and_none_is_early() {
    let test = TestStore::sqlite().await;
    let world = World::in_store(&test).await;
    let first = world.read().await;
    let second = {
        let store = world.store.clone();
        tokio::spawn(async move { store.reading("second").await.unwrap() })
    };
    settle().await;
    let committing = tokio::spawn(first.commit());
    let mut second = second.await.unwrap();
    settle().await;
    assert!(!committing.is_finished(), "it waits for the commit that the second has a share in");
    assert_eq!(world.n_noted().await, 0, "nothing is durable yet");
    second.note(world.entry(people::SCHOOL));
    second.commit().await.unwrap();
    committing.await.unwrap().unwrap();
    assert_eq!(world.n_noted().await, 2);
    world.assert_whole().await;
}

#[tokio::test]
async fn an_error_in_one_reading_loses_no_other() {
    let test = TestStore::sqlite().await;
    let world = World::in_store(&test).await;
    let first = world.read().await;
    let waiting = {
        let store = world.store.clone();
        tokio::spawn(async move { store.reading("second").await.unwrap() })
    };
    settle().await;
    let committing = tokio::spawn(first.commit());
    let mut second = waiting.await.unwrap();
    // One row that can be written, and one for an agency that has no chain.
    second.note(world.entry(people::SCHOOL));
    second.note(world.entry("zz-nobody"));
    assert!(second.commit().await.is_err());
    committing.await.unwrap().unwrap();
    assert_eq!(world.n_noted().await, 1, "the first alone: no half of the second");
    world.assert_whole().await;
}

#[tokio::test]
async fn a_dropped_reading_loses_no_other_and_leaves_the_writer_free() {
    let test = TestStore::sqlite().await;
    let world = World::in_store(&test).await;
    let first = world.read().await;
    let waiting = {
        let store = world.store.clone();
        tokio::spawn(async move { store.reading("second").await.unwrap() })
    };
    settle().await;
    let committing = tokio::spawn(first.commit());
    drop(waiting.await.unwrap());
    committing.await.unwrap().unwrap();
    assert_eq!(world.n_noted().await, 1);
    drop(world.read().await);
    settle().await;
    // Another process finds no lock.
    let other = test.open_again().await;
    let mut tx = other.write("elsewhere").await.unwrap();
    daymark_store::setting::set(&mut tx, "a", "b").await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_change_begins_after_the_readings_before_it_are_durable() {
    let test = TestStore::sqlite().await;
    let world = World::in_store(&test).await;
    let first = world.read().await;
    let change = {
        let store = world.store.clone();
        tokio::spawn(async move { store.write("change").await.unwrap() })
    };
    settle().await;
    let committing = tokio::spawn(first.commit());
    let change = change.await.unwrap();
    committing.await.unwrap().unwrap();
    assert_eq!(world.n_noted().await, 1, "while the change is still open");
    drop(change);
    assert_eq!(world.n_noted().await, 1, "and when it is undone");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn readers_who_hang_up_leave_whole_chains_and_no_answer_without_its_row() {
    let test = TestStore::sqlite().await;
    let world = std::sync::Arc::new(World::in_store(&test).await);
    let facts = cases::facts_about(&world.store, &world.case.id).await;
    let mut tasks = tokio::task::JoinSet::new();
    for n in 0..64_u64 {
        let (world, facts) = (world.clone(), facts.clone());
        tasks.spawn(async move {
            let reading = async {
                let mut tx = world.store.reading("read").await.unwrap();
                let grant = may::<verb::ReadCase>(&world.lead, &facts, world.now).unwrap();
                case_file::read(&mut tx, &grant, world.now).await.unwrap();
                tx.commit().await.unwrap();
            };
            // Every third hangs up at some moment.
            let patience = std::time::Duration::from_micros(if n % 3 == 0 { n * 150 } else { 60_000_000 });
            tokio::time::timeout(patience, reading).await.is_ok()
        });
    }
    let n_answered = tasks.join_all().await.into_iter().filter(|answered| *answered).count();
    settle().await;
    assert!(n_answered >= 42, "who waited was answered: {n_answered}");
    assert!(world.n_noted().await >= n_answered, "each answer has its row");
    world.assert_whole().await;
}
