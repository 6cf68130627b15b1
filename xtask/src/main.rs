//! Tasks around the code, in Rust: `cargo xtask <task>`.

mod assets;

use clap::{Parser, Subcommand};

#[derive(Debug, Parser)]
#[command(about = "Tasks around the code")]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Builds style sheet, scripts and fonts from the pinned npm packages (needs Node and npm's registry).
    Assets,
}

fn main() -> anyhow::Result<()> {
    match Cli::parse().task {
        Task::Assets => assets::run(),
    }
}
