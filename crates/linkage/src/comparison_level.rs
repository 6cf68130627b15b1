//! What are the possible outcomes of a comparison, and which one holds for two cells?
//!
//! Levels are tried from the best down; the first that holds is the outcome. Every kind starts with the
//! null level (a value is missing: no evidence either way, weight 0) and ends with "else".
//! Every level function is symmetric: it gives the same answer for (l, r) and (r, l).

pub(crate) mod date_of_birth;
pub(crate) mod distance;
pub(crate) mod exact;
pub(crate) mod name;
pub(crate) mod shared_value;
pub(crate) mod word_overlap;

use crate::records::Row;

/// Number of the null level in every comparison.
pub(crate) const NULL: u8 = 0;

/// One possible outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComparisonLevel {
    /// What it means, in a few words.
    pub label: String,
}

impl ComparisonLevel {
    fn new(label: impl Into<String>) -> Self {
        Self { label: label.into() }
    }
}

/// How two cells are measured against each other.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Measure {
    Exact,
    SharedValue,
    Distance { within: Vec<f64>, unit: String },
    Name { similarity: Vec<f64> },
    WordOverlap { similarity: Vec<f64> },
    DateOfBirth,
}

/// The outcome for one pair: the level, and the value agreed on where rarity matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Outcome {
    pub level: u8,
    pub agreed: Option<u32>,
}

impl Outcome {
    pub(crate) const NULL: Self = Self { level: NULL, agreed: None };

    pub(crate) const fn level(level: u8) -> Self {
        Self { level, agreed: None }
    }
}

impl Measure {
    /// All levels: null, best, …, else.
    pub(crate) fn levels(&self) -> Vec<ComparisonLevel> {
        let mut levels = vec![ComparisonLevel::new("not recorded in one or both")];
        levels.extend(match self {
            Self::Exact => exact::levels(),
            Self::SharedValue => shared_value::levels(),
            Self::Distance { within, unit } => distance::levels(within, unit),
            Self::Name { similarity } => name::levels(similarity),
            Self::WordOverlap { similarity } => word_overlap::levels(similarity),
            Self::DateOfBirth => date_of_birth::levels(),
        });
        levels
    }

    /// Does this level mean that a value is shared?
    pub(crate) fn is_agreement(&self, level: u8) -> bool {
        match self {
            Self::SharedValue => level != NULL && level != shared_value::ELSE,
            Self::Exact | Self::Name { .. } => level == exact::EXACT,
            Self::Distance { .. } | Self::WordOverlap { .. } | Self::DateOfBirth => false,
        }
    }

    /// m before anything is learned, best first, without the null level; sums to 1.
    ///
    /// Shared values start from their rarity instead (see `term_frequency`).
    pub(crate) fn first_m_probabilities(&self) -> Vec<f64> {
        let n = self.levels().len() - 1;
        match self {
            Self::Exact => vec![0.75, 0.25],
            Self::DateOfBirth => date_of_birth::FIRST_M_PROBABILITIES.to_vec(),
            Self::SharedValue => shared_value::first_m_probabilities(),
            Self::Distance { .. } | Self::Name { .. } | Self::WordOverlap { .. } => falling(n),
        }
    }

    /// The outcome for column number `column` of two records.
    pub(crate) fn compare(&self, l: Row<'_>, r: Row<'_>, column: usize) -> Outcome {
        match self {
            Self::Exact => exact::compare(l.codes(column), r.codes(column)),
            Self::SharedValue => {
                shared_value::compare(l.codes(column), r.codes(column), |code| l.n_records(r, column, code))
            }
            Self::Distance { within, .. } => distance::compare(l.number(column), r.number(column), within),
            Self::Name { similarity } => name::compare(l, r, column, similarity),
            Self::WordOverlap { similarity } => {
                word_overlap::compare(l.codes(column), r.codes(column), similarity)
            }
            Self::DateOfBirth => date_of_birth::compare(l.number(column), r.number(column)),
        }
    }
}

/// Most matches are at the first steps, few at the last: 1, 1, ½, ¼, … and half the least for "else".
fn falling(n: usize) -> Vec<f64> {
    let raw: Vec<f64> = (0..n).map(|at| 0.5_f64.powi((at as i32 - 1).max(0))).collect();
    let sum: f64 = raw.iter().sum();
    raw.into_iter().map(|x| x / sum).collect()
}

/// The level of the first step that holds, or "else" after them all.
fn first_step(steps: &[f64], holds: impl Fn(f64) -> bool) -> u8 {
    steps.iter().position(|step| holds(*step)).unwrap_or(steps.len()) as u8 + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_m_probabilities_fit_the_levels_and_sum_to_one() {
        for measure in [
            Measure::Exact,
            Measure::SharedValue,
            Measure::DateOfBirth,
            Measure::Name { similarity: vec![0.9, 0.8] },
            Measure::Distance { within: vec![1.0], unit: "days".to_owned() },
        ] {
            let first = measure.first_m_probabilities();
            assert_eq!(first.len(), measure.levels().len() - 1, "{measure:?}");
            assert!((first.iter().sum::<f64>() - 1.0).abs() < 1e-9, "{measure:?}");
        }
    }
}
