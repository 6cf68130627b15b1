//! What does a check answer, and what may it be told about the text?

use std::ops::Range;

use daymark_content::{Guard, RuleCode, Severity};

/// One place to look at again. Nobody's text is ever changed: a person decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Where it stands, in bytes of the text; on character boundaries.
    pub span: Range<usize>,
    /// The line, from 1.
    pub line: usize,
    /// The column of its first character, in characters, from 1.
    pub column: usize,
    /// The column behind its last character, on the line on which it ends.
    pub end_column: usize,
    /// The rule: `p24`.
    pub rule: String,
    /// What the words do.
    pub severity: Severity,
    /// How far the rule may be trusted.
    pub code: RuleCode,
    /// What to write instead, best first.
    pub suggestions: Vec<String>,
    /// Why.
    pub reason: String,
    /// It stands in a section of other people's words: count it, but do not nudge.
    pub report_only: bool,
}

/// Words that a rule knows and a guard left alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftAlone {
    /// Where they stand, in bytes of the text.
    pub span: Range<usize>,
    /// The rule: `p24`.
    pub rule: String,
    /// The guard that left them alone.
    pub guard: Guard,
}

/// All that was seen.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Looked {
    /// What to look at again, in the order of the text; no two overlap.
    pub findings: Vec<Finding>,
    /// What a guard left alone.
    pub left_alone: Vec<LeftAlone>,
}

/// What kind of section the text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum SectionKind {
    /// The author's own words.
    #[default]
    Narrative,
    /// The child's own words: nothing is ever found in them.
    ChildVoice,
    /// The title of an offence.
    OffenceTitle,
    /// An outcome and its label.
    Outcome,
    /// The text of an intelligence source.
    IntelligenceSource,
    /// A document that somebody else wrote.
    ImportedDocument,
}

impl SectionKind {
    /// Whether findings are counted without a nudge.
    pub fn report_only(self) -> bool {
        matches!(self, Self::OffenceTitle | Self::Outcome | Self::IntelligenceSource | Self::ImportedDocument)
    }
}

/// Words that their author kept, with a reason that is kept elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// The rule that was answered.
    pub rule: String,
    /// Where the words stand, in bytes of this text.
    pub span: Range<usize>,
}

/// What is known about the text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Options {
    /// What kind of section it is.
    pub section: SectionKind,
    /// Parts that hold a child's own words, or are quoted, in bytes.
    pub child_voice: Vec<Range<usize>>,
    /// What the author kept.
    pub accepted: Vec<Accepted>,
    /// Also ask the rules that are off because they were too often wrong.
    pub every_rule: bool,
}
