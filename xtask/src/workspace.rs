//! Where does the workspace lie, where does cargo build, and which commit is this?

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};

/// The profile of the demo and the browser tests (see the root `Cargo.toml`).
pub const DEMO_PROFILE: &str = "demo";

/// The workspace this task was started in.
#[derive(Debug, Clone)]
pub struct Workspace {
    /// The folder of the root `Cargo.toml`.
    pub root: PathBuf,
    /// Where cargo builds: `target`, or what `CARGO_TARGET_DIR` says.
    pub target: PathBuf,
}

impl Workspace {
    /// Asks cargo, so that every way of setting the target folder counts.
    ///
    /// # Errors
    /// When cargo does not answer.
    pub fn find() -> Result<Self> {
        let output = Command::new(cargo_program())
            .args(["metadata", "--no-deps", "--format-version", "1"])
            .output()
            .context("start cargo")?;
        ensure!(output.status.success(), "cargo metadata: {}", String::from_utf8_lossy(&output.stderr));
        let metadata: serde_json::Value =
            serde_json::from_slice(&output.stdout).context("cargo metadata wrote no JSON")?;
        let path = |field: &str| {
            let text = metadata.get(field).and_then(serde_json::Value::as_str);
            text.map(PathBuf::from).with_context(|| format!("cargo metadata does not tell `{field}`"))
        };
        Ok(Self { root: path("workspace_root")?, target: path("target_directory")? })
    }

    /// A cargo call in the workspace.
    pub fn cargo(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(cargo_program());
        command.args(arguments).current_dir(&self.root);
        command
    }

    /// The `daymark` program as a profile builds it.
    pub fn daymark(&self, profile: &str) -> PathBuf {
        let folder = if profile == "dev" { "debug" } else { profile };
        self.target.join(folder).join("daymark")
    }

    /// Builds `daymark` for the demo and the browser tests.
    ///
    /// # Errors
    /// When it does not build.
    pub fn build_daymark(&self, profile: &str) -> Result<PathBuf> {
        let build = self.cargo(&["build", "--locked", "--profile", profile, "--package", "daymark-cli"]);
        crate::child::run(build).context("build the `daymark` program")?;
        let program = self.daymark(profile);
        ensure!(program.is_file(), "the build left no {}", program.display());
        Ok(program)
    }

    /// The commit, with `+` when the work tree differs from it: every figure names what it was measured on.
    pub fn commit(&self) -> String {
        let git = |arguments: &[&str]| {
            let output = Command::new("git").args(arguments).current_dir(&self.root).output().ok()?;
            output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
        };
        let Some(commit) = git(&["rev-parse", "--short=12", "HEAD"]) else { return "unknown".to_owned() };
        let changed =
            git(&["status", "--porcelain", "--untracked-files=no"]).is_none_or(|list| !list.is_empty());
        format!("{commit}{}", if changed { "+" } else { "" })
    }

    /// A path below the root.
    pub fn join(&self, path: impl AsRef<Path>) -> PathBuf {
        self.root.join(path)
    }
}

/// The cargo that runs this task, so that a `+toolchain` stays chosen.
fn cargo_program() -> OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"))
}

/// Where a program lies on the search path, if anywhere.
pub fn program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file())
}
