//! One flag: what, where, since when, how unusual, what else could explain it, and what to do next.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{Html, IntoResponse};
use daymark_access::{Record, verb};
use daymark_store::audit::Entry;
use daymark_surveillance::{Audience, Shown, Week, explain};
use daymark_vocab::FlagId;
use jiff::ToSpan;

use super::pages::{cases_href, record, sees_cases};
use super::words;
use crate::app::App;
use crate::edge::error_page::{PageError, PageResult};
use crate::edge::session::Who;
use crate::kit::{StaffLayout, SummaryList, SummaryRow};
use crate::staff::frame;
use crate::trends::Snapshot;
use crate::trends::flag::{Finding, Flag, Level, Rise};

#[derive(Template)]
#[template(path = "staff/watch/flag.html")]
struct FlagPage {
    layout: StaffLayout,
    level: &'static str,
    title: String,
    paragraphs: Vec<String>,
    facts: SummaryList,
    explanations: Vec<String>,
    cases: Option<String>,
    next_steps: Vec<&'static str>,
}

/// `GET /trends/flags/{flag}`
pub async fn show(State(app): State<App>, who: Who, Path(id): Path<String>) -> PageResult {
    let id: FlagId = id.parse().map_err(|_| PageError::NotFound)?;
    let now = app.clock.now();
    let snapshot = app.trends.current().ok_or(PageError::NotFound)?;
    let found = snapshot.flag(&id);
    let grant = who.may::<verb::ReadFlag>(&found.map_or_else(|| Record::absent(id.clone()), record), now)?;
    let flag = found.ok_or(PageError::NotFound)?;
    let mut tx = app.store.reading("read a flag").await?;
    tx.note(Entry {
        agency: who.staff.agency.clone(),
        member: Some(who.staff.member.clone()),
        at: now,
        verb: "read-flag",
        subject_kind: "Flag",
        subject_agency: who.staff.agency.clone(),
        subject_id: id.to_string(),
        policies: grant.rules().join(" "),
        detail: String::new(),
    });
    tx.commit().await?;
    let title = words::flag_title(&app, &snapshot, flag);
    let page = FlagPage {
        layout: frame(&app, &who, title.clone(), "/trends"),
        level: match flag.level {
            Level::CheckNow => "Check now",
            Level::KeepWatching => "Keep watching",
            Level::DataQuality => "Data quality",
        },
        title,
        paragraphs: words::flag_paragraphs(&app, flag),
        facts: facts(&app, flag),
        explanations: explanations(&app, &snapshot, flag),
        cases: cases_href(flag, snapshot.last).filter(|_| sees_cases(&who)),
        next_steps: words::next_steps(flag),
    };
    let html = page.render().map_err(|_| PageError::Internal { doing: "show a flag" })?;
    Ok(Html(html).into_response())
}

fn facts(app: &App, flag: &Flag) -> SummaryList {
    let mut rows = Vec::new();
    let mut say = |key: &str, value: String| rows.push(SummaryRow::new(key, value));
    let areas: Vec<String> = flag.areas.iter().map(|area| app.area_name(area.as_str())).collect();
    say("Where", if areas.is_empty() { "England and Wales".to_owned() } else { areas.join(", ") });
    match &flag.finding {
        Finding::Rise(rise) => {
            let what = rise.of.as_ref().map(|(dimension, code)| words::part(app, *dimension, code));
            say("What", what.map_or_else(|| "All reports".to_owned(), |part| format!("Reports: {part}")));
            say("Since", format!("The week of {}", words::full_day(rise.since.monday())));
            say("Latest such week", words::week_words(rise.verdict.week));
            if matches!(rise.shown, Shown::Count(_)) {
                let expected = words::expected_words(Some(&rise.verdict));
                let chance = explain("", &rise.verdict, Audience::Wider).chance.unwrap_or_default();
                say("Seen", format!("{} reports", rise.shown));
                say("Expected", format!("{} reports", expected.trim_start_matches("expected ")));
                say("By chance alone", said_short(&chance));
            } else {
                say("Seen", "More than expected; the number cannot be shown".to_owned());
            }
            let years =
                if rise.years_back == 1 { "year".to_owned() } else { format!("{} years", rise.years_back) };
            say(
                "Compared with",
                format!(
                    "{} weeks of the last {years}, allowing for season and trend",
                    rise.verdict.n_baseline_weeks
                ),
            );
            say("Allowing for all that was tested", false_share(rise.q_value));
        }
        Finding::SharedPayee { n_cases, first_on, last_on, .. } => {
            say("What", "One account to pay into, named in reports of several areas".to_owned());
            say("Seen", format!("{n_cases} cases"));
            say("First report", words::full_day(*first_on));
            say("Last report", words::full_day(*last_on));
        }
        Finding::MixChange { now, before, p_value } => {
            say("What", "Share of girls among reports that say the gender".to_owned());
            say("Last 4 weeks", format!("{}%", now.percent()));
            say("The year before", format!("{}%", before.percent()));
            say(
                "By chance",
                format!("Such a difference would come up less than once in {}.", one_in(*p_value)),
            );
        }
        Finding::Recording { change, .. } => {
            if !change.began.is_empty() {
                say("First report", format!("in the week of {}", words::full_day(change.since.monday())));
                say("Began", change.began.len().to_string());
            }
            if !change.stopped.is_empty() {
                say("Silent for eight weeks", change.stopped.len().to_string());
            }
        }
    }
    SummaryList::new(rows)
}

