//! Who can help, how are they reached, and for whom is that the right way?
//!
//! Each route is a file in `content/routes/`: the sentence that people see stands beside the rule that leads
//! to it. `routes/cases.md` says in prose who should be led where, and every case is tried on each check.

use std::collections::{BTreeMap, BTreeSet};

use crate::header::{Header, Status};
use crate::problem::{Check, Findings, Place};
use crate::section::{Located, Section};
use crate::word::{listed_texts, words};

words! {
    /// How soon.
    Urgency {
        /// At once.
        Now = "now";
        /// Before the day is over.
        SameDay = "same-day";
        /// Within three working days.
        ThisWeek = "this-week";
        /// Beside everything else.
        Ongoing = "ongoing";
    }
}

words! {
    /// A way to reach somebody.
    ChannelKind {
        /// A number to call.
        Phone = "phone";
        /// A number to text.
        Text = "text";
        /// A page.
        Web = "web";
        /// A place inside another service: a form, an app.
        Form = "form";
    }
}

/// How a route is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Channel {
    /// Phone, text, web or form.
    pub kind: ChannelKind,
    /// The number or address: `0800 1111`. For a form, what to look for.
    pub value: String,
    /// When it is answered, as words; absent when that is not known.
    pub hours: Option<String>,
}

impl Channel {
    /// The number without spaces, for a `tel:` link; `None` for pages and forms.
    pub fn tel(&self) -> Option<String> {
        match self.kind {
            ChannelKind::Phone | ChannelKind::Text => {
                Some(self.value.chars().filter(|c| !c.is_whitespace()).collect())
            }
            ChannelKind::Web | ChannelKind::Form => None,
        }
    }
}

/// What is known about somebody who asks for the way: fact → values.
pub type Facts = BTreeMap<String, BTreeSet<String>>;

/// One condition: the fact must have one of these values.
#[derive(Debug, Clone)]
pub(crate) struct Condition {
    pub fact: Located,
    pub values: Vec<Located>,
}

/// One way to get help.
#[derive(Debug, Clone)]
pub struct Route {
    /// The id: `routes/police-101`.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The sentence that people see.
    pub sentence: String,
    /// The same sentence for a child, where it differs.
    pub sentence_for_child: Option<String>,
    /// Who may use it.
    pub who: String,
    /// What it does.
    pub does: Vec<String>,
    /// What it does not do.
    pub does_not: Vec<String>,
    /// What they will ask for.
    pub asks_for: Vec<String>,
    /// Words to open with, where they help to be understood at once.
    pub say: Option<String>,
    /// How soon it is to be taken.
    pub urgency: Urgency,
    /// The order among routes of the same urgency, low first.
    pub order: u32,
    /// How it is reached, best way first.
    pub channels: Vec<Channel>,
    /// Version, owner, dates and sources.
    pub header: Header,
    pub(crate) applies_when: Vec<Condition>,
    pub(crate) place: Place,
}

impl Route {
    /// Whether each condition is met. A fact that is not known meets none.
    pub fn applies(&self, facts: &Facts) -> bool {
        self.applies_when.iter().all(|condition| {
            facts
                .get(&condition.fact.text)
                .is_some_and(|known| condition.values.iter().any(|wanted| known.contains(&wanted.text)))
        })
    }

    /// Whether pages must say "check before use".
    pub fn check_before_use(&self) -> bool {
        self.header.check_before_use()
    }

    /// The first channel of a kind.
    pub fn channel(&self, kind: ChannelKind) -> Option<&Channel> {
        self.channels.iter().find(|channel| channel.kind == kind)
    }

    fn covers(&self, fact: &str, value: &str) -> bool {
        self.applies_when
            .iter()
            .any(|condition| condition.fact.text == fact && condition.values.iter().any(|v| v.text == value))
    }
}

/// The facts that conditions and cases may name, with their values.
#[derive(Debug, Clone, Default)]
pub(crate) struct FactList {
    pub facts: BTreeMap<String, BTreeSet<String>>,
    pub place: Option<Place>,
}

