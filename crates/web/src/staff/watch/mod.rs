//! The trends: how many reports, is that more than expected, where, and what should somebody look at?
//!
//! Every count on these pages went through [`crate::trends::shown`]. The file of `/trends.csv` holds what the page
//! shows and no more, so it asks for the page's verb; taking away whole counts would be
//! [`daymark_access::Action::ExportTrends`], which no page here does.

mod cases;
mod csv;
mod flag_page;
mod form;
mod pages;
#[cfg(test)]
mod tests;
mod words;

use daymark_access::Action;

use crate::rooms::Rooms;

/// The room's routes.
pub fn routes(rooms: Rooms) -> Rooms {
    rooms
        .get("/trends", Action::ReadTrends, pages::show)
        .get("/trends.csv", Action::ReadTrends, csv::download)
        .get("/trends/cases", Action::ReadTrendCases, cases::show)
        .get("/trends/flags/{flag}", Action::ReadFlag, flag_page::show)
}
