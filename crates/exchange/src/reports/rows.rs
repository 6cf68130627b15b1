//! Rows of cells, from whatever file: what CSV and XLSX have in common, and how much of it is taken.

/// Most rows, the heading not counted.
pub const MAX_ROWS: usize = 200_000;
/// Most columns.
pub const MAX_COLUMNS: usize = 200;
/// Most bytes in one cell.
pub const MAX_CELL: usize = 64 * 1024;
/// Most cells, those included that are only there because one to the right of them holds something.
pub const MAX_CELLS: usize = 5_000_000;
/// Most bytes of all cells together: one shared text can stand in every cell.
pub const MAX_TEXT: usize = 64 * 1024 * 1024;
/// Most sheets.
pub const MAX_SHEETS: usize = 200;

/// One cell, with the physical line that it begins on.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub struct RowCell {
    /// The text, exactly as it stands in the file.
    pub text: String,
    /// Physical line (row number in a spreadsheet), from 1.
    pub line: u64,
    /// The spreadsheet shows an error here (`#REF!`), so there is no value to read.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_error: bool,
}

/// One row.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub struct Row {
    /// Physical line (row number in a spreadsheet) that the row begins on, from 1.
    pub line: u64,
    /// Its cells, from the first column.
    pub cells: Vec<RowCell>,
}

impl Row {
    /// True when no cell holds anything but white space.
    pub fn is_blank(&self) -> bool {
        self.cells.iter().all(|cell| cell.text.trim().is_empty() && !cell.is_error)
    }
}
