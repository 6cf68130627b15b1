//! Can a tired person read it at once? Questions are short, plain, and are questions.

use crate::catalogue::Catalogue;
use crate::fact::Asker;
use crate::journey::JourneyQuestion;
use crate::problem::{Check, Findings, Place};

/// Most words of a question.
const MOST_WORDS_OF_A_QUESTION: usize = 18;
/// Most words of a sentence in a hint.
const MOST_WORDS_OF_A_SENTENCE: usize = 24;

pub(super) fn check(catalogue: &Catalogue, findings: &Findings) {
    for field in catalogue.fields().iter().chain(catalogue.identity_fields()) {
        let name = format!("`{}`", field.id);
        check_words(&name, &field.question, &field.hint, &field.place, findings);
    }
}

pub(super) fn check_journey(questions: &[JourneyQuestion], findings: &Findings) {
    for question in questions {
        for asker in Asker::ALL {
            let words = question.words(*asker);
            if !words.question.is_empty() {
                let name = format!("`{}` for {}", question.id, asker.code());
                check_words(&name, &words.question, &words.hint, &question.place, findings);
            }
        }
    }
}

fn check_words(name: &str, question: &str, hint: &str, place: &Place, findings: &Findings) {
    let refuse = |fine: bool, message: &str, mend: &str| {
        if !fine {
            findings.at(place, Check::Question, format!("the question of {name} {message}"), mend);
        }
    };
    let question = question.trim();
    refuse(question.ends_with('?'), "is not a question", "end it with a question mark");
    refuse(
        question.split_whitespace().count() <= MOST_WORDS_OF_A_QUESTION,
        "is long",
        "use 18 words at most, and put the rest into the hint",
    );
    refuse(
        !question.to_lowercase().starts_with("why"),
        "asks why, which sounds like blame",
        "ask what happened, not why",
    );
    let sentences = hint.split_inclusive(['.', '?', ':']);
    let longest = sentences.map(|sentence| sentence.split_whitespace().count()).max().unwrap_or(0);
    refuse(longest <= MOST_WORDS_OF_A_SENTENCE, "has a long sentence in its hint", "use 24 words at most");
}
