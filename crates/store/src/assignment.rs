//! Who works on a case? A practitioner sees the cases that they are assigned to, and no other.

use daymark_access::{Grant, verb};
use daymark_vocab::{AgencyId, CaseId, MemberId};
use jiff::Timestamp;

use crate::error::StoreError;
use crate::granted;
use crate::sql::args;
use crate::transaction::Tx;

/// What became of taking somebody off a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unassigned {
    /// They are no longer assigned; so it was already, or is now.
    Done,
    /// They lead it: somebody else must lead first. Nothing was changed.
    LeadsIt,
}

/// Assigns a member of the owning agency. Whoever is assigned already stays so.
///
/// # Errors
/// [`StoreError`] of the database; a member of another agency breaks a foreign key.
pub async fn assign(
    tx: &mut Tx,
    grant: &Grant<verb::AssignCase>,
    member: &MemberId,
    now: Timestamp,
) -> Result<(), StoreError> {
    let (by, case) = (granted::by(grant)?, grant.id());
    tx.act_for(by.agency).await?;
    tx.change(
        "INSERT INTO assignment (agency_id, case_id, member_id, assigned_by, assigned_at_ms) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (agency_id, case_id, member_id) DO NOTHING",
        args![by.owner, case, member, by.member, now],
    )
    .await?;
    tx.note(granted::entry(grant, format!("assign {member}"), now)?);
    Ok(())
}

/// Takes a member off a case; not whoever leads it.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn unassign(
    tx: &mut Tx,
    grant: &Grant<verb::AssignCase>,
    member: &MemberId,
    now: Timestamp,
) -> Result<Unassigned, StoreError> {
    let (by, case) = (granted::by(grant)?, grant.id());
    tx.act_for(by.agency).await?;
    let for_update = tx.dialect().for_update();
    let sql =
        format!("SELECT lead_member_id FROM case_file WHERE agency_id = $1 AND case_id = $2{for_update}");
    let lead: Option<MemberId> = match tx.maybe(&sql, args![by.owner, case]).await? {
        Some(row) => row.word_opt(0, "case_file")?,
        None => None,
    };
    if lead.as_ref() == Some(member) {
        return Ok(Unassigned::LeadsIt);
    }
    remove(tx, (by.owner, case), member).await?;
    tx.note(granted::entry(grant, format!("unassign {member}"), now)?);
    Ok(Unassigned::Done)
}

/// The row itself; the caller notes it.
pub(crate) async fn remove(
    tx: &mut Tx,
    (agency, case): (&AgencyId, &CaseId),
    member: &MemberId,
) -> Result<(), StoreError> {
    tx.change(
        "DELETE FROM assignment WHERE agency_id = $1 AND case_id = $2 AND member_id = $3",
        args![agency, case, member],
    )
    .await?;
    Ok(())
}
