//! Which week is it? An ISO week, Monday to Sunday, named by its Monday.

use std::fmt;

use jiff::ToSpan;
use jiff::civil::{Date, ISOWeekDate, Weekday};

/// An ISO 8601 week. Ordered by time; prints as `2026-W05`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Week {
    monday: Date,
}

impl Week {
    /// The week that holds `date`.
    pub fn containing(date: Date) -> Self {
        let days_past_monday = i64::from(date.weekday().to_monday_zero_offset());
        Self { monday: date.saturating_sub(days_past_monday.days()) }
    }

    /// Its Monday.
    pub const fn monday(self) -> Date {
        self.monday
    }

    /// The week `n_weeks` later, or earlier when negative.
    #[must_use]
    pub fn plus(self, n_weeks: i64) -> Self {
        Self { monday: self.monday.saturating_add(n_weeks.weeks()) }
    }

    /// How many weeks lie between `earlier` and this one; negative when it is the later one.
    pub fn weeks_since(self, earlier: Self) -> i64 {
        let days = self.monday.duration_since(earlier.monday).as_hours() / 24;
        days.div_euclid(7)
    }

    /// The week of the same ISO number `n_years` ISO years earlier. Week 53 becomes week 52 where
    /// that year has no week 53.
    #[must_use]
    pub fn same_week_years_ago(self, n_years: u16) -> Option<Self> {
        let here = self.monday.iso_week_date();
        let year = here.year().checked_sub_unsigned(n_years)?;
        let monday = |number| ISOWeekDate::new(year, number, Weekday::Monday).ok();
        monday(here.week()).or_else(|| monday(52)).map(|found| Self { monday: found.date() })
    }

    /// The week whose Monday is nearest to this Monday's calendar date `n_years` earlier.
    #[must_use]
    pub fn same_date_years_ago(self, n_years: u16) -> Option<Self> {
        let date = self.monday.checked_sub(i64::from(n_years).years()).ok()?;
        Some(Self::containing(date.checked_add(3.days()).ok()?))
    }
}

impl fmt::Display for Week {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let here = self.monday.iso_week_date();
        write!(f, "{:04}-W{:02}", here.year(), here.week())
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[track_caller]
    fn check(day: Date, name: &str, year_ago: &str, date_year_ago: &str) {
        let week = Week::containing(day);
        assert_eq!(week.to_string(), name);
        assert_eq!(week.same_week_years_ago(1).unwrap().to_string(), year_ago);
        assert_eq!(week.same_date_years_ago(1).unwrap().to_string(), date_year_ago);
    }

    #[test]
    fn weeks_are_iso_weeks() {
        check(date(2026, 7, 1), "2026-W27", "2025-W27", "2025-W27");
        check(date(2025, 12, 29), "2026-W01", "2025-W01", "2025-W01");
        check(date(2026, 12, 31), "2026-W53", "2025-W52", "2026-W01");
        check(date(2027, 1, 3), "2026-W53", "2025-W52", "2026-W01");
    }

    #[test]
    fn arithmetic_crosses_new_year() {
        let week = Week::containing(date(2026, 12, 31));
        assert_eq!(week.plus(1).to_string(), "2027-W01");
        assert_eq!(week.plus(1).weeks_since(week), 1);
        assert_eq!(week.weeks_since(week.plus(60)), -60);
    }
}
