//! Which routes, in which order, with which reasons? All rules that hold, put together.
//!
//! Rules are read top to bottom and all contribute. Routes are ordered by urgency and then as the first rule that
//! names them has them. A route that a rule leaves out, or that is not for this person, is listed with its reason.

use std::collections::{BTreeMap, BTreeSet};

use daymark_content::fact::{NONE, OLDEST};
use daymark_content::{
    Asker, Before, Channel, Content, Doer, FactName, FactShape, Nation, Route, Rule, RuleRoute, Status,
    Urgency,
};

use crate::facts::Facts;
use crate::suits::unsuited;

/// A reason, and the rule that gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Because<'a> {
    /// The rule's code: `R4`.
    pub rule: &'a str,
    /// The sentence for who asks.
    pub reason: &'a str,
}

/// One step of a plan.
#[derive(Debug, Clone)]
pub struct PlannedRoute<'a> {
    /// The route as it is written.
    pub route: &'a Route,
    /// How soon.
    pub urgency: Urgency,
    /// Its place in the plan, from 1.
    pub order: usize,
    /// Its name where the child lives.
    pub name: &'a str,
    /// The sentence for who asks, where the child lives.
    pub sentence: &'a str,
    /// How it is reached where the child lives.
    pub channels: &'a [Channel],
    /// Who takes the step.
    pub who: Doer,
    /// Why, most urgent first; each sentence once.
    pub because: Vec<Because<'a>>,
    /// The codes of all rules that name it, from R1 on.
    pub rules: Vec<&'a str>,
    /// What comes first.
    pub not_before: BTreeSet<Before>,
}

impl PlannedRoute<'_> {
    /// The one or two reasons that weigh most, as one text.
    pub fn reason(&self) -> String {
        let reasons: Vec<&str> = self.because.iter().take(2).map(|because| because.reason).collect();
        reasons.join(" ")
    }

    /// Whether pages must say "check before use".
    pub fn check_before_use(&self) -> bool {
        self.route.check_before_use()
    }
}

/// Why a route is not in the plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LeftOutBecause {
    /// A rule leaves it out.
    Rule,
    /// A rule led to it, and it is not for this person.
    NotForThem,
    /// Nothing that is known calls for it.
    NotCalledFor,
}

/// A route that is not in the plan.
#[derive(Debug, Clone)]
pub struct LeftOut<'a> {
    /// The route.
    pub route: &'a Route,
    /// What kind of reason it is.
    pub because: LeftOutBecause,
    /// The sentence.
    pub reason: String,
}

/// When to look again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FollowUp<'a> {
    /// Not later than this many hours from now.
    pub within_hours: u32,
    /// The sentence for who asks.
    pub sentence: &'a str,
}

/// Where to go, in which order, and what to bear in mind.
#[derive(Debug, Clone)]
pub struct Plan<'a> {
    /// The routes in the order in which to take them.
    pub routes: Vec<PlannedRoute<'a>>,
    /// Every other live route, with the reason.
    pub left_out: Vec<LeftOut<'a>>,
    /// What to bear in mind; the last says that it is not the child's fault.
    pub messages: Vec<&'a str>,
    /// The facts that would change the plan most, life and safety first; at most five.
    pub ask_next: Vec<FactName>,
    /// When to look again.
    pub follow_up: Option<FollowUp<'a>>,
    /// The rules that hold.
    pub rules: Vec<&'a Rule>,
    /// The version of the content that shaped it.
    pub content_version: &'a str,
}

impl<'a> Plan<'a> {
    /// One step, by the route's code.
    pub fn route(&self, code: &str) -> Option<&PlannedRoute<'a>> {
        self.routes.iter().find(|planned| planned.route.code == code)
    }

    /// The steps of one urgency.
    pub fn of(&self, urgency: Urgency) -> impl Iterator<Item = &PlannedRoute<'a>> {
        self.routes.iter().filter(move |planned| planned.urgency == urgency)
    }
}

