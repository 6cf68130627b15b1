//! The coarse facts of a case: what lists, statistics and linkage may see. Derived, never typed.
//!
//! They are projected from the entities' facts in the same transaction that changes them. They hold codes, a week's
//! worth of dates and keyed hashes; no words, no selectors in clear, nothing that names a child.

use daymark_vocab::{AgencyId, AreaCode, CaseId, EntityKind, Fact, Value};
use jiff::Timestamp;
use jiff::civil::Date;

use crate::entity;
use crate::error::StoreError;
use crate::fact_row::Facts;
use crate::keys::Key;
use crate::sql::{Arg, Row, args};
use crate::transaction::Tx;

/// Coarse facts. An empty word means "not known, not asked, declined or does not apply".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coarse {
    /// The day the report came in.
    pub received_on: Date,
    /// The day of first contact or of the incident, where known.
    pub happened_on: Option<Date>,
    /// The police force area.
    pub area: AreaCode,
    /// `child.age_band`.
    pub age_band: String,
    /// `child.gender`.
    pub gender: String,
    /// `incident.motive`.
    pub motive: String,
    /// `incident.approach`.
    pub approach: String,
    /// `incident.platform_first`.
    pub platform: String,
    /// `incident.platforms_moved_to`.
    pub moved_to: Vec<String>,
    /// `incident.exchange`.
    pub exchange: String,
    /// `demand.kind` of all demands, in the order in which they were told.
    pub demands: Vec<String>,
    /// `demand.method` of the first demand that knows it.
    pub demand_method: String,
    /// `persona.claimed_gender`.
    pub persona_gender: String,
    /// `incident.threat_deadline`.
    pub threat_deadline: String,
    /// `payment.method` of the first payment.
    pub payment_method: String,
    /// `incident.leak_status`.
    pub leak_status: String,
    /// `report.disclosure_route`.
    pub disclosure_route: String,
    /// Whether money was paid: `yes`, or empty.
    pub paid: String,
    /// `incident.script_id`, to be hashed.
    script: String,
    /// `report.origin_reference`, to be hashed.
    origin: String,
    /// `report.external_id`, to be hashed: what a copy calls this report.
    report: String,
}

/// What keyed names of reports are derived for: a report's own names and the name of the one it was copied from meet.
const REPORT_NAME: &str = "origin";

type EntityFacts<'a> = (EntityKind, i64, &'a Facts);

/// The first entity of this kind that knows this field.
fn first<'a>(entities: &[EntityFacts<'a>], kind: EntityKind, field: &str) -> Option<&'a Value> {
    entities.iter().filter(|(k, _, _)| *k == kind).find_map(|(_, _, facts)| {
        facts.iter().find(|(id, _)| id.as_str() == field).and_then(|(_, fact)| known(fact))
    })
}

fn known(fact: &Fact) -> Option<&Value> {
    fact.value.value()
}

fn code(value: Option<&Value>) -> String {
    match value {
        Some(Value::Code(code)) => code.clone(),
        Some(Value::Text(text)) => text.reveal().clone(),
        _ => String::new(),
    }
}

fn codes(value: Option<&Value>) -> Vec<String> {
    match value {
        Some(Value::Codes(codes)) => codes.clone(),
        Some(Value::Code(code)) => vec![code.clone()],
        _ => Vec::new(),
    }
}

fn day(value: Option<&Value>) -> Option<Date> {
    match value {
        Some(Value::Moment(moment)) => Some(moment.date()),
        _ => None,
    }
}

