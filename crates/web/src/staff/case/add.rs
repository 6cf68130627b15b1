//! Adding a thing to a case: another account, payment, demand, persona.

use crate::edge::form::Form;
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect};
use daymark_access::verb;
use daymark_content::{Field, Scope};
use daymark_store::Facts;
use daymark_store::case_file::Case;
use daymark_store::entity::{self, Added, Entity, Place};
use daymark_vocab::EntityKind;

use super::form::{self, Account, Provenance, Raw};
use crate::app::App;
use crate::edge::error_page::{PageError, PageResult};
use crate::edge::session::Who;
use crate::facts;
use crate::in_words;
use crate::kit::{
    Button, CsrfField, ErrorSummary, FormProblems, Language, Markup, StaffLayout, SummaryList, SummaryRow,
};
use crate::staff::case_frame::{CaseFrame, CaseHead, CasePart};
use crate::staff::frame;

/// The word in the address for what is true of all payments together.
pub const ALL_PAYMENTS: &str = "all-payments";

#[derive(Template)]
#[template(path = "staff/case/add.html")]
struct AddPage {
    layout: StaffLayout,
    around: CaseFrame,
    summary: Option<ErrorSummary>,
    title: String,
    intro: String,
    action: String,
    csrf: CsrfField,
    inputs: Vec<Markup>,
    provenance: Markup,
    save: Button,
    back: String,
    theirs: Option<SummaryList>,
}

/// What is to be added.
struct Wanted<'a> {
    kind: EntityKind,
    title: String,
    intro: String,
    fields: Vec<&'a Field>,
    place: Place,
}

fn wanted<'a>(app: &'a App, word: &str) -> Result<Wanted<'a>, PageError> {
    let (kind, scope) = match word {
        ALL_PAYMENTS => (EntityKind::Payment, Scope::Whole),
        word => (facts::id::<EntityKind>(word)?, Scope::Each),
    };
    let entity = app.content.catalogue().entity(kind).ok_or(PageError::NotFound)?;
    let title = match scope {
        Scope::Whole => "All payments together".to_owned(),
        Scope::Each => entity.title.clone(),
    };
    let fields = app.content.catalogue().fields_of(kind).filter(|field| field.scope == scope).collect();
    let place = match scope {
        Scope::Whole => Place::Only(0),
        Scope::Each if entity.many => Place::Next,
        Scope::Each => Place::Only(1),
    };
    Ok(Wanted { kind, title, intro: entity.intro.clone(), fields, place })
}

/// What stands already at the one place of its kind.
fn there<'c>(case: &'c Case, wanted: &Wanted<'_>) -> Option<&'c Entity> {
    let Place::Only(ordinal) = wanted.place else { return None };
    case.entities.iter().find(|of| of.kind == wanted.kind && of.ordinal == ordinal)
}

/// The form field of one catalogue field.
fn name_of(field: &Field) -> String {
    field.id.as_str().replace('.', "-")
}

struct Asked<'a> {
    app: &'a App,
    who: &'a Who,
    around: CaseFrame,
    case: &'a Case,
    word: &'a str,
    wanted: &'a Wanted<'a>,
}

impl Asked<'_> {
    /// What somebody else recorded at this place, each answer with the page on which it is changed.
    fn theirs(&self, of: &Entity) -> SummaryList {
        let rows = self.wanted.fields.iter().filter_map(|field| {
            let fact = of.facts.get(&field.id)?;
            let text = match fact.value.value() {
                Some(value) => in_words::value(self.app, field, value),
                None => fact.value.sentence().to_owned(),
            };
            let href = format!("/cases/{}/entity/{}/{}", self.case.id, of.id, field.id);
            Some(SummaryRow::new(field.label.as_str(), text).changed_at(href, field.label.as_str()))
        });
        SummaryList::new(rows.collect())
    }

    fn page(self, raw: &Raw, problems: &FormProblems, theirs: Option<&Entity>) -> PageResult {
        let status = match (theirs, problems.is_empty()) {
            (Some(_), _) => StatusCode::CONFLICT,
            (None, true) => StatusCode::OK,
            (None, false) => StatusCode::UNPROCESSABLE_ENTITY,
        };
        let title = format!("{} - case {}", self.wanted.title, self.case.reference);
        let html = AddPage {
            layout: StaffLayout {
                has_errors: !problems.is_empty(),
                ..frame(self.app, self.who, title, "/cases")
            },
            summary: problems.summary(),
            title: self.wanted.title.clone(),
            intro: self.wanted.intro.clone(),
            action: format!("/cases/{}/add/{}", self.case.id, self.word),
            csrf: CsrfField { token: self.who.csrf.clone() },
            inputs: self
                .wanted
                .fields
                .iter()
                .map(|field| form::input(self.app, field, &name_of(field), raw, problems))
                .collect(),
            provenance: Provenance::inputs(raw, problems),
            save: Button::submit("Add to the case"),
            back: format!("/cases/{}", self.case.id),
            theirs: theirs.map(|of| self.theirs(of)),
            around: self.around,
        }
        .render()
        .map_err(|_| PageError::Internal { doing: "show what can be added" })?;
        Ok((status, Html(html)).into_response())
    }
}

