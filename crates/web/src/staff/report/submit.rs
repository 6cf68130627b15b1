//! From an unfinished record to a case: once, however often the button is pressed.

use std::collections::BTreeMap;

use crate::edge::form::Form;
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use daymark_access::{Grant, verb};
use daymark_store::case_file::{self, NewCase};
use daymark_store::entity::NewEntity;
use daymark_store::idempotency::{self, Seen};
use daymark_store::{Facts, Tx, agency};
use daymark_vocab::selector::SelectorKind;
use daymark_vocab::{AreaCode, CaseId, EntityId, EntityKind, Involvement, Value};
use jiff::Timestamp;

use super::check::{IDENTITY, check_page, may_name_a_child, problems};
use super::form_state::{self, FormState};
use super::pages::{draft_id, html, may_record};
use super::search::{record_of, to};
use super::task::{Tasks, kind_of};
use crate::answers::{Raw, fact};
use crate::app::App;
use crate::edge::error_page::{PageError, PageResult};
use crate::edge::session::Who;
use crate::kit::{Button, Panel, StaffLayout};
use crate::staff::frame;

/// What became of the attempt.
enum Outcome {
    /// There is a case: opened now, or before by the same draft.
    Case(CaseId),
    /// Something is missing or wrong; nothing was opened.
    NotYet(Box<FormState>),
}

/// `POST /report/{draft}/submit`
pub async fn submit(
    State(app): State<App>,
    who: Who,
    Path(id): Path<String>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> PageResult {
    let grant = may_record(&who, app.clock.now())?;
    let id = draft_id(&id)?;
    let sent = Raw::of(pairs);
    who.csrf.check(sent.first("csrf"))?;
    let outcome = match open_once(&app, &who, &grant, &id).await {
        // Two clicks that raced: the other one opened the case.
        Err(PageError::Unavailable) => {
            let mut tx = app.store.read("was it opened").await?;
            form_state::find(&mut tx, &who, &id).await?;
            opened_before(&mut tx, &who, &id).await?.map(Outcome::Case).ok_or(PageError::Unavailable)?
        }
        outcome => outcome?,
    };
    match outcome {
        Outcome::Case(case) if sent.first("then") == IDENTITY => {
            Ok(to(&format!("/cases/{case}/identity/change")))
        }
        Outcome::Case(case) => Ok(to(&format!("/report/done/{case}"))),
        Outcome::NotYet(state) => check_page(&app, &who, &id, &state, StatusCode::UNPROCESSABLE_ENTITY).await,
    }
}

async fn open_once(
    app: &App,
    who: &Who,
    grant: &Grant<verb::CreateCase>,
    id: &EntityId,
) -> Result<Outcome, PageError> {
    let now = app.clock.now();
    let mut tx = app.store.write("save a report").await?;
    let draft = form_state::find_to_change(&mut tx, who, id).await?;
    if let Some(case) = opened_before(&mut tx, who, id).await? {
        return Ok(Outcome::Case(case));
    }
    let (state, _) = draft.ok_or(PageError::NotFound)?;
    let tasks = Tasks::new(&app.content, now);
    if !problems(tasks, id, &state).is_empty() {
        return Ok(Outcome::NotYet(Box::new(state)));
    }
    let own = agency::find(&mut tx, &who.staff.agency).await?.ok_or(PageError::NotFound)?;
    let new = new_case(tasks, &state, who, own.area, now)?;
    let opened = case_file::open(&mut tx, grant, new, app.content.version(), now).await?;
    let (key, request) = request_of(who, id);
    idempotency::remember(&mut tx, &who.staff.agency, &key, &request, opened.id.as_str(), now).await?;
    form_state::discard(&mut tx, who, id).await?;
    tx.commit().await?;
    app.matching.want();
    Ok(Outcome::Case(opened.id))
}

/// The key of the request, and what makes it the same request: the draft, and whose it is.
fn request_of(who: &Who, id: &EntityId) -> (String, Vec<u8>) {
    (format!("report {id}"), who.staff.member.as_str().as_bytes().to_vec())
}

async fn opened_before(tx: &mut Tx, who: &Who, id: &EntityId) -> Result<Option<CaseId>, PageError> {
    let (key, request) = request_of(who, id);
    match idempotency::look_up(tx, &who.staff.agency, &key, &request).await? {
        Seen::New => Ok(None),
        Seen::Before(case) => {
            case.parse().map(Some).map_err(|_| PageError::Internal { doing: "find the saved report" })
        }
        Seen::OtherRequest => Err(PageError::NotFound),
    }
}

/// The case that the answers make.
fn new_case(
    tasks: Tasks<'_>,
    state: &FormState,
    who: &Who,
    own_area: AreaCode,
    now: Timestamp,
) -> Result<NewCase, PageError> {
    // Child, report and incident are always there: what happened needs somebody it happened to.
    let mut things: BTreeMap<(EntityKind, u32), Facts> = BTreeMap::new();
    for kind in [EntityKind::Child, EntityKind::Report, EntityKind::Incident] {
        things.insert((kind, 1), Facts::new());
    }
    for page in tasks.pages(state) {
        let step = tasks.step(&page.step.id)?;
        let ordinal = match page.item {
            0 if tasks.is_whole(step) => 0,
            0 => 1,
            item => item,
        };
        let origin = tasks.origin(step, &page.raw);
        let answers = tasks.answers(&page);
        if !answers.is_empty() {
            let facts = things.entry((kind_of(step)?, ordinal)).or_default();
            for (field, value) in answers {
                facts.insert(field.id.clone(), fact(field, value, origin, &who.staff.member, now));
            }
        }
    }
    let area = match value_of(things.get(&(EntityKind::Report, 1)), "report.area") {
        Some(Value::Code(code)) => code.parse().unwrap_or(own_area),
        _ => own_area,
    };
    let entities = numbered(things);
    let parts = parts(&entities);
    Ok(NewCase {
        area,
        lead: Some(who.staff.member.clone()),
        next_check_on: None,
        entities,
        parts,
        import: None,
    })
}

/// The things with their ordinals closed up: what was removed leaves no gap. 0 stays, it is said of all together.
fn numbered(things: BTreeMap<(EntityKind, u32), Facts>) -> Vec<NewEntity> {
    let mut entities: Vec<NewEntity> = Vec::new();
    for ((kind, item), facts) in things {
        let last = entities.iter().filter(|one| one.kind == kind).map(|one| one.ordinal).max();
        let ordinal = if item == 0 { 0 } else { last.unwrap_or(0) + 1 };
        entities.push(NewEntity { kind, ordinal, facts });
    }
    entities
}

fn value_of<'a>(facts: Option<&'a Facts>, field: &str) -> Option<&'a Value> {
    let fact = facts?.iter().find(|(id, _)| id.as_str() == field).map(|(_, fact)| fact)?;
    fact.value.value()
}

