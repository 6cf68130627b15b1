//! Which area is meant? The nine-character code of the Office for National Statistics.

use std::fmt;
use std::str::FromStr;

/// An ONS area code such as `E23000009` (North Yorkshire police area).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AreaCode(String);

/// The text has not the shape of an ONS code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an area code: use a letter and eight digits, such as `E23000009`")]
pub struct AreaCodeError;

impl AreaCode {
    /// The code as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for AreaCode {
    type Err = AreaCodeError;

    fn from_str(text: &str) -> Result<Self, AreaCodeError> {
        let mut bytes = text.bytes();
        let letter = bytes.next().is_some_and(|b| matches!(b, b'E' | b'W' | b'S' | b'N'));
        if letter && text.len() == 9 && bytes.all(|b| b.is_ascii_digit()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(AreaCodeError)
        }
    }
}

impl fmt::Display for AreaCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
