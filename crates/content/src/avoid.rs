//! Which phrases may our own words never hold? They blame the child or make light of what was done.
//!
//! This guards the content that we write. What practitioners write is a larger question with context and
//! quotation (`wording`); here a plain search is enough, and a phrase that must be quoted has no place.

use crate::file::ContentFile;
use crate::problem::{Check, Findings};
use crate::section::Section;

/// A phrase that our own words avoid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Avoided {
    /// The phrase, lower case.
    pub phrase: String,
    /// What to write instead.
    pub instead: String,
    /// Why.
    pub reason: String,
}

/// Reads `words/avoid.toml`.
pub(crate) fn read(section: &mut Section<'_>) -> Vec<Avoided> {
    let mut avoided = Vec::new();
    for mut table in section.tables("phrase") {
        avoided.push(Avoided {
            phrase: table.text("text"),
            instead: table.text("instead"),
            reason: table.text("reason"),
        });
        table.finish();
    }
    avoided
}

/// Words: no avoided phrase in any file but those that are about such phrases.
pub(crate) fn check(files: &[ContentFile], avoided: &[Avoided], findings: &Findings) {
    for file in files.iter().filter(|file| !is_about_phrases(file.id())) {
        let text = file.text().to_lowercase();
        for Avoided { phrase, instead, reason } in avoided.iter().filter(|a| !a.phrase.is_empty()) {
            for (start, _) in text.match_indices(phrase.as_str()) {
                if is_whole_word(&text, start, phrase.len()) {
                    let message = format!("`{phrase}`: {reason}");
                    findings.span(
                        file,
                        &(start..start),
                        Check::AvoidedPhrase,
                        message,
                        format!("write {instead}"),
                    );
                }
            }
        }
    }
}

/// The files that must name avoided phrases: this list, the words that old searches use, the wording rules.
fn is_about_phrases(id: &str) -> bool {
    matches!(id, "words/avoid" | "words/terms" | "words/guards") || id.starts_with("wording/")
}

fn is_whole_word(text: &str, start: usize, length: usize) -> bool {
    let before = text.get(..start).and_then(|t| t.chars().next_back());
    let after = text.get(start + length..).and_then(|t| t.chars().next());
    !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
}
