//! What was found at one moment, and what was learned: immutable, shared by all requests.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use daymark_linkage::{Explanation, Index, Judged as JudgedRows, LinkError, Model, Options, link};
use daymark_store::coarse::LinkRow;
use daymark_store::judgement::Judged;
use daymark_store::link::{CaseOf, Found, Link, NewPool};
use daymark_vocab::CaseId;
use daymark_vocab::selector::SelectorKind;

use super::SUGGEST_FROM;
use super::table::table;

/// What was found at one moment.
pub struct Snapshot {
    index: Index,
    row_of: BTreeMap<CaseId, usize>,
    rows: Vec<LinkRow>,
    /// How many cases in all have a value, where it is more than one; by kind and key.
    n_with: HashMap<(SelectorKind, String), usize>,
    /// Per row: the row that stands for its report, itself unless it was passed on.
    sources: Vec<usize>,
}

fn judged_rows(row_of: &BTreeMap<CaseId, usize>, judged: &[Judged]) -> Vec<JudgedRows> {
    judged
        .iter()
        .filter_map(|one| {
            Some(JudgedRows {
                l: *row_of.get(&one.left)?,
                r: *row_of.get(&one.right)?,
                judgement: one.judgement,
            })
        })
        .collect()
}

impl std::fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Snapshot").field("n_reports", &self.rows.len()).finish_non_exhaustive()
    }
}

/// A value that several cases of a pool share: its kind and how many, never the value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharedValue {
    /// What kind of identifier.
    pub kind: SelectorKind,
    /// How many cases of the pool have it.
    pub n_in_pool: usize,
    /// How many cases in all have it.
    pub n_in_all: usize,
}

impl Snapshot {
    /// Runs the engine over all cases.
    ///
    /// A pair that a person judged the same is a link whatever the machine says; a pair judged different is none.
    ///
    /// # Errors
    /// [`LinkError`] when judgements contradict each other or the table does not fit the model.
    pub(super) fn make(rows: Vec<LinkRow>, judged: &[Judged]) -> Result<(Self, Found), LinkError> {
        let table = table(&rows).map_err(LinkError::Records)?;
        let row_of: BTreeMap<CaseId, usize> =
            rows.iter().enumerate().map(|(at, row)| (row.case.clone(), at)).collect();
        let judged_rows = judged_rows(&row_of, judged);
        let model = Model::cases();
        let options = Options { list_from_match_probability: Some(SUGGEST_FROM), ..Options::default() };
        let linked = link(&table, None, &model, &judged_rows, &options)?;
        let index = Index::new(&table, None, &linked.trained)?;
        let n_with = n_with(&rows);
        let snapshot = Self { index, row_of, rows, n_with, sources: linked.sources };
        let mut links: BTreeMap<(CaseOf, CaseOf), Link> = linked
            .pairs
            .iter()
            .filter_map(|pair| {
                let link = snapshot.link(pair.l, pair.r, pair.match_weight, pair.match_probability)?;
                Some(((link.left.clone(), link.right.clone()), link))
            })
            .collect();
        for one in &judged_rows {
            let Some(link) = snapshot.link(one.l, one.r, 0.0, 0.5) else { continue };
            let key = (link.left.clone(), link.right.clone());
            // Kept in the list whatever was judged, so that the judgement can be seen and undone where it was made.
            links.entry(key).or_insert_with(|| snapshot.weighed(one.l, one.r).unwrap_or(link));
        }
        let pools = snapshot.pools(&linked.clusters);
        Ok((snapshot, Found { links: links.into_values().collect(), pools }))
    }

    fn link(&self, l: usize, r: usize, match_weight: f64, match_probability: f64) -> Option<Link> {
        let of = |row: usize| self.rows.get(row).map(|row| (row.agency.clone(), row.case.clone()));
        let (one, other) = (of(l)?, of(r)?);
        let (left, right) = if one <= other { (one, other) } else { (other, one) };
        Some(Link { left, right, match_weight, match_probability })
    }

    fn weighed(&self, l: usize, r: usize) -> Option<Link> {
        let explanation = self.index.explain(l, r)?;
        self.link(l, r, explanation.match_weight, explanation.match_probability)
    }

    fn pools(&self, clusters: &[u32]) -> Vec<NewPool> {
        let mut members: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
        for (row, cluster) in clusters.iter().enumerate() {
            members.entry(*cluster).or_default().push(row);
        }
        members.into_values().filter_map(|rows| self.pool(&rows)).collect()
    }

