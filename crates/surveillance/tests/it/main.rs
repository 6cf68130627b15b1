//! Compares this crate with R surveillance, week by week.

mod reference;
mod retyped;
mod simulated;
