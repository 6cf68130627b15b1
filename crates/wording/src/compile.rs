//! How does a pattern find its words? It becomes a regular expression over the rendered sentence.
//!
//! A sentence is rendered as ` word/tags word/tags`: the tags say what the word stands for, so that `{child}` is just
//! another expression. The `regex` crate takes time proportional to the text, whatever the pattern.
//! A pattern is tried only in sentences that hold one of the words it cannot do without ([`Key`]).

use std::collections::HashMap;
use std::ops::Range;
use std::sync::OnceLock;

use daymark_content::Subject;
use daymark_content::wording::guard_words::GuardWords;
use daymark_content::wording::pattern::{Element, Sequence};
use regex::{Regex, RegexBuilder};

use crate::forms::forms;
use crate::roles::Parts;
use crate::token::Token;

/// A word without which a pattern finds nothing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Key {
    /// This word.
    Word(String),
    /// A word that begins so.
    Prefix(String),
}

/// A pattern, ready.
#[derive(Debug)]
pub(crate) struct Compiled {
    expression: String,
    children: Vec<usize>,
    shown: Option<usize>,
    /// One of these must stand in the sentence.
    pub keys: Vec<Key>,
    regex: OnceLock<Option<Regex>>,
}

/// Where a pattern was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Match {
    /// What is shown, in tokens.
    pub shown: Range<usize>,
    /// All of it, in tokens.
    pub whole: Range<usize>,
    /// It holds a child.
    pub child: bool,
}

/// Words so common that they make poor keys.
const COMMON: &[&str] = &[
    "a", "an", "the", "is", "was", "were", "be", "been", "being", "are", "has", "had", "have", "to", "in",
    "on", "at", "of", "for", "with", "not", "it", "this", "that", "and", "or", "he", "she", "they", "him",
    "her", "them", "his", "their", "as", "by", "did", "do", "does", "will", "would", "into", "from", "all",
    "so", "but", "then", "you",
];

/// The largest expression, in bytes of its compiled form.
const SIZE_LIMIT: usize = 32 << 20;

pub(crate) struct Compiler<'a> {
    sets: HashMap<&'a str, &'a Sequence>,
}

impl<'a> Compiler<'a> {
    pub(crate) fn new(words: &'a GuardWords) -> Self {
        Self { sets: words.sets.iter().map(|set| (set.name.as_str(), &set.sequence)).collect() }
    }

    pub(crate) fn compile(&self, sequence: &Sequence) -> Compiled {
        let mut writer = Writer { compiler: self, groups: 0, children: Vec::new(), shown: None };
        let expression = writer.sequence(sequence);
        let (children, shown) = (writer.children, writer.shown);
        let mut keys = self.keys(sequence).map(|(_, keys)| keys).unwrap_or_default();
        keys.sort();
        keys.dedup();
        Compiled { expression, children, shown, keys, regex: OnceLock::new() }
    }

    /// The best keys of a sequence, with how good they are: the length of the shortest, less when common.
    fn keys(&self, sequence: &[Element]) -> Option<(usize, Vec<Key>)> {
        let of_all = |parts: &[Sequence]| {
            let mut all = (usize::MAX, Vec::new());
            for part in parts {
                let (worth, keys) = self.keys(part)?;
                all.0 = all.0.min(worth);
                all.1.extend(keys);
            }
            Some(all)
        };
        let worth = |word: &str| if COMMON.contains(&word) { 1 } else { word.len() };
        let found = sequence.iter().filter_map(|element| match element {
            Element::Word(word) => Some((worth(word), vec![Key::Word(word.clone())])),
            Element::Forms(word) => Some((worth(word), forms(word).into_iter().map(Key::Word).collect())),
            Element::Starts(word) => Some((worth(word), vec![Key::Prefix(word.clone())])),
            Element::Slot(name) => self.sets.get(name.as_str()).and_then(|set| self.keys(set)),
            Element::Choice(parts) => of_all(parts),
            Element::Shown(part) => self.keys(part),
            Element::Gap(_) | Element::Maybe(_) | Element::Comma | Element::Start => None,
        });
        // Few keys are better than many, rare ones better than common.
        found.max_by_key(|(worth, keys)| (*worth).min(5) * 1000 - keys.len().min(999))
    }
}

struct Writer<'c, 'a> {
    compiler: &'c Compiler<'a>,
    groups: usize,
    children: Vec<usize>,
    shown: Option<usize>,
}

const TAGS: &str = "[a-zA-Z]*";

impl Writer<'_, '_> {
    fn sequence(&mut self, sequence: &[Element]) -> String {
        sequence.iter().map(|element| self.element(element)).collect()
    }

