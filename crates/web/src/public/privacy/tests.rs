//! The privacy page, held against the ledger.

use daymark_store::ledger;

use crate::testing::TestApp;

#[tokio::test]
async fn every_purpose_of_the_ledger_is_told() {
    let app = TestApp::new().await;
    let page = app.stranger().get("/privacy").await;
    assert_eq!(page.status, 200);
    let body = page.body.replace("&#39;", "'");
    let ledger = ledger::read().unwrap();
    let mut n_purposes = 0;
    for column in ledger.values().flat_map(|table| table.values()) {
        assert!(body.contains(&column.purpose), "{}", column.purpose);
        n_purposes += 1;
    }
    assert!(n_purposes > 100, "{n_purposes}");
    for words in ["72 hours", "12 hours", "made anew", "no button that deletes a case"] {
        assert!(body.contains(words), "{words}");
    }
}
