//! Rooms for signed-in members of agencies.

pub mod audit;
pub mod case;
pub mod case_frame;
pub mod home;
pub mod import;
pub mod link_review;
pub mod people;
pub mod pool;
pub mod referral;
pub mod report;
pub mod watch;

use daymark_access::{Action, Scope, scope_for_list};
use daymark_vocab::Role;

use crate::app::App;
use crate::edge::session::Who;
use crate::kit::layout::{Phase, SignedIn};
use crate::kit::{NavLink, StaffLayout};

/// The frame of a staff page: navigation by role, who is signed in, whether all of it is invented.
pub fn frame(app: &App, who: &Who, title: impl Into<String>, current: &str) -> StaffLayout {
    let lists = |action| scope_for_list(&who.staff, action) != Scope::None;
    let is = |roles: &[Role]| roles.iter().any(|role| who.staff.roles.contains(role));
    let rooms = [
        ("Start", "/start", true),
        ("Cases", "/cases", lists(Action::ListCases) || lists(Action::ListCasesCoarse)),
        ("Pools", "/pools", lists(Action::ListPools)),
        ("Trends", "/trends", is(&[Role::SafeguardingLead, Role::Analyst, Role::PanelCoordinator])),
        ("Referrals", "/referrals", lists(Action::ListReferrals)),
        ("Import", "/import", is(&[Role::SafeguardingLead, Role::Analyst])),
        ("People", "/people", is(&[Role::AgencyAdministrator])),
        ("Audit", "/audit", is(&[Role::Auditor])),
    ];
    StaffLayout {
        navigation: rooms
            .into_iter()
            .filter(|(_, _, may)| *may)
            .map(|(text, href, _)| NavLink::new(text, href).current_when(href == current))
            .collect(),
        signed_in: Some(SignedIn {
            name: who.name.reveal().clone(),
            agency: who.agency_name.clone(),
            sign_out: "/sign-out".to_owned(),
            csrf: who.csrf.clone(),
        }),
        phase: app.is_sample.then(|| Phase {
            tag: "Sample".into(),
            text: "Every person, case and figure here is invented.".into(),
        }),
        ..StaffLayout::new(title)
    }
}
