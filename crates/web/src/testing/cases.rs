//! Invented cases, opened for a visitor's agency. Identifiers come from reserved ranges only.

use daymark_access::{may, verb};
use daymark_store::Facts;
use daymark_store::case_file::{self, NewCase, Opened};
use daymark_store::entity::NewEntity;
use daymark_vocab::{
    Confidence, EntityKind, Fact, FactKind, Involvement, Known, MemberId, Private, Source, Value,
};
use jiff::Timestamp;

use super::{TestApp, Visitor};

fn fact(value: Value, member: &MemberId, now: Timestamp) -> Fact {
    Fact {
        value: Known::Yes(value),
        kind: FactKind::Fact,
        source: Source::Professional,
        confidence: Confidence::Likely,
        recorded_by: member.clone(),
        recorded_at: now,
    }
}

/// Opens a case of a boy of fifteen of whom money was demanded by an account with this handle.
pub async fn open(app: &TestApp, visitor: &Visitor, handle: &str) -> Opened {
    open_with(app, visitor, &[("handle", handle)]).await
}

/// The same with several identifiers, each `(kind, text)`.
pub async fn open_with(app: &TestApp, visitor: &Visitor, selectors: &[(&str, &str)]) -> Opened {
    open_in(app, visitor, "E23000009", selectors).await
}

/// The same in another police force area.
pub async fn open_in(app: &TestApp, visitor: &Visitor, area: &str, selectors: &[(&str, &str)]) -> Opened {
    let now = app.app.clock.now();
    let staff = visitor.staff.clone().unwrap();
    let code = |text: &str| Value::Code(text.to_owned());
    let text = |text: &str| Value::Text(Private::new(text.to_owned()));
    let entity = |kind, facts: Vec<(&str, Value)>| NewEntity {
        kind,
        ordinal: 1,
        facts: facts
            .into_iter()
            .map(|(id, value)| (id.parse().unwrap(), fact(value, &staff.member, now)))
            .collect::<Facts>(),
    };
    let accounts = selectors.iter().zip(1..).map(|((kind, value), ordinal)| NewEntity {
        ordinal,
        ..entity(
            EntityKind::Account,
            vec![
                ("account.selector_kind", code(kind)),
                ("account.platform", code("instagram")),
                ("account.selector", text(value)),
            ],
        )
    });
    let mut new = NewCase {
        area: area.parse().unwrap(),
        lead: None,
        next_check_on: None,
        entities: vec![
            entity(
                EntityKind::Report,
                vec![("report.received_on", Value::Moment("2026-11-20".parse().unwrap()))],
            ),
            entity(
                EntityKind::Child,
                vec![
                    ("child.age_band", code("14-15")),
                    ("child.gender", code("boy")),
                    ("child.reference", text("C-77")),
                ],
            ),
            entity(
                EntityKind::Incident,
                vec![
                    ("incident.platform_first", code("instagram")),
                    ("incident.approach", code("follow-request")),
                ],
            ),
            entity(EntityKind::Demand, vec![("demand.kind", code("money"))]),
            entity(EntityKind::Response, vec![("response.child_voice", text("I just want it to stop."))]),
        ],
        parts: vec![(2, 1, Involvement::Harmed), (2, 5, Involvement::Threatened)],
        import: None,
    };
    new.entities.extend(accounts);
    let grant = may::<verb::CreateCase>(&staff, &app.agency_record(&staff), now).unwrap();
    let mut tx = app.app.store.write("open a test case").await.unwrap();
    let opened = case_file::open(&mut tx, &grant, new, "test", now).await.unwrap();
    tx.commit().await.unwrap();
    opened
}
