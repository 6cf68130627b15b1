//! What never bends, for random facts: who is led where, and what no answer may take away. All of it invented.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use daymark_content::{Ages, Asker, Content, FactName, FactShape, Nation, Urgency};
use daymark_triage::{Facts, Plan, plan, steps};
use proptest::prelude::*;

pub(crate) fn content() -> &'static Content {
    static CONTENT: OnceLock<Content> = OnceLock::new();
    CONTENT.get_or_init(|| Content::embedded().0)
}

/// Any one value of a fact, or none.
fn value_of(fact: FactName) -> BoxedStrategy<Vec<String>> {
    let words: Vec<String> = fact.words().iter().map(|word| (*word).to_owned()).collect();
    let n_words = words.len();
    match fact.shape() {
        FactShape::Years => prop_oneof![
            2 => Just(Vec::new()),
            3 => (8_u32..22).prop_map(|years| vec![years.to_string()]),
            1 => (0_u32..60).prop_map(|years| vec![years.to_string()]),
        ]
        .boxed(),
        FactShape::Several(_) => prop::sample::subsequence(words, 0..=n_words).boxed(),
        _ => prop_oneof![Just(Vec::new()), prop::sample::select(words).prop_map(|word| vec![word])].boxed(),
    }
}

fn any_facts() -> impl Strategy<Value = Facts> {
    let each: Vec<_> =
        FactName::ALL.iter().map(|fact| value_of(*fact).prop_map(|values| (*fact, values))).collect();
    each.prop_map(|given| {
        let mut facts = Facts::default();
        for (fact, values) in given {
            for value in values {
                facts.give(fact, &value).unwrap();
            }
        }
        facts
    })
}

fn urgency(plan: &Plan<'_>, code: &str) -> Option<Urgency> {
    plan.route(code).map(|planned| planned.urgency)
}

fn codes<'a>(plan: &'a Plan<'_>) -> Vec<&'a str> {
    plan.routes.iter().map(|planned| planned.route.code.as_str()).collect()
}

fn is(facts: &Facts, fact: FactName, word: &str) -> bool {
    facts.value(fact) == Some(daymark_triage::Value::Word(fact.words().iter().find(|w| **w == word).unwrap()))
}

