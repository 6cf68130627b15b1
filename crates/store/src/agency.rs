//! Which agencies work here?

use daymark_vocab::{AgencyId, AgencyKind, AreaCode};
use jiff::Timestamp;

use crate::audit::Entry;
use crate::error::StoreError;
use crate::keys::Purpose;
use crate::sql::{Row, args};
use crate::transaction::Tx;

/// An agency that takes part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agency {
    /// Its slug.
    pub id: AgencyId,
    /// Its name on pages.
    pub name: String,
    /// What kind it is.
    pub kind: AgencyKind,
    /// The police force area in which it works.
    pub area: AreaCode,
    /// The letters before its case numbers: `NY` in `NY-0231`.
    pub prefix: String,
    /// How partners reach it: a role and a telephone number, never a person's name.
    pub contact: String,
}

/// Adds an agency with keys of its own.
///
/// # Errors
/// [`StoreError`] of the database, also when the slug or the prefix is taken.
pub async fn add(tx: &mut Tx, agency: &Agency, now: Timestamp) -> Result<(), StoreError> {
    tx.change(
        "INSERT INTO agency (agency_id, name, kind, area, prefix, next_case, contact, created_at_ms)
         VALUES ($1, $2, $3, $4, $5, 1, $6, $7)",
        args![
            &agency.id,
            agency.name.as_str(),
            agency.kind.code(),
            &agency.area,
            agency.prefix.as_str(),
            agency.contact.as_str(),
            now
        ],
    )
    .await?;
    let (keys, entropy) = (tx.keys(), tx.entropy());
    for purpose in Purpose::ALL {
        let wrapped = keys.new_agency_key(&agency.id, purpose, entropy.as_ref())?;
        tx.change(
            "INSERT INTO agency_key (agency_id, purpose, wrapped) VALUES ($1, $2, $3)",
            args![&agency.id, purpose.code(), wrapped],
        )
        .await?;
    }
    tx.act_for(&agency.id).await?;
    tx.change(
        "INSERT INTO audit_head (agency_id, seq, hash) VALUES ($1, 0, $2)",
        args![&agency.id, vec![0_u8; 32]],
    )
    .await?;
    tx.note(Entry {
        agency: agency.id.clone(),
        member: None,
        at: now,
        verb: "add agency",
        subject_kind: "agency",
        subject_agency: agency.id.clone(),
        subject_id: agency.id.to_string(),
        policies: "operator".to_owned(),
        detail: String::new(),
    });
    Ok(())
}

const COLUMNS: &str = "SELECT agency_id, name, kind, area, prefix, contact FROM agency";

fn from_row(row: &Row) -> Result<Agency, StoreError> {
    Ok(Agency {
        id: row.word(0, "agency")?,
        name: row.text(1)?,
        kind: row.word(2, "agency")?,
        area: row.word(3, "agency")?,
        prefix: row.text(4)?,
        contact: row.text(5)?,
    })
}

/// All agencies, by name.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn all(tx: &mut Tx) -> Result<Vec<Agency>, StoreError> {
    tx.all(&format!("{COLUMNS} ORDER BY name"), args![]).await?.iter().map(from_row).collect()
}

/// One agency.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn find(tx: &mut Tx, id: &AgencyId) -> Result<Option<Agency>, StoreError> {
    tx.maybe(&format!("{COLUMNS} WHERE agency_id = $1"), args![id]).await?.as_ref().map(from_row).transpose()
}

/// Takes the agency's next `n` case numbers: the first of them.
pub(crate) async fn take_case_numbers(
    tx: &mut Tx,
    id: &AgencyId,
    n: i64,
) -> Result<(String, i64), StoreError> {
    let row = tx
        .one(
            "UPDATE agency SET next_case = next_case + $2 WHERE agency_id = $1 RETURNING prefix, next_case",
            args![id, n],
        )
        .await?;
    Ok((row.text(0)?, row.int(1)? - n))
}