/// Who had which part in the incident: the child was harmed, what was used made the threats or received the money.
fn parts(entities: &[NewEntity]) -> Vec<(usize, usize, Involvement)> {
    let Some(incident) = entities.iter().position(|one| one.kind == EntityKind::Incident) else {
        return Vec::new();
    };
    let part = |entity: &NewEntity| match entity.kind {
        EntityKind::Child => Some(Involvement::Harmed),
        EntityKind::Persona => Some(Involvement::Threatened),
        EntityKind::Account if is_for_money(entity) => Some(Involvement::Received),
        EntityKind::Account => Some(Involvement::Threatened),
        _ => None,
    };
    let parts = entities.iter().enumerate();
    parts.filter_map(|(index, entity)| Some((incident, index, part(entity)?))).collect()
}

fn is_for_money(account: &NewEntity) -> bool {
    let kind = match value_of(Some(&account.facts), "account.selector_kind") {
        Some(Value::Code(code)) => code.parse().ok(),
        _ => None,
    };
    matches!(
        kind,
        Some(
            SelectorKind::BankAccount | SelectorKind::Iban | SelectorKind::PaymentTag | SelectorKind::Wallet
        )
    )
}

#[derive(Template)]
#[template(path = "staff/report/done.html")]
struct DonePage {
    layout: StaffLayout,
    panel: Panel,
    names: Option<Button>,
    open: Button,
    another: Button,
}

/// `GET /report/done/{case}`
pub async fn done(State(app): State<App>, who: Who, Path(case): Path<String>) -> PageResult {
    let now = app.clock.now();
    let case: CaseId = case.parse().map_err(|_| PageError::NotFound)?;
    let mut tx = app.store.reading("show a saved report").await?;
    let whose = case_file::whose(&mut tx, &case).await?.ok_or(PageError::NotFound)?;
    let grant = who.may::<verb::ReadCase>(&record_of(whose), now)?;
    let read = case_file::read(&mut tx, &grant, now).await?.ok_or(PageError::NotFound)?;
    tx.commit().await?;
    let page = DonePage {
        layout: frame(&app, &who, "Saved", "/cases"),
        panel: Panel { body: Some(format!("Case {}", read.reference).into()), ..Panel::new("Saved") },
        names: may_name_a_child(&app, &who)?.then(|| {
            Button::link("Add names and contacts", format!("/cases/{case}/identity/change")).secondary()
        }),
        open: Button::link("Open the case", format!("/cases/{case}")),
        another: Button::link("Record another report", "/report/new").secondary(),
    };
    html(&page, StatusCode::OK)
}
