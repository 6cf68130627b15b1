//! Where is the data, and how is it opened? SQLite in a file by default, PostgreSQL by URL.

use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use daymark_vocab::Entropy;
use daymark_vocab::selector::Harmless;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};

use crate::error::StoreError;
use crate::keys::{KeyRing, RootKeys};
use crate::migrate;
use crate::together::Writer;
use crate::transaction::{Dialect, Mode, Tools, Tx};

const OLDEST_SQLITE: (u32, u32, u32) = (3, 51, 3);
const N_READERS: u32 = 4;
const N_POSTGRES: u32 = 8;

#[derive(Debug, Clone)]
enum Db {
    /// One writer, so that a write never meets another; readers beside it (WAL).
    Sqlite {
        writer: Writer,
        readers: SqlitePool,
    },
    Postgres(PgPool),
}

/// The one door to the database.
#[derive(Clone)]
pub struct Store {
    db: Db,
    tools: Tools,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").field("dialect", &self.dialect()).finish_non_exhaustive()
    }
}

impl Store {
    /// Opens (or makes) the SQLite database in `file` and brings its schema up to date.
    ///
    /// # Errors
    /// [`StoreError::SqliteTooOld`], [`StoreError::Schema`] for a newer schema, or the driver's error.
    pub async fn open_sqlite(
        file: &Path,
        keys: RootKeys,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, StoreError> {
        let options = SqliteConnectOptions::new()
            .filename(file)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(5))
            .statement_cache_capacity(256)
            .pragma("temp_store", "MEMORY")
            .pragma("secure_delete", "ON")
            .pragma("trusted_schema", "OFF")
            .pragma("cell_size_check", "ON")
            .pragma("cache_size", "-65536");
        let opening = "opening the SQLite database";
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            .connect_with(options.clone())
            .await
            .map_err(StoreError::database(opening))?;
        refuse_old_sqlite(&writer).await?;
        let readers = SqlitePoolOptions::new()
            .max_connections(N_READERS)
            .connect_with(options.create_if_missing(false))
            .await
            .map_err(StoreError::database(opening))?;
        let store =
            Self { db: Db::Sqlite { writer: Writer::new(writer), readers }, tools: tools(keys, entropy) };
        migrate::up(&store).await?;
        Ok(store)
    }

