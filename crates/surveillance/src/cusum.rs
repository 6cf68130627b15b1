//! Poisson CUSUM: have small excesses, week after week, added up to more than chance allows?
//!
//! Source: Rossi, Lampugnani & Marchi 1999, Stat. Med. 18:2111–2122 (transformation); Lucas 1985, Technometrics 27:129–144.
//! Differs: the in-control mean is that of the first `n_learning_weeks` weeks, without season or trend.
//! Oracle: oracles/farrington/ (R surveillance 1.20.3, cusum with the plain mean).
//!
//! When not to use: where counts grow or repeat with the seasons. The sum never forgets, so after a lasting
//! change it alarms every week until the learning weeks are chosen anew.

use std::ops::Range;

use thiserror::Error;

use crate::scattered_count::as_f64;
use crate::verdict::{Verdict, exceedance_score};
use crate::weekly_counts::WeeklyCounts;

/// How excesses are added up.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// Weeks at the start that define what is normal.
    pub n_learning_weeks: u16,
    /// Excess per week, in standard deviations, that is let pass (k).
    pub reference_value: f64,
    /// Sum, in standard deviations, that is an alarm (h).
    pub decision_interval: f64,
    /// How a count becomes a number of standard deviations.
    pub scale: Scale,
}

/// How a count becomes a number of standard deviations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    /// (y − m) / √m.
    Standard,
    /// (y − 3m + 2√(ym)) / (2√m), closer to normal for small counts.
    Rossi,
}

impl Default for Config {
    /// A year of learning; k 1.04 and h 2.26 are the defaults of the reference.
    fn default() -> Self {
        Self { n_learning_weeks: 52, reference_value: 1.04, decision_interval: 2.26, scale: Scale::Rossi }
    }
}

/// Why no week could be judged.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CusumError {
    /// No week comes after the learning weeks.
    #[error("{n_learning_weeks} weeks of learning leave none of the {n_weeks} weeks to judge")]
    BaselineTooShort {
        /// Weeks of learning.
        n_learning_weeks: u16,
        /// Weeks in the series.
        n_weeks: usize,
    },
    /// The learning weeks hold no case, so that nothing is normal.
    #[error("the {n_learning_weeks} weeks of learning hold no case")]
    NothingLearned {
        /// Weeks of learning.
        n_learning_weeks: u16,
    },
    /// k or h is no positive number.
    #[error("`reference_value` and `decision_interval` must be above 0")]
    BadConfig,
}

/// Judges those of `weeks` (places in `counts`, from 0) that follow the learning weeks.
///
/// # Errors
/// [`CusumError`] when the learning weeks leave nothing to judge or to compare with.
pub fn judge_weeks(
    counts: &WeeklyCounts,
    weeks: Range<usize>,
    config: &Config,
) -> Result<Vec<Verdict>, CusumError> {
    let n_learning_weeks = config.n_learning_weeks;
    let start = usize::from(n_learning_weeks);
    if !(config.reference_value > 0.0 && config.decision_interval > 0.0) {
        return Err(CusumError::BadConfig);
    }
    if start == 0 || start >= counts.len() {
        return Err(CusumError::BaselineTooShort { n_learning_weeks, n_weeks: counts.len() });
    }
    let mean = as_f64(counts.total(0..start)) / f64::from(n_learning_weeks);
    if mean == 0.0 {
        return Err(CusumError::NothingLearned { n_learning_weeks });
    }

    let mut sum = 0.0_f64;
    let mut verdicts = Vec::new();
    for index in start..weeks.end.min(counts.len()) {
        let observed = counts.get(index).unwrap_or(0);
        let room = config.decision_interval + config.reference_value - sum;
        let upper_bound = config.scale.count_at(room, mean);
        sum = (sum + config.scale.deviations(as_f64(observed), mean) - config.reference_value).max(0.0);
        if index >= weeks.start {
            let score = exceedance_score(as_f64(observed), mean, upper_bound);
            verdicts.push(Verdict {
                week: counts.week(index),
                observed,
                expected: Some(mean),
                lower_bound: None,
                upper_bound: Some(upper_bound),
                exceedance_score: Some(score),
                p_value: None,
                phi: None,
                trend_used: None,
                n_baseline_weeks: start,
                withheld: None,
                alarm: sum > config.decision_interval,
            });
        }
    }
    Ok(verdicts)
}

impl Scale {
    fn deviations(self, observed: f64, mean: f64) -> f64 {
        match self {
            Self::Standard => (observed - mean) / mean.sqrt(),
            Self::Rossi => (observed - 3.0 * mean + 2.0 * (observed * mean).sqrt()) / (2.0 * mean.sqrt()),
        }
    }

    /// The count that is so many deviations from the mean; 0 where no count is so low.
    fn count_at(self, deviations: f64, mean: f64) -> f64 {
        let root = mean.sqrt();
        match self {
            Self::Standard => (mean + deviations * root).max(0.0),
            Self::Rossi => {
                // y + 2√m √y = 3m + 2√m z, a square in √y.
                let square = (4.0 * mean + 2.0 * root * deviations).max(0.0);
                (square.sqrt() - root).max(0.0).powi(2)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::week::Week;

    fn judged(counts: Vec<u64>) -> Result<Vec<Verdict>, CusumError> {
        let n_weeks = counts.len();
        let series = WeeklyCounts::new(Week::containing(date(2026, 1, 5)), counts);
        judge_weeks(&series, 0..n_weeks, &Config { n_learning_weeks: 10, ..Config::default() })
    }

    #[test]
    fn small_excesses_add_up() {
        let mut counts = vec![4; 10];
        counts.extend([4, 4, 8, 8, 8, 8]);
        let alarms: Vec<bool> = judged(counts).unwrap().iter().map(|verdict| verdict.alarm).collect();
        assert_eq!(alarms, [false, false, false, false, true, true]);
    }

    #[test]
    fn the_bound_is_the_count_where_the_alarm_begins() {
        for scale in [Scale::Standard, Scale::Rossi] {
            for deviations in [0.0, 1.0, 3.3] {
                let count = scale.count_at(deviations, 6.5);
                assert!((scale.deviations(count, 6.5) - deviations).abs() < 1e-12);
            }
        }
    }

    #[test]
    fn nothing_to_learn_from_is_refused() {
        assert_eq!(judged(vec![0; 20]), Err(CusumError::NothingLearned { n_learning_weeks: 10 }));
        assert_eq!(
            judged(vec![1; 10]),
            Err(CusumError::BaselineTooShort { n_learning_weeks: 10, n_weeks: 10 })
        );
    }
}