/// Reads `lists/route-facts.toml`.
pub(crate) fn read_facts(section: &mut Section<'_>) -> FactList {
    let mut list = FactList { facts: BTreeMap::new(), place: Some(section.place()) };
    for mut table in section.tables("fact") {
        let id = table.text("id");
        let values = table.texts("values").into_iter().map(|value| value.text).collect();
        table.text("meaning");
        table.finish();
        list.facts.insert(id, values);
    }
    list
}

/// Reads `routes/<slug>.toml`.
pub(crate) fn read(section: &mut Section<'_>, header: Header) -> Option<Route> {
    let plain = |texts: Vec<Located>| texts.into_iter().map(|text| text.text).collect::<Vec<_>>();
    let name = section.text("name");
    let sentence = section.text("sentence");
    let sentence_for_child = section.optional_text("sentence_for_child");
    let who = section.text("who");
    let does = plain(section.texts("does"));
    let does_not = plain(section.texts("does_not"));
    let asks_for = plain(section.texts("asks_for"));
    let say = section.optional_text("say");
    let urgency = section.word("urgency");
    let order = section.number("order");
    let conditions = section.conditions("applies_when");
    let mut channels = Vec::new();
    for mut table in section.tables("channel") {
        let kind = table.word("kind");
        let (value, hours) = (table.text("value"), table.optional_text("hours"));
        table.finish();
        if let Some(kind) = kind {
            channels.push(Channel { kind, value, hours });
        }
    }
    Some(Route {
        id: header.id.clone(),
        name,
        sentence,
        sentence_for_child,
        who,
        does,
        does_not,
        asks_for,
        say,
        urgency: urgency?,
        order: order?,
        channels,
        applies_when: conditions.into_iter().map(|(fact, values)| Condition { fact, values }).collect(),
        place: section.place(),
        header,
    })
}

/// The live routes that apply, in the order in which to take them.
pub(crate) fn applying<'a>(routes: &'a BTreeMap<String, Route>, facts: &Facts) -> Vec<&'a Route> {
    let mut applying: Vec<&Route> =
        routes.values().filter(|route| route.header.status == Status::Live && route.applies(facts)).collect();
    applying.sort_by_key(|route| (route.urgency, route.order));
    applying
}

/// References: conditions name facts and values that exist.
pub(crate) fn check_references(routes: &BTreeMap<String, Route>, facts: &FactList, findings: &Findings) {
    for condition in routes.values().flat_map(|route| &route.applies_when) {
        check_fact(facts, &condition.fact, &condition.values, findings);
    }
}

/// References: a fact and its values exist.
pub(crate) fn check_fact(facts: &FactList, fact: &Located, values: &[Located], findings: &Findings) {
    let Some(known) = facts.facts.get(&fact.text) else {
        findings.at(
            &fact.place,
            Check::MissingReference,
            format!("there is no fact `{}`", fact.text),
            format!("use {}", listed_texts(facts.facts.keys().map(String::as_str))),
        );
        return;
    };
    for value in values.iter().filter(|value| !known.contains(&value.text)) {
        findings.at(
            &value.place,
            Check::MissingReference,
            format!("`{}` is not a value of `{}`", value.text, fact.text),
            format!("use {}", listed_texts(known.iter().map(String::as_str))),
        );
    }
}

/// Meaning: every route can be reached, and no nation's children are left without an emergency route.
pub(crate) fn check_meaning(routes: &BTreeMap<String, Route>, facts: &FactList, findings: &Findings) {
    for route in routes.values().filter(|route| route.channels.is_empty()) {
        findings.at(
            &route.place,
            Check::DeadEnd,
            format!("`{}` cannot be reached", route.id),
            "add at least one [[channel]] with a number, a page or a form",
        );
    }
    let Some(place) = &facts.place else { return };
    for nation in facts.facts.get("nation").into_iter().flatten() {
        let covered = routes.values().any(|route| {
            route.header.status == Status::Live
                && route.urgency == Urgency::Now
                && route.covers("nation", nation)
                && route.covers("danger", "immediate")
        });
        if !covered {
            findings.at(
                place,
                Check::EmergencyRoute,
                format!("no live route for immediate danger in `{nation}`"),
                "add one with urgency `now`, that nation, and danger `immediate`",
            );
        }
    }
}
