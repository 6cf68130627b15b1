//! Whom does somebody ask who is stuck?

use std::collections::BTreeMap;

use crate::problem::Findings;
use crate::route::{self, Route};
use crate::section::{Located, Section};

/// The words of the help page.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HelpWords {
    /// What nobody may take this service for.
    pub not_an_emergency_service: String,
    /// Questions, with whom to ask.
    pub asks: Vec<Ask>,
    /// The codes of the routes named for somebody whose question is about a child, the most urgent first.
    pub(crate) routes: Vec<Located>,
}

impl HelpWords {
    /// The codes of the routes to name, the most urgent first.
    pub fn routes(&self) -> impl Iterator<Item = &str> {
        self.routes.iter().map(|code| code.text.as_str())
    }
}

/// One reason to need help.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    /// The question, in the words of the person who has it.
    pub about: String,
    /// Who can help: a role, continuing "Ask".
    pub who: String,
    /// What to do, and what they can do.
    pub how: String,
}

/// Reads `words/help.toml`.
pub(crate) fn read(section: &mut Section<'_>) -> HelpWords {
    let not_an_emergency_service = section.text("not_an_emergency_service");
    let mut asks = Vec::new();
    for mut table in section.tables("ask") {
        asks.push(Ask { about: table.text("about"), who: table.text("who"), how: table.text("how") });
        table.finish();
    }
    HelpWords { not_an_emergency_service, asks, routes: section.texts("routes") }
}

/// Every route that the page names exists and is live.
pub(crate) fn check_references(words: &HelpWords, routes: &BTreeMap<String, Route>, findings: &Findings) {
    words.routes.iter().for_each(|code| route::check_code(routes, code, findings));
}
