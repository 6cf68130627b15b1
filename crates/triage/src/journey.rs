//! What is asked next? One question a page, life and safety first, at most twelve, as few as matter.
//!
//! A journey is its answers and nothing else. [`next_question`] works out from them which question would change
//! the plan most; when none would, or when life comes first, there is none, and the plan is due. Danger ends the
//! questions at once; whoever is safe again may go on ([`Answers::go_on`]).

use std::collections::BTreeMap;

use daymark_content::{Asker, Content, FactName, JourneyQuestion, QuestionKind};

use crate::facts::{Facts, Value};
use crate::plan::{difference, values_of, weights};

/// Most questions that anybody is asked.
pub const MOST_QUESTIONS: usize = 12;

/// What was answered to one question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// The ids of the answers that were chosen; for `several`, none is an answer, too.
    Chosen(Vec<String>),
    /// Whole years.
    Years(u32),
    /// The question was passed over.
    Skipped,
}

/// Why an answer is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnswerProblem {
    /// There is no such question.
    NoSuchQuestion,
    /// There is no such answer to it.
    NoSuchAnswer,
    /// Nothing was chosen, and it is not a question where nothing is an answer.
    NothingChosen,
    /// Several were chosen where one is asked for.
    TooMany,
    /// Not whole years from 0 to 120.
    NotYears,
    /// Life and safety cannot be passed over.
    CannotSkip,
}

/// The answers so far, by question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answers {
    asker: Asker,
    answers: BTreeMap<String, Answer>,
    goes_on: bool,
}

impl Answers {
    /// A journey begins with who asks.
    pub fn new(asker: Asker) -> Self {
        Self { asker, answers: BTreeMap::new(), goes_on: false }
    }

    /// Who asks.
    pub fn asker(&self) -> Asker {
        self.asker
    }

    /// What was answered to a question.
    pub fn get(&self, question: &str) -> Option<&Answer> {
        self.answers.get(question)
    }

    /// All answers, by question.
    pub fn all(&self) -> impl Iterator<Item = (&str, &Answer)> {
        self.answers.iter().map(|(question, answer)| (question.as_str(), answer))
    }

    /// Goes on with questions after danger: somebody says that they are safe for now. The plan still holds 999.
    pub fn go_on(&mut self) {
        self.goes_on = true;
    }

    /// Takes an answer as a form sends it: ids of answers, or years as figures. It replaces an earlier one.
    ///
    /// # Errors
    /// [`AnswerProblem`] when the question does not take it; nothing changes then.
    pub fn answer(&mut self, content: &Content, question: &str, raw: &[&str]) -> Result<(), AnswerProblem> {
        let asked = find(content, question)?;
        let answer = match asked.kind {
            QuestionKind::Years => {
                let [years] = raw else { return Err(AnswerProblem::NotYears) };
                Answer::Years(years_of(years).ok_or(AnswerProblem::NotYears)?)
            }
            QuestionKind::One if raw.is_empty() => return Err(AnswerProblem::NothingChosen),
            QuestionKind::One if raw.len() > 1 => return Err(AnswerProblem::TooMany),
            QuestionKind::One | QuestionKind::Several => {
                if raw.iter().any(|id| asked.answer(id).is_none()) {
                    return Err(AnswerProblem::NoSuchAnswer);
                }
                Answer::Chosen(raw.iter().map(|id| (*id).to_owned()).collect())
            }
        };
        self.answers.insert(asked.id.clone(), answer);
        Ok(())
    }

    /// Passes a question over.
    ///
    /// # Errors
    /// [`AnswerProblem::CannotSkip`] for life and safety.
    pub fn skip(&mut self, content: &Content, question: &str) -> Result<(), AnswerProblem> {
        let asked = find(content, question)?;
        if asked.life_safety {
            return Err(AnswerProblem::CannotSkip);
        }
        self.answers.insert(asked.id.clone(), Answer::Skipped);
        Ok(())
    }

    /// Takes an answer back, so that the question is asked again.
    pub fn take_back(&mut self, question: &str) {
        self.answers.remove(question);
    }
}

fn find<'a>(content: &'a Content, question: &str) -> Result<&'a JourneyQuestion, AnswerProblem> {
    content.questions().iter().find(|asked| asked.id == question).ok_or(AnswerProblem::NoSuchQuestion)
}

fn years_of(text: &str) -> Option<u32> {
    let text = text.trim();
    daymark_content::fact::value_of(FactName::ChildAge, text).ok()?;
    text.parse().ok()
}

