//! One SQL text for two databases: arguments and rows in the four types that both share.

use sqlx::{AssertSqlSafe, Row as _};

use crate::error::StoreError;

/// One bound value. `None` keeps its type, because PostgreSQL asks for it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Arg {
    /// BIGINT / INTEGER.
    Int(Option<i64>),
    /// DOUBLE PRECISION / REAL.
    Real(Option<f64>),
    /// TEXT.
    Text(Option<String>),
    /// BYTEA / BLOB.
    Blob(Option<Vec<u8>>),
}

macro_rules! arg_from {
    ($($from:ty => $variant:ident($convert:expr);)+) => {$(
        impl From<$from> for Arg {
            fn from(value: $from) -> Self {
                #[allow(clippy::redundant_closure_call, reason = "the closure names the conversion")]
                Self::$variant(Some(($convert)(value)))
            }
        }
        impl From<Option<$from>> for Arg {
            fn from(value: Option<$from>) -> Self {
                Self::$variant(value.map($convert))
            }
        }
    )+};
}

arg_from! {
    i64 => Int(|v| v);
    bool => Int(i64::from);
    f64 => Real(|v| v);
    &str => Text(|v: &str| v.to_owned());
    String => Text(|v| v);
    Vec<u8> => Blob(|v| v);
    [u8; 32] => Blob(|v: [u8; 32]| v.to_vec());
}

macro_rules! arg_from_id {
    ($($id:ty),+) => {$(
        impl From<&$id> for Arg {
            fn from(id: &$id) -> Self {
                Self::Text(Some(id.as_str().to_owned()))
            }
        }
        impl From<Option<&$id>> for Arg {
            fn from(id: Option<&$id>) -> Self {
                Self::Text(id.map(|id| id.as_str().to_owned()))
            }
        }
    )+};
}

arg_from_id!(
    daymark_vocab::AgencyId,
    daymark_vocab::MemberId,
    daymark_vocab::CaseId,
    daymark_vocab::EntityId,
    daymark_vocab::FieldId,
    daymark_vocab::ReferralId,
    daymark_vocab::ImportId,
    daymark_vocab::PoolId,
    daymark_vocab::AreaCode
);

impl From<jiff::Timestamp> for Arg {
    fn from(at: jiff::Timestamp) -> Self {
        Self::Int(Some(at.as_millisecond()))
    }
}

impl From<Option<jiff::Timestamp>> for Arg {
    fn from(at: Option<jiff::Timestamp>) -> Self {
        Self::Int(at.map(|at| at.as_millisecond()))
    }
}

impl From<jiff::civil::Date> for Arg {
    fn from(day: jiff::civil::Date) -> Self {
        Self::Text(Some(day.to_string()))
    }
}

impl From<Option<jiff::civil::Date>> for Arg {
    fn from(day: Option<jiff::civil::Date>) -> Self {
        Self::Text(day.map(|day| day.to_string()))
    }
}

/// `args![a, b, c]`: the bound values of a statement, in the order of `$1`, `$2`, `$3`.
macro_rules! args {
    ($($value:expr),* $(,)?) => { vec![$($crate::sql::Arg::from($value)),*] };
}
pub(crate) use args;

/// Rounds a list up to a power of four by saying its last again, so that a few statements serve all lengths and stay
/// prepared. Nothing becomes a value that nothing has.
fn rounded_up<T: Copy + Default>(items: impl Iterator<Item = T>) -> Vec<T> {
    let mut items: Vec<T> = items.collect();
    let last = items.last().copied().unwrap_or_default();
    let mut n = 1;
    while n < items.len() {
        n *= 4;
    }
    items.resize(n, last);
    items
}

/// `WITH these(agency_id, case_id) AS (…)`, from `$1` on, and its values. A pair can stand in it more than once.
///
/// Go on with `FROM these CROSS JOIN t WHERE t.agency_id = these.agency_id …`: SQLite then looks each pair up in the
/// index of `t`, where `IN` makes it read all of `t`.
pub(crate) fn these<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> (String, Vec<Arg>) {
    let pairs = rounded_up(pairs);
    let with = format!("WITH these(agency_id, case_id) AS (VALUES {})", placeholders(pairs.len(), 2));
    (with, pairs.into_iter().flat_map(|(agency, case)| args![agency, case]).collect())
}

/// What stands in `a IN (…)`, from `$1` on, and its values.
pub(crate) fn one_of<'a>(texts: impl Iterator<Item = &'a str>) -> (String, Vec<Arg>) {
    let texts = rounded_up(texts);
    let places = placeholders(texts.len(), 1).replace(['(', ')'], "");
    (places, texts.into_iter().map(Arg::from).collect())
}

/// `($1, $2), ($3, $4)` for two rows of two columns.
pub(crate) fn placeholders(n_rows: usize, n_columns: usize) -> String {
    let mut text = String::with_capacity(n_rows * n_columns * 5);
    for row in 0..n_rows {
        text.push_str(if row == 0 { "(" } else { ", (" });
        for column in 0..n_columns {
            if column > 0 {
                text.push_str(", ");
            }
            text.push('$');
            text.push_str(&(row * n_columns + column + 1).to_string());
        }
        text.push(')');
    }
    text
}

/// One row of either database.
#[derive(Debug)]
pub(crate) enum Row {
    Sqlite(sqlx::sqlite::SqliteRow),
    Postgres(sqlx::postgres::PgRow),
}

macro_rules! get {
    ($self:ident, $column:ident, $type:ty) => {
        match $self {
            Self::Sqlite(row) => row.try_get::<Option<$type>, _>($column),
            Self::Postgres(row) => row.try_get::<Option<$type>, _>($column),
        }
        .map_err(StoreError::database("reading a column"))
    };
}

