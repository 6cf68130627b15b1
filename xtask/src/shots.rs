//! `cargo xtask shots`: pictures of every page, for people who judge how it looks, and those of README.md.

use std::process::ExitCode;

use anyhow::{Result, ensure};

use crate::packages::{self, Need};
use crate::workspace::{DEMO_PROFILE, Workspace};
use crate::{browser, child, console};

/// What `cargo xtask shots` is asked.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  cargo xtask shots trends cases\n  cargo xtask shots --readme\n\nThe pages are named in e2e/pages.mjs."
)]
pub struct Args {
    /// Names of pages; all of them unless given.
    pages: Vec<String>,
    /// Takes anew the few pictures that README.md shows, into `docs/screens/`.
    #[arg(long, conflicts_with = "pages")]
    readme: bool,
}

/// Takes the pictures.
///
/// # Errors
/// When Node or Chromium is missing, the program does not build, or a page does not answer.
pub fn run(args: &Args) -> Result<ExitCode> {
    let workspace = Workspace::find()?;
    packages::provide(&[Need::Node, Need::Chromium, Need::Fonts], true)?;
    browser::install(&workspace)?;
    browser::build_look(&workspace)?;
    let daymark = workspace.build_daymark(DEMO_PROFILE)?;
    // All of them show invented data only. Those of README.md are committed, the others lie in `target/`, ignored.
    let folder = workspace.join(if args.readme { "docs/screens" } else { "target/shots" });
    std::fs::create_dir_all(&folder)?;
    let mut shots = browser::script(&workspace, "shots.mjs", &daymark)?;
    shots.env("DAYMARK_SHOTS", &folder).args(&args.pages);
    if args.readme {
        shots.arg("--readme");
    }
    child::run(shots)?;
    let n_pictures = std::fs::read_dir(&folder)?.count();
    ensure!(n_pictures > 0, "no picture was taken");
    console::say(format_args!("{n_pictures} pictures in {}", folder.display()));
    Ok(ExitCode::SUCCESS)
}
