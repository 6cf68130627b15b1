//! What do the typed strings mean? A value, one of the four ways of not knowing, nothing at all, or a message.
//!
//! A message says what to do and never repeats what was typed. Nothing here alters a child's words.

use std::collections::BTreeSet;

use daymark_content::Content;
use daymark_content::field::{Field, FieldKind};
use daymark_exchange::refuse::refuse_images_in_text;
use daymark_vocab::{Amount, Currency, Known, Moment, Private, Value};
use jiff::civil::Date;

use super::raw::{Raw, name_of, target_of};

/// The most characters in a line of words.
pub const LINE: usize = 300;
/// The most characters in a longer text.
pub const LONG: usize = 10_000;
/// The largest number: no count or age in a record is higher.
const MAX_NUMBER: i64 = 100_000;

/// Why an answer cannot be taken as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// The id of the input to put right.
    pub target: String,
    /// What to do.
    pub message: String,
}

/// What an answer is read against.
#[derive(Debug, Clone, Copy)]
pub struct Reader<'a> {
    /// The lists: areas.
    pub content: &'a Content,
    /// Today: what was done cannot lie after it.
    pub today: Date,
}

impl Reader<'_> {
    /// Reads the answer to `field`; `None` when nothing was said.
    ///
    /// # Errors
    /// [`Wrong`] with what to do about it; what was typed stays in `raw`.
    pub fn answer(&self, field: &Field, raw: &Raw) -> Result<Option<Known<Value>>, Wrong> {
        let found = match field.kind {
            FieldKind::Code | FieldKind::YesNo | FieldKind::Area => self.choice(field, raw),
            FieldKind::Codes => choices(field, raw),
            _ => self.typed(field, raw),
        };
        found.map_err(|(target, message)| Wrong {
            target: target.unwrap_or_else(|| target_of(field)),
            message: format!("{}: {message}", field.label),
        })
    }

    fn choice(&self, field: &Field, raw: &Raw) -> Answer {
        let code = raw.first(&name_of(&field.id)).trim();
        if code.is_empty() {
            return Ok(None);
        }
        if let Some(absent) = Known::absent(code) {
            return Ok(Some(absent));
        }
        let value = match (field.kind, code) {
            (FieldKind::YesNo, "yes") => Value::YesNo(true),
            (FieldKind::YesNo, "no") => Value::YesNo(false),
            (FieldKind::Area, code) if code.parse().is_ok_and(|code| self.content.area(&code).is_some()) => {
                Value::Code(code.to_owned())
            }
            (FieldKind::Code, code) if field.value(code).is_some() => Value::Code(code.to_owned()),
            _ => return wrong("choose one of the answers on the list"),
        };
        Ok(Some(Known::Yes(value)))
    }

    fn typed(&self, field: &Field, raw: &Raw) -> Answer {
        let state = Known::absent(raw.first(&format!("{}-state", name_of(&field.id))));
        let said = match field.kind {
            FieldKind::Moment => self.moment(field, raw),
            FieldKind::Amount => amount(field, raw),
            FieldKind::Number => number(field, raw),
            _ => text(field, raw),
        };
        match (state, said) {
            (None, said) => Ok(said?.map(Known::Yes)),
            (Some(state), Ok(None)) => Ok(Some(state)),
            (Some(_), _) => {
                wrong("you wrote an answer and also chose why there is none. Keep one of the two")
            }
        }
    }

    fn moment(&self, field: &Field, raw: &Raw) -> Result<Option<Value>, Fault> {
        let name = name_of(&field.id);
        let part = |part: &str| raw.first(&format!("{name}-{part}")).trim().to_owned();
        let (day, month, year, time) = (part("day"), part("month"), part("year"), part("time"));
        let at = |part: &str| Some(format!("{name}-{part}"));
        if [&day, &month, &year, &time].iter().all(|text| text.is_empty()) {
            return Ok(None);
        }
        if year.is_empty() {
            return Err((at("year"), "enter the year. It is enough if that is all you know".to_owned()));
        }
        if year.len() != 4 || !year.bytes().all(|b| b.is_ascii_digit()) {
            return Err((at("year"), "enter the year with four digits, such as 2026".to_owned()));
        }
        if month.is_empty() && !day.is_empty() {
            return Err((at("month"), "enter the month as well, or leave out the day".to_owned()));
        }
        if day.is_empty() && !time.is_empty() {
            return Err((at("day"), "enter the day as well, or leave out the time".to_owned()));
        }
        let mut text = year;
        if !month.is_empty() {
            let number = month_number(&month)
                .ok_or_else(|| (at("month"), "enter the month as a number from 1 to 12".to_owned()))?;
            text.push_str(&format!("-{number:02}"));
        }
        if !day.is_empty() {
            let number: u8 = day
                .parse()
                .ok()
                .filter(|day| (1..=31).contains(day))
                .ok_or_else(|| (at("day"), "enter the day as a number from 1 to 31".to_owned()))?;
            text.push_str(&format!("-{number:02}"));
        }
        if !time.is_empty() {
            let clock = clock(&time).ok_or_else(|| {
                (at("time"), "enter the time as 21:40, 9.40pm or 9pm, or leave it out".to_owned())
            })?;
            text.push('T');
            text.push_str(&clock);
        }
        let moment: Moment = text.parse().map_err(|_| {
            (at("day"), "that day is not in the calendar. Check the day and the month".to_owned())
        })?;
        if moment.date() > self.today {
            return Err((at("day"), "this day has not come yet. Check the day, month and year".to_owned()));
        }
        Ok(Some(Value::Moment(moment)))
    }
}

