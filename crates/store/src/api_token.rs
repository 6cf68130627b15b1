//! Which machine sends reports, and as whom? A token acts as one member of one agency, and never for longer than a year.
//!
//! A token is 256 random bits, so its SHA-256 is enough to recognise it and nothing to guess. What the member may no
//! longer do, their tokens may no longer do either: the member is read on every request.

use daymark_vocab::{AgencyId, MemberId};
use jiff::Timestamp;

use crate::audit::Entry;
use crate::error::StoreError;
use crate::member::{Member, digest};
use crate::sql::args;
use crate::transaction::Tx;

/// A token to be issued.
#[derive(Debug, Clone)]
pub struct NewToken<'a> {
    /// As whom it acts.
    pub member: &'a Member,
    /// The secret itself; only its digest is kept.
    pub secret: &'a str,
    /// Which machine it is for; never a person's name.
    pub label: &'a str,
    /// Until when it works.
    pub expires_at: Timestamp,
}

/// Issues a token.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn issue(tx: &mut Tx, new: &NewToken<'_>, now: Timestamp) -> Result<(), StoreError> {
    tx.change(
        "INSERT INTO api_token (agency_id, token_index, member_id, label, created_at_ms, expires_at_ms)
         VALUES ($1, $2, $3, $4, $5, $6)",
        args![&new.member.agency, digest(new.secret), &new.member.id, new.label, now, new.expires_at],
    )
    .await?;
    tx.note(entry(&new.member.agency, "issue api token", new.member.id.as_str(), now));
    Ok(())
}

/// As whom a token acts; `None` when it is unknown, revoked or over.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn find(
    tx: &mut Tx,
    secret: &str,
    now: Timestamp,
) -> Result<Option<(AgencyId, MemberId)>, StoreError> {
    tx.maybe(
        "SELECT agency_id, member_id FROM api_token
         WHERE token_index = $1 AND expires_at_ms > $2 AND revoked_at_ms IS NULL",
        args![digest(secret), now],
    )
    .await?
    .map(|row| Ok((row.word(0, "api_token")?, row.word(1, "api_token")?)))
    .transpose()
}

/// Revokes an agency's tokens with this label: how many there were.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn revoke(tx: &mut Tx, agency: &AgencyId, label: &str, now: Timestamp) -> Result<u64, StoreError> {
    let n = tx
        .change(
            "UPDATE api_token SET revoked_at_ms = $3 WHERE agency_id = $1 AND label = $2 AND revoked_at_ms IS NULL",
            args![agency, label, now],
        )
        .await?;
    if n > 0 {
        tx.note(Entry { detail: format!("tokens {n}"), ..entry(agency, "revoke api token", "", now) });
    }
    Ok(n)
}

fn entry(agency: &AgencyId, verb: &'static str, subject: &str, now: Timestamp) -> Entry {
    Entry {
        agency: agency.clone(),
        member: None,
        at: now,
        verb,
        subject_kind: "api token",
        subject_agency: agency.clone(),
        subject_id: subject.to_owned(),
        policies: "operator".to_owned(),
        detail: String::new(),
    }
}
