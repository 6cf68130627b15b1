//! The page of methods, as anybody meets it.

use crate::testing::TestApp;

#[tokio::test]
async fn anybody_can_read_how_flags_are_worked_out() {
    let app = TestApp::new().await;
    let page = app.stranger().get("/how-we-calculate").await;
    assert_eq!(page.status, 200);
    for words in
        ["Chance alone puts about 1 week in 100 above it", "Noufaily", "id=\"flags\"", "The last 26 weeks"]
    {
        assert!(page.body.contains(words), "{words}");
    }
}
