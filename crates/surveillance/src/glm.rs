//! What level and trend do these past counts follow, and how much more than chance do they scatter?
//!
//! Model: log μ = effect of the row's season + slope · week (+ log population), variance φμ.
//! Source: McCullagh & Nelder 1989, Generalized Linear Models, ch. 2 and 6 (iteratively reweighted least squares).
//! Differs: no matrix is formed. With one factor and at most one slope each step is a weighted mean per
//! season and one ratio of sums about those means: the least-squares solution itself, in one pass over the rows.

#![allow(
    clippy::indexing_slicing,
    reason = "levels are checked against n_levels once, when a model is fitted"
)]

/// One past week as the model sees it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Row {
    /// Cases.
    pub observed: f64,
    /// Season, from 0.
    pub level: usize,
    /// Weeks from the judged week; negative in the past.
    pub week: f64,
    /// log of the people at risk; 0 without population.
    pub offset: f64,
}

/// A fitted model.
#[derive(Debug, Clone)]
pub(crate) struct Fit {
    effects: Vec<f64>,
    slope: Option<f64>,
    weight_of_level: Vec<f64>,
    mean_week_of_level: Vec<f64>,
    spread_of_weeks: f64,
    /// μ per row, cases/week.
    pub fitted: Vec<f64>,
    /// Share of each row in its own fit, 0 to 1.
    pub leverage: Vec<f64>,
    /// Pearson χ² over its degrees of freedom, working weights; not held at 1.
    pub dispersion: f64,
    /// The same with prior weights in place of working weights: only for `Compat::R`.
    pub dispersion_by_prior_weights: f64,
    /// Rows less parameters.
    pub n_free: usize,
}

/// What a model says of a week that was not fitted.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Forecast {
    /// log μ.
    pub log_mean: f64,
    /// Variance of `log_mean` for a dispersion of 1.
    pub unscaled_variance: f64,
}

const MOST_STEPS: usize = 25;
const SETTLED: f64 = 1e-8;
const LEAST_SPREAD: f64 = 1e-9;

/// Fits the model. `None` when rows do not outnumber parameters, when a slope is asked for and the
/// weeks leave none to see, or when the steps run away.
pub(crate) fn fit(rows: &[Row], prior_weights: &[f64], n_levels: usize, with_slope: bool) -> Option<Fit> {
    if rows.len() != prior_weights.len() || rows.iter().any(|row| row.level >= n_levels) {
        return None;
    }
    let mut mean: Vec<f64> = rows.iter().map(|row| row.observed + 0.1).collect();
    let mut log_mean: Vec<f64> = mean.iter().map(|mean| mean.ln()).collect();
    let mut deviance = deviance_of(rows, prior_weights, &mean);
    let mut working = vec![0.0; rows.len()];
    let mut response = vec![0.0; rows.len()];
    let mut step = LeastSquares::default();
    for _ in 0..MOST_STEPS {
        for (i, row) in rows.iter().enumerate() {
            working[i] = prior_weights[i] * mean[i];
            response[i] = log_mean[i] - row.offset + (row.observed - mean[i]) / mean[i];
        }
        step = LeastSquares::solve(rows, &working, &response, n_levels, with_slope)?;
        for (i, row) in rows.iter().enumerate() {
            log_mean[i] = step.effects[row.level] + step.slope.unwrap_or(0.0) * row.week + row.offset;
            mean[i] = log_mean[i].exp().max(f64::EPSILON);
        }
        let before = deviance;
        deviance = deviance_of(rows, prior_weights, &mean);
        if !deviance.is_finite() {
            return None;
        }
        if (deviance - before).abs() / (deviance.abs() + 0.1) < SETTLED {
            break;
        }
    }

    let n_used_levels = step.weight_of_level.iter().filter(|weight| **weight > 0.0).count();
    let n_free = rows.len().checked_sub(n_used_levels + usize::from(with_slope)).filter(|n| *n > 0)?;
    let mut leverage = Vec::with_capacity(rows.len());
    let (mut pearson, mut pearson_by_prior) = (0.0, 0.0);
    for (i, row) in rows.iter().enumerate() {
        leverage.push(working[i] * step.unscaled_variance(row.level, row.week));
        let residual = (row.observed - mean[i]) / mean[i];
        pearson += working[i] * residual * residual;
        pearson_by_prior += prior_weights[i] * residual * residual;
    }
    #[allow(clippy::cast_precision_loss, reason = "row counts are far below 2^52")]
    let free = n_free as f64;
    Some(Fit {
        effects: step.effects,
        slope: step.slope,
        weight_of_level: step.weight_of_level,
        mean_week_of_level: step.mean_week_of_level,
        spread_of_weeks: step.spread_of_weeks,
        fitted: mean,
        leverage,
        dispersion: pearson / free,
        dispersion_by_prior_weights: pearson_by_prior / free,
        n_free,
    })
}

