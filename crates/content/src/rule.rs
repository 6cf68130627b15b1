//! When is which way the right one? One file in `content/rules/` for each row of the decision table.
//!
//! All rules that hold contribute. A rule names routes with their urgency and the reason that people read;
//! it may leave a route out, always with a reason; and it may have something to say. Nothing here decides:
//! `triage` puts the rules that hold together.

use std::collections::BTreeMap;

use crate::fact::{FactName, Nation, When, read_when};
use crate::header::{Header, Status};
use crate::problem::{Check, Findings, Place};
use crate::route::{self, Doer, Route, Urgency};
use crate::section::{Located, Section};
use crate::word::words;

words! {
    /// What must be done before a route is taken.
    Before {
        /// Names, numbers, addresses, times and payments are written down; images are not looked at.
        EvidenceNoted = "evidence_noted";
    }
}

/// A route that a rule leads to.
#[derive(Debug, Clone)]
pub struct RuleRoute {
    /// [`Route::code`].
    pub code: String,
    /// How soon.
    pub urgency: Urgency,
    /// Who takes the step; absent: whoever the route says.
    pub who: Option<Doer>,
    /// Why, for adults; absent: the rule's own reason.
    pub reason: Option<String>,
    /// Why, for a child; absent: the rule's own reason.
    pub reason_for_child: Option<String>,
    /// What comes first.
    pub not_before: Vec<Before>,
    /// What must hold besides the rule's own conditions.
    pub when: When,
    pub(crate) place: Place,
}

/// A route that a rule keeps out of the plan.
#[derive(Debug, Clone)]
pub struct LeaveOut {
    /// [`Route::code`].
    pub code: String,
    /// Why.
    pub reason: String,
    /// The route that takes its place when another rule named it.
    pub instead: Option<String>,
    /// What must hold besides the rule's own conditions.
    pub when: When,
    pub(crate) place: Place,
}

/// Something that a rule has to say.
#[derive(Debug, Clone)]
pub struct RuleMessage {
    /// For adults.
    pub text: String,
    /// For a child, where it differs.
    pub for_child: Option<String>,
    /// What must hold besides the rule's own conditions.
    pub when: When,
}

/// One row of the decision table.
#[derive(Debug, Clone)]
pub struct Rule {
    /// The id, which is its path: `rules/r04-blackmail`.
    pub id: String,
    /// Its name in answers: `R4`.
    pub code: String,
    /// What it is about.
    pub title: String,
    /// When it holds.
    pub when: When,
    /// Whether it holds only when no other rule leads anywhere.
    pub otherwise: bool,
    /// Whether routes that are named or reached otherwise in the child's nation show this rule too.
    pub marks_nations: bool,
    /// Why, for adults.
    pub reason: String,
    /// Why, for a child.
    pub reason_for_child: String,
    /// Where it leads, in the order in which to go.
    pub routes: Vec<RuleRoute>,
    /// What it keeps out.
    pub leave_out: Vec<LeaveOut>,
    /// What it has to say.
    pub messages: Vec<RuleMessage>,
    /// Version, owner, dates and sources.
    pub header: Header,
    pub(crate) code_place: Place,
    pub(crate) place: Place,
}

impl Rule {
    /// The number in its code: rules are read top to bottom.
    pub fn number(&self) -> u32 {
        number(&self.code).unwrap_or(u32::MAX)
    }

    /// Whether it is in use.
    pub fn is_live(&self) -> bool {
        self.header.status == Status::Live
    }
}

/// `R4` is 4.
fn number(code: &str) -> Option<u32> {
    code.strip_prefix('R').filter(|digits| !digits.starts_with('0')).and_then(|digits| digits.parse().ok())
}

/// Reads `rules/<slug>.toml`.
pub(crate) fn read(section: &mut Section<'_>, header: Header) -> Rule {
    let code_place = section.place_of("code");
    let code = section.text("code");
    if !code.is_empty() && number(&code).is_none() {
        section.refuse(
            "code",
            Check::BadId,
            format!("`{code}` is not a rule’s code"),
            "write `R` and a number: R4",
        );
    }
    let rule = Rule {
        id: header.id.clone(),
        code,
        title: section.text("title"),
        when: read_when(section, "when"),
        otherwise: section.flag("otherwise"),
        marks_nations: section.flag("marks_nations"),
        reason: section.text("reason"),
        reason_for_child: section.text("reason_for_child"),
        routes: section.tables("route").into_iter().filter_map(read_route).collect(),
        leave_out: section.tables("leave_out").into_iter().map(read_leave_out).collect(),
        messages: section.tables("message").into_iter().map(read_message).collect(),
        place: section.place(),
        header,
        code_place,
    };
    if rule.when.is_always() && !rule.otherwise {
        section.refuse(
            "when",
            Check::Rule,
            format!("`{}` holds for everybody", rule.id),
            "say when it holds: when = { coercion = \"yes\" }; or otherwise = true",
        );
    }
    rule
}

