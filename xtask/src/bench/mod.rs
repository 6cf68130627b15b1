//! `cargo xtask bench`: figures, each from a command that anybody can repeat.

mod import;
mod linkage;
mod measured;
mod regions;
mod watch;
mod web;
mod web_pages;
mod wording;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::Subcommand;

use crate::console::say;
use crate::figures::{write_result, write_section};
use crate::workspace::{DEMO_PROFILE, Workspace};

/// What `cargo xtask bench` is asked.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Finds the same entities in benchmark records; scores pairs and pools against the truth.
    Linkage(Data),
    /// Invents regions and links them; scores pairs, pools and stated probabilities against their truth.
    #[command(
        after_help = "Example:\n  cargo xtask bench regions --reports 5000,20000 --seeds 101,102,103 --write"
    )]
    Regions(regions::Args),
    /// Judges simulated series; scores alarms against the injected outbreaks.
    Watch(Data),
    /// Imports an invented region, agency by agency, through the real store.
    #[command(after_help = "Example:\n  cargo xtask bench import --reports 100000 --write")]
    Import(import::Args),
    /// Asks for pages over loopback with many clients; latency for each page.
    #[command(after_help = "Example:\n  cargo xtask bench web --seconds 30 --clients 16 --rate 300")]
    Web(web::Args),
    /// Checks marked sentences for blaming words; precision and recall of each rule, and the time for 10,000 words.
    Wording(wording::Args),
}

/// Where the benchmark data lie.
#[derive(Debug, clap::Args)]
pub struct Data {
    /// The folder of the data sets and scorers; they are not part of this repository.
    #[arg(long)]
    data: Option<PathBuf>,
    /// Measure this program instead of building one.
    #[arg(long)]
    program: Option<PathBuf>,
    /// Only data sets or methods whose name contains this.
    #[arg(long)]
    only: Option<String>,
    /// Put the figures into `docs/benchmarks.md`.
    #[arg(long)]
    write: bool,
}

/// A finished measurement.
#[derive(Debug)]
pub struct Figures {
    /// `import`, `linkage`, `watch`, `web` or `wording`.
    name: &'static str,
    /// The call that repeats it.
    command: String,
    /// For people.
    table: String,
    /// For programs.
    result: serde_json::Value,
}

/// Measures, prints and writes.
///
/// # Errors
/// When a program under measurement or a scorer fails.
pub fn run(args: &Args) -> Result<ExitCode> {
    let workspace = Workspace::find()?;
    let (figures, write) = match &args.what {
        What::Linkage(data) => (linkage::run(&workspace, data)?, data.write),
        What::Watch(data) => (watch::run(&workspace, data)?, data.write),
        What::Import(args) => (Some(import::run(&workspace, args)?), args.write),
        What::Regions(args) => (Some(regions::run(&workspace, args)?), args.write),
        What::Web(args) => (Some(web::run(&workspace, args)?), args.write),
        What::Wording(args) => (Some(wording::run(&workspace, args)?), args.write),
    };
    // Without the data nothing is measured; what is missing has been said.
    let Some(figures) = figures else { return Ok(ExitCode::FAILURE) };
    say(format_args!("\n{}", figures.table));
    let file = workspace.join(format!("target/bench/{}.json", figures.name));
    write_result(&workspace, &file, figures.result)?;
    if write {
        write_section(&workspace, figures.name, &figures.command, &figures.table)?;
    }
    Ok(ExitCode::SUCCESS)
}

impl Data {
    /// The folder of one kind of benchmark, if its data are here.
    fn folder(&self, workspace: &Workspace, kind: &str) -> Option<PathBuf> {
        let folder = self.data.clone().unwrap_or_else(|| workspace.join("../shared/bench").join(kind));
        if folder.is_dir() {
            return Some(folder);
        }
        say(format_args!(
            "skipped: no benchmark data in {}; name their folder with --data (docs/benchmarks.md says what they are)",
            folder.display()
        ));
        None
    }

    fn program(&self, workspace: &Workspace) -> Result<PathBuf> {
        self.program.clone().map_or_else(|| workspace.build_daymark(DEMO_PROFILE), Ok)
    }

    fn wants(&self, name: &str) -> bool {
        self.only.as_deref().is_none_or(|part| name.contains(part))
    }
}
