//! What does the engine see of a table? Columns in the form that comparisons and blocking rules need.
//!
//! Records stand in the order of their ids, whatever their order in the table, and values are numbered in
//! the order of their text: so nothing later can depend on the order of rows. The same canonical form of a
//! value serves blocking, counting and comparing.

mod row;
mod sources;
mod written;

use std::collections::{BTreeMap, HashMap, HashSet};

use rayon::prelude::*;

pub(crate) use row::Row;

use crate::model::Model;
use crate::problem::Problem;
use crate::table::Table;
use written::Written;

/// The form in which a column is needed; one table column may be needed in several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Form {
    /// The whole cell as one text.
    Whole,
    /// Single values; from CSV, separated by `|`.
    Values,
    /// The set of words.
    Words,
    /// A number.
    Number,
    /// A day (and time of day) as days since 1970.
    Day,
    /// A date as the number YYYYMMDD.
    CalendarDay,
}

/// A column name and the form in which it is needed.
pub(crate) type Need = (String, Form);

/// One prepared column.
pub(crate) enum Column {
    Codes(Codes),
    /// NaN is "not recorded".
    Numbers(Vec<f64>),
}

/// Texts by number: per record the ascending codes of its values, without repetition.
pub(crate) struct Codes {
    offsets: Vec<u32>,
    codes: Vec<u32>,
    /// The texts, ascending; the code of a text is its place here.
    pub texts: Vec<Box<str>>,
    /// In how many records each value is, copies of one report counted once.
    pub n_records: Vec<u32>,
    /// How many records have any value.
    pub n_filled: u32,
}

/// The records of one or two tables.
pub(crate) struct Records {
    /// Per record: its row in the tables, the second table's rows counted on from the first's.
    pub rows: Vec<u32>,
    /// Rows of the first table.
    pub n_left: usize,
    /// Two tables were given: only pairs between them count.
    pub two_tables: bool,
    needs: Vec<Need>,
    columns: Vec<Column>,
    sources: Vec<u32>,
}

impl Records {
    /// Prepares what the model needs of the tables.
    ///
    /// # Errors
    /// Every column that is missing and every cell that cannot be read in the form needed.
    pub(crate) fn prepare(left: &Table, right: Option<&Table>, model: &Model) -> Result<Self, Vec<Problem>> {
        let tables: Vec<&Table> = [Some(left), right].into_iter().flatten().collect();
        let mut problems = Vec::new();
        let needs = model.needs();
        for (number, table) in tables.iter().enumerate() {
            for (name, _) in needs.iter().filter(|(name, _)| table.column(name).is_none()) {
                problems.push(
                    Problem::new("the records have no such column", "correct the model or the header")
                        .in_field(name)
                        .in_table(number),
                );
            }
        }
        problems.dedup();
        if !problems.is_empty() {
            return Err(problems);
        }
        let mut order: Vec<(&str, u32)> = (tables.iter().flat_map(|table| table.ids()))
            .zip(0..)
            .map(|(id, row)| (id.as_str(), row))
            .collect();
        order.sort_unstable();
        let rows: Vec<u32> = order.into_iter().map(|(_, row)| row).collect();
        let prepared: Vec<Result<Column, Vec<Problem>>> =
            needs.par_iter().map(|need| column(&tables, &rows, need, model)).collect();
        let mut columns = Vec::with_capacity(needs.len());
        for result in prepared {
            match result {
                Ok(column) => columns.push(column),
                Err(more) => problems.extend(more),
            }
        }
        problems.sort();
        problems.dedup();
        if !problems.is_empty() {
            return Err(problems);
        }
        let sources = sources::of(&tables, &rows, &needs, &columns, model);
        for column in &mut columns {
            if let Column::Codes(codes) = column {
                codes.count_copies_once(&sources);
            }
        }
        Ok(Self { rows, n_left: left.n_rows(), two_tables: right.is_some(), needs, columns, sources })
    }

    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// The number of a prepared column.
    pub(crate) fn column_number(&self, name: &str, form: Form) -> usize {
        self.needs.iter().position(|need| need.0 == name && need.1 == form).unwrap_or(usize::MAX)
    }

    pub(crate) fn column(&self, number: usize) -> Option<&Column> {
        self.columns.get(number)
    }

    pub(crate) fn codes(&self, column: usize) -> Option<&Codes> {
        match self.columns.get(column) {
            Some(Column::Codes(codes)) => Some(codes),
            _ => None,
        }
    }

    pub(crate) fn row(&self, record: u32) -> Row<'_> {
        Row::Stored(self, record)
    }

    /// May these two be paired: never within one of two tables.
    pub(crate) fn may_pair(&self, l: u32, r: u32) -> bool {
        l != r && (!self.two_tables || self.is_left(l) != self.is_left(r))
    }

    pub(crate) fn is_left(&self, record: u32) -> bool {
        self.rows.get(record as usize).is_some_and(|row| (*row as usize) < self.n_left)
    }

    /// How many pairs there are in all.
    pub(crate) fn n_pairs(&self) -> f64 {
        let (n, l) = (self.len() as f64, self.n_left as f64);
        if self.two_tables { l * (n - l) } else { n * (n - 1.0) / 2.0 }
    }
}

