//! The front room, as a person meets it.

use daymark_vocab::Role;
use jiff::SignedDuration;

use crate::testing::{POLICE, SCHOOL, TestApp};

#[tokio::test]
async fn a_stranger_is_sent_to_the_way_in() {
    let app = TestApp::new().await;
    let answer = app.stranger().get("/start").await;
    assert_eq!(answer.status, 303);
    assert_eq!(answer.location.as_deref(), Some("/sign-in?back=/start"));
}

#[tokio::test]
async fn the_danger_line_comes_first() {
    let app = TestApp::new().await;
    let page = app.lead().await.get("/start").await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("call 999"));
    assert!(page.body.find("call 999") < page.body.find("What do you need to do now?</h1>"));
}

#[tokio::test]
async fn each_role_finds_its_ways_and_no_dead_one() {
    let app = TestApp::new().await;
    let ways = ["/report/new", "/cases", "/cases?linked=yes", "/trends"];
    for (role, expected) in [
        (Role::SafeguardingLead, [true, true, true, true]),
        (Role::Practitioner, [true, true, true, false]),
        (Role::Analyst, [false, true, true, true]),
        (Role::Trainer, [false, false, false, false]),
        (Role::Auditor, [false, false, false, false]),
    ] {
        let page = app.visitor(SCHOOL, role).await.get("/start").await;
        assert_eq!(page.status, 200);
        let (_, main) = page.body.split_once("<main").unwrap();
        let found = ways.map(|way| main.contains(&format!("href=\"{way}\"")));
        assert_eq!(found, expected, "{role}");
    }
    for (role, way) in [
        (Role::AgencyAdministrator, "href=\"/people\""),
        (Role::Auditor, "href=\"/audit\""),
        (Role::PanelCoordinator, "href=\"/trends\""),
        (Role::Trainer, "Your role opens no records here"),
    ] {
        let page = app.visitor(SCHOOL, role).await.get("/start").await;
        let (_, main) = page.body.split_once("<main").unwrap();
        assert!(main.contains(way), "{role} is not left standing");
    }
}

#[tokio::test]
async fn what_waits_stands_with_its_date() {
    let app = TestApp::new().await;
    let lead = app.lead().await;
    assert!(lead.get("/start").await.body.contains("Nothing is waiting for you."));
    let case = app.open_case(&lead).await;
    let page = lead.get("/start").await;
    assert!(page.body.contains(&format!("Check in: case {}", case.reference)), "{}", page.body);
    for words in ["Due 23 November 2026", "Due today"] {
        assert!(page.body.contains(words), "{words}");
    }
    app.clock.advance(SignedDuration::from_hours(24));
    let lead = app.lead().await;
    assert!(lead.get("/start").await.body.contains("Overdue"));
    let fields = [("to", POLICE), ("reason", "They hold the same account in another case.")];
    let sent = lead.post(&format!("/cases/{}/refer", case.id), &fields).await;
    let police = app.visitor(POLICE, Role::SafeguardingLead).await.get("/start").await;
    assert!(police.body.contains(&format!("Answer the referral of case {}", case.reference)));
    assert!(police.body.contains(&sent.location.unwrap()));
    assert!(!police.body.contains("Check in"), "another agency’s check is not ours");
}
