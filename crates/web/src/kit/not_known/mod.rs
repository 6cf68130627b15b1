//! If we do not know, why not? Four answers that ask for four different next steps.
//!
//! The codes are those of `daymark_vocab::Known`. A question with radios takes [`choices`] after its own;
//! any other input carries a [`NotKnown`] under it, sent as the field `<name>-state`, where `known` means
//! "read the input".

use askama::Template;
use askama::filters::HtmlSafe;

use super::Choice;

/// The four ways of not knowing, as choices: their codes and what a person reads.
pub fn choices() -> Vec<Choice> {
    STATES.iter().map(|(code, text)| Choice::new(*code, *text)).collect()
}

const STATES: [(&str, &str); 4] = [
    ("unknown", "Not known"),
    ("not-asked", "Nobody has asked yet"),
    ("declined", "They chose not to say"),
    ("not-applicable", "Does not apply"),
];

/// The four ways of not knowing, under an input.
#[derive(Debug, Clone, Template)]
#[template(path = "kit/not_known/template.html")]
pub struct NotKnown {
    /// The input's field; this one is sent as `<name>-state`.
    pub name: String,
    /// What a screen reader hears before the choices: the question they belong to.
    pub about: String,
    /// The state chosen before: a code of `Known`, `known` when the input was filled in.
    pub selected: String,
}

impl NotKnown {
    /// The choices for the input `name`, with the state recorded so far.
    pub fn new(name: impl Into<String>, about: impl Into<String>, selected: impl Into<String>) -> Self {
        Self { name: name.into(), about: about.into(), selected: selected.into() }
    }

    fn is_open(&self) -> bool {
        STATES.iter().any(|(code, _)| *code == self.selected)
    }

    fn options(&self) -> Vec<(usize, &'static str, &'static str, bool)> {
        std::iter::once(("known", "Use what is written above"))
            .chain(STATES)
            .enumerate()
            .map(|(index, (code, text))| {
                let taken = self.selected == code || (code == "known" && !self.is_open());
                (index + 1, code, text, taken)
            })
            .collect()
    }
}

impl HtmlSafe for NotKnown {}

#[cfg(test)]
mod tests {
    use daymark_vocab::Known;

    use super::*;

    #[test]
    fn codes_are_those_of_the_vocabulary() {
        let states: [Known<()>; 4] = [Known::Unknown, Known::NotAsked, Known::Declined, Known::NotApplicable];
        assert_eq!(states.map(|state| state.code()).to_vec(), STATES.map(|(code, _)| code).to_vec());
        assert_eq!(Known::Yes(()).code(), "known");
    }

    #[test]
    fn exactly_one_choice_is_taken() {
        for selected in ["", "known", "declined", "nonsense"] {
            let html = NotKnown::new("age", "Age", selected).to_string();
            assert_eq!(html.matches(" checked").count(), 1, "{html}");
        }
    }
}
