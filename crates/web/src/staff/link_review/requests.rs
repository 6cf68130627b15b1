//! Asking to see another agency's case, and answering.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect};

use daymark_access::verb;
use daymark_store::{agency, sight_request};
use daymark_vocab::{AgencyId, CaseId, Private};

use super::form::RawReason;
use crate::app::App;
use crate::edge::error_page::{PageError, PageResult};
use crate::edge::form::Form;
use crate::edge::session::Who;
use crate::facts;
use crate::kit::{
    Button, Choice, CsrfField, ErrorSummary, FormProblems, Language, Legend, Radios, StaffLayout, Textarea,
};
use crate::staff::frame;

#[derive(Template)]
#[template(path = "staff/link_review/ask.html")]
struct AskPage {
    layout: StaffLayout,
    summary: Option<ErrorSummary>,
    holder: String,
    contact: String,
    back: String,
    csrf: CsrfField,
    reason: Textarea,
    button: Button,
}

fn case_of(path: &str) -> Result<CaseId, PageError> {
    path.parse().map_err(|_| PageError::NotFound)
}

async fn ask_form(
    app: &App,
    who: &Who,
    (case, other): (&str, &str),
    typed: &Private<String>,
    problems: &FormProblems,
) -> PageResult {
    let mut tx = app.store.reading("who holds a case").await?;
    let (owner, record) = facts::about_case_of(&mut tx, &case_of(other)?).await?;
    who.may::<verb::AskToSee>(&record, app.clock.now())?;
    let holder =
        agency::find(&mut tx, &owner.ok_or(PageError::NotFound)?).await?.ok_or(PageError::NotFound)?;
    tx.commit().await?;
    let page = AskPage {
        layout: StaffLayout {
            has_errors: !problems.is_empty(),
            ..frame(app, who, "Ask to see a case", "/cases")
        },
        summary: problems.summary(),
        holder: holder.name,
        contact: holder.contact,
        back: format!("/cases/{case}/links"),
        csrf: CsrfField { token: who.csrf.clone() },
        reason: Textarea {
            hint: Some("Say what you would do with it. Name no child.".into()),
            error: problems.of("reason"),
            value: typed.reveal().clone(),
            ..Textarea::new("reason", "Why do you need to see it?")
        },
        button: Button::submit("Ask"),
    };
    let html = page.render().map_err(|_| PageError::Internal { doing: "show a form" })?;
    let status = if problems.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok((status, Html(html)).into_response())
}

/// `GET /cases/{case}/links/{other}/ask`
pub async fn ask_page(
    State(app): State<App>,
    who: Who,
    Path((case, other)): Path<(String, String)>,
) -> PageResult {
    ask_form(&app, &who, (&case, &other), &Private::default(), &FormProblems::new(Language::English)).await
}

/// `POST /cases/{case}/links/{other}/ask`
pub async fn ask(
    State(app): State<App>,
    who: Who,
    Path((case, other)): Path<(String, String)>,
    Form(raw): Form<RawReason>,
) -> PageResult {
    who.csrf.check(&raw.csrf)?;
    let reason = match raw.reason() {
        Ok(reason) => reason,
        Err(problems) => return ask_form(&app, &who, (&case, &other), &raw.typed(), &problems).await,
    };
    let now = app.clock.now();
    let mut tx = app.store.write("ask to see").await?;
    let record = facts::about_case(&mut tx, &case_of(&other)?).await?;
    let grant = who.may::<verb::AskToSee>(&record, now)?;
    sight_request::ask(&mut tx, &grant, &reason, now).await?;
    tx.commit().await?;
    Ok(Redirect::to(&format!("/cases/{case}/links#link-{other}")).into_response())
}

#[derive(Template)]
#[template(path = "staff/link_review/answer.html")]
struct AnswerPage {
    layout: StaffLayout,
    summary: Option<ErrorSummary>,
    asking: String,
    reference: String,
    why: String,
    csrf: CsrfField,
    decision: Radios,
    reason: Textarea,
    button: Button,
}

async fn answer_form(
    app: &App,
    who: &Who,
    (case, asking): (&str, &str),
    raw: Option<&RawReason>,
    problems: &FormProblems,
) -> PageResult {
    let (case, asking): (CaseId, AgencyId) =
        (case_of(case)?, asking.parse().map_err(|_| PageError::NotFound)?);
    let mut tx = app.store.reading("read a request to see").await?;
    let record = facts::about_case(&mut tx, &case).await?;
    who.may::<verb::AnswerAskToSee>(&record, app.clock.now())?;
    let requests = sight_request::of_agency(&mut tx, &who.staff.agency, 200).await?;
    let asker = agency::find(&mut tx, &asking).await?.ok_or(PageError::NotFound)?;
    tx.commit().await?;
    let request = requests
        .into_iter()
        .find(|one| one.case == case && one.asking == asking)
        .ok_or(PageError::NotFound)?;
    let page = AnswerPage {
        layout: StaffLayout {
            has_errors: !problems.is_empty(),
            ..frame(app, who, "Answer a request to see a case", "/cases")
        },
        summary: problems.summary(),
        asking: asker.name,
        reference: request.reference,
        why: request.reason.into_inner(),
        csrf: CsrfField { token: who.csrf.clone() },
        decision: Radios {
            error: problems.of("decision"),
            selected: raw.map(|raw| raw.decision.clone()),
            ..Radios::new(
                "decision",
                Legend::new("May they see the whole case?"),
                vec![
                    Choice::new("yes", "Yes").with_hint(
                        "They read it, never its sealed identity. Every reading is noted. You can end it.",
                    ),
                    Choice::new("no", "No").with_hint("They go on seeing the summary only."),
                ],
            )
        },
        reason: Textarea {
            error: problems.of("reason"),
            value: raw.map(|raw| raw.reason.clone()).unwrap_or_default(),
            ..Textarea::new("reason", "What do you want to tell them?")
        },
        button: Button::submit("Send the answer"),
    };
    let html = page.render().map_err(|_| PageError::Internal { doing: "show a form" })?;
    let status = if problems.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok((status, Html(html)).into_response())
}

/// `GET /requests/{case}/{agency}`
pub async fn answer_page(
    State(app): State<App>,
    who: Who,
    Path((case, asking)): Path<(String, String)>,
) -> PageResult {
    answer_form(&app, &who, (&case, &asking), None, &FormProblems::new(Language::English)).await
}

/// `POST /requests/{case}/{agency}`
pub async fn answer(
    State(app): State<App>,
    who: Who,
    Path((case, asking)): Path<(String, String)>,
    Form(raw): Form<RawReason>,
) -> PageResult {
    who.csrf.check(&raw.csrf)?;
    let (yes, words) = match raw.decision() {
        Ok(decision) => decision,
        Err(problems) => return answer_form(&app, &who, (&case, &asking), Some(&raw), &problems).await,
    };
    let now = app.clock.now();
    let mut tx = app.store.write("answer a request to see").await?;
    let record = facts::about_case(&mut tx, &case_of(&case)?).await?;
    let grant = who.may::<verb::AnswerAskToSee>(&record, now)?;
    let asking: AgencyId = asking.parse().map_err(|_| PageError::NotFound)?;
    if !sight_request::answer(&mut tx, &grant, &asking, yes, &words, now).await? {
        return Err(PageError::Conflict);
    }
    tx.commit().await?;
    Ok(Redirect::to("/start").into_response())
}
