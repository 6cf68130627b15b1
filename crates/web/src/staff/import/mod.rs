//! Bringing in a file of reports: choose it, see what it would do, say yes.
//!
//! Nothing is written before the yes, and then all of it or nothing. A file is looked at before it is read: images and
//! whatever can carry one are refused. It is held in memory, sealed under a key that only the page has, for fifteen
//! minutes ([`Uploads`]); it never reaches a disk.

mod actions;
mod pages;
mod reading;
#[cfg(test)]
mod tests;
mod uploads;

use daymark_access::Action;

use crate::rooms::Rooms;

pub use uploads::Uploads;

/// The largest file.
pub const MAX_FILE: usize = 20 * 1024 * 1024;

/// The largest form: the file, and what a browser writes around it.
const MAX_FORM: usize = MAX_FILE + 64 * 1024;

/// The room's routes.
pub fn routes(rooms: Rooms) -> Rooms {
    rooms
        .get("/import", Action::ImportReports, pages::show)
        .get("/import/template.csv", Action::ImportReports, pages::template_csv)
        .get("/import/template.xlsx", Action::ImportReports, pages::template_xlsx)
        .upload("/import/preview", Action::ImportReports, MAX_FORM, actions::preview)
        .post("/import/sheet", Action::ImportReports, actions::choose_sheet)
        .post("/import/columns", Action::SaveImportMapping, actions::save_columns)
        .post("/import/problems.csv", Action::ImportReports, actions::problems_csv)
        .post("/import", Action::ImportReports, actions::import)
}
