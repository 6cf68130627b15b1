//! Every route × every role × every relation to the record: answered as the rules say, generated from the registry.
//!
//! What is expected is asked of `access` about the same facts; what happens is asked of the router, with a body as the
//! route's own page would send it. A new route is in here by being registered: there is no list to forget, and without
//! an example of its body it fails.

use std::collections::{BTreeMap, BTreeSet};

use axum::body::Body;
use axum::http::{Method, Request, header};
use daymark_access::{Action, Decision, Record, decide};
use daymark_vocab::{Clock, Role};

use super::examples::{Example, example};
use super::world::{CANARY, Expected, World};
use super::{Answer, TestApp, Visitor};
use crate::rooms::{Needs, Route};

/// Reading first: what is sent changes what there is to read.
fn decided_routes(world: &World) -> Vec<(Route, Vec<Action>)> {
    let (routes, _) = crate::rooms(&world.app.app);
    let mut decided: Vec<(Route, Vec<Action>)> = routes
        .into_iter()
        .filter_map(|route| match route.needs {
            Needs::Decision(action) => Some((route, vec![action])),
            Needs::AnyOf(actions) => Some((route, actions.to_vec())),
            Needs::Nothing { .. } | Needs::Token(_) => None,
        })
        .collect();
    decided.sort_by_key(|(route, _)| (route.method != Method::GET, route.path));
    decided
}

async fn knock(visitor: &Visitor, route: &Route, path: &str, number: usize) -> Answer {
    if route.method == Method::GET {
        // The cases behind a figure: of an area, from one week to another.
        let query =
            if route.path == "/trends/cases" { "?area=E23000009&weeks=2026-11-02..2026-11-16" } else { "" };
        visitor.get(&format!("{path}{query}")).await
    } else {
        example(visitor, route.path, path, number).await.send(visitor, path).await
    }
}

/// Without a single cell left out: each is permitted and then done, or refused as the rules refuse it.
#[tokio::test]
async fn threat_t10_every_route_answers_every_role_and_relation_as_the_rules_say() {
    let world = World::new().await;
    let visitors = world.visitors().await;
    let mut n_cells = BTreeMap::<Expected, usize>::new();
    let mut never_done = BTreeSet::new();
    let (mut n_expected, mut number) = (0, 0);
    for (route, actions) in decided_routes(&world) {
        let name = format!("{} {}", route.method, route.path);
        never_done.insert(name.clone());
        n_expected += world.relations(route.path).len() * visitors.len();
        for relation in world.relations(route.path) {
            for (role, visitor) in &visitors {
                number += 1;
                let path = world.path(visitor, *role, route.path, relation).await;
                let expected = world.expected(visitor, route.path, &actions, relation).await;
                let answer = knock(visitor, &route, &path, number).await;
                let (cell, status) = (format!("{role} {name} ({relation})"), answer.status);
                *n_cells.entry(expected).or_default() += 1;
                match expected {
                    // A second person may find it done already (409), or something of it still to be said (422).
                    Expected::Done => assert!(
                        matches!(status, 200 | 204 | 303 | 409 | 422),
                        "{cell}: permitted, but {status}: {}",
                        answer.body
                    ),
                    Expected::NotFound => assert_eq!(status, 404, "{cell}"),
                    Expected::StepUp => assert!(matches!(status, 303 | 403), "{cell}: {status}"),
                    Expected::Refused => assert!(matches!(status, 403 | 404), "{cell}: {status}"),
                }
                if expected == Expected::Done {
                    if status < 400 {
                        never_done.remove(&name);
                    }
                } else {
                    let said = format!("{} {:?}", answer.body, answer.location);
                    assert!(!said.contains(CANARY), "{cell}: shows another agency's account");
                }
            }
        }
    }
    println!("{n_cells:?}");
    assert_eq!(n_cells.values().sum::<usize>(), n_expected, "every cell was asserted");
    let never_done: Vec<_> = never_done.into_iter().collect();
    assert_eq!(never_done, Vec::<String>::new(), "nobody could do these: their example is not well-formed");
    let n_refused = n_expected - n_cells[&Expected::Done];
    assert!(n_expected > 1_000 && n_refused > 500, "{n_cells:?}");
}

/// Machines: as each member, with a token.
#[tokio::test]
async fn threat_t10_a_machine_may_do_what_its_member_may_do() {
    let world = World::new().await;
    let (routes, _) = crate::rooms(&world.app.app);
    let (mut n_done, mut n_refused) = (0, 0);
    for route in routes {
        let Needs::Token(action) = route.needs else { continue };
        for (role, visitor) in world.visitors().await {
            let staff = visitor.staff.clone().unwrap();
            let record = Record::agency(staff.agency.clone());
            let permitted =
                matches!(decide(&staff, action, &record, world.app.clock.now()), Decision::Permitted(_));
            let body = match route.path {
                "/api/reports" => serde_json::json!({
                    "report_id": format!("r-{role}"), "received_on": "2026-11-20", "area": "E23000009",
                    "child_ref": "c-1", "child_age_band": "14-15",
                }),
                other => panic!("{other} has no example body"),
            };
            let token = world.app.token(&visitor).await;
            let request = Request::post(route.path)
                .header(header::CONTENT_TYPE, "application/json")
                .header(header::AUTHORIZATION, format!("Bearer {token}"));
            let answer = world.app.stranger().send(request, Body::from(body.to_string())).await;
            assert_eq!(answer.status, if permitted { 201 } else { 403 }, "{role} {}", route.path);
            *(if permitted { &mut n_done } else { &mut n_refused }) += 1;
        }
    }
    assert!(n_done > 0 && n_refused > 0);
}

