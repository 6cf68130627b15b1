//! A clock that a test sets.

use std::sync::atomic::{AtomicI64, Ordering};

use daymark_vocab::Clock;
use jiff::{SignedDuration, Timestamp};

/// Stands still until it is advanced.
#[derive(Debug)]
pub struct MockClock(AtomicI64);

impl MockClock {
    /// Stands at `2026-11-23T09:00:00Z`, a Monday.
    pub fn monday_morning() -> Self {
        Self(AtomicI64::new(1_795_424_400_000))
    }

    /// Goes on (or back, with a negative duration).
    pub fn advance(&self, by: SignedDuration) {
        let ms = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
        self.0.fetch_add(ms, Ordering::SeqCst);
    }
}

impl Clock for MockClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millisecond(self.0.load(Ordering::SeqCst)).unwrap_or(Timestamp::UNIX_EPOCH)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_monday_morning() {
        assert_eq!(MockClock::monday_morning().now().to_string(), "2026-11-23T09:00:00Z");
    }
}
