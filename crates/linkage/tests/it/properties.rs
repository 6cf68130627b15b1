//! What must hold for any records.

use daymark_linkage::{Index, Judged, Options, TrainedModel, link};
use daymark_vocab::Judgement;
use proptest::prelude::*;

use super::{by_id, model, records, table};

fn options() -> Options {
    Options { threshold_match_probability: Some(0.3), ..Options::default() }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn scores_are_symmetric(all in records(20)) {
        let table = table(&all);
        let found = link(&table, None, &model(), &[], &options()).unwrap();
        let index = Index::new(&table, None, &found.trained).unwrap();
        for l in 0..all.len() {
            for r in 0..all.len() {
                let (there, back) = (index.explain(l, r).unwrap(), index.explain(r, l).unwrap());
                prop_assert_eq!(there.match_weight, back.match_weight);
                prop_assert_eq!(there.mostly_because, back.mostly_because);
            }
        }
    }

    #[test]
    fn steps_add_up_and_pairs_are_explained_as_scored(all in records(20)) {
        let table = table(&all);
        let found = link(&table, None, &model(), &[], &options()).unwrap();
        let index = Index::new(&table, None, &found.trained).unwrap();
        for pair in &found.pairs {
            let explained = index.explain(pair.l, pair.r).unwrap();
            prop_assert_eq!(explained.match_weight, pair.match_weight);
            let sum = explained.prior + explained.steps.iter().map(|step| step.match_weight).sum::<f64>();
            prop_assert!((sum - pair.match_weight).abs() < 1e-9);
        }
    }

    #[test]
    fn the_order_of_rows_changes_nothing(all in records(30), turn in 0..30_usize) {
        let mut turned = all.clone();
        turned.rotate_left(turn % all.len());
        turned.reverse();
        let (one, other) = (table(&all), table(&turned));
        let found = link(&one, None, &model(), &[], &options()).unwrap();
        let again = link(&other, None, &model(), &[], &options()).unwrap();
        prop_assert_eq!(by_id(&one, &found), by_id(&other, &again));
        prop_assert_eq!(found.trained, again.trained);
    }

    #[test]
    fn judgements_outrank_the_machine(all in records(20), asked in prop::collection::vec((0..20_usize, 0..20_usize, 0..3_usize), 1..6)) {
        let table = table(&all);
        let n = all.len();
        let judged: Vec<Judged> = (asked.iter())
            .map(|(l, r, j)| Judged { l: l % n, r: r % n, judgement: Judgement::ALL[*j] })
            .filter(|one| one.l != one.r)
            .collect();
        if let Ok(found) = link(&table, None, &model(), &judged, &options()) {
            for (at, one) in judged.iter().enumerate() {
                let same_pair = |other: &Judged| (other.l.min(other.r), other.l.max(other.r)) == (one.l.min(one.r), one.l.max(one.r));
                let changed_later = judged[at + 1..].iter().any(same_pair);
                let together = found.clusters[one.l] == found.clusters[one.r];
                match one.judgement {
                    Judgement::Positive if !changed_later => prop_assert!(together),
                    Judgement::Negative if !changed_later => prop_assert!(!together),
                    _ => {}
                }
            }
        } else {
            // Only a negative judgement that positive ones cross may be refused.
            prop_assert!(judged.iter().any(|one| one.judgement == Judgement::Negative));
            prop_assert!(judged.iter().any(|one| one.judgement == Judgement::Positive));
        }
    }

    #[test]
    fn a_further_common_value_never_raises_a_pair_that_shares_a_rarer_one(all in records(20)) {
        let before = table(&all);
        let trained = link(&before, None, &model(), &[], &options()).unwrap().trained;
        // Every record gets one and the same handle more: nothing is more common.
        let mut with_common = all.clone();
        with_common.iter_mut().for_each(|record| record.handles.push("common".to_owned()));
        let after = table(&with_common);
        let (before, after) = (Index::new(&before, None, &trained).unwrap(), Index::new(&after, None, &trained).unwrap());
        for l in 0..all.len() {
            for r in l + 1..all.len() {
                if all[l].handles.iter().any(|handle| all[r].handles.contains(handle)) {
                    let (then, now) = (before.explain(l, r).unwrap(), after.explain(l, r).unwrap());
                    prop_assert!(now.match_weight <= then.match_weight + 1e-9);
                }
            }
        }
    }

    #[test]
    fn a_saved_model_repeats_the_run(all in records(30)) {
        let table = table(&all);
        let found = link(&table, None, &model(), &[], &options()).unwrap();
        let saved = daymark_linkage::Model::from_toml(&found.trained.to_toml().unwrap()).unwrap();
        let again = link(&table, None, &saved, &[], &options()).unwrap();
        prop_assert_eq!(by_id(&table, &found), by_id(&table, &again));
        let same = TrainedModel { n_iterations: found.trained.n_iterations, ..again.trained };
        prop_assert_eq!(found.trained, same);
    }

    #[test]
    fn two_tables_are_linked_between_them_only(left in records(15), right in records(15)) {
        let (one, other) = (table(&left), table(&right));
        let found = link(&one, Some(&other), &model(), &[], &options()).unwrap();
        prop_assert_eq!(found.clusters.len(), left.len() + right.len());
        for pair in &found.pairs {
            prop_assert!(pair.l < left.len() && pair.r < right.len());
            let explained = daymark_linkage::explain(&one, Some(&other), &found.trained, pair.l, pair.r).unwrap();
            prop_assert_eq!(explained.match_weight, pair.match_weight);
        }
    }
}

