//! Signing in, as a person does it.

use crate::testing::{PASSWORD, TestApp};

#[tokio::test]
async fn address_password_and_code_open_a_session() {
    let app = TestApp::new().await;
    let visitor = app.stranger();
    let code = app.code();
    let answer = visitor
        .post(
            "/sign-in",
            &[
                ("email", "lead@moorland-school.example.org"),
                ("password", PASSWORD),
                ("code", &code),
                ("back", "/start"),
            ],
        )
        .await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    let cookie = answer.cookie.expect("a cookie");
    for part in ["__Host-session=", "Path=/", "Secure", "HttpOnly", "SameSite=Strict"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    let again = visitor
        .post(
            "/sign-in",
            &[("email", "lead@moorland-school.example.org"), ("password", PASSWORD), ("code", &code)],
        )
        .await;
    assert_eq!(again.status, 422, "a code works once");
}

#[tokio::test]
async fn threat_t12_every_wrong_combination_is_answered_alike() {
    let app = TestApp::new().await;
    let code = app.code();
    let mut answers = Vec::new();
    for (email, password, code) in [
        ("nobody@example.org", PASSWORD, code.as_str()),
        ("lead@moorland-school.example.org", "wrong password here", code.as_str()),
        ("lead@moorland-school.example.org", PASSWORD, "000000"),
    ] {
        let answer = app
            .stranger()
            .post("/sign-in", &[("email", email), ("password", password), ("code", code)])
            .await;
        assert_eq!(answer.status, 422);
        answers.push(answer.body.replace(email, "[email]"));
    }
    answers.dedup();
    assert_eq!(answers.len(), 1);
    assert!(!answers[0].contains(PASSWORD), "the password never comes back");
}

#[tokio::test]
async fn threat_t13_a_foreign_page_cannot_sign_anybody_out() {
    let app = TestApp::new().await;
    let lead = app.lead().await;
    let foreign = lead.post_from("https://example.net", "/sign-out", &[("csrf", lead.csrf())]).await;
    assert_eq!(foreign.status, 403);
    let without_token = lead.post("/sign-out", &[("csrf", "guessed")]).await;
    assert_eq!(without_token.status, 403);
    assert_eq!(lead.get("/start").await.status, 200, "still signed in");
    let right = lead.post("/sign-out", &[("csrf", lead.csrf())]).await;
    assert_eq!(right.status, 303);
    assert_eq!(lead.get("/start").await.status, 303, "signed out");
}
