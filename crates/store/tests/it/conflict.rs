//! Two people change the same thing: both values are shown, nothing is overwritten, the former state is kept.

use daymark_access::{may, verb};
use daymark_store::entity::{self, Changed};
use daymark_store::{Facts, case_file};
use daymark_testkit::{MockClock, cases, people, stores};
use daymark_vocab::{Clock, EntityKind, Known, Value};

#[test]
fn the_second_writer_sees_the_first_ones_value() {
    stores::on_each(|test| async move {
        let now = MockClock::monday_morning().now();
        people::add_agencies(&test.store, now).await.unwrap();
        let lead = people::lead(people::SCHOOL, now);
        let opened = cases::open(&test.store, &lead, "zz_syn_anna", now).await;
        let facts = cases::facts_about(&test.store, &opened.id).await;
        let read = async || {
            let grant = may::<verb::ReadCase>(&lead, &facts, now).unwrap();
            let mut tx = test.store.write("read").await.unwrap();
            let case = case_file::read(&mut tx, &grant, now).await.unwrap().unwrap();
            tx.commit().await.unwrap();
            case
        };
        let incident = read().await.entities.into_iter().find(|e| e.kind == EntityKind::Incident).unwrap();
        let set = async |platform: &str, base: i64| {
            let grant = may::<verb::ChangeCase>(&lead, &facts, now).unwrap();
            let changes = Facts::from([(
                cases::field("incident.platform_first"),
                cases::fact(Value::Code(platform.to_owned()), &lead, now),
            )]);
            let mut tx = test.store.write("change").await.unwrap();
            let changed = entity::change(&mut tx, &grant, &incident.id, base, &changes, now).await.unwrap();
            tx.commit().await.unwrap();
            changed
        };
        assert_eq!(set("snapchat", 1).await, Changed::Saved { row_version: 2 });
        let Changed::Conflict { theirs, fields } = set("discord", 1).await else { panic!("must conflict") };
        assert_eq!(fields, [cases::field("incident.platform_first")]);
        assert_eq!(
            theirs.facts[&cases::field("incident.platform_first")].value,
            Known::Yes(Value::Code("snapchat".to_owned()))
        );

        let grant = may::<verb::ReadCase>(&lead, &facts, now).unwrap();
        let mut tx = test.store.write("history").await.unwrap();
        let before = entity::history(&mut tx, &grant, &incident.id, now).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(before.len(), 1);
        assert_eq!(before[0].facts, incident.facts);

        let mut tx = test.store.read("coarse").await.unwrap();
        let coarse = daymark_store::coarse::since(&mut tx, "2026-01-01".parse().unwrap()).await.unwrap();
        assert_eq!(coarse[0].1.platform, "snapchat", "the projection follows in the same transaction");
    });
}
