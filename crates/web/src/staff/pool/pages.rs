//! The list of pools, and one pool.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse};
use daymark_access::{Action, Scope, verb};
use daymark_store::pool::{self, Pool};
use daymark_store::{agency, link};
use daymark_vocab::{CaseId, PoolId};
use serde::Deserialize;

use super::form::{NEXT_ACTIONS, RawNext, action_words};
use crate::app::App;
use crate::edge::error_page::{PageError, PageResult};
use crate::edge::session::Who;
use crate::facts;
use crate::in_words::{self, short_day};
use crate::kit::{
    Breadcrumbs, Button, Cell, Choice, CsrfField, DateInput, Details, ErrorSummary, FormProblems, Language,
    Legend, Markup, NavLink, NotificationBanner, Radios, StaffLayout, Stat, Stats, Table,
};
use crate::matching::SharedValue;
use crate::staff::frame;

/// The most pools that a list shows.
const MOST_LISTED: i64 = 200;
/// The most cases whose summary one page shows.
const MOST_CASES: usize = 60;
/// The most shared values that one page shows.
const MOST_SHARED: usize = 12;

#[derive(Template)]
#[template(path = "staff/pool/list.html")]
struct ListPage {
    layout: StaffLayout,
    growing: Option<Table>,
    quiet: Option<Markup>,
    is_all: bool,
}

/// `GET /pools`
pub async fn list(State(app): State<App>, who: Who) -> PageResult {
    who.may_list(Action::ListPools)?;
    let scope = daymark_access::scope_for_list(&who.staff, Action::ListPools);
    let mut tx = app.store.read("list pools").await?;
    let pools = match scope {
        Scope::Agency { agency, .. } | Scope::AgencyAndReleased { agency, .. } => {
            pool::list(&mut tx, Some(&agency), MOST_LISTED).await?
        }
        Scope::None | Scope::Assigned { .. } | Scope::SentOrReceived { .. } => Vec::new(),
    };
    drop(tx);
    let is_all = (pools.len() as i64) < MOST_LISTED;
    let (growing, quiet): (Vec<Pool>, Vec<Pool>) =
        pools.into_iter().partition(|pool| pool.n_last_28_days > 0 || pool.next_action.is_some());
    let page = ListPage {
        layout: frame(&app, &who, "Pools of cases", "/pools"),
        is_all,
        quiet: quiet_ones(&quiet, growing.is_empty()),
        growing: (!growing.is_empty())
            .then(|| table("Grew in the last 4 weeks, or something is decided", &growing)),
    };
    let html = page.render().map_err(|_| PageError::Internal { doing: "list pools" })?;
    Ok(Html(html).into_response())
}

/// The pools in which nothing moves: closed under a line, unless there are no others.
fn quiet_ones(pools: &[Pool], open: bool) -> Option<Markup> {
    if pools.is_empty() {
        return None;
    }
    let table = table("No new report in 4 weeks, the latest first", pools);
    if open {
        return Some(Markup::of(&table));
    }
    let n = pools.len();
    let line = format!("Show {n} {} without a new report in 4 weeks", if n == 1 { "pool" } else { "pools" });
    Some(Markup::of(&Details::new(line, Markup::of(&table))))
}

fn table(caption: &str, pools: &[Pool]) -> Table {
    let rows = pools
        .iter()
        .map(|pool| {
            let first = short_day(pool.first_seen);
            let name = Markup::join([
                Markup::text(&format!("{} cases", pool.n_cases)),
                Markup::hidden(&format!(", first reported {first}")),
            ]);
            vec![
                Cell::from(Markup::link_to(&format!("/pools/{}", pool.id), name)),
                Cell::number(pool.n_last_28_days.to_string()),
                Cell::number(pool.n_agencies.to_string()),
                Cell::from(first),
                Cell::from(short_day(pool.last_seen)),
                Cell::from(
                    pool.next_action
                        .as_ref()
                        .map_or("Nothing decided yet".to_owned(), |n| action_words(&n.action)),
                ),
            ]
        })
        .collect();
    let head = vec![
        "Pool".into(),
        Cell::number("New in 4 weeks"),
        Cell::number("Agencies"),
        "First report".into(),
        "Last report".into(),
        "Next".into(),
    ];
    Table::new(caption, head, rows).stacked()
}

