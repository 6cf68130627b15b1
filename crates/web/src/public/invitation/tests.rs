//! Accepting, as the invited person does it.

use jiff::SignedDuration;

use crate::edge::second_factor;
use crate::testing::TestApp;

fn between<'a>(body: &'a str, before: &str, after: &str) -> &'a str {
    let (_, rest) = body.split_once(before).unwrap_or_else(|| panic!("{before} is not in {body}"));
    rest.split_once(after).unwrap().0
}

#[tokio::test]
async fn the_link_leads_to_a_way_in_and_works_once() {
    let app = TestApp::new().await;
    let link = app.invite("robin@moorland-school.example.org").await;
    let stranger = app.stranger();
    let page = stranger.get(&link).await;
    assert_eq!(page.status, 200, "{}", page.body);
    assert!(page.body.contains("Robin Example (invented)"));
    assert!(page.body.contains("<svg class=\"dm-qr\"") && !page.body.contains("style="));
    let seed = between(&page.body, "name=\"seed\" value=\"", "\"").to_owned();
    let shown = between(&page.body, "data-secret>", "<").replace(' ', "");
    let secret = data_encoding::BASE32_NOPAD.decode(shown.as_bytes()).unwrap();
    let code = second_factor::code(&secret, app.app.clock.now());

    let weak = [("seed", seed.as_str()), ("password", "password1234"), ("again", "robin"), ("code", "12")];
    let wrong = stranger.post(&link, &weak).await;
    assert_eq!(wrong.status, 422);
    for words in ["easy to guess", "Type the same password twice", "Enter the six digits"] {
        assert!(wrong.body.contains(words), "{words}");
    }
    assert!(wrong.body.contains(&seed), "the secret stays, so that the app needs no second scan");
    assert!(!wrong.body.contains("value=\"password1234"), "a password never comes back");
    let password = "granite otter lantern seven";
    let stale = [("seed", seed.as_str()), ("password", password), ("again", password), ("code", "000000")];
    assert!(stranger.post(&link, &stale).await.body.contains("not the code that the app shows now"));

    let right =
        [("seed", seed.as_str()), ("password", password), ("again", password), ("code", code.as_str())];
    let accepted = stranger.post(&link, &right).await;
    assert_eq!(accepted.status, 200, "{}", accepted.body);
    assert_eq!(accepted.body.matches("<li class=\"dm-code-word\">").count(), 8);
    let recovery = between(&accepted.body, "<li class=\"dm-code-word\">", "<").to_owned();
    assert_eq!(stranger.get(&link).await.status, 404, "a link works once");

    let sign_in = |code: String| {
        let stranger = &stranger;
        async move {
            let fields =
                [("email", "robin@moorland-school.example.org"), ("password", password), ("code", &code)];
            stranger.post("/sign-in", &fields).await.status
        }
    };
    assert_eq!(sign_in(code).await, 422, "the code that accepted is used up");
    app.clock.advance(SignedDuration::from_secs(60));
    assert_eq!(sign_in(second_factor::code(&secret, app.app.clock.now())).await, 303);
    assert_eq!(sign_in(recovery.clone()).await, 303);
    assert_eq!(sign_in(recovery).await, 422, "a recovery code works once");
}

#[tokio::test]
async fn a_link_that_ran_out_or_was_guessed_is_no_page() {
    let app = TestApp::new().await;
    let link = app.invite("robin@moorland-school.example.org").await;
    assert_eq!(app.stranger().get("/invitation/guessed").await.status, 404);
    app.clock.advance(SignedDuration::from_hours(73));
    assert_eq!(app.stranger().get(&link).await.status, 404);
}
