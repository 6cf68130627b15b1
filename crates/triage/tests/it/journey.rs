//! One question a page: what comes first, what may be skipped, and when it ends. All people are invented.

use std::collections::BTreeSet;

use daymark_content::{Asker, Content, FactName, QuestionKind};
use daymark_triage::{AnswerProblem, Answers, MOST_QUESTIONS, facts_of, next_question, plan, told};
use proptest::prelude::*;

use crate::safety::content;

fn ask(content: &Content, answers: &Answers) -> Option<String> {
    next_question(content, answers).map(|question| question.question.id.clone())
}

/// Answers questions as they come, with the answers given, and skips the others.
fn walk(asker: Asker, given: &[(&str, &str)]) -> (Vec<String>, Answers) {
    let content = content();
    let mut answers = Answers::new(asker);
    let mut asked = Vec::new();
    while let Some(question) = ask(content, &answers) {
        match given.iter().find(|(id, _)| *id == question) {
            Some((_, answer)) => answers.answer(content, &question, &[answer]).unwrap(),
            None => answers.skip(content, &question).unwrap(),
        }
        asked.push(question);
        assert!(asked.len() <= MOST_QUESTIONS, "{asked:?}");
    }
    (asked, answers)
}

#[test]
fn life_and_safety_come_first_and_cannot_be_skipped() {
    let content = content();
    for asker in Asker::ALL {
        let mut answers = Answers::new(*asker);
        assert_eq!(ask(content, &answers).as_deref(), Some("danger"));
        assert_eq!(answers.skip(content, "danger"), Err(AnswerProblem::CannotSkip));
        answers.answer(content, "danger", &["no"]).unwrap();
        assert_eq!(ask(content, &answers).as_deref(), Some("suicide"));
        assert_eq!(answers.skip(content, "suicide"), Err(AnswerProblem::CannotSkip));
        answers.answer(content, "suicide", &["none"]).unwrap();
        assert!(next_question(content, &answers).unwrap().can_skip);
    }
}

#[test]
fn danger_ends_the_questions_and_goes_on_when_asked() {
    let content = content();
    let (asked, mut answers) = walk(Asker::Child, &[("danger", "not-sure")]);
    assert_eq!(asked, ["danger"]);
    assert_eq!(plan(content, &facts_of(content, &answers)).routes[0].route.code, "police_999");
    answers.go_on();
    assert_eq!(ask(content, &answers).as_deref(), Some("suicide"));
    let (asked, _) = walk(Asker::Professional, &[("danger", "no"), ("suicide", "plan-or-attempt")]);
    assert_eq!(asked, ["danger", "suicide"]);
}

/// Reading aloud at 150 words a minute, the shortest ways to a plan take less than one.
#[test]
fn the_shortest_ways_take_less_than_a_minute() {
    let content = content();
    for asker in Asker::ALL {
        let ways: [&[(&str, &str)]; 2] =
            [&[("danger", "yes")], &[("danger", "no"), ("suicide", "plan-or-attempt")]];
        for way in ways {
            let (asked, _) = walk(*asker, way);
            let questions = content.questions().iter().filter(|question| asked.contains(&question.id));
            let n_words: usize = questions
                .map(|question| {
                    let words = question.words(*asker);
                    let labels = question.answers.iter().map(|answer| answer.label_for(*asker));
                    [words.question.as_str(), words.hint.as_str()]
                        .into_iter()
                        .chain(labels)
                        .map(n_words_of)
                        .sum::<usize>()
                })
                .sum();
            assert!(n_words < 150, "{asker:?} {way:?}: {n_words} words");
        }
    }
}

fn n_words_of(text: &str) -> usize {
    text.split_whitespace().count()
}

