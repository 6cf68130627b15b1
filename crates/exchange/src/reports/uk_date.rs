//! Which day is `14/03/2026`? Dates as they are written in the UK, with one rule: the day comes first.
//!
//! Taken: `2026-03-14`, `2026-03-14T21:40`, `2026-03`, `2026`, `14/03/2026`, `14.03.2026 21:40`, `14 March 2026`,
//! `March 2026`, `03/2026`. Refused with the mend: years of two digits (`03/04/26` has three readings) and the
//! month first (`03/14/2026`).

use daymark_vocab::Moment;

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// Why a text is no date, and the mend.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UkDateError {
    /// No known form.
    #[error("not a date that can be read")]
    Form,
    /// A year of two digits.
    #[error("the year has two digits, so the date can be read in several ways")]
    ShortYear,
    /// The second number is above twelve.
    #[error("the month seems to come first")]
    MonthFirst,
    /// The thirtieth of February.
    #[error("there is no such day")]
    NoSuchDay,
}

impl UkDateError {
    /// What to do.
    pub const fn hint(self) -> &'static str {
        match self {
            Self::Form => {
                "write `2026-03-14` or `14/03/2026`, with `T21:40` or ` 21:40` for a time, or `2026-03` for a month"
            }
            Self::ShortYear => "write the year in full, best as `2026-03-14`",
            Self::MonthFirst => "write the day first, as in `14/03/2026`, or use `2026-03-14`",
            Self::NoSuchDay => "compare the day and the month with the original",
        }
    }
}

/// Reads a date or time in any of the forms above.
///
/// # Errors
/// [`UkDateError`], each with its [`hint`](UkDateError::hint).
pub fn parse(text: &str) -> Result<Moment, UkDateError> {
    let text = text.trim();
    if let Ok(moment) = without_seconds(text).parse::<Moment>() {
        return Ok(moment);
    }
    let looks_iso = text
        .get(..5)
        .is_some_and(|head| head.ends_with('-') && head.bytes().take(4).all(|b| b.is_ascii_digit()));
    if looks_iso {
        let shaped = text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'-' | b':' | b'T' | b' '));
        return Err(if shaped && text.len() == 10 { UkDateError::NoSuchDay } else { UkDateError::Form });
    }
    let (date, time) = split_time(text);
    let iso = iso_date(date)?;
    let with_time = time.map_or_else(|| iso.clone(), |time| format!("{iso}T{}", without_seconds(time)));
    with_time.parse().map_err(|_| if time.is_some() { UkDateError::Form } else { UkDateError::NoSuchDay })
}

/// `21:40:00` → `21:40`; anything else stays.
fn without_seconds(text: &str) -> &str {
    let n_colons = text.bytes().filter(|b| *b == b':').count();
    match text.rfind(':') {
        Some(at) if n_colons == 2 => text.get(..at).unwrap_or(text),
        _ => text,
    }
}

/// Cuts the time off: the last word, when it has a colon.
fn split_time(text: &str) -> (&str, Option<&str>) {
    match text.rsplit_once([' ', 'T']) {
        Some((date, time)) if time.contains(':') => (date.trim().trim_end_matches(','), Some(time)),
        _ => (text, None),
    }
}

fn iso_date(date: &str) -> Result<String, UkDateError> {
    let parts: Vec<&str> = date.split(['/', '.', '-', ' ']).filter(|part| !part.is_empty()).collect();
    match parts.as_slice() {
        [day, month, year] => {
            let year = full_year(year)?;
            let named = month_number(month);
            let day = number(day.trim_end_matches(|c: char| c.is_ascii_alphabetic()), 2)?;
            let month = named.map_or_else(|| number(month, 2), Ok)?;
            if named.is_none() && month > 12 && day <= 12 {
                return Err(UkDateError::MonthFirst);
            }
            if month == 0 || month > 12 || day == 0 || day > 31 {
                return Err(UkDateError::NoSuchDay);
            }
            Ok(format!("{year}-{month:02}-{day:02}"))
        }
        [month, year] => {
            let named = month_number(month);
            let year = full_year(year)?;
            let month = named.map_or_else(|| number(month, 2), Ok)?;
            if (1..=12).contains(&month) {
                Ok(format!("{year}-{month:02}"))
            } else {
                Err(UkDateError::NoSuchDay)
            }
        }
        _ => Err(UkDateError::Form),
    }
}

fn full_year(text: &str) -> Result<u32, UkDateError> {
    match (text.len(), text.bytes().all(|b| b.is_ascii_digit())) {
        (4, true) => number(text, 4),
        (2, true) => Err(UkDateError::ShortYear),
        _ => Err(UkDateError::Form),
    }
}

/// The month that a word of at least three letters begins.
fn month_number(text: &str) -> Option<u32> {
    let lower = text.to_ascii_lowercase();
    let position = MONTHS.iter().position(|month| {
        lower.len() >= 3 && month.starts_with(&lower) || lower == "sept" && *month == "september"
    })?;
    u32::try_from(position + 1).ok()
}

fn number(text: &str, max_len: usize) -> Result<u32, UkDateError> {
    let digits = (1..=max_len).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    if digits { text.parse().map_err(|_| UkDateError::Form) } else { Err(UkDateError::Form) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Result<&str, UkDateError>) {
        assert_eq!(parse(text).map(|m| m.to_string()), expected.map(str::to_owned), "{text}");
    }

    #[test]
    fn the_day_comes_first() {
        check("14/03/2026", Ok("2026-03-14"));
        check("03/04/2026", Ok("2026-04-03"));
        check("4.3.2026", Ok("2026-03-04"));
        check("14-03-2026 21:40", Ok("2026-03-14T21:40"));
        check("14/03/2026 21:40:59", Ok("2026-03-14T21:40"));
        check("14 March 2026", Ok("2026-03-14"));
        check("1st Sept 2026", Ok("2026-09-01"));
        check("mar 2026", Ok("2026-03"));
        check("03/2026", Ok("2026-03"));
        check("2026-03-14T21:40:00", Ok("2026-03-14T21:40"));
        check(" 2026 ", Ok("2026"));
    }

    #[test]
    fn what_has_several_readings_is_refused() {
        check("03/04/26", Err(UkDateError::ShortYear));
        check("14 March 26", Err(UkDateError::ShortYear));
        check("03/14/2026", Err(UkDateError::MonthFirst));
        check("30/02/2026", Err(UkDateError::NoSuchDay));
        check("2026-02-30", Err(UkDateError::NoSuchDay));
        check("32/01/2026", Err(UkDateError::NoSuchDay));
        check("yesterday", Err(UkDateError::Form));
        check("14/03/2026 25:99", Err(UkDateError::Form));
        check("", Err(UkDateError::Form));
    }
}
