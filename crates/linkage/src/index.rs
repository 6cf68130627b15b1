//! Which stored records might one new report belong to? Stored records made ready once, asked often.
//!
//! The new record meets only records that share a blocking key with it, and nothing is linked anew.

use std::collections::BTreeMap;

use crate::blocking_rule::Postings;
use crate::expectation_maximisation::TrainedModel;
use crate::explanation::{Explanation, explain};
use crate::judgement::{ContradictoryJudgements, Judged, Judgements};
use crate::link::{LinkError, ScoredPair};
use crate::match_weight::{Scorer, match_probability, match_weight};
use crate::pool::{Link, pools};
use crate::records::Records;
use crate::table::Table;

/// Stored records, made ready for questions about single pairs and single new records.
pub struct Index {
    records: Records,
    trained: TrainedModel,
    postings: Vec<Postings>,
    /// Per row of the tables: its record.
    record_of: Vec<u32>,
}

impl Index {
    /// Makes the tables ready for a trained model.
    ///
    /// # Errors
    /// [`LinkError::Records`] if a column is missing or a cell cannot be read.
    pub fn new(table: &Table, right: Option<&Table>, trained: &TrainedModel) -> Result<Self, LinkError> {
        let records = Records::prepare(table, right, &trained.model).map_err(LinkError::Records)?;
        let postings = trained.model.blocking_rules.iter().map(|rule| Postings::of(rule, &records)).collect();
        let record_of = crate::link::record_of_rows(&records);
        Ok(Self { records, trained: trained.clone(), postings, record_of })
    }

    /// How many records are stored.
    pub fn n_rows(&self) -> usize {
        self.records.len()
    }

    /// Explains the pair of two stored rows (with two tables: of the left and of the right one).
    ///
    /// `None` if there is no such row.
    pub fn explain(&self, l: usize, r: usize) -> Option<Explanation> {
        let r = if self.records.two_tables { r + self.records.n_left } else { r };
        let (l, r) = (*self.record_of.get(l)?, *self.record_of.get(r)?);
        let scorer = Scorer::new(&self.records, &self.trained);
        Some(explain(&scorer, &self.trained.model, self.records.row(l), self.records.row(r)))
    }

    /// Pools of these rows alone, from what was learned before: what a new judgement changes, at once.
    ///
    /// Rows of one table. Returns the rows of each pool, single rows as pools of one, by their least row. The pools are
    /// those that linking would make if no other record stood between.
    ///
    /// # Errors
    /// [`LinkError::NoSuchRow`], and [`LinkError::Judgements`] when judgements among these rows contradict each other.
    pub fn pools_among(&self, rows: &[usize], judged: &[Judged]) -> Result<Vec<Vec<usize>>, LinkError> {
        let of_row = |row: usize| self.record_of.get(row).copied().ok_or(LinkError::NoSuchRow { row });
        let mut members: Vec<(u32, usize)> =
            rows.iter().map(|row| Ok((of_row(*row)?, *row))).collect::<Result<_, LinkError>>()?;
        members.sort_unstable();
        members.dedup();
        let record = |at: u32| members.get(at as usize).map_or(0, |member| member.0);
        let at_of =
            |wanted: u32| members.binary_search_by_key(&wanted, |member| member.0).ok().map(|at| at as u32);
        let judgements = Judgements::new(judged.iter().filter_map(|one| {
            let at = |row: usize| at_of(*self.record_of.get(row)?);
            Some((at(one.l)?, at(one.r)?, one.judgement)).filter(|(l, r, _)| l != r)
        }));
        let model = &self.trained.model;
        let threshold = match_weight(model.pool_threshold());
        let scorer = Scorer::new(&self.records, &self.trained);
        let mut evidence = Vec::new();
        let mut links = Vec::new();
        for (l, r) in self.meeting(&members) {
            let weight = scorer.score(record(l), record(r), &mut evidence);
            if weight >= threshold && !self.records.is_same_source(record(l), record(r)) {
                links.push(Link { l, r, weight, circumstances: scorer.circumstances_in(&evidence) });
            }
        }
        let copies: Vec<(u32, u32)> = (self.records.copies())
            .filter_map(|(source, copy)| Some((at_of(source)?, at_of(copy)?)))
            .collect();
        let circumstances = |l: u32, r: u32| scorer.circumstances(record(l), record(r));
        let row_of = |at: u32| members.get(at as usize).map_or(0, |member| member.1);
        let least = pools(members.len(), &copies, links, threshold, &judgements, &model.pools, circumstances)
            .map_err(|torn| {
                let named = |(l, r): &(u32, u32)| (row_of(*l).to_string(), row_of(*r).to_string());
                ContradictoryJudgements(torn.0.iter().map(named).collect())
            })?;
        let mut made: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
        for (at, pool) in (0..).zip(least) {
            made.entry(pool).or_default().push(row_of(at));
        }
        Ok(made.into_values().collect())
    }

