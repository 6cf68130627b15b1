//! A second opinion: the roles as the team describes them, written once more in Rust and compared with Cedar.
//!
//! It shares no line with the rules, so a slip in one of both shows as a difference.

use std::collections::BTreeSet;

use daymark_access::{Action, Decision, Record, ReferralState, Staff, Standing, decide};
use daymark_vocab::Role;
use proptest::prelude::*;

use crate::world;

/// The facts, as told by whoever built the record.
#[derive(Debug, Clone)]
struct Facts {
    own: bool,
    assigned: bool,
    released: bool,
    linked: bool,
    linked_to_mine: bool,
    refers_elsewhere: bool,
    received: bool,
    open: bool,
    opened_by_me: bool,
    is_me: bool,
}

/// What the team's description of each role permits.
fn expected(who: &Staff, action: Action, facts: &Facts) -> bool {
    use Action as A;
    let has = |role| who.roles.contains(&role);
    let (lead, analyst, coordinator) =
        (has(Role::SafeguardingLead), has(Role::Analyst), has(Role::PanelCoordinator));
    let practitioner = has(Role::Practitioner);
    let stepped_up =
        who.step_up_at.is_some_and(|at| (0..=600).contains(&(world::now().as_second() - at.as_second())));
    let Facts { own, assigned, released, linked, linked_to_mine, .. } = *facts;
    let links = ((lead || analyst || coordinator) && linked) || (practitioner && linked_to_mine);
    who.standing == Standing::Active
        && match action {
            A::SignIn | A::ViewHome => true,
            A::ViewOwnAccount | A::ChangeOwnAccount => facts.is_me && own,
            A::RevokeSessions => own && (facts.is_me || has(Role::AgencyAdministrator)),
            A::ChangeMember => own && !facts.is_me && has(Role::AgencyAdministrator) && stepped_up,
            A::ListMembers | A::ViewSettings => own && has(Role::AgencyAdministrator),
            A::InviteMember | A::ChangeSettings => own && has(Role::AgencyAdministrator) && stepped_up,
            A::RunTraining => own && has(Role::Trainer),
            A::ReadAudit | A::VerifyAudit => own && has(Role::Auditor),

            A::SearchBeforeCreate | A::CreateCase | A::SubmitReportApi => own && (practitioner || lead),
            A::ImportReports | A::SaveImportMapping | A::ReadImport => own && (lead || analyst),
            A::ListCases | A::ReadCase => (own && (lead || (practitioner && assigned))) || (lead && released),
            A::ChangeCase => own && (lead || (practitioner && assigned)),
            A::AssignCase | A::AnswerAskToSee | A::EndSight => own && lead,
            A::OpenIdentity | A::ChangeIdentity => own && lead && stepped_up,
            A::ReadCaseCoarse => {
                (own && (lead || analyst || coordinator || (practitioner && assigned)))
                    || (released && (lead || analyst || coordinator))
                    || links
            }
            A::ListCasesCoarse | A::ReadTrendCases => {
                (own && (analyst || coordinator)) || (released && coordinator)
            }
            A::ReadLinks => {
                (own && (lead || analyst || coordinator || (practitioner && assigned)))
                    || (released && coordinator)
            }
            A::AskToSee => !own && !released && links,
            A::JudgeLink | A::UndoJudgement | A::ListPools | A::ReadPool => {
                (own && (analyst || coordinator)) || (released && coordinator)
            }

            A::OpenReferral => own && lead && facts.refers_elsewhere,
            A::ListReferrals | A::ReadReferral => lead && (own || facts.received),
            A::AnswerReferral => lead && facts.received && facts.open && !facts.opened_by_me,
            A::WithdrawReferral => lead && own && facts.open,

            A::ReadTrends => lead || analyst || coordinator,
            A::ExportTrends => coordinator && stepped_up,
            A::ReadFlag => (own || released) && (lead || analyst || coordinator),
            A::ActOnFlag => (own || released) && coordinator,
        }
}

