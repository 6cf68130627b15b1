//! Who can help, how are they reached, and whom may they help?
//!
//! Each route is a file in `content/routes/`. Its `code` is the one name that rules, cases and
//! `daymark respond` use for it. A route says for whom it is there; *when* it is the right way is written in
//! `content/rules/`. What differs by nation (a duty's name, a number) stands in `[[in_nation]]`.

use std::collections::BTreeMap;

use crate::fact::{Ages, Asker, Nation};
use crate::header::{Header, Status};
use crate::problem::{Check, Findings, Place};
use crate::section::{Located, Section};
use crate::word::words;

words! {
    /// How soon.
    Urgency {
        /// At once.
        Now = "now";
        /// Before the day is over.
        SameDay = "same_day";
        /// Within three working days.
        ThisWeek = "this_week";
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
        /// An address to write to.
        Email = "email";
        /// A page.
        Web = "web";
        /// A place inside another service: a form, an app.
        Form = "form";
        /// Somebody to speak to where one is.
        Person = "person";
    }
}

words! {
    /// Who takes a step.
    Doer {
        /// The child, supported if they want to be.
        Child = "child";
        /// A parent or carer.
        ParentOrCarer = "parent_or_carer";
        /// The professional who asks.
        Professional = "professional";
        /// The safeguarding lead.
        SafeguardingLead = "safeguarding_lead";
        /// An adult whom the child trusts.
        TrustedAdult = "trusted_adult";
        /// Whoever's account or card it is.
        AccountHolder = "account_holder";
        /// The police or the local council, who are first responders in law.
        PoliceOrCouncil = "police_or_council";
    }
}

/// How a route is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Channel {
    /// Phone, text, email, web, form or person.
    pub kind: ChannelKind,
    /// The number or address: `0800 1111`. For a form or a person, what to look for.
    pub value: String,
    /// When it is answered, as words; absent when that is not known.
    pub hours: Option<String>,
}

impl Channel {
    /// The number without spaces, for a `tel:` link; `None` for what is not a number.
    pub fn tel(&self) -> Option<String> {
        match self.kind {
            ChannelKind::Phone | ChannelKind::Text => {
                Some(self.value.chars().filter(|c| !c.is_whitespace()).collect::<String>())
                    .filter(|number| number.bytes().all(|b| b.is_ascii_digit()) && !number.is_empty())
            }
            _ => None,
        }
    }

    /// Whether it leads to a human voice: a number to call, or somebody on the spot.
    pub fn is_a_voice(&self) -> bool {
        matches!(self.kind, ChannelKind::Phone | ChannelKind::Person)
    }
}

/// What is called otherwise, or reached otherwise, in some nations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InNation {
    /// Where.
    pub nations: Vec<Nation>,
    /// Its name there.
    pub name: Option<String>,
    /// The sentence there.
    pub sentence: Option<String>,
    /// The sentence for a child there.
    pub sentence_for_child: Option<String>,
    /// How it is reached there; empty: as elsewhere.
    pub channels: Vec<Channel>,
}

/// Who takes the step, by who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DoneBy {
    /// When a child asks.
    pub child: Doer,
    /// When a parent or carer asks.
    pub parent_or_carer: Doer,
    /// When a professional asks.
    pub professional: Doer,
}

/// One way to get help.
#[derive(Debug, Clone)]
pub struct Route {
    /// The id, which is its path: `routes/police-101`.
    pub id: String,
    /// The name in rules, cases and answers: `police_101`.
    pub code: String,
    /// Its name for people.
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
    /// What keeps everybody safe while it is done.
    pub stay_safe: Option<String>,
    /// The nations that it serves.
    pub nations: Vec<Nation>,
    /// How old the person may be now; absent: any age.
    pub ages: Option<Ages>,
    /// How old the person may have been when the image was made; absent: it is not about an image.
    pub image_ages: Option<Ages>,
    /// Who may ask for it; empty: anyone.
    pub askers: Vec<Asker>,
    /// Who takes the step.
    pub done_by: DoneBy,
    /// The sentence for a plan that leaves it out because nothing calls for it.
    pub left_out: String,
    /// How it is reached, best way first.
    pub channels: Vec<Channel>,
    /// What differs by nation.
    pub in_nation: Vec<InNation>,
    /// Version, owner, dates and sources.
    pub header: Header,
    pub(crate) code_place: Place,
    pub(crate) place: Place,
}

