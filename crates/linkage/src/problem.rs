//! What is wrong in an authored file, where, and how to mend it?

use std::fmt;

/// One problem in a model or a table; readers return all of them at once.
///
/// The text names columns and fields, never the value of a record.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// Line in the file, from 1; `None` for sources without lines (Parquet, built by hand).
    pub line: Option<u64>,
    /// Column in the line, from 1.
    pub column: Option<u64>,
    /// It is in the second of two tables.
    pub in_right_table: bool,
    /// The field or table column concerned.
    pub field: Option<String>,
    /// What is wrong: lower case, no final dot.
    pub message: String,
    /// What to do about it.
    pub hint: String,
}

impl Problem {
    pub(crate) fn new(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            line: None,
            column: None,
            in_right_table: false,
            field: None,
            message: message.into(),
            hint: hint.into(),
        }
    }

    pub(crate) fn on_line(mut self, line: Option<u64>) -> Self {
        self.line = line;
        self
    }

    pub(crate) fn in_table(mut self, number: usize) -> Self {
        self.in_right_table = number > 0;
        self
    }

    pub(crate) fn at_column(mut self, column: u64) -> Self {
        self.column = Some(column);
        self
    }

    pub(crate) fn in_field(mut self, field: impl Into<String>) -> Self {
        self.field = Some(field.into());
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = self.line {
            write!(f, "{line}:{}: ", self.column.unwrap_or(1))?;
        }
        if let Some(field) = &self.field {
            write!(f, "`{field}`: ")?;
        }
        write!(f, "{} ({})", self.message, self.hint)
    }
}
