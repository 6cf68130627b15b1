//! What does every handler have at hand? The store, the content, the clock, and the two services.

use std::sync::Arc;

use daymark_content::Content;
use daymark_store::Store;
use daymark_store::session::Limits;
use daymark_vocab::{Clock, Entropy};
use metrics_exporter_prometheus::PrometheusHandle;

use crate::edge::rate::Budget;
use crate::matching::Matching;
use crate::password::Passwords;
use crate::public::sign_in::Throttle;
use crate::staff::audit::checks::Checks;
use crate::staff::import::Uploads;
use crate::trends::Trends;

/// What every handler has at hand. Cheap to clone.
#[derive(Clone)]
pub struct App {
    /// The one door to the database.
    pub store: Store,
    /// The authored content.
    pub content: Arc<Content>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Unguessable bytes.
    pub entropy: Arc<dyn Entropy>,
    /// When sessions end.
    pub limits: Limits,
    /// Finds links and pools, and explains them.
    pub matching: Arc<Matching>,
    /// Counts weeks and raises flags.
    pub trends: Arc<Trends>,
    /// How far the audit logs were found whole.
    pub audit_checks: Arc<Checks>,
    /// Hashes and checks passwords, a few at a time.
    pub passwords: Arc<Passwords>,
    /// Counts wrong guesses at signing in.
    pub throttle: Arc<Throttle>,
    /// Counts what machines ask.
    pub budget: Arc<Budget>,
    /// Files that were previewed and wait for the word to import them.
    pub uploads: Arc<Uploads>,
    /// Counts and durations for Prometheus; `None` where nobody collects them.
    pub metrics: Option<PrometheusHandle>,
    /// The program that reads spreadsheets in a child process; `None` where there is none.
    pub import_worker: Option<Arc<std::path::Path>>,
    /// Whether this is the invented sample region, whose second factor is shown on the page.
    pub is_sample: bool,
}

impl std::fmt::Debug for App {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("App")
            .field("store", &self.store)
            .field("is_sample", &self.is_sample)
            .finish_non_exhaustive()
    }
}

/// What an application is made of.
pub struct Parts {
    /// The one door to the database.
    pub store: Store,
    /// The authored content.
    pub content: Content,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Unguessable bytes.
    pub entropy: Arc<dyn Entropy>,
    /// Counts and durations for Prometheus.
    pub metrics: Option<PrometheusHandle>,
    /// The program that reads spreadsheets in a child process.
    pub import_worker: Option<std::path::PathBuf>,
    /// Whether this is the invented sample region.
    pub is_sample: bool,
}

impl std::fmt::Debug for Parts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Parts").field("is_sample", &self.is_sample).finish_non_exhaustive()
    }
}

impl App {
    /// Puts an application together. It answers at once; [`Matching::refresh`] and [`Trends::refresh`] fill its services.
    pub fn new(parts: Parts) -> Self {
        Self {
            store: parts.store,
            content: Arc::new(parts.content),
            clock: parts.clock,
            entropy: parts.entropy,
            limits: Limits::default(),
            matching: Arc::default(),
            trends: Arc::default(),
            audit_checks: Arc::default(),
            passwords: Arc::default(),
            throttle: Arc::default(),
            budget: Arc::default(),
            uploads: Arc::default(),
            metrics: parts.metrics,
            import_worker: parts.import_worker.map(Arc::from),
            is_sample: parts.is_sample,
        }
    }

    /// Unguessable bytes.
    ///
    /// # Errors
    /// [`crate::edge::error_page::PageError::Internal`] when the machine has none.
    pub fn random<const N: usize>(&self) -> Result<[u8; N], crate::edge::error_page::PageError> {
        daymark_vocab::entropy::bytes(self.entropy.as_ref())
            .map_err(|_| crate::edge::error_page::PageError::Internal { doing: "make a secret" })
    }

    /// The name of a platform; its code where the lists do not know it.
    pub fn platform_name(&self, code: &str) -> String {
        self.content
            .platforms()
            .iter()
            .find(|platform| platform.code == code)
            .map_or_else(|| code.to_owned(), |platform| platform.label.clone())
    }

    /// The name of a police force area; its code where the lists do not know it.
    pub fn area_name(&self, code: &str) -> String {
        code.parse()
            .ok()
            .and_then(|code| self.content.area(&code))
            .map_or_else(|| code.to_owned(), |area| area.name.clone())
    }
}
