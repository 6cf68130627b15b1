//! Pools, as different people meet them.

use daymark_vocab::Role;

use crate::testing::{POLICE, SCHOOL, TestApp, cases};

#[tokio::test]
async fn a_pool_shows_its_cases_as_far_as_the_reader_may_see_and_keeps_a_next_step() {
    let app = TestApp::new().await;
    let (school, police) = (app.lead().await, app.visitor(POLICE, Role::SafeguardingLead).await);
    for n in 0..30 {
        cases::open(&app, &school, &format!("zz_syn_other{n}")).await;
    }
    for visitor in [&school, &school, &police] {
        let same =
            [("handle", "zz_syn_anna"), ("phone", "07700 900123"), ("bank-account", "00-00-00 12345678")];
        cases::open_with(&app, visitor, &same).await;
    }
    app.app.matching.refresh(&app.app).await.unwrap();
    let analyst = app.visitor(SCHOOL, Role::Analyst).await;
    let list = analyst.get("/pools").await;
    assert!(list.body.contains("3 cases"), "{}", list.body);
    assert!(list.body.contains("/pools/p"), "{}", list.body);
    let path = list.body.split("href=\"/pools/").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
    let path = format!("/pools/{path}");
    let page = analyst.get(&path).await;
    for needed in ["Pool of 3 cases", "MS-0031", "MS-0032", "DP-0001", "Handle", "of 2 agencies"] {
        assert!(page.body.contains(needed), "{needed}");
    }
    assert!(!page.body.contains("zz_syn_anna"));
    assert!(page.body.contains("Handle") && !page.body.contains(">more images<"), "labels, not codes");

    let bad = analyst
        .post(
            &format!("{path}/next"),
            &[("action", "x"), ("due-day", "31"), ("due-month", "2"), ("due-year", "2026")],
        )
        .await;
    assert_eq!(bad.status, 422);
    assert!(bad.body.contains("Choose what is done next") && bad.body.contains("day, month and year"));
    assert!(bad.body.contains("<title>Error: Pool of 3 cases"), "the tab says so");
    for typed in ["value=\"31\"", "value=\"2\"", "value=\"2026\""] {
        assert!(bad.body.contains(typed), "{typed} is lost");
    }
    let fields =
        [("action", "strategy-meeting"), ("due-day", "1"), ("due-month", "12"), ("due-year", "2026")];
    assert_eq!(analyst.post(&format!("{path}/next"), &fields).await.status, 303);
    let page = analyst.get(&format!("{path}?saved=yes")).await;
    assert!(page.body.contains("by 1 Dec 2026") && page.body.contains("The next step is saved"));
    let list = analyst.get("/pools").await;
    assert!(list.body.contains("Call a multi-agency meeting"), "what is decided stands in the list");

    assert_eq!(app.stranger().get(&path).await.status, 303);
    assert_eq!(app.visitor(SCHOOL, Role::Trainer).await.get(&path).await.status, 403);
    assert_eq!(app.visitor(SCHOOL, Role::Trainer).await.get("/pools").await.status, 403);
    assert_eq!(analyst.get("/pools/absent").await.status, 404);
}
