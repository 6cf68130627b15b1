//! The page with the templates and the file to choose; what a file would do; where its columns belong.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use daymark_access::{Record, verb};
use daymark_exchange::Problem;
use daymark_exchange::reports::UnknownHeading;
use daymark_store::import_batch::{self, Imported, PastImport};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Deserialize;

use super::actions::KnownChild;
use crate::app::App;
use crate::edge::error_page::{PageError, PageResult};
use crate::edge::session::Who;
use crate::intake::{self, Ready};
use crate::kit::{
    Button, Cell, Checkboxes, Choice, CsrfField, ErrorItem, ErrorSummary, Legend, NotificationBanner, Select,
    SelectOption, StaffLayout, Table,
};
use crate::staff::frame;

/// How many problems are shown; the rest are in the file of problems.
const SHOWN: usize = 200;

/// How many past imports are shown.
const N_PAST: i64 = 10;

const TITLE: &str = "Import reports";

#[derive(Template)]
#[template(path = "staff/import/import.html")]
struct ImportPage {
    layout: StaffLayout,
    summary: Option<ErrorSummary>,
    banner: Option<NotificationBanner>,
    csrf: CsrfField,
    button: Button,
    past: Option<Table>,
}

/// What the page is told in its address: counts only.
#[derive(Deserialize)]
pub struct Told {
    #[serde(default)]
    opened: Option<u32>,
    #[serde(default)]
    left_out: u32,
}

/// `GET /import`
pub async fn show(State(app): State<App>, who: Who, Query(told): Query<Told>) -> PageResult {
    who.may::<verb::ImportReports>(&Record::agency(who.staff.agency.clone()), app.clock.now())?;
    let banner = told.opened.map(|n| match n {
        0 if told.left_out > 0 => NotificationBanner::important(
            "Nothing was imported: every new report in that file is about a child who has a case here.",
        ),
        0 => {
            NotificationBanner::important("Every report in that file was here already. Nothing was changed.")
        }
        1 => NotificationBanner::success("1 report was imported. Links to other cases appear in a moment."),
        n => NotificationBanner::success(format!(
            "{n} reports were imported. Links to other cases appear in a moment."
        )),
    });
    page(&app, &who, banner, None, StatusCode::OK).await
}

/// The page again, saying why the file was not taken.
pub async fn not_taken(app: &App, who: &Who, why: &str, status: StatusCode) -> PageResult {
    page(app, who, None, Some(why), status).await
}

async fn page(
    app: &App,
    who: &Who,
    banner: Option<NotificationBanner>,
    why: Option<&str>,
    status: StatusCode,
) -> PageResult {
    let mut tx = app.store.read("list imports").await?;
    let past = import_batch::past(&mut tx, &who.staff.agency, N_PAST).await?;
    drop(tx);
    let layout = frame(app, who, TITLE, "/import");
    let page = ImportPage {
        layout: StaffLayout { has_errors: why.is_some(), ..layout },
        summary: why
            .map(|why| ErrorSummary { items: vec![ErrorItem::at(why, "file")], ..ErrorSummary::default() }),
        banner,
        csrf: CsrfField { token: who.csrf.clone() },
        button: Button::submit("See what it would do"),
        past: (!past.is_empty()).then(|| past_table(&past)),
    };
    answer(&page, status)
}

fn past_table(past: &[PastImport]) -> Table {
    let rows = past.iter().map(|import| {
        vec![
            when(import.at).into(),
            Cell::number(import.n_rows.to_string()),
            Cell::number(import.n_new.to_string()),
        ]
    });
    let head = vec!["When".into(), Cell::number("Rows in the file"), Cell::number("Cases opened")];
    Table::new("Your agency’s last imports", head, rows.collect())
}

fn when(at: Timestamp) -> String {
    let zone = TimeZone::get("Europe/London").unwrap_or(TimeZone::UTC);
    zone.to_datetime(at).strftime("%-d %B %Y, %H:%M").to_string()
}

fn answer(page: &impl Template, status: StatusCode) -> PageResult {
    let html = page.render().map_err(|_| PageError::Internal { doing: "show an import page" })?;
    Ok((status, Html(html)).into_response())
}

