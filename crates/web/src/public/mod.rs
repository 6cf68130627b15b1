//! Rooms for anybody: nothing here reads a record.

pub mod invitation;
pub mod how_we_calculate;
pub mod sign_in;
