//! What is known, read from JSON: all problems at once, each with its line and column.
//!
//! Values are never repeated in a problem: a file of facts is about a child.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;

use daymark_content::fact::{NONE, OLDEST};
use daymark_content::{FactName, FactShape};
use daymark_triage::Facts;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// Something that cannot be read.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    line: usize,
    column: usize,
    message: String,
    hint: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {} ({})", self.line, self.column, self.message, self.hint)
    }
}

/// The fields of an object in the order in which they are written, doubles too.
struct Fields<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'de> Deserialize<'de> for Fields<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;
        impl<'de> Visitor<'de> for Object {
            type Value = Fields<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of facts")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut fields = Vec::new();
                while let Some(Key(name)) = map.next_key()? {
                    fields.push((name, map.next_value()?));
                }
                Ok(Fields(fields))
            }
        }
        deserializer.deserialize_map(Object)
    }
}

/// A key, borrowed from the text where it has no escapes, so that its place is known.
#[derive(serde::Deserialize)]
#[serde(transparent)]
struct Key<'a>(#[serde(borrow)] Cow<'a, str>);

/// Reads a JSON object of facts.
///
/// # Errors
/// Every problem, in the order of the text.
pub fn read(bytes: &[u8]) -> Result<Facts, Vec<Problem>> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
        let before = String::from_utf8_lossy(before);
        vec![at(&before, before.len(), "not UTF-8 text", "save the file as UTF-8")]
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let Fields(fields) = serde_json::from_str(text).map_err(|error| {
        let (message, hint) = match error.classify() {
            serde_json::error::Category::Data => ("not an object of facts", "write { \"child_age\": 14 }"),
            serde_json::error::Category::Eof => {
                ("the text ends too early", "close every bracket and quotation mark")
            }
            _ => ("not JSON", "compare with the text before this place"),
        };
        let (line, column) = (error.line().max(1), error.column().max(1));
        vec![Problem { line, column, message: message.to_owned(), hint: hint.to_owned() }]
    })?;
    let mut reader = Reader { text, facts: Facts::default(), seen: BTreeSet::new(), problems: Vec::new() };
    for (name, value) in &fields {
        reader.field(name, value);
    }
    if reader.problems.is_empty() { Ok(reader.facts) } else { Err(reader.problems) }
}

struct Reader<'a> {
    text: &'a str,
    facts: Facts,
    seen: BTreeSet<FactName>,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    fn refuse(&mut self, part: &str, message: String, hint: &str) {
        self.problems.push(at(self.text, offset(self.text, part), &message, hint));
    }

    fn field(&mut self, name: &str, value: &RawValue) {
        let place = match offset(self.text, name) {
            // A key with escapes is a copy, not a slice of the text.
            0 => offset(self.text, value.get()),
            // The key begins with its quotation mark.
            start => start - 1,
        };
        let Some(fact) = FactName::from_code(name) else {
            let names: Vec<&str> = FactName::ALL.iter().map(|fact| fact.code()).collect();
            let hint = match closest(name, &names) {
                Some(close) => format!("did you mean `{close}`?"),
                None => format!("use {}", names.join(", ")),
            };
            // The name is the sender's, not a person's words; cut short so that nothing else slips in.
            let shown: String = name.chars().filter(|c| c.is_ascii_graphic()).take(40).collect();
            self.problems.push(at(self.text, place, &format!("unknown field `{shown}`"), &hint));
            return;
        };
        if !self.seen.insert(fact) {
            let message = format!("`{}` is there twice", fact.code());
            self.problems.push(at(self.text, place, &message, "keep one of them"));
            return;
        }
        self.value(fact, value);
    }

    fn value(&mut self, fact: FactName, value: &RawValue) {
        let code = fact.code();
        let raw = value.get();
        match fact.shape() {
            FactShape::YesNo => match raw {
                "true" => self.give(fact, raw, "yes"),
                "false" => self.give(fact, raw, "no"),
                _ => self.refuse(
                    raw,
                    format!("`{code}` is not true or false"),
                    "write true or false without quotation marks",
                ),
            },
            FactShape::Years => match raw.parse::<u32>() {
                Ok(years) if years <= OLDEST => self.give(fact, raw, raw),
                _ => self.refuse(
                    raw,
                    format!("`{code}` is not whole years"),
                    "write a whole number from 0 to 120 without quotation marks",
                ),
            },
            FactShape::One(_) => self.word(fact, value),
            FactShape::Several(_) => match serde_json::from_str::<Vec<&RawValue>>(raw) {
                Err(_) => self.refuse(
                    raw,
                    format!("`{code}` is not a list"),
                    "write a list in brackets, such as [] or [\"…\"]",
                ),
                Ok(items) => {
                    self.give(fact, raw, NONE);
                    for item in items {
                        self.word(fact, item);
                    }
                }
            },
        }
    }

    fn word(&mut self, fact: FactName, value: &RawValue) {
        let raw = value.get();
        match serde_json::from_str::<String>(raw) {
            Ok(word) if fact.words().contains(&word.as_str()) => self.give(fact, raw, &word),
            _ => {
                let words: Vec<String> = fact.words().iter().map(|word| format!("\"{word}\"")).collect();
                let message = format!("`{}` does not take this value", fact.code());
                self.refuse(raw, message, &format!("use one of {}", words.join(", ")));
            }
        }
    }

    fn give(&mut self, fact: FactName, raw: &str, value: &str) {
        if let Err(unknown) = self.facts.give(fact, value) {
            self.refuse(raw, format!("`{}` does not take this value", fact.code()), &unknown.hint);
        }
    }
}