impl Coarse {
    /// Projects the facts of a case.
    pub(crate) fn project(entities: &[EntityFacts<'_>], area: &AreaCode, now: Timestamp) -> Self {
        use EntityKind::{Child, Demand, Incident, Payment, Persona, Report};
        let mut demands: Vec<String> = entities
            .iter()
            .filter(|(kind, _, _)| *kind == Demand)
            .flat_map(|entity| codes(first(std::slice::from_ref(entity), Demand, "demand.kind")))
            .collect();
        let mut seen = std::collections::BTreeSet::new();
        demands.retain(|kind| seen.insert(kind.clone()));
        let incident = |field| first(entities, Incident, field);
        let paid = first(entities, Payment, "payment.amount").is_some()
            || first(entities, Payment, "payment.method").is_some();
        Self {
            received_on: day(first(entities, Report, "report.received_on"))
                .unwrap_or_else(|| jiff::tz::TimeZone::UTC.to_datetime(now).date()),
            happened_on: day(incident("incident.first_contact_at"))
                .or_else(|| day(incident("incident.happened_from"))),
            area: match first(entities, Report, "report.area") {
                Some(Value::Code(code)) => code.parse().unwrap_or_else(|_| area.clone()),
                _ => area.clone(),
            },
            age_band: code(first(entities, Child, "child.age_band")),
            gender: code(first(entities, Child, "child.gender")),
            motive: code(incident("incident.motive")),
            approach: code(incident("incident.approach")),
            platform: code(incident("incident.platform_first")),
            moved_to: codes(incident("incident.platforms_moved_to")),
            exchange: code(incident("incident.exchange")),
            demands,
            demand_method: code(first(entities, Demand, "demand.method")),
            persona_gender: code(first(entities, Persona, "persona.claimed_gender")),
            threat_deadline: code(incident("incident.threat_deadline")),
            payment_method: code(first(entities, Payment, "payment.method")),
            leak_status: code(incident("incident.leak_status")),
            disclosure_route: code(first(entities, Report, "report.disclosure_route")),
            paid: if paid { "yes".to_owned() } else { String::new() },
            script: code(incident("incident.script_id")),
            origin: code(first(entities, Report, "report.origin_reference")),
            report: code(first(entities, Report, "report.external_id")),
        }
    }

    pub(crate) fn into_row(self, tx: &Tx, agency: &AgencyId, case: &CaseId) -> Vec<Arg> {
        let keys = tx.keys();
        let index = |kind: &str, text: &str| {
            (!text.is_empty()).then(|| keys.hub_index(kind, &text.trim().to_lowercase()).to_vec())
        };
        let script = index("script", &self.script);
        let (origin, report) = (index(REPORT_NAME, &self.origin), index(REPORT_NAME, &self.report));
        args![
            agency,
            case,
            self.received_on,
            self.happened_on,
            &self.area,
            self.age_band,
            self.gender,
            self.motive,
            self.approach,
            self.platform,
            self.moved_to.join("|"),
            self.exchange,
            self.demands.join("|"),
            self.demand_method,
            self.persona_gender,
            self.threat_deadline,
            self.payment_method,
            self.leak_status,
            self.disclosure_route,
            self.paid,
            script,
            origin,
            report
        ]
    }

    /// Reads the columns of [`COLUMNS`] that begin at `at`.
    pub(crate) fn from_row(row: &Row, at: usize) -> Result<Self, StoreError> {
        let list = |text: String| text.split('|').filter(|w| !w.is_empty()).map(str::to_owned).collect();
        Ok(Self {
            received_on: row.word(at, "case_coarse")?,
            happened_on: row.word_opt(at + 1, "case_coarse")?,
            area: row.word(at + 2, "case_coarse")?,
            age_band: row.text(at + 3)?,
            gender: row.text(at + 4)?,
            motive: row.text(at + 5)?,
            approach: row.text(at + 6)?,
            platform: row.text(at + 7)?,
            moved_to: list(row.text(at + 8)?),
            exchange: row.text(at + 9)?,
            demands: list(row.text(at + 10)?),
            demand_method: row.text(at + 11)?,
            persona_gender: row.text(at + 12)?,
            threat_deadline: row.text(at + 13)?,
            payment_method: row.text(at + 14)?,
            leak_status: row.text(at + 15)?,
            disclosure_route: row.text(at + 16)?,
            paid: row.text(at + 17)?,
            script: String::new(),
            origin: String::new(),
            report: String::new(),
        })
    }
}

/// The columns that [`Coarse::from_row`] reads, of `case_coarse c`.
pub(crate) const COLUMNS: &str = "c.received_on, c.happened_on, c.area, c.age_band, c.gender, c.motive, c.approach, c.platform, c.moved_to, c.exchange, c.demands, c.demand_method, c.persona_gender, c.threat_deadline, c.payment_method, c.leak_status, c.disclosure_route, c.paid";

pub(crate) const INSERT: &str = "INSERT INTO case_coarse (agency_id, case_id, received_on, happened_on, area, age_band, gender, motive, approach, platform, moved_to, exchange, demands, demand_method, persona_gender, threat_deadline, payment_method, leak_status, disclosure_route, paid, script_index, origin_index, report_index)";

/// Projects a case again after its facts were changed.
pub(crate) async fn refresh(
    tx: &mut Tx,
    case_key: &Key,
    agency: &AgencyId,
    case: &CaseId,
) -> Result<(), StoreError> {
    let entities = entity::all_of(tx, case_key, agency, case).await?;
    let row = tx
        .one(
            "SELECT area, opened_at_ms FROM case_file WHERE agency_id = $1 AND case_id = $2",
            args![agency, case],
        )
        .await?;
    let facts: Vec<EntityFacts<'_>> =
        entities.iter().map(|entity| (entity.kind, entity.ordinal, &entity.facts)).collect();
    let coarse = Coarse::project(&facts, &row.word(0, "case_file")?, row.at(1)?);
    tx.change("DELETE FROM case_coarse WHERE agency_id = $1 AND case_id = $2", args![agency, case]).await?;
    tx.change(
        "UPDATE case_file SET area = $3 WHERE agency_id = $1 AND case_id = $2",
        args![agency, case, &coarse.area],
    )
    .await?;
    let row = coarse.into_row(tx, agency, case);
    tx.insert_many(INSERT, vec![row], true).await
}

/// One case as the matching service sees it: codes and opaque keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkRow {
    /// The owner.
    pub agency: AgencyId,
    /// The case.
    pub case: CaseId,
    /// Its coarse facts.
    pub coarse: Coarse,
    /// The script's key, as hexadecimal; empty for none.
    pub script_key: String,
    /// The key of the report that this one was copied from; empty for none.
    pub origin_key: String,
    /// The keys under which a copy may name this report: its id in the agency's own system, and the case's number.
    pub report_keys: Vec<String>,
    /// Each selector: its kind, its key, and the weaker key of its root; keys as hexadecimal.
    pub selectors: Vec<(String, String, Option<String>)>,
}

