//! Between which counts does chance alone stay, given what a model forecasts for one week?
//!
//! Source: Farrington et al. 1996, §3.6 (2/3-power); Noufaily et al. 2013, §3.4 (negative binomial);
//! Salmon et al. 2016, J. Stat. Softw. 70(10), §2.2 (with the uncertainty of the mean).

use crate::farrington::Bound;
use crate::scattered_count::{ScatteredCount, as_f64, normal_above, normal_quantile};

/// A model's forecast for the judged week.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Forecast {
    /// log of the cases expected.
    pub log_mean: f64,
    /// Standard error of `log_mean`.
    pub standard_error: f64,
    /// Variance over mean, at least 1.
    pub phi: f64,
}

/// Bounds in cases/week and the probability of `observed` or more.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Bounds {
    pub lower: f64,
    pub upper: f64,
    pub p_value: f64,
}

impl Forecast {
    /// Cases/week.
    pub fn mean(&self) -> f64 {
        self.log_mean.exp()
    }

    /// Bounds that chance passes with probability `alpha` on each side; `None` without a usable mean.
    pub fn bounds(&self, bound: Bound, alpha: f64, observed: u64) -> Option<Bounds> {
        match bound {
            Bound::NegativeBinomial => self.counted(self.mean(), self.mean(), alpha, observed),
            Bound::NegativeBinomialOfUpperMean => {
                let reach = normal_quantile(1.0 - alpha) * self.standard_error;
                let (low, high) = ((self.log_mean - reach).exp(), (self.log_mean + reach).exp());
                self.counted(low, high, alpha, observed)
            }
            Bound::TwoThirdsPower => Some(self.two_thirds_power(alpha, as_f64(observed))),
        }
    }

    fn counted(&self, low_mean: f64, high_mean: f64, alpha: f64, observed: u64) -> Option<Bounds> {
        let low = ScatteredCount::new(low_mean, self.phi)?;
        let high = ScatteredCount::new(high_mean, self.phi)?;
        Some(Bounds {
            lower: as_f64(low.quantile(alpha)),
            upper: as_f64(high.quantile(1.0 - alpha)),
            p_value: high.at_least(observed),
        })
    }

    /// y^(2/3) is close to normal: its variance is 4/9 μ^(1/3) (φ + variance of μ̂ / μ).
    fn two_thirds_power(&self, alpha: f64, observed: f64) -> Bounds {
        let mean = self.mean();
        let tau = self.phi + mean * self.standard_error * self.standard_error;
        let spread = (4.0 / 9.0 * mean.cbrt() * tau).sqrt();
        let centre = mean.powf(2.0 / 3.0);
        let reach = normal_quantile(1.0 - alpha) * spread;
        Bounds {
            lower: (centre - reach).max(0.0).powf(1.5),
            upper: (centre + reach).powf(1.5),
            p_value: normal_above((observed.powf(2.0 / 3.0) - centre) / spread),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FORECAST: Forecast = Forecast { log_mean: 2.0, standard_error: 0.15, phi: 1.6 };

    #[test]
    fn bounds_enclose_the_mean_and_widen_as_alpha_shrinks() {
        for bound in [Bound::NegativeBinomial, Bound::NegativeBinomialOfUpperMean, Bound::TwoThirdsPower] {
            let wide = FORECAST.bounds(bound, 0.001, 9).unwrap();
            let narrow = FORECAST.bounds(bound, 0.05, 9).unwrap();
            assert!(wide.lower <= narrow.lower && narrow.lower < FORECAST.mean());
            assert!(FORECAST.mean() < narrow.upper && narrow.upper < wide.upper);
            assert!(wide.p_value >= narrow.p_value, "equal, or of a higher mean");
        }
    }

    #[test]
    fn the_p_value_at_the_power_bound_is_alpha() {
        let bounds = FORECAST.bounds(Bound::TwoThirdsPower, 0.01, 0).unwrap();
        let there = FORECAST.two_thirds_power(0.01, bounds.upper);
        assert!((there.p_value - 0.01).abs() < 1e-12);
    }
}
