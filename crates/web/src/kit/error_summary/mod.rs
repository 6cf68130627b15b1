//! What went wrong on this page, and where? All of it at once, at the top, each linked to its place.
//!
//! Source: the error summary of govuk-frontend 6.6.0, with the order and wording of its guidance.
//! Differs: always has a list; takes no extra attributes; links only to ids on the same page.
//! Oracle: govuk-frontend's own `fixtures.json` (see `kit/conformance`).
//!
//! Put it first inside `main`, above the `h1`, answer with status 422, and begin the title with "Error: "
//! (`layout.has_errors`). [`super::FormProblems`] builds it together with each field's own message.

use askama::Template;
use askama::filters::HtmlSafe;

use super::{Language, Markup};

#[cfg(test)]
mod tests;

/// The summary; it takes the focus when the page opens, where scripts run.
#[derive(Debug, Clone, PartialEq, Eq, Template)]
#[template(path = "kit/error_summary/template.html")]
pub struct ErrorSummary {
    /// The heading: "There is a problem".
    pub title: Markup,
    /// A sentence under the heading, where the list alone would puzzle.
    pub description: Option<Markup>,
    /// The problems, in the order of the form.
    pub items: Vec<ErrorItem>,
    /// Whether the summary leaves the focus alone: on pages that show another person's screen.
    pub leaves_focus: bool,
}

/// One problem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrorItem {
    /// The same words as beside the field.
    pub message: Markup,
    /// Where to put it right; `None` when no single field is at fault.
    pub href: Option<String>,
}

impl Default for ErrorSummary {
    fn default() -> Self {
        Self {
            title: Language::English.there_is_a_problem().into(),
            description: None,
            items: Vec::new(),
            leaves_focus: false,
        }
    }
}

impl ErrorItem {
    /// A problem of the input with this id.
    pub fn at(message: impl Into<Markup>, input_id: &str) -> Self {
        Self { message: message.into(), href: Some(format!("#{input_id}")) }
    }

    /// A problem that belongs to no single input.
    pub fn general(message: impl Into<Markup>) -> Self {
        Self { message: message.into(), href: None }
    }
}

impl HtmlSafe for ErrorSummary {}