#[test]
fn copies_of_one_record_are_linked_and_a_stranger_is_not() {
    let record = |id: &str, handle: &str, phone: &str| super::Record {
        id: id.to_owned(),
        handles: vec![handle.to_owned()],
        phones: vec![phone.to_owned()],
        platform: Some("platform-1".to_owned()),
        day: Some(10.0),
    };
    let mut all: Vec<super::Record> =
        (0..300).map(|n| record(&format!("S{n:03}"), &format!("h{n}"), &format!("p{n}"))).collect();
    all.push(record("A", "shared", "telephone"));
    all.push(record("B", "shared", "telephone"));
    let table = table(&all);
    let found = link(&table, None, &model(), &[], &Options::default()).unwrap();
    let (pairs, _) = by_id(&table, &found);
    assert_eq!(pairs.len(), 1, "{pairs:?}");
    assert_eq!((pairs[0].0.as_str(), pairs[0].1.as_str()), ("A", "B"));
}

#[test]
fn no_records_and_one_record_are_no_special_case() {
    for n in [0, 1] {
        let all: Vec<super::Record> = (0..n)
            .map(|_| super::Record {
                id: "A".to_owned(),
                handles: vec![],
                phones: vec![],
                platform: None,
                day: None,
            })
            .collect();
        let found = link(&table(&all), None, &model(), &[], &Options::default()).unwrap();
        assert_eq!((found.pairs.len(), found.clusters.len()), (0, n));
    }
}

#[test]
fn a_value_that_everybody_holds_is_bounded_logged_and_joins_nobody() {
    let all: Vec<super::Record> = (0..2_000)
        .map(|n| super::Record {
            id: format!("R{n:04}"),
            handles: vec!["everybody".to_owned()],
            phones: vec![format!("p{}", n / 2)],
            platform: None,
            day: Some(f64::from(n)),
        })
        .collect();
    let found = link(&table(&all), None, &model(), &[], &Options::default()).unwrap();
    assert!(found.n_candidate_pairs <= 20_000 + 1_000, "{}", found.n_candidate_pairs);
    assert_eq!(found.skipped.len(), 1);
    assert_eq!(found.skipped[0].n_records, 2_000);
    let (_, pools) = by_id(&table(&all), &found);
    assert!(pools.iter().all(|pool| pool.len() <= 2), "{:?}", pools.iter().map(Vec::len).max());
    assert_eq!(pools.len(), 1_000, "each telephone still joins its two");
}
