//! Who is signed in? Session ids are stored hashed; idle and absolute time-outs; revoke one or all.

use daymark_vocab::{AgencyId, MemberId};
use jiff::{SignedDuration, Timestamp};

use crate::audit::Entry;
use crate::error::StoreError;
use crate::member::{Member, digest};
use crate::sql::args;
use crate::transaction::Tx;

/// When a session ends by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// After this long without a request.
    pub idle: SignedDuration,
    /// After this long in any case.
    pub absolute: SignedDuration,
    /// How many one member may have at once; the oldest goes.
    pub n_at_once: i64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { idle: SignedDuration::from_mins(15), absolute: SignedDuration::from_hours(12), n_at_once: 5 }
    }
}

/// A live session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// The member's agency.
    pub agency: AgencyId,
    /// The member.
    pub member: MemberId,
    /// The token that every form of this session carries.
    pub csrf: String,
    /// When it was opened.
    pub created_at: Timestamp,
    /// When the last request came.
    pub seen_at: Timestamp,
    /// When password and second factor were last given.
    pub step_up_at: Option<Timestamp>,
}

/// Opens a session for a member who has just shown password and second factor.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn open(
    tx: &mut Tx,
    member: &Member,
    secret: &str,
    csrf: &str,
    limits: &Limits,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.change(
        "INSERT INTO session (agency_id, session_index, member_id, csrf, created_at_ms, seen_at_ms, step_up_at_ms)
         VALUES ($1, $2, $3, $4, $5, $5, $5)",
        args![&member.agency, digest(secret), &member.id, csrf, now],
    )
    .await?;
    tx.keep_house(
        "DELETE FROM session WHERE agency_id = $1 AND member_id = $2 AND session_index NOT IN
         (SELECT session_index FROM session WHERE agency_id = $1 AND member_id = $2
          ORDER BY created_at_ms DESC, session_index LIMIT $3)",
        args![&member.agency, &member.id, limits.n_at_once],
    )
    .await?;
    tx.note(entry(member, "sign in", now));
    Ok(())
}

/// The live session with this secret, if neither time-out has passed.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn find(
    tx: &mut Tx,
    secret: &str,
    limits: &Limits,
    now: Timestamp,
) -> Result<Option<Session>, StoreError> {
    let session = kept(tx, secret).await?;
    Ok(session.filter(|session| {
        now.duration_since(session.seen_at) < limits.idle
            && now.duration_since(session.created_at) < limits.absolute
    }))
}

/// The session with this secret that has timed out and is still kept. It opens nothing: it only says whose form that
/// was, so that what they typed is kept for them until they sign in again.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn timed_out(
    tx: &mut Tx,
    secret: &str,
    limits: &Limits,
    now: Timestamp,
) -> Result<Option<Session>, StoreError> {
    if find(tx, secret, limits, now).await?.is_some() {
        return Ok(None);
    }
    kept(tx, secret).await
}

async fn kept(tx: &mut Tx, secret: &str) -> Result<Option<Session>, StoreError> {
    let row = tx
        .maybe(
            "SELECT agency_id, member_id, csrf, created_at_ms, seen_at_ms, step_up_at_ms FROM session WHERE session_index = $1",
            args![digest(secret)],
        )
        .await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(Session {
        agency: row.word(0, "session")?,
        member: row.word(1, "session")?,
        csrf: row.text(2)?,
        created_at: row.at(3)?,
        seen_at: row.at(4)?,
        step_up_at: row.at_opt(5)?,
    }))
}

/// Notes that a request came.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn seen(tx: &mut Tx, secret: &str, now: Timestamp) -> Result<(), StoreError> {
    tx.keep_house(
        "UPDATE session SET seen_at_ms = $2 WHERE session_index = $1 AND seen_at_ms < $2",
        args![digest(secret), now],
    )
    .await?;
    Ok(())
}

/// Notes that the member has just given password and second factor once more.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn step_up(tx: &mut Tx, member: &Member, secret: &str, now: Timestamp) -> Result<(), StoreError> {
    let n = tx
        .change(
            "UPDATE session SET step_up_at_ms = $3 WHERE agency_id = $1 AND session_index = $2",
            args![&member.agency, digest(secret), now],
        )
        .await?;
    if n == 1 {
        tx.note(entry(member, "step up", now));
    }
    Ok(())
}

/// Ends one session.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn end(tx: &mut Tx, member: &Member, secret: &str, now: Timestamp) -> Result<(), StoreError> {
    tx.change(
        "DELETE FROM session WHERE agency_id = $1 AND session_index = $2",
        args![&member.agency, digest(secret)],
    )
    .await?;
    tx.note(entry(member, "sign out", now));
    Ok(())
}

/// Ends all sessions of a member: how many there were.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn end_all(
    tx: &mut Tx,
    by: &Entry,
    agency: &AgencyId,
    member: &MemberId,
) -> Result<u64, StoreError> {
    let n = tx
        .change("DELETE FROM session WHERE agency_id = $1 AND member_id = $2", args![agency, member])
        .await?;
    tx.note(Entry { subject_id: member.to_string(), detail: format!("sessions {n}"), ..by.clone() });
    Ok(n)
}

/// How long the row of a session that has timed out is kept, so that a form sent too late still finds its writer.
pub const KEPT_AFTER_TIME_OUT: SignedDuration = SignedDuration::from_hours(12);

/// Removes sessions that timed out [`KEPT_AFTER_TIME_OUT`] ago: how many.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn sweep(tx: &mut Tx, limits: &Limits, now: Timestamp) -> Result<u64, StoreError> {
    let (idle, absolute) =
        (now - limits.idle - KEPT_AFTER_TIME_OUT, now - limits.absolute - KEPT_AFTER_TIME_OUT);
    tx.keep_house("DELETE FROM session WHERE seen_at_ms < $1 OR created_at_ms < $2", args![idle, absolute])
        .await
}

fn entry(member: &Member, verb: &'static str, now: Timestamp) -> Entry {
    Entry {
        agency: member.agency.clone(),
        member: Some(member.id.clone()),
        at: now,
        verb,
        subject_kind: "session",
        subject_agency: member.agency.clone(),
        subject_id: member.id.to_string(),
        policies: "own account".to_owned(),
        detail: String::new(),
    }
}
