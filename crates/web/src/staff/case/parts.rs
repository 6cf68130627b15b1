//! Who had which part in what was done? Told of each person, persona and account in each incident, never of the incident.
//!
//! A child can be harmed and have been made to bring in others: both stand side by side. Nobody is given a name for it.

use crate::edge::form::Form;
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect};
use daymark_access::verb;
use daymark_store::case_file::Case;
use daymark_store::entity::Entity;
use daymark_store::involvement::{self, Parts, PartsChanged};
use daymark_vocab::{EntityId, EntityKind, Involvement};

use super::form::Raw;
use super::names::Names;
use super::record::View;
use crate::app::App;
use crate::edge::error_page::{PageError, PageResult};
use crate::edge::session::Who;
use crate::facts;
use crate::kit::{Button, Checkboxes, Choice, CsrfField, Legend, StaffLayout, SummaryList, SummaryRow};
use crate::staff::case_frame::{CaseFrame, CaseHead, CasePart};
use crate::staff::frame;

/// The kinds that can have a part in an incident.
const PARTIES: [EntityKind; 4] =
    [EntityKind::Child, EntityKind::Persona, EntityKind::Account, EntityKind::Person];

#[derive(Template)]
#[template(path = "staff/case/parts.html")]
struct PartsPage {
    layout: StaffLayout,
    around: CaseFrame,
    incidents: Vec<(String, SummaryList)>,
    back: String,
}

#[derive(Template)]
#[template(path = "staff/case/part.html")]
struct PartPage {
    layout: StaffLayout,
    around: CaseFrame,
    theirs: Option<String>,
    action: String,
    csrf: CsrfField,
    seen: String,
    boxes: Checkboxes,
    is_child: bool,
    save: Button,
    back: String,
}

fn held(case: &Case, incident: &EntityId, party: &EntityId) -> Parts {
    let parts = case.parts.iter().filter(|part| part.incident == *incident && part.party == *party);
    parts.map(|part| part.involvement).collect()
}

fn words(parts: &Parts) -> String {
    match parts.is_empty() {
        true => "Nothing recorded".to_owned(),
        false => parts.iter().map(|part| part.label()).collect::<Vec<_>>().join("; "),
    }
}

fn codes(parts: &Parts) -> String {
    parts.iter().map(|part| part.code()).collect::<Vec<_>>().join(" ")
}

/// `GET /cases/{case}/parts`
pub async fn show(State(app): State<App>, who: Who, Path(case): Path<String>) -> PageResult {
    let now = app.clock.now();
    let mut tx = app.store.reading("read who had which part").await?;
    let (_, record) = super::record_of(&mut tx, &case).await?;
    let case = super::decide_and_read(&mut tx, &who, &record, now).await?;
    let names = Names::read(&mut tx, &who).await?;
    tx.commit().await?;
    let may_change = who.could::<verb::ChangeCase>(&record, now);
    let view = View { app: &app, case: &case, names: &names, may_change };
    let incidents = case.entities.iter().filter(|of| of.kind == EntityKind::Incident).map(|incident| {
        let parties = case.entities.iter().filter(|of| PARTIES.contains(&of.kind));
        let rows = parties.map(|party| {
            let name = view.party(&party.id);
            let row = SummaryRow::new(name.as_str(), words(&held(&case, &incident.id, &party.id)));
            let href = format!("/cases/{}/parts/{}/{}", case.id, incident.id, party.id);
            if may_change { row.changed_at(href, name) } else { row }
        });
        (view.title(incident), SummaryList::new(rows.collect()))
    });
    let html = PartsPage {
        layout: frame(&app, &who, format!("Who had which part - case {}", case.reference), "/cases"),
        around: CaseFrame::new(&who, &record, &CaseHead::of(&app, &case), CasePart::None, now),
        incidents: incidents.collect(),
        back: format!("/cases/{}", case.id),
    }
    .render()
    .map_err(|_| PageError::Internal { doing: "show who had which part" })?;
    Ok(Html(html).into_response())
}

/// One link of the case: an incident, and whoever took part in it.
struct Link<'c> {
    incident: &'c Entity,
    party: &'c Entity,
}

impl<'c> Link<'c> {
    fn of(case: &'c Case, incident: &str, party: &str) -> Result<Self, PageError> {
        let (incident, party): (EntityId, EntityId) = (facts::id(incident)?, facts::id(party)?);
        let find = |id: &EntityId| case.entities.iter().find(|of| of.id == *id).ok_or(PageError::NotFound);
        let link = Self { incident: find(&incident)?, party: find(&party)? };
        let fits = link.incident.kind == EntityKind::Incident && PARTIES.contains(&link.party.kind);
        if fits { Ok(link) } else { Err(PageError::NotFound) }
    }

    /// What is offered. A child is never offered as whoever made the threats; what is recorded can always be taken back.
    fn offered(&self, held: &Parts) -> Vec<Involvement> {
        let is_offered = |part: &Involvement| {
            held.contains(part) || !(self.party.kind == EntityKind::Child && *part == Involvement::Threatened)
        };
        Involvement::ALL.iter().copied().filter(is_offered).collect()
    }
}

