//! What holds in every world, whoever asks about whatever.

use daymark_access::{
    Action, AuditOf, Decision, Obligation, Record, RecordId, Refusal, ResourceKind, Staff, Standing, Visitor,
    check_rules, decide, may, rules, rules_version, verb,
};
use daymark_vocab::Role;
use proptest::prelude::*;

use crate::world;

fn permitted(who: &Staff, action: Action, record: &Record) -> bool {
    matches!(decide(who, action, record, world::now()), Decision::Permitted(_))
}

/// Everything that shows or changes what happened to a child, or who is linked with whom.
fn is_case_work(action: Action) -> bool {
    use ResourceKind as Kind;
    let kinds = [Kind::Case, Kind::Link, Kind::Pool, Kind::Referral, Kind::Import];
    let ways_in = [
        Action::SearchBeforeCreate,
        Action::CreateCase,
        Action::ImportReports,
        Action::SaveImportMapping,
        Action::SubmitReportApi,
    ];
    kinds.contains(&action.kind()) || ways_in.contains(&action)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn threat_t17_pending_and_suspended_members_do_nothing(who in world::staff(), record in world::any_record()) {
        for standing in [Standing::Pending, Standing::Suspended] {
            let who = Staff { standing, ..who.clone() };
            for action in Action::ALL {
                prop_assert!(!permitted(&who, *action, &record), "{}", action.code());
            }
        }
    }

    #[test]
    fn trainers_administrators_and_auditors_touch_no_case(
        who in world::staff(),
        record in world::any_record(),
        roles in proptest::sample::subsequence(
            vec![Role::Trainer, Role::AgencyAdministrator, Role::Auditor], 0..=3),
    ) {
        let who = Staff { roles: roles.into_iter().collect(), ..who };
        for action in Action::ALL.iter().copied().filter(|action| is_case_work(*action)) {
            prop_assert!(!permitted(&who, action, &record), "{}", action.code());
        }
    }

    #[test]
    fn no_other_agency_reads_a_case_unless_released(who in world::staff(), case in world::case()) {
        let own = case.agencies().contains(&who.agency);
        let closed = Record::case("case-1".parse().unwrap(), case.agencies().first().unwrap().clone());
        if !own {
            for action in Action::ALL {
                prop_assert!(!permitted(&who, *action, &closed), "{}", action.code());
            }
            let linked = closed.linked_with([who.agency.clone()], [who.member.clone()]);
            for action in Action::ALL {
                let may_be = [Action::ReadCaseCoarse, Action::AskToSee].contains(action);
                prop_assert!(may_be || !permitted(&who, *action, &linked), "{}", action.code());
            }
            for action in [
                Action::ChangeCase,
                Action::AssignCase,
                Action::OpenIdentity,
                Action::ChangeIdentity,
                Action::OpenReferral,
                Action::AnswerAskToSee,
                Action::EndSight,
            ] {
                prop_assert!(!permitted(&who, action, &case), "{}", action.code());
            }
        }
    }

    #[test]
    fn another_agencys_record_and_none_are_refused_alike(who in world::staff(), record in world::any_record()) {
        let absent = Record::absent(record.id().clone());
        for action in Action::ALL {
            let there = decide(&who, *action, &record, world::now());
            let not_there = decide(&who, *action, &absent, world::now());
            if record.id() == &RecordId::System {
                continue;
            }
            let Decision::Refused(nothing) = not_there else {
                return Err(TestCaseError::fail(format!("{} of nothing", action.code())));
            };
            prop_assert_eq!(&nothing, &Refusal::NotFound);
            if let Decision::Refused(refusal) = there {
                let known = record.agencies().contains(&who.agency) || record.id().kind() == ResourceKind::Referral;
                prop_assert!(known || refusal == nothing);
            }
        }
    }

    #[test]
    fn a_verb_fits_one_kind_of_record_only(who in world::staff(), record in world::any_record()) {
        for action in Action::ALL.iter().filter(|action| action.kind() != record.id().kind()) {
            prop_assert!(!permitted(&who, *action, &record), "{}", action.code());
        }
    }

    #[test]
    fn what_is_forbidden_says_why_and_a_step_up_that_would_do_does(
        who in world::staff(),
        record in world::any_record(),
    ) {
        for action in Action::ALL {
            let Decision::Refused(refusal) = decide(&who, *action, &record, world::now()) else { continue };
            let Refusal::Forbidden { reasons, step_up_would_do } = refusal else { continue };
            prop_assert!(!reasons.is_empty());
            let fresh = Staff { step_up_at: Some(world::now()), ..who.clone() };
            prop_assert_eq!(step_up_would_do, permitted(&fresh, *action, &record), "{}", action.code());
            let asks_for_it = reasons.iter().any(|reason| &*reason.rule == "step-up-first");
            prop_assert_eq!(step_up_would_do, asks_for_it, "{:?}", reasons);
        }
    }

    #[test]
    fn a_grant_is_for_what_was_asked_and_nothing_else(who in world::staff(), record in world::any_record()) {
        for action in Action::ALL {
            let Decision::Permitted(grant) = decide(&who, *action, &record, world::now()) else { continue };
            prop_assert_eq!(grant.record(), record.id());
            prop_assert_eq!(grant.action(), *action);
            prop_assert_eq!(grant.member(), Some(&who.member));
            prop_assert_eq!(grant.agency(), Some(&who.agency));
            prop_assert!(!grant.rules().is_empty());
            prop_assert_eq!(grant.rules_version(), &*rules_version().unwrap());
            prop_assert!(grant.obliges(Obligation::CoarseOnly) || ![
                Action::ReadCaseCoarse, Action::ListCasesCoarse, Action::ReadTrendCases, Action::ReadPool,
            ].contains(action));
            prop_assert_eq!(
                grant.obliges(Obligation::TellOwner),
                [Action::ReadCase, Action::ListCases].contains(action) && !record.agencies().contains(&who.agency)
            );
            let narrowed = grant.narrow::<verb::ReadCase>();
            prop_assert_eq!(narrowed.is_some(), *action == Action::ReadCase);
        }
    }

    #[test]
    fn a_visitor_only_signs_in(record in world::any_record()) {
        for action in Action::ALL {
            match decide(Visitor, *action, &record, world::now()) {
                Decision::Permitted(grant) => {
                    prop_assert_eq!(*action, Action::SignIn);
                    prop_assert_eq!(grant.member(), None);
                }
                Decision::Refused(refusal) => prop_assert_eq!(refusal, Refusal::SignInFirst),
            }
        }
    }

    #[test]
    fn threat_t16_what_is_taken_back_is_closed(who in world::staff(), case in world::case()) {
        let owner = case.agencies().first().unwrap().clone();
        let before = Record::case("case-1".parse().unwrap(), owner.clone()).released_to([who.agency.clone()]);
        let after = Record::case("case-1".parse().unwrap(), owner.clone());
        if owner != who.agency && permitted(&who, Action::ReadCase, &before) {
            prop_assert!(!permitted(&who, Action::ReadCase, &after));
            prop_assert!(!permitted(&who, Action::ReadCaseCoarse, &after));
        }
    }
}

