//! CSV as people really send it, with the physical line of every cell.
//!
//! Source: RFC 4180. Differs: line ends may be LF, CRLF or CR; a byte order mark is skipped, UTF-16 with a mark
//! is read; a quotation mark inside an unquoted cell is text. Oracle: the `csv` crate, in the property tests.

use super::columns::Template;
use super::read::{Mapping, Read, read_rows};
use super::rows::{MAX_CELL, MAX_CELLS, MAX_COLUMNS, MAX_ROWS, Row, RowCell};
use crate::problem::Problem;
use crate::refuse;

/// Reads a CSV file into parsed reports, or all its problems.
///
/// - `mapping`: their headings → ours; the template's own headings need none.
/// - returns reports and problems side by side; a caller that imports all or nothing imports only when there is
///   no problem.
///
/// The bytes should have passed [`refuse::refuse_images`] already; they are checked again here all the same.
pub fn read_csv(bytes: &[u8], template: &Template, mapping: &Mapping) -> Read {
    match rows(bytes) {
        Ok(rows) => read_rows(rows, template, mapping),
        Err(problems) => Read { reports: Vec::new(), problems },
    }
}

/// The headings of a CSV file, for a page that asks which of their columns is which of ours.
///
/// # Errors
/// The problems that keep the first row from being read.
pub fn headings(bytes: &[u8]) -> Result<Vec<String>, Vec<Problem>> {
    let rows = rows(bytes)?;
    let first = rows.into_iter().next().unwrap_or_default();
    Ok(first.cells.into_iter().map(|cell| cell.text.trim().to_owned()).collect())
}

/// The rows of a CSV file, blank ones left out.
///
/// # Errors
/// All problems of the file's form: encoding, quotation marks, size.
pub fn rows(bytes: &[u8]) -> Result<Vec<Row>, Vec<Problem>> {
    if let Err(refused) = refuse::refuse_images(bytes) {
        return Err(vec![Problem::of_file(refused.to_string(), "send only text and figures")]);
    }
    if bytes.starts_with(b"PK\x03\x04") {
        return Err(vec![Problem::of_file("this is a workbook, not a CSV file", "import it as XLSX")]);
    }
    let text = decoded(bytes)?;
    let mut parser = Parser::new(&text);
    parser.run();
    if parser.problems.is_empty() { Ok(parser.rows) } else { Err(parser.problems) }
}

/// UTF-8 (or marked UTF-16) text; anything else is refused at its first place, never guessed.
fn decoded(bytes: &[u8]) -> Result<String, Vec<Problem>> {
    if let Some(text) = refuse::utf16(bytes) {
        return Ok(text);
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text.to_owned()),
        Err(error) => {
            let (before, after) = bytes.split_at_checked(error.valid_up_to()).unwrap_or_default();
            let line = 1 + physical_breaks(before);
            let likely = after.first().and_then(|b| windows_1252(*b));
            let message = match likely {
                Some(c) => format!("the file is not UTF-8: it looks like Windows-1252 (a `{c}` in it)"),
                None => "the file is not UTF-8".to_owned(),
            };
            let hint = "save it again as “CSV UTF-8” (in Excel: Save as, CSV UTF-8); guessing could alter a child’s words";
            Err(vec![Problem::of_line(line, message, hint)])
        }
    }
}

fn physical_breaks(bytes: &[u8]) -> u64 {
    let (mut breaks, mut last) = (0, 0);
    for b in bytes {
        if *b == b'\r' || (*b == b'\n' && last != b'\r') {
            breaks += 1;
        }
        last = *b;
    }
    breaks
}

/// The marks that Windows-1252 has and that betray it; letters are not shown (they could be part of a name).
const fn windows_1252(byte: u8) -> Option<char> {
    match byte {
        0x80 => Some('€'),
        0x85 => Some('…'),
        0x91 => Some('‘'),
        0x92 => Some('’'),
        0x93 => Some('“'),
        0x94 => Some('”'),
        0x96 => Some('–'),
        0x97 => Some('—'),
        0xa0 => Some(' '),
        0xa3 => Some('£'),
        0xe9 => Some('é'),
        _ => None,
    }
}

/// One pass over the text. A cell begins at a line; a row at the line of its first cell.
struct Parser<'t> {
    text: std::iter::Peekable<std::str::Chars<'t>>,
    line: u64,
    row: Row,
    cell: String,
    cell_line: u64,
    n_cells: usize,
    rows: Vec<Row>,
    problems: Vec<Problem>,
}

