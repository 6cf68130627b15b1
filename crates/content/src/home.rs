//! What does someone read first, in the minute after a child has told them?

use crate::section::{Located, Section};

/// The words of the home page.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HomeWords {
    /// The first line of every page: danger before anything else.
    pub danger_line: String,
    /// What follows the danger line.
    pub danger_more: String,
    /// Words to say to the child.
    pub say_first: Vec<String>,
    /// What not to do, each completing "Please do not".
    pub please_do_not: Vec<String>,
}

/// Reads `words/home.toml`.
pub(crate) fn read(section: &mut Section<'_>) -> HomeWords {
    let plain = |texts: Vec<Located>| texts.into_iter().map(|text| text.text).collect();
    HomeWords {
        danger_line: section.text("danger_line"),
        danger_more: section.text("danger_more"),
        say_first: plain(section.texts("say_first")),
        please_do_not: plain(section.texts("please_do_not")),
    }
}
