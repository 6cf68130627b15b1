//! The parent's side: give a workbook to a child process, take its rows, and survive whatever becomes of it.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use super::columns::Template;
use super::read::{Mapping, Read as ReadReports, read_rows};
use super::rows::{MAX_ROWS, Row};
use super::worker::{Ask, Line};
use super::xlsx::WorkbookError;
use crate::problem::Problem;
use crate::refuse::refuse_images;

/// Most bytes that are taken from the child.
const MAX_ANSWER: u64 = 256 * 1024 * 1024;

/// Why no rows came back.
#[derive(Debug, thiserror::Error)]
pub enum XlsxError {
    /// The workbook says why.
    #[error(transparent)]
    Workbook(#[from] WorkbookError),
    /// The reader could not be started: a fault of the installation, not of the file.
    #[error("the workbook reader could not be started")]
    Start(#[source] std::io::Error),
    /// The reader stopped: the file needed too much memory or time, or is damaged.
    #[error(
        "the workbook could not be read within the limits for memory and time: save the sheet as CSV and import that"
    )]
    Stopped,
}

/// Reads the rows of a workbook in a child process, `program import-worker`, which confines itself.
///
/// - `sheet`: the chosen sheet; without it the one called `reports`, or the only one.
/// - Waits for the child; call it where waiting is allowed.
///
/// # Errors
/// [`XlsxError`]; nothing of a workbook that fails half-way is kept.
pub fn read_xlsx_in_child(program: &Path, bytes: &[u8], sheet: Option<&str>) -> Result<Vec<Row>, XlsxError> {
    refuse_images(bytes).map_err(|refused| WorkbookError::Refused(refused.to_string()))?;
    let mut child = Command::new(program)
        .arg("import-worker")
        .env_clear()
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(XlsxError::Start)?;
    let rows = talk(&mut child, bytes, sheet);
    // Whatever it still does, it is not needed any more.
    let _ = child.kill();
    let _ = child.wait();
    rows
}

fn talk(child: &mut Child, bytes: &[u8], sheet: Option<&str>) -> Result<Vec<Row>, XlsxError> {
    let stopped = |_| XlsxError::Stopped;
    // INVARIANT: the child reads all of its input before it writes, so writing first cannot block for ever.
    let mut input = child.stdin.take().ok_or(XlsxError::Stopped)?;
    let ask =
        serde_json::to_string(&Ask { sheet: sheet.map(str::to_owned) }).map_err(|_| XlsxError::Stopped)?;
    input.write_all(ask.as_bytes()).and_then(|()| input.write_all(b"\n")).map_err(stopped)?;
    input.write_all(bytes).map_err(stopped)?;
    drop(input);
    let output = child.stdout.take().ok_or(XlsxError::Stopped)?;
    let mut rows = Vec::new();
    for line in BufReader::new(output.take(MAX_ANSWER)).lines() {
        let line = line.map_err(stopped)?;
        match serde_json::from_str(&line).map_err(|_| XlsxError::Stopped)? {
            Line::Row(row) if rows.len() <= MAX_ROWS => rows.push(row),
            Line::Row(_) => return Err(XlsxError::Stopped),
            Line::Refused(error) => return Err(error.into()),
            Line::End { n_rows } if n_rows == rows.len() as u64 => return Ok(rows),
            Line::End { .. } => return Err(XlsxError::Stopped),
        }
    }
    Err(XlsxError::Stopped)
}

/// Reads an XLSX file into parsed reports, or all its problems.
pub fn read_xlsx(
    program: &Path,
    bytes: &[u8],
    sheet: Option<&str>,
    template: &Template,
    mapping: &Mapping,
) -> ReadReports {
    match read_xlsx_in_child(program, bytes, sheet) {
        Ok(rows) => read_rows(rows, template, mapping),
        Err(error) => {
            let message = error.to_string();
            let (what, hint) = message.rsplit_once(": ").unwrap_or((&message, ""));
            ReadReports { reports: Vec::new(), problems: vec![Problem::of_file(what, hint)] }
        }
    }
}
