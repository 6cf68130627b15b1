//! Who else has this identifier? Keyed hashes of canonical keys: equal values meet, and the value stays unreadable.

use std::collections::{BTreeMap, BTreeSet};

use daymark_access::{Grant, verb};
use daymark_vocab::selector::{HarmlessEffect, Selector, SelectorKind};
use daymark_vocab::{AgencyId, AreaCode, CaseId, EntityId, Known, Value};
use jiff::Timestamp;
use jiff::civil::Date;

use crate::error::StoreError;
use crate::fact_row::Facts;
use crate::granted;
use crate::sql::{Arg, args};
use crate::transaction::Tx;

/// The selector that an account's facts describe: `account.selector_kind`, `account.platform`, `account.selector`.
///
/// `None` when there is none, or when the text is no identifier of that kind: it is kept as typed, and links nothing.
pub fn in_facts(facts: &Facts) -> Option<Selector> {
    let value = |name: &str| {
        facts.iter().find(|(field, _)| field.as_str() == name).and_then(|(_, fact)| match &fact.value {
            Known::Yes(Value::Code(code)) => Some(code.as_str()),
            Known::Yes(Value::Text(text)) => Some(text.reveal().as_str()),
            _ => None,
        })
    };
    let kind: SelectorKind = value("account.selector_kind")?.parse().ok()?;
    let text = value("account.selector")?;
    let platform = value("account.platform");
    Selector::parse(kind, platform, text).or_else(|_| Selector::parse(kind, None, text)).ok()
}

pub(crate) const INSERT: &str =
    "INSERT INTO selector (agency_id, case_id, entity_id, kind, hub_index, root_index, harmless)";

/// The index rows of one entity: one for the selector, one for the same thing under another kind.
pub(crate) fn row(
    tx: &Tx,
    agency: &AgencyId,
    case: &CaseId,
    entity: &EntityId,
    facts: &Facts,
) -> Vec<Vec<Arg>> {
    let Some(selector) = in_facts(facts) else { return Vec::new() };
    let also = selector.also();
    [Some(selector), also]
        .into_iter()
        .flatten()
        .map(|selector| {
            let keys = tx.keys();
            let root = selector.root_key().map(|root| keys.hub_index("root", root.reveal()).to_vec());
            let harmless = tx
                .harmless()
                .is_harmless(&selector)
                .filter(|reason| reason.effect == HarmlessEffect::NoLink)
                .map_or("", |reason| reason.list.as_str());
            args![
                agency,
                case,
                entity,
                selector.kind().code(),
                keys.hub_index("selector", selector.canonical_key().reveal()),
                root,
                harmless
            ]
        })
        .collect()
}

/// Indexes one entity anew.
pub(crate) async fn index(
    tx: &mut Tx,
    agency: &AgencyId,
    case: &CaseId,
    entity: &EntityId,
    facts: &Facts,
) -> Result<(), StoreError> {
    tx.change(
        "DELETE FROM selector WHERE agency_id = $1 AND case_id = $2 AND entity_id = $3",
        args![agency, case, entity],
    )
    .await?;
    let rows = row(tx, agency, case, entity, facts);
    tx.insert_many(INSERT, rows, true).await
}

/// What a search before creating found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Matches {
    /// The agency's own cases with this identifier.
    pub own: Vec<CaseId>,
    /// Other agencies that have it: something exists there, ask them.
    pub elsewhere: Vec<AgencyId>,
}

/// Looks whether a selector is known. The search is noted, in every case and whatever it finds.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn search(
    tx: &mut Tx,
    grant: &Grant<verb::SearchBeforeCreate>,
    selector: &Selector,
    now: Timestamp,
) -> Result<Matches, StoreError> {
    let by = granted::by(grant)?;
    let mut keys = vec![tx.keys().hub_index("selector", selector.canonical_key().reveal())];
    if let Some(also) = selector.also() {
        keys.push(tx.keys().hub_index("selector", also.canonical_key().reveal()));
    }
    let mut matches = Matches::default();
    for key in keys {
        let rows = tx
            .all(
                "SELECT DISTINCT agency_id, case_id FROM selector WHERE hub_index = $1 AND harmless = '' ORDER BY agency_id, case_id LIMIT 200",
                args![key],
            )
            .await?;
        for row in &rows {
            let (agency, case): (AgencyId, CaseId) = (row.word(0, "selector")?, row.word(1, "selector")?);
            if agency == *by.agency {
                matches.own.push(case);
            } else {
                matches.elsewhere.push(agency);
            }
        }
    }
    matches.own.sort();
    matches.own.dedup();
    matches.elsewhere.sort();
    matches.elsewhere.dedup();
    let detail =
        format!("{} own {} elsewhere {}", selector.kind().code(), matches.own.len(), matches.elsewhere.len());
    tx.note(granted::entry(grant, detail, now)?);
    Ok(matches)
}

/// An account to pay into that several cases name. It says which agencies and areas, never which account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharedPayee {
    /// The keyed hash of the account, as hexadecimal: the same while the account is the same.
    pub mark: String,
    /// How many cases name it.
    pub n_cases: u64,
    /// The agencies whose cases they are.
    pub agencies: BTreeSet<AgencyId>,
    /// The areas in which the children live.
    pub areas: BTreeSet<AreaCode>,
    /// The day of the first of these reports.
    pub first_on: Date,
    /// The day of the last of them.
    pub last_on: Date,
}

/// The bank accounts, payment app names and wallets that cases of at least `n_areas` areas name, among the reports
/// received since `day`. Harmless values are left out.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn shared_payees(tx: &mut Tx, day: Date, n_areas: usize) -> Result<Vec<SharedPayee>, StoreError> {
    tx.act_for_all().await?;
    let rows = tx
        .all(
            "SELECT DISTINCT s.hub_index, s.agency_id, s.case_id, c.area, c.received_on FROM selector s
             JOIN case_coarse c ON c.agency_id = s.agency_id AND c.case_id = s.case_id
             WHERE s.harmless = '' AND s.kind IN ('bank-account', 'iban', 'payment-tag', 'wallet') AND c.received_on >= $1
             ORDER BY s.hub_index, c.received_on",
            args![day],
        )
        .await?;
    let mut found: BTreeMap<String, SharedPayee> = BTreeMap::new();
    for row in &rows {
        let mark = data_encoding::HEXLOWER.encode(&row.blob(0)?);
        let received_on: Date = row.word(4, "case_coarse")?;
        let payee = found.entry(mark.clone()).or_insert_with(|| SharedPayee {
            mark,
            n_cases: 0,
            agencies: BTreeSet::new(),
            areas: BTreeSet::new(),
            first_on: received_on,
            last_on: received_on,
        });
        payee.n_cases += 1;
        payee.agencies.insert(row.word(1, "selector")?);
        payee.areas.insert(row.word(3, "case_coarse")?);
        payee.last_on = payee.last_on.max(received_on);
    }
    Ok(found.into_values().filter(|payee| payee.areas.len() >= n_areas).collect())
}

/// How many reports have each of a case's selectors, and of how many reports in all: the commonness behind a sentence.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn n_cases(tx: &mut Tx) -> Result<i64, StoreError> {
    tx.one("SELECT COUNT(*) FROM case_coarse", args![]).await?.int(0)
}
