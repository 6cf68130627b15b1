//! What does the file say? From bytes to reports ready to be opened, or to the one thing that stands in the way.

use std::path::Path;
use std::sync::Arc;

use daymark_content::Content;
use daymark_exchange::reports::xlsx::WorkbookError;
use daymark_exchange::reports::{
    Row, UnknownHeading, XlsxError, csv, read_rows, read_xlsx_in_child, unknown_headings,
};
use daymark_exchange::{Problem, Refused, refuse_images};

use super::uploads::Sent;
use crate::edge::error_page::PageError;
use crate::intake::{self, BroughtBy, Placed, Ready};

/// What the file says.
#[derive(Debug)]
pub enum Said {
    /// It is, or hides, something that is not taken.
    Refused(Refused),
    /// A workbook with several sheets, or hidden ones: which is meant?
    WhichSheet {
        /// The sentence.
        why: String,
        /// The names.
        names: Vec<String>,
    },
    /// Headings that somebody must place first.
    Columns(Vec<UnknownHeading>),
    /// Its reports; with problems, none of them may be imported.
    Read(Ready),
}

/// Reads the file, away from the requests: a large one takes seconds.
///
/// # Errors
/// [`PageError::Internal`] when the template or the reader is broken.
pub async fn read(
    content: Arc<Content>,
    worker: Option<Arc<Path>>,
    sent: Sent,
    placed: Placed,
    by: BroughtBy,
) -> Result<Said, PageError> {
    tokio::task::spawn_blocking(move || read_now(&content, worker.as_deref(), &sent, &placed, &by))
        .await
        .map_err(|_| PageError::Internal { doing: "read a file of reports" })?
}

fn read_now(
    content: &Content,
    worker: Option<&Path>,
    sent: &Sent,
    placed: &Placed,
    by: &BroughtBy,
) -> Result<Said, PageError> {
    if let Err(refused) = refuse_images(&sent.bytes) {
        return Ok(Said::Refused(refused));
    }
    let template =
        intake::template(content).map_err(|_| PageError::Internal { doing: "make the reports template" })?;
    let rows = match rows(worker, sent)? {
        Ok(rows) => rows,
        Err(said) => return Ok(said),
    };
    let mapping = intake::mapping(placed, &template);
    let unknown = rows.first().map(|heading| unknown_headings(heading, &template, &mapping));
    if let Some(unknown) = unknown.filter(|unknown| !unknown.is_empty()) {
        return Ok(Said::Columns(unknown));
    }
    let read = read_rows(rows, &template, &mapping);
    let mut ready = intake::ready(content, &read.reports, by);
    ready.problems.extend(read.problems);
    ready.problems.sort();
    Ok(Said::Read(ready))
}

/// The rows of the file, or what to say instead.
fn rows(worker: Option<&Path>, sent: &Sent) -> Result<Result<Vec<Row>, Said>, PageError> {
    let of_file = |problems| Said::Read(Ready { problems, ..Ready::default() });
    if !sent.bytes.starts_with(b"PK\x03\x04") {
        return Ok(csv::rows(&sent.bytes).map_err(of_file));
    }
    let worker = worker.ok_or(PageError::Internal { doing: "start the workbook reader" })?;
    let rows = match read_xlsx_in_child(worker, &sent.bytes, sent.sheet.as_deref()) {
        Ok(rows) => rows,
        Err(XlsxError::Workbook(error)) => {
            let why = error.to_string();
            return Ok(Err(match error {
                WorkbookError::HiddenSheets(names)
                | WorkbookError::WhichSheet(names)
                | WorkbookError::NoSuchSheet(names) => Said::WhichSheet { why, names },
                WorkbookError::Refused(_) | WorkbookError::Damaged | WorkbookError::TooMuch(_) => {
                    let (what, hint) = why.rsplit_once(": ").unwrap_or((&why, ""));
                    of_file(vec![Problem::of_file(what, hint)])
                }
            }));
        }
        Err(XlsxError::Start(_)) => return Err(PageError::Internal { doing: "start the workbook reader" }),
        Err(error @ XlsxError::Stopped) => {
            let why = error.to_string();
            let (what, hint) = why.rsplit_once(": ").unwrap_or((&why, ""));
            return Ok(Err(of_file(vec![Problem::of_file(what, hint)])));
        }
    };
    Ok(match intake::refuse_files_in(&rows) {
        Ok(()) => Ok(rows),
        Err(refused) => Err(Said::Refused(refused)),
    })
}
