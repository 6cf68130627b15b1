//! Where do authored files come from, and which line is byte 812?

use std::fs;
use std::path::Path;

use rust_embed::RustEmbed;

use crate::problem::{Check, Findings, Place};

/// The folder `content/` as it was when the binary was built (a debug build reads it as it is now).
#[derive(RustEmbed)]
#[folder = "../../content"]
#[include = "*.toml"]
#[include = "*.md"]
#[exclude = "bad/*"]
struct Embedded;

/// Folders of `content/` that are not part of what Daymark shows: examples for tests.
const NOT_SHOWN: &[&str] = &["bad/", "harmless/"];

/// The folder that embedded files are shown in.
pub(crate) const EMBEDDED: &str = "content";

/// How to write content: for those who do, not for those who read it.
const FOR_AUTHORS: &str = "README.md";

/// One authored file.
#[derive(Debug, Clone)]
pub(crate) struct ContentFile {
    /// Path below the content folder, with `/`: `record/child.toml`.
    pub path: String,
    /// The path that the editor knows: `content/record/child.toml`.
    shown: String,
    /// The text.
    text: String,
    /// Where each line begins.
    line_starts: Vec<usize>,
}

impl ContentFile {
    /// A file below `folder`.
    pub fn new(folder: &str, path: &str, text: String) -> Self {
        let after_breaks = text.match_indices('\n').map(|(at, _)| at + 1);
        let line_starts = std::iter::once(0).chain(after_breaks).collect();
        Self { path: path.to_owned(), shown: format!("{folder}/{path}"), text, line_starts }
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The id that the file must carry: its path without the ending.
    pub fn id(&self) -> &str {
        self.path.rsplit_once('.').map_or(&self.path, |(stem, _)| stem)
    }

    /// The line and column of a byte.
    pub fn place(&self, byte: usize) -> Place {
        let line = self.line_starts.partition_point(|start| *start <= byte);
        let start = self.line_starts.get(line.saturating_sub(1)).copied().unwrap_or(0);
        let column = self.text.get(start..byte).map_or(0, |before| before.chars().count()) + 1;
        Place { file: self.shown.clone(), line, column }
    }
}

/// The lists of selectors that say nothing about an offender, which `exchange` reads: path below `content/` and text.
pub fn harmless_lists() -> Vec<(String, String)> {
    let mut lists: Vec<(String, String)> = Embedded::iter()
        .filter(|path| path.starts_with("harmless/"))
        .filter_map(|path| {
            let file = Embedded::get(&path)?;
            Some((path.to_string(), String::from_utf8_lossy(&file.data).into_owned()))
        })
        .collect();
    lists.sort();
    lists
}

/// The embedded files, by path.
pub(crate) fn embedded() -> Vec<ContentFile> {
    let mut files: Vec<ContentFile> = Embedded::iter()
        .filter(|path| is_shown(path))
        .filter_map(|path| {
            let data = Embedded::get(&path)?.data;
            let text = String::from_utf8_lossy(&data).into_owned();
            Some(ContentFile::new(EMBEDDED, &path, text))
        })
        .collect();
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

/// The files below a folder, by path. Whatever cannot be read is a finding.
pub(crate) fn in_dir(dir: &Path, findings: &Findings) -> Vec<ContentFile> {
    let folder = &shown(dir);
    let mut files = Vec::new();
    let mut waiting = vec![String::new()];
    while let Some(below) = waiting.pop() {
        let entries = match fs::read_dir(dir.join(&below)) {
            Ok(entries) => entries,
            Err(error) => {
                unreadable(findings, &format!("{folder}/{below}"), &error);
                continue;
            }
        };
        for entry in entries.flatten() {
            let Ok(name) = entry.file_name().into_string() else { continue };
            if name.starts_with('.') {
                continue;
            }
            let path = format!("{below}{name}");
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                if is_shown(&format!("{path}/")) {
                    waiting.push(format!("{path}/"));
                }
                continue;
            }
            if !is_shown(&path) {
                continue;
            }
            match fs::read_to_string(entry.path()) {
                Ok(text) => files.push(ContentFile::new(folder, &path, text)),
                Err(error) => unreadable(findings, &format!("{folder}/{path}"), &error),
            }
        }
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

/// A folder as its editor knows it.
pub(crate) fn shown(dir: &Path) -> String {
    dir.display().to_string().trim_end_matches('/').to_owned()
}

/// Notes that there is nothing to read.
pub(crate) fn not_a_folder(dir: &Path, findings: &Findings) {
    let place = Place { file: shown(dir), line: 1, column: 1 };
    findings.at(&place, Check::UnreadFile, "there is no such folder", "name the folder that holds `record/`");
}

fn is_shown(path: &str) -> bool {
    path != FOR_AUTHORS && !NOT_SHOWN.iter().any(|folder| path.starts_with(folder))
}

fn unreadable(findings: &Findings, file: &str, error: &std::io::Error) {
    let place = Place { file: file.trim_end_matches('/').to_owned(), line: 1, column: 1 };
    findings.at(
        &place,
        Check::UnreadFile,
        format!("cannot be read: {error}"),
        "check that it exists and holds UTF-8 text",
    );
}