/// What is open to anybody answers a stranger and every role alike, and never with a fault.
#[tokio::test]
async fn threat_t10_open_routes_know_nobody() {
    let world = World::new().await;
    let (routes, _) = crate::rooms(&world.app.app);
    let mut visitors = world.visitors().await;
    visitors.push((Role::Trainer, world.app.stranger()));
    // Where one is sent differs by who one is; what is shown there is not.
    // An invitation's form has no token, and is refused with one.
    let differs = ["/", "/sign-in", "/sign-out", "/invitation/{token}"];
    let mut n_routes = 0;
    for route in routes.iter().filter(|route| matches!(route.needs, Needs::Nothing { .. })) {
        let path = route.path.replace("{token}", "absent").replace("{file}", "absent");
        let mut seen = BTreeSet::new();
        for (role, visitor) in &visitors {
            let answer = match route.method {
                Method::GET => visitor.get(&path).await,
                _ => Example::Form(Vec::new()).send(visitor, &path).await,
            };
            assert!(answer.status < 500, "{role} {} {}: {}", route.method, route.path, answer.status);
            assert!(!answer.body.contains(CANARY), "{}", route.path);
            seen.insert(answer.status);
        }
        assert!(
            seen.len() == 1 || differs.contains(&route.path),
            "{} {}: {seen:?}",
            route.method,
            route.path
        );
        n_routes += 1;
    }
    assert!(n_routes > 10, "{n_routes}");
}

/// Whatever is stored, what is open to anybody says the same: it cannot be asked whether somebody was reported.
#[tokio::test]
async fn threat_t06_what_is_open_to_anybody_is_the_same_with_and_without_cases() {
    let (empty, world) = (TestApp::new().await, World::new().await);
    let (routes, _) = crate::rooms(&empty.app);
    let mut n_pages = 0;
    for route in routes.iter().filter(|route| matches!(route.needs, Needs::Nothing { .. })) {
        let path = route.path.replace("{token}", "absent").replace("{file}", "absent");
        let mut said = Vec::new();
        for app in [&empty, &world.app] {
            let stranger = app.stranger();
            let answer = match route.method {
                Method::GET => stranger.get(&path).await,
                _ => Example::Form(vec![("email", CANARY.to_owned())]).send(&stranger, &path).await,
            };
            // Each error has a number of its own.
            let lines = answer.body.lines().filter(|line| !line.contains("Number of this request"));
            said.push((answer.status, answer.location, lines.collect::<Vec<_>>().join("\n")));
        }
        assert_eq!(said[0], said[1], "{} {}", route.method, route.path);
        n_pages += 1;
    }
    assert!(n_pages > 10, "{n_pages}");
}

#[tokio::test]
async fn a_stranger_is_sent_to_sign_in_everywhere() {
    let world = World::new().await;
    let (routes, _) = crate::rooms(&world.app.app);
    for route in routes.iter().filter(|route| matches!(route.needs, Needs::Decision(_) | Needs::AnyOf(_))) {
        let stranger = world.app.stranger();
        let path = route.path.split('/').map(|part| if part.starts_with('{') { "absent" } else { part });
        let path = path.collect::<Vec<_>>().join("/");
        let answer = match route.method {
            Method::GET => stranger.get(&path).await,
            _ => Example::Form(Vec::new()).send(&stranger, &path).await,
        };
        assert_eq!(answer.status, 303, "{} {}", route.method, route.path);
    }
}

/// A form without the session's token, or from another site, changes nothing.
#[tokio::test]
async fn threat_t13_every_change_needs_the_token_and_our_own_origin() {
    let world = World::new().await;
    let visitors = world.visitors().await;
    for (route, _) in decided_routes(&world).iter().filter(|(route, _)| route.method == Method::POST) {
        let relation = world.relations(route.path)[0];
        for (role, visitor) in &visitors {
            let path = world.path(visitor, *role, route.path, relation).await;
            let foreign = visitor.post_from("https://example.net", &path, &[]).await.status;
            assert_eq!(foreign, 403, "{role} {} from another site", route.path);
            let guessed = visitor.post(&path, &[("csrf", "guessed")]).await.status;
            // A page of a draft comes back with what was typed and says that it is not saved.
            let comes_back = route.path == "/report/{draft}/{step}" || route.path == "/report/search";
            assert!(
                (400..500).contains(&guessed) || comes_back,
                "{role} {} with a guessed token: {guessed}",
                route.path
            );
        }
    }
}

/// The routes as one reads them: a change here is a change of who may do what.
#[test]
fn the_routes() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let app = runtime.block_on(TestApp::new());
    let (mut routes, _) = crate::rooms(&app.app);
    routes.sort_by(|a, b| (a.path, a.method.as_str()).cmp(&(b.path, b.method.as_str())));
    let lines: Vec<String> = routes
        .iter()
        .map(|route| {
            let needs = match route.needs {
                Needs::Nothing { because } => format!("anybody: {because}"),
                Needs::Decision(action) => action.code().to_owned(),
                Needs::AnyOf(actions) => actions.iter().map(|a| a.code()).collect::<Vec<_>>().join(" or "),
                Needs::Token(action) => format!("{} (machine, by token)", action.code()),
            };
            format!("{:4} {:44} {needs}", route.method.as_str(), route.path)
        })
        .collect();
    insta::assert_snapshot!(lines.join("\n"));
}
