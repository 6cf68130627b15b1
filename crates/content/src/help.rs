//! Whom does somebody ask who is stuck?

use crate::section::Section;

/// The words of the help page.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HelpWords {
    /// What nobody may take this service for.
    pub not_an_emergency_service: String,
    /// Questions, with whom to ask.
    pub asks: Vec<Ask>,
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
    HelpWords { not_an_emergency_service, asks }
}
