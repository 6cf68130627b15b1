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

    /// Whether a column begins with the text at `$place`, which holds letters, digits and `-` alone. SQLite goes along an
    /// index for a range, and not for `LIKE`; the order of PostgreSQL's texts depends on its locale.
    pub(crate) fn starts_with(self, column: &str, place: usize) -> String {
        match self {
            Self::Sqlite => {
                format!("{column} >= ${place} AND {column} < ${place} || char(1114111)")
            }
            Self::Postgres => format!("{column} LIKE ${place} || '%'"),
        }
    }
}
