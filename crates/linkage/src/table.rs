//! What was recorded? Records as columns by name, before any model looks at them.
//!
//! A table is read from CSV or Parquet, or built by hand ([`TableBuilder`]) by the application, where
//! selectors are opaque keys. It keeps the line of each record, so that later problems can name it.

mod from_csv;
mod from_parquet;
mod selector_keys;

use std::collections::{BTreeMap, HashSet};
use std::fmt;

use jiff::civil::Date;

use crate::problem::Problem;

pub use selector_keys::LeftOut;

/// The cells of one column, one per record.
#[derive(Clone, PartialEq)]
pub enum Cells {
    /// One text per record; from CSV, several values are separated by `|`.
    Text(Vec<Option<String>>),
    /// Any number of texts per record; none means not recorded.
    TextList(Vec<Vec<String>>),
    /// A number per record; never NaN or infinite.
    Number(Vec<Option<f64>>),
    /// A day per record.
    Date(Vec<Option<Date>>),
}

impl Cells {
    fn len(&self) -> usize {
        match self {
            Self::Text(cells) => cells.len(),
            Self::TextList(cells) => cells.len(),
            Self::Number(cells) => cells.len(),
            Self::Date(cells) => cells.len(),
        }
    }
}

/// Records as columns by name. `Debug` shows the shape only: cells may be personal data.
#[derive(Clone, PartialEq)]
pub struct Table {
    ids: Vec<String>,
    lines: Vec<Option<u64>>,
    columns: BTreeMap<String, Cells>,
}

impl Table {
    /// How many records there are.
    pub fn n_rows(&self) -> usize {
        self.ids.len()
    }

    /// The unique ids, in the order in which the records came.
    pub fn ids(&self) -> &[String] {
        &self.ids
    }

    /// The row of a record, by its id.
    pub fn row(&self, id: &str) -> Option<usize> {
        self.ids.iter().position(|known| known == id)
    }

    /// The names of the columns, sorted, without the unique id.
    pub fn column_names(&self) -> impl Iterator<Item = &str> {
        self.columns.keys().map(String::as_str)
    }

    pub(crate) fn column(&self, name: &str) -> Option<&Cells> {
        self.columns.get(name)
    }

    pub(crate) fn line(&self, row: usize) -> Option<u64> {
        self.lines.get(row).copied().flatten()
    }

    /// Every table is made here, whatever its source, so that every table keeps the same promises.
    fn checked(
        ids: Vec<String>,
        lines: Vec<Option<u64>>,
        columns: BTreeMap<String, Cells>,
    ) -> Result<Self, Vec<Problem>> {
        let mut problems = Vec::new();
        let mut seen = HashSet::with_capacity(ids.len());
        for (row, id) in ids.iter().enumerate() {
            let line = lines.get(row).copied().flatten();
            let place = line.map_or_else(|| format!(" (record {})", row + 1), |_| String::new());
            if id.trim().is_empty() {
                problems.push(
                    Problem::new(format!("the unique id is empty{place}"), "give every record its own id")
                        .on_line(line),
                );
            } else if !seen.insert(id.as_str()) {
                problems.push(
                    Problem::new(
                        format!("the unique id is already used by an earlier record{place}"),
                        "remove the repeated record or give it its own id",
                    )
                    .on_line(line),
                );
            }
        }
        for (name, cells) in &columns {
            if cells.len() != ids.len() {
                problems.push(
                    Problem::new(
                        format!("has {} cells for {} records", cells.len(), ids.len()),
                        "give every column one cell per record",
                    )
                    .in_field(name),
                );
            }
            if matches!(cells, Cells::Number(all) if all.iter().flatten().any(|x| !x.is_finite())) {
                problems.push(
                    Problem::new("holds a number that is not finite", "leave the cell empty instead")
                        .in_field(name),
                );
            }
        }
        if ids.len() > u32::MAX as usize / 2 {
            problems.push(Problem::new("too many records", "split the table; at most two thousand million"));
        }
        if problems.is_empty() { Ok(Self { ids, lines, columns }) } else { Err(problems) }
    }
}

impl fmt::Debug for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Table")
            .field("n_rows", &self.n_rows())
            .field("columns", &self.columns.keys().collect::<Vec<_>>())
            .finish()
    }
}

