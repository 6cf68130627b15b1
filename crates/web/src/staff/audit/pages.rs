//! The rows, fifty at a time, and what verifying the whole chain found.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Query, State};
use axum::response::{Html, IntoResponse};
use daymark_access::{Action, Record, verb};
use daymark_store::audit::{self, AuditRow};
use daymark_store::member;
use jiff::Timestamp;
use serde::Deserialize;

use super::checks::Checked;
use crate::app::App;
use crate::edge::error_page::{PageError, PageResult};
use crate::edge::session::Who;
use crate::facts;
use crate::in_words;
use crate::kit::{Button, Cell, HeadingSize, Markup, Pagination, StaffLayout, Table, WarningText};
use crate::staff::frame;

/// Rows of one page.
const PER_PAGE: i64 = 50;

#[derive(Template)]
#[template(path = "staff/audit/audit.html")]
struct AuditPage {
    layout: StaffLayout,
    whole: Option<String>,
    broken: Option<WarningText>,
    again: Button,
    table: Table,
    pagination: Option<Pagination>,
}

/// What the address asks for.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    /// `all`: every row from the first, not only what came since the last check.
    #[serde(default)]
    check: String,
    /// Which page of the log; what is not a number is the first.
    #[serde(default)]
    page: String,
}

/// `GET /audit`
pub async fn show(State(app): State<App>, who: Who, Query(asked): Query<Asked>) -> PageResult {
    let now = app.clock.now();
    let agency = &who.staff.agency;
    let record = Record::audit(agency.clone());
    let read = who.may::<verb::ReadAudit>(&record, now)?;
    let verify = who.may::<verb::VerifyAudit>(&record, now)?;
    let verified = app.audit_checks.check(&app, agency, asked.check == "all").await?;
    let mut tx = app.store.reading("read the audit log").await?;
    let n_rows = audit::head(&mut tx, agency).await?.map_or(0, |(seq, _)| seq);
    let n_pages = usize::try_from((n_rows + PER_PAGE - 1) / PER_PAGE).unwrap_or(1).max(1);
    let page = asked.page.parse::<usize>().unwrap_or(1).clamp(1, n_pages);
    let up_to = n_rows - i64::try_from(page - 1).unwrap_or(0) * PER_PAGE;
    let after = (up_to - PER_PAGE).max(0);
    let mut rows = audit::chain(&mut tx, agency, after, up_to - after).await?;
    rows.reverse();
    let members: BTreeMap<String, String> = member::of_agency(&mut tx, agency)
        .await?
        .into_iter()
        .map(|member| (member.id.to_string(), member.name.into_inner()))
        .collect();
    tx.note(facts::entry(&read, &format!("rows {}", rows.len()), now)?);
    tx.note(facts::entry(&verify, if verified.is_ok() { "whole" } else { "broken" }, now)?);
    tx.commit().await?;
    let line = |row: &AuditRow| -> Vec<Cell> {
        let at = Timestamp::from_millisecond(row.at_ms).map_or_else(|_| String::new(), in_words::instant);
        let by = match members.get(&row.member) {
            Some(name) => name.clone(),
            None if row.member.is_empty() => "The service".to_owned(),
            None => "A former colleague".to_owned(),
        };
        let action = Action::ALL.iter().find(|action| action.code() == row.verb);
        let what = action.map_or(row.verb.as_str(), |action| action.words());
        let of = if row.subject_agency == agency.as_str() {
            row.subject_kind.clone()
        } else {
            format!("{} of {}", row.subject_kind, row.subject_agency)
        };
        vec![
            Cell::number(row.seq.to_string()),
            at.into(),
            by.into(),
            what.into(),
            Markup::join([of.into(), " ".into(), Markup::id(&row.subject_id)]).into(),
            row.detail.clone().into(),
            row.policies.clone().into(),
        ]
    };
    let head = ["When", "Who", "What", "Record", "Detail", "Permitted by"].map(Cell::from);
    let head = std::iter::once(Cell::number("Row")).chain(head).collect();
    let caption = match (rows.last(), rows.first()) {
        (Some(last), Some(first)) => format!("Rows {} to {} of {n_rows}, newest first", first.seq, last.seq),
        _ => "No rows yet".to_owned(),
    };
    let html = AuditPage {
        layout: frame(&app, &who, "Audit", "/audit"),
        whole: verified.as_ref().ok().map(|checked| whole(checked, now)),
        broken: verified.err().map(|error| {
            WarningText::new(format!(
                "The log does not fit together: {error}. Tell whoever runs Daymark today, and keep this page."
            ))
        }),
        again: Button::link("Check every row again now", "/audit?check=all").secondary(),
        table: Table {
            caption_size: HeadingSize::Medium,
            first_cell_is_header: false,
            ..Table::new(caption, head, rows.iter().map(line).collect()).stacked()
        },
        pagination: Pagination::of(page, n_pages, |n| format!("/audit?page={n}")),
    };
    let html = html.render().map_err(|_| PageError::Internal { doing: "show the audit log" })?;
    Ok(Html(html).into_response())
}

/// What was checked, and when.
fn whole(checked: &Checked, now: Timestamp) -> String {
    let n = checked.mark.seq;
    let fit = format!("All {n} rows fit together: none was changed, moved or taken away.");
    if checked.n_whole == n {
        return format!("{fit} Every row was checked {}.", in_words::instant(checked.whole_at));
    }
    format!(
        "{fit} Rows 1 to {} were checked {}, those after them {}.",
        checked.n_whole,
        in_words::instant(checked.whole_at),
        in_words::instant(now)
    )
}
