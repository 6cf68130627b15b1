//! How does a case look to the engine? The columns of the built-in `cases` model, with keyed hashes for values.

use std::collections::BTreeMap;

use daymark_linkage::{Problem, Table, TableBuilder};
use daymark_store::coarse::LinkRow;
use daymark_vocab::CaseId;

/// The engine's column for each kind of selector.
const SELECTOR_COLUMNS: [(&str, &str); 9] = [
    ("handles", "handle"),
    ("display_names", "display-name"),
    ("phones", "phone"),
    ("emails", "email"),
    ("payment_accounts", "bank-account"),
    ("ibans", "iban"),
    ("payment_tags", "payment-tag"),
    ("wallets", "wallet"),
    ("urls", "url"),
];

/// The table of all cases, one row each, in their order.
pub(super) fn table(rows: &[LinkRow]) -> Result<Table, Vec<Problem>> {
    let mut builder = TableBuilder::new(rows.iter().map(|row| row.case.to_string()));
    for (column, kind) in SELECTOR_COLUMNS {
        let cells = rows.iter().map(|row| {
            row.selectors.iter().filter(move |(k, _, _)| k == kind).map(|(_, key, _)| key.clone())
        });
        builder = builder.text_list(column, cells);
    }
    let families = rows.iter().map(|row| {
        row.selectors.iter().filter(|(kind, _, _)| kind == "handle").filter_map(|(_, _, root)| root.clone())
    });
    builder = builder.text_list("handle_families", families);
    let text = |of: fn(&LinkRow) -> &str| {
        rows.iter().map(move |row| Some(of(row)).filter(|text| !text.is_empty()).map(str::to_owned))
    };
    builder
        .date("received_on", rows.iter().map(|row| Some(row.coarse.received_on)))
        .text("origin_reference", origins(rows))
        .text("script_id", text(|row| &row.script_key))
        .text("approach", text(|row| &row.coarse.approach))
        .text("platform_first", text(|row| &row.coarse.platform))
        .text("persona_claimed_gender", text(|row| &row.coarse.persona_gender))
        .text("demand_1_kind", text(|row| row.coarse.demands.first().map_or("", String::as_str)))
        .text("demand_1_method", text(|row| &row.coarse.demand_method))
        .text("threat_deadline", text(|row| &row.coarse.threat_deadline))
        .build()
}

/// For each case the case from which its report was passed on, where the reference fits exactly one.
fn origins(rows: &[LinkRow]) -> Vec<Option<String>> {
    let mut named: BTreeMap<&str, Option<&CaseId>> = BTreeMap::new();
    for (row, key) in rows.iter().flat_map(|row| row.report_keys.iter().map(move |key| (row, key))) {
        let same = named.get(key.as_str()).is_none_or(|known| *known == Some(&row.case));
        named.insert(key, Some(&row.case).filter(|_| same));
    }
    rows.iter()
        .map(|row| {
            let origin = (*named.get(row.origin_key.as_str())?)?;
            Some(origin.to_string()).filter(|_| *origin != row.case)
        })
        .collect()
}