/// The input at fault where it is not the field's first, and what to do.
type Fault = (Option<String>, String);
type Answer = Result<Option<Known<Value>>, Fault>;

fn wrong<T>(message: &str) -> Result<T, Fault> {
    Err((None, message.to_owned()))
}

fn choices(field: &Field, raw: &Raw) -> Answer {
    let said: BTreeSet<&str> =
        raw.all(&name_of(&field.id)).iter().map(|code| code.trim()).filter(|code| !code.is_empty()).collect();
    let absent: Vec<&str> =
        said.iter().copied().filter(|code| Known::<Value>::absent(code).is_some()).collect();
    match (absent.as_slice(), said.len()) {
        ([], 0) => Ok(None),
        ([], _) if said.iter().all(|code| field.value(code).is_some()) => {
            Ok(Some(Known::Yes(Value::Codes(said.into_iter().map(str::to_owned).collect()))))
        }
        ([], _) => wrong("choose from the answers on the list"),
        ([one], 1) => Ok(Known::absent(one)),
        _ => wrong("you chose an answer and also why there is none. Keep one of the two"),
    }
}

fn number(field: &Field, raw: &Raw) -> Result<Option<Value>, Fault> {
    let text = raw.first(&name_of(&field.id)).trim();
    if text.is_empty() {
        return Ok(None);
    }
    let digits = text.len() <= 9 && text.bytes().all(|b| b.is_ascii_digit());
    match text.parse::<i64>() {
        Ok(n) if digits && n <= MAX_NUMBER => Ok(Some(Value::Number(n))),
        _ => wrong("enter a whole number in digits, such as 16"),
    }
}

fn amount(field: &Field, raw: &Raw) -> Result<Option<Value>, Fault> {
    let name = name_of(&field.id);
    let figures = raw.first(&name).trim();
    if figures.is_empty() {
        return Ok(None);
    }
    let code = raw.first(&format!("{name}-currency")).trim();
    let currency: Currency = if code.is_empty() {
        Currency::GBP
    } else {
        code.parse().map_err(|_| (Some(format!("{name}-currency")), "choose the currency".to_owned()))?
    };
    Amount::parse(figures, currency)
        .map(|amount| Some(Value::Amount(amount)))
        .map_err(|_| (None, "enter the amount in figures, such as 250 or 250.50".to_owned()))
}

fn text(field: &Field, raw: &Raw) -> Result<Option<Value>, Fault> {
    let typed = raw.first(&name_of(&field.id));
    if typed.trim().is_empty() {
        return Ok(None);
    }
    if let Err(refused) = refuse_images_in_text(typed) {
        return Err((None, refused.sentence.to_owned()));
    }
    let longest = match field.kind {
        FieldKind::LongText | FieldKind::Verbatim => LONG,
        _ => LINE,
    };
    let n = typed.chars().count();
    if n > longest {
        let message = format!("this is {n} characters long; at most {longest} can be recorded here");
        return Err((None, message));
    }
    // A line is tidied at its ends. A child's words, and any longer text, stay as they were typed.
    let kept = match field.kind {
        FieldKind::Text | FieldKind::Selector => typed.trim(),
        _ => typed,
    };
    Ok(Some(Value::Text(Private::new(kept.to_owned()))))
}

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

