//! The file itself: where the case stands, who leads it, when somebody looks again.

use crate::edge::form::Form;
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect};
use daymark_access::{Standing, verb};
use daymark_store::case_file::{self, Case, FileChange, Status};
use daymark_store::member::{self, Member};
use daymark_vocab::{MemberId, Role};
use jiff::civil::Date;

use super::form::Raw;
use crate::app::App;
use crate::edge::error_page::{PageError, PageResult};
use crate::edge::session::Who;
use crate::in_words;
use crate::kit::{
    Button, Checkboxes, Choice, CsrfField, DateInput, ErrorSummary, FormProblems, Language, Legend, Radios,
    Select, SelectOption, StaffLayout,
};
use crate::staff::case_frame::{CaseFrame, CaseHead, CasePart};
use crate::staff::frame;

#[derive(Template)]
#[template(path = "staff/case/file.html")]
struct FilePage {
    layout: StaffLayout,
    around: CaseFrame,
    summary: Option<ErrorSummary>,
    action: String,
    csrf: CsrfField,
    base_version: i64,
    theirs: Option<String>,
    status: Radios,
    next_check: DateInput,
    lead: Select,
    leaves: Option<Checkboxes>,
    save: Button,
    back: String,
    people: String,
}

/// The box that takes whoever led the case before off it.
const LEAVES: &str = "former_lead_leaves";

struct Asked<'a> {
    app: &'a App,
    who: &'a Who,
    around: CaseFrame,
    case: &'a Case,
    leads: &'a [Member],
    lead_name: Option<String>,
}

/// Who may lead a case: active practitioners and safeguarding leads of the agency.
pub fn leads(members: Vec<Member>) -> Vec<Member> {
    members
        .into_iter()
        .filter(|member| member.standing == Standing::Active)
        .filter(|member| {
            member.roles.contains(&Role::Practitioner) || member.roles.contains(&Role::SafeguardingLead)
        })
        .collect()
}

fn name_of_lead(members: &[Member], case: &Case) -> Option<String> {
    let lead = case.lead.as_ref()?;
    let known = members.iter().find(|one| one.id == *lead);
    Some(known.map_or_else(|| "the former lead".to_owned(), |one| one.name.reveal().clone()))
}

impl Asked<'_> {
    fn page(self, raw: &Raw, problems: &FormProblems, is_conflict: bool) -> PageResult {
        let status = match (is_conflict, problems.is_empty()) {
            (true, _) => StatusCode::CONFLICT,
            (false, true) => StatusCode::OK,
            (false, false) => StatusCode::UNPROCESSABLE_ENTITY,
        };
        let chosen = |name: &str| Some(raw.one(name).to_owned());
        let mut options = vec![SelectOption::new("", "Nobody yet")];
        options.extend(
            self.leads.iter().map(|one| SelectOption::new(one.id.as_str(), one.name.reveal().as_str())),
        );
        let theirs = is_conflict.then(|| {
            let lead = self.case.lead.as_ref().and_then(|id| self.leads.iter().find(|one| one.id == *id));
            format!(
                "Status: {}. Next check-in: {}. Lead: {}.",
                self.case.status.label(),
                self.case.next_check_on.map_or_else(|| "no date set".to_owned(), in_words::day),
                lead.map_or("nobody yet", |one| one.name.reveal().as_str())
            )
        });
        let html = FilePage {
            layout: StaffLayout {
                has_errors: !problems.is_empty(),
                ..frame(
                    self.app,
                    self.who,
                    format!("Status and lead of case {}", self.case.reference),
                    "/cases",
                )
            },
            summary: problems.summary(),
            action: format!("/cases/{}/file", self.case.id),
            csrf: CsrfField { token: self.who.csrf.clone() },
            base_version: self.case.row_version,
            theirs,
            status: Radios {
                error: problems.of("status"),
                selected: chosen("status"),
                ..Radios::new(
                    "status",
                    Legend::new("Where does the case stand?"),
                    Status::ALL.map(|status| Choice::new(status.code(), status.label())).to_vec(),
                )
            },
            next_check: DateInput {
                hint: Some(
                    "When does somebody look again? For example, 7 12 2026. A closed case needs none.".into(),
                ),
                error: problems.of("next_check"),
                day: raw.one("next_check-day").to_owned(),
                month: raw.one("next_check-month").to_owned(),
                year: raw.one("next_check-year").to_owned(),
                ..DateInput::new("next_check", Legend::new("Next check-in"))
            },
            lead: Select {
                hint: Some("They are assigned to the case and find it in their list.".into()),
                error: problems.of("lead"),
                selected: chosen("lead"),
                ..Select::new("lead", "Who leads the case?", options)
            },
            leaves: self.lead_name.map(|name| Checkboxes {
                hint: Some(format!("Otherwise {name} stays assigned and goes on seeing the case.").into()),
                selected: raw.all(LEAVES).into_iter().map(str::to_owned).collect(),
                ..Checkboxes::new(
                    LEAVES,
                    Legend::new("If somebody else leads it now"),
                    vec![Choice::new("yes", format!("Take {name} off the case"))],
                )
            }),
            save: Button::submit("Save"),
            back: format!("/cases/{}", self.case.id),
            people: format!("/cases/{}/people", self.case.id),
            around: self.around,
        }
        .render()
        .map_err(|_| PageError::Internal { doing: "show the file" })?;
        Ok((status, Html(html)).into_response())
    }
}