struct Asked<'a> {
    app: &'a App,
    who: &'a Who,
    around: CaseFrame,
    view: &'a View<'a>,
    link: &'a Link<'a>,
}

impl Asked<'_> {
    fn page(self, held: &Parts, chosen: &Parts, theirs: Option<&Parts>) -> PageResult {
        let case = self.view.case;
        let name = self.view.party(&self.link.party.id);
        let choices = self.link.offered(held).into_iter().map(|part| {
            let choice = Choice::new(part.code(), part.label());
            match part {
                Involvement::Coerced => {
                    choice.with_hint("Made to bring in, contact or deceive others. It was done to them, too.")
                }
                Involvement::Paid => choice.with_hint("Their own money or somebody else’s, knowing or not."),
                _ => choice,
            }
        });
        let title = format!("Which part {} had - case {}", name.to_lowercase(), case.reference);
        let html = PartPage {
            layout: frame(self.app, self.who, title, "/cases"),
            theirs: theirs.map(words),
            action: format!("/cases/{}/parts/{}/{}", case.id, self.link.incident.id, self.link.party.id),
            csrf: CsrfField { token: self.who.csrf.clone() },
            seen: codes(held),
            boxes: Checkboxes {
                hint: Some(
                    format!("{}. Choose all that are known to be so.", self.view.title(self.link.incident))
                        .into(),
                ),
                selected: chosen.iter().map(|part| part.code().to_owned()).collect(),
                ..Checkboxes::new("part", Legend::page_heading(name), choices.collect())
            },
            is_child: self.link.party.kind == EntityKind::Child,
            save: Button::submit("Save"),
            back: format!("/cases/{}/parts", case.id),
            around: self.around,
        }
        .render()
        .map_err(|_| PageError::Internal { doing: "show which part somebody had" })?;
        let status = if theirs.is_some() { StatusCode::CONFLICT } else { StatusCode::OK };
        Ok((status, Html(html)).into_response())
    }
}

/// `GET /cases/{case}/parts/{incident}/{party}`
pub async fn edit(
    State(app): State<App>,
    who: Who,
    Path((case, incident, party)): Path<(String, String, String)>,
) -> PageResult {
    let now = app.clock.now();
    let mut tx = app.store.reading("read which part somebody had").await?;
    let (_, record) = super::record_of(&mut tx, &case).await?;
    who.may::<verb::ChangeCase>(&record, now)?;
    let case = super::decide_and_read(&mut tx, &who, &record, now).await?;
    let names = Names::read(&mut tx, &who).await?;
    tx.commit().await?;
    let view = View { app: &app, case: &case, names: &names, may_change: true };
    let link = Link::of(&case, &incident, &party)?;
    let around = CaseFrame::new(&who, &record, &CaseHead::of(&app, &case), CasePart::None, now);
    let held = held(&case, &link.incident.id, &link.party.id);
    Asked { app: &app, who: &who, around, view: &view, link: &link }.page(&held, &held, None)
}

/// `POST /cases/{case}/parts/{incident}/{party}`
pub async fn change(
    State(app): State<App>,
    who: Who,
    Path((case, incident, party)): Path<(String, String, String)>,
    Form(sent): Form<Vec<(String, String)>>,
) -> PageResult {
    let now = app.clock.now();
    let mut tx = app.store.write("change which part somebody had").await?;
    let (id, record) = super::record_of(&mut tx, &case).await?;
    let grant = who.may::<verb::ChangeCase>(&record, now)?;
    let raw = Raw::of(sent)?;
    who.csrf.check(raw.one("csrf"))?;
    let case = super::decide_and_read(&mut tx, &who, &record, now).await?;
    let names = Names::read(&mut tx, &who).await?;
    let link = Link::of(&case, &incident, &party)?;
    let parse = |codes: Vec<&str>| codes.into_iter().map(str::parse).collect::<Result<Parts, _>>();
    let seen = parse(raw.one("seen").split_whitespace().collect()).map_err(|_| PageError::Conflict)?;
    let wanted = parse(raw.all("part")).map_err(|_| PageError::BadRequest {
        problems: vec!["Choose from the parts on the page.".to_owned()],
    })?;
    let allowed = link.offered(&seen);
    if wanted.iter().any(|part| !allowed.contains(part)) {
        return Err(PageError::BadRequest {
            problems: vec!["Choose from the parts on the page.".to_owned()],
        });
    }
    let of = (&link.incident.id, &link.party.id);
    let changed = involvement::change(&mut tx, &grant, of, &seen, &wanted, now).await?;
    tx.commit().await?;
    match changed {
        PartsChanged::Saved => Ok(Redirect::to(&format!("/cases/{id}/parts")).into_response()),
        PartsChanged::Absent => Err(PageError::NotFound),
        PartsChanged::Conflict { theirs } => {
            let view = View { app: &app, case: &case, names: &names, may_change: true };
            let around = CaseFrame::new(&who, &record, &CaseHead::of(&app, &case), CasePart::None, now);
            let asked = Asked { app: &app, who: &who, around, view: &view, link: &link };
            asked.page(&theirs, &wanted, Some(&theirs))
        }
    }
}
