//! Does each rule find what its own sentences mark, and leave the others alone?

use daymark_content::wording::Example;
use daymark_content::{Check, Content, Problem, WordingRule};

use crate::checker::{Checker, look_for};
use crate::finding::Options;

/// Tries every sentence of every rule; each that comes out otherwise is a problem at its line.
pub fn problems(content: &Content) -> Vec<Problem> {
    let checker = Checker::new(content);
    let mut problems = Vec::new();
    for (rule, _) in checker.rules() {
        problems.extend(rule.found.iter().filter_map(|example| found(&checker, rule, example)));
        problems.extend(rule.not_found.iter().filter_map(|example| not_found(&checker, rule, example)));
    }
    problems.sort();
    problems
}

fn spans(checker: &Checker, rule: &WordingRule, text: &str) -> Vec<String> {
    let options = Options { every_rule: true, ..Options::default() };
    let findings = look_for(checker, text, &options, Some(&rule.rule)).findings;
    findings.iter().filter_map(|finding| text.get(finding.span.clone())).map(str::to_owned).collect()
}

fn found(checker: &Checker, rule: &WordingRule, example: &Example) -> Option<Problem> {
    let text = example.text.replace("[[", "").replace("]]", "");
    let wanted: Vec<&str> =
        example.text.split("[[").skip(1).filter_map(|part| Some(part.split_once("]]")?.0)).collect();
    let found = spans(checker, rule, &text);
    (found != wanted).then(|| {
        let hint = if found.is_empty() {
            "it finds nothing here: mend the patterns, or the mark".to_owned()
        } else {
            format!("it finds `{}`: mend the patterns, or the mark", found.join("`, `"))
        };
        problem(example, format!("`{}` does not find what this sentence marks", rule.rule), hint)
    })
}

fn not_found(checker: &Checker, rule: &WordingRule, example: &Example) -> Option<Problem> {
    let found = spans(checker, rule, &example.text);
    (!found.is_empty()).then(|| {
        let message =
            format!("`{}` finds `{}` in a sentence that it must leave alone", rule.rule, found.join("`, `"));
        problem(example, message, "add what makes it right here to `unless`, or mend the patterns".to_owned())
    })
}

fn problem(example: &Example, message: String, hint: String) -> Problem {
    Problem {
        file: example.place.file.clone(),
        line: example.place.line,
        column: example.place.column,
        check: Check::CaseFails,
        message,
        hint,
    }
}
