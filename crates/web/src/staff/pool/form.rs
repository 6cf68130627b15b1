//! What was written about the next step of a pool.

use daymark_store::pool::{NextAction, Pool};
use jiff::civil::Date;
use serde::Deserialize;

use crate::kit::{FormProblems, Language};

/// What can be done next about a pool, in the order in which it is offered.
pub const NEXT_ACTIONS: [(&str, &str); 5] = [
    ("strategy-meeting", "Call a multi-agency meeting"),
    ("one-lead", "Agree one lead officer for all of these cases"),
    ("check-on-children", "Check that every child has support"),
    ("report-accounts", "Report the shared accounts to the platform or bank"),
    ("no-action", "No action needed now"),
];

/// The words for a step.
pub fn action_words(code: &str) -> String {
    NEXT_ACTIONS.iter().find(|(c, _)| *c == code).map_or_else(String::new, |(_, words)| (*words).to_owned())
}

/// The fields as they were sent.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub struct RawNext {
    #[serde(default)]
    pub csrf: String,
    #[serde(default)]
    pub action: String,
    #[serde(default, rename = "due-day")]
    pub day: String,
    #[serde(default, rename = "due-month")]
    pub month: String,
    #[serde(default, rename = "due-year")]
    pub year: String,
}

impl RawNext {
    /// The form as it stands before anybody types: what was decided before.
    pub fn of(pool: &Pool) -> Self {
        let Some(next) = &pool.next_action else { return Self::default() };
        let part = |part: &dyn Fn(Date) -> String| next.due_on.map(part).unwrap_or_default();
        Self {
            csrf: String::new(),
            action: next.action.clone(),
            day: part(&|due| due.day().to_string()),
            month: part(&|due| due.month().to_string()),
            year: part(&|due| due.year().to_string()),
        }
    }

    /// Reads the form.
    ///
    /// # Errors
    /// Every problem at once.
    pub fn parse(&self) -> Result<NextAction, FormProblems> {
        let mut problems = FormProblems::new(Language::English);
        if !NEXT_ACTIONS.iter().any(|(code, _)| *code == self.action) {
            problems.add("action", "Choose what is done next");
        }
        let due_on = self.due_on();
        if due_on.is_err() {
            problems.add_at(
                "due",
                "due-day",
                "Enter the date as day, month and year, such as 27 11 2026, or leave it empty",
            );
        }
        match due_on {
            Ok(due_on) if problems.is_empty() => {
                Ok(NextAction { action: self.action.clone(), due_on, lead: None })
            }
            _ => Err(problems),
        }
    }

    fn due_on(&self) -> Result<Option<Date>, jiff::Error> {
        let [year, month, day] = [&self.year, &self.month, &self.day].map(|part| part.trim());
        if year.is_empty() && month.is_empty() && day.is_empty() {
            return Ok(None);
        }
        format!("{year:0>4}-{month:0>2}-{day:0>2}").parse().map(Some)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(action: &str, [day, month, year]: [&str; 3], expected: Result<Option<&str>, usize>) {
        let raw = RawNext {
            action: action.to_owned(),
            day: day.to_owned(),
            month: month.to_owned(),
            year: year.to_owned(),
            ..RawNext::default()
        };
        let found = raw.parse().map(|next| next.due_on.map(|due| due.to_string())).map_err(|p| p.len());
        assert_eq!(found, expected.map(|due| due.map(str::to_owned)), "{action} {day} {month} {year}");
    }

    #[test]
    fn every_problem_is_named_at_once() {
        check("one-lead", ["", "", ""], Ok(None));
        check("one-lead", [" 1", "12 ", "2026"], Ok(Some("2026-12-01")));
        check("one-lead", ["31", "2", "2026"], Err(1));
        check("one-lead", ["1", "", "2026"], Err(1));
        check("", ["", "", ""], Err(1));
        check("merge-them", ["x", "y", "z"], Err(2));
    }
}
