//! Who works on this case? A practitioner sees a case because they are assigned to it, and for no other reason.

use crate::edge::form::Form;
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect};
use daymark_access::verb;
use daymark_store::assignment::{self, Unassigned};
use daymark_store::case_file::Case;
use daymark_store::member::{self, Member};
use daymark_vocab::MemberId;

use super::file::leads;
use super::form::Raw;
use crate::app::App;
use crate::edge::error_page::{PageError, PageResult};
use crate::edge::session::Who;
use crate::kit::{
    Button, CsrfField, ErrorSummary, FormProblems, Language, Select, SelectOption, StaffLayout,
};
use crate::staff::case_frame::{CaseFrame, CaseHead, CasePart};
use crate::staff::frame;

#[derive(Template)]
#[template(path = "staff/case/people.html")]
struct PeoplePage {
    layout: StaffLayout,
    around: CaseFrame,
    summary: Option<ErrorSummary>,
    action: String,
    csrf: CsrfField,
    assigned: Vec<Assigned>,
    add: Option<Select>,
    save: Button,
    file: String,
    back: String,
}

/// Somebody who works on the case.
struct Assigned {
    id: MemberId,
    name: String,
    is_lead: bool,
}

struct Asked<'a> {
    app: &'a App,
    who: &'a Who,
    around: CaseFrame,
    case: &'a Case,
    members: Vec<Member>,
}

impl Asked<'_> {
    fn page(self, problems: &FormProblems) -> PageResult {
        let name = |id: &MemberId| {
            let known = self.members.iter().find(|one| one.id == *id);
            known.map_or_else(|| "A former colleague".to_owned(), |one| one.name.reveal().clone())
        };
        let mut assigned: Vec<Assigned> = self
            .case
            .assigned
            .iter()
            .map(|id| Assigned {
                id: id.clone(),
                name: name(id),
                is_lead: self.case.lead.as_ref() == Some(id),
            })
            .collect();
        assigned.sort_by_key(|one| (!one.is_lead, one.name.clone()));
        let others: Vec<Member> =
            leads(self.members).into_iter().filter(|one| !self.case.assigned.contains(&one.id)).collect();
        let mut options = vec![SelectOption::new("", "Choose a colleague")];
        options
            .extend(others.iter().map(|one| SelectOption::new(one.id.as_str(), one.name.reveal().as_str())));
        let html = PeoplePage {
            layout: StaffLayout {
                has_errors: !problems.is_empty(),
                ..frame(self.app, self.who, format!("Who works on case {}", self.case.reference), "/cases")
            },
            summary: problems.summary(),
            action: format!("/cases/{}/people", self.case.id),
            csrf: CsrfField { token: self.who.csrf.clone() },
            assigned,
            add: (!others.is_empty()).then(|| Select {
                hint: Some("They find the case in their list, and read and change it.".into()),
                error: problems.of("add"),
                ..Select::new("add", "Assign somebody else", options)
            }),
            save: Button::submit("Assign").secondary(),
            file: format!("/cases/{}/file", self.case.id),
            back: format!("/cases/{}", self.case.id),
            around: self.around,
        }
        .render()
        .map_err(|_| PageError::Internal { doing: "show who works on a case" })?;
        let status = if problems.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
        Ok((status, Html(html)).into_response())
    }
}

/// `GET /cases/{case}/people`
pub async fn show(State(app): State<App>, who: Who, Path(case): Path<String>) -> PageResult {
    let now = app.clock.now();
    let mut tx = app.store.reading("read who works on a case").await?;
    let (_, record) = super::record_of(&mut tx, &case).await?;
    who.may::<verb::AssignCase>(&record, now)?;
    let case = super::decide_and_read(&mut tx, &who, &record, now).await?;
    let members = member::of_agency(&mut tx, &who.staff.agency).await?;
    tx.commit().await?;
    let around = CaseFrame::new(&who, &record, &CaseHead::of(&app, &case), CasePart::None, now);
    let asked = Asked { app: &app, who: &who, around, case: &case, members };
    asked.page(&FormProblems::new(Language::English))
}

/// `POST /cases/{case}/people`: `add` or `remove` names a member.
pub async fn change(
    State(app): State<App>,
    who: Who,
    Path(case): Path<String>,
    Form(sent): Form<Vec<(String, String)>>,
) -> PageResult {
    let now = app.clock.now();
    let mut tx = app.store.write("change who works on a case").await?;
    let (id, record) = super::record_of(&mut tx, &case).await?;
    let grant = who.may::<verb::AssignCase>(&record, now)?;
    let raw = Raw::of(sent)?;
    who.csrf.check(raw.one("csrf"))?;
    let case = super::decide_and_read(&mut tx, &who, &record, now).await?;
    let members = member::of_agency(&mut tx, &who.staff.agency).await?;
    let mut problems = FormProblems::new(Language::English);
    if let Ok(leaving) = raw.one("remove").parse::<MemberId>() {
        if assignment::unassign(&mut tx, &grant, &leaving, now).await? == Unassigned::LeadsIt {
            problems.add("add", "They lead the case. Let somebody else lead it first, then take them off");
        }
    } else {
        let wanted = leads(members.clone()).into_iter().find(|one| one.id.as_str() == raw.one("add"));
        match wanted {
            Some(wanted) => assignment::assign(&mut tx, &grant, &wanted.id, now).await?,
            None => problems.add("add", "Choose a colleague from the list"),
        }
    }
    tx.commit().await?;
    if problems.is_empty() {
        return Ok(Redirect::to(&format!("/cases/{id}/people")).into_response());
    }
    let around = CaseFrame::new(&who, &record, &CaseHead::of(&app, &case), CasePart::None, now);
    Asked { app: &app, who: &who, around, case: &case, members }.page(&problems)
}
