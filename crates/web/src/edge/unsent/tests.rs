//! A page typed past the time-out, as a person without script meets it.

use daymark_vocab::Role;
use jiff::SignedDuration;

use crate::testing::case::VOICE;
use crate::testing::{PASSWORD, SCHOOL, TestApp, Visitor};

const TYPED: &str = "typed slowly, with  care\nand <kept>";

/// Sends a payment's form after the session has timed out; answers where it leads.
async fn sent_too_late(app: &TestApp, lead: &Visitor, csrf: &str) -> String {
    let case = app.open_case(lead).await;
    app.clock.advance(SignedDuration::from_mins(16));
    let fields =
        [("csrf", csrf), ("payment-payee_reference", TYPED), ("source", "child"), ("confidence", "likely")];
    let answer = lead.post(&format!("/cases/{}/add/payment", case.id), &fields).await;
    assert_eq!(answer.status, 303);
    answer.location.unwrap().strip_prefix("/sign-in?back=").unwrap().to_owned()
}

#[tokio::test]
async fn a_form_sent_after_the_time_out_waits_for_its_writer() {
    let app = TestApp::new().await;
    let lead = app.lead().await;
    let kept = sent_too_late(&app, &lead, lead.csrf()).await;
    assert!(kept.starts_with("/unsent/"), "{kept}");
    assert_eq!(lead.get(&kept).await.status, 303, "the old session opens nothing");
    for text in [TYPED, VOICE] {
        let on_disk = app.bytes_on_disk();
        assert!(!on_disk.windows(text.len()).any(|bytes| bytes == text.as_bytes()), "kept sealed");
    }

    let colleague = app.visitor(SCHOOL, Role::Practitioner).await;
    assert_eq!(colleague.get(&kept).await.status, 404, "nobody else's");

    let code = app.code();
    let sign_in = [
        ("email", "lead@moorland-school.example.org"),
        ("password", PASSWORD),
        ("code", code.as_str()),
        ("back", kept.as_str()),
    ];
    let answer = app.stranger().post("/sign-in", &sign_in).await;
    assert_eq!((answer.status, answer.location.as_deref()), (303, Some(kept.as_str())));

    let again = app.lead().await;
    let page = again.get(&kept).await;
    assert_eq!(page.status, 200, "{}", page.body);
    assert!(page.body.contains("typed slowly, with  care\nand &#60;kept&#62;"), "{}", page.body);
    assert!(again.get("/start").await.body.contains(&kept), "the front room leads there too");

    let action = page.body.split("action=\"").find(|part| part.starts_with("/cases/")).unwrap();
    let action = action.split('"').next().unwrap();
    let incomplete = again.post(action, &[("payment-payee_reference", TYPED)]).await;
    assert_eq!(incomplete.status, 422);
    assert_eq!(again.get(&kept).await.status, 200, "not taken, so still kept");
    let fields = [("payment-payee_reference", TYPED), ("source", "child"), ("confidence", "likely")];
    let sent = again.post(action, &fields).await;
    assert_eq!(sent.status, 303, "{}", sent.body);
    let case = again.get(&sent.location.unwrap()).await;
    assert!(case.body.contains("typed slowly, with  care"), "{}", case.body);
    assert_eq!(again.get(&kept).await.status, 404, "let go of once it is saved");
}

#[tokio::test]
async fn a_form_without_the_token_of_that_session_is_not_kept() {
    let app = TestApp::new().await;
    let lead = app.lead().await;
    let back = sent_too_late(&app, &lead, "guessed").await;
    assert!(back.starts_with("/cases/"), "{back}");
}

#[tokio::test]
async fn it_can_be_thrown_away_and_is_swept_after_a_day() {
    let app = TestApp::new().await;
    let lead = app.lead().await;
    let kept = sent_too_late(&app, &lead, lead.csrf()).await;
    let again = app.lead().await;
    assert_eq!(again.post(&kept, &[]).await.status, 303);
    assert_eq!(again.get(&kept).await.status, 404);

    let late = sent_too_late(&app, &again, again.csrf()).await;
    app.clock.advance(SignedDuration::from_hours(25));
    let mut tx = app.app.store.write("sweep").await.unwrap();
    super::sweep(&mut tx, app.app.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(app.lead().await.get(&late).await.status, 404);
}