/// Most facts that a plan asks for.
pub const MOST_ASKED: usize = 5;

/// The plan for what is known.
///
/// The same content and facts give the same plan. It is never empty, whatever is known.
pub fn plan<'a>(content: &'a Content, facts: &Facts) -> Plan<'a> {
    let mut plan = put_together(content, facts);
    plan.ask_next = ask_next(content, facts);
    plan
}

/// A route that a rule names, before anything is left out.
struct Named<'a> {
    route: &'a Route,
    urgency: Urgency,
    who: Option<Doer>,
    because: Because<'a>,
    not_before: &'a [Before],
    /// The rule's number and the place in it.
    sequence: (u32, usize),
}

/// What rules leave out: code → rule, reason, instead.
type LeaveOuts<'a> = BTreeMap<&'a str, (&'a Rule, &'a str, Option<&'a str>)>;

pub(crate) fn put_together<'a>(content: &'a Content, facts: &Facts) -> Plan<'a> {
    let (rules, routes, mut left_out) = decide(content, facts);
    for route in content.routes().values().filter(|route| route.header.status == Status::Live) {
        let named = routes.iter().any(|planned| planned.route.code == route.code)
            || left_out.iter().any(|other| other.route.code == route.code);
        if !named {
            let because = LeftOutBecause::NotCalledFor;
            left_out.push(LeftOut { route, because, reason: route.left_out.clone() });
        }
    }
    left_out.sort_by_key(|left| left.because);
    Plan {
        messages: messages_of(content, facts, &rules),
        follow_up: follow_up(content, facts),
        content_version: content.version(),
        ask_next: Vec::new(),
        routes,
        left_out,
        rules,
    }
}

/// The rules that hold, where they lead, and what they leave out.
fn decide<'a>(
    content: &'a Content,
    facts: &Facts,
) -> (Vec<&'a Rule>, Vec<PlannedRoute<'a>>, Vec<LeftOut<'a>>) {
    let live = || content.rules().iter().filter(|rule| rule.is_live());
    let mut rules: Vec<&Rule> = live().filter(|rule| holds(rule, facts)).collect();
    let (mut routes, mut left_out) = routes_of(content, facts, &rules);
    if routes.is_empty() {
        rules.extend(live().filter(|rule| rule.otherwise && !holds(rule, facts)));
        rules.sort_by_key(|rule| rule.number());
        (routes, left_out) = routes_of(content, facts, &rules);
    }
    (rules, routes, left_out)
}

/// How much each route of the plan weighs: enough to compare plans by.
pub(crate) fn weights<'a>(content: &'a Content, facts: &Facts) -> BTreeMap<&'a str, u32> {
    let (_, routes, _) = decide(content, facts);
    routes.iter().map(|planned| (planned.route.code.as_str(), weight(planned.urgency))).collect()
}

fn holds(rule: &Rule, facts: &Facts) -> bool {
    !rule.when.is_always() && facts.hold(&rule.when)
}

fn routes_of<'a>(
    content: &'a Content,
    facts: &Facts,
    rules: &[&'a Rule],
) -> (Vec<PlannedRoute<'a>>, Vec<LeftOut<'a>>) {
    let leave_outs = leave_outs(facts, rules);
    let child = facts.asker() == Asker::Child;
    let mut named: Vec<Named<'a>> = Vec::new();
    let mut left_out: BTreeMap<&str, LeftOut<'a>> = BTreeMap::new();
    for rule in rules {
        let entries = rule.routes.iter().enumerate().filter(|(_, entry)| facts.hold(&entry.when));
        for (position, entry) in entries {
            let Some(one) = name(content, facts, rule, entry, position) else { continue };
            let code = one.route.code.as_str();
            let refused = leave_outs.get(code).map(|(rule, reason, instead)| {
                let standing_in = instead.and_then(|code| content.route_by_code(code));
                let words = if child { &rule.reason_for_child } else { *reason };
                let because = Because { rule: &rule.code, reason: words };
                (LeftOutBecause::Rule, (*reason).to_owned(), standing_in.map(|route| (route, because)))
            });
            let refused =
                refused.or_else(|| Some((LeftOutBecause::NotForThem, unsuited(one.route, facts)?, None)));
            let Some((because, reason, instead)) = refused else {
                named.push(one);
                continue;
            };
            if let Some((route, because)) = instead.filter(|(route, _)| unsuited(route, facts).is_none()) {
                named.push(Named { route, because, who: None, ..one });
            }
            left_out.entry(code).or_insert(LeftOut { route: one.route, because, reason });
        }
    }
    // A rule's word on a route is heard even where no other rule led to it.
    for (code, (_, reason, _)) in &leave_outs {
        if let Some(route) = content.route_by_code(code) {
            let because = LeftOutBecause::Rule;
            left_out.entry(code).or_insert(LeftOut { route, because, reason: (*reason).to_owned() });
        }
    }
    (merge(named, facts, rules), left_out.into_values().collect())
}