/// The byte at which `part`, a slice of `text`, begins; 0 for any other.
fn offset(text: &str, part: &str) -> usize {
    let start = (part.as_ptr() as usize).checked_sub(text.as_ptr() as usize);
    start.filter(|start| *start <= text.len()).unwrap_or(0)
}

fn at(text: &str, byte: usize, message: &str, hint: &str) -> Problem {
    let before = text.get(..byte).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    Problem { line, column, message: message.to_owned(), hint: hint.to_owned() }
}

/// The name that differs least, when it differs little.
fn closest<'a>(name: &str, names: &[&'a str]) -> Option<&'a str> {
    let name: String = name.to_lowercase().replace(['-', ' '], "_");
    names
        .iter()
        .copied()
        .map(|known| (distance(&name, known), known))
        .filter(|(distance, known)| *distance <= 2 || known.starts_with(&name) && name.len() > 3)
        .min()
        .map(|(_, known)| known)
}

/// How many letters differ (Levenshtein).
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.chars().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        for (b, above) in other.iter().zip(row.iter_mut().skip(1)) {
            let best = (*above + 1).min(left + 1).min(diagonal + usize::from(a != *b));
            diagonal = *above;
            *above = best;
            left = best;
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refused(text: &str, expected: &[&str]) {
        let problems = read(text.as_bytes()).unwrap_err();
        let shown: Vec<String> = problems.iter().map(Problem::to_string).collect();
        assert_eq!(shown.len(), expected.len(), "{shown:#?}");
        for (shown, expected) in shown.iter().zip(expected) {
            assert!(shown.starts_with(expected), "{shown}\n{expected}");
        }
    }

    #[test]
    fn every_problem_is_named_with_its_place() {
        refused(
            "{\n  \"child_agee\": 14,\n  \"coercion\": \"yes\",\n  \"child_age\": 14.5, \"suicide\": \"maybe\",\n  \"demands\": [\"money\", \"gold\"],\n  \"hate\": true, \"hate\": false,\n  \"reported_to\": \"police\"\n}",
            &[
                "2:3: unknown field `child_agee` (did you mean `child_age`?)",
                "3:15: `coercion` is not true or false",
                "4:16: `child_age` is not whole years",
                "4:33: `suicide` does not take this value (use one of \"none\", \"thoughts\"",
                "5:24: `demands` does not take this value (use one of \"money\"",
                "6:17: `hate` is there twice",
                "7:18: `reported_to` is not a list",
            ],
        );
        for years in ["-1", "1e1", "121", "\"14\"", "null", "true"] {
            refused(&format!("{{\"child_age\": {years}}}"), &["1:15: `child_age` is not whole years"]);
        }
    }

    #[test]
    fn a_value_is_never_repeated() {
        let problems = read(br#"{"suicide": "Jo Bloggs said", "image": "Jo Bloggs"}"#).unwrap_err();
        assert!(problems.iter().all(|problem| !problem.to_string().contains("Jo")));
    }

    #[test]
    fn what_is_no_object_says_so() {
        refused("[]", &["1:1: not an object of facts"]);
        refused("", &["1:1: the text ends too early"]);
        refused("{\"child_age\": 14,\n", &["2:1: the text ends too early"]);
        refused("{\n\"child_age\" 14}", &["2:13: not JSON"]);
        let problems = read(b"{\"suicide\":\n \"\xff\"}").unwrap_err();
        assert_eq!(problems.first().unwrap().to_string(), "2:3: not UTF-8 text (save the file as UTF-8)");
    }

    #[test]
    fn all_that_is_known_is_read() {
        let facts = read(
            "\u{feff}{\"child_age\": 14, \"coercion\": true, \"demands\": [], \"suicide\": \"none\"}"
                .as_bytes(),
        );
        let expected = Facts::default()
            .with(FactName::ChildAge, "14")
            .with(FactName::Coercion, "yes")
            .with(FactName::Demands, "none")
            .with(FactName::Suicide, "none");
        assert_eq!(facts, Ok(expected));
        assert_eq!(read(b"{}"), Ok(Facts::default()));
    }
}
