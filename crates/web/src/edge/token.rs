//! Which machine is asking? The token in `Authorization: Bearer …`, and the member it acts as.
//!
//! A token never opens a page and a session never opens a machine's route, so that no website can make a browser
//! send reports.

use axum::http::{HeaderMap, header};
use daymark_store::api_token;

use crate::app::App;
use crate::edge::csrf::CsrfToken;
use crate::edge::error_page::PageError;
use crate::edge::session::{self, Who};

/// The longest token that is looked up.
const MAX_TOKEN: usize = 200;

/// The token that a request shows, if any.
pub fn shown(headers: &HeaderMap) -> Option<&str> {
    let header = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    header
        .and_then(|text| text.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim())
        .filter(|token| !token.is_empty() && token.len() <= MAX_TOKEN)
}

/// As whom the machine acts; `None` without a token that works.
///
/// # Errors
/// [`PageError::Unavailable`] when the store does not answer.
pub async fn bearer(app: &App, token: &str) -> Result<Option<Who>, PageError> {
    let mut tx = app.store.read("which machine is asking").await?;
    let Some((agency, member)) = api_token::find(&mut tx, token, app.clock.now()).await? else {
        return Ok(None);
    };
    // No form token and no session: neither can be used through this.
    session::active(&mut tx, &agency, &member, None, CsrfToken::from_stored(""), String::new()).await
}
