//! The help page, as anybody meets it.

use crate::testing::TestApp;

#[tokio::test]
async fn who_is_stuck_finds_a_person_and_every_number_stands_in_the_content() {
    let app = TestApp::new().await;
    let page = app.stranger().get("/help").await;
    assert_eq!(page.status, 200);
    for ask in &app.app.content.help().asks {
        assert!(page.body.contains(&format!("Ask {}.", ask.who)), "{}", ask.who);
    }
    let numbers: Vec<&str> =
        page.body.split("href=\"tel:").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert!(numbers.contains(&"999") && numbers.contains(&"08001111"), "{numbers:?}");
    let known: Vec<String> =
        app.app.content.routes().values().flat_map(|route| &route.channels).filter_map(|c| c.tel()).collect();
    assert!(numbers.iter().all(|number| known.iter().any(|known| known == number)), "{numbers:?}");
    assert!(page.body.find("call 999") < page.body.find("<h1"), "danger comes first");
}

#[tokio::test]
async fn the_footer_of_every_page_leads_to_help_privacy_cookies_and_accessibility() {
    let app = TestApp::new().await;
    for path in ["/sign-in", "/no-such-page", "/licences"] {
        let page = app.stranger().get(path).await;
        let (_, footer) = page.body.split_once("<footer").unwrap();
        for link in ["/help", "/privacy", "/cookies", "/accessibility", "/how-we-calculate", "/licences"] {
            assert!(footer.contains(&format!("href=\"{link}\"")), "{path} {link}");
            assert_eq!(app.stranger().get(link).await.status, 200, "{link}");
        }
    }
}

#[tokio::test]
async fn the_address_of_a_form_has_a_way_on() {
    let app = TestApp::new().await;
    let lead = app.lead().await;
    for path in ["/import/preview", "/sign-out", "/pools/absent/next"] {
        let page = lead.get(path).await;
        assert_eq!(page.status, 404, "{path}");
        assert!(page.body.contains("Go to the start page") && page.body.contains("href=\"/help\""), "{path}");
    }
}
