//! What have people decided about pairs of records, and can all of it be true at once?
//!
//! Judgements are kept apart from what the machine finds and outrank it: `Positive` puts two records into
//! one pool whatever their weight, `Negative` keeps them apart, through other records too. `Unsure` says
//! that a person has looked and cannot tell: the pair itself joins nothing, others may.

use std::collections::BTreeMap;

use daymark_vocab::Judgement;

/// A person's judgement of two rows: rows of the table, or of the left and the right table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Judged {
    /// Row of the (left) table.
    pub l: usize,
    /// Row of the table, or of the right one.
    pub r: usize,
    /// What was decided.
    pub judgement: Judgement,
}

/// Judgements that cannot all be true: positive ones join what a negative one keeps apart.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{} judgements cannot all be true: records {} and {} were judged different, yet others judged `same` join them (ask who judged to look again)",
    .0.len(),
    .0.first().map_or("", |pair| pair.0.as_str()),
    .0.first().map_or("", |pair| pair.1.as_str())
)]
pub struct ContradictoryJudgements(pub Vec<(String, String)>);

/// Judgements by record numbers.
#[derive(Debug, Default)]
pub(crate) struct Judgements {
    by_pair: BTreeMap<(u32, u32), Judgement>,
}

impl Judgements {
    /// The last judgement of a pair holds.
    pub(crate) fn new(judged: impl IntoIterator<Item = (u32, u32, Judgement)>) -> Self {
        Self { by_pair: judged.into_iter().map(|(l, r, j)| ((l.min(r), l.max(r)), j)).collect() }
    }

    /// Judged the same or different; `None` if nobody could say.
    pub(crate) fn of(&self, l: u32, r: u32) -> Option<bool> {
        match self.get(l, r) {
            Some(Judgement::Positive) => Some(true),
            Some(Judgement::Negative) => Some(false),
            Some(Judgement::Unsure) | None => None,
        }
    }

    pub(crate) fn get(&self, l: u32, r: u32) -> Option<Judgement> {
        if self.by_pair.is_empty() {
            return None;
        }
        self.by_pair.get(&(l.min(r), l.max(r))).copied()
    }

    pub(crate) fn with(&self, judgement: Judgement) -> impl Iterator<Item = (u32, u32)> + '_ {
        self.by_pair.iter().filter(move |(_, j)| **j == judgement).map(|(pair, _)| *pair)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_judgement_of_a_pair_holds_in_either_order() {
        let judgements = Judgements::new([(1, 2, Judgement::Positive), (2, 1, Judgement::Negative)]);
        assert_eq!(judgements.of(1, 2), Some(false));
        assert_eq!(judgements.of(2, 1), Some(false));
        assert_eq!(Judgements::new([(1, 2, Judgement::Unsure)]).of(1, 2), None);
        assert_eq!(Judgements::default().of(1, 2), None);
    }
}
