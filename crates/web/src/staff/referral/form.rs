//! What was written to refer, to answer, to take back.

use daymark_access::{Answer, WrittenReason};
use daymark_store::agency::Agency;
use daymark_vocab::AgencyId;
use serde::Deserialize;

use crate::edge::error_page::PageError;
use crate::kit::{FormProblems, Language};

/// The form that asks another agency, as it was sent.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub struct RawReferral {
    #[serde(default)]
    pub csrf: String,
    #[serde(default)]
    pub to: String,
    #[serde(default)]
    pub reason: String,
}

/// A handover to be asked for.
pub struct Asked {
    /// Whom.
    pub to: AgencyId,
    /// Why.
    pub reason: WrittenReason,
}

impl RawReferral {
    /// Reads the form; `others` are the agencies that can be asked.
    ///
    /// # Errors
    /// Every problem at once.
    pub fn parse(&self, others: &[Agency]) -> Result<Asked, FormProblems> {
        let mut problems = FormProblems::new(Language::English);
        let to = others.iter().find(|agency| agency.id.as_str() == self.to).map(|agency| agency.id.clone());
        if to.is_none() {
            problems.add("to", "Choose the agency that you ask");
        }
        let reason = reason(&self.reason, &mut problems);
        match (to, reason) {
            (Some(to), Some(reason)) => Ok(Asked { to, reason }),
            _ => Err(problems),
        }
    }
}

/// The form that answers, as it was sent.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub struct RawAnswer {
    #[serde(default)]
    pub csrf: String,
    #[serde(default)]
    pub answer: String,
    #[serde(default)]
    pub reason: String,
}

impl RawAnswer {
    /// Reads the form. A reason is needed to reject; beside an acceptance it is refused rather than dropped.
    ///
    /// # Errors
    /// Every problem at once.
    pub fn parse(&self) -> Result<Answer, FormProblems> {
        let mut problems = FormProblems::new(Language::English);
        let answer = match self.answer.as_str() {
            "accept" if self.reason.trim().is_empty() => Some(Answer::Accept),
            "accept" => {
                problems.add(
                    "reason",
                    "A reason is only kept with a rejection. Take the words away to accept, or choose “No”",
                );
                None
            }
            "reject" => reason(&self.reason, &mut problems).map(|reason| Answer::Reject { reason }),
            _ => {
                problems.add("answer", "Choose whether your agency takes the case on");
                None
            }
        };
        answer.ok_or(problems)
    }
}

/// The form that takes a referral back, as it was sent.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub struct RawWithdrawal {
    #[serde(default)]
    pub csrf: String,
    #[serde(default)]
    pub reason: String,
}

impl RawWithdrawal {
    /// Reads the form.
    ///
    /// # Errors
    /// Every problem at once.
    pub fn parse(&self) -> Result<WrittenReason, FormProblems> {
        let mut problems = FormProblems::new(Language::English);
        reason(&self.reason, &mut problems).ok_or(problems)
    }
}

fn reason(text: &str, problems: &mut FormProblems) -> Option<WrittenReason> {
    match WrittenReason::parse(text) {
        Ok(reason) => Some(reason),
        Err(error) => {
            let mut message = error.to_string();
            if let Some(first) = message.get_mut(..1) {
                first.make_ascii_uppercase();
            }
            problems.add("reason", message);
            None
        }
    }
}

/// Refuses a picture or a file pasted among the words.
///
/// # Errors
/// [`PageError::ImageRefused`].
pub fn refuse_images(text: &str) -> Result<(), PageError> {
    daymark_exchange::refuse::refuse_images_in_text(text).map_err(|_| PageError::ImageRefused)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(answer: &str, reason: &str, expected: Result<Answer, &str>) {
        let raw = RawAnswer { answer: answer.to_owned(), reason: reason.to_owned(), ..RawAnswer::default() };
        match (raw.parse(), expected) {
            (Ok(answer), Ok(expected)) => assert_eq!(answer, expected),
            (Err(problems), Err(field)) => assert!(problems.of(field).is_some(), "{problems:?}"),
            (got, expected) => panic!("{got:?}, not {expected:?}"),
        }
    }

    #[test]
    fn an_answer_says_yes_or_says_why_not() {
        let reason = WrittenReason::parse("The family has moved to another area.").unwrap();
        check("accept", "", Ok(Answer::Accept));
        check("accept", "some words", Err("reason"));
        check("reject", "The family has moved to another area.", Ok(Answer::Reject { reason }));
        check("reject", "no", Err("reason"));
        check("", "", Err("answer"));
        check("perhaps", "", Err("answer"));
    }

    #[test]
    fn all_problems_of_a_referral_come_together() {
        let problems = RawReferral::default().parse(&[]).err().unwrap();
        assert_eq!(problems.len(), 2);
    }
}
