//! Deciding what is done next about a pool.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect};

use daymark_access::verb;
use daymark_store::pool::{self, NextAction};
use daymark_vocab::PoolId;

use super::form::RawNext;
use super::pages;
use crate::app::App;
use crate::edge::error_page::{PageError, PageResult};
use crate::edge::form::Form;
use crate::edge::session::Who;
use crate::facts;

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
    let next = match raw.parse() {
        Ok(next) => NextAction { lead: Some(who.staff.agency.clone()), ..next },
        Err(problems) => {
            drop(tx);
            return pages::pool_page(&app, &who, &id, Some(&raw), &problems, false).await;
        }
    };
    pool::set_next_action(&mut tx, &grant, &next, now).await?;
    tx.commit().await?;
    Ok(Redirect::to(&format!("/pools/{id}?saved=yes")).into_response())
}
