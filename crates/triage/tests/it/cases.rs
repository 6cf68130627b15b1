//! The cases of practitioners, and what they cover. All people are invented.

use std::collections::BTreeSet;

use daymark_content::{Asker, Content, FactName, Nation, Problem};
use daymark_triage::check_cases;

fn content() -> Content {
    let (content, problems) = Content::embedded();
    let shown: Vec<String> = problems.iter().map(Problem::to_string).collect();
    assert!(shown.is_empty(), "{}", shown.join("\n"));
    content
}

#[test]
fn every_case_comes_out_as_it_says() {
    let shown: Vec<String> = check_cases(&content()).iter().map(Problem::to_string).collect();
    assert!(shown.is_empty(), "{} cases differ:\n{}", shown.len(), shown.join("\n"));
}

#[test]
fn cases_cover_every_rule_nation_and_asker() {
    let content = content();
    assert!(content.cases().len() >= 120, "{}", content.cases().len());
    let rules: BTreeSet<&str> =
        content.cases().iter().flat_map(|case| &case.rules).map(|(code, _)| code.as_str()).collect();
    assert_eq!(content.rules().len(), 27);
    for rule in content.rules() {
        assert!(rules.contains(rule.code.as_str()), "no case tries {}", rule.code);
    }
    let values = |fact: FactName| -> BTreeSet<&str> {
        let given = content.cases().iter().flat_map(|case| &case.given);
        given.filter(|given| given.fact == fact).map(|given| given.value.as_str()).collect()
    };
    assert_eq!(values(FactName::Asker).len(), Asker::ALL.len());
    assert_eq!(values(FactName::Nation).len(), Nation::ALL.len());
    for fact in FactName::ALL {
        let tried = values(*fact);
        for word in fact.words().iter().filter(|word| !matches!(**word, "no" | "none")) {
            assert!(tried.contains(word), "no case gives {} {word}", fact.code());
        }
    }
}