impl Fit {
    /// Change of log μ per week; `None` without a trend.
    pub fn slope(&self) -> Option<f64> {
        self.slope
    }

    /// Variance of the slope for a dispersion of 1.
    pub fn slope_unscaled_variance(&self) -> Option<f64> {
        self.slope.map(|_| 1.0 / self.spread_of_weeks)
    }

    /// log μ for season `level` in `week`; `None` for a season without rows.
    pub fn forecast(&self, level: usize, week: f64, offset: f64) -> Option<Forecast> {
        let weight = self.weight_of_level.get(level).copied().filter(|weight| *weight > 0.0)?;
        let away = week - self.mean_week_of_level[level];
        let of_slope = self.slope.map_or(0.0, |_| away * away / self.spread_of_weeks);
        Some(Forecast {
            log_mean: self.effects[level] + self.slope.unwrap_or(0.0) * week + offset,
            unscaled_variance: 1.0 / weight + of_slope,
        })
    }
}

/// One weighted least-squares step: season means, and a slope about them.
#[derive(Debug, Default)]
struct LeastSquares {
    effects: Vec<f64>,
    slope: Option<f64>,
    weight_of_level: Vec<f64>,
    mean_week_of_level: Vec<f64>,
    spread_of_weeks: f64,
}

impl LeastSquares {
    fn solve(
        rows: &[Row],
        weights: &[f64],
        response: &[f64],
        n_levels: usize,
        with_slope: bool,
    ) -> Option<Self> {
        let mut weight = vec![0.0; n_levels];
        let mut mean_week = vec![0.0; n_levels];
        let mut mean_response = vec![0.0; n_levels];
        for (i, row) in rows.iter().enumerate() {
            weight[row.level] += weights[i];
            mean_week[row.level] += weights[i] * row.week;
            mean_response[row.level] += weights[i] * response[i];
        }
        for level in 0..n_levels {
            if weight[level] > 0.0 {
                mean_week[level] /= weight[level];
                mean_response[level] /= weight[level];
            }
        }
        let (mut spread, mut shared, mut total) = (0.0, 0.0, 0.0);
        if with_slope {
            for (i, row) in rows.iter().enumerate() {
                let away = row.week - mean_week[row.level];
                spread += weights[i] * away * away;
                shared += weights[i] * away * (response[i] - mean_response[row.level]);
                total += weights[i];
            }
            if spread.is_nan() || spread <= LEAST_SPREAD * total {
                return None;
            }
        }
        let slope = with_slope.then(|| shared / spread);
        let effects = mean_response
            .iter()
            .zip(&mean_week)
            .map(|(response, week)| response - slope.unwrap_or(0.0) * week)
            .collect();
        Some(Self {
            effects,
            slope,
            weight_of_level: weight,
            mean_week_of_level: mean_week,
            spread_of_weeks: spread,
        })
    }

    fn unscaled_variance(&self, level: usize, week: f64) -> f64 {
        let away = week - self.mean_week_of_level[level];
        let of_slope = self.slope.map_or(0.0, |_| away * away / self.spread_of_weeks);
        1.0 / self.weight_of_level[level] + of_slope
    }
}

