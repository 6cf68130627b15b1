//! What a person does with an unfinished record: start it, save a page, take something out, throw it away.
//!
//! A page is kept before it is judged: wrong answers come back with their messages, and are in the draft as typed.

use crate::edge::form::Form;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use daymark_content::Step;
use daymark_store::Tx;
use daymark_vocab::EntityId;

use super::form_state::{self, FormState};
use super::pages::{Shown, draft_id, may_record, step_page};
use super::search::to;
use super::task::{ACCOUNT, MOST_ITEMS, Tasks, account_page, read_sent};
use crate::answers::Raw;
use crate::app::App;
use crate::edge::error_page::{PageError, PageResult};
use crate::edge::session::Who;

type Pairs = Form<Vec<(String, String)>>;

/// `POST /report/start`
pub async fn start(State(app): State<App>, who: Who, Form(pairs): Pairs) -> PageResult {
    let now = app.clock.now();
    may_record(&who, now)?;
    let sent = Raw::of(pairs);
    who.csrf.check(sent.first("csrf"))?;
    let id = EntityId::random(app.entropy.as_ref())
        .map_err(|_| PageError::Internal { doing: "name an unfinished record" })?;
    let mut state = FormState::default();
    let reference = sent.first("reference").trim();
    if !reference.is_empty() {
        state.keep("child-age", 0, &Raw::of([("child-reference".to_owned(), reference.to_owned())]));
    }
    take(&app, &mut state, &sent);
    let mut tx = app.store.write("start a record").await?;
    form_state::save(&mut tx, &who, &id, &state, now).await?;
    tx.commit().await?;
    Ok(to(&format!("/report/{id}")))
}

/// Adds an account for every identifier that was ticked.
fn take(app: &App, state: &mut FormState, sent: &Raw) {
    for selector in sent.all("take").iter().filter_map(|text| read_sent(text)) {
        let item = state.next_item(ACCOUNT);
        if item <= MOST_ITEMS {
            state.keep(ACCOUNT, item, &account_page(&app.content, &selector));
            state.finish(ACCOUNT, item);
        }
    }
}

/// `POST /report/{draft}/found`
pub async fn add_found(
    State(app): State<App>,
    who: Who,
    Path(id): Path<String>,
    Form(pairs): Pairs,
) -> PageResult {
    let now = app.clock.now();
    may_record(&who, now)?;
    let id = draft_id(&id)?;
    let sent = Raw::of(pairs);
    who.csrf.check(sent.first("csrf"))?;
    let mut tx = app.store.write("add what was found").await?;
    let (mut state, _) = form_state::load_to_change(&mut tx, &who, &id).await?;
    take(&app, &mut state, &sent);
    form_state::save(&mut tx, &who, &id, &state, now).await?;
    tx.commit().await?;
    Ok(to(&format!("/report/{id}/check")))
}

/// One page as it was sent.
struct Sent<'a> {
    step: &'a Step,
    item: u32,
    typed: Raw,
}

fn read_page<'a>(tasks: Tasks<'a>, step: &str, sent: &Raw) -> Result<Sent<'a>, PageError> {
    let step = tasks.step(step)?;
    let item = if tasks.repeats(step) { sent.first("item").parse().unwrap_or(0) } else { 0 };
    if tasks.repeats(step) != (1..=MOST_ITEMS).contains(&item) {
        return Err(PageError::NotFound);
    }
    Ok(Sent { step, item, typed: sent.only(&tasks.inputs(step)) })
}

async fn keep_page(
    tx: &mut Tx,
    who: &Who,
    id: &EntityId,
    page: &Sent<'_>,
) -> Result<(FormState, bool), PageError> {
    let (mut state, _) = form_state::load_to_change(tx, who, id).await?;
    let refused = state.keep(&page.step.id, page.item, &page.typed);
    Ok((state, refused))
}

