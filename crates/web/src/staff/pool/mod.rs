//! Which cases may have the same people behind them? Pools: how large, how fast they grow, and what is done next.

mod actions;
mod form;
mod pages;
#[cfg(test)]
mod tests;

use daymark_access::Action;

use crate::rooms::Rooms;

/// The room's routes.
pub fn routes(rooms: Rooms) -> Rooms {
    rooms
        .get("/pools", Action::ListPools, pages::list)
        .get("/pools/{pool}", Action::ReadPool, pages::show)
        .post("/pools/{pool}/next", Action::ReadPool, actions::set_next_action)
}
