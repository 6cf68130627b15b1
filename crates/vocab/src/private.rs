//! How does personal data travel without being printed by accident?

use std::fmt;

/// Personal data in memory: it can be used, never shown by `{}` or `{:?}`.
///
/// `Display` is deliberately absent, so that `format!("{name}")` does not compile; `Debug` prints
/// `[private]`. Call [`Private::reveal`] at the one place that shows the value to a person who may see it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Private<T>(T);

impl<T> Private<T> {
    /// Wraps a value that must not be logged.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// The value itself, for the page or the cipher that may have it.
    pub const fn reveal(&self) -> &T {
        &self.0
    }

    /// Takes the value out.
    pub fn into_inner(self) -> T {
        self.0
    }

    /// Changes the value without letting it out.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Private<U> {
        Private(change(self.0))
    }
}

impl<T> fmt::Debug for Private<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[private]")
    }
}

impl<T> From<T> for Private<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_never_shows_the_value() {
        let name = Private::new("an invented name".to_owned());
        assert_eq!(format!("{name:?}"), "[private]");
        assert_eq!(format!("{:?}", Some(name)), "Some([private])");
    }
}
