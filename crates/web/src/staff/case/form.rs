//! One field of the catalogue as an input, and what was typed into it as a value with its messages.

use std::fmt::Write as _;

use daymark_content::{Field, FieldKind};
use daymark_exchange::refuse::refuse_images_in_text;
use daymark_vocab::selector::{Selector, SelectorKind};
use daymark_vocab::{Amount, Confidence, Currency, Fact, Known, MemberId, Moment, Private, Source, Value};
use jiff::Timestamp;
use jiff::civil::Date;

use crate::app::App;
use crate::edge::error_page::PageError;
use crate::in_words;
use crate::kit::{
    Checkboxes, Choice, DateInput, FormProblems, Legend, Markup, NotKnown, Radios, Select, SelectOption,
    TextInput, Textarea,
};

/// The most characters of a line, of a text and of the child's words.
const LONGEST: [(FieldKind, usize); 3] =
    [(FieldKind::Text, 500), (FieldKind::LongText, 10_000), (FieldKind::Verbatim, 20_000)];

/// From this many codes on a list is offered instead of radios.
const LONG_LIST: usize = 11;

/// What was sent, field by field, in its order.
#[derive(Debug, Clone, Default)]
pub struct Raw(Vec<(String, String)>);

impl Raw {
    /// Takes what was sent. Browsers send line ends as CR LF; the words are kept as they were typed.
    ///
    /// # Errors
    /// [`PageError::ImageRefused`] when something that was typed holds a picture or a file.
    pub fn of(sent: Vec<(String, String)>) -> Result<Self, PageError> {
        let sent: Vec<_> =
            sent.into_iter().map(|(name, value)| (name, value.replace("\r\n", "\n"))).collect();
        if sent.iter().any(|(_, value)| refuse_images_in_text(value).is_err()) {
            return Err(PageError::ImageRefused);
        }
        Ok(Self(sent))
    }

    /// The value of a field; empty when it was not sent.
    pub fn one(&self, name: &str) -> &str {
        self.0.iter().find(|(n, _)| n == name).map_or("", |(_, value)| value.as_str())
    }

    /// All values of a field.
    pub fn all(&self, name: &str) -> Vec<&str> {
        self.0.iter().filter(|(n, _)| n == name).map(|(_, value)| value.as_str()).collect()
    }

    /// Every field but those named: to be sent once more.
    pub fn without(&self, names: &[&str]) -> Vec<(String, String)> {
        self.0.iter().filter(|(name, _)| !names.contains(&name.as_str())).cloned().collect()
    }

    /// Adds a field, as if it had been sent.
    pub fn set(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.0.push((name.into(), value.into()));
    }

    /// Fills in what is recorded now.
    pub fn set_fact(&mut self, field: &Field, name: &str, known: &Known<Value>) {
        let Some(value) = known.value() else {
            let own = if is_radios(field) { name.to_owned() } else { format!("{name}-state") };
            return self.set(own, known.code());
        };
        match value {
            Value::Code(code) => self.set(name, code.as_str()),
            Value::Codes(codes) => codes.iter().for_each(|code| self.set(name, code.as_str())),
            Value::Number(number) => self.set(name, number.to_string()),
            Value::YesNo(yes) => self.set(name, if *yes { "yes" } else { "no" }),
            Value::Moment(moment) => {
                let text = moment.to_string();
                let (date, time) = text.split_once('T').unwrap_or((&text, ""));
                let mut parts = date.split('-');
                for part in ["year", "month", "day"] {
                    let number = parts.next().unwrap_or_default().trim_start_matches('0');
                    self.set(format!("{name}-{part}"), number);
                }
                self.set(format!("{name}-time"), time);
            }
            Value::Amount(amount) => {
                let figures = amount.to_string().replace('£', "");
                self.set(name, figures.split(' ').next().unwrap_or_default());
                self.set(format!("{name}-currency"), amount.currency.as_str());
            }
            Value::Text(text) => self.set(name, text.reveal().as_str()),
        }
    }
}

fn is_radios(field: &Field) -> bool {
    match field.kind {
        FieldKind::YesNo => true,
        FieldKind::Code => field.values.len() < LONG_LIST,
        _ => false,
    }
}

