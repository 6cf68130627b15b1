//! Proving again, as a person does it.

use jiff::SignedDuration;

use crate::testing::{PASSWORD, TestApp};

#[tokio::test]
async fn password_and_code_lead_back_to_a_page_of_ours() {
    let app = TestApp::new().await;
    let lead = app.lead().await;
    assert_eq!(lead.get("/step-up?back=/cases").await.status, 200);
    let code = app.code();
    let wrong =
        lead.post("/step-up", &[("password", "not it at all"), ("code", &code), ("back", "/cases")]).await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.body.contains("The password or the security code is not right"));
    assert!(wrong.body.contains("value=\"/cases\""), "the way back is kept");
    let foreign = [("password", PASSWORD), ("code", code.as_str()), ("back", "//example.org")];
    let right = lead.post("/step-up", &foreign).await;
    assert_eq!((right.status, right.location.as_deref()), (303, Some("/start")));
    let again = lead.post("/step-up", &foreign).await;
    assert_eq!(again.status, 422, "a code works once");
}

#[tokio::test]
async fn it_lasts_ten_minutes() {
    let app = TestApp::new().await;
    let lead = app.lead().await;
    let case = app.open_case(&lead).await;
    let identity = format!("/cases/{}/identity", case.id);
    app.clock.advance(SignedDuration::from_mins(11));
    let asked = lead.get(&identity).await;
    assert_eq!(asked.status, 403);
    assert!(asked.body.contains("Prove again that it is you"));
    assert!(asked.body.contains(&format!("value=\"{identity}\"")));
    let code = app.code();
    let right = lead.post("/step-up", &[("password", PASSWORD), ("code", &code), ("back", &identity)]).await;
    assert_eq!(right.location.as_deref(), Some(identity.as_str()));
    assert_eq!(lead.get(&identity).await.status, 200);
    app.clock.advance(SignedDuration::from_mins(10));
    assert_eq!(lead.get(&identity).await.status, 200, "ten minutes to the second");
    app.clock.advance(SignedDuration::from_secs(1));
    assert_eq!(lead.get(&identity).await.status, 403);
}
