//! A plan as JSON for programs, and as a page of text for people.

use std::fmt::Write as _;

use daymark_content::{Channel, Content};
use daymark_triage::{Facts, LeftOutBecause, Plan};
use serde::Serialize;

#[derive(Serialize)]
struct Answer<'a> {
    routes: Vec<RouteAnswer<'a>>,
    left_out: Vec<LeftOutAnswer<'a>>,
    messages: &'a [&'a str],
    ask_next: Vec<&'static str>,
    follow_up: &'a str,
}

#[derive(Serialize)]
struct RouteAnswer<'a> {
    id: &'a str,
    urgency: &'static str,
    order: usize,
    who_does_it: &'static str,
    reason: String,
    rules: &'a [&'a str],
    not_before: Vec<&'static str>,
    check_before_use: bool,
}

#[derive(Serialize)]
struct LeftOutAnswer<'a> {
    id: &'a str,
    reason: &'a str,
}

/// The answer as the contract has it, with a line break behind it.
pub fn json(plan: &Plan<'_>) -> anyhow::Result<String> {
    let routes = plan.routes.iter().map(|planned| RouteAnswer {
        id: &planned.route.code,
        urgency: planned.urgency.code(),
        order: planned.order,
        who_does_it: planned.who.code(),
        reason: planned.reason(),
        rules: &planned.rules,
        not_before: planned.not_before.iter().map(|before| before.code()).collect(),
        check_before_use: planned.check_before_use(),
    });
    let left_out =
        plan.left_out.iter().map(|left| LeftOutAnswer { id: &left.route.code, reason: &left.reason });
    let answer = Answer {
        routes: routes.collect(),
        left_out: left_out.collect(),
        messages: &plan.messages,
        ask_next: plan.ask_next.iter().map(|fact| fact.code()).collect(),
        follow_up: plan.follow_up.map_or("", |follow_up| follow_up.sentence),
    };
    Ok(format!("{}\n", serde_json::to_string_pretty(&answer)?))
}

/// The plan for people: what to do, why, how to reach it.
pub fn text(plan: &Plan<'_>, content: &Content, facts: &Facts) -> String {
    let words = content.respond_words();
    let mut page = String::new();
    let mut urgency = None;
    for planned in &plan.routes {
        if urgency.replace(planned.urgency) != Some(planned.urgency) {
            line(&mut page, &words.urgency(planned.urgency).to_uppercase());
        }
        line(&mut page, &format!("{}. {}", planned.order, planned.name));
        line(&mut page, &format!("   {}", planned.sentence));
        line(&mut page, &format!("   Why: {} [{}]", planned.reason(), planned.rules.join(", ")));
        line(&mut page, &format!("   Who: {}", words.doer(planned.who)));
        for before in &planned.not_before {
            line(&mut page, &format!("   First: {}", words.before(*before)));
        }
        if let Some(say) = &planned.route.say {
            line(&mut page, &format!("   Say: “{say}”"));
        }
        let channels: Vec<String> = planned.channels.iter().map(channel).collect();
        line(&mut page, &format!("   How: {}", channels.join("; ")));
        if planned.check_before_use() {
            line(&mut page, "   Check before use: not verified for this version.");
        }
        line(&mut page, "");
    }
    line(&mut page, "BEAR IN MIND");
    for message in &plan.messages {
        line(&mut page, &format!("- {message}"));
    }
    if let Some(follow_up) = plan.follow_up {
        line(&mut page, "");
        line(&mut page, &format!("LOOK AGAIN\n{}", follow_up.sentence));
    }
    if !plan.ask_next.is_empty() {
        line(&mut page, "");
        line(&mut page, "ASK NEXT");
        let mut asked: Vec<&str> = Vec::new();
        for fact in &plan.ask_next {
            let question = question(content, facts, *fact);
            if !asked.contains(&question) {
                asked.push(question);
                line(&mut page, &format!("- {question}"));
            }
        }
    }
    line(&mut page, "");
    line(&mut page, "LEFT OUT, AND WHY");
    for left in plan.left_out.iter().filter(|left| left.because != LeftOutBecause::NotCalledFor) {
        line(&mut page, &format!("- {}: {}", left.route.name, left.reason));
    }
    let others = plan.left_out.iter().filter(|left| left.because == LeftOutBecause::NotCalledFor).count();
    line(&mut page, &format!("- {others} more that nothing here calls for (--format json lists them)."));
    line(&mut page, "");
    line(&mut page, &format!("Content {}. A suggestion with its reasons: you decide.", plan.content_version));
    page
}

fn channel(channel: &Channel) -> String {
    match &channel.hours {
        Some(hours) => format!("{} ({hours})", channel.value),
        None => channel.value.clone(),
    }
}

/// The question of the journey that asks for a fact.
fn question<'a>(content: &'a Content, facts: &Facts, fact: daymark_content::FactName) -> &'a str {
    let asks = content.questions().iter().find(|question| {
        let sets = question.answers.iter().flat_map(|answer| &answer.sets);
        question.years_of == Some(fact) || sets.into_iter().any(|given| given.fact == fact)
    });
    asks.map_or(fact.code(), |question| &question.words(facts.asker()).question)
}

fn line(page: &mut String, text: &str) {
    // Writing to a string does not fail.
    let _ = writeln!(page, "{text}");
}
