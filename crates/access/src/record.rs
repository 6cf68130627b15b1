//! What is it about? The facts about one record on which a decision rests: whose it is, and to whom it is open.
//!
//! The facts are the record's own, never "is it yours": the same facts judged for another person give
//! that person's answer. Read them anew for each decision, so that what was taken back is closed at once.

use std::collections::BTreeSet;

use daymark_vocab::{AgencyId, CaseId, FlagId, ImportId, MemberId, PoolId, ReferralId};

use crate::referral::ReferralState;

/// A kind of record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ResourceKind {
    /// The installation as a whole.
    System,
    /// An agency: its settings and ways in.
    Agency,
    /// The work that one agency does for one child.
    Case,
    /// Two cases that may have been harmed by the same hands.
    Link,
    /// Victims who may have been harmed by the same hands.
    Pool,
    /// A handover asked of another agency.
    Referral,
    /// A rise in the counts that asks a person to look.
    Flag,
    /// A person of an agency.
    Member,
    /// One import of a file.
    Import,
    /// The audit log of an agency.
    Audit,
}

impl ResourceKind {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::System,
        Self::Agency,
        Self::Case,
        Self::Link,
        Self::Pool,
        Self::Referral,
        Self::Flag,
        Self::Member,
        Self::Import,
        Self::Audit,
    ];

    /// The word in the rules.
    pub const fn code(self) -> &'static str {
        match self {
            Self::System => "System",
            Self::Agency => "Agency",
            Self::Case => "Case",
            Self::Link => "Link",
            Self::Pool => "Pool",
            Self::Referral => "Referral",
            Self::Flag => "Flag",
            Self::Member => "Member",
            Self::Import => "Import",
            Self::Audit => "Audit",
        }
    }
}

/// Two different cases, in order, so that a pair has one name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LinkId {
    left: CaseId,
    right: CaseId,
}

impl LinkId {
    /// The pair of both cases, whichever is named first.
    pub fn new(one: CaseId, other: CaseId) -> Self {
        if one <= other { Self { left: one, right: other } } else { Self { left: other, right: one } }
    }

    /// The case that sorts first.
    pub const fn left(&self) -> &CaseId {
        &self.left
    }

    /// The case that sorts last.
    pub const fn right(&self) -> &CaseId {
        &self.right
    }
}

/// A case and the agency that it is to be referred to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Handover {
    /// Which case.
    pub case: CaseId,
    /// To whom.
    pub to: AgencyId,
}

/// The audit log of an agency.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AuditOf(pub AgencyId);

/// The installation as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TheSystem;

/// Which record, of which kind.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RecordId {
    /// The installation.
    System,
    /// An agency.
    Agency(AgencyId),
    /// A case.
    Case(CaseId),
    /// A pair of cases.
    Link(LinkId),
    /// A pool.
    Pool(PoolId),
    /// A referral.
    Referral(ReferralId),
    /// A flag.
    Flag(FlagId),
    /// A member.
    Member(MemberId),
    /// An import.
    Import(ImportId),
    /// An agency's audit log.
    Audit(AgencyId),
}

impl RecordId {
    /// Its kind.
    pub const fn kind(&self) -> ResourceKind {
        match self {
            Self::System => ResourceKind::System,
            Self::Agency(_) => ResourceKind::Agency,
            Self::Case(_) => ResourceKind::Case,
            Self::Link(_) => ResourceKind::Link,
            Self::Pool(_) => ResourceKind::Pool,
            Self::Referral(_) => ResourceKind::Referral,
            Self::Flag(_) => ResourceKind::Flag,
            Self::Member(_) => ResourceKind::Member,
            Self::Import(_) => ResourceKind::Import,
            Self::Audit(_) => ResourceKind::Audit,
        }
    }

    /// The id as text, for the audit row; a pair as `left left right` joined by a full stop.
    pub fn text(&self) -> String {
        match self {
            Self::System => "system".to_owned(),
            Self::Agency(id) | Self::Audit(id) => id.to_string(),
            Self::Case(id) => id.to_string(),
            Self::Link(id) => format!("{}.{}", id.left, id.right),
            Self::Pool(id) => id.to_string(),
            Self::Referral(id) => id.to_string(),
            Self::Flag(id) => id.to_string(),
            Self::Member(id) => id.to_string(),
            Self::Import(id) => id.to_string(),
        }
    }
}