/// Who somebody is to the record, chosen first; the record is then built to match.
fn facts() -> impl Strategy<Value = Facts> {
    any::<[bool; 9]>().prop_map(
        |[
            own,
            assigned,
            released,
            linked,
            linked_to_mine,
            refers_elsewhere,
            received,
            opened_by_me,
            is_me,
        ]| Facts {
            own,
            assigned,
            released,
            linked,
            linked_to_mine,
            refers_elsewhere,
            received,
            open: true,
            opened_by_me,
            is_me,
        },
    )
}

/// A record of the kind that `action` fits, with these facts towards `who`.
fn record(who: &Staff, action: Action, facts: &Facts, state: ReferralState) -> Record {
    use daymark_access::ResourceKind as Kind;
    let elsewhere = world::agency("elsewhere");
    let owner = if facts.own { who.agency.clone() } else { elsewhere.clone() };
    let released = facts.released.then(|| who.agency.clone());
    let someone = world::member("someone");
    let me_or = |it_is_me: bool| if it_is_me { who.member.clone() } else { someone.clone() };
    match action.kind() {
        Kind::System => Record::system(),
        Kind::Agency => Record::agency(owner),
        Kind::Case => Record::case("case".parse().unwrap(), owner)
            .assigned_to([me_or(facts.assigned)])
            .released_to(released)
            .linked_with(facts.linked.then(|| who.agency.clone()), [me_or(facts.linked_to_mine)])
            .refer_to(if facts.refers_elsewhere || action != Action::OpenReferral {
                elsewhere
            } else {
                who.agency.clone()
            }),
        Kind::Link => {
            let case =
                |id: &str, owner| Record::case(id.parse().unwrap(), owner).released_to(released.clone());
            Record::link(&case("case", owner), &case("other", elsewhere)).unwrap()
        }
        Kind::Pool => Record::pool("pool".parse().unwrap(), [owner]).released_to(released),
        Kind::Flag => Record::flag("flag".parse().unwrap(), [owner]).released_to(released),
        Kind::Referral => {
            let receiver = if facts.received { who.agency.clone() } else { world::agency("third") };
            let id = "referral".parse().unwrap();
            Record::referral(id, owner, receiver, me_or(facts.opened_by_me), state)
        }
        Kind::Member => Record::member(me_or(facts.is_me), owner),
        Kind::Import => Record::import("import".parse().unwrap(), owner),
        Kind::Audit => Record::audit(owner),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn cedar_and_the_second_opinion_agree(
        who in world::staff(),
        facts in facts(),
        state in proptest::sample::select(&ReferralState::ALL[..]),
    ) {
        let facts = Facts { open: state == ReferralState::Open, ..facts };
        for action in Action::ALL {
            let record = record(&who, *action, &facts, state);
            let cedar = matches!(decide(&who, *action, &record, world::now()), Decision::Permitted(_));
            prop_assert_eq!(cedar, expected(&who, *action, &facts), "{} {:?}", action.code(), record);
        }
    }
}

#[test]
fn every_cell_of_single_roles_agrees() {
    let mut seen = BTreeSet::new();
    for (role, bits) in Role::ALL.iter().flat_map(|role| (0_u16..512).map(move |bits| (*role, bits))) {
        let on = |n: u16| bits & (1 << n) != 0;
        let who = Staff {
            member: world::member("m"),
            agency: world::agency("a"),
            agency_kind: daymark_vocab::AgencyKind::Health,
            roles: [role].into(),
            standing: Standing::Active,
            step_up_at: on(8).then(world::now),
        };
        // One bit stands for the two facts about members: who it is about, and who opened it.
        let facts = Facts {
            own: on(0),
            assigned: on(1),
            released: on(2),
            linked: on(3),
            linked_to_mine: on(4),
            refers_elsewhere: on(5),
            received: on(6),
            open: true,
            opened_by_me: on(7),
            is_me: on(7),
        };
        for action in Action::ALL {
            let record = record(&who, *action, &facts, ReferralState::Open);
            if seen.insert((*action, role, on(8), format!("{record:?}"))) {
                let cedar = matches!(decide(&who, *action, &record, world::now()), Decision::Permitted(_));
                assert_eq!(cedar, expected(&who, *action, &facts), "{role} {} {record:?}", action.code());
            }
        }
    }
    assert!(seen.len() > 5_000, "{} distinct cells", seen.len());
}
