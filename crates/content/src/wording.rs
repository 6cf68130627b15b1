//! Which words blame a child or make light of what was done, and when are they right? One rule a file.
//!
//! A rule names its patterns ([`pattern`]), what to write instead, why, and its guards: where the same words are
//! right. Its own sentences say what it must find, `[[marked]]`, and what it must leave alone; `daymark content check`
//! tries them with the engine of `crates/wording`.

pub mod guard_words;
pub mod pattern;

use std::collections::{BTreeMap, BTreeSet};

use crate::header::Header;
use crate::problem::{Check, Findings, Place};
use crate::section::{Located, Section};
use crate::word::words;
use guard_words::GuardWords;
use pattern::Sequence;

words! {
    /// How far a rule may be trusted.
    RuleCode {
        /// Always suggest a change.
        Always = "A";
        /// It depends on the context and may be right.
        Context = "C";
        /// Fine in quotation marks or attributed speech only.
        QuoteOnly = "Q";
    }
}

words! {
    /// What the words do.
    Severity {
        /// Dated, unclear or jargon.
        Low = "L";
        /// Makes light of the harm, or cleans it.
        Medium = "M";
        /// Blames the child, or denies the abuse.
        High = "H";
    }
}

words! {
    /// Where the same words are right.
    Guard {
        /// Inside quotation marks, or in a block of the child's own words.
        Quotes = "quotes";
        /// Denied, or named in order to criticise it.
        Negation = "negation";
        /// Part of a title or a term of art.
        Titles = "titles";
        /// Said of somebody who is not a child.
        Subject = "subject";
        /// Another sense of the words (`unless`, `unless_in_sentence`), or the child was made to.
        Domain = "domain";
        /// In a section that holds other people's words: reported, without a nudge.
        Section = "section";
        /// The author kept these words once and gave a reason.
        Accepted = "accepted";
    }
}

words! {
    /// Whom a sentence is about.
    Subject {
        /// A child.
        Child = "child";
        /// A parent, carer or relative.
        Parent = "parent";
        /// A professional, agency or service.
        Worker = "worker";
        /// Whoever harmed the child, or is suspected of it; an adult.
        Suspect = "suspect";
    }
}

/// A pattern with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    /// What it says.
    pub sequence: Sequence,
    /// As it is written.
    pub text: String,
    /// Where it stands.
    pub place: Place,
}

/// A sentence that the rule must get right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// The sentence; what must be found is `[[marked]]`.
    pub text: String,
    /// Where it stands.
    pub place: Place,
}

/// One rule.
#[derive(Debug, Clone)]
pub struct WordingRule {
    /// Its short name in findings: `p24`, `s1`.
    pub rule: String,
    /// What it looks for, in a few words.
    pub name: String,
    /// How far it may be trusted.
    pub code: RuleCode,
    /// What the words do.
    pub severity: Severity,
    /// What to write instead, best first.
    pub suggestions: Vec<String>,
    /// Why.
    pub reason: String,
    /// Where the same words are right.
    pub guards: BTreeSet<Guard>,
    /// Of whom the words must be said; only with [`Guard::Subject`].
    pub subjects: BTreeSet<Subject>,
    /// The words are something that a child did; a child who was made to do it is left alone ([`Guard::Domain`]).
    pub act: bool,
    /// What it looks for.
    pub patterns: Vec<Pattern>,
    /// Another sense: nothing is found where one of these touches it.
    pub unless: Vec<Pattern>,
    /// Another sense: nothing is found in a sentence that holds one of these.
    pub unless_in_sentence: Vec<Pattern>,
    /// Nothing is found in a sentence that holds none of these.
    pub needs_in_sentence: Vec<Pattern>,
    /// Sentences in which it must find what is marked.
    pub found: Vec<Example>,
    /// Sentences in which it must find nothing.
    pub not_found: Vec<Example>,
    /// Version, owner, dates and sources.
    pub header: Header,
    pub(crate) place: Place,
}

/// Reads `wording/<slug>.toml`.
pub(crate) fn read(section: &mut Section<'_>, header: Header) -> Option<WordingRule> {
    let examples = |texts: Vec<Located>| -> Vec<Example> {
        texts.into_iter().map(|located| Example { text: located.text, place: located.place }).collect()
    };
    let rule = section.text("rule");
    let name = section.text("name");
    let (code, severity) = (section.word("code"), section.word("severity"));
    let suggestions: Vec<String> = section.texts("suggest").into_iter().map(|s| s.text).collect();
    let reason = section.text("reason");
    let guards = section.word_set("guards");
    let subjects: BTreeSet<Subject> = section.word_set("subjects");
    let act = section.flag("act");
    let patterns = patterns(section, "patterns");
    let unless = self::patterns(section, "unless");
    let unless_in_sentence = self::patterns(section, "unless_in_sentence");
    let needs_in_sentence = self::patterns(section, "needs_in_sentence");
    let found = examples(section.texts("found"));
    let not_found = examples(section.texts("not_found"));
    for (key, missing) in [
        ("suggest", suggestions.is_empty()),
        ("patterns", patterns.is_empty()),
        ("found", found.is_empty()),
        ("not_found", not_found.is_empty()),
    ] {
        if missing {
            section.refuse(
                key,
                Check::MissingKey,
                format!("`{key}` is missing or empty"),
                format!("write at least one: {key} = [\"…\"]"),
            );
        }
    }
    for example in found.iter().filter(|example| !example.text.contains("[[")) {
        section.refuse_at(
            &example.place,
            Check::WrongKind,
            "nothing is marked in this sentence",
            "mark what must be found: `She is [[putting herself at risk]].`",
        );
    }
    Some(WordingRule {
        rule,
        name,
        code: code?,
        severity: severity?,
        suggestions,
        reason,
        guards,
        subjects: if subjects.is_empty() { BTreeSet::from([Subject::Child]) } else { subjects },
        act,
        patterns,
        unless,
        unless_in_sentence,
        needs_in_sentence,
        found,
        not_found,
        place: section.place(),
        header,
    })
}

/// Reads a list of patterns; one that cannot be read is a finding at its very character.
pub(crate) fn patterns(section: &mut Section<'_>, key: &'static str) -> Vec<Pattern> {
    let mut patterns = Vec::new();
    for located in section.texts(key) {
        match pattern::parse(&located.text) {
            Ok(sequence) => patterns.push(Pattern { sequence, text: located.text, place: located.place }),
            Err(error) => {
                let place = Place { column: located.place.column + 1 + error.at, ..located.place };
                section.refuse_at(&place, Check::Pattern, error.message, error.hint);
            }
        }
    }
    patterns
}

/// References: every slot is built in or a set, and every rule's short name is its own.
pub(crate) fn check_references(
    rules: &BTreeMap<String, WordingRule>,
    guards: &GuardWords,
    findings: &Findings,
) {
    let all = rules.values().flat_map(|rule| {
        let further = rule.unless.iter().chain(&rule.unless_in_sentence).chain(&rule.needs_in_sentence);
        rule.patterns.iter().chain(further)
    });
    for pattern in all.chain(guards.patterns()) {
        for slot in pattern::slots(&pattern.sequence) {
            if !pattern::BUILT_IN.contains(&slot) && !guards.sets.iter().any(|set| set.name == slot) {
                findings.at(
                    &pattern.place,
                    Check::MissingReference,
                    format!("there is no slot or set `{{{slot}}}`"),
                    "use one of `words/guards.toml`, or add it there",
                );
            }
        }
    }
}
