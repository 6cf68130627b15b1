//! What was answered.

use daymark_access::WrittenReason;
use daymark_vocab::{Judgement, Private};
use serde::Deserialize;

use crate::kit::{FormProblems, Language};

/// The answer about a pair.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawJudgement {
    #[serde(default)]
    pub csrf: String,
    #[serde(default)]
    judgement: String,
}

impl RawJudgement {
    /// The judgement; `None` when nothing was chosen.
    pub fn parse(&self) -> Option<Judgement> {
        self.judgement.parse().ok()
    }
}

/// Which judgement is undone.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawUndo {
    #[serde(default)]
    pub csrf: String,
    #[serde(default)]
    pub id: String,
}

/// Why one asks to see a case.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawReason {
    #[serde(default)]
    pub csrf: String,
    #[serde(default)]
    pub reason: String,
    #[serde(default)]
    pub decision: String,
}

impl RawReason {
    /// The reason, or the message beside the box.
    pub fn reason(&self) -> Result<WrittenReason, FormProblems> {
        WrittenReason::parse(&self.reason).map_err(|error| {
            let mut problems = FormProblems::new(Language::English);
            problems.add("reason", error.to_string());
            problems
        })
    }

    /// The decision and its words, or all messages.
    pub fn decision(&self) -> Result<(bool, WrittenReason), FormProblems> {
        let mut problems = FormProblems::new(Language::English);
        let yes = match self.decision.as_str() {
            "yes" => Some(true),
            "no" => Some(false),
            _ => {
                problems.add("decision", "Choose whether they may see the case");
                None
            }
        };
        match (yes, WrittenReason::parse(&self.reason)) {
            (Some(yes), Ok(reason)) => Ok((yes, reason)),
            (_, Err(error)) => {
                problems.add("reason", error.to_string());
                Err(problems)
            }
            _ => Err(problems),
        }
    }

    /// What was typed, to be shown again.
    pub fn typed(&self) -> Private<String> {
        Private::new(self.reason.clone())
    }
}
