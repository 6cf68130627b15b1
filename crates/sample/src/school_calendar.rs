//! Is it a school day? A plain English school year, the same every year and everywhere (an assumption).

use crate::day::Day;

/// Monday to Friday in term time, without half-terms, the Easter fortnight and the early May holiday.
pub(crate) fn is_school_day(day: Day) -> bool {
    let (year, month, day_of_month) = day.civil();
    let weekday = day.weekday();
    if weekday > 4 {
        return false;
    }
    let holidays = match month {
        1 => day_of_month <= 4,
        7 => day_of_month >= 22,
        8 => true,
        9 => day_of_month <= 2,
        12 => day_of_month >= 20,
        _ => false,
    };
    let (_, monday_month, monday) = day.plus(-(weekday as i32)).civil();
    let half_term = matches!((monday_month, monday), (2, 12..=18) | (5, 25..=31) | (10, 25..=31));
    let early_may = month == 5 && weekday == 0 && day_of_month <= 7;
    let easter = easter_sunday(year);
    let easter_fortnight = day >= easter.plus(-6) && day <= easter.plus(5);
    !(holidays || half_term || early_may || easter_fortnight)
}

/// The next school day on or after `day`, if one comes within `within` days.
pub(crate) fn next_school_day(day: Day, within: i32) -> Option<Day> {
    (0..=within).map(|step| day.plus(step)).find(|candidate| is_school_day(*candidate))
}

/// Easter Sunday (the anonymous Gregorian computus, Nature 1876).
fn easter_sunday(year: i32) -> Day {
    let a = year % 19;
    let (b, c) = (year / 100, year % 100);
    let (d, e) = (b / 4, b % 4);
    let f = (b + 8) / 25;
    let g = (b - f + 1) / 3;
    let h = (19 * a + b - d - g + 15) % 30;
    let (i, k) = (c / 4, c % 4);
    let l = (32 + 2 * e + 2 * i - h - k) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let month = (h + l - 7 * m + 114) / 31;
    let day = (h + l - 7 * m + 114) % 31 + 1;
    Day::from_civil(year, month as u32, day as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn easter_as_printed_in_diaries() {
        for (year, expected) in [(2024, "2024-03-31"), (2025, "2025-04-20"), (2026, "2026-04-05")] {
            assert_eq!(easter_sunday(year).to_string(), expected);
        }
    }

    #[test]
    fn a_school_year_has_about_190_days() {
        for year in 2021..2028 {
            let first = Day::from_civil(year, 1, 1);
            let n = (0..365).filter(|step| is_school_day(first.plus(*step))).count();
            assert!((183..=197).contains(&n), "{year}: {n}");
        }
    }

    #[test]
    fn nobody_is_at_school_at_christmas_or_in_august() {
        assert!(!is_school_day(Day::from_civil(2026, 8, 12)));
        assert!(!is_school_day(Day::from_civil(2025, 12, 24)));
        assert!(is_school_day(Day::from_civil(2026, 11, 12)));
        assert_eq!(next_school_day(Day::from_civil(2026, 10, 24), 14), Some(Day::from_civil(2026, 11, 2)));
    }
}
