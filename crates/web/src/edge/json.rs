//! JSON as a machine sent it, read strictly: no name twice in one object, and no deeper than anybody needs.
//!
//! A name that stands twice means different things to different readers (RFC 8259, section 4), so that what was checked
//! may not be what is kept. Deep nesting costs stack and says nothing.

use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// How deep objects and lists may lie in one another.
pub const MAX_DEPTH: usize = 64;

const TWICE: &str = "a name stands twice in one object";
const DEEP: &str = "objects and lists lie too deep in one another";

/// Why it was not read, and where. Never repeats what was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsonError {
    /// What is wrong.
    pub what: &'static str,
    /// What to do.
    pub hint: &'static str,
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1.
    pub column: usize,
}

/// Reads one JSON value.
///
/// # Errors
/// [`JsonError`] with the place of the first thing that is wrong.
pub fn read(bytes: &[u8]) -> Result<Value, JsonError> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = Strict { depth: 0 }.deserialize(&mut reader);
    value.and_then(|value| reader.end().map(|()| value)).map_err(|error| {
        let said = error.to_string();
        let (what, hint) = if said.starts_with(TWICE) {
            (TWICE, "send each name once")
        } else if said.starts_with(DEEP) || said.starts_with("recursion limit") {
            (DEEP, "a report is one flat object")
        } else {
            ("this is not JSON", "send one report or a list of reports")
        };
        JsonError { what, hint, line: error.line(), column: error.column() }
    })
}

/// One value, so many levels down.
#[derive(Clone, Copy)]
struct Strict {
    depth: usize,
}

impl Strict {
    fn inner<E: serde::de::Error>(self) -> Result<Self, E> {
        if self.depth < MAX_DEPTH { Ok(Self { depth: self.depth + 1 }) } else { Err(E::custom(DEEP)) }
    }
}

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = Value;

    fn deserialize<D: serde::Deserializer<'de>>(self, reader: D) -> Result<Value, D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, yes: bool) -> Result<Value, E> {
        Ok(Value::Bool(yes))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(Value::Number(number.into()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(Value::Number(number.into()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Value, E> {
        Ok(Number::from_f64(number).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::String(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Value, E> {
        Ok(Value::String(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let inner = self.inner()?;
        let mut values = Vec::new();
        while let Some(value) = list.next_element_seed(inner)? {
            values.push(value);
        }
        Ok(Value::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Value, A::Error> {
        let inner = self.inner()?;
        let mut values = Map::new();
        while let Some(Name(name)) = object.next_key()? {
            if values.contains_key(&name) {
                return Err(A::Error::custom(TWICE));
            }
            let value = object.next_value_seed(inner)?;
            values.insert(name, value);
        }
        Ok(Value::Object(values))
    }
}

#[derive(Deserialize)]
struct Name(String);

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refused(json: &str, what: &str, place: (usize, usize)) {
        let error = read(json.as_bytes()).unwrap_err();
        assert_eq!((error.what, (error.line, error.column)), (what, place), "{json:.60}");
    }

    #[test]
    fn reads_what_serde_json_reads() {
        for json in [
            r#"{"a":[1,-2,3.5,true,null,"x\u00e9"],"b":{"a":{}}}"#,
            "[]",
            "18446744073709551615",
            r#""text""#,
            " {\n}\n",
        ] {
            assert_eq!(
                read(json.as_bytes()).unwrap(),
                serde_json::from_str::<Value>(json).unwrap(),
                "{json}"
            );
        }
    }

    #[test]
    fn threat_t47_names_twice_and_deep_nesting_are_refused_with_their_place() {
        refused("{\"a\":1,\n \"b\":2,\n \"a\":3}", TWICE, (3, 4));
        refused(r#"[{"a":{"b":1,"\u0062":2}}]"#, TWICE, (1, 21));
        let deep = |n: usize| format!("{}{}", "[".repeat(n), "]".repeat(n));
        assert!(read(deep(MAX_DEPTH).as_bytes()).is_ok());
        refused(&deep(MAX_DEPTH + 1), DEEP, (1, MAX_DEPTH + 2));
        refused(&"{\"a\":".repeat(100_000), DEEP, (1, 5 * MAX_DEPTH + 1));
        refused("[1,]", "this is not JSON", (1, 4));
        refused("{} {}", "this is not JSON", (1, 4));
        refused("", "this is not JSON", (1, 0));
    }
}
