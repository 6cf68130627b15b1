//! Which day? Three boxes, because people remember dates, and calendars make them hunt.

use askama::Template;
use askama::filters::HtmlSafe;

use super::field::FieldHead;
use super::radios::write_group;
use super::{ErrorMessage, Legend, Markup, NotKnown};

/// A part of a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DatePart {
    /// The day of the month.
    Day,
    /// The month's number.
    Month,
    /// The year in four digits.
    Year,
}

/// Day, month and year; fields `<name>-day`, `<name>-month`, `<name>-year`, ids the same.
#[derive(Debug, Clone, Default)]
pub struct DateInput {
    /// What field names and ids start with.
    pub name: String,
    /// The question.
    pub legend: Option<Legend>,
    /// An example of a plausible date.
    pub hint: Option<Markup>,
    /// What to put right.
    pub error: Option<ErrorMessage>,
    /// The parts at fault; empty marks all three when there is an error.
    pub error_parts: Vec<DatePart>,
    /// The day as typed.
    pub day: String,
    /// The month as typed.
    pub month: String,
    /// The year as typed.
    pub year: String,
    /// The four ways of not knowing, offered under the boxes.
    pub not_known: Option<NotKnown>,
}

impl DateInput {
    /// A date for the fields that start with `name`.
    pub fn new(name: impl Into<String>, legend: Legend) -> Self {
        Self { name: name.into(), legend: Some(legend), ..Self::default() }
    }

    fn part(&self, part: DatePart) -> Part<'_> {
        let at_fault =
            self.error.is_some() && (self.error_parts.is_empty() || self.error_parts.contains(&part));
        match part {
            DatePart::Day => Part { word: "day", label: "Day", value: &self.day, width: 2, at_fault },
            DatePart::Month => Part { word: "month", label: "Month", value: &self.month, width: 2, at_fault },
            DatePart::Year => Part { word: "year", label: "Year", value: &self.year, width: 4, at_fault },
        }
    }
}

#[derive(Debug)]
struct Part<'a> {
    word: &'static str,
    label: &'static str,
    value: &'a str,
    width: u8,
    at_fault: bool,
}

#[derive(Debug, Template)]
#[template(path = "kit/date_input/template.html")]
struct DateInner<'a> {
    name: &'a str,
    head: FieldHead<'a>,
    parts: [Part<'a>; 3],
    not_known: Option<&'a NotKnown>,
}

impl std::fmt::Display for DateInput {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let inner = Markup::of(&DateInner {
            name: &self.name,
            head: FieldHead {
                id: &self.name,
                label: None,
                size: super::HeadingSize::Body,
                is_page_heading: false,
                label_class: "",
                hint: self.hint.as_ref(),
                error: self.error.as_ref(),
            },
            parts: [DatePart::Day, DatePart::Month, DatePart::Year].map(|part| self.part(part)),
            not_known: self.not_known.as_ref(),
        });
        write_group(
            f,
            &self.name,
            self.legend.as_ref(),
            Some("group"),
            self.hint.is_some(),
            self.error.is_some(),
            inner,
        )
    }
}

impl HtmlSafe for DateInput {}

impl From<&DateInput> for Markup {
    fn from(date: &DateInput) -> Self {
        Self::built(date.to_string())
    }
}
