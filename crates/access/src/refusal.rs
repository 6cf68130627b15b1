//! Why not? A refusal says its reasons about one's own records, and nothing at all about anybody else's.

use std::fmt;
use std::sync::Arc;

/// The answer no.
///
/// Another agency's record and a record that is not there give the same value, so that a page cannot
/// tell them apart by mistake.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Nobody is signed in: the same for every record and every verb but signing in.
    #[error("sign in first")]
    SignInFirst,
    /// There is no such record, or it is not this person's agency's: never say which.
    #[error("there is no such record, or it is not open to you")]
    NotFound,
    /// The record is their own agency's, and these are the reasons.
    #[error("{}", Sentences(reasons))]
    Forbidden {
        /// At least one, in the order to show.
        reasons: Vec<Reason>,
        /// Whether proving again who they are is all that is missing.
        step_up_would_do: bool,
    },
}

/// One reason, as a sentence for the person who was refused.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reason {
    /// The id of the rule it comes from, for the audit row.
    pub rule: Arc<str>,
    /// The sentence.
    pub sentence: Arc<str>,
}

impl Reason {
    pub(crate) fn new(rule: &str, sentence: impl Into<Arc<str>>) -> Self {
        Self { rule: rule.into(), sentence: sentence.into() }
    }
}

impl Refusal {
    /// The reasons; none where saying one would tell too much.
    pub fn reasons(&self) -> &[Reason] {
        match self {
            Self::SignInFirst | Self::NotFound => &[],
            Self::Forbidden { reasons, .. } => reasons,
        }
    }
}

struct Sentences<'a>(&'a [Reason]);

impl fmt::Display for Sentences<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, reason) in self.0.iter().enumerate() {
            let gap = if n == 0 { "" } else { " " };
            write!(f, "{gap}{}", reason.sentence)?;
        }
        Ok(())
    }
}
