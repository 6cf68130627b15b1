//! Who owns a file of content, how sure are they, and when is it looked at again?

use jiff::civil::Date;

use crate::problem::{Check, Place};
use crate::section::Section;
use crate::word::words;

words! {
    /// Whether people see it.
    Status {
        /// Being written: shown in previews only.
        Draft = "draft";
        /// In use.
        Live = "live";
        /// No longer offered; kept because old records point at it.
        Retired = "retired";
    }
}

/// Where a statement comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cited {
    /// The publisher or the name of the publication.
    pub name: String,
    /// The year of the edition, when it has one.
    pub year: Option<u32>,
    /// The part of it, when that helps.
    pub part: Option<String>,
}

/// What every file of content says about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// The id, equal to the path: `routes/police-101`.
    pub id: String,
    /// Draft, live or retired.
    pub status: Status,
    /// Counts changes of meaning; stamped on every record it shaped.
    pub version: u32,
    /// The group that answers for it.
    pub owner: String,
    /// When someone last compared it with its sources. Absent: pages say "check before use".
    pub verified_on: Option<Date>,
    /// When it must be looked at again.
    pub review_due: Date,
    /// Where it comes from.
    pub sources: Vec<Cited>,
    /// Where the file begins.
    pub place: Place,
}

impl Header {
    /// Whether pages must say "check before use".
    pub fn check_before_use(&self) -> bool {
        self.verified_on.is_none()
    }
}

/// Reads the head of a file. `id` is what the path asks for.
pub(crate) fn read(section: &mut Section<'_>, id: &str) -> Header {
    let given = section.text("id");
    if !given.is_empty() && given != id {
        section.refuse(
            "id",
            Check::BadId,
            format!("id `{given}` does not equal the path"),
            format!("write `{id}`"),
        );
    }
    let status = section.word("status").unwrap_or(Status::Draft);
    let version = section.number("version").unwrap_or(1);
    let owner = section.text("owner");
    let verified_on = section.optional_date("verified_on");
    let review_due = section.date("review_due").unwrap_or(Date::MAX);
    if verified_on.is_some_and(|day| day > review_due) {
        section.refuse(
            "review_due",
            Check::Review,
            "the review is due before the last check",
            "set `review_due` after `verified_on`",
        );
    }
    let sources = read_sources(section);
    if sources.is_empty() {
        section.refuse(
            "sources",
            Check::MissingKey,
            "`sources` is missing",
            "name at least one: sources = [{ name = \"UKCIS\", year = 2024 }]",
        );
    }
    let place = section.place();
    Header { id: id.to_owned(), status, version, owner, verified_on, review_due, sources, place }
}

/// Reads `sources = [{ name, year, part }]`.
pub(crate) fn read_sources(section: &mut Section<'_>) -> Vec<Cited> {
    let mut sources = Vec::new();
    for mut source in section.tables("sources") {
        sources.push(Cited {
            name: source.text("name"),
            year: source.optional_number("year"),
            part: source.optional_text("part"),
        });
        source.finish();
    }
    sources
}
