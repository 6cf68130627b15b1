//! Every column of both live schemas has its row in the ledger, and the ledger names no column that is not there.

use std::collections::BTreeSet;

use daymark_store::ledger::{self, MayLeave, Sensitivity};
use daymark_testkit::stores;

#[test]
fn the_ledger_is_the_schema() {
    stores::on_each(|test| async move {
        let ledger = ledger::read().unwrap();
        let written: BTreeSet<(String, String)> = ledger
            .iter()
            .flat_map(|(table, columns)| columns.keys().map(|column| (table.clone(), column.clone())))
            .collect();
        let live: BTreeSet<(String, String)> =
            test.columns().await.into_iter().filter(|(table, _)| table != "schema_migration").collect();
        let missing: Vec<_> = live.difference(&written).collect();
        let stale: Vec<_> = written.difference(&live).collect();
        assert!(
            missing.is_empty() && stale.is_empty(),
            "not in the ledger: {missing:?}; not in the schema: {stale:?}"
        );
    });
}

#[test]
fn what_is_sealed_is_named_so_and_secrets_never_leave() {
    for (table, columns) in ledger::read().unwrap() {
        for (name, column) in columns {
            let sealed = name.ends_with("_sealed");
            let needs_sealing = matches!(column.sensitivity, Sensitivity::Special | Sensitivity::Identity);
            assert!(
                !needs_sealing || sealed,
                "{table}.{name} holds {:?} and is not sealed",
                column.sensitivity
            );
            if matches!(column.sensitivity, Sensitivity::Secret | Sensitivity::Keyed) {
                assert_eq!(column.may_leave, MayLeave::No, "{table}.{name}");
            }
            assert!(!column.purpose.is_empty(), "{table}.{name} has no purpose");
        }
    }
}

/// For Citus: every table that can hold a record is keyed by agency. These few are shared by all.
#[test]
fn every_table_but_the_shared_ones_is_keyed_by_agency() {
    const SHARED: [&str; 3] = ["setting", "link", "pool"];
    for (table, columns) in ledger::read().unwrap() {
        let keyed = columns.contains_key("agency_id");
        assert!(keyed || SHARED.contains(&table.as_str()), "{table} has no agency_id");
    }
}
