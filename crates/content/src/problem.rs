//! What is wrong in an authored file, where, and how to mend it?

use std::cell::RefCell;
use std::fmt;
use std::ops::Range;

use crate::file::ContentFile;
use crate::word::words;

words! {
    /// What is checked. Each has its example in `content/bad/<word>/`.
    Check {
        /// Shape: the file is not TOML.
        Syntax = "syntax";
        /// Shape: a key that nothing reads; it is usually misspelt.
        UnknownKey = "unknown-key";
        /// Shape: a key that must be there is not, or it is empty.
        MissingKey = "missing-key";
        /// Shape: text where a number belongs, or the like.
        WrongKind = "wrong-kind";
        /// Shape: not one of the words that the key takes.
        UnknownWord = "unknown-word";
        /// Shape: an id that does not equal its path, or is not an id.
        BadId = "bad-id";
        /// Shape: a file that nothing reads.
        UnreadFile = "unread-file";
        /// References: something is named twice.
        Duplicate = "duplicate";
        /// References: a step, list, area, route or fact is named that does not exist.
        MissingReference = "missing-reference";
        /// References: a column of the report template that no field fills, or the other way round.
        Template = "template";
        /// Meaning: a coded field without a list to choose from, or a list on a field that has no codes.
        Values = "values";
        /// Meaning: a way of not knowing offered as a code.
        StateAsCode = "state-as-code";
        /// Meaning: something that names a person outside the identity store.
        Identity = "identity";
        /// Meaning: an amount column without its currency.
        Money = "money";
        /// Meaning: facts, opinions and the child's own words mixed.
        Statement = "statement";
        /// Meaning: a page of the form that is empty or mixes what belongs apart.
        Step = "step";
        /// Meaning: dates that overlap, run backwards or leave a year out.
        CalendarOrder = "calendar-order";
        /// Meaning: an area without all that maps and detection need.
        AreaShape = "area-shape";
        /// Meaning: a nation whose children in immediate danger are sent nowhere, or a rule that takes the way out of
        /// danger away.
        EmergencyRoute = "emergency-route";
        /// Meaning: a route that leaves somebody with nothing to do: no way to reach it.
        DeadEnd = "dead-end";
        /// Meaning: a rule that leads nowhere or holds for everybody, or a route that no rule leads to.
        Rule = "rule";
        /// Meaning: a question of the journey that comes too late, can never be answered, or leaves safety open.
        Journey = "journey";
        /// Meaning: a step of the response that waits for itself, or reviews that run backwards.
        StepOrder = "step-order";
        /// Meaning: a law that applies nowhere, or does not say what is uncertain about it.
        Law = "law";
        /// Meaning: a case in `cases.md` that no longer comes out as it says. (Tried by `triage`.)
        CaseFails = "case-fails";
        /// Meaning: a live route that no case tries.
        UntriedRoute = "untried-route";
        /// Meaning: a live rule that no case tries.
        UntriedRule = "untried-rule";
        /// Meaning: a review date that has passed, or that lies before the last check.
        Review = "review";
        /// Words: a pattern of a wording rule that cannot be read.
        Pattern = "pattern";
        /// Words: a question that is no question, or too long to take in.
        Question = "question";
        /// Words: a phrase that blames a child or makes light of the harm.
        AvoidedPhrase = "avoided-phrase";
    }
}

/// Where something stands in an authored file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The file as the person who edits it knows it: `content/record/child.toml`.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// One thing to mend.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Problem {
    /// The file: `content/record/child.toml`.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// Which check refused it.
    pub check: Check,
    /// What is wrong: lower case, no final dot.
    pub message: String,
    /// What to do about it.
    pub hint: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: {} ({})", self.file, self.line, self.column, self.message, self.hint)
    }
}

/// The problems found so far. Readers share it, so that one wrong key never hides the next.
#[derive(Debug, Default)]
pub(crate) struct Findings(RefCell<Vec<Problem>>);

impl Findings {
    /// Notes a problem at a place.
    pub fn at(&self, place: &Place, check: Check, message: impl Into<String>, hint: impl Into<String>) {
        self.0.borrow_mut().push(Problem {
            file: place.file.clone(),
            line: place.line,
            column: place.column,
            check,
            message: message.into(),
            hint: hint.into(),
        });
    }

    /// Notes a problem at a span of bytes in a file.
    pub fn span(
        &self,
        file: &ContentFile,
        span: &Range<usize>,
        check: Check,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) {
        self.at(&file.place(span.start), check, message, hint);
    }

    /// All of them, by file and line, each once.
    pub fn into_sorted(self) -> Vec<Problem> {
        let mut problems = self.0.into_inner();
        problems.sort();
        problems.dedup();
        problems
    }
}
