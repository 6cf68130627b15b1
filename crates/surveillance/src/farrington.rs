//! Farrington's detector: is this week's count above what past weeks predict?
//!
//! Source: Farrington et al. 1996, JRSS A 159:547–563; Noufaily et al. 2013, Stat. Med. 32:1206–1222.
//! Differs: weeks are ISO weeks, and week 53 borrows the window of week 52; where the whole baseline is
//! zero the bound comes from the rule of three; [`Compat::Corrected`] mends two defects of the R package.
//! Oracle: oracles/farrington/ (R surveillance 1.20.3; every bound and alarm equal under [`Compat::R`]).
//!
//! A log-linear quasi-Poisson model is fitted to the baseline, past outbreaks are weighted down, a trend is
//! kept only where it can be trusted, and the upper bound is a quantile of the week that it predicts.

use std::ops::Range;

use statrs::distribution::{ContinuousCDF, StudentsT};
use thiserror::Error;

use crate::baseline::{Baseline, log_population, years_before};
use crate::bounds::Forecast;
use crate::glm::{self, Fit, Row};
use crate::scattered_count::as_f64;
use crate::verdict::{Verdict, Withheld, exceedance_score};
use crate::week::Week;
use crate::weekly_counts::WeeklyCounts;

/// Judges the last week of `counts` against its baseline.
///
/// - `counts`: one count per ISO week, ascending, no gaps; cases/week.
/// - returns `expected` and the bounds in cases/week; `exceedance_score` and `phi` have no unit.
///
/// When not to use: under five cases in four weeks no alarm is raised (Farrington 1996, §3.8). A rise slower
/// than the half year that is left out teaches the baseline and goes unseen.
///
/// # Errors
/// [`BaselineTooShort`] if fewer than `years_back` years precede the last week: see [`Config::shortened_to`].
pub fn judge(counts: &WeeklyCounts, config: &Config) -> Result<Verdict, FarringtonError> {
    judge_week(counts, counts.len().saturating_sub(1), config)
}

/// Judges each of `weeks` (places in `counts`, from 0) against its own baseline, as [`judge`] does.
pub fn judge_weeks(
    counts: &WeeklyCounts,
    weeks: Range<usize>,
    config: &Config,
) -> Vec<Result<Verdict, FarringtonError>> {
    weeks.map(|index| judge_week(counts, index, config)).collect()
}

/// How the baseline is chosen, fitted and turned into a bound.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// Years of baseline.
    pub years_back: u16,
    /// Weeks on either side of each anniversary.
    pub half_window_weeks: u16,
    /// Weeks just before the judged one that must not teach the baseline.
    pub weeks_left_out: u16,
    /// Levels of the seasonal factor; 1 uses the windows alone.
    pub n_seasons: u16,
    /// How an anniversary is found.
    pub year: Year,
    /// Weeks whose Anscombe residual exceeds this are weighted down; `None` weighs all alike.
    pub reweight_above: Option<f64>,
    /// A trend is kept only if its p-value is below this; 1 keeps any.
    pub trend_p_below: f64,
    /// A trend needs this many years.
    pub trend_from_years: u16,
    /// Chance that a week without an outbreak passes the upper bound (one side).
    pub alpha: f64,
    /// What the bound is a quantile of.
    pub bound: Bound,
    /// No alarm under this many cases …
    pub fewest_cases: u64,
    /// … in this many weeks, the judged one included.
    pub fewest_cases_weeks: u16,
    /// Model rates per person; needs a population in the counts.
    pub population_offset: bool,
    /// Whether to follow the reference's defects.
    pub compat: Compat,
}

/// How the same time of an earlier year is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Year {
    /// The same ISO week number; 53 becomes 52 where a year has none.
    IsoWeeks,
    /// So many weeks earlier.
    Weeks(u16),
    /// The Monday nearest to the same calendar date.
    CalendarDate,
}

/// What the upper bound is a quantile of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    /// A negative binomial count with the fitted mean and φ (Noufaily 2013).
    NegativeBinomial,
    /// The same at the upper end of the mean's own interval (Salmon 2016, "muan").
    NegativeBinomialOfUpperMean,
    /// A normal variable on the 2/3-power scale (Farrington 1996).
    TwoThirdsPower,
}

/// Which arithmetic to follow where the R package departs from the papers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compat {
    /// Standard errors from the model's own dispersion; scores in cases.
    Corrected,
    /// As R surveillance 1.20.3: after weighting, standard errors and the trend's p-value use a dispersion
    /// without working weights, and counted bounds are scored against log expected. For the oracle.
    R,
}

