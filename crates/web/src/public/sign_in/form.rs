//! What was typed to sign in.

use daymark_vocab::Private;
use serde::Deserialize;

use crate::edge::back::page_of_ours;

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