/// What an account's other fields say, to read its identifier by.
#[derive(Debug, Clone, Default)]
pub struct Account {
    /// What kind of identifier it is.
    pub kind: Option<SelectorKind>,
    /// The platform's code.
    pub platform: Option<String>,
}

/// Reads one field. `None` when nothing was answered, or when there is a problem.
pub fn read(
    field: &Field,
    name: &str,
    raw: &Raw,
    account: &Account,
    today: Date,
    problems: &mut FormProblems,
) -> Option<Known<Value>> {
    let label = &field.label;
    let state: Option<Known<Value>> = Known::absent(raw.one(&format!("{name}-state")));
    let at_problem = match field.kind {
        FieldKind::Moment => format!("{name}-day"),
        _ => name.to_owned(),
    };
    let answer = match value(field, name, raw, account, today) {
        Ok(answer) => answer,
        Err(message) => {
            problems.add_at(name, at_problem, format!("{label}: {message}"));
            return None;
        }
    };
    match (answer, state) {
        (Some(_), Some(_)) => {
            let message =
                format!("{label}: you gave an answer and also said why there is none. Keep one of the two");
            problems.add_at(name, at_problem, message);
            None
        }
        (answer, state) => answer.or(state),
    }
}

/// The answer itself; `Ok(None)` when nothing was answered.
fn value(
    field: &Field,
    name: &str,
    raw: &Raw,
    account: &Account,
    today: Date,
) -> Result<Option<Known<Value>>, String> {
    let typed = raw.one(name);
    let trimmed = typed.trim();
    if field.kind == FieldKind::Moment {
        return moment(name, raw, today).map(|moment| moment.map(|m| Known::Yes(Value::Moment(m))));
    }
    if field.kind == FieldKind::Codes {
        let mut codes: Vec<String> =
            raw.all(name).into_iter().filter(|code| !code.is_empty()).map(str::to_owned).collect();
        codes.sort();
        codes.dedup();
        if codes.iter().any(|code| field.value(code).is_none()) {
            return Err("choose from the answers below".to_owned());
        }
        return Ok((!codes.is_empty()).then_some(Known::Yes(Value::Codes(codes))));
    }
    if trimmed.is_empty() {
        return Ok(None);
    }
    let value = match field.kind {
        FieldKind::Text | FieldKind::LongText | FieldKind::Verbatim => {
            let longest = LONGEST.iter().find(|(kind, _)| *kind == field.kind).map_or(500, |(_, n)| *n);
            if typed.chars().count() > longest {
                return Err(format!("use {longest} characters or fewer"));
            }
            // INVARIANT: the child's words are kept as they were typed, spaces and all.
            let text = if field.kind == FieldKind::Verbatim { typed } else { trimmed };
            Value::Text(Private::new(text.to_owned()))
        }
        FieldKind::Code => {
            if let Some(absent) = Known::absent(typed) {
                return Ok(Some(absent));
            }
            field.value(typed).ok_or("choose one of the answers")?;
            Value::Code(typed.to_owned())
        }
        FieldKind::YesNo => match typed {
            "yes" => Value::YesNo(true),
            "no" => Value::YesNo(false),
            other => return Known::absent(other).map(Some).ok_or("choose yes or no".to_owned()),
        },
        FieldKind::Number => {
            let number = trimmed.parse::<i64>().ok().filter(|n| (0..=1_000_000).contains(n));
            Value::Number(number.ok_or("enter a whole number in figures, such as 3")?)
        }
        FieldKind::Area => {
            if let Some(absent) = Known::absent(typed) {
                return Ok(Some(absent));
            }
            typed.parse::<daymark_vocab::AreaCode>().map_err(|_| "choose a police area")?;
            Value::Code(typed.to_owned())
        }
        FieldKind::Amount => {
            let currency = match raw.one(&format!("{name}-currency")).trim() {
                "" => Currency::GBP,
                code => code.to_uppercase().parse().map_err(|error| format!("{error}"))?,
            };
            Value::Amount(Amount::parse(trimmed, currency).map_err(|error| error.to_string())?)
        }
        FieldKind::Selector => {
            if let Some(kind) = account.kind {
                Selector::parse(kind, account.platform.as_deref(), typed)
                    .map_err(|error| error.to_string())?;
            }
            Value::Text(Private::new(trimmed.to_owned()))
        }
        FieldKind::Codes | FieldKind::Moment => return Ok(None),
    };
    Ok(Some(Known::Yes(value)))
}

