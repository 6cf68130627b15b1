//! One new report against stored ones.

use daymark_linkage::{Index, Options, link};
use proptest::prelude::*;

use super::{model, records, table};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn a_new_record_finds_those_it_shares_a_key_with_and_is_explained_as_scored(all in records(20)) {
        let (new, stored) = all.split_last().unwrap();
        prop_assume!(stored.len() > 1);
        let (stored_table, new_table) = (table(stored), table(std::slice::from_ref(new)));
        let trained = link(&stored_table, None, &model(), &[], &Options::default()).unwrap().trained;
        let index = Index::new(&stored_table, None, &trained).unwrap();
        let found = index.candidates(&new_table, 0, 1e-12, 100).unwrap();
        let meets = |record: &super::Record| {
            record.handles.iter().any(|handle| new.handles.contains(handle))
                || record.phones.iter().any(|phone| new.phones.contains(phone))
        };
        let mut rows: Vec<usize> = found.iter().map(|pair| pair.l).collect();
        rows.sort_unstable();
        let expected: Vec<usize> = (0..stored.len()).filter(|row| meets(&stored[*row])).collect();
        prop_assert_eq!(rows, expected);
        for pair in &found {
            let explained = index.explain_new(pair.l, &new_table, 0).unwrap();
            prop_assert_eq!(explained.match_weight, pair.match_weight);
        }
        prop_assert!(found.windows(2).all(|two| two[0].match_weight >= two[1].match_weight));
    }
}
