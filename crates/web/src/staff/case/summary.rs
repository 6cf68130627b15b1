//! What happened, in a few sentences made of what is recorded; what to keep in mind; what stands at a glance.
//!
//! Facts only: each line is an answer of the record in words. Nothing is scored, ranked or inferred.

use std::collections::BTreeMap;

use daymark_store::case_file::Case;
use daymark_store::entity::Entity;
use daymark_vocab::{Amount, Currency, EntityKind, Fact, Involvement, Known, Moment, Precision, Value};

use super::record::View;
use crate::in_words;

/// A recorded fact that changes what has to be done first.
pub struct Flag {
    /// What it is about.
    pub label: String,
    /// What is recorded.
    pub value: String,
    /// Who wrote it down, and when.
    pub provenance: String,
    /// Whether somebody may have to act at once.
    pub is_urgent: bool,
}

/// One line of the panel beside the summary.
pub struct Glance {
    /// What it is.
    pub key: &'static str,
    /// What is recorded.
    pub value: String,
}

/// Answers that stand among the flags whatever else is recorded: field, codes. An empty list of codes means “yes”.
const FLAGS: [(&str, &[&str], bool); 8] = [
    ("response.suicide_risk", &["thoughts", "plan", "attempt"], true),
    ("incident.leak_status", &["partial", "public"], false),
    ("incident.others_at_risk", &["1", "2-5", "6-plus"], false),
    ("demand.kind", &["self-harm", "meeting", "recruit-others", "others-images"], false),
    ("payment.continued", &[], false),
    ("payment.debt_bondage", &[], false),
    ("person.identified", &["believed-known-offline"], false),
    ("person.relationship", &["family", "adult-known", "position-of-trust", "ex-partner"], false),
];

/// The fact of a field in the first thing that has it.
fn first<'c>(case: &'c Case, field: &str) -> Option<(&'c Entity, &'c Fact)> {
    all(case, field).into_iter().next()
}

fn all<'c>(case: &'c Case, field: &str) -> Vec<(&'c Entity, &'c Fact)> {
    let facts = case.entities.iter().flat_map(|of| of.facts.iter().map(move |(id, fact)| (of, id, fact)));
    facts.filter(|(_, id, _)| id.as_str() == field).map(|(of, _, fact)| (of, fact)).collect()
}

fn code(fact: &Fact) -> Option<&str> {
    match &fact.value {
        Known::Yes(Value::Code(code)) => Some(code.as_str()),
        _ => None,
    }
}

/// `on 21 October 2026`, `in October 2026`: as exactly as it is known.
fn when(moment: &Moment) -> String {
    let preposition = match moment.precision() {
        Precision::Month | Precision::Year => "in",
        _ => "on",
    };
    format!("{preposition} {}", in_words::moment(moment))
}

fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}

fn upper_first(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

fn listed(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [before @ .., last] => format!("{} and {last}", before.join(", ")),
    }
}

