//! What does the die say? All randomness of the generator, from one seed.
//!
//! The samplers are written out here rather than taken from a distribution crate, so that a seed keeps its
//! bytes when a dependency changes its algorithm. Sources: Box and Muller 1958; Marsaglia and Tsang 2000.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// A weighted list: a value and its share; the shares need not add up to one.
pub(crate) type Table<T> = [(T, f64)];

/// A seeded source of chance.
#[derive(Debug, Clone)]
pub(crate) struct Chance(ChaCha8Rng);

impl Chance {
    /// The stream `stream` of the seed: streams do not overlap.
    pub fn new(seed: u64, stream: u64) -> Self {
        let mut generator = ChaCha8Rng::seed_from_u64(seed);
        generator.set_stream(stream);
        Self(generator)
    }

    /// Uniform in [0, 1).
    pub fn unit(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 * (1.0 / 9_007_199_254_740_992.0)
    }

    /// Uniform in 0..n; 0 when n is 0.
    pub fn below(&mut self, n: usize) -> usize {
        let wide = u128::from(self.0.next_u64()) * (n as u128);
        usize::try_from(wide >> 64).unwrap_or(0)
    }

    /// Uniform in `low..=high`.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        let n = usize::try_from(high - low + 1).unwrap_or(1);
        low + i64::try_from(self.below(n)).unwrap_or(0)
    }

    /// True with probability `p`.
    pub fn yes(&mut self, p: f64) -> bool {
        self.unit() < p
    }

    /// One value of a weighted list; the default value of an empty one.
    pub fn pick<T: Copy + Default>(&mut self, table: &Table<T>) -> T {
        let total: f64 = table.iter().map(|(_, weight)| weight).sum();
        let mut left = self.unit() * total;
        for (value, weight) in table {
            left -= weight;
            if left < 0.0 {
                return *value;
            }
        }
        table.last().map_or_else(T::default, |(value, _)| *value)
    }

    /// One of several equally likely values.
    pub fn one_of<T: Copy + Default>(&mut self, values: &[T]) -> T {
        values.get(self.below(values.len())).copied().unwrap_or_default()
    }

    /// Standard normal (Box and Muller).
    pub fn normal(&mut self) -> f64 {
        let radius = (-2.0 * (1.0 - self.unit()).ln()).sqrt();
        radius * (std::f64::consts::TAU * self.unit()).cos()
    }

    /// Lognormal with the given median and standard deviation of the logarithm.
    pub fn log_normal(&mut self, median: f64, sigma: f64) -> f64 {
        median * (sigma * self.normal()).exp()
    }

    /// Lognormal whose two halves have their own widths, so that p10, median and p90 are all met.
    pub fn skewed(&mut self, p10: f64, median: f64, p90: f64) -> f64 {
        const Z90: f64 = 1.281_551_565_545;
        let z = self.normal();
        let width = if z < 0.0 { (median / p10).ln() } else { (p90 / median).ln() };
        median * (width / Z90 * z).exp()
    }

    /// Exponential with the given mean.
    pub fn exponential(&mut self, mean: f64) -> f64 {
        -mean * (1.0 - self.unit()).ln()
    }

    /// Gamma with mean 1 and shape `k` ≥ 1 (Marsaglia and Tsang): what makes a Poisson count a negative binomial.
    pub fn gamma_mean_one(&mut self, k: f64) -> f64 {
        let d = k - 1.0 / 3.0;
        let c = 1.0 / (9.0 * d).sqrt();
        loop {
            let x = self.normal();
            let v = (1.0 + c * x).powi(3);
            if v > 0.0 && (1.0 - self.unit()).ln() < 0.5 * x * x + d - d * v + d * v.ln() {
                return d * v / k;
            }
        }
    }

    /// Poisson with a small mean (Knuth).
    pub fn poisson(&mut self, mean: f64) -> usize {
        let floor = (-mean).exp();
        let mut product = self.unit();
        let mut count = 0;
        while product > floor {
            product *= self.unit();
            count += 1;
        }
        count
    }

    /// Beta(2, 2): the middle one of three uniform numbers.
    pub fn beta_2_2(&mut self) -> f64 {
        let (a, b, c) = (self.unit(), self.unit(), self.unit());
        a.max(b).min(a.min(b).max(c))
    }

    /// Puts a list into random order (Fisher and Yates).
    pub fn shuffle<T>(&mut self, values: &mut [T]) {
        for last in (1..values.len()).rev() {
            values.swap(last, self.below(last + 1));
        }
    }
}

