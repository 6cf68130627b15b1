//! Which pairs are worth comparing?
//!
//! A blocking rule names columns, or built-in transforms of them; records that agree on a key of any rule
//! are compared in full. Work is bounded per key: a key held by n records causes n(n−1)/2 pairs, and
//! beyond a limit each record meets only its nearest neighbours within the key (sorted neighbourhood,
//! Hernández & Stolfo 1995, SIGMOD). A pair that shares a rarer key as well is still found through that;
//! what was left out is reported, never silent.

use rayon::prelude::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::problem::Problem;
use crate::records::{Form, Records, Row};
use crate::transform::{Transform, hashes};

/// Pairs whose keys all agree are compared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BlockingRule {
    /// The keys, all of which must agree.
    pub keys: Vec<BlockingKey>,
}

/// A column, or a transform of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BlockingKey {
    /// The column; each value of a list is a key of its own.
    pub column: String,
    /// What is made of the value; the value itself unless given.
    #[serde(default)]
    pub transform: Transform,
    /// `prefix`: how many letters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub length: Option<usize>,
    /// `min-hash`: how many bands; more bands find less similar texts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bands: Option<usize>,
    /// `min-hash`: rows per band; more rows keep apart more similar texts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<usize>,
}

/// A key that was too common to compare all of its pairs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SkippedKey {
    /// The columns of the rule; the value itself may be personal and is left out.
    pub columns: String,
    /// How many records hold the key.
    pub n_records: usize,
    /// Pairs that this key alone did not bring together.
    pub n_pairs_skipped: u64,
    /// Why, in a sentence.
    pub why: String,
}

impl BlockingRule {
    pub(crate) fn columns(&self) -> String {
        let names: Vec<&str> = self.keys.iter().map(|key| key.column.as_str()).collect();
        names.join(" + ")
    }

    pub(crate) fn problems(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        if self.keys.is_empty() {
            problems.push(Problem::new("is empty", "name at least one column").in_field("keys"));
        }
        for key in &self.keys {
            let mut say = |field: &str, given: Option<usize>, wanted: bool, most: usize, example: &str| {
                let (message, hint) = match given {
                    None if wanted => ("is missing".to_owned(), format!("such as {example}")),
                    Some(_) if !wanted => {
                        ("does not belong to this transform".to_owned(), "remove it".to_owned())
                    }
                    Some(n) if n == 0 || n > most => {
                        ("is out of range".to_owned(), format!("from 1 to {most}"))
                    }
                    _ => return,
                };
                problems.push(Problem::new(message, hint).in_field(field));
            };
            say("length", key.length, key.transform == Transform::Prefix, 100, "`length = 4`");
            let min_hash = key.transform == Transform::MinHash;
            say("bands", key.bands, min_hash, 1_000, "`bands = 20`");
            say("rows", key.rows, min_hash, 100, "`rows = 5`");
        }
        problems
    }

    /// All keys of one record under this rule, as hashes: one per combination of its keys' values.
    pub(crate) fn keys_of(&self, row: Row<'_>, columns: &[usize]) -> Vec<u64> {
        let mut all = vec![0_u64];
        for (key, column) in self.keys.iter().zip(columns) {
            let own = hashes(key, row, *column);
            all =
                all.iter().flat_map(|start| own.iter().map(|h| crate::transform::mix(*start, *h))).collect();
        }
        all.sort_unstable();
        all.dedup();
        all
    }

    pub(crate) fn column_numbers(&self, records: &Records) -> Vec<usize> {
        self.keys.iter().map(|key| records.column_number(&key.column, key.transform.form())).collect()
    }
}

/// Which records hold each key of a rule: ascending by key, then by record.
pub(crate) struct Postings {
    entries: Vec<(u64, u32)>,
}

impl Postings {
    pub(crate) fn of(rule: &BlockingRule, records: &Records) -> Self {
        let columns = rule.column_numbers(records);
        let mut entries: Vec<(u64, u32)> = (0..records.len() as u32)
            .into_par_iter()
            .flat_map_iter(|record| {
                let keys = rule.keys_of(records.row(record), &columns);
                keys.into_iter().map(move |key| (key, record))
            })
            .collect();
        entries.par_sort_unstable();
        Self { entries }
    }

    fn groups(&self) -> impl Iterator<Item = &[(u64, u32)]> {
        self.entries.chunk_by(|a, b| a.0 == b.0)
    }

    /// The records that hold `key`.
    pub(crate) fn holders(&self, key: u64) -> impl Iterator<Item = u32> {
        let start = self.entries.partition_point(|entry| entry.0 < key);
        let rest = self.entries.get(start..).unwrap_or_default();
        rest.iter().take_while(move |entry| entry.0 == key).map(|entry| entry.1)
    }
}

/// The candidate pairs, ascending, each with its lesser record first.
pub(crate) struct Candidates {
    pub pairs: Vec<(u32, u32)>,
    pub skipped: Vec<SkippedKey>,
}

/// Finds all candidate pairs; `nearness` orders the records of a key that is too common.
pub(crate) fn candidates(
    rules: &[BlockingRule],
    records: &Records,
    n_pairs_per_key: u64,
    nearness: Option<usize>,
) -> Candidates {
    let (mut pairs, mut skipped) = (Vec::new(), Vec::new());
    for rule in rules {
        let postings = Postings::of(rule, records);
        for group in postings.groups() {
            let n = group.len() as u64;
            let n_all = n * (n - 1) / 2;
            let mut holders: Vec<u32> = group.iter().map(|entry| entry.1).collect();
            let reach = if n_all <= n_pairs_per_key {
                holders.len()
            } else {
                nearest_first(&mut holders, records, nearness);
                (n_pairs_per_key / n).max(1) as usize
            };
            for (at, l) in holders.iter().enumerate() {
                let near = holders.get(at + 1..).unwrap_or_default().iter().take(reach);
                pairs.extend(near.filter(|r| records.may_pair(*l, **r)).map(|r| (*l.min(r), *l.max(r))));
            }
            if (reach as u64) < n - 1 {
                let reach = reach as u64;
                skipped.push(SkippedKey {
                    columns: rule.columns(),
                    n_records: holders.len(),
                    n_pairs_skipped: n_all - (reach * n - reach * (reach + 1) / 2),
                    why: format!(
                        "{n} records share one value; by it alone, each was compared with its {reach} nearest on either side"
                    ),
                });
            }
        }
        pairs.par_sort_unstable();
        pairs.dedup();
    }
    skipped.sort_by(|a, b| b.n_records.cmp(&a.n_records).then_with(|| a.cmp(b)));
    Candidates { pairs, skipped }
}

fn nearest_first(holders: &mut [u32], records: &Records, nearness: Option<usize>) {
    if let Some(column) = nearness {
        let number = |record: u32| records.row(record).number(column);
        holders.sort_by(|a, b| number(*a).total_cmp(&number(*b)).then(a.cmp(b)));
    }
}

impl BlockingKey {
    pub(crate) fn need(&self) -> (String, Form) {
        (self.column.clone(), self.transform.form())
    }
}
