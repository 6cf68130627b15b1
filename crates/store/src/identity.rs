//! Who is the child? Direct identifiers: a store of their own, sealed under the other root key, opened with a reason.

use daymark_access::{Grant, verb};
use daymark_vocab::{AgencyId, CaseId};
use jiff::Timestamp;

use crate::error::StoreError;
use crate::fact_row::{self, Facts};
use crate::granted;
use crate::keys::{Key, Purpose};
use crate::seal::{self, Place};
use crate::sql::args;
use crate::transaction::Tx;

/// The direct identifiers of the child in one case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Name, date of birth, address and the like, by field.
    pub facts: Facts,
    /// Grows by one with each change; 0 when nothing is held yet.
    pub row_version: i64,
}

/// What became of a change of the identity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IdentityChanged {
    /// It was saved; this is the new version.
    Saved {
        /// The new row version.
        row_version: i64,
    },
    /// Somebody else changed it since: nothing was overwritten. Show both.
    Conflict {
        /// What is held now.
        theirs: Identity,
    },
}

async fn case_key(tx: &mut Tx, agency: &AgencyId, case: &CaseId) -> Result<Key, StoreError> {
    let key = tx.agency_key(agency, Purpose::Identity).await?;
    Ok(key.derive(&format!("identity of {case} v1")))
}

async fn current(tx: &mut Tx, agency: &AgencyId, case: &CaseId) -> Result<Identity, StoreError> {
    let for_update = tx.dialect().for_update();
    let sql = format!(
        "SELECT body_sealed, row_version FROM identity_record WHERE agency_id = $1 AND case_id = $2{for_update}"
    );
    let Some(row) = tx.maybe(&sql, args![agency, case]).await? else {
        return Ok(Identity { facts: Facts::new(), row_version: 0 });
    };
    let row_version = row.int(1)?;
    let key = case_key(tx, agency, case).await?;
    let place = Place::of("identity_record", "body", case.as_str(), agency, row_version);
    let bytes = seal::open(&key, &place, &row.blob(0)?)?;
    Ok(Identity { facts: fact_row::decode(&bytes)?, row_version })
}

/// Opens the identity. `reason` is a code of the list of reasons, never free text; it stands in the audit.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn read(
    tx: &mut Tx,
    grant: &Grant<verb::OpenIdentity>,
    reason: &'static str,
    now: Timestamp,
) -> Result<Identity, StoreError> {
    let by = granted::by(grant)?;
    tx.act_for(by.agency).await?;
    let identity = current(tx, by.owner, grant.id()).await?;
    tx.note(granted::entry(grant, format!("reason {reason}"), now)?);
    Ok(identity)
}

/// Changes the identity; what is not named in `changes` stays.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn change(
    tx: &mut Tx,
    grant: &Grant<verb::ChangeIdentity>,
    base_version: i64,
    changes: &Facts,
    now: Timestamp,
) -> Result<IdentityChanged, StoreError> {
    let (by, case) = (granted::by(grant)?, grant.id());
    tx.act_for(by.agency).await?;
    let mut identity = current(tx, by.owner, case).await?;
    let fields: Vec<&str> = changes.keys().map(|field| field.as_str()).collect();
    tx.note(granted::entry(grant, fields.join(" "), now)?);
    if identity.row_version != base_version {
        return Ok(IdentityChanged::Conflict { theirs: identity });
    }
    identity.facts.extend(changes.iter().map(|(field, fact)| (field.clone(), fact.clone())));
    let row_version = base_version + 1;
    let key = case_key(tx, by.owner, case).await?;
    let place = Place::of("identity_record", "body", case.as_str(), by.owner, row_version);
    let body = seal::seal(&key, &place, &fact_row::encode(&identity.facts), tx.entropy().as_ref())?;
    tx.change(
        "INSERT INTO identity_record (agency_id, case_id, body_sealed, row_version, changed_by, changed_at_ms)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (agency_id, case_id) DO UPDATE SET body_sealed = excluded.body_sealed,
         row_version = excluded.row_version, changed_by = excluded.changed_by, changed_at_ms = excluded.changed_at_ms",
        args![by.owner, case, body, row_version, by.member, now],
    )
    .await?;
    Ok(IdentityChanged::Saved { row_version })
}
