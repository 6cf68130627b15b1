//! What happened, when, and who recorded it? Newest first.

use askama::Template;
use askama::filters::HtmlSafe;

use super::Markup;

/// Events of one record.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "kit/timeline/template.html")]
pub struct Timeline {
    /// The events, newest first.
    pub items: Vec<TimelineItem>,
}

/// One event.
#[derive(Debug, Clone, Default)]
pub struct TimelineItem {
    /// What happened.
    pub title: Markup,
    /// Who recorded it; empty says nothing.
    pub by: Markup,
    /// When, as people write it.
    pub when: String,
    /// When, as machines write it (`2026-11-22T06:10:00Z`); empty says nothing.
    pub datetime: String,
    /// What is known about it.
    pub description: Markup,
}

impl HtmlSafe for Timeline {}