#[derive(Template)]
#[template(path = "staff/import/preview.html")]
struct PreviewPage {
    layout: StaffLayout,
    csrf: CsrfField,
    upload: String,
    n_rows: usize,
    n_new: usize,
    n_known: usize,
    differing: Vec<u64>,
    known: Vec<(String, String)>,
    n_known_children: usize,
    another: Option<Checkboxes>,
    confirm: Option<Button>,
    again: Button,
}

/// How many reports about a known child can be chosen on the page; the others wait for a smaller file.
const MOST_KNOWN: usize = 100;

/// What the file would do; nothing has been done yet.
pub fn preview(
    app: &App,
    who: &Who,
    upload: String,
    ready: &Ready,
    would: &Imported,
    known: &[KnownChild],
) -> PageResult {
    let differing: Vec<u64> = would.differing.iter().filter_map(|at| ready.lines.get(*at).copied()).collect();
    let n_new = would.opened.len();
    let shown = known.iter().take(MOST_KNOWN);
    let choices: Vec<Choice> = shown
        .clone()
        .map(|one| {
            let text = format!("Line {}, {}: it is another child", one.line, one.reference);
            Choice::new(one.line.to_string(), text)
                .with_hint(format!("Case {} has this reference. Imported as a case of its own.", one.number))
        })
        .collect();
    let another = (!choices.is_empty()).then(|| Checkboxes {
        hint: Some(
            "What is not ticked is left out of the import. Add what it says to the case that is there."
                .into(),
        ),
        small: true,
        ..Checkboxes::new("another", Legend::new("Which of these are about another child?"), choices)
    });
    let mut links: Vec<(String, String)> =
        shown.map(|one| (format!("/cases/{}", one.case), format!("Case {}", one.number))).collect();
    links.sort();
    links.dedup();
    let reports = if n_new == 1 { "1 report".to_owned() } else { format!("{n_new} reports") };
    let reports = if known.is_empty() { reports } else { "what is new".to_owned() };
    let text = match differing.len() {
        0 => format!("Import {reports}"),
        1 => format!("Import {reports} and leave out the 1 that differs"),
        n => format!("Import {reports} and leave out the {n} that differ"),
    };
    let page = PreviewPage {
        layout: frame(app, who, "What this file would do", "/import"),
        csrf: CsrfField { token: who.csrf.clone() },
        upload,
        n_rows: would.n_rows,
        n_new,
        n_known: would.n_known,
        differing,
        known: links,
        n_known_children: known.len(),
        another,
        confirm: (n_new > 0).then(|| Button::submit(text)),
        again: Button::link("Choose another file", "/import").secondary(),
    };
    answer(&page, StatusCode::OK)
}

#[derive(Template)]
#[template(path = "staff/import/problems.html")]
struct ProblemsPage {
    layout: StaffLayout,
    summary: ErrorSummary,
    csrf: CsrfField,
    upload: String,
    n: usize,
    shown: usize,
    table: Table,
    save: Button,
    again: Button,
}

/// All that is wrong with the file; nothing of it was imported.
pub fn problems(app: &App, who: &Who, upload: String, problems: &[Problem]) -> PageResult {
    let n = problems.len();
    let sentence = match n {
        1 => "There is 1 problem in the file. Nothing was imported".to_owned(),
        n => format!("There are {n} problems in the file. Nothing was imported"),
    };
    let head = vec![
        Cell::number("Line"),
        Cell::number("Column"),
        "Heading".into(),
        "What is wrong".into(),
        "What to do".into(),
    ];
    let rows = problems.iter().take(SHOWN).map(|problem| {
        let place = |n: u64| if n == 0 { String::new() } else { n.to_string() };
        vec![
            Cell::number(place(problem.line)),
            Cell::number(place(problem.column as u64)),
            problem.column_name.clone().unwrap_or_default().into(),
            problem.message.clone().into(),
            problem.hint.clone().into(),
        ]
    });
    let page = ProblemsPage {
        layout: StaffLayout { has_errors: true, ..frame(app, who, "Problems in the file", "/import") },
        summary: ErrorSummary {
            items: vec![ErrorItem { message: sentence.into(), href: Some("#problems".to_owned()) }],
            ..ErrorSummary::default()
        },
        csrf: CsrfField { token: who.csrf.clone() },
        upload,
        n,
        shown: n.min(SHOWN),
        table: Table {
            first_cell_is_header: false,
            ..Table::new("Problems", head, rows.collect()).stacked()
        },
        save: Button::submit("Save all problems as a file (CSV)").secondary(),
        again: Button::link("Choose the mended file", "/import"),
    };
    answer(&page, StatusCode::UNPROCESSABLE_ENTITY)
}

