//! What did people decide about two cases? Kept for ever; a later judgement outranks an earlier one; each can be undone.

use daymark_access::{Grant, verb};
use daymark_vocab::{AgencyId, CaseId, Judgement, MemberId};
use jiff::Timestamp;

use crate::error::StoreError;
use crate::granted;
use crate::sql::{Row, args};
use crate::transaction::Tx;

/// One person's judgement of one pair.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    /// Its id.
    pub id: String,
    /// The agency of the person.
    pub agency: AgencyId,
    /// The person.
    pub member: MemberId,
    /// One case of the pair (the id that sorts first).
    pub left: CaseId,
    /// The other.
    pub right: CaseId,
    /// What they said.
    pub judgement: Judgement,
    /// When.
    pub at: Timestamp,
    /// When it was undone, if it was.
    pub undone_at: Option<Timestamp>,
}

const COLUMNS: &str = "SELECT judgement_id, agency_id, judged_by, case_l, case_r, judgement, judged_at_ms, undone_at_ms FROM judgement";

fn from_row(row: &Row) -> Result<Judged, StoreError> {
    Ok(Judged {
        id: row.text(0)?,
        agency: row.word(1, "judgement")?,
        member: row.word(2, "judgement")?,
        left: row.word(3, "judgement")?,
        right: row.word(4, "judgement")?,
        judgement: row.word(5, "judgement")?,
        at: row.at(6)?,
        undone_at: row.at_opt(7)?,
    })
}

/// Records a person's judgement of a pair; its id.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn judge(
    tx: &mut Tx,
    grant: &Grant<verb::JudgeLink>,
    judgement: Judgement,
    now: Timestamp,
) -> Result<String, StoreError> {
    let by = granted::by(grant)?;
    let pair = grant.id();
    let id = CaseId::random(tx.entropy().as_ref())?.to_string();
    tx.change(
        "INSERT INTO judgement (agency_id, judgement_id, case_l, case_r, judgement, judged_by, judged_at_ms)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        args![by.agency, id.as_str(), pair.left(), pair.right(), judgement.code(), by.member, now],
    )
    .await?;
    tx.note(granted::entry(grant, judgement.code(), now)?);
    Ok(id)
}

/// Undoes a judgement; the row stays. `false` when there is no such judgement of this pair, or it is undone.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn undo(
    tx: &mut Tx,
    grant: &Grant<verb::UndoJudgement>,
    id: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let by = granted::by(grant)?;
    let pair = grant.id();
    let n = tx
        .change(
            "UPDATE judgement SET undone_by = $5, undone_at_ms = $6
             WHERE agency_id = $1 AND judgement_id = $2 AND case_l = $3 AND case_r = $4 AND undone_at_ms IS NULL",
            args![by.agency, id, pair.left(), pair.right(), by.member, now],
        )
        .await?;
    if n == 1 {
        tx.note(granted::entry(grant, "undone", now)?);
    }
    Ok(n == 1)
}

/// All judgements of one case and any other, newest first, undone ones too.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn of_case(tx: &mut Tx, case: &CaseId) -> Result<Vec<Judged>, StoreError> {
    let sql = format!("{COLUMNS} WHERE case_l = $1 OR case_r = $1 ORDER BY judged_at_ms DESC, judgement_id");
    tx.all(&sql, args![case]).await?.iter().map(from_row).collect()
}

/// The judgements that stand, one per pair: the newest that is not undone.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn standing(tx: &mut Tx) -> Result<Vec<Judged>, StoreError> {
    let sql = format!(
        "{COLUMNS} WHERE undone_at_ms IS NULL ORDER BY case_l, case_r, judged_at_ms DESC, judgement_id"
    );
    let mut all: Vec<Judged> = tx.all(&sql, args![]).await?.iter().map(from_row).collect::<Result<_, _>>()?;
    all.dedup_by(|later, kept| (&later.left, &later.right) == (&kept.left, &kept.right));
    Ok(all)
}
