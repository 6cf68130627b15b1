//! What does this database say of itself? A few named words: is it the invented sample region, which model linked it.

use crate::error::StoreError;
use crate::sql::args;
use crate::transaction::Tx;

/// Reads a setting.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn get(tx: &mut Tx, name: &str) -> Result<Option<String>, StoreError> {
    tx.maybe("SELECT value FROM setting WHERE name = $1", args![name])
        .await?
        .map(|row| row.text(0))
        .transpose()
}

/// Writes a setting.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn set(tx: &mut Tx, name: &str, value: &str) -> Result<(), StoreError> {
    tx.keep_house(
        "INSERT INTO setting (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        args![name, value],
    )
    .await?;
    Ok(())
}
