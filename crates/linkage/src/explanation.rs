//! Why does the machine suggest that these two belong together, and what speaks against it?
//!
//! The waterfall of one pair: the prior, then every comparison with both values, its level, its weight and
//! a sentence, contrary evidence included. It is meant to be read before anyone decides. It holds personal
//! data (both values), so neither it nor its steps can be printed by accident: values are [`Private`].

use daymark_vocab::Private;

use crate::comparison::{Comparison, ComparisonKind};
use crate::comparison_level::NULL;
use crate::match_weight::{Evidence, Scorer, match_probability};
use crate::model::Model;
use crate::records::Row;

/// The waterfall of one pair.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// λ as a weight: where the pair starts before anything is compared.
    pub prior: f64,
    /// One step per comparison, in the model's order; `prior` and all steps add up to `match_weight`.
    pub steps: Vec<Step>,
    /// Bits for (positive) or against a match.
    pub match_weight: f64,
    /// The same as a probability. A suggestion: only a person decides.
    pub match_probability: f64,
    /// The strongest reason, in one or two sentences without any value.
    pub mostly_because: String,
}

/// What one comparison says.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// The comparison's name.
    pub comparison: String,
    /// Its words in sentences.
    pub label: String,
    /// The level that holds.
    pub level: String,
    /// −1 for null, 0 for else, ascending to the best level.
    pub comparison_vector_value: i8,
    /// What the left record says; several values are separated by ` | `.
    pub value_l: Private<String>,
    /// What the right record says.
    pub value_r: Private<String>,
    /// Bits for or against, as counted.
    pub match_weight: f64,
    /// Plain English, without any value.
    pub sentence: String,
    /// How common the agreed value is: records that hold it, of all records.
    pub commonness: Option<(usize, usize)>,
}

/// Explains a pair as `scorer` sees it.
pub(crate) fn explain(scorer: &Scorer<'_>, model: &Model, l: Row<'_>, r: Row<'_>) -> Explanation {
    let mut evidence = Vec::new();
    let match_weight = scorer.weigh(l, r, &mut evidence);
    let records = format!("{}s", model.record_name);
    let n_all = scorer.records.len() + usize::from(matches!(l, Row::New(_)) || matches!(r, Row::New(_)));
    let steps: Vec<Step> = (model.comparisons.iter().zip(scorer.comparisons()).zip(&evidence))
        .map(|((comparison, ready), e)| {
            let commonness =
                e.outcome.agreed.map(|code| (l.n_records(r, ready.column, code) as usize, n_all));
            let levels = ready.measure.levels();
            Step {
                comparison: comparison.name().to_owned(),
                label: comparison.label(),
                level: levels
                    .get(usize::from(e.outcome.level))
                    .map(|level| level.label.clone())
                    .unwrap_or_default(),
                comparison_vector_value: vector_value(e, levels.len()),
                value_l: Private::new(value(l, ready.column, comparison.kind)),
                value_r: Private::new(value(r, ready.column, comparison.kind)),
                match_weight: e.weight,
                sentence: sentence(comparison, e, commonness, &records, || distance(l, r, ready.column)),
                commonness,
            }
        })
        .collect();
    Explanation {
        prior: scorer.prior,
        mostly_because: mostly_because(&steps, &records),
        match_weight,
        match_probability: match_probability(match_weight),
        steps,
    }
}

/// Splink's column `gamma_…`: −1 null, 0 else, upwards to the best.
pub(crate) fn vector_value(evidence: &Evidence, n_levels: usize) -> i8 {
    if evidence.outcome.level == NULL { -1 } else { (n_levels as i8 - 1) - evidence.outcome.level as i8 }
}

fn value(row: Row<'_>, column: usize, kind: ComparisonKind) -> String {
    let texts: Vec<&str> = row.codes(column).iter().map(|code| row.text(column, *code)).collect();
    let number = row.number(column);
    match kind {
        ComparisonKind::WordOverlap if !texts.is_empty() => format!("{} different words", texts.len()),
        _ if number.is_nan() => texts.join(" | "),
        ComparisonKind::DateOfBirth => {
            let digits = number as u32;
            format!("{:04}-{:02}-{:02}", digits / 10_000, digits / 100 % 100, digits % 100)
        }
        ComparisonKind::Distance => day_or_number(number),
        _ => texts.join(" | "),
    }
}

