//! Can everybody use Daymark? What was tried, what was not, and what we know to be poor.

#[cfg(test)]
mod tests;

use askama::Template;
use axum::response::{Html, IntoResponse};

use crate::edge::error_page::{PageError, PageResult};
use crate::kit::PublicLayout;
use crate::rooms::Rooms;

/// The room's routes.
pub fn routes(rooms: Rooms) -> Rooms {
    rooms.open_get("/accessibility", "what was tried and what was not; reads no record", show)
}

#[derive(Template)]
#[template(path = "public/accessibility/page.html")]
struct AccessibilityPage {
    layout: PublicLayout,
    n_areas: usize,
}

/// `GET /accessibility`
async fn show(axum::extract::State(app): axum::extract::State<crate::app::App>) -> PageResult {
    let page =
        AccessibilityPage { layout: PublicLayout::new("Accessibility"), n_areas: app.content.areas().len() };
    let html = page.render().map_err(|_| PageError::Internal { doing: "show the accessibility page" })?;
    Ok(Html(html).into_response())
}
