//! How do the tests in `e2e/` get their packages, their browser and their server?

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::workspace::Workspace;
use crate::{assets, child, packages};

/// Installs `e2e/`'s pinned packages; they bring no browser, and none is fetched.
///
/// # Errors
/// When npm fails.
pub fn install(workspace: &Workspace) -> Result<()> {
    let folder = workspace.join("e2e");
    if is_newer(
        &folder.join("node_modules/.package-lock.json"),
        &[folder.join("package-lock.json").as_path()],
    ) {
        return Ok(());
    }
    let mut npm = Command::new("npm");
    npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]).current_dir(&folder);
    child::run(npm).context("install the packages of the browser tests")
}

/// A script of `e2e/`, with the program it starts and the browser it drives.
///
/// # Errors
/// When there is no Chromium.
pub fn script(workspace: &Workspace, name: &str, daymark: &Path) -> Result<Command> {
    let chromium = packages::chromium().context("there is no Chromium")?;
    let mut node = Command::new("node");
    node.arg(name).current_dir(workspace.join("e2e"));
    node.env("DAYMARK_BIN", daymark).env("DAYMARK_CHROMIUM", chromium);
    Ok(node)
}

/// Builds the real look unless what is built is newer than everything it is made from.
///
/// # Errors
/// When npm or the rewriting fails.
pub fn build_look(workspace: &Workspace) -> Result<()> {
    let made = workspace.join("crates/web/assets/built/manifest.json");
    let from =
        ["package.json", "package-lock.json", "crates/web/assets/govuk_entry.mjs", "xtask/src/assets.rs"];
    let from: Vec<_> = from.iter().map(|path| workspace.join(path)).collect();
    if is_newer(&made, &from.iter().map(AsRef::as_ref).collect::<Vec<_>>()) {
        return Ok(());
    }
    assets::run()
}

/// Whether a file is there and younger than every file it is made from.
fn is_newer(made: &Path, from: &[&Path]) -> bool {
    let time = |path: &Path| fs::metadata(path).and_then(|metadata| metadata.modified()).ok();
    time(made).is_some_and(|made| from.iter().all(|path| time(path).is_some_and(|from| from < made)))
}