fn deviance_of(rows: &[Row], prior_weights: &[f64], mean: &[f64]) -> f64 {
    let mut sum = 0.0;
    for (i, row) in rows.iter().enumerate() {
        let log_part = if row.observed > 0.0 { row.observed * (row.observed / mean[i]).ln() } else { 0.0 };
        sum += prior_weights[i] * (log_part - (row.observed - mean[i]));
    }
    2.0 * sum
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(observed: &[f64], levels: &[usize]) -> Vec<Row> {
        let last = observed.len() as f64;
        let each = observed.iter().zip(levels).enumerate();
        each.map(|(i, (observed, level))| Row {
            observed: *observed,
            level: *level,
            week: i as f64 - last,
            offset: 0.0,
        })
        .collect()
    }

    #[test]
    fn without_slope_the_fit_is_the_mean_of_each_season() {
        let rows = rows(&[1.0, 2.0, 3.0, 10.0, 14.0], &[0, 0, 0, 1, 1]);
        let fit = fit(&rows, &[1.0; 5], 2, false).unwrap();
        for (fitted, mean) in fit.fitted.iter().zip([2.0, 2.0, 2.0, 12.0, 12.0]) {
            assert!((fitted - mean).abs() < 1e-6, "{fitted} {mean}");
        }
        // Pearson: (1 + 0 + 1)/2 + (4 + 4)/12 over 5 - 2.
        assert!(
            (fit.dispersion - (1.0 + 8.0 / 12.0) / 3.0).abs() < 1e-3,
            "weights are those of the step before"
        );
        assert!((fit.leverage.iter().sum::<f64>() - 2.0).abs() < 1e-9, "leverages sum to the parameters");
    }

    #[test]
    fn a_pure_growth_is_found_exactly() {
        let observed: Vec<f64> = (0..40).map(|i| (1.0 + 0.05 * f64::from(i)).exp()).collect();
        let levels: Vec<usize> = (0..40).map(|i| i % 3).collect();
        let fit = fit(&rows(&observed, &levels), &[1.0; 40], 3, true).unwrap();
        assert!((fit.slope().unwrap() - 0.05).abs() < 1e-9);
        let forecast = fit.forecast(0, 0.0, 0.0).unwrap();
        assert!((forecast.log_mean - 3.0).abs() < 1e-9, "{}", forecast.log_mean);
        assert!(fit.dispersion < 1e-9);
        assert!((fit.leverage.iter().sum::<f64>() - 4.0).abs() < 1e-9);
    }

    #[test]
    fn the_score_equations_hold() {
        let observed = [4.0, 0.0, 7.0, 2.0, 9.0, 1.0, 3.0, 12.0, 5.0, 8.0];
        let rows = rows(&observed, &[0, 1, 0, 1, 0, 1, 0, 1, 0, 1]);
        let weights = [1.0, 0.5, 1.0, 2.0, 1.0, 1.0, 0.2, 1.0, 1.0, 1.0];
        let fit = fit(&rows, &weights, 2, true).unwrap();
        let left = |of: &dyn Fn(&Row) -> f64| -> f64 {
            let each = rows.iter().zip(&weights).zip(&fit.fitted);
            each.map(|((row, weight), fitted)| weight * (row.observed - fitted) * of(row)).sum()
        };
        assert!(left(&|row| row.week).abs() < 1e-4);
        assert!(left(&|row| f64::from(u8::from(row.level == 0))).abs() < 1e-4);
        assert!(left(&|row| f64::from(u8::from(row.level == 1))).abs() < 1e-4);
    }

    #[test]
    fn too_few_rows_have_no_fit() {
        assert!(fit(&rows(&[3.0], &[0]), &[1.0], 1, false).is_none());
        assert!(fit(&rows(&[3.0, 4.0], &[0, 0]), &[1.0; 2], 1, true).is_none());
        assert!(fit(&rows(&[3.0, 4.0, 5.0], &[0, 1, 2]), &[1.0; 3], 3, true).is_none(), "no slope to see");
    }
}
