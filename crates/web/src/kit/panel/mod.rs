//! Did it work, and what is its number? The one thing to take away from a finished task.

use askama::Template;
use askama::filters::HtmlSafe;

use super::Markup;

/// A confirmation; its title is the page's `h1`.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "kit/panel/template.html")]
pub struct Panel {
    /// What was done.
    pub title: Markup,
    /// A reference, or what happens next.
    pub body: Option<Markup>,
}

impl Panel {
    /// A confirmation without a body.
    pub fn new(title: impl Into<Markup>) -> Self {
        Self { title: title.into(), body: None }
    }
}

impl HtmlSafe for Panel {}
