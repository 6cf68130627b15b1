//! What is a decision about a record made on? The facts as the store has them, read anew for each decision.

use std::collections::BTreeMap;
use std::str::FromStr;

use daymark_access::{Grant, Record, Verb};
use daymark_store::audit::Entry;
use daymark_store::case_file::{self, Whose};
use daymark_store::link::CaseOf;
use daymark_store::{StoreError, Tx, link, pool};
use daymark_vocab::{AgencyId, CaseId, PoolId};
use jiff::Timestamp;

use crate::edge::error_page::PageError;

/// The facts about a case: whose, assigned to whom, released to whom, linked with whose.
///
/// A case that is not there is answered exactly as another agency's.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn about_case(tx: &mut Tx, case: &CaseId) -> Result<Record, StoreError> {
    Ok(about_case_of(tx, case).await?.1)
}

/// The same, with the owner where there is one.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn about_case_of(tx: &mut Tx, case: &CaseId) -> Result<(Option<AgencyId>, Record), StoreError> {
    let found = about_cases(tx, std::slice::from_ref(case)).await?.remove(case);
    Ok(found.map_or_else(|| (None, Record::absent(case)), |(agency, record)| (Some(agency), record)))
}

/// The same for many cases at once, each with its owner; what is not there is left out.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn about_cases(
    tx: &mut Tx,
    cases: &[CaseId],
) -> Result<BTreeMap<CaseId, (AgencyId, Record)>, StoreError> {
    let found = case_file::whose_of(tx, cases).await?;
    let of: Vec<CaseOf> = found.values().map(|whose| (whose.agency.clone(), whose.case.clone())).collect();
    let mut linked = link::linked_with(tx, &of).await?;
    let facts = found.into_values().map(|Whose { agency, case, assigned, released_to }| {
        let (agencies, assignees) = linked.remove(&case).unwrap_or_default();
        let record = Record::case(case.clone(), agency.clone())
            .assigned_to(assigned)
            .released_to(released_to)
            .linked_with(agencies, assignees);
        (case, (agency, record))
    });
    Ok(facts.collect())
}

/// The facts about a pool: the agencies that have a case in it.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn about_pool(tx: &mut Tx, id: &PoolId) -> Result<Record, StoreError> {
    let agencies = pool::agencies(tx, id).await?;
    Ok(if agencies.is_empty() { Record::absent(id) } else { Record::pool(id.clone(), agencies) })
}

/// Reads an id out of an address. What is no id is answered like a record that is not there.
///
/// # Errors
/// [`PageError::NotFound`].
pub fn id<T: FromStr>(text: &str) -> Result<T, PageError> {
    text.parse().map_err(|_| PageError::NotFound)
}

/// The audit row of using a grant, for store functions that take the row and not the grant.
///
/// # Errors
/// [`PageError::NotFound`] for a visitor's grant, which reaches no record.
pub fn entry<V: Verb>(grant: &Grant<V>, detail: &str, now: Timestamp) -> Result<Entry, PageError> {
    let (Some(agency), Some(member)) = (grant.agency(), grant.member()) else {
        return Err(PageError::NotFound);
    };
    Ok(Entry {
        agency: agency.clone(),
        member: Some(member.clone()),
        at: now,
        verb: grant.action().code(),
        subject_kind: grant.record().kind().code(),
        subject_agency: grant.owners().first().unwrap_or(agency).clone(),
        subject_id: grant.record().text(),
        policies: grant.rules().join(" "),
        detail: detail.to_owned(),
    })
}
