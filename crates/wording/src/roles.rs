//! Of whom does a sentence speak: a child, a parent, a professional, or whoever harmed?
//!
//! Nouns are looked up in lists. A name is a child's unless a title stands before it. A pronoun takes the part of the
//! nearest noun before it that fits; where none does, it is the child, because the record is about one. All of it can
//! be explained in a sentence, and none of it is learnt.

use std::collections::{HashMap, HashSet};

use daymark_content::Subject;
use daymark_content::wording::guard_words::GuardWords;

use crate::token::{Sentence, Token};

/// The lists, ready to be looked up.
#[derive(Debug, Default)]
pub(crate) struct Roles {
    /// By first word: the whole noun and whom it means, longest first.
    nouns: HashMap<String, Vec<(Vec<String>, Subject)>>,
    feminine: HashSet<String>,
    masculine: HashSet<String>,
    titles: HashSet<String>,
    not_names: HashSet<String>,
    prepositions: HashSet<String>,
    telling: HashSet<String>,
}

/// What a sentence's words stand for.
#[derive(Debug, Clone, Default)]
pub(crate) struct Parts {
    /// Per token: whom it means, if anybody.
    pub role: Vec<Option<Subject>>,
    /// Per token: it can be the one who acts.
    pub acts: Vec<bool>,
}

