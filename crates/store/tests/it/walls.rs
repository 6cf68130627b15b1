//! Between agencies: what is not released is answered as if it were not there.

use daymark_access::{Refusal, may, verb};
use daymark_testkit::{MockClock, cases, people, stores};
use daymark_vocab::{CaseId, Clock, OsEntropy};

#[test]
fn threat_t10_another_agencys_case_and_an_absent_one_are_refused_alike() {
    stores::on_each(|test| async move {
        let now = MockClock::monday_morning().now();
        people::add_agencies(&test.store, now).await.unwrap();
        let (school, police) = (people::lead(people::SCHOOL, now), people::lead(people::POLICE, now));
        let case = cases::open(&test.store, &school, "zz_syn_anna", now).await.id;
        let theirs = cases::facts_about(&test.store, &case).await;
        let absent = cases::facts_about(&test.store, &CaseId::random(&OsEntropy).unwrap()).await;
        let refusal = |facts| may::<verb::ReadCase>(&police, facts, now).err();
        assert_eq!(refusal(&theirs), Some(Refusal::NotFound));
        assert_eq!(refusal(&theirs), refusal(&absent));
    });
}

#[test]
fn the_search_before_creating_says_that_something_is_elsewhere_and_not_what() {
    stores::on_each(|test| async move {
        let now = MockClock::monday_morning().now();
        people::add_agencies(&test.store, now).await.unwrap();
        let (school, police) = (people::lead(people::SCHOOL, now), people::lead(people::POLICE, now));
        cases::open(&test.store, &school, "zz_syn_anna", now).await;
        let own = cases::open(&test.store, &police, "@ZZ_Syn_Anna", now).await.id;
        let record = daymark_access::Record::agency(police.agency.clone());
        let grant = may::<verb::SearchBeforeCreate>(&police, &record, now).unwrap();
        let selector = daymark_vocab::selector::Selector::parse(
            daymark_vocab::selector::SelectorKind::Handle,
            Some("instagram"),
            "zz_syn_anna",
        )
        .unwrap();
        let mut tx = test.store.write("search").await.unwrap();
        let found = daymark_store::selector::search(&mut tx, &grant, &selector, now).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(found.own, vec![own], "case and @ make no difference");
        assert_eq!(found.elsewhere, vec![school.agency.clone()]);
    });
}
