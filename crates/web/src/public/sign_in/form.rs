//! What was typed to sign in.

use daymark_vocab::Private;
use serde::Deserialize;

/// The fields as they were sent.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawSignIn {
    #[serde(default)]
    email: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    code: String,
    #[serde(default)]
    back: String,
}

/// What was typed, ready to be checked.
#[derive(Debug)]
pub struct SignIn {
    /// The address.
    pub email: Private<String>,
    /// The password.
    pub password: Private<String>,
    /// Six digits, or a recovery code.
    pub code: Private<String>,
    /// Where to go afterwards: a page of ours.
    pub back: String,
}

impl RawSignIn {
    /// Tidies what was typed; nothing is refused here, so that every wrong combination is answered alike.
    pub fn parse(self) -> SignIn {
        SignIn {
            email: Private::new(self.email.trim().to_owned()),
            password: Private::new(self.password),
            code: Private::new(self.code.chars().filter(|c| !c.is_whitespace()).collect()),
            back: page_of_ours(&self.back),
        }
    }
}

/// A path of this site, or the front room: never another site.
pub fn page_of_ours(back: &str) -> String {
    let ours = back.starts_with('/') && !back.starts_with("//") && !back.contains('\\');
    let plain = back.chars().all(|c| c.is_ascii_graphic());
    if ours && plain && back.len() < 300 { back.to_owned() } else { "/start".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::page_of_ours;

    #[test]
    fn only_pages_of_ours() {
        for ours in ["/cases", "/cases/abc?tab=links", "/"] {
            assert_eq!(page_of_ours(ours), ours);
        }
        for foreign in
            ["https://example.org", "//example.org", "/\\example.org", "javascript:x", "", "/a\r\nb"]
        {
            assert_eq!(page_of_ours(foreign), "/start", "{foreign}");
        }
    }
}
