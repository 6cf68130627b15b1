//! Who is asking? The session cookie, and the member as the store has them now.
//!
//! The cookie holds 256 random bits; the store holds their SHA-256. Member, roles and standing are read on every
//! request, so that a leaver is out at once.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use axum::extract::{FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use daymark_access::{Action, Grant, NamedVerb, Record, Refusal, Staff, may};
use daymark_store::{Tx, agency, member, session};
use daymark_vocab::{AgencyId, AgencyKind, MemberId, Private};
use jiff::{SignedDuration, Timestamp};

use crate::app::App;
use crate::edge::csrf::CsrfToken;
use crate::edge::error_page::PageError;

/// The cookie's name. `__Host-` makes the browser insist on a secure origin, this host alone and the whole site.
pub const COOKIE: &str = "__Host-session";

/// The verbs decided on during one request.
#[derive(Debug, Clone, Default)]
pub struct Asked(Arc<Mutex<BTreeSet<Action>>>);

impl Asked {
    fn note(&self, action: Action) {
        if let Ok(mut asked) = self.0.lock() {
            asked.insert(action);
        }
    }

    /// Whether this verb was decided on, and permitted.
    pub fn was_decided(&self, action: Action) -> bool {
        self.0.lock().is_ok_and(|asked| asked.contains(&action))
    }
}

/// The signed-in person of this request.
#[derive(Debug, Clone)]
pub struct Who {
    /// As `access` sees them.
    pub staff: Staff,
    /// Their name.
    pub name: Private<String>,
    /// Their agency's name.
    pub agency_name: String,
    /// Their session's token.
    pub csrf: CsrfToken,
    /// Their session's secret, to end it.
    pub secret: Private<String>,
    asked: Asked,
}

impl Who {
    /// The verbs decided on during this request.
    pub fn asked(&self) -> Asked {
        self.asked.clone()
    }

    /// Decides on one verb; what is permitted is noted for the guard.
    ///
    /// # Errors
    /// [`PageError::NotFound`] or [`PageError::Forbidden`], as `access` refused.
    pub fn may<V: NamedVerb>(&self, record: &Record, now: Timestamp) -> Result<Grant<V>, PageError> {
        let grant = may::<V>(&self.staff, record, now)?;
        self.asked.note(V::ACTION);
        Ok(grant)
    }

    /// The same for the verbs about handing over, which have functions of their own.
    ///
    /// # Errors
    /// [`PageError::NotFound`] or [`PageError::Forbidden`], as `access` refused.
    pub fn decided<V: NamedVerb>(&self, answer: Result<Grant<V>, Refusal>) -> Result<Grant<V>, PageError> {
        let grant = answer?;
        self.asked.note(V::ACTION);
        Ok(grant)
    }

    /// Whether a list with this verb can show anything to this person; noted for the guard.
    ///
    /// # Errors
    /// [`PageError::Forbidden`] when no role of theirs has such a list.
    pub fn may_list(&self, action: Action) -> Result<(), PageError> {
        if daymark_access::scope_for_list(&self.staff, action) == daymark_access::Scope::None {
            return Err(PageError::Forbidden {
                reasons: vec![format!("None of your roles lets you {}.", action.words())],
            });
        }
        self.asked.note(action);
        Ok(())
    }

    /// Whether proving again that it is they is all that keeps them from this.
    pub fn needs_step_up<V: NamedVerb>(&self, record: &Record, now: Timestamp) -> bool {
        matches!(may::<V>(&self.staff, record, now), Err(Refusal::Forbidden { step_up_would_do: true, .. }))
    }

    /// Whether they could do this, without doing it: to show or leave out a link.
    pub fn could<V: NamedVerb>(&self, record: &Record, now: Timestamp) -> bool {
        may::<V>(&self.staff, record, now).is_ok()
    }
}

impl From<Refusal> for PageError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::NotFound | Refusal::SignInFirst => Self::NotFound,
            Refusal::Forbidden { reasons, .. } => Self::Forbidden {
                reasons: reasons.iter().map(|reason| reason.sentence.to_string()).collect(),
            },
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Who {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, PageError> {
        parts.extensions.get::<Self>().cloned().ok_or(PageError::NotFound)
    }
}

