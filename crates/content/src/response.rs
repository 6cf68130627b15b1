//! What does a professional do, in which order and by when? The steps of a response, as guidance writes them.
//!
//! Targets in minutes and hours are working assumptions unless a source is named (`target_from`). What must
//! not be done stands beside what is to be done.

use crate::fact::{Asker, When, read_when};
use crate::problem::{Check, Findings, Place};
use crate::section::Section;
use crate::word::{is_code, words};

words! {
    /// By when a step is taken.
    Clock {
        /// All the time, from the first word on.
        Always = "always";
        /// Within minutes.
        Minutes = "minutes";
        /// Within hours.
        Hours = "hours";
        /// Before the day is over.
        SameDay = "same_day";
        /// Within days.
        Days = "days";
        /// Within weeks.
        Weeks = "weeks";
        /// At set dates, until it is closed.
        Scheduled = "scheduled";
    }
}

/// One step of the response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResponseStep {
    /// Its number in the guidance, 1 to 26.
    pub number: u32,
    /// Its id.
    pub id: String,
    /// What is done.
    pub title: String,
    /// Who does it.
    pub who: String,
    /// By when.
    pub clock: Clock,
    /// By when, in words: `within 5 minutes`.
    pub within: String,
    /// Where the target comes from; absent: a working assumption.
    pub target_from: Option<String>,
    /// Why.
    pub why: String,
    /// Words to say.
    pub say: Vec<String>,
    /// What to do, in small pieces.
    pub details: Vec<String>,
    /// What not to do.
    pub do_not: Vec<String>,
    /// Steps that come before it.
    pub not_before: Vec<String>,
    /// For whom it is; empty: professionals.
    pub askers: Vec<Asker>,
    /// When it belongs to the plan; always, when nothing is said.
    pub when: When,
    pub(crate) place: Place,
}

impl ResponseStep {
    /// Whether it is for this person.
    pub fn is_for(&self, asker: Asker) -> bool {
        if self.askers.is_empty() { asker == Asker::Professional } else { self.askers.contains(&asker) }
    }
}

/// A reminder at the moment when a decision could go wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prompt {
    /// Its id.
    pub id: String,
    /// What it is about.
    pub title: String,
    /// What it says.
    pub text: String,
    /// When it is shown.
    pub when: When,
    pub(crate) place: Place,
}

/// One part of the safety plan that a child and an adult make together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SafetyPlanPart {
    /// Its id.
    pub id: String,
    /// Its heading.
    pub title: String,
    /// The question that opens it, in words for the child.
    pub ask: String,
    /// What helps.
    pub hint: String,
    pub(crate) place: Place,
}

/// A review after the first day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    /// Its id.
    pub id: String,
    /// When, in words: `after 1 week`.
    pub title: String,
    /// Not before this many hours after the plan.
    pub from_hours: u32,
    /// Not later than this many hours after the plan.
    pub to_hours: u32,
    /// What is asked.
    pub ask: Vec<String>,
    pub(crate) place: Place,
}

/// All of `response/`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Response {
    /// The steps, by number.
    pub steps: Vec<ResponseStep>,
    /// Prompts against harm done by a decision.
    pub prompts: Vec<Prompt>,
    /// The parts of the safety plan, in order.
    pub safety_plan: Vec<SafetyPlanPart>,
    /// Signs that danger grows.
    pub escalators: Vec<String>,
    /// The reviews, in order.
    pub reviews: Vec<Review>,
}

fn read_id(table: &mut Section<'_>) -> String {
    let id = table.text("id");
    if !id.is_empty() && !is_code(&id) {
        table.refuse("id", Check::BadId, format!("`{id}` is not a code"), "use a–z, 0–9 and single -");
    }
    id
}

/// Reads `response/steps.toml`.
pub(crate) fn read_steps(section: &mut Section<'_>, response: &mut Response) {
    for mut table in section.tables("step") {
        let clock = table.word("clock");
        let number = table.number("number");
        let step = ResponseStep {
            place: table.place(),
            number: number.unwrap_or(0),
            id: read_id(&mut table),
            title: table.text("title"),
            who: table.text("who"),
            clock: clock.unwrap_or(Clock::SameDay),
            within: table.text("within"),
            target_from: table.optional_text("target_from"),
            why: table.text("why"),
            say: table.plain_texts("say"),
            details: table.plain_texts("details"),
            do_not: table.plain_texts("do_not"),
            not_before: table.plain_texts("not_before"),
            askers: table.words("askers"),
            when: read_when(&mut table, "when"),
        };
        table.finish();
        response.steps.push(step);
    }
    response.steps.sort_by_key(|step| step.number);
}

