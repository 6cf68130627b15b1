//! Naming a field gives no power over it: every name that any form, file, interface or column has is sent to every
//! endpoint that does not have it, and roles, standing, agencies, ownership and grants stay as they were.
//!
//! Two worlds are led through the same steps, one of them with all those names in each form. A form either refuses what
//! it does not have (nothing happens then) or passes over it (then what happens is the same). JSON names each.

use std::collections::{BTreeMap, BTreeSet};

use axum::body::Body;
use axum::http::{Method, Request, header};
use daymark_access::Action;
use daymark_store::case_file::{self, Filter};
use daymark_store::{agency, ledger, member, setting};
use daymark_vocab::{Clock, Role};

use super::examples::{Example, example};
use super::world::{Expected, World};
use super::{PASSWORD, POLICE, SCHOOL, Visitor};
use crate::rooms::{Needs, Route};

/// Names that no page has and that would be worth trying.
const TEMPTING: [&str; 20] = [
    "admin",
    "assigned",
    "assigned_to",
    "decision_by",
    "grant",
    "is_admin",
    "is_sample",
    "member",
    "owner",
    "permissions",
    "recorded_by",
    "released_to",
    "sample",
    "standing",
    "step_up",
    "step_up_at",
    "subject",
    "to_agency",
    "user",
    "who",
];

/// Names in a page's forms.
fn names_in(page: &str) -> BTreeSet<String> {
    let names = page.split(" name=\"").skip(1).filter_map(|rest| rest.split('"').next());
    names.map(str::to_owned).collect()
}

/// Every name that anything here has.
async fn known_names(world: &World) -> BTreeSet<String> {
    let mut names: BTreeSet<String> = TEMPTING.iter().map(|name| (*name).to_owned()).collect();
    for (table, columns) in ledger::read().unwrap() {
        names.insert(table);
        names.extend(columns.into_keys());
    }
    let template = crate::intake::template(&world.app.app.content).unwrap();
    names.extend(template.columns().iter().map(|column| column.column.clone()));
    let (routes, _) = crate::rooms(&world.app.app);
    let mut visitors = Vec::new();
    for role in [Role::SafeguardingLead, Role::AgencyAdministrator, Role::Analyst] {
        visitors.push((role, world.app.visitor(SCHOOL, role).await));
    }
    for route in routes.iter().filter(|route| route.method == Method::GET) {
        for relation in world.relations(route.path) {
            for (role, visitor) in &visitors {
                let path = world.path(visitor, *role, route.path, relation).await;
                names.extend(names_in(&visitor.get(&path).await.body));
            }
        }
    }
    names.remove("csrf");
    names
}

/// The value that would do most harm under this name.
fn tempting_value(name: &str) -> &'static str {
    match name {
        "role" | "roles" => "agency-administrator",
        "standing" => "suspended",
        "status" => "closed",
        "do" => "invite-again",
        _ if name.contains("agency") || name == "owner" || name == "to" || name == "released_to" => POLICE,
        _ => "1",
    }
}

/// Roles, standing, agencies, ownership, grants and settings, in words that are the same in both worlds.
async fn state(world: &World) -> Vec<String> {
    let app = &world.app;
    let now = app.clock.now();
    let mut lines = Vec::new();
    let leads = [
        app.visitor_staff(SCHOOL, Role::SafeguardingLead).await,
        app.visitor_staff(POLICE, Role::SafeguardingLead).await,
    ];
    let mut tx = app.app.store.write("look at everything").await.unwrap();
    let mut people = BTreeMap::new();
    for agency in agency::all(&mut tx).await.unwrap() {
        for one in member::of_agency(&mut tx, &agency.id).await.unwrap() {
            let address = one.sign_in.reveal().clone();
            lines.push(format!(
                "{} {address} {:?} {:?} {}",
                one.agency,
                one.roles,
                one.standing,
                one.name.reveal()
            ));
            people.insert(one.id.clone(), address);
        }
        lines.push(format!("{agency:?}"));
    }
    for staff in leads {
        let filter = Filter::default();
        let (cases, _) =
            case_file::list(&mut tx, &staff, Action::ListCases, &filter, (0, 1_000), now).await.unwrap();
        for listed in cases {
            let whose = case_file::whose(&mut tx, &listed.id).await.unwrap().unwrap();
            let assigned: BTreeSet<_> = whose.assigned.iter().map(|id| &people[id]).collect();
            let released: BTreeSet<_> = whose.released_to.iter().collect();
            lines.push(format!("{} {} {assigned:?} {released:?}", listed.reference, whose.agency));
        }
    }
    lines.push(format!("{:?}", setting::get(&mut tx, "sample").await.unwrap()));
    lines.sort();
    lines
}

/// Somebody for whom this route can be done, in the first relation in which it can.
async fn somebody_who_may(
    world: &World,
    visitors: &BTreeMap<Role, Visitor>,
    route: &Route,
    actions: &[Action],
) -> (Role, &'static str) {
    for (role, visitor) in visitors {
        for relation in world.relations(route.path) {
            if world.expected(visitor, route.path, actions, relation).await == Expected::Done {
                return (*role, relation);
            }
        }
    }
    panic!("nobody may {} {}", route.method, route.path)
}

