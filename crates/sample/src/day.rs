//! Which day is it? Days and minutes as plain counts, quick enough for a million reports.
//!
//! Source of the conversions: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms" (public domain).

use std::fmt;

use jiff::civil::Date;

/// Minutes in a day.
pub(crate) const DAY_MINUTES: i64 = 24 * 60;

/// Days since 1 January 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub(crate) struct Day(pub i32);

impl Day {
    /// Year, month 1–12, day 1–31.
    pub fn civil(self) -> (i32, u32, u32) {
        let z = i64::from(self.0) + 719_468;
        let era = z.div_euclid(146_097);
        let day_of_era = z.rem_euclid(146_097);
        let year_of_era =
            (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted_month = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
        let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        (year as i32, month as u32, day as u32)
    }

    /// The day with this civil date.
    pub fn from_civil(year: i32, month: u32, day: u32) -> Self {
        let year = i64::from(year) - i64::from(month <= 2);
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        let shifted_month = i64::from((month + 9) % 12);
        let day_of_year = (153 * shifted_month + 2) / 5 + i64::from(day) - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        Self((era * 146_097 + day_of_era - 719_468) as i32)
    }

    /// 0 Monday … 6 Sunday.
    pub const fn weekday(self) -> usize {
        (self.0 + 3).rem_euclid(7) as usize
    }

    /// The day `days` later.
    pub const fn plus(self, days: i32) -> Self {
        Self(self.0 + days)
    }

    /// The first minute of the day.
    pub const fn minute(self) -> Minute {
        Minute(self.0 as i64 * DAY_MINUTES)
    }
}

impl From<Date> for Day {
    fn from(date: Date) -> Self {
        Self::from_civil(i32::from(date.year()), date.month() as u32, date.day() as u32)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.civil();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

/// Minutes since the start of 1 January 1970, UK civil time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) struct Minute(pub i64);

impl Minute {
    /// The day it falls on.
    pub const fn day(self) -> Day {
        Day(self.0.div_euclid(DAY_MINUTES) as i32)
    }

    /// Hour and minute of the day.
    pub const fn clock(self) -> (i64, i64) {
        let of_day = self.0.rem_euclid(DAY_MINUTES);
        (of_day / 60, of_day % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_agree_with_the_calendar_library() {
        let mut date = jiff::civil::date(2015, 1, 1);
        for _ in 0..8_000 {
            let day = Day::from(date);
            assert_eq!(day.to_string(), date.to_string());
            assert_eq!(day.weekday(), date.weekday().to_monday_zero_offset() as usize);
            date = date.tomorrow().unwrap();
        }
    }
}
