//! What is asked on the way to a plan, and in whose words? One question a page.
//!
//! Each answer sets facts. Questions about life and safety come first and cannot be skipped; all others can.
//! Which comes next is worked out by `triage` from what would change the plan most.

use crate::fact::{Asker, FactName, FactShape, Given, When, read_given, read_name, read_when};
use crate::problem::{Check, Findings, Place};
use crate::section::Section;
use crate::word::{is_code, words};

words! {
    /// How a question is answered.
    QuestionKind {
        /// One of the answers.
        One = "one";
        /// Any of the answers.
        Several = "several";
        /// Whole years.
        Years = "years";
    }
}

/// How a question sounds to one who asks.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct QuestionWords {
    /// The question.
    pub question: String,
    /// What helps to answer it; may be empty.
    pub hint: String,
}

/// One possible answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerChoice {
    /// Its id in forms and stored answers.
    pub id: String,
    /// Its words.
    pub label: String,
    /// Its words for a child, where they differ.
    pub label_for_child: Option<String>,
    /// What is known once it is given.
    pub sets: Vec<Given>,
    pub(crate) place: Place,
}

impl AnswerChoice {
    /// Its words for who asks.
    pub fn label_for(&self, asker: Asker) -> &str {
        match (&self.label_for_child, asker) {
            (Some(label), Asker::Child) => label,
            _ => &self.label,
        }
    }
}

/// One question of the journey.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JourneyQuestion {
    /// Its id, part of the page's address.
    pub id: String,
    /// Its name in the summary of what was told.
    pub label: String,
    /// Whether it is about life and safety: asked first, never skipped.
    pub life_safety: bool,
    /// How it is answered.
    pub kind: QuestionKind,
    /// The fact that years are about.
    pub years_of: Option<FactName>,
    /// When it is asked at all.
    pub when: When,
    /// Questions that are answered or skipped before it.
    pub after: Vec<String>,
    /// In a child's words.
    pub child: QuestionWords,
    /// In a parent's or carer's.
    pub parent_or_carer: QuestionWords,
    /// In a professional's.
    pub professional: QuestionWords,
    /// The answers to choose from; none for years.
    pub answers: Vec<AnswerChoice>,
    pub(crate) place: Place,
}

impl JourneyQuestion {
    /// How it sounds to who asks.
    pub fn words(&self, asker: Asker) -> &QuestionWords {
        match asker {
            Asker::Child => &self.child,
            Asker::ParentOrCarer => &self.parent_or_carer,
            Asker::Professional => &self.professional,
        }
    }

    /// One of its answers.
    pub fn answer(&self, id: &str) -> Option<&AnswerChoice> {
        self.answers.iter().find(|answer| answer.id == id)
    }
}

/// Reads `respond/questions.toml`.
pub(crate) fn read(section: &mut Section<'_>) -> Vec<JourneyQuestion> {
    section.tables("question").into_iter().filter_map(read_question).collect()
}

fn read_question(mut table: Section<'_>) -> Option<JourneyQuestion> {
    let place = table.place();
    let id = read_id(&mut table);
    let label = table.text("label");
    let life_safety = table.flag("life_safety");
    let kind = table.word("kind");
    let years_of = table.optional_located("years_of").and_then(|name| read_name(&table, &name));
    let when = read_when(&mut table, "ask_when");
    let after = table.plain_texts("after");
    let child = read_words(&mut table, "child");
    let parent_or_carer = read_words(&mut table, "parent_or_carer");
    let professional = read_words(&mut table, "professional");
    let answers = table.tables("answer").into_iter().map(read_answer).collect();
    table.finish();
    let kind = kind?;
    Some(JourneyQuestion {
        id,
        label,
        life_safety,
        kind,
        years_of,
        when,
        after,
        child,
        parent_or_carer,
        professional,
        answers,
        place,
    })
}

fn read_id(table: &mut Section<'_>) -> String {
    let id = table.text("id");
    if !id.is_empty() && !is_code(&id) {
        table.refuse("id", Check::BadId, format!("`{id}` is not a code"), "use a–z, 0–9 and single -");
    }
    id
}

fn read_words(table: &mut Section<'_>, key: &'static str) -> QuestionWords {
    let Some(mut words) = table.table(key) else {
        table.refuse(
            key,
            Check::MissingKey,
            format!("the words for `{key}` are missing"),
            format!("add {key} = {{ question = \"…?\" }}"),
        );
        return QuestionWords::default();
    };
    let read = QuestionWords {
        question: words.text("question"),
        hint: words.optional_text("hint").unwrap_or_default(),
    };
    words.finish();
    read
}

fn read_answer(mut table: Section<'_>) -> AnswerChoice {
    let answer = AnswerChoice {
        place: table.place(),
        id: read_id(&mut table),
        label: table.text("label"),
        label_for_child: table.optional_text("label_for_child"),
        sets: read_given(&mut table, "sets"),
    };
    table.finish();
    answer
}

/// References: ids are there once.
pub(crate) fn check_references(questions: &[JourneyQuestion], findings: &Findings) {
    let ids = questions.iter().map(|question| (question.id.as_str(), &question.place));
    super::check::unique("question", ids, findings);
    for (index, question) in questions.iter().enumerate() {
        // Only earlier ones: so no two questions wait for each other.
        let earlier = |id: &String| questions.iter().take(index).any(|other| other.id == *id);
        for id in question.after.iter().filter(|id| !earlier(id)) {
            findings.at(
                &question.place,
                Check::MissingReference,
                format!("question `{}` comes after `{id}`, which does not stand before it", question.id),
                "name the `id` of a question that is written above it",
            );
        }
        let ids = question.answers.iter().map(|answer| (answer.id.as_str(), &answer.place));
        super::check::unique("answer", ids, findings);
    }
}

/// Meaning: life and safety come first and can be answered by anyone; each question can be answered.
pub(crate) fn check_meaning(questions: &[JourneyQuestion], findings: &Findings) {
    let mut others_began = false;
    for question in questions {
        let refuse = |fine: bool, message: &str, hint: &str| {
            if !fine {
                let message = format!("question `{}` {message}", question.id);
                findings.at(&question.place, Check::Journey, message, hint);
            }
        };
        others_began |= !question.life_safety;
        refuse(
            !(question.life_safety && others_began),
            "is about life and safety but does not come first",
            "move it above the questions that can be skipped",
        );
        refuse(
            !question.life_safety || question.when.is_always(),
            "is about life and safety but is not always asked",
            "take `ask_when` away",
        );
        let years = question.kind == QuestionKind::Years;
        let about_years = question.years_of.is_some_and(|fact| fact.shape() == FactShape::Years);
        refuse(
            years == about_years,
            "asks for years of nothing",
            "years = kind `years` and `years_of` an age",
        );
        refuse(
            years == question.answers.is_empty() && (years || question.answers.len() > 1),
            "cannot be answered",
            "give it two answers or more, or make it `years`",
        );
        let sets_nothing = |id: &str| {
            question.life_safety && question.answer(id).is_some_and(|answer| answer.sets.is_empty())
        };
        for answer in question.answers.iter().filter(|answer| sets_nothing(&answer.id)) {
            findings.at(
                &answer.place,
                Check::Journey,
                format!("answer `{}` of `{}` would leave life and safety open", answer.id, question.id),
                "let it set a fact; not knowing sets the safer side",
            );
        }
    }
}
