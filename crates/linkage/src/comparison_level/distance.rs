//! How far apart are two numbers or two days?

use super::{ComparisonLevel, Outcome, first_step};

pub(super) fn levels(within: &[f64], unit: &str) -> Vec<ComparisonLevel> {
    let last = within.last().copied().unwrap_or_default();
    (within.iter().map(|step| format!("within {step} {unit}")))
        .chain([format!("more than {last} {unit} apart")])
        .map(ComparisonLevel::new)
        .collect()
}

/// Compares two numbers; NaN is "not recorded".
pub(super) fn compare(l: f64, r: f64, within: &[f64]) -> Outcome {
    let distance = (l - r).abs();
    if distance.is_nan() {
        Outcome::NULL
    } else {
        Outcome::level(first_step(within, |step| distance <= step))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_hold_to_their_very_end() {
        let level = |l: f64, r: f64| (compare(l, r, &[3.0, 14.0]).level, compare(r, l, &[3.0, 14.0]).level);
        assert_eq!(level(10.0, 13.0), (1, 1));
        assert_eq!(level(10.0, 13.5), (2, 2));
        assert_eq!(level(10.0, 24.5), (3, 3));
        assert_eq!(level(10.0, f64::NAN), (0, 0));
    }
}
