//! `daymark content check`: is everything that people wrote in `content/` fit to be shown?

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use clap::{Args as ClapArgs, Subcommand};
use daymark_content::Content;
use daymark_exchange::harmless::read_harmless;
use daymark_triage::check_cases;
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
    /// Reports every problem in the content at once: shape, references, meaning, words, cases, the wording
    /// rules' own sentences, reviews.
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
    problems.extend(check_cases(&content));
    let today = TimeZone::UTC.to_datetime(SystemClock.now()).date();
    problems.extend(content.overdue(today));
    problems.extend(daymark_wording::example::problems(&content));
    problems.sort();
    let mut problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
    let (n_lists, of_lists) = check_harmless(dir.as_deref())?;
    problems.extend(of_lists);
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
        "content {}: {}, {}, {}, {}, {}, no problems",
        content.version(),
        counted(content.headers().len(), "file", "files"),
        counted(content.catalogue().fields().len(), "field", "fields"),
        counted(content.rules().len(), "rule", "rules"),
        counted(content.cases().len(), "case", "cases"),
        counted(n_lists, "list of harmless values", "lists of harmless values"),
    )?;
    Ok(ExitCode::SUCCESS)
}

/// Reads the lists of values that say nothing about an offender: how many there are, and every problem of them.
fn check_harmless(dir: Option<&Path>) -> anyhow::Result<(usize, Vec<String>)> {
    let (shown, lists) = match dir {
        None => ("content".to_owned(), daymark_content::harmless_lists()),
        Some(dir) => (dir.display().to_string(), harmless_in(dir)?),
    };
    let files: Vec<(&str, &str)> = lists.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let problems = read_harmless(&files).problems;
    Ok((lists.len(), problems.iter().map(|(path, problem)| format!("{shown}/{path}:{problem}")).collect()))
}

/// The lists in `harmless/` below `dir`, by name: path below `dir`, and text.
fn harmless_in(dir: &Path) -> anyhow::Result<Vec<(String, String)>> {
    let folder = dir.join("harmless");
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let mut lists = Vec::new();
    for entry in fs::read_dir(&folder).with_context(|| format!("cannot read `{}`", folder.display()))? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.ends_with(".toml") {
            let text =
                fs::read_to_string(&path).with_context(|| format!("cannot read `{}`", path.display()))?;
            lists.push((format!("harmless/{name}"), text));
        }
    }
    lists.sort();
    Ok(lists)
}

fn counted(n: usize, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}
