//! Which words tell that blaming words are right where they stand? The lists behind the guards.

use super::Pattern;
use super::pattern::{self, Sequence};
use crate::problem::{Check, Place};
use crate::section::{Located, Section};

/// A named set of words that patterns use as a slot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WordSet {
    /// The name between the braces.
    pub name: String,
    /// What it stands for.
    pub sequence: Sequence,
}

/// The lists behind the guards: `words/guards.toml`.
#[derive(Debug, Clone, Default)]
pub struct GuardWords {
    /// Words that deny what follows in their clause.
    pub negations: Vec<String>,
    /// Words that begin a clause of their own.
    pub clause_words: Vec<String>,
    /// Words between which and a noun the noun is not the one who acts: `by the carer`.
    pub prepositions: Vec<String>,
    /// Verbs after which a noun is not the one who acts (`told the teacher`), and after which a pronoun is the child
    /// (`mum said she …`).
    pub telling: Vec<String>,
    /// Nouns for a child.
    pub child: Vec<String>,
    /// Nouns for whoever harmed, or an adult unknown to the child.
    pub suspect: Vec<String>,
    /// Nouns for professionals, agencies, services and companies.
    pub worker: Vec<String>,
    /// Nouns for parents and relatives.
    pub parent: Vec<String>,
    /// Nouns that are feminine; `masculine` alike.
    pub feminine: Vec<String>,
    /// Nouns that are masculine.
    pub masculine: Vec<String>,
    /// What stands before the name of somebody who is not a child: `Ms`, `PC`.
    pub name_titles: Vec<String>,
    /// Words that begin a sentence with a capital and are no names.
    pub not_names: Vec<String>,
    /// Headings of a child's own words: `Child’s words:`.
    pub child_voice: Vec<String>,
    /// What shows that the sentence criticises the words.
    pub critique: Vec<Pattern>,
    /// What shows that the child was made to.
    pub made_to: Vec<Pattern>,
    /// Titles and terms of art.
    pub titles: Vec<Pattern>,
    /// Sets of words that patterns name.
    pub sets: Vec<WordSet>,
}

impl GuardWords {
    pub(crate) fn patterns(&self) -> impl Iterator<Item = &Pattern> {
        self.critique.iter().chain(&self.made_to).chain(&self.titles)
    }
}

/// Reads `words/guards.toml`.
pub(crate) fn read(section: &mut Section<'_>) -> GuardWords {
    let plain = |texts: Vec<Located>| -> Vec<String> { texts.into_iter().map(|text| text.text).collect() };
    let mut words = GuardWords {
        negations: plain(section.texts("negations")),
        clause_words: plain(section.texts("clause_words")),
        prepositions: plain(section.texts("prepositions")),
        telling: plain(section.texts("telling")),
        child: plain(section.texts("child")),
        suspect: plain(section.texts("suspect")),
        worker: plain(section.texts("worker")),
        parent: plain(section.texts("parent")),
        feminine: plain(section.texts("feminine")),
        masculine: plain(section.texts("masculine")),
        name_titles: plain(section.texts("name_titles")),
        not_names: plain(section.texts("not_names")),
        child_voice: plain(section.texts("child_voice")),
        critique: super::patterns(section, "critique"),
        made_to: super::patterns(section, "made_to"),
        titles: super::patterns(section, "titles"),
        sets: Vec::new(),
    };
    for mut table in section.tables("set") {
        let (name, text) = (table.text("name"), table.text("pattern"));
        let place = table.place_of("pattern");
        match pattern::parse_set(&text) {
            Ok(sequence) => {
                let later = pattern::slots(&sequence).into_iter().find(|slot| {
                    !pattern::BUILT_IN.contains(slot) && !words.sets.iter().any(|set| set.name == *slot)
                });
                if let Some(later) = later {
                    table.refuse_at(
                        &place,
                        Check::MissingReference,
                        format!("the set `{name}` uses `{{{later}}}`, which does not stand before it"),
                        "move the set that it uses above it",
                    );
                } else {
                    words.sets.push(WordSet { name, sequence });
                }
            }
            Err(error) => {
                let place = Place { column: place.column + 1 + error.at, ..place };
                table.refuse_at(&place, Check::Pattern, error.message, error.hint);
            }
        }
        table.finish();
    }
    words
}
