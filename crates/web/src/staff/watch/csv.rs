//! The table under a chart as a file: what the page shows, and no more.

use std::fmt::Write as _;

use axum::extract::{Query, State};
use axum::http::header;
use axum::response::IntoResponse;
use daymark_access::{Record, verb};
use daymark_store::audit::Entry;

use super::form::{ALL, Filter, RawFilter};
use super::pages::{Agencies, tiles, view};
use super::words;
use crate::app::App;
use crate::chart::{HIDDEN, TileValue, WHY_HIDDEN};
use crate::edge::error_page::{PageError, PageResult};
use crate::edge::session::Who;
use crate::trends::{Snapshot, View};

/// `GET /trends.csv`
pub async fn download(State(app): State<App>, who: Who, Query(raw): Query<RawFilter>) -> PageResult {
    let now = app.clock.now();
    let grant = who.may::<verb::ReadTrends>(&Record::system(), now)?;
    let agencies = Agencies::read(&app).await?;
    let filter = raw.parse(&app, &agencies.area_of(&who.staff.agency)?)?;
    let snapshot = app.trends.current().ok_or(PageError::Unavailable)?;
    let (name, text) = match raw.table.as_str() {
        "" | "weeks" => {
            let view = view(&snapshot, &filter).await?.ok_or(PageError::NotFound)?;
            ("reports-by-week.csv", weeks(&app, &snapshot, &filter, &view))
        }
        "areas" => ("reports-by-area.csv", areas(&app, &snapshot, &filter)),
        _ => {
            let problems = vec!["table: write weeks or areas.".to_owned()];
            return Err(PageError::BadRequest { problems });
        }
    };
    let mut tx = app.store.reading("download trends").await?;
    tx.note(Entry {
        agency: who.staff.agency.clone(),
        member: Some(who.staff.member.clone()),
        at: now,
        verb: "read-trends",
        subject_kind: "System",
        subject_agency: who.staff.agency.clone(),
        subject_id: "system".to_owned(),
        policies: grant.rules().join(" "),
        detail: format!("file {name}"),
    });
    tx.commit().await?;
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    Ok((headers, text).into_response())
}

/// One row per week. Codes and numbers only: nothing that a spreadsheet could take for a formula.
fn weeks(app: &App, snapshot: &Snapshot, filter: &Filter, view: &View) -> String {
    let selection = &filter.selection;
    let place = words::place(app, selection.area.as_ref());
    let demand = selection.demand.as_deref().unwrap_or(ALL);
    let agency = selection.agency.as_ref().map_or(ALL, |agency| agency.as_str());
    let mut out = String::from(
        "week_from,area,demand,recorded_by,reports,expected_from,expected_to,above_expected_range,note\r\n",
    );
    let n_weeks = i64::try_from(filter.n_weeks).unwrap_or(52);
    let first = snapshot.last.plus(1 - n_weeks).max(view.shown.first);
    for number in 0..=snapshot.last.weeks_since(first) {
        let week = first.plus(number);
        let verdict = view.verdicts.iter().find(|verdict| verdict.week == week);
        let range = verdict.and_then(words::expected);
        let (from, to) = range.map_or_else(Default::default, |r| (r.lower.to_string(), r.upper.to_string()));
        let above = verdict.map_or("", |verdict| if words::is_above(view, verdict) { "yes" } else { "no" });
        let shown = words::number(view.shown.week(week));
        let _ = write!(
            out,
            "{},\"{place}\",{demand},{agency},{shown},{from},{to},{above},{}\r\n",
            week.monday(),
            note(&shown)
        );
    }
    out
}

fn areas(app: &App, snapshot: &Snapshot, filter: &Filter) -> String {
    let mut out = String::from("weeks_from,weeks_to,area,reports,reports_per_100000_people,note\r\n");
    let from = snapshot.last.plus(-3).monday();
    let to = snapshot.last.plus(1).monday().yesterday().unwrap_or(snapshot.last.monday());
    for tile in tiles(app, snapshot, filter) {
        let (cases, rate) = match tile.value {
            TileValue::Rate { cases, rate } => (cases.to_string(), format!("{rate:.1}")),
            TileValue::Hidden => (HIDDEN.to_owned(), String::new()),
            TileValue::NotRecorded => ("not recorded".to_owned(), String::new()),
        };
        let _ = write!(out, "{from},{to},\"{}\",{cases},{rate},{}\r\n", tile.name, note(&cases));
    }
    out
}

/// Why the number of this row is not told; nothing where it is.
fn note(count: &str) -> String {
    if count == HIDDEN { format!("\"hidden: {WHY_HIDDEN}\"") } else { String::new() }
}
