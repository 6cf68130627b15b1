//! How much does it mean that two records share this value, given how many records hold it?
//!
//! Single texts: agreement on a rare value is worth more than on a common one. The level's weight is
//! log₂(m/u) with u = Σ tf², the chance that two random records agree on any value; agreement on a value
//! with frequency tf gains log₂(u/tf) (Winkler 2000, Frequency-based Matching in Fellegi–Sunter Model;
//! Splink's term frequency adjustment as a concept).
//!
//! Shared values: in how many pairs a value is shared is known exactly from its document frequency,
//! df(df−1)/2. Which part of these is chance is the question. Cold start: chance is as likely as not at
//! `half_count` h records, with odds that fall with the square of the count,
//! P(chance | df) = df² / (df² + h²), for the number of pairs grows with the square. The bands of
//! `comparison_level::shared_value` then learn the true share, and the weight is read between the
//! bands' centres along log₂ df: it falls smoothly and there is no cut-off.

use crate::comparison::LevelProbabilities;
use crate::comparison_level::shared_value::{N_BANDS, band};

/// log₂(u/tf): what agreement on this value adds to the weight of the level.
///
/// `n_records` of `n_filled` records hold the value; `u` is the chance of agreeing on any value.
pub(crate) fn adjustment(u: f64, n_records: u32, n_filled: u32) -> f64 {
    let tf = f64::from(n_records.max(1)) / f64::from(n_filled.max(1));
    (u / tf).log2()
}

/// P(chance | df): how likely it is, before anything is learned, that a shared value says nothing.
pub(crate) fn chance(n_records: f64, half_count: f64) -> f64 {
    let squared = n_records * n_records;
    squared / (squared + half_count * half_count)
}

/// The typical document frequency of a band.
pub(crate) fn band_centre(band: usize) -> f64 {
    if band == 0 { 2.0 } else { 1.5 * f64::from(1_u32 << band.min(30)) + 0.5 }
}

/// The match weight of sharing a value that `n_records` records hold: linear in log₂ df between centres.
pub(crate) fn shared_weight(levels: &[LevelProbabilities], n_records: u32) -> f64 {
    let weight =
        |band: usize| levels.get(band.min(N_BANDS - 1)).map_or(0.0, LevelProbabilities::match_weight);
    let at = f64::from(n_records.max(2)).log2();
    let own = band(n_records);
    let lower = if band_centre(own).log2() <= at { own } else { own - 1 };
    let (from, to) = (band_centre(lower).log2(), band_centre(lower + 1).log2());
    let share = ((at - from) / (to - from)).clamp(0.0, 1.0);
    weight(lower) * (1.0 - share) + weight(lower + 1) * share
}

/// Makes the weights of the bands fall with the count: neighbours that rise are averaged (pool adjacent
/// violators, Ayer et al. 1955), each counting by the pairs it rests on.
pub(crate) fn falling_weights(weights: &[f64], n_pairs: &[f64]) -> Vec<f64> {
    let mut blocks: Vec<(f64, f64, usize)> = Vec::new();
    for (weight, n) in weights.iter().zip(n_pairs) {
        let mut block = (*weight, n.max(1e-9), 1);
        while let Some(last) = blocks.last().copied().filter(|last| last.0 < block.0) {
            blocks.pop();
            let n = last.1 + block.1;
            block = ((last.0 * last.1 + block.0 * block.1) / n, n, last.2 + block.2);
        }
        blocks.push(block);
    }
    blocks.into_iter().flat_map(|(weight, _, length)| std::iter::repeat_n(weight, length)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn levels(weights: impl Fn(usize) -> f64) -> Vec<LevelProbabilities> {
        (0..N_BANDS)
            .map(|b| LevelProbabilities { m_probability: 0.01 * weights(b).exp2(), u_probability: 0.01 })
            .collect()
    }

    #[test]
    fn the_weight_falls_smoothly_with_the_count() {
        let levels = levels(|b| 12.0 - b as f64);
        let mut last = f64::INFINITY;
        for n in 2..6_000 {
            let weight = shared_weight(&levels, n);
            assert!(weight <= last + 1e-9, "rises at {n}");
            assert!(n < 3 || last - weight < 1.01, "jumps at {n}");
            last = weight;
        }
        assert!((shared_weight(&levels, 2) - 12.0).abs() < 1e-9);
        assert!((shared_weight(&levels, u32::MAX) - 1.0).abs() < 1e-9);
    }

    #[test]
    fn chance_is_even_at_the_half_count() {
        assert_eq!(chance(20.0, 20.0), 0.5);
        assert!(chance(2.0, 20.0) < 0.011 && chance(412.0, 20.0) > 0.997);
    }

    #[test]
    fn rising_neighbours_are_averaged_by_what_they_rest_on() {
        assert_eq!(falling_weights(&[5.0, 2.0, 4.0, 1.0], &[1.0, 1.0, 3.0, 1.0]), [5.0, 3.5, 3.5, 1.0]);
        assert_eq!(falling_weights(&[1.0, 2.0], &[1.0, 1.0]), [1.5, 1.5]);
    }

    #[test]
    fn rare_agreement_gains_and_common_agreement_loses() {
        assert!(adjustment(0.1, 1, 1_000) > 6.0);
        assert!(adjustment(0.1, 500, 1_000) < -2.0);
    }
}
