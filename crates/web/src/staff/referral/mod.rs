//! Handing over: one agency asks another to take a case on, and the other answers.
//!
//! A safeguarding lead asks with a reason; until the other agency accepts, it sees the reason and the case's number and
//! nothing more. Accepting opens the case to it. Rejecting and taking back need a reason too, and every reason is kept.
//! A case has at most one open referral to an agency: asking again leads to the one that is open.

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
        .get("/cases/{case}/refer", Action::OpenReferral, pages::ask)
        .post("/cases/{case}/refer", Action::OpenReferral, actions::refer)
        .get("/referrals", Action::ListReferrals, pages::list)
        .get("/referrals/{id}", Action::ReadReferral, pages::show)
        .post("/referrals/{id}/answer", Action::AnswerReferral, actions::answer)
        .post("/referrals/{id}/withdraw", Action::WithdrawReferral, actions::withdraw)
}
