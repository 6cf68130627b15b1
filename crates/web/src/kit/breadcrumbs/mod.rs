//! Where am I in the whole?

use askama::Template;
use askama::filters::HtmlSafe;

use super::{Markup, NavLink};

/// The way from the start page to this one.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "kit/breadcrumbs/template.html")]
pub struct Breadcrumbs {
    /// The pages above, from the start page down.
    pub above: Vec<NavLink>,
    /// This page; `None` leaves it to the heading.
    pub here: Option<Markup>,
}

impl HtmlSafe for Breadcrumbs {}