/// Builds a [`Table`] column by column.
///
/// ```
/// use daymark_linkage::TableBuilder;
/// let table = TableBuilder::new(["A", "B"])
///     .text_list("selectors", [vec!["k1", "k2"], vec!["k1"]])
///     .text("platform", [Some("instagram"), None])
///     .build()?;
/// assert_eq!(table.n_rows(), 2);
/// # Ok::<(), Vec<daymark_linkage::Problem>>(())
/// ```
#[derive(Default)]
pub struct TableBuilder {
    ids: Vec<String>,
    columns: BTreeMap<String, Cells>,
    repeated: Vec<String>,
}

impl TableBuilder {
    /// Starts with the unique ids, one per record.
    pub fn new<S: Into<String>>(ids: impl IntoIterator<Item = S>) -> Self {
        Self { ids: ids.into_iter().map(Into::into).collect(), ..Self::default() }
    }

    /// Adds a column of single texts.
    pub fn text<S: Into<String>>(self, name: &str, cells: impl IntoIterator<Item = Option<S>>) -> Self {
        let cells = cells.into_iter().map(|cell| cell.map(Into::into)).collect();
        self.with(name, Cells::Text(cells))
    }

    /// Adds a column of lists of texts.
    pub fn text_list<S: Into<String>>(
        self,
        name: &str,
        cells: impl IntoIterator<Item = impl IntoIterator<Item = S>>,
    ) -> Self {
        let cells = cells.into_iter().map(|cell| cell.into_iter().map(Into::into).collect()).collect();
        self.with(name, Cells::TextList(cells))
    }

    /// Adds a column of numbers.
    pub fn number(self, name: &str, cells: impl IntoIterator<Item = Option<f64>>) -> Self {
        self.with(name, Cells::Number(cells.into_iter().collect()))
    }

    /// Adds a column of days.
    pub fn date(self, name: &str, cells: impl IntoIterator<Item = Option<Date>>) -> Self {
        self.with(name, Cells::Date(cells.into_iter().collect()))
    }

    /// Adds a column whose kind is known only at run time.
    pub fn with(mut self, name: &str, cells: Cells) -> Self {
        if self.columns.insert(name.to_owned(), cells).is_some() {
            self.repeated.push(name.to_owned());
        }
        self
    }

    /// The table.
    ///
    /// # Errors
    /// Every empty or repeated id, repeated column and column of another length, at once.
    pub fn build(self) -> Result<Table, Vec<Problem>> {
        let lines = vec![None; self.ids.len()];
        let mut problems: Vec<Problem> = (self.repeated.iter())
            .map(|name| Problem::new("column given twice", "give each column one name").in_field(name))
            .collect();
        match Table::checked(self.ids, lines, self.columns) {
            Ok(table) if problems.is_empty() => Ok(table),
            Ok(_) => Err(problems),
            Err(more) => {
                problems.extend(more);
                Err(problems)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(builder: TableBuilder, expected: &[&str]) {
        let problems = builder.build().err().unwrap_or_default();
        let said: Vec<String> = problems.iter().map(ToString::to_string).collect();
        assert_eq!(said.len(), expected.len(), "{said:?}");
        for (said, part) in said.iter().zip(expected) {
            assert!(said.contains(part), "{said:?} lacks {part:?}");
        }
    }

    #[test]
    fn every_problem_is_named_at_once() {
        check(TableBuilder::new(["A", "B"]), &[]);
        check(TableBuilder::new(["A", "", "A"]), &["empty (record 2)", "already used"]);
        check(
            TableBuilder::new(["A"]).number("n", [Some(f64::NAN)]).text("t", [None::<&str>, None]),
            &["`n`: holds a number", "`t`: has 2 cells for 1 records"],
        );
        check(TableBuilder::new(["A"]).number("n", [None]).number("n", [None]), &["given twice"]);
    }

    #[test]
    fn debug_shows_no_cell() {
        let table = TableBuilder::new(["A"]).text("who", [Some("an invented name")]).build().unwrap();
        assert_eq!(format!("{table:?}"), r#"Table { n_rows: 1, columns: ["who"] }"#);
    }
}
