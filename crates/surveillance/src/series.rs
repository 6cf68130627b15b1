//! How many events fell in each week, for each area, platform, demand, gender or age band?
//!
//! An event that carries several values (two platforms) counts once in each of their series, so the series
//! of such a dimension may sum to more than the events. What was not recorded is a series of its own:
//! it is never counted as if it had no stratum.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::week::Week;
use crate::weekly_counts::WeeklyCounts;

/// What events may be told apart by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dimension {
    /// Where it was received.
    Area,
    /// Where contact began or moved to.
    Platform,
    /// What was demanded.
    Demand,
    /// The child's gender.
    Gender,
    /// The child's age band.
    AgeBand,
}

/// One value of a dimension.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stratum {
    /// A recorded value.
    Value(String),
    /// Nobody recorded one.
    NotRecorded,
}

/// One event: a day, and what was recorded of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// The day it counts on.
    pub date: Date,
    /// Recorded values. A dimension that is absent or empty was not recorded.
    pub values: BTreeMap<Dimension, Vec<String>>,
}

/// Which series: one stratum for each dimension asked for, in the order asked. Empty: all events.
pub type SeriesKey = Vec<(Dimension, Stratum)>;

/// The series, and what did not fit in the span.
#[derive(Debug, Clone, PartialEq)]
pub struct Built {
    /// One series per combination that occurs in the span, all over the same weeks.
    pub series: BTreeMap<SeriesKey, WeeklyCounts>,
    /// Events before the first or after the last week.
    pub n_outside: usize,
}

/// Counts `events` by week from `first` to `last` (both included), split by every dimension of `by` at once.
///
/// With an empty `by` there is one series: all events, even if there are none.
pub fn build(events: &[Event], by: &[Dimension], first: Week, last: Week) -> Built {
    let n_weeks = usize::try_from(last.weeks_since(first) + 1).unwrap_or(0);
    let mut counts: BTreeMap<SeriesKey, Vec<u64>> = BTreeMap::new();
    if by.is_empty() {
        counts.insert(Vec::new(), vec![0; n_weeks]);
    }
    let mut n_outside = 0;
    for event in events {
        let place = usize::try_from(Week::containing(event.date).weeks_since(first)).ok();
        let Some(place) = place.filter(|place| *place < n_weeks) else {
            n_outside += 1;
            continue;
        };
        for key in keys_of(event, by) {
            let weeks = counts.entry(key).or_insert_with(|| vec![0; n_weeks]);
            weeks.iter_mut().skip(place).take(1).for_each(|count| *count += 1);
        }
    }
    let series = counts.into_iter().map(|(key, counts)| (key, WeeklyCounts::new(first, counts))).collect();
    Built { series, n_outside }
}

/// Every combination of the event's strata; a value given twice counts once.
fn keys_of(event: &Event, by: &[Dimension]) -> Vec<SeriesKey> {
    let mut keys = vec![SeriesKey::new()];
    for dimension in by {
        let recorded = event.values.get(dimension).into_iter().flatten();
        let mut strata: BTreeSet<Stratum> = recorded.cloned().map(Stratum::Value).collect();
        if strata.is_empty() {
            strata.insert(Stratum::NotRecorded);
        }
        let longer = |key: &SeriesKey| {
            let grow = |stratum: &Stratum| [key.as_slice(), &[(*dimension, stratum.clone())]].concat();
            strata.iter().map(grow).collect::<Vec<_>>()
        };
        keys = keys.iter().flat_map(longer).collect();
    }
    keys
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn event(day: Date, values: &[(Dimension, &[&str])]) -> Event {
        let list = |values: &[&str]| values.iter().map(|value| (*value).to_owned()).collect();
        Event { date: day, values: values.iter().map(|(of, values)| (*of, list(values))).collect() }
    }

    fn events() -> Vec<Event> {
        vec![
            event(
                date(2026, 1, 5),
                &[(Dimension::Area, &["E23000009"]), (Dimension::Platform, &["x", "signal"])],
            ),
            event(
                date(2026, 1, 11),
                &[(Dimension::Area, &["E23000009"]), (Dimension::Platform, &["x", "x"])],
            ),
            event(date(2026, 1, 19), &[(Dimension::Area, &["E23000010"])]),
            event(date(2025, 12, 28), &[(Dimension::Area, &["E23000010"])]),
        ]
    }

    #[track_caller]
    fn check(by: &[Dimension], expected: &[(&[&str], &[u64])]) {
        let (first, last) = (Week::containing(date(2026, 1, 5)), Week::containing(date(2026, 1, 25)));
        let built = build(&events(), by, first, last);
        assert_eq!(built.n_outside, 1);
        let name = |stratum: &Stratum| match stratum {
            Stratum::Value(value) => value.clone(),
            Stratum::NotRecorded => "?".to_owned(),
        };
        let found: Vec<(Vec<String>, Vec<u64>)> = built
            .series
            .iter()
            .map(|(key, counts)| {
                (
                    key.iter().map(|(_, stratum)| name(stratum)).collect(),
                    counts.iter().map(|(_, n)| n).collect(),
                )
            })
            .collect();
        let expected: Vec<(Vec<String>, Vec<u64>)> = expected
            .iter()
            .map(|(key, counts)| (key.iter().map(|part| (*part).to_owned()).collect(), counts.to_vec()))
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn events_are_counted_by_week_and_stratum() {
        check(&[], &[(&[], &[2, 0, 1])]);
        check(&[Dimension::Area], &[(&["E23000009"], &[2, 0, 0]), (&["E23000010"], &[0, 0, 1])]);
        check(
            &[Dimension::Platform],
            &[(&["signal"], &[1, 0, 0]), (&["x"], &[2, 0, 0]), (&["?"], &[0, 0, 1])],
        );
        check(
            &[Dimension::Area, Dimension::Platform],
            &[
                (&["E23000009", "signal"], &[1, 0, 0]),
                (&["E23000009", "x"], &[2, 0, 0]),
                (&["E23000010", "?"], &[0, 0, 1]),
            ],
        );
    }
}
