//! Handing over: one agency asks another to take a case on, and the other answers.
//!
//! A referral is open until the receiver accepts or rejects it, or the sender takes it back. There is at most one open
//! referral of a case to an agency. Accepting gives the receiver the key to the case; it stays with them until the
//! sender ends that sight. The reasons are sealed under a key that sender and receiver can both make.

use daymark_access::{Answer, Grant, Handover, Record, ReferralState, Scope, Staff, WrittenReason, verb};
use daymark_vocab::{AgencyId, CaseId, MemberId, Private, ReferralId};
use jiff::Timestamp;

use crate::case_file;
use crate::error::StoreError;
use crate::granted;
use crate::seal::{self, Place};
use crate::sql::{Row, args};
use crate::transaction::Tx;

/// A handover asked of another agency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Referral {
    /// Its id.
    pub id: ReferralId,
    /// Who asks.
    pub from: AgencyId,
    /// Who is asked.
    pub to: AgencyId,
    /// Which case.
    pub case: CaseId,
    /// The case's number for people.
    pub reference: String,
    /// Where it stands.
    pub state: ReferralState,
    /// Why the sender asks.
    pub reason: Private<String>,
    /// Who asked.
    pub opened_by: MemberId,
    /// When.
    pub opened_at: Timestamp,
    /// What the receiver wrote, or why the sender took it back.
    pub answer: Option<Private<String>>,
    /// Who answered or took it back.
    pub answered_by: Option<MemberId>,
    /// When.
    pub answered_at: Option<Timestamp>,
}

/// What became of asking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The other agency was asked.
    Opened(ReferralId),
    /// They were asked before and have not answered yet.
    AlreadyReferred(ReferralId),
}

const COLUMNS: &str =
    "SELECT r.agency_id, r.referral_id, r.case_id, r.to_agency_id, r.status, r.reason_sealed, r.opened_by,
    r.opened_at_ms, r.answer_sealed, r.answered_by, r.answered_at_ms, f.reference
    FROM referral r JOIN case_file f ON f.agency_id = r.agency_id AND f.case_id = r.case_id";

/// Asks another agency to take the case on. `reason` says why, for the people there.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn open(
    tx: &mut Tx,
    grant: &Grant<verb::OpenReferral>,
    reason: &WrittenReason,
    now: Timestamp,
) -> Result<Outcome, StoreError> {
    let by = granted::by(grant)?;
    let Handover { case, to } = grant.id();
    tx.act_for(by.agency).await?;
    let open = tx
        .maybe(
            "SELECT referral_id FROM referral WHERE agency_id = $1 AND case_id = $2 AND to_agency_id = $3 AND status = 'open'",
            args![by.owner, case, to],
        )
        .await?;
    if let Some(row) = open {
        tx.note(granted::entry(grant, "already open", now)?);
        return Ok(Outcome::AlreadyReferred(row.word(0, "referral")?));
    }
    let id = ReferralId::random(tx.entropy().as_ref())?;
    let sealed = seal_words(tx, by.owner, &id, "reason", reason.private())?;
    tx.change(
        "INSERT INTO referral (agency_id, referral_id, case_id, to_agency_id, status, reason_sealed, opened_by, opened_at_ms)
         VALUES ($1, $2, $3, $4, 'open', $5, $6, $7)",
        args![by.owner, &id, case, to, sealed, by.member, now],
    )
    .await?;
    tx.note(granted::entry(grant, format!("to {to}"), now)?);
    Ok(Outcome::Opened(id))
}

/// The facts about a referral on which a decision rests; a referral that is not there is answered as one that is not open.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn facts(tx: &mut Tx, id: &ReferralId) -> Result<Record, StoreError> {
    tx.act_for_all().await?;
    let row = tx
        .maybe(
            "SELECT agency_id, to_agency_id, opened_by, status FROM referral WHERE referral_id = $1",
            args![id],
        )
        .await?;
    let Some(row) = row else { return Ok(Record::absent(id)) };
    Ok(Record::referral(
        id.clone(),
        row.word(0, "referral")?,
        row.word(1, "referral")?,
        row.word(2, "referral")?,
        state_in(&row, 3)?,
    ))
}

/// Reads a referral.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn read(
    tx: &mut Tx,
    grant: &Grant<verb::ReadReferral>,
    now: Timestamp,
) -> Result<Option<Referral>, StoreError> {
    tx.act_for_all().await?;
    let row = tx.maybe(&format!("{COLUMNS} WHERE r.referral_id = $1"), args![grant.id()]).await?;
    tx.note(granted::entry(grant, "", now)?);
    row.map(|row| from_row(tx, &row)).transpose()
}

