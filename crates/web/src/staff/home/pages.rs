//! The front room's page.

use askama::Template;
use axum::extract::State;
use axum::response::{Html, IntoResponse, Redirect, Response};
use daymark_access::{Record, verb};

use crate::app::App;
use crate::edge::error_page::{PageError, PageResult};
use crate::edge::session::Who;
use crate::kit::StaffLayout;
use crate::staff::frame;

#[derive(Template)]
#[template(path = "staff/home/home.html")]
struct HomePage {
    layout: StaffLayout,
    danger_line: String,
    danger_more: String,
    say_first: Vec<String>,
    please_do_not: Vec<String>,
}

/// `GET /`
pub async fn root() -> Response {
    Redirect::to("/start").into_response()
}

/// `GET /start`
pub async fn show(State(app): State<App>, who: Who) -> PageResult {
    who.may::<verb::ViewHome>(&Record::system(), app.clock.now())?;
    let words = app.content.home();
    let page = HomePage {
        layout: frame(&app, &who, "What do you need to do now?", "/start"),
        danger_line: words.danger_line.clone(),
        danger_more: words.danger_more.clone(),
        say_first: words.say_first.clone(),
        please_do_not: words.please_do_not.clone(),
    };
    let html = page.render().map_err(|_| PageError::Internal { doing: "show the front room" })?;
    Ok(Html(html).into_response())
}
