//! How do facts lie in a sealed field? In few bytes: what many facts have in common is written once.
//!
//! `version u8 | prefix | stamps | facts`. The prefix is what the field ids begin with (`incident.`). A stamp says what
//! kind of statement it is, who it comes from, how sure they are, who wrote it down and when; facts that were written
//! down together share one. Then each fact: its field without the prefix, which stamp, and its value.
//! A text is its length (LEB128) and its UTF-8; whole numbers are zigzag LEB128.

use std::collections::BTreeMap;

use daymark_vocab::{Amount, Fact, FieldId, Known, Private, Value};
use zeroize::Zeroizing;

use crate::error::StoreError;

/// The facts of one entity, by field, in the order of their ids.
pub type Facts = BTreeMap<FieldId, Fact>;

const VERSION: u8 = 1;

/// The first byte of a value. Never given another meaning: a new shape takes a new number.
mod tag {
    pub(super) const ABSENT: u8 = 0;
    pub(super) const CODE: u8 = 1;
    pub(super) const CODES: u8 = 2;
    pub(super) const NUMBER: u8 = 3;
    pub(super) const NO: u8 = 4;
    pub(super) const YES: u8 = 5;
    pub(super) const MOMENT: u8 = 6;
    pub(super) const AMOUNT: u8 = 7;
    pub(super) const TEXT: u8 = 8;
}

pub(crate) fn encode(facts: &Facts) -> Zeroizing<Vec<u8>> {
    let prefix = common_prefix(facts);
    let mut stamps: Vec<&Fact> = Vec::new();
    let mut body = Writer::default();
    body.count(facts.len());
    for (field, fact) in facts {
        let at = stamps.iter().position(|stamp| same_stamp(stamp, fact)).unwrap_or_else(|| {
            stamps.push(fact);
            stamps.len() - 1
        });
        body.text(field.as_str().get(prefix.len()..).unwrap_or_default());
        body.count(at);
        body.value(&fact.value);
    }
    let mut whole = Writer::default();
    whole.0.push(VERSION);
    whole.text(prefix);
    whole.count(stamps.len());
    for stamp in stamps {
        whole.text(stamp.kind.code());
        whole.text(stamp.source.code());
        whole.text(stamp.confidence.code());
        whole.text(stamp.recorded_by.as_str());
        whole.number(stamp.recorded_at.as_millisecond());
    }
    whole.0.extend_from_slice(&body.0);
    whole.0
}

pub(crate) fn decode(bytes: &[u8]) -> Result<Facts, StoreError> {
    read(bytes).ok_or(StoreError::row("entity", "the sealed facts have another shape"))
}

fn read(bytes: &[u8]) -> Option<Facts> {
    let mut reader = Reader(bytes);
    if reader.byte()? != VERSION {
        return None;
    }
    let prefix = reader.text()?;
    let n_stamps = reader.count()?;
    let mut stamps = Vec::new();
    for _ in 0..n_stamps {
        stamps.push(Fact {
            kind: reader.text()?.parse().ok()?,
            source: reader.text()?.parse().ok()?,
            confidence: reader.text()?.parse().ok()?,
            recorded_by: reader.text()?.parse().ok()?,
            recorded_at: jiff::Timestamp::from_millisecond(reader.number()?).ok()?,
            value: Known::Unknown,
        });
    }
    let mut facts = Facts::new();
    for _ in 0..reader.count()? {
        let field = format!("{prefix}{}", reader.text()?).parse().ok()?;
        let stamp = stamps.get(reader.count()?)?;
        facts.insert(field, Fact { value: reader.value()?, ..stamp.clone() });
    }
    reader.0.is_empty().then_some(facts)
}

/// What all field ids begin with, up to and with the point: nothing when they are of several entities.
fn common_prefix(facts: &Facts) -> &str {
    let first = facts.keys().next().map_or("", |field| field.as_str());
    let prefix = first.find('.').and_then(|at| first.get(..=at)).unwrap_or_default();
    if facts.keys().all(|field| field.as_str().starts_with(prefix)) { prefix } else { "" }
}

fn same_stamp(one: &Fact, other: &Fact) -> bool {
    one.kind == other.kind
        && one.source == other.source
        && one.confidence == other.confidence
        && one.recorded_by == other.recorded_by
        && one.recorded_at.as_millisecond() == other.recorded_at.as_millisecond()
}

#[derive(Default)]
struct Writer(Zeroizing<Vec<u8>>);

impl Writer {
    fn unsigned(&mut self, mut n: u64) {
        while n >= 0x80 {
            self.0.push((n & 0x7f) as u8 | 0x80);
            n >>= 7;
        }
        self.0.push(n as u8);
    }

    fn count(&mut self, n: usize) {
        self.unsigned(n as u64);
    }

    /// Zigzag: small numbers of either sign are short.
    fn number(&mut self, n: i64) {
        self.unsigned(((n << 1) ^ (n >> 63)).cast_unsigned());
    }

    fn text(&mut self, text: &str) {
        self.count(text.len());
        self.0.extend_from_slice(text.as_bytes());
    }

    fn tagged(&mut self, tag: u8, text: &str) {
        self.0.push(tag);
        self.text(text);
    }

