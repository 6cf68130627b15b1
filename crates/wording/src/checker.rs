//! Finds the words, asks the guards, and leaves one finding for each place.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

use daymark_content::wording::Pattern;
use daymark_content::wording::guard_words::GuardWords;
use daymark_content::{Content, Guard, Status, WordingRule};

use crate::compile::{Compiled, Compiler, Key, Match, Rendered};
use crate::figures;
use crate::finding::{Finding, LeftAlone, Looked, Options, SectionKind};
use crate::position::Lines;
use crate::quoted::quoted;
use crate::roles::{Parts, Roles};
use crate::token::{Sentence, Token, sentences};

/// How many words before a finding a denial is looked for.
const NEGATION_WINDOW: usize = 5;

/// The rules and guards, ready. Make one and keep it; it can be shared between threads.
#[derive(Debug)]
pub struct Checker {
    rules: Vec<ReadyRule>,
    patterns: Vec<Compiled>,
    words: HashMap<String, Vec<usize>>,
    prefixes: Vec<(String, usize)>,
    roles: Roles,
    negations: BTreeSet<String>,
    clause_words: BTreeSet<String>,
    labels: Vec<String>,
    critique: Range<usize>,
    made_to: Range<usize>,
    titles: Range<usize>,
}

/// A rule with its patterns as indices.
#[derive(Debug)]
struct ReadyRule {
    rule: WordingRule,
    on: bool,
    patterns: Range<usize>,
    unless: Range<usize>,
    unless_in_sentence: Range<usize>,
    needs: Range<usize>,
}

/// A raw find: rule, tokens, and the guard that leaves it alone, if any.
struct Raw {
    rule: usize,
    tokens: Range<usize>,
    guard: Option<Guard>,
}

/// A sentence, looked at.
struct Seen<'a> {
    sentence: &'a Sentence,
    parts: &'a Parts,
    rendered: Rendered,
    candidates: BTreeSet<usize>,
}

impl Checker {
    /// Makes the rules of `content` ready. Drafts and retired rules are left out; a rule that was measured as too
    /// often wrong is off ([`Options::every_rule`] asks it all the same).
    pub fn new(content: &Content) -> Self {
        let words = content.guard_words();
        let compiler = Compiler::new(words);
        let mut patterns = Vec::new();
        let mut add = |list: &[Pattern]| {
            let start = patterns.len();
            patterns.extend(list.iter().map(|pattern| compiler.compile(&pattern.sequence)));
            start..patterns.len()
        };
        let (critique, made_to, titles) = (add(&words.critique), add(&words.made_to), add(&words.titles));
        let live = content.wording().values().filter(|rule| rule.header.status == Status::Live);
        let rules: Vec<ReadyRule> = live
            .map(|rule| ReadyRule {
                on: figures::is_on(&rule.rule, rule.code),
                patterns: add(&rule.patterns),
                unless: add(&rule.unless),
                unless_in_sentence: add(&rule.unless_in_sentence),
                needs: add(&rule.needs_in_sentence),
                rule: rule.clone(),
            })
            .collect();
        let (index, prefixes) = keys(&patterns);
        Self {
            rules,
            patterns,
            words: index,
            prefixes,
            roles: Roles::new(words),
            negations: words.negations.iter().cloned().collect(),
            clause_words: words.clause_words.iter().cloned().collect(),
            labels: labels(words),
            critique,
            made_to,
            titles,
        }
    }

    /// The rules in use, each with whether it is on.
    pub fn rules(&self) -> impl Iterator<Item = (&WordingRule, bool)> {
        self.rules.iter().map(|ready| (&ready.rule, ready.on))
    }

    /// The patterns that cannot be built, of which there are none.
    #[cfg(test)]
    pub(crate) fn broken(&self) -> usize {
        self.patterns.iter().filter(|pattern| !pattern.builds()).count()
    }

    fn matches(&self, range: &Range<usize>, seen: &Seen<'_>) -> Vec<Match> {
        let hit = range.clone().filter(|id| seen.candidates.contains(id));
        hit.filter_map(|id| self.patterns.get(id)).flat_map(|p| p.matches(&seen.rendered)).collect()
    }

    fn any(&self, range: &Range<usize>, seen: &Seen<'_>) -> bool {
        let mut hit = range.clone().filter(|id| seen.candidates.contains(id));
        hit.any(|id| self.patterns.get(id).is_some_and(|pattern| pattern.is_in(&seen.rendered)))
    }

    fn candidates(&self, tokens: &[Token]) -> BTreeSet<usize> {
        let mut candidates = BTreeSet::new();
        for token in tokens {
            candidates.extend(self.words.get(&token.word).into_iter().flatten());
            let prefixed = self.prefixes.iter().filter(|(prefix, _)| token.word.starts_with(prefix.as_str()));
            candidates.extend(prefixed.map(|(_, id)| *id));
        }
        candidates
    }

