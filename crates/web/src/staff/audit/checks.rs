//! When was an agency's audit log last checked, and how far? A visit checks what came since; a start checks everything.

use std::collections::BTreeMap;
use std::sync::RwLock;

use daymark_store::agency;
use daymark_store::audit::{self, ChainBreak, Mark};
use daymark_vocab::AgencyId;
use jiff::Timestamp;

use crate::app::App;
use crate::edge::error_page::PageError;

/// How far a log was found whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// Up to this row.
    pub mark: Mark,
    /// When the first row up to the last of that time was checked as a whole.
    pub whole_at: Timestamp,
    /// How many rows that were.
    pub n_whole: i64,
}

/// What was checked since the start, by agency. In memory: a mark in the database could be moved with the rows.
#[derive(Debug, Default)]
pub struct Checks(RwLock<BTreeMap<AgencyId, Checked>>);

impl Checks {
    fn last(&self, agency: &AgencyId) -> Option<Checked> {
        self.0.read().ok()?.get(agency).cloned()
    }

    /// Checks an agency's log: what came since the last check, or `all` of it.
    ///
    /// # Errors
    /// [`PageError`] when the store does not answer.
    pub async fn check(
        &self,
        app: &App,
        agency: &AgencyId,
        all: bool,
    ) -> Result<Result<Checked, ChainBreak>, PageError> {
        let now = app.clock.now();
        let last = self.last(agency).filter(|_| !all);
        let from = last.as_ref().map(|last| last.mark.clone()).unwrap_or_default();
        // Beside the writer: a long check keeps nobody waiting.
        let mut tx = app.store.read("verify the audit log").await?;
        let found = audit::verify_from(&mut tx, agency, &from).await?;
        drop(tx);
        let checked = found.map(|mark| match last {
            Some(last) => Checked { mark, ..last },
            None => Checked { n_whole: mark.seq, whole_at: now, mark },
        });
        if let Ok(mut kept) = self.0.write() {
            match &checked {
                Ok(checked) => kept.insert(agency.clone(), checked.clone()),
                // What is broken is read from its beginning each time.
                Err(_) => kept.remove(agency),
            };
        }
        Ok(checked)
    }

    /// Checks the logs of all agencies from their beginning. A break is logged; the page tells it to the auditors.
    ///
    /// # Errors
    /// [`PageError`] when the store does not answer.
    pub async fn check_all(&self, app: &App) -> Result<(), PageError> {
        let mut tx = app.store.read("whose audit logs").await?;
        let agencies = agency::all(&mut tx).await?;
        drop(tx);
        let mut n_rows = 0;
        for agency in &agencies {
            match self.check(app, &agency.id, true).await? {
                Ok(checked) => n_rows += checked.n_whole,
                Err(found) => tracing::error!(error = %found, "an audit log does not fit together"),
            }
        }
        tracing::info!(n_agencies = agencies.len(), n_rows, "the audit logs were checked");
        Ok(())
    }
}