/// Hands out values so that their weighted shares stay close to a table, however uneven the weights.
///
/// A campaign of four hundred children would otherwise drag a whole marginal to its own platform.
#[derive(Debug, Clone)]
pub(crate) struct Quota<T> {
    entries: Vec<(T, f64, f64)>,
    total: f64,
}

impl<T: Copy + Default> Quota<T> {
    pub fn new(table: &Table<T>) -> Self {
        let sum: f64 = table.iter().map(|(_, weight)| weight).sum();
        let entries = table.iter().map(|(value, weight)| (*value, weight / sum, 0.0)).collect();
        Self { entries, total: 0.0 }
    }

    /// A value for `weight` children, drawn in proportion to how far each value is behind its share.
    pub fn take(&mut self, chance: &mut Chance, weight: f64) -> T {
        self.total += weight;
        let total = self.total;
        let behind: Vec<(usize, f64)> = self
            .entries
            .iter()
            .enumerate()
            .map(|(position, (_, share, given))| (position, (share * total - given).max(0.0)))
            .collect();
        let chosen = chance.pick(&behind);
        self.entries.get_mut(chosen).map_or_else(T::default, |(value, _, given)| {
            *given += weight;
            *value
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mean(n: usize, mut draw: impl FnMut() -> f64) -> f64 {
        (0..n).map(|_| draw()).sum::<f64>() / n as f64
    }

    #[test]
    fn samplers_have_their_means() {
        let mut c = Chance::new(1, 0);
        assert!((mean(40_000, || c.gamma_mean_one(3.0)) - 1.0).abs() < 0.02);
        assert!((mean(40_000, || c.exponential(18.0)) - 18.0).abs() < 0.4);
        assert!((mean(40_000, || c.poisson(4.0) as f64) - 4.0).abs() < 0.06);
        assert!((mean(40_000, || c.beta_2_2()) - 0.5).abs() < 0.01);
        assert!(mean(40_000, || c.normal()).abs() < 0.02);
    }

    #[test]
    fn skewed_meets_its_three_quantiles() {
        let mut c = Chance::new(2, 0);
        let mut draws: Vec<f64> = (0..40_000).map(|_| c.skewed(30.0, 150.0, 900.0)).collect();
        draws.sort_by(f64::total_cmp);
        for (position, expected) in [(4_000, 30.0), (20_000, 150.0), (36_000, 900.0)] {
            assert!((draws[position] / expected - 1.0).abs() < 0.06, "{} for {expected}", draws[position]);
        }
    }

    #[test]
    fn a_quota_keeps_its_shares_under_uneven_weights() {
        let mut c = Chance::new(3, 0);
        let mut quota = Quota::new(&[("a", 44.0), ("b", 30.0), ("c", 26.0)]);
        let mut given = std::collections::BTreeMap::new();
        let mut total = 0.0;
        for round in 0..400 {
            let weight = if round % 20 == 0 { 60.0 } else { 2.0 };
            *given.entry(quota.take(&mut c, weight)).or_insert(0.0) += weight;
            total += weight;
        }
        assert!((given["a"] / total - 0.44).abs() < 0.05, "{given:?}");
    }

    #[test]
    fn streams_differ_and_repeat() {
        assert_eq!(Chance::new(7, 1).below(1 << 40), Chance::new(7, 1).below(1 << 40));
        assert_ne!(Chance::new(7, 1).below(1 << 40), Chance::new(7, 2).below(1 << 40));
    }
}
