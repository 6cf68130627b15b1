//! EARS C1, C2, C3: is this week above the mean of the last seven by several standard deviations?
//!
//! Source: Hutwagner et al. 2003, J. Urban Health 80(2 Suppl 1):i89–96; Fricker et al. 2008, Stat. Med. 27:3407–3429.
//! Differs: units are weeks, not days; the p-value is the normal tail of C1 and C2 (C3 has none); C3 alarms only
//! in a week that passes the bound itself, not in a low week after two high ones.
//! Oracle: oracles/farrington/ (R surveillance 1.20.3, earsC; its C3 bound has a defect, see there).
//!
//! When not to use: for what repeats every year, since seven weeks know no season; and for growth, which
//! seven weeks follow within a month. Its use is where there is no history yet.

use std::ops::Range;

use thiserror::Error;

use crate::scattered_count::{as_f64, normal_above, normal_quantile};
use crate::verdict::{Verdict, exceedance_score};
use crate::weekly_counts::WeeklyCounts;

/// Which of the three.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Variant {
    /// The seven weeks just before.
    C1,
    /// The seven weeks before the last two, so that an outbreak two weeks old is not its own baseline.
    C2,
    /// C2 summed over three weeks: for slow starts.
    C3,
}

/// How an EARS method judges.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// Which of the three.
    pub variant: Variant,
    /// Weeks of baseline.
    pub n_baseline_weeks: u16,
    /// Chance of passing the bound when counts are normal (one side).
    pub alpha: f64,
}

impl Config {
    /// As published: seven weeks; three standard deviations, for C3 two.
    pub const fn published(variant: Variant) -> Self {
        let alpha = match variant {
            Variant::C1 | Variant::C2 => 0.001,
            Variant::C3 => 0.025,
        };
        Self { variant, n_baseline_weeks: 7, alpha }
    }

    /// The first week, from 0, with enough weeks before it.
    pub fn first_week(&self) -> usize {
        usize::from(self.n_baseline_weeks) + usize::from(self.gap()) + self.earlier_weeks()
    }

    const fn gap(&self) -> u16 {
        match self.variant {
            Variant::C1 => 0,
            Variant::C2 | Variant::C3 => 2,
        }
    }

    const fn earlier_weeks(&self) -> usize {
        match self.variant {
            Variant::C1 | Variant::C2 => 0,
            Variant::C3 => 2,
        }
    }
}

/// Why a week could not be judged.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum EarsError {
    /// Too few weeks come before it, or the series ends before it.
    #[error("the week at place {index} needs {needed} weeks before it and to be in the series")]
    BaselineTooShort {
        /// The week's place, from 0.
        index: usize,
        /// Weeks needed before it.
        needed: usize,
    },
    /// `alpha` is no probability up to a half, or the baseline is under two weeks.
    #[error("`alpha` must be above 0 and at most 0.5, `n_baseline_weeks` at least 2")]
    BadConfig,
}

/// Judges each of `weeks` (places in `counts`, from 0).
///
/// A baseline without scatter gives no p-value, and its bound is its mean.
pub fn judge_weeks(
    counts: &WeeklyCounts,
    weeks: Range<usize>,
    config: &Config,
) -> Vec<Result<Verdict, EarsError>> {
    weeks.map(|index| judge_week(counts, index, config)).collect()
}

