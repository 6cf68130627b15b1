//! `daymark content check`: is everything that people wrote in `content/` fit to be shown?

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args as ClapArgs, Subcommand};
use daymark_content::Content;
use daymark_vocab::{Clock, SystemClock};
use jiff::tz::TimeZone;

/// Questions, lists, routes and words.
#[derive(Debug, ClapArgs)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Reports every problem in the content at once: shape, references, meaning, words, the wording rules' own
    /// sentences, overdue reviews.
    #[command(after_help = "Example:\n  daymark content check content")]
    Check {
        /// The folder to check; without it, the content inside this program.
        dir: Option<PathBuf>,
    },
}

/// Runs `daymark content`. Exit code 1 says that there are findings; each is a line on standard error.
///
/// # Errors
/// When standard output or standard error cannot be written.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let Command::Check { dir } = &args.command;
    let (content, mut problems) = match dir {
        Some(dir) => Content::read_dir(dir),
        None => Content::embedded(),
    };
    let today = TimeZone::UTC.to_datetime(SystemClock.now()).date();
    problems.extend(content.overdue(today));
    problems.extend(daymark_wording::example::problems(&content));
    problems.sort();
    let mut errors = io::stderr().lock();
    for problem in &problems {
        writeln!(errors, "{problem}")?;
    }
    if !problems.is_empty() {
        writeln!(errors, "{} to mend", counted(problems.len(), "problem", "problems"))?;
        return Ok(ExitCode::from(1));
    }
    writeln!(
        io::stdout().lock(),
        "content {}: {}, {}, no problems",
        content.version(),
        counted(content.headers().len(), "file", "files"),
        counted(content.catalogue().fields().len(), "field", "fields"),
    )?;
    Ok(ExitCode::SUCCESS)
}

fn counted(n: usize, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}
