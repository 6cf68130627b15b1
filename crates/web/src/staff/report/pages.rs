//! The pages of the form: what is left to do, one page per step, everything before it is sent.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse};
use daymark_access::{Grant, Record, verb};
use daymark_content::Step;
use daymark_store::draft;
use daymark_vocab::{Confidence, EntityId, Source};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::check::may_name_a_child;
use super::form_state::{self, FORM, FormState};
use super::task::{CONFIDENCE, MOST_ITEMS, PageOf, SOURCE, Tasks};
use crate::answers::input::input;
use crate::answers::{Raw, Wrong};
use crate::app::App;
use crate::edge::error_page::{PageError, PageResult};
use crate::edge::session::Who;
use crate::kit::{
    BackLink, Button, ButtonStyle, Choice, CsrfField, ErrorItem, ErrorSummary, FormProblems, Language,
    Legend, Markup, Radios, RowAction, StaffLayout, SummaryList, SummaryRow, Tag, TagColour, Task, TaskList,
    TaskStatus,
};
use crate::staff::frame;

/// Whether this person records reports at all.
///
/// # Errors
/// [`PageError`] as `access` refused.
pub fn may_record(who: &Who, now: Timestamp) -> Result<Grant<verb::CreateCase>, PageError> {
    who.may::<verb::CreateCase>(&Record::agency(who.staff.agency.clone()), now)
}

/// A rendered page.
///
/// # Errors
/// [`PageError::Internal`] when the template cannot be written.
pub fn html(page: &impl Template, status: StatusCode) -> PageResult {
    let html = page.render().map_err(|_| PageError::Internal { doing: "show a page of the report" })?;
    Ok((status, Html(html)).into_response())
}

/// The name of a draft in an address.
///
/// # Errors
/// [`PageError::NotFound`] when no draft can have it.
pub fn draft_id(text: &str) -> Result<EntityId, PageError> {
    text.parse().map_err(|_| PageError::NotFound)
}

/// The person's own unfinished record.
///
/// # Errors
/// [`PageError::NotFound`] when they have none of this name.
pub async fn loaded(app: &App, who: &Who, id: &EntityId) -> Result<(FormState, Timestamp), PageError> {
    let mut tx = app.store.read("an unfinished record").await?;
    form_state::load(&mut tx, who, id).await
}

/// `23 November 2026, 14:02`, as the clock on the wall showed it.
pub fn clock_words(at: Timestamp) -> String {
    let zone = TimeZone::get("Europe/London").unwrap_or(TimeZone::UTC);
    zone.to_datetime(at).strftime("%-d %B %Y, %H:%M").to_string()
}

/// One line of the list of unfinished records.
struct Unfinished {
    id: String,
    name: String,
    saved: String,
}

#[derive(Template)]
#[template(path = "staff/report/drafts.html")]
struct DraftsPage {
    layout: StaffLayout,
    unfinished: Vec<Unfinished>,
    start: Button,
}

/// `GET /report/drafts`
pub async fn drafts(State(app): State<App>, who: Who) -> PageResult {
    may_record(&who, app.clock.now())?;
    let mut tx = app.store.read("unfinished records").await?;
    let subjects = draft::subjects(&mut tx, &who.staff.agency, &who.staff.member, FORM).await?;
    let mut unfinished = Vec::new();
    for (id, saved_at) in subjects {
        let (state, _) = form_state::load(&mut tx, &who, &draft_id(&id)?).await?;
        let reference = state.raw("child-age", 0).first("child-reference").trim().to_owned();
        let name = if reference.is_empty() { "No reference yet".to_owned() } else { reference };
        unfinished.push(Unfinished { id, name, saved: clock_words(saved_at) });
    }
    let page = DraftsPage {
        layout: frame(&app, &who, "Your unfinished records", "/start"),
        unfinished,
        start: Button::link("Record a report", "/report/new"),
    };
    html(&page, StatusCode::OK)
}

#[derive(Template)]
#[template(path = "staff/report/tasks.html")]
struct TasksPage {
    layout: StaffLayout,
    saved: String,
    sections: Vec<(String, TaskList)>,
    n_missing: usize,
    names: TaskList,
    check: Button,
    id: String,
}

