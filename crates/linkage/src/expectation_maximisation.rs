//! How likely is each level among matches (m) and among non-matches (u), and how likely is a match (λ)?
//!
//! Expectation maximisation (Dempster, Laird & Rubin 1977, JRSS B 39:1–38; for linkage Winkler 1988,
//! Using the EM Algorithm for Weight Computation in the Fellegi–Sunter Model): with the present
//! parameters every candidate pair gets its probability; with these probabilities the parameters are
//! counted anew, until they stay.
//!
//! Differs: pairs that no blocking rule names are not forgotten but taken as non-matches, so λ and u refer
//! to all pairs and the probabilities come out on one scale. How often each level occurs among *all* pairs
//! is known beforehand: for shared values exactly, Σ df(df−1)/2 per band (a million random pairs would see
//! next to none of them), for exact texts Σ tf², otherwise from random pairs. u is that count without the
//! pairs that match by now. m is counted among candidates only: it is the m of matches that blocking can find.
//! m and u of a level are counted among pairs that have both values, but those of shared values among all
//! pairs: that two reports both name a payment account is part of what is found, and where few reports name
//! any, the few that do would otherwise seem to agree by necessity.
//! The starting values weigh `n_prior_pairs` pairs, so a handful of records keeps to them. Pairs that a
//! person has judged have probability 1 or 0.

use std::borrow::Cow;
use std::collections::HashSet;

use rayon::prelude::*;

use crate::comparison::{Comparison, ComparisonKind, LevelProbabilities};
use crate::comparison_level::shared_value::{N_BANDS, band};
use crate::comparison_level::{NULL, Outcome};
use crate::judgement::Judgements;
use crate::match_weight::{Evidence, Prepared, damp, match_probability, match_weight};
use crate::model::Model;
use crate::records::{Codes, Records};
use crate::term_frequency::{band_centre, chance, falling_weights};
use crate::transform::{mix, scatter};

/// A model whose every parameter is known; its model file can be saved and used again.
#[derive(Debug, Clone, PartialEq)]
pub struct TrainedModel {
    /// The model with all levels and λ filled in, and training switched off.
    pub model: Model,
    /// Rounds of expectation maximisation that were needed.
    pub n_iterations: usize,
    /// Candidate pairs that took part.
    pub n_training_pairs: usize,
}

impl TrainedModel {
    /// λ.
    pub fn probability_two_random_records_match(&self) -> f64 {
        self.model.probability_two_random_records_match.unwrap_or(1e-6)
    }

    /// The model file that repeats this run without learning.
    ///
    /// # Errors
    /// If a column name cannot be written as TOML, which no model that was read can contain.
    pub fn to_toml(&self) -> Result<String, toml::ser::Error> {
        toml::to_string(&self.model)
    }
}

/// One comparison while it learns.
struct Learning<'m> {
    comparison: &'m Comparison,
    levels: Vec<LevelProbabilities>,
    /// Invented pairs at each level, matching and not, that stand for the starting values.
    invented: Vec<(f64, f64)>,
    /// Pairs of all pairs at each level.
    n_pairs: Vec<f64>,
    /// `shared-value`: bands are counted among all pairs, of which there are so many.
    n_all: Option<f64>,
    learns: bool,
}

