//! What happens together? Named transactions; the audit rows of a change are written inside it.
//!
//! INVARIANT: a transaction that changed a record and noted nothing in the audit does not commit.
//! INVARIANT: a reading changes nothing; what it notes is durable before [`Tx::commit`] returns.

use std::sync::Arc;
use std::time::Instant;

use daymark_vocab::selector::Harmless;
use daymark_vocab::{AgencyId, Entropy};

use crate::audit::{self, Entry};
use crate::error::StoreError;
use crate::keys::{Key, KeyRing, Purpose};
use crate::sql::{Arg, Connection, Row, args, placeholders};
use crate::together::Seat;

/// Which database it is: for the few statements that differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// SQLite 3.51.3 or later.
    Sqlite,
    /// PostgreSQL 15 or later.
    Postgres,
}

enum Inner {
    Sqlite(sqlx::Transaction<'static, sqlx::Sqlite>),
    Postgres(sqlx::Transaction<'static, sqlx::Postgres>),
    /// A reading on SQLite: it shares its commit with others.
    Seat(Seat),
}

/// What a transaction may do to the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Read.
    Read,
    /// Read records, and note in the audit that they were read.
    Note,
    /// Change.
    Write,
}

/// One named transaction. Dropping it without [`Tx::commit`] undoes everything.
pub struct Tx {
    inner: Inner,
    name: &'static str,
    begun: Instant,
    mode: Mode,
    n_changes: u64,
    acting_for: Option<String>,
    entries: Vec<Entry>,
    tools: Tools,
}

/// What every transaction needs from its store.
#[derive(Clone)]
pub(crate) struct Tools {
    pub(crate) keys: Arc<KeyRing>,
    pub(crate) entropy: Arc<dyn Entropy>,
    pub(crate) harmless: Arc<Harmless>,
}

impl std::fmt::Debug for Tx {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tx")
            .field("name", &self.name)
            .field("n_changes", &self.n_changes)
            .finish_non_exhaustive()
    }
}

impl Tx {
    pub(crate) fn sqlite(
        inner: sqlx::Transaction<'static, sqlx::Sqlite>,
        name: &'static str,
        mode: Mode,
        tools: Tools,
    ) -> Self {
        Self::new(Inner::Sqlite(inner), name, mode, tools)
    }

    pub(crate) fn postgres(
        inner: sqlx::Transaction<'static, sqlx::Postgres>,
        name: &'static str,
        mode: Mode,
        tools: Tools,
    ) -> Self {
        Self::new(Inner::Postgres(inner), name, mode, tools)
    }

    pub(crate) fn seated(seat: Seat, name: &'static str, tools: Tools) -> Self {
        Self::new(Inner::Seat(seat), name, Mode::Note, tools)
    }

    fn new(inner: Inner, name: &'static str, mode: Mode, tools: Tools) -> Self {
        Self {
            inner,
            name,
            begun: Instant::now(),
            mode,
            n_changes: 0,
            acting_for: None,
            entries: Vec::new(),
            tools,
        }
    }

    /// Which database this runs on.
    pub const fn dialect(&self) -> Dialect {
        match self.inner {
            Inner::Sqlite(_) | Inner::Seat(_) => Dialect::Sqlite,
            Inner::Postgres(_) => Dialect::Postgres,
        }
    }

