//! What has just happened, or must be known before reading on?

use askama::Template;
use askama::filters::HtmlSafe;

use super::Markup;

/// A message above the page's heading.
#[derive(Debug, Clone, Template)]
#[template(path = "kit/notification_banner/template.html")]
pub struct NotificationBanner {
    /// "Important" or "Success".
    pub title: Markup,
    /// The message: one sentence is set as a heading.
    pub content: Markup,
    /// Whether `content` is several paragraphs rather than one sentence.
    pub is_long: bool,
    /// Whether it reports that something worked.
    pub success: bool,
}

impl NotificationBanner {
    /// Something worked.
    pub fn success(sentence: impl Into<Markup>) -> Self {
        Self { title: "Success".into(), content: sentence.into(), is_long: false, success: true }
    }

    /// Something to know.
    pub fn important(sentence: impl Into<Markup>) -> Self {
        Self { title: "Important".into(), content: sentence.into(), is_long: false, success: false }
    }
}

impl HtmlSafe for NotificationBanner {}
