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
    /// The strongest reason, in one or two sentences without any value, and what speaks most against it.
    pub mostly_because: String,
    /// The two may be one report that was passed on: what they share is no second proof.
    pub same_source: bool,
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
    /// What came out, in a few words for a picture: `Same payment account, in 2 of 4,812 reports`.
    pub short: String,
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
    let n_all =
        scorer.records.n_sources() + usize::from(matches!(l, Row::New(_)) || matches!(r, Row::New(_)));
    let same_source = match (l, r) {
        (Row::Stored(stored, l), Row::Stored(_, r)) => stored.is_same_source(l, r),
        _ => false,
    };
    let steps: Vec<Step> = (model.comparisons.iter().zip(scorer.comparisons()).zip(&evidence))
        .map(|((comparison, ready), e)| {
            let commonness =
                e.outcome.agreed.map(|code| (l.n_records(r, ready.column, code) as usize, n_all));
            let levels = ready.measure.levels();
            let level =
                levels.get(usize::from(e.outcome.level)).map(|level| level.label.clone()).unwrap_or_default();
            let seen = Seen {
                comparison,
                e,
                commonness,
                records: &records,
                level: &level,
                apart: (l.number(ready.column) - r.number(ready.column)).abs(),
            };
            Step {
                comparison: comparison.name().to_owned(),
                label: comparison.label(),
                comparison_vector_value: vector_value(e, levels.len()),
                value_l: Private::new(value(l, ready.column, comparison.kind)),
                value_r: Private::new(value(r, ready.column, comparison.kind)),
                short: seen.short(),
                match_weight: e.weight,
                sentence: seen.sentence(),
                commonness,
                level,
            }
        })
        .collect();
    Explanation {
        prior: scorer.prior,
        mostly_because: if same_source {
            format!(
                "These may be the same {}: one says that it was passed on from the other. What they share is no second proof.",
                model.record_name
            )
        } else {
            mostly_because(&steps, &records)
        },
        match_weight,
        match_probability: match_probability(match_weight),
        steps,
        same_source,
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

/// What a comparison saw, to be put into words.
struct Seen<'a> {
    comparison: &'a Comparison,
    e: &'a Evidence,
    /// Records that hold the agreed value, of all.
    commonness: Option<(usize, usize)>,
    /// The word for records, in the plural.
    records: &'a str,
    level: &'a str,
    /// For distances: how far apart.
    apart: f64,
}

