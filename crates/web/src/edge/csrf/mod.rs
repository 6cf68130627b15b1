//! Was this request really made on a page of ours?
//!
//! Two answers, and both must be yes. The browser's own word ([`refuse_foreign`]): `Sec-Fetch-Site` says
//! `same-origin`, and `Origin`, when it names one, names us. And the form's token ([`CsrfToken`]), which only
//! a page of the same session knows. Our `Referrer-Policy: no-referrer` makes browsers send `Origin: null`
//! with forms, so `null` counts as silence; where the browser is silent altogether, the token alone decides.

use axum::extract::Request;
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use subtle::ConstantTimeEq;

use super::error_page::PageError;

#[cfg(test)]
mod tests;

/// The form field that carries the token.
pub const FIELD: &str = "csrf";

/// The token of one session, in every form it is shown and with every form it comes back.
#[derive(Clone, PartialEq, Eq)]
pub struct CsrfToken(String);

impl CsrfToken {
    /// A token of 32 random bytes.
    pub fn new(bytes: &[u8; 32]) -> Self {
        Self(data_encoding::BASE64URL_NOPAD.encode(bytes))
    }

    /// The token as kept in the session.
    pub fn from_stored(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The token for a hidden field or for the session.
    pub fn as_field(&self) -> &str {
        &self.0
    }

    /// Whether the form brought this session's token; takes as long for a near miss as for a far one.
    ///
    /// # Errors
    /// [`PageError::Forbidden`] with the reason the person reads; their other input is the caller's to keep.
    pub fn check(&self, sent: &str) -> Result<(), PageError> {
        let same: bool = self.0.as_bytes().ct_eq(sent.as_bytes()).into();
        if same && !self.0.is_empty() {
            Ok(())
        } else {
            Err(PageError::Forbidden {
                reasons: vec![
                    "This form was open for too long, or you signed in again meanwhile. Go back, reload the page and send it again."
                        .to_owned(),
                ],
            })
        }
    }
}

impl std::fmt::Debug for CsrfToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CsrfToken([private])")
    }
}

/// Refuses requests that change something and were started by another site. Use with `from_fn`.
pub async fn refuse_foreign(request: Request, next: Next) -> Response {
    if is_safe(request.method()) || comes_from_us(request.headers()) {
        return next.run(request).await;
    }
    PageError::Forbidden {
        reasons: vec![
            "This request was started by another website. Open Daymark yourself and try again.".to_owned(),
        ],
    }
    .into_response()
}

fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// Whether nothing the browser says speaks against it.
fn comes_from_us(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("unreadable"));
    match text("sec-fetch-site") {
        None | Some("same-origin") => {}
        Some(_) => return false,
    }
    match text(header::ORIGIN.as_str()) {
        None | Some("null") => true,
        Some(origin) => {
            let host = text(header::HOST.as_str());
            let named = origin.split_once("://").map(|(_, authority)| authority);
            named.is_some() && named == host
        }
    }
}