impl Codes {
    pub(crate) fn of(&self, record: u32) -> &[u32] {
        let at = record as usize;
        let (start, end) = (self.offsets.get(at), self.offsets.get(at + 1));
        let (start, end) = (start.copied().unwrap_or(0) as usize, end.copied().unwrap_or(0) as usize);
        self.codes.get(start..end).unwrap_or_default()
    }

    pub(crate) fn code(&self, text: &str) -> Option<u32> {
        self.texts.binary_search_by(|known| known.as_ref().cmp(text)).ok().map(|at| at as u32)
    }

    /// A value in two copies of one report is in one report.
    fn count_copies_once(&mut self, sources: &[u32]) {
        let mut n_copies = vec![0_usize; sources.len()];
        for source in sources {
            if let Some(n) = n_copies.get_mut(*source as usize) {
                *n += 1;
            }
        }
        let is_copied = |source: u32| n_copies.get(source as usize).is_some_and(|n| *n > 1);
        let mut seen = HashSet::new();
        for (record, source) in (0_u32..).zip(sources).filter(|(_, source)| is_copied(**source)) {
            let repeated: Vec<u32> =
                self.of(record).iter().copied().filter(|code| !seen.insert((*code, *source))).collect();
            for code in repeated {
                if let Some(n) = self.n_records.get_mut(code as usize) {
                    *n -= 1;
                }
            }
        }
    }

    fn number<'a>(values: impl Iterator<Item = Vec<String>> + 'a) -> Self {
        let mut first_seen: HashMap<String, u32> = HashMap::new();
        let (mut offsets, mut raw) = (vec![0_u32], Vec::new());
        for record in values {
            for text in record {
                let next = first_seen.len() as u32;
                raw.push(*first_seen.entry(text).or_insert(next));
            }
            offsets.push(raw.len() as u32);
        }
        let sorted: BTreeMap<String, u32> = first_seen.into_iter().collect();
        let mut renumbered = vec![0_u32; sorted.len()];
        for (code, seen) in (0..).zip(sorted.values()) {
            if let Some(place) = renumbered.get_mut(*seen as usize) {
                *place = code;
            }
        }
        let texts: Vec<Box<str>> = sorted.into_keys().map(String::into_boxed_str).collect();
        let mut n_records = vec![0_u32; texts.len()];
        let mut this = Self {
            offsets: vec![0],
            codes: Vec::with_capacity(raw.len()),
            texts,
            n_records: Vec::new(),
            n_filled: 0,
        };
        for range in offsets.windows(2) {
            let (start, end) = (range.first().copied().unwrap_or(0), range.last().copied().unwrap_or(0));
            let seen = raw.get(start as usize..end as usize).unwrap_or_default();
            let mut codes: Vec<u32> =
                seen.iter().filter_map(|seen| renumbered.get(*seen as usize)).copied().collect();
            codes.sort_unstable();
            codes.dedup();
            for code in &codes {
                if let Some(n) = n_records.get_mut(*code as usize) {
                    *n += 1;
                }
            }
            this.n_filled += u32::from(!codes.is_empty());
            this.codes.extend(codes);
            this.offsets.push(this.codes.len() as u32);
        }
        this.n_records = n_records;
        this
    }
}

/// The cells of one needed column, in the order of `rows`.
fn column(tables: &[&Table], rows: &[u32], need: &Need, model: &Model) -> Result<Column, Vec<Problem>> {
    let (name, form) = need;
    let mut problems = Vec::new();
    let place = |row: u32| {
        let mut row = row as usize;
        tables.iter().enumerate().find_map(|(number, table)| {
            let here = (row < table.n_rows()).then_some((number, *table, row));
            row = row.saturating_sub(table.n_rows());
            here
        })
    };
    let mut written = |row: u32| {
        let Some((number, table, row)) = place(row) else { return Written::Nothing };
        let Some(cells) = table.column(name) else { return Written::Nothing };
        written::read(cells, row, *form, &model.missing).unwrap_or_else(|wanted| {
            problems.push(
                Problem::new(format!("is not {wanted}"), "correct the cell or leave it empty")
                    .on_line(table.line(row))
                    .in_table(number)
                    .in_field(name),
            );
            Written::Nothing
        })
    };
    let column = match form {
        Form::Whole | Form::Values | Form::Words => {
            Column::Codes(Codes::number(rows.iter().map(|row| written(*row).into_texts())))
        }
        Form::Number | Form::Day | Form::CalendarDay => {
            Column::Numbers(rows.iter().map(|row| written(*row).into_number()).collect())
        }
    };
    if problems.is_empty() { Ok(column) } else { Err(problems) }
}
