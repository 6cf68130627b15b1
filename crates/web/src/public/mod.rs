//! Rooms for anybody: nothing here reads a record.

pub mod invitation;
pub mod sign_in;
