//! Are these two dates of birth the same day, allowing for the slips that people make?
//!
//! Question: a date of birth is asked for again and again, often by telephone. Which differences are slips
//! of one and the same date, and which are two dates?
//!
//! Source: the levels follow practice in record linkage (Winkler 2006, Overview of Record Linkage and
//! Current Research Directions, US Census Bureau; the date-of-birth comparison of Splink as a concept).
//! Differs: a swap of day and month is its own level, because forms of two countries meet here, and an
//! edit counts digits of the written date, not distance in days: 2009-05-07 and 2009-05-01 are one slip
//! apart, 2009-04-30 and 2009-05-01 are neighbours in time but four slips.
//! Oracle: the cases below, each a slip that can be explained in a sentence.
//!
//! When not to use: where only the year or the age is known. Those are a `distance`.

use super::{ComparisonLevel, NULL, Outcome};

const EXACT: u8 = 1;
const SWAPPED: u8 = 2;
const ONE_SLIP: u8 = 3;
const SAME_YEAR_AND_MONTH: u8 = 4;
const ELSE: u8 = 5;

/// m before anything is learned: nearly all true matches agree, one in ten with a slip.
pub(super) const FIRST_M_PROBABILITIES: [f64; 5] = [0.86, 0.02, 0.06, 0.02, 0.04];

pub(super) fn levels() -> Vec<ComparisonLevel> {
    [
        "same date",
        "day and month swapped",
        "one digit differs",
        "same month of the same year",
        "different dates",
    ]
    .map(ComparisonLevel::new)
    .to_vec()
}

/// Compares two dates written as the number YYYYMMDD; NaN is "not recorded".
///
/// Symmetric, and every pair of dates has exactly one level.
pub(super) fn compare(l: f64, r: f64) -> Outcome {
    let (Some(l), Some(r)) = (Written::from_number(l), Written::from_number(r)) else {
        return Outcome::level(NULL);
    };
    Outcome::level(if l == r {
        EXACT
    } else if l.day == r.month && l.month == r.day && l.year == r.year {
        SWAPPED
    } else if l.n_digits_different(r) == 1 {
        ONE_SLIP
    } else if (l.year, l.month) == (r.year, r.month) {
        SAME_YEAR_AND_MONTH
    } else {
        ELSE
    })
}

/// A date as it stands on the form.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Written {
    year: u32,
    month: u32,
    day: u32,
}

impl Written {
    /// Reads YYYYMMDD; `None` for NaN.
    fn from_number(number: f64) -> Option<Self> {
        // INVARIANT: `records` makes these numbers from valid dates of the years 0 to 9999, so they fit.
        (number >= 0.0).then(|| {
            let digits = number as u32;
            Self { year: digits / 10_000, month: digits / 100 % 100, day: digits % 100 }
        })
    }

    fn n_digits_different(self, other: Self) -> usize {
        let (mut l, mut r) = (self.number(), other.number());
        let mut n_different = 0;
        for _ in 0..8 {
            n_different += usize::from(l % 10 != r % 10);
            (l, r) = (l / 10, r / 10);
        }
        n_different
    }

    const fn number(self) -> u32 {
        self.year * 10_000 + self.month * 100 + self.day
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(l: &str, r: &str, expected: u8) {
        let number = |text: &str| text.replace('-', "").parse().unwrap_or(f64::NAN);
        assert_eq!(compare(number(l), number(r)).level, expected, "{l} {r}");
        assert_eq!(compare(number(r), number(l)).level, expected, "{r} {l}: not symmetric");
    }

    #[test]
    fn slips_are_told_from_other_dates() {
        check("2009-05-07", "2009-05-07", EXACT);
        check("2009-05-07", "2009-07-05", SWAPPED);
        check("2009-05-07", "2009-05-01", ONE_SLIP);
        check("2009-05-07", "2008-05-07", ONE_SLIP);
        check("2009-05-07", "2009-05-28", SAME_YEAR_AND_MONTH);
        check("2009-04-30", "2009-05-01", ELSE);
        check("2009-05-07", "2011-12-24", ELSE);
    }

    #[test]
    fn a_swap_that_changes_the_year_too_is_no_swap() {
        check("2009-05-07", "2010-07-05", ELSE);
    }

    #[test]
    fn a_missing_date_is_no_evidence() {
        check("2009-05-07", "", NULL);
        check("", "", NULL);
    }
}
