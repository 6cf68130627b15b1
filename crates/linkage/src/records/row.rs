//! One record as comparisons see it: stored with the others, or new and not yet stored.

use super::written::{self, Written};
use super::{Column, Records};
use crate::model::Model;
use crate::problem::Problem;
use crate::table::Table;

/// A record to compare.
#[derive(Clone, Copy)]
pub(crate) enum Row<'a> {
    Stored(&'a Records, u32),
    New(&'a NewRecord),
}

/// A record that is not among the stored ones, in their numbering of values.
pub(crate) struct NewRecord {
    cells: Vec<NewCell>,
}

enum NewCell {
    /// Codes ascending; texts that no stored record has are numbered on from `n_stored`.
    Codes {
        codes: Vec<u32>,
        n_stored: u32,
        own: Vec<String>,
        stored: Vec<(u32, Box<str>)>,
    },
    Number(f64),
}

impl Records {
    /// Reads row `row` of `table` in this numbering of values.
    ///
    /// # Errors
    /// Every column that is missing and every cell that cannot be read in the form needed.
    pub(crate) fn new_record(
        &self,
        table: &Table,
        row: usize,
        model: &Model,
    ) -> Result<NewRecord, Vec<Problem>> {
        let mut problems = Vec::new();
        let mut cells = Vec::with_capacity(self.needs.len());
        for ((name, form), column) in self.needs.iter().zip(&self.columns) {
            let Some(source) = table.column(name) else {
                let hint = "give the new record the same columns";
                problems.push(Problem::new("the new record has no such column", hint).in_field(name));
                continue;
            };
            let written = written::read(source, row, *form, &model.missing).unwrap_or_else(|wanted| {
                problems.push(
                    Problem::new(format!("is not {wanted}"), "correct the cell or leave it empty")
                        .on_line(table.line(row))
                        .in_field(name),
                );
                Written::Nothing
            });
            cells.push(match column {
                Column::Numbers(_) => NewCell::Number(written.into_number()),
                Column::Codes(stored) => {
                    let n_stored = stored.texts.len() as u32;
                    let mut texts = written.into_texts();
                    texts.sort_unstable();
                    texts.dedup();
                    let (known, own): (Vec<_>, Vec<_>) =
                        texts.into_iter().partition(|text| stored.code(text).is_some());
                    let known: Vec<(u32, Box<str>)> = known
                        .into_iter()
                        .filter_map(|text| Some((stored.code(&text)?, text.into())))
                        .collect();
                    let codes =
                        known.iter().map(|(code, _)| *code).chain((n_stored..).take(own.len())).collect();
                    NewCell::Codes { codes, n_stored, own, stored: known }
                }
            });
        }
        problems.sort();
        problems.dedup();
        if problems.is_empty() { Ok(NewRecord { cells }) } else { Err(problems) }
    }
}

impl<'a> Row<'a> {
    pub(crate) fn codes(self, column: usize) -> &'a [u32] {
        match self {
            Self::Stored(records, record) => records.codes(column).map_or(&[], |codes| codes.of(record)),
            Self::New(new) => match new.cells.get(column) {
                Some(NewCell::Codes { codes, .. }) => codes,
                _ => &[],
            },
        }
    }

    pub(crate) fn number(self, column: usize) -> f64 {
        let number = match self {
            Self::Stored(records, record) => match records.column(column) {
                Some(Column::Numbers(numbers)) => numbers.get(record as usize).copied(),
                _ => None,
            },
            Self::New(new) => match new.cells.get(column) {
                Some(NewCell::Number(number)) => Some(*number),
                _ => None,
            },
        };
        number.unwrap_or(f64::NAN)
    }

    pub(crate) fn text(self, column: usize, code: u32) -> &'a str {
        match self {
            Self::Stored(records, _) => {
                records.codes(column).and_then(|codes| codes.texts.get(code as usize)).map_or("", |text| text)
            }
            Self::New(new) => match new.cells.get(column) {
                Some(NewCell::Codes { n_stored, own, stored, .. }) => {
                    let own =
                        code.checked_sub(*n_stored).and_then(|at| own.get(at as usize)).map(String::as_str);
                    let known =
                        || stored.iter().find(|(known, _)| *known == code).map(|(_, text)| text.as_ref());
                    own.or_else(known).unwrap_or_default()
                }
                _ => "",
            },
        }
    }

    /// In how many records the value is, the new record among them.
    pub(crate) fn n_records(self, other: Row<'_>, column: usize, code: u32) -> u32 {
        let count = |records: &Records| {
            records.codes(column).and_then(|codes| codes.n_records.get(code as usize)).copied().unwrap_or(0)
        };
        match (self, other) {
            (Self::Stored(records, _), Row::Stored(..)) => count(records),
            (Self::Stored(records, _), Row::New(_)) => count(records) + 1,
            (Self::New(_), Row::Stored(records, _)) => count(records) + 1,
            (Self::New(_), Row::New(_)) => 2,
        }
    }
}
