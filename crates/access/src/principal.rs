//! Who asks? A signed-in member of an agency, or a visitor of whom nothing is known.

use std::collections::BTreeSet;

use daymark_vocab::{AgencyId, AgencyKind, MemberId, Role};
use jiff::Timestamp;

/// Whether a member may act at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// Invited, checked and at work.
    Active,
    /// Invited, not yet checked: can do nothing.
    Pending,
    /// Stopped by an administrator, or the agency has left: can do nothing.
    Suspended,
}

impl Standing {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Active, Self::Pending, Self::Suspended];

    /// The word in the rules and in store.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Pending => "pending",
            Self::Suspended => "suspended",
        }
    }
}

/// A signed-in member. Read it from the store on every request, so that a leaver is out at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Staff {
    /// Who.
    pub member: MemberId,
    /// The one agency they act for.
    pub agency: AgencyId,
    /// What kind of agency that is.
    pub agency_kind: AgencyKind,
    /// What they do there; may be several, may be none.
    pub roles: BTreeSet<Role>,
    /// Whether they may act at all.
    pub standing: Standing,
    /// When they last proved again that it is they (passkey, or password and code).
    pub step_up_at: Option<Timestamp>,
}

impl Staff {
    /// Whole seconds since the last step-up; negative when that lies in the future, as it cannot.
    pub(crate) fn seconds_since_step_up(&self, now: Timestamp) -> Option<i64> {
        self.step_up_at.map(|at| now.as_second() - at.as_second())
    }
}

/// Somebody who has not signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Visitor;

/// Whoever asks.
#[derive(Debug, Clone, Copy)]
pub enum Principal<'a> {
    /// A signed-in member.
    Staff(&'a Staff),
    /// Nobody in particular.
    Visitor,
}

impl<'a> From<&'a Staff> for Principal<'a> {
    fn from(staff: &'a Staff) -> Self {
        Self::Staff(staff)
    }
}

impl From<Visitor> for Principal<'_> {
    fn from(_: Visitor) -> Self {
        Self::Visitor
    }
}
