//! How often may somebody guess? Ten times in five minutes for one address, and a bounded number for all together.

use std::collections::{HashMap, VecDeque};
use std::sync::Mutex;

use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};

const PER_ADDRESS: usize = 10;
const TOGETHER: usize = 600;
const WINDOW: SignedDuration = SignedDuration::from_mins(5);

/// Counts wrong guesses, in memory, by the hash of the address. Nothing of it is written anywhere.
#[derive(Debug, Default)]
pub struct Throttle {
    guesses: Mutex<HashMap<[u8; 32], VecDeque<Timestamp>>>,
}

fn key(address: &str) -> [u8; 32] {
    Sha256::digest(address.trim().to_lowercase().as_bytes()).into()
}

impl Throttle {
    /// Whether one more guess may be evaluated now; if so it counts.
    pub fn admits(&self, address: &str, now: Timestamp) -> bool {
        let Ok(mut guesses) = self.guesses.lock() else { return false };
        guesses.retain(|_, times| {
            while times.front().is_some_and(|at| now.duration_since(*at) > WINDOW) {
                times.pop_front();
            }
            !times.is_empty()
        });
        if guesses.values().map(VecDeque::len).sum::<usize>() >= TOGETHER {
            return false;
        }
        let times = guesses.entry(key(address)).or_default();
        if times.len() >= PER_ADDRESS {
            return false;
        }
        times.push_back(now);
        true
    }

    /// Forgets the guesses of somebody who signed in.
    pub fn forget(&self, address: &str) {
        if let Ok(mut guesses) = self.guesses.lock() {
            guesses.remove(&key(address));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threat_t12_ten_guesses_in_five_minutes() {
        let throttle = Throttle::default();
        let now = Timestamp::UNIX_EPOCH;
        let admitted = (0..100).filter(|_| throttle.admits("A@example.org", now)).count();
        assert_eq!(admitted, 10);
        assert!(!throttle.admits(" a@EXAMPLE.org", now), "the same address");
        assert!(throttle.admits("b@example.org", now));
        assert!(throttle.admits("a@example.org", now + SignedDuration::from_secs(301)));
    }

    #[test]
    fn all_together_are_bounded() {
        let throttle = Throttle::default();
        let admitted =
            (0..2000).filter(|n| throttle.admits(&format!("{n}@example.org"), Timestamp::UNIX_EPOCH)).count();
        assert_eq!(admitted, TOGETHER);
    }
}
