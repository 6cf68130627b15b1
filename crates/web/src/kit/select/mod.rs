//! Which one of a long list? For more than about ten; below that, radios.

use askama::Template;
use askama::filters::HtmlSafe;

use super::field::{FieldHead, described_by};
use super::{ErrorMessage, Markup};

/// A list to choose one from.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "kit/select/template.html")]
pub struct Select {
    /// The form field; also the id unless `id` says otherwise.
    pub name: String,
    /// The id; empty takes `name`.
    pub id: String,
    /// The question.
    pub label: Markup,
    /// What helps to answer.
    pub hint: Option<Markup>,
    /// What to put right.
    pub error: Option<ErrorMessage>,
    /// The choices.
    pub options: Vec<SelectOption>,
    /// The value chosen before.
    pub selected: Option<String>,
}

/// One choice of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SelectOption {
    /// What is sent.
    pub value: String,
    /// What is read.
    pub text: String,
    /// Whether it can be seen and not chosen.
    pub disabled: bool,
}

impl SelectOption {
    /// A choice.
    pub fn new(value: impl Into<String>, text: impl Into<String>) -> Self {
        Self { value: value.into(), text: text.into(), disabled: false }
    }
}

impl Select {
    /// A list for the field `name`.
    pub fn new(name: impl Into<String>, label: impl Into<Markup>, options: Vec<SelectOption>) -> Self {
        Self { name: name.into(), label: label.into(), options, ..Self::default() }
    }

    fn id(&self) -> &str {
        if self.id.is_empty() { &self.name } else { &self.id }
    }

    fn head(&self) -> FieldHead<'_> {
        FieldHead {
            id: self.id(),
            label: Some(&self.label),
            size: super::HeadingSize::Body,
            is_page_heading: false,
            label_class: "",
            hint: self.hint.as_ref(),
            error: self.error.as_ref(),
        }
    }

    fn described_by(&self) -> String {
        described_by("", self.id(), self.hint.is_some(), self.error.is_some())
    }

    fn is_selected(&self, option: &SelectOption) -> bool {
        self.selected.as_ref() == Some(&option.value)
    }
}

impl HtmlSafe for Select {}
