//! What more is there for those who want it? Opens on request, without script.

use askama::Template;
use askama::filters::HtmlSafe;

use super::Markup;

/// A part of the page that opens.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "kit/details/template.html")]
pub struct Details {
    /// The line that opens it.
    pub summary: Markup,
    /// What it holds.
    pub content: Markup,
    /// Whether it starts open.
    pub open: bool,
}

impl Details {
    /// A closed part.
    pub fn new(summary: impl Into<Markup>, content: impl Into<Markup>) -> Self {
        Self { summary: summary.into(), content: content.into(), open: false }
    }
}

impl HtmlSafe for Details {}
