//! Every route × every role × every relation to the case: answered as the rules say, generated from the registry.
//!
//! What is expected is asked of `access` about the same facts; what happens is asked of the router. A new route is in
//! here by being registered: there is no list to forget.

use std::collections::BTreeMap;

use axum::http::Method;
use daymark_access::{Action, Decision, Record, Refusal, ResourceKind, Scope, decide, scope_for_list};
use daymark_store::case_file;
use daymark_vocab::{CaseId, OsEntropy, Role};

use super::{POLICE, SCHOOL, TestApp, Visitor, cases};
use crate::facts;
use crate::rooms::{Needs, Route};

/// The cases that a school's people may have to do with.
struct World {
    app: TestApp,
    cases: BTreeMap<&'static str, CaseId>,
}

impl World {
    async fn new() -> Self {
        let app = TestApp::new().await;
        let (school, police) = (app.lead().await, app.visitor(POLICE, Role::SafeguardingLead).await);
        let own = cases::open(&app, &school, "zz_syn_own").await.id;
        let assigned = cases::open(&app, &school, "zz_syn_assigned").await.id;
        let other = cases::open(&app, &police, "zz_syn_other").await.id;
        let practitioner = app.visitor(SCHOOL, Role::Practitioner).await.staff.unwrap();
        let now = app.app.clock.now();
        let mut tx = app.app.store.write("assign").await.unwrap();
        let record = facts::about_case(&mut tx, &assigned).await.unwrap();
        let lead = school.staff.as_ref().unwrap();
        let grant = daymark_access::may::<daymark_access::verb::AssignCase>(lead, &record, now).unwrap();
        let change = case_file::FileChange {
            status: case_file::Status::Open,
            next_check_on: None,
            lead: Some(practitioner.member),
            former_lead_leaves: false,
        };
        assert!(case_file::change_file(&mut tx, &grant, 1, &change, now).await.unwrap());
        tx.commit().await.unwrap();
        app.app.matching.refresh(&app.app).await.unwrap();
        app.app.trends.refresh(&app.app).await.unwrap();
        let absent = CaseId::random(&OsEntropy).unwrap();
        let cases =
            BTreeMap::from([("own", own), ("own-assigned", assigned), ("other", other), ("absent", absent)]);
        Self { app, cases }
    }

    async fn visitors(&self) -> Vec<(String, Visitor)> {
        let mut visitors = Vec::new();
        for role in Role::ALL {
            visitors.push((role.code().to_owned(), self.app.visitor(SCHOOL, *role).await));
        }
        visitors
    }

    /// The path with its variables filled: the case of this relation, and nothing real for anything else.
    fn path(&self, route: &Route, relation: &str) -> String {
        let filled = route.path.split('/').map(|part| match part {
            "{case}" => self.cases[relation].to_string(),
            "{other}" => self.cases["other"].to_string(),
            "{agency}" => POLICE.to_owned(),
            part if part.starts_with('{') => "absent".to_owned(),
            part => part.to_owned(),
        });
        filled.collect::<Vec<_>>().join("/")
    }

    /// What the rules say of this verb about this relation; `None` where the record is of a kind that is not in this world.
    async fn expected(
        &self,
        visitor: &Visitor,
        action: Action,
        relation: &str,
    ) -> Option<Result<(), Refusal>> {
        let staff = visitor.staff.as_ref().unwrap();
        if matches!(
            action,
            Action::ListCases
                | Action::ListCasesCoarse
                | Action::ListPools
                | Action::ListReferrals
                | Action::ReadTrendCases
        ) {
            let nothing = scope_for_list(staff, action) == Scope::None;
            let refusal = Refusal::Forbidden { reasons: Vec::new(), step_up_would_do: false };
            return Some(if nothing { Err(refusal) } else { Ok(()) });
        }
        let mut tx = self.app.app.store.write("facts").await.unwrap();
        let case = facts::about_case(&mut tx, &self.cases[relation]).await.unwrap();
        let other = facts::about_case(&mut tx, &self.cases["other"]).await.unwrap();
        drop(tx);
        let record = match action.kind() {
            ResourceKind::System => Record::system(),
            ResourceKind::Agency => Record::agency(staff.agency.clone()),
            ResourceKind::Case if action == Action::OpenReferral => case.refer_to(POLICE.parse().unwrap()),
            ResourceKind::Case => case,
            ResourceKind::Link => Record::link(&case, &other)?,
            ResourceKind::Audit => Record::audit(staff.agency.clone()),
            _ => return None,
        };
        Some(match decide(staff, action, &record, self.app.app.clock.now()) {
            Decision::Permitted(_) => Ok(()),
            Decision::Refused(refusal) => Err(refusal),
        })
    }
}

