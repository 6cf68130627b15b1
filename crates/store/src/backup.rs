//! Is the backup whole? What a database holds, counted, and where each audit chain ends: the same before and after.

use std::collections::BTreeMap;
use std::path::Path;

use crate::agency;
use crate::audit::{self, ChainBreak};
use crate::db::Store;
use crate::error::StoreError;
use crate::ledger;
use crate::sql::args;
use crate::transaction::{Dialect, Tx};

/// What a database holds, without a word of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Census {
    /// Rows in each table.
    pub n_rows: BTreeMap<String, i64>,
    /// For each agency, how many audit rows there are and the last hash as hexadecimal.
    pub heads: BTreeMap<String, (i64, String)>,
}

/// Counts every table of the ledger and reads the end of every audit chain.
///
/// # Errors
/// [`StoreError`] of the database, or of the ledger.
pub async fn census(tx: &mut Tx) -> Result<Census, StoreError> {
    tx.act_for_all().await?;
    let mut census = Census::default();
    let tables = ledger::read().map_err(|_| StoreError::row("the ledger", "it cannot be read"))?;
    for table in tables.into_keys() {
        // The name comes from our own ledger, never from outside.
        let n = tx.one(&format!("SELECT COUNT(*) FROM {table}"), args![]).await?.int(0)?;
        census.n_rows.insert(table, n);
    }
    for agency in agency::all(tx).await? {
        if let Some((seq, hash)) = audit::head(tx, &agency.id).await? {
            census.heads.insert(agency.id.to_string(), (seq, data_encoding::HEXLOWER.encode(&hash)));
        }
    }
    Ok(census)
}

/// Reads every audit chain from its beginning: the first break of each.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn broken_chains(tx: &mut Tx) -> Result<Vec<ChainBreak>, StoreError> {
    let mut breaks = Vec::new();
    for agency in agency::all(tx).await? {
        let rows = audit::chain(tx, &agency.id, 0, i64::MAX).await?;
        let head = audit::head(tx, &agency.id).await?;
        let head = head.as_ref().map(|(seq, hash)| (*seq, hash.as_slice()));
        if let Err(found) = audit::verify(&agency.id, &rows, head) {
            breaks.push(found);
        }
    }
    Ok(breaks)
}

/// Writes a whole copy of a SQLite database beside it, while others go on working. `file` must not exist.
///
/// # Errors
/// [`StoreError`] of the database; on PostgreSQL, whose own `pg_dump` does this.
pub async fn copy_to(store: &Store, file: &Path) -> Result<(), StoreError> {
    if store.dialect() != Dialect::Sqlite {
        return Err(StoreError::Schema { why: "a PostgreSQL database is copied by `pg_dump`".to_owned() });
    }
    store.vacuum_into(file).await
}

/// What SQLite itself finds wrong with the file; empty when nothing is.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn damage(tx: &mut Tx) -> Result<Vec<String>, StoreError> {
    if tx.dialect() != Dialect::Sqlite {
        return Ok(Vec::new());
    }
    let rows = tx.all("PRAGMA integrity_check", args![]).await?;
    let words: Vec<String> = rows.iter().map(|row| row.text(0)).collect::<Result<_, _>>()?;
    Ok(words.into_iter().filter(|word| word != "ok").collect())
}
