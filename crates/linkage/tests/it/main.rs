//! The engine from outside: against a naive one, under properties, and on bad input.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that meets something unexpected shall stop; helpers are not recognised as tests"
)]

mod naive;
mod new_record;
mod properties;
mod refusals;

use daymark_linkage::{Linked, Model, Table, TableBuilder};
use proptest::prelude::*;

/// One invented record: selectors, platform, day.
#[derive(Debug, Clone, PartialEq)]
struct Record {
    id: String,
    handles: Vec<String>,
    phones: Vec<String>,
    platform: Option<String>,
    day: Option<f64>,
}

const MODEL: &str = r#"
unique_id = "id"
record_name = "report"
[dependence]
selectors = 0.5
[[blocking_rules]]
keys = [{ column = "handles" }]
[[blocking_rules]]
keys = [{ column = "phones" }]
[[comparisons]]
column = "handles"
kind = "shared-value"
label = "online handle"
group = "selectors"
[[comparisons]]
column = "phones"
kind = "shared-value"
label = "telephone number"
group = "selectors"
[[comparisons]]
column = "platform"
kind = "exact"
term_frequency_adjustment = true
[[comparisons]]
column = "day"
kind = "distance"
within = [3, 30]
"#;

fn model() -> Model {
    Model::from_toml(MODEL).unwrap()
}

fn table(records: &[Record]) -> Table {
    TableBuilder::new(records.iter().map(|r| r.id.clone()))
        .text_list("handles", records.iter().map(|r| r.handles.clone()))
        .text_list("phones", records.iter().map(|r| r.phones.clone()))
        .text("platform", records.iter().map(|r| r.platform.clone()))
        .number("day", records.iter().map(|r| r.day))
        .build()
        .unwrap()
}

/// Invented records with values from small sets, so that they meet.
fn records(most: usize) -> impl Strategy<Value = Vec<Record>> {
    let one = (
        prop::collection::vec(0..14_u8, 0..3),
        prop::collection::vec(0..8_u8, 0..2),
        prop::option::of(0..4_u8),
        prop::option::of(0..400_u16),
    );
    prop::collection::vec(one, 2..most).prop_map(|all| {
        (all.into_iter().enumerate())
            .map(|(at, (handles, phones, platform, day))| Record {
                id: format!("R{at:03}"),
                handles: handles.into_iter().map(|n| format!("handle-{n}")).collect(),
                phones: phones.into_iter().map(|n| format!("phone-{n}")).collect(),
                platform: platform.map(|n| format!("platform-{n}")),
                day: day.map(f64::from),
            })
            .collect()
    })
}

/// The ids of a pair and its match weight.
type Pair = (String, String, f64);

/// Pairs by id with their weight, and pools as sorted lists of ids, sorted.
fn by_id(table: &Table, found: &Linked) -> (Vec<Pair>, Vec<Vec<String>>) {
    let pairs = (found.pairs.iter())
        .map(|pair| (table.ids()[pair.l].clone(), table.ids()[pair.r].clone(), pair.match_weight))
        .collect();
    let mut pools = std::collections::BTreeMap::<u32, Vec<String>>::new();
    for (id, cluster) in table.ids().iter().zip(&found.clusters) {
        pools.entry(*cluster).or_default().push(id.clone());
    }
    let mut pools: Vec<Vec<String>> = pools.into_values().collect();
    pools.iter_mut().for_each(|pool| pool.sort());
    pools.sort();
    (pairs, pools)
}
