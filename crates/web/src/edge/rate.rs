//! How much may a machine ask? So many requests in a minute for each token; more is told when to come again.

use std::collections::{HashMap, VecDeque};
use std::sync::Mutex;

use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};

/// Requests of one token in one [`WINDOW`]. Each may bring a hundred reports.
pub const PER_TOKEN: usize = 300;
/// The time that is looked back on.
pub const WINDOW: SignedDuration = SignedDuration::from_mins(1);

/// Counts requests, in memory, by the hash of the token. Only tokens that work come here, so that their number is bounded.
#[derive(Debug, Default)]
pub struct Budget {
    requests: Mutex<HashMap<[u8; 32], VecDeque<Timestamp>>>,
}

impl Budget {
    /// Counts one request, or says in how many whole seconds (from 1) the next one is taken.
    ///
    /// # Errors
    /// The seconds to wait.
    pub fn admit(&self, token: &str, now: Timestamp) -> Result<(), u64> {
        let window = u64::try_from(WINDOW.as_secs()).unwrap_or(1);
        let Ok(mut requests) = self.requests.lock() else { return Err(window) };
        requests.retain(|_, times| {
            while times.front().is_some_and(|at| now.duration_since(*at) >= WINDOW) {
                times.pop_front();
            }
            !times.is_empty()
        });
        let times = requests.entry(Sha256::digest(token.as_bytes()).into()).or_default();
        match times.front() {
            Some(first) if times.len() >= PER_TOKEN => {
                let left = WINDOW.saturating_sub(now.duration_since(*first));
                // A clock that was put back must not make anybody wait for longer than the window.
                let seconds = u64::try_from(left.as_millis().max(0)).unwrap_or(0).div_ceil(1_000);
                Err(seconds.clamp(1, window))
            }
            _ => {
                times.push_back(now);
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_token_has_its_own_minute() {
        let budget = Budget::default();
        let at = |seconds| Timestamp::UNIX_EPOCH + SignedDuration::from_secs(seconds);
        let admitted = (0..1_000).filter(|_| budget.admit("one", at(0)).is_ok()).count();
        assert_eq!(admitted, PER_TOKEN);
        assert_eq!(budget.admit("one", at(0)), Err(60));
        assert_eq!(budget.admit("one", at(59)), Err(1));
        assert_eq!(budget.admit("one", at(-3_600)), Err(60), "a clock that was put back");
        assert_eq!(budget.admit("two", at(0)), Ok(()));
        assert_eq!(budget.admit("one", at(60)), Ok(()));
    }
}
