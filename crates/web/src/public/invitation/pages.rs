//! The form, and the recovery codes, which are shown once.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse};
use daymark_store::member::{self, Member};
use sha2::{Digest, Sha256};

use super::qr::{self, Qr};
use crate::app::App;
use crate::edge::error_page::{PageError, PageResult};
use crate::kit::{Button, ErrorSummary, FormProblems, Language, PublicLayout, TextInput};

#[derive(Template)]
#[template(path = "public/invitation/invitation.html")]
struct InvitationPage {
    layout: PublicLayout,
    summary: Option<ErrorSummary>,
    action: String,
    name: String,
    email: String,
    seed: String,
    qr: Option<Qr>,
    secret: String,
    password: TextInput,
    again: TextInput,
    code: TextInput,
    send: Button,
}

/// The second factor's secret: 160 bits out of the link's token and the form's seed, both random.
pub fn secret_of(token: &str, seed: &str) -> Vec<u8> {
    let mut hash = Sha256::new();
    hash.update(b"daymark second factor v1");
    for part in [token, seed] {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    hash.finalize().iter().take(20).copied().collect()
}

/// The member whom the token names.
///
/// # Errors
/// [`PageError::NotFound`] when it names nobody, has run out or was used.
pub async fn invited(app: &App, token: &str) -> Result<Member, PageError> {
    let mut tx = app.store.read("find an invitation").await?;
    member::invited(&mut tx, token, app.clock.now()).await?.ok_or(PageError::NotFound)
}

/// `GET /invitation/{token}`
pub async fn show(State(app): State<App>, Path(token): Path<String>) -> PageResult {
    let member = invited(&app, &token).await?;
    let seed = data_encoding::HEXLOWER.encode(&app.random::<20>()?);
    page(&member, &token, &seed, &FormProblems::new(Language::English))
}

/// The form, with every problem when it comes back. The secret stays the same, so the app needs no second scan.
pub fn page(member: &Member, token: &str, seed: &str, problems: &FormProblems) -> PageResult {
    let email = member.sign_in.reveal().clone();
    let secret = data_encoding::BASE32_NOPAD.encode(&secret_of(token, seed));
    let address: String = email
        .bytes()
        .map(|b| match b {
            b if b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_') => char::from(b).to_string(),
            b => format!("%{b:02X}"),
        })
        .collect();
    let uri = format!(
        "otpauth://totp/Daymark:{address}?secret={secret}&issuer=Daymark&algorithm=SHA1&digits=6&period=30"
    );
    let password = |name: &str, label: &str, hint: Option<&str>| TextInput {
        hint: hint.map(Into::into),
        error: problems.of(name),
        kind: "password",
        autocomplete: "new-password",
        ..TextInput::new(name, label)
    };
    let page = InvitationPage {
        layout: PublicLayout {
            has_errors: !problems.is_empty(),
            ..PublicLayout::new("Accept your invitation")
        },
        summary: problems.summary(),
        action: format!("/invitation/{token}"),
        name: member.name.reveal().clone(),
        email,
        seed: seed.to_owned(),
        qr: qr::draw(&uri),
        secret: secret.as_bytes().chunks(4).map(String::from_utf8_lossy).collect::<Vec<_>>().join(" "),
        password: password(
            "password",
            "Choose a password",
            Some("At least 12 characters. Three random words are easy to remember."),
        ),
        again: password("again", "Type it again", None),
        code: TextInput {
            hint: Some("Six digits. They change every half minute.".into()),
            error: problems.of("code"),
            inputmode: "numeric",
            autocomplete: "one-time-code",
            width: 10,
            ..TextInput::new("code", "Which code does the app show now?")
        },
        send: Button::submit("Accept the invitation"),
    };
    let status = if problems.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let html = page.render().map_err(|_| PageError::Internal { doing: "show the invitation" })?;
    Ok((status, Html(html)).into_response())
}

#[derive(Template)]
#[template(path = "public/invitation/accepted.html")]
struct AcceptedPage {
    layout: PublicLayout,
    codes: Vec<String>,
    sign_in: Button,
}

/// The recovery codes, shown once: only their hashes are kept.
pub fn accepted(codes: Vec<String>) -> PageResult {
    let page = AcceptedPage {
        layout: PublicLayout::new("Keep your recovery codes"),
        codes,
        sign_in: Button::link("Sign in", "/sign-in"),
    };
    let html = page.render().map_err(|_| PageError::Internal { doing: "show the recovery codes" })?;
    Ok(Html(html).into_response())
}
