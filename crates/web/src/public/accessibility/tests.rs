//! The accessibility statement, as anybody meets it.

use crate::testing::TestApp;

#[tokio::test]
async fn it_says_what_was_not_tested_and_claims_no_certificate() {
    let app = TestApp::new().await;
    let page = app.stranger().get("/accessibility").await;
    assert_eq!(page.status, 200);
    let n_links = format!("holds {} links", app.app.content.areas().len());
    for words in
        ["What was not tested", "screen reader", "Nobody has certified", "disabled themselves", &n_links]
    {
        assert!(page.body.contains(words), "{words}");
    }
}
