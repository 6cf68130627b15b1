//! Which cases are there? Filters, pages; in full or as coarse summaries.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::{Query, State};
use axum::response::{Html, IntoResponse};
use daymark_access::{Action, Record, Scope, scope_for_list, verb};
use daymark_store::case_file::{self, Filter, Listed, Status};
use daymark_vocab::CaseId;
use serde::Deserialize;

use crate::app::App;
use crate::edge::error_page::{PageError, PageResult};
use crate::edge::session::Who;
use crate::facts;
use crate::in_words;
use crate::kit::{
    Button, Cell, HeadingSize, Markup, Pagination, Select, SelectOption, StaffLayout, Table, TextInput,
};
use crate::staff::frame;

/// Lines of one page.
const PER_PAGE: i64 = 25;
const MORE: &str = "More than 2,000 cases. The list goes through the newest 2,000: narrow it to find others.";
/// The last page of a list that is longer than what is counted.
const LAST_PAGE: usize = (MOST_COUNTED / PER_PAGE) as usize;
/// So many are counted and can be paged through; whoever looks for one among more narrows the list.
const MOST_COUNTED: i64 = 2_000;

#[derive(Template)]
#[template(path = "staff/case/list.html")]
struct ListPage {
    layout: StaffLayout,
    coarse: bool,
    filters: Vec<Select>,
    reference: TextInput,
    update: Button,
    new: Option<Button>,
    found: String,
    table: Option<Table>,
    pagination: Option<Pagination>,
}

/// What the address asks for. What is not understood narrows nothing.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    status: String,
    #[serde(default)]
    area: String,
    #[serde(default)]
    reference: String,
    #[serde(default)]
    linked: String,
    #[serde(default)]
    page: String,
}

impl Asked {
    fn filter(&self) -> Filter {
        Filter {
            status: self.status.parse().ok(),
            area: self.area.parse().ok(),
            reference: Some(self.reference.trim().to_owned()).filter(|text| !text.is_empty()),
            linked: self.linked == "yes",
            count_up_to: Some(MOST_COUNTED),
            ..Filter::default()
        }
    }

    fn href(&self, page: usize) -> String {
        let word = |text: &str| -> String {
            text.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect()
        };
        format!(
            "/cases?status={}&area={}&reference={}&linked={}&page={page}",
            word(&self.status),
            word(&self.area),
            word(&self.reference),
            word(&self.linked)
        )
    }
}

/// `GET /cases`
pub async fn show(State(app): State<App>, who: Who, Query(asked): Query<Asked>) -> PageResult {
    let now = app.clock.now();
    let scope = |action| scope_for_list(&who.staff, action);
    // Whoever may list every case in full does; an analyst who also works on some sees all coarsely and opens those.
    let (full, coarsely) = (scope(Action::ListCases), scope(Action::ListCasesCoarse));
    let action =
        if coarsely == Scope::None || full >= coarsely { Action::ListCases } else { Action::ListCasesCoarse };
    who.may_list(action)?;
    let filter = asked.filter();
    let page = asked.page.parse::<usize>().unwrap_or(1).clamp(1, LAST_PAGE);
    let offset = i64::try_from(page - 1).unwrap_or(0) * PER_PAGE;
    let mut tx = app.store.reading("list cases").await?;
    let (rows, total) =
        case_file::list(&mut tx, &who.staff, action, &filter, (offset, PER_PAGE), now).await?;
    let may_open: BTreeSet<CaseId> = if action == Action::ListCases {
        rows.iter().map(|row| row.id.clone()).collect()
    } else if full == Scope::None || rows.is_empty() {
        BTreeSet::new()
    } else {
        let shown: Vec<CaseId> = rows.iter().map(|row| row.id.clone()).collect();
        let records = facts::about_cases(&mut tx, &shown).await?;
        let may_read = |record: &Record| who.could::<verb::ReadCase>(record, now);
        records.into_iter().filter(|(_, (_, record))| may_read(record)).map(|(case, _)| case).collect()
    };
    tx.commit().await?;
    let n_pages = usize::try_from((total + PER_PAGE - 1) / PER_PAGE).unwrap_or(1).min(LAST_PAGE);
    let found = match total {
        0 => "No case fits. Take a filter away, or check the reference.".to_owned(),
        1 => "1 case".to_owned(),
        n if n > MOST_COUNTED => MORE.to_owned(),
        n => format!("{n} cases"),
    };
    let record = Record::agency(who.staff.agency.clone());
    let may_create = who.could::<verb::CreateCase>(&record, now);
    let html = ListPage {
        layout: frame(&app, &who, "Cases", "/cases"),
        coarse: action == Action::ListCasesCoarse,
        filters: selects(&app, &asked),
        reference: TextInput {
            value: asked.reference.clone(),
            spellcheck: Some(false),
            ..TextInput::new("reference", "Reference begins with")
        },
        update: Button::submit("Show").secondary(),
        new: may_create.then(|| Button::link("Record a case", "/report/new")),
        found,
        table: (!rows.is_empty()).then(|| table(&app, &rows, &may_open)),
        pagination: Pagination::of(page, n_pages, |n| asked.href(n)),
    }
    .render()
    .map_err(|_| PageError::Internal { doing: "show the list of cases" })?;
    Ok(Html(html).into_response())
}

