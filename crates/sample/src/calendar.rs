//! How many reports are to be expected where and when? Volume per area and day, from the tables.
//!
//! Monthly totals follow growth and the month factors exactly. Within a month schools report on school days
//! only (Mondays 1.4 times as often) and all others on any day, so a holiday month is carried by the others.
//! Each area and month is multiplied by a gamma factor: counts are negative binomial, as real ones are.

use crate::area::AREAS;
use crate::chance::Chance;
use crate::day::Day;
use crate::scenario::Scenario;
use crate::school_calendar::is_school_day;
use crate::tables;

/// Expected volume by area and day, as shares of all cases.
#[derive(Debug)]
pub(crate) struct Calendar {
    first: Day,
    /// Share of each day's first reports that come from schools.
    school_share: Vec<f64>,
    /// Areas in play, as positions in [`AREAS`], each with its running total up to and including each day.
    areas: Vec<(usize, Vec<f64>)>,
}

impl Calendar {
    /// Five years that end on `until`.
    pub fn new(scenario: Scenario, until: Day, chance: &mut Chance) -> Self {
        let (year, month, day) = until.civil();
        let first = Day::from_civil(year - 5, month, day.min(28)).plus(1);
        let days: Vec<Day> = (first.0..=until.0).map(Day).collect();
        let (total, school_share) = national(&days);
        let mut areas: Vec<(usize, Vec<f64>)> = scenario
            .areas()
            .into_iter()
            .map(|position| {
                let own_rate = match AREAS.get(position).map(|area| (area.slug, area.population)) {
                    Some(("cumbria", population)) => 1.6 * f64::from(population),
                    Some((_, population)) => chance.log_normal(1.0, 0.25) * f64::from(population),
                    None => 0.0,
                };
                let rate = own_rate * scenario.area_factor(position);
                let mut burst = (0, 1.0);
                let mut running = 0.0;
                let cumulative = days
                    .iter()
                    .zip(&total)
                    .map(|(day, national)| {
                        let (year, month, _) = day.civil();
                        let this_month = year * 12 + month as i32;
                        if burst.0 != this_month {
                            burst = (this_month, chance.gamma_mean_one(scenario.dispersion()));
                        }
                        running += national * rate * burst.1 * scenario.volume(position, *day, until);
                        running
                    })
                    .collect();
                (position, cumulative)
            })
            .collect();
        let all: f64 = areas.iter().filter_map(|(_, cumulative)| cumulative.last()).sum();
        for value in areas.iter_mut().flat_map(|(_, cumulative)| cumulative) {
            *value /= all;
        }
        Self { first, school_share, areas }
    }

    /// The first day.
    pub const fn first(&self) -> Day {
        self.first
    }

    /// The last day.
    pub fn until(&self) -> Day {
        self.first.plus(self.school_share.len() as i32 - 1)
    }

    /// The share of the day's first reports that come from schools.
    pub fn school_share(&self, day: Day) -> f64 {
        usize::try_from(day.0 - self.first.0)
            .ok()
            .and_then(|position| self.school_share.get(position))
            .copied()
            .unwrap_or(0.0)
    }

    /// How many of `n_cases` are to be expected in an area between two days.
    pub fn expected_cases(&self, area: usize, from: Day, to: Day, n_cases: usize) -> f64 {
        let mass: f64 = self
            .areas
            .iter()
            .filter(|(position, _)| *position == area)
            .map(|(_, cumulative)| self.mass(cumulative, from, to))
            .sum();
        mass * n_cases as f64
    }

    /// An area and a day, drawn by volume between two days; among `only`, when it is not empty.
    pub fn draw(&self, chance: &mut Chance, only: &[usize], from: Day, to: Day) -> (usize, Day) {
        let (from, to) = (from.max(self.first), to.min(self.until()));
        let masses: Vec<(usize, f64)> = self
            .areas
            .iter()
            .enumerate()
            .filter(|(_, (area, _))| only.is_empty() || only.contains(area))
            .map(|(position, (_, cumulative))| (position, self.mass(cumulative, from, to)))
            .collect();
        let chosen = chance.pick(&masses);
        let Some((area, cumulative)) = self.areas.get(chosen) else { return (0, to) };
        let low = self.before(cumulative, from);
        let target = low + chance.unit() * self.mass(cumulative, from, to);
        let position = cumulative.partition_point(|running| *running <= target);
        (*area, self.first.plus(position as i32).clamp(from, to))
    }

    /// First and last day of each month, with its share of the volume.
    pub fn months(&self) -> Vec<((i32, i32), f64)> {
        let mut months: Vec<((i32, i32), f64)> = Vec::new();
        for day in (self.first.0..=self.until().0).map(Day) {
            let volume: f64 = self.areas.iter().map(|(_, cumulative)| self.mass(cumulative, day, day)).sum();
            match months.last_mut() {
                Some(((_, last), share)) if Day(*last).civil().1 == day.civil().1 => {
                    *last = day.0;
                    *share += volume;
                }
                _ => months.push(((day.0, day.0), volume)),
            }
        }
        months
    }

    /// Is this area in play?
    pub fn holds(&self, area: usize) -> bool {
        self.areas.iter().any(|(position, _)| *position == area)
    }

    fn before(&self, cumulative: &[f64], day: Day) -> f64 {
        usize::try_from(day.0 - self.first.0 - 1)
            .ok()
            .and_then(|position| cumulative.get(position.min(cumulative.len() - 1)))
            .copied()
            .unwrap_or(0.0)
    }

