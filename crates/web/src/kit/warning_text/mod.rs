//! What follows if this is done, or left undone?

use askama::Template;
use askama::filters::HtmlSafe;

use super::Markup;

/// A warning.
#[derive(Debug, Clone, Template)]
#[template(path = "kit/warning_text/template.html")]
pub struct WarningText {
    /// The warning.
    pub text: Markup,
    /// What a screen reader says before it.
    pub spoken: &'static str,
}

impl WarningText {
    /// A warning.
    pub fn new(text: impl Into<Markup>) -> Self {
        Self { text: text.into(), spoken: "Warning" }
    }
}

impl HtmlSafe for WarningText {}
