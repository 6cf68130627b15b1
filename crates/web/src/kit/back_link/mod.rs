//! How do I get back one step, losing nothing?

use askama::Template;
use askama::filters::HtmlSafe;

use super::Markup;

/// A link to the page before, above the heading.
#[derive(Debug, Clone, Template)]
#[template(source = "<a href=\"{{ href }}\" class=\"govuk-back-link\">{{ text }}</a>", ext = "html")]
pub struct BackLink {
    /// Where it leads: a page of ours, never `javascript:`.
    pub href: String,
    /// "Back".
    pub text: Markup,
}

impl BackLink {
    /// "Back" to `href`.
    pub fn new(href: impl Into<String>) -> Self {
        Self { href: href.into(), text: "Back".into() }
    }
}

impl HtmlSafe for BackLink {}
