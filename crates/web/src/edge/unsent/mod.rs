//! What becomes of a form that was sent after the session had timed out? It is kept for its writer, and offered again.
//!
//! A session that has timed out opens nothing. It only says whose form that was: the form is sealed as a draft of that
//! member, before the answer leads to the sign-in page. After signing in, the same person (nobody else) finds it at
//! `/unsent/{id}`, and sends it or throws it away. Works without script.

#[cfg(test)]
mod tests;

use askama::Template;
use axum::extract::{FromRequest, Path, Request, State};
use axum::http::{Method, Uri};
use axum::response::{Html, IntoResponse, Redirect, Response};
use daymark_access::{Record, verb};
use daymark_exchange::refuse::refuse_images_in_text;
use daymark_store::Tx;
use daymark_store::draft::{self, DraftOf};
use daymark_store::session as store_session;
use daymark_vocab::{EntityId, Private};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::csrf::{self, CsrfToken};
use super::error_page::{PageError, PageResult};
use super::form::Form;
use super::session::{self, Who};
use crate::app::App;
use crate::in_words;
use crate::kit::{Button, CsrfField, StaffLayout};
use crate::rooms::Rooms;
use crate::staff::frame;
use daymark_access::Action;

/// The form's name among drafts.
const FORM: &str = "unsent";

/// How long it waits for its writer.
const KEPT: SignedDuration = SignedDuration::from_hours(24);

/// Never kept: what proves who somebody is.
const SECRETS: [&str; 4] = [csrf::FIELD, "password", "code", "new_password"];

/// Not shown: what the form says of itself.
const TECHNICAL: [&str; 8] = ["base_version", "seen", "then", "keep", "item", "remarked", "upload", "back"];

/// The routes.
pub fn routes(rooms: Rooms) -> Rooms {
    rooms.get("/unsent/{unsent}", Action::ViewOwnAccount, show).post(
        "/unsent/{unsent}",
        Action::ChangeOwnAccount,
        discard,
    )
}

/// A form as it was sent. Has no `Debug`: it holds what somebody wrote about a child.
#[derive(Serialize, Deserialize)]
struct Unsent {
    version: u32,
    path: String,
    fields: Vec<(String, String)>,
}

fn draft_of<'a>(who: &'a Who, id: &'a EntityId) -> DraftOf<'a> {
    DraftOf { agency: &who.staff.agency, member: &who.staff.member, form: FORM, subject: id.as_str() }
}

/// Answers a request that nobody is signed in for: keeps the form it brought, and leads to the sign-in page.
pub async fn sign_in_first(app: &App, request: Request) -> Response {
    let plain = session::sign_in_first(&request);
    match keep(app, request).await {
        Ok(Some(id)) => Redirect::to(&format!("/sign-in?back=/unsent/{id}")).into_response(),
        Ok(None) => plain,
        Err(error) => error.into_response(),
    }
}

/// Keeps the form, if it is one and says whose it is.
async fn keep(app: &App, request: Request) -> Result<Option<EntityId>, PageError> {
    let path = request.uri().path().to_owned();
    // What is saved while it is typed has a draft of its own.
    let is_page = !path.ends_with("/keep") && !matches!(path.as_str(), "/step-up" | "/sign-out");
    if request.method() != Method::POST || !is_page {
        return Ok(None);
    }
    let now = app.clock.now();
    let Some(secret) = session::secret_in(request.headers()) else { return Ok(None) };
    let mut tx = app.store.read("whose form was this").await?;
    let Some(session) = store_session::timed_out(&mut tx, &secret, &app.limits, now).await? else {
        return Ok(None);
    };
    drop(tx);
    // A file, or what is no form: there is nothing typed to keep.
    let Ok(Form(mut fields)) = Form::<Vec<(String, String)>>::from_request(request, &()).await else {
        return Ok(None);
    };
    let token = fields.iter().find(|(name, _)| name == csrf::FIELD).map_or("", |(_, value)| value.as_str());
    if CsrfToken::from_stored(session.csrf).check(token).is_err() {
        return Ok(None);
    }
    fields.retain(|(name, value)| !SECRETS.contains(&name.as_str()) && refuse_images_in_text(value).is_ok());
    if shown(&fields).is_empty() {
        return Ok(None);
    }
    let id = EntityId::random(app.entropy.as_ref())
        .map_err(|_| PageError::Internal { doing: "name a form that was sent too late" })?;
    let body = serde_json::to_string(&Unsent { version: 1, path, fields })
        .map_err(|_| PageError::Internal { doing: "keep a form that was sent too late" })?;
    let mut tx = app.store.write("keep a form that was sent too late").await?;
    let of = DraftOf { agency: &session.agency, member: &session.member, form: FORM, subject: id.as_str() };
    draft::save(&mut tx, of, &Private::new(body), now).await?;
    tx.commit().await?;
    Ok(Some(id))
}