/// Reads `response/prompts.toml`.
pub(crate) fn read_prompts(section: &mut Section<'_>, response: &mut Response) {
    for mut table in section.tables("prompt") {
        response.prompts.push(Prompt {
            place: table.place(),
            id: read_id(&mut table),
            title: table.text("title"),
            text: table.text("text"),
            when: read_when(&mut table, "when"),
        });
        table.finish();
    }
}

/// Reads `response/safety-plan.toml`.
pub(crate) fn read_safety_plan(section: &mut Section<'_>, response: &mut Response) {
    for mut table in section.tables("part") {
        response.safety_plan.push(SafetyPlanPart {
            place: table.place(),
            id: read_id(&mut table),
            title: table.text("title"),
            ask: table.text("ask"),
            hint: table.text("hint"),
        });
        table.finish();
    }
    response.escalators = section.plain_texts("escalators");
}

/// Reads `response/reviews.toml`.
pub(crate) fn read_reviews(section: &mut Section<'_>, response: &mut Response) {
    for mut table in section.tables("review") {
        response.reviews.push(Review {
            place: table.place(),
            id: read_id(&mut table),
            title: table.text("title"),
            from_hours: table.number("from_hours").unwrap_or(0),
            to_hours: table.number("to_hours").unwrap_or(0),
            ask: table.plain_texts("ask"),
        });
        table.finish();
    }
}

/// References: ids and numbers are there once, and steps that are named exist.
pub(crate) fn check_references(response: &Response, findings: &Findings) {
    super::check::unique("step", response.steps.iter().map(|step| (step.id.as_str(), &step.place)), findings);
    let numbers: Vec<(String, &Place)> =
        response.steps.iter().map(|step| (step.number.to_string(), &step.place)).collect();
    super::check::unique(
        "step number",
        numbers.iter().map(|(number, place)| (number.as_str(), *place)),
        findings,
    );
    super::check::unique(
        "prompt",
        response.prompts.iter().map(|prompt| (prompt.id.as_str(), &prompt.place)),
        findings,
    );
    super::check::unique(
        "part",
        response.safety_plan.iter().map(|part| (part.id.as_str(), &part.place)),
        findings,
    );
    super::check::unique(
        "review",
        response.reviews.iter().map(|review| (review.id.as_str(), &review.place)),
        findings,
    );
    for step in &response.steps {
        for before in &step.not_before {
            if !response.steps.iter().any(|other| other.id == *before) {
                findings.at(
                    &step.place,
                    Check::MissingReference,
                    format!("step `{}` comes after `{before}`, which does not exist", step.id),
                    "name the `id` of another step",
                );
            }
        }
    }
}

/// Meaning: no step waits for itself, and reviews run forwards.
pub(crate) fn check_meaning(response: &Response, findings: &Findings) {
    for step in &response.steps {
        if waits_for(response, &step.id, &step.id, response.steps.len()) {
            findings.at(
                &step.place,
                Check::StepOrder,
                format!("step `{}` waits for itself", step.id),
                "take one `not_before` out of the circle",
            );
        }
    }
    let mut last = 0;
    for review in &response.reviews {
        if review.from_hours < last || review.to_hours < review.from_hours {
            findings.at(
                &review.place,
                Check::StepOrder,
                format!("review `{}` runs backwards", review.id),
                "order reviews by their hours, `from_hours` before `to_hours`",
            );
        }
        last = review.to_hours;
    }
}

/// Whether `step` comes after `target`, directly or through others.
fn waits_for(response: &Response, step: &str, target: &str, depth: usize) -> bool {
    let Some(step) = response.steps.iter().find(|other| other.id == step) else { return false };
    depth > 0
        && step
            .not_before
            .iter()
            .any(|before| before == target || waits_for(response, before, target, depth - 1))
}

impl Response {
    /// The step with this id.
    pub fn step(&self, id: &str) -> Option<&ResponseStep> {
        self.steps.iter().find(|step| step.id == id)
    }
}
