//! What is the answer in the person's own words?

use askama::Template;
use askama::filters::HtmlSafe;

use super::field::{FieldHead, described_by};
use super::{ErrorMessage, HeadingSize, Markup, NotKnown};

/// Several lines of text.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "kit/textarea/template.html")]
pub struct Textarea {
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
    /// What helps to answer; say here "never describe an image".
    pub hint: Option<Markup>,
    /// What to put right.
    pub error: Option<ErrorMessage>,
    /// What was typed before; never lost.
    pub value: String,
    /// Height in lines; 0 means 5.
    pub rows: u8,
    /// Whether spelling is checked.
    pub spellcheck: Option<bool>,
    /// The four ways of not knowing, offered under the text.
    pub not_known: Option<NotKnown>,
}

impl Textarea {
    /// A text for the field `name`.
    pub fn new(name: impl Into<String>, label: impl Into<Markup>) -> Self {
        Self { name: name.into(), label: label.into(), ..Self::default() }
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
        described_by("", self.id(), self.hint.is_some(), self.error.is_some())
    }
}

impl HtmlSafe for Textarea {}
