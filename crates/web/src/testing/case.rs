//! An invented case, opened in the store as the form would open it.

use std::collections::BTreeMap;

use daymark_access::{Record, may, verb};
use daymark_store::case_file::{self, NewCase, Opened};
use daymark_store::entity::NewEntity;
use daymark_vocab::{
    Amount, Clock, Confidence, Currency, EntityKind, Fact, FactKind, Involvement, Known, Private, Source,
    Value,
};

use super::{TestApp, Visitor};

/// What the child said, to be met again letter for letter.
pub const VOICE: &str = "I just want it  to stop.\nünïcödé kept <b>.";

impl TestApp {
    /// Opens an invented case for the agency of a visitor who may create one; it is assigned to them.
    pub async fn open_case(&self, visitor: &Visitor) -> Opened {
        let who = visitor.staff.clone().unwrap();
        let now = self.clock.now();
        let code = |text: &str| Known::Yes(Value::Code(text.to_owned()));
        let text = |text: &str| Known::Yes(Value::Text(Private::new(text.to_owned())));
        let day = |text: &str| Known::Yes(Value::Moment(text.parse().unwrap()));
        let pounds = |minor| Known::Yes(Value::Amount(Amount { minor, currency: Currency::GBP }));
        let entity = |kind, ordinal, facts: Vec<(&str, Known<Value>)>| NewEntity {
            kind,
            ordinal,
            facts: facts
                .into_iter()
                .map(|(id, value)| {
                    let kind = match id {
                        "response.child_voice" => FactKind::ChildWords,
                        "incident.motive" => FactKind::Opinion,
                        _ => FactKind::Fact,
                    };
                    let fact = Fact {
                        value,
                        kind,
                        source: Source::Child,
                        confidence: Confidence::Likely,
                        recorded_by: who.member.clone(),
                        recorded_at: now,
                    };
                    (id.parse().unwrap(), fact)
                })
                .collect::<BTreeMap<_, _>>(),
        };
        let new = NewCase {
            area: "E23000009".parse().unwrap(),
            lead: Some(who.member.clone()),
            next_check_on: Some("2026-11-23".parse().unwrap()),
            entities: vec![
                entity(EntityKind::Report, 1, vec![("report.received_on", day("2026-11-20"))]),
                entity(
                    EntityKind::Child,
                    1,
                    vec![
                        ("child.age_band", code("14-15")),
                        ("child.gender", code("boy")),
                        ("child.reference", text("C-77")),
                        ("child.ethnicity", Known::Declined),
                        ("child.language", Known::NotAsked),
                    ],
                ),
                entity(
                    EntityKind::Incident,
                    1,
                    vec![
                        ("incident.platform_first", code("instagram")),
                        ("incident.first_contact_at", day("2026-11")),
                        ("incident.motive", code("financial")),
                    ],
                ),
                entity(
                    EntityKind::Account,
                    1,
                    vec![
                        ("account.selector_kind", code("handle")),
                        ("account.platform", code("instagram")),
                        ("account.selector", text("zz_syn_anna")),
                    ],
                ),
                entity(
                    EntityKind::Demand,
                    1,
                    vec![("demand.kind", code("money")), ("demand.amount", pounds(50_000))],
                ),
                entity(EntityKind::Payment, 1, vec![("payment.amount", pounds(25_000))]),
                entity(EntityKind::Payment, 2, vec![("payment.amount", Known::Unknown)]),
                entity(EntityKind::Response, 1, vec![("response.child_voice", text(VOICE))]),
            ],
            parts: vec![(2, 1, Involvement::Harmed), (2, 3, Involvement::Threatened)],
            import: None,
        };
        let grant = may::<verb::CreateCase>(&who, &Record::agency(who.agency.clone()), now).unwrap();
        let mut tx = self.app.store.write("open a test case").await.unwrap();
        let opened = case_file::open(&mut tx, &grant, new, self.app.content.version(), now).await.unwrap();
        tx.commit().await.unwrap();
        opened
    }
}
