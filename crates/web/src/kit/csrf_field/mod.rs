//! Did this form come from a page of ours? The hidden field that proves it; see `edge::csrf`.

use askama::Template;
use askama::filters::HtmlSafe;

use crate::edge::csrf::{CsrfToken, FIELD};

/// The hidden field of every form that changes something.
#[derive(Clone, Debug, Template)]
#[template(
    source = "<input type=\"hidden\" name=\"{{ FIELD }}\" value=\"{{ token.as_field() }}\">",
    ext = "html"
)]
pub struct CsrfField {
    /// The session's token.
    pub token: CsrfToken,
}

impl HtmlSafe for CsrfField {}
