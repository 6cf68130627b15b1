//! What must the person put right? All of it at once, in the order of the form.
//!
//! A form's parser adds problems; the page then asks for the summary (top of the page) and for each field's
//! own message, so that both always say the same.

use super::field::ErrorMessage;
use super::{ErrorItem, ErrorSummary, Language, Markup};

/// What is wrong with a form that was sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FormProblems {
    language: Language,
    problems: Vec<FormProblem>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct FormProblem {
    field: String,
    target: String,
    message: Markup,
}

impl FormProblems {
    /// No problems yet.
    pub fn new(language: Language) -> Self {
        Self { language, problems: Vec::new() }
    }

    /// `field` has a problem; the summary links to the input with that id.
    ///
    /// The message says what to do: "Enter the day contact began", never "invalid".
    pub fn add(&mut self, field: impl Into<String>, message: impl Into<Markup>) {
        let field = field.into();
        self.problems.push(FormProblem { target: field.clone(), field, message: message.into() });
    }

    /// As [`Self::add`], linking to another id: the first wrong part of a date, say.
    pub fn add_at(
        &mut self,
        field: impl Into<String>,
        target: impl Into<String>,
        message: impl Into<Markup>,
    ) {
        self.problems.push(FormProblem {
            field: field.into(),
            target: target.into(),
            message: message.into(),
        });
    }

    /// The message of `field`, for the field's `error`; the first when there are several.
    pub fn of(&self, field: &str) -> Option<ErrorMessage> {
        let problem = self.problems.iter().find(|problem| problem.field == field)?;
        Some(ErrorMessage { text: problem.message.clone(), prefix: self.language.error() })
    }

    /// Whether the form may go on.
    pub fn is_empty(&self) -> bool {
        self.problems.is_empty()
    }

    /// How many problems there are.
    pub fn len(&self) -> usize {
        self.problems.len()
    }

    /// The summary for the top of the page; `None` when nothing is wrong.
    pub fn summary(&self) -> Option<ErrorSummary> {
        (!self.is_empty()).then(|| ErrorSummary {
            title: self.language.there_is_a_problem().into(),
            items: self
                .problems
                .iter()
                .map(|problem| ErrorItem::at(problem.message.clone(), &problem.target))
                .collect(),
            ..ErrorSummary::default()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_and_the_field_say_the_same() {
        let mut problems = FormProblems::new(Language::English);
        assert_eq!(problems.summary(), None);
        problems.add("agency", "Choose an agency");
        problems.add_at("began-on", "began-on-month", "Enter a month between 1 and 12");
        let summary = problems.summary().map(|summary| summary.to_string()).unwrap_or_default();
        for (field, href) in [("agency", "#agency"), ("began-on", "#began-on-month")] {
            let message = problems.of(field).map(|error| error.text.to_string()).unwrap_or_default();
            assert!(summary.contains(&format!("<a href=\"{href}\">{message}</a>")), "{summary}");
        }
        assert_eq!(problems.of("elsewhere"), None);
    }
}