#[test]
fn a_question_that_would_change_nothing_is_not_asked() {
    let safe: &[(&str, &str)] = &[("danger", "no"), ("suicide", "none")];
    let (asked, _) = walk(Asker::Professional, &[safe, &[("what-happened", "question")]].concat());
    assert!(!asked.contains(&"image-age".to_owned()), "{asked:?}");
    assert!(!asked.contains(&"payment".to_owned()), "{asked:?}");
    let (asked, _) = walk(Asker::Child, &[safe, &[("age", "15")]].concat());
    assert!(!asked.contains(&"image-age".to_owned()), "{asked:?}");
    let (asked, _) = walk(Asker::Child, &[safe, &[("age", "19"), ("image", "shared")]].concat());
    assert!(asked.contains(&"image-age".to_owned()), "{asked:?}");
}

#[test]
fn wrong_answers_are_named_and_change_nothing() {
    let content = content();
    let mut answers = Answers::new(Asker::Professional);
    let before = answers.clone();
    let refused = [
        ("nothing-like-it", vec!["yes"], AnswerProblem::NoSuchQuestion),
        ("danger", vec!["perhaps"], AnswerProblem::NoSuchAnswer),
        ("danger", vec![], AnswerProblem::NothingChosen),
        ("danger", vec!["yes", "no"], AnswerProblem::TooMany),
        ("age", vec!["fifteen"], AnswerProblem::NotYears),
        ("age", vec!["-4"], AnswerProblem::NotYears),
        ("age", vec!["400"], AnswerProblem::NotYears),
    ];
    for (question, raw, problem) in refused {
        assert_eq!(answers.answer(content, question, &raw), Err(problem), "{question} {raw:?}");
    }
    assert_eq!(answers, before);
    answers.answer(content, "age", &[" 15 "]).unwrap();
    answers.answer(content, "told", &[]).unwrap();
    let lines = told(content, &answers);
    assert_eq!(lines[0].answers, ["15"]);
    assert!(lines[1].answers.is_empty());
    answers.take_back("age");
    assert_eq!(told(content, &answers).len(), 1);
}

#[test]
fn every_answer_can_be_reached_and_every_fact_is_asked() {
    let content = content();
    let mut set: BTreeSet<FactName> = content.questions().iter().filter_map(|q| q.years_of).collect();
    set.extend(
        content.questions().iter().flat_map(|q| &q.answers).flat_map(|a| &a.sets).map(|given| given.fact),
    );
    set.insert(FactName::Asker);
    assert_eq!(set.len(), FactName::ALL.len(), "{set:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    /// However it is answered, it ends within twelve questions; a child's ends at a person or a number to call;
    /// and the plan is the same whichever way one came.
    #[test]
    fn every_journey_ends(asker in prop::sample::select(Asker::ALL), turns in prop::collection::vec(0_usize..9, 40)) {
        let content = content();
        let mut answers = Answers::new(asker);
        let mut turns = turns.into_iter();
        let mut n_asked = 0;
        while let Some(asked) = next_question(content, &answers) {
            let question = asked.question;
            let turn = turns.next().unwrap();
            n_asked += 1;
            prop_assert!(n_asked <= MOST_QUESTIONS);
            prop_assert!(!question.life_safety || n_asked <= 2);
            let n_answers = question.answers.len();
            let done = match question.kind {
                QuestionKind::Years if turn < 8 => answers.answer(content, &question.id, &[["9", "12", "13", "15", "17", "18", "19", "40"][turn]]),
                _ if turn < n_answers => answers.answer(content, &question.id, &[&question.answers[turn].id]),
                _ if asked.can_skip => answers.skip(content, &question.id),
                _ => answers.answer(content, &question.id, &[&question.answers[turn % n_answers].id]),
            };
            prop_assert_eq!(done, Ok(()));
        }
        let facts = facts_of(content, &answers);
        let plan = plan(content, &facts);
        prop_assert!(!plan.routes.is_empty());
        let voice = plan.routes.iter().flat_map(|planned| planned.channels).any(|channel| channel.is_a_voice());
        prop_assert!(voice || asker == Asker::Professional);
    }
}