/// `POST /report/{draft}/{step}`
pub async fn save(
    State(app): State<App>,
    who: Who,
    Path((id, step)): Path<(String, String)>,
    Form(pairs): Pairs,
) -> PageResult {
    let now = app.clock.now();
    may_record(&who, now)?;
    let id = draft_id(&id)?;
    let sent = Raw::of(pairs);
    let tasks = Tasks::new(&app.content, now);
    let page = read_page(tasks, &step, &sent)?;
    let mut tx = app.store.write("save a page of a report").await?;
    let (mut state, _) = keep_page(&mut tx, &who, &id, &page).await?;
    let kept = state.raw(&page.step.id, page.item);
    let mut shown = Shown {
        id: &id,
        step: page.step,
        item: page.item,
        raw: &kept,
        saved_at: Some(now),
        wrong: tasks.wrong(page.step, &page.typed).into_iter().map(|(_, wrong)| wrong).collect(),
        remark: None,
        notice: None,
    };
    if who.csrf.check(sent.first("csrf")).is_err() {
        // Nothing was changed, and nothing that was typed is lost: the page comes back with a token that counts.
        shown.saved_at = None;
        shown.notice = Some(
            "You signed in again while this page was open, so it is not saved yet. Everything you typed is still here: choose Save and continue",
        );
        return step_page(&app, &who, &shown);
    }
    if shown.wrong.is_empty() {
        state.finish(&page.step.id, page.item);
    }
    form_state::save(&mut tx, &who, &id, &state, now).await?;
    tx.commit().await?;
    if sent.first("then") == "leave" {
        return Ok(to("/report/drafts"));
    }
    if page.step.id == ACCOUNT && sent.first("remarked").is_empty() {
        shown.remark = tasks.account_remark(&page.typed).map(|mut remark| {
            remark.message.push_str(
                ". If that is how it was seen, choose Save and continue once more: it is kept as typed, but cannot be compared with other reports",
            );
            remark
        });
    }
    if !shown.wrong.is_empty() || shown.remark.is_some() {
        return step_page(&app, &who, &shown);
    }
    let next = match tasks.after(page.step) {
        _ if tasks.repeats(page.step) => page.step.id.clone(),
        Some(after) => after.id.clone(),
        None => "check".to_owned(),
    };
    Ok(to(&format!("/report/{id}/{next}")))
}

/// `POST /report/{draft}/{step}/keep`: what was typed so far, without judging it. Answers 204.
pub async fn keep(
    State(app): State<App>,
    who: Who,
    Path((id, step)): Path<(String, String)>,
    Form(pairs): Pairs,
) -> PageResult {
    let now = app.clock.now();
    may_record(&who, now)?;
    let id = draft_id(&id)?;
    let sent = Raw::of(pairs);
    who.csrf.check(sent.first("csrf"))?;
    let page = read_page(Tasks::new(&app.content, now), &step, &sent)?;
    let mut tx = app.store.write("keep what is typed").await?;
    let (state, refused) = keep_page(&mut tx, &who, &id, &page).await?;
    form_state::save(&mut tx, &who, &id, &state, now).await?;
    tx.commit().await?;
    if refused { Err(PageError::ImageRefused) } else { Ok(StatusCode::NO_CONTENT.into_response()) }
}

/// `POST /report/{draft}/{step}/remove/{item}`
pub async fn remove(
    State(app): State<App>,
    who: Who,
    Path((id, step, item)): Path<(String, String, u32)>,
    Form(pairs): Pairs,
) -> PageResult {
    let now = app.clock.now();
    may_record(&who, now)?;
    let id = draft_id(&id)?;
    who.csrf.check(Raw::of(pairs).first("csrf"))?;
    let step = Tasks::new(&app.content, now).step(&step)?;
    let mut tx = app.store.write("remove from a report").await?;
    let (mut state, _) = form_state::load_to_change(&mut tx, &who, &id).await?;
    if item > 0 {
        state.remove(&step.id, item);
    }
    form_state::save(&mut tx, &who, &id, &state, now).await?;
    tx.commit().await?;
    Ok(to(&format!("/report/{id}/{}", step.id)))
}

/// `POST /report/{draft}/discard`
pub async fn discard(
    State(app): State<App>,
    who: Who,
    Path(id): Path<String>,
    Form(pairs): Pairs,
) -> PageResult {
    may_record(&who, app.clock.now())?;
    let id = draft_id(&id)?;
    who.csrf.check(Raw::of(pairs).first("csrf"))?;
    let mut tx = app.store.write("throw a report away").await?;
    form_state::load_to_change(&mut tx, &who, &id).await?;
    form_state::discard(&mut tx, &who, &id).await?;
    tx.commit().await?;
    Ok(to("/report/drafts"))
}