    /// Pairs of places in `members` whose records share a blocking key.
    fn meeting(&self, members: &[(u32, usize)]) -> Vec<(u32, u32)> {
        let mut holders: BTreeMap<(usize, u64), Vec<u32>> = BTreeMap::new();
        for (number, rule) in self.trained.model.blocking_rules.iter().enumerate() {
            let columns = rule.column_numbers(&self.records);
            for (at, (record, _)) in (0_u32..).zip(members) {
                for key in rule.keys_of(self.records.row(*record), &columns) {
                    holders.entry((number, key)).or_default().push(at);
                }
            }
        }
        let mut pairs: Vec<(u32, u32)> = (holders.values())
            .flat_map(|holders| {
                let later = |at: usize| holders.get(at + 1..).unwrap_or_default().iter();
                holders.iter().enumerate().flat_map(move |(at, l)| later(at).map(|r| (*l, *r)))
            })
            .collect();
        pairs.sort_unstable();
        pairs.dedup();
        pairs
    }

    /// Scores row `row` of `new`, which is not stored, against the stored records that share a key with it.
    ///
    /// Best first, at most `n_most`, from `threshold_match_probability` on; `l` is the stored row, `r` is `row`.
    /// A key held by more records than the model allows per key is looked at up to that limit.
    ///
    /// # Errors
    /// [`LinkError::Records`] if `new` lacks a column or a cell cannot be read.
    pub fn candidates(
        &self,
        new: &Table,
        row: usize,
        threshold_match_probability: f64,
        n_most: usize,
    ) -> Result<Vec<ScoredPair>, LinkError> {
        let model = &self.trained.model;
        let record = self.records.new_record(new, row, model).map_err(LinkError::Records)?;
        let asked = crate::records::Row::New(&record);
        let n_per_key = usize::try_from(model.n_pairs_per_key).unwrap_or(usize::MAX);
        let mut met: Vec<u32> = Vec::new();
        for (rule, postings) in model.blocking_rules.iter().zip(&self.postings) {
            let columns = rule.column_numbers(&self.records);
            for key in rule.keys_of(asked, &columns) {
                met.extend(postings.holders(key).take(n_per_key));
            }
        }
        met.sort_unstable();
        met.dedup();
        let scorer = Scorer::new(&self.records, &self.trained);
        let mut evidence = Vec::new();
        let mut found: Vec<(u32, f64)> = (met.into_iter())
            .map(|stored| (stored, scorer.weigh(self.records.row(stored), asked, &mut evidence)))
            .filter(|(_, weight)| match_probability(*weight) >= threshold_match_probability)
            .collect();
        found.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        found.truncate(n_most);
        Ok((found.into_iter())
            .map(|(stored, match_weight)| ScoredPair {
                l: self.records.rows.get(stored as usize).map_or(0, |row| *row as usize),
                r: row,
                match_weight,
                match_probability: match_probability(match_weight),
                same_source: false,
            })
            .collect())
    }

    /// Explains row `row` of `new` beside the stored row `stored`.
    ///
    /// # Errors
    /// [`LinkError::Records`] if `new` lacks a column or a cell cannot be read; [`LinkError::NoSuchRow`].
    pub fn explain_new(&self, stored: usize, new: &Table, row: usize) -> Result<Explanation, LinkError> {
        let record = self.records.new_record(new, row, &self.trained.model).map_err(LinkError::Records)?;
        let stored = *self.record_of.get(stored).ok_or(LinkError::NoSuchRow { row: stored })?;
        let scorer = Scorer::new(&self.records, &self.trained);
        let asked = crate::records::Row::New(&record);
        Ok(explain(&scorer, &self.trained.model, self.records.row(stored), asked))
    }
}
