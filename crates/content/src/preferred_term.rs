//! Which word do we prefer, and which old words must still find it?

use crate::problem::{Check, Findings, Place};
use crate::section::Section;

/// A term as pages show it, with the words that people still search for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PreferredTerm {
    /// The stable key: `osce`.
    pub key: String,
    /// What pages show.
    pub term: String,
    /// What it means, in a sentence.
    pub meaning: String,
    /// Words that find it and are not shown as labels; lower case.
    pub old: Vec<String>,
    pub(crate) place: Place,
}

/// Reads `words/terms.toml`.
pub(crate) fn read(section: &mut Section<'_>) -> Vec<PreferredTerm> {
    let mut terms = Vec::new();
    for mut table in section.tables("term") {
        terms.push(PreferredTerm {
            key: table.text("key"),
            term: table.text("term"),
            meaning: table.text("meaning"),
            old: table.texts("old").into_iter().map(|old| old.text.to_lowercase()).collect(),
            place: table.place(),
        });
        table.finish();
    }
    terms
}

/// The term that a search means: by its key, the term itself or an old word. Capitals and hyphens do not matter.
pub(crate) fn find<'a>(terms: &'a [PreferredTerm], asked: &str) -> Option<&'a PreferredTerm> {
    let asked = plain(asked);
    terms.iter().find(|term| {
        plain(&term.key) == asked
            || plain(&term.term) == asked
            || term.old.iter().any(|old| plain(old) == asked)
    })
}

fn plain(text: &str) -> String {
    let spaced = text.to_lowercase().replace(['-', '_', '–'], " ");
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// References: a word finds one term only.
pub(crate) fn check_references(terms: &[PreferredTerm], findings: &Findings) {
    for (index, term) in terms.iter().enumerate() {
        for old in std::iter::once(&term.term).chain(&term.old) {
            if let Some(other) =
                terms.iter().take(index).find(|other| find(std::slice::from_ref(other), old).is_some())
            {
                findings.at(
                    &term.place,
                    Check::Duplicate,
                    format!("`{old}` already finds `{}`", other.term),
                    "let each word find one term",
                );
            }
        }
    }
}