/// `GET /report/{draft}`
pub async fn tasks(State(app): State<App>, who: Who, Path(id): Path<String>) -> PageResult {
    let now = app.clock.now();
    may_record(&who, now)?;
    let id = draft_id(&id)?;
    let (state, saved_at) = loaded(&app, &who, &id).await?;
    let tasks = Tasks::new(&app.content, now);
    let sections = tasks.sections().map(|(section, steps)| {
        let tasks = steps.into_iter().map(|step| Task {
            title: step.title.as_str().into(),
            href: Some(format!("/report/{id}/{}", step.id)),
            hint: None,
            status: status(tasks, &state, step),
        });
        (section.title.clone(), TaskList { id_prefix: section.id.clone(), tasks: tasks.collect() })
    });
    let page = TasksPage {
        layout: frame(&app, &who, "Record a report", "/start"),
        saved: clock_words(saved_at),
        sections: sections.collect(),
        n_missing: tasks.missing(&state).len(),
        names: names_task(&app, &who, &id, tasks.missing(&state).is_empty())?,
        check: Button::link("Check your answers", format!("/report/{id}/check")),
        id: id.to_string(),
    };
    html(&page, StatusCode::OK)
}

/// The last task: who the child is. It needs the case, so it begins where the record is saved.
fn names_task(app: &App, who: &Who, id: &EntityId, can_be_saved: bool) -> Result<TaskList, PageError> {
    let apart = "Kept apart, under a key of their own. Do not write them in the pages above.";
    let (hint, href, status) = match (may_name_a_child(app, who)?, can_be_saved) {
        (true, true) => (
            format!("{apart} Save the record, then add them."),
            Some(format!("/report/{id}/check")),
            TaskStatus::Tag(Tag::new("Not started", TagColour::Grey)),
        ),
        (true, false) => (
            format!("{apart} They follow once the record can be saved."),
            None,
            TaskStatus::Text("Cannot start yet".into()),
        ),
        (false, _) => (
            format!("{apart} Your safeguarding lead adds them in the case."),
            None,
            TaskStatus::Text("By your safeguarding lead".into()),
        ),
    };
    let task = Task {
        title: "The child’s name and how to reach them".into(),
        href,
        hint: Some(hint.into()),
        status,
    };
    Ok(TaskList { id_prefix: "names".to_owned(), tasks: vec![task] })
}

fn status(tasks: Tasks<'_>, state: &FormState, step: &Step) -> TaskStatus {
    let repeats = tasks.repeats(step);
    let items = if repeats { state.items(&step.id) } else { vec![0] };
    let tag = |text: &str, colour| TaskStatus::Tag(Tag::new(text, colour));
    let raws: Vec<Raw> = items.iter().map(|item| state.raw(&step.id, *item)).collect();
    let Ok(step) = tasks.step(&step.id) else { return tag("Not started", TagColour::Grey) };
    if raws.iter().any(|raw| !tasks.wrong(step, raw).is_empty()) {
        return tag("Needs putting right", TagColour::Red);
    }
    if items.iter().any(|item| state.has(&step.id, *item))
        && items.iter().all(|item| state.is_done(&step.id, *item))
    {
        return TaskStatus::Text(if repeats {
            format!("{} recorded", items.len()).into()
        } else {
            "Done".into()
        });
    }
    if raws.iter().any(|raw| tasks.fields(step).any(|field| raw.touches(field))) {
        return tag("Begun", TagColour::Blue);
    }
    tag("Not started", TagColour::Grey)
}

#[derive(Template)]
#[template(path = "staff/report/step.html")]
struct StepPage {
    layout: StaffLayout,
    back: BackLink,
    summary: Option<ErrorSummary>,
    section: String,
    title: String,
    intro: String,
    csrf: CsrfField,
    action: String,
    item: u32,
    remarked: bool,
    inputs: Vec<Markup>,
    source: Radios,
    confidence: Radios,
    go_on: Button,
    leave: Button,
    saved: String,
    tasks: String,
}

/// What a step's page is shown with.
pub struct Shown<'a> {
    /// The draft.
    pub id: &'a EntityId,
    /// The step.
    pub step: &'a Step,
    /// Which of several things; 0 where there is one.
    pub item: u32,
    /// What was typed.
    pub raw: &'a Raw,
    /// When it was last saved; `None` when it was not.
    pub saved_at: Option<Timestamp>,
    /// What must be put right.
    pub wrong: Vec<Wrong>,
    /// What the person was told once and may leave as it is.
    pub remark: Option<Wrong>,
    /// What has happened to the whole page.
    pub notice: Option<&'static str>,
}

