//! What tests share: a clock that stands still, stores of both kinds, people by role, invented cases.
//!
//! Everything here is invented. Not for `web`'s unit tests to re-export types from: use the crates themselves.

pub mod cases;
pub mod clock;
pub mod people;
pub mod stores;

pub use clock::MockClock;
