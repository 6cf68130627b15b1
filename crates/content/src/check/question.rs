//! Can a tired person read it at once? Questions are short, plain, and are questions.

use crate::catalogue::Catalogue;
use crate::problem::{Check, Findings};

/// Most words of a question.
const MOST_WORDS_OF_A_QUESTION: usize = 18;
/// Most words of a sentence in a hint.
const MOST_WORDS_OF_A_SENTENCE: usize = 24;

pub(super) fn check(catalogue: &Catalogue, findings: &Findings) {
    for field in catalogue.fields().iter().chain(catalogue.identity_fields()) {
        let refuse = |fine: bool, message: &str, hint: &str| {
            if !fine {
                findings.at(
                    &field.place,
                    Check::Question,
                    format!("the question of `{}` {message}", field.id),
                    hint,
                );
            }
        };
        let question = field.question.trim();
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
        let longest = field
            .hint
            .split_inclusive(['.', '?', ':'])
            .map(|s| s.split_whitespace().count())
            .max()
            .unwrap_or(0);
        refuse(
            longest <= MOST_WORDS_OF_A_SENTENCE,
            "has a long sentence in its hint",
            "use 24 words at most",
        );
    }
}
