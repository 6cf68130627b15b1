//! The front room's page.

use askama::Template;
use axum::extract::State;
use axum::response::{Html, IntoResponse, Redirect, Response};
use daymark_access::{Action, Record, ReferralState, Scope, scope_for_list, verb};
use daymark_store::case_file::{self, Filter, Status};
use daymark_store::sight_request::{self, SightState};
use daymark_store::{Tx, agency, referral};
use daymark_vocab::AgencyId;
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};

use crate::app::App;
use crate::edge::error_page::{PageError, PageResult};
use crate::edge::session::Who;
use crate::edge::unsent;
use crate::facts;
use crate::in_words;
use crate::kit::{StaffLayout, Tag, TagColour, Task, TaskList, TaskStatus};
use crate::staff::frame;

/// Linked cases are counted so far.
const MOST_COUNTED: i64 = 99;
/// How many of each sort of open action are shown.
const OF_EACH: i64 = 10;

#[derive(Template)]
#[template(path = "staff/home/home.html")]
struct HomePage {
    layout: StaffLayout,
    danger_line: String,
    danger_more: String,
    say_first: Vec<String>,
    please_do_not: Vec<String>,
    ways: Vec<Way>,
    /// Whether the first of them stands out: to write down what a child has told.
    leads: bool,
    actions: Option<TaskList>,
}

/// Something to do, and where.
struct Way {
    icon: Icon,
    title: &'static str,
    href: &'static str,
    about: &'static str,
}

#[derive(PartialEq, Eq)]
enum Icon {
    Sheet,
    List,
    Links,
    Trend,
    Referral,
    Import,
    People,
    Audit,
}

/// `GET /`
pub async fn root() -> Response {
    Redirect::to("/start").into_response()
}

/// `GET /start`
pub async fn show(State(app): State<App>, who: Who) -> PageResult {
    let now = app.clock.now();
    who.may::<verb::ViewHome>(&Record::system(), now)?;
    let words = app.content.home();
    let ways = ways(&who, now);
    let page = HomePage {
        layout: frame(&app, &who, "What do you need to do now?", "/start"),
        danger_line: words.danger_line.clone(),
        danger_more: words.danger_more.clone(),
        say_first: words.say_first.clone(),
        please_do_not: words.please_do_not.clone(),
        leads: ways.first().is_some_and(|way| way.icon == Icon::Sheet),
        ways,
        actions: open_actions(&app, &who, now).await?,
    };
    let html = page.render().map_err(|_| PageError::Internal { doing: "show the front room" })?;
    Ok(Html(html).into_response())
}

/// The list of cases that this person has, if any.
fn case_list(who: &Who) -> Option<Action> {
    [Action::ListCases, Action::ListCasesCoarse]
        .into_iter()
        .find(|action| scope_for_list(&who.staff, *action) != Scope::None)
}

fn ways(who: &Who, now: Timestamp) -> Vec<Way> {
    let lists = case_list(who).is_some();
    let creates = who.could::<verb::CreateCase>(&Record::agency(who.staff.agency.clone()), now);
    [
        (
            creates,
            Way {
                icon: Icon::Sheet,
                title: "Record a case",
                href: "/report/new",
                about: "Add what you know now and come back later. Nothing is shared until you say who can see it.",
            },
        ),
        (
            lists,
            Way {
                icon: Icon::List,
                title: "Look at cases",
                href: "/cases",
                about: "Find a case by its reference, its state or its police area, and add to it.",
            },
        ),
        (
            lists,
            Way {
                icon: Icon::Links,
                title: "Check for links to other cases",
                href: "/cases?linked=yes",
                about: "Cases that may have the same people behind them. See why each link was suggested, and decide.",
            },
        ),
        (
            who.could::<verb::ReadTrends>(&Record::system(), now),
            Way {
                icon: Icon::Trend,
                title: "See what is changing",
                href: "/trends",
                about: "Weekly counts, new patterns, and the platforms and payment types being used.",
            },
        ),
        (
            scope_for_list(&who.staff, Action::ListReferrals) != Scope::None,
            Way {
                icon: Icon::Referral,
                title: "Ask another agency, or answer one",
                href: "/referrals",
                about: "Referrals that you sent and that others sent to you, with their answers.",
            },
        ),
        (
            who.could::<verb::ImportReports>(&Record::agency(who.staff.agency.clone()), now),
            Way {
                icon: Icon::Import,
                title: "Bring in a table of reports",
                href: "/import",
                about: "CSV or XLSX. You see what it would do before anything is written.",
            },
        ),
        (
            who.could::<verb::ListMembers>(&Record::agency(who.staff.agency.clone()), now),
            Way {
                icon: Icon::People,
                title: "Look after the people of your agency",
                href: "/people",
                about: "Invite colleagues, change what they may do, sign them out when a device is lost.",
            },
        ),
        (
            who.could::<verb::ReadAudit>(&Record::audit(who.staff.agency.clone()), now),
            Way {
                icon: Icon::Audit,
                title: "Read the audit log",
                href: "/audit",
                about: "Who read and changed what in your agency, and whether the log is whole.",
            },
        ),
    ]
    .into_iter()
    .filter_map(|(may, way)| may.then_some(way))
    .collect()
}

