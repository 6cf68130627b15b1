//! Is this text safe to put into a page? A [`Markup`] is; nothing else is let through unescaped.

use std::fmt;

use askama::Template;
use askama::filters::{Html, HtmlSafe, escape};

/// HTML that is known to be escaped.
///
/// There are two ways in: plain text, which is escaped on the way, and a component or page template, whose
/// own texts are escaped by askama. There is no way to make one from a `String` of HTML.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Markup(String);

impl Markup {
    /// Plain text; `<`, `>`, `&` and quotes are shown, not obeyed.
    pub fn text(text: &str) -> Self {
        Self(escape(text, Html).map_or_else(|_| String::new(), |safe| safe.to_string()))
    }

    /// What a component or another askama HTML template renders to.
    pub fn of(component: &impl Template) -> Self {
        // Rendering into a String fails only when a template's own Display fails; ours cannot.
        Self(component.render().unwrap_or_default())
    }

    /// Text in bold, for the one phrase of a sentence that matters.
    pub fn strong(text: &str) -> Self {
        Self(format!("<strong>{}</strong>", Self::text(text)))
    }

    /// A link inside a sentence.
    pub fn link(href: &str, text: &str) -> Self {
        Self::link_to(href, Self::text(text))
    }

    /// A link whose words are markup: with a part for those alone who hear it, say.
    pub fn link_to(href: &str, content: Self) -> Self {
        Self(format!("<a class=\"govuk-link\" href=\"{}\">{content}</a>", Self::text(href)))
    }

    /// Text that is not broken over lines: a reference, a date.
    pub fn whole(text: &str) -> Self {
        Self(format!("<span class=\"dm-whole\">{}</span>", Self::text(text)))
    }

    /// An id, which may be broken anywhere: nobody reads it aloud.
    pub fn id(text: &str) -> Self {
        Self(format!("<span class=\"dm-id\">{}</span>", Self::text(text)))
    }

    /// A paragraph of body text.
    pub fn paragraph(content: impl Into<Self>) -> Self {
        Self(format!("<p class=\"govuk-body\">{}</p>", content.into()))
    }

    /// Text that only a screen reader meets, with a space before it.
    pub fn hidden(text: &str) -> Self {
        Self(format!("<span class=\"govuk-visually-hidden\"> {}</span>", Self::text(text)))
    }

    /// The parts one after another, as they are.
    pub fn join(parts: impl IntoIterator<Item = Self>) -> Self {
        Self(parts.into_iter().map(|part| part.0).collect())
    }

    /// The HTML.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether nothing would be shown.
    pub fn is_empty(&self) -> bool {
        self.0.trim().is_empty()
    }

    /// HTML that this crate wrote itself, piece by piece, with every foreign text escaped.
    pub(crate) const fn built(html: String) -> Self {
        Self(html)
    }
}

impl fmt::Display for Markup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl HtmlSafe for Markup {}

impl From<&str> for Markup {
    fn from(text: &str) -> Self {
        Self::text(text)
    }
}

impl From<String> for Markup {
    fn from(text: String) -> Self {
        Self::text(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_shown_not_obeyed() {
        let markup = Markup::from("<b onclick='x'>\"&");
        for raw in ['<', '>', '"', '\''] {
            assert!(!markup.as_str().contains(raw), "{markup} still holds {raw}");
        }
        assert!(!Markup::link("\" autofocus x=\"", "t").as_str().contains("\" autofocus"));
    }

    #[test]
    fn joining_keeps_what_is_safe_and_escapes_the_rest() {
        let joined = Markup::join([Markup::strong("a"), " < ".into()]);
        assert_eq!(joined.as_str(), "<strong>a</strong> &#60; ");
    }
}