    /// Opens a PostgreSQL database by its URL and brings its schema up to date.
    ///
    /// # Errors
    /// [`StoreError::Schema`] for a newer schema, or the driver's error.
    pub async fn open_postgres(
        url: &str,
        keys: RootKeys,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, StoreError> {
        let opening = "opening the PostgreSQL database";
        let options = PgConnectOptions::from_str(url).map_err(StoreError::database(opening))?;
        let pool = PgPoolOptions::new()
            .max_connections(N_POSTGRES)
            .connect_with(options)
            .await
            .map_err(StoreError::database(opening))?;
        let store = Self { db: Db::Postgres(pool), tools: tools(keys, entropy) };
        migrate::up(&store).await?;
        Ok(store)
    }

    /// The same store with lists of values that never link two cases.
    #[must_use]
    pub fn with_harmless(mut self, harmless: Harmless) -> Self {
        self.tools.harmless = Arc::new(harmless);
        self
    }

    /// The lists of values that never link two cases, to say so beside a value.
    pub fn harmless(&self) -> &Harmless {
        &self.tools.harmless
    }

    /// Which database it is.
    pub const fn dialect(&self) -> Dialect {
        match self.db {
            Db::Sqlite { .. } => Dialect::Sqlite,
            Db::Postgres(_) => Dialect::Postgres,
        }
    }

    /// Begins a named transaction that may write. On SQLite there is one at a time.
    ///
    /// Ours alone begin like this: `let mut tx = store.write("refer concern").await?; …; tx.commit().await?`.
    /// (A closure would read better, but the futures of async closures cannot yet be promised to be `Send`.)
    ///
    /// # Errors
    /// The driver's error when no connection is to be had.
    pub async fn write(&self, name: &'static str) -> Result<Tx, StoreError> {
        let tools = self.tools.clone();
        match &self.db {
            Db::Sqlite { writer, .. } => {
                let tx = writer.alone().await.map_err(StoreError::database(name))?;
                Ok(Tx::sqlite(tx, name, Mode::Write, tools))
            }
            Db::Postgres(pool) => {
                let tx = pool.begin().await.map_err(StoreError::database(name))?;
                Ok(Tx::postgres(tx, name, Mode::Write, tools))
            }
        }
    }

    /// Begins a named transaction that reads records and notes in the audit that they were read; it changes nothing.
    ///
    /// On SQLite there is one at a time, and those who wait for each other share one commit (`together`).
    ///
    /// # Errors
    /// The driver's error when no connection is to be had.
    pub async fn reading(&self, name: &'static str) -> Result<Tx, StoreError> {
        let tools = self.tools.clone();
        match &self.db {
            Db::Sqlite { writer, .. } => {
                let seat = writer.sit().await.map_err(StoreError::database(name))?;
                Ok(Tx::seated(seat, name, tools))
            }
            Db::Postgres(pool) => {
                let tx = pool.begin().await.map_err(StoreError::database(name))?;
                Ok(Tx::postgres(tx, name, Mode::Note, tools))
            }
        }
    }

    /// Begins a named transaction that only reads, from one consistent state.
    ///
    /// Reading a child's record needs [`Store::reading`], because the reading itself is noted in the audit.
    ///
    /// # Errors
    /// The driver's error when no connection is to be had.
    pub async fn read(&self, name: &'static str) -> Result<Tx, StoreError> {
        let tools = self.tools.clone();
        match &self.db {
            Db::Sqlite { readers, .. } => {
                let tx = readers.begin().await.map_err(StoreError::database(name))?;
                Ok(Tx::sqlite(tx, name, Mode::Read, tools))
            }
            Db::Postgres(pool) => {
                let tx = pool
                    .begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
                    .await
                    .map_err(StoreError::database(name))?;
                Ok(Tx::postgres(tx, name, Mode::Read, tools))
            }
        }
    }

    /// A whole copy of the SQLite database, as of one moment. Not for PostgreSQL.
    pub(crate) async fn vacuum_into(&self, file: &Path) -> Result<(), StoreError> {
        let doing = "copying the SQLite database";
        if let Db::Sqlite { readers, .. } = &self.db {
            sqlx::query("VACUUM INTO $1")
                .bind(file.display().to_string())
                .execute(readers)
                .await
                .map_err(StoreError::database(doing))?;
        }
        Ok(())
    }

    /// Closes all connections; SQLite then folds its WAL into the database file.
    pub async fn close(&self) {
        match &self.db {
            Db::Sqlite { writer, readers } => {
                readers.close().await;
                writer.close().await;
            }
            Db::Postgres(pool) => pool.close().await,
        }
    }
}

fn tools(keys: RootKeys, entropy: Arc<dyn Entropy>) -> Tools {
    Tools { keys: Arc::new(KeyRing::new(keys)), entropy, harmless: Arc::default() }
}

/// 3.7.0 to 3.51.2 can corrupt a database in WAL mode; we refuse them at start.
async fn refuse_old_sqlite(pool: &SqlitePool) -> Result<(), StoreError> {
    let version: String = sqlx::query_scalar("SELECT sqlite_version()")
        .fetch_one(pool)
        .await
        .map_err(StoreError::database("asking SQLite for its version"))?;
    let mut parts = version.split('.').map(|part| part.parse().unwrap_or(0));
    let mut next = || parts.next().unwrap_or(0);
    if (next(), next(), next()) < OLDEST_SQLITE {
        return Err(StoreError::SqliteTooOld { version });
    }
    Ok(())
}
