//! What do we hold about this case, who said so, and what is still to find out?

use askama::Template;
use askama::filters::HtmlSafe;
use axum::extract::{Path, State};
use axum::response::{Html, IntoResponse};
use daymark_access::{Record, verb};
use daymark_store::case_file::Case;

use super::names::Names;
use super::record::{self, Columns, Quote, Row, View};
use super::summary::{Flag, Glance};
use crate::app::App;
use crate::edge::error_page::{PageError, PageResult};
use crate::edge::session::Who;
use crate::kit::StaffLayout;
use crate::staff::case_frame::{CaseFrame, CaseHead, CasePart};
use crate::staff::frame;
use jiff::Timestamp;

#[derive(Template)]
#[template(path = "staff/case/overview.html")]
struct OverviewPage {
    layout: StaffLayout,
    around: CaseFrame,
    reference: String,
    read_for: Option<String>,
    happened: String,
    urgent: Vec<Flag>,
    flags: Vec<Flag>,
    suicide_not_asked: Option<Option<String>>,
    voice: Vec<Quote>,
    glance: Vec<Glance>,
    actions: Vec<(&'static str, String)>,
    columns: Columns,
    origin: Option<String>,
    ending: Ending,
    involvement: Vec<String>,
}

/// What follows the facts: what somebody thinks, and what nothing is known about.
#[derive(Template)]
#[template(path = "staff/case/_ending.html")]
struct Ending {
    opinions: Vec<Row>,
    nothing_about: Vec<(String, Option<String>)>,
}

impl HtmlSafe for Ending {}

/// `GET /cases/{case}`
pub async fn show(State(app): State<App>, who: Who, Path(case): Path<String>) -> PageResult {
    let now = app.clock.now();
    let mut tx = app.store.reading("read a case").await?;
    let (_, record) = super::record_of(&mut tx, &case).await?;
    let case = super::decide_and_read(&mut tx, &who, &record, now).await?;
    let names = Names::read(&mut tx, &who).await?;
    let shared = daymark_store::case_file::whose(&mut tx, &case.id).await?.map(|whose| whose.released_to);
    tx.commit().await?;
    let may_change = who.could::<verb::ChangeCase>(&record, now);
    let view = View { app: &app, case: &case, names: &names, may_change };
    let shared = shared.unwrap_or_default().iter().map(|agency| names.agency(agency)).collect::<Vec<_>>();
    let (mut sections, opinions) = (view.sections(), view.opinions());
    let origin = record::common_origin(&mut sections);
    // What follows the sections: its heading, its note, and an answer for each line.
    let n_below = if opinions.is_empty() { 2 } else { 4 + opinions.len() };
    let columns = record::columns(sections, n_below);
    let (urgent, flags): (Vec<Flag>, Vec<Flag>) = view.flags().into_iter().partition(|flag| flag.is_urgent);
    let html = OverviewPage {
        layout: frame(&app, &who, format!("Case {}", case.reference), "/cases"),
        around: CaseFrame::new(&who, &record, &CaseHead::of(&app, &case), CasePart::Overview, now),
        reference: case.reference.clone(),
        read_for: (case.agency != who.staff.agency).then(|| names.agency(&case.agency)),
        happened: view.what_happened(),
        urgent,
        flags,
        suicide_not_asked: view.suicide_not_asked(),
        voice: view.voice(),
        glance: view.glance(&shared),
        actions: actions(&app, &who, &record, &case, now).await?,
        columns,
        origin,
        ending: Ending { opinions, nothing_about: view.nothing_about() },
        involvement: view.involvement(),
    }
    .render()
    .map_err(|_| PageError::Internal { doing: "show a case" })?;
    Ok(Html(html).into_response())
}

/// What this person may do with the whole case.
async fn actions(
    app: &App,
    who: &Who,
    record: &Record,
    case: &Case,
    now: Timestamp,
) -> Result<Vec<(&'static str, String)>, PageError> {
    let mut actions = Vec::new();
    let at = |path: &str| format!("/cases/{}/{path}", case.id);
    if who.could::<verb::ChangeCase>(record, now) {
        actions.push(("Change who had which part", at("parts")));
    }
    if who.could::<verb::AssignCase>(record, now) {
        actions.push(("Change status, lead or next check-in", at("file")));
        actions.push(("Change who works on it", at("people")));
    }
    let mut tx = app.store.read("agencies to refer to").await?;
    let others = daymark_store::agency::all(&mut tx).await?;
    let may_refer =
        others.iter().any(|agency| daymark_access::may_refer(&who.staff, record, &agency.id, now).is_ok());
    if may_refer {
        actions.push(("Refer to another agency", at("refer")));
    }
    Ok(actions)
}
