//! Which part of this record am I looking at?

use askama::Template;
use askama::filters::HtmlSafe;

use super::NavLink;

/// The parts of one record, as links; without script, unlike tabs.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "kit/sub_navigation/template.html")]
pub struct SubNavigation {
    /// What the parts are parts of: "Case sections".
    pub label: String,
    /// The parts.
    pub links: Vec<NavLink>,
}

impl HtmlSafe for SubNavigation {}