impl View<'_> {
    fn words_of(&self, field: &str) -> Option<String> {
        let (of, fact) = first(self.case, field)?;
        let (id, _) = of.facts.iter().find(|(id, _)| id.as_str() == field)?;
        Some(self.answer(of, id, fact))
    }

    fn known_words_of(&self, field: &str) -> Option<String> {
        first(self.case, field).filter(|(_, fact)| fact.value.value().is_some())?;
        self.words_of(field)
    }

    fn moment_of(&self, field: &str) -> Option<&Moment> {
        match first(self.case, field).map(|(_, fact)| &fact.value) {
            Some(Known::Yes(Value::Moment(moment))) => Some(moment),
            _ => None,
        }
    }

    /// What happened, in a few sentences.
    pub fn what_happened(&self) -> String {
        let sentences = [
            Some(self.how_it_began()),
            self.threats(),
            self.demanded().map(|demanded| format!("Demanded: {}.", lower_first(&demanded))),
            self.total(EntityKind::Payment, "payment.amount").map(|paid| format!("Paid: {paid}.")),
            self.leak(),
        ];
        sentences.into_iter().flatten().collect::<Vec<_>>().join(" ")
    }

    fn how_it_began(&self) -> String {
        let child = match first(self.case, "child.gender").and_then(|(_, fact)| code(fact)) {
            Some("girl") => "A girl",
            Some("boy") => "A boy",
            _ => "A child",
        };
        let age = match self.known_words_of("child.age_band") {
            Some(age) => format!(" aged {}", lower_first(&age)),
            None => " whose age is not recorded".to_owned(),
        };
        let through = self.known_words_of("incident.platform_first").map(|label| format!(" through {label}"));
        let on = self.moment_of("incident.first_contact_at").map(|moment| format!(" {}", when(moment)));
        let moved = self.known_words_of("incident.platforms_moved_to").filter(|words| !words.is_empty());
        let moved = moved.map(|words| {
            let words: Vec<String> = words.split("; ").map(str::to_owned).collect();
            format!(", and moved to {}", listed(&words))
        });
        if through.is_none() && on.is_none() {
            return format!("{child}{age}. Where and when it began is not recorded.");
        }
        let parts = [through, on, moved].into_iter().flatten().collect::<String>();
        format!("{child}{age} was contacted{parts}.")
    }

    fn threats(&self) -> Option<String> {
        let first_on = self.moment_of("incident.first_threat_at").map(when)?;
        Some(format!("The first threat came {first_on}."))
    }

    /// What was demanded, each kind once.
    fn demands(&self) -> Option<String> {
        let mut kinds: Vec<String> = Vec::new();
        for (of, fact) in all(self.case, "demand.kind") {
            let id = of.facts.keys().find(|id| id.as_str() == "demand.kind")?;
            if fact.value.value().is_some() {
                let words = lower_first(&self.answer(of, id, fact));
                if !kinds.contains(&words) {
                    kinds.push(words);
                }
            }
        }
        (!kinds.is_empty()).then(|| listed(&kinds))
    }

    /// The kinds of demand, and the amounts together where there are any.
    fn demanded(&self) -> Option<String> {
        let total = self.amounts(EntityKind::Demand, "demand.amount").filter(|(total, ..)| !total.is_empty());
        let total = total.and_then(|_| self.total(EntityKind::Demand, "demand.amount"));
        match (self.demands(), total) {
            (None, total) => total,
            (Some(kinds), None) => Some(upper_first(&kinds)),
            (Some(kinds), Some(total)) => Some(format!("{}: {total}", upper_first(&kinds))),
        }
    }

    fn leak(&self) -> Option<String> {
        let (_, fact) = first(self.case, "incident.leak_status")?;
        Some(match code(fact)? {
            "none-known" | "threatened" => "Nothing is known to be shared.".to_owned(),
            "partial" => "An image was shared with certain people.".to_owned(),
            "public" => "An image was shared publicly.".to_owned(),
            _ => format!("Shared: {}.", self.words_of("incident.leak_status")?),
        })
    }

    /// The known amounts together by currency, how many things there are, and of how many the amount is not known.
    fn amounts(&self, kind: EntityKind, field: &str) -> Option<(String, usize, usize)> {
        let of_kind = self.case.entities.iter().filter(|of| of.kind == kind && of.ordinal > 0);
        let (mut totals, mut n, mut n_unknown) = (BTreeMap::<Currency, i64>::new(), 0, 0);
        for of in of_kind {
            n += 1;
            let fact = of.facts.iter().find(|(id, _)| id.as_str() == field).map(|(_, fact)| &fact.value);
            match fact {
                Some(Known::Yes(Value::Amount(amount))) => {
                    let total = totals.entry(amount.currency).or_default();
                    *total = total.saturating_add(amount.minor);
                }
                _ => n_unknown += 1,
            }
        }
        let totals: Vec<String> =
            totals.into_iter().map(|(currency, minor)| Amount { minor, currency }.to_string()).collect();
        (n > 0).then(|| (totals.join(" and "), n, n_unknown))
    }

    /// The same in words: `£250, and 1 more of which the amount is not known`.
    fn total(&self, kind: EntityKind, field: &str) -> Option<String> {
        let (total, n, n_unknown) = self.amounts(kind, field)?;
        Some(match (total.is_empty(), n_unknown) {
            (false, 0) => total,
            (false, 1) => format!("{total}, and 1 more of which the amount is not known"),
            (false, more) => format!("{total}, and {more} more of which the amounts are not known"),
            (true, _) if n == 1 => "1 amount that is not known".to_owned(),
            (true, _) => format!("{n} amounts that are not known"),
        })
    }

    /// What to keep in mind, most pressing first. Recorded answers, never a score.
    pub fn flags(&self) -> Vec<Flag> {
        let mut flags = Vec::new();
        for (field, codes, is_urgent) in FLAGS {
            for (of, fact) in all(self.case, field) {
                let stands = match &fact.value {
                    Known::Yes(Value::Code(code)) => codes.contains(&code.as_str()),
                    Known::Yes(Value::YesNo(yes)) => *yes,
                    _ => false,
                };
                let Some((id, _)) = of.facts.iter().find(|(id, _)| id.as_str() == field) else { continue };
                let label = self.field(id).map_or_else(|| id.to_string(), |field| field.label.clone());
                let value = self.answer(of, id, fact);
                let is_new = !flags.iter().any(|flag: &Flag| flag.label == label && flag.value == value);
                if stands && is_new {
                    flags.push(Flag { label, value, provenance: self.provenance(fact), is_urgent });
                }
            }
        }
        let child = self.case.entities.iter().find(|of| of.kind == EntityKind::Child);
        let coerced = self.case.parts.iter().any(|part| {
            part.involvement == Involvement::Coerced && child.is_some_and(|child| child.id == part.party)
        });
        if coerced {
            flags.push(Flag {
                label: "The child".to_owned(),
                value: Involvement::Coerced.label().to_owned(),
                provenance: "They are harmed by it, as whoever they were made to contact is.".to_owned(),
                is_urgent: false,
            });
        }
        flags
    }

    /// Where to record the answer about suicide and self-harm, when nobody has asked yet.
    pub fn suicide_not_asked(&self) -> Option<Option<String>> {
        let id = "response.suicide_risk";
        let is_asked = all(self.case, id).iter().any(|(_, fact)| fact.value != Known::NotAsked);
        let response = self.case.entities.iter().find(|of| of.kind == EntityKind::Response);
        let href = match response {
            Some(of) => format!("/cases/{}/entity/{}/{id}", self.case.id, of.id),
            None => format!("/cases/{}/add/response", self.case.id),
        };
        (!is_asked).then(|| self.may_change.then_some(href))
    }

    /// The panel beside the summary.
    pub fn glance(&self, shared: &[String]) -> Vec<Glance> {
        let words = |field: &str| self.words_of(field);
        let child: Vec<String> = ["child.gender", "child.age_band"].iter().filter_map(|f| words(f)).collect();
        let or = |words: Option<String>, otherwise: &str| words.unwrap_or_else(|| otherwise.to_owned());
        let case = self.case;
        let lead = case.lead.as_ref();
        let lead_name = lead.map(|lead| self.names.member(&case.agency, lead));
        let n_others = case.assigned.iter().filter(|member| lead != Some(member)).count();
        let lead = match (or(lead_name, "Nobody yet"), n_others) {
            (lead, 0) => lead,
            (lead, 1) => format!("{lead}, and 1 other works on it"),
            (lead, n) => format!("{lead}, and {n} others work on it"),
        };
        let row = |key, value| Glance { key, value };
        vec![
            row("Child", if child.is_empty() { "Not recorded".to_owned() } else { child.join(", ") }),
            row("Platform", or(words("incident.platform_first"), "Not recorded")),
            row("Demanded", or(self.demanded(), "No demand recorded")),
            row("Paid", or(self.total(EntityKind::Payment, "payment.amount"), "No payment recorded")),
            row("Suicide and self-harm", or(words("response.suicide_risk"), "Not asked yet")),
            row("Lead", lead),
            row("Held by", self.names.agency(&case.agency)),
            row("Also sees it", if shared.is_empty() { "Nobody else".to_owned() } else { shared.join("; ") }),
            row("Opened", in_words::day(in_words::today(case.opened_at))),
        ]
    }

    /// Who had which part, one line for each link.
    pub fn involvement(&self) -> Vec<String> {
        let n_incidents = self.case.entities.iter().filter(|of| of.kind == EntityKind::Incident).count();
        let lines = self.case.parts.iter().map(|part| {
            let line = format!("{}: {}", self.party(&part.party), part.involvement.label().to_lowercase());
            if n_incidents > 1 { format!("{line} ({})", self.party(&part.incident)) } else { line }
        });
        let mut lines: Vec<String> = lines.collect();
        lines.sort();
        lines
    }

    /// What a thing is called where it takes part in an incident; an account by what it is, never a child by name.
    pub fn party(&self, id: &daymark_vocab::EntityId) -> String {
        let Some(of) = self.case.entities.iter().find(|of| of.id == *id) else {
            return "Something that is no longer here".to_owned();
        };
        match of.kind {
            EntityKind::Child => "The child".to_owned(),
            EntityKind::Account => {
                let shown = daymark_store::selector::in_facts(&of.facts).map(|one| one.shown().into_inner());
                shown.map_or_else(
                    || format!("Account {}", of.ordinal),
                    |shown| format!("Account {}, {shown}", of.ordinal),
                )
            }
            kind => format!("{} {}", kind.label(), of.ordinal),
        }
    }
}
