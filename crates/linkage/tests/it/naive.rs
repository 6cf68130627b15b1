//! A forty-line engine that compares everything with everything must give the same pairs and weights.

use std::collections::BTreeSet;

use daymark_linkage::{Options, TrainedModel, link, match_weight};
use proptest::prelude::*;

use super::{Pair, Record, by_id, model, records, table};

fn naive(all: &[Record], trained: &TrainedModel, threshold: f64) -> Vec<Pair> {
    let weights = |at: usize| -> Vec<f64> {
        trained.model.comparisons[at].levels.iter().map(|level| level.match_weight()).collect()
    };
    let shared = |at: usize, of: fn(&Record) -> &Vec<String>, l: &Record, r: &Record| -> f64 {
        if of(l).is_empty() || of(r).is_empty() {
            return 0.0;
        }
        let n_holders = |value: &String| all.iter().filter(|record| of(record).contains(value)).count();
        let rarest = of(l).iter().filter(|value| of(r).contains(value)).map(n_holders).min();
        let Some(n) = rarest else { return weights(at)[12] };
        // Between the centres 2, 3.5, 6.5, 12.5, … the weight is linear in the logarithm of the count.
        let centres: Vec<f64> = [2.0].into_iter().chain((1..12).map(|b| 1.5 * 2_f64.powi(b) + 0.5)).collect();
        let above = centres.iter().position(|centre| *centre >= n as f64).unwrap_or(11).max(1);
        let (from, to) = (centres[above - 1].log2(), centres[above].log2());
        let share = ((n as f64).log2() - from) / (to - from);
        weights(at)[above - 1] * (1.0 - share) + weights(at)[above] * share
    };
    let mut found = Vec::new();
    for (at, l) in all.iter().enumerate() {
        for r in &all[at + 1..] {
            let meets = |of: fn(&Record) -> &Vec<String>| of(l).iter().any(|value| of(r).contains(value));
            if !meets(|record| &record.handles) && !meets(|record| &record.phones) {
                continue;
            }
            let mut selectors =
                [shared(0, |record| &record.handles, l, r), shared(1, |record| &record.phones, l, r)];
            selectors.sort_by(|a, b| b.total_cmp(a));
            if selectors[1] > 0.0 {
                selectors[1] *= 0.5;
            }
            let platform = match (&l.platform, &r.platform) {
                (Some(l), Some(r)) if l == r => {
                    let n = |platform: Option<&String>| {
                        all.iter()
                            .filter(|x| x.platform.as_ref().is_some_and(|x| platform.is_none_or(|p| p == x)))
                            .count() as f64
                    };
                    let u = trained.model.comparisons[2].levels[0].u_probability;
                    weights(2)[0] + (u * n(None) / n(Some(l))).log2()
                }
                (Some(_), Some(_)) => weights(2)[1],
                _ => 0.0,
            };
            let day = match (l.day, r.day) {
                (Some(l), Some(r)) => {
                    weights(3)[[3.0, 30.0, f64::MAX].iter().position(|step| (l - r).abs() <= *step).unwrap()]
                }
                _ => 0.0,
            };
            let prior = match_weight(trained.probability_two_random_records_match());
            let weight = prior + selectors.iter().sum::<f64>() + platform + day;
            if weight >= threshold {
                found.push((l.id.clone(), r.id.clone(), weight));
            }
        }
    }
    found
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn the_engine_equals_a_naive_one(all in records(30)) {
        let table = table(&all);
        let options = Options { threshold_match_probability: Some(0.2), ..Options::default() };
        let found = link(&table, None, &model(), &[], &options).unwrap();
        let expected = naive(&all, &found.trained, match_weight(0.2));
        let (pairs, _) = by_id(&table, &found);
        let ids = |pairs: &[Pair]| -> BTreeSet<(String, String)> {
            pairs.iter().map(|pair| (pair.0.clone(), pair.1.clone())).collect()
        };
        prop_assert_eq!(ids(&pairs), ids(&expected));
        for (pair, expected) in pairs.iter().zip(&expected) {
            prop_assert!((pair.2 - expected.2).abs() < 1e-9, "{:?} {:?}", pair, expected);
        }
    }
}
