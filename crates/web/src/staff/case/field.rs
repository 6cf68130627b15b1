//! Changing one field: what was written meanwhile by somebody else is shown beside, and a person chooses.

use crate::edge::form::Form;
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect};
use daymark_access::verb;
use daymark_content::Field;
use daymark_store::case_file::Case;
use daymark_store::entity::{self, Changed, Entity};
use daymark_store::{Facts, selector};
use daymark_vocab::{EntityId, FieldId, Known, Value};
use serde::Deserialize;

use super::form::{self, Account, Provenance, Raw};
use super::names::Names;
use crate::app::App;
use crate::edge::error_page::{PageError, PageResult};
use crate::edge::session::Who;
use crate::facts;
use crate::in_words;
use crate::kit::{Button, CsrfField, ErrorSummary, FormProblems, Language, Markup, StaffLayout};
use crate::staff::case_frame::{CaseFrame, CaseHead, CasePart};
use crate::staff::frame;

/// The input's form field.
const ANSWER: &str = "answer";

#[derive(Template)]
#[template(path = "staff/case/field.html")]
struct FieldPage {
    layout: StaffLayout,
    around: CaseFrame,
    summary: Option<ErrorSummary>,
    action: String,
    csrf: CsrfField,
    base_version: i64,
    input: Markup,
    provenance: Markup,
    save: Button,
    back: String,
    statement: &'static str,
    are_childs_words: bool,
    is_former: bool,
}

#[derive(Template)]
#[template(path = "staff/case/conflict.html")]
struct ConflictPage {
    layout: StaffLayout,
    around: CaseFrame,
    action: String,
    csrf: CsrfField,
    question: String,
    theirs: String,
    theirs_by: String,
    yours: String,
    base_version: i64,
    again: Vec<(String, String)>,
    mine: Button,
    keep: Button,
}

fn field_of(app: &App, id: &str) -> Result<Field, PageError> {
    let id: FieldId = facts::id(id)?;
    app.content.catalogue().field(&id).cloned().ok_or(PageError::NotFound)
}

fn entity_of<'a>(case: &'a Case, id: &str, field: &Field) -> Result<&'a Entity, PageError> {
    let found = case.entities.iter().find(|entity| entity.id.as_str() == id);
    found.filter(|entity| entity.kind == field.entity).ok_or(PageError::NotFound)
}

/// What the account's other fields say, for the field that holds the identifier.
fn account_of(of: &Entity) -> Account {
    let code = |name: &str| {
        of.facts.iter().find(|(id, _)| id.as_str() == name).and_then(|(_, fact)| match &fact.value {
            Known::Yes(Value::Code(code)) => Some(code.clone()),
            _ => None,
        })
    };
    Account {
        kind: code("account.selector_kind").and_then(|code| code.parse().ok()),
        platform: code("account.platform"),
    }
}

fn shown(app: &App, field: &Field, of: &Entity, known: Option<&Known<Value>>) -> String {
    match known {
        None => "Nothing".to_owned(),
        Some(Known::Yes(Value::Text(_))) if field.id.as_str() == "account.selector" => {
            selector::in_facts(&of.facts).map_or_else(String::new, |found| found.shown().into_inner())
        }
        Some(Known::Yes(value)) => in_words::value(app, field, value),
        Some(absent) => absent.sentence().to_owned(),
    }
}

/// What the form shows around its input.
struct Asked<'a> {
    app: &'a App,
    who: &'a Who,
    around: CaseFrame,
    case: &'a Case,
    entity: &'a Entity,
    field: &'a Field,
    is_former: bool,
}

impl Asked<'_> {
    fn action(&self) -> String {
        format!("/cases/{}/entity/{}/{}", self.case.id, self.entity.id, self.field.id)
    }

    fn page(self, raw: &Raw, base_version: i64, problems: &FormProblems) -> PageResult {
        let title = format!("{} - case {}", self.field.label, self.case.reference);
        let status = if problems.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
        let html = FieldPage {
            layout: StaffLayout {
                has_errors: !problems.is_empty(),
                ..frame(self.app, self.who, title, "/cases")
            },
            summary: problems.summary(),
            action: self.action(),
            csrf: CsrfField { token: self.who.csrf.clone() },
            base_version,
            input: form::input(self.app, self.field, ANSWER, raw, problems),
            provenance: Provenance::inputs(raw, problems),
            save: Button::submit("Save"),
            back: format!("/cases/{}", self.case.id),
            statement: self.field.statement.label(),
            are_childs_words: self.field.statement == daymark_vocab::FactKind::ChildWords,
            is_former: self.is_former,
            around: self.around,
        }
        .render()
        .map_err(|_| PageError::Internal { doing: "show a field" })?;
        Ok((status, Html(html)).into_response())
    }
}

/// Which former version the form is filled from, when somebody puts one back.
#[derive(Deserialize)]
pub struct Former {
    #[serde(default)]
    from: Option<i64>,
}

