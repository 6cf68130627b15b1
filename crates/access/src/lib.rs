//! Who may do which verb to which record? Any refusal wins; answers come with reasons and a [`Grant`].
//!
//! The rules are the Cedar files in `policies/`, one sentence each, readable by whoever is answerable
//! for the information. A room reads the facts about a record ([`Record`]) from the store, asks
//! ([`may`], [`decide`]) and hands the grant to the store function that does the work; that function
//! cannot be called without one. Lists ask for a [`Scope`] instead.
//!
//! Nothing here does I/O or asks for the time.
//!
//! ```
//! use daymark_access::{Record, Staff, Standing, may, verb::ReadCase};
//! use daymark_vocab::{AgencyKind, Role};
//!
//! let lead = Staff {
//!     member: "lead".parse()?,
//!     agency: "school-a".parse()?,
//!     agency_kind: AgencyKind::School,
//!     roles: [Role::SafeguardingLead].into(),
//!     standing: Standing::Active,
//!     step_up_at: None,
//! };
//! let facts = Record::case("case-1".parse()?, "school-a".parse()?);
//! let grant = may::<ReadCase>(&lead, &facts, jiff::Timestamp::UNIX_EPOCH)?;
//! assert_eq!(grant.id().as_str(), "case-1");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod action;
mod decide;
mod grant;
mod principal;
mod record;
pub mod referral;
mod refusal;
mod rules;
mod scope;
mod written_reason;

#[cfg(test)]
mod any_refusal_wins;

pub use action::{Action, verb};
pub use decide::{Decision, decide, may};
pub use grant::{Any, Grant, NamedVerb, Obligation, Verb};
pub use principal::{Principal, Staff, Standing, Visitor};
pub use record::{AuditOf, Handover, LinkId, Named, Record, RecordId, ResourceKind, TheSystem};
pub use referral::{
    Answer, ReferralState, may_answer_referral, may_read_referral, may_refer, may_withdraw_referral,
};
pub use refusal::{Reason, Refusal};
pub use rules::{Rule, RuleProblem, RulesError, check_rules, rules, rules_version};
pub use scope::{Scope, scope_for_list};
pub use written_reason::{WrittenReason, WrittenReasonError};
