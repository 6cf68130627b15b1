//! The list, the form that invites, one person.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse};
use daymark_access::{Record, Standing, verb};
use daymark_store::Tx;
use daymark_store::member::{self, Member};
use daymark_vocab::{MemberId, Role};

use super::form::Raw;
use crate::app::App;
use crate::edge::error_page::{PageError, PageResult};
use crate::edge::session::Who;
use crate::edge::step_up;
use crate::facts;
use crate::kit::{
    Button, Cell, Checkboxes, Choice, CsrfField, ErrorSummary, FormProblems, Language, Legend, Markup,
    Radios, StaffLayout, Table, Tag, TagColour, TextInput,
};
use crate::staff::frame;

#[derive(Template)]
#[template(path = "staff/people/list.html")]
struct ListPage {
    layout: StaffLayout,
    invite: Button,
    table: Table,
}

const fn standing_words(standing: Standing) -> (&'static str, TagColour) {
    match standing {
        Standing::Active => ("Active", TagColour::Green),
        Standing::Pending => ("Invited", TagColour::Yellow),
        Standing::Suspended => ("Suspended", TagColour::Grey),
    }
}

/// `GET /people`
pub async fn list(State(app): State<App>, who: Who) -> PageResult {
    let now = app.clock.now();
    let grant = who.may::<verb::ListMembers>(&Record::agency(who.staff.agency.clone()), now)?;
    let mut tx = app.store.reading("list members").await?;
    let members = member::of_agency(&mut tx, &who.staff.agency).await?;
    tx.note(facts::entry(&grant, &format!("rows {}", members.len()), now)?);
    tx.commit().await?;
    let line = |member: &Member| -> Vec<Cell> {
        let name = member.name.reveal();
        let shown = if member.id == who.staff.member {
            Markup::text(&format!("{name} (you)"))
        } else {
            Markup::link(&format!("/people/{}", member.id), name)
        };
        let roles: Vec<&str> = member.roles.iter().map(|role| role.label()).collect();
        let (words, colour) = standing_words(member.standing);
        vec![
            shown.into(),
            member.sign_in.reveal().as_str().into(),
            roles.join("; ").into(),
            Markup::of(&Tag::new(words, colour)).into(),
        ]
    };
    let head = vec!["Name".into(), "Signs in as".into(), "Roles".into(), "Standing".into()];
    let page = ListPage {
        layout: frame(&app, &who, "People", "/people"),
        invite: Button::link("Invite somebody", "/people/invite"),
        table: Table::new("In the order in which they came", head, members.iter().map(line).collect())
            .stacked(),
    };
    let html = page.render().map_err(|_| PageError::Internal { doing: "show the people" })?;
    Ok(Html(html).into_response())
}

fn role_boxes(raw: &Raw, problems: &FormProblems) -> Checkboxes {
    let about = |role: Role| match role {
        Role::Practitioner => "Records cases and works on those assigned to them.",
        Role::SafeguardingLead => "Sees every case of the agency, assigns, refers, opens identities.",
        Role::Analyst => "Looks at links, pools and trends; sees cases as coarse summaries.",
        Role::PanelCoordinator => "Runs the panel: pools, trends, flags; sees cases as coarse summaries.",
        Role::Trainer => "Runs trainings. Sees no case.",
        Role::AgencyAdministrator => "Manages people. Sees no case.",
        Role::Auditor => "Reads the audit log. Sees no case.",
    };
    Checkboxes {
        error: problems.of("roles"),
        selected: raw.roles(),
        ..Checkboxes::new(
            "roles",
            Legend::new("What do they do?"),
            Role::ALL
                .iter()
                .map(|role| Choice::new(role.code(), role.label()).with_hint(about(*role)))
                .collect(),
        )
    }
}

#[derive(Template)]
#[template(path = "staff/people/invite.html")]
struct InvitePage {
    layout: StaffLayout,
    summary: Option<ErrorSummary>,
    csrf: CsrfField,
    step_up_first: bool,
    name: TextInput,
    email: TextInput,
    roles: Checkboxes,
    send: Button,
}