#[derive(Template)]
#[template(path = "staff/pool/pool.html")]
struct PoolPage {
    layout: StaffLayout,
    breadcrumbs: Breadcrumbs,
    summary: Option<ErrorSummary>,
    saved: Option<NotificationBanner>,
    n_cases: i64,
    stats: Stats,
    shared: Option<Table>,
    members: Table,
    n_hidden: usize,
    n_copies: usize,
    csrf: CsrfField,
    action: String,
    next: Radios,
    due: Markup,
    button: Button,
}

/// What the page is told in its address.
#[derive(Deserialize)]
pub struct Told {
    #[serde(default)]
    saved: String,
}

/// `GET /pools/{pool}`
pub async fn show(
    State(app): State<App>,
    who: Who,
    Path(id): Path<String>,
    Query(told): Query<Told>,
) -> PageResult {
    let id: PoolId = id.parse().map_err(|_| PageError::NotFound)?;
    pool_page(&app, &who, &id, None, &FormProblems::new(Language::English), told.saved == "yes").await
}

/// One pool; with what was typed and every problem when the form comes back.
pub async fn pool_page(
    app: &App,
    who: &Who,
    id: &PoolId,
    raw: Option<&RawNext>,
    problems: &FormProblems,
    saved: bool,
) -> PageResult {
    let now = app.clock.now();
    let mut tx = app.store.reading("read pool").await?;
    let grant = who.may::<verb::ReadPool>(&facts::about_pool(&mut tx, id).await?, now)?;
    let (pool, cases) = pool::read(&mut tx, &grant, now).await?.ok_or(PageError::NotFound)?;
    let first: Vec<CaseId> = cases.iter().take(MOST_CASES).map(|(_, case)| case.clone()).collect();
    let records = facts::about_cases(&mut tx, &first).await?;
    let grants: Vec<_> = records
        .values()
        .filter_map(|(_, record)| who.may::<verb::ReadCaseCoarse>(record, now).ok())
        .collect();
    let mut summaries = link::summaries(&mut tx, &grants, now).await?;
    let holders = agency::all(&mut tx).await?;
    tx.commit().await?;
    let mut rows = Vec::new();
    for (owner, case) in &cases {
        let Some((summary, (_, record))) = summaries.remove(case).zip(records.get(case)) else { continue };
        let holder = holders.iter().find(|holder| holder.id == *owner);
        let holder = holder.map_or_else(String::new, |agency| agency.name.clone());
        let opens = who.could::<verb::ReadCase>(record, now) || who.could::<verb::ReadLinks>(record, now);
        let href = if who.could::<verb::ReadCase>(record, now) {
            format!("/cases/{case}")
        } else {
            format!("/cases/{case}/links")
        };
        rows.push(vec![
            if opens {
                Cell::from(Markup::link(&href, &summary.reference))
            } else {
                Cell::from(Markup::whole(&summary.reference))
            },
            Cell::from(holder),
            Cell::from(app.area_name(summary.coarse.area.as_str())),
            Cell::from(Markup::whole(&short_day(summary.coarse.received_on))),
            Cell::from(in_words::label(app, "incident.platform_first", &summary.coarse.platform)),
            Cell::from(demands(app, &summary.coarse.demands)),
        ]);
    }
    let n_hidden = cases.len().saturating_sub(rows.len());
    let shared = app.matching.snapshot().map(|snapshot| snapshot.shared_values(&cases)).unwrap_or_default();
    let (as_decided, is_again) = (RawNext::of(&pool), !problems.is_empty());
    let raw = raw.unwrap_or(&as_decided);
    let page = PoolPage {
        layout: StaffLayout {
            has_errors: is_again,
            ..frame(app, who, format!("Pool of {} cases", pool.n_cases), "/pools")
        },
        breadcrumbs: Breadcrumbs {
            above: vec![NavLink::new("Start", "/start"), NavLink::new("Pools", "/pools")],
            here: Some(format!("{} cases", pool.n_cases).into()),
        },
        summary: problems.summary(),
        saved: saved.then(|| {
            NotificationBanner::success("The next step is saved. Every agency of this pool sees it.")
        }),
        stats: stats(&pool),
        shared: (!shared.is_empty()).then(|| shared_table(&shared)),
        members: Table::new(
            "Cases, in the order in which they came in",
            ["Case", "Agency", "Police area", "Received", "Platform", "Demands"].map(Cell::from).to_vec(),
            rows,
        )
        .stacked(),
        n_hidden,
        n_copies: app.matching.snapshot().map_or(0, |snapshot| snapshot.n_copies(&cases)),
        csrf: CsrfField { token: who.csrf.clone() },
        action: format!("/pools/{id}/next"),
        next: Radios {
            selected: Some(raw.action.clone()),
            error: problems.of("action"),
            ..Radios::new(
                "action",
                Legend::new("What do you do next?"),
                NEXT_ACTIONS.map(|(code, words)| Choice::new(code, words)).to_vec(),
            )
        },
        due: due(raw, problems),
        button: Button::submit("Save the next step"),
        n_cases: pool.n_cases,
    };
    let status = if is_again { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let html = page.render().map_err(|_| PageError::Internal { doing: "show a pool" })?;
    Ok((status, Html(html)).into_response())
}

fn demands(app: &App, codes: &[String]) -> String {
    let labels: Vec<String> = codes.iter().map(|code| in_words::label(app, "demand.kind", code)).collect();
    if labels.is_empty() { "Not known".to_owned() } else { labels.join("; ") }
}

/// What the cases share: sorts of values and how often, never the values. Equal sorts are counted, to be told apart.
fn shared_table(shared: &[SharedValue]) -> Table {
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    let mut rows = Vec::new();
    for value in shared.iter().take(MOST_SHARED) {
        let label = value.kind.label();
        let n = seen.entry(label).or_default();
        *n += 1;
        let name = if *n == 1 { label.to_owned() } else { format!("{label} ({n})") };
        rows.push(vec![
            Cell::from(name),
            Cell::number(value.n_in_pool.to_string()),
            Cell::number(value.n_in_all.to_string()),
        ]);
    }
    let head =
        vec!["What is shared".into(), Cell::number("Cases of this pool"), Cell::number("Cases in all")];
    Table::new("The same value in several cases", head, rows)
}

fn due(raw: &RawNext, problems: &FormProblems) -> Markup {
    Markup::from(&DateInput {
        hint: Some("For example, 27 11 2026. Leave it empty if there is no date.".into()),
        error: problems.of("due"),
        day: raw.day.clone(),
        month: raw.month.clone(),
        year: raw.year.clone(),
        ..DateInput::new("due", Legend::new("By when?"))
    })
}

fn stats(pool: &Pool) -> Stats {
    let next = pool.next_action.as_ref();
    let due = next.and_then(|next| next.due_on).map_or(String::new(), |due| format!("by {}", short_day(due)));
    Stats {
        stats: vec![
            Stat::new(
                "Cases",
                pool.n_cases.to_string(),
                if pool.n_agencies == 1 {
                    "of one agency".to_owned()
                } else {
                    format!("of {} agencies", pool.n_agencies)
                },
            ),
            Stat::new("New in 4 weeks", pool.n_last_28_days.to_string(), "up to the newest report"),
            Stat::new(
                "First and last report",
                short_day(pool.first_seen),
                format!("to {}", short_day(pool.last_seen)),
            ),
            Stat::new(
                "Next step",
                next.map_or("None yet".to_owned(), |next| action_words(&next.action)),
                due,
            ),
        ],
    }
}
