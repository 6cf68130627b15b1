//! Which past weeks is a week compared with, and which season does each belong to?
//!
//! Source: Noufaily et al. 2013, §3.3 (ten-level seasonal factor); Farrington et al. 1996, §3.3 (windows).
//! Differs: an anniversary is found by ISO week (default), by a fixed number of weeks, or by calendar date.

use crate::farrington::{BaselineTooShort, Config, Year};
use crate::glm::Row;
use crate::scattered_count::as_f64;
use crate::weekly_counts::WeeklyCounts;

/// The past weeks of one judged week. Season 0 is the time of year that is judged.
#[derive(Debug)]
pub(crate) struct Baseline {
    pub rows: Vec<Row>,
    /// Cases in the fullest week.
    pub largest: f64,
    /// Cases in all weeks.
    pub total: f64,
}

impl Baseline {
    /// The windows around the last `years_back` anniversaries of week `index` and, with more than one
    /// season, the weeks between them; never the `weeks_left_out` just before `index`.
    pub fn choose(counts: &WeeklyCounts, index: usize, config: &Config) -> Result<Self, BaselineTooShort> {
        let half = usize::from(config.half_window_weeks);
        let too_short = || BaselineTooShort {
            week: counts.week(index),
            years_back: config.years_back,
            years_available: years_before(counts, index, config),
        };
        let anniversaries: Vec<usize> = (0..=config.years_back)
            .rev()
            .map(|years| anniversary(counts, index, years, config.year).filter(|at| *at >= half))
            .collect::<Option<_>>()
            .ok_or_else(too_short)?;
        let end = index.saturating_sub(usize::from(config.weeks_left_out));

        let n_blocks = usize::from(config.n_seasons).saturating_sub(1);
        let mut rows = Vec::new();
        let mut take = |at: usize, level: usize| {
            if at < end
                && let Some(observed) = counts.get(at)
            {
                let week = as_f64(at as u64) - as_f64(index as u64);
                let offset = if config.population_offset { log_population(counts, at) } else { 0.0 };
                rows.push(Row { observed: as_f64(observed), level, week, offset });
            }
        };
        for (place, centre) in anniversaries.iter().copied().enumerate() {
            (centre - half..=centre + half).for_each(|at| take(at, 0));
            let Some(next) = anniversaries.get(place + 1).filter(|_| n_blocks > 0) else { continue };
            let between = centre + half + 1..next - half;
            let n_between = between.len();
            for (place, at) in between.enumerate() {
                take(at, 1 + block_of(place, n_between, n_blocks));
            }
        }
        let largest = rows.iter().map(|row| row.observed).fold(0.0, f64::max);
        let total = rows.iter().map(|row| row.observed).sum();
        Ok(Self { rows, largest, total })
    }
}

/// How many whole years of windows precede week `index`.
pub(crate) fn years_before(counts: &WeeklyCounts, index: usize, config: &Config) -> u16 {
    let half = usize::from(config.half_window_weeks);
    let reaches = |years: &u16| anniversary(counts, index, *years, config.year).is_some_and(|at| at >= half);
    let years = (1..=u16::MAX).take_while(reaches).count();
    u16::try_from(years).unwrap_or(u16::MAX)
}

/// The log of the people at risk in a week; 0 where the series carries none.
pub(crate) fn log_population(counts: &WeeklyCounts, index: usize) -> f64 {
    counts.population(index).map_or(0.0, f64::ln)
}

fn anniversary(counts: &WeeklyCounts, index: usize, years: u16, year: Year) -> Option<usize> {
    let week = counts.week(index);
    let then = match year {
        _ if years == 0 => return Some(index),
        Year::Weeks(n_weeks) => {
            return index.checked_sub(usize::from(years) * usize::from(n_weeks));
        }
        Year::IsoWeeks => week.same_week_years_ago(years)?,
        Year::CalendarDate => week.same_date_years_ago(years)?,
    };
    counts.index_of(then)
}

/// The block, from 0, of the `place`-th of `n_weeks` weeks cut into `n_blocks`: equal blocks, the
/// remaining weeks one each to the first.
fn block_of(place: usize, n_weeks: usize, n_blocks: usize) -> usize {
    let (size, n_longer) = (n_weeks / n_blocks, n_weeks % n_blocks);
    let in_longer = n_longer * (size + 1);
    if place < in_longer { place / (size + 1) } else { n_longer + (place - in_longer) / size.max(1) }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::week::Week;

    fn ten_years() -> WeeklyCounts {
        WeeklyCounts::new(Week::containing(date(2016, 1, 4)), vec![2; 522])
    }

    #[test]
    fn blocks_share_the_weeks_and_the_first_take_the_remainder() {
        let sizes = |n_weeks, n_blocks| -> Vec<usize> {
            let mut sizes = vec![0; n_blocks];
            (0..n_weeks).for_each(|place| sizes[block_of(place, n_weeks, n_blocks)] += 1);
            sizes
        };
        assert_eq!(sizes(45, 9), [5; 9]);
        assert_eq!(sizes(46, 9), [6, 5, 5, 5, 5, 5, 5, 5, 5]);
        assert_eq!(sizes(5, 9), [1, 1, 1, 1, 1, 0, 0, 0, 0]);
    }

    #[test]
    fn the_flexible_baseline_runs_from_the_first_window_to_half_a_year_ago() {
        let config = Config { year: Year::Weeks(52), ..Config::noufaily() };
        let rows = Baseline::choose(&ten_years(), 400, &config).unwrap().rows;
        assert_eq!(rows.first().map(|row| row.week), Some(-263.0));
        assert_eq!(rows.last().map(|row| row.week), Some(-27.0));
        assert_eq!(rows.len(), 237);
        assert_eq!(rows.iter().filter(|row| row.level == 0).count(), 35);
    }

    #[test]
    fn the_original_baseline_is_the_windows_alone() {
        let config = Config { year: Year::Weeks(52), ..Config::farrington_1996() };
        let rows = Baseline::choose(&ten_years(), 400, &config).unwrap().rows;
        assert_eq!(rows.len(), 35);
        assert_eq!(rows.last().map(|row| row.week), Some(-49.0));
    }

    #[test]
    fn iso_windows_sit_on_the_same_week_number() {
        let counts = ten_years();
        let index = counts.index_of(Week::containing(date(2025, 6, 18))).unwrap();
        let rows = Baseline::choose(&counts, index, &Config::farrington_1996()).unwrap().rows;
        let centres = rows.iter().skip(3).step_by(7);
        for (row, year) in centres.zip(2020..) {
            let at = index - (-row.week) as usize;
            assert_eq!(counts.week(at).to_string(), format!("{year}-W25"));
        }
    }

    #[test]
    fn a_short_baseline_says_how_long_it_is() {
        let error = Baseline::choose(&ten_years(), 200, &Config::noufaily()).unwrap_err();
        assert_eq!((error.years_back, error.years_available), (5, 3));
    }
}
