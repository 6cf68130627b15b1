//! Reads the lists of selectors that say nothing about an offender (`content/harmless/*.toml`).

use daymark_vocab::selector::{Harmless, HarmlessEffect, Reason, SelectorKind};
use serde::Deserialize;

use crate::problem::Problem;

/// One authored list.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    id: String,
    status: Status,
    version: u32,
    owner: String,
    effect: String,
    why: String,
    #[serde(default)]
    verified_on: Option<toml::value::Datetime>,
    #[serde(default)]
    review_due: Option<toml::value::Datetime>,
    sources: Vec<Source>,
    entries: Vec<Entry>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Status {
    Draft,
    Live,
    Retired,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Source {
    name: String,
    year: u16,
    #[serde(default, rename = "part")]
    _part: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    whose: String,
    kind: String,
    value: String,
    #[serde(default)]
    platform: Option<String>,
}

/// What came of the lists.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReadHarmless {
    /// The live lists, ready to ask.
    pub harmless: Harmless,
    /// Per file, all problems.
    pub problems: Vec<(String, Problem)>,
}

/// Reads lists. Drafts and retired lists are checked and left out.
///
/// - `files`: path below `content/` and text of each.
pub fn read_harmless(files: &[(&str, &str)]) -> ReadHarmless {
    let mut read = ReadHarmless::default();
    for (path, text) in files {
        let mut problem = |line: u64, message: String, hint: &str| {
            read.problems.push(((*path).to_owned(), Problem::of_line(line, message, hint)));
        };
        let list: List = match toml::from_str(text) {
            Ok(list) => list,
            Err(error) => {
                let at = error.span().map_or(0, |span| span.start);
                let before = text.get(..at).unwrap_or_default();
                let line = 1 + before.bytes().filter(|b| *b == b'\n').count() as u64;
                problem(
                    line,
                    error.message().to_owned(),
                    "compare it with the other lists in `content/harmless/`",
                );
                continue;
            }
        };
        if format!("{}.toml", list.id) != *path {
            problem(1, "the id does not equal the path".to_owned(), "write the path without `.toml`");
        }
        if list.sources.iter().any(|s| s.name.is_empty() || s.year < 1990) || list.sources.is_empty() {
            problem(
                1,
                "a source has no name or no year".to_owned(),
                "name where each entry can be looked up",
            );
        }
        if list.owner.is_empty() || list.why.is_empty() || list.version == 0 {
            problem(
                1,
                "owner, why and version must be filled in".to_owned(),
                "say who looks after the list, and why",
            );
        }
        if list.status == Status::Live && list.verified_on.is_none() && list.review_due.is_none() {
            problem(1, "neither verified nor due for review".to_owned(), "add `review_due`");
        }
        let Ok(effect) = list.effect.parse::<HarmlessEffect>() else {
            problem(1, "not an effect".to_owned(), "use `no-link` or `note`");
            continue;
        };
        for entry in &list.entries {
            let reason =
                Reason { list: list.id.clone(), version: list.version, effect, whose: entry.whose.clone() };
            let mut spare = Harmless::default();
            let target = if list.status == Status::Live { &mut read.harmless } else { &mut spare };
            let added = match (entry.kind.as_str(), entry.kind.parse::<SelectorKind>()) {
                ("domain", _) => target.add_domain(&entry.value, reason).map_err(|e| e.to_string()),
                (_, Ok(kind)) => target
                    .add(kind, entry.platform.as_deref(), &entry.value, reason)
                    .map_err(|e| e.to_string()),
                (_, Err(error)) => Err(error.to_string()),
            };
            if let Err(message) = added {
                let line =
                    text.lines().position(|line| line.contains(&entry.value)).map_or(0, |at| at as u64 + 1);
                problem(line, format!("{}: {message}", entry.whose), "repair the entry");
            }
        }
    }
    read
}
