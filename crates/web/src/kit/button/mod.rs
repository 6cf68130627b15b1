//! What can I do here? One action, as a form's button or as a link that looks like one.

use askama::Template;
use askama::filters::HtmlSafe;

use super::Markup;

/// How much weight an action has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ButtonStyle {
    /// The one thing to do on this page.
    #[default]
    Main,
    /// Another choice beside it.
    Secondary,
    /// Something that cannot be undone.
    Warning,
}

impl ButtonStyle {
    const fn class(self) -> &'static str {
        match self {
            Self::Main => "",
            Self::Secondary => " govuk-button--secondary",
            Self::Warning => " govuk-button--warning",
        }
    }
}

/// A button; with `href` a link in the shape of one.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "kit/button/template.html")]
pub struct Button {
    /// What it does, as a verb.
    pub text: Markup,
    /// Its weight.
    pub style: ButtonStyle,
    /// Where it leads; `None` makes it a form's button.
    pub href: Option<String>,
    /// The form field it sends; empty sends none.
    pub name: String,
    /// The value of that field.
    pub value: String,
    /// Whether it is plain (`type="button"`), for scripts such as printing.
    pub plain: bool,
    /// Whether a second click within a second is ignored.
    pub prevent_double_click: bool,
    /// Whether the print script should answer it.
    pub prints: bool,
    /// Its id; empty for none.
    pub id: String,
}

impl Button {
    /// The form's main button, safe against double clicks.
    pub fn submit(text: impl Into<Markup>) -> Self {
        Self { text: text.into(), prevent_double_click: true, ..Self::default() }
    }

    /// A link in the shape of a button.
    pub fn link(text: impl Into<Markup>, href: impl Into<String>) -> Self {
        Self { text: text.into(), href: Some(href.into()), ..Self::default() }
    }

    /// A button that prints the page; hidden where scripts do not run.
    pub fn print(text: impl Into<Markup>) -> Self {
        Self {
            text: text.into(),
            style: ButtonStyle::Secondary,
            plain: true,
            prints: true,
            ..Self::default()
        }
    }

    /// The same button with less weight.
    #[must_use]
    pub fn secondary(mut self) -> Self {
        self.style = ButtonStyle::Secondary;
        self
    }
}

impl HtmlSafe for Button {}