impl Route {
    /// Whether pages must say "check before use".
    pub fn check_before_use(&self) -> bool {
        self.header.check_before_use()
    }

    /// The first channel of a kind.
    pub fn channel(&self, kind: ChannelKind) -> Option<&Channel> {
        self.channels.iter().find(|channel| channel.kind == kind)
    }

    /// What differs in this nation, if anything.
    pub fn differs_in(&self, nation: Nation) -> Option<&InNation> {
        self.in_nation.iter().find(|variant| variant.nations.contains(&nation))
    }

    /// Its name in this nation.
    pub fn name_in(&self, nation: Nation) -> &str {
        self.differs_in(nation).and_then(|variant| variant.name.as_deref()).unwrap_or(&self.name)
    }

    /// The sentence for who asks, in this nation.
    pub fn sentence_in(&self, nation: Nation, asker: Asker) -> &str {
        let variant = self.differs_in(nation);
        let for_child =
            variant.and_then(|v| v.sentence_for_child.as_ref()).or(self.sentence_for_child.as_ref());
        match for_child.filter(|_| asker == Asker::Child) {
            Some(sentence) => sentence,
            None => variant.and_then(|v| v.sentence.as_ref()).unwrap_or(&self.sentence),
        }
    }

    /// How it is reached in this nation.
    pub fn channels_in(&self, nation: Nation) -> &[Channel] {
        self.differs_in(nation)
            .map(|variant| variant.channels.as_slice())
            .filter(|channels| !channels.is_empty())
            .unwrap_or(&self.channels)
    }

    /// Who takes the step when this person asks.
    pub fn doer(&self, asker: Asker) -> Doer {
        match asker {
            Asker::Child => self.done_by.child,
            Asker::ParentOrCarer => self.done_by.parent_or_carer,
            Asker::Professional => self.done_by.professional,
        }
    }
}

/// Reads `routes/<slug>.toml`.
pub(crate) fn read(section: &mut Section<'_>, header: Header) -> Option<Route> {
    let code_place = section.place_of("code");
    let code = section.text("code");
    if !code.is_empty() && !is_route_code(&code) {
        section.refuse("code", Check::BadId, format!("`{code}` is not a code"), "use a–z, 0–9 and single _");
    }
    let route = Route {
        id: header.id.clone(),
        code,
        name: section.text("name"),
        sentence: section.text("sentence"),
        sentence_for_child: section.optional_text("sentence_for_child"),
        who: section.text("who"),
        does: section.plain_texts("does"),
        does_not: section.plain_texts("does_not"),
        asks_for: section.plain_texts("asks_for"),
        say: section.optional_text("say"),
        stay_safe: section.optional_text("stay_safe"),
        nations: section.words("nations"),
        ages: read_ages(section, "ages"),
        image_ages: read_ages(section, "image_ages"),
        askers: section.words("askers"),
        done_by: read_done_by(section),
        left_out: section.text("left_out"),
        channels: read_channels(section),
        in_nation: read_in_nation(section),
        place: section.place(),
        header,
        code_place,
    };
    if route.nations.is_empty() {
        section.refuse(
            "nations",
            Check::MissingKey,
            "`nations` is missing",
            "name each nation that the route serves: nations = [\"england\", \"wales\"]",
        );
    }
    Some(route)
}

fn is_route_code(text: &str) -> bool {
    text.split('_')
        .all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()))
}

