//! Which records belong together? From pairs to pools, with care for the one link that swamps everything.
//!
//! Joining whatever any pair links lets one common value run through the whole table (on the invented
//! reports, one pool of 31,927). So pairs are taken strongest first, and before two pools become one the
//! pools as a whole are asked: how well do their circumstances (time, place, way of working: everything
//! but the shared value) agree, on average over pairs across? A link between two like pools holds, the
//! same link between two unlike pools does not. For two single records this is the pair's own weight.
//!
//! Judgements outrank all of it: positive ones join first, negative ones are never crossed.

use std::collections::BTreeSet;

use daymark_vocab::Judgement;

use crate::judgement::Judgements;
use crate::model::Pools;
use crate::transform::mix;

/// A scored pair of records.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Link {
    pub l: u32,
    pub r: u32,
    pub weight: f64,
    /// What everything but shared values adds to the weight.
    pub circumstances: f64,
}

/// Judgements contradict each other at these pairs: judged different, yet joined by positive judgements.
#[derive(Debug)]
pub(crate) struct Contradictions(pub Vec<(u32, u32)>);

/// Joins records into pools; returns for each record the least record of its pool.
///
/// - `copies`: pairs that are one report; they stand together unless somebody judged otherwise, and count as one.
/// - `links`: pairs at or above the threshold, in any order.
/// - `threshold`: in match weight.
/// - `circumstances(l, r)`: bits from everything but shared values; symmetric.
pub(crate) fn pools(
    n_records: usize,
    copies: &[(u32, u32)],
    mut links: Vec<Link>,
    threshold: f64,
    judgements: &Judgements,
    config: &Pools,
    circumstances: impl Fn(u32, u32) -> f64,
) -> Result<Vec<u32>, Contradictions> {
    let mut forming = Forming::new(n_records, copies);
    for (l, r) in judgements.with(Judgement::Positive) {
        let (a, b) = (forming.pool_of(l), forming.pool_of(r));
        if a != b {
            forming.join(a, b);
        }
    }
    let torn: Vec<(u32, u32)> = (judgements.with(Judgement::Negative))
        .filter(|(l, r)| forming.pool_of(*l) == forming.pool_of(*r))
        .collect();
    if !torn.is_empty() {
        return Err(Contradictions(torn));
    }
    for (l, r) in judgements.with(Judgement::Negative) {
        forming.keep_apart(l, r);
    }
    for (l, r) in copies {
        let (a, b) = (forming.pool_of(*l), forming.pool_of(*r));
        if a != b && judgements.get(*l, *r).is_none() && !forming.are_kept_apart(a, b) {
            forming.join(a, b);
        }
    }
    links.sort_by(|a, b| b.weight.total_cmp(&a.weight).then((a.l, a.r).cmp(&(b.l, b.r))));
    for link in links {
        let (a, b) = (forming.pool_of(link.l), forming.pool_of(link.r));
        let unsure = judgements.get(link.l, link.r) == Some(Judgement::Unsure);
        if a == b || unsure || forming.are_kept_apart(a, b) {
            continue;
        }
        let across = forming.sample_across(a, b, config.n_cross_pairs);
        let mean =
            across.iter().map(|(l, r)| circumstances(*l, *r)).sum::<f64>() / across.len().max(1) as f64;
        let of_pools =
            link.weight - link.circumstances + config.circumstances * strength(&forming, a, b) * mean;
        let single = forming.size(a) == 1 && forming.size(b) == 1;
        if single || config.circumstances == 0.0 || of_pools >= threshold {
            forming.join(a, b);
        }
    }
    Ok((0..n_records as u32).map(|record| forming.least_of(record)).collect())
}

/// How many pairs' worth of evidence the circumstances of two pools are: their mean is the surer the more
/// records it rests on, but the records of one pool repeat each other.
fn strength(forming: &Forming, a: u32, b: u32) -> f64 {
    let (less, more) = (forming.size(a).min(forming.size(b)), forming.size(a).max(forming.size(b)));
    let own = |n: usize| 2.0 * n as f64 / (n as f64 + 1.0);
    own(less) * own(more)
}

/// Pools while they form: a union–find whose pools know their records and whom they must not meet.
struct Forming {
    parent: Vec<u32>,
    members: Vec<Vec<u32>>,
    /// Per pool: its reports, copies counted once.
    n_reports: Vec<usize>,
    apart: Vec<BTreeSet<u32>>,
}

impl Forming {
    fn new(n_records: usize, copies: &[(u32, u32)]) -> Self {
        let mut n_reports = vec![1; n_records];
        for (_, copy) in copies {
            if let Some(n) = n_reports.get_mut(*copy as usize) {
                *n = 0;
            }
        }
        Self {
            n_reports,
            parent: (0..n_records as u32).collect(),
            members: (0..n_records as u32).map(|record| vec![record]).collect(),
            apart: vec![BTreeSet::new(); n_records],
        }
    }

    fn pool_of(&mut self, record: u32) -> u32 {
        let mut at = record;
        while let Some(parent) = self.parent.get(at as usize).copied().filter(|parent| *parent != at) {
            let grandparent = self.parent.get(parent as usize).copied().unwrap_or(parent);
            if let Some(own) = self.parent.get_mut(at as usize) {
                *own = grandparent;
            }
            at = grandparent;
        }
        at
    }

    /// How many reports are in a pool; one that holds nothing but a copy still is one.
    fn size(&self, pool: u32) -> usize {
        self.n_reports.get(pool as usize).map_or(0, |n| (*n).max(1))
    }

    fn least_of(&mut self, record: u32) -> u32 {
        let pool = self.pool_of(record);
        self.members.get(pool as usize).and_then(|members| members.iter().min()).copied().unwrap_or(record)
    }

