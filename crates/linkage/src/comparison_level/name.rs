//! Are these two names written alike?
//!
//! Source: Winkler 1990, String Comparator Metrics and Enhanced Decision Rules in the Fellegi–Sunter Model
//! of Record Linkage. Jaro's similarity with a bonus for a common beginning (weight 0.1, up to 4 letters).

use rapidfuzz::distance::jaro_winkler;

use super::{ComparisonLevel, Outcome, exact, first_step};
use crate::records::Row;

pub(super) fn levels(similarity: &[f64]) -> Vec<ComparisonLevel> {
    (["same".to_owned()].into_iter())
        .chain(similarity.iter().map(|step| format!("written alike (at least {step})")))
        .chain(["different".to_owned()])
        .map(ComparisonLevel::new)
        .collect()
}

/// Compares two names; the same name keeps the value, so that a rare one can weigh more.
pub(super) fn compare(l: Row<'_>, r: Row<'_>, column: usize, similarity: &[f64]) -> Outcome {
    let same = exact::compare(l.codes(column), r.codes(column));
    let (Some(code_l), Some(code_r)) = (l.codes(column).first(), r.codes(column).first()) else {
        return Outcome::NULL;
    };
    if same.level == exact::EXACT {
        return same;
    }
    // The lesser text first: the similarity of rounded transpositions must not depend on the order.
    let (a, b) = (l.text(column, *code_l), r.text(column, *code_r));
    let (a, b) = if a <= b { (a, b) } else { (b, a) };
    let alike = jaro_winkler::similarity(a.chars(), b.chars());
    Outcome::level(first_step(similarity, |step| alike >= step) + 1)
}
