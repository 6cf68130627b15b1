//! Which column of the reports template holds which field?
//!
//! The order of the columns is a promise to every agency that fills the template, so it is written down whole
//! in `lists/report-template.toml`; each field names its own column. Neither may have what the other lacks.

use std::collections::BTreeMap;

use daymark_vocab::selector::SelectorKind;
use daymark_vocab::{EntityKind, FieldId};

use crate::catalogue::Entity;
use crate::field::{Field, Scope};
use crate::section::{Located, Section};

/// Which part of a field's value a column holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ColumnPart {
    /// All of it.
    Whole,
    /// The figures of an amount.
    Figures,
    /// The currency of an amount, three capitals.
    Currency,
    /// Selectors of this kind, separated by `|`; each becomes one account.
    Selectors(SelectorKind),
}

/// What a column is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ColumnHolds {
    /// Something about the row itself: the agency that sent it, the mark on invented data.
    Row,
    /// A field, or part of one.
    Field {
        /// Which field.
        field: FieldId,
        /// The kind of thing it belongs to.
        entity: EntityKind,
        /// 1 for the first or only one; 0 for what is said of all of them together.
        ordinal: usize,
        /// Which part of the value.
        part: ColumnPart,
    },
}

/// One column of the reports template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateColumn {
    /// Its name in the header row.
    pub name: String,
    /// What it is for.
    pub holds: ColumnHolds,
}

/// The list of columns as written.
#[derive(Debug, Clone, Default)]
pub(crate) struct TemplateList {
    /// Columns about the row itself.
    pub row: Vec<Located>,
    /// All columns, in their order.
    pub columns: Vec<Located>,
}

impl PartialEq for TemplateList {
    fn eq(&self, other: &Self) -> bool {
        let names = |list: &[Located]| list.iter().map(|name| name.text.clone()).collect::<Vec<_>>();
        names(&self.row) == names(&other.row) && names(&self.columns) == names(&other.columns)
    }
}

impl Eq for TemplateList {}

/// Reads `lists/report-template.toml`.
pub(crate) fn read(section: &mut Section<'_>) -> TemplateList {
    TemplateList { row: section.texts("row"), columns: section.texts("columns") }
}

/// Each column that a field names, with what it holds; `{n}` is written out.
pub(crate) fn columns_of(field: &Field, repeat: usize) -> Vec<TemplateColumn> {
    let mut columns = Vec::new();
    let ordinals = if field.scope == Scope::Whole { 0..=0 } else { 1..=repeat };
    for ordinal in ordinals {
        let mut push = |name: &str, part: ColumnPart| {
            columns.push(TemplateColumn {
                name: name.replace("{n}", &ordinal.to_string()),
                holds: ColumnHolds::Field { field: field.id.clone(), entity: field.entity, ordinal, part },
            });
        };
        if let Some(name) = &field.column {
            let whole = field.currency_column.is_none();
            push(name, if whole { ColumnPart::Whole } else { ColumnPart::Figures });
        }
        if let Some(name) = &field.currency_column {
            push(name, ColumnPart::Currency);
        }
        for column in &field.selector_columns {
            push(&column.name, ColumnPart::Selectors(column.selector));
        }
    }
    columns
}

/// The template in its order. Columns that nothing fills are left out here; the references pass reports them.
pub(crate) fn columns(list: &TemplateList, entities: &[Entity], fields: &[Field]) -> Vec<TemplateColumn> {
    let mut by_name = BTreeMap::new();
    for field in fields {
        let repeat = entities.iter().find(|entity| entity.kind == field.entity).map_or(1, |e| e.repeat);
        for column in columns_of(field, repeat) {
            by_name.insert(column.name.clone(), column);
        }
    }
    for name in &list.row {
        let column = TemplateColumn { name: name.text.clone(), holds: ColumnHolds::Row };
        by_name.insert(name.text.clone(), column);
    }
    list.columns.iter().filter_map(|name| by_name.get(&name.text).cloned()).collect()
}
