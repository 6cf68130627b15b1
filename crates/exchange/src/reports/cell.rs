//! What does one cell say? A value, one of the four ways of not knowing, nothing at all, or a problem.

use std::collections::BTreeSet;

use daymark_vocab::{Amount, AreaCode, Currency, Known, Private, Value};

use super::columns::{ColumnKind, TemplateColumn};
use super::uk_date;

/// A problem of one cell: what is wrong, and the mend. Never repeats the cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wrong {
    pub message: String,
    pub hint: String,
}

impl Wrong {
    pub fn new(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { message: message.into(), hint: hint.into() }
    }
}

/// The longest reference, in characters.
const MAX_REFERENCE: usize = 64;

/// The largest number: no count or age in a record is higher.
const MAX_NUMBER: i64 = 100_000;

/// The four words for not knowing, in any case.
pub(super) fn absent(text: &str) -> Option<Known<Value>> {
    Known::absent(text.trim().to_ascii_lowercase().as_str())
}

/// Reads a cell that makes a value by itself (all kinds but amounts, selectors and the agency).
pub(super) fn value(column: &TemplateColumn, text: &str) -> Result<Known<Value>, Wrong> {
    if let Some(state) = absent(text) {
        return Ok(state);
    }
    let trimmed = text.trim();
    let value = match column.kind {
        ColumnKind::Text => Value::Text(Private::new(text.to_owned())),
        ColumnKind::Reference => Value::Text(Private::new(reference(trimmed)?)),
        ColumnKind::Code => Value::Code(code(column, trimmed)?),
        ColumnKind::Codes => Value::Codes(codes(column, trimmed)?),
        ColumnKind::Number => Value::Number(number(trimmed)?),
        ColumnKind::YesNo => Value::YesNo(yes_no(trimmed)?),
        ColumnKind::Moment => {
            Value::Moment(uk_date::parse(trimmed).map_err(|e| Wrong::new(e.to_string(), e.hint()))?)
        }
        ColumnKind::Area => Value::Code(area(column, trimmed)?),
        ColumnKind::Amount
        | ColumnKind::Currency
        | ColumnKind::Selectors(..)
        | ColumnKind::Agency
        | ColumnKind::Marker => {
            return Err(Wrong::new("this column is not read by itself", "use the template’s columns"));
        }
    };
    Ok(Known::Yes(value))
}

fn reference(text: &str) -> Result<String, Wrong> {
    let shaped = text.chars().count() <= MAX_REFERENCE && !text.chars().any(char::is_control);
    if shaped {
        Ok(text.to_owned())
    } else {
        Err(Wrong::new("not a reference", "use one line of at most 64 characters"))
    }
}

fn area(column: &TemplateColumn, text: &str) -> Result<String, Wrong> {
    let code: AreaCode = text.to_ascii_uppercase().parse().map_err(|_| {
        Wrong::new("not an area code", "use the code of the police force area, such as `E23000009`")
    })?;
    if column.allowed.is_empty() || column.allowed.iter().any(|allowed| allowed == code.as_str()) {
        Ok(code.as_str().to_owned())
    } else {
        Err(Wrong::new("no police force area has this code", "compare it with the list on the help sheet"))
    }
}

fn code(column: &TemplateColumn, text: &str) -> Result<String, Wrong> {
    let kebab = kebab(text);
    if column.allowed.contains(&kebab) {
        return Ok(kebab);
    }
    let hint = match nearest(&kebab, column.allowed.iter().map(String::as_str)) {
        Some(near) => format!("did you mean `{near}`?"),
        None if column.allowed.len() <= 12 => format!("use one of: {}", column.allowed.join(", ")),
        None => "the help sheet of the template lists the words".to_owned(),
    };
    Err(Wrong::new("a word that is not on this column’s list", hint))
}

fn codes(column: &TemplateColumn, text: &str) -> Result<Vec<String>, Wrong> {
    let words: Result<BTreeSet<String>, Wrong> = list(text).map(|word| code(column, word)).collect();
    words.map(|set| set.into_iter().collect())
}

/// The parts of a `|` list that hold something.
pub(super) fn list(text: &str) -> impl Iterator<Item = &str> {
    text.split('|').map(str::trim).filter(|part| !part.is_empty())
}

