//! Everything that was typed, before it is sent: what it says, what is missing, what may have been overlooked.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use daymark_access::{Record, verb};
use daymark_content::Step;
use daymark_vocab::{CaseId, EntityId};

use super::form_state::FormState;
use super::pages::{draft_id, html, loaded, may_record};
use super::search::{KnownChild, to};
use super::task::{PageOf, SOURCE, Tasks, sent};
use crate::app::App;
use crate::edge::error_page::{PageError, PageResult};
use crate::edge::session::Who;
use crate::kit::{
    BackLink, Button, Checkboxes, Choice, CsrfField, ErrorItem, ErrorSummary, Legend, StaffLayout,
    SummaryList, SummaryRow,
};
use crate::staff::frame;

#[derive(Template)]
#[template(path = "staff/report/check.html")]
struct CheckPage {
    layout: StaffLayout,
    back: BackLink,
    summary: Option<ErrorSummary>,
    remarks: Vec<(String, String)>,
    sections: Vec<(String, SummaryList)>,
    found: Option<Checkboxes>,
    csrf: CsrfField,
    id: String,
    add: Button,
    child: KnownChild,
    submit: Button,
    submit_and_name: Option<Button>,
}

/// `GET /report/{draft}/submit` and `/found`: where signing in again may lead.
pub async fn again(State(app): State<App>, who: Who, Path(id): Path<String>) -> PageResult {
    may_record(&who, app.clock.now())?;
    let id = draft_id(&id)?;
    loaded(&app, &who, &id).await?;
    Ok(to(&format!("/report/{id}/check")))
}

/// `GET /report/{draft}/check`
pub async fn show(State(app): State<App>, who: Who, Path(id): Path<String>) -> PageResult {
    may_record(&who, app.clock.now())?;
    let id = draft_id(&id)?;
    let (state, _) = loaded(&app, &who, &id).await?;
    check_page(&app, &who, &id, &state, StatusCode::OK).await
}

/// Where the last page leads on to, when names and contacts are to be added.
pub const IDENTITY: &str = "identity";

/// Whether this person would be the one to add a child's name and contacts, in a case of their own agency.
///
/// # Errors
/// [`PageError::Internal`] when the machine has no randomness.
pub fn may_name_a_child(app: &App, who: &Who) -> Result<bool, PageError> {
    let case = CaseId::random(app.entropy.as_ref())
        .map_err(|_| PageError::Internal { doing: "ask who names a child" })?;
    let record = Record::case(case, who.staff.agency.clone()).assigned_to([who.staff.member.clone()]);
    let now = app.clock.now();
    Ok(who.could::<verb::ChangeIdentity>(&record, now)
        || who.needs_step_up::<verb::ChangeIdentity>(&record, now))
}

/// Everything that was answered, and everything that still stands in the way.
///
/// # Errors
/// [`PageError`] when the page cannot be written.
pub async fn check_page(
    app: &App,
    who: &Who,
    id: &EntityId,
    state: &FormState,
    status: StatusCode,
) -> PageResult {
    let tasks = Tasks::new(&app.content, app.clock.now());
    let problems = problems(tasks, id, state);
    let remarks =
        tasks.remarks(state).into_iter().map(|(step, item, words)| (page_path(id, step, item), words));
    let sections = tasks.sections().filter_map(|(section, steps)| {
        let pages =
            tasks.pages(state).into_iter().filter(|page| steps.iter().any(|one| one.id == page.step.id));
        let rows: Vec<SummaryRow> = pages.flat_map(|page| rows(tasks, id, &page)).collect();
        (!rows.is_empty()).then(|| (section.title.clone(), SummaryList::new(rows)))
    });
    let found = tasks.found(state);
    let choices = found.iter().map(|(field, one)| {
        let text = format!("{}: {}", one.kind.label(), one.selector.shown().reveal());
        Choice::new(sent(&one.selector), text).with_hint(format!("Seen in “{field}”: {}", one.why))
    });
    let found = (!found.is_empty()).then(|| Checkboxes {
        hint: Some("Add it only if the person who did this used it.".into()),
        ..Checkboxes::new(
            "take",
            Legend::new("We saw what may be an identifier in your notes. Add it to the accounts?"),
            choices.collect(),
        )
    });
    let reference = state.raw("child-age", 0).first("child-reference").trim().to_owned();
    let mut tx = app.store.write("does this child have a case").await?;
    let child = KnownChild::look(&mut tx, who, &reference, app.clock.now()).await?;
    tx.commit().await?;
    let mut layout = frame(app, who, "Check your answers", "/start");
    layout.has_errors = status != StatusCode::OK;
    let page = CheckPage {
        layout,
        back: BackLink::new(format!("/report/{id}")),
        summary: (!problems.is_empty()).then(|| ErrorSummary {
            title: "Before it can be saved".into(),
            description: Some("“Not known” is always an answer.".into()),
            items: problems,
            leaves_focus: status == StatusCode::OK,
        }),
        remarks: remarks.collect(),
        sections: sections.collect(),
        found,
        csrf: CsrfField { token: who.csrf.clone() },
        id: id.to_string(),
        add: Button::submit("Add what is ticked").secondary(),
        submit: Button::submit(if child.is_there() {
            "It is another child: save this record"
        } else {
            "Save this record"
        }),
        child,
        submit_and_name: may_name_a_child(app, who)?.then(|| Button {
            name: "then".to_owned(),
            value: IDENTITY.to_owned(),
            ..Button::submit("Save it, then add names and contacts").secondary()
        }),
    };
    html(&page, status)
}

fn page_path(id: &EntityId, step: &Step, item: u32) -> String {
    if item == 0 {
        format!("/report/{id}/{}", step.id)
    } else {
        format!("/report/{id}/{}/item/{item}", step.id)
    }
}

/// What stands in the way, each linked to its page.
pub fn problems(tasks: Tasks<'_>, id: &EntityId, state: &FormState) -> Vec<ErrorItem> {
    let mut items = Vec::new();
    for (step, item, field) in tasks.missing(state) {
        let href = format!("{}#{}", page_path(id, step, item), tasks.target(field));
        items.push(ErrorItem { message: format!("{}: answer this", field.label).into(), href: Some(href) });
    }
    for page in tasks.pages(state) {
        for (_, wrong) in tasks.wrong(page.step, &page.raw) {
            let href = format!("{}#{}", page_path(id, page.step, page.item), wrong.target);
            items.push(ErrorItem { message: wrong.message.into(), href: Some(href) });
        }
    }
    items
}

fn rows(tasks: Tasks<'_>, id: &EntityId, page: &PageOf<'_>) -> Vec<SummaryRow> {
    let path = page_path(id, page.step, page.item);
    let number = if page.item == 0 { String::new() } else { format!(" {}", page.item) };
    let answers = tasks.answers(page);
    let rows = answers.iter().map(|(field, known)| {
        let key = format!("{}{number}", field.label);
        let href = format!("{path}#{}", tasks.target(field));
        SummaryRow::new(key.clone(), tasks.words(field, known)).changed_at(href, key.to_lowercase())
    });
    let mut rows: Vec<SummaryRow> = rows.collect();
    if !rows.is_empty() {
        let Ok(step) = tasks.step(&page.step.id) else { return rows };
        let origin = tasks.origin(step, &page.raw);
        let words = format!("{}. {}", origin.source.label(), origin.confidence.label());
        let about = format!("who says so on {}", page.step.title);
        rows.push(SummaryRow::new("Who says so", words).changed_at(format!("{path}#{SOURCE}"), about));
    }
    rows
}
