//! Where can I go, and where am I? One entry of a navigation.

use super::Markup;

/// A link in a navigation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NavLink {
    /// What the person reads.
    pub text: Markup,
    /// Where it leads.
    pub href: String,
    /// Whether this is the page, or the section, being shown.
    pub current: bool,
}

impl NavLink {
    /// A link to somewhere else.
    pub fn new(text: impl Into<Markup>, href: impl Into<String>) -> Self {
        Self { text: text.into(), href: href.into(), current: false }
    }

    /// The same link, marked as the place we are at when `current`.
    #[must_use]
    pub fn current_when(mut self, current: bool) -> Self {
        self.current = current;
        self
    }
}
