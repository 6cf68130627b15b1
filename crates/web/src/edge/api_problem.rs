//! What went wrong, said to a machine: `application/problem+json` (RFC 9457), with every problem at its place.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::edge::error_page::PageError;

/// One problem of what was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ApiItem {
    /// Where, as a JSON pointer (RFC 6901); empty for the whole.
    pub pointer: String,
    /// What is wrong. Never repeats what was sent.
    pub message: String,
    /// What to do.
    pub hint: String,
}

/// An answer that is no answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ApiProblem {
    /// What kind of problem; the same for the same kind.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// In a few words.
    pub title: &'static str,
    /// The status code, once more.
    pub status: u16,
    /// What to do.
    pub detail: String,
    /// All problems of what was sent.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<ApiItem>,
    /// In how many seconds it may be tried again.
    #[serde(skip)]
    pub retry_after: Option<u64>,
}

impl ApiProblem {
    /// A problem without items.
    pub fn new(status: StatusCode, title: &'static str, detail: impl Into<String>) -> Self {
        Self {
            kind: "about:blank",
            title,
            status: status.as_u16(),
            detail: detail.into(),
            problems: Vec::new(),
            retry_after: None,
        }
    }

    /// More requests than one token may make.
    pub fn too_many(seconds: u64) -> Self {
        let detail = format!(
            "nothing was kept: wait {seconds} seconds and send it again; one request may bring a hundred reports"
        );
        Self {
            retry_after: Some(seconds),
            ..Self::new(StatusCode::TOO_MANY_REQUESTS, "Too many requests", detail)
        }
    }

    /// No token, or one that does not work.
    pub fn no_token() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "A token is needed",
            "send `Authorization: Bearer …` with a token that your operator issued and that is still valid",
        )
    }

    /// What was sent has these problems; nothing was kept.
    pub fn of_body(status: StatusCode, title: &'static str, problems: Vec<ApiItem>) -> Self {
        let n = problems.len();
        Self {
            problems,
            ..Self::new(
                status,
                title,
                format!("nothing was kept: mend the {n} listed under `problems` and send it again"),
            )
        }
    }
}

impl From<PageError> for ApiProblem {
    fn from(error: PageError) -> Self {
        let (title, detail) = match &error {
            PageError::NotFound => ("Not found", String::new()),
            PageError::Forbidden { reasons } => ("Not allowed", reasons.join(" ")),
            PageError::Conflict => ("Changed meanwhile", "nothing was overwritten: read it again".to_owned()),
            PageError::BadRequest { problems } => ("Cannot be read", problems.join(" ")),
            PageError::TooLarge { limit } => ("Too large", format!("send at most {limit} at once")),
            PageError::ImageRefused => (
                "Images are not taken",
                "nothing was kept: never send an image, a file or encoded data".to_owned(),
            ),
            PageError::Unavailable => ("Busy", "nothing was kept: send it again in a minute".to_owned()),
            PageError::Internal { doing } => {
                tracing::error!("could not {doing}");
                ("Something went wrong", "it is not your fault: tell your Daymark administrator".to_owned())
            }
        };
        Self::new(error.status(), title, detail)
    }
}

impl IntoResponse for ApiProblem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = serde_json::to_vec(&self).unwrap_or_default();
        let json = HeaderValue::from_static("application/problem+json");
        let mut response = (status, [(header::CONTENT_TYPE, json)], body).into_response();
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        }
        if status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}
