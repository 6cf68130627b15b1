//! Do we know this child already, or does somebody else? Asked before anything is written.
//!
//! Identifiers found in a pasted text are offered with the reason; only what stays ticked goes into the new record. Of
//! another agency's report only this is said: it exists, and whom to ask.

use crate::edge::form::Form;
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use daymark_access::{Action, Grant, Record, verb};
use daymark_exchange::refuse::refuse_images_in_text;
use daymark_store::case_file::{self, Filter, Whose};
use daymark_store::{Tx, agency, child_reference, selector};
use daymark_vocab::CaseId;
use daymark_vocab::selector::{HarmlessEffect, Selector, SelectorKind, find_in_text};
use jiff::Timestamp;

use super::pages::html;
use super::task::sent;
use crate::answers::Raw;
use crate::app::App;
use crate::edge::error_page::{PageError, PageResult};
use crate::edge::session::Who;
use crate::kit::{
    Button, Checkboxes, Choice, CsrfField, ErrorSummary, FormProblems, Language, Legend, Select,
    SelectOption, StaffLayout, TextInput, Textarea,
};
use crate::staff::frame;

/// The most identifiers that are looked up at once.
const MOST: usize = 20;

#[derive(Template)]
#[template(path = "staff/report/search.html")]
struct SearchPage {
    layout: StaffLayout,
    summary: Option<ErrorSummary>,
    csrf: CsrfField,
    text: Textarea,
    platform: Select,
    reference: TextInput,
    button: Button,
}

/// One identifier that stood in the text, and where else it is.
struct Looked {
    selector: Selector,
    name: String,
    why: String,
    harmless: Option<String>,
    is_taken: bool,
    own: Vec<(CaseId, String)>,
    n_own_closed: usize,
    elsewhere: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "staff/report/found.html")]
struct FoundPage {
    layout: StaffLayout,
    csrf: CsrfField,
    looked: Vec<Looked>,
    by_reference: Vec<(CaseId, String)>,
    child: KnownChild,
    reference: String,
    take: Option<Checkboxes>,
    nothing_given: bool,
    no_text: bool,
    n_left_out: usize,
    button: Button,
    again: Button,
}

/// The cases of one's own agency that name this child by its own reference.
#[derive(Default)]
pub struct KnownChild {
    /// Those that this person may open: id and number.
    pub cases: Vec<(CaseId, String)>,
    /// How many there are that they may not.
    pub n_closed: usize,
}

impl KnownChild {
    /// Whether there is any.
    pub fn is_there(&self) -> bool {
        !self.cases.is_empty() || self.n_closed > 0
    }

    /// Looks for the agency's own reference for a child. Only within the own agency.
    ///
    /// # Errors
    /// [`PageError`] when the store does not answer.
    pub async fn look(tx: &mut Tx, who: &Who, reference: &str, now: Timestamp) -> Result<Self, PageError> {
        let grant = may_search(who, now)?;
        let mut known = Self::default();
        for (case, number) in child_reference::search(tx, &grant, reference, now).await? {
            let whose = case_file::whose(tx, &case).await?;
            if whose.is_some_and(|whose| who.could::<verb::ReadCase>(&record_of(whose), now)) {
                known.cases.push((case, number));
            } else {
                known.n_closed += 1;
            }
        }
        Ok(known)
    }
}

/// `GET /report/new`
pub async fn ask(State(app): State<App>, who: Who) -> PageResult {
    may_search(&who, app.clock.now())?;
    ask_page(&app, &who, &Raw::default(), &FormProblems::new(Language::English))
}

/// `GET /report/search`, `GET /report/start`: where signing in again may lead.
pub async fn again(State(app): State<App>, who: Who) -> PageResult {
    may_search(&who, app.clock.now())?;
    Ok(Redirect::to("/report/new").into_response())
}

fn may_search(who: &Who, now: Timestamp) -> Result<Grant<verb::SearchBeforeCreate>, PageError> {
    who.may::<verb::SearchBeforeCreate>(&Record::agency(who.staff.agency.clone()), now)
}