    /// Everything that the rules find in a sentence, with the guard that leaves it alone.
    fn look_at(&self, seen: &Seen<'_>, criticised: bool, options: &Options, only: Option<&str>) -> Vec<Raw> {
        let mut raws = Vec::new();
        for (number, ready) in self.rules.iter().enumerate() {
            if !(ready.on || options.every_rule)
                || seen.candidates.range(ready.patterns.clone()).next().is_none()
            {
                continue;
            }
            if only.is_some_and(|only| ready.rule.rule != only) {
                continue;
            }
            for found in self.matches(&ready.patterns, seen) {
                let guard = self.guard(ready, &found, seen, criticised);
                raws.push(Raw { rule: number, tokens: found.shown, guard });
            }
        }
        raws
    }

    fn guard(&self, ready: &ReadyRule, found: &Match, seen: &Seen<'_>, criticised: bool) -> Option<Guard> {
        let has = |guard: Guard| ready.rule.guards.contains(&guard);
        let touches = |range: &Range<usize>| {
            self.matches(range, seen)
                .iter()
                .any(|m| m.shown.start < found.shown.end && found.shown.start < m.shown.end)
        };
        if has(Guard::Negation)
            && (criticised || self.denied(seen, &found.shown) || self.any(&self.critique, seen))
        {
            return Some(Guard::Negation);
        }
        if has(Guard::Titles) && (touches(&self.titles) || is_title(seen.sentence, &found.shown)) {
            return Some(Guard::Titles);
        }
        if has(Guard::Subject) && !self.subject_fits(ready, found, seen) {
            return Some(Guard::Subject);
        }
        let domain = touches(&ready.unless)
            || self.any(&ready.unless_in_sentence, seen)
            || (!ready.needs.is_empty() && !self.any(&ready.needs, seen))
            || (ready.rule.act && self.was_made_to(seen, &found.shown));
        (has(Guard::Domain) && domain).then_some(Guard::Domain)
    }

    fn subject_fits(&self, ready: &ReadyRule, found: &Match, seen: &Seen<'_>) -> bool {
        if found.child && found.whole.start < found.shown.start {
            return true;
        }
        let subject =
            self.roles.subject(&seen.sentence.tokens, seen.parts, found.shown.start, found.shown.end);
        subject.is_none_or(|subject| ready.rule.subjects.contains(&subject))
    }

    /// A denial before the words, in the same clause.
    fn denied(&self, seen: &Seen<'_>, shown: &Range<usize>) -> bool {
        let tokens = &seen.sentence.tokens;
        for at in (shown.start.saturating_sub(NEGATION_WINDOW)..shown.start).rev() {
            if tokens.get(at + 1).is_some_and(|next| next.clause) {
                return false;
            }
            let Some(token) = tokens.get(at) else { continue };
            if self.negations.contains(&token.word) {
                let only = tokens.get(at + 1).is_some_and(|next| next.word == "only");
                return !only;
            }
            if self.clause_words.contains(&token.word) || token.word == "," {
                return false;
            }
        }
        false
    }

    /// The child was made to do it: `was forced to pay`.
    fn was_made_to(&self, seen: &Seen<'_>, shown: &Range<usize>) -> bool {
        self.matches(&self.made_to, seen).iter().any(|made| {
            made.shown.end <= shown.start + 1
                && shown.start <= made.shown.end + 1
                && made.shown.start < shown.start
        })
    }
}

/// Looks for blaming and minimising words in `text`, and answers with the findings in their order.
///
/// - `options`: what is known about the text; [`Options::default`] for an author's own words.
pub fn check(checker: &Checker, text: &str, options: &Options) -> Vec<Finding> {
    look(checker, text, options).findings
}

/// Like [`check`], and says also what a guard left alone.
pub fn look(checker: &Checker, text: &str, options: &Options) -> Looked {
    look_for(checker, text, options, None)
}

/// Like [`look`], for one rule alone: no other rule can win its place.
pub(crate) fn look_for(checker: &Checker, text: &str, options: &Options, only: Option<&str>) -> Looked {
    let mut looked = Looked::default();
    if options.section == SectionKind::ChildVoice {
        return looked;
    }
    let lines = Lines::new(text);
    let mut theirs = quoted(text, &checker.labels);
    theirs.extend(options.child_voice.iter().cloned());
    let sentences = sentences(text);
    let mut before: Option<(&Sentence, Parts)> = None;
    let mut criticised = false;
    for sentence in &sentences {
        if sentence.opens_paragraph {
            before = None;
            criticised &= sentence.item;
        }
        let earlier = before.as_ref().map(|(sentence, parts)| (*sentence, parts));
        let parts = checker.roles.parts(sentence, earlier);
        let rendered = Rendered::new(&sentence.tokens, &parts);
        let candidates = checker.candidates(&sentence.tokens);
        let seen = Seen { sentence, parts: &parts, rendered, candidates };
        let raws = checker.look_at(&seen, criticised, options, only);
        settle(checker, raws, &seen, &theirs, options, &lines, &mut looked);
        if sentence.announces {
            criticised = checker.any(&checker.critique, &seen);
        } else if !sentence.item {
            criticised = false;
        }
        before = Some((sentence, parts));
    }
    looked
}

