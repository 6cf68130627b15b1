//! The sign-in page.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use serde::Deserialize;

use crate::app::App;
use crate::edge::back::page_of_ours;
use crate::edge::error_page::{PageError, PageResult};
use crate::edge::second_factor;
use crate::kit::{Button, ErrorItem, ErrorSummary, PublicLayout, TextInput};

#[derive(Template)]
#[template(path = "public/sign_in/sign_in.html")]
struct SignInPage {
    layout: PublicLayout,
    summary: Option<ErrorSummary>,
    email: TextInput,
    password: TextInput,
    code: TextInput,
    button: Button,
    back: String,
    sample: Option<Sample>,
}

/// What the invented region shows so that a stranger can sign in.
struct Sample {
    code: String,
}

#[derive(Deserialize)]
pub struct Back {
    #[serde(default)]
    back: String,
}

/// `GET /sign-in`
pub async fn show(State(app): State<App>, Query(query): Query<Back>) -> PageResult {
    page(&app, "", &page_of_ours(&query.back), None)
}

/// The page, with a problem and what was typed (never the password) when it comes back.
pub fn page(app: &App, email: &str, back: &str, problem: Option<&str>) -> PageResult {
    let summary = problem.map(|problem| ErrorSummary {
        items: vec![ErrorItem::at(problem, "email")],
        ..ErrorSummary::default()
    });
    let page = SignInPage {
        layout: PublicLayout { has_errors: problem.is_some(), ..PublicLayout::new("Sign in") },
        summary,
        email: TextInput {
            value: email.to_owned(),
            kind: "email",
            autocomplete: "username",
            spellcheck: Some(false),
            ..TextInput::new("email", "E-mail address")
        },
        password: TextInput {
            kind: "password",
            autocomplete: "current-password",
            ..TextInput::new("password", "Password")
        },
        code: TextInput {
            hint: Some("Six digits from your authenticator app, or one of your recovery codes.".into()),
            // Not the numbers' keyboard: recovery codes have letters.
            spellcheck: Some(false),
            autocomplete: "one-time-code",
            width: 20,
            ..TextInput::new("code", "Security code")
        },
        button: Button::submit("Sign in"),
        back: back.to_owned(),
        sample: app
            .is_sample
            .then(|| Sample { code: second_factor::code(&second_factor::SAMPLE_SECRET, app.clock.now()) }),
    };
    let status = if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let html = page.render().map_err(|_| PageError::Internal { doing: "show the sign-in page" })?;
    Ok((status, Html(html)).into_response())
}

#[derive(Template)]
#[template(path = "public/sign_in/signed_out.html")]
struct SignedOutPage {
    layout: PublicLayout,
    again: Button,
}

/// `GET /signed-out`
pub async fn signed_out() -> Response {
    let page = SignedOutPage {
        layout: PublicLayout::new("You have signed out"),
        again: Button::link("Sign in again", "/sign-in").secondary(),
    };
    page.render().map_or_else(
        |_| PageError::Internal { doing: "show that you have signed out" }.into_response(),
        |html| Html(html).into_response(),
    )
}
