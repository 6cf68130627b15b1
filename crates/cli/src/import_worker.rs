//! `daymark import-worker`: reads one workbook in a process that holds nothing. Started by `daymark` itself.

use std::io;
use std::process::ExitCode;

use anyhow::Context as _;
use daymark_exchange::reports::worker::{self, Limits};

/// Reads a workbook on standard input and writes its rows as lines of JSON (started by `daymark import`, not by people).
#[derive(Debug, clap::Args)]
#[command(hide = true)]
pub struct Args {}

/// Confines this process, then answers one request.
///
/// # Errors
/// When the limits cannot be set (nothing is read then), or the pipes break.
pub fn run(_args: &Args) -> anyhow::Result<ExitCode> {
    worker::confine(&Limits::default()).context("the limits of the workbook reader could not be set")?;
    worker::serve(io::stdin().lock(), io::stdout().lock()).context("the workbook reader lost its pipe")?;
    Ok(ExitCode::SUCCESS)
}