fn leave_outs<'a>(facts: &Facts, rules: &[&'a Rule]) -> LeaveOuts<'a> {
    let mut leave_outs = LeaveOuts::new();
    for rule in rules {
        for left_out in rule.leave_out.iter().filter(|left_out| facts.hold(&left_out.when)) {
            let entry = (*rule, left_out.reason.as_str(), left_out.instead.as_deref());
            leave_outs.entry(&left_out.code).or_insert(entry);
        }
    }
    leave_outs
}

fn name<'a>(
    content: &'a Content,
    facts: &Facts,
    rule: &'a Rule,
    entry: &'a RuleRoute,
    position: usize,
) -> Option<Named<'a>> {
    let reason = match facts.asker() {
        Asker::Child => entry.reason_for_child.as_ref().unwrap_or(&rule.reason_for_child),
        _ => entry.reason.as_ref().unwrap_or(&rule.reason),
    };
    Some(Named {
        route: content.route_by_code(&entry.code)?,
        urgency: entry.urgency,
        who: entry.who,
        because: Because { rule: &rule.code, reason },
        not_before: &entry.not_before,
        sequence: (rule.number(), position),
    })
}

/// Each route once: the most urgent of what was said, the first place, every reason.
fn merge<'a>(mut named: Vec<Named<'a>>, facts: &Facts, rules: &[&'a Rule]) -> Vec<PlannedRoute<'a>> {
    let mut first: BTreeMap<&str, ((u32, usize), Urgency)> = BTreeMap::new();
    for one in &named {
        let entry = first.entry(&one.route.code).or_insert((one.sequence, one.urgency));
        *entry = (entry.0.min(one.sequence), entry.1.min(one.urgency));
    }
    // The reasons of the most urgent rule come first.
    named.sort_by_key(|one| (one.urgency, one.sequence));
    let mut planned: BTreeMap<(Urgency, (u32, usize)), PlannedRoute<'a>> = BTreeMap::new();
    for one in &named {
        let Some((sequence, urgency)) = first.get(one.route.code.as_str()).copied() else { continue };
        let entry = planned.entry((urgency, sequence)).or_insert_with(|| begin(one, urgency, facts));
        if !entry.because.iter().any(|because| because.reason == one.because.reason) {
            entry.because.push(one.because.clone());
        }
        if !entry.rules.contains(&one.because.rule) {
            entry.rules.push(one.because.rule);
        }
        entry.not_before.extend(one.not_before);
    }
    let nation = facts.nation();
    let mut planned: Vec<PlannedRoute<'a>> = planned.into_values().collect();
    for (index, one) in planned.iter_mut().enumerate() {
        one.order = index + 1;
        mark_nation(one, nation, rules);
        one.rules.sort_by_key(|code| rules.iter().position(|rule| rule.code == *code));
    }
    planned
}

fn begin<'a>(one: &Named<'a>, urgency: Urgency, facts: &Facts) -> PlannedRoute<'a> {
    let (nation, asker) = (facts.nation(), facts.asker());
    PlannedRoute {
        route: one.route,
        urgency,
        order: 0,
        name: one.route.name_in(nation),
        sentence: one.route.sentence_in(nation, asker),
        channels: one.route.channels_in(nation),
        who: one.who.unwrap_or_else(|| one.route.doer(asker)),
        because: Vec::new(),
        rules: Vec::new(),
        not_before: BTreeSet::new(),
    }
}