fn day_or_number(number: f64) -> String {
    format!("{}", (number * 100.0).round() / 100.0)
}

fn distance(l: Row<'_>, r: Row<'_>, column: usize) -> f64 {
    (l.number(column) - r.number(column)).abs()
}

fn sentence(
    comparison: &Comparison,
    e: &Evidence,
    commonness: Option<(usize, usize)>,
    records: &str,
    distance: impl Fn() -> f64,
) -> String {
    let label = comparison.label();
    if e.outcome.level == NULL {
        return format!(
            "The {label} is not recorded in one or both {records}: this says nothing either way."
        );
    }
    let mut said = match (comparison.kind, commonness) {
        (ComparisonKind::SharedValue, Some(seen)) => {
            format!("Both {records} name the same {label}. {}", how_common(seen, records, e.own_weight))
        }
        (ComparisonKind::SharedValue, None) => {
            format!(
                "No {label} appears in both {records}. These are changed often, so this {}.",
                strength(e.own_weight)
            )
        }
        (ComparisonKind::Exact | ComparisonKind::Name, Some(seen)) => {
            let (n, all) = (count(seen.0), count(seen.1));
            format!("The {label} is the same, as in {n} of {all} {records}: this {}.", strength(e.own_weight))
        }
        (ComparisonKind::Exact, None) => {
            format!("The {label} is different: this {}.", strength(e.own_weight))
        }
        (ComparisonKind::Distance, _) => {
            let (apart, unit) = (distance().round(), comparison.unit());
            let unit = if apart == 1.0 { unit.trim_end_matches('s') } else { unit };
            format!("The {label} lies {apart} {unit} apart: this {}.", strength(e.own_weight))
        }
        _ => {
            let level = comparison.measure().levels();
            let level = level.get(usize::from(e.outcome.level)).map_or("", |level| level.label.as_str());
            format!("The {label}: {level}. This {}.", strength(e.own_weight))
        }
    };
    if e.is_damped() {
        said.push_str(" It is counted in part, because such details often come together.");
    }
    said
}

fn how_common((n, all): (usize, usize), records: &str, weight: f64) -> String {
    let (n_text, all) = (count(n), count(all));
    if weight < 2.0 {
        format!("It is seen in {n_text} of {all} {records}: says almost nothing.")
    } else if n <= 10 {
        format!("It appears in only {n_text} of {all} {records}.")
    } else {
        format!("It appears in {n_text} of {all} {records}.")
    }
}

fn strength(weight: f64) -> &'static str {
    match weight {
        w if w >= 6.0 => "speaks strongly for a link",
        w if w >= 2.0 => "speaks for a link",
        w if w > 0.5 => "speaks weakly for a link",
        w if w >= -0.5 => "says almost nothing",
        w if w > -2.0 => "speaks weakly against a link",
        w if w > -6.0 => "speaks against a link",
        _ => "speaks strongly against a link",
    }
}

fn mostly_because(steps: &[Step], records: &str) -> String {
    let strongest = steps.iter().filter(|step| step.match_weight > 0.5).fold(None::<&Step>, |best, step| {
        best.filter(|best| best.match_weight >= step.match_weight).or(Some(step))
    });
    match strongest {
        Some(step) => {
            let mut letters = step.sentence.chars();
            let first = letters.next().map(|c| c.to_lowercase().to_string()).unwrap_or_default();
            format!("Mostly because {first}{}", letters.as_str())
        }
        None => format!("Nothing that was recorded speaks for a link between these two {records}."),
    }
}

/// A whole number as people read it: 4,812.
fn count(n: usize) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_grouped() {
        assert_eq!([0, 412, 4_812, 1_000_000].map(count), ["0", "412", "4,812", "1,000,000"]);
    }

    #[test]
    fn words_of_strength_follow_the_weight() {
        assert_eq!(strength(8.0), "speaks strongly for a link");
        assert_eq!(strength(0.0), "says almost nothing");
        assert_eq!(strength(-3.0), "speaks against a link");
        assert!(
            how_common((412, 4_812), "reports", 1.0)
                .contains("seen in 412 of 4,812 reports: says almost nothing")
        );
        assert_eq!(how_common((2, 4_812), "reports", 14.0), "It appears in only 2 of 4,812 reports.");
    }
}