#[derive(Template)]
#[template(path = "staff/import/columns.html")]
struct ColumnsPage {
    layout: StaffLayout,
    csrf: CsrfField,
    upload: String,
    selects: Vec<Select>,
    button: Button,
}

/// Where do these headings belong? The suggestion is chosen already.
pub fn columns(app: &App, who: &Who, upload: String, unknown: &[UnknownHeading]) -> PageResult {
    let template = intake::template(&app.content)
        .map_err(|_| PageError::Internal { doing: "make the reports template" })?;
    let selects = unknown.iter().map(|heading| {
        let mut options = vec![SelectOption::new("", "Leave this column out")];
        options.extend(
            template.columns().iter().map(|column| SelectOption::new(&column.column, &column.column)),
        );
        Select {
            selected: Some(heading.suggestion.clone().unwrap_or_default()),
            ..Select::new(
                format!("column-{}", heading.column),
                format!("Column {}: “{}”", heading.column, heading.heading),
                options,
            )
        }
    });
    let page = ColumnsPage {
        layout: frame(app, who, "Which columns are these?", "/import"),
        csrf: CsrfField { token: who.csrf.clone() },
        upload,
        selects: selects.collect(),
        button: Button::submit("Continue"),
    };
    answer(&page, StatusCode::OK)
}

#[derive(Template)]
#[template(path = "staff/import/sheet.html")]
struct SheetPage {
    layout: StaffLayout,
    csrf: CsrfField,
    upload: String,
    why: String,
    select: Select,
    button: Button,
}

/// Which sheet is meant?
pub fn sheet(app: &App, who: &Who, upload: String, why: String, names: &[String]) -> PageResult {
    let options = names.iter().map(|name| SelectOption::new(name, name)).collect();
    let page = SheetPage {
        layout: frame(app, who, "Which sheet?", "/import"),
        csrf: CsrfField { token: who.csrf.clone() },
        upload,
        why,
        select: Select::new("sheet", "The sheet to import", options),
        button: Button::submit("Continue"),
    };
    answer(&page, StatusCode::OK)
}

/// `GET /import/template.csv`
pub async fn template_csv(State(app): State<App>, who: Who) -> PageResult {
    who.may::<verb::ImportReports>(&Record::agency(who.staff.agency.clone()), app.clock.now())?;
    let template = intake::template(&app.content)
        .map_err(|_| PageError::Internal { doing: "make the reports template" })?;
    let csv = daymark_exchange::template::csv(template.columns());
    Ok(file("text/csv; charset=utf-8; header=present", "daymark-reports.csv", csv.into_bytes()))
}

/// `GET /import/template.xlsx`
pub async fn template_xlsx(State(app): State<App>, who: Who) -> PageResult {
    who.may::<verb::ImportReports>(&Record::agency(who.staff.agency.clone()), app.clock.now())?;
    let doing = "make the reports template";
    let template = intake::template(&app.content).map_err(|_| PageError::Internal { doing })?;
    let bytes =
        daymark_exchange::template::xlsx(template.columns()).map_err(|_| PageError::Internal { doing })?;
    let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    Ok(file(kind, "daymark-reports.xlsx", bytes))
}

/// A file to be saved.
pub fn file(kind: &'static str, name: &str, bytes: Vec<u8>) -> Response {
    let disposition = format!("attachment; filename=\"{name}\"");
    ([(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, disposition)], bytes)
        .into_response()
}
