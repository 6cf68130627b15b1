//! Which question do these inputs answer together?

use askama::Template;
use askama::filters::HtmlSafe;

use super::{Legend, Markup};

/// A group of inputs under one legend.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "kit/fieldset/template.html")]
pub struct Fieldset {
    /// The question; `None` only when a heading outside says it.
    pub legend: Option<Legend>,
    /// Ids of hint and error, separated by spaces; may be empty.
    pub described_by: String,
    /// `group` for text inputs such as a date, otherwise nothing.
    pub role: Option<&'static str>,
    /// The inputs.
    pub content: Markup,
}

impl HtmlSafe for Fieldset {}
