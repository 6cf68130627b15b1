//! `daymark respond`: who should be told, in which order, and why?

mod answer;
mod facts_file;

use std::fs;
use std::io::{self, Read as _, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::ValueEnum;
use daymark_content::Content;

/// Says who should be told, in which order and why, for what is known of a situation.
///
/// Nothing is kept. It suggests with reasons; a person decides. Services marked "check before use" were not verified for this version.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  \
echo '{\"child_age\": 14, \"coercion\": true}' | daymark respond - --format text\n\n\
Fields, all optional: asker nation child_age age_when_image_made immediate_danger suicide\n\
coercion image payment demands suspect reported_to others_targeted hate radicalisation\n\
platform_unresponsive question_only anonymous_informant account_hacked_only\n\
child_refuses_police suspect_has_access_to_children")]
pub struct Args {
    /// What is known, as a JSON object; `-` reads standard input.
    facts: PathBuf,
    /// How to answer.
    #[arg(long, value_enum, default_value_t = Format::Json)]
    format: Format,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// For programs.
    Json,
    /// For people.
    Text,
}

/// Runs `daymark respond`. Exit code 2 says that the facts could not be read; each problem is a line on standard error.
///
/// # Errors
/// When the file cannot be read, or standard output or standard error cannot be written.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let (name, bytes) = read(&args.facts)?;
    let facts = match facts_file::read(&bytes) {
        Ok(facts) => facts,
        Err(problems) => {
            let mut errors = io::stderr().lock();
            for problem in problems {
                writeln!(errors, "{name}:{problem}")?;
            }
            return Ok(ExitCode::from(2));
        }
    };
    let (content, _) = Content::embedded();
    let plan = daymark_triage::plan(&content, &facts);
    let text = match args.format {
        Format::Json => answer::json(&plan)?,
        Format::Text => answer::text(&plan, &content, &facts),
    };
    io::stdout().lock().write_all(text.as_bytes()).context("standard output cannot be written")?;
    Ok(ExitCode::SUCCESS)
}

fn read(path: &Path) -> anyhow::Result<(String, Vec<u8>)> {
    if path.as_os_str() == "-" {
        let mut bytes = Vec::new();
        io::stdin().lock().read_to_end(&mut bytes).context("standard input cannot be read")?;
        return Ok(("standard input".to_owned(), bytes));
    }
    let name = path.display().to_string();
    let bytes = fs::read(path).with_context(|| format!("{name} cannot be read"))?;
    Ok((name, bytes))
}