fn month_number(text: &str) -> Option<usize> {
    let lower = text.to_lowercase();
    match lower.parse::<usize>() {
        Ok(number) => (1..=12).contains(&number).then_some(number),
        Err(_) if lower.chars().count() >= 3 => {
            MONTHS.iter().position(|month| month.starts_with(&lower)).map(|index| index + 1)
        }
        Err(_) => None,
    }
}

/// `21:40`, `9.40pm`, `9 pm`, `21` → `21:40`, `21:40`, `21`, `21`.
fn clock(text: &str) -> Option<String> {
    let lower: String = text.to_lowercase().chars().filter(|c| !c.is_whitespace()).collect();
    let (digits, half) = if let Some(rest) = lower.strip_suffix("pm") {
        (rest, Some(12))
    } else if let Some(rest) = lower.strip_suffix("am") {
        (rest, Some(0))
    } else {
        (lower.as_str(), None)
    };
    let (hour, minute) = digits.split_once([':', '.']).map_or((digits, None), |(h, m)| (h, Some(m)));
    let hour: u8 = hour.parse().ok()?;
    let hour = match half {
        Some(half) if (1..=12).contains(&hour) => hour % 12 + half,
        Some(_) => return None,
        None => hour,
    };
    let minute = match minute {
        Some(minute) if minute.len() == 2 => Some(minute.parse::<u8>().ok().filter(|m| *m < 60)?),
        Some(_) => return None,
        None => None,
    };
    (hour < 24).then(|| match minute {
        Some(minute) => format!("{hour:02}:{minute:02}"),
        None => format!("{hour:02}"),
    })
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use super::*;

    static CONTENT: LazyLock<Content> = LazyLock::new(|| Content::embedded().0);

    fn field(id: &str) -> &'static Field {
        CONTENT.catalogue().field(&id.parse().unwrap()).unwrap()
    }

    fn read(id: &str, inputs: &[(&str, &str)]) -> Result<Option<Known<Value>>, Wrong> {
        let reader = Reader { content: &CONTENT, today: "2026-11-23".parse().unwrap() };
        let name = name_of(&id.parse().unwrap());
        let pairs = inputs.iter().map(|(part, value)| (format!("{name}{part}"), (*value).to_owned()));
        reader.answer(field(id), &Raw::of(pairs))
    }

    #[track_caller]
    fn good(id: &str, inputs: &[(&str, &str)], expected: Value) {
        assert_eq!(read(id, inputs), Ok(Some(Known::Yes(expected))), "{id}");
    }

    #[track_caller]
    fn bad(id: &str, inputs: &[(&str, &str)], target: &str, message: &str) {
        let wrong = read(id, inputs).expect_err(id);
        assert_eq!(wrong.target, target, "{id}");
        assert!(wrong.message.contains(message), "{}", wrong.message);
    }

    /// The four ways of not knowing, and silence.
    #[track_caller]
    fn not_known(id: &str, part: &str) {
        for state in [Known::Unknown, Known::NotAsked, Known::Declined, Known::NotApplicable] {
            assert_eq!(read(id, &[(part, state.code())]), Ok(Some(state)), "{id}");
        }
        assert_eq!(read(id, &[]), Ok(None), "{id}");
        assert_eq!(read(id, &[(part, "")]), Ok(None), "{id}");
    }

    fn text(text: &str) -> Value {
        Value::Text(Private::new(text.to_owned()))
    }

    #[test]
    fn a_code() {
        good("child.age_band", &[("", "11-13")], Value::Code("11-13".into()));
        bad("child.age_band", &[("", "twelve")], "child-age-band", "choose one of the answers");
        not_known("child.age_band", "");
    }

    #[test]
    fn several_codes() {
        let both = Value::Codes(vec!["mash".into(), "police".into()]);
        good("response.referrals", &[("", "police"), ("", "mash"), ("", "police")], both);
        bad("response.referrals", &[("", "police"), ("", "declined")], "response-referrals", "Keep one");
        bad("response.referrals", &[("", "elsewhere")], "response-referrals", "choose from");
        not_known("response.referrals", "");
    }

    #[test]
    fn yes_or_no() {
        good("child.disability", &[("", "yes")], Value::YesNo(true));
        good("child.disability", &[("", "no")], Value::YesNo(false));
        bad("child.disability", &[("", "maybe")], "child-disability", "choose one");
        not_known("child.disability", "");
    }

    #[test]
    fn an_area() {
        good("report.area", &[("", "E23000009")], Value::Code("E23000009".into()));
        bad("report.area", &[("", "E99999999")], "report-area", "choose one");
        not_known("report.area", "");
    }

    #[test]
    fn a_number() {
        good("persona.claimed_age", &[("", " 16 ")], Value::Number(16));
        for typed in ["sixteen", "-1", "16.5", "999999999999"] {
            bad("persona.claimed_age", &[("", typed)], "persona-claimed-age", "whole number");
        }
        bad("persona.claimed_age", &[("", "16"), ("-state", "unknown")], "persona-claimed-age", "Keep one");
        not_known("persona.claimed_age", "-state");
    }

    #[test]
    fn a_line_of_words() {
        good("child.reference", &[("", " MS-0042 "), ("-state", "known")], text("MS-0042"));
        bad("child.reference", &[("", &"x".repeat(301))], "child-reference", "at most 300");
        not_known("child.reference", "-state");
    }

    #[test]
    fn a_longer_text_stays_as_typed() {
        good("response.notes", &[("", " First line.\r\n\r\nSecond. ")], text(" First line.\r\n\r\nSecond. "));
        bad("response.notes", &[("", &"é".repeat(10_001))], "response-notes", "10001 characters");
        not_known("response.notes", "-state");
    }

    #[test]
    fn a_childs_words_are_never_altered() {
        let said = "  i dint no wat 2 do\r\n\r\n… so i told MISS  ";
        good("response.child_wants", &[("", said)], text(said));
        not_known("response.child_wants", "-state");
    }

    #[test]
    fn a_picture_in_disguise_is_refused() {
        let typed = format!("see data:image/png;base64,{}", "iVBORw0KGgoAAAANSUhEUgAA".repeat(30));
        for id in ["response.notes", "response.child_voice", "child.reference", "account.selector"] {
            let wrong = read(id, &[("", &typed)]).expect_err(id);
            assert!(!wrong.message.contains("base64"), "the message repeats nothing");
        }
    }

    #[test]
    fn a_selector_keeps_its_form() {
        good("account.selector", &[("", "+44 7700 900123")], text("+44 7700 900123"));
        not_known("account.selector", "-state");
    }

    #[test]
    fn an_amount() {
        let gbp = |minor| Value::Amount(Amount { minor, currency: Currency::GBP });
        good("demand.amount", &[("", "£1,250.50")], gbp(125_050));
        good("demand.amount", &[("", "250"), ("-currency", "GBP")], gbp(25_000));
        let euro = Value::Amount(Amount { minor: 4_000, currency: "EUR".parse().unwrap() });
        good("demand.amount", &[("", "40"), ("-currency", "EUR")], euro);
        bad("demand.amount", &[("", "about 40")], "demand-amount", "in figures");
        bad("demand.amount", &[("", "40"), ("-currency", "pounds")], "demand-amount-currency", "currency");
        assert_eq!(read("demand.amount", &[("-currency", "GBP")]), Ok(None), "a currency alone says nothing");
        not_known("demand.amount", "-state");
    }

    #[track_caller]
    fn moment(day: &str, month: &str, year: &str, time: &str, expected: &str) {
        let inputs = [("-day", day), ("-month", month), ("-year", year), ("-time", time)];
        good("incident.first_contact_at", &inputs, Value::Moment(expected.parse().unwrap()));
    }

    #[track_caller]
    fn no_moment(day: &str, month: &str, year: &str, time: &str, part: &str) {
        let inputs = [("-day", day), ("-month", month), ("-year", year), ("-time", time)];
        bad("incident.first_contact_at", &inputs, &format!("incident-first-contact-at-{part}"), "");
    }

    #[test]
    fn a_moment_is_as_exact_as_it_is_known() {
        moment("14", "3", "2026", "", "2026-03-14");
        moment("4", "Sept", "2026", "", "2026-09-04");
        moment("", "3", "2026", "", "2026-03");
        moment("", "", "2026", "", "2026");
        moment("14", "3", "2026", "21:40", "2026-03-14T21:40");
        moment("14", "3", "2026", "9.40 pm", "2026-03-14T21:40");
        moment("14", "3", "2026", "12am", "2026-03-14T00");
        moment("23", "11", "2026", "", "2026-11-23");
        no_moment("31", "2", "2026", "", "day");
        no_moment("14", "13", "2026", "", "month");
        no_moment("14", "", "2026", "", "month");
        no_moment("14", "3", "", "", "year");
        no_moment("14", "3", "26", "", "year");
        no_moment("", "3", "2026", "21:40", "day");
        no_moment("14", "3", "2026", "25:00", "time");
        no_moment("14", "3", "2026", "13pm", "time");
        no_moment("24", "11", "2026", "", "day");
        not_known("incident.first_contact_at", "-state");
    }
}
