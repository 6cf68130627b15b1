//! Who has seen this? Every reading and change of the case, colleagues by name, other agencies by the agency's name.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{Html, IntoResponse};
use daymark_access::Action;
use daymark_store::audit::{self, AuditRow};
use jiff::Timestamp;

use super::identity::reason_label;
use super::names::Names;
use crate::app::App;
use crate::edge::error_page::{PageError, PageResult};
use crate::edge::session::Who;
use crate::in_words;
use crate::kit::{HeadingSize, StaffLayout, Table};
use crate::staff::case_frame::{CaseFrame, CaseHead, CasePart};
use crate::staff::frame;

/// Lines shown, newest first.
const NEWEST: i64 = 200;

#[derive(Template)]
#[template(path = "staff/case/seen.html")]
struct SeenPage {
    layout: StaffLayout,
    around: CaseFrame,
    reference: String,
    table: Table,
    is_cut: bool,
}

/// What was done, in words that say nothing of what was read.
fn what(app: &App, row: &AuditRow) -> String {
    let action = Action::ALL.iter().find(|action| action.code() == row.verb);
    let words = action.map_or(row.verb.as_str(), |action| match action {
        Action::ReadCase => "Read the case",
        Action::ReadCaseCoarse => "Saw it as a coarse summary",
        Action::ChangeCase => "Changed it",
        Action::CreateCase | Action::ImportReports => "Opened it",
        Action::AssignCase => "Changed status, check-in or lead",
        Action::OpenIdentity => "Opened the identity",
        Action::ChangeIdentity => "Changed the identity",
        Action::ReadLinks => "Looked at its links",
        Action::AskToSee => "Asked to see it",
        Action::AnswerAskToSee => "Answered a request to see it",
        Action::EndSight => "Ended another agency’s sight of it",
        Action::OpenReferral => "Referred it",
        other => other.words(),
    });
    let labels = |detail: &str| -> Vec<String> {
        let catalogue = app.content.catalogue();
        detail
            .split(' ')
            .filter_map(|word| word.parse().ok())
            .filter_map(|id| {
                let identity = catalogue.identity_fields().iter().find(|field| field.id == id);
                catalogue.field(&id).or(identity).map(|field| field.label.clone())
            })
            .collect()
    };
    match action {
        Some(Action::ReadCase) if row.detail == "history" => "Looked at what it said before".to_owned(),
        Some(Action::ChangeCase) if row.detail.starts_with("part of ") => {
            "Changed who had which part".to_owned()
        }
        Some(Action::ChangeCase) if row.detail.starts_with("conflict") => {
            "Tried to change what somebody else had changed meanwhile: nothing was overwritten".to_owned()
        }
        Some(Action::AssignCase)
            if ["assign ", "unassign "].iter().any(|word| row.detail.starts_with(word)) =>
        {
            "Changed who works on it".to_owned()
        }
        Some(Action::ChangeCase | Action::ChangeIdentity) => {
            let labels = labels(&row.detail);
            if labels.is_empty() { words.to_owned() } else { format!("{words}: {}", labels.join("; ")) }
        }
        Some(Action::OpenIdentity) => match row.detail.strip_prefix("reason ").and_then(reason_label) {
            Some(reason) => format!("{words}: {reason}"),
            None => words.to_owned(),
        },
        _ => words.to_owned(),
    }
}

fn who_did(row: &AuditRow, names: &Names) -> String {
    match row.member.parse() {
        Ok(member) => names.member(&row.agency, &member),
        Err(_) => "The matching service".to_owned(),
    }
}

/// `GET /cases/{case}/seen`
pub async fn show(State(app): State<App>, who: Who, Path(case): Path<String>) -> PageResult {
    let now = app.clock.now();
    let mut tx = app.store.reading("who has seen a case").await?;
    let (_, record) = super::record_of(&mut tx, &case).await?;
    let case = super::decide_and_read(&mut tx, &who, &record, now).await?;
    let names = Names::read(&mut tx, &who).await?;
    let rows = audit::of_subject(&mut tx, &case.agency, case.id.as_str(), NEWEST).await?;
    tx.commit().await?;
    let lines = rows
        .iter()
        .map(|row| {
            let at = Timestamp::from_millisecond(row.at_ms).map_or_else(|_| String::new(), in_words::instant);
            vec![at.into(), who_did(row, &names).into(), what(&app, row).into()]
        })
        .collect();
    let head = vec!["When".into(), "Who".into(), "What".into()];
    let html = SeenPage {
        layout: frame(&app, &who, format!("Who has seen case {}", case.reference), "/cases"),
        around: CaseFrame::new(&who, &record, &CaseHead::of(&app, &case), CasePart::Seen, now),
        reference: case.reference.clone(),
        is_cut: rows.len() as i64 >= NEWEST,
        table: Table { caption_size: HeadingSize::Medium, ..Table::new("Newest first", head, lines) },
    }
    .render()
    .map_err(|_| PageError::Internal { doing: "show who has seen a case" })?;
    Ok(Html(html).into_response())
}
