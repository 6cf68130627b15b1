//! Has the share of girls changed? Fisher's exact test of the last four weeks against the year before.
//!
//! Source: Fisher 1935; two-sided by adding every table that is no more likely than the one seen.
//! When not to use: with fewer than five girls or five others in either period nothing is said.

use daymark_surveillance::suppress::FEWEST_SHOWN;

/// How many of how many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    /// Those counted.
    pub n: u64,
    /// All of which it was recorded.
    pub of: u64,
}

impl Share {
    /// In whole per cent.
    pub fn percent(self) -> u64 {
        (self.n * 200 + self.of) / (2 * self.of).max(1)
    }

    /// Whether neither those counted nor the others are so few that they would be hidden.
    pub const fn may_be_said(self) -> bool {
        self.n >= FEWEST_SHOWN && self.of.saturating_sub(self.n) >= FEWEST_SHOWN
    }
}

/// The probability, if nothing had changed, of a difference at least as unlikely as this one.
pub fn fisher_exact(now: Share, before: Share) -> f64 {
    let log_factorials = log_factorials(now.of + before.of);
    let log_factorial = |n: u64| usize::try_from(n).ok().and_then(|n| log_factorials.get(n)).copied();
    let log_choose =
        |n: u64, k: u64| Some(log_factorial(n)? - log_factorial(k)? - log_factorial(n.checked_sub(k)?)?);
    let n_counted = now.n + before.n;
    let chance = |n: u64| -> Option<f64> {
        let rest = n_counted.checked_sub(n)?;
        let ways = log_choose(now.of, n)? + log_choose(before.of, rest)?;
        Some((ways - log_choose(now.of + before.of, n_counted)?).exp())
    };
    let Some(seen) = chance(now.n) else { return 1.0 };
    let all = (0..=now.of.min(n_counted)).filter_map(chance);
    all.filter(|other| *other <= seen * (1.0 + 1e-7)).sum::<f64>().min(1.0)
}

#[allow(clippy::cast_precision_loss, reason = "counts of reports are far below 2^52")]
fn log_factorials(up_to: u64) -> Vec<f64> {
    let mut sum = 0.0;
    let mut list = vec![0.0];
    for n in 1..=up_to {
        sum += (n as f64).ln();
        list.push(sum);
    }
    list
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(now: (u64, u64), before: (u64, u64), p_value: f64) {
        let share = |(n, of)| Share { n, of };
        assert!((fisher_exact(share(now), share(before)) - p_value).abs() < 1e-9);
    }

    #[test]
    fn exact_probabilities_counted_by_hand() {
        // The lady tasting tea: 4 of 4 against 0 of 4; 2 of the 70 tables are as extreme.
        check((4, 4), (0, 4), 2.0 / 70.0);
        // 3 of 4 against 1 of 4: 34 of 70.
        check((3, 4), (1, 4), 34.0 / 70.0);
        check((5, 10), (5, 10), 1.0);
    }

    #[test]
    fn shares_are_rounded_and_small_ones_stay_unsaid() {
        assert_eq!(Share { n: 41, of: 68 }.percent(), 60);
        assert_eq!(Share { n: 0, of: 0 }.percent(), 0);
        assert!(Share { n: 5, of: 10 }.may_be_said());
        assert!(!Share { n: 4, of: 10 }.may_be_said());
        assert!(!Share { n: 8, of: 12 }.may_be_said());
    }
}
