//! Plans and journeys over the content as it is. All people are invented.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failure here is the test's failure"
)]

mod bad;
mod cases;
mod journey;
mod safety;