    /// The smaller pool goes into the larger, so each record moves at most log₂ n times.
    fn join(&mut self, a: u32, b: u32) {
        let (from, into) = if (self.size(a), b) < (self.size(b), a) { (a, b) } else { (b, a) };
        let n_moved = self.n_reports.get_mut(from as usize).map(std::mem::take).unwrap_or_default();
        if let Some(n) = self.n_reports.get_mut(into as usize) {
            *n += n_moved;
        }
        let moved = self.members.get_mut(from as usize).map(std::mem::take).unwrap_or_default();
        if let Some(members) = self.members.get_mut(into as usize) {
            members.extend(moved);
        }
        if let Some(parent) = self.parent.get_mut(from as usize) {
            *parent = into;
        }
        for other in self.apart.get_mut(from as usize).map(std::mem::take).unwrap_or_default() {
            if let Some(theirs) = self.apart.get_mut(other as usize) {
                theirs.remove(&from);
                theirs.insert(into);
            }
            if let Some(ours) = self.apart.get_mut(into as usize) {
                ours.insert(other);
            }
        }
    }

    fn keep_apart(&mut self, l: u32, r: u32) {
        let (a, b) = (self.pool_of(l), self.pool_of(r));
        for (own, other) in [(a, b), (b, a)] {
            if let Some(apart) = self.apart.get_mut(own as usize) {
                apart.insert(other);
            }
        }
    }

    fn are_kept_apart(&self, a: u32, b: u32) -> bool {
        self.apart.get(a as usize).is_some_and(|apart| apart.contains(&b))
    }

    /// Pairs across two pools: all of them, or `n` that depend on nothing but the pools' records.
    fn sample_across(&self, a: u32, b: u32, n: usize) -> Vec<(u32, u32)> {
        let of = |pool: u32| self.members.get(pool as usize).map_or(&[][..], Vec::as_slice);
        let (a, b) = (of(a), of(b));
        if a.len() * b.len() <= n {
            return a.iter().flat_map(|l| b.iter().map(|r| (*l, *r))).collect();
        }
        let pick = |from: &[u32], draw: u64| from.get((draw % from.len().max(1) as u64) as usize).copied();
        (0..n as u64).filter_map(|at| Some((pick(a, mix(1, at))?, pick(b, mix(2, at))?))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(links: &[(u32, u32, f64)], judged: &[(u32, u32, Judgement)], expected: &[u32]) {
        let links =
            links.iter().map(|(l, r, weight)| Link { l: *l, r: *r, weight: *weight, circumstances: 0.0 });
        let judgements = Judgements::new(judged.iter().copied());
        let found =
            pools(expected.len(), &[], links.collect(), 3.0, &judgements, &Pools::default(), |_, _| 0.0);
        assert_eq!(found.unwrap(), expected);
    }

    #[test]
    fn links_join_through_others() {
        check(&[(0, 1, 9.0), (1, 2, 5.0)], &[], &[0, 0, 0, 3]);
    }

    #[test]
    fn judgements_outrank_weights_through_others_too() {
        let chain = [(0, 1, 9.0), (1, 2, 8.0), (2, 3, 7.0)];
        check(&chain, &[(0, 3, Judgement::Negative)], &[0, 0, 0, 3]);
        check(&chain, &[(0, 1, Judgement::Negative)], &[0, 1, 1, 1]);
        check(&[], &[(0, 3, Judgement::Positive), (3, 1, Judgement::Positive)], &[0, 0, 2, 0]);
        check(&chain, &[(1, 2, Judgement::Unsure)], &[0, 0, 2, 2]);
        check(&[(0, 1, 9.0), (1, 2, 8.0), (0, 2, 7.0)], &[(1, 2, Judgement::Unsure)], &[0, 0, 0]);
    }

    #[test]
    fn a_copy_stands_with_its_report_and_counts_for_nothing() {
        let none = Judgements::default();
        let alone = pools(3, &[(0, 2)], vec![], 3.0, &none, &Pools::default(), |_, _| 0.0).unwrap();
        assert_eq!(alone, [0, 1, 0]);
        let apart = Judgements::new([(0, 2, Judgement::Negative)]);
        assert_eq!(
            pools(3, &[(0, 2)], vec![], 3.0, &apart, &Pools::default(), |_, _| 0.0).unwrap(),
            [0, 1, 2],
            "a person outranks the reference"
        );
        let mut forming = Forming::new(3, &[(0, 2)]);
        forming.join(0, 2);
        let pool = forming.pool_of(2);
        assert_eq!((forming.size(pool), forming.size(1)), (1, 1));
    }

    #[test]
    fn contradictions_are_named() {
        let judged = [(0, 1, Judgement::Positive), (1, 2, Judgement::Positive), (0, 2, Judgement::Negative)];
        let found = pools(3, &[], vec![], 3.0, &Judgements::new(judged), &Pools::default(), |_, _| 0.0);
        assert_eq!(found.unwrap_err().0, [(0, 2)]);
    }

    #[test]
    fn one_link_between_unlike_pools_does_not_hold() {
        let link = |l, r, weight| Link { l, r, weight, circumstances: 0.0 };
        let links = vec![link(0, 1, 12.0), link(2, 3, 12.0), link(1, 2, 6.0)];
        let alike = |l: u32, r: u32| if (l < 2) == (r < 2) { 4.0 } else { -4.0 };
        let none = Judgements::default();
        let found = pools(4, &[], links.clone(), 3.0, &none, &Pools::default(), alike).unwrap();
        assert_eq!(found, [0, 0, 2, 2]);
        let found =
            pools(4, &[], links, 3.0, &none, &Pools { circumstances: 0.0, ..Pools::default() }, alike);
        assert_eq!(found.unwrap(), [0, 0, 0, 0]);
    }
}