    fn choice(&mut self, parts: &[Sequence]) -> String {
        parts.iter().map(|part| self.sequence(part)).collect::<Vec<_>>().join("|")
    }

    fn element(&mut self, element: &Element) -> String {
        match element {
            Element::Word(word) => format!(" {}/{TAGS}", regex::escape(word)),
            Element::Forms(word) => {
                let forms: Vec<String> = forms(word).iter().map(|form| regex::escape(form)).collect();
                format!(" (?:{})/{TAGS}", forms.join("|"))
            }
            Element::Starts(word) => format!(" {}[^ /]*/{TAGS}", regex::escape(word)),
            Element::Gap(width) => format!("(?: [^ ,/]+/{TAGS}){{0,{width}}}?"),
            Element::Comma => format!(" ,/{TAGS}"),
            Element::Start => "^".to_owned(),
            Element::Choice(parts) => format!("(?:{})", self.choice(parts)),
            Element::Maybe(parts) => format!("(?:{})?", self.choice(parts)),
            Element::Shown(part) => {
                self.groups += 1;
                self.shown = Some(self.groups);
                format!("({})", self.sequence(part))
            }
            Element::Slot(name) => self.slot(name),
        }
    }

    fn slot(&mut self, name: &str) -> String {
        let tag = match name {
            "any" => return format!(" [^ ,/]+/{TAGS}"),
            "child" => {
                self.groups += 1;
                self.children.push(self.groups);
                return format!("( [^ /]+/{TAGS}c{TAGS})");
            }
            "suspect" => 's',
            "worker" => 'w',
            "parent" => 'p',
            "their" => 'g',
            "number" => 'N',
            _ => {
                let set = self.compiler.sets.get(name).copied().cloned().unwrap_or_default();
                return format!("(?:{})", self.sequence(&set));
            }
        };
        format!(" [^ /]+/{TAGS}{tag}{TAGS}")
    }
}

/// A sentence as expressions see it.
#[derive(Debug, Default)]
pub(crate) struct Rendered {
    text: String,
    /// Where each token begins in `text`.
    starts: Vec<usize>,
}

const NUMBERS: &[&str] = &[
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
    "thirty",
    "forty",
    "fifty",
    "hundred",
];

impl Rendered {
    pub(crate) fn new(tokens: &[Token], parts: &Parts) -> Self {
        let mut rendered = Self::default();
        for (index, token) in tokens.iter().enumerate() {
            rendered.starts.push(rendered.text.len());
            rendered.text.push(' ');
            rendered.text.push_str(&token.word);
            rendered.text.push('/');
            match parts.role.get(index).copied().flatten() {
                // `him` is a child too, but not the one who acts.
                Some(Subject::Child) if !matches!(token.word.as_str(), "him" | "her" | "them") => {
                    rendered.text.push('c')
                }
                Some(Subject::Child) => {}
                Some(Subject::Suspect) => rendered.text.push('s'),
                Some(Subject::Worker) => rendered.text.push('w'),
                Some(Subject::Parent) => rendered.text.push('p'),
                None => {}
            }
            if token.genitive {
                rendered.text.push('g');
            }
            if token.word.starts_with(|c: char| c.is_ascii_digit()) || NUMBERS.contains(&token.word.as_str())
            {
                rendered.text.push('N');
            }
        }
        rendered
    }

    fn tokens(&self, bytes: Range<usize>) -> Range<usize> {
        let start = self.starts.partition_point(|at| *at < bytes.start);
        start..self.starts.partition_point(|at| *at < bytes.end)
    }
}

impl Compiled {
    fn regex(&self) -> Option<&Regex> {
        let build = || RegexBuilder::new(&self.expression).size_limit(SIZE_LIMIT).build().ok();
        self.regex.get_or_init(build).as_ref()
    }

    /// Whether the expression can be built.
    #[cfg(test)]
    pub(crate) fn builds(&self) -> bool {
        self.regex().is_some()
    }

    pub(crate) fn is_in(&self, sentence: &Rendered) -> bool {
        self.regex().is_some_and(|regex| regex.is_match(&sentence.text))
    }

    pub(crate) fn matches(&self, sentence: &Rendered) -> Vec<Match> {
        let Some(regex) = self.regex() else { return Vec::new() };
        let found = regex.captures_iter(&sentence.text).filter_map(|captures| {
            let whole = sentence.tokens(captures.get(0)?.range());
            let shown =
                self.shown.and_then(|group| captures.get(group)).map(|part| sentence.tokens(part.range()));
            let child = self.children.iter().any(|group| captures.get(*group).is_some());
            let shown = shown.filter(|shown| !shown.is_empty()).unwrap_or_else(|| whole.clone());
            (!whole.is_empty()).then_some(Match { shown, whole, child })
        });
        found.collect()
    }
}
