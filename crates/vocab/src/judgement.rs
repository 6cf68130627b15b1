//! What did a person decide about two cases? The machine only ever suggests.

use std::fmt;
use std::str::FromStr;

/// A person's answer to "were these two children harmed by the same hands?".
///
/// Kept for ever, outranks the machine, can be undone by a later one (the history stays).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Judgement {
    /// Same hands.
    Positive,
    /// Different hands.
    Negative,
    /// Looked at, cannot say yet.
    Unsure,
}

impl Judgement {
    /// All, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::Positive, Self::Negative, Self::Unsure];

    /// The word in store and forms.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Positive => "same",
            Self::Negative => "different",
            Self::Unsure => "unsure",
        }
    }

    /// The label beside the radio button.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Positive => "Yes",
            Self::Negative => "No",
            Self::Unsure => "Not sure yet",
        }
    }
}

/// The text names no judgement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a judgement: choose `same`, `different` or `unsure`")]
pub struct JudgementError;

impl FromStr for Judgement {
    type Err = JudgementError;

    fn from_str(code: &str) -> Result<Self, JudgementError> {
        Self::ALL.into_iter().find(|j| j.code() == code).ok_or(JudgementError)
    }
}

impl fmt::Display for Judgement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}
