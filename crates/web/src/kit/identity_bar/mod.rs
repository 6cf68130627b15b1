//! Whose record is this? Always in sight while working on it, and never a child's name.

use askama::Template;
use askama::filters::HtmlSafe;

use super::Markup;

/// A dark bar under the header; put it into the layout's `identity` block.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "kit/identity_bar/template.html")]
pub struct IdentityBar {
    /// What the bar sums up: "Case summary".
    pub label: String,
    /// Names and values: ("Case", "NY-0231").
    pub items: Vec<(Markup, Markup)>,
}

impl HtmlSafe for IdentityBar {}
