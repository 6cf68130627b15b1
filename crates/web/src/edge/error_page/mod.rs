//! What went wrong, what has become of my work, and what do I do next?
//!
//! A handler answers with a [`PageError`]; the layer ([`Operations::layer`]) gives each request an
//! operation id, turns the error into a calm page that shows it, and writes one log line that can be found
//! by it. Neither the page nor the line holds a cause, an address or a name: variants carry only texts that
//! were written for the person, and the place is a fixed sentence of the program.

use std::fmt;
use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{Html, IntoResponse, Response};
use daymark_vocab::Entropy;

use crate::kit::PublicLayout;

#[cfg(test)]
mod tests;

/// Why a page cannot be shown or a change not be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PageError {
    /// There is no such page, or this person may not know that there is.
    NotFound,
    /// Access said no.
    Forbidden {
        /// The reasons, as the person may read them.
        reasons: Vec<String>,
    },
    /// Somebody else changed the record meanwhile.
    Conflict,
    /// What was sent cannot be read.
    BadRequest {
        /// Every problem, with its place and what to do.
        problems: Vec<String>,
    },
    /// More was sent than is taken.
    TooLarge {
        /// The most that is taken, in words: "1 MB".
        limit: &'static str,
    },
    /// An image, video or archive was sent; nothing of it was kept.
    ImageRefused,
    /// Too much is going on, or the store is away for a moment.
    Unavailable,
    /// Something failed that should not.
    Internal {
        /// What was being done, as a fixed sentence: "read the case".
        doing: &'static str,
    },
}

/// What a handler that answers with a page returns.
pub type PageResult = Result<Response, PageError>;

impl PageError {
    /// The status sent with the page.
    pub const fn status(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Forbidden { .. } => StatusCode::FORBIDDEN,
            Self::Conflict => StatusCode::CONFLICT,
            Self::BadRequest { .. } => StatusCode::BAD_REQUEST,
            Self::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::ImageRefused => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal { .. } => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    const fn title(&self) -> &'static str {
        match self {
            Self::NotFound => "We cannot find that page",
            Self::Forbidden { .. } => "You cannot do this",
            Self::Conflict => "Someone else changed this while you were working",
            Self::BadRequest { .. } => "We could not read what was sent",
            Self::TooLarge { .. } => "That is too large",
            Self::ImageRefused => "Daymark does not take images",
            Self::Unavailable => "Daymark is busy",
            Self::Internal { .. } => "Something went wrong",
        }
    }

    fn lists(&self) -> &[String] {
        match self {
            Self::Forbidden { reasons } => reasons,
            Self::BadRequest { problems } => problems,
            _ => &[],
        }
    }

    /// What has happened, and what to do next.
    const fn paragraphs(&self) -> &'static [&'static str] {
        match self {
            Self::NotFound => &[
                "The address may be wrong, or the page may have moved. Forms that were sent have no page of their own: go back to where you filled them in.",
                "If you came from a link in Daymark, the record may belong to another agency. Ask your safeguarding lead who holds it.",
            ],
            Self::Forbidden { .. } => &[
                "Nothing was changed. If you need this for your work, ask your safeguarding lead: they can see who may give you access.",
            ],
            Self::Conflict => &[
                "Nothing of theirs was overwritten. Go back to keep what you wrote, open the record again, and put your change in once more.",
            ],
            Self::BadRequest { .. } => &["Nothing was changed. Go back, put it right and send it again."],
            Self::TooLarge { .. } => {
                &["Nothing was kept. Send less at once: a shorter text, or the file in parts."]
            }
            Self::ImageRefused => &[
                "Nothing was kept of what you sent. Do not send it to anyone else, and do not describe it.",
                "Leave the device as it is. Write down usernames, times and what was asked for. The police will tell you what they need: call 101, or 999 if a child is in danger now.",
            ],
            Self::Unavailable => &[
                "What you sent was not saved. Wait a minute, go back and send it again.",
                "If a child is in danger now, do not wait for Daymark: call 999.",
            ],
            Self::Internal { .. } => &[
                "It is not your fault. What you sent may not have been saved: go back and check before you send it again.",
                "If a child is in danger now, do not wait for Daymark: call 999.",
                "If it happens again, tell your Daymark administrator the number below. It holds nothing about a child.",
            ],
        }
    }

    /// The variant's name, for the log.
    const fn kind(&self) -> &'static str {
        match self {
            Self::NotFound => "not-found",
            Self::Forbidden { .. } => "forbidden",
            Self::Conflict => "conflict",
            Self::BadRequest { .. } => "bad-request",
            Self::TooLarge { .. } => "too-large",
            Self::ImageRefused => "image-refused",
            Self::Unavailable => "unavailable",
            Self::Internal { .. } => "internal",
        }
    }
}