fn kebab(text: &str) -> String {
    let lower = text.trim().to_lowercase();
    lower.chars().map(|c| if matches!(c, ' ' | '_' | '–') { '-' } else { c }).collect()
}

fn number(text: &str) -> Result<i64, Wrong> {
    let digits = !text.is_empty() && text.len() <= 9 && text.bytes().all(|b| b.is_ascii_digit());
    match text.parse::<i64>() {
        Ok(n) if digits && n <= MAX_NUMBER => Ok(n),
        _ => Err(Wrong::new(
            "not a whole number",
            "use digits only, such as `16`; for about sixteen write `16`",
        )),
    }
}

fn yes_no(text: &str) -> Result<bool, Wrong> {
    match text.to_ascii_lowercase().as_str() {
        "yes" | "y" | "true" => Ok(true),
        "no" | "n" | "false" => Ok(false),
        _ => Err(Wrong::new(
            "neither yes nor no",
            "use `yes`, `no`, `unknown`, `not-asked`, `declined` or `not-applicable`",
        )),
    }
}

/// Reads figures and currency together. Both empty: `None`. The first element of an error is the cell that is
/// wrong: 0 for the figures, 1 for the currency.
pub(super) fn amount(figures: &str, currency: &str) -> Result<Option<Known<Value>>, (usize, Wrong)> {
    let (figures, currency) = (figures.trim(), currency.trim());
    if let Some(state) = absent(figures) {
        return Ok(Some(state));
    }
    let known_currency = if absent(currency).is_some() { "" } else { currency };
    match (figures.is_empty(), known_currency.is_empty()) {
        (true, true) => Ok(None),
        (true, false) => {
            Err((0, Wrong::new("there is a currency but no amount", "write the figures, or `unknown`")))
        }
        (false, true) => {
            Err((1, Wrong::new("there is an amount but no currency", "write the currency, such as `GBP`")))
        }
        (false, false) => {
            let currency: Currency = known_currency
                .to_ascii_uppercase()
                .parse()
                .map_err(|_| (1, Wrong::new("not a currency", "use the three-letter code, such as `GBP`")))?;
            let amount = Amount::parse(figures, currency).map_err(|_| {
                (0, Wrong::new("not an amount", "use figures only, such as `250` or `250.00`"))
            })?;
            Ok(Some(Known::Yes(Value::Amount(amount))))
        }
    }
}

/// The word of `words` that is near enough to be a slip of the pen: at most a third of its letters differ.
pub(super) fn nearest<'w>(word: &str, words: impl Iterator<Item = &'w str>) -> Option<&'w str> {
    if word.len() > 80 {
        return None;
    }
    let scored = words.map(|candidate| (distance(word, candidate), candidate));
    let best = scored.min_by_key(|(distance, candidate)| (*distance, *candidate))?;
    (best.0 <= (best.1.chars().count() / 3).max(1)).then_some(best.1)
}

/// Levenshtein distance, in characters.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        let mut next = vec![left];
        for (to, above) in b.iter().zip(row.iter().skip(1)) {
            let cost = usize::from(from != *to);
            left = (diagonal + cost).min(left + 1).min(above + 1);
            diagonal = *above;
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_of_the_pen_are_recognised() {
        let words = ["instagram", "snapchat", "other"];
        for (slip, meant) in
            [("instagarm", Some("instagram")), ("snap-chat", Some("snapchat")), ("zzz", None), ("", None)]
        {
            assert_eq!(nearest(slip, words.into_iter()), meant, "{slip}");
        }
        assert_eq!(distance("kitten", "sitting"), 3);
    }

    #[test]
    fn amount_and_currency_belong_together() {
        let place = |figures, currency| amount(figures, currency).map_err(|(cell, _)| cell);
        assert_eq!(place("", ""), Ok(None));
        assert_eq!(place("250", ""), Err(1));
        assert_eq!(place("", "GBP"), Err(0));
        assert_eq!(place("two", "GBP"), Err(0));
        assert_eq!(place("250", "pounds"), Err(1));
        assert_eq!(place("unknown", ""), Ok(Some(Known::Unknown)));
        let pounds = Amount::parse("250", Currency::GBP).unwrap();
        assert_eq!(place("£250.00", "gbp"), Ok(Some(Known::Yes(Value::Amount(pounds)))));
    }
}
