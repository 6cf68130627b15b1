//! A referral as a lifecycle: at most one is open, what is settled stays settled, accepting opens the case, ending closes it.

use daymark_access::{Answer, Staff, WrittenReason, may, may_answer_referral, may_refer, verb};
use daymark_store::referral::{self, Outcome};
use daymark_store::{Store, case_file, sight_request};
use daymark_testkit::{MockClock, cases, people, stores};
use daymark_vocab::{CaseId, Clock, ReferralId};
use jiff::Timestamp;

async fn refer(store: &Store, who: &Staff, case: &CaseId, now: Timestamp) -> Outcome {
    let facts = cases::facts_about(store, case).await;
    let grant = may_refer(who, &facts, &people::POLICE.parse().unwrap(), now).unwrap();
    let reason = WrittenReason::parse("They hold the same account in another case.").unwrap();
    let mut tx = store.write("refer").await.unwrap();
    let outcome = referral::open(&mut tx, &grant, &reason, now).await.unwrap();
    tx.commit().await.unwrap();
    outcome
}

async fn answer(store: &Store, who: &Staff, id: &ReferralId, answer: Answer, now: Timestamp) -> Option<bool> {
    let mut tx = store.write("answer").await.unwrap();
    let facts = referral::facts(&mut tx, id).await.unwrap();
    let grant = may_answer_referral(who, &facts, now).ok()?;
    let done = referral::answer(&mut tx, &grant, &answer, now).await.unwrap();
    tx.commit().await.unwrap();
    Some(done)
}

fn may_read(who: &Staff, facts: &daymark_access::Record, now: Timestamp) -> bool {
    may::<verb::ReadCase>(who, facts, now).is_ok()
}

#[test]
fn opened_once_accepted_once_ended() {
    stores::on_each(|test| async move {
        let now = MockClock::monday_morning().now();
        people::add_agencies(&test.store, now).await.unwrap();
        let (school, police) = (people::lead(people::SCHOOL, now), people::lead(people::POLICE, now));
        let case = cases::open(&test.store, &school, "zz_syn_anna", now).await.id;
        let Outcome::Opened(id) = refer(&test.store, &school, &case, now).await else { panic!("must open") };
        assert_eq!(refer(&test.store, &school, &case, now).await, Outcome::AlreadyReferred(id.clone()));
        assert!(
            !may_read(&police, &cases::facts_about(&test.store, &case).await, now),
            "asking opens nothing"
        );

        assert_eq!(answer(&test.store, &police, &id, Answer::Accept, now).await, Some(true));
        assert_eq!(answer(&test.store, &police, &id, Answer::Accept, now).await, None, "settled is settled");
        let facts = cases::facts_about(&test.store, &case).await;
        let grant = may::<verb::ReadCase>(&police, &facts, now).unwrap();
        let mut tx = test.store.write("read").await.unwrap();
        let seen = case_file::read(&mut tx, &grant, now).await.unwrap().unwrap();
        tx.commit().await.unwrap();
        assert_eq!(seen.entities.len(), 6, "with the receiver's own key");

        let grant = may::<verb::EndSight>(&school, &facts, now).unwrap();
        let mut tx = test.store.write("end").await.unwrap();
        sight_request::end(&mut tx, &grant, &police.agency, now).await.unwrap();
        tx.commit().await.unwrap();
        assert!(
            !may_read(&police, &cases::facts_about(&test.store, &case).await, now),
            "ended is closed at once"
        );
    });
}

#[test]
fn rejecting_opens_nothing_and_lets_ask_again() {
    stores::on_each(|test| async move {
        let now = MockClock::monday_morning().now();
        people::add_agencies(&test.store, now).await.unwrap();
        let (school, police) = (people::lead(people::SCHOOL, now), people::lead(people::POLICE, now));
        let case = cases::open(&test.store, &school, "zz_syn_anna", now).await.id;
        let Outcome::Opened(id) = refer(&test.store, &school, &case, now).await else { panic!("must open") };
        let reason = WrittenReason::parse("The child lives in another force area.").unwrap();
        assert_eq!(answer(&test.store, &police, &id, Answer::Reject { reason }, now).await, Some(true));
        assert!(!may_read(&police, &cases::facts_about(&test.store, &case).await, now));
        let mut tx = test.store.read("list").await.unwrap();
        let listed = referral::list(&mut tx, &school, 10).await.unwrap();
        assert_eq!(listed[0].answer.as_ref().unwrap().reveal(), "The child lives in another force area.");
        drop(tx);
        assert!(matches!(refer(&test.store, &school, &case, now).await, Outcome::Opened(_)));
    });
}
