//! Asking, answering, taking back: parse, decide, write, go on.

use crate::edge::form::Form;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect};
use daymark_access::{may_answer_referral, may_refer, may_withdraw_referral};
use daymark_store::referral::{self, Outcome};
use daymark_vocab::ReferralId;

use super::form::{RawAnswer, RawReferral, RawWithdrawal, refuse_images};
use super::pages::{self, Typed};
use crate::app::App;
use crate::edge::error_page::{PageError, PageResult};
use crate::edge::session::Who;
use crate::facts;

/// `POST /cases/{case}/refer`
pub async fn refer(
    State(app): State<App>,
    who: Who,
    Path(case): Path<String>,
    Form(raw): Form<RawReferral>,
) -> PageResult {
    let now = app.clock.now();
    let mut tx = app.store.write("refer a case").await?;
    let wanted = pages::wanted(&mut tx, &who, &case, now).await?;
    who.csrf.check(&raw.csrf)?;
    refuse_images(&raw.reason)?;
    let asked = match raw.parse(&wanted.others) {
        Ok(asked) => asked,
        Err(problems) => {
            tx.commit().await?;
            return pages::ask_page(&app, &who, &wanted, &raw, &problems);
        }
    };
    let grant = who.decided(may_refer(&who.staff, &wanted.record, &asked.to, now))?;
    let outcome = referral::open(&mut tx, &grant, &asked.reason, now).await?;
    tx.commit().await?;
    match outcome {
        Outcome::Opened(id) => Ok(Redirect::to(&format!("/referrals/{id}")).into_response()),
        Outcome::AlreadyReferred(id) => pages::already_page(&app, &who, &wanted, &asked.to, &id, &raw),
    }
}

/// `POST /referrals/{id}/answer`
pub async fn answer(
    State(app): State<App>,
    who: Who,
    Path(id): Path<String>,
    Form(raw): Form<RawAnswer>,
) -> PageResult {
    let now = app.clock.now();
    let id: ReferralId = facts::id(&id)?;
    let mut tx = app.store.write("answer a referral").await?;
    let record = referral::facts(&mut tx, &id).await?;
    let grant = who.decided(may_answer_referral(&who.staff, &record, now))?;
    who.csrf.check(&raw.csrf)?;
    refuse_images(&raw.reason)?;
    let answer = match raw.parse() {
        Ok(answer) => answer,
        Err(problems) => {
            let shown = pages::read(&mut tx, &who, &id, now).await?;
            tx.commit().await?;
            return pages::referral_page(&app, &who, &shown, &Typed::Answer(&raw), &problems);
        }
    };
    let was_open = referral::answer(&mut tx, &grant, &answer, now).await?;
    tx.commit().await?;
    settled(was_open, &id)
}

/// `POST /referrals/{id}/withdraw`
pub async fn withdraw(
    State(app): State<App>,
    who: Who,
    Path(id): Path<String>,
    Form(raw): Form<RawWithdrawal>,
) -> PageResult {
    let now = app.clock.now();
    let id: ReferralId = facts::id(&id)?;
    let mut tx = app.store.write("withdraw a referral").await?;
    let record = referral::facts(&mut tx, &id).await?;
    let grant = who.decided(may_withdraw_referral(&who.staff, &record, now))?;
    who.csrf.check(&raw.csrf)?;
    refuse_images(&raw.reason)?;
    let reason = match raw.parse() {
        Ok(reason) => reason,
        Err(problems) => {
            let shown = pages::read(&mut tx, &who, &id, now).await?;
            tx.commit().await?;
            return pages::referral_page(&app, &who, &shown, &Typed::Withdrawal(&raw), &problems);
        }
    };
    let was_open = referral::withdraw(&mut tx, &grant, &reason, now).await?;
    tx.commit().await?;
    settled(was_open, &id)
}

/// Back to the referral; or somebody was quicker between the decision and the writing.
fn settled(was_open: bool, id: &ReferralId) -> PageResult {
    if was_open {
        Ok(Redirect::to(&format!("/referrals/{id}")).into_response())
    } else {
        Err(PageError::Conflict)
    }
}
