//! The cells of one sheet, streamed. Runs in the import child only: see [`super::worker`].
//!
//! Source: ECMA-376, through `calamine`'s cell reader. Never through its ranges: 1.3 KB with the cells A1 and
//! ZZ1048576 made those take more than 19 GB. Dates come out as ISO 8601, whole numbers without a point.

use std::io::Cursor;

use calamine::{DataRef, Reader, SheetType, SheetVisible, Xlsx};

use super::rows::{MAX_CELL, MAX_CELLS, MAX_COLUMNS, MAX_ROWS, MAX_SHEETS, MAX_TEXT, Row, RowCell};
use crate::refuse;

/// The name that the template gives its sheet of reports.
pub const SHEET: &str = "reports";

/// Why a workbook is not read. Sheet names are shown to the person who sent the file, and to nobody else.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, serde::Serialize, serde::Deserialize)]
pub enum WorkbookError {
    /// Refused before it was opened.
    #[error("{0}")]
    Refused(String),
    /// Hidden sheets, and nobody has chosen yet.
    #[error("the workbook has hidden sheets ({}): show or delete them, or choose the one sheet to import", .0.join(", "))]
    HiddenSheets(Vec<String>),
    /// Several sheets, none of them called `reports`.
    #[error("the workbook has several sheets ({}): choose the one to import, or call it `reports`", .0.join(", "))]
    WhichSheet(Vec<String>),
    /// The chosen sheet is not there.
    #[error("the workbook has no such sheet: choose one of {}", .0.join(", "))]
    NoSuchSheet(Vec<String>),
    /// Not a readable workbook.
    #[error("the workbook is damaged: open it, save it again as XLSX or as CSV, and try that file")]
    Damaged,
    /// Beyond a cap.
    #[error("the sheet has {0}: split it, delete what lies beyond the table, or save it as CSV")]
    TooMuch(String),
}

/// Reads the cells of one sheet and hands them over row by row; blank rows are left out.
///
/// - `sheet`: the chosen sheet. Without it, the sheet called `reports` or the only one, and no sheet may be hidden.
///
/// # Errors
/// [`WorkbookError`]; rows already handed over are then void.
pub fn stream(
    bytes: &[u8],
    sheet: Option<&str>,
    mut take: impl FnMut(Row) -> Result<(), WorkbookError>,
) -> Result<(), WorkbookError> {
    refuse::refuse_images(bytes).map_err(|refused| WorkbookError::Refused(refused.to_string()))?;
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|_| WorkbookError::Damaged)?;
    if workbook.sheets_metadata().len() > MAX_SHEETS {
        return Err(WorkbookError::TooMuch(format!("more than {MAX_SHEETS} sheets beside it")));
    }
    let name = choose(workbook.sheets_metadata(), sheet)?;
    let mut cells = workbook.worksheet_cells_reader(&name).map_err(|_| WorkbookError::Damaged)?;
    let mut row = Row::default();
    let (mut n_rows, mut n_cells, mut n_bytes) = (0_usize, 0_usize, 0_usize);
    while let Some(cell) = cells.next_cell().map_err(|_| WorkbookError::Damaged)? {
        let (at_row, at_column) = cell.get_position();
        let Some((text, is_error)) = plain(cell.get_value()) else { continue };
        let (line, column) = (u64::from(at_row) + 1, usize::try_from(at_column).unwrap_or(usize::MAX));
        if line > MAX_ROWS as u64 + 1 {
            return Err(WorkbookError::TooMuch(format!("cells below row {MAX_ROWS}")));
        }
        if column >= MAX_COLUMNS {
            return Err(WorkbookError::TooMuch(format!("cells beyond column {MAX_COLUMNS}")));
        }
        // A cell far to the right brings the empty ones before it.
        n_cells += if line > row.line { column + 1 } else { (column + 1).saturating_sub(row.cells.len()) };
        if n_cells > MAX_CELLS {
            return Err(WorkbookError::TooMuch("more than five million cells".to_owned()));
        }
        n_bytes += text.len();
        if n_bytes > MAX_TEXT {
            return Err(WorkbookError::TooMuch("more than 64 MiB of text".to_owned()));
        }
        if text.len() > MAX_CELL {
            return Err(WorkbookError::TooMuch(format!("a cell of more than 64 KiB in row {line}")));
        }
        if line < row.line {
            return Err(WorkbookError::Damaged);
        }
        if line > row.line {
            n_rows += 1;
            let full = std::mem::replace(&mut row, Row { line, cells: Vec::new() });
            if !full.is_blank() {
                take(full)?;
            }
        }
        while row.cells.len() <= column {
            row.cells.push(RowCell { text: String::new(), line, is_error: false });
        }
        if let Some(place) = row.cells.get_mut(column) {
            *place = RowCell { text, line, is_error };
        }
    }
    if n_rows > 0 && !row.is_blank() {
        take(row)?;
    }
    Ok(())
}

fn choose(sheets: &[calamine::Sheet], chosen: Option<&str>) -> Result<String, WorkbookError> {
    let tables: Vec<&calamine::Sheet> = sheets.iter().filter(|s| s.typ == SheetType::WorkSheet).collect();
    let names = || tables.iter().map(|s| s.name.clone()).collect::<Vec<_>>();
    if let Some(chosen) = chosen {
        let found = tables.iter().find(|s| s.name == chosen);
        return found.map(|s| s.name.clone()).ok_or_else(|| WorkbookError::NoSuchSheet(names()));
    }
    let hidden: Vec<String> =
        sheets.iter().filter(|s| s.visible != SheetVisible::Visible).map(|s| s.name.clone()).collect();
    if !hidden.is_empty() {
        return Err(WorkbookError::HiddenSheets(hidden));
    }
    match tables.as_slice() {
        [only] => Ok(only.name.clone()),
        several => several
            .iter()
            .find(|s| s.name.eq_ignore_ascii_case(SHEET))
            .map(|s| s.name.clone())
            .ok_or_else(|| WorkbookError::WhichSheet(names())),
    }
}

/// The text of a cell, and whether it is an error; `None` for an empty one.
fn plain(value: &DataRef<'_>) -> Option<(String, bool)> {
    let text = match value {
        DataRef::Empty => return None,
        DataRef::Error(_) => return Some((String::new(), true)),
        DataRef::Int(n) => n.to_string(),
        DataRef::Float(n) => n.to_string(),
        DataRef::Bool(true) => "yes".to_owned(),
        DataRef::Bool(false) => "no".to_owned(),
        DataRef::String(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::DateTime(date) => {
            let (year, month, day, hour, minute, _, _) = date.to_ymd_hms_milli();
            if hour == 0 && minute == 0 {
                format!("{year:04}-{month:02}-{day:02}")
            } else {
                format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}")
            }
        }
    };
    (!text.is_empty()).then_some((text, false))
}
