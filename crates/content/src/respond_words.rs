//! Which words stand around a plan: the names of urgencies and people, the last sentence, the next look?

use crate::fact::{Asker, When, read_when};
use crate::route::{Doer, Urgency};
use crate::rule::Before;
use crate::section::Section;

/// A sentence for each who asks.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sentences {
    /// For a child.
    pub child: String,
    /// For a parent or carer.
    pub parent_or_carer: String,
    /// For a professional.
    pub professional: String,
}

impl Sentences {
    /// The one for who asks.
    pub fn for_asker(&self, asker: Asker) -> &str {
        match asker {
            Asker::Child => &self.child,
            Asker::ParentOrCarer => &self.parent_or_carer,
            Asker::Professional => &self.professional,
        }
    }
}

/// When to look again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FollowUpWords {
    /// Not later than this many hours from now.
    pub within_hours: u32,
    /// The sentence.
    pub sentence: Sentences,
    /// When it is the one; the first that holds is taken.
    pub when: When,
}

/// The words of `words/respond.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RespondWords {
    /// The last sentence of every plan.
    pub not_your_fault: Sentences,
    /// When to look again, most pressing first.
    pub follow_up: Vec<FollowUpWords>,
    urgency: Vec<(Urgency, String)>,
    doer: Vec<(Doer, String)>,
    before: Vec<(Before, String)>,
}

impl RespondWords {
    /// How soon, in words: `Today`.
    pub fn urgency(&self, urgency: Urgency) -> &str {
        self.urgency.iter().find(|(known, _)| *known == urgency).map_or(urgency.code(), |(_, words)| words)
    }

    /// Who, in words: `The child, with somebody beside them`.
    pub fn doer(&self, doer: Doer) -> &str {
        self.doer.iter().find(|(known, _)| *known == doer).map_or(doer.code(), |(_, words)| words)
    }

    /// What comes first, in words.
    pub fn before(&self, before: Before) -> &str {
        self.before.iter().find(|(known, _)| *known == before).map_or(before.code(), |(_, words)| words)
    }
}

/// Reads `words/respond.toml`.
pub(crate) fn read(section: &mut Section<'_>) -> RespondWords {
    let not_your_fault = read_sentences(section, "not_your_fault");
    let mut follow_up = Vec::new();
    for mut table in section.tables("follow_up") {
        follow_up.push(FollowUpWords {
            within_hours: table.number("within_hours").unwrap_or(24),
            sentence: read_sentences(&mut table, "sentence"),
            when: read_when(&mut table, "when"),
        });
        table.finish();
    }
    let mut words = RespondWords { not_your_fault, follow_up, ..RespondWords::default() };
    if let Some(mut table) = section.table("urgency") {
        words.urgency = Urgency::ALL.iter().map(|word| (*word, table.text(word.code()))).collect();
        table.finish();
    }
    if let Some(mut table) = section.table("who") {
        words.doer = Doer::ALL.iter().map(|word| (*word, table.text(word.code()))).collect();
        table.finish();
    }
    if let Some(mut table) = section.table("before") {
        words.before = Before::ALL.iter().map(|word| (*word, table.text(word.code()))).collect();
        table.finish();
    }
    words
}

fn read_sentences(section: &mut Section<'_>, key: &'static str) -> Sentences {
    let Some(mut table) = section.table(key) else {
        // Read as a text so that a missing key is a finding.
        section.text(key);
        return Sentences::default();
    };
    let sentences = Sentences {
        child: table.text("child"),
        parent_or_carer: table.text("parent_or_carer"),
        professional: table.text("professional"),
    };
    table.finish();
    sentences
}
