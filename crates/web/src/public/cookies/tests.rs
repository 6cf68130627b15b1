//! The cookies page, held against what is really set.

use crate::testing::TestApp;

#[tokio::test]
async fn the_page_names_every_cookie_that_signing_in_sets() {
    let app = TestApp::new().await;
    let page = app.stranger().get("/cookies").await;
    assert_eq!((page.status, page.cookie.as_deref()), (200, None), "the page itself sets none");
    let set = crate::edge::session::cookie("invented").unwrap();
    let (name, rest) = set.to_str().unwrap().split_once('=').unwrap();
    assert!(page.body.contains(&format!(">{name}</code>")), "{name}");
    assert!(!rest.contains("Max-Age") && !rest.contains("Expires"), "it goes with the browser: {rest}");
    assert!(page.body.contains("15 minutes") && page.body.contains("12 hours"));
}

/// One place sets cookies, and no script stores anything: whoever changes that finds this test, and the page to change.
#[test]
fn no_other_place_leaves_anything_in_the_browser() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let (mut folders, mut found) = (vec![root.join("src"), root.join("assets")], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(root).unwrap().to_string_lossy().into_owned();
            if path.is_dir() && !name.ends_with("built") {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap_or_default();
            let ways =
                ["header::SET_COOKIE", "localStorage", "sessionStorage", "indexedDB", "document.cookie"];
            if ways.iter().any(|way| text.contains(way)) {
                found.push(name);
            }
        }
    }
    found.sort();
    let expected = ["src/public/cookies/tests.rs", "src/public/sign_in/actions.rs", "src/testing/mod.rs"];
    assert_eq!(found, expected, "this test, signing in and out, and the visitor of our tests");
}