impl<'t> Parser<'t> {
    fn new(text: &'t str) -> Self {
        Self {
            text: text.chars().peekable(),
            line: 1,
            row: Row { line: 1, cells: Vec::new() },
            cell: String::new(),
            cell_line: 1,
            n_cells: 0,
            rows: Vec::new(),
            problems: Vec::new(),
        }
    }

    fn run(&mut self) {
        while self.problems.len() < 100 && self.rows.len() <= MAX_ROWS {
            match self.text.next() {
                None => break,
                Some('"') if self.cell.is_empty() => self.quoted(),
                Some(',') => self.end_cell(),
                Some(c @ ('\r' | '\n')) => {
                    self.end_line(c);
                    self.end_row();
                }
                Some(c) => self.push(c),
            }
        }
        if !self.cell.is_empty() || !self.row.cells.is_empty() {
            self.end_row();
        }
        if self.rows.len() > MAX_ROWS + 1 || self.text.peek().is_some() && self.problems.is_empty() {
            let message = format!("more than {MAX_ROWS} rows");
            self.problems.push(Problem::of_line(self.line, message, "split the file and import the parts"));
        }
    }

    /// Counts a physical line; `\r\n` is one.
    fn end_line(&mut self, c: char) {
        if c == '\r' {
            self.text.next_if_eq(&'\n');
        }
        self.line += 1;
    }

    fn push(&mut self, c: char) {
        // One byte too many is kept, so that the end of the cell can tell.
        if self.cell.len() <= MAX_CELL {
            self.cell.push(c);
        }
    }

    /// Reads on after an opening mark until its closing one.
    fn quoted(&mut self) {
        let opened = self.line;
        loop {
            match self.text.next() {
                None => {
                    let message = "a quotation mark opens here and is never closed";
                    let hint = "close it, or write a mark inside a cell twice (`\"\"`)";
                    self.cell_problem(opened, message, hint);
                    return;
                }
                Some('"') if self.text.next_if_eq(&'"').is_some() => self.push('"'),
                Some('"') => break,
                Some('\r') => {
                    self.push('\r');
                    if self.text.next_if_eq(&'\n').is_some() {
                        self.push('\n');
                    }
                    self.line += 1;
                }
                Some('\n') => {
                    self.push('\n');
                    self.line += 1;
                }
                Some(c) => self.push(c),
            }
        }
        let mut stray = false;
        while let Some(c) = self.text.next_if(|c| !matches!(c, ',' | '\r' | '\n')) {
            stray |= !c.is_whitespace();
        }
        if stray {
            let message = "text follows a closing quotation mark";
            self.cell_problem(opened, message, "write a mark inside a cell twice (`\"\"`)");
        }
        // An empty quoted cell must still end as a cell at the end of the file.
        if self.text.peek().is_none() {
            self.end_cell();
        }
    }

    fn cell_problem(&mut self, line: u64, message: &str, hint: &str) {
        self.problems.push(Problem::of_cell(line, self.row.cells.len() + 1, None, message, hint));
    }

    fn end_cell(&mut self) {
        let text = std::mem::take(&mut self.cell);
        if text.len() > MAX_CELL {
            self.cell_problem(
                self.cell_line,
                "a cell holds more than 64 KiB",
                "a quotation mark may be missing; otherwise shorten the text",
            );
        }
        self.n_cells += usize::from(!text.is_empty());
        if self.n_cells == MAX_CELLS + 1 {
            self.problems.push(Problem::of_line(
                self.line,
                "more than five million cells",
                "split the file and import the parts",
            ));
        }
        if self.row.cells.len() == MAX_COLUMNS {
            let message = format!("more than {MAX_COLUMNS} columns");
            self.problems.push(Problem::of_line(self.line, message, "keep the template’s columns only"));
        }
        if self.row.cells.len() <= MAX_COLUMNS {
            self.row.cells.push(RowCell { text, line: self.cell_line, is_error: false });
        }
        self.cell_line = self.line;
    }

    fn end_row(&mut self) {
        if !self.cell.is_empty() || !self.row.cells.is_empty() {
            self.end_cell();
        }
        let row = std::mem::replace(&mut self.row, Row { line: self.line, cells: Vec::new() });
        self.cell_line = self.line;
        if !row.is_blank() {
            self.rows.push(row);
        }
    }
}