fn ask_page(app: &App, who: &Who, typed: &Raw, problems: &FormProblems) -> PageResult {
    let mut platforms = vec![SelectOption::new("", "Not a username, or it is written there")];
    platforms.extend(app.content.platforms().iter().map(|one| SelectOption::new(&one.code, &one.label)));
    let mut layout = frame(app, who, "Record a report", "/start");
    layout.has_errors = !problems.is_empty();
    let page = SearchPage {
        layout,
        summary: problems.summary(),
        csrf: CsrfField { token: who.csrf.clone() },
        text: Textarea {
            hint: Some("Usernames with their platform, phone numbers, payment names, web addresses. You can paste a message: only the identifiers in it are offered to you, and nothing is kept yet. Never paste an image or describe one.".into()),
            error: problems.of("text"),
            value: typed.first("text").to_owned(),
            spellcheck: Some(false),
            ..Textarea::new("text", "Which accounts, numbers or addresses did they use?")
        },
        platform: Select {
            selected: Some(typed.first("platform").to_owned()),
            ..Select::new("platform", "If it is one username: on which platform?", platforms)
        },
        reference: TextInput {
            hint: Some("Both are looked up. Your own reference goes into the new record. Never a name, initials or a date of birth.".into()),
            error: problems.of("reference"),
            value: typed.first("reference").to_owned(),
            width: 20,
            autocomplete: "off",
            spellcheck: Some(false),
            ..TextInput::new("reference", "Your reference for this child, or a case number")
        },
        button: Button::submit("Look"),
    };
    let status = if problems.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    html(&page, status)
}

/// `POST /report/search`
pub async fn search(
    State(app): State<App>,
    who: Who,
    Form(pairs): Form<Vec<(String, String)>>,
) -> PageResult {
    let now = app.clock.now();
    let grant = may_search(&who, now)?;
    let typed = Raw::of(pairs);
    let mut problems = FormProblems::new(Language::English);
    if who.csrf.check(typed.first("csrf")).is_err() {
        problems.add("text", "You signed in again meanwhile. Nothing is lost: choose Look once more");
    }
    let mut kept = typed.clone();
    for name in ["text", "reference"] {
        if let Err(refused) = refuse_images_in_text(typed.first(name)) {
            problems.add(name, refused.sentence);
            kept.put(name, "");
        }
    }
    if typed.first("reference").chars().count() > 60 {
        problems.add("reference", "Use a reference of at most 60 characters");
    }
    if !problems.is_empty() {
        return ask_page(&app, &who, &kept, &problems);
    }
    let (selectors, n_left_out) = selectors(&typed);
    let mut tx = app.store.reading("search before create").await?;
    let mut looked = Vec::new();
    for (selector, why) in selectors {
        looked.push(look(&app, &mut tx, &who, &grant, selector, why, now).await?);
    }
    let reference = typed.first("reference").trim().to_owned();
    let by_reference = by_case_number(&mut tx, &who, &reference, now).await?;
    let child = KnownChild::look(&mut tx, &who, &reference, now).await?;
    tx.commit().await?;
    let nothing_given = looked.is_empty() && typed.first("text").trim().is_empty() && reference.is_empty();
    let page = FoundPage {
        layout: frame(&app, &who, "Is this already known?", "/start"),
        csrf: CsrfField { token: who.csrf.clone() },
        take: offer(&looked),
        looked,
        by_reference,
        reference,
        nothing_given,
        no_text: typed.first("text").trim().is_empty(),
        n_left_out,
        button: Button::submit(if child.is_there() {
            "It is another child: start a new record"
        } else {
            "Start a new record"
        }),
        child,
        again: Button::link("Look again", "/report/new").secondary(),
    };
    html(&page, StatusCode::OK)
}

/// The identifiers in the text, each once; a lone word is a username where the platform was chosen.
fn selectors(typed: &Raw) -> (Vec<(Selector, String)>, usize) {
    let text = typed.first("text");
    let mut selectors: Vec<(Selector, String)> = Vec::new();
    for found in find_in_text(text) {
        let key = found.selector.canonical_key();
        if !selectors.iter().any(|(known, _)| known.canonical_key() == key) {
            selectors.push((found.selector, found.why));
        }
    }
    let platform = typed.first("platform");
    if selectors.is_empty() && !platform.is_empty() {
        let read = Selector::parse(SelectorKind::Handle, Some(platform), text.trim());
        selectors.extend(read.ok().map(|one| (one, "you chose its platform".to_owned())));
    }
    let n_left_out = selectors.len().saturating_sub(MOST);
    selectors.truncate(MOST);
    (selectors, n_left_out)
}