/// An id that names a record of one kind.
pub trait Named: Clone {
    /// The kind of record.
    const KIND: ResourceKind;

    /// The id in a record's facts, when they are of that kind.
    fn name_of(record: &Record) -> Option<Self>;
}

macro_rules! named {
    ($($kind:ident($id:ident)),+) => {$(
        impl Named for $id {
            const KIND: ResourceKind = ResourceKind::$kind;

            fn name_of(record: &Record) -> Option<Self> {
                if let RecordId::$kind(id) = &record.id { Some(id.clone()) } else { None }
            }
        }

        impl From<$id> for RecordId {
            fn from(id: $id) -> Self {
                Self::$kind(id)
            }
        }

        impl From<&$id> for RecordId {
            fn from(id: &$id) -> Self {
                Self::$kind(id.clone())
            }
        }
    )+};
}

named!(
    Agency(AgencyId),
    Case(CaseId),
    Link(LinkId),
    Pool(PoolId),
    Referral(ReferralId),
    Flag(FlagId),
    Member(MemberId),
    Import(ImportId)
);

impl Named for AuditOf {
    const KIND: ResourceKind = ResourceKind::Audit;

    fn name_of(record: &Record) -> Option<Self> {
        if let RecordId::Audit(agency) = &record.id { Some(Self(agency.clone())) } else { None }
    }
}

impl From<&AuditOf> for RecordId {
    fn from(of: &AuditOf) -> Self {
        Self::Audit(of.0.clone())
    }
}

impl Named for TheSystem {
    const KIND: ResourceKind = ResourceKind::System;

    fn name_of(record: &Record) -> Option<Self> {
        (record.id == RecordId::System).then_some(Self)
    }
}

impl From<&TheSystem> for RecordId {
    fn from(_: &TheSystem) -> Self {
        Self::System
    }
}

impl Named for Handover {
    const KIND: ResourceKind = ResourceKind::Case;

    fn name_of(record: &Record) -> Option<Self> {
        match (&record.id, &record.refer_to) {
            (RecordId::Case(case), Some(to)) => Some(Self { case: case.clone(), to: to.clone() }),
            _ => None,
        }
    }
}

/// The facts about one record on which a decision rests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    pub(crate) id: RecordId,
    /// A record that is not there belongs to nobody and is open to nobody.
    pub(crate) exists: bool,
    pub(crate) agencies: BTreeSet<AgencyId>,
    pub(crate) assigned_to: BTreeSet<MemberId>,
    pub(crate) released_to: BTreeSet<AgencyId>,
    pub(crate) linked_agencies: BTreeSet<AgencyId>,
    pub(crate) linked_assignees: BTreeSet<MemberId>,
    pub(crate) refer_to: Option<AgencyId>,
    pub(crate) handover: Option<HandoverFacts>,
}

/// What only a referral has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HandoverFacts {
    pub(crate) receiver: AgencyId,
    pub(crate) opened_by: MemberId,
    pub(crate) state: ReferralState,
}

impl Record {
    fn new(id: RecordId, agencies: impl IntoIterator<Item = AgencyId>) -> Self {
        Self {
            id,
            exists: true,
            agencies: agencies.into_iter().collect(),
            assigned_to: BTreeSet::new(),
            released_to: BTreeSet::new(),
            linked_agencies: BTreeSet::new(),
            linked_assignees: BTreeSet::new(),
            refer_to: None,
            handover: None,
        }
    }

    /// The installation as a whole; it belongs to every agency.
    pub fn system() -> Self {
        Self::new(RecordId::System, [])
    }

    /// An agency.
    pub fn agency(id: AgencyId) -> Self {
        Self::new(RecordId::Agency(id.clone()), [id])
    }

    /// A case of `owner`. Say with the methods below to whom it is open.
    pub fn case(id: CaseId, owner: AgencyId) -> Self {
        Self::new(RecordId::Case(id), [owner])
    }

