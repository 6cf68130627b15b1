//! What stands around every input? Its label, its hint, its error, and the ids that tie them together.

use askama::Template;
use askama::filters::HtmlSafe;

use super::{Language, Markup};

/// What is wrong with one field, in words that say what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrorMessage {
    /// The message.
    pub text: Markup,
    /// What a screen reader says before it, without the colon.
    pub prefix: &'static str,
}

impl From<&str> for ErrorMessage {
    fn from(text: &str) -> Self {
        Self { text: text.into(), prefix: Language::English.error() }
    }
}

/// How large a label or legend is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum HeadingSize {
    /// As running text.
    #[default]
    Body,
    /// Small and bold.
    Small,
    /// Medium and bold.
    Medium,
    /// Large and bold: the one question of the page.
    Large,
    /// Extra large and bold.
    ExtraLarge,
}

impl HeadingSize {
    /// The ending of govuk's size classes: `s`, `m`, `l`, `xl`; nothing for body text.
    pub const fn suffix(self) -> Option<&'static str> {
        match self {
            Self::Body => None,
            Self::Small => Some("s"),
            Self::Medium => Some("m"),
            Self::Large => Some("l"),
            Self::ExtraLarge => Some("xl"),
        }
    }
}

/// The question a group of inputs answers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Legend {
    /// The question.
    pub text: Markup,
    /// How large it is set.
    pub size: HeadingSize,
    /// Whether it is the page's `h1` (one question per page).
    pub is_page_heading: bool,
}

impl Legend {
    /// A legend set small and bold, as one of several questions on a page.
    pub fn new(text: impl Into<Markup>) -> Self {
        Self { text: text.into(), size: HeadingSize::Small, is_page_heading: false }
    }

    /// A legend that is the page's heading.
    pub fn page_heading(text: impl Into<Markup>) -> Self {
        Self { text: text.into(), size: HeadingSize::Large, is_page_heading: true }
    }
}

/// Label, hint and error of one input; the input's own template puts it first.
#[derive(Debug, Clone, Template)]
#[template(path = "kit/field/template.html")]
pub(crate) struct FieldHead<'a> {
    pub(crate) id: &'a str,
    pub(crate) label: Option<&'a Markup>,
    pub(crate) size: HeadingSize,
    pub(crate) is_page_heading: bool,
    pub(crate) label_class: &'a str,
    pub(crate) hint: Option<&'a Markup>,
    pub(crate) error: Option<&'a ErrorMessage>,
}

impl HtmlSafe for FieldHead<'_> {}

/// The ids for `aria-describedby`: what stood there before, then the hint, then the error.
pub(crate) fn described_by(before: &str, id: &str, hint: bool, error: bool) -> String {
    let mut ids: Vec<String> = Vec::new();
    if !before.is_empty() {
        ids.push(before.to_owned());
    }
    if hint {
        ids.push(format!("{id}-hint"));
    }
    if error {
        ids.push(format!("{id}-error"));
    }
    ids.join(" ")
}