async fn knock(visitor: &Visitor, route: &Route, path: &str) -> u16 {
    if route.method == Method::GET {
        visitor.get(path).await.status
    } else {
        visitor.post(path, &[]).await.status
    }
}

#[tokio::test]
async fn threat_t10_every_route_answers_every_role_as_the_rules_say() {
    let world = World::new().await;
    let (routes, _) = crate::rooms(&world.app.app);
    let (mut n_cells, mut n_refused) = (0, 0);
    for (role, visitor) in world.visitors().await {
        for route in &routes {
            let actions = match route.needs {
                Needs::Decision(action) => vec![action],
                Needs::AnyOf(actions) => actions.to_vec(),
                Needs::Nothing { .. } | Needs::Token(_) => continue,
            };
            for relation in world.cases.keys() {
                let mut expected = None;
                for action in &actions {
                    // Of several verbs one that permits is enough.
                    let one = world.expected(&visitor, *action, relation).await;
                    expected = if matches!(expected, Some(Ok(()))) { expected } else { one };
                }
                let Some(expected) = expected else { continue };
                let path = world.path(route, relation);
                let status = knock(&visitor, route, &path).await;
                let cell = format!("{role} {} {} ({relation})", route.method, route.path);
                n_cells += 1;
                // What cannot be read is answered before any record is looked up: alike for everybody.
                if status == 400 {
                    continue;
                }
                match expected {
                    // A permitted form may be incomplete (422, 400), its sub-record absent (404), never forbidden.
                    Ok(()) => assert!(status != 403 && status < 500, "{cell}: permitted, but {status}"),
                    Err(Refusal::NotFound | Refusal::SignInFirst) => {
                        n_refused += 1;
                        assert_eq!(status, 404, "{cell}");
                    }
                    Err(Refusal::Forbidden { step_up_would_do: true, .. }) => {
                        assert!(status == 403 || status == 303, "{cell}: {status}");
                    }
                    Err(Refusal::Forbidden { .. }) => {
                        n_refused += 1;
                        assert!(status == 403 || status == 404, "{cell}: {status}");
                    }
                }
                if !route.path.contains("{case}") {
                    break;
                }
            }
        }
    }
    println!("{n_cells} cells, {n_refused} refused");
    assert!(n_cells > 500 && n_refused > 250);
}

#[tokio::test]
async fn a_stranger_is_sent_to_sign_in_everywhere() {
    let world = World::new().await;
    let (routes, _) = crate::rooms(&world.app.app);
    for route in routes.iter().filter(|route| matches!(route.needs, Needs::Decision(_) | Needs::AnyOf(_))) {
        let status = knock(&world.app.stranger(), route, &world.path(route, "own")).await;
        assert_eq!(status, 303, "{} {}", route.method, route.path);
    }
}

/// A form without the session's token, or from another site, changes nothing.
#[tokio::test]
async fn threat_t13_every_change_needs_the_token_and_our_own_origin() {
    let world = World::new().await;
    let (routes, _) = crate::rooms(&world.app.app);
    let visitors = world.visitors().await;
    for route in routes.iter().filter(|route| route.method == Method::POST) {
        let Needs::Decision(_) = route.needs else { continue };
        let path = world.path(route, "own-assigned");
        for (role, visitor) in &visitors {
            let foreign = visitor.post_from("https://example.net", &path, &[]).await.status;
            assert_eq!(foreign, 403, "{role} {} from another site", route.path);
            let guessed = visitor.post(&path, &[("csrf", "guessed")]).await.status;
            assert!((400..500).contains(&guessed), "{role} {} with a guessed token: {guessed}", route.path);
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
