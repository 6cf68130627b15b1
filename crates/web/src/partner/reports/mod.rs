//! Sending reports by machine: `POST /api/reports`, with the fields and rules of the reports template.
//!
//! One report or a list of up to a hundred; all of them or none. The same report twice changes nothing, and the same
//! request twice (`Idempotency-Key`) gets the same answer. `GET /api/openapi.json` describes it.

mod actions;
mod body;
mod openapi;
#[cfg(test)]
mod tests;

use daymark_access::Action;

use crate::rooms::Rooms;

/// Most reports in one request.
pub const MAX_REPORTS: usize = 100;

/// The room's routes.
pub fn routes(rooms: Rooms) -> Rooms {
    rooms.open_get("/api/openapi.json", "describes the interface; holds no data", openapi::show).machine_post(
        "/api/reports",
        Action::SubmitReportApi,
        actions::submit,
    )
}