async fn send(visitor: &Visitor, path: &str, example: &Example, more: &[(String, &'static str)]) -> u16 {
    let answer = match example {
        Example::Form(fields) => {
            let mut all: Vec<(&str, &str)> =
                fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            all.extend(more.iter().map(|(name, value)| (name.as_str(), *value)));
            visitor.post(path, &all).await
        }
        Example::File(bytes) => super::examples::send_file_with(visitor, path, bytes, more).await,
    };
    answer.status
}

#[tokio::test]
async fn threat_t11_no_name_does_more_than_its_endpoint() {
    let (plain, tempted) = (World::new().await, World::new().await);
    let mut visitors = Vec::new();
    for world in [&plain, &tempted] {
        visitors.push(world.visitors().await.into_iter().collect::<BTreeMap<_, _>>());
    }
    let names = known_names(&plain).await;
    assert!(names.len() > 300, "{}", names.len());
    // Looking at pages started drafts in one of them.
    assert_eq!(state(&plain).await, state(&tempted).await, "the worlds begin alike");
    let (routes, _) = crate::rooms(&plain.app.app);
    let (mut refuse, mut pass_over) = (Vec::new(), Vec::new());
    for route in routes.iter().filter(|route| route.method == Method::POST) {
        let actions = match route.needs {
            Needs::Decision(action) => vec![action],
            Needs::AnyOf(actions) => actions.to_vec(),
            Needs::Nothing { .. } | Needs::Token(_) => continue,
        };
        let (role, relation) = somebody_who_may(&plain, &visitors[0], route, &actions).await;
        let mut answers = Vec::new();
        for (world, visitors) in [&plain, &tempted].into_iter().zip(&visitors) {
            let visitor = &visitors[&role];
            let path = world.path(visitor, role, route.path, relation).await;
            let body = example(visitor, route.path, &path, 1).await;
            if std::ptr::eq(world, &plain) {
                answers.push(send(visitor, &path, &body, &[]).await);
                continue;
            }
            let mut own = names_in(&visitor.get(&path).await.body);
            // A thing of which there are several has its form on a page of its own.
            let item = format!("{}/item/1", path.trim_end_matches("/keep"));
            own.extend(names_in(&visitor.get(&item).await.body));
            if let Example::Form(fields) = &body {
                own.extend(fields.iter().map(|(name, _)| (*name).to_owned()));
            }
            let more: Vec<(String, &'static str)> = names
                .iter()
                .filter(|name| !own.contains(*name))
                .map(|name| (name.clone(), tempting_value(name)))
                .collect();
            assert!(more.len() > 200, "{}: {}", route.path, more.len());
            let before = state(world).await;
            let status = send(visitor, &path, &body, &more).await;
            if status == 400 {
                assert_eq!(state(world).await, before, "{}: refused, and yet something changed", route.path);
                refuse.push(route.path);
                answers.push(send(visitor, &path, &body, &[]).await);
            } else {
                pass_over.push(route.path);
                answers.push(status);
            }
        }
        assert_eq!(answers[0], answers[1], "{}: the names made a difference", route.path);
        assert_eq!(state(&plain).await, state(&tempted).await, "{}", route.path);
    }
    println!("{} names; refuse: {refuse:?}; pass over: {pass_over:?}", names.len());
    assert!(refuse.len() >= 12 && pass_over.len() + refuse.len() >= 30, "{refuse:?} {pass_over:?}");
}

#[tokio::test]
async fn threat_t11_a_stranger_s_forms_take_their_own_names_alone() {
    let world = World::new().await;
    let names = known_names(&world).await;
    let before = state(&world).await;
    let (email, code) = (format!("lead@{SCHOOL}.example.org"), world.app.code());
    let own =
        [("email", email.as_str()), ("password", PASSWORD), ("code", code.as_str()), ("back", "/start")];
    let own_names = ["email", "password", "code", "back"];
    for name in names.iter().filter(|name| !own_names.contains(&name.as_str())) {
        let mut fields = own.to_vec();
        fields.push((name, tempting_value(name)));
        let answer = world.app.stranger().post("/sign-in", &fields).await;
        assert_eq!((answer.status, answer.cookie), (400, None), "{name}");
    }
    let answer = world.app.stranger().post("/sign-in", &own).await;
    assert!(answer.cookie.is_some(), "the same form without another name signs in");
    assert_eq!(state(&world).await, before);
}

#[tokio::test]
async fn threat_t11_json_refuses_every_name_that_the_template_lacks() {
    let world = World::new().await;
    let template = crate::intake::template(&world.app.app.content).unwrap();
    let mut names = known_names(&world).await;
    names.retain(|name| template.column(name).is_none());
    let before = state(&world).await;
    let token = world.app.token(&world.app.lead().await).await;
    let mut report = serde_json::json!({
        "report_id": "r-1", "received_on": "2026-11-20", "area": "E23000009", "child_ref": "c-1", "child_age_band": "14-15",
    });
    for name in &names {
        report[name] = tempting_value(name).into();
    }
    let request = Request::post("/api/reports")
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::AUTHORIZATION, format!("Bearer {token}"));
    let answer = world.app.stranger().send(request, Body::from(report.to_string())).await;
    assert_eq!(answer.status, 422);
    let answer: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
    let refused: BTreeSet<String> = answer["problems"]
        .as_array()
        .unwrap()
        .iter()
        .map(|problem| problem["pointer"].as_str().unwrap().trim_start_matches('/').replace("~1", "/"))
        .collect();
    assert_eq!(refused, names, "each by its name");
    assert_eq!(state(&world).await, before);
}
