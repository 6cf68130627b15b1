//! Rooms for anybody: nothing here reads a record.

pub mod sign_in;