/// Leaves quoted and accepted words alone, and of findings that overlap keeps the one that says most.
fn settle(
    checker: &Checker,
    raws: Vec<Raw>,
    seen: &Seen<'_>,
    theirs: &[Range<usize>],
    options: &Options,
    lines: &Lines<'_>,
    looked: &mut Looked,
) {
    let mut open: Vec<(Raw, Range<usize>)> = Vec::new();
    for raw in raws {
        let Some(ready) = checker.rules.get(raw.rule) else { continue };
        let tokens = &seen.sentence.tokens;
        let (Some(first), Some(last)) =
            (tokens.get(raw.tokens.start), tokens.get(raw.tokens.end.saturating_sub(1)))
        else {
            continue;
        };
        let span = first.span.start..last.span.end;
        let within = |other: &Range<usize>| other.start < span.end && span.start < other.end;
        let guard = if theirs.iter().any(within) {
            Some(Guard::Quotes)
        } else if options.accepted.iter().any(|kept| kept.rule == ready.rule.rule && within(&kept.span)) {
            Some(Guard::Accepted)
        } else {
            raw.guard
        };
        match guard {
            Some(guard) => looked.left_alone.push(LeftAlone { span, rule: ready.rule.rule.clone(), guard }),
            None => open.push((raw, span)),
        }
    }
    let rank = |(raw, span): &(Raw, Range<usize>)| {
        let rule = checker.rules.get(raw.rule).map(|ready| &ready.rule);
        let severity = rule.map(|rule| rule.severity);
        (std::cmp::Reverse(severity), std::cmp::Reverse(span.len()), span.start, raw.rule)
    };
    open.sort_by_key(rank);
    let mut kept: Vec<Finding> = Vec::new();
    for (raw, span) in open {
        let Some(ready) = checker.rules.get(raw.rule) else { continue };
        if kept.iter().any(|other| other.span.start < span.end && span.start < other.span.end) {
            continue;
        }
        let (line, column) = lines.place(span.start);
        let (_, end_column) = lines.place(span.end);
        kept.push(Finding {
            span,
            line,
            column,
            end_column,
            rule: ready.rule.rule.clone(),
            severity: ready.rule.severity,
            code: ready.rule.code,
            suggestions: ready.rule.suggestions.clone(),
            reason: ready.rule.reason.clone(),
            report_only: options.section.report_only() && ready.rule.guards.contains(&Guard::Section),
        });
    }
    kept.sort_by_key(|finding| finding.span.start);
    looked.findings.append(&mut kept);
}

/// Words written with capitals inside a sentence are a name: `the Sexting Policy`.
fn is_title(sentence: &Sentence, shown: &Range<usize>) -> bool {
    let capital = |at: usize| sentence.tokens.get(at).is_some_and(|token| token.capital);
    let words: Vec<usize> =
        shown.clone().filter(|at| sentence.tokens.get(*at).is_some_and(|t| t.word.len() > 3)).collect();
    let all = !words.is_empty() && words.iter().all(|at| capital(*at));
    let shouting = sentence.tokens.iter().filter(|t| t.word.len() > 3).all(|t| t.capital);
    let beside = capital(shown.end) || (shown.start > 1 && capital(shown.start - 1));
    let single_first = shown.start == 0 && shown.len() == 1;
    all && beside && !single_first && !shouting && sentence.tokens.len() > shown.len() + 1
}

fn labels(words: &GuardWords) -> Vec<String> {
    words.child_voice.iter().map(|label| label.to_lowercase().replace('’', "'")).collect()
}

/// Word → patterns that need it; and the prefixes.
type Index = (HashMap<String, Vec<usize>>, Vec<(String, usize)>);

/// The index of all patterns.
fn keys(patterns: &[Compiled]) -> Index {
    let (mut words, mut prefixes) = (HashMap::<String, Vec<usize>>::new(), Vec::new());
    for (id, pattern) in patterns.iter().enumerate() {
        for key in &pattern.keys {
            match key {
                Key::Word(word) => words.entry(word.clone()).or_default().push(id),
                Key::Prefix(prefix) => prefixes.push((prefix.clone(), id)),
            }
        }
    }
    (words, prefixes)
}