const DETERMINERS: &[&str] = &[
    "a",
    "an",
    "the",
    "his",
    "her",
    "their",
    "my",
    "our",
    "your",
    "this",
    "that",
    "these",
    "those",
    "some",
    "any",
    "two",
    "three",
    "several",
    "many",
    "other",
    "another",
    "older",
    "adult",
    "young",
    "unknown",
    "known",
    "new",
    "all",
    "both",
    "foster",
    "residential",
    "such",
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Gender {
    She,
    He,
    Any,
}

impl Roles {
    pub(crate) fn new(words: &GuardWords) -> Self {
        let set = |list: &[String]| list.iter().cloned().collect::<HashSet<String>>();
        let mut nouns: HashMap<String, Vec<(Vec<String>, Subject)>> = HashMap::new();
        for (list, subject) in [
            (&words.child, Subject::Child),
            (&words.suspect, Subject::Suspect),
            (&words.worker, Subject::Worker),
            (&words.parent, Subject::Parent),
        ] {
            for noun in list {
                let parts: Vec<String> = noun.split_whitespace().map(str::to_owned).collect();
                if let Some(first) = parts.first() {
                    nouns.entry(first.clone()).or_default().push((parts, subject));
                }
            }
        }
        for entries in nouns.values_mut() {
            entries.sort_by_key(|(parts, _)| std::cmp::Reverse(parts.len()));
        }
        Self {
            nouns,
            feminine: set(&words.feminine),
            masculine: set(&words.masculine),
            titles: set(&words.name_titles),
            not_names: set(&words.not_names),
            prepositions: set(&words.prepositions),
            telling: set(&words.telling),
        }
    }

    /// What the words of a sentence stand for; `before` is the sentence before it in the paragraph.
    pub(crate) fn parts(&self, sentence: &Sentence, before: Option<(&Sentence, &Parts)>) -> Parts {
        let tokens = &sentence.tokens;
        let mut parts = Parts { role: vec![None; tokens.len()], acts: vec![false; tokens.len()] };
        self.nouns(tokens, &mut parts);
        self.names(tokens, &mut parts);
        for (index, token) in tokens.iter().enumerate() {
            let role = match token.word.as_str() {
                "he" | "she" | "they" => self.pronoun(index, tokens, &parts, before),
                "him" | "them" | "her" if !token.genitive || token.word != "her" => Subject::Child,
                _ => continue,
            };
            set(&mut parts.role, index, Some(role));
        }
        for index in 0..tokens.len() {
            let acts = parts.role.get(index).is_some_and(Option::is_some) && self.acts(index, tokens);
            set(&mut parts.acts, index, acts);
        }
        parts
    }

    fn nouns(&self, tokens: &[Token], parts: &mut Parts) {
        let mut index = 0;
        while let Some(token) = tokens.get(index) {
            let matched = self.nouns.get(&token.word).into_iter().flatten().find(|(noun, _)| {
                noun.iter()
                    .enumerate()
                    .all(|(n, word)| tokens.get(index + n).is_some_and(|t| t.word == *word))
            });
            let Some((noun, subject)) = matched else {
                index += 1;
                continue;
            };
            let last = index + noun.len() - 1;
            let aged = token.word == "year"
                && index
                    .checked_sub(1)
                    .and_then(|n| tokens.get(n))
                    .and_then(|t| t.word.parse::<u32>().ok())
                    .is_some_and(|years| years >= 18);
            let subject = if aged { Subject::Suspect } else { *subject };
            if tokens.get(last).is_some_and(|t| !t.genitive) {
                set(&mut parts.role, last, Some(subject));
            }
            index = last + 1;
        }
    }

    fn names(&self, tokens: &[Token], parts: &mut Parts) {
        for (index, token) in tokens.iter().enumerate() {
            let taken = parts.role.get(index).is_some_and(Option::is_some);
            if taken || token.genitive || !token.capital || self.not_names.contains(&token.word) {
                continue;
            }
            let word = token.word.as_str();
            let initial = word.len() == 1 && word != "i" && word != "a";
            let shape =
                word.chars().all(char::is_alphabetic) && (word.len() > 2 || initial || word.len() == 2);
            let made = ["ing", "ed", "ly", "tion", "ness", "ity", "ment"]
                .iter()
                .any(|ending| word.ends_with(ending));
            let neighbour = |n: Option<usize>| n.and_then(|n| tokens.get(n));
            let before = neighbour(index.checked_sub(1));
            if before.is_some_and(|token| self.titles.contains(&token.word)) {
                set(&mut parts.role, index, Some(Subject::Worker));
                continue;
            }
            let organisation = neighbour(Some(index + 1))
                .is_some_and(|next| next.capital && self.nouns.contains_key(&next.word));
            if shape && !(index == 0 && made) && !organisation {
                set(&mut parts.role, index, Some(Subject::Child));
            }
        }
    }

    fn gender(&self, index: usize, tokens: &[Token]) -> Gender {
        let word = |n: usize| tokens.get(n).map_or("", |token| token.word.as_str());
        let two = index
            .checked_sub(1)
            .map(|before| format!("{} {}", word(before), word(index)))
            .unwrap_or_default();
        if self.feminine.contains(word(index)) || self.feminine.contains(&two) {
            Gender::She
        } else if self.masculine.contains(word(index)) || self.masculine.contains(&two) {
            Gender::He
        } else {
            Gender::Any
        }
    }

    fn pronoun(
        &self,
        index: usize,
        tokens: &[Token],
        parts: &Parts,
        before: Option<(&Sentence, &Parts)>,
    ) -> Subject {
        let own = match tokens.get(index).map(|token| token.word.as_str()) {
            Some("she") => Gender::She,
            Some("he") => Gender::He,
            _ => Gender::Any,
        };
        let mut told = false;
        for at in (0..index).rev() {
            let Some(token) = tokens.get(at) else { continue };
            told |= self.telling.contains(&token.word);
            let Some(role) = parts.role.get(at).copied().flatten() else { continue };
            if matches!(token.word.as_str(), "him" | "her" | "them" | "i" | "we" | "us") {
                continue;
            }
            let same_pronoun = matches!(token.word.as_str(), "he" | "she" | "they");
            if same_pronoun && token.word == tokens.get(index).map_or("", |t| t.word.as_str()) {
                return role;
            }
            if same_pronoun || !self.acts(at, tokens) {
                continue;
            }
            let gender = self.gender(at, tokens);
            let fits = own == Gender::Any || gender == Gender::Any || gender == own;
            let fits = fits && !(role == Subject::Suspect && own == Gender::She && gender != Gender::She);
            // `Mum said she …` is about the child; so is `Staff feel that he …`.
            if fits && (role == Subject::Child || role == Subject::Suspect || !told) {
                return role;
            }
        }
        let Some((sentence, earlier)) = before else { return Subject::Child };
        let child = earlier.role.iter().enumerate().any(|(at, role)| {
            *role == Some(Subject::Child)
                && (own == Gender::Any
                    || self.gender(at, &sentence.tokens) == Gender::Any
                    || self.gender(at, &sentence.tokens) == own)
        });
        let first = (0..sentence.tokens.len()).find(|at| earlier.acts.get(*at).copied().unwrap_or(false));
        let suspect = first.is_some_and(|at| {
            earlier.role.get(at).copied().flatten() == Some(Subject::Suspect)
                && (own != Gender::She || self.gender(at, &sentence.tokens) == Gender::She)
        });
        if suspect && !child && index < 3 { Subject::Suspect } else { Subject::Child }
    }

    /// Whether the noun at `index` can be the one who acts: not after a preposition, not the one who is told.
    fn acts(&self, index: usize, tokens: &[Token]) -> bool {
        let Some(token) = tokens.get(index) else { return false };
        if token.genitive || matches!(token.word.as_str(), "him" | "her" | "them" | "us") {
            return false;
        }
        if matches!(token.word.as_str(), "he" | "she" | "they" | "i" | "we") {
            return true;
        }
        // `alert to pupils whose …`: what follows is about them.
        if tokens.get(index + 1).is_some_and(|next| matches!(next.word.as_str(), "who" | "whose")) {
            return true;
        }
        let mut at = index;
        for _ in 0..5 {
            let Some(before) = at.checked_sub(1) else { return true };
            let Some(token) = tokens.get(before) else { return true };
            if tokens.get(at).is_some_and(|t| t.clause) || token.word == "," {
                return true;
            }
            if self.prepositions.contains(&token.word) || self.telling.contains(&token.word) {
                return false;
            }
            if !DETERMINERS.contains(&token.word.as_str())
                && !token.genitive
                && !token.word.ends_with("year")
                && token.word.parse::<u32>().is_err()
            {
                return true;
            }
            at = before;
        }
        true
    }

    /// Who does what stands at `start..end`: the nearest noun before it that can act, or the one behind `by`.
    pub(crate) fn subject(
        &self,
        tokens: &[Token],
        parts: &Parts,
        start: usize,
        end: usize,
    ) -> Option<Subject> {
        if let Some(by) = (end..tokens.len().min(end + 2)).find(|at| is_by(tokens, *at)) {
            let agent =
                (by + 1..tokens.len().min(by + 5)).find_map(|at| parts.role.get(at).copied().flatten());
            if agent.is_some() {
                return agent;
            }
        }
        let (mut told_whom, mut whose, mut told) = (None, false, false);
        for at in (0..start).rev() {
            let word = tokens.get(at).map_or("", |token| token.word.as_str());
            if parts.acts.get(at).copied().unwrap_or(false) {
                let role = parts.role.get(at).copied().flatten();
                // `We have doubts, as her account …`: hers, not ours.
                let childs =
                    whose && (role == Some(Subject::Worker) || (role == Some(Subject::Parent) && told));
                return if childs { Some(Subject::Child) } else { role };
            }
            whose |= matches!(word, "his" | "her" | "their");
            told |= self.telling.contains(word);
            if told_whom.is_none()
                && tokens.get(at).is_some_and(|t| matches!(t.word.as_str(), "him" | "her" | "them"))
            {
                told_whom = parts.role.get(at).copied().flatten();
            }
        }
        told_whom
    }
}

/// `by` before somebody, not before a doing: `by the suspect`, not `by talking`.
fn is_by(tokens: &[Token], at: usize) -> bool {
    let word = |at: usize| tokens.get(at).map_or("", |token| token.word.as_str());
    word(at) == "by" && !word(at + 1).ends_with("ing")
}

fn set<T>(list: &mut [T], index: usize, value: T) {
    if let Some(place) = list.get_mut(index) {
        *place = value;
    }
}

#[cfg(test)]
mod tests {
    use daymark_content::Content;

    use super::*;
    use crate::token::sentences;

    /// Whom the first `he`, `she` or `they` of the last sentence means.
    #[track_caller]
    fn check(text: &str, wanted: Subject) {
        let (content, _) = Content::embedded();
        let roles = Roles::new(content.guard_words());
        let sentences = sentences(text);
        let mut before: Option<(&Sentence, Parts)> = None;
        for sentence in &sentences {
            let parts = roles.parts(sentence, before.as_ref().map(|(s, p)| (*s, p)));
            before = Some((sentence, parts));
        }
        let (sentence, parts) = before.unwrap();
        let at =
            sentence.tokens.iter().position(|t| matches!(t.word.as_str(), "he" | "she" | "they")).unwrap();
        assert_eq!(parts.role[at], Some(wanted), "{text}");
    }

    #[test]
    fn whom_a_pronoun_means() {
        check("She went home.", Subject::Child);
        check("Mum said she went home.", Subject::Child);
        check("The suspect said he was 17.", Subject::Suspect);
        check("The suspect was arrested. He gave no comment.", Subject::Suspect);
        check("The suspect threatened a boy. He told his aunt.", Subject::Child);
        check("The man wrote to Mia and she told us.", Subject::Child);
        check("The girl was exploited by a man and she told us.", Subject::Child);
    }
}
