//! What is wrong, where, and what mends it? One line per problem; all of them are reported together.

use std::fmt;

/// One problem in a file that somebody sent.
///
/// A problem never repeats what stands in a cell: a misplaced column can hold a child's name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub struct Problem {
    /// Physical line of the file (row number in a spreadsheet), from 1; 0 for the file as a whole.
    pub line: u64,
    /// Column number, from 1; 0 for the line as a whole.
    pub column: usize,
    /// The template's name for the column.
    pub column_name: Option<String>,
    /// What is wrong: lower case, no final dot.
    pub message: String,
    /// What to do.
    pub hint: String,
}

impl Problem {
    /// A problem of the file as a whole.
    pub fn of_file(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::of_line(0, message, hint)
    }

    /// A problem of one line.
    pub fn of_line(line: u64, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { line, column: 0, column_name: None, message: message.into(), hint: hint.into() }
    }

    /// A problem of one cell.
    pub fn of_cell(
        line: u64,
        column: usize,
        column_name: Option<&str>,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) -> Self {
        Self {
            line,
            column,
            column_name: column_name.map(str::to_owned),
            message: message.into(),
            hint: hint.into(),
        }
    }
}

/// `line:column: `name`: message (hint)`, to stand behind a file name and a colon.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: ", self.line, self.column)?;
        if let Some(name) = &self.column_name {
            write!(f, "`{name}`: ")?;
        }
        f.write_str(&self.message)?;
        if self.hint.is_empty() { Ok(()) } else { write!(f, " ({})", self.hint) }
    }
}
