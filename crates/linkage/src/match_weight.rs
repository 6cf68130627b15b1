//! How strongly do two records speak for a match, all comparisons together?
//!
//! Fellegi & Sunter 1969: with independent comparisons the log odds add up,
//! log₂(p/(1−p)) = log₂(λ/(1−λ)) + Σ log₂(mᵢ/uᵢ). Selectors are not independent: who uses one persona uses
//! its handle, its telephone and its payment account together. So within a `[dependence]` group the
//! agreements are ordered by weight, and the k-th keeps only share^(k−1) of its own.

use crate::comparison::{Comparison, ComparisonKind, LevelProbabilities};
use crate::comparison_level::{Measure, NULL, Outcome};
use crate::expectation_maximisation::TrainedModel;
use crate::model::Model;
use crate::records::{Form, Need, Records, Row};
use crate::term_frequency;

/// log₂(p/(1−p)): a probability as bits of evidence.
pub fn match_weight(probability: f64) -> f64 {
    (probability / (1.0 - probability)).log2()
}

/// The probability that bits of evidence amount to.
pub fn match_probability(weight: f64) -> f64 {
    1.0 / (1.0 + (-weight).exp2())
}

/// What one comparison says about a pair.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Evidence {
    pub outcome: Outcome,
    /// Bits for or against, as they are counted.
    pub weight: f64,
    /// Its weight alone; more than is counted where its group has spoken already.
    pub own_weight: f64,
    /// The model lets it count for no more.
    pub is_limited: bool,
}

impl Evidence {
    pub(crate) const NONE: Self = Self::new(Outcome::NULL, 0.0);

    pub(crate) const fn new(outcome: Outcome, weight: f64) -> Self {
        Self { outcome, weight, own_weight: weight, is_limited: false }
    }

    pub(crate) fn is_damped(&self) -> bool {
        self.weight < self.own_weight
    }
}

/// A comparison made ready for the prepared columns.
pub(crate) struct Prepared {
    pub measure: Measure,
    pub column: usize,
    pub kind: ComparisonKind,
    /// The comparison whose agreement silences this one.
    pub unless: Option<usize>,
    term_frequency_adjustment: bool,
}

impl Model {
    pub(crate) fn needs(&self) -> Vec<Need> {
        let mut needs: Vec<Need> = (self.comparisons.iter().map(Comparison::need))
            .chain(self.blocking_rules.iter().flat_map(|rule| rule.keys.iter().map(|key| key.need())))
            .chain(self.same_source.iter().map(|column| (column.clone(), Form::Whole)))
            .collect();
        needs.sort();
        needs.dedup();
        needs
    }

    pub(crate) fn prepared(&self, records: &Records) -> Vec<Prepared> {
        (self.comparisons.iter())
            .map(|comparison| {
                let (name, form) = comparison.need();
                Prepared {
                    measure: comparison.measure(),
                    column: records.column_number(&name, form),
                    kind: comparison.kind,
                    unless: comparison
                        .unless
                        .as_ref()
                        .and_then(|name| self.comparisons.iter().position(|other| other.name() == name)),
                    term_frequency_adjustment: comparison.term_frequency_adjustment,
                }
            })
            .collect()
    }

    /// Per group, the numbers of its comparisons and the share that a further agreement keeps.
    pub(crate) fn groups(&self) -> Vec<(Vec<usize>, f64)> {
        (self.dependence.iter())
            .map(|(group, share)| {
                let of = |(at, comparison): (usize, &Comparison)| {
                    (comparison.group.as_ref() == Some(group)).then_some(at)
                };
                (self.comparisons.iter().enumerate().filter_map(of).collect(), *share)
            })
            .collect()
    }
}

impl Comparison {
    fn need(&self) -> Need {
        let form = match self.kind {
            ComparisonKind::Exact | ComparisonKind::Name => Form::Whole,
            ComparisonKind::SharedValue => Form::Values,
            ComparisonKind::WordOverlap => Form::Words,
            ComparisonKind::DateOfBirth => Form::CalendarDay,
            ComparisonKind::Distance if self.unit() == "days" => Form::Day,
            ComparisonKind::Distance => Form::Number,
        };
        (self.column.clone(), form)
    }
}

/// Damps the agreements of each group in place, strongest first.
pub(crate) fn damp(evidence: &mut [Evidence], groups: &[(Vec<usize>, f64)]) {
    for (members, share) in groups {
        let weight = |at: usize, evidence: &[Evidence]| evidence.get(at).map_or(0.0, |e| e.weight);
        let mut agreeing: Vec<usize> =
            members.iter().copied().filter(|at| weight(*at, evidence) > 0.0).collect();
        if agreeing.len() < 2 {
            continue;
        }
        agreeing.sort_by(|a, b| weight(*b, evidence).total_cmp(&weight(*a, evidence)).then(a.cmp(b)));
        let mut kept = *share;
        for at in agreeing.into_iter().skip(1) {
            if let Some(e) = evidence.get_mut(at) {
                e.weight *= kept;
            }
            kept *= share;
        }
    }
}