impl Config {
    /// Farrington Flexible as recommended in Noufaily 2013: 5 years, ten seasons, half a year left out.
    pub const fn noufaily() -> Self {
        Self {
            years_back: 5,
            half_window_weeks: 3,
            weeks_left_out: 26,
            n_seasons: 10,
            year: Year::IsoWeeks,
            reweight_above: Some(2.58),
            trend_p_below: 1.0,
            trend_from_years: 3,
            alpha: 0.01,
            bound: Bound::NegativeBinomial,
            fewest_cases: 5,
            fewest_cases_weeks: 4,
            population_offset: false,
            compat: Compat::Corrected,
        }
    }

    /// The original of Farrington 1996: windows alone, early weighting, a significant trend, 2/3-power bound.
    pub const fn farrington_1996() -> Self {
        Self {
            weeks_left_out: 3,
            n_seasons: 1,
            reweight_above: Some(1.0),
            trend_p_below: 0.05,
            alpha: 0.005,
            bound: Bound::TwoThirdsPower,
            ..Self::noufaily()
        }
    }

    /// This configuration with as many years as really precede the week at `index`, at most
    /// `years_back`; `None` if not one does. The only way to a shorter baseline: [`judge`] never takes it.
    ///
    /// Two years carry no trend (`trend_from_years`): counts that grow are then compared with their past.
    pub fn shortened_to(&self, counts: &WeeklyCounts, index: usize) -> Option<Self> {
        let years_back = years_before(counts, index, self).min(self.years_back);
        (years_back > 0).then(|| Self { years_back, ..self.clone() })
    }

    /// The first week, from 0, that has `years_back` years before it; `None` if none has.
    pub fn first_week(&self, counts: &WeeklyCounts) -> Option<usize> {
        let enough = |index: &usize| years_before(counts, *index, self) >= self.years_back;
        (0..counts.len()).find(enough)
    }

    fn check(&self) -> Result<(), BadConfig> {
        let refuse = |field, must| Err(BadConfig { field, must });
        match self {
            _ if !(self.alpha > 0.0 && self.alpha <= 0.5) => refuse("alpha", "be above 0 and at most 0.5"),
            _ if self.years_back == 0 => refuse("years_back", "be at least 1"),
            _ if self.n_seasons == 0 || self.n_seasons > 26 => refuse("n_seasons", "be 1 to 26"),
            _ if self.half_window_weeks > 12 => refuse("half_window_weeks", "be at most 12"),
            _ if self.reweight_above.is_some_and(|limit| limit.is_nan() || limit <= 0.0) => {
                refuse("reweight_above", "be above 0")
            }
            _ if matches!(self.year, Year::Weeks(n) if n <= 2 * self.half_window_weeks) => {
                refuse("year", "be longer than the window")
            }
            _ => Ok(()),
        }
    }
}

impl Default for Config {
    fn default() -> Self {
        Self::noufaily()
    }
}