/// `GET /cases/{case}/entity/{entity}/{field}`
pub async fn show(
    State(app): State<App>,
    who: Who,
    Path((case, entity, field)): Path<(String, String, String)>,
    Query(former): Query<Former>,
) -> PageResult {
    let now = app.clock.now();
    let mut tx = app.store.reading("read a case to change it").await?;
    let (_, record) = super::record_of(&mut tx, &case).await?;
    who.may::<verb::ChangeCase>(&record, now)?;
    let case = super::decide_and_read(&mut tx, &who, &record, now).await?;
    let field = field_of(&app, &field)?;
    let entity = entity_of(&case, &entity, &field)?;
    let before = match former.from {
        Some(version) => {
            let grant = who.may::<verb::ReadCase>(&record, now)?;
            let before = entity::history(&mut tx, &grant, &entity.id, now).await?;
            let before = before.into_iter().find(|before| before.row_version == version);
            Some(before.ok_or(PageError::NotFound)?)
        }
        None => None,
    };
    tx.commit().await?;
    let mut raw = Raw::default();
    if let Some(fact) = before.as_ref().unwrap_or(entity).facts.get(&field.id) {
        raw.set_fact(&field, ANSWER, &fact.value);
        raw.set("source", fact.source.code());
        raw.set("confidence", fact.confidence.code());
    }
    let around = CaseFrame::new(&who, &record, &CaseHead::of(&app, &case), CasePart::None, now);
    let base_version = entity.row_version;
    let is_former = before.is_some();
    Asked { app: &app, who: &who, around, case: &case, entity, field: &field, is_former }.page(
        &raw,
        base_version,
        &FormProblems::new(Language::English),
    )
}

/// `POST /cases/{case}/entity/{entity}/{field}`
pub async fn change(
    State(app): State<App>,
    who: Who,
    Path((case, entity, field)): Path<(String, String, String)>,
    Form(sent): Form<Vec<(String, String)>>,
) -> PageResult {
    let now = app.clock.now();
    let mut tx = app.store.write("change a case").await?;
    let (id, record) = super::record_of(&mut tx, &case).await?;
    let grant = who.may::<verb::ChangeCase>(&record, now)?;
    let raw = Raw::of(sent)?;
    who.csrf.check(raw.one("csrf"))?;
    let back = format!("/cases/{id}");
    if raw.one("keep") == "theirs" {
        return Ok(Redirect::to(&back).into_response());
    }
    let case = super::decide_and_read(&mut tx, &who, &record, now).await?;
    let field = field_of(&app, &field)?;
    let entity = entity_of(&case, &entity, &field)?;
    let base_version = raw.one("base_version").parse().map_err(|_| PageError::Conflict)?;
    let mut problems = FormProblems::new(Language::English);
    let today = in_words::today(now);
    let value = form::read(&field, ANSWER, &raw, &account_of(entity), today, &mut problems);
    if value.is_none() && problems.of(ANSWER).is_none() {
        problems.add(ANSWER, "Answer the question, or say why it is not known");
    }
    let provenance = Provenance::read(&raw, &mut problems);
    let around = CaseFrame::new(&who, &record, &CaseHead::of(&app, &case), CasePart::None, now);
    let asked = Asked { app: &app, who: &who, around, case: &case, entity, field: &field, is_former: false };
    let (Some(value), Some(provenance)) = (value, provenance) else {
        tx.commit().await?;
        return asked.page(&raw, base_version, &problems);
    };
    let fact = provenance.fact(&field, value, &who.staff.member, now);
    let yours = shown(&app, &field, entity, Some(&fact.value));
    let changes = Facts::from([(field.id.clone(), fact)]);
    let entity_id: EntityId = entity.id.clone();
    let changed = entity::change(&mut tx, &grant, &entity_id, base_version, &changes, now).await?;
    let names = Names::read(&mut tx, &who).await?;
    tx.commit().await?;
    match changed {
        Changed::Saved { .. } => {
            app.matching.want();
            Ok(Redirect::to(&back).into_response())
        }
        Changed::Absent => Err(PageError::NotFound),
        Changed::Conflict { theirs, .. } => asked.conflict(&theirs, yours, &names, &raw),
    }
}

impl Asked<'_> {
    fn conflict(self, theirs: &Entity, yours: String, names: &Names, raw: &Raw) -> PageResult {
        let (by, at) = theirs
            .facts
            .get(&self.field.id)
            .map_or((&theirs.changed_by, theirs.changed_at), |fact| (&fact.recorded_by, fact.recorded_at));
        let theirs_by = format!("{}, {}", names.member(&self.case.agency, by), in_words::instant(at));
        let html = ConflictPage {
            layout: frame(self.app, self.who, "Somebody else changed this meanwhile", "/cases"),
            action: self.action(),
            csrf: CsrfField { token: self.who.csrf.clone() },
            question: self.field.question.clone(),
            theirs: match theirs.facts.get(&self.field.id).map(|fact| &fact.value) {
                Some(Known::Yes(Value::Text(text))) => text.reveal().clone(),
                known => shown(self.app, self.field, theirs, known),
            },
            theirs_by,
            yours: match raw.one(ANSWER) {
                typed if self.field.kind == daymark_content::FieldKind::Selector => typed.to_owned(),
                _ => yours,
            },
            base_version: theirs.row_version,
            again: raw.without(&["csrf", "base_version", "keep"]),
            mine: Button { name: "keep".into(), value: "mine".into(), ..Button::submit("Save what I wrote") },
            keep: Button {
                name: "keep".into(),
                value: "theirs".into(),
                ..Button::submit("Keep what is recorded")
            }
            .secondary(),
            around: self.around,
        }
        .render()
        .map_err(|_| PageError::Internal { doing: "show both values" })?;
        Ok((StatusCode::CONFLICT, Html(html)).into_response())
    }
}