    pub(crate) fn connection(&mut self) -> Connection<'_> {
        match &mut self.inner {
            Inner::Sqlite(tx) => Connection::Sqlite(tx),
            Inner::Postgres(tx) => Connection::Postgres(tx),
            Inner::Seat(seat) => seat.connection(),
        }
    }

    pub(crate) fn entropy(&self) -> Arc<dyn Entropy> {
        Arc::clone(&self.tools.entropy)
    }

    pub(crate) fn keys(&self) -> Arc<KeyRing> {
        Arc::clone(&self.tools.keys)
    }

    pub(crate) fn harmless(&self) -> &Harmless {
        &self.tools.harmless
    }

    /// Changes a record: counts, so that it must be audited.
    pub(crate) async fn change(&mut self, sql: &str, args: Vec<Arg>) -> Result<u64, StoreError> {
        self.must_be_writable()?;
        let name = self.name;
        let n = self.connection().execute(name, sql, args).await?;
        self.n_changes += n;
        Ok(n)
    }

    /// Changes what is not a record: sessions seen, drafts, derived links and pools.
    pub(crate) async fn keep_house(&mut self, sql: &str, args: Vec<Arg>) -> Result<u64, StoreError> {
        self.must_be_writable()?;
        let name = self.name;
        self.connection().execute(name, sql, args).await
    }

    /// Inserts many rows with few statements. `head` is `INSERT INTO t (a, b)`; every row has as many values.
    pub(crate) async fn insert_many(
        &mut self,
        head: &'static str,
        rows: Vec<Vec<Arg>>,
        counts: bool,
    ) -> Result<(), StoreError> {
        let n = rows.len() as u64;
        self.in_chunks(rows, |values| format!("{head} VALUES {values}")).await?;
        if counts {
            self.n_changes += n;
        }
        Ok(())
    }

    /// Inserts derived rows, or changes those that are there: `tail` is `ON CONFLICT … DO UPDATE …`.
    pub(crate) async fn upsert_many(
        &mut self,
        head: &'static str,
        tail: &'static str,
        rows: Vec<Vec<Arg>>,
    ) -> Result<(), StoreError> {
        self.in_chunks(rows, |values| format!("{head} VALUES {values} {tail}")).await
    }

    /// Runs one statement for each of these values: to delete derived rows by their keys.
    pub(crate) async fn delete_many(
        &mut self,
        sql: &'static str,
        keys: Vec<Vec<Arg>>,
    ) -> Result<(), StoreError> {
        for key in keys {
            self.keep_house(sql, key).await?;
        }
        Ok(())
    }

    /// Runs a statement for every hundred rows: few statements, and only two texts of each.
    async fn in_chunks(
        &mut self,
        rows: Vec<Vec<Arg>>,
        sql: impl Fn(&str) -> String,
    ) -> Result<(), StoreError> {
        self.must_be_writable()?;
        let name = self.name;
        let mut rows = rows.into_iter().peekable();
        while let Some(first) = rows.peek() {
            let n_columns = first.len().max(1);
            let n_rows = (2_000 / n_columns).clamp(1, 100);
            let chunk: Vec<_> = rows.by_ref().take(n_rows).collect();
            let sql = sql(&placeholders(chunk.len(), n_columns));
            self.connection().execute(name, &sql, chunk.into_iter().flatten().collect()).await?;
        }
        Ok(())
    }

    pub(crate) async fn all(&mut self, sql: &str, args: Vec<Arg>) -> Result<Vec<Row>, StoreError> {
        let name = self.name;
        self.connection().fetch(name, sql, args).await
    }

    pub(crate) async fn maybe(&mut self, sql: &str, args: Vec<Arg>) -> Result<Option<Row>, StoreError> {
        Ok(self.all(sql, args).await?.into_iter().next())
    }

    pub(crate) async fn one(&mut self, sql: &str, args: Vec<Arg>) -> Result<Row, StoreError> {
        self.maybe(sql, args).await?.ok_or(StoreError::row("a query", "a row that must exist is absent"))
    }

    /// PostgreSQL's second wall: from here on the transaction sees only what this agency may see.
    pub(crate) async fn act_for(&mut self, agency: &AgencyId) -> Result<(), StoreError> {
        self.set_wall(agency.as_str()).await
    }

    /// The matching service and the start of a request, before a decision was made, see ids of all agencies.
    pub(crate) async fn act_for_all(&mut self) -> Result<(), StoreError> {
        self.set_wall("*").await
    }

    async fn set_wall(&mut self, agency: &str) -> Result<(), StoreError> {
        if self.dialect() == Dialect::Postgres && self.acting_for.as_deref() != Some(agency) {
            self.all("SELECT set_config('daymark.agency', $1, true)", args![agency]).await?;
            self.acting_for = Some(agency.to_owned());
        }
        Ok(())
    }

    fn must_be_writable(&self) -> Result<(), StoreError> {
        match self.mode {
            Mode::Write => Ok(()),
            Mode::Read | Mode::Note => Err(StoreError::ReadOnly { name: self.name }),
        }
    }

    /// Notes what was read or changed; the row is written by [`Tx::commit`], inside this transaction.
    pub fn note(&mut self, entry: Entry) {
        self.entries.push(entry);
    }

    /// Writes the audit rows and makes everything durable. Bytes may leave the server only after this.
    ///
    /// # Errors
    /// [`StoreError::Unaudited`] when a record was changed and nothing noted; then nothing is changed.
    pub async fn commit(mut self) -> Result<(), StoreError> {
        if self.n_changes > 0 && self.entries.is_empty() {
            return Err(StoreError::Unaudited { name: self.name });
        }
        if self.entries.is_empty() {
            return self.finish().await;
        }
        if self.mode == Mode::Read {
            return Err(StoreError::ReadOnly { name: self.name });
        }
        // From here on only the audit rows are written.
        self.mode = Mode::Write;
        match self.inner {
            Inner::Seat(_) => self.commit_together().await,
            Inner::Sqlite(_) | Inner::Postgres(_) => {
                self.write_entries().await?;
                self.finish().await
            }
        }
    }

    async fn write_entries(&mut self) -> Result<(), StoreError> {
        let entries = std::mem::take(&mut self.entries);
        audit::write(self, entries).await
    }

    /// Runs to its end even when nobody waits for it any longer, so that no half of it stays in what others commit.
    #[allow(
        clippy::disallowed_methods,
        reason = "it ends with one commit, and the caller waits for its outcome"
    )]
    async fn commit_together(self) -> Result<(), StoreError> {
        let name = self.name;
        let lost = |_| StoreError::Database { doing: name, source: sqlx::Error::WorkerCrashed };
        tokio::spawn(self.note_and_share()).await.map_err(lost)?
    }

    /// Writes the audit rows under a savepoint: an error here leaves those of the others as they are.
    async fn note_and_share(mut self) -> Result<(), StoreError> {
        let name = self.name;
        self.connection().execute(name, "SAVEPOINT noted", Vec::new()).await?;
        let written = self.write_entries().await;
        let mut settled = Ok(0);
        if written.is_err() {
            settled = self.connection().execute(name, "ROLLBACK TO noted", Vec::new()).await;
        }
        if settled.is_ok() {
            settled = self.connection().execute(name, "RELEASE noted", Vec::new()).await;
        }
        match (settled, self.inner) {
            (Err(error), Inner::Seat(seat)) => {
                seat.spoil();
                Err(error)
            }
            (Ok(_), Inner::Seat(seat)) => {
                written?;
                seat.share().await.map_err(StoreError::database(name))
            }
            (_, Inner::Sqlite(_) | Inner::Postgres(_)) => {
                unreachable!("only readings on SQLite share their commit")
            }
        }
    }

    async fn finish(self) -> Result<(), StoreError> {
        let Self { inner, name, begun, n_changes, .. } = self;
        match inner {
            Inner::Sqlite(tx) => tx.commit().await,
            Inner::Postgres(tx) => tx.commit().await,
            // Nothing was noted: the seat is free again.
            Inner::Seat(_) => Ok(()),
        }
        .map_err(StoreError::database(name))?;
        tracing::debug!(
            transaction = name,
            n_changes,
            duration_ms = begun.elapsed().as_millis() as u64,
            "committed"
        );
        Ok(())
    }

    /// The key of an agency, opened once and remembered.
    pub(crate) async fn agency_key(
        &mut self,
        agency: &AgencyId,
        purpose: Purpose,
    ) -> Result<Key, StoreError> {
        if let Some(key) = self.tools.keys.known_agency_key(agency, purpose) {
            return Ok(key);
        }
        let row = self
            .maybe(
                "SELECT wrapped FROM agency_key WHERE agency_id = $1 AND purpose = $2",
                args![agency, purpose.code()],
            )
            .await?
            .ok_or(StoreError::Key { which: "of an agency" })?;
        self.tools.keys.open_agency_key(agency, purpose, &row.blob(0)?)
    }
}
