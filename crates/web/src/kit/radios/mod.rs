//! Which one of a few?

use askama::Template;
use askama::filters::HtmlSafe;

use super::field::{FieldHead, described_by};
use super::{ErrorMessage, Fieldset, Legend, Markup, not_known};

/// A choice of one; the first input's id is `id_prefix`, so an error summary can link to it.
#[derive(Debug, Clone, Default)]
pub struct Radios {
    /// The form field.
    pub name: String,
    /// What ids start with; empty takes `name`.
    pub id_prefix: String,
    /// The question.
    pub legend: Option<Legend>,
    /// What helps to answer.
    pub hint: Option<Markup>,
    /// What to put right.
    pub error: Option<ErrorMessage>,
    /// The choices.
    pub choices: Vec<Choice>,
    /// The value chosen before.
    pub selected: Option<String>,
    /// Whether choices stand side by side where there is room.
    pub inline: bool,
    /// Whether circles are small: in filters and beside text.
    pub small: bool,
}

/// One choice among radios or checkboxes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What is read.
    pub text: Markup,
    /// What helps to decide.
    pub hint: Option<Markup>,
    /// Whether it can be seen and not chosen.
    pub disabled: bool,
    /// Inputs that belong to this choice, shown when it is taken (always shown without script).
    pub conditional: Option<Markup>,
    /// Whether taking it clears all others ("None of these"); checkboxes only.
    pub exclusive: bool,
    /// Whether this is not a choice but a word between choices, such as "or".
    pub is_divider: bool,
}

impl Choice {
    /// A choice.
    pub fn new(value: impl Into<String>, text: impl Into<Markup>) -> Self {
        Self { value: value.into(), text: text.into(), ..Self::default() }
    }

    /// A word between choices.
    pub fn divider(text: impl Into<Markup>) -> Self {
        Self { text: text.into(), is_divider: true, ..Self::default() }
    }

    /// The same choice with a line of help.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<Markup>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// One rendered choice: its id, and whether it is taken.
#[derive(Debug)]
pub(crate) struct Shown<'a> {
    pub(crate) id: String,
    pub(crate) choice: &'a Choice,
    pub(crate) taken: bool,
}

/// Gives each choice its id: `prefix`, `prefix-2`, `prefix-3`.
pub(crate) fn shown<'a>(prefix: &str, choices: &'a [Choice], taken: impl Fn(&str) -> bool) -> Vec<Shown<'a>> {
    choices
        .iter()
        .enumerate()
        .map(|(index, choice)| Shown {
            id: if index == 0 { prefix.to_owned() } else { format!("{prefix}-{}", index + 1) },
            choice,
            taken: taken(&choice.value),
        })
        .collect()
}

impl Radios {
    /// A choice for the field `name`.
    pub fn new(name: impl Into<String>, legend: Legend, choices: Vec<Choice>) -> Self {
        Self { name: name.into(), legend: Some(legend), choices, ..Self::default() }
    }

    /// The same question with "or" and the four ways of not knowing after the choices.
    #[must_use]
    pub fn or_not_known(mut self) -> Self {
        self.choices.push(Choice::divider("or"));
        self.choices.extend(not_known::choices());
        self
    }

    fn prefix(&self) -> &str {
        if self.id_prefix.is_empty() { &self.name } else { &self.id_prefix }
    }

    fn inner(&self) -> Markup {
        Markup::of(&RadiosInner {
            name: &self.name,
            head: FieldHead {
                id: self.prefix(),
                label: None,
                size: super::HeadingSize::Body,
                is_page_heading: false,
                label_class: "",
                hint: self.hint.as_ref(),
                error: self.error.as_ref(),
            },
            shown: shown(self.prefix(), &self.choices, |value| self.selected.as_deref() == Some(value)),
            inline: self.inline,
            small: self.small,
        })
    }
}

#[derive(Debug, Template)]
#[template(path = "kit/radios/template.html")]
struct RadiosInner<'a> {
    name: &'a str,
    head: FieldHead<'a>,
    shown: Vec<Shown<'a>>,
    inline: bool,
    small: bool,
}

/// The form group around radios, checkboxes or a date: an error bar, and a fieldset when there is a legend.
pub(crate) fn write_group(
    f: &mut std::fmt::Formatter<'_>,
    prefix: &str,
    legend: Option<&Legend>,
    role: Option<&'static str>,
    hint: bool,
    error: bool,
    inner: Markup,
) -> std::fmt::Result {
    f.write_str("<div class=\"govuk-form-group")?;
    if error {
        f.write_str(" govuk-form-group--error")?;
    }
    f.write_str("\">\n")?;
    match legend {
        Some(legend) => write!(
            f,
            "{}",
            Fieldset {
                legend: Some(legend.clone()),
                described_by: described_by("", prefix, hint, error),
                role,
                content: inner,
            }
        )?,
        None => write!(f, "{inner}")?,
    }
    f.write_str("</div>\n")
}

impl std::fmt::Display for Radios {
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

impl HtmlSafe for Radios {}

impl From<&Radios> for Markup {
    fn from(radios: &Radios) -> Self {
        Self::built(radios.to_string())
    }
}
