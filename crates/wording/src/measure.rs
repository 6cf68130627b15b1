//! How often are the rules right? Counts findings against sentences in which people marked what must be found.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::checker::{Checker, check};
use crate::figures::Figure;
use crate::finding::Options;

/// A marked sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marked {
    /// The manner in which it is written: `referral`, `chronology`.
    pub manner: String,
    /// The sentence without its marks.
    pub text: String,
    /// What must be found, in bytes, and the rule.
    pub places: Vec<(Range<usize>, String)>,
}

/// A disagreement, for whoever mends rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The sentence.
    pub text: String,
    /// The words.
    pub words: String,
    /// The rule.
    pub rule: String,
    /// Found and not marked; otherwise marked and not found.
    pub false_alarm: bool,
}

/// What was counted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Measured {
    /// By rule.
    pub rules: BTreeMap<String, Figure>,
    /// All rules together.
    pub overall: Figure,
    /// Places where the rule found is another than the one marked.
    pub other_rule: u32,
    /// Sentences.
    pub sentences: u32,
    /// Sentences without a mark.
    pub clean: u32,
    /// Sentences without a mark in which something was found.
    pub clean_with_findings: u32,
    /// Each disagreement.
    pub differences: Vec<Difference>,
}

/// Reads marked sentences: `manner TAB text`, with `[[p24:putting herself at risk]]` for what must be found.
/// Lines that begin with `#` are left out.
pub fn read(tsv: &str) -> Vec<Marked> {
    let lines = tsv.lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| line.split_once('\t')).map(|(manner, text)| marked(manner, text)).collect()
}

fn marked(manner: &str, marked: &str) -> Marked {
    let (mut text, mut places, mut rest) = (String::new(), Vec::new(), marked);
    while let Some((before, after)) = rest.split_once("[[") {
        let Some((inside, behind)) = after.split_once("]]") else { break };
        text.push_str(before);
        let (rule, words) = inside.split_once(':').unwrap_or(("", inside));
        let start = text.len();
        text.push_str(words);
        places.push((start..text.len(), rule.to_owned()));
        rest = behind;
    }
    text.push_str(rest);
    Marked { manner: manner.to_owned(), text, places }
}

/// Counts. A finding is right when it overlaps a marked place, whichever rule found it: the writer is asked about the
/// right words. It counts for the rule that found it; a marked place counts for the rule that marked it.
pub fn measure(checker: &Checker, corpus: &[Marked], options: &Options) -> Measured {
    let mut measured = Measured::default();
    for marked in corpus {
        let findings = check(checker, &marked.text, options);
        measured.sentences += 1;
        if marked.places.is_empty() {
            measured.clean += 1;
            measured.clean_with_findings += u32::from(!findings.is_empty());
        }
        let overlap = |a: &Range<usize>, b: &Range<usize>| a.start < b.end && b.start < a.end;
        for finding in &findings {
            let place = marked.places.iter().find(|(place, _)| overlap(place, &finding.span));
            let figure = measured.rules.entry(finding.rule.clone()).or_default();
            figure.found += 1;
            figure.right += u32::from(place.is_some());
            measured.overall.found += 1;
            measured.overall.right += u32::from(place.is_some());
            match place {
                Some((_, rule)) => measured.other_rule += u32::from(*rule != finding.rule),
                None => measured.differences.push(difference(marked, &finding.span, &finding.rule, true)),
            }
        }
        for (place, rule) in &marked.places {
            let reached = findings.iter().any(|finding| overlap(place, &finding.span));
            let figure = measured.rules.entry(rule.clone()).or_default();
            figure.marked += 1;
            figure.reached += u32::from(reached);
            measured.overall.marked += 1;
            measured.overall.reached += u32::from(reached);
            if !reached {
                measured.differences.push(difference(marked, place, rule, false));
            }
        }
    }
    measured
}

fn difference(marked: &Marked, span: &Range<usize>, rule: &str, false_alarm: bool) -> Difference {
    let words = marked.text.get(span.clone()).unwrap_or_default().to_owned();
    Difference { text: marked.text.clone(), words, rule: rule.to_owned(), false_alarm }
}