/// What somebody typed or chose: not what the form says of itself.
fn shown(fields: &[(String, String)]) -> Vec<(String, String)> {
    let typed =
        fields.iter().filter(|(name, value)| !value.trim().is_empty() && !TECHNICAL.contains(&name.as_str()));
    typed.map(|(name, value)| (name.replace(['-', '_'], " "), value.clone())).collect()
}

#[derive(Template)]
#[template(path = "edge/unsent/page.html")]
struct UnsentPage {
    layout: StaffLayout,
    csrf: CsrfField,
    at: String,
    typed: Vec<(String, String)>,
    action: String,
    fields: Vec<(String, String)>,
    send: Button,
    discard: Button,
    here: String,
}

fn own_account(who: &Who) -> Record {
    Record::member(who.staff.member.clone(), who.staff.agency.clone())
}

/// `GET /unsent/{unsent}`
pub async fn show(State(app): State<App>, who: Who, Path(id): Path<String>) -> PageResult {
    who.may::<verb::ViewOwnAccount>(&own_account(&who), app.clock.now())?;
    let id: EntityId = id.parse().map_err(|_| PageError::NotFound)?;
    let mut tx = app.store.read("a form that was sent too late").await?;
    let kept = draft::load(&mut tx, draft_of(&who, &id)).await?.ok_or(PageError::NotFound)?;
    let unsent: Unsent = serde_json::from_str(kept.body.reveal())
        .map_err(|_| PageError::Internal { doing: "read a form that was sent too late" })?;
    let page = UnsentPage {
        layout: frame(&app, &who, "What you wrote is still here", ""),
        csrf: CsrfField { token: who.csrf.clone() },
        at: in_words::instant(kept.saved_at),
        typed: shown(&unsent.fields),
        action: format!("{}?unsent={id}", unsent.path),
        fields: unsent.fields,
        send: Button::submit("Save it now"),
        discard: Button::submit("Throw it away").secondary(),
        here: format!("/unsent/{id}"),
    };
    let html =
        page.render().map_err(|_| PageError::Internal { doing: "show a form that was sent too late" })?;
    Ok(Html(html).into_response())
}

/// What the form that throws it away brings.
#[derive(Deserialize)]
pub struct Discard {
    #[serde(default)]
    csrf: String,
}

/// `POST /unsent/{unsent}`: throws it away.
pub async fn discard(
    State(app): State<App>,
    who: Who,
    Path(id): Path<String>,
    Form(sent): Form<Discard>,
) -> PageResult {
    who.may::<verb::ChangeOwnAccount>(&own_account(&who), app.clock.now())?;
    who.csrf.check(&sent.csrf)?;
    let id: EntityId = id.parse().map_err(|_| PageError::NotFound)?;
    let mut tx = app.store.write("throw a form away").await?;
    draft::load(&mut tx, draft_of(&who, &id)).await?.ok_or(PageError::NotFound)?;
    draft::discard(&mut tx, draft_of(&who, &id)).await?;
    tx.commit().await?;
    Ok(Redirect::to("/start").into_response())
}

/// Which kept form a request sends again.
pub fn sent_again(method: &Method, uri: &Uri) -> Option<EntityId> {
    let id = uri.query()?.split('&').find_map(|part| part.strip_prefix("unsent="))?;
    (method == Method::POST).then(|| id.parse().ok()).flatten()
}

/// Lets go of a kept form that was sent again and was taken.
pub async fn settle(app: &App, who: &Who, id: &EntityId) {
    let settled = async {
        let mut tx = app.store.write("a kept form was sent").await?;
        draft::discard(&mut tx, draft_of(who, id)).await?;
        tx.commit().await
    };
    // What was sent is saved; a copy that stays is swept after a day.
    if let Err(error) = settled.await {
        tracing::warn!(%error, "a kept form was sent and could not be let go of");
    }
}

/// The forms that wait for this person: address and time.
///
/// # Errors
/// [`PageError`] when the store does not answer.
pub async fn waiting(tx: &mut Tx, who: &Who) -> Result<Vec<(String, Timestamp)>, PageError> {
    let kept = draft::subjects(tx, &who.staff.agency, &who.staff.member, FORM).await?;
    Ok(kept.into_iter().map(|(id, at)| (format!("/unsent/{id}"), at)).collect())
}

/// Lets go of forms that nobody came back for.
///
/// # Errors
/// [`PageError`] when the store does not answer.
pub async fn sweep(tx: &mut Tx, now: Timestamp) -> Result<(), PageError> {
    draft::sweep(tx, FORM, now - KEPT).await?;
    Ok(())
}
