//! What is unusual and worth a look? In plain words, with what speaks against it.

use askama::Template;
use askama::filters::HtmlSafe;

use super::{Markup, Tag, TagColour};

/// How soon to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FlagLevel {
    /// Look today.
    CheckNow,
    /// Look again next week.
    KeepWatching,
    /// The figures themselves may have changed.
    DataQuality,
}

impl FlagLevel {
    fn tag(self) -> Tag {
        match self {
            Self::CheckNow => Tag::new("Check now", TagColour::Red),
            Self::KeepWatching => Tag::new("Keep watching", TagColour::Yellow),
            Self::DataQuality => Tag::new("Data quality", TagColour::Blue),
        }
    }

    const fn class(self) -> &'static str {
        match self {
            Self::CheckNow => "dm-flag",
            Self::KeepWatching => "dm-flag dm-flag--watch",
            Self::DataQuality => "dm-flag dm-flag--quality",
        }
    }
}

/// A list of flags.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "kit/flags/template.html")]
pub struct Flags {
    /// The flags, most urgent first.
    pub flags: Vec<Flag>,
}

/// One flag.
#[derive(Debug, Clone)]
pub struct Flag {
    /// How soon to look.
    pub level: FlagLevel,
    /// The finding in a few words.
    pub title: Markup,
    /// What was expected, how rare this is, what else could explain it: one paragraph each.
    pub paragraphs: Vec<Markup>,
}

impl HtmlSafe for Flags {}
