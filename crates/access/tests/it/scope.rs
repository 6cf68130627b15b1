//! The condition that lists ask SQL for admits exactly what the rules permit.

use daymark_access::{Action, Decision, ResourceKind, Scope, Staff, decide, scope_for_list};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::world;

fn check(who: &Staff, action: Action, records: &[daymark_access::Record]) -> Result<(), TestCaseError> {
    let scope = scope_for_list(who, action);
    for record in records {
        let permitted = matches!(decide(who, action, record, world::now()), Decision::Permitted(_));
        prop_assert_eq!(scope.admits(record), permitted, "{} {:?} {:?}", action.code(), &scope, record);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn lists_hold_exactly_what_the_rules_permit(
        who in world::staff(),
        cases in vec(world::record(ResourceKind::Case), 1..12),
        pools in vec(world::record(ResourceKind::Pool), 1..4),
        referrals in vec(world::record(ResourceKind::Referral), 1..4),
    ) {
        check(&who, Action::ListCases, &cases)?;
        check(&who, Action::ListCasesCoarse, &cases)?;
        check(&who, Action::ReadTrendCases, &cases)?;
        check(&who, Action::ListPools, &pools)?;
        check(&who, Action::ListReferrals, &referrals)?;
    }

    #[test]
    fn whatever_is_listed_opens(who in world::staff(), case in world::case()) {
        let opens = |action| matches!(decide(&who, action, &case, world::now()), Decision::Permitted(_));
        if scope_for_list(&who, Action::ListCases).admits(&case) {
            prop_assert!(opens(Action::ReadCase));
        }
        if scope_for_list(&who, Action::ListCasesCoarse).admits(&case) {
            prop_assert!(opens(Action::ReadCaseCoarse));
        }
    }

    #[test]
    fn verbs_without_lists_list_nothing(who in world::staff()) {
        let lists = [
            Action::ListCases,
            Action::ListCasesCoarse,
            Action::ReadTrendCases,
            Action::ListPools,
            Action::ListReferrals,
        ];
        for action in Action::ALL.iter().filter(|action| !lists.contains(action)) {
            prop_assert_eq!(scope_for_list(&who, *action), Scope::None);
        }
    }
}
