use axum::body::Body;
use axum::routing::get;
use tower::ServiceExt;

use super::*;

fn answer(path: &str) -> Response {
    let router = Router::new()
        .route("/", get(|| async { "page" }))
        .route("/kept", get(|| async { ([(header::CACHE_CONTROL, "max-age=1")], "file") }));
    let request = Request::builder().uri(path).body(Body::empty()).expect("a request");
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    runtime.block_on(layer(router).oneshot(request)).expect("an answer")
}

/// The headers in the order of their names, one a line.
fn listed(response: &Response) -> String {
    let mut lines: Vec<String> = response
        .headers()
        .iter()
        .filter(|(name, _)| *name != header::CONTENT_LENGTH && *name != header::CONTENT_TYPE)
        .map(|(name, value)| format!("{name}: {}", value.to_str().expect("ascii")))
        .collect();
    lines.sort();
    lines.join("\n")
}

#[test]
fn threat_t05_every_answer_is_hardened() {
    insta::assert_snapshot!(listed(&answer("/")));
    assert_eq!(listed(&answer("/")), listed(&answer("/no-such-page")), "an unknown page is hardened too");
}

#[test]
fn nothing_unsafe_is_allowed() {
    assert!(!CONTENT_SECURITY_POLICY.contains("unsafe"));
    assert!(!CONTENT_SECURITY_POLICY.contains('*'));
}

#[test]
fn only_a_file_named_by_its_content_may_be_kept() {
    assert_eq!(answer("/kept").headers()[header::CACHE_CONTROL], "max-age=1");
    assert_eq!(answer("/").headers()[header::CACHE_CONTROL], "no-store");
}

#[test]
fn a_report_leaves_no_address_in_the_log() {
    let report = br#"[{"type":"csp-violation","body":{"effectiveDirective":"style-src-attr",
        "documentURL":"https://daymark.example/cases/NY-0231","sourceFile":"https://daymark.example/cases/NY-0231"}}]"#;
    assert_eq!(read_reports(report), [("style-src-attr".to_owned(), "elsewhere".to_owned())]);
    let said = br#"[{"body":{"effectiveDirective":"anna-of-moorland","sourceFile":""}}]"#;
    assert_eq!(
        read_reports(said),
        [("another".to_owned(), "elsewhere".to_owned())],
        "a name is no directive"
    );
    assert_eq!(read_reports(b"not json"), []);
}
