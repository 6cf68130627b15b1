//! A fresh store for one test, of each kind: SQLite in a temporary folder, PostgreSQL in a database of its own.
//!
//! `cargo xtask test` starts PostgreSQL and names it in `DAYMARK_TEST_POSTGRES`. Without it the PostgreSQL half is
//! skipped, and says so; in CI (`CI` is set) a missing PostgreSQL fails the test instead.

use std::sync::Arc;

use daymark_store::{RootKeys, Store};
use daymark_vocab::{Entropy, OsEntropy};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

/// A store that goes with the test.
#[derive(Debug)]
pub struct TestStore {
    /// The store.
    pub store: Store,
    /// `sqlite` or `postgres`, for messages.
    pub kind: &'static str,
    /// Where the SQLite file lies, to look into it as a thief would.
    pub folder: tempfile::TempDir,
    keys: RootKeys,
    postgres: Option<(String, String)>,
}

impl TestStore {
    /// A fresh SQLite store.
    ///
    /// # Panics
    /// When the machine cannot make one: the test then fails.
    #[allow(clippy::expect_used, reason = "test support: a failure here is the test's failure")]
    pub async fn sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let keys = RootKeys::random(&OsEntropy).expect("randomness");
        let store = Store::open_sqlite(&folder.path().join("daymark.db"), keys.clone(), Arc::new(OsEntropy))
            .await
            .expect("an SQLite store");
        Self { store, kind: "sqlite", folder, keys, postgres: None }
    }

    /// A fresh PostgreSQL store, or `None` (with a message) where no PostgreSQL was started.
    ///
    /// # Panics
    /// When PostgreSQL was promised, or is demanded by CI, and does not answer.
    #[allow(
        clippy::expect_used,
        clippy::panic,
        reason = "test support: a failure here is the test's failure"
    )]
    #[allow(clippy::disallowed_methods, reason = "the one place that asks which PostgreSQL the tests have")]
    #[allow(clippy::print_stderr, reason = "a skipped half must say so")]
    pub async fn postgres() -> Option<Self> {
        let Ok(server) = std::env::var("DAYMARK_TEST_POSTGRES") else {
            assert!(std::env::var("CI").is_err(), "CI must start PostgreSQL: run `cargo xtask test`");
            eprintln!("skipped on PostgreSQL: DAYMARK_TEST_POSTGRES is not set (`cargo xtask test` sets it)");
            return None;
        };
        let mut random = [0; 8];
        OsEntropy.fill(&mut random).expect("randomness");
        let name = format!("test_{}", u64::from_be_bytes(random));
        let mut admin =
            PgConnection::connect(&format!("{server}/postgres")).await.expect("PostgreSQL answers");
        admin
            .execute(AssertSqlSafe(format!("CREATE DATABASE {name}")))
            .await
            .expect("a database for the test");
        let keys = RootKeys::random(&OsEntropy).expect("randomness");
        let store = Store::open_postgres(&format!("{server}/{name}"), keys.clone(), Arc::new(OsEntropy))
            .await
            .expect("a PostgreSQL store");
        let folder = tempfile::tempdir().expect("a temporary folder");
        Some(Self { store, kind: "postgres", folder, keys, postgres: Some((server, name)) })
    }

    /// Opens the same database once more: after a crash, or as a second process would.
    ///
    /// # Panics
    /// When it does not open: the test then fails.
    #[allow(clippy::expect_used, reason = "test support: a failure here is the test's failure")]
    pub async fn open_again(&self) -> Store {
        match &self.postgres {
            None => {
                let file = self.folder.path().join("daymark.db");
                Store::open_sqlite(&file, self.keys.clone(), Arc::new(OsEntropy))
                    .await
                    .expect("it opens again")
            }
            Some((server, name)) => {
                Store::open_postgres(&format!("{server}/{name}"), self.keys.clone(), Arc::new(OsEntropy))
                    .await
                    .expect("it opens again")
            }
        }
    }

    /// A connection past the application, as somebody with the database's password has; `None` on SQLite.
    ///
    /// # Panics
    /// When PostgreSQL does not answer: the test then fails.
    #[allow(clippy::expect_used, reason = "test support: a failure here is the test's failure")]
    pub async fn past_the_application(&self) -> Option<PgConnection> {
        let (server, name) = self.postgres.as_ref()?;
        Some(PgConnection::connect(&format!("{server}/{name}")).await.expect("it answers"))
    }

    /// Takes the database away.
    pub async fn done(self) {
        self.store.close().await;
        if let Some((server, name)) = &self.postgres
            && let Ok(mut admin) = PgConnection::connect(&format!("{server}/postgres")).await
        {
            let _ = admin.execute(AssertSqlSafe(format!("DROP DATABASE {name} WITH (FORCE)"))).await;
        }
    }

    /// The columns of all tables, for the ledger: (table, column), sorted.
    ///
    /// # Panics
    /// When the database does not answer: the test then fails.
    #[allow(clippy::expect_used, reason = "test support: a failure here is the test's failure")]
    pub async fn columns(&self) -> Vec<(String, String)> {
        let mut columns: Vec<(String, String)> = match &self.postgres {
            None => {
                let file = self.folder.path().join("daymark.db");
                let mut db = sqlx::SqliteConnection::connect(&format!("sqlite:{}", file.display()))
                    .await
                    .expect("the file opens");
                sqlx::query_as(
                    "SELECT m.name, c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c
                     WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'",
                )
                .fetch_all(&mut db)
                .await
                .expect("the schema")
            }
            Some((server, name)) => {
                let mut db = PgConnection::connect(&format!("{server}/{name}")).await.expect("it answers");
                sqlx::query_as(
                    "SELECT table_name::text, column_name::text FROM information_schema.columns WHERE table_schema = 'public'",
                )
                .fetch_all(&mut db)
                .await
                .expect("the schema")
            }
        };
        columns.sort();
        columns
    }
}

/// Runs one test on each kind of store.
///
/// # Panics
/// When the test does.
#[allow(clippy::expect_used, reason = "test support: a failure here is the test's failure")]
#[allow(clippy::print_stderr, reason = "says on which database the test failed")]
pub fn on_each<F>(test: impl Fn(Arc<TestStore>) -> F)
where
    F: std::future::Future<Output = ()>,
{
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let stores = [Some(TestStore::sqlite().await), TestStore::postgres().await];
        for store in stores.into_iter().flatten() {
            eprintln!("on {}", store.kind);
            let store = Arc::new(store);
            test(Arc::clone(&store)).await;
            if let Ok(store) = Arc::try_unwrap(store) {
                store.done().await;
            }
        }
    });
}
