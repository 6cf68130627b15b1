//! What differs between the two databases? Only this.

use crate::transaction::Dialect;

impl Dialect {
    /// Locks the rows read until the transaction ends. SQLite has one writer at a time and needs no lock.
    pub(crate) const fn for_update(self) -> &'static str {
        match self {
            Self::Sqlite => "",
            Self::Postgres => " FOR UPDATE",
        }
    }
}