impl Seen<'_> {
    fn sentence(&self) -> String {
        let (label, records, own) = (self.comparison.label(), self.records, self.e.own_weight);
        if self.e.outcome.level == NULL {
            return match &self.comparison.unless {
                Some(_) => format!("The {label} adds nothing to what was found above, or is not recorded."),
                None => format!(
                    "The {label} is not recorded in one or both {records}: this says nothing either way."
                ),
            };
        }
        let mut said = match (self.comparison.kind, self.commonness) {
            (ComparisonKind::SharedValue, Some(seen)) => {
                format!("Both {records} name the same {label}. {}", how_common(seen, records, own))
            }
            (ComparisonKind::SharedValue, None) if self.comparison.unless.is_some() => {
                format!("No {label} appears in both {records} either: this {}.", strength(own))
            }
            (ComparisonKind::SharedValue, None) => {
                format!(
                    "No {label} appears in both {records}. These are changed often, so this {}.",
                    strength(own)
                )
            }
            (ComparisonKind::Exact | ComparisonKind::Name, Some((n, all))) => {
                format!(
                    "The {label} is the same, as in {} of {} {records}: this {}.",
                    count(n),
                    count(all),
                    strength(own)
                )
            }
            (ComparisonKind::Exact, None) => format!("The {label} is different: this {}.", strength(own)),
            (ComparisonKind::Distance, _) => match self.distance() {
                None => format!("The {label} is the same: this {}.", strength(own)),
                Some(apart) => format!("The {label} differs by {apart}: this {}.", strength(own)),
            },
            _ => format!("The {label}: {}. This {}.", self.level, strength(own)),
        };
        if let Some(because) = self.comparison.most_for_because.as_ref().filter(|_| self.e.is_limited) {
            said.push_str(&format!(" It never counts for more, because {because}."));
        }
        if self.e.is_damped() {
            said.push_str(" It is counted in part, because such details often come together.");
        }
        said
    }

    fn short(&self) -> String {
        let whole = self.comparison.label();
        // What stands in brackets explains the label; a picture has no room for it.
        let label = whole.split(" (").next().unwrap_or_default();
        let of_all = |(n, all): (usize, usize)| format!("in {} of {} {}", count(n), count(all), self.records);
        match (self.comparison.kind, self.commonness) {
            _ if self.e.outcome.level == NULL => format!("{}: not recorded", capital(label)),
            (ComparisonKind::SharedValue, Some(seen)) => format!("Same {label}, {}", of_all(seen)),
            (ComparisonKind::SharedValue, None) => format!("No {label} in common"),
            (ComparisonKind::Exact | ComparisonKind::Name, Some(_)) => format!("Same {label}"),
            (ComparisonKind::Exact, None) => format!("Different {label}"),
            (ComparisonKind::Distance, _) => match self.distance() {
                None => format!("Same {label}"),
                Some(apart) => format!("{}: {apart} apart", capital(label)),
            },
            _ => format!("{}: {}", capital(label), self.level),
        }
    }

    /// `3 days`, `1 day`; `None` for no distance.
    fn distance(&self) -> Option<String> {
        let (apart, unit) = (self.apart.round(), self.comparison.unit());
        let unit = if apart == 1.0 { unit.trim_end_matches('s') } else { unit };
        (apart != 0.0).then(|| format!("{apart} {unit}"))
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}", letters.as_str())
}

/// From so many records on a value is called common, in words; its weight falls smoothly from the first.
const COMMON: usize = 10;

fn how_common((n, all): (usize, usize), records: &str, weight: f64) -> String {
    let (n_text, all) = (count(n), count(all));
    if weight < 0.5 {
        format!("It is seen in {n_text} of {all} {records}, which is too common to say anything.")
    } else if weight < 2.0 {
        format!("It is seen in {n_text} of {all} {records}, so it says little.")
    } else if n > COMMON {
        format!("It is seen in {n_text} of {all} {records}, so it counts less.")
    } else {
        format!("It appears in only {n_text} of {all} {records}.")
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

/// From here on contrary evidence belongs into the one-sentence reason.
const WORTH_SAYING: f64 = -2.0;

fn mostly_because(steps: &[Step], records: &str) -> String {
    let strongest = steps.iter().filter(|step| step.match_weight > 0.5).fold(None::<&Step>, |best, step| {
        best.filter(|best| best.match_weight >= step.match_weight).or(Some(step))
    });
    let Some(step) = strongest else {
        return format!("Nothing that was recorded speaks for a link between these two {records}.");
    };
    let against = (steps.iter().filter(|step| step.match_weight <= WORTH_SAYING))
        .min_by(|a, b| a.match_weight.total_cmp(&b.match_weight));
    let against = against.map_or_else(String::new, |step| format!(" Against it: {}.", small(&step.short)));
    format!("Mostly because {}{against}", small(&step.sentence))
}

fn small(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|c| c.to_lowercase().to_string()).unwrap_or_default();
    format!("{first}{}", letters.as_str())
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
        let says = |n, weight| how_common((n, 4_812), "reports", weight);
        assert_eq!(
            says(412, 0.1),
            "It is seen in 412 of 4,812 reports, which is too common to say anything."
        );
        assert_eq!(says(90, 1.0), "It is seen in 90 of 4,812 reports, so it says little.");
        assert_eq!(says(40, 5.0), "It is seen in 40 of 4,812 reports, so it counts less.");
        assert_eq!(how_common((2, 4_812), "reports", 14.0), "It appears in only 2 of 4,812 reports.");
    }
}
