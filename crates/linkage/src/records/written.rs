//! What does one cell say, in the form in which it is needed?

use std::str::FromStr;

use daymark_vocab::Moment;
use jiff::civil::{Date, date};

use super::Form;
use crate::table::Cells;

/// A cell in the form needed.
pub(super) enum Written {
    Nothing,
    Texts(Vec<String>),
    Number(f64),
}

impl Written {
    pub(super) fn into_texts(self) -> Vec<String> {
        match self {
            Self::Texts(texts) => texts,
            Self::Nothing | Self::Number(_) => Vec::new(),
        }
    }

    pub(super) fn into_number(self) -> f64 {
        match self {
            Self::Number(number) => number,
            Self::Nothing | Self::Texts(_) => f64::NAN,
        }
    }
}

/// Reads the cell of `row`; `missing` lists the words for "not recorded".
///
/// # Errors
/// What the cell should have been, in words; the cell's text is never repeated.
pub(super) fn read(
    cells: &Cells,
    row: usize,
    form: Form,
    missing: &[String],
) -> Result<Written, &'static str> {
    let said = |text: &str| {
        let text = normalised(text);
        let nothing = text.is_empty() || missing.iter().any(|word| normalised(word) == text);
        (!nothing).then_some(text)
    };
    let texts: Vec<String> = match cells {
        Cells::Text(cells) => {
            let Some(Some(cell)) = cells.get(row) else { return Ok(Written::Nothing) };
            match form {
                Form::Values => cell.split('|').filter_map(said).collect(),
                _ => said(cell).into_iter().collect(),
            }
        }
        Cells::TextList(cells) => {
            cells.get(row).into_iter().flatten().filter_map(|text| said(text)).collect()
        }
        Cells::Number(cells) => {
            let Some(Some(number)) = cells.get(row) else { return Ok(Written::Nothing) };
            return match form {
                Form::Number | Form::Day => Ok(Written::Number(*number)),
                Form::CalendarDay => Err("a date"),
                _ => Ok(Written::Texts(vec![number.to_string()])),
            };
        }
        Cells::Date(cells) => {
            let Some(Some(date)) = cells.get(row) else { return Ok(Written::Nothing) };
            return Ok(match form {
                Form::Number | Form::Day => Written::Number(days_since_1970(*date)),
                Form::CalendarDay => Written::Number(calendar_day(*date)),
                _ => Written::Texts(vec![date.to_string()]),
            });
        }
    };
    let Some(first) = texts.first() else { return Ok(Written::Nothing) };
    match form {
        Form::Whole | Form::Values => Ok(Written::Texts(texts)),
        Form::Words => Ok(Written::Texts(texts.iter().flat_map(|text| words(text)).collect())),
        Form::Number => {
            let number: f64 = first.parse().map_err(|_| "a number")?;
            if number.is_finite() { Ok(Written::Number(number)) } else { Err("a number") }
        }
        Form::Day => {
            let moment = moment(first)?;
            let time = moment.earliest().time();
            let of_day = (f64::from(time.hour()) + f64::from(time.minute()) / 60.0) / 24.0;
            Ok(Written::Number(days_since_1970(moment.date()) + of_day))
        }
        Form::CalendarDay => Ok(Written::Number(calendar_day(moment(first)?.date()))),
    }
}

fn moment(text: &str) -> Result<Moment, &'static str> {
    // Moments write their `T` in upper case; the canonical form of values is lower case.
    Moment::from_str(&text.to_uppercase()).map_err(|_| "a date such as `2026-03-14`")
}

fn days_since_1970(day: Date) -> f64 {
    date(1970, 1, 1).until(day).map_or(f64::NAN, |span| f64::from(span.get_days()))
}

fn calendar_day(day: Date) -> f64 {
    let (year, month) = (f64::from(day.year()), f64::from(day.month()));
    if year < 0.0 { f64::NAN } else { year * 10_000.0 + month * 100.0 + f64::from(day.day()) }
}

/// Lower case, trimmed, single spaces.
pub(super) fn normalised(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.extend(word.chars().flat_map(char::to_lowercase));
    }
    out
}

fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(cell: &str, form: Form, expected: Result<&[&str], f64>) {
        let cells = Cells::Text(vec![Some(cell.to_owned())]);
        let missing = ["unknown".to_owned()];
        match (read(&cells, 0, form, &missing).unwrap(), expected) {
            (Written::Texts(texts), Ok(expected)) => assert_eq!(texts, expected, "{cell}"),
            (Written::Number(number), Err(expected)) => assert_eq!(number, expected, "{cell}"),
            (Written::Nothing, Ok([])) => {}
            _ => panic!("{cell}: another kind"),
        }
    }

    #[test]
    fn cells_are_read_in_the_form_needed() {
        check(" A  b|c ", Form::Whole, Ok(&["a b|c"]));
        check(" A  b| c ||", Form::Values, Ok(&["a b", "c"]));
        check("Unknown", Form::Values, Ok(&[]));
        check("pay, PAY now!", Form::Words, Ok(&["pay", "pay", "now"]));
        check("1.5", Form::Number, Err(1.5));
        check("1970-01-02T12:00", Form::Day, Err(1.5));
        check("2009-05-07", Form::CalendarDay, Err(20_090_507.0));
    }

    #[test]
    fn unreadable_cells_say_what_was_wanted_and_not_what_was_there() {
        let cells = Cells::Text(vec![Some("next week".to_owned())]);
        for form in [Form::Number, Form::Day, Form::CalendarDay] {
            let wanted = read(&cells, 0, form, &[]).err().unwrap();
            assert!(!wanted.contains("week"), "{wanted}");
        }
    }
}
