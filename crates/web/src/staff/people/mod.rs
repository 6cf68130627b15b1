//! The people of an agency: who works here, invited, changed, signed out. No case is in sight.

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
        .get("/people", Action::ListMembers, pages::list)
        .get("/people/invite", Action::InviteMember, pages::invite)
        .post("/people/invite", Action::InviteMember, actions::invite)
        .get("/people/{member}", Action::ChangeMember, pages::member)
        .post("/people/{member}", Action::ChangeMember, actions::change)
        .post("/people/{member}/sign-out", Action::RevokeSessions, actions::sign_out)
}
