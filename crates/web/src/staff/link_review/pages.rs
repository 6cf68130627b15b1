//! The page of linked cases.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{Html, IntoResponse};
use daymark_access::{Record, verb};
use daymark_linkage::Explanation;
use daymark_store::judgement::{self, Judged};
use daymark_store::link::{self, CaseOf, Link, Summary};
use daymark_store::{Tx, agency};
use daymark_vocab::{CaseId, Judgement};
use jiff::Timestamp;

use crate::app::App;
use crate::chart::waterfall::{Step, Waterfall};
use crate::chart::{Chart, Network, NetworkLink, NetworkNode};
use crate::edge::error_page::{PageError, PageResult};
use crate::edge::session::Who;
use crate::facts;
use crate::kit::{Button, Choice, CsrfField, Legend, LinkStrength, LinkedCase, Markup, Radios, StaffLayout};
use crate::staff::case_frame::{CaseFrame, CaseHead, CasePart};
use crate::staff::frame;

/// From this probability on a link is called strong.
const STRONG_FROM: f64 = 0.9;
/// The most links whose evidence is shown on one page.
const MOST_SHOWN: usize = 20;

#[derive(Template)]
#[template(path = "staff/link_review/links.html")]
struct LinksPage {
    layout: StaffLayout,
    frame: CaseFrame,
    reference: String,
    heading: String,
    network: Option<Chart>,
    linked: Vec<LinkedCase>,
    pool: Option<String>,
    n_more: usize,
    not_yet: bool,
}

/// One suggested link, as far as this person may see the other case.
struct Suggestion {
    link: Link,
    other: CaseId,
    summary: Option<Summary>,
    holder: String,
    may_read: bool,
    may_judge: bool,
    may_ask: bool,
    explanation: Option<Explanation>,
    judged: Vec<Judged>,
}

/// `GET /cases/{case}/links`
pub async fn show(State(app): State<App>, who: Who, Path(case): Path<String>) -> PageResult {
    let case: CaseId = case.parse().map_err(|_| PageError::NotFound)?;
    let now = app.clock.now();
    let mut tx = app.store.reading("show linked cases").await?;
    let (owner, record) = facts::about_case_of(&mut tx, &case).await?;
    let grant = who.may::<verb::ReadLinks>(&record, now)?;
    let owner = owner.ok_or(PageError::NotFound)?;
    let links = link::of_case(&mut tx, &grant, now).await?;
    let head = daymark_store::case_file::head(&mut tx, &grant).await?.ok_or(PageError::NotFound)?;
    let reference = head.reference.clone();
    let pool = daymark_store::pool::of_case(&mut tx, &owner, &case).await?;
    let pool = match pool {
        Some(pool) if who.could::<verb::ReadPool>(&facts::about_pool(&mut tx, &pool).await?, now) => {
            Some(pool)
        }
        _ => None,
    };
    let n_more = links.len().saturating_sub(MOST_SHOWN);
    let this: CaseOf = (owner, case.clone());
    let shown: Vec<Link> = links.into_iter().take(MOST_SHOWN).collect();
    let suggestions = suggestions(&app, &mut tx, &who, (&this, &record), shown, now).await?;
    // The readings are in the audit before a byte leaves.
    tx.commit().await?;

    let page = LinksPage {
        layout: frame(&app, &who, format!("Case {reference}: linked cases"), "/cases"),
        frame: CaseFrame::new(
            &who,
            &record,
            &CaseHead {
                id: case.clone(),
                reference: head.reference,
                status: head.status,
                area: app.area_name(head.area.as_str()),
                next_check_on: head.next_check_on,
            },
            CasePart::Links,
            now,
        ),
        heading: heading(suggestions.len() + n_more),
        network: (!suggestions.is_empty()).then(|| network(&reference, &suggestions)),
        linked: suggestions.iter().map(|one| card(&app, &who, &case, &reference, one)).collect(),
        pool: pool.map(|pool| format!("/pools/{pool}")),
        n_more,
        not_yet: app.matching.snapshot().is_none(),
        reference,
    };
    let html = page.render().map_err(|_| PageError::Internal { doing: "show linked cases" })?;
    Ok(Html(html).into_response())
}

fn heading(n: usize) -> String {
    match n {
        0 => "No case is suggested as linked".to_owned(),
        1 => "1 case may be linked".to_owned(),
        n => format!("{n} cases may be linked"),
    }
}