/// Why a week could not be judged.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum FarringtonError {
    /// Fewer years precede the week than were asked for.
    #[error(transparent)]
    BaselineTooShort(#[from] BaselineTooShort),
    /// The series has no such week.
    #[error("the series has no week at place {0}")]
    NoSuchWeek(usize),
    /// A setting makes no sense.
    #[error(transparent)]
    BadConfig(#[from] BadConfig),
    /// The model has no solution for these counts.
    #[error("no model fits the {n_baseline_weeks} baseline weeks of {week}: use fewer seasons or more years")]
    NoFit {
        /// The judged week.
        week: Week,
        /// How many weeks there were to fit.
        n_baseline_weeks: usize,
    },
}

/// Fewer years precede a week than `years_back`.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("week {week} has {years_available} years before it where {years_back} are asked for")]
pub struct BaselineTooShort {
    /// The judged week.
    pub week: Week,
    /// Years asked for.
    pub years_back: u16,
    /// Years there are, each with its whole window.
    pub years_available: u16,
}

/// A setting that makes no sense.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{field}` must {must}")]
pub struct BadConfig {
    /// The setting.
    pub field: &'static str,
    /// What it must be.
    pub must: &'static str,
}

fn judge_week(counts: &WeeklyCounts, index: usize, config: &Config) -> Result<Verdict, FarringtonError> {
    config.check()?;
    let observed = counts.get(index).ok_or(FarringtonError::NoSuchWeek(index))?;
    let baseline = Baseline::choose(counts, index, config)?;
    let offset = if config.population_offset { log_population(counts, index) } else { 0.0 };

    let all_zero = baseline.total == 0.0 && !baseline.rows.is_empty() && config.compat == Compat::Corrected;
    let (trend_used, forecast) = if all_zero {
        (false, rule_of_three(baseline.rows.len()))
    } else {
        forecast(&baseline, offset, config).ok_or_else(|| FarringtonError::NoFit {
            week: counts.week(index),
            n_baseline_weeks: baseline.rows.len(),
        })?
    };
    let bounds = forecast.bounds(config.bound, config.alpha, observed);
    let expected = if all_zero { 0.0 } else { forecast.mean() };

    // R scores counted bounds against the log of the mean: its second defect.
    let log_scored = config.compat == Compat::R && config.bound != Bound::TwoThirdsPower;
    let score = bounds.map(|bounds| match log_scored {
        true => (as_f64(observed) - forecast.log_mean) / (bounds.upper - forecast.log_mean),
        false => exceedance_score(as_f64(observed), expected, bounds.upper),
    });
    let recent = (index + 1).saturating_sub(usize::from(config.fewest_cases_weeks))..index + 1;
    let withheld = (counts.total(recent) < config.fewest_cases).then_some(Withheld::TooFewCases);
    let exceeded = bounds.is_some_and(|bounds| as_f64(observed) > bounds.upper);

    Ok(Verdict {
        week: counts.week(index),
        observed,
        expected: Some(expected),
        lower_bound: bounds.map(|bounds| bounds.lower),
        upper_bound: bounds.map(|bounds| bounds.upper),
        exceedance_score: score,
        p_value: bounds.map(|bounds| bounds.p_value),
        phi: Some(forecast.phi),
        trend_used: Some(trend_used),
        n_baseline_weeks: baseline.rows.len(),
        withheld,
        alarm: exceeded && withheld.is_none(),
    })
}

/// Fits with a trend if it may be kept, else without; says which and forecasts week 0 of season 0.
fn forecast(baseline: &Baseline, offset: f64, config: &Config) -> Option<(bool, Forecast)> {
    let with_trend = (config.years_back >= config.trend_from_years)
        .then(|| fit_reweighted(&baseline.rows, config, true))
        .flatten()
        .filter(|fit| keeps_trend(fit, baseline, offset, config));
    let trend_used = with_trend.is_some();
    let fit = with_trend.or_else(|| fit_reweighted(&baseline.rows, config, false))?;
    let point = fit.forecast(0, 0.0, offset)?;
    let phi = fit.dispersion.max(1.0);
    let error_dispersion = match config.compat {
        Compat::Corrected => phi,
        Compat::R => fit.dispersion_by_prior_weights,
    };
    let standard_error = (point.unscaled_variance * error_dispersion).sqrt();
    Some((trend_used, Forecast { log_mean: point.log_mean, standard_error, phi }))
}

/// Fits, weighs past outbreaks down by their Anscombe residuals, and fits again.
fn fit_reweighted(rows: &[Row], config: &Config, with_trend: bool) -> Option<Fit> {
    let n_seasons = usize::from(config.n_seasons);
    let alike = vec![1.0; rows.len()];
    let first = glm::fit(rows, &alike, n_seasons, with_trend)?;
    let Some(limit) = config.reweight_above else { return Some(first) };

    let phi = first.dispersion.max(1.0);
    let mut weights: Vec<f64> = rows
        .iter()
        .zip(first.fitted.iter().zip(&first.leverage))
        .map(|(row, (mean, leverage))| {
            let anscombe = 1.5 * (row.observed.powf(2.0 / 3.0) * mean.powf(-1.0 / 6.0) - mean.sqrt());
            let residual = anscombe / (phi * (1.0 - leverage)).sqrt();
            if residual > limit { residual.powi(-2) } else { 1.0 }
        })
        .collect();
    // Weights sum to the number of weeks, so that the dispersion keeps its meaning.
    let scale = as_f64(rows.len() as u64) / weights.iter().sum::<f64>();
    weights.iter_mut().for_each(|weight| *weight *= scale);
    glm::fit(rows, &weights, n_seasons, with_trend)
}

/// A trend is kept if it is significant enough and does not carry the forecast beyond all of the past.
fn keeps_trend(fit: &Fit, baseline: &Baseline, offset: f64, config: &Config) -> bool {
    let dispersion = match config.compat {
        Compat::Corrected => fit.dispersion,
        Compat::R => fit.dispersion_by_prior_weights,
    };
    let significant = config.trend_p_below >= 1.0
        || fit.slope().zip(fit.slope_unscaled_variance()).is_some_and(|(slope, variance)| {
            let t = slope.abs() / (variance * dispersion).sqrt();
            let student = StudentsT::new(0.0, 1.0, as_f64(fit.n_free as u64));
            student.is_ok_and(|student| 2.0 * student.sf(t) < config.trend_p_below)
        });
    let within_the_past =
        fit.forecast(0, 0.0, offset).is_some_and(|at| at.log_mean.exp() <= baseline.largest);
    significant && within_the_past
}

/// After `n_weeks` weeks without a case, 3 / n_weeks cases/week is the highest mean still likely (95 %).
fn rule_of_three(n_weeks: usize) -> Forecast {
    let mean = 3.0 / as_f64(n_weeks.max(1) as u64);
    Forecast { log_mean: mean.ln(), standard_error: 0.0, phi: 1.0 }
}

#[cfg(test)]
mod tests;