/// The end of the engine's sentence, which stands whole above: `About once in 400 weeks`.
fn said_short(chance: &str) -> String {
    match chance.split_once("come up ").map(|(_, end)| end.trim_end_matches('.')) {
        Some(end) if end.starts_with("less") => format!("Less{} weeks", end.trim_start_matches("less")),
        Some(end) if end.starts_with("about") => format!("About{} weeks", end.trim_start_matches("about")),
        _ => chance.to_owned(),
    }
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a percentage from 0 to 100")]
fn false_share(q_value: f64) -> String {
    let percent = (q_value * 100.0).ceil().clamp(1.0, 100.0) as u64;
    format!("Of findings as unusual as this one, at most about {percent} in 100 would be chance.")
}

fn one_in(p_value: f64) -> &'static str {
    if p_value < 0.001 { "1,000" } else { "100" }
}

/// What else could explain it: each thing that was looked at, with what was found.
fn explanations(app: &App, snapshot: &Snapshot, flag: &Flag) -> Vec<String> {
    let mut said = Vec::new();
    let area = flag.areas.iter().next().filter(|_| flag.areas.len() == 1);
    if let Finding::Rise(rise) = &flag.finding {
        said.push(match rise.without_new_agencies {
            Some(true) => "New agencies: some began to record here in the last eight weeks. Without them the week is above the range as well.",
            Some(false) => "New agencies: some began to record here in the last eight weeks. Without them the week is within the range.",
            None => "New agencies: none began to record here in the last eight weeks.",
        }.to_owned());
        said.push(one_agency(snapshot, flag, rise));
        said.push(holidays(app, rise.verdict.week));
        said.push(
            "One incident that many reported: not checked by machine. Look through the cases.".to_owned(),
        );
    }
    if matches!(flag.finding, Finding::MixChange { .. } | Finding::Rise(_)) {
        let late = area.and_then(|area| {
            let (now, before) = crate::trends::raise::girls(
                &snapshot.reports,
                &crate::trends::counting::Selection::area(area.clone()),
                snapshot.last,
            );
            Some((now.of, before.of)).filter(|(now, before)| *now >= 5 && *before >= 5)
        });
        if late.is_none() {
            said.push("Gender: recorded too rarely here to say more.".to_owned());
        }
    }
    match &flag.finding {
        Finding::SharedPayee { .. } => said.push(
            "A shared account of a shop, a bank or a payment service: known ones are left out, an unknown one may not be.".to_owned(),
        ),
        Finding::MixChange { .. } => said.push(
            "A new agency that meets mostly girls or mostly boys: see the flags on recording.".to_owned(),
        ),
        Finding::Recording { .. } => said.push(
            "An agency may have changed its name or its system: ask before you compare.".to_owned(),
        ),
        Finding::Rise(_) => {}
    }
    said
}

/// Whether most of the week came from one agency; never how many.
fn one_agency(snapshot: &Snapshot, flag: &Flag, rise: &Rise) -> String {
    let area = flag.areas.iter().next();
    let mut by_agency = std::collections::BTreeMap::new();
    for report in &snapshot.reports {
        if report.week == rise.verdict.week && area.is_none_or(|area| report.area == *area) {
            *by_agency.entry(&report.agency).or_insert(0_u64) += 1;
        }
    }
    let total: u64 = by_agency.values().sum();
    let most = by_agency.values().copied().max().unwrap_or(0);
    if most * 2 > total && by_agency.len() > 1 {
        "One agency: more than half of the week’s reports came from one. Ask whether it recorded many at once.".to_owned()
    } else if by_agency.len() > 1 {
        "One agency: no single one recorded more than half of the week’s reports.".to_owned()
    } else {
        "One agency: all of the week’s reports came from one. Ask whether it recorded many at once."
            .to_owned()
    }
}

/// Whether schools were closed just before: children are heard when they are back.
fn holidays(app: &App, week: Week) -> String {
    let calendar = app.content.calendar();
    let open = |week: Week| {
        (0..5).filter_map(move |day| calendar.is_school_day(week.monday().saturating_add(day.days())))
    };
    let known = open(week).count() == 5 && open(week.plus(-1)).count() == 5;
    let school_days = |week: Week| open(week).filter(|open| *open).count();
    match (school_days(week), school_days(week.plus(-1))) {
        _ if !known => "School holidays: the calendar does not reach to this week.".to_owned(),
        (0, _) => "School holidays: most schools were closed that week.".to_owned(),
        (_, 0..3) => "School holidays: most schools were closed the week before. Reports may have waited until children were back.".to_owned(),
        _ => "School holidays: most schools were open that week and the week before.".to_owned(),
    }
}