/// The referrals that `who` may list, open ones first, newest first.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn list(tx: &mut Tx, who: &Staff, n: i64) -> Result<Vec<Referral>, StoreError> {
    let Scope::SentOrReceived { agency, .. } =
        daymark_access::scope_for_list(who, daymark_access::Action::ListReferrals)
    else {
        return Ok(Vec::new());
    };
    tx.act_for_all().await?;
    let sql = format!(
        "{COLUMNS} WHERE r.agency_id = $1 OR r.to_agency_id = $1
         ORDER BY CASE r.status WHEN 'open' THEN 0 ELSE 1 END, r.opened_at_ms DESC, r.referral_id LIMIT $2"
    );
    let rows = tx.all(&sql, args![&agency, n]).await?;
    rows.iter().map(|row| from_row(tx, row)).collect()
}

/// Answers a referral. Accepting opens the case to the receiver. `false` when it was no longer open.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn answer(
    tx: &mut Tx,
    grant: &Grant<verb::AnswerReferral>,
    answer: &Answer,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let words = match answer {
        Answer::Accept => None,
        Answer::Reject { reason } => Some(reason.private()),
    };
    let settled = settle(tx, grant, answer.state(), words, now).await?;
    if let (Some((owner, case, to)), Answer::Accept) = (&settled, answer) {
        case_file::release(tx, owner, case, to).await?;
    }
    Ok(settled.is_some())
}

/// Takes a referral back. `false` when it was no longer open.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn withdraw(
    tx: &mut Tx,
    grant: &Grant<verb::WithdrawReferral>,
    reason: &WrittenReason,
    now: Timestamp,
) -> Result<bool, StoreError> {
    Ok(settle(tx, grant, ReferralState::Withdrawn, Some(reason.private()), now).await?.is_some())
}

/// Settles an open referral, once; what was settled, or `None` when somebody was quicker.
async fn settle<V: daymark_access::Verb<Id = ReferralId>>(
    tx: &mut Tx,
    grant: &Grant<V>,
    state: ReferralState,
    words: Option<&Private<String>>,
    now: Timestamp,
) -> Result<Option<(AgencyId, CaseId, AgencyId)>, StoreError> {
    let by = granted::by(grant)?;
    let id = grant.id();
    tx.act_for_all().await?;
    let sealed = words.map(|words| seal_words(tx, by.owner, id, "answer", words)).transpose()?;
    let rows = tx
        .all(
            "UPDATE referral SET status = $3, answer_sealed = $4, answered_by = $5, answered_at_ms = $6, row_version = row_version + 1
             WHERE agency_id = $1 AND referral_id = $2 AND status = 'open' RETURNING case_id, to_agency_id",
            args![by.owner, id, state.code(), sealed, by.member, now],
        )
        .await?;
    tx.note(granted::entry(grant, state.code(), now)?);
    rows.first()
        .map(|row| Ok((by.owner.clone(), row.word(0, "referral")?, row.word(1, "referral")?)))
        .transpose()
}

fn seal_words(
    tx: &Tx,
    owner: &AgencyId,
    id: &ReferralId,
    column: &'static str,
    words: &Private<String>,
) -> Result<Vec<u8>, StoreError> {
    let key = tx.keys().server_key("referrals v1");
    let place = Place::of("referral", column, id.as_str(), owner, 1);
    seal::seal(&key, &place, words.reveal().as_bytes(), tx.entropy().as_ref())
}

fn from_row(tx: &Tx, row: &Row) -> Result<Referral, StoreError> {
    let (from, id): (AgencyId, ReferralId) = (row.word(0, "referral")?, row.word(1, "referral")?);
    let key = tx.keys().server_key("referrals v1");
    let open_words = |column, wire: &[u8]| {
        let bytes = seal::open(&key, &Place::of("referral", column, id.as_str(), &from, 1), wire)?;
        String::from_utf8(bytes.to_vec())
            .map(Private::new)
            .map_err(|_| StoreError::row("referral", "not text"))
    };
    Ok(Referral {
        case: row.word(2, "referral")?,
        to: row.word(3, "referral")?,
        state: state_in(row, 4)?,
        reason: open_words("reason", &row.blob(5)?)?,
        opened_by: row.word(6, "referral")?,
        opened_at: row.at(7)?,
        answer: row.blob_opt(8)?.map(|wire| open_words("answer", &wire)).transpose()?,
        answered_by: row.word_opt(9, "referral")?,
        answered_at: row.at_opt(10)?,
        reference: row.text(11)?,
        from,
        id,
    })
}

fn state_in(row: &Row, column: usize) -> Result<ReferralState, StoreError> {
    let code = row.text(column)?;
    ReferralState::ALL
        .into_iter()
        .find(|state| state.code() == code)
        .ok_or(StoreError::row("referral", "not a state"))
}
