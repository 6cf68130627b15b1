//! Do the cases that practitioners wrote come out as they say?

use daymark_content::{Case, Check, Content, Expects, Place, Problem};

use crate::facts::Facts;
use crate::plan::{Plan, put_together};

/// Tries every case of `routes/cases.md`. Each that comes out otherwise is a problem at its line.
pub fn check_cases(content: &Content) -> Vec<Problem> {
    let mut problems: Vec<Problem> = content.cases().iter().flat_map(|case| check(content, case)).collect();
    problems.sort();
    problems
}

fn check(content: &Content, case: &Case) -> Vec<Problem> {
    let mut facts = Facts::default();
    for given in &case.given {
        // A value that the fact does not take was refused when the case was read.
        let _ = facts.give(given.fact, &given.value);
    }
    let plan = put_together(content, &facts);
    let mut problems = Vec::new();
    let mut after = 0;
    for expectation in &case.then {
        let found = plan.routes.iter().find(|planned| planned.route.code == expectation.route);
        let position = found.map(|planned| planned.order);
        let holds = match expectation.expects {
            Expects::First => position == Some(1),
            Expects::Then => position.is_some_and(|position| position > after),
            Expects::Also => position.is_some(),
            Expects::Never => position.is_none(),
        };
        let soon = expectation.urgency.is_none_or(|wanted| found.is_some_and(|f| f.urgency == wanted));
        if let Some(position) = position.filter(|_| expectation.expects != Expects::Also) {
            after = position;
        }
        if !(holds && soon) {
            let code = &expectation.route;
            problems.push(problem(
                &expectation.place,
                format!("`{code}` does not come out as the case `{}` says", case.title),
                format!("the plan is, in order: {}", shown(&plan)),
            ));
        }
    }
    for (code, place) in &case.rules {
        if !plan.rules.iter().any(|rule| rule.code == *code) {
            let holding: Vec<&str> = plan.rules.iter().map(|rule| rule.code.as_str()).collect();
            problems.push(problem(
                place,
                format!("`{code}` does not hold in the case `{}`", case.title),
                format!("the rules that hold are {}", holding.join(", ")),
            ));
        }
    }
    problems
}

fn shown(plan: &Plan<'_>) -> String {
    let routes = plan.routes.iter();
    let shown: Vec<String> =
        routes.map(|planned| format!("{} {}", planned.route.code, planned.urgency.code())).collect();
    shown.join(", ")
}

fn problem(place: &Place, message: String, hint: String) -> Problem {
    Problem {
        file: place.file.clone(),
        line: place.line,
        column: place.column,
        check: Check::CaseFails,
        message,
        hint,
    }
}
