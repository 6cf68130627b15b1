//! How does a value read on a page? Dates as people write them, codes by their labels.

use daymark_content::{Field, FieldKind};
use daymark_vocab::{Moment, Precision, Value};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::app::App;

fn here() -> TimeZone {
    TimeZone::get("Europe/London").unwrap_or(TimeZone::UTC)
}

/// The day that it is in the United Kingdom.
pub fn today(now: Timestamp) -> Date {
    here().to_datetime(now).date()
}

/// `23 November 2026`
pub fn day(date: Date) -> String {
    date.strftime("%-d %B %Y").to_string()
}

/// `23 Nov 2026`, for tables.
pub fn short_day(date: Date) -> String {
    date.strftime("%-d %b %Y").to_string()
}

/// `23 November 2026, 9:05am`, in the United Kingdom.
pub fn instant(at: Timestamp) -> String {
    let local = here().to_datetime(at);
    format!("{}, {}", day(local.date()), time(local.hour(), Some(local.minute())))
}

fn time(hour: i8, minute: Option<i8>) -> String {
    let (half, hour) = if hour < 12 { ("am", hour) } else { ("pm", hour - 12) };
    let hour = if hour == 0 { 12 } else { hour };
    match minute {
        Some(minute) if minute != 0 => format!("{hour}:{minute:02}{half}"),
        Some(_) => format!("{hour}{half}"),
        None => format!("around {hour}{half}"),
    }
}

/// As exactly as it is known: `14 March 2026, 9:40pm`, `March 2026`, `2026`.
pub fn moment(moment: &Moment) -> String {
    let at = moment.earliest();
    match moment.precision() {
        Precision::Minute => format!("{}, {}", day(at.date()), time(at.hour(), Some(at.minute()))),
        Precision::Hour => format!("{}, {}", day(at.date()), time(at.hour(), None)),
        Precision::Day => day(at.date()),
        Precision::Month => at.strftime("%B %Y").to_string(),
        Precision::Year => at.strftime("%Y").to_string(),
    }
}

/// The label of a code of the field with this id; "Not known" for an empty one.
pub fn label(app: &App, field: &str, code: &str) -> String {
    if code.is_empty() {
        return "Not known".to_owned();
    }
    let field = field.parse().ok().and_then(|id| app.content.catalogue().field(&id));
    field.map_or_else(|| code.to_owned(), |field| self::code(app, field, code))
}

/// The label of a code of this field; the code itself where the content no longer knows it.
pub fn code(app: &App, field: &Field, code: &str) -> String {
    if field.kind == FieldKind::Area {
        return app.area_name(code);
    }
    field.value(code).map_or_else(|| code.to_owned(), |value| value.label.clone())
}

/// A value of this field. Words come back letter for letter.
pub fn value(app: &App, field: &Field, value: &Value) -> String {
    match value {
        Value::Code(one) => code(app, field, one),
        Value::Codes(codes) => codes.iter().map(|one| code(app, field, one)).collect::<Vec<_>>().join("; "),
        Value::Number(number) => number.to_string(),
        Value::YesNo(yes) => if *yes { "Yes" } else { "No" }.to_owned(),
        Value::Moment(at) => moment(at),
        Value::Amount(amount) => amount.to_string(),
        Value::Text(text) => text.reveal().clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(moment(&text.parse().unwrap()), expected);
    }

    #[test]
    fn moments_read_as_exactly_as_they_are_known() {
        check("2026-03-14T21:40", "14 March 2026, 9:40pm");
        check("2026-03-14T00", "14 March 2026, around 12am");
        check("2026-03-14", "14 March 2026");
        check("2026-03", "March 2026");
        check("2026", "2026");
    }

    #[test]
    fn an_instant_is_told_in_uk_time() {
        assert_eq!(instant("2026-07-01T08:05:00Z".parse().unwrap()), "1 July 2026, 9:05am");
        assert_eq!(instant("2026-11-23T09:00:00Z".parse().unwrap()), "23 November 2026, 9am");
        assert_eq!(today("2026-06-30T23:30:00Z".parse().unwrap()).to_string(), "2026-07-01");
    }
}