/// A route with another name where the child lives shows the rule that says so.
fn mark_nation<'a>(planned: &mut PlannedRoute<'a>, nation: Nation, rules: &[&'a Rule]) {
    if planned.route.differs_in(nation).is_some() {
        for rule in rules.iter().filter(|rule| rule.marks_nations) {
            if !planned.rules.contains(&rule.code.as_str()) {
                planned.rules.push(&rule.code);
            }
        }
    }
}

fn messages_of<'a>(content: &'a Content, facts: &Facts, rules: &[&'a Rule]) -> Vec<&'a str> {
    let asker = facts.asker();
    let mut messages: Vec<&str> = Vec::new();
    let said = rules.iter().flat_map(|rule| &rule.messages).filter(|message| facts.hold(&message.when));
    for message in said {
        let text = match &message.for_child {
            Some(text) if asker == Asker::Child => text,
            _ => &message.text,
        };
        if !messages.contains(&text.as_str()) {
            messages.push(text);
        }
    }
    messages.push(content.respond_words().not_your_fault.for_asker(asker));
    messages
}

fn follow_up<'a>(content: &'a Content, facts: &Facts) -> Option<FollowUp<'a>> {
    let words = content.respond_words().follow_up.iter().find(|words| facts.hold(&words.when))?;
    Some(FollowUp { within_hours: words.within_hours, sentence: words.sentence.for_asker(facts.asker()) })
}

/// The facts that nobody has given and that would change the plan, those that change it most first; life and
/// safety before all others.
pub fn ask_next(content: &Content, facts: &Facts) -> Vec<FactName> {
    let now = weights(content, facts);
    let mut asked: Vec<(bool, u32, FactName)> = Vec::new();
    for fact in FactName::ALL.iter().copied().filter(|fact| facts.given(*fact).is_none()) {
        let life = matches!(fact, FactName::ImmediateDanger | FactName::Suicide);
        let most = values_of(fact)
            .into_iter()
            .map(|value| difference(&now, &weights(content, &facts.clone().with(fact, &value))))
            .max()
            .unwrap_or(0);
        if life || most > 0 {
            asked.push((life, most, fact));
        }
    }
    asked.sort_by_key(|(life, most, fact)| (!life, u32::MAX - if *life { 0 } else { *most }, *fact));
    asked.into_iter().take(MOST_ASKED).map(|(_, _, fact)| fact).collect()
}

/// Values to try a fact with; for ages, one on each side of every border that services have.
pub(crate) fn values_of(fact: FactName) -> Vec<String> {
    match fact.shape() {
        FactShape::Years => {
            [10, 15, 18, 25].iter().filter(|years| **years <= OLDEST).map(u32::to_string).collect()
        }
        _ => fact.words().iter().filter(|word| **word != NONE).map(|word| (*word).to_owned()).collect(),
    }
}

/// How much two plans differ: what is urgent weighs more.
pub(crate) fn difference(one: &BTreeMap<&str, u32>, other: &BTreeMap<&str, u32>) -> u32 {
    let codes: BTreeSet<&str> = one.keys().chain(other.keys()).copied().collect();
    let of = |weights: &BTreeMap<&str, u32>, code: &str| weights.get(code).copied().unwrap_or(0);
    codes.into_iter().map(|code| of(one, code).abs_diff(of(other, code))).sum()
}

const fn weight(urgency: Urgency) -> u32 {
    match urgency {
        Urgency::Now => 16,
        Urgency::SameDay => 4,
        Urgency::ThisWeek => 2,
        Urgency::Ongoing => 1,
    }
}
