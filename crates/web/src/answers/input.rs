//! How is a field asked? Its kit component by kind, filled with what was typed, always with the four ways of not knowing.

use daymark_content::Content;
use daymark_content::field::{Field, FieldKind};

use super::parse::LONG;
use super::raw::{Raw, name_of};
use crate::kit::{
    CharacterCount, Checkboxes, Choice, DateInput, ErrorMessage, Legend, Markup, NotKnown, Radios, Select,
    SelectOption, TextInput, Textarea, not_known,
};

/// Above so many choices a list is shorter than radios.
const RADIOS: usize = 12;

/// The currencies that are offered; the first is taken when nobody chooses.
const CURRENCIES: [(&str, &str); 8] = [
    ("GBP", "Pounds (GBP)"),
    ("EUR", "Euros (EUR)"),
    ("USD", "US dollars (USD)"),
    ("NGN", "Nigerian naira (NGN)"),
    ("XOF", "West African francs (XOF)"),
    ("PHP", "Philippine pesos (PHP)"),
    ("INR", "Indian rupees (INR)"),
    ("CAD", "Canadian dollars (CAD)"),
];

/// The input of `field` with what was typed and its message.
pub fn input(content: &Content, field: &Field, raw: &Raw, error: Option<ErrorMessage>) -> Markup {
    let name = name_of(&field.id);
    let value = raw.first(&name).to_owned();
    let hint = (!field.hint.is_empty()).then(|| Markup::text(&field.hint));
    let question = field.question.as_str();
    let state = || NotKnown::new(name.clone(), question, raw.first(&format!("{name}-state")));
    match field.kind {
        FieldKind::Code if field.values.len() > RADIOS => {
            let values = field.values.iter().map(|value| SelectOption::new(&value.code, &value.label));
            list(name, question, values, hint, error, value)
        }
        FieldKind::Area => {
            let areas = content.areas().iter().map(|area| SelectOption::new(area.code.as_str(), &area.name));
            let mut areas: Vec<SelectOption> = areas.collect();
            areas.sort_by(|one, other| one.text.cmp(&other.text));
            list(name, question, areas, hint, error, value)
        }
        FieldKind::Code | FieldKind::YesNo => {
            let choices = if field.kind == FieldKind::YesNo {
                vec![Choice::new("yes", "Yes"), Choice::new("no", "No")]
            } else {
                choices(field)
            };
            let radios = Radios {
                hint,
                error,
                selected: Some(value),
                ..Radios::new(name, Legend::new(question), choices)
            };
            Markup::from(&radios.or_not_known())
        }
        FieldKind::Codes => {
            let mut choices = choices(field);
            choices.push(Choice::divider("or"));
            choices.extend(not_known::choices().into_iter().map(|c| Choice { exclusive: true, ..c }));
            let boxes = Checkboxes {
                hint: hint.or_else(|| Some("Choose all that apply.".into())),
                error,
                selected: raw.all(&name).to_vec(),
                ..Checkboxes::new(name, Legend::new(question), choices)
            };
            Markup::from(&boxes)
        }
        FieldKind::Text | FieldKind::Selector | FieldKind::Number => {
            let (inputmode, width) = if field.kind == FieldKind::Number { ("numeric", 5) } else { ("", 0) };
            Markup::of(&TextInput {
                hint,
                error,
                value,
                inputmode,
                width,
                autocomplete: "off",
                spellcheck: (field.kind != FieldKind::Text).then_some(false),
                not_known: Some(state()),
                ..TextInput::new(name, question)
            })
        }
        FieldKind::LongText => {
            let text = CharacterCount {
                hint,
                error,
                value: after_newline(value),
                rows: 6,
                threshold_percent: Some(75),
                ..CharacterCount::new(name.clone(), question, LONG as u32)
            };
            Markup::join([Markup::of(&text), Markup::of(&state())])
        }
        FieldKind::Verbatim => Markup::of(&Textarea {
            hint,
            error,
            value: after_newline(value),
            rows: 8,
            spellcheck: Some(false),
            not_known: Some(state()),
            ..Textarea::new(name.clone(), format!("{question} In the child’s own words, exactly"))
        }),
        FieldKind::Amount => amount(&name, question, raw, hint, error, state()),
        FieldKind::Moment => moment(&name, field, raw, hint, error, state()),
    }
}

fn choices(field: &Field) -> Vec<Choice> {
    let choice = |value: &daymark_content::field::CodeValue| {
        let choice = Choice::new(&value.code, value.label.as_str());
        match &value.hint {
            Some(hint) => choice.with_hint(hint.as_str()),
            None => choice,
        }
    };
    field.values.iter().map(choice).collect()
}

