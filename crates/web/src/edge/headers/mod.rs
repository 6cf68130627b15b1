//! What does every answer tell the browser it must not do?
//!
//! Scripts, styles, fonts and pictures come from us alone; nothing inline runs; nobody may frame us; no
//! address of ours leaves in a `Referer`; nothing is kept in a cache. One snapshot pins all of it.

use axum::Router;
use axum::body::Bytes;
use axum::extract::Request;
use axum::http::header::{self, HeaderName, HeaderValue};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::{Next, from_fn};
use axum::response::Response;

#[cfg(test)]
mod tests;

/// Where browsers send what the content policy stopped.
pub const CSP_REPORT_PATH: &str = "/reports/csp";

const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
     font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; \
     object-src 'none'; require-trusted-types-for 'script'; trusted-types 'none'; report-to csp";

/// The directives whose breach a browser reports.
const DIRECTIVES: [&str; 19] = [
    "base-uri",
    "connect-src",
    "default-src",
    "font-src",
    "form-action",
    "frame-ancestors",
    "frame-src",
    "img-src",
    "manifest-src",
    "media-src",
    "object-src",
    "require-trusted-types-for",
    "script-src",
    "script-src-attr",
    "script-src-elem",
    "style-src",
    "style-src-attr",
    "style-src-elem",
    "trusted-types",
];

const PERMISSIONS_POLICY: &str = "accelerometer=(), autoplay=(), bluetooth=(), camera=(), clipboard-read=(), \
     display-capture=(), encrypted-media=(), fullscreen=(), geolocation=(), gyroscope=(), hid=(), \
     idle-detection=(), local-fonts=(), magnetometer=(), microphone=(), midi=(), payment=(), \
     picture-in-picture=(), publickey-credentials-create=(), publickey-credentials-get=(), \
     screen-wake-lock=(), serial=(), storage-access=(), usb=(), web-share=(), window-management=(), \
     xr-spatial-tracking=()";

/// Set on every answer, whatever the handler says.
const ALWAYS: [(HeaderName, HeaderValue); 10] = [
    (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(CONTENT_SECURITY_POLICY)),
    (HeaderName::from_static("reporting-endpoints"), HeaderValue::from_static("csp=\"/reports/csp\"")),
    (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
    (HeaderName::from_static("cross-origin-embedder-policy"), HeaderValue::from_static("require-corp")),
    (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin")),
    (HeaderName::from_static("permissions-policy"), HeaderValue::from_static(PERMISSIONS_POLICY)),
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=63072000; includeSubDomains")),
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex, nofollow")),
];

/// Puts the headers on every answer of `router`, errors and unknown pages included.
///
/// Add it outermost. An answer may say itself how long it may be kept (files named by their content do);
/// every other answer is `no-store`.
pub fn layer<S: Clone + Send + Sync + 'static>(router: Router<S>) -> Router<S> {
    router.layer(from_fn(harden))
}

async fn harden(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    set(response.headers_mut());
    response
}

fn set(headers: &mut HeaderMap) {
    for (name, value) in ALWAYS {
        headers.insert(name, value);
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
}

/// Takes a browser's report of something the policy stopped, and logs the directive and our own file's
/// name only: a report holds whole addresses.
pub async fn csp_report(body: Bytes) -> StatusCode {
    for (directive, file) in read_reports(&body) {
        tracing::warn!(csp.directive = directive, csp.file = file, "the content policy stopped something");
    }
    StatusCode::NO_CONTENT
}

/// Directive and file name of each report; anything that is not one of ours is called `elsewhere`.
fn read_reports(body: &[u8]) -> Vec<(String, String)> {
    let Ok(serde_json::Value::Array(reports)) = serde_json::from_slice(body) else { return Vec::new() };
    let reports = reports.iter().take(20).filter_map(|report| report.get("body"));
    reports
        .map(|report| {
            let text = |name: &str| report.get(name).and_then(serde_json::Value::as_str).unwrap_or_default();
            // Whoever sends a report chooses its words: only those of the policy itself reach the log.
            let said = text("effectiveDirective");
            let directive = DIRECTIVES.iter().find(|known| **known == said).copied().unwrap_or("another");
            let source = text("sourceFile");
            let file = source.rsplit_once("/assets/").map_or("elsewhere", |(_, name)| name);
            let known = super::assets::is_file(file);
            (directive.to_owned(), if known { file.to_owned() } else { "elsewhere".to_owned() })
        })
        .collect()
}