fn outside(ages: Option<Ages>, years: Option<u32>) -> bool {
    ages.zip(years).is_some_and(|(ages, years)| !ages.contains(years))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 250, ..ProptestConfig::default() })]

    /// A plan is never empty, ends by saying whose fault it is not, and says when to look again.
    #[test]
    fn everybody_gets_a_plan(facts in any_facts()) {
        let plan = plan(content(), &facts);
        prop_assert!(!plan.routes.is_empty(), "{facts:?}");
        prop_assert!(plan.messages.last().unwrap().contains("not your fault"));
        prop_assert!(plan.follow_up.is_some());
        let orders: Vec<usize> = plan.routes.iter().map(|planned| planned.order).collect();
        prop_assert_eq!(orders, (1..=plan.routes.len()).collect::<Vec<_>>());
        prop_assert!(plan.routes.is_sorted_by_key(|planned| planned.urgency));
        prop_assert!(plan.routes.iter().all(|planned| !planned.rules.is_empty() && !planned.reason().is_empty()));
    }

    /// Whoever asks, and a child above all, is led to a person or a number to call.
    #[test]
    fn a_plan_holds_a_person_or_a_number(facts in any_facts()) {
        let plan = plan(content(), &facts);
        let voice = plan.routes.iter().flat_map(|planned| planned.channels).any(|channel| channel.is_a_voice());
        prop_assert!(voice || facts.asker() == Asker::Professional && codes(&plan) == ["iwf"], "{:?}", codes(&plan));
        if facts.asker() == Asker::Child {
            prop_assert!(voice);
        }
    }

    /// Each live route is in the plan or left out with a reason, and never both.
    #[test]
    fn nothing_is_left_out_without_a_reason(facts in any_facts()) {
        let plan = plan(content(), &facts);
        let left: BTreeSet<&str> = plan.left_out.iter().map(|left| left.route.code.as_str()).collect();
        let taken: BTreeSet<&str> = codes(&plan).into_iter().collect();
        prop_assert!(left.is_disjoint(&taken));
        prop_assert_eq!(left.len() + taken.len(), content().routes().len());
        prop_assert_eq!(plan.routes.len(), taken.len(), "a route is there twice");
        prop_assert!(plan.left_out.iter().all(|left| !left.reason.is_empty()));
    }

    /// Danger leads to the emergency number, first and now; so do a plan for suicide and not knowing.
    #[test]
    fn danger_comes_first(facts in any_facts()) {
        let plan = plan(content(), &facts);
        let danger = is(&facts, FactName::ImmediateDanger, "yes")
            || is(&facts, FactName::Suicide, "plan_or_attempt")
            || is(&facts, FactName::Suicide, "unknown");
        prop_assert_eq!(urgency(&plan, "police_999"), danger.then_some(Urgency::Now), "{:?}", facts);
        if danger {
            prop_assert_eq!(codes(&plan).first().copied(), Some("police_999"));
        }
    }

    /// No answer to another question takes 999 away.
    #[test]
    fn nothing_takes_999_away(
        facts in any_facts(),
        (fact, value) in prop::sample::select(vec![
            (FactName::ImmediateDanger, "yes"),
            (FactName::Suicide, "plan_or_attempt"),
            (FactName::Suicide, "unknown"),
        ]),
    ) {
        let raised = plan(content(), &Facts::default().with(fact, value));
        prop_assert!(raised.route("police_999").is_some());
        let more = facts.with(fact, value);
        prop_assert_eq!(urgency(&plan(content(), &more), "police_999"), Some(Urgency::Now), "{:?}", more);
    }

    /// Nobody is offered a service outside its nation, their age, the age in the image, or made for others.
    #[test]
    fn a_service_serves_whom_it_says(facts in any_facts()) {
        for planned in &plan(content(), &facts).routes {
            let route = planned.route;
            prop_assert!(route.nations.contains(&facts.nation()), "{} {facts:?}", route.code);
            prop_assert!(!outside(route.ages, facts.age()), "{} {facts:?}", route.code);
            prop_assert!(!outside(route.image_ages, facts.age_in_image()), "{} {facts:?}", route.code);
            prop_assert!(route.askers.is_empty() || route.askers.contains(&facts.asker()), "{}", route.code);
        }
    }

    /// The traps by name, so that a slip in a route's own file is noticed, too.
    #[test]
    fn the_known_traps_stay_shut(facts in any_facts()) {
        let plan = plan(content(), &facts);
        let never = |code: &str, when: bool| !(when && plan.route(code).is_some());
        let (age, in_image) = (facts.age(), facts.age_in_image());
        for adults_only in ["stopncii", "rph"] {
            prop_assert!(never(adults_only, in_image.is_none_or(|years| years < 18)), "{facts:?}");
            prop_assert!(never(adults_only, age.is_none_or(|years| years < 18)));
        }
        prop_assert!(never("rhc", age.is_none_or(|years| years < 13)));
        prop_assert!(never("report_remove", age.is_some_and(|years| years >= 18)));
        prop_assert!(never("childline", age.is_some_and(|years| years >= 19)));
        prop_assert!(never("papyrus", age.is_some_and(|years| years >= 35)));
        prop_assert!(never("ceop", age.is_some_and(|years| years >= 18)));
        prop_assert!(never("hsb", facts.nation() != Nation::England || facts.asker() != Asker::Professional));
        prop_assert!(never("posh", facts.asker() != Asker::Professional));
        prop_assert!(never("iwf", facts.asker() == Asker::Child));
        prop_assert!(never("report_fraud", matches!(facts.nation(), Nation::Scotland | Nation::OutsideUk)));
        prop_assert!(never("true_vision", matches!(facts.nation(), Nation::Scotland | Nation::OutsideUk)));
        prop_assert!(never("prevent", matches!(facts.nation(), Nation::NorthernIreland | Nation::OutsideUk)));
        let uk_only = ["police_101", "csc_mash", "ceop", "report_remove", "childline", "papyrus", "nhs111", "bank", "nrm"];
        for code in uk_only {
            prop_assert!(never(code, facts.nation() == Nation::OutsideUk), "{code}");
        }
    }

    /// R2 is there whenever suicide is not ruled out, and R5 keeps a second report from CEOP.
    #[test]
    fn suicide_is_never_passed_over(facts in any_facts()) {
        let plan = plan(content(), &facts);
        let holds = |code: &str| plan.rules.iter().any(|rule| rule.code == code);
        let named = |code: &str| plan.routes.iter().any(|planned| planned.rules.contains(&code));
        match facts.given(FactName::Suicide) {
            Some(_) if is(&facts, FactName::Suicide, "none") => prop_assert!(!holds("R2")),
            Some(_) => prop_assert!(holds("R2") && named("R2"), "{facts:?}"),
            None => prop_assert!(plan.ask_next.contains(&FactName::Suicide)),
        }
        let told = facts.clone().with(FactName::ReportedTo, "police");
        prop_assert!(daymark_triage::plan(content(), &told).route("ceop").is_none());
        let told = facts.with(FactName::ReportedTo, "social_care");
        prop_assert!(daymark_triage::plan(content(), &told).route("ceop").is_none());
    }

    /// What identifies the person is written down before contact is cut, the account reported or the image blocked.
    #[test]
    fn evidence_before_blocking(facts in any_facts()) {
        let plan = plan(content(), &facts);
        if let Some(platform) = plan.route("platform") {
            let only_account = platform.rules.iter().all(|rule| *rule == "R26");
            prop_assert!(only_account || !platform.not_before.is_empty(), "{facts:?}");
        }
        let ordered: Vec<&str> = steps(content(), &facts).iter().map(|step| step.id.as_str()).collect();
        let place = |id: &str| ordered.iter().position(|step| *step == id);
        prop_assert!(place("preserve").is_some());
        if let Some(block) = place("stop-and-block") {
            prop_assert!(place("preserve") < Some(block));
        }
        if let Some(image) = place("image-action") {
            prop_assert!(place("preserve") < Some(image));
        }
    }

    /// The same facts give the same plan.
    #[test]
    fn a_plan_is_repeatable(facts in any_facts()) {
        let (one, other) = (plan(content(), &facts), plan(content(), &facts.clone()));
        prop_assert_eq!(codes(&one), codes(&other));
        prop_assert_eq!(one.messages, other.messages);
        prop_assert_eq!(one.ask_next, other.ask_next);
    }
}

