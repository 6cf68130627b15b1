//! From tables and a model to pairs and pools, in one call.

use daymark_vocab::Judgement;
use rayon::prelude::*;

use crate::blocking_rule::{SkippedKey, candidates};
use crate::comparison::ComparisonKind;
use crate::expectation_maximisation::{TrainedModel, train};
use crate::explanation::{Explanation, vector_value};
use crate::index::Index;
use crate::judgement::{ContradictoryJudgements, Judged, Judgements};
use crate::match_weight::{Scorer, match_probability, match_weight};
use crate::model::Model;
use crate::pool::{Link, pools};
use crate::problem::Problem;
use crate::records::Records;
use crate::table::Table;

/// What a run may vary without being another model.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Options {
    /// Instead of the model's threshold.
    pub threshold_match_probability: Option<f64>,
    /// Pairs are listed from this probability on, where it is below the threshold, and copies of one report always;
    /// pools are cut at the threshold.
    pub list_from_match_probability: Option<f64>,
    /// Which random pairs are drawn.
    pub seed: u64,
    /// Also return each pair's comparison vector and weights.
    pub details: bool,
}

/// A pair at or above the threshold.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ScoredPair {
    /// Row of the (left) table; in one table the row with the lesser id.
    pub l: usize,
    /// Row of the table, or of the right one.
    pub r: usize,
    /// Bits for a match.
    pub match_weight: f64,
    /// The same as a probability.
    pub match_probability: f64,
    /// The two may be one report, of which one was passed on: what they share is no second proof.
    pub same_source: bool,
}

/// What one comparison says of one pair, for `--details`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Detail {
    /// −1 for null, 0 for else, ascending to the best level (column `gamma_…`).
    pub comparison_vector_value: i8,
    /// Bits for or against (column `mw_…`).
    pub match_weight: f64,
}

/// What was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Linked {
    /// Pairs at or above the threshold (or from where they are to be listed), ascending by their ids.
    pub pairs: Vec<ScoredPair>,
    /// Per pair one entry per comparison, if asked for.
    pub details: Vec<Vec<Detail>>,
    /// Per row (the right table's rows counted on): the number of its pool; pools are numbered by their
    /// least id, from 0.
    pub clusters: Vec<u32>,
    /// Per row: the row that stands for its report; the row itself unless it was copied from another.
    pub sources: Vec<usize>,
    /// The model with everything it has learned.
    pub trained: TrainedModel,
    /// Keys too common to compare all of their pairs, most common first.
    pub skipped: Vec<SkippedKey>,
    /// Candidate pairs that were scored.
    pub n_candidate_pairs: usize,
}

/// Why linking was refused.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum LinkError {
    /// The records do not fit the model; every problem is listed.
    #[error("the records do not fit the model: {} problems, first: {}", .0.len(), .0.first().map(ToString::to_string).unwrap_or_default())]
    Records(Vec<Problem>),
    /// Judgements cannot all be true.
    #[error(transparent)]
    Judgements(#[from] ContradictoryJudgements),
    /// A judgement or question names a row that is not there.
    #[error("there is no row {row} (rows count from 0)")]
    NoSuchRow {
        /// The row asked for.
        row: usize,
    },
}

/// Links the records of one table, or those of two tables with each other.
///
/// Deterministic: the same records, model, judgements and seed give the same answer, in any order of rows.
///
/// # Errors
/// See [`LinkError`]; all problems of the records come at once.
pub fn link(
    table: &Table,
    right: Option<&Table>,
    model: &Model,
    judged: &[Judged],
    options: &Options,
) -> Result<Linked, LinkError> {
    let records = Records::prepare(table, right, model).map_err(LinkError::Records)?;
    let record_of = record_of_rows(&records);
    let judgements = by_record(judged, &records, &record_of)?;
    let nearness = (model.prepared(&records).iter())
        .find(|one| one.kind == ComparisonKind::Distance)
        .map(|one| one.column);
    let mut found = candidates(&model.blocking_rules, &records, model.n_pairs_per_key, nearness);
    // Copies of one report are shown as such even when they share no value any more.
    found.pairs.extend(records.copies().filter(|(l, r)| records.may_pair(*l, *r)));
    found.pairs.par_sort_unstable();
    found.pairs.dedup();
    let trained = train(model, &records, &found.pairs, &judgements, options.seed);
    let scorer = Scorer::new(&records, &trained);
    let threshold =
        match_weight(options.threshold_match_probability.unwrap_or(model.threshold_match_probability));

    let list_from =
        options.list_from_match_probability.map_or(threshold, |from| match_weight(from).min(threshold));

    let mut links: Vec<Link> = (found.pairs.par_iter())
        .map_init(Vec::new, |evidence, (l, r)| {
            let weight = scorer.score(*l, *r, evidence);
            Link { l: *l, r: *r, weight, circumstances: scorer.circumstances_in(evidence) }
        })
        .filter(|link| {
            let copies =
                options.list_from_match_probability.is_some() && records.is_same_source(link.l, link.r);
            link.weight >= list_from || copies
        })
        .collect();
    let details = if options.details { details(&scorer, &links) } else { Vec::new() };
    let pairs = links.iter().map(|link| scored(&records, link)).collect();
    let threshold =
        match_weight(options.threshold_match_probability.unwrap_or_else(|| model.pool_threshold()));
    links.retain(|link| link.weight >= threshold && !records.is_same_source(link.l, link.r));
    let circumstances = |l: u32, r: u32| scorer.circumstances(l, r);
    let copies: Vec<(u32, u32)> = records.copies().collect();
    let least = pools(records.len(), &copies, links, threshold, &judgements, &model.pools, circumstances)
        .map_err(|torn| ContradictoryJudgements(named(&torn.0, &records, table, right)))?;
    let clusters = numbered(&least, &records);
    let row_of = |record: u32| records.rows.get(record as usize).map_or(0, |row| *row as usize);
    let sources = record_of.iter().map(|record| row_of(records.source(*record))).collect();
    let n_candidate_pairs = found.pairs.len();
    Ok(Linked { pairs, details, clusters, sources, trained, skipped: found.skipped, n_candidate_pairs })
}

