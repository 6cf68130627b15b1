//! Does this child already have a case here? The agency's own reference for the child, as a keyed hash of its own.
//!
//! The key is the agency's: equal references of two agencies give different bytes, so nothing is compared between them.

use std::collections::BTreeMap;

use daymark_access::{Grant, Verb, verb};
use daymark_vocab::{AgencyId, CaseId, Known, Value};
use jiff::Timestamp;

use crate::error::StoreError;
use crate::fact_row::Facts;
use crate::granted;
use crate::keys::{Key, Purpose};
use crate::sql::{Arg, args};
use crate::transaction::Tx;

pub(crate) const INSERT: &str = "INSERT INTO child_reference (agency_id, case_id, reference_index)";

/// The field that holds it.
const FIELD: &str = "child.reference";

/// The reference that these facts give; `None` when there is none, or none is known.
pub fn in_facts(facts: &Facts) -> Option<&str> {
    facts.iter().find(|(field, _)| field.as_str() == FIELD).and_then(|(_, fact)| match &fact.value {
        Known::Yes(Value::Text(text)) => Some(text.reveal().as_str()).filter(|text| !text.trim().is_empty()),
        _ => None,
    })
}

/// One way of writing it: `c-77`, ` C-77` and `C- 77` are the same child.
fn canonical(reference: &str) -> String {
    reference.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect()
}

async fn key(tx: &mut Tx, agency: &AgencyId) -> Result<Key, StoreError> {
    Ok(tx.agency_key(agency, Purpose::Index).await?.derive("child reference v1"))
}

fn index_of(key: &Key, reference: &str) -> Vec<u8> {
    key.mac(&[canonical(reference).as_bytes()]).to_vec()
}

/// The rows of new cases of one agency, for [`Tx::insert_many`] with [`INSERT`].
pub(crate) async fn rows<'f>(
    tx: &mut Tx,
    agency: &AgencyId,
    children: impl IntoIterator<Item = (&'f CaseId, &'f str)>,
) -> Result<Vec<Vec<Arg>>, StoreError> {
    let key = key(tx, agency).await?;
    Ok(children.into_iter().map(|(case, reference)| args![agency, case, index_of(&key, reference)]).collect())
}

/// Indexes the child of one case anew.
pub(crate) async fn index(
    tx: &mut Tx,
    agency: &AgencyId,
    case: &CaseId,
    facts: &Facts,
) -> Result<(), StoreError> {
    tx.change("DELETE FROM child_reference WHERE agency_id = $1 AND case_id = $2", args![agency, case])
        .await?;
    let Some(reference) = in_facts(facts) else { return Ok(()) };
    let rows = rows(tx, agency, [(case, reference)]).await?;
    tx.insert_many(INSERT, rows, true).await
}

async fn cases_with(
    tx: &mut Tx,
    key: &Key,
    agency: &AgencyId,
    reference: &str,
) -> Result<Vec<(CaseId, String)>, StoreError> {
    tx.all(
        "SELECT f.case_id, f.reference FROM child_reference r
         JOIN case_file f ON f.agency_id = r.agency_id AND f.case_id = r.case_id
         WHERE r.agency_id = $1 AND r.reference_index = $2 ORDER BY f.opened_at_ms, f.reference LIMIT 50",
        args![agency, index_of(key, reference)],
    )
    .await?
    .iter()
    .map(|row| Ok((row.word(0, "child_reference")?, row.text(1)?)))
    .collect()
}

/// The agency's own cases of the child with this reference, first opened first. The search is noted, whatever it finds.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn search(
    tx: &mut Tx,
    grant: &Grant<verb::SearchBeforeCreate>,
    reference: &str,
    now: Timestamp,
) -> Result<Vec<(CaseId, String)>, StoreError> {
    let by = granted::by(grant)?;
    tx.act_for(by.agency).await?;
    if canonical(reference).is_empty() {
        return Ok(Vec::new());
    }
    let key = key(tx, by.agency).await?;
    let found = cases_with(tx, &key, by.agency, reference).await?;
    tx.note(granted::entry(grant, format!("{FIELD} own {}", found.len()), now)?);
    Ok(found)
}

/// The numbers of the agency's own cases by these references, for a file about to be imported: only those of which a
/// case is there. `reference` as it was given → the first case of that child.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn known<'r, V: Verb>(
    tx: &mut Tx,
    grant: &Grant<V>,
    references: impl IntoIterator<Item = &'r str>,
) -> Result<BTreeMap<&'r str, (CaseId, String)>, StoreError> {
    let by = granted::by(grant)?;
    tx.act_for(by.agency).await?;
    let key = key(tx, by.agency).await?;
    let rows = tx
        .all(
            "SELECT r.reference_index, f.case_id, f.reference FROM child_reference r
             JOIN case_file f ON f.agency_id = r.agency_id AND f.case_id = r.case_id
             WHERE r.agency_id = $1 ORDER BY f.opened_at_ms DESC, f.reference DESC",
            args![by.agency],
        )
        .await?;
    // The oldest case of a child comes last and stays.
    let mut held: BTreeMap<Vec<u8>, (CaseId, String)> = BTreeMap::new();
    for row in &rows {
        held.insert(row.blob(0)?, (row.word(1, "child_reference")?, row.text(2)?));
    }
    let mut found = BTreeMap::new();
    for reference in references {
        if let Some(case) = held.get(&index_of(&key, reference)) {
            found.insert(reference, case.clone());
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::canonical;

    #[test]
    fn one_child_however_it_is_typed() {
        assert_eq!(canonical(" C- 77\t"), canonical("c-77"));
        assert_ne!(canonical("c-77"), canonical("c77"), "nothing is guessed");
    }
}
