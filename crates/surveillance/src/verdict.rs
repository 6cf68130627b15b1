//! What does a detector say of one week? One answer for every method, empty where a method defines nothing.

use crate::week::Week;

/// A detector's answer for one week. Counts and bounds are cases/week.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// The week judged.
    pub week: Week,
    /// Cases in it.
    pub observed: u64,
    /// Cases that the baseline predicts.
    pub expected: Option<f64>,
    /// Chance alone goes below this as rarely as above `upper_bound`.
    pub lower_bound: Option<f64>,
    /// More cases than this are an alarm.
    pub upper_bound: Option<f64>,
    /// (observed − expected) / (upper bound − expected); no unit. Above 1 the bound is exceeded.
    pub exceedance_score: Option<f64>,
    /// The probability that chance alone gives as many cases or more.
    pub p_value: Option<f64>,
    /// Variance over mean in the baseline, at least 1.
    pub phi: Option<f64>,
    /// Whether a trend was followed; `None` for methods that know none.
    pub trend_used: Option<bool>,
    /// How many past weeks it was judged against.
    pub n_baseline_weeks: usize,
    /// Why no alarm may be raised whatever the score.
    pub withheld: Option<Withheld>,
    /// The bound is exceeded and nothing withholds the alarm.
    pub alarm: bool,
}

/// A reason to raise no alarm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Withheld {
    /// Fewer cases than the method asks for in the weeks up to the judged one.
    TooFewCases,
}

/// (observed − expected) / (upper bound − expected).
///
/// A bound on whole counts can lie at or below a small expected value (bound 0, expected 0.004). Then the
/// ratio means nothing, and the distance above the bound stands in: 0 up to it, 1 plus the excess beyond.
pub(crate) fn exceedance_score(observed: f64, expected: f64, upper_bound: f64) -> f64 {
    if upper_bound > expected {
        (observed - expected) / (upper_bound - expected)
    } else if observed > upper_bound {
        1.0 + (observed - upper_bound)
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_score_passes_one_with_the_bound() {
        assert_eq!(exceedance_score(7.0, 3.0, 7.0), 1.0);
        assert!(exceedance_score(8.0, 3.0, 7.0) > 1.0);
        assert_eq!(exceedance_score(0.0, 0.004, 0.0), 0.0);
        assert!(exceedance_score(1.0, 0.004, 0.0) > 1.0);
    }
}
