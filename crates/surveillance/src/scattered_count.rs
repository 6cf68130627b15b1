//! How large may a count be by chance, given its mean and how much more than Poisson it scatters?
//!
//! Source: negative binomial with mean μ and variance φμ (size μ/(φ−1), probability 1/φ); Poisson when φ ≤ 1.

use statrs::distribution::{ContinuousCDF, Normal};
use statrs::function::beta::beta_reg;
use statrs::function::gamma::{gamma_lr, gamma_ur};

/// The distribution of one week's count.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ScatteredCount {
    mean: f64,
    phi: f64,
}

impl ScatteredCount {
    /// - `mean`: cases/week, above 0 and finite; anything else gives `None`.
    /// - `phi`: variance over mean; below 1 is read as 1.
    pub fn new(mean: f64, phi: f64) -> Option<Self> {
        (mean.is_finite() && mean > 0.0 && phi.is_finite()).then_some(Self { mean, phi: phi.max(1.0) })
    }

    /// P(count ≥ `observed`).
    pub fn at_least(self, observed: u64) -> f64 {
        if observed == 0 {
            return 1.0;
        }
        let observed = as_f64(observed);
        if self.is_poisson() {
            return gamma_lr(observed, self.mean);
        }
        beta_reg(observed, self.size(), 1.0 - 1.0 / self.phi)
    }

    /// The smallest count whose P(count ≤ it) reaches `probability`.
    pub fn quantile(self, probability: f64) -> u64 {
        let target = probability * (1.0 - 64.0 * f64::EPSILON);
        let reaches = |count: u64| self.at_most(count) >= target;
        let spread = (self.mean * self.phi).sqrt();
        let mut high = as_count(self.mean + 4.0 * spread + 4.0);
        while !reaches(high) {
            high = high.saturating_mul(2);
        }
        // INVARIANT: reaches(high), and every count below `low` does not reach.
        let mut low = 0;
        while low < high {
            let middle = low + (high - low) / 2;
            if reaches(middle) { high = middle } else { low = middle + 1 }
        }
        high
    }

    fn at_most(self, count: u64) -> f64 {
        let above = as_f64(count) + 1.0;
        if self.is_poisson() {
            return gamma_ur(above, self.mean);
        }
        beta_reg(self.size(), above, 1.0 / self.phi)
    }

    fn is_poisson(self) -> bool {
        self.phi - 1.0 < 1e-12
    }

    fn size(self) -> f64 {
        self.mean / (self.phi - 1.0)
    }
}

/// The point that a standard normal variable stays below with `probability`.
pub(crate) fn normal_quantile(probability: f64) -> f64 {
    Normal::standard().inverse_cdf(probability)
}

/// The probability that a standard normal variable exceeds `score`.
pub(crate) fn normal_above(score: f64) -> f64 {
    Normal::standard().sf(score)
}

/// A count as a number.
#[allow(clippy::cast_precision_loss, reason = "weekly counts are far below 2^52")]
pub(crate) fn as_f64(count: u64) -> f64 {
    count as f64
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "callers pass means above 0")]
fn as_count(value: f64) -> u64 {
    value.ceil() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(mean: f64, phi: f64, probability: f64, quantile: u64) {
        let count = ScatteredCount::new(mean, phi).unwrap();
        assert_eq!(count.quantile(probability), quantile);
        assert!(count.at_least(quantile + 1) <= 1.0 - probability + 1e-12);
        assert!(quantile == 0 || count.at_least(quantile) > 1.0 - probability - 1e-12);
    }

    #[test]
    fn quantiles_bracket_the_tail() {
        check(0.001, 1.0, 0.99, 0);
        check(3.0, 1.0, 0.99, 8);
        check(1.232_725_566_077_17, 1.722_950_105_165_33, 0.995, 7);
        check(343.0, 2.5, 0.999, 439);
        check(50_000.0, 1.2, 0.5, 50_000);
    }

    #[test]
    fn tails_equal_the_sum_of_the_terms() {
        let (mean, phi) = (4.2, 1.9);
        let count = ScatteredCount::new(mean, phi).unwrap();
        let size = mean / (phi - 1.0);
        let mut term = (-size * f64::ln(phi)).exp();
        let mut below = 0.0;
        for observed in 0..30_u64 {
            assert!((count.at_least(observed) - (1.0 - below)).abs() < 1e-12, "{observed}");
            below += term;
            let k = observed as f64;
            term *= (size + k) / (k + 1.0) * (1.0 - 1.0 / phi);
        }
    }

    #[test]
    fn no_distribution_without_a_mean() {
        assert!(ScatteredCount::new(0.0, 1.0).is_none());
        assert!(ScatteredCount::new(f64::NAN, 1.0).is_none());
    }

    #[test]
    fn normal_points_are_the_known_ones() {
        assert!((normal_quantile(0.975) - 1.959_963_984_540_054).abs() < 1e-12);
        assert!((normal_above(1.644_853_626_951_472_7) - 0.05).abs() < 1e-10);
    }
}