/// The form that invites, with what was typed. `step_up_first` says that ten minutes passed while typing.
pub fn invite_page(
    app: &App,
    who: &Who,
    raw: &Raw,
    problems: &FormProblems,
    step_up_first: bool,
) -> PageResult {
    let page = InvitePage {
        layout: StaffLayout {
            has_errors: !problems.is_empty(),
            ..frame(app, who, "Invite somebody", "/people")
        },
        summary: problems.summary(),
        csrf: CsrfField { token: who.csrf.clone() },
        step_up_first,
        name: TextInput {
            error: problems.of("name"),
            value: raw.one("name").to_owned(),
            autocomplete: "off",
            spellcheck: Some(false),
            ..TextInput::new("name", "Their name, as colleagues know them")
        },
        email: TextInput {
            hint: Some(
                "They sign in with it. Daymark sends nothing: you give them the link yourself.".into(),
            ),
            error: problems.of("email"),
            value: raw.one("email").to_owned(),
            kind: "email",
            autocomplete: "off",
            spellcheck: Some(false),
            ..TextInput::new("email", "Their work e-mail address")
        },
        roles: role_boxes(raw, problems),
        send: Button::submit("Make the invitation"),
    };
    let status = match (step_up_first, problems.is_empty()) {
        (true, _) => StatusCode::FORBIDDEN,
        (false, true) => StatusCode::OK,
        (false, false) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let html = page.render().map_err(|_| PageError::Internal { doing: "show the invitation form" })?;
    Ok((status, Html(html)).into_response())
}

/// `GET /people/invite`
pub async fn invite(State(app): State<App>, who: Who) -> PageResult {
    let now = app.clock.now();
    let record = Record::agency(who.staff.agency.clone());
    if who.needs_step_up::<verb::InviteMember>(&record, now) {
        return step_up::ask(&app, &who, "/people/invite");
    }
    who.may::<verb::InviteMember>(&record, now)?;
    invite_page(&app, &who, &Raw::default(), &FormProblems::new(Language::English), false)
}

#[derive(Template)]
#[template(path = "staff/people/invited.html")]
struct InvitedPage {
    layout: StaffLayout,
    name: String,
    path: String,
    back: Button,
}

/// The link, shown once: only its hash is kept.
pub fn invited_page(app: &App, who: &Who, name: &str, token: &str) -> PageResult {
    let page = InvitedPage {
        layout: frame(app, who, "The invitation is ready", "/people"),
        name: name.to_owned(),
        path: format!("/invitation/{token}"),
        back: Button::link("Back to people", "/people").secondary(),
    };
    let html = page.render().map_err(|_| PageError::Internal { doing: "show the invitation" })?;
    Ok(Html(html).into_response())
}

#[derive(Template)]
#[template(path = "staff/people/member.html")]
struct MemberPage {
    layout: StaffLayout,
    summary: Option<ErrorSummary>,
    csrf: CsrfField,
    id: String,
    name: String,
    email: String,
    is_pending: bool,
    roles: Checkboxes,
    standing: Radios,
    save: Button,
    sign_out: Button,
    invite_again: Button,
}

/// The member in an address: one of one's own agency, or nobody.
pub async fn found(tx: &mut Tx, who: &Who, member: &str) -> Result<(Record, Option<Member>), PageError> {
    let id: MemberId = facts::id(member)?;
    let found = member::find(tx, &who.staff.agency, &id).await?;
    let record = match &found {
        Some(member) => Record::member(member.id.clone(), member.agency.clone()),
        None => Record::absent(&id),
    };
    Ok((record, found))
}

/// One person, with what was chosen and every problem when the form comes back.
pub fn member_page(app: &App, who: &Who, member: &Member, raw: &Raw, problems: &FormProblems) -> PageResult {
    let name = member.name.reveal().clone();
    let page = MemberPage {
        layout: StaffLayout { has_errors: !problems.is_empty(), ..frame(app, who, name.clone(), "/people") },
        summary: problems.summary(),
        csrf: CsrfField { token: who.csrf.clone() },
        id: member.id.to_string(),
        name,
        email: member.sign_in.reveal().clone(),
        is_pending: member.standing == Standing::Pending,
        roles: role_boxes(raw, problems),
        standing: Radios {
            error: problems.of("standing"),
            selected: Some(raw.one("standing").to_owned()),
            ..Radios::new(
                "standing",
                Legend::new("May they work?"),
                vec![
                    Choice::new("active", "Yes"),
                    Choice::new("suspended", "No, suspended")
                        .with_hint("They are out at once, on every device. What they recorded stays."),
                ],
            )
        },
        save: Button::submit("Save"),
        sign_out: Button::submit("Sign them out everywhere").secondary(),
        invite_again: Button::submit("Invite them again").secondary(),
    };
    let status = if problems.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let html = page.render().map_err(|_| PageError::Internal { doing: "show a person" })?;
    Ok((status, Html(html)).into_response())
}

/// `GET /people/{member}`
pub async fn member(State(app): State<App>, who: Who, Path(member): Path<String>) -> PageResult {
    let now = app.clock.now();
    let mut tx = app.store.read("read a member").await?;
    let (record, found) = found(&mut tx, &who, &member).await?;
    drop(tx);
    if who.needs_step_up::<verb::ChangeMember>(&record, now) {
        return step_up::ask(&app, &who, &format!("/people/{member}"));
    }
    who.may::<verb::ChangeMember>(&record, now)?;
    let member = found.ok_or(PageError::NotFound)?;
    let mut fields: Vec<(String, String)> =
        member.roles.iter().map(|role| ("roles".to_owned(), role.code().to_owned())).collect();
    let standing = if member.standing == Standing::Suspended { "suspended" } else { "active" };
    fields.push(("standing".to_owned(), standing.to_owned()));
    member_page(&app, &who, &member, &Raw::of(fields), &FormProblems::new(Language::English))
}
