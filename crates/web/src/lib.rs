//! Daymark's rooms: the only crate that knows HTTP.
//!
//! [`rooms()`] lists every route on one screen; each room is a folder with its pages, actions, form and templates.
//! Rooms do not import rooms: what two need lives in `kit`, `chart`, `edge`, or in a crate below.

pub mod answers;
pub mod app;
pub mod chart;
pub mod edge;
pub mod facts;
pub mod in_words;
pub mod intake;
pub mod jobs;
pub mod kit;
pub mod matching;
pub mod partner;
pub mod password;
pub mod public;
pub mod rooms;
pub mod staff;
pub mod trends;

#[cfg(test)]
pub(crate) mod testing;

pub use app::{App, Parts};

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn;
use rooms::{Rooms, Route};
use tower_http::compression::CompressionLayer;

use crate::edge::error_page::{Operations, PageError};
use crate::edge::{assets, csrf, headers, health, panics};

/// The most that a form may send; an import has a limit of its own.
const FORM_LIMIT_BYTES: usize = 1024 * 1024;

/// Every route of the application.
pub fn rooms(app: &App) -> (Vec<Route>, Router<App>) {
    let rooms = Rooms::new(app);
    let rooms = public::sign_in::routes(rooms);
    let rooms = public::invitation::routes(rooms);
    let rooms = public::how_we_calculate::routes(rooms);
    let rooms = public::help::routes(rooms);
    let rooms = public::privacy::routes(rooms);
    let rooms = public::cookies::routes(rooms);
    let rooms = public::accessibility::routes(rooms);

    let rooms = staff::link_review::routes(rooms);
    let rooms = staff::pool::routes(rooms);
    let rooms = staff::report::routes(rooms);
    let rooms = staff::watch::routes(rooms);
    let rooms = edge::step_up::routes(rooms);
    let rooms = edge::unsent::routes(rooms);
    let rooms = staff::home::routes(rooms);
    let rooms = staff::case::routes(rooms);
    let rooms = staff::referral::routes(rooms);
    let rooms = staff::people::routes(rooms);
    let rooms = staff::audit::routes(rooms);
    let rooms = staff::import::routes(rooms);
    let rooms = partner::reports::routes(rooms);
    rooms
        .open_get("/healthz", "says only that the process runs", health::healthz)
        .open_get("/readyz", "says only whether the database answers", health::readyz)
        .open_get("/metrics", "counts and durations, no personal data", health::metrics)
        .open_get("/licences", "texts of licences", assets::licences)
        .open_get("/assets/{file}", "style sheets, scripts and fonts", assets::serve)
        .open_post(headers::CSP_REPORT_PATH, "what the content policy stopped", headers::csp_report)
        .finish()
}

/// The whole application: its rooms, and what is true of every request and answer.
pub fn router(app: App) -> Router {
    let (_, rooms) = rooms(&app);
    let rooms = rooms
        .fallback(|| async { PageError::NotFound })
        // The address of a form that was sent, opened by hand: a page with a way on, not an empty answer.
        .method_not_allowed_fallback(|| async { PageError::NotFound })
        .layer(DefaultBodyLimit::max(FORM_LIMIT_BYTES))
        .layer(from_fn(csrf::refuse_foreign));
    let rooms = panics::layer(rooms);
    let rooms = headers::layer(Operations::new(std::sync::Arc::clone(&app.entropy)).layer(rooms));
    rooms.layer(CompressionLayer::new()).with_state(app)
}
