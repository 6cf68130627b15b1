//! What stands on every page? Header, navigation, who is signed in, languages, footer.
//!
//! A room's page struct has a field `layout` and its template starts with
//! `{% extends "kit/layout/staff.html" %}` or `{% extends "kit/layout/public.html" %}`. Blocks to fill:
//! `content` (inside `main`), and where needed `before_main` (breadcrumbs, back link), `identity` (the bar
//! of the record), `scripts` (further script files).

use super::{CsrfField, Language, Markup, NavLink};
use crate::edge::assets;
use crate::edge::csrf::CsrfToken;

/// The same page in another language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LanguageLink {
    /// The language.
    pub language: Language,
    /// Where that page is.
    pub href: String,
}

/// A line that says what this installation is: a trial, invented data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phase {
    /// One or two words on a tint: "Sample".
    pub tag: Markup,
    /// The sentence: "Every person and case here is invented."
    pub text: Markup,
}

/// Who is signed in, and how to stop.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// The person, as colleagues know them.
    pub name: String,
    /// The agency they act for.
    pub agency: String,
    /// Where the sign-out form is sent.
    pub sign_out: String,
    /// The session's token, for that form.
    pub csrf: CsrfToken,
}

impl SignedIn {
    /// The hidden field of that form.
    pub fn csrf_field(&self) -> CsrfField {
        CsrfField { token: self.csrf.clone() }
    }
}

/// The frame of staff pages.
#[derive(Debug, Clone, Default)]
pub struct StaffLayout {
    /// The page's title, without the service's name.
    pub title: String,
    /// Whether the page shows a form with problems: the title then says so first.
    pub has_errors: bool,
    /// The page's language.
    pub language: Language,
    /// The page in its other languages.
    pub languages: Vec<LanguageLink>,
    /// The rooms this person may enter.
    pub navigation: Vec<NavLink>,
    /// Who is signed in.
    pub signed_in: Option<SignedIn>,
    /// What this installation is.
    pub phase: Option<Phase>,
}

impl StaffLayout {
    /// A frame with a title and nothing else.
    pub fn new(title: impl Into<String>) -> Self {
        Self { title: title.into(), ..Self::default() }
    }

    /// Whether there is anything to say between header and page.
    pub const fn has_top(&self) -> bool {
        self.signed_in.is_some() || !self.languages.is_empty()
    }

    /// What the tab says.
    pub fn page_title(&self) -> String {
        page_title(self.language, self.has_errors, &self.title, true)
    }

    /// The address of a file by its plain name, for templates: `layout.asset("service.css")`.
    pub fn asset(&self, name: &str) -> String {
        assets::url(name)
    }

    /// The address of the components' scripts, where they were built.
    pub fn govuk_script(&self) -> Option<String> {
        assets::govuk_script()
    }
}

/// A way to leave a page at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuickExit {
    /// Where to go; a page of ours that forgets and sends on, such as `/leave`.
    pub href: String,
    /// "Exit this page".
    pub text: Markup,
}

/// The frame of public pages and of error pages. It knows of no session.
#[derive(Debug, Clone, Default)]
pub struct PublicLayout {
    /// The page's title; on young people's pages neutral, such as "Help and advice".
    pub title: String,
    /// Whether the page shows a form with problems.
    pub has_errors: bool,
    /// The page's language.
    pub language: Language,
    /// The page in its other languages.
    pub languages: Vec<LanguageLink>,
    /// The pages beside this one; may be empty.
    pub navigation: Vec<NavLink>,
    /// A line under the header: "You do not need to sign in."
    pub note: Option<Markup>,
    /// What this installation is.
    pub phase: Option<Phase>,
    /// The way to leave at once; also loads its script.
    pub quick_exit: Option<QuickExit>,
    /// Whether this is a page for a child: larger text, neutral tab title and icon, no trace.
    pub for_young_people: bool,
}

impl PublicLayout {
    /// A frame with a title and nothing else.
    pub fn new(title: impl Into<String>) -> Self {
        Self { title: title.into(), ..Self::default() }
    }

    /// Whether there is anything to say between header and page.
    pub const fn has_top(&self) -> bool {
        self.note.is_some() || !self.languages.is_empty()
    }

    /// What the tab says.
    pub fn page_title(&self) -> String {
        page_title(self.language, self.has_errors, &self.title, !self.for_young_people)
    }

    /// The address of a file by its plain name, for templates: `layout.asset("service.css")`.
    pub fn asset(&self, name: &str) -> String {
        assets::url(name)
    }

    /// The address of the components' scripts, where they were built.
    pub fn govuk_script(&self) -> Option<String> {
        assets::govuk_script()
    }
}

fn page_title(language: Language, has_errors: bool, title: &str, with_service: bool) -> String {
    let prefix = if has_errors { format!("{}: ", language.error()) } else { String::new() };
    let suffix = if with_service { " - Daymark" } else { "" };
    format!("{prefix}{title}{suffix}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_title_says_first_that_there_are_errors() {
        let mut layout = StaffLayout { has_errors: true, ..StaffLayout::new("Record a case") };
        assert_eq!(layout.page_title(), "Error: Record a case - Daymark");
        layout.language = Language::Welsh;
        assert_eq!(layout.page_title(), "Gwall: Record a case - Daymark");
    }

    #[test]
    fn a_child_s_tab_does_not_name_the_service() {
        let layout = PublicLayout { for_young_people: true, ..PublicLayout::new("Help and advice") };
        assert_eq!(layout.page_title(), "Help and advice");
    }
}