/// Learns m, u and λ from the candidate pairs.
pub(crate) fn train(
    model: &Model,
    records: &Records,
    pairs: &[(u32, u32)],
    judgements: &Judgements,
    seed: u64,
) -> TrainedModel {
    let prepared = model.prepared(records);
    let groups = model.groups();
    let every = pairs.len().div_ceil(model.training.n_pairs).max(1) as u64;
    let pairs = independent(pairs, records);
    let chosen: Vec<(u32, u32)> = (pairs.iter().copied())
        .filter(|(l, r)| {
            judgements.of(*l, *r).is_some()
                || mix(seed, u64::from(*l) << 32 | u64::from(*r)).is_multiple_of(every)
        })
        .collect();
    let share = pairs.len() as f64 / chosen.len().max(1) as f64;
    let patterns = patterns(&prepared, records, &chosen);
    let judged: Vec<Option<bool>> = chosen.iter().map(|(l, r)| judgements.of(*l, *r)).collect();
    let n_all = records.n_pairs().max(1.0);

    let mut lambda = model
        .probability_two_random_records_match
        .unwrap_or_else(|| (records.len() as f64 * model.partners_expected / 2.0 / n_all).clamp(1e-12, 0.5));
    let random = patterns_of_random_pairs(&prepared, records, model.training.n_random_pairs, seed);
    let mut learning: Vec<Learning<'_>> = (model.comparisons.iter().zip(&prepared).enumerate())
        .map(|(at, (comparison, ready))| {
            let n_pairs = level_counts(ready, records, &random, &patterns, at, share);
            start(comparison, ready, n_pairs, n_all, lambda, model.training.n_prior_pairs)
        })
        .collect();

    let mut n_iterations = 0;
    let rounds = if model.training.expectation_maximisation { model.training.n_iterations } else { 0 };
    while n_iterations < rounds {
        n_iterations += 1;
        let expected = expect(&learning, &patterns, &judged, &groups, lambda);
        let n_matches = expected.n_matches * share;
        let mut change: f64 = 0.0;
        if model.probability_two_random_records_match.is_none() {
            let n_prior = model.training.n_prior_pairs;
            let first = records.len() as f64 * model.partners_expected / 2.0;
            // The cold start weighs like so many pairs; with few records it holds λ back.
            let next = ((n_matches + n_prior.min(first)) / n_all).clamp(1e-12, 0.5);
            change = change.max((next / lambda).ln().abs());
            lambda = next;
        }
        for (one, matched) in learning.iter_mut().zip(&expected.matched_at_level) {
            if one.learns {
                change = change.max(one.maximise(matched, share, n_matches));
            }
        }
        if change < 1e-3 {
            break;
        }
    }

    let mut trained = model.clone();
    for ((comparison, one), ready) in trained.comparisons.iter_mut().zip(learning).zip(&prepared) {
        comparison.levels = one.kept(ready.kind == ComparisonKind::SharedValue);
    }
    trained.probability_two_random_records_match = Some(lambda);
    trained.training.expectation_maximisation = false;
    TrainedModel { model: trained, n_iterations, n_training_pairs: chosen.len() }
}

/// The pairs that may teach something: none within one report, and of the pairs between the copies of two reports one.
fn independent<'a>(pairs: &'a [(u32, u32)], records: &Records) -> Cow<'a, [(u32, u32)]> {
    if records.copies().next().is_none() {
        return Cow::Borrowed(pairs);
    }
    let mut seen = HashSet::new();
    let of_sources = |(l, r): &(u32, u32)| {
        let (a, b) = (records.source(*l), records.source(*r));
        a != b && seen.insert((a.min(b), a.max(b)))
    };
    Cow::Owned(pairs.iter().copied().filter(of_sources).collect())
}

/// Level numbers of pairs, one row of `n` per pair.
struct Patterns {
    n: usize,
    levels: Vec<u8>,
    /// Per comparison and level: pairs at it that another comparison silenced.
    silenced: Vec<Vec<f64>>,
}

fn patterns(prepared: &[Prepared], records: &Records, pairs: &[(u32, u32)]) -> Patterns {
    let n = prepared.len();
    let mut levels: Vec<u8> = pairs
        .par_iter()
        .flat_map_iter(|(l, r)| {
            let (l, r) = (records.row(*l), records.row(*r));
            prepared.iter().map(move |one| one.measure.compare(l, r, one.column).level)
        })
        .collect();
    let mut silenced: Vec<Vec<f64>> =
        prepared.iter().map(|one| vec![0.0; one.measure.levels().len()]).collect();
    for pattern in levels.chunks_mut(n.max(1)) {
        for (at, other) in prepared.iter().enumerate().filter_map(|(at, one)| Some((at, one.unless?))) {
            let agrees = (prepared.get(other).zip(pattern.get(other)))
                .is_some_and(|(other, level)| *level != NULL && other.measure.is_agreement(*level));
            if let Some(level) = pattern.get_mut(at).filter(|_| agrees) {
                let count = silenced.get_mut(at).and_then(|counts| counts.get_mut(usize::from(*level)));
                if let Some(count) = count {
                    *count += 1.0;
                }
                *level = NULL;
            }
        }
    }
    Patterns { n, levels, silenced }
}

fn patterns_of_random_pairs(prepared: &[Prepared], records: &Records, n_pairs: usize, seed: u64) -> Patterns {
    let n = records.len() as u64;
    let pairs: Vec<(u32, u32)> = (0..n_pairs as u64)
        .filter(|_| n > 1)
        .map(|at| {
            let draw = |salt: u64| (scatter(mix(seed ^ salt, at)) % n) as u32;
            (draw(1), draw(2))
        })
        .filter(|(l, r)| records.may_pair(*l, *r))
        .collect();
    patterns(prepared, records, &pairs)
}

impl Patterns {
    fn counts(&self, comparison: usize, n_levels: usize) -> Vec<f64> {
        let mut counts = vec![0.0; n_levels + 1];
        for level in self.levels.iter().skip(comparison).step_by(self.n.max(1)) {
            if let Some(count) = counts.get_mut(usize::from(*level)) {
                *count += 1.0;
            }
        }
        counts
    }
}