/// What waits for this person, the most pressing first; `None` for those who have no open actions at all by their role.
async fn open_actions(app: &App, who: &Who, now: Timestamp) -> Result<Option<TaskList>, PageError> {
    let Some(list) = case_list(who) else { return Ok(None) };
    let today = in_words::today(now);
    let mut tx = app.store.reading("open actions").await?;
    let mut tasks = sent_too_late(&mut tx, who).await?;
    tasks.extend(due_checks(&mut tx, who, list, today, now).await?);
    tasks.extend(waiting_referrals(&mut tx, who).await?);
    tasks.extend(waiting_requests(&mut tx, who, now).await?);
    let linked = Filter {
        linked: true,
        status: Some(Status::Open),
        count_up_to: Some(MOST_COUNTED),
        ..Filter::default()
    };
    let (_, n_linked) = case_file::list(&mut tx, &who.staff, list, &linked, (0, 1), now).await?;
    tx.commit().await?;
    if n_linked > 0 {
        let cases = match n_linked {
            1 => "1 open case".to_owned(),
            n if n > MOST_COUNTED => format!("more than {MOST_COUNTED} open cases"),
            n => format!("{n} open cases"),
        };
        tasks.push(task(
            format!("Review the suggested links of {cases}"),
            "/cases?linked=yes&status=open".to_owned(),
            "Suggestions, not findings: a person decides.".to_owned(),
            Tag::new("To review", TagColour::Blue),
        ));
    }
    Ok(Some(TaskList { id_prefix: "open-action".to_owned(), tasks }))
}

/// Forms that were sent after the person had been signed out: not saved yet, and not lost.
async fn sent_too_late(tx: &mut Tx, who: &Who) -> Result<Vec<Task>, PageError> {
    let waiting = unsent::waiting(tx, who).await?.into_iter().map(|(href, at)| {
        task(
            "Save what you wrote before you were signed out".to_owned(),
            href,
            format!("Sent {}", in_words::instant(at)),
            Tag::new("Not saved yet", TagColour::Red),
        )
    });
    Ok(waiting.collect())
}

fn task(title: String, href: String, hint: String, tag: Tag) -> Task {
    Task { title: title.into(), href: Some(href), hint: Some(hint.into()), status: TaskStatus::Tag(tag) }
}

/// Cases whose next check is due within a week, or overdue. Whoever sees cases coarsely is not the one who checks.
async fn due_checks(
    tx: &mut Tx,
    who: &Who,
    list: Action,
    today: Date,
    now: Timestamp,
) -> Result<Vec<Task>, PageError> {
    if list != Action::ListCases {
        return Ok(Vec::new());
    }
    let by = today.saturating_add(7.days());
    let filter = Filter { due_by: Some(by), count_up_to: Some(OF_EACH), ..Filter::default() };
    let (rows, _) = case_file::list(tx, &who.staff, list, &filter, (0, OF_EACH), now).await?;
    let line = |row: case_file::Listed| {
        let day = row.next_check_on?;
        let tag = match day.cmp(&today) {
            std::cmp::Ordering::Less => Tag::new("Overdue", TagColour::Red),
            std::cmp::Ordering::Equal => Tag::new("Due today", TagColour::Red),
            std::cmp::Ordering::Greater => Tag::new("Due this week", TagColour::Yellow),
        };
        let title = format!("Check in: case {}", row.reference);
        Some(task(title, format!("/cases/{}", row.id), format!("Due {}", in_words::day(day)), tag))
    };
    Ok(rows.into_iter().filter(|row| row.agency == who.staff.agency).filter_map(line).collect())
}

async fn name(tx: &mut Tx, id: &AgencyId) -> Result<String, PageError> {
    Ok(agency::find(tx, id).await?.map_or_else(|| id.to_string(), |agency| agency.name))
}

/// Referrals that another agency sent and nobody here has answered.
async fn waiting_referrals(tx: &mut Tx, who: &Who) -> Result<Vec<Task>, PageError> {
    let mut tasks = Vec::new();
    for referral in referral::list(tx, &who.staff, OF_EACH).await? {
        if referral.to == who.staff.agency && referral.state == ReferralState::Open {
            tasks.push(task(
                format!("Answer the referral of case {}", referral.reference),
                format!("/referrals/{}", referral.id),
                format!(
                    "From {}, {}",
                    name(tx, &referral.from).await?,
                    in_words::instant(referral.opened_at)
                ),
                Tag::new("Waiting", TagColour::Yellow),
            ));
        }
    }
    Ok(tasks)
}

/// Requests of other agencies to see a case, for those who may answer them.
async fn waiting_requests(tx: &mut Tx, who: &Who, now: Timestamp) -> Result<Vec<Task>, PageError> {
    let mut tasks = Vec::new();
    for request in sight_request::of_agency(tx, &who.staff.agency, OF_EACH).await? {
        if request.owner != who.staff.agency || request.state != SightState::Asked {
            continue;
        }
        let record = facts::about_case(tx, &request.case).await?;
        if who.could::<verb::AnswerAskToSee>(&record, now) {
            tasks.push(task(
                format!("Answer a request to see case {}", request.reference),
                format!("/requests/{}/{}", request.case, request.asking),
                format!("From {}, {}", name(tx, &request.asking).await?, in_words::instant(request.asked_at)),
                Tag::new("Waiting", TagColour::Yellow),
            ));
        }
    }
    Ok(tasks)
}
