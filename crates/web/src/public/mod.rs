//! Rooms for anybody: nothing here reads a record.

pub mod how_we_calculate;
pub mod invitation;
pub mod sign_in;
