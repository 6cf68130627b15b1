//! SQLite and PostgreSQL behind one door; the audit row is written in the same transaction.
//!
//! A room begins a named transaction ([`Store::write`]), reads the facts about a record, asks `access`, and hands
//! the grant to one of the functions here. A function that reads or changes a child's record takes a
//! [`daymark_access::Grant`] and takes the record's id from it. What is sealed lies in columns that end in `_sealed`
//! ([`ledger`] names every column). The store knows no engine.

pub mod agency;
pub mod api_token;
pub mod assignment;
pub mod audit;
pub mod backup;
pub mod case_file;
pub mod child_reference;
pub mod coarse;
mod db;
mod dialect;
pub mod draft;
pub mod entity;
mod error;
mod fact_row;
mod granted;
pub mod idempotency;
pub mod identity;
pub mod import_batch;
pub mod involvement;
pub mod judgement;
mod keys;
pub mod ledger;
pub mod link;
pub mod member;
pub mod migrate;
pub mod pool;
pub mod referral;
mod seal;
pub mod selector;
pub mod session;
pub mod setting;
pub mod sight_request;
mod sql;
mod together;
mod transaction;

pub use db::Store;
pub use error::StoreError;
pub use fact_row::Facts;
pub use keys::RootKeys;
pub use transaction::{Dialect, Tx};
