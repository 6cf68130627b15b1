//! The invented region, judged by its files: shares, structure, reserved ranges, words, scenarios, bytes.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "the helpers of a test crate are tests too; clippy exempts only the functions marked as such"
)]

mod determinism;
mod marginals;
mod reserved;
mod scenarios;
mod structure;
mod wording;

use daymark_sample::{Column, DEFAULT_UNTIL, Plan, Region, SampleReport, Scenario, Truth, invent};

fn region(scenario: Scenario, n_reports: usize, seed: u64) -> Region {
    invent(&Plan { n_reports, seed, scenario, until: DEFAULT_UNTIL })
}

/// The first report of each case: what the tables speak of.
fn first_reports(region: &Region) -> Vec<(&SampleReport, &Truth)> {
    let mut seen = std::collections::BTreeSet::new();
    region
        .reports
        .iter()
        .zip(&region.truth)
        .filter(|(_, truth)| seen.insert(truth.child_id.clone()))
        .collect()
}

/// Days since a fixed day, for a date or a moment known at least to the day.
fn day(text: &str) -> Option<i64> {
    let date: jiff::civil::Date = text.get(..10)?.parse().ok()?;
    let origin = jiff::civil::date(2000, 1, 1);
    Some(date.duration_since(origin).as_hours() / 24)
}

fn is_known(cell: &str) -> bool {
    !matches!(cell, "" | "unknown" | "not-asked" | "declined" | "not-applicable")
}

fn received(report: &SampleReport) -> i64 {
    day(report.get(Column::ReceivedOn)).expect("every report has a day")
}
