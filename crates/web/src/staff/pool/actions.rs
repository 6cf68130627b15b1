//! Deciding what is done next about a pool.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect};

use daymark_access::verb;
use daymark_store::pool::{self, NextAction};
use daymark_vocab::PoolId;
use serde::Deserialize;

use super::pages::NEXT_ACTIONS;
use crate::app::App;
use crate::edge::error_page::{PageError, PageResult};
use crate::edge::form::Form;
use crate::edge::session::Who;
use crate::facts;

/// The fields as they were sent.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawNext {
    #[serde(default)]
    csrf: String,
    #[serde(default)]
    action: String,
    #[serde(default, rename = "due-day")]
    day: String,
    #[serde(default, rename = "due-month")]
    month: String,
    #[serde(default, rename = "due-year")]
    year: String,
}

impl RawNext {
    fn parse(&self) -> Result<NextAction, PageError> {
        let mut problems = Vec::new();
        if !NEXT_ACTIONS.iter().any(|(code, _)| *code == self.action) {
            problems.push("Choose what is done next.".to_owned());
        }
        let parts = [&self.year, &self.month, &self.day].map(|part| part.trim());
        let due_on = if parts.iter().all(|part| part.is_empty()) {
            None
        } else {
            let [year, month, day] = parts;
            let date = format!("{year:0>4}-{month:0>2}-{day:0>2}").parse().ok();
            if date.is_none() {
                problems.push(
                    "Give the date as day, month and year, such as 27 11 2026, or leave it empty.".to_owned(),
                );
            }
            date
        };
        if problems.is_empty() {
            Ok(NextAction { action: self.action.clone(), due_on, lead: None })
        } else {
            Err(PageError::BadRequest { problems })
        }
    }
}

/// `POST /pools/{pool}/next`
pub async fn set_next_action(
    State(app): State<App>,
    who: Who,
    Path(id): Path<String>,
    Form(raw): Form<RawNext>,
) -> PageResult {
    who.csrf.check(&raw.csrf)?;
    let id: PoolId = id.parse().map_err(|_| PageError::NotFound)?;
    let now = app.clock.now();
    let mut tx = app.store.write("set a pool's next action").await?;
    let grant = who.may::<verb::ReadPool>(&facts::about_pool(&mut tx, &id).await?, now)?;
    let next = NextAction { lead: Some(who.staff.agency.clone()), ..raw.parse()? };
    pool::set_next_action(&mut tx, &grant, &next, now).await?;
    tx.commit().await?;
    Ok(Redirect::to(&format!("/pools/{id}")).into_response())
}
