//! Which of these counts may be shown? Every figure on the trends pages goes through here.
//!
//! What is guarded: counts of 1 to 4; weeks against the sum of their four weeks; agencies against their area, by week
//! and by four weeks; a kind of demand against the rest of its area; areas against the whole country. What is not: an
//! agency can take its own cases from a total, and figures written down last week can be compared with this week's.

use std::collections::BTreeMap;

use daymark_surveillance::suppress::{Cell, one_way_table};
use daymark_surveillance::{Shown, Week, WeeklyCounts};

use super::counting::{Report, Selection, weekly};

/// The weeks that are summed into one figure.
pub const WEEKS_SUMMED: usize = 4;

/// Weekly counts as they may be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownWeeks {
    /// The first week.
    pub first: Week,
    /// One per week.
    pub weeks: Vec<Shown>,
    /// Sums of four weeks, the latest first, each of the four weeks before the one ahead of it.
    pub sums: Vec<Shown>,
}

impl ShownWeeks {
    /// What may be shown of one week.
    pub fn week(&self, week: Week) -> Shown {
        let place = usize::try_from(week.weeks_since(self.first)).ok();
        place.and_then(|place| self.weeks.get(place)).copied().unwrap_or(Shown::Count(0))
    }

    /// The sum of the last four weeks.
    pub fn last_sum(&self) -> Shown {
        self.sums.first().copied().unwrap_or(Shown::Count(0))
    }
}

/// What may be shown of a count that is part of a whole which is shown: the rest must not be small either.
pub const fn part_of(count: u64, whole: u64) -> Shown {
    match (Shown::of(count), Shown::of(whole.saturating_sub(count))) {
        (Shown::Count(count), Shown::Count(_)) => Shown::Count(count),
        _ => Shown::UnderFive,
    }
}

/// What may be shown of one part of several that make up a whole which is shown, even to a reader who adds up the others.
fn one_of(counts: &[u64], place: usize) -> Shown {
    let table = one_way_table(counts);
    let count = counts.get(place).copied().unwrap_or(0);
    match (table.total, table.cells.get(place)) {
        // No choice of cells protects the total, and the total is shown: then none of the parts is.
        (None, _) if count > 0 => Shown::UnderFive,
        (_, Some(Cell::Alone(shown))) => *shown,
        (_, Some(Cell::HiddenToProtect)) => Shown::UnderFive,
        (_, None) => Shown::Count(0),
    }
}

/// What may be shown of a sum whose parts are shown elsewhere.
pub fn sum_of(counts: &[u64]) -> Shown {
    let table = one_way_table(counts);
    let protects = table.cells.contains(&Cell::HiddenToProtect);
    match table.total {
        Some(total) if !protects => total,
        _ => Shown::UnderFive,
    }
}

/// The weekly counts of a selection as they may be shown; `None` when its area has recorded nothing.
pub fn shown_weeks(reports: &[Report], last: Week, selection: &Selection) -> Option<ShownWeeks> {
    let whole = selection.whole();
    let counts = weekly(reports, last, |report| whole.holds(report), |report| selection.holds(report))?;
    let first = counts.week(0);
    let alone = |index: usize| counts.get(index).unwrap_or(0);
    let parts = Parts::of(reports, last, selection, &counts);

    let mut weeks: Vec<Shown> = (0..counts.len()).map(|index| parts.shown(alone(index), index)).collect();
    let mut sums = Vec::new();
    let mut end = counts.len();
    while end > 0 {
        let begin = end.saturating_sub(WEEKS_SUMMED);
        let four: Vec<u64> = (begin..end).map(alone).collect();
        let table = one_way_table(&four);
        for (place, cell) in table.cells.iter().enumerate() {
            if *cell == Cell::HiddenToProtect {
                weeks.iter_mut().skip(begin + place).take(1).for_each(|week| *week = Shown::UnderFive);
            }
        }
        // Weeks that another rule hides as well only leave the reader more to guess.
        let sum = table.total.map_or(Shown::UnderFive, |_| parts.shown_sum(four.iter().sum(), begin..end));
        let tells = lone_hidden(&four, weeks.get(begin..end).unwrap_or_default());
        sums.push(if tells { Shown::UnderFive } else { sum });
        end = begin;
    }
    Some(ShownWeeks { first, weeks, sums })
}