fn selects(app: &App, asked: &Asked) -> Vec<Select> {
    let options = |first: &str, more: Vec<(String, String)>| {
        let mut options = vec![SelectOption::new("", first)];
        options.extend(more.into_iter().map(|(value, text)| SelectOption::new(value, text)));
        options
    };
    let statuses = Status::ALL.map(|status| (status.code().to_owned(), status.label().to_owned())).to_vec();
    let areas = app.content.areas().iter().map(|area| (area.code.to_string(), area.name.clone())).collect();
    let chosen = |text: &str| Some(text.to_owned());
    vec![
        Select {
            selected: chosen(&asked.status),
            ..Select::new("status", "Status", options("Any status", statuses))
        },
        Select {
            selected: chosen(&asked.area),
            ..Select::new("area", "Police area", options("Any area", areas))
        },
        Select {
            selected: chosen(&asked.linked),
            ..Select::new(
                "linked",
                "Suggested links",
                options("With or without", vec![("yes".to_owned(), "With a suggested link".to_owned())]),
            )
        },
    ]
}

/// The label of a code in the catalogue; "Not known" for an empty one.
fn label(app: &App, field: &str, code: &str) -> String {
    if code.is_empty() {
        return "Not known".to_owned();
    }
    field
        .parse()
        .ok()
        .and_then(|id| app.content.catalogue().field(&id))
        .map_or_else(|| code.to_owned(), |field| in_words::code(app, field, code))
}

fn table(app: &App, rows: &[Listed], may_open: &BTreeSet<CaseId>) -> Table {
    let line = |row: &Listed| -> Vec<Cell> {
        let reference = if may_open.contains(&row.id) {
            Markup::link(&format!("/cases/{}", row.id), &row.reference)
        } else {
            Markup::text(&row.reference)
        };
        let demands: Vec<String> =
            row.coarse.demands.iter().map(|code| label(app, "demand.kind", code)).collect();
        let demands = if demands.is_empty() { "Not known".to_owned() } else { demands.join("; ") };
        let none_or = |n: i64, text: String| if n == 0 { "None".to_owned() } else { text };
        vec![
            reference.into(),
            in_words::day(row.coarse.received_on).into(),
            label(app, "incident.platform_first", &row.coarse.platform).into(),
            demands.into(),
            row.status.label().into(),
            row.next_check_on.map_or_else(|| "No date set".to_owned(), in_words::day).into(),
            Cell::number(none_or(row.n_links, row.n_links.to_string())),
            Cell::number(none_or(row.pool_size, format!("{} cases", row.pool_size))),
        ]
    };
    let head = vec![
        "Reference".into(),
        "Received".into(),
        "Platform".into(),
        "Demand".into(),
        "Status".into(),
        "Next check".into(),
        Cell::number("Links"),
        Cell::number("Pool"),
    ];
    Table {
        caption_size: HeadingSize::Medium,
        ..Table::new("Newest first", head, rows.iter().map(line).collect())
    }
}
