//! Inviting, changing, signing out, inviting again.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect};
use daymark_access::{Record, verb};
use daymark_store::member::{self, Invitation, Invited};
use daymark_store::session;
use jiff::SignedDuration;

use super::form::Raw;
use super::pages;
use crate::app::App;
use crate::edge::error_page::{PageError, PageResult};
use crate::edge::form::Form;
use crate::edge::session::Who;
use crate::edge::step_up;
use crate::facts;
use crate::kit::{FormProblems, Language};

/// How long an invitation works.
const LASTS: SignedDuration = SignedDuration::from_hours(72);

fn token(app: &App) -> Result<String, PageError> {
    Ok(data_encoding::BASE64URL_NOPAD.encode(&app.random::<32>()?))
}

/// `POST /people/invite`
pub async fn invite(State(app): State<App>, who: Who, Form(sent): Form<Vec<(String, String)>>) -> PageResult {
    let now = app.clock.now();
    let raw = Raw::of(sent);
    let record = Record::agency(who.staff.agency.clone());
    if who.needs_step_up::<verb::InviteMember>(&record, now) {
        who.csrf.check(raw.one("csrf"))?;
        return pages::invite_page(&app, &who, &raw, &FormProblems::new(Language::English), true);
    }
    let grant = who.may::<verb::InviteMember>(&record, now)?;
    who.csrf.check(raw.one("csrf"))?;
    let asked = match raw.parse_invite() {
        Ok(asked) => asked,
        Err(problems) => return pages::invite_page(&app, &who, &raw, &problems, false),
    };
    let token = token(&app)?;
    let invitation = Invitation {
        agency: &who.staff.agency,
        name: &asked.name,
        sign_in: &asked.email,
        roles: &asked.roles,
        token: &token,
        expires_at: now + LASTS,
    };
    let by = facts::entry(&grant, "", now)?;
    let mut tx = app.store.write("invite a member").await?;
    let invited = member::invite(&mut tx, &by, &invitation, now).await?;
    tx.commit().await?;
    match invited {
        Invited::Invited(_) => pages::invited_page(&app, &who, asked.name.reveal(), &token),
        Invited::AlreadyThere(_) => {
            let mut problems = FormProblems::new(Language::English);
            problems.add(
                "email",
                "Somebody in your agency already signs in with this address: open them in the list to invite them again",
            );
            pages::invite_page(&app, &who, &raw, &problems, false)
        }
    }
}

/// `POST /people/{member}`: saves roles and standing, or invites them again, as the button says.
pub async fn change(
    State(app): State<App>,
    who: Who,
    Path(member): Path<String>,
    Form(sent): Form<Vec<(String, String)>>,
) -> PageResult {
    let now = app.clock.now();
    let raw = Raw::of(sent);
    let mut tx = app.store.write("change a member").await?;
    let (record, found) = pages::found(&mut tx, &who, &member).await?;
    if who.needs_step_up::<verb::ChangeMember>(&record, now) {
        return step_up::ask(&app, &who, &format!("/people/{member}"));
    }
    let grant = who.may::<verb::ChangeMember>(&record, now)?;
    who.csrf.check(raw.one("csrf"))?;
    let found = found.ok_or(PageError::NotFound)?;
    let of = (&found.agency, &found.id);
    if raw.one("do") == "invite-again" {
        let may_invite = who.may::<verb::InviteMember>(&Record::agency(found.agency.clone()), now)?;
        let token = token(&app)?;
        let by = facts::entry(&may_invite, "", now)?;
        member::invite_again(&mut tx, &by, of, &token, now + LASTS).await?;
        tx.commit().await?;
        return pages::invited_page(&app, &who, found.name.reveal(), &token);
    }
    let change = match raw.parse_change(found.standing) {
        Ok(change) => change,
        Err(problems) => return pages::member_page(&app, &who, &found, &raw, &problems),
    };
    let roles: Vec<&str> = change.roles.iter().map(|role| role.code()).collect();
    let by = facts::entry(&grant, &format!("{} {}", change.standing.code(), roles.join(" ")), now)?;
    member::change(&mut tx, &by, of.0, of.1, &change.roles, change.standing).await?;
    tx.commit().await?;
    Ok(Redirect::to("/people").into_response())
}

/// `POST /people/{member}/sign-out`
pub async fn sign_out(
    State(app): State<App>,
    who: Who,
    Path(member): Path<String>,
    Form(sent): Form<Vec<(String, String)>>,
) -> PageResult {
    let now = app.clock.now();
    let mut tx = app.store.write("end a member's sessions").await?;
    let (record, found) = pages::found(&mut tx, &who, &member).await?;
    let grant = who.may::<verb::RevokeSessions>(&record, now)?;
    who.csrf.check(Raw::of(sent).one("csrf"))?;
    let found = found.ok_or(PageError::NotFound)?;
    let by = facts::entry(&grant, "", now)?;
    session::end_all(&mut tx, &by, &found.agency, &found.id).await?;
    tx.commit().await?;
    Ok(Redirect::to("/people").into_response())
}
