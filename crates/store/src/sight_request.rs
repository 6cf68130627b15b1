//! May we see this case? Asked by an agency that has a linked one, answered by the owner, ended by the owner.

use daymark_access::{Grant, WrittenReason, verb};
use daymark_vocab::{AgencyId, CaseId, MemberId, Private};
use jiff::Timestamp;

use crate::case_file;
use crate::error::StoreError;
use crate::granted;
use crate::seal::{self, Place};
use crate::sql::{Row, args};
use crate::transaction::Tx;

/// Where a request stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SightState {
    /// Waiting for the owner.
    Asked,
    /// The asking agency sees the case.
    Granted,
    /// The owner said no.
    Refused,
    /// The owner ended the sight.
    Ended,
}

impl SightState {
    const ALL: [Self; 4] = [Self::Asked, Self::Granted, Self::Refused, Self::Ended];

    /// The word in the store.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Granted => "granted",
            Self::Refused => "refused",
            Self::Ended => "ended",
        }
    }

    /// The words on pages.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Asked => "Waiting for an answer",
            Self::Granted => "Granted",
            Self::Refused => "Not granted",
            Self::Ended => "Ended",
        }
    }
}

/// A request to see a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SightRequest {
    /// The owner.
    pub owner: AgencyId,
    /// Which case.
    pub case: CaseId,
    /// The case's number for people.
    pub reference: String,
    /// Who asks.
    pub asking: AgencyId,
    /// Which person asks.
    pub asked_by: MemberId,
    /// Why.
    pub reason: Private<String>,
    /// When.
    pub asked_at: Timestamp,
    /// Where it stands.
    pub state: SightState,
    /// What the owner wrote.
    pub answer: Option<Private<String>>,
}

fn row_name(case: &CaseId, asking: &AgencyId) -> String {
    format!("{case}|{asking}")
}

fn seal_words(
    tx: &Tx,
    (owner, case, asking): (&AgencyId, &CaseId, &AgencyId),
    column: &'static str,
    words: &Private<String>,
) -> Result<Vec<u8>, StoreError> {
    let key = tx.keys().server_key("sight requests v1");
    let name = row_name(case, asking);
    let place = Place::of("sight_request", column, &name, owner, 1);
    seal::seal(&key, &place, words.reveal().as_bytes(), tx.entropy().as_ref())
}

/// Asks the owner. Asking again after a refusal opens the question anew; `false` when it is open or granted already.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn ask(
    tx: &mut Tx,
    grant: &Grant<verb::AskToSee>,
    reason: &WrittenReason,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let by = granted::by(grant)?;
    let of = (by.owner, grant.id(), by.agency);
    tx.act_for(by.agency).await?;
    let sealed = seal_words(tx, of, "reason", reason.private())?;
    let n = tx
        .change(
            "INSERT INTO sight_request (agency_id, case_id, asking_agency_id, asked_by, reason_sealed, status, asked_at_ms)
             VALUES ($1, $2, $3, $4, $5, 'asked', $6)
             ON CONFLICT (agency_id, case_id, asking_agency_id) DO UPDATE SET asked_by = excluded.asked_by,
             reason_sealed = excluded.reason_sealed, status = 'asked', asked_at_ms = excluded.asked_at_ms,
             answered_by = NULL, answered_at_ms = NULL, answer_sealed = NULL
             WHERE sight_request.status IN ('refused', 'ended')",
            args![of.0, of.1, of.2, by.member, sealed, now],
        )
        .await?;
    tx.note(granted::entry(grant, if n == 1 { "asked" } else { "asked before" }, now)?);
    Ok(n == 1)
}

/// Answers a request about one's own case; granting gives the asking agency the key. `false` when there is none open.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn answer(
    tx: &mut Tx,
    grant: &Grant<verb::AnswerAskToSee>,
    asking: &AgencyId,
    yes: bool,
    words: &WrittenReason,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let by = granted::by(grant)?;
    let case = grant.id();
    tx.act_for(by.agency).await?;
    let sealed = seal_words(tx, (by.owner, case, asking), "answer", words.private())?;
    let state = if yes { SightState::Granted } else { SightState::Refused };
    let n = tx
        .change(
            "UPDATE sight_request SET status = $4, answered_by = $5, answered_at_ms = $6, answer_sealed = $7
             WHERE agency_id = $1 AND case_id = $2 AND asking_agency_id = $3 AND status = 'asked'",
            args![by.owner, case, asking, state.code(), by.member, now, sealed],
        )
        .await?;
    if n == 1 && yes {
        case_file::release(tx, by.owner, case, asking).await?;
    }
    tx.note(granted::entry(grant, format!("{} to {asking}", state.code()), now)?);
    Ok(n == 1)
}

/// Ends another agency's sight of one's own case, however it came about.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn end(
    tx: &mut Tx,
    grant: &Grant<verb::EndSight>,
    asking: &AgencyId,
    now: Timestamp,
) -> Result<(), StoreError> {
    let by = granted::by(grant)?;
    case_file::recall(tx, by.owner, grant.id(), asking).await?;
    tx.change(
        "UPDATE sight_request SET status = 'ended', answered_by = $4, answered_at_ms = $5
         WHERE agency_id = $1 AND case_id = $2 AND asking_agency_id = $3",
        args![by.owner, grant.id(), asking, by.member, now],
    )
    .await?;
    tx.note(granted::entry(grant, format!("from {asking}"), now)?);
    Ok(())
}

const COLUMNS: &str = "SELECT s.agency_id, s.case_id, s.asking_agency_id, s.asked_by, s.reason_sealed, s.status, s.asked_at_ms, s.answer_sealed, f.reference
    FROM sight_request s JOIN case_file f ON f.agency_id = s.agency_id AND f.case_id = s.case_id";

fn from_row(tx: &Tx, row: &Row) -> Result<SightRequest, StoreError> {
    let (owner, case, asking): (AgencyId, CaseId, AgencyId) =
        (row.word(0, "sight_request")?, row.word(1, "sight_request")?, row.word(2, "sight_request")?);
    let key = tx.keys().server_key("sight requests v1");
    let name = row_name(&case, &asking);
    let open_words = |column, wire: &[u8]| {
        let bytes = seal::open(&key, &Place::of("sight_request", column, &name, &owner, 1), wire)?;
        String::from_utf8(bytes.to_vec())
            .map(Private::new)
            .map_err(|_| StoreError::row("sight_request", "not text"))
    };
    let code = row.text(5)?;
    Ok(SightRequest {
        asked_by: row.word(3, "sight_request")?,
        reason: open_words("reason", &row.blob(4)?)?,
        state: SightState::ALL
            .into_iter()
            .find(|state| state.code() == code)
            .ok_or(StoreError::row("sight_request", "not a state"))?,
        asked_at: row.at(6)?,
        answer: row.blob_opt(7)?.map(|wire| open_words("answer", &wire)).transpose()?,
        reference: row.text(8)?,
        owner,
        case,
        asking,
    })
}

/// The requests that an agency sent or received, open ones first. For members who may read or answer them.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn of_agency(tx: &mut Tx, agency: &AgencyId, n: i64) -> Result<Vec<SightRequest>, StoreError> {
    tx.act_for_all().await?;
    let sql = format!(
        "{COLUMNS} WHERE s.agency_id = $1 OR s.asking_agency_id = $1
         ORDER BY CASE s.status WHEN 'asked' THEN 0 ELSE 1 END, s.asked_at_ms DESC, s.case_id LIMIT $2"
    );
    let rows = tx.all(&sql, args![agency, n]).await?;
    rows.iter().map(|row| from_row(tx, row)).collect()
}
