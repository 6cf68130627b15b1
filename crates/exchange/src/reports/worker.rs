//! The child's side: confine yourself, read a workbook from standard input, write its rows as lines of JSON.
//!
//! Whatever a hostile workbook does to the reader, it does to a process that holds nothing, sees no environment,
//! may take little memory and time, and cannot open files. The parent sees rows, a refusal, or a closed pipe.

use std::io::{self, BufRead, BufWriter, Read, Write};

use super::rows::Row;
use super::xlsx::{self, WorkbookError};

/// What the child may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Address space, in bytes.
    pub memory: u64,
    /// Processor time, in seconds.
    pub cpu_seconds: u64,
    /// Open files.
    pub files: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { memory: 512 * 1024 * 1024, cpu_seconds: 30, files: 16 }
    }
}

/// Largest workbook that the child reads, in bytes.
pub const MAX_WORKBOOK: u64 = 20 * 1024 * 1024;

/// What the parent writes before the workbook, as one line.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Ask {
    pub sheet: Option<String>,
}

/// One line of the answer. The last one is always `End` or `Refused`.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Line {
    Row(Row),
    Refused(WorkbookError),
    End { n_rows: u64 },
}

/// Binds this process to `limits`, and turns core dumps off.
///
/// # Errors
/// When the system refuses a limit; the caller must then not read anything.
pub fn confine(limits: &Limits) -> io::Result<()> {
    use rlimit::Resource;
    Resource::CORE.set(0, 0)?;
    Resource::AS.set(limits.memory, limits.memory)?;
    Resource::CPU.set(limits.cpu_seconds, limits.cpu_seconds)?;
    Resource::FSIZE.set(0, 0)?;
    Resource::NOFILE.set(limits.files, limits.files)
}

/// Answers one request: a line of JSON, then the workbook to the end of `input`.
///
/// # Errors
/// Only when the pipes break. A workbook that cannot be read is an answer.
pub fn serve(input: impl Read, output: impl Write) -> io::Result<()> {
    let mut input = io::BufReader::new(input);
    let mut output = BufWriter::new(output);
    let mut first = String::new();
    input.by_ref().take(4096).read_line(&mut first)?;
    let ask: Ask = serde_json::from_str(&first)?;
    let mut bytes = Vec::new();
    input.take(MAX_WORKBOOK + 1).read_to_end(&mut bytes)?;
    let mut n_rows = 0;
    let mut broken_pipe = None;
    let result = if bytes.len() as u64 > MAX_WORKBOOK {
        Err(WorkbookError::TooMuch("more than 20 MiB".to_owned()))
    } else {
        xlsx::stream(&bytes, ask.sheet.as_deref(), |row| {
            n_rows += 1;
            write_line(&mut output, &Line::Row(row)).map_err(|error| {
                broken_pipe = Some(error);
                WorkbookError::Damaged
            })
        })
    };
    match (broken_pipe, result) {
        (Some(error), _) => Err(error),
        (None, Ok(())) => {
            write_line(&mut output, &Line::End { n_rows })?;
            output.flush()
        }
        (None, Err(error)) => {
            write_line(&mut output, &Line::Refused(error))?;
            output.flush()
        }
    }
}

fn write_line(output: &mut impl Write, line: &Line) -> io::Result<()> {
    serde_json::to_writer(&mut *output, line)?;
    output.write_all(b"\n")
}
