//! What do we know, line by line, and where can each line be changed?

use askama::Template;
use askama::filters::HtmlSafe;

use super::Markup;

/// Questions and answers.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "kit/summary_list/template.html")]
pub struct SummaryList {
    /// The lines.
    pub rows: Vec<SummaryRow>,
    /// Whether lines are drawn between them.
    pub no_border: bool,
}

/// One line.
#[derive(Debug, Clone, Default)]
pub struct SummaryRow {
    /// The question.
    pub key: Markup,
    /// The answer.
    pub value: Markup,
    /// What can be done with it.
    pub actions: Vec<RowAction>,
}

/// A link at the end of a line.
#[derive(Debug, Clone)]
pub struct RowAction {
    /// "Change".
    pub text: Markup,
    /// Where it leads.
    pub href: String,
    /// What is changed, for those who hear the link alone.
    pub about: String,
}

impl SummaryRow {
    /// A line without actions.
    pub fn new(key: impl Into<Markup>, value: impl Into<Markup>) -> Self {
        Self { key: key.into(), value: value.into(), actions: Vec::new() }
    }

    /// The same line with a "Change" link.
    #[must_use]
    pub fn changed_at(mut self, href: impl Into<String>, about: impl Into<String>) -> Self {
        self.actions.push(RowAction { text: "Change".into(), href: href.into(), about: about.into() });
        self
    }
}

impl SummaryList {
    /// A list of these lines.
    pub fn new(rows: Vec<SummaryRow>) -> Self {
        Self { rows, no_border: false }
    }

    fn has_actions(&self) -> bool {
        self.rows.iter().any(|row| !row.actions.is_empty())
    }
}

impl HtmlSafe for SummaryList {}
