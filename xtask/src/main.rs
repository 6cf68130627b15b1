//! Tasks around the code, in Rust: `cargo xtask <task>`.

mod assets;
mod bench;
mod browser;
mod child;
mod console;
mod deep;
mod demo;
mod figures;
mod generate;
mod invented;
mod kill_loop;
mod packages;
mod postgres;
mod reports_api;
mod server;
mod shots;
mod step;
mod test;
mod test_counts;
mod tidy;
mod visitor;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Debug, Parser)]
#[command(name = "cargo xtask", about = "Tasks around the code")]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Builds Daymark, invents a region and serves it: the place to look around.
    Demo(demo::Args),
    /// Runs everything that CI runs, and says how long each step took.
    Test(test::Args),
    /// Runs the long tests and leaves their result files in `reports/`.
    Deep(deep::Args),
    /// Measures: `linkage`, `watch`, `web` or `wording`; `--write` puts the figures into `docs/benchmarks.md`.
    Bench(bench::Args),
    /// Builds style sheet, scripts and fonts from the pinned npm packages (needs Node and npm's registry).
    Assets,
    /// Writes anew the committed files that are made from the code.
    Generate(generate::Args),
    /// Looks for what no compiler finds: long files, inline styles, ignored tests, threats without a test.
    Tidy,
    /// Takes a picture of every page at 1280 and 390 pixels, into `target/shots`.
    Shots(shots::Args),
}

fn main() -> ExitCode {
    let task = Cli::parse().task;
    if let Err(error) = child::watch_for_signals() {
        console::warn(format_args!("ctrl-c will not clean up: {error}"));
    }
    let done = match task {
        Task::Demo(args) => demo::run(&args),
        Task::Test(args) => test::run(&args),
        Task::Deep(args) => deep::run(&args),
        Task::Bench(args) => bench::run(&args),
        Task::Assets => assets::run().map(|()| ExitCode::SUCCESS),
        Task::Generate(args) => generate::run(&args),
        Task::Tidy => tidy::run(),
        Task::Shots(args) => shots::run(&args),
    };
    done.unwrap_or_else(|error| {
        console::warn(format_args!("{error:#}"));
        ExitCode::FAILURE
    })
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    /// `just` lists every task, so that nobody needs to read this crate to find one.
    #[test]
    fn just_lists_every_task() {
        let justfile = include_str!("../../justfile");
        for task in super::Cli::command().get_subcommands() {
            let call = format!("cargo xtask {}", task.get_name());
            assert!(justfile.contains(&call), "the justfile does not hold `{call}`");
        }
    }
}