    fn value(&mut self, value: &Known<Value>) {
        match value.value() {
            None => self.tagged(tag::ABSENT, value.code()),
            Some(Value::Code(code)) => self.tagged(tag::CODE, code),
            Some(Value::Codes(codes)) => {
                self.0.push(tag::CODES);
                self.count(codes.len());
                codes.iter().for_each(|code| self.text(code));
            }
            Some(Value::Number(number)) => {
                self.0.push(tag::NUMBER);
                self.number(*number);
            }
            Some(Value::YesNo(yes)) => self.0.push(if *yes { tag::YES } else { tag::NO }),
            Some(Value::Moment(moment)) => self.tagged(tag::MOMENT, &moment.to_string()),
            Some(Value::Amount(amount)) => {
                self.tagged(tag::AMOUNT, amount.currency.as_str());
                self.number(amount.minor);
            }
            Some(Value::Text(text)) => self.tagged(tag::TEXT, text.reveal()),
        }
    }
}

/// What is left to read. Every step refuses what ends too early.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    fn unsigned(&mut self) -> Option<u64> {
        let mut n = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            n |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(n);
            }
        }
        None
    }

    fn count(&mut self) -> Option<usize> {
        self.unsigned()?.try_into().ok()
    }

    fn number(&mut self) -> Option<i64> {
        let n = self.unsigned()?;
        Some((n >> 1).cast_signed() ^ -(n & 1).cast_signed())
    }

    fn text(&mut self) -> Option<&'a str> {
        let n_bytes = self.count()?;
        let (text, rest) = self.0.split_at_checked(n_bytes)?;
        self.0 = rest;
        std::str::from_utf8(text).ok()
    }

    fn value(&mut self) -> Option<Known<Value>> {
        Some(Known::Yes(match self.byte()? {
            tag::ABSENT => return Known::absent(self.text()?),
            tag::CODE => Value::Code(self.text()?.to_owned()),
            tag::CODES => {
                let n = self.count()?;
                Value::Codes((0..n).map(|_| Some(self.text()?.to_owned())).collect::<Option<_>>()?)
            }
            tag::NUMBER => Value::Number(self.number()?),
            tag::NO => Value::YesNo(false),
            tag::YES => Value::YesNo(true),
            tag::MOMENT => Value::Moment(self.text()?.parse().ok()?),
            tag::AMOUNT => {
                let currency = self.text()?.parse().ok()?;
                Value::Amount(Amount { minor: self.number()?, currency })
            }
            tag::TEXT => Value::Text(Private::new(self.text()?.to_owned())),
            _ => return None,
        }))
    }
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

    fn any_fact() -> impl Strategy<Value = Fact> {
        let kinds = prop_oneof![Just(FactKind::ChildWords), Just(FactKind::Fact)];
        let people = prop_oneof![Just("somebody"), Just("somebody-else")];
        (any_value(), kinds, people, prop_oneof![Just(0), Just(1_700_000_000_123_i64), Just(-1)]).prop_map(
            |(value, kind, by, at)| Fact {
                value,
                kind,
                source: Source::Child,
                confidence: Confidence::Confirmed,
                recorded_by: by.parse().unwrap(),
                recorded_at: jiff::Timestamp::from_millisecond(at).unwrap(),
            },
        )
    }

    fn any_facts() -> impl Strategy<Value = Facts> {
        let field = "(child|incident)\\.[a-z]{1,9}".prop_map(|id| id.parse::<FieldId>().unwrap());
        proptest::collection::btree_map(field, any_fact(), 0..8)
    }

    proptest! {
        /// The child's words come back letter for letter; each of the four unknown states comes back as itself.
        #[test]
        fn decode_undoes_encode(facts in any_facts()) {
            prop_assert_eq!(decode(&encode(&facts)).unwrap(), facts);
        }

        /// What was cut off, or has more behind it, is refused: never read as something else.
        #[test]
        fn a_part_is_no_whole(facts in any_facts(), cut in 0_usize..400) {
            let mut bytes = encode(&facts).to_vec();
            prop_assert!(decode(bytes.get(..cut % bytes.len()).unwrap()).is_err());
            bytes.push(0);
            prop_assert!(decode(&bytes).is_err());
        }

        /// Whatever the bytes, an answer or an error.
        #[test]
        fn any_bytes_are_answered(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = decode(&bytes);
        }
    }

    #[test]
    fn what_facts_have_in_common_is_written_once() {
        let stamped = |value| Fact {
            value,
            kind: FactKind::Fact,
            source: Source::ImportedFile,
            confidence: Confidence::Unverified,
            recorded_by: "01jd0000000000000000000000".parse().unwrap(),
            recorded_at: jiff::Timestamp::from_millisecond(1_700_000_000_000).unwrap(),
        };
        let of = |n: usize| {
            let fact = |at: usize| {
                let field: FieldId = format!("incident.field_{at}").parse().unwrap();
                (field, stamped(Known::Yes(Value::YesNo(true))))
            };
            encode(&(0..n).map(fact).collect::<Facts>()).len()
        };
        assert_eq!(of(5) - of(4), "field_4".len() + 3, "length, field, stamp, value");
    }
}
