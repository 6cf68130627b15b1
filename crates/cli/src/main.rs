//! The `daymark` program: one file per command.

mod audit;
mod backup;
mod content;
mod fill;
mod import;
mod import_worker;
mod link;
mod place;
mod respond;
mod restore;
mod sample;
mod serve;
mod token;
mod watch;
mod whole_file;
mod wording;

use std::io::{self, Write};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Software for multi-agency safeguarding teams about online sexually coerced extortion of children.
///
/// Never an image: none is accepted, stored or described. Exit codes: 0 done, 1 done with findings, 2 bad input.
#[derive(Debug, Parser)]
#[command(name = "daymark", version, max_term_width = 100)]
struct Daymark {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Serve(serve::Args),
    Import(import::Args),
    Sample(sample::Args),
    /// Finds records of the same hands, with the reasons for each pair.
    Link(link::Args),
    /// Looks for weeks that pass what their past predicts.
    Watch(watch::Args),
    Respond(respond::Args),
    Wording(wording::Args),
    Content(content::Args),
    Token(token::Args),
    Audit(audit::Args),
    Backup(backup::Args),
    Restore(restore::Args),
    ImportWorker(import_worker::Args),
}

fn main() -> ExitCode {
    std::panic::set_hook(Box::new(say_place));
    let daymark = Daymark::parse();
    let done = match &daymark.command {
        Command::Serve(args) => serve::run(args),
        Command::Import(args) => import::run(args),
        Command::Sample(args) => sample::run(args),
        Command::Link(args) => link::run(args),
        Command::Watch(args) => watch::run(args),
        Command::Respond(args) => respond::run(args),
        Command::Wording(args) => wording::run(args),
        Command::Content(args) => content::run(args),
        Command::Token(args) => token::run(args),
        Command::Audit(args) => audit::run(args),
        Command::Backup(args) => backup::run(args),
        Command::Restore(args) => restore::run(args),
        Command::ImportWorker(args) => import_worker::run(args),
    };
    done.unwrap_or_else(|error| {
        // When not even standard error takes the message, the exit code still says it.
        let _ = writeln!(io::stderr(), "daymark: {error:#}");
        ExitCode::from(2)
    })
}

/// Says where a fault of ours is, and never its message: that may quote what a file says of a child.
fn say_place(info: &std::panic::PanicHookInfo<'_>) {
    let place = info.location().map(|at| format!("{}:{}", at.file(), at.line())).unwrap_or_default();
    let _ = writeln!(io::stderr(), "daymark: a fault of ours at {place}: please report it with this line");
}