/// How many of all pairs are at each level (without null).
fn level_counts(
    ready: &Prepared,
    records: &Records,
    random: &Patterns,
    candidates: &Patterns,
    at: usize,
    share: f64,
) -> Vec<f64> {
    let n_levels = ready.measure.levels().len() - 1;
    let n_all = records.n_pairs().max(1.0);
    let among_random = random.counts(at, n_levels);
    let n_random: f64 = among_random.iter().sum::<f64>().max(1.0);
    let mut counts = match (ready.kind, records.codes(ready.column)) {
        (ComparisonKind::SharedValue, Some(codes)) => {
            let silenced = candidates.silenced.get(at).map_or(&[][..], Vec::as_slice);
            let mut counts = counts_by_band(codes, records);
            for (count, silenced) in counts.iter_mut().zip(silenced.iter().skip(1)) {
                *count = (*count - silenced * share).max(0.0);
            }
            counts
        }
        _ => among_random.iter().skip(1).map(|count| count / n_random * n_all).collect(),
    };
    // Levels that random pairs hardly ever reach are those that blocking looks for.
    let among_candidates = candidates.counts(at, n_levels);
    for (count, seen) in counts.iter_mut().zip(among_candidates.iter().skip(1)) {
        *count = count.max(seen * share);
    }
    counts
}

/// Pairs that share a value, by band: exact from the document frequencies.
fn counts_by_band(codes: &Codes, records: &Records) -> Vec<f64> {
    let n = records.len().max(2) as f64;
    let of_all = records.n_pairs() / (n * (n - 1.0) / 2.0);
    let mut counts = vec![0.0; N_BANDS + 1];
    for n_records in codes.n_records.iter().filter(|n| **n > 1) {
        let df = f64::from(*n_records);
        if let Some(count) = counts.get_mut(band(*n_records)) {
            *count += df * (df - 1.0) / 2.0 * of_all;
        }
    }
    let filled = f64::from(codes.n_filled);
    let n_filled_pairs = filled * (filled - 1.0) / 2.0 * of_all;
    let shared: f64 = counts.iter().sum();
    if let Some(none) = counts.last_mut() {
        *none = (n_filled_pairs - shared).max(1.0);
    }
    counts
}

fn start<'m>(
    comparison: &'m Comparison,
    ready: &Prepared,
    n_pairs: Vec<f64>,
    n_all: f64,
    lambda: f64,
    n_prior: f64,
) -> Learning<'m> {
    let total: f64 = n_pairs.iter().sum::<f64>().max(1.0);
    let n_matches = (total * lambda).max(1e-9);
    let first_m = ready.measure.first_m_probabilities();
    let shared = ready.kind == ComparisonKind::SharedValue;
    // Invented matches come to `n_prior` per comparison, as they do for λ: so a pair that shares one value and
    // nothing else starts with the probability 1 − chance.
    let first_share = |at: usize| 1.0 - chance(band_centre(at), comparison.half_count());
    let n_first = if shared {
        (0..N_BANDS).map(first_share).sum::<f64>() + first_m.last().unwrap_or(&0.0)
    } else {
        1.0
    };
    let n_prior = n_prior / n_first;
    // Of the pairs at each level: how many match, as far as is known before learning.
    let (matched, invented): (Vec<f64>, Vec<(f64, f64)>) = (n_pairs.iter().zip(&first_m).enumerate())
        .map(|(at, (count, m))| {
            if shared && at < N_BANDS {
                let share = first_share(at);
                (count * share, (n_prior * share, n_prior * (1.0 - share)))
            } else {
                let matched = n_matches * m;
                (matched, (n_prior * m, n_prior * (count - matched).max(0.0) / total))
            }
        })
        .unzip();
    let given = !comparison.levels.is_empty();
    let mut this = Learning {
        comparison,
        levels: if given { comparison.levels.clone() } else { vec![LevelProbabilities::EVEN; n_pairs.len()] },
        invented,
        n_pairs,
        n_all: shared.then_some(n_all),
        learns: !given,
    };
    if !given {
        this.maximise(&matched, 1.0, n_all * lambda);
    }
    this
}

struct Expected {
    n_matches: f64,
    matched_at_level: Vec<Vec<f64>>,
}