    /// A pool of these rows; `None` when they are one report, however often it was passed on.
    fn pool(&self, rows: &[usize]) -> Option<NewPool> {
        let own_source = |row: usize| self.sources.get(row).copied().unwrap_or(row);
        let sources: BTreeSet<usize> = rows.iter().map(|row| own_source(*row)).collect();
        if sources.len() < 2 {
            return None;
        }
        let mut members: Vec<&LinkRow> = rows.iter().filter_map(|row| self.rows.get(*row)).collect();
        members.sort_by_key(|row| (row.coarse.received_on, &row.case));
        let (first, last) = (members.first()?, members.last()?);
        let newest = self.rows.iter().map(|row| row.coarse.received_on).max()?;
        let recent = newest - jiff::ToSpan::days(28);
        let is_recent = |row: &usize| self.rows.get(*row).is_some_and(|row| row.coarse.received_on > recent);
        Some(NewPool {
            id: format!("p{}", first.case.as_str().get(..20)?).parse().ok()?,
            first_seen: first.coarse.received_on,
            last_seen: last.coarse.received_on,
            n_last_28_days: sources.iter().filter(|row| is_recent(row)).count() as i64,
            n_reports: sources.len() as i64,
            cases: members.iter().map(|row| (row.agency.clone(), row.case.clone())).collect(),
        })
    }

    /// The pools of these cases alone, as judgements now stand. A case that came in since stays out of it.
    ///
    /// # Errors
    /// [`LinkError::Judgements`] when these judgements contradict each other.
    pub(super) fn pools_among(&self, cases: &[CaseOf], judged: &[Judged]) -> Result<Vec<NewPool>, LinkError> {
        let rows: Vec<usize> = cases.iter().filter_map(|(_, case)| self.row_of.get(case).copied()).collect();
        let pools = self.index.pools_among(&rows, &judged_rows(&self.row_of, judged))?;
        Ok(pools.iter().filter_map(|rows| self.pool(rows)).collect())
    }

    /// How many of these cases may be copies of another of them.
    pub fn n_copies(&self, cases: &[CaseOf]) -> usize {
        let rows: Vec<usize> = cases.iter().filter_map(|(_, case)| self.row_of.get(case).copied()).collect();
        let sources: BTreeSet<usize> =
            rows.iter().filter_map(|row| self.sources.get(*row).copied()).collect();
        rows.len() - sources.len()
    }

    /// How many reports it was made from.
    pub fn n_reports(&self) -> usize {
        self.rows.len()
    }

    /// Why two cases may belong together. `None` when one of them came in since.
    pub fn explain(&self, left: &CaseOf, right: &CaseOf) -> Option<Explanation> {
        self.index.explain(*self.row_of.get(&left.1)?, *self.row_of.get(&right.1)?)
    }

    /// The values that two or more of these cases share, most shared first.
    pub fn shared_values(&self, cases: &[CaseOf]) -> Vec<SharedValue> {
        let mut in_pool: BTreeMap<(&str, &str), usize> = BTreeMap::new();
        for row in cases.iter().filter_map(|(_, case)| self.rows.get(*self.row_of.get(case)?)) {
            let mut keys: Vec<_> =
                row.selectors.iter().map(|(kind, key, _)| (kind.as_str(), key.as_str())).collect();
            keys.sort_unstable();
            keys.dedup();
            for key in keys {
                *in_pool.entry(key).or_default() += 1;
            }
        }
        in_pool.retain(|_, n| *n > 1);
        let mut shared: Vec<SharedValue> = in_pool
            .into_iter()
            .filter_map(|((kind, key), n_in_pool)| {
                let kind: SelectorKind = kind.parse().ok()?;
                let n_in_all = self.n_with.get(&(kind, key.to_owned())).copied().unwrap_or(n_in_pool);
                Some(SharedValue { kind, n_in_pool, n_in_all })
            })
            .collect();
        shared.sort_by_key(|value| (std::cmp::Reverse(value.n_in_pool), value.n_in_all, value.kind));
        shared
    }
}

/// Counted once for all pages: a pool asks for a few of hundreds of thousands.
fn n_with(rows: &[LinkRow]) -> HashMap<(SelectorKind, String), usize> {
    let mut counts: HashMap<(&str, &str), usize> = HashMap::new();
    for row in rows {
        let mut keys: Vec<_> =
            row.selectors.iter().map(|(kind, key, _)| (kind.as_str(), key.as_str())).collect();
        keys.sort_unstable();
        keys.dedup();
        for key in keys {
            *counts.entry(key).or_default() += 1;
        }
    }
    let several = counts.into_iter().filter(|(_, n)| *n > 1);
    several.filter_map(|((kind, key), n)| Some(((kind.parse().ok()?, key.to_owned()), n))).collect()
}