impl fmt::Display for PageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind())
    }
}

impl std::error::Error for PageError {}

/// The number of one request: on the error page, in the log, in the audit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperationId(String);

impl OperationId {
    /// Five random bytes as eight letters and digits, in two groups that can be read out.
    fn new(entropy: &dyn Entropy) -> Self {
        let mut bytes = [0; 5];
        if entropy.fill(&mut bytes).is_err() {
            return Self("no-number".to_owned());
        }
        let text = data_encoding::BASE32_NOPAD.encode(&bytes).to_ascii_lowercase();
        let (left, right) = text.split_at_checked(4).unwrap_or((&text, ""));
        Self(format!("{left}-{right}"))
    }

    /// The number as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for OperationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[derive(Debug, Template)]
#[template(path = "edge/error_page/page.html")]
struct ErrorPage<'a> {
    layout: PublicLayout,
    error: &'a PageError,
    operation: Option<&'a OperationId>,
}

impl ErrorPage<'_> {
    fn limit(&self) -> Option<&'static str> {
        match self.error {
            PageError::TooLarge { limit } => Some(limit),
            _ => None,
        }
    }
}

fn page(error: &PageError, operation: Option<&OperationId>) -> Html<String> {
    let page = ErrorPage { layout: PublicLayout::new(error.title()), error, operation };
    // Even when the page itself fails the person is told something true.
    Html(page.render().unwrap_or_else(|_| error.title().to_owned()))
}

impl IntoResponse for PageError {
    /// The page without a number, and the error as an extension, for the layer to number and log.
    fn into_response(self) -> Response {
        let mut response = (self.status(), page(&self, None)).into_response();
        if self == Self::Unavailable {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("60"));
        }
        response.extensions_mut().insert(Arc::new(self));
        response
    }
}

/// Numbers requests.
#[derive(Clone)]
pub struct Operations {
    entropy: Arc<dyn Entropy>,
}

impl fmt::Debug for Operations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Operations")
    }
}

impl Operations {
    /// Numbers come from `entropy`.
    pub fn new(entropy: Arc<dyn Entropy>) -> Self {
        Self { entropy }
    }

    /// Gives every request of `router` an [`OperationId`] (an extension handlers may read) and shows errors
    /// with it.
    pub fn layer<S: Clone + Send + Sync + 'static>(&self, router: Router<S>) -> Router<S> {
        router.layer(from_fn_with_state(self.clone(), number))
    }
}

async fn number(State(operations): State<Operations>, mut request: Request, next: Next) -> Response {
    let operation = OperationId::new(operations.entropy.as_ref());
    let method = request.method().clone();
    request.extensions_mut().insert(operation.clone());
    let mut response = next.run(request).await;
    let Some(error) = response.extensions_mut().remove::<Arc<PageError>>() else { return response };
    log(&error, &operation, method.as_str());
    let (mut parts, _) = response.into_parts();
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, page(&error, Some(&operation)).into_response().into_body())
}

/// One line; `error!` only for what someone must look at. No address: a path may hold a case's number.
fn log(error: &PageError, operation: &OperationId, method: &str) {
    let (operation, kind, status) = (operation.as_str(), error.kind(), error.status().as_u16());
    match error {
        PageError::Internal { doing } => {
            tracing::error!(operation.id = operation, kind, status, method, "could not {doing}");
        }
        PageError::Unavailable | PageError::ImageRefused => {
            tracing::warn!(operation.id = operation, kind, status, method, "refused: {kind}");
        }
        _ => tracing::info!(operation.id = operation, kind, status, method, "answered: {kind}"),
    }
}