/// Scores pairs of records with a trained model.
pub(crate) struct Scorer<'a> {
    pub records: &'a Records,
    pub prior: f64,
    comparisons: Vec<Prepared>,
    model: &'a Model,
    groups: Vec<(Vec<usize>, f64)>,
}

impl<'a> Scorer<'a> {
    pub(crate) fn new(records: &'a Records, trained: &'a TrainedModel) -> Self {
        let model = &trained.model;
        Self {
            records,
            prior: match_weight(trained.probability_two_random_records_match()),
            comparisons: model.prepared(records),
            model,
            groups: model.groups(),
        }
    }

    pub(crate) fn comparisons(&self) -> &[Prepared] {
        &self.comparisons
    }

    /// Weighs a pair: fills `evidence`, one entry per comparison, and returns the whole match weight.
    pub(crate) fn weigh(&self, l: Row<'_>, r: Row<'_>, evidence: &mut Vec<Evidence>) -> f64 {
        evidence.clear();
        for (prepared, comparison) in self.comparisons.iter().zip(&self.model.comparisons) {
            evidence.push(self.one(prepared, comparison, l, r));
        }
        for (at, silenced) in
            self.comparisons.iter().enumerate().filter_map(|(at, one)| Some((at, one.unless?)))
        {
            let agrees = evidence.get(silenced).is_some_and(|e| e.outcome.agreed.is_some());
            if let Some(e) = evidence.get_mut(at).filter(|_| agrees) {
                *e = Evidence::NONE;
            }
        }
        damp(evidence, &self.groups);
        self.prior + evidence.iter().map(|e| e.weight).sum::<f64>()
    }

    /// The match weight of two stored records.
    pub(crate) fn score(&self, l: u32, r: u32, evidence: &mut Vec<Evidence>) -> f64 {
        self.weigh(self.records.row(l), self.records.row(r), evidence)
    }

    /// What everything but shared values added to `evidence`, as [`Self::weigh`] left it.
    pub(crate) fn circumstances_in(&self, evidence: &[Evidence]) -> f64 {
        (evidence.iter().zip(&self.comparisons))
            .filter(|(_, one)| one.kind != ComparisonKind::SharedValue)
            .map(|(e, _)| e.weight)
            .sum()
    }

    /// What everything but shared values says about two stored records.
    pub(crate) fn circumstances(&self, l: u32, r: u32) -> f64 {
        let (l, r) = (self.records.row(l), self.records.row(r));
        (self.comparisons.iter().zip(&self.model.comparisons))
            .filter(|(prepared, _)| prepared.kind != ComparisonKind::SharedValue)
            .map(|(prepared, comparison)| self.one(prepared, comparison, l, r).weight)
            .sum()
    }

    fn one(&self, comparison: &Prepared, limits: &Comparison, l: Row<'_>, r: Row<'_>) -> Evidence {
        let levels = limits.levels.as_slice();
        let outcome = comparison.measure.compare(l, r, comparison.column);
        if outcome.level == NULL {
            return Evidence::NONE;
        }
        let of_level = levels.get(usize::from(outcome.level) - 1);
        let weight = match outcome.agreed {
            Some(code) if comparison.kind == ComparisonKind::SharedValue => {
                term_frequency::shared_weight(levels, l.n_records(r, comparison.column, code))
            }
            Some(code) if comparison.term_frequency_adjustment => {
                let u = of_level.map_or(1.0, |level| level.u_probability);
                let n_filled = self.records.codes(comparison.column).map_or(1, |codes| codes.n_filled);
                let n_records = l.n_records(r, comparison.column, code);
                of_level.map_or(0.0, LevelProbabilities::match_weight)
                    + term_frequency::adjustment(u, n_records, n_filled)
            }
            _ => of_level.map_or(0.0, LevelProbabilities::match_weight),
        };
        let kept = limits.within_limits(weight);
        Evidence { outcome, weight: kept, own_weight: kept, is_limited: kept < weight }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_and_probabilities_are_one_scale() {
        assert_eq!(match_probability(0.0), 0.5);
        for p in [0.001, 0.3, 0.999] {
            assert!((match_probability(match_weight(p)) - p).abs() < 1e-12);
        }
    }

    #[test]
    fn a_further_agreement_of_a_group_counts_in_part_and_a_disagreement_in_full() {
        let of = |weight| Evidence::new(Outcome::level(1), weight);
        let mut evidence = vec![of(4.0), of(-3.0), of(10.0), of(2.0)];
        damp(&mut evidence, &[(vec![0, 1, 2], 0.5)]);
        let weights: Vec<f64> = evidence.iter().map(|e| e.weight).collect();
        assert_eq!(weights, [2.0, -3.0, 10.0, 2.0]);
        assert!(evidence[0].is_damped() && !evidence[2].is_damped());
    }
}
