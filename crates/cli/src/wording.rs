//! `daymark wording`: which words in a document blame a child or make light of what was done?

mod archive;
mod document;
mod html;
mod markdown;
mod report;

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args as ClapArgs, Subcommand, ValueEnum};
use daymark_wording::{Checker, Options, check};

use document::{Document, Unreadable};
use report::Row;

/// Words that blame a child or make light of what was done.
#[derive(Debug, ClapArgs)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Checks documents: .txt, .md, .html, .docx, .pptx, or `-` for text on standard input. Nothing is changed, and no
    /// image in a document is read.
    ///
    /// Quoted words are left alone. Lines of .docx and .pptx are paragraphs, counted from 1.
    #[command(
        after_help = "Example:\n  daymark wording check minutes.docx letter.txt --format json\n\nExit code 1 says that there are findings."
    )]
    Check {
        /// The documents.
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
        /// How to print findings.
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
        /// Also ask the rules that are off because they were too often wrong.
        #[arg(long)]
        every_rule: bool,
    },
    /// Lists the rules with their measured precision and recall.
    #[command(after_help = "Example:\n  daymark wording rules")]
    Rules {
        /// How to print them.
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
    },
}

/// How to print.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    Text,
    /// For programs.
    Json,
}

/// Most bytes of one document.
const MOST_BYTES: u64 = 64 * 1024 * 1024;

/// Runs `daymark wording`.
///
/// # Errors
/// When the content in the program is broken, or standard output cannot be written.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let content = crate::place::content()?;
    let checker = Checker::new(&content);
    match &args.command {
        Command::Check { files, format, every_rule } => check_files(&checker, files, *format, *every_rule),
        Command::Rules { format } => {
            let mut out = io::stdout().lock();
            match format {
                Format::Text => report::rules_as_text(&checker, &mut out)?,
                Format::Json => report::rules_as_json(&checker, &mut out)?,
            }
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn check_files(
    checker: &Checker,
    files: &[PathBuf],
    format: Format,
    every_rule: bool,
) -> anyhow::Result<ExitCode> {
    let mut rows = Vec::new();
    let mut n_unreadable = 0;
    for file in files {
        let shown = file.display().to_string();
        match read(file) {
            Ok(document) => {
                let options =
                    Options { child_voice: document.quoted.clone(), every_rule, ..Options::default() };
                let findings = check(checker, &document.text, &options);
                rows.extend(findings.iter().map(|finding| Row::new(&shown, &document, finding)));
            }
            Err(unreadable) => {
                n_unreadable += 1;
                writeln!(io::stderr().lock(), "{shown}:{unreadable}")?;
            }
        }
    }
    if n_unreadable > 0 {
        return Ok(ExitCode::from(2));
    }
    let mut out = io::stdout().lock();
    match format {
        Format::Text => report::as_text(&rows, &mut out)?,
        Format::Json => report::as_json(&rows, &mut out)?,
    }
    Ok(ExitCode::from(u8::from(!rows.is_empty())))
}

/// Reads a document by its ending.
fn read(file: &Path) -> Result<Document, Unreadable> {
    if file.as_os_str() == "-" {
        return document::text(bytes(io::stdin().lock())?);
    }
    let ending = file.extension().map(|ending| ending.to_string_lossy().to_lowercase()).unwrap_or_default();
    let read: fn(Vec<u8>) -> Result<Document, Unreadable> = match ending.as_str() {
        "txt" | "text" => document::text,
        "md" | "markdown" => |bytes| document::text(bytes).map(markdown::read),
        "html" | "htm" | "xhtml" => |bytes| document::text(bytes).map(html::read),
        "docx" => |bytes| archive::read(&bytes, archive::Kind::Docx),
        "pptx" => |bytes| archive::read(&bytes, archive::Kind::Pptx),
        _ => {
            return Err(Unreadable::new(
                "this kind of file is not read",
                "save it as .txt, .md, .html, .docx or .pptx",
            ));
        }
    };
    let opened = File::open(file)
        .map_err(|error| Unreadable::new(format!("cannot be opened: {error}"), "check its name"))?;
    if opened.metadata().is_ok_and(|found| found.is_dir()) {
        return Err(Unreadable::new("is a folder", "name the files in it"));
    }
    read(bytes(opened)?)
}

fn bytes(source: impl Read) -> Result<Vec<u8>, Unreadable> {
    let mut bytes = Vec::new();
    source
        .take(MOST_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| Unreadable::new(format!("cannot be read: {error}"), "check that it is a file"))?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(Unreadable::new("is larger than 64 MiB", "split it"));
    }
    Ok(bytes)
}
