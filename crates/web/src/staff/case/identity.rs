//! Who is the child? Opened with a reason, after proving again that it is you; every opening is noted.

use crate::edge::form::Form;
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect};
use daymark_access::verb;
use daymark_content::Field;
use daymark_store::Facts;
use daymark_store::case_file::Case;
use daymark_store::identity::{self, Identity, IdentityChanged};

use super::form::{self, Account, Provenance, Raw};
use crate::app::App;
use crate::edge::error_page::{PageError, PageResult};
use crate::edge::session::Who;
use crate::edge::step_up;
use crate::in_words;
use crate::kit::{
    Button, Choice, CsrfField, ErrorSummary, FormProblems, Language, Legend, Markup, Radios, StaffLayout,
    SummaryList, SummaryRow,
};
use crate::staff::case_frame::{CaseFrame, CaseHead, CasePart};
use crate::staff::frame;

/// Why an identity is opened: the code stands in the audit, the words on the page.
const REASONS: [(&str, &str); 6] = [
    ("safety-now", "To keep the child safe now"),
    ("contact", "To reach the child or the family"),
    ("referral", "To make a referral or report that needs a name"),
    ("same-child", "To find out whether two records are about the same child"),
    ("correction", "To add or correct it"),
    ("subject-request", "Because the child or the family asked what we hold"),
];

/// The words of a reason's code.
pub fn reason_label(code: &str) -> Option<&'static str> {
    REASONS.iter().find(|(known, _)| *known == code).map(|(_, label)| *label)
}

#[derive(Template)]
#[template(path = "staff/case/identity.html")]
struct IdentityPage {
    layout: StaffLayout,
    around: CaseFrame,
    summary: Option<ErrorSummary>,
    reference: String,
    action: String,
    csrf: CsrfField,
    reason: Radios,
    open: Button,
    held: Option<SummaryList>,
    is_empty: bool,
    change: String,
}

struct Asked<'a> {
    app: &'a App,
    who: &'a Who,
    around: CaseFrame,
    case: &'a Case,
}

impl Asked<'_> {
    fn page(self, held: Option<&Identity>, chosen: &str, problems: &FormProblems) -> PageResult {
        let status = if problems.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
        let rows = held.map(|identity| {
            let fields = self.app.content.catalogue().identity_fields().iter();
            let rows = fields.filter_map(|field| {
                let fact = identity.facts.get(&field.id)?;
                let text = match fact.value.value() {
                    Some(value) => in_words::value(self.app, field, value),
                    None => fact.value.sentence().to_owned(),
                };
                Some(SummaryRow::new(field.label.as_str(), text))
            });
            SummaryList::new(rows.collect())
        });
        let html = IdentityPage {
            layout: StaffLayout {
                has_errors: !problems.is_empty(),
                ..frame(self.app, self.who, format!("Identity in case {}", self.case.reference), "/cases")
            },
            summary: problems.summary(),
            reference: self.case.reference.clone(),
            action: format!("/cases/{}/identity", self.case.id),
            csrf: CsrfField { token: self.who.csrf.clone() },
            reason: Radios {
                error: problems.of("reason"),
                selected: Some(chosen.to_owned()),
                ..Radios::new(
                    "reason",
                    Legend::new("Why do you need to know who the child is?"),
                    REASONS.map(|(code, label)| Choice::new(code, label)).to_vec(),
                )
            },
            open: Button::submit("Open the identity"),
            is_empty: rows.as_ref().is_some_and(|rows| rows.rows.is_empty()),
            held: rows,
            change: format!("/cases/{}/identity/change", self.case.id),
            around: self.around,
        }
        .render()
        .map_err(|_| PageError::Internal { doing: "show the identity" })?;
        Ok((status, Html(html)).into_response())
    }
}

/// `GET /cases/{case}/identity`
pub async fn show(State(app): State<App>, who: Who, Path(case): Path<String>) -> PageResult {
    let now = app.clock.now();
    let mut tx = app.store.reading("ask for an identity").await?;
    let (id, record) = super::record_of(&mut tx, &case).await?;
    if who.needs_step_up::<verb::OpenIdentity>(&record, now) {
        return step_up::ask(&app, &who, &format!("/cases/{id}/identity"));
    }
    who.may::<verb::OpenIdentity>(&record, now)?;
    let case = super::decide_and_read(&mut tx, &who, &record, now).await?;
    tx.commit().await?;
    let around = CaseFrame::new(&who, &record, &CaseHead::of(&app, &case), CasePart::Identity, now);
    let asked = Asked { app: &app, who: &who, around, case: &case };
    asked.page(None, "", &FormProblems::new(Language::English))
}

