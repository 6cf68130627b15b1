//! What does one do, beside the routes, and what does the law say about it?

use std::collections::BTreeSet;

use daymark_content::{Content, Law, Prompt, ResponseStep};

use crate::facts::Facts;

/// The steps of the response for who asks, each after those that it waits for, otherwise by number.
pub fn steps<'a>(content: &'a Content, facts: &Facts) -> Vec<&'a ResponseStep> {
    let mut waiting: Vec<&ResponseStep> = content
        .response()
        .steps
        .iter()
        .filter(|step| step.is_for(facts.asker()) && facts.hold(&step.when))
        .collect();
    let asked: BTreeSet<&str> = waiting.iter().map(|step| step.id.as_str()).collect();
    let mut ordered: Vec<&ResponseStep> = Vec::new();
    while !waiting.is_empty() {
        let done: BTreeSet<&str> = ordered.iter().map(|step| step.id.as_str()).collect();
        let free = |step: &&ResponseStep| {
            step.not_before.iter().all(|id| done.contains(id.as_str()) || !asked.contains(id.as_str()))
        };
        // A circle cannot stand in checked content; without one there is always a free step.
        let next = waiting.iter().position(free).unwrap_or(0);
        ordered.push(waiting.remove(next));
    }
    ordered
}

/// The prompts against harm done by a decision, for this situation.
pub fn prompts<'a>(content: &'a Content, facts: &Facts) -> Vec<&'a Prompt> {
    content.response().prompts.iter().filter(|prompt| facts.hold(&prompt.when)).collect()
}

/// The law that matters in this situation, where the child lives.
pub fn laws<'a>(content: &'a Content, facts: &Facts) -> Vec<&'a Law> {
    let nation = facts.nation();
    content.laws().iter().filter(|law| law.nations.contains(&nation) && facts.hold(&law.when)).collect()
}
