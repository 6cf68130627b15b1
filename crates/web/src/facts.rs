//! What does a decision about a record need to know? Read anew for each decision, so that what was taken back is closed.

use daymark_access::Record;
use daymark_store::case_file::{self, Whose};
use daymark_store::{StoreError, Tx, link, pool};
use daymark_vocab::{AgencyId, CaseId, PoolId};

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
    let Some(Whose { agency, case, assigned, released_to }) = case_file::whose(tx, case).await? else {
        return Ok((None, Record::absent(case)));
    };
    let of = (agency, case);
    let (agencies, assignees) = link::linked_with(tx, &of).await?;
    let (agency, case) = of;
    let record = Record::case(case, agency.clone())
        .assigned_to(assigned)
        .released_to(released_to)
        .linked_with(agencies, assignees);
    Ok((Some(agency), record))
}

/// The facts about a pool: the agencies that have a case in it.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn about_pool(tx: &mut Tx, id: &PoolId) -> Result<Record, StoreError> {
    let agencies = pool::agencies(tx, id).await?;
    Ok(if agencies.is_empty() { Record::absent(id) } else { Record::pool(id.clone(), agencies) })
}