async fn look(
    app: &App,
    tx: &mut Tx,
    who: &Who,
    grant: &Grant<verb::SearchBeforeCreate>,
    selector: Selector,
    why: String,
    now: Timestamp,
) -> Result<Looked, PageError> {
    let reason = app.store.harmless().is_harmless(&selector);
    let harmless = reason.map(|reason| format!("{}: {}", reason.whose, reason.effect.label().to_lowercase()));
    let joins = reason.is_none_or(|reason| reason.effect != HarmlessEffect::NoLink);
    let matches =
        if joins { selector::search(tx, grant, &selector, now).await? } else { selector::Matches::default() };
    let mut elsewhere = Vec::new();
    for id in &matches.elsewhere {
        elsewhere.extend(agency::find(tx, id).await?.map(|agency| (agency.name, agency.contact)));
    }
    let mut looked = Looked {
        name: name(app, &selector),
        selector,
        why,
        is_taken: harmless.is_none(),
        harmless,
        own: Vec::new(),
        n_own_closed: 0,
        elsewhere,
    };
    for case in matches.own {
        match readable(tx, who, &case, now).await? {
            Some(reference) if looked.own.len() < MOST => looked.own.push((case, reference)),
            _ => looked.n_own_closed += 1,
        }
    }
    Ok(looked)
}

/// The number of a case that this person may read.
async fn readable(
    tx: &mut Tx,
    who: &Who,
    case: &CaseId,
    now: Timestamp,
) -> Result<Option<String>, PageError> {
    let Some(whose) = case_file::whose(tx, case).await? else { return Ok(None) };
    let Ok(grant) = who.may::<verb::ReadCase>(&record_of(whose), now) else { return Ok(None) };
    Ok(case_file::read(tx, &grant, now).await?.map(|case| case.reference))
}

/// A case as decisions are made on it.
pub fn record_of(whose: Whose) -> Record {
    Record::case(whose.case, whose.agency).assigned_to(whose.assigned).released_to(whose.released_to)
}

async fn by_case_number(
    tx: &mut Tx,
    who: &Who,
    reference: &str,
    now: Timestamp,
) -> Result<Vec<(CaseId, String)>, PageError> {
    let is_number = reference.split_once('-').is_some_and(|(letters, digits)| {
        (1..=6).contains(&letters.len())
            && letters.bytes().all(|b| b.is_ascii_alphanumeric())
            && digits.len() >= 4
            && digits.bytes().all(|b| b.is_ascii_digit())
    });
    if !is_number || who.may_list(Action::ListCases).is_err() {
        return Ok(Vec::new());
    }
    let filter = Filter { reference: Some(reference.to_owned()), ..Filter::default() };
    let (cases, _) = case_file::list(tx, &who.staff, Action::ListCases, &filter, (0, 5), now).await?;
    Ok(cases.into_iter().map(|case| (case.id, case.reference)).collect())
}

fn name(app: &App, selector: &Selector) -> String {
    let label = |code: &str| {
        let listed = app.content.platforms().iter().find(|one| one.code == code);
        listed.map_or_else(|| code.to_owned(), |one| one.label.clone())
    };
    match selector.platform() {
        Some(platform) => format!("{} ({})", selector.kind().label(), label(platform)),
        None => selector.kind().label().to_owned(),
    }
}

fn offer(looked: &[Looked]) -> Option<Checkboxes> {
    let choices = looked.iter().map(|one| {
        let text = format!("{}: {}", one.name, one.selector.shown().reveal());
        let hint = match &one.harmless {
            Some(reason) => format!("{reason}. Take it only if they used it themselves"),
            None => format!("Offered because {}", one.why),
        };
        Choice::new(sent(&one.selector), text).with_hint(hint)
    });
    let taken = looked.iter().filter(|one| one.is_taken);
    (!looked.is_empty()).then(|| Checkboxes {
        hint: Some("Only what stays ticked goes into the new record.".into()),
        selected: taken.map(|one| sent(&one.selector)).collect(),
        ..Checkboxes::new("take", Legend::new("Which of these did they use?"), choices.collect())
    })
}

impl Looked {
    fn is_new(&self) -> bool {
        self.own.is_empty() && self.n_own_closed == 0 && self.elsewhere.is_empty()
    }
}

/// An answer that sends on.
pub fn to(path: &str) -> Response {
    Redirect::to(path).into_response()
}
