//! Compares this crate with R surveillance, week by week.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot read its data must fail"
)]

mod reference;
mod retyped;
mod simulated;