/// `POST /cases/{case}/identity`
pub async fn open(
    State(app): State<App>,
    who: Who,
    Path(case): Path<String>,
    Form(sent): Form<Vec<(String, String)>>,
) -> PageResult {
    let now = app.clock.now();
    let mut tx = app.store.reading("open an identity").await?;
    let (id, record) = super::record_of(&mut tx, &case).await?;
    if who.needs_step_up::<verb::OpenIdentity>(&record, now) {
        return step_up::ask(&app, &who, &format!("/cases/{id}/identity"));
    }
    let grant = who.may::<verb::OpenIdentity>(&record, now)?;
    let raw = Raw::of(sent)?;
    who.csrf.check(raw.one("csrf"))?;
    let case = super::decide_and_read(&mut tx, &who, &record, now).await?;
    let mut problems = FormProblems::new(Language::English);
    let reason = REASONS.iter().find(|(code, _)| *code == raw.one("reason"));
    let held = match reason {
        Some((reason, _)) => Some(identity::read(&mut tx, &grant, reason, now).await?),
        None => {
            problems.add("reason", "Choose why you need to know who the child is");
            None
        }
    };
    tx.commit().await?;
    let around = CaseFrame::new(&who, &record, &CaseHead::of(&app, &case), CasePart::Identity, now);
    let asked = Asked { app: &app, who: &who, around, case: &case };
    asked.page(held.as_ref(), raw.one("reason"), &problems)
}

#[derive(Template)]
#[template(path = "staff/case/identity_change.html")]
struct ChangePage {
    layout: StaffLayout,
    around: CaseFrame,
    summary: Option<ErrorSummary>,
    is_conflict: bool,
    step_up_first: bool,
    theirs: SummaryList,
    action: String,
    csrf: CsrfField,
    base_version: i64,
    inputs: Vec<Markup>,
    provenance: Markup,
    save: Button,
    back: String,
}

/// The form field of one identity field.
fn name_of(field: &Field) -> String {
    field.id.as_str().replace('.', "-")
}

impl Asked<'_> {
    fn form(
        self,
        raw: &Raw,
        base_version: i64,
        problems: &FormProblems,
        theirs: Option<&Identity>,
        step_up_first: bool,
    ) -> PageResult {
        let status = match (theirs, step_up_first, problems.is_empty()) {
            (Some(_), ..) => StatusCode::CONFLICT,
            (None, true, _) => StatusCode::FORBIDDEN,
            (None, false, true) => StatusCode::OK,
            (None, false, false) => StatusCode::UNPROCESSABLE_ENTITY,
        };
        let fields = self.app.content.catalogue().identity_fields();
        let theirs_shown = fields.iter().filter_map(|field| {
            let value = theirs?.facts.get(&field.id)?.value.clone();
            let text = match value.value() {
                Some(value) => in_words::value(self.app, field, value),
                None => value.sentence().to_owned(),
            };
            Some(SummaryRow::new(field.label.as_str(), text))
        });
        let html = ChangePage {
            layout: StaffLayout {
                has_errors: !problems.is_empty(),
                ..frame(
                    self.app,
                    self.who,
                    format!("Change the identity in case {}", self.case.reference),
                    "/cases",
                )
            },
            summary: problems.summary(),
            is_conflict: theirs.is_some(),
            step_up_first,
            theirs: SummaryList::new(theirs_shown.collect()),
            action: format!("/cases/{}/identity/change", self.case.id),
            csrf: CsrfField { token: self.who.csrf.clone() },
            base_version,
            inputs: fields
                .iter()
                .map(|field| form::input(self.app, field, &name_of(field), raw, problems))
                .collect(),
            provenance: Provenance::inputs(raw, problems),
            save: Button::submit("Save"),
            back: format!("/cases/{}/identity", self.case.id),
            around: self.around,
        }
        .render()
        .map_err(|_| PageError::Internal { doing: "show the identity form" })?;
        Ok((status, Html(html)).into_response())
    }
}

