//! What can go wrong between us and the database, in words that carry no personal data.

use daymark_vocab::entropy::EntropyError;

/// Why the store did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database did not answer, or refused.
    #[error("the database refused {doing}")]
    Database {
        /// The named transaction or step.
        doing: &'static str,
        /// The driver's error: for the log's cause, never for a page.
        #[source]
        source: sqlx::Error,
    },
    /// A row has not the shape that this version writes.
    #[error("a row of {table} cannot be read: {why}")]
    Row {
        /// The table.
        table: &'static str,
        /// What is wrong, without its value.
        why: &'static str,
    },
    /// A sealed field does not open: another key, another row, or changed bytes.
    #[error("a sealed field of {table} does not open")]
    Sealed {
        /// The table.
        table: &'static str,
    },
    /// A key is missing or malformed.
    #[error("the key {which} is missing or malformed")]
    Key {
        /// Which key.
        which: &'static str,
    },
    /// The key file cannot be read or made.
    #[error("the key file cannot be used: {why}")]
    KeyFile {
        /// What to mend.
        why: &'static str,
    },
    /// The machine has no randomness.
    #[error(transparent)]
    Entropy(#[from] EntropyError),
    /// A transaction changed a record and wrote no audit row: a defect of ours, rolled back.
    #[error("the transaction `{name}` changed a record without an audit row; nothing was changed")]
    Unaudited {
        /// The transaction's name.
        name: &'static str,
    },
    /// A write was tried in a read transaction: a defect of ours.
    #[error("the transaction `{name}` is read-only")]
    ReadOnly {
        /// The transaction's name.
        name: &'static str,
    },
    /// The grant is for another action or another record: a defect of ours.
    #[error("the grant does not cover {doing}")]
    Grant {
        /// What was tried.
        doing: &'static str,
    },
    /// The database was written by a newer version, or a migration was changed after it ran.
    #[error("the database schema is not this version's: {why}")]
    Schema {
        /// What to do.
        why: String,
    },
    /// The SQLite library is one that can corrupt a database in WAL mode.
    #[error("SQLite {version} is too old: 3.51.3 or later is needed")]
    SqliteTooOld {
        /// The version found.
        version: String,
    },
}

impl StoreError {
    /// Names the step during which the driver failed.
    pub(crate) fn database(doing: &'static str) -> impl FnOnce(sqlx::Error) -> Self {
        move |source| Self::Database { doing, source }
    }

    /// The database's code for what went wrong (`23505`), or an empty text: safe to log.
    pub fn code(&self) -> String {
        match self {
            Self::Database { source, .. } => source
                .as_database_error()
                .and_then(|error| error.code().map(std::borrow::Cow::into_owned))
                .unwrap_or_default(),
            _ => String::new(),
        }
    }

    /// Names what is wrong with a row.
    pub(crate) const fn row(table: &'static str, why: &'static str) -> Self {
        Self::Row { table, why }
    }
}
