//! In which state is it? A word on a tint; the word alone must be enough.

use askama::Template;
use askama::filters::HtmlSafe;

use super::Markup;

/// The tint; it only repeats what the word says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TagColour {
    /// The usual tint.
    #[default]
    Plain,
    /// Done, safe.
    Green,
    /// To look at.
    Blue,
    /// Possible, waiting.
    Yellow,
    /// Late, urgent.
    Red,
    /// Not in use.
    Grey,
}

impl TagColour {
    const fn class(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Green => " govuk-tag--green",
            Self::Blue => " govuk-tag--blue",
            Self::Yellow => " govuk-tag--yellow",
            Self::Red => " govuk-tag--red",
            Self::Grey => " govuk-tag--grey",
        }
    }
}

/// A state in a word or two.
#[derive(Debug, Clone, Default, Template)]
#[template(source = "<strong class=\"govuk-tag{{ colour.class() }}\">{{ text }}</strong>", ext = "html")]
pub struct Tag {
    /// The state.
    pub text: Markup,
    /// The tint.
    pub colour: TagColour,
}

impl Tag {
    /// A state on a tint.
    pub fn new(text: impl Into<Markup>, colour: TagColour) -> Self {
        Self { text: text.into(), colour }
    }
}

impl HtmlSafe for Tag {}