/// `GET /cases/{case}/identity/change`
pub async fn edit(State(app): State<App>, who: Who, Path(case): Path<String>) -> PageResult {
    let now = app.clock.now();
    let mut tx = app.store.reading("open an identity to change it").await?;
    let (id, record) = super::record_of(&mut tx, &case).await?;
    if who.needs_step_up::<verb::ChangeIdentity>(&record, now) {
        return step_up::ask(&app, &who, &format!("/cases/{id}/identity/change"));
    }
    who.may::<verb::ChangeIdentity>(&record, now)?;
    let grant = who.may::<verb::OpenIdentity>(&record, now)?;
    let case = super::decide_and_read(&mut tx, &who, &record, now).await?;
    let held = identity::read(&mut tx, &grant, "correction", now).await?;
    tx.commit().await?;
    let mut raw = Raw::default();
    for field in app.content.catalogue().identity_fields() {
        if let Some(fact) = held.facts.get(&field.id) {
            raw.set_fact(field, &name_of(field), &fact.value);
        }
    }
    let around = CaseFrame::new(&who, &record, &CaseHead::of(&app, &case), CasePart::None, now);
    let asked = Asked { app: &app, who: &who, around, case: &case };
    asked.form(&raw, held.row_version, &FormProblems::new(Language::English), None, false)
}

/// `POST /cases/{case}/identity/change`
pub async fn change(
    State(app): State<App>,
    who: Who,
    Path(case): Path<String>,
    Form(sent): Form<Vec<(String, String)>>,
) -> PageResult {
    let now = app.clock.now();
    let mut tx = app.store.write("change an identity").await?;
    let (id, record) = super::record_of(&mut tx, &case).await?;
    let raw = Raw::of(sent)?;
    let base_version = || raw.one("base_version").parse().map_err(|_| PageError::Conflict);
    let mut problems = FormProblems::new(Language::English);
    if who.needs_step_up::<verb::ChangeIdentity>(&record, now) {
        who.csrf.check(raw.one("csrf"))?;
        let case = super::decide_and_read(&mut tx, &who, &record, now).await?;
        tx.commit().await?;
        problems.add(
            "proof",
            "Ten minutes have passed. Prove again that it is you, then send this form again. What you typed is still here",
        );
        let around = CaseFrame::new(&who, &record, &CaseHead::of(&app, &case), CasePart::None, now);
        let asked = Asked { app: &app, who: &who, around, case: &case };
        return asked.form(&raw, base_version()?, &problems, None, true);
    }
    let grant = who.may::<verb::ChangeIdentity>(&record, now)?;
    who.csrf.check(raw.one("csrf"))?;
    let base_version = base_version()?;
    let case = super::decide_and_read(&mut tx, &who, &record, now).await?;
    let may_open = who.may::<verb::OpenIdentity>(&record, now)?;
    let held = identity::read(&mut tx, &may_open, "correction", now).await?;
    let today = in_words::today(now);
    let mut values = Vec::new();
    for field in app.content.catalogue().identity_fields() {
        let name = name_of(field);
        let value = form::read(field, &name, &raw, &Account::default(), today, &mut problems);
        let before = held.facts.get(&field.id).map(|fact| &fact.value);
        if value.is_none() && before.is_some() && problems.of(&name).is_none() {
            problems.add(name, format!("{}: give an answer, or say why there is none", field.label));
        }
        // What stays as it was keeps who wrote it down, and when.
        values.extend(value.filter(|value| before != Some(value)).map(|value| (field, value)));
    }
    let provenance = Provenance::read(&raw, &mut problems);
    let around = CaseFrame::new(&who, &record, &CaseHead::of(&app, &case), CasePart::None, now);
    let asked = Asked { app: &app, who: &who, around, case: &case };
    let Some(provenance) = provenance.filter(|_| problems.is_empty()) else {
        tx.commit().await?;
        return asked.form(&raw, base_version, &problems, None, false);
    };
    let changes: Facts = values
        .into_iter()
        .map(|(field, value)| (field.id.clone(), provenance.fact(field, value, &who.staff.member, now)))
        .collect();
    let changed = identity::change(&mut tx, &grant, base_version, &changes, now).await?;
    tx.commit().await?;
    match changed {
        IdentityChanged::Saved { .. } => Ok(Redirect::to(&format!("/cases/{id}/identity")).into_response()),
        IdentityChanged::Conflict { theirs } => {
            asked.form(&raw, theirs.row_version, &problems, Some(&theirs), false)
        }
    }
}
