//! How much may I write? A text with a limit that is told beforehand and counted while typing.

use askama::Template;
use askama::filters::HtmlSafe;

use super::field::{FieldHead, described_by};
use super::{ErrorMessage, HeadingSize, Markup};

/// A text of at most `max_length` characters; the server checks it too and loses nothing.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "kit/character_count/template.html")]
pub struct CharacterCount {
    /// The form field; also the id unless `id` says otherwise.
    pub name: String,
    /// The id; empty takes `name`.
    pub id: String,
    /// The question.
    pub label: Markup,
    /// How large the label is set.
    pub label_size: HeadingSize,
    /// Whether the label is the page's `h1`.
    pub label_is_page_heading: bool,
    /// What helps to answer.
    pub hint: Option<Markup>,
    /// What to put right.
    pub error: Option<ErrorMessage>,
    /// What was typed before; never lost.
    pub value: String,
    /// Height in lines; 0 means 5.
    pub rows: u8,
    /// The most characters.
    pub max_length: u32,
    /// From which share of the limit the count is shown, in percent; `None` from the start.
    pub threshold_percent: Option<u8>,
    /// Whether spelling is checked.
    pub spellcheck: Option<bool>,
}

impl CharacterCount {
    /// A text of at most `max_length` characters for the field `name`.
    pub fn new(name: impl Into<String>, label: impl Into<Markup>, max_length: u32) -> Self {
        Self { name: name.into(), label: label.into(), max_length, ..Self::default() }
    }

    fn id(&self) -> &str {
        if self.id.is_empty() { &self.name } else { &self.id }
    }

    fn rows(&self) -> u8 {
        if self.rows == 0 { 5 } else { self.rows }
    }

    fn head(&self) -> FieldHead<'_> {
        FieldHead {
            id: self.id(),
            label: Some(&self.label),
            size: self.label_size,
            is_page_heading: self.label_is_page_heading,
            label_class: "",
            hint: self.hint.as_ref(),
            error: self.error.as_ref(),
        }
    }

    fn described_by(&self) -> String {
        described_by(&format!("{}-info", self.id()), self.id(), self.hint.is_some(), self.error.is_some())
    }
}

impl HtmlSafe for CharacterCount {}
