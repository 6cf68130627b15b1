//! The store as its callers use it, on SQLite and on PostgreSQL.

mod audited;
mod case_file;
mod conflict;
mod import;
mod ledger;
mod migrations;
mod people;
mod referral;
mod sealed;
mod walls;