/// All cases as the matching service sees them, by agency and case. Harmless values are left out.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn link_rows(tx: &mut Tx) -> Result<Vec<LinkRow>, StoreError> {
    tx.act_for_all().await?;
    let sql = format!(
        "SELECT c.agency_id, c.case_id, c.script_index, c.origin_index, c.report_index, f.reference, {COLUMNS} FROM case_coarse c
         JOIN case_file f ON f.agency_id = c.agency_id AND f.case_id = c.case_id ORDER BY c.agency_id, c.case_id"
    );
    let hex = |bytes: Option<Vec<u8>>| {
        bytes.map(|b| data_encoding::HEXLOWER.encode(b.get(..16).unwrap_or(&b))).unwrap_or_default()
    };
    let found = tx.all(&sql, args![]).await?;
    let keys = tx.keys();
    let mut rows: Vec<LinkRow> = found
        .iter()
        .map(|row| {
            let reference = keys.hub_index(REPORT_NAME, &row.text(5)?.trim().to_lowercase()).to_vec();
            Ok(LinkRow {
                agency: row.word(0, "case_coarse")?,
                case: row.word(1, "case_coarse")?,
                script_key: hex(row.blob_opt(2)?),
                origin_key: hex(row.blob_opt(3)?),
                report_keys: [row.blob_opt(4)?, Some(reference)]
                    .into_iter()
                    .flatten()
                    .map(|key| hex(Some(key)))
                    .collect(),
                coarse: Coarse::from_row(row, 6)?,
                selectors: Vec::new(),
            })
        })
        .collect::<Result<_, StoreError>>()?;
    let selectors = tx
        .all(
            "SELECT agency_id, case_id, kind, hub_index, root_index FROM selector WHERE harmless = ''
             ORDER BY agency_id, case_id, kind, hub_index",
            args![],
        )
        .await?;
    for row in &selectors {
        let (agency, case): (AgencyId, CaseId) = (row.word(0, "selector")?, row.word(1, "selector")?);
        let found = rows.binary_search_by(|r| (&r.agency, &r.case).cmp(&(&agency, &case)));
        if let Some(link_row) = found.ok().and_then(|at| rows.get_mut(at)) {
            let root = row.blob_opt(4)?;
            link_row.selectors.push((
                row.text(2)?,
                hex(Some(row.blob(3)?)),
                root.map(|root| hex(Some(root))),
            ));
        }
    }
    Ok(rows)
}

/// The coarse facts of all reports since a day, without their cases: for weekly counts.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn since(tx: &mut Tx, day: Date) -> Result<Vec<(AgencyId, Coarse)>, StoreError> {
    let sql = format!(
        "SELECT c.agency_id, {COLUMNS} FROM case_coarse c WHERE c.received_on >= $1 ORDER BY c.received_on"
    );
    tx.all(&sql, args![day])
        .await?
        .iter()
        .map(|row| Ok((row.word(0, "case_coarse")?, Coarse::from_row(row, 1)?)))
        .collect()
}
