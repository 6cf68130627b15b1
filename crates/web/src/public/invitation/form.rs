//! What was typed to accept.

use daymark_vocab::Private;
use serde::Deserialize;

use crate::kit::{FormProblems, Language};
use crate::password;

/// The fields as they were sent.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawAcceptance {
    #[serde(default)]
    pub seed: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    again: String,
    #[serde(default)]
    code: String,
}

/// A password that is good enough, and the code to be checked.
pub struct Acceptance {
    /// The password.
    pub password: Private<String>,
    /// Six digits.
    pub code: String,
}

impl RawAcceptance {
    /// Reads the form; `theirs` are words about the person that a password must not lean on.
    ///
    /// # Errors
    /// Every problem at once.
    pub fn parse(self, theirs: &[&str]) -> Result<Acceptance, FormProblems> {
        let mut problems = FormProblems::new(Language::English);
        if let Some(message) = password::too_weak(&self.password, theirs) {
            problems.add("password", message);
        }
        if self.again != self.password {
            problems.add("again", "Type the same password twice");
        }
        let code: String = self.code.chars().filter(|c| !c.is_whitespace()).collect();
        if code.len() != 6 || !code.bytes().all(|b| b.is_ascii_digit()) {
            problems.add("code", "Enter the six digits that your authenticator app shows now");
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        Ok(Acceptance { password: Private::new(self.password), code })
    }
}