/// E-step: how many matches are at each level of each comparison, by the present parameters.
fn expect(
    learning: &[Learning<'_>],
    patterns: &Patterns,
    judged: &[Option<bool>],
    groups: &[(Vec<usize>, f64)],
    lambda: f64,
) -> Expected {
    const CHUNK: usize = 8_192;
    let weights: Vec<Vec<f64>> = (learning.iter())
        .map(|one| {
            one.levels.iter().map(|level| one.comparison.within_limits(level.match_weight())).collect()
        })
        .collect();
    let prior = match_weight(lambda);
    let nothing = || Expected {
        n_matches: 0.0,
        matched_at_level: learning.iter().map(|one| vec![0.0; one.levels.len()]).collect(),
    };
    let n = patterns.n.max(1);
    // Chunks are summed in their order: the same sum whatever the number of threads.
    let parts: Vec<Expected> = (patterns.levels.par_chunks(CHUNK * n).zip(judged.par_chunks(CHUNK)))
        .map(|(levels, judged)| {
            let mut part = nothing();
            let mut evidence = vec![Evidence::NONE; n];
            for (pattern, judged) in levels.chunks(n).zip(judged) {
                for ((e, level), weights) in evidence.iter_mut().zip(pattern).zip(&weights) {
                    let weight = level.checked_sub(1).and_then(|at| weights.get(usize::from(at)));
                    *e = Evidence::new(Outcome::NULL, weight.copied().unwrap_or(0.0));
                }
                damp(&mut evidence, groups);
                let weight = prior + evidence.iter().map(|e| e.weight).sum::<f64>();
                let p = judged.map_or_else(|| match_probability(weight), f64::from);
                part.n_matches += p;
                for (level, matched) in pattern.iter().zip(&mut part.matched_at_level) {
                    if *level != NULL
                        && let Some(matched) = matched.get_mut(usize::from(*level) - 1)
                    {
                        *matched += p;
                    }
                }
            }
            part
        })
        .collect();
    parts.into_iter().fold(nothing(), |mut sum, part| {
        sum.n_matches += part.n_matches;
        for (sum, part) in
            sum.matched_at_level.iter_mut().flatten().zip(part.matched_at_level.iter().flatten())
        {
            *sum += part;
        }
        sum
    })
}

impl Learning<'_> {
    /// M-step: counts m and u anew; returns by how much they moved.
    ///
    /// - `matched`: matches at each level among the pairs looked at, each of which stands for `share` pairs.
    /// - `n_matches`: matches among all pairs.
    fn maximise(&mut self, matched: &[f64], share: f64, n_matches: f64) -> f64 {
        let invented: (f64, f64) =
            self.invented.iter().fold((0.0, 0.0), |sum, pair| (sum.0 + pair.0, sum.1 + pair.1));
        let n_filled_matches = matched.iter().sum::<f64>() * share;
        let n_filled = self.n_pairs.iter().sum::<f64>() - n_filled_matches;
        let mut change: f64 = 0.0;
        let counted = self.invented.iter().zip(matched).zip(&self.n_pairs);
        for (at, (level, ((own, matched), n_pairs))) in self.levels.iter_mut().zip(counted).enumerate() {
            let (of_matches, of_others) = match self.n_all {
                Some(n_all) if at < N_BANDS => (n_matches, n_all - n_matches),
                _ => (n_filled_matches, n_filled),
            };
            let matched = matched * share;
            let by_chance = (n_pairs - matched).max(n_pairs * LEAST_CHANCE).max(LEAST_CHANCE);
            let m = ((matched + own.0) / (of_matches + invented.0)).max(1e-12);
            let u = ((by_chance + own.1) / (of_others.max(1.0) + invented.1)).clamp(1e-15, 1.0);
            // Candidates come from shared values, so matches that share none in this column are seen too rarely.
            let m = if self.n_all.is_some() && at == N_BANDS { m.max(u * MOST_CONTRARY.exp2()) } else { m };
            change = change.max((m - level.m_probability).abs());
            *level = LevelProbabilities { m_probability: m, u_probability: u };
        }
        change
    }

    /// The levels as they are kept: the bands' weights fall with the count; u keeps its place, m gives way.
    fn kept(self, shared: bool) -> Vec<LevelProbabilities> {
        if !self.learns {
            return self.levels;
        }
        let mut weights: Vec<f64> = self.levels.iter().map(LevelProbabilities::match_weight).collect();
        if shared {
            let (bands, rest) = weights.split_at(N_BANDS.min(weights.len()));
            let rests_on: Vec<f64> = self
                .n_pairs
                .iter()
                .zip(&self.invented)
                .map(|(n, invented)| n + invented.0 + invented.1)
                .collect();
            weights = falling_weights(bands, &rests_on).into_iter().chain(rest.iter().copied()).collect();
        }
        (weights.iter().zip(&self.levels))
            .map(|(weight, level)| {
                // Only the ratio counts; a probability stays one.
                let u_probability = level.u_probability.min((-weight).exp2());
                LevelProbabilities { m_probability: (u_probability * weight.exp2()).min(1.0), u_probability }
            })
            .collect()
    }
}

/// Of the pairs at a level, at least this share is taken as chance: telephones are passed on, people err.
const LEAST_CHANCE: f64 = 0.003;

/// Different selectors are never stronger evidence against a match than this many bits: they are changed
/// often, and blocking hides the matches that would show how often.
const MOST_CONTRARY: f64 = -1.5;