fn read_ages(section: &mut Section<'_>, key: &'static str) -> Option<Ages> {
    let text = section.optional_text(key)?;
    let ages = Ages::parse(&text);
    if ages.is_none() {
        section.refuse(
            key,
            Check::WrongKind,
            format!("`{text}` is not an age"),
            "write `under 18`, `18 or over` or `13 to 17`",
        );
    }
    ages
}

fn read_done_by(section: &mut Section<'_>) -> DoneBy {
    let mut done_by =
        DoneBy { child: Doer::Child, parent_or_carer: Doer::ParentOrCarer, professional: Doer::Professional };
    if let Some(mut table) = section.table("done_by") {
        done_by.child = table.optional_word("child").unwrap_or(done_by.child);
        done_by.parent_or_carer = table.optional_word("parent_or_carer").unwrap_or(done_by.parent_or_carer);
        done_by.professional = table.optional_word("professional").unwrap_or(done_by.professional);
        table.finish();
    }
    done_by
}

fn read_channels(section: &mut Section<'_>) -> Vec<Channel> {
    let mut channels = Vec::new();
    for mut table in section.tables("channel") {
        let kind = table.word("kind");
        let (value, hours) = (table.text("value"), table.optional_text("hours"));
        table.finish();
        channels.extend(kind.map(|kind| Channel { kind, value, hours }));
    }
    channels
}

fn read_in_nation(section: &mut Section<'_>) -> Vec<InNation> {
    let mut variants = Vec::new();
    for mut table in section.tables("in_nation") {
        variants.push(InNation {
            nations: table.words("nations"),
            name: table.optional_text("name"),
            sentence: table.optional_text("sentence"),
            sentence_for_child: table.optional_text("sentence_for_child"),
            channels: read_channels(&mut table),
        });
        table.finish();
    }
    variants
}

/// References: each code is there once.
pub(crate) fn check_references(routes: &BTreeMap<String, Route>, findings: &Findings) {
    super::check::unique(
        "route code",
        routes.values().map(|route| (route.code.as_str(), &route.code_place)),
        findings,
    );
}

/// Meaning: every route can be reached, and speaks of no nation that it does not serve.
pub(crate) fn check_meaning(routes: &BTreeMap<String, Route>, findings: &Findings) {
    for route in routes.values() {
        if route.channels.is_empty() {
            findings.at(
                &route.place,
                Check::DeadEnd,
                format!("`{}` cannot be reached", route.id),
                "add at least one [[channel]] with a number, a page or a form",
            );
        }
        for nation in route.in_nation.iter().flat_map(|variant| &variant.nations) {
            if !route.nations.contains(nation) {
                findings.at(
                    &route.place,
                    Check::MissingReference,
                    format!("`{}` says how it is in `{}`, which it does not serve", route.id, nation.code()),
                    "add the nation to `nations`, or take it from [[in_nation]]",
                );
            }
        }
    }
}

/// The live route with this code.
pub(crate) fn by_code<'a>(routes: &'a BTreeMap<String, Route>, code: &str) -> Option<&'a Route> {
    routes.values().find(|route| route.code == code && route.header.status == Status::Live)
}

/// References: a route that is named exists and is live.
pub(crate) fn check_code(routes: &BTreeMap<String, Route>, named: &Located, findings: &Findings) {
    if !named.text.is_empty() && by_code(routes, &named.text).is_none() {
        findings.at(
            &named.place,
            Check::MissingReference,
            format!("there is no live route `{}`", named.text),
            "use the `code` of a file in `routes/`",
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_dialled_without_its_spaces() {
        let channel = |kind, value: &str| Channel { kind, value: value.to_owned(), hours: None };
        assert_eq!(channel(ChannelKind::Phone, "0800 1111").tel(), Some("08001111".to_owned()));
        assert_eq!(channel(ChannelKind::Phone, "the number on the card").tel(), None);
        assert_eq!(channel(ChannelKind::Web, "report.iwf.org.uk").tel(), None);
    }
}
