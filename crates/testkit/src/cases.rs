//! Invented cases. Identifiers come from reserved ranges only.

use daymark_access::{Staff, may, verb};
use daymark_store::case_file::{self, NewCase, Opened, Whose};
use daymark_store::entity::NewEntity;
use daymark_store::{Facts, Store};
use daymark_vocab::{
    CaseId, Confidence, EntityKind, Fact, FactKind, FieldId, Involvement, Known, Private, Source, Value,
};
use jiff::Timestamp;

/// A fact as a professional would write it down.
pub fn fact(value: Value, who: &Staff, now: Timestamp) -> Fact {
    Fact {
        value: Known::Yes(value),
        kind: FactKind::Fact,
        source: Source::Professional,
        confidence: Confidence::Likely,
        recorded_by: who.member.clone(),
        recorded_at: now,
    }
}

/// A field id that is known to parse.
///
/// # Panics
/// When it does not: the test then fails.
#[allow(clippy::expect_used, reason = "test support")]
pub fn field(id: &str) -> FieldId {
    id.parse().expect("a field id")
}

/// A boy of fifteen of whom money was demanded by an account with this handle. Invented.
#[allow(clippy::expect_used, reason = "test support: the constants parse")]
pub fn boy_with_account(handle: &str, who: &Staff, now: Timestamp) -> NewCase {
    let code = |text: &str| Value::Code(text.to_owned());
    let text = |text: &str| Value::Text(Private::new(text.to_owned()));
    let entity = |kind, facts: Vec<(&str, Value)>| NewEntity {
        kind,
        ordinal: 1,
        facts: facts.into_iter().map(|(id, value)| (field(id), fact(value, who, now))).collect::<Facts>(),
    };
    NewCase {
        area: "E23000009".parse().expect("an area"),
        lead: None,
        next_check_on: None,
        entities: vec![
            entity(
                EntityKind::Report,
                vec![("report.received_on", Value::Moment("2026-11-20".parse().expect("a day")))],
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
                    ("incident.first_contact_at", Value::Moment("2026-11-18".parse().expect("a day"))),
                ],
            ),
            entity(
                EntityKind::Account,
                vec![
                    ("account.selector_kind", code("handle")),
                    ("account.platform", code("instagram")),
                    ("account.selector", text(handle)),
                ],
            ),
            entity(EntityKind::Demand, vec![("demand.kind", code("money"))]),
            entity(
                EntityKind::Response,
                vec![("response.child_voice", text("I just want it to stop. ünïcödé kept."))],
            ),
        ],
        parts: vec![(2, 1, Involvement::Harmed), (2, 3, Involvement::Threatened)],
        import: None,
    }
}

/// Opens such a case for the agency of `who`, who must be allowed to.
///
/// # Panics
/// When it is refused: the test then fails.
#[allow(clippy::expect_used, reason = "test support: a failure here is the test's failure")]
pub async fn open(store: &Store, who: &Staff, handle: &str, now: Timestamp) -> Opened {
    let record = daymark_access::Record::agency(who.agency.clone());
    let grant = may::<verb::CreateCase>(who, &record, now).expect("may create a case");
    let mut tx = store.write("open a test case").await.expect("a transaction");
    let new = boy_with_account(handle, who, now);
    let opened = case_file::open(&mut tx, &grant, new, "test", now).await.expect("it opens");
    tx.commit().await.expect("it commits");
    opened
}

/// The facts on which a decision about a case rests, as the store has them.
///
/// # Panics
/// When the database does not answer: the test then fails.
#[allow(clippy::expect_used, reason = "test support: a failure here is the test's failure")]
pub async fn facts_about(store: &Store, case: &CaseId) -> daymark_access::Record {
    let mut tx = store.write("facts about a case").await.expect("a transaction");
    match case_file::whose(&mut tx, case).await.expect("an answer") {
        None => daymark_access::Record::absent(case),
        Some(Whose { agency, case, assigned, released_to }) => {
            daymark_access::Record::case(case, agency).assigned_to(assigned).released_to(released_to)
        }
    }
}
