//! What stands around every page of one case: whose record it is, the way back, and its parts.

use daymark_access::{Record, verb};
use daymark_store::case_file::{Case, Status};
use daymark_vocab::CaseId;
use jiff::Timestamp;
use jiff::civil::Date;

use crate::app::App;
use crate::edge::session::Who;
use crate::in_words;
use crate::kit::{Breadcrumbs, IdentityBar, Markup, NavLink, SubNavigation};

/// What the frame says of a case.
#[derive(Debug, Clone)]
pub struct CaseHead {
    /// Which case.
    pub id: CaseId,
    /// Its number for people.
    pub reference: String,
    /// Where it stands.
    pub status: Status,
    /// The police force area's name.
    pub area: String,
    /// When somebody looks again.
    pub next_check_on: Option<Date>,
}

impl CaseHead {
    /// What the frame says of a case that was read.
    pub fn of(app: &App, case: &Case) -> Self {
        Self {
            id: case.id.clone(),
            reference: case.reference.clone(),
            status: case.status,
            area: app.area_name(case.area.as_str()),
            next_check_on: case.next_check_on,
        }
    }
}

/// The parts of a case that have a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CasePart {
    /// What is recorded.
    Overview,
    /// Which cases may belong to it.
    Links,
    /// Who has seen it.
    Seen,
    /// Who the child is.
    Identity,
    /// A page below one of these: a form.
    None,
}

/// The frame of a page of one case, for the layout's blocks `identity` and `before_main`, and above the content.
#[derive(Debug, Clone)]
pub struct CaseFrame {
    /// The bar under the header.
    pub identity: IdentityBar,
    /// The way here.
    pub breadcrumbs: Breadcrumbs,
    /// The parts of the case that this person may open.
    pub parts: SubNavigation,
}

impl CaseFrame {
    /// The frame of the page `part` for this person; `record` holds the facts about the case.
    pub fn new(who: &Who, record: &Record, head: &CaseHead, part: CasePart, now: Timestamp) -> Self {
        let next = head.next_check_on.map_or_else(|| "No date set".to_owned(), in_words::day);
        let bar: Vec<(Markup, Markup)> = [
            ("Case", head.reference.clone()),
            ("Status", head.status.label().to_owned()),
            ("Police area", head.area.clone()),
            ("Next check-in", next),
        ]
        .map(|(name, value)| (name.into(), value.into()))
        .to_vec();
        let at = |path: &str| format!("/cases/{}{path}", head.id);
        let identity = who.could::<verb::OpenIdentity>(record, now)
            || who.needs_step_up::<verb::OpenIdentity>(record, now);
        let parts = [
            (CasePart::Overview, "Overview", "", who.could::<verb::ReadCase>(record, now)),
            (CasePart::Links, "Linked cases", "/links", who.could::<verb::ReadLinks>(record, now)),
            (CasePart::Seen, "Who has seen this", "/seen", who.could::<verb::ReadCase>(record, now)),
            (CasePart::Identity, "Identity", "/identity", identity),
        ];
        let links = parts
            .into_iter()
            .filter(|(.., may)| *may)
            .map(|(which, text, path, _)| NavLink::new(text, at(path)).current_when(which == part))
            .collect();
        let mut above = vec![NavLink::new("Start", "/start"), NavLink::new("Cases", "/cases")];
        let here = if part == CasePart::Overview {
            Some(Markup::text(&head.reference))
        } else {
            above.push(NavLink::new(head.reference.clone(), at("")));
            None
        };
        Self {
            identity: IdentityBar { label: "Case summary".to_owned(), items: bar },
            breadcrumbs: Breadcrumbs { above, here },
            parts: SubNavigation { label: "Parts of this case".to_owned(), links },
        }
    }
}