/// The page of a step; 422 with problems, 403 with a notice.
///
/// # Errors
/// [`PageError`] when the page cannot be written.
pub fn step_page(app: &App, who: &Who, shown: &Shown<'_>) -> PageResult {
    let (id, now) = (shown.id, app.clock.now());
    let tasks = Tasks::new(&app.content, now);
    let step = tasks.step(&shown.step.id)?;
    let mut problems = FormProblems::new(Language::English);
    let mut inputs = Vec::new();
    for wrong in shown.wrong.iter().chain(&shown.remark) {
        problems.add(&wrong.target, wrong.message.as_str());
    }
    for field in tasks.fields(step) {
        let names = crate::answers::raw::names_of(field);
        let error = names.iter().find_map(|name| problems.of(name));
        inputs.push(input(&app.content, field, shown.raw, error));
    }
    let mut summary = problems.summary();
    if let Some(notice) = shown.notice {
        summary.get_or_insert_default().items.insert(0, ErrorItem::general(notice));
    }
    let mut layout = frame(app, who, step.title.clone(), "/start");
    layout.has_errors = summary.is_some();
    let origin = tasks.origin(step, shown.raw);
    let repeats = tasks.repeats(step);
    let before = tasks.before(step).filter(|_| !repeats);
    let back = match before {
        Some(before) => format!("/report/{id}/{}", before.id),
        None if repeats => format!("/report/{id}/{}", step.id),
        None => format!("/report/{id}"),
    };
    let status = match (&summary, shown.notice) {
        (None, _) => StatusCode::OK,
        (Some(_), Some(_)) => StatusCode::FORBIDDEN,
        (Some(_), None) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let section = app.content.catalogue().step_sections().iter().find(|one| one.id == step.section);
    let entity = step.entity.and_then(|kind| app.content.catalogue().entity(kind));
    let page = StepPage {
        layout,
        back: BackLink::new(back),
        summary,
        section: section.map(|one| one.title.clone()).unwrap_or_default(),
        title: step.title.clone(),
        intro: entity.map(|one| one.intro.clone()).unwrap_or_default(),
        csrf: CsrfField { token: who.csrf.clone() },
        action: format!("/report/{id}/{}", step.id),
        item: shown.item,
        remarked: shown.remark.is_some(),
        inputs,
        source: Radios {
            small: true,
            selected: Some(origin.source.code().to_owned()),
            ..Radios::new(SOURCE, Legend::new("Who says so?"), sources())
        },
        confidence: Radios {
            small: true,
            selected: Some(origin.confidence.code().to_owned()),
            ..Radios::new(CONFIDENCE, Legend::new("How sure is that?"), confidences())
        },
        go_on: Button {
            name: "then".to_owned(),
            value: "go-on".to_owned(),
            ..Button::submit("Save and continue")
        },
        leave: Button {
            name: "then".to_owned(),
            value: "leave".to_owned(),
            ..Button::submit("Save and leave").secondary()
        },
        saved: shown.saved_at.map(|at| format!("Last saved {}", clock_words(at))).unwrap_or_default(),
        tasks: format!("/report/{id}"),
    };
    html(&page, status)
}

fn sources() -> Vec<Choice> {
    let here = Source::ALL.iter().filter(|source| **source != Source::ImportedFile);
    here.map(|source| Choice::new(source.code(), source.label())).collect()
}

fn confidences() -> Vec<Choice> {
    Confidence::ALL.iter().map(|one| Choice::new(one.code(), one.label())).collect()
}

#[derive(Template)]
#[template(path = "staff/report/items.html")]
struct ItemsPage {
    layout: StaffLayout,
    back: BackLink,
    title: String,
    intro: String,
    list: SummaryList,
    add: Option<Button>,
    go_on: Button,
    tasks: String,
}

/// `GET /report/{draft}/{step}`
pub async fn step(State(app): State<App>, who: Who, Path((id, step)): Path<(String, String)>) -> PageResult {
    let now = app.clock.now();
    may_record(&who, now)?;
    let id = draft_id(&id)?;
    let tasks = Tasks::new(&app.content, now);
    let step = tasks.step(&step)?;
    let (state, saved_at) = loaded(&app, &who, &id).await?;
    if tasks.repeats(step) {
        return items_page(&app, &who, &id, step, &state);
    }
    step_page(&app, &who, &shown(&id, step, 0, &state.raw(&step.id, 0), saved_at))
}

fn shown<'a>(id: &'a EntityId, step: &'a Step, item: u32, raw: &'a Raw, saved_at: Timestamp) -> Shown<'a> {
    Shown { id, step, item, raw, saved_at: Some(saved_at), wrong: Vec::new(), remark: None, notice: None }
}

