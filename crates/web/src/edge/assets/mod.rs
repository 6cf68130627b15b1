//! Where is the style sheet, and may the browser keep it? Files named by their content, embedded at build.
//!
//! `build.rs` gathers our own files and, where `cargo xtask assets` has run, the style sheet, scripts and
//! fonts made from govuk-frontend; without them our own `fallback.css` takes their place. Every file is
//! served at `/assets/<name>-<hash>.<ext>` and may be kept for ever: another content has another name.

use askama::Template;
use axum::Router;
use axum::extract::Path;
use axum::http::header;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use rust_embed::RustEmbed;

use super::error_page::PageError;
use crate::kit::PublicLayout;

#[cfg(test)]
mod tests;

#[derive(RustEmbed)]
#[folder = "$OUT_DIR/assets"]
struct Files;

/// Plain name and hashed name of every file, in the order of the plain names.
const NAMES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/asset_names.rs"));

/// The address of a file by its plain name: `service.css`, `app.js`.
///
/// A name that does not exist gives an address that is not found; a test looks up every name the templates use.
pub fn url(name: &str) -> String {
    format!("/assets/{}", hashed(name).unwrap_or(name))
}

/// The address of the scripts of the govuk components; `None` when they were not built, and pages work without.
pub fn govuk_script() -> Option<String> {
    hashed("govuk.js").map(|name| format!("/assets/{name}"))
}

/// Whether this is the (hashed) name of a file of ours.
pub(crate) fn is_file(hashed_name: &str) -> bool {
    NAMES.iter().any(|(_, name)| *name == hashed_name)
}

fn hashed(name: &str) -> Option<&'static str> {
    let index = NAMES.binary_search_by(|(plain, _)| (*plain).cmp(name)).ok()?;
    NAMES.get(index).map(|(_, hashed)| *hashed)
}

/// `/assets/{file}` and `/licences`.
pub fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route("/assets/{file}", get(serve)).route("/licences", get(licences))
}

/// One file by its hashed name; may be kept for ever.
pub async fn serve(Path(name): Path<String>) -> Response {
    match Files::get(&name) {
        Some(file) => (
            [
                (header::CONTENT_TYPE, content_type(&name)),
                (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
            ],
            file.data.into_owned(),
        )
            .into_response(),
        None => PageError::NotFound.into_response(),
    }
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, extension)| extension) {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("woff2") => "font/woff2",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

/// The licence of something we serve and did not make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Licence {
    /// What it is for: `govuk-frontend`.
    pub name: String,
    /// The whole text.
    pub text: String,
}

/// The licences of everything in this build that others made; none when only our own files are in it.
pub fn third_party_licences() -> Vec<Licence> {
    let plain = NAMES.iter().filter_map(|(plain, hashed)| {
        let name = plain.strip_prefix("licence-")?.strip_suffix(".txt")?;
        let file = Files::get(hashed)?;
        Some(Licence { name: name.to_owned(), text: String::from_utf8_lossy(&file.data).into_owned() })
    });
    plain.collect()
}

#[derive(Debug, Template)]
#[template(path = "edge/assets/licences.html")]
struct LicencesPage {
    layout: PublicLayout,
    licences: Vec<Licence>,
}

/// The page of third-party licences.
///
/// # Errors
/// [`PageError::Internal`] when the page cannot be written.
pub async fn licences() -> Result<Html<String>, PageError> {
    let page = LicencesPage { layout: PublicLayout::new("Licences"), licences: third_party_licences() };
    page.render().map(Html).map_err(|_| PageError::Internal { doing: "show the licences" })
}

/// Writes every file to `folder`, for pages that are looked at without a server.
#[cfg(test)]
pub(crate) fn write_all(folder: &std::path::Path) {
    for (_, hashed) in NAMES {
        let file = Files::get(hashed).expect("embedded");
        std::fs::write(folder.join(hashed), file.data).expect("written");
    }
}