    /// The link between two cases, from the facts about both. `None` when they are not two cases.
    ///
    /// Released to an agency that may see each of both, by ownership or by release.
    pub fn link(one: &Self, other: &Self) -> Option<Self> {
        let (RecordId::Case(one_id), RecordId::Case(other_id)) = (&one.id, &other.id) else {
            return None;
        };
        if one_id == other_id {
            return None;
        }
        let id = RecordId::Link(LinkId::new(one_id.clone(), other_id.clone()));
        if !one.exists || !other.exists {
            return Some(Self::absent(id));
        }
        let agencies = one.agencies.union(&other.agencies).cloned();
        let sees = |case: &Self| case.agencies.union(&case.released_to).cloned().collect::<BTreeSet<_>>();
        let both = sees(one).intersection(&sees(other)).cloned().collect::<Vec<_>>();
        Some(Self::new(id, agencies).released_to(both))
    }

    /// A pool, with the agencies that have a case in it.
    pub fn pool(id: PoolId, agencies: impl IntoIterator<Item = AgencyId>) -> Self {
        Self::new(RecordId::Pool(id), agencies)
    }

    /// A flag, with the agencies whose figures it speaks of.
    pub fn flag(id: FlagId, agencies: impl IntoIterator<Item = AgencyId>) -> Self {
        Self::new(RecordId::Flag(id), agencies)
    }

    /// A referral from `sender` to `receiver`.
    pub fn referral(
        id: ReferralId,
        sender: AgencyId,
        receiver: AgencyId,
        opened_by: MemberId,
        state: ReferralState,
    ) -> Self {
        let handover = Some(HandoverFacts { receiver, opened_by, state });
        Self { handover, ..Self::new(RecordId::Referral(id), [sender]) }
    }

    /// A member of `agency`.
    pub fn member(id: MemberId, agency: AgencyId) -> Self {
        Self::new(RecordId::Member(id), [agency])
    }

    /// An import into `agency`.
    pub fn import(id: ImportId, agency: AgencyId) -> Self {
        Self::new(RecordId::Import(id), [agency])
    }

    /// The audit log of `agency`.
    pub fn audit(agency: AgencyId) -> Self {
        Self::new(RecordId::Audit(agency.clone()), [agency])
    }

    /// A record that the store has not got: answered exactly as another agency's record is.
    ///
    /// The installation is always there, so this cannot hide it.
    pub fn absent(id: impl Into<RecordId>) -> Self {
        let id = id.into();
        let exists = id == RecordId::System;
        Self { exists, ..Self::new(id, []) }
    }

    /// The members to whom a case is assigned.
    #[must_use]
    pub fn assigned_to(mut self, members: impl IntoIterator<Item = MemberId>) -> Self {
        self.assigned_to.extend(members);
        self
    }

    /// The agencies granted sight: by an accepted referral, or by a request to see that was granted.
    #[must_use]
    pub fn released_to(mut self, agencies: impl IntoIterator<Item = AgencyId>) -> Self {
        self.released_to.extend(agencies);
        self
    }

    /// Who has a case that is linked to this one: its agencies, and the members it is assigned to.
    #[must_use]
    pub fn linked_with(
        mut self,
        agencies: impl IntoIterator<Item = AgencyId>,
        assignees: impl IntoIterator<Item = MemberId>,
    ) -> Self {
        self.linked_agencies.extend(agencies);
        self.linked_assignees.extend(assignees);
        self
    }

    /// The agency that somebody asks to refer this case to.
    #[must_use]
    pub fn refer_to(mut self, agency: AgencyId) -> Self {
        self.refer_to = Some(agency);
        self
    }

    /// Which record.
    pub const fn id(&self) -> &RecordId {
        &self.id
    }

    /// The agencies that own it: one for a case, several for a pool, none for the installation.
    pub const fn agencies(&self) -> &BTreeSet<AgencyId> {
        &self.agencies
    }

    /// Whether an agency knows anyway that it is there, so that a refusal may say why.
    pub(crate) fn is_known_to(&self, agency: &AgencyId) -> bool {
        self.id == RecordId::System
            || self.agencies.contains(agency)
            || self.handover.as_ref().is_some_and(|handover| handover.receiver == *agency)
    }
}