fn lead() -> Staff {
    Staff {
        member: world::member("m"),
        agency: world::agency("a"),
        agency_kind: daymark_vocab::AgencyKind::School,
        roles: [Role::SafeguardingLead].into(),
        standing: Standing::Active,
        step_up_at: None,
    }
}

#[test]
fn a_grant_for_one_case_is_none_for_another() {
    let (one, other): (daymark_vocab::CaseId, daymark_vocab::CaseId) =
        ("one".parse().unwrap(), "other".parse().unwrap());
    let grant =
        may::<verb::ReadCase>(&lead(), &Record::case(one.clone(), world::agency("a")), world::now()).unwrap();
    assert_eq!(grant.id(), &one);
    assert!(grant.permits(Action::ReadCase, &one));
    assert!(!grant.permits(Action::ReadCase, &other));
    assert!(!grant.permits(Action::ChangeCase, &one));
    assert!(!grant.permits(Action::ReadCase, &AuditOf(world::agency("a"))));
}

#[test]
fn a_link_needs_two_cases_and_is_released_only_where_both_are() {
    let case = |id: &str, owner: &str| Record::case(id.parse().unwrap(), world::agency(owner));
    assert_eq!(Record::link(&case("x", "a"), &case("x", "a")), None);
    assert_eq!(Record::link(&case("x", "a"), &Record::system()), None);
    let who = Staff { agency: world::agency("panel"), roles: [Role::PanelCoordinator].into(), ..lead() };
    let half = Record::link(&case("x", "a").released_to([world::agency("panel")]), &case("y", "b")).unwrap();
    assert!(!permitted(&who, Action::JudgeLink, &half));
    let both = Record::link(
        &case("x", "a").released_to([world::agency("panel")]),
        &case("y", "b").released_to([world::agency("panel")]),
    )
    .unwrap();
    assert!(permitted(&who, Action::JudgeLink, &both));
    let flipped = Record::link(
        &case("y", "b").released_to([world::agency("panel")]),
        &case("x", "a").released_to([world::agency("panel")]),
    );
    assert_eq!(flipped, Some(both));
}

#[test]
fn ten_minutes_after_the_step_up_it_is_asked_for_again() {
    let case = Record::case("one".parse().unwrap(), world::agency("a"));
    let after = |seconds: i64| {
        let at = jiff::Timestamp::from_second(world::now().as_second() - seconds).unwrap();
        permitted(&Staff { step_up_at: Some(at), ..lead() }, Action::OpenIdentity, &case)
    };
    assert!(after(0) && after(600));
    assert!(!after(601), "too long ago");
    assert!(!after(-1), "a step-up in the future did not happen");
    assert!(!permitted(&lead(), Action::OpenIdentity, &case), "never stepped up");
}

#[test]
fn nobody_is_sent_to_sign_in_again_in_vain() {
    let case = Record::case("one".parse().unwrap(), world::agency("a"));
    let trainer = Staff { roles: [Role::Trainer].into(), ..lead() };
    let Decision::Refused(refusal) = decide(&trainer, Action::OpenIdentity, &case, world::now()) else {
        panic!("a trainer opens no identity");
    };
    assert_eq!(
        refusal.to_string(),
        "Nothing lets you open the identity in a case here. A safeguarding lead opens or changes the \
         identity in a case of their own agency, and gives a reason."
    );
}

#[test]
fn the_rules_hold_at_start_up_and_can_be_shown() {
    check_rules().unwrap();
    let rules = rules().unwrap();
    assert!(rules.iter().any(|rule| rule.refuses) && rules.iter().any(|rule| !rule.refuses));
}
