//! The store as its callers use it, on SQLite and on PostgreSQL.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failure here is the test's failure"
)]

mod audited;
mod case_file;
mod case_work;
mod conflict;
mod import;
mod ledger;
mod migrations;
mod people;
mod referral;
mod sealed;
mod second_wall;
mod together;
mod walls;
