//! What was typed but not yet sent? Kept sealed, per person and form, across time-outs, crashes and sign-ins.

use daymark_vocab::{AgencyId, MemberId, Private};
use jiff::Timestamp;

use crate::error::StoreError;
use crate::seal::{self, Place};
use crate::sql::args;
use crate::transaction::Tx;

/// Whose draft of which form about what.
#[derive(Debug, Clone, Copy)]
pub struct DraftOf<'a> {
    /// The person's agency.
    pub agency: &'a AgencyId,
    /// The person.
    pub member: &'a MemberId,
    /// The form, such as `report`.
    pub form: &'a str,
    /// What it is about: a case id, or `new`.
    pub subject: &'a str,
}

impl DraftOf<'_> {
    fn row(&self) -> String {
        format!("{}|{}|{}", self.member, self.form, self.subject)
    }
}

/// A draft as it was last saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// What was typed: the form's own text form.
    pub body: Private<String>,
    /// When it was saved.
    pub saved_at: Timestamp,
}

/// Keeps what was typed.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn save(
    tx: &mut Tx,
    of: DraftOf<'_>,
    body: &Private<String>,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.act_for(of.agency).await?;
    let row = tx
        .maybe(
            "SELECT row_version FROM draft WHERE agency_id = $1 AND member_id = $2 AND form = $3 AND subject = $4",
            args![of.agency, of.member, of.form, of.subject],
        )
        .await?;
    let version = row.map_or(Ok(0), |row| row.int(0))? + 1;
    let key = tx.keys().server_key("drafts v1");
    let row_name = of.row();
    let place = Place::of("draft", "body", &row_name, of.agency, version);
    let sealed = seal::seal(&key, &place, body.reveal().as_bytes(), tx.entropy().as_ref())?;
    tx.keep_house(
        "INSERT INTO draft (agency_id, member_id, form, subject, body_sealed, row_version, saved_at_ms)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (agency_id, member_id, form, subject) DO UPDATE
         SET body_sealed = excluded.body_sealed, row_version = excluded.row_version, saved_at_ms = excluded.saved_at_ms",
        args![of.agency, of.member, of.form, of.subject, sealed, version, now],
    )
    .await?;
    Ok(())
}

/// What was last typed, if anything.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn load(tx: &mut Tx, of: DraftOf<'_>) -> Result<Option<Draft>, StoreError> {
    read(tx, of, "").await
}

/// The same in a transaction that changes it: until it ends nobody else changes this draft.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn load_to_change(tx: &mut Tx, of: DraftOf<'_>) -> Result<Option<Draft>, StoreError> {
    let for_update = tx.dialect().for_update();
    read(tx, of, for_update).await
}

async fn read(tx: &mut Tx, of: DraftOf<'_>, for_update: &str) -> Result<Option<Draft>, StoreError> {
    tx.act_for(of.agency).await?;
    let sql = format!(
        "SELECT body_sealed, row_version, saved_at_ms FROM draft
         WHERE agency_id = $1 AND member_id = $2 AND form = $3 AND subject = $4{for_update}"
    );
    let row = tx.maybe(&sql, args![of.agency, of.member, of.form, of.subject]).await?;
    let Some(row) = row else { return Ok(None) };
    let key = tx.keys().server_key("drafts v1");
    let row_name = of.row();
    let place = Place::of("draft", "body", &row_name, of.agency, row.int(1)?);
    let bytes = seal::open(&key, &place, &row.blob(0)?)?;
    let body = String::from_utf8(bytes.to_vec()).map_err(|_| StoreError::row("draft", "not text"))?;
    Ok(Some(Draft { body: Private::new(body), saved_at: row.at(2)? }))
}

/// The subjects of a person's drafts of one form, newest first, with the time of saving.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn subjects(
    tx: &mut Tx,
    agency: &AgencyId,
    member: &MemberId,
    form: &str,
) -> Result<Vec<(String, Timestamp)>, StoreError> {
    tx.act_for(agency).await?;
    let rows = tx
        .all(
            "SELECT subject, saved_at_ms FROM draft WHERE agency_id = $1 AND member_id = $2 AND form = $3
             ORDER BY saved_at_ms DESC",
            args![agency, member, form],
        )
        .await?;
    rows.iter().map(|row| Ok((row.text(0)?, row.at(1)?))).collect()
}

/// Lets a draft go: it was sent, or the person threw it away.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn discard(tx: &mut Tx, of: DraftOf<'_>) -> Result<(), StoreError> {
    tx.act_for(of.agency).await?;
    tx.keep_house(
        "DELETE FROM draft WHERE agency_id = $1 AND member_id = $2 AND form = $3 AND subject = $4",
        args![of.agency, of.member, of.form, of.subject],
    )
    .await?;
    Ok(())
}

/// Lets go of all drafts of one form that were saved before `before`: how many.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn sweep(tx: &mut Tx, form: &str, before: Timestamp) -> Result<u64, StoreError> {
    tx.act_for_all().await?;
    tx.keep_house("DELETE FROM draft WHERE form = $1 AND saved_at_ms < $2", args![form, before]).await
}
