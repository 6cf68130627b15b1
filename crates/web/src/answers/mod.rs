//! What was answered? From the strings of a form to a [`daymark_vocab::Known`] value of the record, and back to words.
//!
//! Every field of the record catalogue is read and shown here and nowhere else: a form that is filled in by hand, a
//! correction in a case and a page that shows a fact agree, because they ask the same four things: which inputs
//! ([`input`]), what was typed ([`Raw`]), what it means ([`parse`]), how it reads ([`words`]).

pub mod input;
pub mod parse;
pub mod raw;
pub mod words;

pub use parse::{Reader, Wrong};
pub use raw::Raw;

use daymark_content::field::Field;
use daymark_vocab::{Confidence, Fact, Known, MemberId, Source, Value};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// Who says so, and how sure they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Origin {
    /// Who it comes from.
    pub source: Source,
    /// How sure they are.
    pub confidence: Confidence,
}

/// The fact that a value of `field` becomes: what sort of statement it is stands in the catalogue.
pub fn fact(field: &Field, value: Known<Value>, origin: Origin, by: &MemberId, now: Timestamp) -> Fact {
    Fact {
        value,
        kind: field.statement,
        source: origin.source,
        confidence: origin.confidence,
        recorded_by: by.clone(),
        recorded_at: now,
    }
}

/// The day on the wall of a British office.
pub fn today(now: Timestamp) -> Date {
    let zone = TimeZone::get("Europe/London").unwrap_or(TimeZone::UTC);
    zone.to_datetime(now).date()
}