/// A page to show.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// The question with its answers.
    pub question: &'a JourneyQuestion,
    /// Who asks: [`JourneyQuestion::words`] and [`daymark_content::AnswerChoice::label_for`] take it.
    pub asker: Asker,
    /// How many were answered or skipped before it.
    pub n_before: usize,
    /// Whether it may be skipped.
    pub can_skip: bool,
}

/// What is known from the answers.
pub fn facts_of(content: &Content, answers: &Answers) -> Facts {
    let mut facts = Facts::default().with(FactName::Asker, answers.asker.code());
    for question in content.questions() {
        match answers.answers.get(&question.id) {
            Some(Answer::Years(years)) => {
                if let Some(fact) = question.years_of {
                    facts = facts.with(fact, &years.to_string());
                }
            }
            Some(Answer::Chosen(ids)) => facts = choose(question, ids, facts),
            Some(Answer::Skipped) | None => {}
        }
    }
    facts
}

/// The facts once these answers are chosen too. Answers of a content that has changed since are passed over.
fn choose(question: &JourneyQuestion, ids: &[String], mut facts: Facts) -> Facts {
    let chosen = ids.iter().filter_map(|id| question.answer(id));
    for given in chosen.flat_map(|answer| &answer.sets) {
        facts = facts.with(given.fact, &given.value);
    }
    facts
}

/// The next question; `None` when the plan is due.
pub fn next_question<'a>(content: &'a Content, answers: &Answers) -> Option<Question<'a>> {
    let facts = facts_of(content, answers);
    let n_before = answers.answers.len();
    let page = |question: &'a JourneyQuestion| Question {
        question,
        asker: answers.asker,
        n_before,
        can_skip: !question.life_safety,
    };
    let open = |question: &&JourneyQuestion| !answers.answers.contains_key(&question.id);
    let life_first = is_danger(&facts) && !answers.goes_on;
    if life_first && facts.given(FactName::ImmediateDanger) == Some(&Value::Word("yes")) {
        return None;
    }
    if let Some(question) = content.questions().iter().filter(open).find(|question| question.life_safety) {
        return Some(page(question));
    }
    if life_first || n_before >= MOST_QUESTIONS {
        return None;
    }
    let now = weights(content, &facts);
    let mut best: Option<(u32, &JourneyQuestion)> = None;
    let due = |question: &&JourneyQuestion| {
        facts.hold(&question.when) && question.after.iter().all(|id| answers.answers.contains_key(id))
    };
    for question in content.questions().iter().filter(open).filter(due) {
        let most = outcomes(question, &facts)
            .iter()
            .map(|then| difference(&now, &weights(content, then)))
            .max()
            .unwrap_or(0);
        // Of two that change as much, the one that is written first.
        if most > best.map_or(0, |(best, _)| best) {
            best = Some((most, question));
        }
    }
    best.map(|(_, question)| page(question))
}

/// Whether life comes before any other question.
fn is_danger(facts: &Facts) -> bool {
    facts.given(FactName::ImmediateDanger) == Some(&Value::Word("yes"))
        || facts.given(FactName::Suicide) == Some(&Value::Word("plan_or_attempt"))
}

/// What would be known after each answer.
fn outcomes(question: &JourneyQuestion, facts: &Facts) -> Vec<Facts> {
    match question.years_of {
        Some(fact) => values_of(fact).iter().map(|years| facts.clone().with(fact, years)).collect(),
        None => question
            .answers
            .iter()
            .map(|answer| choose(question, std::slice::from_ref(&answer.id), facts.clone()))
            .collect(),
    }
}

/// One line of "What you told us".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told<'a> {
    /// The question, for the way back to it.
    pub question: &'a JourneyQuestion,
    /// What was answered, in words; empty when it was skipped or nothing was chosen.
    pub answers: Vec<String>,
}

/// What was told, in the order of the questions.
pub fn told<'a>(content: &'a Content, answers: &Answers) -> Vec<Told<'a>> {
    let mut lines = Vec::new();
    for question in content.questions() {
        let Some(answer) = answers.answers.get(&question.id) else { continue };
        let words = match answer {
            Answer::Years(years) => vec![years.to_string()],
            Answer::Skipped => Vec::new(),
            Answer::Chosen(ids) => {
                let chosen = ids.iter().filter_map(|id| question.answer(id));
                chosen.map(|answer| answer.label_for(answers.asker).to_owned()).collect()
            }
        };
        lines.push(Told { question, answers: words });
    }
    lines
}
