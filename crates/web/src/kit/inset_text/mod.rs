//! What should not be overlooked? A quotation or remark set in from the rest.

use askama::Template;
use askama::filters::HtmlSafe;

use super::Markup;

/// A remark set in.
#[derive(Debug, Clone, Default, Template)]
#[template(source = "<div class=\"govuk-inset-text\">{{ content }}</div>", ext = "html")]
pub struct InsetText {
    /// The remark.
    pub content: Markup,
}

impl InsetText {
    /// A remark.
    pub fn new(content: impl Into<Markup>) -> Self {
        Self { content: content.into() }
    }
}

impl HtmlSafe for InsetText {}