    fn mass(&self, cumulative: &[f64], from: Day, to: Day) -> f64 {
        (self.before(cumulative, to.plus(1)) - self.before(cumulative, from)).max(0.0)
    }
}

/// National volume per day, and the share of it that schools report.
fn national(days: &[Day]) -> (Vec<f64>, Vec<f64>) {
    let base: Vec<f64> = days
        .iter()
        .map(|day| {
            let (_, month, _) = day.civil();
            growth(*day) * tables::MONTH_FACTORS.get(month as usize - 1).copied().unwrap_or(1.0)
        })
        .collect();
    let school_weight: Vec<f64> = days
        .iter()
        .map(|day| match (is_school_day(*day), day.weekday()) {
            (true, 0) => 1.4,
            (true, _) => 1.0,
            (false, _) => 0.0,
        })
        .collect();
    let all: f64 = base.iter().sum();
    let weighted: f64 = base.iter().zip(&school_weight).map(|(b, w)| b * w).sum();
    let per_weight = tables::ENTERING_SCHOOL / 100.0 * all / weighted.max(f64::MIN_POSITIVE);

    let (mut total, mut share) = (Vec::new(), Vec::new());
    let mut start = 0;
    while let Some(first) = days.get(start) {
        let month = first.civil().1;
        let n = days.iter().skip(start).take_while(|day| day.civil().1 == month).count();
        let month_total: f64 = base.iter().skip(start).take(n).sum();
        let rows = || days.iter().zip(&base).zip(&school_weight).skip(start).take(n);
        let school_total: f64 = rows().map(|((_, b), w)| b * w * per_weight).sum();
        // Schools cannot report more than the month holds; a few days at the edge of the span could.
        let squeeze = (0.95 * month_total / school_total.max(f64::MIN_POSITIVE)).min(1.0);
        let others = month_total - school_total * squeeze;
        let other_weight = |day: &Day, b: &f64| if day.weekday() > 4 { 0.8 * b } else { *b };
        let other_weights: f64 = rows().map(|((day, b), _)| other_weight(day, b)).sum();
        for ((day, b), w) in rows() {
            let school = b * w * per_weight * squeeze;
            let other = others * other_weight(day, b) / other_weights;
            total.push(school + other);
            share.push(school / (school + other));
        }
        start += n;
    }
    (total, share)
}

/// Volume relative to 2024: straight lines between the middles of the years, level outside.
fn growth(day: Day) -> f64 {
    let (year, _, _) = day.civil();
    let middle = |year: i32| Day::from_civil(year, 7, 2);
    let level = |year: i32| {
        let first = tables::YEAR_LEVELS.first().copied().unwrap_or((year, 1.0));
        let last = tables::YEAR_LEVELS.last().copied().unwrap_or((year, 1.0));
        let clamped = year.clamp(first.0, last.0);
        tables::YEAR_LEVELS.iter().find(|(y, _)| *y == clamped).map_or(1.0, |(_, level)| *level)
    };
    let left = if day < middle(year) { year - 1 } else { year };
    let along = f64::from(day.0 - middle(left).0) / 365.25;
    level(left) + (level(left + 1) - level(left)) * along.clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const UNTIL: (i32, u32, u32) = (2026, 11, 22);

    fn days() -> Vec<Day> {
        let until = Day::from_civil(UNTIL.0, UNTIL.1, UNTIL.2);
        (Day::from_civil(2021, 11, 23).0..=until.0).map(Day).collect()
    }

    #[test]
    fn months_keep_their_factors_and_schools_their_share() {
        let days = days();
        let (total, share) = national(&days);
        let sum = |keep: &dyn Fn(i32, u32) -> bool| -> f64 {
            days.iter()
                .zip(&total)
                .filter(|(day, _)| keep(day.civil().0, day.civil().1))
                .map(|(_, v)| v)
                .sum()
        };
        let august = sum(&|year, month| year == 2025 && month == 8);
        let july = sum(&|year, month| year == 2025 && month == 7);
        assert!((august / july - 0.90 / 1.02).abs() < 0.03, "{}", august / july);
        let school: f64 = total.iter().zip(&share).map(|(v, s)| v * s).sum();
        assert!((school / total.iter().sum::<f64>() - 0.42).abs() < 0.01);
    }

    #[test]
    fn volume_grows_from_year_to_year() {
        let days = days();
        let (total, _) = national(&days);
        let year = |y: i32| -> f64 {
            days.iter().zip(&total).filter(|(day, _)| day.civil().0 == y).map(|(_, v)| v).sum()
        };
        assert!((year(2025) / year(2024) - 1.6).abs() < 0.12, "{}", year(2025) / year(2024));
    }

    #[test]
    fn draws_fall_into_the_window_and_the_area() {
        let mut chance = Chance::new(5, 0);
        let until = Day::from_civil(UNTIL.0, UNTIL.1, UNTIL.2);
        let calendar = Calendar::new(Scenario::National, until, &mut chance);
        assert_eq!(calendar.until(), until);
        let from = until.plus(-9);
        for _ in 0..500 {
            let (area, day) = calendar.draw(&mut chance, &[8], from, until.plus(3));
            assert!(area == 8 && day >= from && day <= until);
        }
        assert_eq!(calendar.draw(&mut chance, &[], from, from).1, from);
    }
}
