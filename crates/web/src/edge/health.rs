//! Is it up, is it ready, how does it do? No detail that helps a stranger, no personal data.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::app::App;

/// `GET /healthz`: the process runs.
pub async fn healthz() -> &'static str {
    "ok\n"
}

/// `GET /readyz`: the database answers, for reading and for writing.
pub async fn readyz(State(app): State<App>) -> Response {
    let ready = async {
        let mut tx = app.store.write("ready").await?;
        daymark_store::setting::get(&mut tx, "sample").await?;
        tx.commit().await
    };
    match ready.await {
        Ok(()) => "ready\n".into_response(),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n").into_response(),
    }
}

/// `GET /metrics`: counts and durations for Prometheus.
pub async fn metrics(State(app): State<App>) -> Response {
    let text = app.metrics.as_ref().map(|handle| handle.render()).unwrap_or_default();
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text).into_response()
}
