//! Whom do I ask? For people who are stuck, and for anybody who needs help for a child.
//!
//! Every question, name and number comes from `content/`: this page makes none up.

#[cfg(test)]
mod tests;

use askama::Template;
use axum::extract::State;
use axum::response::{Html, IntoResponse};
use daymark_content::{Ask, Content, Route};

use crate::app::App;
use crate::edge::error_page::{PageError, PageResult};
use crate::kit::PublicLayout;
use crate::rooms::Rooms;

/// The room's routes.
pub fn routes(rooms: Rooms) -> Rooms {
    rooms.open_get("/help", "whom to ask; reads no record", show)
}

#[derive(Template)]
#[template(path = "public/help/page.html")]
struct HelpPage {
    layout: PublicLayout,
    danger_line: String,
    danger_more: String,
    not_an_emergency_service: String,
    asks: Vec<Ask>,
    ways: Vec<Way>,
}

/// Somebody outside Daymark who helps a child.
struct Way {
    name: String,
    who: String,
    does: String,
    /// What to call or where to look, when it is answered, and the number to dial, if it is one.
    channels: Vec<(String, Option<String>, Option<String>)>,
    check_before_use: bool,
}

/// `GET /help`
async fn show(State(app): State<App>) -> PageResult {
    let (home, help) = (app.content.home(), app.content.help());
    let page = HelpPage {
        layout: PublicLayout::new("Help"),
        danger_line: home.danger_line.clone(),
        danger_more: home.danger_more.clone(),
        not_an_emergency_service: help.not_an_emergency_service.clone(),
        asks: help.asks.clone(),
        ways: ways(&app.content),
    };
    let html = page.render().map_err(|_| PageError::Internal { doing: "show the help page" })?;
    Ok(Html(html).into_response())
}

/// The routes that the content names for this page.
fn ways(content: &Content) -> Vec<Way> {
    let routes = content.help().routes().filter_map(|code| content.route_by_code(code));
    let way = |route: &Route| Way {
        name: route.name.clone(),
        who: route.who.clone(),
        does: route.does.join(" "),
        channels: route
            .channels
            .iter()
            .map(|channel| (channel.value.clone(), channel.hours.clone(), channel.tel()))
            .collect(),
        check_before_use: route.check_before_use(),
    };
    routes.map(way).collect()
}
