//! What does Daymark leave in the browser? One cookie, and it is named here from the code that sets it.

#[cfg(test)]
mod tests;

use askama::Template;
use axum::extract::State;
use axum::response::{Html, IntoResponse};

use crate::app::App;
use crate::edge::error_page::{PageError, PageResult};
use crate::edge::session::COOKIE;
use crate::kit::PublicLayout;
use crate::rooms::Rooms;

/// The room's routes.
pub fn routes(rooms: Rooms) -> Rooms {
    rooms.open_get("/cookies", "names our only cookie; reads no record", show)
}

#[derive(Template)]
#[template(path = "public/cookies/page.html")]
struct CookiesPage {
    layout: PublicLayout,
    cookie: &'static str,
    idle_minutes: i64,
    most_hours: i64,
}

/// `GET /cookies`
async fn show(State(app): State<App>) -> PageResult {
    let page = CookiesPage {
        layout: PublicLayout::new("Cookies"),
        cookie: COOKIE,
        idle_minutes: app.limits.idle.as_mins(),
        most_hours: app.limits.absolute.as_hours(),
    };
    let html = page.render().map_err(|_| PageError::Internal { doing: "show the cookies page" })?;
    Ok(Html(html).into_response())
}
