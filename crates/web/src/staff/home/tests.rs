//! The front room, as a person meets it.

use crate::testing::TestApp;

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
