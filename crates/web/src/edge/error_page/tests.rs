use axum::body::Body;
use axum::routing::get;
use daymark_vocab::entropy::EntropyError;
use tower::ServiceExt;

use super::*;

struct Fixed;

impl Entropy for Fixed {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), EntropyError> {
        buffer.fill(0xA7);
        Ok(())
    }
}

const ALL: fn() -> Vec<PageError> = || {
    vec![
        PageError::NotFound,
        PageError::Forbidden { reasons: vec!["Your agency does not hold this case.".to_owned()] },
        PageError::Conflict,
        PageError::BadRequest { problems: vec!["line 3, `area`: use a <code>".to_owned()] },
        PageError::TooLarge { limit: "1 MB" },
        PageError::ImageRefused,
        PageError::Unavailable,
        PageError::Internal { doing: "read the case" },
    ]
};

fn visit(error: PageError) -> (StatusCode, String) {
    let router: Router = Router::new().route(
        "/cases/{id}",
        get(move || {
            let error = error.clone();
            async move { Err::<(), _>(error) }
        }),
    );
    let router = Operations::new(Arc::new(Fixed)).layer(router);
    let request = Request::builder().uri("/cases/NY-0231").body(Body::empty()).expect("a request");
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    runtime.block_on(async {
        let response = router.oneshot(request).await.expect("an answer");
        let status = response.status();
        let body = axum::body::to_bytes(response.into_body(), 1 << 20).await.expect("a body");
        (status, String::from_utf8(body.to_vec()).expect("text"))
    })
}

#[test]
fn every_error_says_what_to_do_next_and_has_a_number() {
    for error in ALL() {
        let (status, html) = visit(error.clone());
        assert_eq!(status, error.status());
        assert!(html.contains(&format!("<h1 class=\"govuk-heading-l\">{}</h1>", error.title())), "{html}");
        assert!(html.contains("u6t2-pj5h"), "{error}: no number in {html}");
        assert!(html.contains("href=\"/\""), "{error}: no way on");
        assert!(!html.contains("NY-0231"), "{error}: the address is shown");
    }
}

#[test]
fn what_was_sent_is_shown_not_obeyed() {
    let (_, html) = visit(PageError::BadRequest { problems: vec!["use a <code>".to_owned()] });
    assert!(html.contains("use a &#60;code&#62;"), "{html}");
}

#[test]
fn what_went_wrong_inside_is_not_shown() {
    let (_, html) = visit(PageError::Internal { doing: "decrypt the child's voice" });
    assert!(!html.contains("decrypt"), "{html}");
}

#[test]
fn without_randomness_the_page_is_still_shown() {
    struct Empty;
    impl Entropy for Empty {
        fn fill(&self, _: &mut [u8]) -> Result<(), EntropyError> {
            Err(EntropyError)
        }
    }
    assert_eq!(OperationId::new(&Empty).as_str(), "no-number");
}
