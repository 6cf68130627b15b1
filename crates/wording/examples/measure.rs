//! Measures the rules on the corpus: figures as JSON, or (`--differences PART`, or a file) each
//! disagreement as a line.

#![allow(clippy::print_stdout, reason = "its output is its purpose")]

use std::time::Instant;

use daymark_content::Content;
use daymark_wording::measure::{Measured, measure, read};
use daymark_wording::{Checker, Figure, Options, check};

const DEVELOP: &str = include_str!("../corpus/develop.tsv");
const HELD_OUT: &str = include_str!("../corpus/held-out.tsv");

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let (content, problems) = Content::embedded();
    for problem in &problems {
        println!("{problem}");
    }
    let checker = Checker::new(&content);
    let every = Options { every_rule: true, ..Options::default() };
    let on = Options::default();
    if let Some(part) = arguments.iter().skip_while(|a| *a != "--differences").nth(1) {
        let corpus = match part.as_str() {
            "develop" => DEVELOP.to_owned(),
            "held-out" => HELD_OUT.to_owned(),
            file => std::fs::read_to_string(file).unwrap_or_default(),
        };
        let options = if arguments.iter().any(|a| a == "--on") { &on } else { &every };
        let measured = measure(&checker, &read(&corpus), options);
        for d in &measured.differences {
            let kind = if d.false_alarm { "FALSE" } else { "MISSED" };
            println!("{kind} {} `{}` in: {}", d.rule, d.words, d.text);
        }
        println!("{}", overall(&measured));
        return;
    }
    let mut parts = serde_json::Map::new();
    for (name, corpus) in [("develop", DEVELOP), ("held-out", HELD_OUT)] {
        let corpus = read(corpus);
        let part = serde_json::json!({
            "every_rule": json(&measure(&checker, &corpus, &every)),
            "rules_on": json(&measure(&checker, &corpus, &on)),
        });
        parts.insert(name.to_owned(), part);
    }
    let text = ten_thousand_words();
    let times = times(&checker, &text);
    parts.insert("words".to_owned(), text.split_whitespace().count().into());
    parts.insert("median_microseconds".to_owned(), times.get(times.len() / 2).copied().unwrap_or(0).into());
    parts.insert("worst_microseconds".to_owned(), times.last().copied().unwrap_or(0).into());
    println!("{}", serde_json::Value::Object(parts));
}

fn overall(measured: &Measured) -> String {
    let f = measured.overall;
    format!(
        "{} sentences, {} clean ({} with findings); precision {:.3}, recall {:.3}; other rule {}",
        measured.sentences,
        measured.clean,
        measured.clean_with_findings,
        f.precision().unwrap_or(0.0),
        f.recall().unwrap_or(0.0),
        measured.other_rule
    )
}

fn counts(f: Figure) -> serde_json::Value {
    serde_json::json!({ "right": f.right, "found": f.found, "marked": f.marked, "reached": f.reached })
}

fn json(measured: &Measured) -> serde_json::Value {
    let rules: serde_json::Map<String, serde_json::Value> =
        measured.rules.iter().map(|(rule, figure)| (rule.clone(), counts(*figure))).collect();
    serde_json::json!({
        "rules": rules, "overall": counts(measured.overall), "sentences": measured.sentences, "clean": measured.clean,
        "clean_with_findings": measured.clean_with_findings, "other_rule": measured.other_rule,
    })
}

/// The corpus, one sentence after the other, as often as it takes.
fn ten_thousand_words() -> String {
    let sentences: Vec<String> =
        read(DEVELOP).into_iter().chain(read(HELD_OUT)).map(|marked| marked.text).collect();
    let mut text = String::new();
    let mut words = 0;
    for (n, sentence) in sentences.iter().cycle().enumerate() {
        words += sentence.split_whitespace().count();
        text.push_str(sentence);
        text.push_str(if n % 6 == 5 { "\n\n" } else { " " });
        if words >= 10_000 {
            return text;
        }
    }
    text
}

/// Microseconds of thirty checks, ascending; the first, which builds the expressions, is not among them.
fn times(checker: &Checker, text: &str) -> Vec<u64> {
    check(checker, text, &Options::default());
    let mut times: Vec<u64> = (0..30)
        .map(|_| {
            let start = Instant::now();
            let found = check(checker, text, &Options::default());
            assert!(!found.is_empty(), "the text holds something to find");
            u64::try_from(start.elapsed().as_micros()).unwrap_or(u64::MAX)
        })
        .collect();
    times.sort_unstable();
    times
}
