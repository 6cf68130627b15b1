//! Are people led where practitioners say they should be? Cases as prose, beside the routes.
//!
//! A case is a heading, a few sentences, and two lines:
//! ```text
//! given: nation england · danger not-immediate · coercion yes
//! then:  first `routes/childline` · then `routes/police-101` · never `routes/999`
//! ```
//! `first` is the first route, each `then` comes after the one before it, `never` is not offered at all.

use std::collections::BTreeMap;

use crate::file::ContentFile;
use crate::header::Status;
use crate::problem::{Check, Findings, Place};
use crate::route::{self, FactList, Facts, Route};
use crate::section::Located;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Expectation {
    First,
    Then,
    Never,
}

/// One case of `cases.md`.
#[derive(Debug, Clone)]
pub(crate) struct Case {
    title: Located,
    given: Vec<(Located, Vec<Located>)>,
    then: Vec<(Expectation, Located)>,
}

/// Reads `routes/cases.md`.
pub(crate) fn read(file: &ContentFile, findings: &Findings) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    let mut start = 0;
    for line in file.text().split_inclusive('\n') {
        let place = file.place(start);
        start += line.len();
        let line = line.trim_end();
        if let Some(title) = line.strip_prefix("## ") {
            let title = Located { text: title.to_owned(), place };
            cases.push(Case { title, given: Vec::new(), then: Vec::new() });
        } else if let (Some(given), Some(case)) = (line.strip_prefix("given:"), cases.last_mut()) {
            case.given.extend(parts(given).filter_map(|part| fact(part, &place, findings)));
        } else if let (Some(then), Some(case)) = (line.strip_prefix("then:"), cases.last_mut()) {
            case.then.extend(parts(then).filter_map(|part| expectation(part, &place, findings)));
        }
    }
    for case in cases.iter().filter(|case| case.given.is_empty() || case.then.is_empty()) {
        findings.at(
            &case.title.place,
            Check::MissingKey,
            format!("the case `{}` lacks its `given:` or `then:` line", case.title.text),
            "write both, each at the beginning of a line",
        );
    }
    cases
}

fn parts(line: &str) -> impl Iterator<Item = &str> {
    line.split('·').map(str::trim).filter(|part| !part.is_empty())
}

/// `demand money, images`: a fact and its values.
fn fact(part: &str, place: &Place, findings: &Findings) -> Option<(Located, Vec<Located>)> {
    let located = |text: &str| Located { text: text.trim().to_owned(), place: place.clone() };
    let Some((name, values)) = part.split_once(' ') else {
        findings.at(
            place,
            Check::WrongKind,
            format!("`{part}` is not a fact and its value"),
            "write `danger not-immediate`",
        );
        return None;
    };
    Some((located(name), values.split(',').map(located).collect()))
}

fn expectation(part: &str, place: &Place, findings: &Findings) -> Option<(Expectation, Located)> {
    let (word, route) = part.split_once(' ').unwrap_or((part, ""));
    let kind = match word {
        "first" => Expectation::First,
        "then" => Expectation::Then,
        "never" => Expectation::Never,
        _ => {
            findings.at(
                place,
                Check::UnknownWord,
                format!("`{word}` is not an expectation"),
                "use first, then or never, and a route: first `routes/999`",
            );
            return None;
        }
    };
    let text = route.trim().trim_matches('`').to_owned();
    Some((kind, Located { text, place: place.clone() }))
}

/// References: facts, values and routes that cases name exist.
pub(crate) fn check_references(
    cases: &[Case],
    routes: &BTreeMap<String, Route>,
    facts: &FactList,
    findings: &Findings,
) {
    for case in cases {
        for (fact, values) in &case.given {
            route::check_fact(facts, fact, values, findings);
        }
        for (_, route) in case.then.iter().filter(|(_, route)| !routes.contains_key(&route.text)) {
            findings.at(
                &route.place,
                Check::MissingReference,
                format!("there is no route `{}`", route.text),
                "name a file in `routes/` without its ending",
            );
        }
    }
}

/// Meaning: each case comes out as it says, and each live route is the way out of at least one.
pub(crate) fn check_meaning(cases: &[Case], routes: &BTreeMap<String, Route>, findings: &Findings) {
    for route in routes.values().filter(|route| route.header.status == Status::Live) {
        let tried =
            |(kind, named): &(Expectation, Located)| *kind != Expectation::Never && named.text == route.id;
        if !cases.iter().flat_map(|case| &case.then).any(tried) {
            findings.at(
                &route.place,
                Check::UntriedRoute,
                format!("no case leads to `{}`", route.id),
                "add one to `routes/cases.md`: a sentence, what is given, and where it leads",
            );
        }
    }
    for case in cases {
        let facts: Facts = case
            .given
            .iter()
            .map(|(fact, values)| (fact.text.clone(), values.iter().map(|v| v.text.clone()).collect()))
            .collect();
        let offered: Vec<&str> =
            route::applying(routes, &facts).into_iter().map(|route| route.id.as_str()).collect();
        let mut after = 0;
        for (kind, route) in &case.then {
            let position = offered.iter().position(|id| *id == route.text);
            let holds = match kind {
                Expectation::First => position == Some(0),
                Expectation::Then => position.is_some_and(|position| position >= after),
                Expectation::Never => position.is_none(),
            };
            if let Some(position) = position.filter(|_| holds) {
                after = position + 1;
            }
            if !holds && routes.contains_key(&route.text) {
                findings.at(
                    &route.place,
                    Check::CaseFails,
                    format!("`{}` does not come out as the case `{}` says", route.text, case.title.text),
                    format!("the routes offered are, in order: {}", offered.join(", ")),
                );
            }
        }
    }
}
