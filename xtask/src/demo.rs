//! `cargo xtask demo`: builds Daymark, invents a region and serves it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context as _, Result, ensure};

use crate::workspace::{DEMO_PROFILE, Workspace, program};
use crate::{browser, child, console};

/// What `cargo xtask demo` is asked.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  cargo xtask demo --listen 127.0.0.1:9000 --reports 2000")]
pub struct Args {
    /// Where to listen.
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: String,
    /// Where the invented region is kept; it must be empty or absent. Without it: a folder that goes with the demo.
    #[arg(long)]
    data: Option<PathBuf>,
    /// How many reports to invent; the program's own number unless given.
    #[arg(long)]
    reports: Option<u32>,
}

/// Builds and serves until ctrl-c.
///
/// # Errors
/// When something does not build, or the folder holds anything.
pub fn run(args: &Args) -> Result<ExitCode> {
    let workspace = Workspace::find()?;
    if let Some(data) = &args.data {
        ensure!(is_empty(data)?, "{} holds something already: name an empty or a new folder", data.display());
    }
    look(&workspace);
    console::say("building Daymark; the first time this takes a quarter of an hour on two cores");
    let daymark = workspace.build_daymark(DEMO_PROFILE)?;

    let passing = tempfile::tempdir().context("make a folder for the invented region")?;
    let data = args.data.clone().unwrap_or_else(|| passing.path().join("daymark-data"));
    let mut serve = Command::new(daymark);
    serve.args(["serve", "--sample", "--listen", &args.listen]).arg("--data").arg(data);
    if let Some(reports) = args.reports {
        serve.args(["--reports", &reports.to_string()]);
    }
    let server = serve.stdin(Stdio::null()).spawn().context("start `daymark serve`")?;
    match child::wait(server) {
        Ok(status) => Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE }),
        // Ctrl-c is how a demo ends.
        Err(_) if child::asked_to_stop() => Ok(ExitCode::SUCCESS),
        Err(error) => Err(error),
    }
}

/// The demo works without Node, and without the registry: it then looks plain, and says so.
fn look(workspace: &Workspace) {
    const PLAIN: &str = "the demo uses the plain look (it works the same)";
    if program("npm").is_none() {
        console::say(format_args!("no Node and npm here: {PLAIN}"));
    } else if let Err(error) = browser::build_look(workspace) {
        console::warn(format_args!("style sheet and fonts could not be built: {error:#}"));
        console::say(PLAIN);
    }
}

fn is_empty(folder: &Path) -> Result<bool> {
    if !folder.exists() {
        return Ok(true);
    }
    let mut entries = fs::read_dir(folder).with_context(|| format!("look into {}", folder.display()))?;
    Ok(entries.next().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_empty_folder_is_filled() {
        let folder = tempfile::tempdir().expect("a folder");
        assert!(is_empty(folder.path()).expect("readable"));
        assert!(is_empty(&folder.path().join("absent")).expect("absent"));
        fs::write(folder.path().join("something"), "x").expect("written");
        assert!(!is_empty(folder.path()).expect("readable"));
    }
}