fn read_route(mut table: Section<'_>) -> Option<RuleRoute> {
    let Located { text: code, place } = table.located("code");
    let urgency = table.word("urgency");
    let route = RuleRoute {
        code,
        urgency: urgency.unwrap_or(Urgency::SameDay),
        who: table.optional_word("who"),
        reason: table.optional_text("reason"),
        reason_for_child: table.optional_text("reason_for_child"),
        not_before: table.words("not_before"),
        when: read_when(&mut table, "when"),
        place,
    };
    table.finish();
    urgency.map(|_| route)
}

fn read_leave_out(mut table: Section<'_>) -> LeaveOut {
    let Located { text: code, place } = table.located("code");
    let left_out = LeaveOut {
        code,
        reason: table.text("reason"),
        instead: table.optional_text("instead"),
        when: read_when(&mut table, "when"),
        place,
    };
    table.finish();
    left_out
}

fn read_message(mut table: Section<'_>) -> RuleMessage {
    let message = RuleMessage {
        text: table.text("text"),
        for_child: table.optional_text("for_child"),
        when: read_when(&mut table, "when"),
    };
    table.finish();
    message
}

/// References: codes are there once, and routes that are named exist.
pub(crate) fn check_references(rules: &[Rule], routes: &BTreeMap<String, Route>, findings: &Findings) {
    super::check::unique("rule", rules.iter().map(|rule| (rule.code.as_str(), &rule.code_place)), findings);
    for rule in rules {
        let named = rule.routes.iter().map(|route| (&route.code, &route.place));
        let left_out = rule.leave_out.iter().map(|route| (&route.code, &route.place));
        let instead = rule.leave_out.iter().filter_map(|route| Some((route.instead.as_ref()?, &route.place)));
        for (code, place) in named.chain(left_out).chain(instead) {
            let named = Located { text: code.clone(), place: place.clone() };
            route::check_code(routes, &named, findings);
        }
    }
}

/// Meaning: each rule leads somewhere or says something; each live route is led to; in every nation, immediate
/// danger leads at once to somebody who helps anyone; and nothing ever leaves that way out.
pub(crate) fn check_meaning(
    rules: &[Rule],
    routes: &BTreeMap<String, Route>,
    folder: &str,
    findings: &Findings,
) {
    for rule in rules.iter().filter(|rule| rule.is_live()) {
        if rule.routes.is_empty() && rule.leave_out.is_empty() && rule.messages.is_empty() {
            findings.at(
                &rule.place,
                Check::Rule,
                format!("`{}` leads nowhere and says nothing", rule.id),
                "add a [[route]], a [[leave_out]] or a [[message]]",
            );
        }
    }
    for route in routes.values().filter(|route| route.header.status == Status::Live) {
        let live = rules.iter().filter(|rule| rule.is_live());
        let led_to = live.clone().flat_map(|rule| &rule.routes).any(|named| named.code == route.code)
            || live
                .flat_map(|rule| &rule.leave_out)
                .any(|left_out| left_out.instead.as_deref() == Some(route.code.as_str()));
        if !led_to {
            findings.at(
                &route.place,
                Check::Rule,
                format!("no rule leads to `{}`", route.code),
                "name it as a [[route]] of a rule in `rules/`, or give it the status `draft`",
            );
        }
    }
    emergency(rules, routes, folder, findings);
}

/// The codes that immediate danger leads to at once, whatever else is known.
fn emergency_codes(rules: &[Rule]) -> Vec<&str> {
    rules
        .iter()
        .filter(|rule| rule.is_live() && rule.when.names(FactName::ImmediateDanger, "yes"))
        .flat_map(|rule| &rule.routes)
        .filter(|route| route.urgency == Urgency::Now && route.when.is_always())
        .map(|route| route.code.as_str())
        .collect()
}

fn emergency(rules: &[Rule], routes: &BTreeMap<String, Route>, folder: &str, findings: &Findings) {
    let codes = emergency_codes(rules);
    let helps_anyone =
        |route: &&Route| route.ages.is_none() && route.image_ages.is_none() && route.askers.is_empty();
    let ways: Vec<&Route> =
        codes.iter().filter_map(|code| route::by_code(routes, code)).filter(helps_anyone).collect();
    let place = Place { file: format!("{folder}/rules"), line: 1, column: 1 };
    let place = rules
        .iter()
        .find(|rule| rule.when.names(FactName::ImmediateDanger, "yes"))
        .map_or(&place, |rule| &rule.place);
    for nation in Nation::ALL {
        if !ways.iter().any(|route| route.nations.contains(nation)) {
            findings.at(
                place,
                Check::EmergencyRoute,
                format!("immediate danger leads to nobody at once in `{}`", nation.code()),
                "name a live route with urgency `now`, for that nation, any age and anyone who asks",
            );
        }
    }
    for left_out in rules.iter().flat_map(|rule| &rule.leave_out) {
        if codes.contains(&left_out.code.as_str()) {
            findings.at(
                &left_out.place,
                Check::EmergencyRoute,
                format!("`{}` would be left out, which immediate danger leads to", left_out.code),
                "take this [[leave_out]] away: no answer removes the way out of danger",
            );
        }
    }
}
