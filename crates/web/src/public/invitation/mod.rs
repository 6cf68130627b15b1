//! Accepting an invitation: a password, a second factor, recovery codes. Whoever holds the link is asked nothing else.
//!
//! The secret of the second factor comes out of the link's token and a random value in the form: a page that comes back
//! with problems keeps it, and nothing is stored before a code of it was shown.

mod actions;
mod form;
mod pages;
mod qr;
#[cfg(test)]
mod tests;

use crate::rooms::Rooms;

/// The room's routes.
pub fn routes(rooms: Rooms) -> Rooms {
    rooms
        .open_get("/invitation/{token}", "its token, 256 random bits, is the permission", pages::show)
        .open_post("/invitation/{token}", "its token, 256 random bits, is the permission", actions::accept)
}
