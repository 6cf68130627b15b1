//! Who should be led where, in the words of practitioners? Cases as prose, beside the routes.
//!
//! A case is a heading, a few sentences, and its lines:
//! ```text
//! given: asker child · child_age 14 · coercion yes · demands money, images
//! then:  first `police_999` now · then `childline` · also `dsl` · never `stopncii`
//! rules: R1, R4
//! ```
//! `first` is the first route, each `then` comes after the one before it, `also` is somewhere in the plan,
//! `never` is not in it. A route may be followed by its urgency. `rules` are rules that hold, among others.
//! Content reads cases and checks what they name; whether they come out is tried by `triage`.

use std::collections::BTreeMap;

use crate::fact::{FactName, Given, value_of};
use crate::file::ContentFile;
use crate::header::Status;
use crate::problem::{Check, Findings, Place};
use crate::route::{self, Route, Urgency};
use crate::rule::Rule;
use crate::section::Located;
use crate::word::{listed, listed_texts, words};

words! {
    /// What is expected of a route.
    Expects {
        /// It is the first of the plan.
        First = "first";
        /// It comes after the one named before it.
        Then = "then";
        /// It is in the plan.
        Also = "also";
        /// It is not in the plan.
        Never = "never";
    }
}

/// One expectation of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expectation {
    /// What is expected.
    pub expects: Expects,
    /// Of which route: [`Route::code`].
    pub route: String,
    /// How soon, where the case says so.
    pub urgency: Option<Urgency>,
    /// Where it stands.
    pub place: Place,
}

/// One case of `routes/cases.md`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// Its heading.
    pub title: String,
    /// What is known.
    pub given: Vec<Given>,
    /// Where it leads.
    pub then: Vec<Expectation>,
    /// Rules that hold, with their places.
    pub rules: Vec<(String, Place)>,
    /// Where it begins.
    pub place: Place,
}

/// The file of cases, below the content folder.
pub(crate) const FILE: &str = "routes/cases.md";

/// Reads `routes/cases.md`.
pub(crate) fn read(file: &ContentFile, findings: &Findings) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    let mut start = 0;
    for line in file.text().split_inclusive('\n') {
        let place = file.place(start);
        start += line.len();
        let line = line.trim_end();
        if let Some(title) = line.strip_prefix("## ") {
            let (given, then, rules) = (Vec::new(), Vec::new(), Vec::new());
            cases.push(Case { title: title.to_owned(), given, then, rules, place });
            continue;
        }
        let Some(case) = cases.last_mut() else { continue };
        if let Some(given) = line.strip_prefix("given:") {
            case.given.extend(parts(given, '·').flat_map(|part| fact(part, &place, findings)));
        } else if let Some(then) = line.strip_prefix("then:") {
            case.then.extend(parts(then, '·').filter_map(|part| expectation(part, &place, findings)));
        } else if let Some(rules) = line.strip_prefix("rules:") {
            case.rules.extend(parts(rules, ',').map(|rule| (rule.to_owned(), place.clone())));
        }
    }
    for case in cases.iter().filter(|case| case.given.is_empty() || case.then.is_empty()) {
        findings.at(
            &case.place,
            Check::MissingKey,
            format!("the case `{}` lacks its `given:` or `then:` line", case.title),
            "write both, each at the beginning of a line",
        );
    }
    cases
}

fn parts(line: &str, by: char) -> impl Iterator<Item = &str> {
    line.split(by).map(str::trim).filter(|part| !part.is_empty())
}

/// `demands money, images`: a fact and its values.
fn fact(part: &str, place: &Place, findings: &Findings) -> Vec<Given> {
    let Some((name, values)) = part.split_once(' ') else {
        findings.at(
            place,
            Check::WrongKind,
            format!("`{part}` is not a fact and its value"),
            "write `coercion yes`",
        );
        return Vec::new();
    };
    let Some(fact) = FactName::from_code(name) else {
        findings.at(
            place,
            Check::MissingReference,
            format!("there is no fact `{name}`"),
            format!("use {}", listed::<FactName>()),
        );
        return Vec::new();
    };
    let mut given = Vec::new();
    for value in parts(values, ',') {
        match value_of(fact, value) {
            Ok(()) => given.push(Given { fact, value: value.to_owned() }),
            Err(hint) => findings.at(
                place,
                Check::MissingReference,
                format!("`{value}` is not a value of `{name}`"),
                hint,
            ),
        }
    }
    given
}

/// ``first `police_999` now``: what is expected, of which route, how soon.
fn expectation(part: &str, place: &Place, findings: &Findings) -> Option<Expectation> {
    let mut words = part.split_whitespace();
    let word = words.next().unwrap_or_default();
    let refuse = |message: String, hint: String| findings.at(place, Check::UnknownWord, message, hint);
    let Some(expects) = Expects::ALL.iter().copied().find(|expects| expects.code() == word) else {
        refuse(
            format!("`{word}` is not an expectation"),
            "use first, then, also or never, and a route: first `police_999`".to_owned(),
        );
        return None;
    };
    let route = words.next().unwrap_or_default().trim_matches('`').to_owned();
    let urgency = match words.next() {
        None => None,
        Some(word) => {
            let found = Urgency::ALL.iter().copied().find(|urgency| urgency.code() == word);
            if found.is_none() {
                refuse(format!("`{word}` is not an urgency"), format!("use {}", listed::<Urgency>()));
            }
            found
        }
    };
    Some(Expectation { expects, route, urgency, place: place.clone() })
}

/// References: the routes and rules that cases name exist.
pub(crate) fn check_references(
    cases: &[Case],
    routes: &BTreeMap<String, Route>,
    rules: &[Rule],
    findings: &Findings,
) {
    super::check::unique("case", cases.iter().map(|case| (case.title.as_str(), &case.place)), findings);
    for expectation in cases.iter().flat_map(|case| &case.then) {
        let named = Located { text: expectation.route.clone(), place: expectation.place.clone() };
        route::check_code(routes, &named, findings);
    }
    for (code, place) in cases.iter().flat_map(|case| &case.rules) {
        if !rules.iter().any(|rule| rule.code == *code) {
            findings.at(
                place,
                Check::MissingReference,
                format!("there is no rule `{code}`"),
                listed_texts(rules.iter().map(|rule| rule.code.as_str())),
            );
        }
    }
}

/// Meaning: each live route is the way out of at least one case, and each live rule holds in at least one.
pub(crate) fn check_meaning(
    cases: &[Case],
    routes: &BTreeMap<String, Route>,
    rules: &[Rule],
    findings: &Findings,
) {
    for route in routes.values().filter(|route| route.header.status == Status::Live) {
        let tried = |named: &Expectation| named.expects != Expects::Never && named.route == route.code;
        if !cases.iter().flat_map(|case| &case.then).any(tried) {
            findings.at(
                &route.place,
                Check::UntriedRoute,
                format!("no case leads to `{}`", route.code),
                "add one to `routes/cases.md`: a sentence, what is given, and where it leads",
            );
        }
    }
    for rule in rules.iter().filter(|rule| rule.is_live()) {
        if !cases.iter().flat_map(|case| &case.rules).any(|(code, _)| *code == rule.code) {
            findings.at(
                &rule.place,
                Check::UntriedRule,
                format!("no case tries `{}`", rule.code),
                "add one to `routes/cases.md` and name the rule in its `rules:` line",
            );
        }
    }
}
