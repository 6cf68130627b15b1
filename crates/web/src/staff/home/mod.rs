//! The front room: what do you need to do now?

mod pages;
#[cfg(test)]
mod tests;

use daymark_access::Action;

use crate::rooms::Rooms;

/// The room's routes.
pub fn routes(rooms: Rooms) -> Rooms {
    rooms.open_get("/", "sends on to the front room or to the way in", pages::root).get(
        "/start",
        Action::ViewHome,
        pages::show,
    )
}
