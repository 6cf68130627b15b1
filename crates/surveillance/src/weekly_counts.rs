//! How many cases fell in each week? One count per ISO week, ascending, without a gap.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

use jiff::civil::Date;

use crate::week::Week;

/// Cases per ISO week, from a first week on, none left out. A week without cases holds a zero.
#[derive(Debug, Clone, PartialEq)]
pub struct WeeklyCounts {
    first: Week,
    counts: Vec<u64>,
    population: Option<Vec<f64>>,
}

/// One thing wrong with the rows of a series. `row` counts from 0, in the order given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountsProblem {
    /// The row that shows the problem, from 0; the row after the hole for a gap.
    pub row: usize,
    /// What is wrong.
    pub kind: CountsProblemKind,
}

/// What can be wrong with a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CountsProblemKind {
    /// There is no row at all.
    Empty,
    /// Weeks are absent before this row.
    Gap {
        /// The first week that is absent.
        from: Week,
        /// How many weeks are absent.
        n_weeks: u64,
    },
    /// An earlier row has the same ISO week.
    Duplicate {
        /// The week given twice.
        week: Week,
        /// The earlier row, from 0.
        first_row: usize,
    },
    /// The count is below zero.
    Negative {
        /// The count as given.
        count: i64,
    },
    /// The week begins after the day the data were taken.
    Future {
        /// The week in question.
        week: Week,
        /// The day the data were taken.
        as_of: Date,
    },
}

impl WeeklyCounts {
    /// A series that begins in `first`. Never fails: the weeks follow one another.
    pub fn new(first: Week, counts: Vec<u64>) -> Self {
        Self { first, counts, population: None }
    }

    /// Reads rows of (any day of the week, count), in any order.
    ///
    /// - `as_of`: the day the data were taken; rows of later weeks are refused. `None`: not checked.
    ///
    /// # Errors
    /// Every problem of every row, in row order: gaps, duplicates, negative counts, future weeks.
    pub fn from_rows(
        rows: impl IntoIterator<Item = (Date, i64)>,
        as_of: Option<Date>,
    ) -> Result<Self, Vec<CountsProblem>> {
        let mut problems = Vec::new();
        let mut by_week: BTreeMap<Week, (usize, u64)> = BTreeMap::new();
        for (row, (date, count)) in rows.into_iter().enumerate() {
            let week = Week::containing(date);
            let mut report = |kind| problems.push(CountsProblem { row, kind });
            if let Some(as_of) = as_of.filter(|day| week.monday() > *day) {
                report(CountsProblemKind::Future { week, as_of });
            }
            let count = u64::try_from(count).unwrap_or_else(|_| {
                report(CountsProblemKind::Negative { count });
                0
            });
            match by_week.get(&week) {
                Some(&(first_row, _)) => report(CountsProblemKind::Duplicate { week, first_row }),
                None => drop(by_week.insert(week, (row, count))),
            }
        }
        for (before, (week, (row, _))) in by_week.keys().zip(by_week.iter().skip(1)) {
            let absent = week.weeks_since(*before) - 1;
            if let Ok(n_weeks @ 1..) = u64::try_from(absent) {
                let kind = CountsProblemKind::Gap { from: before.plus(1), n_weeks };
                problems.push(CountsProblem { row: *row, kind });
            }
        }
        let Some(first) = by_week.keys().next().copied() else {
            return Err(vec![CountsProblem { row: 0, kind: CountsProblemKind::Empty }]);
        };
        if problems.is_empty() {
            return Ok(Self::new(first, by_week.into_values().map(|(_, count)| count).collect()));
        }
        problems.sort_by_key(|problem| problem.row);
        Err(problems)
    }

    /// The same counts with the people at risk in each week, for rates; one positive value per week.
    /// `None` when the number of values differs or one of them is not a positive number.
    pub fn with_population(self, population: Vec<f64>) -> Option<Self> {
        let whole = population.len() == self.counts.len();
        let positive = population.iter().all(|people| people.is_finite() && *people > 0.0);
        (whole && positive).then_some(Self { population: Some(population), ..self })
    }

    /// How many weeks the series has.
    pub fn len(&self) -> usize {
        self.counts.len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }

