//! Which stored records might one new report belong to? Stored records made ready once, asked often.
//!
//! The new record meets only records that share a blocking key with it, and nothing is linked anew.

use crate::blocking_rule::Postings;
use crate::expectation_maximisation::TrainedModel;
use crate::explanation::{Explanation, explain};
use crate::link::{LinkError, ScoredPair};
use crate::match_weight::{Scorer, match_probability};
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