fn list(
    name: String,
    question: &str,
    values: impl IntoIterator<Item = SelectOption>,
    hint: Option<Markup>,
    error: Option<ErrorMessage>,
    selected: String,
) -> Markup {
    let mut options = vec![SelectOption::new("", "Choose an answer")];
    options.extend(values);
    options.push(SelectOption { disabled: true, ..SelectOption::new("-", "or") });
    options.extend(
        not_known::choices().into_iter().map(|c| SelectOption::new(c.value.clone(), plain(&c.value))),
    );
    Markup::of(&Select { hint, error, selected: Some(selected), ..Select::new(name, question, options) })
}

/// The words of a way of not knowing, for an option, which takes plain text only.
fn plain(code: &str) -> &'static str {
    match code {
        "unknown" => "Not known",
        "not-asked" => "Nobody has asked yet",
        "declined" => "They chose not to say",
        _ => "Does not apply",
    }
}

/// A browser drops the first line break of a text area: one more is put before a text that begins with one.
fn after_newline(text: String) -> String {
    if text.starts_with(['\n', '\r']) { format!("\n{text}") } else { text }
}

fn amount(
    name: &str,
    question: &str,
    raw: &Raw,
    hint: Option<Markup>,
    error: Option<ErrorMessage>,
    not_known: NotKnown,
) -> Markup {
    let currency = format!("{name}-currency");
    let chosen = raw.first(&currency);
    let chosen = if chosen.is_empty() { "GBP" } else { chosen };
    let mut options: Vec<SelectOption> =
        CURRENCIES.iter().map(|(code, text)| SelectOption::new(*code, *text)).collect();
    if !CURRENCIES.iter().any(|(code, _)| *code == chosen) {
        options.push(SelectOption::new(chosen, chosen));
    }
    let figures = TextInput {
        hint: hint.or_else(|| Some("In figures, such as 250 or 250.50.".into())),
        error,
        value: raw.first(name).to_owned(),
        inputmode: "decimal",
        width: 10,
        autocomplete: "off",
        ..TextInput::new(name, question)
    };
    let money = Select {
        selected: Some(chosen.to_owned()),
        ..Select::new(currency, Markup::join(["Currency".into(), Markup::hidden(question)]), options)
    };
    Markup::join([Markup::of(&figures), Markup::of(&money), Markup::of(&not_known)])
}

fn moment(
    name: &str,
    field: &Field,
    raw: &Raw,
    hint: Option<Markup>,
    error: Option<ErrorMessage>,
    not_known: NotKnown,
) -> Markup {
    let part = |part: &str| raw.first(&format!("{name}-{part}")).to_owned();
    let example: Markup =
        "For example 27 3 2026. Leave out the day, or day and month, if they are not known.".into();
    let date = DateInput {
        hint: Some(match hint {
            Some(hint) => Markup::join([hint, " ".into(), example]),
            None => example,
        }),
        error,
        day: part("day"),
        month: part("month"),
        year: part("year"),
        ..DateInput::new(name, Legend::new(field.question.as_str()))
    };
    // A day that somebody counts by (`…_on`) needs no time.
    let time = (!field.id.as_str().ends_with("_on")).then(|| TextInput {
        value: part("time"),
        width: 5,
        autocomplete: "off",
        hint: Some("If it is known, such as 21:40 or 9pm.".into()),
        ..TextInput::new(
            format!("{name}-time"),
            Markup::join(["Time".into(), Markup::hidden(&field.question)]),
        )
    });
    let time = time.map(|time| Markup::of(&time)).unwrap_or_default();
    Markup::join([Markup::from(&date), time, Markup::of(&not_known)])
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use super::*;
    use crate::answers::raw::names_of;

    static CONTENT: LazyLock<Content> = LazyLock::new(|| Content::embedded().0);

    #[test]
    fn every_field_asks_under_its_names_and_offers_not_knowing() {
        for field in CONTENT.catalogue().fields() {
            let html = input(&CONTENT, field, &Raw::default(), None).to_string();
            for name in names_of(field) {
                let untimed = name.ends_with("-time") && field.id.as_str().ends_with("_on");
                assert_eq!(html.contains(&format!("name=\"{name}\"")), !untimed, "{name}");
            }
            for code in ["unknown", "not-asked", "declined", "not-applicable"] {
                assert!(html.contains(&format!("value=\"{code}\"")), "{}: {code}", field.id);
            }
        }
    }

    #[test]
    fn what_was_typed_comes_back_unaltered() {
        let field = CONTENT.catalogue().field(&"response.child_voice".parse().unwrap()).unwrap();
        let mut raw = Raw::default();
        raw.put("response-child-voice", "\r\n  he <said> so  ");
        let html = input(&CONTENT, field, &raw, None).to_string();
        assert!(html.contains(">\n\r\n  he &#60;said&#62; so  </textarea>"), "{html}");
        assert!(html.contains("In the child’s own words, exactly"));
    }
}