fn items_page(app: &App, who: &Who, id: &EntityId, step: &Step, state: &FormState) -> PageResult {
    let tasks = Tasks::new(&app.content, app.clock.now());
    let step = tasks.step(&step.id)?;
    let path = format!("/report/{id}/{}", step.id);
    let rows = state.items(&step.id).into_iter().enumerate().map(|(index, item)| {
        let page = PageOf { step, item, raw: state.raw(&step.id, item) };
        let about = format!("number {}", index + 1);
        let remove =
            RowAction { text: "Remove".into(), href: format!("{path}/remove/{item}"), about: about.clone() };
        let key = format!("Number {}", index + 1);
        let mut row =
            SummaryRow::new(key, tasks.summary(&page)).changed_at(format!("{path}/item/{item}"), about);
        row.actions.push(remove);
        row
    });
    let next = state.next_item(&step.id);
    let entity = step.entity.and_then(|kind| app.content.catalogue().entity(kind));
    let after = tasks.after(step).map_or_else(|| "check".to_owned(), |after| after.id.clone());
    let list = SummaryList::new(rows.collect());
    let add = if list.rows.is_empty() { "Add one" } else { "Add another" };
    let page = ItemsPage {
        layout: frame(app, who, step.title.clone(), "/start"),
        back: BackLink::new(
            tasks
                .before(step)
                .map_or_else(|| format!("/report/{id}"), |before| format!("/report/{id}/{}", before.id)),
        ),
        title: step.title.clone(),
        intro: entity.map(|one| one.intro.clone()).unwrap_or_default(),
        add: (next <= MOST_ITEMS).then(|| Button::link(add, format!("{path}/item/{next}")).secondary()),
        go_on: Button::link(
            if list.rows.is_empty() { "Continue without" } else { "Continue" },
            format!("/report/{id}/{after}"),
        ),
        list,
        tasks: format!("/report/{id}"),
    };
    html(&page, StatusCode::OK)
}

/// `GET /report/{draft}/{step}/item/{item}`
pub async fn item(
    State(app): State<App>,
    who: Who,
    Path((id, step, item)): Path<(String, String, u32)>,
) -> PageResult {
    let now = app.clock.now();
    may_record(&who, now)?;
    let id = draft_id(&id)?;
    let tasks = Tasks::new(&app.content, now);
    let step = tasks.step(&step)?;
    let (state, saved_at) = loaded(&app, &who, &id).await?;
    let is_next = item == state.next_item(&step.id) && item <= MOST_ITEMS;
    if !tasks.repeats(step) || !(is_next || state.items(&step.id).contains(&item)) {
        return Err(PageError::NotFound);
    }
    step_page(&app, &who, &shown(&id, step, item, &state.raw(&step.id, item), saved_at))
}

#[derive(Template)]
#[template(path = "staff/report/confirm.html")]
struct ConfirmPage {
    layout: StaffLayout,
    back: BackLink,
    title: String,
    text: String,
    csrf: CsrfField,
    action: String,
    yes: Button,
    no: Button,
}

/// `GET /report/{draft}/{step}/remove/{item}`
pub async fn confirm_remove(
    State(app): State<App>,
    who: Who,
    Path((id, step, item)): Path<(String, String, u32)>,
) -> PageResult {
    let now = app.clock.now();
    may_record(&who, now)?;
    let id = draft_id(&id)?;
    let tasks = Tasks::new(&app.content, now);
    let step = tasks.step(&step)?;
    let (state, _) = loaded(&app, &who, &id).await?;
    if item == 0 || !state.has(&step.id, item) {
        return Err(PageError::NotFound);
    }
    let back = format!("/report/{id}/{}", step.id);
    let page = PageOf { step, item, raw: state.raw(&step.id, item) };
    confirm(
        &app,
        &who,
        "Remove this?",
        tasks.summary(&page),
        "Remove it",
        &back,
        format!("{back}/remove/{item}"),
    )
}

/// `GET /report/{draft}/discard`
pub async fn confirm_discard(State(app): State<App>, who: Who, Path(id): Path<String>) -> PageResult {
    may_record(&who, app.clock.now())?;
    let id = draft_id(&id)?;
    let (_, saved_at) = loaded(&app, &who, &id).await?;
    let text = format!(
        "It was last saved {}. Everything typed in it will be gone, and nobody can bring it back.",
        clock_words(saved_at)
    );
    let path = format!("/report/{id}");
    confirm(
        &app,
        &who,
        "Throw this unfinished record away?",
        text,
        "Throw it away",
        &path,
        format!("{path}/discard"),
    )
}

fn confirm(
    app: &App,
    who: &Who,
    title: &str,
    text: String,
    yes: &str,
    back: &str,
    action: String,
) -> PageResult {
    let page = ConfirmPage {
        layout: frame(app, who, title, "/start"),
        back: BackLink::new(back),
        title: title.to_owned(),
        text,
        csrf: CsrfField { token: who.csrf.clone() },
        action,
        yes: Button { style: ButtonStyle::Warning, ..Button::submit(yes) },
        no: Button::link("Keep it", back).secondary(),
    };
    html(&page, StatusCode::OK)
}
