//! Which cases may be linked to this one, why, and what do you say?
//!
//! Suggestions, not findings: each with its evidence, contrary evidence included, before any button. A judgement is
//! kept for ever, outranks the machine and can be undone. Another agency's case is shown coarsely, or not at all; then
//! one can ask to see it.

mod actions;
mod form;
mod pages;
mod requests;
#[cfg(test)]
mod tests;

use daymark_access::Action;

use crate::rooms::Rooms;

/// The room's routes.
pub fn routes(rooms: Rooms) -> Rooms {
    rooms
        .get("/cases/{case}/links", Action::ReadLinks, pages::show)
        .post("/cases/{case}/links/{other}/judge", Action::JudgeLink, actions::judge)
        .post("/cases/{case}/links/{other}/undo", Action::UndoJudgement, actions::undo)
        .get("/cases/{case}/links/{other}/ask", Action::AskToSee, requests::ask_page)
        .post("/cases/{case}/links/{other}/ask", Action::AskToSee, requests::ask)
        .get("/requests/{case}/{agency}", Action::AnswerAskToSee, requests::answer_page)
        .post("/requests/{case}/{agency}", Action::AnswerAskToSee, requests::answer)
}
