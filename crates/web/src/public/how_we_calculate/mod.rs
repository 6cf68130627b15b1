//! How are the figures made? Methods and sources in plain words, for anybody.

#[cfg(test)]
mod tests;

use askama::Template;
use axum::extract::State;
use axum::response::{Html, IntoResponse};

use crate::app::App;
use crate::edge::error_page::{PageError, PageResult};
use crate::kit::PublicLayout;
use crate::rooms::Rooms;
use crate::trends::raise;

/// The room's routes.
pub fn routes(rooms: Rooms) -> Rooms {
    rooms.open_get("/how-we-calculate", "methods and sources; reads no record", show)
}

#[derive(Template)]
#[template(path = "public/how_we_calculate/page.html")]
struct HowWeCalculatePage {
    layout: PublicLayout,
    years_back: u16,
    weeks_left_out: u16,
    half_window_weeks: u16,
    one_in: u64,
    fewest_cases: u64,
    fewest_cases_weeks: u16,
    payee_days: i64,
    payee_areas: usize,
    n_areas: usize,
}

/// `GET /how-we-calculate`
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "one in a hundred, from our own settings"
)]
async fn show(State(app): State<App>) -> PageResult {
    let config = raise::config();
    let page = HowWeCalculatePage {
        layout: PublicLayout::new("How we calculate things"),
        years_back: config.years_back,
        weeks_left_out: config.weeks_left_out,
        half_window_weeks: config.half_window_weeks,
        one_in: (1.0 / config.alpha).round() as u64,
        fewest_cases: config.fewest_cases,
        fewest_cases_weeks: config.fewest_cases_weeks,
        payee_days: raise::PAYEE_DAYS,
        payee_areas: raise::PAYEE_AREAS,
        n_areas: app.content.areas().len(),
    };
    let html = page.render().map_err(|_| PageError::Internal { doing: "show how we calculate" })?;
    Ok(Html(html).into_response())
}
