//! What is kept, why, and for how long? Made from the ledger that the schema is tested against, so that it is true.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use axum::response::{Html, IntoResponse};
use daymark_store::ledger::{self, Ledger, Retention, Sensitivity};

use crate::edge::error_page::{PageError, PageResult};
use crate::kit::{Cell, PublicLayout, Table};
use crate::rooms::Rooms;

/// The room's routes.
pub fn routes(rooms: Rooms) -> Rooms {
    rooms.open_get("/privacy", "what is kept and why; reads no record", show)
}

#[derive(Template)]
#[template(path = "public/privacy/page.html")]
struct PrivacyPage {
    layout: PublicLayout,
    kept: Vec<Kept>,
}

/// What is kept for the same time.
struct Kept {
    heading: &'static str,
    how_long: &'static str,
    table: Table,
}

/// `GET /privacy`
async fn show() -> PageResult {
    let ledger = ledger::read().map_err(|_| PageError::Internal { doing: "read the ledger" })?;
    let page = PrivacyPage { layout: PublicLayout::new("Privacy"), kept: kept(&ledger) };
    let html = page.render().map_err(|_| PageError::Internal { doing: "show the privacy page" })?;
    Ok(Html(html).into_response())
}

/// The ledger by how long things are kept: each purpose once, with what is most sensitive first.
fn kept(ledger: &Ledger) -> Vec<Kept> {
    let mut by_time: BTreeMap<Retention, BTreeSet<(Sensitivity, &str)>> = BTreeMap::new();
    for column in ledger.values().flat_map(BTreeMap::values) {
        by_time.entry(column.retention).or_default().insert((column.sensitivity, &column.purpose));
    }
    let kept = |(time, purposes): (Retention, BTreeSet<(Sensitivity, &str)>)| {
        let mut by_sort: BTreeMap<Sensitivity, Vec<String>> = BTreeMap::new();
        for (sensitivity, purpose) in purposes {
            by_sort.entry(sensitivity).or_default().push(purpose.to_owned());
        }
        let (heading, how_long) = time_in_words(time);
        let rows = by_sort
            .into_iter()
            .rev()
            .map(|(sensitivity, purposes)| {
                vec![Cell::from(sort_in_words(sensitivity)), Cell::from(purposes.join("; "))]
            })
            .collect();
        let head = ["What", "What for"].map(Cell::from).to_vec();
        Kept {
            heading,
            how_long,
            table: Table::new(format!("{heading}: what is kept, and what for"), head, rows).stacked(),
        }
    };
    by_time.into_iter().map(kept).collect()
}

const fn time_in_words(time: Retention) -> (&'static str, &'static str) {
    match time {
        Retention::Case => (
            "With the case",
            "As long as the case. People look through old cases; nothing is deleted by itself. This release has no button that deletes a case: whoever runs Daymark has to do it.",
        ),
        Retention::Member => (
            "With the person who works here",
            "As long as they work here, and as long as the audit log names them.",
        ),
        Retention::Audit => {
            ("In the audit log", "For ever: a log that could be shortened would prove nothing.")
        }
        Retention::Agency => ("With the agency", "As long as the agency takes part."),
        Retention::Derived => (
            "Worked out by the machine",
            "Until the next reports come in: then it is thrown away and made anew.",
        ),
        Retention::Short => (
            "For a short time",
            "A session: 12 hours at most. A draft: until it is sent or thrown away. An invitation: it works for 72 hours, and goes when it is used or replaced.",
        ),
    }
}

const fn sort_in_words(sensitivity: Sensitivity) -> &'static str {
    match sensitivity {
        Sensitivity::Technical => "Numbers, times and settings that say nothing of a person",
        Sensitivity::Coarse => "Codes and weeks of a case, without saying who the child is",
        Sensitivity::Staff => "Who works here, and who did what",
        Sensitivity::Keyed => "Values scrambled with a key: equal ones meet, none can be read",
        Sensitivity::Special => "What is recorded about a child; sealed",
        Sensitivity::Identity => "Who the child is; sealed under a key of its own, opened with a reason",
        Sensitivity::Secret => "Passwords, keys and proofs; hashed or sealed",
    }
}
