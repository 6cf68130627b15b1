//! How does a recorded value read? The words for pages, and the strings that fill a form with it again.

use daymark_content::Content;
use daymark_content::field::{Field, FieldKind};
use daymark_vocab::{Currency, Known, Moment, Precision, Value};

use super::raw::{Raw, name_of};

/// The value in words; one of the four sentences where it is not known.
pub fn words(content: &Content, field: &Field, known: &Known<Value>) -> String {
    known.value().map_or_else(|| known.sentence().to_owned(), |value| value_words(content, field, value))
}

fn value_words(content: &Content, field: &Field, value: &Value) -> String {
    let label = |code: &str| {
        let area = || code.parse().ok().and_then(|code| content.area(&code)).map(|area| area.name.clone());
        let of_list = field.value(code).map(|value| value.label.clone());
        of_list
            .or_else(|| (field.kind == FieldKind::Area).then(area).flatten())
            .unwrap_or_else(|| code.to_owned())
    };
    match value {
        Value::Code(code) => label(code),
        Value::Codes(codes) => codes.iter().map(|code| label(code)).collect::<Vec<_>>().join("; "),
        Value::Number(number) => number.to_string(),
        Value::YesNo(true) => "Yes".to_owned(),
        Value::YesNo(false) => "No".to_owned(),
        Value::Moment(moment) => moment_words(moment),
        Value::Amount(amount) => amount.to_string(),
        Value::Text(text) => text.reveal().clone(),
    }
}

/// `14 March 2026, 21:40`, `14 March 2026, about 21:00`, `14 March 2026`, `March 2026`, `2026`.
pub fn moment_words(moment: &Moment) -> String {
    let form = match moment.precision() {
        Precision::Minute => "%-d %B %Y, %H:%M",
        Precision::Hour => "%-d %B %Y, about %H:00",
        Precision::Day => "%-d %B %Y",
        Precision::Month => "%B %Y",
        Precision::Year => "%Y",
    };
    moment.earliest().strftime(form).to_string()
}

/// The strings that fill the inputs of `field` with this value: to correct what is recorded.
pub fn raw_of(field: &Field, known: &Known<Value>) -> Raw {
    let name = name_of(&field.id);
    let mut raw = Raw::default();
    let Some(value) = known.value() else {
        let chosen =
            matches!(field.kind, FieldKind::Code | FieldKind::Codes | FieldKind::YesNo | FieldKind::Area);
        raw.put(if chosen { name } else { format!("{name}-state") }, known.code());
        return raw;
    };
    match value {
        Value::Code(code) => raw.put(name, code),
        Value::Codes(codes) => raw.put_all(name, codes.clone()),
        Value::Number(number) => raw.put(name, number.to_string()),
        Value::YesNo(yes) => raw.put(name, if *yes { "yes" } else { "no" }),
        Value::Text(text) => raw.put(name, text.reveal()),
        Value::Amount(amount) => {
            let shown = amount.to_string();
            let figures = shown.trim_start_matches('£').split(' ').next().unwrap_or_default();
            raw.put(name.clone(), figures);
            if amount.currency != Currency::GBP {
                raw.put(format!("{name}-currency"), amount.currency.as_str());
            }
        }
        Value::Moment(moment) => {
            let part = |form: &str| moment.earliest().strftime(form).to_string();
            raw.put(format!("{name}-year"), part("%Y"));
            if moment.precision() <= Precision::Month {
                raw.put(format!("{name}-month"), part("%-m"));
            }
            if moment.precision() <= Precision::Day {
                raw.put(format!("{name}-day"), part("%-d"));
            }
            match moment.precision() {
                Precision::Minute => raw.put(format!("{name}-time"), part("%H:%M")),
                Precision::Hour => raw.put(format!("{name}-time"), part("%H")),
                Precision::Day | Precision::Month | Precision::Year => {}
            }
        }
    }
    raw
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use daymark_vocab::{Amount, Private};

    use super::*;
    use crate::answers::Reader;

    static CONTENT: LazyLock<Content> = LazyLock::new(|| Content::embedded().0);

    #[track_caller]
    fn check(id: &str, value: Value, expected: &str) {
        let field = CONTENT.catalogue().field(&id.parse().unwrap()).unwrap();
        assert_eq!(words(&CONTENT, field, &Known::Yes(value.clone())), expected);
        let reader = Reader { content: &CONTENT, today: "2026-11-23".parse().unwrap() };
        let again = reader.answer(field, &raw_of(field, &Known::Yes(value.clone())));
        assert_eq!(again, Ok(Some(Known::Yes(value))), "{id}: a form filled with it says the same");
    }

    #[test]
    fn every_kind_reads_as_a_person_would_say_it() {
        check("child.age_band", Value::Code("11-13".into()), "11 to 13");
        let both = Value::Codes(vec!["ceop".into(), "police".into()]);
        check("response.referrals", both, "CEOP; Police");
        check("report.area", Value::Code("E23000009".into()), "North Yorkshire");
        check("persona.claimed_age", Value::Number(16), "16");
        check("child.disability", Value::YesNo(true), "Yes");
        check("child.reference", Value::Text(Private::new("MS-0042".into())), "MS-0042");
        let pounds = Value::Amount(Amount { minor: 125_050, currency: Currency::GBP });
        check("demand.amount", pounds, "£1250.50");
        let euros = Value::Amount(Amount { minor: 4_000, currency: "EUR".parse().unwrap() });
        check("demand.amount", euros, "40 EUR");
        for (text, words) in [
            ("2026-03-14T21:40", "14 March 2026, 21:40"),
            ("2026-03-14T21", "14 March 2026, about 21:00"),
            ("2026-03-14", "14 March 2026"),
            ("2026-03", "March 2026"),
            ("2026", "2026"),
        ] {
            check("incident.first_contact_at", Value::Moment(text.parse().unwrap()), words);
        }
    }

    #[test]
    fn not_knowing_reads_and_returns() {
        let reader = Reader { content: &CONTENT, today: "2026-11-23".parse().unwrap() };
        for field in CONTENT.catalogue().fields() {
            for state in [Known::Unknown, Known::NotAsked, Known::Declined, Known::NotApplicable] {
                assert_eq!(words(&CONTENT, field, &state), state.sentence());
                assert_eq!(reader.answer(field, &raw_of(field, &state)), Ok(Some(state)), "{}", field.id);
            }
        }
    }
}