impl Row {
    pub(crate) fn int_opt(&self, column: usize) -> Result<Option<i64>, StoreError> {
        get!(self, column, i64)
    }

    pub(crate) fn int(&self, column: usize) -> Result<i64, StoreError> {
        self.int_opt(column)?.ok_or(StoreError::row("a query", "a number is missing"))
    }

    pub(crate) fn real(&self, column: usize) -> Result<f64, StoreError> {
        get!(self, column, f64)?.ok_or(StoreError::row("a query", "a number is missing"))
    }

    pub(crate) fn text_opt(&self, column: usize) -> Result<Option<String>, StoreError> {
        get!(self, column, String)
    }

    pub(crate) fn text(&self, column: usize) -> Result<String, StoreError> {
        self.text_opt(column)?.ok_or(StoreError::row("a query", "a text is missing"))
    }

    pub(crate) fn blob_opt(&self, column: usize) -> Result<Option<Vec<u8>>, StoreError> {
        get!(self, column, Vec<u8>)
    }

    pub(crate) fn blob(&self, column: usize) -> Result<Vec<u8>, StoreError> {
        self.blob_opt(column)?.ok_or(StoreError::row("a query", "bytes are missing"))
    }

    /// A column that holds one of our words: an id, a role, a status.
    pub(crate) fn word<T: std::str::FromStr>(
        &self,
        column: usize,
        table: &'static str,
    ) -> Result<T, StoreError> {
        self.text(column)?
            .parse()
            .map_err(|_| StoreError::row(table, "a column does not hold the word it should"))
    }

    /// The same, where the column may be empty.
    pub(crate) fn word_opt<T: std::str::FromStr>(
        &self,
        column: usize,
        table: &'static str,
    ) -> Result<Option<T>, StoreError> {
        self.text_opt(column)?
            .map(|text| {
                text.parse().map_err(|_| StoreError::row(table, "a column does not hold the word it should"))
            })
            .transpose()
    }

    pub(crate) fn at(&self, column: usize) -> Result<jiff::Timestamp, StoreError> {
        jiff::Timestamp::from_millisecond(self.int(column)?)
            .map_err(|_| StoreError::row("a query", "a time is out of range"))
    }

    pub(crate) fn at_opt(&self, column: usize) -> Result<Option<jiff::Timestamp>, StoreError> {
        self.int_opt(column)?
            .map(|ms| {
                jiff::Timestamp::from_millisecond(ms)
                    .map_err(|_| StoreError::row("a query", "a time is out of range"))
            })
            .transpose()
    }
}

/// A connection of either database, inside a transaction or not.
pub(crate) enum Connection<'c> {
    Sqlite(&'c mut sqlx::SqliteConnection),
    Postgres(&'c mut sqlx::PgConnection),
}

macro_rules! bind_all {
    ($query:expr, $args:expr) => {{
        let mut query = $query;
        for arg in $args {
            query = match arg {
                Arg::Int(v) => query.bind(v),
                Arg::Real(v) => query.bind(v),
                Arg::Text(v) => query.bind(v),
                Arg::Blob(v) => query.bind(v),
            };
        }
        query
    }};
}

impl Connection<'_> {
    /// Runs a statement; returns how many rows it touched.
    pub(crate) async fn execute(
        &mut self,
        doing: &'static str,
        sql: &str,
        args: Vec<Arg>,
    ) -> Result<u64, StoreError> {
        // The text is always ours: a constant, or a constant with a counted number of `$n`.
        let sql = AssertSqlSafe(sql.to_owned());
        match self {
            Self::Sqlite(conn) => {
                bind_all!(sqlx::query(sql), args).execute(&mut **conn).await.map(|done| done.rows_affected())
            }
            Self::Postgres(conn) => {
                bind_all!(sqlx::query(sql), args).execute(&mut **conn).await.map(|done| done.rows_affected())
            }
        }
        .map_err(StoreError::database(doing))
    }

    /// Runs a query; returns all its rows.
    pub(crate) async fn fetch(
        &mut self,
        doing: &'static str,
        sql: &str,
        args: Vec<Arg>,
    ) -> Result<Vec<Row>, StoreError> {
        let sql = AssertSqlSafe(sql.to_owned());
        match self {
            Self::Sqlite(conn) => bind_all!(sqlx::query(sql), args)
                .fetch_all(&mut **conn)
                .await
                .map(|rows| rows.into_iter().map(Row::Sqlite).collect()),
            Self::Postgres(conn) => bind_all!(sqlx::query(sql), args)
                .fetch_all(&mut **conn)
                .await
                .map(|rows| rows.into_iter().map(Row::Postgres).collect()),
        }
        .map_err(StoreError::database(doing))
    }

    /// Runs several statements separated by `;`, without arguments: migrations only.
    pub(crate) async fn script(&mut self, doing: &'static str, sql: &'static str) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(conn) => sqlx::raw_sql(sql).execute(&mut **conn).await.map(|_| ()),
            Self::Postgres(conn) => sqlx::raw_sql(sql).execute(&mut **conn).await.map(|_| ()),
        }
        .map_err(StoreError::database(doing))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_count_on() {
        assert_eq!(placeholders(2, 2), "($1, $2), ($3, $4)");
    }

    #[test]
    fn lengths_are_rounded_up_and_nothing_is_nobodys() {
        let of = |n: usize| these(std::iter::repeat_n(("a", "b"), n)).1.len();
        assert_eq!([0, 1, 2, 4, 5, 16, 60].map(of), [2, 2, 8, 8, 32, 32, 128]);
        assert_eq!(these(std::iter::empty()).1, args!["", ""]);
        assert_eq!(one_of(["x", "y"].into_iter()), ("$1, $2, $3, $4".to_owned(), args!["x", "y", "y", "y"]));
    }
}
