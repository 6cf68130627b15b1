//! Why do they do it? A reason in a person's own words, where a permission asks for one.

use daymark_vocab::Private;

/// A reason somebody wrote: 10 to 2,000 characters. May name people, so it cannot be printed by accident.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrittenReason(Private<String>);

/// The text is no reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WrittenReasonError {
    /// Empty, or too short to say anything.
    #[error("give the reason in a few words: at least {} characters", WrittenReason::SHORTEST)]
    TooShort,
    /// Longer than anybody will read.
    #[error("shorten the reason to at most {} characters", WrittenReason::LONGEST)]
    TooLong,
}

impl WrittenReason {
    /// Characters, once trimmed.
    pub const SHORTEST: usize = 10;
    /// Characters, once trimmed.
    pub const LONGEST: usize = 2_000;

    /// Reads what was written, without the spaces around it.
    ///
    /// # Errors
    /// [`WrittenReasonError`] when it is too short or too long.
    pub fn parse(text: &str) -> Result<Self, WrittenReasonError> {
        let text = text.trim();
        match text.chars().count() {
            n if n < Self::SHORTEST => Err(WrittenReasonError::TooShort),
            n if n > Self::LONGEST => Err(WrittenReasonError::TooLong),
            _ => Ok(Self(Private::new(text.to_owned()))),
        }
    }

    /// The words, for the cipher and for whoever may read the record.
    pub const fn private(&self) -> &Private<String> {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_says_something_and_is_not_printed() {
        assert_eq!(WrittenReason::parse("  because  "), Err(WrittenReasonError::TooShort));
        assert_eq!(WrittenReason::parse(&"é".repeat(2_001)), Err(WrittenReasonError::TooLong));
        let reason = WrittenReason::parse(" The child lives in another area. ").unwrap();
        assert_eq!(reason.private().reveal(), "The child lives in another area.");
        assert_eq!(format!("{reason:?}"), "WrittenReason([private])");
    }
}
