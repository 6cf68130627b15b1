//! What do the tests need beside Rust, what of it is missing, and how does one get it?
//!
//! On a Debian-like machine, as root, what is missing is installed with `apt-get`; anywhere else the message names it.

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::child;
use crate::console::say;
use crate::postgres::Postgres;
use crate::workspace::program;

/// Something outside cargo that a step needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// PostgreSQL 15 or later, for the half of the tests that runs on it.
    Postgres,
    /// Chromium, for the browser tests.
    Chromium,
    /// Fonts, without which Chromium draws boxes.
    Fonts,
    /// Node and npm, for the browser tests and the real look.
    Node,
}

impl Need {
    fn is_met(self) -> bool {
        match self {
            Self::Postgres => Postgres::programs().is_some(),
            Self::Chromium => chromium().is_some(),
            Self::Fonts => {
                let folders = ["liberation", "liberation2", "dejavu"];
                let debian = folders.iter().any(|f| Path::new("/usr/share/fonts/truetype").join(f).is_dir());
                debian || !Path::new("/etc/debian_version").is_file()
            }
            Self::Node => program("node").is_some() && program("npm").is_some(),
        }
    }

    const fn debian_packages(self) -> &'static [&'static str] {
        match self {
            Self::Postgres => &["postgresql"],
            Self::Chromium => &["chromium"],
            Self::Fonts => &["fonts-liberation", "fonts-dejavu-core"],
            Self::Node => &["nodejs", "npm"],
        }
    }

    const fn words(self) -> &'static str {
        match self {
            Self::Postgres => "PostgreSQL 15 or later (`postgres`, `initdb`, `createuser`)",
            Self::Chromium => "Chromium",
            Self::Fonts => "fonts (Liberation or DejaVu)",
            Self::Node => "Node 20 or later with npm",
        }
    }
}

/// Chromium, under any of its names.
pub fn chromium() -> Option<std::path::PathBuf> {
    ["chromium", "chromium-browser", "google-chrome"].iter().find_map(|name| program(name))
}

/// Installs what is missing, or says exactly what to install.
///
/// # Errors
/// When something is missing still.
pub fn provide(needs: &[Need], may_install: bool) -> Result<()> {
    let missing = || needs.iter().copied().filter(|need| !need.is_met()).collect::<Vec<_>>();
    let before = missing();
    if before.is_empty() {
        return Ok(());
    }
    let packages: Vec<&str> = before.iter().flat_map(|need| need.debian_packages()).copied().collect();
    if may_install && program("apt-get").is_some() && is_root() {
        say(format_args!("installing {}", packages.join(" ")));
        install(&packages)?;
    }
    let after = missing();
    if after.is_empty() {
        return Ok(());
    }
    let names: Vec<&str> = after.iter().map(|need| need.words()).collect();
    bail!("missing: {}. On Debian or Ubuntu: sudo apt-get install {}", names.join(", "), packages.join(" "))
}

/// Lists are fetched only when an install without them fails: they may be fresh, or there may be none yet.
fn install(packages: &[&str]) -> Result<()> {
    let apt = |arguments: &[&str]| {
        let mut command = Command::new("apt-get");
        command.env("DEBIAN_FRONTEND", "noninteractive").arg("-qq").args(arguments);
        command
    };
    let wanted = || {
        let mut command = apt(&["install", "--yes", "--no-install-recommends"]);
        command.args(packages);
        command
    };
    if child::run(wanted()).is_ok() {
        return Ok(());
    }
    child::run(apt(&["update"])).context("fetch the lists of Debian's packages")?;
    child::run(wanted()).context("install Debian's packages")
}

/// Whether this is root: it may install, and PostgreSQL refuses it.
pub fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output();
    id.is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}
