//! How do many readings become durable with one commit? On SQLite, those that wait for each other share it.
//!
//! Reading a child's record writes an audit row, and a commit waits for the disk. There is one writer, so sixteen people
//! who read at once would wait for sixteen commits in a row. Here a reading takes the one seat, reads, writes its audit
//! rows under a savepoint, and steps aside without committing. It stands at the end of the queue again; whoever of those
//! who stepped aside is first to have a turn commits for all of them. Without a queue that turn comes at once.
//!
//! INVARIANT: a reading is answered only after the commit that holds its audit rows. A reading that fails or is dropped
//! takes nothing of the others with it. Changes never share: they begin after the readings before them were committed.

use std::sync::Arc;
use std::time::Duration;

use sqlx::sqlite::SqlitePool;
use sqlx::{Sqlite, Transaction};
use tokio::sync::{Mutex, OwnedMutexGuard, watch};

use crate::sql::Connection;

const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// What became of a shared commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Waiting,
    Durable,
    Lost,
}

/// The transaction that readings share while it is open.
struct Shared {
    tx: Transaction<'static, Sqlite>,
    outcome: watch::Sender<Outcome>,
    n_aside: usize,
}

/// Where one at a time writes.
#[derive(Default)]
struct Room(Option<Shared>);

impl Room {
    /// Commits for all who stepped aside, and tells them.
    async fn commit(&mut self) {
        let Some(Shared { tx, outcome, .. }) = self.0.take() else { return };
        let told = match tx.commit().await {
            Ok(()) => Outcome::Durable,
            Err(error) => {
                tracing::warn!(%error, "a commit shared by readings failed");
                Outcome::Lost
            }
        };
        outcome.send_replace(told);
    }
}

/// The one writer of a SQLite database, and the queue before it.
#[derive(Clone)]
pub(crate) struct Writer {
    pool: SqlitePool,
    door: Arc<Mutex<Room>>,
}

impl std::fmt::Debug for Writer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Writer").finish_non_exhaustive()
    }
}

impl Writer {
    /// `pool` has one connection, so that a write never meets another.
    pub(crate) fn new(pool: SqlitePool) -> Self {
        Self { pool, door: Arc::default() }
    }

    /// A transaction of one's own, after all who came before.
    pub(crate) async fn alone(&self) -> Result<Transaction<'static, Sqlite>, sqlx::Error> {
        within(async {
            let mut room = Arc::clone(&self.door).lock_owned().await;
            if room.0.is_some() {
                room = commit_for_all(room).await?;
            }
            let tx = self.pool.begin_with("BEGIN IMMEDIATE").await;
            // The door was closed until the pool's one connection was ours; whoever comes next waits for that.
            drop(room);
            tx
        })
        .await
    }

    /// The seat, for one reading.
    pub(crate) async fn sit(&self) -> Result<Seat, sqlx::Error> {
        within(async {
            let mut room = Arc::clone(&self.door).lock_owned().await;
            if room.0.is_none() {
                let tx = self.pool.begin_with("BEGIN IMMEDIATE").await?;
                room.0 = Some(Shared { tx, outcome: watch::Sender::new(Outcome::Waiting), n_aside: 0 });
            }
            Ok(Seat { room: Some(room), door: Arc::clone(&self.door) })
        })
        .await
    }

    pub(crate) async fn close(&self) {
        self.pool.close().await;
    }
}

/// As long as the pool lets somebody wait for a connection.
async fn within<T>(turn: impl Future<Output = Result<T, sqlx::Error>>) -> Result<T, sqlx::Error> {
    tokio::time::timeout(LONGEST_WAIT, turn).await.unwrap_or(Err(sqlx::Error::PoolTimedOut))
}

/// Commits in a task of its own, so that nobody's broken connection takes the others' commit with it; gives the door
/// back. When the task is lost, so is the sender: those who wait see it.
#[allow(
    clippy::disallowed_methods,
    reason = "it ends with one commit; its outcome is sent to all who wait for it"
)]
async fn commit_for_all(mut room: OwnedMutexGuard<Room>) -> Result<OwnedMutexGuard<Room>, sqlx::Error> {
    let commit = async move {
        room.commit().await;
        room
    };
    tokio::spawn(commit).await.map_err(|_| sqlx::Error::WorkerCrashed)
}

/// One reading's turn. Dropped, it leaves what it read and noted undone.
pub(crate) struct Seat {
    /// Taken only when the seat is left.
    room: Option<OwnedMutexGuard<Room>>,
    door: Arc<Mutex<Room>>,
}

impl Seat {
    fn shared(&mut self) -> &mut Shared {
        match self.room.as_mut().and_then(|room| room.0.as_mut()) {
            Some(shared) => shared,
            None => unreachable!("a seat is taken in an open transaction and left with it"),
        }
    }

    pub(crate) fn connection(&mut self) -> Connection<'_> {
        Connection::Sqlite(&mut self.shared().tx)
    }

    /// Undoes what all noted so far: it cannot be told apart any more. Everybody who waits learns that it was lost.
    pub(crate) fn spoil(mut self) {
        if let Some(room) = &mut self.room {
            room.0 = None;
        }
    }

    /// Steps aside with what was noted; returns when it is durable.
    pub(crate) async fn share(mut self) -> Result<(), sqlx::Error> {
        let shared = self.shared();
        shared.n_aside += 1;
        let mut outcome = shared.outcome.subscribe();
        let door = Arc::clone(&self.door);
        self.room = None;
        tokio::select! {
            biased;
            () = async { let _ = outcome.wait_for(|told| *told != Outcome::Waiting).await; } => {}
            room = door.lock_owned() => {
                // Whoever sees it still waiting with the door in hand is in the room of that very transaction.
                if *outcome.borrow() == Outcome::Waiting {
                    commit_for_all(room).await?;
                }
            }
        }
        let told = *outcome.borrow();
        match told {
            Outcome::Durable => Ok(()),
            Outcome::Waiting | Outcome::Lost => {
                Err(sqlx::Error::Protocol("the commit shared with other readings was lost".to_owned()))
            }
        }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        // Nobody stepped aside before: there is nothing to keep, and the writer is free for other processes.
        if let Some(room) = &mut self.room
            && room.0.as_ref().is_some_and(|shared| shared.n_aside == 0)
        {
            room.0 = None;
        }
    }
}
