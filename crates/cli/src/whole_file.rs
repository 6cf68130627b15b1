//! Files that are read and written whole; `-` is standard input or output.

use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;

pub fn read_whole(path: &Path) -> anyhow::Result<String> {
    let mut text = String::new();
    if path == Path::new("-") {
        io::stdin().read_to_string(&mut text).context("standard input cannot be read as UTF-8")?;
    } else {
        text = fs::read_to_string(path)
            .with_context(|| format!("{} cannot be read as UTF-8", path.display()))?;
    }
    Ok(text)
}

/// Writes a file whole or not at all: to a file beside it, then in its place.
pub fn write_whole(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    if path == Path::new("-") {
        return io::stdout().write_all(bytes).context("standard output cannot be written");
    }
    let mut beside = path.as_os_str().to_owned();
    beside.push(".partial");
    let beside = PathBuf::from(beside);
    let written = fs::write(&beside, bytes).and_then(|()| fs::rename(&beside, path));
    if written.is_err() {
        drop(fs::remove_file(&beside));
    }
    written.with_context(|| format!("{} cannot be written", path.display()))
}
