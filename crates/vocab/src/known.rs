//! Do we know it? Four ways of not knowing are kept apart, because each asks for a different next step.

/// A value, or exactly why there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Known<T> {
    /// It is known.
    Yes(T),
    /// It was looked for and is not known.
    Unknown,
    /// Nobody has asked yet: ask when the moment is right.
    NotAsked,
    /// The person was asked and chose not to say: do not press.
    Declined,
    /// It cannot apply here.
    NotApplicable,
}

impl<T> Known<T> {
    /// The value, when it is known.
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Yes(value) => Some(value),
            Self::Unknown | Self::NotAsked | Self::Declined | Self::NotApplicable => None,
        }
    }

    /// Changes the value; the four other states stay as they are.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Known<U> {
        match self {
            Self::Yes(value) => Known::Yes(change(value)),
            Self::Unknown => Known::Unknown,
            Self::NotAsked => Known::NotAsked,
            Self::Declined => Known::Declined,
            Self::NotApplicable => Known::NotApplicable,
        }
    }

    /// The word used in files, forms and the store: `known`, `unknown`, `not-asked`, `declined`, `not-applicable`.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Yes(_) => "known",
            Self::Unknown => "unknown",
            Self::NotAsked => "not-asked",
            Self::Declined => "declined",
            Self::NotApplicable => "not-applicable",
        }
    }

    /// The state of not knowing that `code` names; `None` for `known` and for any other text.
    pub fn absent(code: &str) -> Option<Self> {
        match code {
            "unknown" => Some(Self::Unknown),
            "not-asked" => Some(Self::NotAsked),
            "declined" => Some(Self::Declined),
            "not-applicable" => Some(Self::NotApplicable),
            _ => None,
        }
    }

    /// The sentence for people; empty when the value is known.
    pub const fn sentence(&self) -> &'static str {
        match self {
            Self::Yes(_) => "",
            Self::Unknown => "Not known",
            Self::NotAsked => "Not asked yet",
            Self::Declined => "Asked, chose not to say",
            Self::NotApplicable => "Does not apply",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_four_states_survive_their_code() {
        for state in [Known::Unknown, Known::NotAsked, Known::Declined, Known::<u8>::NotApplicable] {
            assert_eq!(Known::absent(state.code()), Some(state));
            assert!(!state.sentence().is_empty());
        }
        assert_eq!(Known::<u8>::absent("known"), None);
    }
}
