//! Rooms for anybody: nothing here reads a record.

pub mod accessibility;
pub mod cookies;
pub mod help;
pub mod how_we_calculate;
pub mod invitation;
pub mod privacy;
pub mod sign_in;