/// Explains one pair of rows (with two tables: of the left and of the right one).
///
/// For more than a few pairs make an [`Index`] once and ask it.
///
/// # Errors
/// [`LinkError::Records`] and [`LinkError::NoSuchRow`].
pub fn explain(
    table: &Table,
    right: Option<&Table>,
    trained: &TrainedModel,
    l: usize,
    r: usize,
) -> Result<Explanation, LinkError> {
    Index::new(table, right, trained)?.explain(l, r).ok_or(LinkError::NoSuchRow { row: l.max(r) })
}

pub(crate) fn record_of_rows(records: &Records) -> Vec<u32> {
    let mut record_of = vec![0; records.len()];
    for (record, row) in (0_u32..).zip(&records.rows) {
        if let Some(place) = record_of.get_mut(*row as usize) {
            *place = record;
        }
    }
    record_of
}

fn by_record(judged: &[Judged], records: &Records, record_of: &[u32]) -> Result<Judgements, LinkError> {
    let shift = if records.two_tables { records.n_left } else { 0 };
    let record = |row: usize| record_of.get(row).copied().ok_or(LinkError::NoSuchRow { row });
    let all: Result<Vec<(u32, u32, Judgement)>, LinkError> = (judged.iter())
        .map(|one| Ok((record(one.l)?, record(one.r + shift)?, one.judgement)))
        .filter(|one| !matches!(one, Ok((l, r, _)) if l == r))
        .collect();
    Ok(Judgements::new(all?))
}

fn details(scorer: &Scorer<'_>, links: &[Link]) -> Vec<Vec<Detail>> {
    let n_levels: Vec<usize> = scorer.comparisons().iter().map(|one| one.measure.levels().len()).collect();
    (links.par_iter())
        .map_init(Vec::new, |evidence, link| {
            scorer.score(link.l, link.r, evidence);
            (evidence.iter().zip(&n_levels))
                .map(|(e, n)| Detail { comparison_vector_value: vector_value(e, *n), match_weight: e.weight })
                .collect()
        })
        .collect()
}

fn scored(records: &Records, link: &Link) -> ScoredPair {
    let row = |record: u32| records.rows.get(record as usize).map_or(0, |row| *row as usize);
    let (mut l, mut r) = (row(link.l), row(link.r));
    if records.two_tables {
        (l, r) = (l.min(r), l.max(r) - records.n_left);
    }
    ScoredPair {
        l,
        r,
        match_weight: link.weight,
        match_probability: match_probability(link.weight),
        same_source: records.is_same_source(link.l, link.r),
    }
}

fn named(
    pairs: &[(u32, u32)],
    records: &Records,
    table: &Table,
    right: Option<&Table>,
) -> Vec<(String, String)> {
    let id = |record: &u32| {
        let row = records.rows.get(*record as usize).map_or(0, |row| *row as usize);
        let here = table.ids().get(row);
        let id = here.or_else(|| right.and_then(|right| right.ids().get(row - table.n_rows())));
        id.cloned().unwrap_or_default()
    };
    pairs.iter().map(|(l, r)| (id(l), id(r))).collect()
}

fn numbered(least: &[u32], records: &Records) -> Vec<u32> {
    let mut numbers = vec![u32::MAX; least.len()];
    let mut next = 0;
    let mut clusters = vec![0; least.len()];
    for (record, pool) in least.iter().enumerate() {
        let Some(number) = numbers.get_mut(*pool as usize) else { continue };
        if *number == u32::MAX {
            *number = next;
            next += 1;
        }
        let row = records.rows.get(record).map_or(0, |row| *row as usize);
        if let Some(cluster) = clusters.get_mut(row) {
            *cluster = *number;
        }
    }
    clusters
}