async fn suggestions(
    app: &App,
    tx: &mut Tx,
    who: &Who,
    (this, record): (&CaseOf, &Record),
    links: Vec<Link>,
    now: Timestamp,
) -> Result<Vec<Suggestion>, PageError> {
    let others: Vec<CaseId> = links.iter().map(|link| other_of(link, this).1.clone()).collect();
    let records = facts::about_cases(tx, &others).await?;
    let grants: Vec<_> = records
        .values()
        .filter_map(|(_, record)| who.may::<verb::ReadCaseCoarse>(record, now).ok())
        .collect();
    let mut summaries = link::summaries(tx, &grants, now).await?;
    let holders = agency::all(tx).await?;
    let judged = judgement::of_case(tx, &this.1).await?;
    let one = |link: Link| {
        let (agency, other) = other_of(&link, this).clone();
        let absent = Record::absent(&other);
        let their_record = records.get(&other).map_or(&absent, |(_, record)| record);
        let holder = holders.iter().find(|holder| holder.id == agency);
        Suggestion {
            explanation: app.matching.explain(&link.left, &link.right),
            may_read: who.could::<verb::ReadCase>(their_record, now),
            may_judge: Record::link(record, their_record)
                .is_some_and(|pair| who.could::<verb::JudgeLink>(&pair, now)),
            may_ask: who.could::<verb::AskToSee>(their_record, now),
            summary: summaries.remove(&other),
            holder: holder.map_or_else(|| "another agency".to_owned(), |agency| agency.name.clone()),
            judged: judged.iter().filter(|one| one.left == other || one.right == other).cloned().collect(),
            other,
            link,
        }
    };
    Ok(links.into_iter().map(one).collect())
}

fn other_of<'l>(link: &'l Link, this: &CaseOf) -> &'l CaseOf {
    if link.left.1 == this.1 { &link.right } else { &link.left }
}

fn strength(one: &Suggestion) -> LinkStrength {
    if one.explanation.as_ref().is_some_and(|explanation| explanation.same_source) {
        LinkStrength::SameReport
    } else if one.link.match_probability >= STRONG_FROM {
        LinkStrength::Strong
    } else {
        LinkStrength::Possible
    }
}

/// `about 90 in 100`, and as it stands where the words already say how sure.
fn about(chance: &str) -> String {
    if chance.starts_with(|c: char| c.is_ascii_digit()) {
        format!("about {chance}")
    } else {
        chance.to_owned()
    }
}

fn name_of(one: &Suggestion) -> String {
    one.summary
        .as_ref()
        .map_or_else(|| format!("A case of {}", one.holder), |summary| summary.reference.clone())
}

fn network(reference: &str, suggestions: &[Suggestion]) -> Chart {
    let this = NetworkNode { label: reference.to_owned(), href: None, may_open: true };
    let nodes = std::iter::once(this).chain(suggestions.iter().map(|one| NetworkNode {
        label: name_of(one),
        href: Some(format!("#link-{}", one.other)),
        may_open: one.may_read,
    }));
    let links = suggestions.iter().enumerate().map(|(at, one)| NetworkLink {
        from: 0,
        to: at + 1,
        strength: strength(one),
        why: strongest(one.explanation.as_ref()),
    });
    Network {
        id: "network".to_owned(),
        title: format!("Network of {} cases", suggestions.len() + 1),
        description: "The list of linked cases below says the same.".to_owned(),
        nodes: nodes.collect(),
        links: links.collect(),
    }
    .draw()
}

/// The label of the strongest evidence, as a few words.
fn strongest(explanation: Option<&Explanation>) -> String {
    if explanation.is_some_and(|explanation| explanation.same_source) {
        return "May be the same report".to_owned();
    }
    explanation
        .and_then(|explanation| {
            explanation.steps.iter().max_by(|a, b| a.match_weight.total_cmp(&b.match_weight))
        })
        // What stands in brackets explains the label; a line in a picture has no room for it.
        .map(|step| step.label.split(" (").next().unwrap_or_default().to_owned())
        .unwrap_or_default()
}

fn card(app: &App, who: &Who, case: &CaseId, reference: &str, one: &Suggestion) -> LinkedCase {
    let name = name_of(one);
    let area = match &one.summary {
        Some(summary) => format!("{}, {}", app.area_name(summary.coarse.area.as_str()), one.holder),
        None => String::new(),
    };
    let mut parts = Vec::new();
    if let Some(explanation) = one.explanation.as_ref().filter(|explanation| !explanation.same_source) {
        parts.push(why(reference, &name, one, explanation));
    }
    parts.extend(history(who, case, one));
    if one.may_judge {
        parts.push(question(who, case, one));
    } else {
        parts.push(Markup::paragraph(
            "An analyst or panel coordinator of your agency decides whether they are linked.",
        ));
    }
    if !one.may_read && one.may_ask {
        let ask = format!("/cases/{case}/links/{}/ask", one.other);
        parts.push(Markup::paragraph(Markup::join([
            format!("You see only a summary of this case. {} holds it. ", one.holder).into(),
            Markup::link(&ask, "Ask to see this case"),
        ])));
    }
    LinkedCase {
        id: format!("link-{}", one.other),
        reference: name,
        href: one.may_read.then(|| format!("/cases/{}", one.other)),
        area: area.into(),
        strength: strength(one),
        chance: about(&crate::chart::waterfall::chance_in_words(one.link.match_probability)),
        reason: one
            .explanation
            .as_ref()
            .map_or("The reason is being worked out again.", |explanation| &explanation.mostly_because)
            .into(),
        content: Markup::join(parts),
    }
}