proptest! {
    // Some twenty plans for each.
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    /// More danger never makes anything less urgent, and never takes a route away.
    #[test]
    fn more_danger_never_lowers_urgency(facts in any_facts()) {
        let ladders: [&[(FactName, &str)]; 10] = [
            &[(FactName::ImmediateDanger, "no"), (FactName::ImmediateDanger, "yes")],
            &[(FactName::Suicide, "none"), (FactName::Suicide, "thoughts"), (FactName::Suicide, "unknown")],
            &[(FactName::Suicide, "thoughts"), (FactName::Suicide, "plan_or_attempt")],
            &[(FactName::Coercion, "no"), (FactName::Coercion, "yes")],
            &[(FactName::OthersTargeted, "no"), (FactName::OthersTargeted, "yes")],
            &[(FactName::SuspectHasAccess, "no"), (FactName::SuspectHasAccess, "yes")],
            &[(FactName::Payment, "none"), (FactName::Payment, "demanded")],
            &[(FactName::Payment, "none"), (FactName::Payment, "paid")],
            &[(FactName::Radicalisation, "no"), (FactName::Radicalisation, "yes")],
            &[(FactName::Hate, "no"), (FactName::Hate, "yes")],
        ];
        for ladder in ladders {
            let mut before: Option<Plan<'_>> = None;
            for (fact, value) in ladder {
                let now = plan(content(), &facts.clone().with(*fact, value));
                for planned in before.iter().flat_map(|before| &before.routes) {
                    let code = &planned.route.code;
                    // Somebody to ask stands in only while nothing else does.
                    if planned.rules == ["R18"] {
                        continue;
                    }
                    prop_assert!(
                        urgency(&now, code).is_some_and(|urgency| urgency <= planned.urgency),
                        "{} {value}: {code} was {:?}, is {:?}; {facts:?}", fact.code(), planned.urgency, urgency(&now, code)
                    );
                }
                before = Some(now);
            }
        }
    }
}

/// A child is never shown a sentence that speaks of "the child".
#[test]
fn a_child_is_spoken_to() {
    let mut wrong = BTreeSet::new();
    for fact in FactName::ALL.iter().filter(|fact| **fact != FactName::Asker) {
        let values = match fact.shape() {
            FactShape::Years => vec!["11", "15", "18", "20"],
            _ => fact.words().to_vec(),
        };
        for value in values {
            for nation in Nation::ALL {
                let facts = Facts::default()
                    .with(FactName::Nation, nation.code())
                    .with(FactName::Asker, "child")
                    .with(*fact, value);
                let plan = plan(content(), &facts);
                let reasons =
                    plan.routes.iter().flat_map(|planned| &planned.because).map(|because| because.reason);
                let sentences = plan.routes.iter().map(|planned| planned.sentence);
                for text in plan.messages.iter().copied().chain(reasons).chain(sentences) {
                    if text.to_lowercase().contains("the child") {
                        wrong.insert(text.to_owned());
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
