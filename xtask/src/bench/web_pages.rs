//! Which pages does the measurement ask for, as whom? Ids are taken from the links of list pages, as a person would.
//!
//! A list is read line by line. `as NAME` says who asks from there on: a part of a sample sign-in's address. A line with
//! a path is that page. `/cases > /cases/{id}/links` follows links: `{id}` is each id that the page before `>` links to,
//! up to the next `/`; `{rest}` is the same up to the end of the address. `#` begins a remark.

use anyhow::{Context as _, Result, ensure};

use crate::console::say;
use crate::visitor::Visitor;

/// Addresses that one line of the list goes round through.
const MOST_OF_ONE: usize = 50;
/// Pages that are opened to find links on them.
const MOST_OPENED: usize = 8;

/// One line of the list: who asks for what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// A part of the address that signs in; empty for the first person.
    pub person: String,
    /// What is followed, one step after the other; the last step is asked for.
    pub steps: Vec<String>,
}

/// A page under measurement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// As the result names it.
    pub name: String,
    /// The place of the person in [`persons`].
    pub person: usize,
    /// The addresses, taken in turn.
    pub addresses: Vec<String>,
}

impl Page {
    /// The address of a turn.
    pub fn address(&self, turn: usize) -> &str {
        let at = turn.checked_rem(self.addresses.len()).unwrap_or_default();
        self.addresses.get(at).map_or("/", String::as_str)
    }
}

/// Reads a list.
pub fn lines(text: &str) -> Vec<Line> {
    let mut person = String::new();
    let mut lines = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        match line.strip_prefix("as ") {
            Some(name) => name.trim().clone_into(&mut person),
            None => {
                let steps = line.split('>').map(|step| step.trim().to_owned()).collect();
                lines.push(Line { person: person.clone(), steps });
            }
        }
    }
    lines
}

/// The people of a list, each once, in order.
pub fn persons(lines: &[Line]) -> Vec<String> {
    let mut persons: Vec<String> = Vec::new();
    for line in lines {
        if !persons.contains(&line.person) {
            persons.push(line.person.clone());
        }
    }
    persons
}

/// Finds the addresses of every line; a line that leads nowhere in this region is left out, and said.
///
/// # Errors
/// When a page does not answer, or nothing is left.
pub fn find(lines: &[Line], persons: &[String], visitors: &[Visitor]) -> Result<Vec<Page>> {
    let mut pages = Vec::new();
    for line in lines {
        let person = persons.iter().position(|person| *person == line.person).unwrap_or_default();
        let visitor = visitors.get(person).context("a visitor for each person")?;
        let mut addresses = follow(visitor, &line.steps)?;
        // A link may lead where this person may not go on to (an analyst's case, say).
        addresses.retain(|address| visitor.get(address).is_ok_and(|answer| answer.status == 200));
        let last = line.steps.last().map_or("", String::as_str);
        let name = if line.person.is_empty() { last.to_owned() } else { format!("{last} ({})", line.person) };
        if addresses.is_empty() {
            say(format_args!("left out: {name}: this region has none"));
        } else {
            pages.push(Page { name, person, addresses });
        }
    }
    ensure!(!pages.is_empty(), "the list of paths leads nowhere");
    Ok(pages)
}

fn follow(visitor: &Visitor, steps: &[String]) -> Result<Vec<String>> {
    let (first, rest) = steps.split_first().context("a line names a page")?;
    let mut open = vec![(first.clone(), String::new())];
    for step in rest {
        let mut next: Vec<(String, String)> = Vec::new();
        for (address, id) in open.iter().take(MOST_OPENED) {
            let answer = visitor.get(address)?;
            ensure!(answer.status == 200, "{address} answers {}", answer.status);
            // A step that speaks of two ids: the first is the one that led here.
            let pattern =
                if step.matches('{').count() > 1 { step.replacen("{id}", id, 1) } else { step.clone() };
            for found in links(&answer.body, &pattern) {
                if next.len() < MOST_OF_ONE && !next.contains(&found) {
                    next.push(found);
                }
            }
        }
        open = next;
    }
    Ok(open.into_iter().map(|(address, _)| address).collect())
}

/// The addresses that fit the pattern among a page's links, each with the id in it.
fn links(page: &str, pattern: &str) -> Vec<(String, String)> {
    let Some((prefix, (ends, suffix))) = pattern
        .split_once("{id}")
        .map(|(prefix, suffix)| (prefix, ("\"/?#", suffix)))
        .or_else(|| pattern.split_once("{rest}").map(|(prefix, suffix)| (prefix, ("\"#", suffix))))
    else {
        return vec![(pattern.to_owned(), String::new())];
    };
    let page = page.replace("&amp;", "&").replace("&#38;", "&").replace("&#x2f;", "/");
    page.split(&format!("href=\"{prefix}"))
        .skip(1)
        .filter_map(|rest| rest.split(|c| ends.contains(c)).next())
        .filter(|id| !id.is_empty() && *id != "new" && *id != "invite")
        .map(|id| (format!("{prefix}{id}{suffix}"), id.to_owned()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str = "# a remark\nas sam\n/start\n/cases > /cases/{id}/links\nas tom\n/pools\n";

    #[test]
    fn a_list_says_who_asks_for_what() {
        let lines = lines(LIST);
        assert_eq!(lines.len(), 3);
        assert_eq!(lines[1].steps, ["/cases", "/cases/{id}/links"]);
        assert_eq!((lines[0].person.as_str(), lines[2].person.as_str()), ("sam", "tom"));
        assert_eq!(persons(&lines), ["sam", "tom"]);
    }

    #[test]
    fn links_are_followed_by_their_pattern() {
        let page = r#"<a href="/cases/ab">x</a><a href="/cases/cd?x=1">x</a><a href="/cases/new">x</a><a href="/cases/ab/entity/e1/f.g">x</a>"#;
        let found: Vec<String> = links(page, "/cases/{id}/links").into_iter().map(|(path, _)| path).collect();
        assert_eq!(found, ["/cases/ab/links", "/cases/cd/links", "/cases/ab/links"]);
        assert_eq!(links(page, "/cases/ab/entity/{rest}")[0].0, "/cases/ab/entity/e1/f.g");
        assert_eq!(links(page, "/trends"), [("/trends".to_owned(), String::new())]);
    }

    #[test]
    fn addresses_are_taken_in_turn() {
        let page = Page { name: String::new(), person: 0, addresses: vec!["/a".into(), "/b".into()] };
        assert_eq!((page.address(0), page.address(3)), ("/a", "/b"));
    }

    #[test]
    fn every_listed_path_is_a_path() {
        let lines = lines(include_str!("web_paths.txt"));
        assert!(
            lines.len() > 20 && lines.iter().all(|line| line.steps.iter().all(|step| step.starts_with('/')))
        );
    }
}
