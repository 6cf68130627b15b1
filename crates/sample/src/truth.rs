//! What is true of each report? Kept apart from the reports, for judging links; never imported.

/// The truth about one report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Truth {
    /// The report.
    pub report_id: String,
    /// Whose hands: `None` for lone cases.
    pub campaign_id: Option<String>,
    /// The school pool, if any.
    pub pool_id: Option<String>,
    /// The child: the same in every agency's report of the same case.
    pub child_id: String,
    /// The accounts behind the written handles, `common-…` for names that many people use.
    pub account_ids: Vec<String>,
}
