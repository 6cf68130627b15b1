//! How does an identifier in a table become the one key by which it is matched, blocked on and counted?
//!
//! The application keeps keyed hashes of these same keys, so a file and an installation find the same pairs.

use std::collections::BTreeMap;

use daymark_vocab::selector::{Harmless, HarmlessEffect, Selector, SelectorKind};

use super::{Cells, Table};
use crate::model::{Model, SelectorColumn};

/// Values that were left out, and how many of each sort: a column, and why. Never the values.
pub type LeftOut = BTreeMap<(String, &'static str), usize>;

const NOT_READ: &str = "no identifier of this kind";
const HARMLESS: &str = "on a list of harmless identifiers";

impl SelectorColumn {
    pub(crate) fn kind(&self) -> Option<SelectorKind> {
        self.kind.parse().ok()
    }
}

impl Table {
    /// The table with every value of the model's selector columns as its canonical key, and with their families.
    ///
    /// A value that is no identifier of its kind, or that a list calls harmless, links nobody: it is left out and
    /// counted. The account inside an IBAN and the handle inside a profile address count as these, too.
    pub fn with_selector_keys(mut self, model: &Model, harmless: &Harmless) -> (Self, LeftOut) {
        let mut left_out = LeftOut::new();
        let mut made: BTreeMap<String, Vec<Vec<String>>> = BTreeMap::new();
        let n_rows = self.n_rows();
        let columns: Vec<(&SelectorColumn, SelectorKind)> = (model.selectors.iter())
            .filter(|column| self.column(&column.column).is_some())
            .filter_map(|column| Some((column, column.kind()?)))
            .collect();
        // Families are made even of a column that is missing: then that column alone is named as missing.
        for name in model.selectors.iter().filter_map(|column| column.families.as_ref()) {
            made.entry(name.clone()).or_insert_with(|| vec![Vec::new(); n_rows]);
        }
        let column_of = |kind: SelectorKind| columns.iter().find(|one| one.1 == kind).map(|one| one.0);
        for (column, kind) in &columns {
            made.entry(column.column.clone()).or_insert_with(|| vec![Vec::new(); n_rows]);
            for row in 0..n_rows {
                let platform =
                    column.platform_column.as_ref().and_then(|name| self.first_text(name, row, model));
                for typed in self.texts(&column.column, row, model) {
                    let read = Selector::parse(*kind, platform.as_deref(), &typed)
                        .or_else(|_| Selector::parse(*kind, None, &typed));
                    let Ok(selector) = read else {
                        *left_out.entry((column.column.clone(), NOT_READ)).or_default() += 1;
                        continue;
                    };
                    let also = selector.also().and_then(|also| Some((column_of(also.kind())?, also)));
                    for (column, selector) in [Some((*column, selector)), also].into_iter().flatten() {
                        if is_harmless(harmless, &selector) {
                            *left_out.entry((column.column.clone(), HARMLESS)).or_default() += 1;
                            continue;
                        }
                        put(&mut made, &column.column, row, selector.canonical_key().into_inner());
                        if let (Some(name), Some(root)) = (&column.families, selector.root_key()) {
                            put(&mut made, name, row, root.into_inner());
                        }
                    }
                }
            }
        }
        self.columns.extend(made.into_iter().map(|(name, cells)| (name, Cells::TextList(cells))));
        (self, left_out)
    }

    /// The values of a cell, without the words for "not recorded".
    fn texts(&self, column: &str, row: usize, model: &Model) -> Vec<String> {
        let is_said = |text: &&str| {
            !text.is_empty() && !model.missing.iter().any(|word| word.eq_ignore_ascii_case(text))
        };
        match self.column(column) {
            Some(Cells::Text(cells)) => {
                let cell = cells.get(row).and_then(Option::as_deref).unwrap_or_default();
                cell.split('|').map(str::trim).filter(is_said).map(str::to_owned).collect()
            }
            Some(Cells::TextList(cells)) => (cells.get(row).into_iter().flatten())
                .map(|text| text.trim())
                .filter(is_said)
                .map(str::to_owned)
                .collect(),
            _ => Vec::new(),
        }
    }

    fn first_text(&self, column: &str, row: usize, model: &Model) -> Option<String> {
        self.texts(column, row, model).into_iter().next()
    }
}

fn put(made: &mut BTreeMap<String, Vec<Vec<String>>>, column: &str, row: usize, value: String) {
    let cells = made.get_mut(column).and_then(|cells| cells.get_mut(row));
    if let Some(cell) = cells.filter(|cell| !cell.contains(&value)) {
        cell.push(value);
    }
}

fn is_harmless(harmless: &Harmless, selector: &Selector) -> bool {
    harmless.is_harmless(selector).is_some_and(|reason| reason.effect == HarmlessEffect::NoLink)
}

#[cfg(test)]
mod tests {
    use daymark_vocab::selector::Reason;

    use super::*;

    const FILE: &str = "report_id,platform_first,handles,phones,ibans,payment_accounts\n\
        A,instagram,@ZZ_syn_anna,07700 900123,,\n\
        B,snapchat,instagram:zz_syn_anna|zz_syn_anna2,+44 7700 900123,,\n\
        C,unknown,zz_syn.anna3,01632 960999,,00-00-00 12345678\n\
        D,,,not-asked,no iban at all,00-00-00 12345678\n";

    /// The canonical values of a column, row by row.
    fn column(table: &Table, name: &str) -> Vec<Vec<String>> {
        match table.column(name) {
            Some(Cells::TextList(cells)) => cells.clone(),
            _ => panic!("{name} is no list"),
        }
    }

    #[test]
    fn however_it_is_written_one_identifier_has_one_key_and_the_harmless_have_none() {
        let mut harmless = Harmless::default();
        let reason = Reason {
            list: "harmless/test".to_owned(),
            version: 1,
            effect: HarmlessEffect::NoLink,
            whose: "Example helpline (invented)".to_owned(),
        };
        harmless.add(SelectorKind::Phone, None, "01632 960999", reason).unwrap();
        let table = Table::from_csv(FILE.as_bytes(), "report_id").unwrap();
        let (table, left_out) = table.with_selector_keys(&Model::cases(), &harmless);
        let handles = column(&table, "handles");
        assert_eq!(handles[0], handles[1][..1], "a bare handle is one of the platform named beside it");
        assert_eq!(handles[1].len(), 2);
        let phones = column(&table, "phones");
        assert_eq!(phones[0], phones[1]);
        assert_eq!((phones[2].len(), phones[3].len()), (0, 0));
        let families = column(&table, "handle_families");
        assert_eq!(families[0], families[1], "two handles of one family make one family");
        assert_eq!(families[0], families[2], "on whatever platform");
        assert_eq!(left_out.get(&("phones".to_owned(), HARMLESS)), Some(&1));
        assert_eq!(left_out.get(&("ibans".to_owned(), NOT_READ)), Some(&1));
    }
}