fn why(reference: &str, name: &str, one: &Suggestion, explanation: &Explanation) -> Markup {
    let steps: Vec<Step> = explanation
        .steps
        .iter()
        .filter(|step| step.match_weight.abs() >= 0.05)
        .map(|step| Step { label: step.short.clone(), bits: step.match_weight })
        .collect();
    let chart = Waterfall {
        id: format!("why-{}", one.other),
        title: format!("Why {reference} and {name} may be linked"),
        description: explanation.mostly_because.clone(),
        start_bits: explanation.prior,
        steps,
    }
    .draw();
    let sentences = explanation
        .steps
        .iter()
        .filter(|step| step.match_weight.abs() >= 0.05)
        .map(|step| Markup::paragraph(step.sentence.as_str()));
    let evidence = [
        Markup::of(&chart),
        Markup::of(&chart.details("")),
        Markup::of(&crate::kit::Details::new("Each reason in words", Markup::join(sentences))),
    ];
    match strength(one) {
        // A weak suggestion takes little room; its evidence is one step away.
        LinkStrength::Possible => {
            Markup::of(&crate::kit::Details::new("Why it was suggested", Markup::join(evidence)))
        }
        LinkStrength::Strong | LinkStrength::SameReport => {
            Markup::join([Markup::paragraph(Markup::strong("Why it was suggested")), Markup::join(evidence)])
        }
    }
}

fn history(who: &Who, case: &CaseId, one: &Suggestion) -> Vec<Markup> {
    let mut parts = Vec::new();
    for judged in one.judged.iter().take(5) {
        let by = if judged.agency == who.staff.agency { "your agency" } else { "another agency" };
        let day = judged.at.strftime("%-d %B %Y");
        let said = match judged.judgement {
            Judgement::Positive => "they are linked",
            Judgement::Negative => "they are not linked",
            Judgement::Unsure => "not sure yet",
        };
        let undone = judged
            .undone_at
            .map_or(String::new(), |at| format!(" Taken back on {}.", at.strftime("%-d %B %Y")));
        let mut line = vec![Markup::paragraph(format!("Decided by {by} on {day}: {said}.{undone}"))];
        if one.may_judge && judged.undone_at.is_none() && judged.agency == who.staff.agency {
            line.push(undo_form(who, case, one, judged));
        }
        parts.push(Markup::join(line));
    }
    parts
}

#[derive(Template)]
#[template(path = "staff/link_review/_undo.html")]
struct UndoForm {
    action: String,
    csrf: CsrfField,
    id: String,
    button: Button,
}

impl askama::filters::HtmlSafe for UndoForm {}

fn undo_form(who: &Who, case: &CaseId, one: &Suggestion, judged: &Judged) -> Markup {
    Markup::of(&UndoForm {
        action: format!("/cases/{case}/links/{}/undo", one.other),
        csrf: CsrfField { token: who.csrf.clone() },
        id: judged.id.clone(),
        button: Button::submit("Take this decision back").secondary(),
    })
}

#[derive(Template)]
#[template(path = "staff/link_review/_question.html")]
struct Question {
    action: String,
    csrf: CsrfField,
    answers: Radios,
    button: Button,
}

impl askama::filters::HtmlSafe for Question {}

fn question(who: &Who, case: &CaseId, one: &Suggestion) -> Markup {
    let choices = Judgement::ALL.map(|judgement| Choice::new(judgement.code(), judgement.label())).to_vec();
    let standing = one.judged.iter().find(|judged| judged.undone_at.is_none());
    Markup::of(&Question {
        action: format!("/cases/{case}/links/{}/judge", one.other),
        csrf: CsrfField { token: who.csrf.clone() },
        answers: Radios {
            inline: true,
            id_prefix: format!("judgement-{}", one.other),
            selected: standing.map(|judged| judged.judgement.code().to_owned()),
            ..Radios::new("judgement", Legend::new("Do you agree these cases are linked?"), choices)
        },
        button: Button::submit("Save my decision"),
    })
}