/// Day, month, year and time, each as far as it is known.
fn moment(name: &str, raw: &Raw, today: Date) -> Result<Option<Moment>, String> {
    const HOW: &str = "enter a real date in figures, such as 27 3 2026. Leave the day empty when only the month is known, and the month too when only the year is";
    let part = |part: &str| raw.one(&format!("{name}-{part}")).trim();
    let (day, month, year, time) = (part("day"), part("month"), part("year"), part("time"));
    if [day, month, year, time].iter().all(|part| part.is_empty()) {
        return Ok(None);
    }
    let number = |text: &str, width: usize| {
        let plain = !text.is_empty() && text.len() <= width && text.bytes().all(|b| b.is_ascii_digit());
        if plain { Ok(format!("{text:0>width$}")) } else { Err(HOW.to_owned()) }
    };
    if year.len() != 4 {
        return Err(HOW.to_owned());
    }
    let mut text = number(year, 4)?;
    if !month.is_empty() || !day.is_empty() {
        text.push('-');
        text.push_str(&number(month, 2)?);
    }
    if !day.is_empty() {
        text.push('-');
        text.push_str(&number(day, 2)?);
    }
    if !time.is_empty() {
        let (hour, minute) = time.split_once([':', '.']).unwrap_or((time, ""));
        let how = || "enter the time as 21:40, together with the day".to_owned();
        if day.is_empty() {
            return Err(how());
        }
        text.push('T');
        text.push_str(&number(hour, 2).map_err(|_| how())?);
        if !minute.is_empty() {
            let _ = write!(text, ":{}", number(minute, 2).map_err(|_| how())?);
        }
    }
    let moment: Moment = text.parse().map_err(|_| HOW.to_owned())?;
    if moment.date() > today {
        return Err(format!("the date must be today, {}, or earlier", in_words::day(today)));
    }
    Ok(Some(moment))
}

