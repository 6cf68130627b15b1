//! What is seen of a fault of ours? A calm page with a number, and its place in the log; never its message, which may
//! quote what somebody wrote.

use std::any::Any;
use std::panic::PanicHookInfo;

use axum::Router;
use axum::response::{IntoResponse, Response};
use tower_http::catch_panic::CatchPanicLayer;

use super::error_page::PageError;

/// Turns a panic in a handler of `router` into the page for faults. Add it inside the layer that numbers requests.
pub fn layer<S: Clone + Send + Sync + 'static>(router: Router<S>) -> Router<S> {
    router.layer(CatchPanicLayer::custom(answer))
}

fn answer(_: Box<dyn Any + Send + 'static>) -> Response {
    PageError::Internal { doing: "answer: something panicked" }.into_response()
}

/// Logs where a panic happened, and nothing else of it. Use with `std::panic::set_hook`.
pub fn log_place(info: &PanicHookInfo<'_>) {
    let place = info.location().map(|at| format!("{}:{}", at.file(), at.line())).unwrap_or_default();
    tracing::error!(panic.place = place, "a panic: a fault of ours");
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use axum::body::Body;
    use axum::http::Request;
    use axum::routing::get;
    use daymark_vocab::OsEntropy;
    use tower::ServiceExt;

    use super::*;
    use crate::edge::error_page::Operations;

    #[tokio::test]
    async fn a_panic_is_a_calm_page_with_a_number() {
        async fn fault() -> &'static str {
            panic!("quotes what somebody wrote")
        }
        let router = layer(Router::new().route("/", get(fault)));
        let router = Operations::new(Arc::new(OsEntropy)).layer(router);
        let answer = router.oneshot(Request::get("/").body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!(answer.status(), 500);
        let bytes = axum::body::to_bytes(answer.into_body(), 1 << 20).await.unwrap();
        let page = String::from_utf8_lossy(&bytes);
        assert!(page.contains("Something went wrong") && page.contains("It is not your fault"), "{page}");
        assert!(!page.contains("somebody wrote"));
    }
}
