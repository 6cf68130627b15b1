//! Cases: the list, what one holds, how it is changed, who has seen it, and who the child is.
//!
//! Facts, opinions and the child's own words are kept apart on every page. What is not known says which of the four
//! ways it is not known. A change never overwrites what somebody else wrote meanwhile: both are shown, a person
//! chooses.

mod add;
mod field;
mod file;
mod form;
mod history;
mod identity;
mod list;
mod names;
mod overview;
mod parts;
mod people;
mod record;
mod seen;
mod summary;
#[cfg(test)]
mod tests;

use daymark_access::{Action, Grant, Record, verb};
use daymark_store::Tx;
use daymark_store::case_file::{self, Case};
use daymark_vocab::CaseId;
use jiff::Timestamp;

use crate::edge::error_page::PageError;
use crate::edge::session::Who;
use crate::facts;
use crate::rooms::Rooms;

/// The room's routes.
pub fn routes(rooms: Rooms) -> Rooms {
    rooms
        .get_any("/cases", &[Action::ListCases, Action::ListCasesCoarse], list::show)
        .get("/cases/{case}", Action::ReadCase, overview::show)
        .get("/cases/{case}/seen", Action::ReadCase, seen::show)
        .get("/cases/{case}/entity/{entity}/history", Action::ReadCase, history::show)
        .get("/cases/{case}/entity/{entity}/{field}", Action::ChangeCase, field::show)
        .post("/cases/{case}/entity/{entity}/{field}", Action::ChangeCase, field::change)
        .get("/cases/{case}/add/{kind}", Action::ChangeCase, add::show)
        .post("/cases/{case}/add/{kind}", Action::ChangeCase, add::add)
        .get("/cases/{case}/parts", Action::ReadCase, parts::show)
        .get("/cases/{case}/parts/{incident}/{party}", Action::ChangeCase, parts::edit)
        .post("/cases/{case}/parts/{incident}/{party}", Action::ChangeCase, parts::change)
        .get("/cases/{case}/people", Action::AssignCase, people::show)
        .post("/cases/{case}/people", Action::AssignCase, people::change)
        .get("/cases/{case}/file", Action::AssignCase, file::show)
        .post("/cases/{case}/file", Action::AssignCase, file::change)
        .get("/cases/{case}/identity", Action::OpenIdentity, identity::show)
        .post("/cases/{case}/identity", Action::OpenIdentity, identity::open)
        .get("/cases/{case}/identity/change", Action::ChangeIdentity, identity::edit)
        .post("/cases/{case}/identity/change", Action::ChangeIdentity, identity::change)
}

/// The facts about the case in an address, and its id.
async fn record_of(tx: &mut Tx, case: &str) -> Result<(CaseId, Record), PageError> {
    let id: CaseId = facts::id(case)?;
    let record = facts::about_case(tx, &id).await?;
    Ok((id, record))
}

/// Reads a case that this person may read, and notes it. Commit before a byte leaves.
async fn read(tx: &mut Tx, grant: &Grant<verb::ReadCase>, now: Timestamp) -> Result<Case, PageError> {
    case_file::read(tx, grant, now).await?.ok_or(PageError::NotFound)
}

/// Decides that this person may read the case, and reads it. Commit before a byte leaves.
async fn decide_and_read(tx: &mut Tx, who: &Who, record: &Record, now: Timestamp) -> Result<Case, PageError> {
    let grant = who.may::<verb::ReadCase>(record, now)?;
    read(tx, &grant, now).await
}
