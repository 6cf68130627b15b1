use super::*;

fn check(headers: &[(&str, &str)], expected: bool) {
    let mut map = HeaderMap::new();
    map.insert(header::HOST, "daymark.example".parse().expect("a host"));
    for (name, value) in headers {
        let name: axum::http::HeaderName = name.parse().expect("a name");
        map.insert(name, value.parse().expect("a value"));
    }
    assert_eq!(comes_from_us(&map), expected, "{headers:?}");
}

#[test]
fn only_our_own_pages_may_send() {
    check(&[("sec-fetch-site", "same-origin"), ("origin", "null")], true);
    check(&[("sec-fetch-site", "same-origin"), ("origin", "https://daymark.example")], true);
    check(&[("origin", "https://daymark.example")], true);
    check(&[], true);
    check(&[("sec-fetch-site", "cross-site")], false);
    check(&[("sec-fetch-site", "same-site")], false);
    check(&[("sec-fetch-site", "none")], false);
    check(&[("origin", "https://elsewhere.example")], false);
    check(&[("origin", "https://daymark.example.elsewhere.example")], false);
    check(&[("sec-fetch-site", "same-origin"), ("origin", "https://elsewhere.example")], false);
    check(&[("origin", "daymark.example")], false);
}

#[test]
fn only_the_session_s_token_passes() {
    let token = CsrfToken::new(&[7; 32]);
    assert!(token.check(token.as_field()).is_ok());
    assert!(CsrfToken::from_stored(token.as_field()).check(token.as_field()).is_ok());
    for wrong in ["", "x", &token.as_field()[1..], CsrfToken::new(&[8; 32]).as_field()] {
        assert!(token.check(wrong).is_err(), "{wrong}");
    }
    assert!(CsrfToken::from_stored("").check("").is_err(), "a session without a token lets nothing pass");
    assert!(!format!("{token:?}").contains(token.as_field()));
}

#[test]
fn a_foreign_post_is_refused_and_a_foreign_link_is_not() {
    use axum::body::Body;
    use axum::http::StatusCode;
    use axum::routing::get;
    use tower::ServiceExt;

    let router = axum::Router::new()
        .route("/", get(|| async { "shown" }).post(|| async { "changed" }))
        .layer(axum::middleware::from_fn(refuse_foreign));
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    for (method, expected) in [(Method::GET, StatusCode::OK), (Method::POST, StatusCode::FORBIDDEN)] {
        let request = Request::builder()
            .method(method.clone())
            .uri("/")
            .header("sec-fetch-site", "cross-site")
            .body(Body::empty())
            .expect("a request");
        let response = runtime.block_on(router.clone().oneshot(request)).expect("an answer");
        assert_eq!(response.status(), expected, "{method}");
    }
}
