//! People, as an administrator meets them.

use daymark_vocab::Role;
use jiff::SignedDuration;

use crate::testing::{POLICE, SCHOOL, TestApp};

impl TestApp {
    /// Invites an invented practitioner to the school; the link that the administrator sees.
    pub async fn invite(&self, email: &str) -> String {
        let admin = self.visitor(SCHOOL, Role::AgencyAdministrator).await;
        let fields = [("name", "Robin Example (invented)"), ("email", email), ("roles", "practitioner")];
        let answer = admin.post("/people/invite", &fields).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let (_, rest) = answer.body.split_once("href=\"/invitation/").unwrap();
        format!("/invitation/{}", rest.split('"').next().unwrap())
    }
}

#[tokio::test]
async fn only_administrators_and_each_their_own() {
    let app = TestApp::new().await;
    assert_eq!(app.stranger().get("/people").await.location.as_deref(), Some("/sign-in?back=/people"));
    assert_eq!(app.lead().await.get("/people").await.status, 403);
    let admin = app.visitor(SCHOOL, Role::AgencyAdministrator).await;
    let page = admin.get("/people").await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("Auditor (invented)"));
    assert!(!page.body.contains("dales-police"));
    let police = app.visitor(POLICE, Role::AgencyAdministrator).await;
    let theirs = app.lead().await.staff.unwrap().member;
    for path in [format!("/people/{theirs}"), "/people/not-there".to_owned()] {
        assert_eq!(police.get(&path).await.status, 404, "{path}");
        assert_eq!(police.post(&path, &[("roles", "auditor")]).await.status, 404);
        assert_eq!(police.post(&format!("{path}/sign-out"), &[]).await.status, 404);
    }
    let own = admin.staff.as_ref().unwrap().member.clone();
    let refused = admin.get(&format!("/people/{own}")).await;
    assert_eq!(refused.status, 403);
    assert!(refused.body.contains("Nobody changes their own roles"));
}

#[tokio::test]
async fn an_invitation_says_every_problem_and_keeps_what_was_typed() {
    let app = TestApp::new().await;
    let admin = app.visitor(SCHOOL, Role::AgencyAdministrator).await;
    let wrong = admin.post("/people/invite", &[("name", ""), ("email", "robin at school")]).await;
    assert_eq!(wrong.status, 422);
    for words in [
        "Enter their name",
        "Enter their work e-mail",
        "Choose at least one role",
        "value=\"robin at school\"",
    ] {
        assert!(wrong.body.contains(words), "{words}");
    }
    app.invite("robin@moorland-school.example.org").await;
    let fields = [("name", "Robin"), ("email", "Robin@moorland-school.example.org"), ("roles", "analyst")];
    let twice = admin.post("/people/invite", &fields).await;
    assert_eq!(twice.status, 422);
    assert!(twice.body.contains("already signs in with this address"));
    app.clock.advance(SignedDuration::from_mins(11));
    assert!(admin.get("/people/invite").await.body.contains("Prove again that it is you"));
    let late = admin.post("/people/invite", &fields).await;
    assert_eq!(late.status, 403);
    assert!(late.body.contains("Nothing was sent") && late.body.contains("value=\"Robin\""));
}

#[tokio::test]
async fn a_leaver_is_out_at_once() {
    let app = TestApp::new().await;
    let admin = app.visitor(SCHOOL, Role::AgencyAdministrator).await;
    let lead = app.lead().await;
    let path = format!("/people/{}", lead.staff.as_ref().unwrap().member);
    assert!(admin.get(&path).await.body.contains("value=\"safeguarding-lead\" checked"));
    assert_eq!(admin.post(&path, &[("standing", "active")]).await.status, 422, "a role is needed");
    assert_eq!(admin.post(&format!("{path}/sign-out"), &[]).await.status, 303);
    assert_eq!(lead.get("/start").await.status, 303, "signed out everywhere");
    let again = app.lead().await;
    assert_eq!(again.get("/cases").await.status, 200);
    let changed = admin.post(&path, &[("roles", "trainer"), ("standing", "active")]).await;
    assert_eq!(changed.status, 303);
    assert_eq!(again.get("/cases").await.status, 403, "roles are read on every request");
    assert_eq!(admin.post(&path, &[("roles", "trainer"), ("standing", "suspended")]).await.status, 303);
    assert_eq!(again.get("/start").await.status, 303);
}

#[tokio::test]
async fn inviting_again_forgets_the_old_way_in() {
    let app = TestApp::new().await;
    let admin = app.visitor(SCHOOL, Role::AgencyAdministrator).await;
    let lead = app.lead().await;
    let path = format!("/people/{}", lead.staff.as_ref().unwrap().member);
    let answer = admin.post(&path, &[("do", "invite-again")]).await;
    assert_eq!(answer.status, 200);
    let (_, rest) = answer.body.split_once("href=\"/invitation/").unwrap();
    let link = format!("/invitation/{}", rest.split('"').next().unwrap());
    assert_eq!(lead.get("/start").await.status, 303, "their sessions end");
    let code = app.code();
    let email = "lead@moorland-school.example.org";
    let old = [("email", email), ("password", crate::testing::PASSWORD), ("code", code.as_str())];
    assert_eq!(app.stranger().post("/sign-in", &old).await.status, 422);
    assert_eq!(app.stranger().get(&link).await.status, 200);
}
