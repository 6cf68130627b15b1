//! What do we hold, who said so, when, and how sure are they?

use jiff::Timestamp;

use crate::role::coded;
use crate::{Amount, Known, MemberId, Moment, Private};

/// The value of one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// One word of the field's controlled list.
    Code(String),
    /// Several words of the field's controlled list, sorted, without repeats.
    Codes(Vec<String>),
    /// A count or a claimed age.
    Number(i64),
    /// Yes or no.
    YesNo(bool),
    /// A date or time with its precision.
    Moment(Moment),
    /// Money.
    Amount(Amount),
    /// Words.
    Text(Private<String>),
}

coded! {
    /// What sort of statement it is. The three are never mixed in one field.
    FactKind, FactKindError, "a kind of statement" {
        /// Seen, said or recorded.
        Fact = "fact", "Fact";
        /// What a worker thinks.
        Opinion = "opinion", "Professional opinion";
        /// The child's own words, kept as they were said.
        ChildWords = "child-words", "The child’s own words";
    }
}

coded! {
    /// How sure the source is.
    Confidence, ConfidenceError, "a confidence" {
        /// First-hand or documented.
        Confirmed = "confirmed", "First-hand or documented";
        /// Told by someone else, believed.
        Likely = "likely", "Told, and believed";
        /// Told, not checked.
        Unverified = "unverified", "Told, not checked";
        /// There is reason to doubt it.
        Doubtful = "doubtful", "There is reason to doubt it";
    }
}

coded! {
    /// Who it comes from.
    Source, SourceError, "a source" {
        /// The child.
        Child = "child", "The child";
        /// A parent or carer.
        ParentOrCarer = "parent-or-carer", "A parent or carer";
        /// Another child or a sibling.
        Peer = "peer", "A friend or sibling";
        /// A worker's own observation.
        Professional = "professional", "A professional";
        /// The police.
        Police = "police", "Police";
        /// A platform, bank or helpline.
        Service = "service", "A platform, bank or helpline";
        /// A file that another agency sent.
        ImportedFile = "imported-file", "An imported file";
        /// Not recorded.
        NotRecorded = "not-recorded", "Not recorded";
    }
}

/// One statement about one field, with where it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// The value, or which of the four ways it is not known.
    pub value: Known<Value>,
    /// Fact, opinion or the child's own words.
    pub kind: FactKind,
    /// Who it comes from.
    pub source: Source,
    /// How sure they are.
    pub confidence: Confidence,
    /// Who wrote it down.
    pub recorded_by: MemberId,
    /// When it was written down.
    pub recorded_at: Timestamp,
}
