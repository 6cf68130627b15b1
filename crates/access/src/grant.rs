//! What proves that it was decided? A value that only a decision can make, about one verb and one record.

use std::collections::BTreeSet;
use std::marker::PhantomData;
use std::sync::Arc;

use daymark_vocab::{AgencyId, MemberId};
use jiff::Timestamp;

use crate::action::Action;
use crate::record::{Record, RecordId};

pub(crate) mod sealed {
    /// Keeps other crates from inventing verbs.
    pub trait Sealed {}
}

/// A verb as a type, and how it names what it acts on.
pub trait Verb: sealed::Sealed {
    /// What a grant for this verb names: a `CaseId` for reading a case.
    type Id: Clone;

    /// The id, when `action` is this verb and fits the record.
    #[doc(hidden)]
    fn id_in(action: Action, record: &Record) -> Option<Self::Id>;
}

/// A [`Verb`] that is one [`Action`].
pub trait NamedVerb: Verb {
    /// Which.
    const ACTION: Action;
}

/// Any verb: what [`crate::decide`] grants before it is known at compile time which one it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Any;

impl sealed::Sealed for Any {}
impl Verb for Any {
    type Id = RecordId;

    fn id_in(_: Action, record: &Record) -> Option<RecordId> {
        Some(record.id.clone())
    }
}

/// What a permission asks of whoever uses it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Obligation {
    /// Show a coarse summary: agency, area, week, platform, demand.
    CoarseOnly,
    /// Take a written reason and keep it ([`crate::WrittenReason`]).
    GiveReason,
    /// Show counts under five as "under 5".
    HideSmallNumbers,
    /// Tell the agency that owns the record.
    TellOwner,
}

impl Obligation {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::CoarseOnly, Self::GiveReason, Self::HideSmallNumbers, Self::TellOwner];

    /// The word in the rules and in the audit log.
    pub const fn code(self) -> &'static str {
        match self {
            Self::CoarseOnly => "coarse-only",
            Self::GiveReason => "give-reason",
            Self::HideSmallNumbers => "hide-small-numbers",
            Self::TellOwner => "tell-owner",
        }
    }

    pub(crate) fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|obligation| obligation.code() == code)
    }
}

/// Proof that somebody may do one verb to one record.
///
/// Only [`crate::decide`] and what is built on it make one; it cannot be copied, and it dies with the
/// request. A store function that reads a case takes `&Grant<verb::ReadCase>` and takes the case's id
/// from it, so a grant for one case cannot read another.
///
/// No other crate can make one up:
/// ```compile_fail,E0451
/// use daymark_access::{Grant, verb::ReadCase};
/// let case: daymark_vocab::CaseId = "case-a".parse().unwrap();
/// let grant: Grant<ReadCase> = Grant { id: case, basis: unreachable!(), verb: std::marker::PhantomData };
/// ```
/// Nor use a grant for one verb as one for another:
/// ```compile_fail,E0308
/// use daymark_access::{Grant, verb::{ReadCase, ReadCaseCoarse}};
/// fn read(_: &Grant<ReadCase>) {}
/// fn try_it(coarse: &Grant<ReadCaseCoarse>) { read(coarse) }
/// ```
#[derive(Debug)]
pub struct Grant<V: Verb = Any> {
    id: V::Id,
    basis: Box<Basis>,
    verb: PhantomData<fn() -> V>,
}

/// Everything the audit row wants to know.
#[derive(Debug)]
pub(crate) struct Basis {
    pub(crate) action: Action,
    pub(crate) member: Option<MemberId>,
    pub(crate) agency: Option<AgencyId>,
    pub(crate) record: Record,
    pub(crate) obligations: BTreeSet<Obligation>,
    pub(crate) rules: Vec<Arc<str>>,
    pub(crate) rules_version: Arc<str>,
    pub(crate) decided_at: Timestamp,
}

impl Grant {
    pub(crate) fn new(basis: Basis) -> Self {
        Self { id: basis.record.id.clone(), basis: Box::new(basis), verb: PhantomData }
    }

    /// The same grant with its verb in the type; `None` when it is for another verb.
    pub fn narrow<V: Verb>(self) -> Option<Grant<V>> {
        let id = V::id_in(self.basis.action, &self.basis.record)?;
        Some(Grant { id, basis: self.basis, verb: PhantomData })
    }
}

impl<V: Verb> Grant<V> {
    /// What it is about: take the id from here and from nowhere else.
    pub const fn id(&self) -> &V::Id {
        &self.id
    }

    /// Whether it is for this verb and this record.
    pub fn permits<'a, I>(&self, action: Action, id: &'a I) -> bool
    where
        RecordId: From<&'a I>,
    {
        self.basis.action == action && self.basis.record.id == RecordId::from(id)
    }

    /// The verb.
    pub fn action(&self) -> Action {
        self.basis.action
    }

    /// Who; `None` for a visitor.
    pub fn member(&self) -> Option<&MemberId> {
        self.basis.member.as_ref()
    }

    /// For which agency they act; `None` for a visitor.
    pub fn agency(&self) -> Option<&AgencyId> {
        self.basis.agency.as_ref()
    }

    /// Which record.
    pub fn record(&self) -> &RecordId {
        &self.basis.record.id
    }

    /// Whose record it is: where it is another agency's, that agency's audit log hears of it too.
    pub fn owners(&self) -> &BTreeSet<AgencyId> {
        &self.basis.record.agencies
    }

    /// Whether the permission asks this.
    pub fn obliges(&self, obligation: Obligation) -> bool {
        self.basis.obligations.contains(&obligation)
    }

    /// Everything the permission asks: what any of its rules asks is asked.
    pub fn obligations(&self) -> &BTreeSet<Obligation> {
        &self.basis.obligations
    }

    /// The ids of the rules that permitted, sorted.
    pub fn rules(&self) -> &[Arc<str>] {
        &self.basis.rules
    }

    /// Which rules these were: see [`crate::rules_version`].
    pub fn rules_version(&self) -> &str {
        &self.basis.rules_version
    }

    /// When.
    pub fn decided_at(&self) -> Timestamp {
        self.basis.decided_at
    }
}
