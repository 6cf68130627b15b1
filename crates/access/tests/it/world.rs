//! Invented agencies, members and records, at random.

use std::collections::BTreeSet;

use daymark_access::{Record, ReferralState, ResourceKind, Staff, Standing};
use daymark_vocab::{AgencyId, AgencyKind, MemberId, Role};
use jiff::Timestamp;
use proptest::collection::btree_set;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

/// The moment at which everything is decided.
pub fn now() -> Timestamp {
    "2026-03-14T21:40:00Z".parse().unwrap()
}

pub fn agency(id: &str) -> AgencyId {
    id.parse().unwrap()
}

pub fn member(id: &str) -> MemberId {
    id.parse().unwrap()
}

fn any_agency() -> impl Strategy<Value = AgencyId> {
    select(vec!["a", "b", "c"]).prop_map(agency)
}

fn any_member() -> impl Strategy<Value = MemberId> {
    select(vec!["m", "n", "o", "p"]).prop_map(member)
}

fn agencies() -> impl Strategy<Value = BTreeSet<AgencyId>> {
    btree_set(any_agency(), 0..3)
}

fn members() -> impl Strategy<Value = BTreeSet<MemberId>> {
    btree_set(any_member(), 0..3)
}

/// A member with any roles, any standing (mostly active), stepped up or not.
pub fn staff() -> impl Strategy<Value = Staff> {
    let standing = prop_oneof![
        6 => Just(Standing::Active),
        1 => Just(Standing::Pending),
        1 => Just(Standing::Suspended),
    ];
    let step_up = proptest::option::of(-700_i64..700);
    (any_member(), any_agency(), subsequence(Role::ALL, 0..=3), standing, step_up, select(AgencyKind::ALL))
        .prop_map(|(member, agency, roles, standing, seconds, agency_kind)| Staff {
            member,
            agency,
            agency_kind,
            roles: roles.into_iter().collect(),
            standing,
            step_up_at: seconds.map(|s| Timestamp::from_second(now().as_second() - s).unwrap()),
        })
}

prop_compose! {
    /// A case with any facts.
    pub fn case()(
        id in select(vec!["case-1", "case-2", "case-3"]),
        owner in any_agency(),
        assigned in members(),
        released in agencies(),
        linked in agencies(),
        linked_assignees in members(),
        refer_to in proptest::option::of(any_agency()),
    ) -> Record {
        let case = Record::case(id.parse().unwrap(), owner)
            .assigned_to(assigned)
            .released_to(released)
            .linked_with(linked, linked_assignees);
        match refer_to {
            Some(agency) => case.refer_to(agency),
            None => case,
        }
    }
}

/// A record of one kind with any facts; one in eight is not there.
pub fn record(kind: ResourceKind) -> BoxedStrategy<Record> {
    let there = match kind {
        ResourceKind::System => Just(Record::system()).boxed(),
        ResourceKind::Agency => any_agency().prop_map(Record::agency).boxed(),
        ResourceKind::Case => case().boxed(),
        ResourceKind::Link => {
            (case(), case()).prop_filter_map("two cases", |(l, r)| Record::link(&l, &r)).boxed()
        }
        ResourceKind::Pool => (agencies(), agencies())
            .prop_map(|(own, released)| Record::pool("pool".parse().unwrap(), own).released_to(released))
            .boxed(),
        ResourceKind::Flag => (agencies(), agencies())
            .prop_map(|(own, released)| Record::flag("flag".parse().unwrap(), own).released_to(released))
            .boxed(),
        ResourceKind::Referral => (any_agency(), any_agency(), any_member(), select(&ReferralState::ALL[..]))
            .prop_map(|(from, to, opener, state)| {
                Record::referral("referral".parse().unwrap(), from, to, opener, state)
            })
            .boxed(),
        ResourceKind::Member => (any_member(), any_agency()).prop_map(|(m, a)| Record::member(m, a)).boxed(),
        ResourceKind::Import => {
            any_agency().prop_map(|a| Record::import("import".parse().unwrap(), a)).boxed()
        }
        ResourceKind::Audit => any_agency().prop_map(Record::audit).boxed(),
    };
    prop_oneof![
        7 => there.clone(),
        1 => there.prop_map(|record| Record::absent(record.id().clone())),
    ]
    .boxed()
}

/// A record of any kind.
pub fn any_record() -> impl Strategy<Value = Record> {
    select(&ResourceKind::ALL[..]).prop_flat_map(record)
}
