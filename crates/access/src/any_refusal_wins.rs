//! Does one more refusal ever permit? Cedar is asked with the real rules and invented further ones.

use std::collections::BTreeSet;

use daymark_vocab::{AgencyKind, Role};
use jiff::Timestamp;
use proptest::prelude::*;

use crate::decide::Decision;
use crate::principal::{Principal, Staff, Standing};
use crate::record::Record;
use crate::refusal::Refusal;
use crate::rules::{self, Rules};
use crate::{Action, ReferralState};

/// Further refusals, invented. The last one cannot be evaluated for most records, and must then refuse.
const MORE: [&str; 7] = [
    r#"@id("m0") @sentence("M.") forbid (principal, action, resource);"#,
    r#"@id("m1") @sentence("M.") forbid (principal, action == Action::"read-case", resource);"#,
    r#"@id("m2") @sentence("M.") forbid (principal in Role::"safeguarding-lead", action, resource);"#,
    r#"@id("m3") @sentence("M.") forbid (principal, action, resource is Referral) unless { resource.state == ReferralState::"accepted" };"#,
    r#"@id("m4") @sentence("M.") forbid (principal, action, resource) when { context has seconds_since_step_up };"#,
    r#"@id("m5") @sentence("M.") forbid (principal is Staff, action, resource) when { principal.agency == Agency::"b" };"#,
    r#"@id("m6") @sentence("M.") forbid (principal, action, resource) when { resource.assigned_to.isEmpty() };"#,
];

fn with(more: &BTreeSet<usize>) -> Rules {
    let text = more.iter().map(|n| MORE[*n]).collect::<Vec<_>>().join("\n");
    rules::embedded_and(text.leak()).unwrap()
}

fn member(agency: &str, roles: BTreeSet<Role>, step_up_at: Option<Timestamp>) -> Staff {
    Staff {
        member: "m".parse().unwrap(),
        agency: agency.parse().unwrap(),
        agency_kind: AgencyKind::Police,
        roles,
        standing: Standing::Active,
        step_up_at,
    }
}

fn record_for(action: Action, owner: &str) -> Record {
    use crate::record::ResourceKind as Kind;
    let owner: daymark_vocab::AgencyId = owner.parse().unwrap();
    let case = |id: &str| Record::case(id.parse().unwrap(), owner.clone());
    let member = || "m".parse().unwrap();
    match action.kind() {
        Kind::System => Record::system(),
        Kind::Agency => Record::agency(owner),
        Kind::Case => case("c").refer_to("z".parse().unwrap()).assigned_to([member()]),
        Kind::Link => Record::link(&case("c"), &case("d")).unwrap(),
        Kind::Pool => Record::pool("p".parse().unwrap(), [owner]),
        Kind::Flag => Record::flag("f".parse().unwrap(), [owner]),
        Kind::Member => Record::member("n".parse().unwrap(), owner),
        Kind::Import => Record::import("i".parse().unwrap(), owner),
        Kind::Audit => Record::audit(owner),
        Kind::Referral => Record::referral(
            "r".parse().unwrap(),
            owner,
            "b".parse().unwrap(),
            "opener".parse().unwrap(),
            ReferralState::Open,
        ),
    }
}

fn permitted(rules: &Rules, who: &Staff, action: Action, record: &Record) -> bool {
    matches!(
        rules.decide(Principal::Staff(who), action, record, Timestamp::UNIX_EPOCH),
        Decision::Permitted(_)
    )
}

#[test]
fn a_rule_that_cannot_be_applied_refuses() {
    let who = member("a", [Role::SafeguardingLead].into(), None);
    let rules = with(&[6].into());
    let Decision::Refused(Refusal::Forbidden { reasons, .. }) =
        rules.decide(Principal::Staff(&who), Action::ViewHome, &Record::system(), Timestamp::UNIX_EPOCH)
    else {
        panic!("the front room has no `assigned_to`, so the added rule cannot be applied");
    };
    assert_eq!(&*reasons[0].rule, "rule-not-applicable");
    assert!(permitted(rules::embedded().unwrap(), &who, Action::ViewHome, &Record::system()));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn asking_only_the_rules_that_could_apply_changes_no_answer(
        roles in proptest::sample::subsequence(Role::ALL, 0..=Role::ALL.len()),
        agency in prop_oneof![Just("a"), Just("b")],
        stepped_up in any::<bool>(),
    ) {
        let who = member(agency, roles.into_iter().collect(), stepped_up.then_some(Timestamp::UNIX_EPOCH));
        let (some, all) = (with(&BTreeSet::new()), with(&BTreeSet::new()).all_asked());
        for action in Action::ALL {
            let record = record_for(*action, "a");
            let answer = |rules: &Rules| {
                match rules.decide(Principal::Staff(&who), *action, &record, Timestamp::UNIX_EPOCH) {
                    Decision::Permitted(grant) => format!("{:?} {:?}", grant.rules(), grant.obligations()),
                    Decision::Refused(refusal) => format!("{refusal:?}"),
                }
            };
            prop_assert_eq!(answer(&some), answer(&all), "{}", action.code());
        }
    }

    #[test]
    fn more_refusals_never_permit_more(
        few in proptest::collection::btree_set(0..MORE.len(), 0..3),
        further in proptest::collection::btree_set(0..MORE.len(), 1..4),
        roles in proptest::sample::subsequence(Role::ALL, 0..=Role::ALL.len()),
        agency in prop_oneof![Just("a"), Just("b")],
        owner in prop_oneof![Just("a"), Just("b")],
        stepped_up in any::<bool>(),
    ) {
        let step_up_at = stepped_up.then_some(Timestamp::UNIX_EPOCH);
        let who = member(agency, roles.into_iter().collect(), step_up_at);
        let (fewer, more) = (with(&few), with(&few.union(&further).copied().collect()));
        for action in Action::ALL {
            let record = record_for(*action, owner);
            let (before, after) =
                (permitted(&fewer, &who, *action, &record), permitted(&more, &who, *action, &record));
            prop_assert!(before || !after, "{} became permitted", action.code());
        }
    }
}
