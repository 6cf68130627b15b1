//! Linked cases, as different people meet them.

use daymark_vocab::{CaseId, OsEntropy, Role};

use crate::testing::{POLICE, SCHOOL, TestApp, cases};

/// A school's case and a police case that share an account, among others.
async fn linked() -> (TestApp, CaseId, CaseId) {
    let app = TestApp::new().await;
    let (school, police) = (app.lead().await, app.visitor(POLICE, Role::SafeguardingLead).await);
    for n in 0..30 {
        cases::open(&app, &school, &format!("zz_syn_other{n}")).await;
    }
    let ours = cases::open(&app, &school, "zz_syn_anna").await.id;
    let theirs = cases::open(&app, &police, "zz_syn_anna").await.id;
    app.app.matching.refresh(&app.app).await.unwrap();
    (app, ours, theirs)
}

#[tokio::test]
async fn the_page_shows_the_reason_before_the_button_and_nothing_of_the_other_child() {
    let (app, ours, theirs) = linked().await;
    let analyst = app.visitor(SCHOOL, Role::Analyst).await;
    let page = analyst.get(&format!("/cases/{ours}/links")).await;
    assert_eq!(page.status, 200);
    for needed in [
        "1 case may be linked",
        "suggestions, not findings",
        "Mostly because",
        "DP-0001",
        "Dales Police",
        "Ask to see",
    ] {
        assert!(page.body.contains(needed), "{needed}");
    }
    assert!(page.body.find("Why it was suggested") < page.body.find("Save my decision"));
    for hidden in ["zz_syn_anna", "just want it to stop", "C-77", &format!("href=\"/cases/{theirs}\"")] {
        assert!(!page.body.contains(hidden), "{hidden}");
    }
}

#[tokio::test]
async fn threat_t10_links_of_another_agencys_case_are_answered_as_if_absent() {
    let (app, ours, _) = linked().await;
    let police = app.visitor(POLICE, Role::Analyst).await;
    let theirs = police.get(&format!("/cases/{ours}/links")).await;
    let absent = police.get(&format!("/cases/{}/links", CaseId::random(&OsEntropy).unwrap())).await;
    assert_eq!((theirs.status, absent.status), (404, 404));
    let without_number =
        |body: &str| body.lines().filter(|line| !line.contains("operation")).collect::<String>().len();
    assert_eq!(without_number(&theirs.body), without_number(&absent.body));
    for role in [Role::Trainer, Role::AgencyAdministrator, Role::Auditor] {
        let visitor = app.visitor(SCHOOL, role).await;
        assert_eq!(visitor.get(&format!("/cases/{ours}/links")).await.status, 403, "{role}");
    }
}

#[tokio::test]
async fn asking_granting_and_seeing() {
    let (app, ours, theirs) = linked().await;
    let school = app.lead().await;
    let police = app.visitor(POLICE, Role::SafeguardingLead).await;
    let ask = format!("/cases/{ours}/links/{theirs}/ask");
    assert_eq!(school.get(&ask).await.status, 200);
    let short = school.post(&ask, &[("reason", "because")]).await;
    assert_eq!(short.status, 422);
    assert!(short.body.contains("because"), "what was typed is still there");
    assert_eq!(
        school.post(&ask, &[("reason", "We want to protect both children together.")]).await.status,
        303
    );

    let answer = format!("/requests/{theirs}/{SCHOOL}");
    let page = police.get(&answer).await;
    assert!(page.body.contains("protect both children"), "{}", page.body);
    let empty = police.post(&answer, &[("reason", "We agree that you see it.")]).await;
    assert_eq!(empty.status, 422);
    let yes = [("decision", "yes"), ("reason", "We agree that you see it.")];
    assert_eq!(police.post(&answer, &yes).await.status, 303);
    assert_eq!(police.post(&answer, &yes).await.status, 409, "answered once");
    let page = school.get(&format!("/cases/{ours}/links")).await;
    assert!(page.body.contains(&format!("href=\"/cases/{theirs}\"")), "released: it opens");
}

#[tokio::test]
async fn an_empty_decision_is_told_and_a_lead_does_not_judge() {
    let (app, ours, theirs) = linked().await;
    let analyst = app.visitor(SCHOOL, Role::Analyst).await;
    let path = format!("/cases/{ours}/links/{theirs}/judge");
    assert_eq!(analyst.post(&path, &[]).await.status, 400);
    let trainer = app.visitor(SCHOOL, Role::Trainer).await;
    assert_eq!(trainer.post(&path, &[("judgement", "same")]).await.status, 403);
}
