//! How often is each rule right? Measured on the corpus by `cargo xtask bench wording --write`, and committed.
//!
//! A rule that is wrong too often is off until it is better: below a precision of 0.90 for code A and Q, of 0.75 for
//! code C. The develop and held-out sentences count together, because a rule has few of each.

use daymark_content::RuleCode;

/// One line a rule: `rule, part, found and marked, found, marked`.
const FIGURES: &str = include_str!("../figures.tsv");

/// What was measured of one rule on one part of the corpus; counts of marked places.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Figure {
    /// Found, and marked for this rule or for one that says the same.
    pub right: u32,
    /// Found.
    pub found: u32,
    /// Marked.
    pub marked: u32,
    /// Marked, and found by any rule.
    pub reached: u32,
}

impl Figure {
    /// The share of findings that are right; none when nothing was found.
    pub fn precision(&self) -> Option<f64> {
        (self.found > 0).then(|| f64::from(self.right) / f64::from(self.found))
    }

    /// The share of marked places that are found; none when nothing is marked.
    pub fn recall(&self) -> Option<f64> {
        (self.marked > 0).then(|| f64::from(self.reached) / f64::from(self.marked))
    }

    /// Two parts together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            right: self.right + other.right,
            found: self.found + other.found,
            marked: self.marked + other.marked,
            reached: self.reached + other.reached,
        }
    }
}

/// The figures of a rule on `part` (`develop` or `held-out`); zeros when it was not measured.
pub fn figure(rule: &str, part: &str) -> Figure {
    let line = FIGURES
        .lines()
        .map(|line| line.split('\t').collect::<Vec<_>>())
        .find(|cells| cells.starts_with(&[rule, part]));
    let count = |at: usize| line.as_ref().and_then(|cells| cells.get(at)?.parse().ok()).unwrap_or(0);
    Figure { right: count(2), found: count(3), marked: count(4), reached: count(5) }
}

/// Below which precision a rule is off.
pub fn threshold(code: RuleCode) -> f64 {
    match code {
        RuleCode::Always | RuleCode::QuoteOnly => 0.90,
        RuleCode::Context => 0.75,
    }
}

/// Whether a rule is on: measured as right often enough, or not measured at all.
pub(crate) fn is_on(rule: &str, code: RuleCode) -> bool {
    let measured = figure(rule, "develop").and(figure(rule, "held-out"));
    measured.precision().is_none_or(|precision| precision >= threshold(code))
}
