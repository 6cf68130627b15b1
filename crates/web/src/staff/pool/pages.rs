//! The list of pools, and one pool.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{Html, IntoResponse};
use daymark_access::{Action, Scope, verb};
use daymark_store::pool::{self, Pool};
use daymark_store::{agency, link};
use daymark_vocab::{CaseId, PoolId};

use crate::app::App;
use crate::edge::error_page::{PageError, PageResult};
use crate::edge::session::Who;
use crate::facts;
use crate::kit::{
    Breadcrumbs, Button, Cell, Choice, CsrfField, DateInput, Legend, Markup, NavLink, Radios, StaffLayout,
    Stat, Stats, Table,
};
use crate::staff::frame;

/// What can be done next about a pool, in the order in which it is offered.
pub const NEXT_ACTIONS: [(&str, &str); 5] = [
    ("strategy-meeting", "Call a multi-agency meeting"),
    ("one-lead", "Agree one lead officer for all of these cases"),
    ("check-on-children", "Check that every child has support"),
    ("report-accounts", "Report the shared accounts to the platform or bank"),
    ("no-action", "No action needed now"),
];

/// The most pools that a list shows.
const MOST_LISTED: i64 = 200;
/// The most cases whose summary one page shows.
const MOST_CASES: usize = 60;

#[derive(Template)]
#[template(path = "staff/pool/list.html")]
struct ListPage {
    layout: StaffLayout,
    table: Option<Table>,
    is_all: bool,
}

fn day(date: jiff::civil::Date) -> String {
    date.strftime("%-d %b %Y").to_string()
}

fn action_words(code: &str) -> String {
    NEXT_ACTIONS.iter().find(|(c, _)| *c == code).map_or_else(String::new, |(_, words)| (*words).to_owned())
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
    let page = ListPage {
        layout: frame(&app, &who, "Pools of cases", "/pools"),
        is_all: (pools.len() as i64) < MOST_LISTED,
        table: (!pools.is_empty()).then(|| table(&pools)),
    };
    let html = page.render().map_err(|_| PageError::Internal { doing: "list pools" })?;
    Ok(Html(html).into_response())
}

fn table(pools: &[Pool]) -> Table {
    let rows = pools
        .iter()
        .map(|pool| {
            vec![
                Cell::from(Markup::link(&format!("/pools/{}", pool.id), &format!("{} cases", pool.n_cases))),
                Cell::number(pool.n_last_28_days.to_string()),
                Cell::number(pool.n_agencies.to_string()),
                Cell::from(day(pool.first_seen)),
                Cell::from(day(pool.last_seen)),
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
        Cell::number("Last 4 weeks"),
        Cell::number("Agencies"),
        "First report".into(),
        "Last report".into(),
        "Next".into(),
    ];
    Table::new("Pools, those that grew most in the last 4 weeks first", head, rows)
}

#[derive(Template)]
#[template(path = "staff/pool/pool.html")]
struct PoolPage {
    layout: StaffLayout,
    breadcrumbs: Breadcrumbs,
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

/// `GET /pools/{pool}`
pub async fn show(State(app): State<App>, who: Who, Path(id): Path<String>) -> PageResult {
    let id: PoolId = id.parse().map_err(|_| PageError::NotFound)?;
    let now = app.clock.now();
    let mut tx = app.store.reading("read pool").await?;
    let grant = who.may::<verb::ReadPool>(&facts::about_pool(&mut tx, &id).await?, now)?;
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
                Cell::from(summary.reference)
            },
            Cell::from(holder),
            Cell::from(app.area_name(summary.coarse.area.as_str())),
            Cell::from(day(summary.coarse.received_on)),
            Cell::from(app.platform_name(&summary.coarse.platform)),
            Cell::from(summary.coarse.demands.join(", ").replace('-', " ")),
        ]);
    }
    let n_hidden = cases.len().saturating_sub(rows.len());
    let shared = app.matching.snapshot().map(|snapshot| snapshot.shared_values(&cases)).unwrap_or_default();
    let page = PoolPage {
        layout: frame(&app, &who, format!("Pool of {} cases", pool.n_cases), "/pools"),
        breadcrumbs: Breadcrumbs {
            above: vec![NavLink::new("Start", "/start"), NavLink::new("Pools", "/pools")],
            here: Some(format!("{} cases", pool.n_cases).into()),
        },
        stats: stats(&pool),
        shared: (!shared.is_empty()).then(|| {
            let rows = shared
                .iter()
                .take(12)
                .map(|value| {
                    vec![
                        Cell::from(value.kind.label()),
                        Cell::number(value.n_in_pool.to_string()),
                        Cell::number(value.n_in_all.to_string()),
                    ]
                })
                .collect();
            let head = vec![
                "What is shared".into(),
                Cell::number("Cases of this pool"),
                Cell::number("Cases in all"),
            ];
            Table::new("The same value in several cases", head, rows)
        }),
        members: Table::new(
            "Cases, in the order in which they came in",
            ["Case", "Agency", "Police area", "Received", "Platform", "Demands"].map(Cell::from).to_vec(),
            rows,
        ),
        n_hidden,
        n_copies: app.matching.snapshot().map_or(0, |snapshot| snapshot.n_copies(&cases)),
        csrf: CsrfField { token: who.csrf.clone() },
        action: format!("/pools/{id}/next"),
        next: Radios {
            selected: pool.next_action.as_ref().map(|next| next.action.clone()),
            ..Radios::new(
                "action",
                Legend::new("What is done next?"),
                NEXT_ACTIONS.map(|(code, words)| Choice::new(code, words)).to_vec(),
            )
        },
        due: due(&pool),
        button: Button::submit("Save the next step"),
        n_cases: pool.n_cases,
    };
    let html = page.render().map_err(|_| PageError::Internal { doing: "show a pool" })?;
    Ok(Html(html).into_response())
}

fn due(pool: &Pool) -> Markup {
    let mut input = DateInput {
        hint: Some("Leave it empty if there is no date.".into()),
        ..DateInput::new("due", Legend::new("By when?"))
    };
    if let Some(due) = pool.next_action.as_ref().and_then(|next| next.due_on) {
        input.day = due.day().to_string();
        input.month = due.month().to_string();
        input.year = due.year().to_string();
    }
    Markup::from(&input)
}

fn stats(pool: &Pool) -> Stats {
    let next = pool.next_action.as_ref();
    let due = next.and_then(|next| next.due_on).map_or(String::new(), |due| format!("by {}", day(due)));
    Stats {
        stats: vec![
            Stat::new("Cases", pool.n_cases.to_string(), format!("of {} agencies", pool.n_agencies)),
            Stat::new("New in 4 weeks", pool.n_last_28_days.to_string(), "up to the newest report"),
            Stat::new("First and last report", day(pool.first_seen), format!("to {}", day(pool.last_seen))),
            Stat::new(
                "Next step",
                next.map_or("None yet".to_owned(), |next| action_words(&next.action)),
                due,
            ),
        ],
    }
}
