//! How do facts lie in a sealed field? As JSON, the row counterpart of `vocab::Fact`.

use std::collections::BTreeMap;

use daymark_vocab::{Amount, Fact, FieldId, Known, Private, Value};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::error::StoreError;

/// The facts of one entity, by field, in the order of their ids.
pub type Facts = BTreeMap<FieldId, Fact>;

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum ValueRow {
    Code(String),
    Codes(Vec<String>),
    Number(i64),
    YesNo(bool),
    Moment(String),
    Amount(i64, String),
    Text(String),
}

#[derive(Serialize, Deserialize)]
struct FactRow {
    state: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<ValueRow>,
    kind: String,
    source: String,
    confidence: String,
    by: String,
    at: i64,
}

pub(crate) fn encode(facts: &Facts) -> Result<Zeroizing<Vec<u8>>, StoreError> {
    let rows: BTreeMap<&str, FactRow> =
        facts.iter().map(|(field, fact)| (field.as_str(), to_row(fact))).collect();
    serde_json::to_vec(&rows)
        .map(Zeroizing::new)
        .map_err(|_| StoreError::row("entity", "facts cannot be written"))
}

pub(crate) fn decode(bytes: &[u8]) -> Result<Facts, StoreError> {
    let malformed = || StoreError::row("entity", "the sealed facts have another shape");
    let rows: BTreeMap<String, FactRow> = serde_json::from_slice(bytes).map_err(|_| malformed())?;
    rows.into_iter()
        .map(|(field, row)| Some((field.parse().ok()?, from_row(row)?)))
        .collect::<Option<Facts>>()
        .ok_or_else(malformed)
}

fn to_row(fact: &Fact) -> FactRow {
    let value = fact.value.value().map(|value| match value {
        Value::Code(code) => ValueRow::Code(code.clone()),
        Value::Codes(codes) => ValueRow::Codes(codes.clone()),
        Value::Number(number) => ValueRow::Number(*number),
        Value::YesNo(yes) => ValueRow::YesNo(*yes),
        Value::Moment(moment) => ValueRow::Moment(moment.to_string()),
        Value::Amount(amount) => ValueRow::Amount(amount.minor, amount.currency.as_str().to_owned()),
        Value::Text(text) => ValueRow::Text(text.reveal().clone()),
    });
    FactRow {
        state: fact.value.code().to_owned(),
        value,
        kind: fact.kind.code().to_owned(),
        source: fact.source.code().to_owned(),
        confidence: fact.confidence.code().to_owned(),
        by: fact.recorded_by.to_string(),
        at: fact.recorded_at.as_millisecond(),
    }
}

fn from_row(row: FactRow) -> Option<Fact> {
    let value = match row.value {
        None => Known::absent(&row.state)?,
        Some(value) => Known::Yes(match value {
            ValueRow::Code(code) => Value::Code(code),
            ValueRow::Codes(codes) => Value::Codes(codes),
            ValueRow::Number(number) => Value::Number(number),
            ValueRow::YesNo(yes) => Value::YesNo(yes),
            ValueRow::Moment(text) => Value::Moment(text.parse().ok()?),
            ValueRow::Amount(minor, currency) => {
                Value::Amount(Amount { minor, currency: currency.parse().ok()? })
            }
            ValueRow::Text(text) => Value::Text(Private::new(text)),
        }),
    };
    Some(Fact {
        value,
        kind: row.kind.parse().ok()?,
        source: row.source.parse().ok()?,
        confidence: row.confidence.parse().ok()?,
        recorded_by: row.by.parse().ok()?,
        recorded_at: jiff::Timestamp::from_millisecond(row.at).ok()?,
    })
}

#[cfg(test)]
mod tests {
    use daymark_vocab::{Confidence, Currency, FactKind, Source};
    use proptest::prelude::*;

    use super::*;

    fn any_value() -> impl Strategy<Value = Known<Value>> {
        prop_oneof![
            Just(Known::Unknown),
            Just(Known::NotAsked),
            Just(Known::Declined),
            Just(Known::NotApplicable),
            "[a-z-]{1,12}".prop_map(|code| Known::Yes(Value::Code(code))),
            proptest::collection::vec("[a-z-]{1,12}", 0..4).prop_map(|codes| Known::Yes(Value::Codes(codes))),
            any::<i64>().prop_map(|n| Known::Yes(Value::Number(n))),
            any::<bool>().prop_map(|b| Known::Yes(Value::YesNo(b))),
            Just(Known::Yes(Value::Moment("2026-03".parse().unwrap()))),
            any::<i64>()
                .prop_map(|minor| Known::Yes(Value::Amount(Amount { minor, currency: Currency::GBP }))),
            ".{0,40}".prop_map(|text| Known::Yes(Value::Text(Private::new(text)))),
        ]
    }

    proptest! {
        /// The child's words come back letter for letter; each of the four unknown states comes back as itself.
        #[test]
        fn decode_undoes_encode(value in any_value()) {
            let fact = Fact {
                value,
                kind: FactKind::ChildWords,
                source: Source::Child,
                confidence: Confidence::Confirmed,
                recorded_by: "somebody".parse().unwrap(),
                recorded_at: jiff::Timestamp::from_millisecond(1_700_000_000_000).unwrap(),
            };
            let facts = Facts::from([("response.child_voice".parse().unwrap(), fact)]);
            prop_assert_eq!(decode(&encode(&facts).unwrap()).unwrap(), facts);
        }
    }
}