/// `GET /cases/{case}/file`
pub async fn show(State(app): State<App>, who: Who, Path(case): Path<String>) -> PageResult {
    let now = app.clock.now();
    let mut tx = app.store.reading("read a case file").await?;
    let (_, record) = super::record_of(&mut tx, &case).await?;
    who.may::<verb::AssignCase>(&record, now)?;
    let case = super::decide_and_read(&mut tx, &who, &record, now).await?;
    let members = member::of_agency(&mut tx, &who.staff.agency).await?;
    let lead_name = name_of_lead(&members, &case);
    let leads = leads(members);
    tx.commit().await?;
    let mut raw = Raw::default();
    raw.set("status", case.status.code());
    if let Some(day) = case.next_check_on {
        raw.set("next_check-day", day.day().to_string());
        raw.set("next_check-month", day.month().to_string());
        raw.set("next_check-year", day.year().to_string());
    }
    raw.set("lead", case.lead.as_ref().map(ToString::to_string).unwrap_or_default());
    let around = CaseFrame::new(&who, &record, &CaseHead::of(&app, &case), CasePart::None, now);
    Asked { app: &app, who: &who, around, case: &case, leads: &leads, lead_name }.page(
        &raw,
        &FormProblems::new(Language::English),
        false,
    )
}

fn parse(
    raw: &Raw,
    case: &Case,
    leads: &[Member],
    today: Date,
    problems: &mut FormProblems,
) -> Option<FileChange> {
    let status: Option<Status> = raw.one("status").parse().ok();
    if status.is_none() {
        problems.add("status", "Choose where the case stands");
    }
    let part = |part: &str| raw.one(&format!("next_check-{part}")).trim();
    let (day, month, year) = (part("day"), part("month"), part("year"));
    let mut next_check_on = None;
    if [day, month, year].iter().any(|part| !part.is_empty()) {
        let date = match (year.parse(), month.parse(), day.parse()) {
            (Ok(year), Ok(month), Ok(day)) if (2000..2100).contains(&year) => {
                Date::new(year, month, day).ok()
            }
            _ => None,
        };
        match date {
            None => problems.add_at(
                "next_check",
                "next_check-day",
                "Next check-in: enter a real date in figures, such as 7 12 2026",
            ),
            Some(date) if date < today && case.next_check_on != Some(date) => problems.add_at(
                "next_check",
                "next_check-day",
                format!("Next check-in: enter today, {}, or a later day", in_words::day(today)),
            ),
            Some(date) => next_check_on = Some(date),
        }
    } else if status.is_some_and(|status| status != Status::Closed) {
        problems.add_at(
            "next_check",
            "next_check-day",
            "Next check-in: enter the day when somebody looks again",
        );
    }
    let lead = raw.one("lead");
    let lead: Option<MemberId> = if lead.is_empty() {
        None
    } else {
        let known = lead
            .parse()
            .ok()
            .filter(|id| leads.iter().any(|one| one.id == *id) || case.lead.as_ref() == Some(id));
        if known.is_none() {
            problems.add("lead", "Choose who leads the case from the list");
        }
        known
    };
    let former_lead_leaves = raw.one(LEAVES) == "yes";
    problems.is_empty().then_some(FileChange { status: status?, next_check_on, lead, former_lead_leaves })
}

/// `POST /cases/{case}/file`
pub async fn change(
    State(app): State<App>,
    who: Who,
    Path(case): Path<String>,
    Form(sent): Form<Vec<(String, String)>>,
) -> PageResult {
    let now = app.clock.now();
    let mut tx = app.store.write("change a case file").await?;
    let (id, record) = super::record_of(&mut tx, &case).await?;
    let grant = who.may::<verb::AssignCase>(&record, now)?;
    let raw = Raw::of(sent)?;
    who.csrf.check(raw.one("csrf"))?;
    let case = super::decide_and_read(&mut tx, &who, &record, now).await?;
    let members = member::of_agency(&mut tx, &who.staff.agency).await?;
    let lead_name = name_of_lead(&members, &case);
    let leads = leads(members);
    let base_version: i64 = raw.one("base_version").parse().map_err(|_| PageError::Conflict)?;
    let mut problems = FormProblems::new(Language::English);
    let wanted = parse(&raw, &case, &leads, in_words::today(now), &mut problems);
    let saved = match &wanted {
        Some(change) => case_file::change_file(&mut tx, &grant, base_version, change, now).await?,
        None => false,
    };
    tx.commit().await?;
    if saved {
        return Ok(Redirect::to(&format!("/cases/{id}")).into_response());
    }
    let around = CaseFrame::new(&who, &record, &CaseHead::of(&app, &case), CasePart::None, now);
    let asked = Asked { app: &app, who: &who, around, case: &case, leads: &leads, lead_name };
    asked.page(&raw, &problems, wanted.is_some())
}
