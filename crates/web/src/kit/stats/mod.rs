//! What are the three or four numbers of this page, each with what it should be compared with?

use askama::Template;
use askama::filters::HtmlSafe;

use super::Markup;

/// A row of headline numbers.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "kit/stats/template.html")]
pub struct Stats {
    /// At most four.
    pub stats: Vec<Stat>,
}

/// One headline number.
#[derive(Debug, Clone)]
pub struct Stat {
    /// What is counted: "This week".
    pub name: Markup,
    /// The number: "23".
    pub value: Markup,
    /// What to compare it with: "expected 3 to 13".
    pub context: Markup,
}

impl Stat {
    /// A number with its context.
    pub fn new(name: impl Into<Markup>, value: impl Into<Markup>, context: impl Into<Markup>) -> Self {
        Self { name: name.into(), value: value.into(), context: context.into() }
    }
}

impl HtmlSafe for Stats {}
