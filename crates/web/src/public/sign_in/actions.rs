//! Signing in and out.

use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Redirect};

use daymark_access::Standing;
use daymark_store::member::{self, Credentials};
use daymark_store::session;
use jiff::Timestamp;
use serde::Deserialize;

use super::form::{RawSignIn, SignIn};
use super::pages;
use crate::app::App;
use crate::edge::csrf::CsrfToken;
use crate::edge::error_page::{PageError, PageResult};
use crate::edge::form::Form;
use crate::edge::second_factor;
use crate::edge::session::{cookie, no_cookie, signed_in};

const WRONG: &str = "The e-mail address, the password or the security code is not right. Check all three. A code works once and for about a minute";
const TOO_OFTEN: &str = "There were too many tries. Wait five minutes, then try again";

/// `POST /sign-in`
pub async fn sign_in(State(app): State<App>, Form(raw): Form<RawSignIn>) -> PageResult {
    let asked = raw.parse();
    let now = app.clock.now();
    if !app.throttle.admits(asked.email.reveal(), now) {
        return pages::page(&app, asked.email.reveal(), &asked.back, Some(TOO_OFTEN));
    }
    let Some(found) = who_is_it(&app, &asked, now).await? else {
        return pages::page(&app, asked.email.reveal(), &asked.back, Some(WRONG));
    };
    app.throttle.forget(asked.email.reveal());
    let secret = data_encoding::BASE64URL_NOPAD.encode(&app.random::<32>()?);
    let csrf = CsrfToken::new(&app.random()?);
    let mut tx = app.store.write("sign in").await?;
    session::open(&mut tx, &found.member, &secret, csrf.as_field(), &app.limits, now).await?;
    tx.commit().await?;
    Ok(([(header::SET_COOKIE, cookie(&secret)?)], Redirect::to(&asked.back)).into_response())
}

/// The member whose address, password and code these are. The work is the same when there is none.
async fn who_is_it(app: &App, asked: &SignIn, now: Timestamp) -> Result<Option<Credentials>, PageError> {
    let mut tx = app.store.read("find who signs in").await?;
    let mut candidates = member::by_sign_in(&mut tx, asked.email.reveal()).await?;
    drop(tx);
    candidates.retain(|found| found.member.standing == Standing::Active);
    if candidates.is_empty() {
        app.passwords.check(asked.password.clone(), None).await?;
        return Ok(None);
    }
    for found in candidates {
        let right = app.passwords.check(asked.password.clone(), found.password_hash.clone()).await?;
        if right && second_factor::use_up(app, &found, &asked.code, now).await? {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// What the sign-out form brings.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignOut {
    #[serde(default)]
    csrf: String,
}

/// `POST /sign-out`
pub async fn sign_out(State(app): State<App>, headers: HeaderMap, Form(form): Form<SignOut>) -> PageResult {
    let gone = [(header::SET_COOKIE, no_cookie())];
    let Some(who) = signed_in(&app, &headers).await? else {
        return Ok((gone, Redirect::to("/signed-out")).into_response());
    };
    who.csrf.check(&form.csrf)?;
    let mut tx = app.store.write("sign out").await?;
    if let Some(member) = member::find(&mut tx, &who.staff.agency, &who.staff.member).await? {
        session::end(&mut tx, &member, who.secret.reveal(), app.clock.now()).await?;
    }
    tx.commit().await?;
    Ok((gone, Redirect::to("/signed-out")).into_response())
}
