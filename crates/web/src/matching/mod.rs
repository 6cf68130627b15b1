//! Which cases may belong together? Asks the engine, keeps what it found in the store, explains it.
//!
//! The service sees codes and keyed hashes, never a child's record. What changed in what it found is written in one
//! transaction; what it learned stays in memory as an immutable snapshot, from which pairs are explained. A server that
//! has just started makes its snapshot from the store. It computes on half of the processors, so that pages stay quick.

mod snapshot;
mod table;
#[cfg(test)]
mod tests;

use std::sync::{Arc, RwLock};

use daymark_linkage::{Explanation, LinkError};
use daymark_store::coarse::LinkRow;
use daymark_store::judgement::Judged;
use daymark_store::link::{self, CaseOf, Changes, Rows};
use daymark_store::{Tx, coarse, judgement, pool};
use jiff::Timestamp;
use tokio::sync::{Mutex, Notify};

use crate::app::App;
use crate::edge::error_page::PageError;

pub use snapshot::{SharedValue, Snapshot};

/// From this probability on a pair is shown as a suggestion. Pools are cut at the model's own, higher threshold.
pub const SUGGEST_FROM: f64 = 0.3;

/// The matching service.
#[derive(Debug, Default)]
pub struct Matching {
    wanted: Notify,
    one_at_a_time: Mutex<()>,
    snapshot: RwLock<Option<Arc<Snapshot>>>,
}

impl Matching {
    /// Says that reports came in or judgements changed: links and pools are to be made anew.
    pub fn want(&self) {
        self.wanted.notify_one();
    }

    /// Waits until somebody wants it.
    pub async fn wanted(&self) {
        self.wanted.notified().await;
    }

    /// What was last found; `None` before the first run.
    pub fn snapshot(&self) -> Option<Arc<Snapshot>> {
        self.snapshot.read().ok()?.clone()
    }

    /// Why a pair was suggested: every piece of evidence, contrary evidence included.
    pub fn explain(&self, left: &CaseOf, right: &CaseOf) -> Option<Explanation> {
        self.snapshot()?.explain(left, right)
    }

    /// Makes the pools that a judgement of this pair touches anew, in the transaction of the judgement, so that the next
    /// page shows it. All else follows when everything is made anew ([`Self::want`]).
    ///
    /// # Errors
    /// [`PageError::BadRequest`] when the judgement contradicts others; [`PageError`] when the store does not answer.
    pub async fn judged(
        &self,
        tx: &mut Tx,
        pair: (&CaseOf, &CaseOf),
        now: Timestamp,
    ) -> Result<(), PageError> {
        // Before the first run there is nothing to change; the run will know the judgement.
        let Some(snapshot) = self.snapshot() else { return Ok(()) };
        let cases = pool::together(tx, pair.0, pair.1).await?;
        let standing = judgement::standing(tx).await?;
        match snapshot.pools_among(&cases, &standing) {
            Ok(pools) => Ok(link::replace_pools_of(tx, &cases, pools, now).await?),
            Err(LinkError::Judgements(_)) => Err(PageError::BadRequest {
                problems: vec![
                    "This contradicts what was decided before: through other cases, people said both that these two are linked and that they are not. Look at the linked cases of both, and have one of these decisions taken back first."
                        .to_owned(),
                ],
            }),
            Err(_) => Ok(()),
        }
    }

    /// Makes links and pools anew from all cases and the judgements that stand.
    ///
    /// # Errors
    /// [`PageError`] when the store does not answer or the engine refuses; then the former links stay.
    pub async fn refresh(&self, app: &App) -> Result<(), PageError> {
        let _one = self.one_at_a_time.lock().await;
        let mut tx = app.store.read("read for matching").await?;
        let rows = coarse::link_rows(&mut tx).await?;
        let judged = judgement::standing(&mut tx).await?;
        let kept = link::kept(&mut tx).await?;
        drop(tx);
        let known = judged.clone();
        let made = tokio::task::spawn_blocking(move || make(rows, &judged, &kept))
            .await
            .map_err(|_| PageError::Internal { doing: "match" })?;
        let (snapshot, (n_links, n_pools), changes) = made.map_err(|error| {
            tracing::error!(%error, "the matching engine refused");
            PageError::Internal { doing: "match" }
        })?;
        let (n_gone, n_new) = changes.len();
        if !changes.is_empty() {
            let mut tx = app.store.write("keep links and pools").await?;
            if judgement::standing(&mut tx).await? != known {
                // Somebody judged meanwhile: what was found would undo what they see. Whoever judged wants a run of
                // its own.
                drop(tx);
                self.want();
                return Ok(());
            }
            link::apply(&mut tx, changes, app.clock.now()).await?;
            tx.commit().await?;
        }
        tracing::info!(
            n_reports = snapshot.n_reports(),
            n_links,
            n_pools,
            n_gone,
            n_new,
            "links and pools were made anew"
        );
        if let Ok(mut kept) = self.snapshot.write() {
            *kept = Some(Arc::new(snapshot));
        }
        Ok(())
    }
}

/// What was learned, how many links and pools there are, and what of them has to be written.
type Made = (Snapshot, (usize, usize), Changes);

fn make(rows: Vec<LinkRow>, judged: &[Judged], kept: &Rows) -> Result<Made, LinkError> {
    let work = || {
        let (snapshot, found) = Snapshot::make(rows, judged)?;
        let counts = (found.links.len(), found.pools.len());
        Ok((snapshot, counts, Changes::between(kept, &found.into())))
    };
    match half_of_the_processors() {
        Some(threads) => threads.install(work),
        None => work(),
    }
}

/// Threads for the engine beside those that answer requests; `None` where the system gives none.
fn half_of_the_processors() -> Option<rayon::ThreadPool> {
    let n = std::thread::available_parallelism().map_or(1, |n| n.get() / 2).max(1);
    rayon::ThreadPoolBuilder::new().num_threads(n).thread_name(|at| format!("match-{at}")).build().ok()
}
