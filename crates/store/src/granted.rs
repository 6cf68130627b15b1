//! What does a grant say to the store: who acts, for whom, on whose record; and the audit row of its use.

use daymark_access::{Grant, Verb};
use daymark_vocab::{AgencyId, MemberId};
use jiff::Timestamp;

use crate::audit::Entry;
use crate::error::StoreError;

/// Who uses a grant, and whose record it is about.
#[derive(Debug, Clone, Copy)]
pub(crate) struct By<'g> {
    /// The agency for which the person acts.
    pub(crate) agency: &'g AgencyId,
    /// The person.
    pub(crate) member: &'g MemberId,
    /// The agency that owns the record: the person's own where the record belongs to none.
    pub(crate) owner: &'g AgencyId,
}

/// Reads the grant; a visitor's grant never reaches a record.
pub(crate) fn by<V: Verb>(grant: &Grant<V>) -> Result<By<'_>, StoreError> {
    let (Some(agency), Some(member)) = (grant.agency(), grant.member()) else {
        return Err(StoreError::Grant { doing: "a visitor has no records" });
    };
    Ok(By { agency, member, owner: grant.owners().first().unwrap_or(agency) })
}

/// The audit row of using a grant. `detail` holds field ids, counts and codes, never values.
pub(crate) fn entry<V: Verb>(
    grant: &Grant<V>,
    detail: impl Into<String>,
    now: Timestamp,
) -> Result<Entry, StoreError> {
    let by = by(grant)?;
    Ok(Entry {
        agency: by.agency.clone(),
        member: Some(by.member.clone()),
        at: now,
        verb: grant.action().code(),
        subject_kind: grant.record().kind().code(),
        subject_agency: by.owner.clone(),
        subject_id: grant.record().text(),
        policies: grant.rules().join(" "),
        detail: detail.into(),
    })
}