    /// The week at `index`, whether or not the series reaches that far.
    pub fn week(&self, index: usize) -> Week {
        self.first.plus(i64::try_from(index).unwrap_or(i64::MAX))
    }

    /// Where `week` lies in the series; `None` outside it.
    pub fn index_of(&self, week: Week) -> Option<usize> {
        usize::try_from(week.weeks_since(self.first)).ok().filter(|index| *index < self.len())
    }

    /// Cases in the week at `index`; `None` outside the series.
    pub fn get(&self, index: usize) -> Option<u64> {
        self.counts.get(index).copied()
    }

    /// The people at risk in the week at `index`, if the series carries them.
    pub fn population(&self, index: usize) -> Option<f64> {
        self.population.as_ref()?.get(index).copied()
    }

    /// Cases over `weeks`, as far as the series covers them.
    pub fn total(&self, weeks: Range<usize>) -> u64 {
        let end = weeks.end.min(self.len());
        self.counts.get(weeks.start..end).map_or(0, |within| within.iter().sum())
    }

    /// Week and count, ascending.
    pub fn iter(&self) -> impl Iterator<Item = (Week, u64)> + '_ {
        self.counts.iter().enumerate().map(|(index, count)| (self.week(index), *count))
    }
}

impl fmt::Display for CountsProblemKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => write!(f, "the series has no row"),
            Self::Gap { from, n_weeks: 1 } => {
                write!(f, "week {from} is absent: write a row with 0 if it had no case")
            }
            Self::Gap { from, n_weeks } => {
                write!(f, "{n_weeks} weeks are absent from {from} on: write rows with 0 if they had no case")
            }
            Self::Duplicate { week, .. } => write!(f, "week {week} has an earlier row: give each week once"),
            Self::Negative { count } => write!(f, "the count {count} is below zero"),
            Self::Future { week, as_of } => {
                write!(f, "week {week} begins after {as_of}, when the data were taken")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[track_caller]
    fn check(rows: &[(Date, i64)], expected: &[(usize, &str)]) {
        let problems = WeeklyCounts::from_rows(rows.to_vec(), Some(date(2026, 3, 1))).unwrap_err();
        let found: Vec<_> = problems.iter().map(|problem| (problem.row, problem.kind.to_string())).collect();
        let expected: Vec<_> = expected.iter().map(|(row, text)| (*row, (*text).to_owned())).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn every_problem_is_named_at_once() {
        check(&[], &[(0, "the series has no row")]);
        check(
            &[
                (date(2026, 1, 5), 1),
                (date(2026, 1, 12), -2),
                (date(2026, 1, 18), 3),
                (date(2026, 2, 2), 0),
                (date(2026, 3, 2), 1),
            ],
            &[
                (1, "the count -2 is below zero"),
                (2, "week 2026-W03 has an earlier row: give each week once"),
                (3, "2 weeks are absent from 2026-W04 on: write rows with 0 if they had no case"),
                (4, "week 2026-W10 begins after 2026-03-01, when the data were taken"),
                (4, "3 weeks are absent from 2026-W07 on: write rows with 0 if they had no case"),
            ],
        );
    }

    #[test]
    fn rows_may_come_in_any_order_and_on_any_weekday() {
        let rows = [(date(2026, 1, 18), 3), (date(2026, 1, 5), 1), (date(2026, 1, 21), 2)];
        let counts = WeeklyCounts::from_rows(rows, None).unwrap();
        assert_eq!(counts.iter().map(|(_, count)| count).collect::<Vec<_>>(), [1, 3, 2]);
        assert_eq!(counts.week(0).monday(), date(2026, 1, 5));
        assert_eq!(counts.index_of(counts.week(2)), Some(2));
        assert_eq!(counts.total(1..9), 5);
    }

    #[test]
    fn a_population_is_whole_and_positive() {
        let counts = WeeklyCounts::new(Week::containing(date(2026, 1, 5)), vec![1, 2]);
        assert!(counts.clone().with_population(vec![10.0]).is_none());
        assert!(counts.clone().with_population(vec![10.0, 0.0]).is_none());
        assert_eq!(counts.with_population(vec![10.0, 11.0]).unwrap().population(1), Some(11.0));
    }
}
