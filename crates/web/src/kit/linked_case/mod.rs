//! Which other case may belong to this one, how likely, and why? A suggestion, not a finding.

use askama::Template;
use askama::filters::HtmlSafe;

use super::{Markup, Tag, TagColour};

/// How much speaks for a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum LinkStrength {
    /// It may be so: a person needs to look.
    #[default]
    Possible,
    /// Much speaks for it; still a person decides.
    Strong,
    /// The two may be one report that was passed on: no second proof of anything.
    SameReport,
}

/// One suggested link.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "kit/linked_case/template.html")]
pub struct LinkedCase {
    /// Unique on the page; the network's pill links to it.
    pub id: String,
    /// The case's reference; never a name.
    pub reference: String,
    /// Where its page is; `None` when this person may not open it.
    pub href: Option<String>,
    /// The area or agency that holds it.
    pub area: Markup,
    /// How much speaks for it.
    pub strength: LinkStrength,
    /// The chance in words: "about 90 in 100".
    pub chance: String,
    /// The main reason in a sentence or two.
    pub reason: Markup,
    /// Chart, table and the question to the person; may be empty.
    pub content: Markup,
}

impl LinkedCase {
    fn tag(&self) -> Tag {
        match self.strength {
            LinkStrength::Strong => Tag::new(format!("Strong link: {}", self.chance), TagColour::Blue),
            LinkStrength::SameReport => Tag::new("May be the same report", TagColour::Grey),
            LinkStrength::Possible => Tag::new(format!("Possible: {}", self.chance), TagColour::Yellow),
        }
    }
}

impl HtmlSafe for LinkedCase {}
