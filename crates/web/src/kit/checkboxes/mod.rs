//! Which of these, one or several?

use askama::Template;
use askama::filters::HtmlSafe;

use super::field::FieldHead;
use super::radios::{Shown, shown, write_group};
use super::{Choice, ErrorMessage, Legend, Markup};

/// A choice of any number; the first input's id is `id_prefix`.
#[derive(Debug, Clone, Default)]
pub struct Checkboxes {
    /// The form field, sent once for each box.
    pub name: String,
    /// What ids start with; empty takes `name`.
    pub id_prefix: String,
    /// The question.
    pub legend: Option<Legend>,
    /// What helps to answer.
    pub hint: Option<Markup>,
    /// What to put right.
    pub error: Option<ErrorMessage>,
    /// The choices; one may be `exclusive`.
    pub choices: Vec<Choice>,
    /// The values chosen before.
    pub selected: Vec<String>,
    /// Whether boxes are small: in filters.
    pub small: bool,
}

impl Checkboxes {
    /// Boxes for the field `name`.
    pub fn new(name: impl Into<String>, legend: Legend, choices: Vec<Choice>) -> Self {
        Self { name: name.into(), legend: Some(legend), choices, ..Self::default() }
    }

    fn prefix(&self) -> &str {
        if self.id_prefix.is_empty() { &self.name } else { &self.id_prefix }
    }

    fn inner(&self) -> Markup {
        // Without a fieldset there is nothing above the boxes to carry hint and error: each box does.
        let group = match self.legend {
            Some(_) => String::new(),
            None => super::field::described_by("", self.prefix(), self.hint.is_some(), self.error.is_some()),
        };
        Markup::of(&CheckboxesInner {
            name: &self.name,
            group,
            head: FieldHead {
                id: self.prefix(),
                label: None,
                size: super::HeadingSize::Body,
                is_page_heading: false,
                label_class: "",
                hint: self.hint.as_ref(),
                error: self.error.as_ref(),
            },
            shown: shown(self.prefix(), &self.choices, |value| self.selected.iter().any(|one| one == value)),
            small: self.small,
        })
    }
}

#[derive(Debug, Template)]
#[template(path = "kit/checkboxes/template.html")]
struct CheckboxesInner<'a> {
    name: &'a str,
    group: String,
    head: FieldHead<'a>,
    shown: Vec<Shown<'a>>,
    small: bool,
}

impl CheckboxesInner<'_> {
    fn described_by(&self, item: &Shown<'_>) -> String {
        let hint = if item.choice.hint.is_some() { format!("{}-item-hint", item.id) } else { String::new() };
        format!("{} {hint}", self.group).trim().to_owned()
    }
}

impl std::fmt::Display for Checkboxes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write_group(
            f,
            self.prefix(),
            self.legend.as_ref(),
            None,
            self.hint.is_some(),
            self.error.is_some(),
            self.inner(),
        )
    }
}

impl HtmlSafe for Checkboxes {}

impl From<&Checkboxes> for Markup {
    fn from(checkboxes: &Checkboxes) -> Self {
        Self::built(checkboxes.to_string())
    }
}
