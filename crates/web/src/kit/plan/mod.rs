//! What do I do, in which order, when, why, and how do I keep the child safe while doing it?

use askama::Template;
use askama::filters::HtmlSafe;

use super::{Button, Markup};

/// When a step is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Urgency {
    /// At once.
    Now,
    /// Before the day ends.
    Today,
    /// Within the week, or going on.
    ThisWeek,
}

impl Urgency {
    const fn class(self) -> &'static str {
        match self {
            Self::Now => "dm-when dm-when--now",
            Self::Today => "dm-when dm-when--today",
            Self::ThisWeek => "dm-when",
        }
    }
}

/// Numbered steps, most urgent first.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "kit/plan/template.html")]
pub struct Plan {
    /// The steps in the order to take them.
    pub steps: Vec<PlanStep>,
}

/// One step.
#[derive(Debug, Clone)]
pub struct PlanStep {
    /// What to do.
    pub title: Markup,
    /// How soon.
    pub urgency: Urgency,
    /// How soon, in words: "Do this now", "Today, with the child".
    pub when: Markup,
    /// How to do it.
    pub what: Markup,
    /// The answer that led to it: "You told us …".
    pub why: Markup,
    /// What to look out for meanwhile.
    pub stay_safe: Option<Markup>,
    /// The button of the step.
    pub action: Option<Button>,
    /// Further links or a small form beside the button; may be empty.
    pub more: Markup,
}

impl HtmlSafe for Plan {}
