//! What does a verdict mean, in the words of the person who reads it?
//!
//! Rounding: bounds to whole cases inwards, chances to one or two figures, never beyond 1 in 1,000 (a model of a
//! few hundred weeks cannot vouch for more). Counts of 1 to 4 are not told outside the case team, nor are the
//! chances that would give them away.

use std::fmt;

use crate::suppress::Shown;
use crate::verdict::{Verdict, Withheld};

/// Who reads the sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// People who work on these very cases: every count.
    CaseTeam,
    /// Anybody else: counts of 1 to 4 read "fewer than 5".
    Wider,
}

/// A verdict in words. Prints as one paragraph; the parts may be laid out apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    /// "North Yorkshire: 23 reports this week."
    pub seen: String,
    /// "We expected 3 to 13."
    pub expected: Option<String>,
    /// "By chance alone a week like this would come up about once in 400."
    pub chance: Option<String>,
    /// Why there is no alarm although the bound is passed, where that is so.
    pub withheld: Option<String>,
}

impl fmt::Display for Sentence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.seen)?;
        [&self.expected, &self.chance, &self.withheld]
            .into_iter()
            .flatten()
            .try_for_each(|part| write!(f, " {part}"))
    }
}

/// Puts `verdict` on `place` into words for `audience`. "By chance alone" is the verdict's p-value.
pub fn explain(place: &str, verdict: &Verdict, audience: Audience) -> Sentence {
    let shown = match audience {
        Audience::CaseTeam => Shown::Count(verdict.observed),
        Audience::Wider => Shown::of(verdict.observed),
    };
    let seen = match shown {
        Shown::Count(0) => format!("{place}: no report this week."),
        Shown::Count(1) => format!("{place}: 1 report this week."),
        Shown::Count(n) => format!("{place}: {n} reports this week."),
        Shown::UnderFive => format!("{place}: fewer than 5 reports this week."),
    };
    let may_tell_chance = shown != Shown::UnderFive;
    let passed = verdict.upper_bound.is_some_and(|bound| in_cases(verdict.observed) > bound);
    Sentence {
        seen,
        expected: expected_part(verdict),
        chance: verdict.p_value.filter(|_| may_tell_chance).map(chance_part),
        withheld: verdict.withheld.filter(|_| passed).map(|reason| match reason {
            Withheld::TooFewCases => {
                "No alarm: too few cases in the last weeks to tell a rise from chance.".into()
            }
        }),
    }
}

fn expected_part(verdict: &Verdict) -> Option<String> {
    let upper = whole(verdict.upper_bound?.floor())?;
    let lower = verdict.lower_bound.and_then(|bound| whole(bound.ceil()));
    Some(match lower {
        _ if upper == 0 => "We expected none.".to_owned(),
        Some(lower) if lower == upper => format!("We expected {upper}."),
        Some(lower) if lower < upper => format!("We expected {lower} to {upper}."),
        _ => format!("We expected at most {upper}."),
    })
}

fn chance_part(p_value: f64) -> String {
    if p_value > 0.4 {
        return "Such a week is nothing unusual.".to_owned();
    }
    match rounded_one_in(p_value) {
        Some(n) => format!("By chance alone a week like this would come up about once in {n}."),
        None => "By chance alone a week like this would come up less than once in 1,000.".to_owned(),
    }
}

/// 1/p to whole numbers below 20, to fives below 100, to one figure beyond; `None` past 1,000.
fn rounded_one_in(p_value: f64) -> Option<u64> {
    let one_in = 1.0 / p_value;
    let step = match one_in {
        n if n < 20.0 => 1.0,
        n if n < 100.0 => 5.0,
        _ => 100.0,
    };
    (one_in <= 1000.0).then(|| whole((one_in / step).round() * step)).flatten()
}

#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "checked to lie in the range of u64"
)]
fn whole(value: f64) -> Option<u64> {
    (0.0..1e15).contains(&value).then_some(value as u64)
}

#[allow(clippy::cast_precision_loss, reason = "weekly counts are far below 2^52")]
fn in_cases(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::week::Week;

    fn verdict(observed: u64, bounds: (f64, f64), p_value: f64) -> Verdict {
        Verdict {
            week: Week::containing(date(2026, 6, 1)),
            observed,
            expected: Some(7.1),
            lower_bound: Some(bounds.0),
            upper_bound: Some(bounds.1),
            exceedance_score: None,
            p_value: Some(p_value),
            phi: None,
            trend_used: None,
            n_baseline_weeks: 35,
            withheld: None,
            alarm: false,
        }
    }

    #[track_caller]
    fn check(verdict: &Verdict, audience: Audience, text: &str) {
        assert_eq!(explain("North Yorkshire", verdict, audience).to_string(), text);
    }

    #[test]
    fn a_week_reads_as_a_sentence() {
        check(
            &verdict(23, (3.0, 13.0), 0.0026),
            Audience::Wider,
            "North Yorkshire: 23 reports this week. We expected 3 to 13. \
             By chance alone a week like this would come up about once in 400.",
        );
        check(
            &verdict(8, (2.2, 13.7), 0.45),
            Audience::Wider,
            "North Yorkshire: 8 reports this week. We expected 3 to 13. Such a week is nothing unusual.",
        );
        check(
            &verdict(90, (3.0, 13.0), 1e-12),
            Audience::Wider,
            "North Yorkshire: 90 reports this week. We expected 3 to 13. \
             By chance alone a week like this would come up less than once in 1,000.",
        );
    }

    #[test]
    fn small_counts_and_their_chances_stay_with_the_case_team() {
        let few = verdict(3, (0.0, 1.0), 0.01);
        check(&few, Audience::Wider, "North Yorkshire: fewer than 5 reports this week. We expected 0 to 1.");
        check(
            &few,
            Audience::CaseTeam,
            "North Yorkshire: 3 reports this week. We expected 0 to 1. \
             By chance alone a week like this would come up about once in 100.",
        );
    }

    #[test]
    fn a_withheld_alarm_says_why() {
        let withheld = Verdict { withheld: Some(Withheld::TooFewCases), ..verdict(2, (0.0, 1.0), 0.05) };
        let sentence = explain("Dorset", &withheld, Audience::CaseTeam);
        assert!(sentence.withheld.unwrap().starts_with("No alarm: too few cases"));
        let within = Verdict { withheld: Some(Withheld::TooFewCases), ..verdict(1, (0.0, 1.0), 0.3) };
        assert_eq!(explain("Dorset", &within, Audience::CaseTeam).withheld, None);
    }

    #[test]
    fn chances_are_rounded_and_bounded() {
        for (p_value, one_in) in
            [(0.3, Some(3)), (0.06, Some(17)), (0.03, Some(35)), (0.0012, Some(800)), (1e-4, None)]
        {
            assert_eq!(rounded_one_in(p_value), one_in, "{p_value}");
        }
    }
}
