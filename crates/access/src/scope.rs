//! Which records may stand in their list? The rules' answer in a form that SQL can ask for.
//!
//! The rules decide about one record; a list of ten thousand is fetched by one query. So the query's
//! condition is written here by hand, and a property test proves over random worlds that it admits
//! exactly the records that the rules permit (`tests/it/scope.rs`).

use daymark_vocab::{AgencyId, MemberId, Role};

use crate::action::Action;
use crate::principal::{Staff, Standing};
use crate::record::Record;

/// The condition on the records of a list, from narrow to wide: of two that hold, the later one stands.
///
/// Only [`scope_for_list`] makes one, so a list cannot be asked for somebody else's agency.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// No record.
    None,
    /// Owned by `agency` and assigned to `member`.
    #[non_exhaustive]
    Assigned {
        /// The owner.
        agency: AgencyId,
        /// To whom.
        member: MemberId,
    },
    /// Owned by `agency`; for pools: holding one of its cases; for referrals: sent by it.
    #[non_exhaustive]
    Agency {
        /// The owner.
        agency: AgencyId,
    },
    /// Owned by `agency`, or released to it.
    #[non_exhaustive]
    AgencyAndReleased {
        /// The owner, or the one that was granted sight.
        agency: AgencyId,
    },
    /// Referrals sent by `agency`, or received by it.
    #[non_exhaustive]
    SentOrReceived {
        /// The sender or the receiver.
        agency: AgencyId,
    },
}

impl Scope {
    /// Whether the condition holds for one record: what the SQL means.
    pub fn admits(&self, record: &Record) -> bool {
        let owned = |agency| record.agencies.contains(agency);
        match self {
            Self::None => false,
            Self::Assigned { agency, member } => owned(agency) && record.assigned_to.contains(member),
            Self::Agency { agency } => owned(agency),
            Self::AgencyAndReleased { agency } => owned(agency) || record.released_to.contains(agency),
            Self::SentOrReceived { agency } => {
                owned(agency) || record.handover.as_ref().is_some_and(|h| h.receiver == *agency)
            }
        }
    }
}

/// The condition on the records that may stand in the list of `who`.
///
/// The verbs with lists are [`Action::ListCases`], [`Action::ListCasesCoarse`], [`Action::ListPools`],
/// [`Action::ListReferrals`] and [`Action::ReadTrendCases`]; every other verb lists nothing.
pub fn scope_for_list(who: &Staff, action: Action) -> Scope {
    if who.standing != Standing::Active {
        return Scope::None;
    }
    let widest = who.roles.iter().map(|role| scope_of_role(*role, who, action)).max();
    widest.unwrap_or(Scope::None)
}

fn scope_of_role(role: Role, who: &Staff, action: Action) -> Scope {
    let agency = who.agency.clone();
    match (action, role) {
        (Action::ListCases, Role::Practitioner) => Scope::Assigned { agency, member: who.member.clone() },
        (Action::ListCases, Role::SafeguardingLead) => Scope::AgencyAndReleased { agency },
        (Action::ListCasesCoarse | Action::ReadTrendCases | Action::ListPools, Role::Analyst) => {
            Scope::Agency { agency }
        }
        (Action::ListCasesCoarse | Action::ReadTrendCases | Action::ListPools, Role::PanelCoordinator) => {
            Scope::AgencyAndReleased { agency }
        }
        (Action::ListReferrals, Role::SafeguardingLead) => Scope::SentOrReceived { agency },
        _ => Scope::None,
    }
}