/// The session's secret, as the browser sent it.
pub(crate) fn secret_in(headers: &HeaderMap) -> Option<String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|cookies| cookies.split(';'))
        .filter_map(|cookie| cookie.trim().split_once('='))
        .find(|(name, _)| *name == COOKIE)
        .map(|(_, value)| value.to_owned())
}

/// Who is asking; `None` when nobody is signed in, the session has timed out or the member may no longer act.
///
/// # Errors
/// [`PageError::Unavailable`] when the store does not answer.
pub async fn signed_in(app: &App, headers: &HeaderMap) -> Result<Option<Who>, PageError> {
    let Some(secret) = secret_in(headers) else { return Ok(None) };
    let now = app.clock.now();
    let mut tx = app.store.read("who is asking").await?;
    let Some(session) = session::find(&mut tx, &secret, &app.limits, now).await? else { return Ok(None) };
    let csrf = CsrfToken::from_stored(session.csrf);
    let who = active(&mut tx, &session.agency, &session.member, session.step_up_at, csrf, secret).await?;
    drop(tx);
    let Some(who) = who else { return Ok(None) };
    if now.duration_since(session.seen_at) > SignedDuration::from_secs(30) {
        let mut tx = app.store.write("session seen").await?;
        session::seen(&mut tx, who.secret.reveal(), now).await?;
        tx.commit().await?;
    }
    Ok(Some(who))
}

/// The member as the store has them now; `None` when there is none, or they may no longer act.
pub(crate) async fn active(
    tx: &mut Tx,
    agency: &AgencyId,
    member: &MemberId,
    step_up_at: Option<Timestamp>,
    csrf: CsrfToken,
    secret: String,
) -> Result<Option<Who>, PageError> {
    let Some(member) = member::find(tx, agency, member).await? else { return Ok(None) };
    if member.standing != daymark_access::Standing::Active {
        return Ok(None);
    }
    let agency = agency::find(tx, agency).await?;
    let (kind, agency_name) = agency.map_or((AgencyKind::Partnership, String::new()), |a| (a.kind, a.name));
    Ok(Some(Who {
        staff: Staff {
            member: member.id,
            agency: member.agency,
            agency_kind: kind,
            roles: member.roles,
            standing: member.standing,
            step_up_at,
        },
        name: member.name,
        agency_name,
        csrf,
        secret: Private::new(secret),
        asked: Asked::default(),
    }))
}

/// Sends whoever is not signed in to the sign-in page, which sends them back. What becomes of a form that was sent is
/// [`crate::edge::unsent`]'s to say.
pub fn sign_in_first(request: &Request) -> Response {
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
    let back = if request.method() == axum::http::Method::GET { path } else { request.uri().path() };
    let mut query = String::new();
    for byte in back.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-' | b'_' | b'.') {
            query.push(char::from(byte));
        } else {
            query.push_str(&format!("%{byte:02X}"));
        }
    }
    Redirect::to(&format!("/sign-in?back={query}")).into_response()
}

/// The cookie that opens a session in the browser.
///
/// # Errors
/// [`PageError::Internal`] when the secret cannot stand in a header (it always can).
pub fn cookie(secret: &str) -> Result<HeaderValue, PageError> {
    HeaderValue::from_str(&format!("{COOKIE}={secret}; Path=/; Secure; HttpOnly; SameSite=Strict"))
        .map_err(|_| PageError::Internal { doing: "set the session cookie" })
}

/// The cookie that takes it away.
pub const fn no_cookie() -> HeaderValue {
    HeaderValue::from_static("__Host-session=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0")
}

impl From<daymark_store::StoreError> for PageError {
    fn from(error: daymark_store::StoreError) -> Self {
        match error {
            daymark_store::StoreError::Database { doing, .. } => {
                // The driver's own message stays out of the log: its code says enough.
                tracing::warn!(transaction = doing, code = error.code(), "the database refused");
                Self::Unavailable
            }
            other => {
                tracing::error!(error = %other, "the store refused");
                Self::Internal { doing: "use the store" }
            }
        }
    }
}
