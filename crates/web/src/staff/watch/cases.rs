//! The cases behind a figure, as far as this person may see them.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::{Query, State};
use axum::response::{Html, IntoResponse};
use daymark_access::Action;
use daymark_store::case_file::{self, Listed};
use daymark_surveillance::series::Dimension;
use daymark_surveillance::{Shown, Week};
use daymark_vocab::CaseId;
use jiff::ToSpan;

use super::form::RawCases;
use super::pages::Agencies;
use super::words;
use crate::app::App;
use crate::edge::error_page::{PageError, PageResult};
use crate::edge::session::Who;
use crate::kit::{Cell, Markup, StaffLayout, Table};
use crate::staff::frame;
use crate::trends::counting::Selection;

/// The most cases on the page.
const MOST_ROWS: i64 = 500;

#[derive(Template)]
#[template(path = "staff/watch/cases.html")]
struct CasesPage {
    layout: StaffLayout,
    place: String,
    period: String,
    seen: String,
    unseen: String,
    table: Option<Table>,
}

/// `GET /trends/cases`
pub async fn show(State(app): State<App>, who: Who, Query(raw): Query<RawCases>) -> PageResult {
    who.may_list(Action::ReadTrendCases)?;
    let asked = raw.parse(&app)?;
    let agencies = Agencies::read(&app).await?;
    let (from, to) = (asked.from.monday(), asked.to.monday().saturating_add(6.days()));
    let filter = case_file::Filter {
        area: Some(asked.area.clone()),
        received: Some((from, to)),
        ..case_file::Filter::default()
    };
    let mut tx = app.store.reading("cases behind a figure").await?;
    // Whoever works on a case opens it from here; the others see that it is there.
    let may_open: BTreeSet<CaseId> =
        case_file::list(&mut tx, &who.staff, Action::ListCases, &filter, (0, MOST_ROWS), app.clock.now())
            .await?
            .0
            .into_iter()
            .map(|row| row.id)
            .collect();
    let (mut rows, n_seen) = case_file::list(
        &mut tx,
        &who.staff,
        Action::ReadTrendCases,
        &filter,
        (0, MOST_ROWS),
        app.clock.now(),
    )
    .await?;
    tx.commit().await?;
    rows.sort_by(|a, b| b.coarse.received_on.cmp(&a.coarse.received_on).then(a.reference.cmp(&b.reference)));

    let n_seen = u64::try_from(n_seen).unwrap_or(0);
    let n_all = app.trends.current().map_or(n_seen, |snapshot| {
        snapshot.n_reports(&Selection::area(asked.area.clone()), asked.from, asked.to)
    });
    let page = CasesPage {
        layout: frame(&app, &who, "Cases behind a figure", "/trends"),
        place: app.area_name(asked.area.as_str()),
        period: format!("{} to {}", words::day(from), words::full_day(to)),
        seen: match n_seen {
            0 => "None of these cases is open to you.".to_owned(),
            1 => "You may see 1 case.".to_owned(),
            n if n > rows.len() as u64 => {
                format!("You may see {n} cases. The list shows {} of them.", rows.len())
            }
            n => format!("You may see {n} cases."),
        },
        unseen: unseen(n_all.saturating_sub(n_seen)).to_string(),
        table: (!rows.is_empty()).then(|| table(&app, &agencies, &rows, &may_open)),
    };
    let html = page.render().map_err(|_| PageError::Internal { doing: "show the cases behind a figure" })?;
    Ok(Html(html).into_response())
}

/// What is said of the cases of others: a number only from five on, and otherwise the same words as for none.
fn unseen(n: u64) -> String {
    match Shown::of(n) {
        Shown::Count(n) if n > 0 => format!("{n} more are held by other agencies."),
        _ => "A few more may be held by other agencies.".to_owned(),
    }
}

fn table(app: &App, agencies: &Agencies, rows: &[Listed], may_open: &BTreeSet<CaseId>) -> Table {
    let row = |case: &Listed| -> Vec<Cell> {
        let coarse = &case.coarse;
        let known = |text: String| if text.is_empty() { "Not recorded".to_owned() } else { text };
        let platform = if coarse.platform.is_empty() {
            String::new()
        } else {
            words::part(app, Dimension::Platform, &coarse.platform)
        };
        let demands: Vec<String> = super::form::demands(app)
            .iter()
            .filter(|value| coarse.demands.contains(&value.code))
            .map(|value| value.label.clone())
            .collect();
        vec![
            if may_open.contains(&case.id) {
                Markup::link(&format!("/cases/{}", case.id), &case.reference).into()
            } else {
                Markup::whole(&case.reference).into()
            },
            agencies.name(&case.agency).into(),
            words::week_words(Week::containing(coarse.received_on)).into(),
            known(platform).into(),
            known(demands.join(", ")).into(),
        ]
    };
    Table::new(
        "Cases you may see, the latest first",
        ["Case", "Held by", "Week", "Platform", "Demand"].into_iter().map(Cell::from).collect(),
        rows.iter().map(row).collect(),
    )
    .stacked()
}