fn judge_week(counts: &WeeklyCounts, index: usize, config: &Config) -> Result<Verdict, EarsError> {
    if !(config.alpha > 0.0 && config.alpha <= 0.5) || config.n_baseline_weeks < 2 {
        return Err(EarsError::BadConfig);
    }
    let needed = config.first_week();
    let observed = counts.get(index).filter(|_| index >= needed);
    let observed = observed.ok_or(EarsError::BaselineTooShort { index, needed })?;
    let here = Moments::before(counts, index, config);
    let reach = normal_quantile(1.0 - config.alpha);

    // C3 adds what the two weeks before exceeded their means by, beyond one standard deviation each.
    let carried: f64 = (1..=config.earlier_weeks())
        .map(|weeks_ago| {
            let then = index - weeks_ago;
            let moments = Moments::before(counts, then, config);
            let score = moments.score(as_f64(counts.get(then).unwrap_or(0)));
            score.map_or(0.0, |score| (score - 1.0).max(0.0))
        })
        .sum();
    // C3 = carried + (score − 1) passes `reach` where the score passes 1 + reach − carried.
    let deviations = match config.variant {
        Variant::C1 | Variant::C2 => reach,
        Variant::C3 => 1.0 + reach - carried,
    };
    let upper_bound = (here.mean + here.deviation * deviations).max(0.0);
    let p_value = match config.variant {
        Variant::C1 | Variant::C2 => here.score(as_f64(observed)).map(normal_above),
        Variant::C3 => None,
    };
    Ok(Verdict {
        week: counts.week(index),
        observed,
        expected: Some(here.mean),
        lower_bound: Some((here.mean - here.deviation * reach).max(0.0)),
        upper_bound: Some(upper_bound),
        exceedance_score: Some(exceedance_score(as_f64(observed), here.mean, upper_bound)),
        p_value,
        phi: None,
        trend_used: None,
        n_baseline_weeks: usize::from(config.n_baseline_weeks),
        withheld: None,
        alarm: as_f64(observed) > upper_bound,
    })
}

/// Mean and standard deviation (n − 1) of the baseline before a week.
struct Moments {
    mean: f64,
    deviation: f64,
}

impl Moments {
    fn before(counts: &WeeklyCounts, index: usize, config: &Config) -> Self {
        let end = index.saturating_sub(usize::from(config.gap()));
        let weeks = end.saturating_sub(usize::from(config.n_baseline_weeks))..end;
        let values: Vec<f64> = weeks.filter_map(|at| counts.get(at)).map(as_f64).collect();
        let n = as_f64(values.len() as u64);
        let mean = values.iter().sum::<f64>() / n;
        let squares: f64 = values.iter().map(|value| (value - mean) * (value - mean)).sum();
        Self { mean, deviation: (squares / (n - 1.0)).sqrt() }
    }

    fn score(&self, observed: f64) -> Option<f64> {
        (self.deviation > 0.0).then(|| (observed - self.mean) / self.deviation)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::week::Week;

    fn last(counts: &[u64], variant: Variant) -> Result<Verdict, EarsError> {
        let series = WeeklyCounts::new(Week::containing(date(2026, 1, 5)), counts.to_vec());
        judge_week(&series, counts.len() - 1, &Config::published(variant))
    }

    #[test]
    fn c1_uses_the_last_seven_weeks_and_c2_leaves_out_two() {
        let counts = [2, 4, 2, 4, 2, 4, 3, 9, 9, 12];
        let c1 = last(&counts, Variant::C1).unwrap();
        let c2 = last(&counts, Variant::C2).unwrap();
        assert!(!c1.alarm, "the two high weeks are its baseline: {c1:?}");
        assert!(c2.alarm, "they are left out: {c2:?}");
        assert!((c2.expected.unwrap() - 3.0).abs() < 1e-12);
        // Deviation of 2 4 2 4 2 4 3 is 1; the 99.9 % point is 3.0902.
        assert!((c2.upper_bound.unwrap() - 6.090_232_306_167_813).abs() < 1e-9);
    }

    #[test]
    fn c3_carries_what_came_before() {
        let quiet = last(&[2, 4, 2, 4, 2, 4, 2, 4, 2, 3, 3, 4], Variant::C3).unwrap();
        let risen = last(&[2, 4, 2, 4, 2, 4, 2, 4, 2, 6, 6, 4], Variant::C3).unwrap();
        assert!(!quiet.alarm);
        assert!(risen.alarm);
        assert_eq!(risen.p_value, None);
    }

    #[test]
    fn a_flat_baseline_has_no_p_value() {
        let verdict = last(&[1, 1, 1, 1, 1, 1, 1, 2], Variant::C1).unwrap();
        assert_eq!((verdict.p_value, verdict.upper_bound), (None, Some(1.0)));
        assert!(verdict.alarm && verdict.exceedance_score.unwrap() > 1.0);
    }

    #[test]
    fn too_few_weeks_are_refused() {
        assert_eq!(last(&[1; 7], Variant::C1), Err(EarsError::BaselineTooShort { index: 6, needed: 7 }));
        assert_eq!(last(&[1; 11], Variant::C3), Err(EarsError::BaselineTooShort { index: 10, needed: 11 }));
    }
}
