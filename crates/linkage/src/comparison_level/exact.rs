//! Is it the same text?

use super::{ComparisonLevel, Outcome};

/// The level of agreement.
pub(super) const EXACT: u8 = 1;
const ELSE: u8 = 2;

pub(super) fn levels() -> Vec<ComparisonLevel> {
    ["same", "different"].map(ComparisonLevel::new).to_vec()
}

/// Compares two single values by their codes; an empty slice is "not recorded".
pub(super) fn compare(l: &[u32], r: &[u32]) -> Outcome {
    match (l.first(), r.first()) {
        (Some(l), Some(r)) if l == r => Outcome { level: EXACT, agreed: Some(*l) },
        (Some(_), Some(_)) => Outcome::level(ELSE),
        _ => Outcome::NULL,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agreement_keeps_the_value_agreed_on() {
        assert_eq!(compare(&[7], &[7]), Outcome { level: EXACT, agreed: Some(7) });
        assert_eq!(compare(&[7], &[8]), Outcome::level(ELSE));
        assert_eq!(compare(&[7], &[]), Outcome::NULL);
    }
}
