//! Is it still you? Password and security code once more, before the identity of a child is opened or people are changed.
//!
//! A handler that misses the proof answers with [`ask`]; the page sends the person back to where they were.

#[cfg(test)]
mod tests;

use crate::edge::form::Form;
use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect};
use daymark_access::{Action, Record, verb};
use daymark_store::{member, session};
use daymark_vocab::Private;
use serde::Deserialize;

use super::back::page_of_ours;
use super::error_page::{PageError, PageResult};
use super::second_factor;
use super::session::Who;
use crate::app::App;
use crate::kit::{Button, CsrfField, ErrorItem, ErrorSummary, StaffLayout, TextInput};
use crate::rooms::Rooms;
use crate::staff::frame;

const WRONG: &str = "The password or the security code is not right. Check both. A code works once and for about a minute: wait for the next one";
const TOO_OFTEN: &str = "There were too many tries. Wait five minutes, then try again";

/// The routes.
pub fn routes(rooms: Rooms) -> Rooms {
    rooms.get("/step-up", Action::ViewOwnAccount, show).post("/step-up", Action::ChangeOwnAccount, prove)
}

#[derive(Template)]
#[template(path = "edge/step_up/page.html")]
struct StepUpPage {
    layout: StaffLayout,
    summary: Option<ErrorSummary>,
    csrf: CsrfField,
    back: String,
    password: TextInput,
    code: TextInput,
    button: Button,
    sample_code: Option<String>,
}

fn page(app: &App, who: &Who, back: &str, problem: Option<&str>, status: StatusCode) -> PageResult {
    let page = StepUpPage {
        layout: StaffLayout {
            has_errors: problem.is_some(),
            ..frame(app, who, "Prove again that it is you", "")
        },
        summary: problem.map(|problem| ErrorSummary {
            items: vec![ErrorItem::at(problem, "password")],
            ..ErrorSummary::default()
        }),
        csrf: CsrfField { token: who.csrf.clone() },
        back: page_of_ours(back),
        password: TextInput {
            kind: "password",
            autocomplete: "current-password",
            error: problem.map(Into::into),
            ..TextInput::new("password", "Password")
        },
        code: TextInput {
            hint: Some("Six digits from your authenticator app, or one of your recovery codes.".into()),
            spellcheck: Some(false),
            autocomplete: "one-time-code",
            width: 20,
            ..TextInput::new("code", "Security code")
        },
        button: Button::submit("Continue"),
        sample_code: app
            .is_sample
            .then(|| second_factor::code(&second_factor::SAMPLE_SECRET, app.clock.now())),
    };
    let html = page.render().map_err(|_| PageError::Internal { doing: "ask to prove again" })?;
    Ok((status, Html(html)).into_response())
}

/// Answers instead of the page that was asked for: prove again, then go on to `back`.
///
/// # Errors
/// [`PageError::Internal`] when the page cannot be written.
pub fn ask(app: &App, who: &Who, back: &str) -> PageResult {
    page(app, who, back, None, StatusCode::FORBIDDEN)
}

fn own_account(who: &Who) -> Record {
    Record::member(who.staff.member.clone(), who.staff.agency.clone())
}

/// Where to go afterwards.
#[derive(Deserialize)]
pub struct Back {
    #[serde(default)]
    back: String,
}

/// `GET /step-up`
pub async fn show(State(app): State<App>, who: Who, Query(query): Query<Back>) -> PageResult {
    who.may::<verb::ViewOwnAccount>(&own_account(&who), app.clock.now())?;
    page(&app, &who, &query.back, None, StatusCode::OK)
}

/// What was typed.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawProof {
    csrf: String,
    #[serde(default)]
    back: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    code: String,
}

/// `POST /step-up`
pub async fn prove(State(app): State<App>, who: Who, Form(raw): Form<RawProof>) -> PageResult {
    let now = app.clock.now();
    who.may::<verb::ChangeOwnAccount>(&own_account(&who), now)?;
    who.csrf.check(&raw.csrf)?;
    let mut tx = app.store.read("find who proves again").await?;
    let found = member::find_credentials(&mut tx, &who.staff.agency, &who.staff.member).await?;
    drop(tx);
    let Some(found) = found else { return Err(PageError::NotFound) };
    let again = |problem| page(&app, &who, &raw.back, Some(problem), StatusCode::UNPROCESSABLE_ENTITY);
    let address = found.member.sign_in.reveal();
    if !app.throttle.admits(address, now) {
        return again(TOO_OFTEN);
    }
    let code = Private::new(raw.code.chars().filter(|c| !c.is_whitespace()).collect());
    let password = Private::new(raw.password.clone());
    let right = app.passwords.check(password, found.password_hash.clone()).await?
        && second_factor::use_up(&app, &found, &code, now).await?;
    if !right {
        return again(WRONG);
    }
    app.throttle.forget(address);
    let mut tx = app.store.write("step up").await?;
    session::step_up(&mut tx, &found.member, who.secret.reveal(), now).await?;
    tx.commit().await?;
    Ok(Redirect::to(&page_of_ours(&raw.back)).into_response())
}