/// Whether exactly one of the weeks is hidden, so that the sum would give it away.
fn lone_hidden(counts: &[u64], shown: &[Shown]) -> bool {
    let hidden = counts.iter().zip(shown).filter(|(count, shown)| **shown != Shown::Count(**count)).count();
    hidden == 1
}

/// What else is shown of the same reports, week by week.
enum Parts {
    /// Nothing that adds up with it.
    Alone,
    /// The whole that this is a part of.
    OfWhole(WeeklyCounts),
    /// All agencies of the area, with the place of this one.
    Agencies(Vec<WeeklyCounts>, usize),
    /// All areas of the country.
    Areas(Vec<WeeklyCounts>),
}

impl Parts {
    fn of(reports: &[Report], last: Week, selection: &Selection, counts: &WeeklyCounts) -> Self {
        let whole = selection.whole();
        let split = |key: &dyn Fn(&Report) -> String| -> BTreeMap<String, WeeklyCounts> {
            let mut lists: BTreeMap<String, Vec<u64>> = BTreeMap::new();
            for report in reports.iter().filter(|report| whole.holds(report)) {
                let list = lists.entry(key(report)).or_insert_with(|| vec![0; counts.len()]);
                let place = usize::try_from(report.week.weeks_since(counts.week(0))).unwrap_or(usize::MAX);
                list.iter_mut().skip(place).take(1).for_each(|count| *count += 1);
            }
            lists.into_iter().map(|(key, list)| (key, WeeklyCounts::new(counts.week(0), list))).collect()
        };
        if let Some(agency) = &selection.agency {
            let all = split(&|report| report.agency.to_string());
            let place = all.keys().position(|key| key == agency.as_str()).unwrap_or(usize::MAX);
            return Self::Agencies(all.into_values().collect(), place);
        }
        if selection.demand.is_some() {
            let all = weekly(reports, last, |report| whole.holds(report), |report| whole.holds(report));
            return all.map_or(Self::Alone, Self::OfWhole);
        }
        if selection.area.is_none() {
            return Self::Areas(split(&|report| report.area.to_string()).into_values().collect());
        }
        Self::Alone
    }

    fn shown(&self, count: u64, index: usize) -> Shown {
        self.shown_sum(count, index..index + 1)
    }

    fn shown_sum(&self, count: u64, weeks: std::ops::Range<usize>) -> Shown {
        match self {
            Self::Alone => Shown::of(count),
            Self::OfWhole(whole) => part_of(count, whole.total(weeks)),
            Self::Agencies(all, place) => {
                let totals: Vec<u64> = all.iter().map(|agency| agency.total(weeks.clone())).collect();
                one_of(&totals, *place)
            }
            Self::Areas(all) => {
                // An area whose own sum is hidden must not be the only one.
                let own = |area: &WeeklyCounts| {
                    let weeks: Vec<u64> = weeks.clone().map(|index| area.get(index).unwrap_or(0)).collect();
                    one_way_table(&weeks).total
                };
                let hidden = all.iter().filter(|area| !matches!(own(area), Some(Shown::Count(_)))).count();
                if hidden == 1 {
                    return Shown::UnderFive;
                }
                let totals: Vec<u64> = all.iter().map(|area| area.total(weeks.clone())).collect();
                sum_of(&totals)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_hidden_with_its_rest() {
        assert_eq!(part_of(20, 23), Shown::UnderFive);
        assert_eq!(part_of(18, 23), Shown::Count(18));
        assert_eq!(part_of(23, 23), Shown::Count(23));
        assert_eq!(part_of(0, 3), Shown::UnderFive);
    }

    #[test]
    fn the_last_agency_cannot_be_had_by_subtraction() {
        let three = [10, 12, 3];
        assert_eq!(one_of(&three, 2), Shown::UnderFive);
        assert_eq!(one_of(&three, 0), Shown::UnderFive, "hidden with it");
        assert_eq!(one_of(&three, 1), Shown::Count(12));
        assert_eq!(one_of(&[1, 5], 1), Shown::UnderFive, "no choice protects six: both are hidden");
        assert_eq!(one_of(&[0, 9], 0), Shown::Count(0));
    }

    #[test]
    fn the_country_is_hidden_when_it_would_tell_of_one_area() {
        assert_eq!(sum_of(&[10, 12, 3]), Shown::UnderFive);
        assert_eq!(sum_of(&[10, 2, 3]), Shown::Count(15));
        assert_eq!(sum_of(&[10, 12]), Shown::Count(22));
    }
}
