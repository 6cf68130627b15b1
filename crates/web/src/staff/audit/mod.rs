//! The audit log: who did what, without what it was done to; and whether anybody can have changed it.

pub mod checks;
mod pages;
#[cfg(test)]
mod tests;

use daymark_access::Action;

use crate::rooms::Rooms;

/// The room's routes.
pub fn routes(rooms: Rooms) -> Rooms {
    rooms.get("/audit", Action::ReadAudit, pages::show)
}
