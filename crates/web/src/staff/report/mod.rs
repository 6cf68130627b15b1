//! Recording a report by hand: look first, then one thing per page, nothing typed is ever lost.
//!
//! The pages are generated from the record catalogue. Every page keeps what was typed, right or wrong, in a sealed
//! draft of the person who types; only the last page makes a case of it. Names and contacts of the child are not asked
//! here: they have a store of their own, and are added in the case.

mod actions;
mod check;
mod form_state;
mod pages;
mod search;
mod submit;
mod task;
#[cfg(test)]
mod tests;

use daymark_access::Action;

use crate::rooms::Rooms;

/// The room's routes.
pub fn routes(rooms: Rooms) -> Rooms {
    use Action::{CreateCase, ReadCase, SearchBeforeCreate};
    rooms
        .get("/report/new", SearchBeforeCreate, search::ask)
        .get("/report/search", SearchBeforeCreate, search::again)
        .post("/report/search", SearchBeforeCreate, search::search)
        .get("/report/start", SearchBeforeCreate, search::again)
        .post("/report/start", CreateCase, actions::start)
        .get("/report/drafts", CreateCase, pages::drafts)
        .get("/report/done/{case}", ReadCase, submit::done)
        .get("/report/{draft}", CreateCase, pages::tasks)
        .get("/report/{draft}/check", CreateCase, check::show)
        .get("/report/{draft}/submit", CreateCase, check::again)
        .post("/report/{draft}/submit", CreateCase, submit::submit)
        .get("/report/{draft}/found", CreateCase, check::again)
        .post("/report/{draft}/found", CreateCase, actions::add_found)
        .get("/report/{draft}/discard", CreateCase, pages::confirm_discard)
        .post("/report/{draft}/discard", CreateCase, actions::discard)
        .get("/report/{draft}/{step}", CreateCase, pages::step)
        .post("/report/{draft}/{step}", CreateCase, actions::save)
        .post("/report/{draft}/{step}/keep", CreateCase, actions::keep)
        .get("/report/{draft}/{step}/item/{item}", CreateCase, pages::item)
        .get("/report/{draft}/{step}/remove/{item}", CreateCase, pages::confirm_remove)
        .post("/report/{draft}/{step}/remove/{item}", CreateCase, actions::remove)
}