/// The input of one field, filled with what was typed.
pub fn input(app: &App, field: &Field, name: &str, raw: &Raw, problems: &FormProblems) -> Markup {
    let hint = (!field.hint.is_empty()).then(|| Markup::text(&field.hint));
    let error = problems.of(name);
    let not_known =
        Some(NotKnown::new(name, field.label.clone(), raw.one(&format!("{name}-state")).to_owned()));
    let legend = Legend::new(field.question.as_str());
    let typed = raw.one(name).to_owned();
    let choices = || {
        field.values.iter().map(|value| {
            let choice = Choice::new(value.code.as_str(), value.label.as_str());
            match &value.hint {
                Some(hint) => choice.with_hint(hint.as_str()),
                None => choice,
            }
        })
    };
    let selected = (!typed.is_empty()).then(|| typed.clone());
    match field.kind {
        FieldKind::YesNo => {
            let choices = vec![Choice::new("yes", "Yes"), Choice::new("no", "No")];
            let radios = Radios { hint, error, selected, ..Radios::new(name, legend, choices) };
            Markup::from(&radios.or_not_known())
        }
        FieldKind::Code if is_radios(field) => {
            let radios = Radios { hint, error, selected, ..Radios::new(name, legend, choices().collect()) };
            Markup::from(&radios.or_not_known())
        }
        FieldKind::Code | FieldKind::Area => {
            let mut options = vec![SelectOption::new("", "Choose one")];
            match field.kind {
                FieldKind::Area => options.extend(
                    app.content.areas().iter().map(|a| SelectOption::new(a.code.as_str(), a.name.as_str())),
                ),
                _ => options.extend(
                    field.values.iter().map(|v| SelectOption::new(v.code.as_str(), v.label.as_str())),
                ),
            }
            let select =
                Select { hint, error, selected, ..Select::new(name, field.question.as_str(), options) };
            Markup::join([Markup::of(&select), not_known.as_ref().map(Markup::of).unwrap_or_default()])
        }
        FieldKind::Codes => {
            let selected = raw.all(name).into_iter().map(str::to_owned).collect();
            let boxes =
                Checkboxes { hint, error, selected, ..Checkboxes::new(name, legend, choices().collect()) };
            Markup::join([Markup::from(&boxes), not_known.as_ref().map(Markup::of).unwrap_or_default()])
        }
        FieldKind::Moment => {
            let part = |part: &str| raw.one(&format!("{name}-{part}")).to_owned();
            let example = "For example, 27 3 2026. Leave the day empty when only the month is known.";
            let date =
                DateInput {
                    hint: Some(hint.map_or_else(
                        || example.into(),
                        |hint| Markup::join([hint, " ".into(), example.into()]),
                    )),
                    error,
                    day: part("day"),
                    month: part("month"),
                    year: part("year"),
                    not_known,
                    ..DateInput::new(name, legend)
                };
            let time = TextInput {
                hint: Some("If it is known, such as 21:40.".into()),
                value: part("time"),
                width: 5,
                ..TextInput::new(
                    format!("{name}-time"),
                    Markup::join(["Time".into(), Markup::hidden(&format!("of: {}", field.label))]),
                )
            };
            Markup::join([Markup::from(&date), Markup::of(&time)])
        }
        FieldKind::Amount => {
            let currency = raw.one(&format!("{name}-currency"));
            let amount = TextInput {
                hint,
                error,
                value: typed,
                width: 10,
                inputmode: "decimal",
                not_known,
                ..TextInput::new(name, field.question.as_str())
            };
            let currency = TextInput {
                hint: Some("The three-letter code: GBP for pounds, EUR for euros.".into()),
                value: if currency.is_empty() { "GBP".to_owned() } else { currency.to_owned() },
                width: 4,
                spellcheck: Some(false),
                ..TextInput::new(
                    format!("{name}-currency"),
                    Markup::join(["Currency".into(), Markup::hidden(&format!("of: {}", field.label))]),
                )
            };
            Markup::join([Markup::of(&amount), Markup::of(&currency)])
        }
        FieldKind::LongText | FieldKind::Verbatim => Markup::of(&Textarea {
            hint,
            error,
            value: typed,
            rows: 8,
            spellcheck: (field.kind == FieldKind::Verbatim).then_some(false),
            not_known,
            ..Textarea::new(name, field.question.as_str())
        }),
        FieldKind::Text | FieldKind::Number | FieldKind::Selector => Markup::of(&TextInput {
            hint,
            error,
            value: typed,
            inputmode: if field.kind == FieldKind::Number { "numeric" } else { "" },
            width: if field.kind == FieldKind::Number { 5 } else { 0 },
            spellcheck: (field.kind == FieldKind::Selector).then_some(false),
            not_known,
            ..TextInput::new(name, field.question.as_str())
        }),
    }
}

/// Who it comes from, and how sure they are.
#[derive(Debug, Clone, Copy)]
pub struct Provenance {
    /// Who.
    pub source: Source,
    /// How sure.
    pub confidence: Confidence,
}

impl Provenance {
    /// Reads both radios.
    pub fn read(raw: &Raw, problems: &mut FormProblems) -> Option<Self> {
        let source = raw.one("source").parse().ok();
        if source.is_none() {
            problems.add("source", "Choose who this comes from");
        }
        let confidence = raw.one("confidence").parse().ok();
        if confidence.is_none() {
            problems.add("confidence", "Choose how sure they are");
        }
        Some(Self { source: source?, confidence: confidence? })
    }

    /// Both radios.
    pub fn inputs(raw: &Raw, problems: &FormProblems) -> Markup {
        let chosen = |name: &str| Some(raw.one(name).to_owned()).filter(|code| !code.is_empty());
        let source = Radios {
            error: problems.of("source"),
            selected: chosen("source"),
            ..Radios::new(
                "source",
                Legend::new("Who does this come from?"),
                Source::ALL.iter().map(|source| Choice::new(source.code(), source.label())).collect(),
            )
        };
        let confidence = Radios {
            error: problems.of("confidence"),
            selected: chosen("confidence"),
            ..Radios::new(
                "confidence",
                Legend::new("How sure are they?"),
                Confidence::ALL.iter().map(|one| Choice::new(one.code(), one.label())).collect(),
            )
        };
        Markup::join([Markup::from(&source), Markup::from(&confidence)])
    }

    /// The fact of this field.
    pub fn fact(self, field: &Field, value: Known<Value>, by: &MemberId, now: Timestamp) -> Fact {
        Fact {
            value,
            kind: field.statement,
            source: self.source,
            confidence: self.confidence,
            recorded_by: by.clone(),
            recorded_at: now,
        }
    }
}
