//! Invented reports for the kill loop, and chance that can be repeated from a seed.

use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

/// Chance from a seed: the same seed gives the same run.
#[derive(Debug)]
pub struct Chance(ChaCha8Rng);

impl Chance {
    /// From a seed, and a number that keeps the users of one seed apart.
    pub fn new(seed: u64, stream: u64) -> Self {
        let mut generator = ChaCha8Rng::seed_from_u64(seed);
        generator.set_stream(stream);
        Self(generator)
    }

    /// A whole number from `from` to `to`, both included.
    pub fn between(&mut self, from: u64, to: u64) -> u64 {
        self.0.random_range(from..=to)
    }
}

/// The report with this number, as the flat template has its columns. Invented; references are of reserved ranges.
pub fn report(number: u64) -> serde_json::Value {
    let band = ["11-13", "14-15", "16-17"];
    let area = ["E23000003", "E23000009", "E23000010", "W15000001"];
    let pick = |list: &[&str]| {
        let at = usize::try_from(number).unwrap_or_default().checked_rem(list.len()).unwrap_or_default();
        list.get(at).copied().unwrap_or_default().to_owned()
    };
    serde_json::json!({
        "report_id": external_id(number),
        "received_on": "2026-10-05",
        "area": pick(&area),
        "child_ref": format!("kill-loop-child-{number}"),
        "child_age_band": pick(&band),
        "handles": format!("instagram:invented_{number}"),
        "synthetic": "true",
    })
}

/// The number under which a report is sent, and found again.
pub fn external_id(number: u64) -> String {
    format!("KILL-{number:08}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_repeats_a_run() {
        assert_eq!(numbers(7, 0), numbers(7, 0));
        assert_ne!(numbers(7, 0), numbers(7, 1));
        assert_ne!(numbers(7, 0), numbers(8, 0));
    }

    fn numbers(seed: u64, stream: u64) -> Vec<u64> {
        let mut chance = Chance::new(seed, stream);
        (0..5).map(|_| chance.between(0, 1_000_000)).collect()
    }
}
