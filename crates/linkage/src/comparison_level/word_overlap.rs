//! How many of the shorter text's words are also in the other?
//!
//! |A ∩ B| / min(|A|, |B|), the overlap coefficient (Szymkiewicz–Simpson) over sets of words: a text that
//! was passed on in part still overlaps. Texts that are sold or copied overlap without a common hand
//! behind them; the middle levels learn that from the records.

use super::shared_value::common;
use super::{ComparisonLevel, Outcome, first_step};

pub(super) fn levels(similarity: &[f64]) -> Vec<ComparisonLevel> {
    (similarity.iter().map(|step| format!("at least {:.0} % of words in common", step * 100.0)))
        .chain(["few words in common".to_owned()])
        .map(ComparisonLevel::new)
        .collect()
}

/// Compares two ascending lists of word codes.
pub(super) fn compare(l: &[u32], r: &[u32], similarity: &[f64]) -> Outcome {
    if l.is_empty() || r.is_empty() {
        return Outcome::NULL;
    }
    let shared = common(l, r).count() as f64 / l.len().min(r.len()) as f64;
    Outcome::level(first_step(similarity, |step| shared >= step))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shorter_text_sets_the_measure() {
        let level =
            |l: &[u32], r: &[u32]| (compare(l, r, &[0.9, 0.5]).level, compare(r, l, &[0.9, 0.5]).level);
        assert_eq!(level(&[1, 2, 3, 4, 5, 6], &[2, 3]), (1, 1));
        assert_eq!(level(&[1, 2, 3], &[2, 9, 10, 11]), (3, 3));
        assert_eq!(level(&[1, 2], &[2, 9]), (2, 2));
        assert_eq!(level(&[1], &[]), (0, 0));
    }
}
