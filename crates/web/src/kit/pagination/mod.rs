//! Where is the rest of a long list?

use askama::Template;
use askama::filters::HtmlSafe;

/// Links to the other pages of a list.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "kit/pagination/template.html")]
pub struct Pagination {
    /// The page before.
    pub previous: Option<String>,
    /// The page after.
    pub next: Option<String>,
    /// The numbered pages.
    pub items: Vec<PageItem>,
}

/// An entry between "Previous" and "Next".
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PageItem {
    /// A page by its number.
    Page {
        /// Counted from 1.
        number: usize,
        /// Where it is.
        href: String,
        /// Whether it is the one being read.
        current: bool,
    },
    /// Pages left out.
    Gap,
}

impl Pagination {
    /// The pages around `current` of `n_pages`, with the first and the last; `None` when one page is all.
    pub fn of(current: usize, n_pages: usize, href: impl Fn(usize) -> String) -> Option<Self> {
        if n_pages < 2 {
            return None;
        }
        let current = current.clamp(1, n_pages);
        let mut items = Vec::new();
        let mut last_shown = 0;
        for number in (1..=n_pages).filter(|n| *n == 1 || *n == n_pages || n.abs_diff(current) <= 1) {
            if number > last_shown + 1 {
                items.push(PageItem::Gap);
            }
            items.push(PageItem::Page { number, href: href(number), current: number == current });
            last_shown = number;
        }
        Some(Self {
            previous: (current > 1).then(|| href(current - 1)),
            next: (current < n_pages).then(|| href(current + 1)),
            items,
        })
    }
}

impl HtmlSafe for Pagination {}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(current: usize, n_pages: usize, expected: &str) {
        let words = Pagination::of(current, n_pages, |n| format!("?page={n}")).map(|pagination| {
            let items = pagination.items.iter().map(|item| match item {
                PageItem::Gap => "…".to_owned(),
                PageItem::Page { number, current: true, .. } => format!("[{number}]"),
                PageItem::Page { number, .. } => number.to_string(),
            });
            items.collect::<Vec<_>>().join(" ")
        });
        assert_eq!(words.unwrap_or_default(), expected, "page {current} of {n_pages}");
    }

    #[test]
    fn the_first_the_last_and_the_neighbours_are_shown() {
        check(1, 1, "");
        check(1, 3, "[1] 2 3");
        check(1, 9, "[1] 2 … 9");
        check(5, 9, "1 … 4 [5] 6 … 9");
        check(99, 9, "1 … 8 [9]");
    }
}
