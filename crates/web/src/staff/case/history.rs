//! What did it say before? The former answers about one thing, each with who wrote it down, when, and who said so.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{Html, IntoResponse};
use daymark_access::verb;
use daymark_store::entity::{self, Entity};
use daymark_vocab::{EntityId, FactKind, FieldId, Known, Value};

use super::names::Names;
use super::record::{View, anchor};
use crate::app::App;
use crate::edge::error_page::{PageError, PageResult};
use crate::edge::session::Who;
use crate::facts;
use crate::kit::StaffLayout;
use crate::staff::case_frame::{CaseFrame, CaseHead, CasePart};
use crate::staff::frame;

#[derive(Template)]
#[template(path = "staff/case/history.html")]
struct HistoryPage {
    layout: StaffLayout,
    around: CaseFrame,
    title: String,
    fields: Vec<Changed>,
    back: String,
}

/// One question whose answer changed.
struct Changed {
    anchor: String,
    label: String,
    are_childs_words: bool,
    /// Newest first; the first is what is recorded now.
    said: Vec<Said>,
}

/// One answer that stood at some time.
struct Said {
    text: String,
    is_known: bool,
    provenance: String,
    put_back: Option<String>,
}

/// `GET /cases/{case}/entity/{entity}/history`
pub async fn show(
    State(app): State<App>,
    who: Who,
    Path((case, entity)): Path<(String, String)>,
) -> PageResult {
    let now = app.clock.now();
    let mut tx = app.store.reading("read what a case said before").await?;
    let (_, record) = super::record_of(&mut tx, &case).await?;
    let grant = who.may::<verb::ReadCase>(&record, now)?;
    let case = super::read(&mut tx, &grant, now).await?;
    let id: EntityId = facts::id(&entity)?;
    let present = case.entities.iter().find(|of| of.id == id).ok_or(PageError::NotFound)?;
    let before = entity::history(&mut tx, &grant, &id, now).await?;
    let names = Names::read(&mut tx, &who).await?;
    tx.commit().await?;
    let may_change = who.could::<verb::ChangeCase>(&record, now);
    let view = View { app: &app, case: &case, names: &names, may_change };
    let title = view.title(present);
    let html = HistoryPage {
        layout: frame(&app, &who, format!("What it said before - case {}", case.reference), "/cases"),
        around: CaseFrame::new(&who, &record, &CaseHead::of(&app, &case), CasePart::None, now),
        fields: view.changed(present, &before),
        title,
        back: format!("/cases/{}", case.id),
    }
    .render()
    .map_err(|_| PageError::Internal { doing: "show what a case said before" })?;
    Ok(Html(html).into_response())
}

impl View<'_> {
    /// The questions whose answer changed, in the catalogue's order.
    fn changed(&self, present: &Entity, before: &[Entity]) -> Vec<Changed> {
        let fields = self.app.content.catalogue().fields_of(present.kind);
        let changed = fields.filter_map(|field| {
            let said = self.said(present, before, &field.id);
            (said.len() > 1).then(|| Changed {
                anchor: anchor(&field.id),
                label: field.label.clone(),
                are_childs_words: field.statement == FactKind::ChildWords,
                said,
            })
        });
        changed.collect()
    }

    /// What stood in one field, newest first, each answer once for as long as it stood.
    fn said(&self, present: &Entity, before: &[Entity], field: &FieldId) -> Vec<Said> {
        let mut said: Vec<Said> = Vec::new();
        let mut last = None;
        for of in before.iter().chain([present]) {
            let fact = of.facts.get(field);
            if last == Some(fact) {
                continue;
            }
            // Nothing stood there before the first answer: that is no former answer.
            if let Some(fact) = fact {
                let put_back =
                    format!("/cases/{}/entity/{}/{field}?from={}", self.case.id, of.id, of.row_version);
                let text = match &fact.value {
                    Known::Yes(Value::Text(text)) if field.as_str() != "account.selector" => {
                        text.reveal().clone()
                    }
                    _ => self.answer(of, field, fact),
                };
                said.push(Said {
                    text,
                    is_known: fact.value.value().is_some(),
                    provenance: self.provenance(fact),
                    put_back: self.may_change.then_some(put_back),
                });
            }
            last = Some(fact);
        }
        said.reverse();
        if let Some(now) = said.first_mut() {
            now.put_back = None;
        }
        said
    }
}
