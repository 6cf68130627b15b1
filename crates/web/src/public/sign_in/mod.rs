//! Signing in and out: address, password and the code of the second factor, on one page.
//!
//! Every wrong combination gets the same answer after the same work, so that nobody learns who works here.

mod actions;
mod form;
mod pages;
#[cfg(test)]
mod tests;
mod throttle;

use crate::rooms::Rooms;

pub use throttle::Throttle;

/// The room's routes.
pub fn routes(rooms: Rooms) -> Rooms {
    rooms
        .open_get("/sign-in", "the way in; reads nothing", pages::show)
        .open_post("/sign-in", "the way in; checks password and second factor", actions::sign_in)
        .open_get("/signed-out", "says that the session has ended", pages::signed_out)
        .open_post("/sign-out", "ends the session whose cookie and token it brings", actions::sign_out)
}
