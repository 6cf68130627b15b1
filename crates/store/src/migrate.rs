//! Is the schema this version's? Migrations come in pairs for both databases, each in its own transaction.

use sha2::{Digest, Sha256};

use crate::db::Store;
use crate::error::StoreError;
use crate::sql::args;
use crate::transaction::Dialect;

/// One step of the schema, up and down, for both databases.
#[derive(Debug)]
pub struct Migration {
    /// Its number, from 1 without gaps.
    pub version: i64,
    /// What it brings.
    pub name: &'static str,
    sqlite: (&'static str, &'static str),
    postgres: (&'static str, &'static str),
}

macro_rules! migration {
    ($version:literal, $name:literal, $file:literal) => {
        Migration {
            version: $version,
            name: $name,
            sqlite: (
                include_str!(concat!("../../../migrations/sqlite/", $file, ".up.sql")),
                include_str!(concat!("../../../migrations/sqlite/", $file, ".down.sql")),
            ),
            postgres: (
                include_str!(concat!("../../../migrations/postgres/", $file, ".up.sql")),
                include_str!(concat!("../../../migrations/postgres/", $file, ".down.sql")),
            ),
        }
    };
}

/// All steps, in order.
pub const MIGRATIONS: &[Migration] = &[migration!(1, "foundation", "0001_foundation")];

impl Migration {
    const fn scripts(&self, dialect: Dialect) -> (&'static str, &'static str) {
        match dialect {
            Dialect::Sqlite => self.sqlite,
            Dialect::Postgres => self.postgres,
        }
    }

    fn checksum(&self, dialect: Dialect) -> String {
        data_encoding::HEXLOWER.encode(&Sha256::digest(self.scripts(dialect).0))
    }
}

const LOG: &str = "CREATE TABLE IF NOT EXISTS schema_migration (version BIGINT PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL)";

/// Brings the schema up to this version.
///
/// # Errors
/// [`StoreError::Schema`] when the database is newer than this version, or a migration was changed after it ran.
pub async fn up(store: &Store) -> Result<(), StoreError> {
    let dialect = store.dialect();
    let mut tx = store.write("prepare migrations").await?;
    tx.keep_house(LOG, args![]).await?;
    tx.commit().await?;
    let done = applied(store).await?;
    if let Some((version, _)) = done.get(MIGRATIONS.len()) {
        return Err(StoreError::Schema {
            why: format!(
                "it is at step {version}, this version knows {}: start the newer Daymark",
                MIGRATIONS.len()
            ),
        });
    }
    for (migration, (version, checksum)) in MIGRATIONS.iter().zip(&done) {
        if *version != migration.version || *checksum != migration.checksum(dialect) {
            return Err(StoreError::Schema {
                why: format!(
                    "step {} was changed after it ran: restore the file that ran",
                    migration.version
                ),
            });
        }
    }
    for migration in MIGRATIONS.iter().skip(done.len()) {
        let mut tx = store.write("migrate").await?;
        tx.connection().script("migrating", migration.scripts(dialect).0).await?;
        tx.keep_house(
            "INSERT INTO schema_migration (version, name, checksum) VALUES ($1, $2, $3)",
            args![migration.version, migration.name, migration.checksum(dialect)],
        )
        .await?;
        tx.commit().await?;
        tracing::info!(migration.version, migration.name, "the schema was brought up to date");
    }
    Ok(())
}

/// Takes the newest step back. For tests of the pair; a live database is restored from its backup instead.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn down(store: &Store) -> Result<(), StoreError> {
    let done = applied(store).await?;
    let Some(migration) = done.len().checked_sub(1).and_then(|last| MIGRATIONS.get(last)) else {
        return Ok(());
    };
    let mut tx = store.write("migrate down").await?;
    tx.connection().script("migrating down", migration.scripts(store.dialect()).1).await?;
    tx.keep_house("DELETE FROM schema_migration WHERE version = $1", args![migration.version]).await?;
    tx.commit().await
}

async fn applied(store: &Store) -> Result<Vec<(i64, String)>, StoreError> {
    let mut tx = store.read("list migrations").await?;
    let rows = tx.all("SELECT version, checksum FROM schema_migration ORDER BY version", args![]).await?;
    rows.iter().map(|row| Ok((row.int(0)?, row.text(1)?))).collect()
}