/// `GET /cases/{case}/add/{kind}`
pub async fn show(
    State(app): State<App>,
    who: Who,
    Path((case, word)): Path<(String, String)>,
) -> PageResult {
    let now = app.clock.now();
    let mut tx = app.store.reading("read a case to add to it").await?;
    let (_, record) = super::record_of(&mut tx, &case).await?;
    who.may::<verb::ChangeCase>(&record, now)?;
    let case = super::decide_and_read(&mut tx, &who, &record, now).await?;
    tx.commit().await?;
    let wanted = wanted(&app, &word)?;
    if there(&case, &wanted).is_some() {
        return Err(PageError::BadRequest {
            problems: vec![format!(
                "This case holds “{}” already: change it on the case’s page.",
                wanted.title
            )],
        });
    }
    let around = CaseFrame::new(&who, &record, &CaseHead::of(&app, &case), CasePart::None, now);
    Asked { app: &app, who: &who, around, case: &case, word: &word, wanted: &wanted }.page(
        &Raw::default(),
        &FormProblems::new(Language::English),
        None,
    )
}

/// `POST /cases/{case}/add/{kind}`
pub async fn add(
    State(app): State<App>,
    who: Who,
    Path((case, word)): Path<(String, String)>,
    Form(sent): Form<Vec<(String, String)>>,
) -> PageResult {
    let now = app.clock.now();
    let mut tx = app.store.write("add to a case").await?;
    let (id, record) = super::record_of(&mut tx, &case).await?;
    let grant = who.may::<verb::ChangeCase>(&record, now)?;
    let raw = Raw::of(sent)?;
    who.csrf.check(raw.one("csrf"))?;
    let case = super::decide_and_read(&mut tx, &who, &record, now).await?;
    let wanted = wanted(&app, &word)?;
    let mut problems = FormProblems::new(Language::English);
    let account = Account {
        kind: raw.one("account-selector_kind").parse().ok(),
        platform: Some(raw.one("account-platform").to_owned()).filter(|code| !code.is_empty()),
    };
    let today = in_words::today(now);
    let mut values = Vec::new();
    for field in &wanted.fields {
        let name = name_of(field);
        match form::read(field, &name, &raw, &account, today, &mut problems) {
            Some(value) => values.push((*field, value)),
            None if field.need == daymark_content::Need::FirstSave && problems.of(&name).is_none() => {
                problems.add(name, format!("{}: answer this, or say why it is not known", field.label));
            }
            None => {}
        }
    }
    if values.is_empty() && problems.is_empty() {
        let first = wanted.fields.first().map(|field| name_of(field)).unwrap_or_default();
        problems.add(first, "Answer at least one question, or say why it is not known");
    }
    let provenance = Provenance::read(&raw, &mut problems);
    let around = CaseFrame::new(&who, &record, &CaseHead::of(&app, &case), CasePart::None, now);
    let asked = Asked { app: &app, who: &who, around, case: &case, word: &word, wanted: &wanted };
    let Some(provenance) = provenance.filter(|_| problems.is_empty()) else {
        tx.commit().await?;
        return asked.page(&raw, &problems, None);
    };
    let facts: Facts = values
        .into_iter()
        .map(|(field, value)| (field.id.clone(), provenance.fact(field, value, &who.staff.member, now)))
        .collect();
    let added = entity::add(&mut tx, &grant, wanted.kind, wanted.place, facts, now).await?;
    tx.commit().await?;
    match added {
        Added::Added { .. } => {
            app.matching.want();
            Ok(Redirect::to(&format!("/cases/{id}")).into_response())
        }
        Added::Taken { theirs } => asked.page(&raw, &problems, Some(&theirs)),
    }
}
