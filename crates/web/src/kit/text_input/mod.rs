//! What is the answer in one line?

use askama::Template;
use askama::filters::HtmlSafe;

use super::field::{FieldHead, described_by};
use super::{ErrorMessage, HeadingSize, Markup, NotKnown};

/// One line of text, a number, an address or a password.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "kit/text_input/template.html")]
pub struct TextInput {
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
    /// `text`, `email`, `tel`, `password`, `search`; empty means `text`.
    pub kind: &'static str,
    /// Width in characters: 2, 3, 4, 5, 10, 20 or 30; other numbers are full width.
    pub width: u8,
    /// A unit before the input, such as `£`.
    pub prefix: Option<Markup>,
    /// A unit after the input, such as `weeks`.
    pub suffix: Option<Markup>,
    /// `numeric`, `decimal`; empty for none.
    pub inputmode: &'static str,
    /// The browser's help in filling in: `off`, `username`, `one-time-code`; empty for none.
    pub autocomplete: &'static str,
    /// Whether spelling is checked; switch it off for names, handles and codes.
    pub spellcheck: Option<bool>,
    /// The four ways of not knowing, offered under the input.
    pub not_known: Option<NotKnown>,
}

impl TextInput {
    /// An input for the field `name`.
    pub fn new(name: impl Into<String>, label: impl Into<Markup>) -> Self {
        Self { name: name.into(), label: label.into(), ..Self::default() }
    }

    fn id(&self) -> &str {
        if self.id.is_empty() { &self.name } else { &self.id }
    }

    fn kind(&self) -> &str {
        if self.kind.is_empty() { "text" } else { self.kind }
    }

    fn width_class(&self) -> String {
        match self.width {
            2..=5 | 10 | 20 | 30 => format!(" govuk-input--width-{}", self.width),
            _ => String::new(),
        }
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

impl HtmlSafe for TextInput {}
