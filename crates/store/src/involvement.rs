//! Who had which part? Changed on the link of a person or account with one incident, never on the incident.

use std::collections::BTreeSet;

use daymark_access::{Grant, verb};
use daymark_vocab::{AgencyId, CaseId, EntityId, Involvement};
use jiff::Timestamp;

use crate::error::StoreError;
use crate::granted;
use crate::sql::args;
use crate::transaction::Tx;

/// The parts that one person, persona or account had in one incident.
pub type Parts = BTreeSet<Involvement>;

/// What became of a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PartsChanged {
    /// It was saved.
    Saved,
    /// Somebody else changed the same link since: nothing was overwritten. Show both.
    Conflict {
        /// What is held now.
        theirs: Parts,
    },
    /// There is no such incident or party in this case.
    Absent,
}

async fn held(
    tx: &mut Tx,
    (agency, case): (&AgencyId, &CaseId),
    (incident, party): (&EntityId, &EntityId),
) -> Result<Parts, StoreError> {
    tx.all(
        "SELECT involvement FROM involvement
         WHERE agency_id = $1 AND case_id = $2 AND incident_id = $3 AND party_id = $4",
        args![agency, case, incident, party],
    )
    .await?
    .iter()
    .map(|row| row.word(0, "involvement"))
    .collect()
}

/// Sets the parts of one party in one incident. `seen` is what the person saw: a link that says something else by now
/// is a conflict, and nothing is written. The audit keeps the codes before and after.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn change(
    tx: &mut Tx,
    grant: &Grant<verb::ChangeCase>,
    (incident, party): (&EntityId, &EntityId),
    seen: &Parts,
    wanted: &Parts,
    now: Timestamp,
) -> Result<PartsChanged, StoreError> {
    let (by, case) = (granted::by(grant)?, grant.id());
    let agency = by.owner;
    tx.act_for(by.agency).await?;
    let for_update = tx.dialect().for_update();
    // The party's row is the link's lock; kinds are checked by the page, which knows the catalogue.
    let sql = format!(
        "SELECT entity_id, kind FROM entity
         WHERE agency_id = $1 AND case_id = $2 AND entity_id IN ($3, $4) ORDER BY entity_id{for_update}"
    );
    let there = tx.all(&sql, args![agency, case, incident, party]).await?;
    let is_incident = there.iter().any(|row| {
        row.word::<EntityId>(0, "entity").is_ok_and(|id| id == *incident)
            && row.text(1).is_ok_and(|kind| kind == "incident")
    });
    if there.len() != 2 || !is_incident {
        return Ok(PartsChanged::Absent);
    }
    let theirs = held(tx, (agency, case), (incident, party)).await?;
    if theirs != *seen && theirs != *wanted {
        tx.note(granted::entry(grant, "conflict: read only", now)?);
        return Ok(PartsChanged::Conflict { theirs });
    }
    tx.change(
        "DELETE FROM involvement WHERE agency_id = $1 AND case_id = $2 AND incident_id = $3 AND party_id = $4",
        args![agency, case, incident, party],
    )
    .await?;
    let rows = wanted.iter().map(|part| args![agency, case, incident, party, part.code()]).collect();
    tx.insert_many(
        "INSERT INTO involvement (agency_id, case_id, incident_id, party_id, involvement)",
        rows,
        true,
    )
    .await?;
    let codes = |parts: &Parts| match parts.is_empty() {
        true => "none".to_owned(),
        false => parts.iter().map(|part| part.code()).collect::<Vec<_>>().join(" "),
    };
    let detail = format!("part of {party}: {} -> {}", codes(&theirs), codes(wanted));
    tx.note(granted::entry(grant, detail, now)?);
    Ok(PartsChanged::Saved)
}
