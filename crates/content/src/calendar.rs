//! Was school open on that day? Schools are where most children tell, so weekly counts follow their terms.
//!
//! Source: dates typical of English local authorities; each authority sets its own, so they are marked
//! unverified in the file. Differs: Welsh and independent schools are not told apart.

use jiff::civil::{Date, Weekday};

use crate::problem::{Check, Findings, Place};
use crate::section::Section;

/// A school term with its half-term break.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// Its name: `Autumn 2026`.
    pub name: String,
    /// First day of school.
    pub first_day: Date,
    /// Last day of school.
    pub last_day: Date,
    /// First day of the half-term break.
    pub half_term_from: Date,
    /// Last day of the half-term break.
    pub half_term_to: Date,
    /// Where it is written.
    pub place: Place,
}

/// A public holiday in England and Wales.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BankHoliday {
    /// Its name.
    pub name: String,
    /// Its day.
    pub day: Date,
    /// Where it is written.
    pub place: Place,
}

/// Terms and bank holidays.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Calendar {
    terms: Vec<Term>,
    bank_holidays: Vec<BankHoliday>,
}

impl Calendar {
    /// All terms, first to last.
    pub fn terms(&self) -> &[Term] {
        &self.terms
    }

    /// All bank holidays, first to last.
    pub fn bank_holidays(&self) -> &[BankHoliday] {
        &self.bank_holidays
    }

    /// The term that a day lies in, half-term breaks and weekends included.
    pub fn term(&self, day: Date) -> Option<&Term> {
        self.terms.iter().find(|term| (term.first_day..=term.last_day).contains(&day))
    }

    /// Whether it is a bank holiday.
    pub fn is_bank_holiday(&self, day: Date) -> bool {
        self.bank_holidays.iter().any(|holiday| holiday.day == day)
    }

    /// Whether most schools are open; `None` before the first and after the last known term.
    pub fn is_school_day(&self, day: Date) -> Option<bool> {
        let (first, last) = (self.terms.first()?, self.terms.last()?);
        if !(first.first_day..=last.last_day).contains(&day) {
            return None;
        }
        let open = self.term(day).is_some_and(|term| {
            let at_home = (term.half_term_from..=term.half_term_to).contains(&day);
            let weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
            !at_home && !weekend && !self.is_bank_holiday(day)
        });
        Some(open)
    }
}

/// Reads `calendar/england-school-terms.toml`.
pub(crate) fn read_terms(section: &mut Section<'_>, calendar: &mut Calendar) {
    for mut table in section.tables("term") {
        let place = table.place();
        let name = table.text("name");
        let days = [
            table.date("first_day"),
            table.date("half_term_from"),
            table.date("half_term_to"),
            table.date("last_day"),
        ];
        table.finish();
        let [Some(first_day), Some(half_term_from), Some(half_term_to), Some(last_day)] = days else {
            continue;
        };
        calendar.terms.push(Term { name, first_day, last_day, half_term_from, half_term_to, place });
    }
}

/// Reads `calendar/bank-holidays.toml`.
pub(crate) fn read_bank_holidays(section: &mut Section<'_>, calendar: &mut Calendar) {
    for mut table in section.tables("holiday") {
        let place = table.place();
        let (name, day) = (table.text("name"), table.date("day"));
        table.finish();
        if let Some(day) = day {
            calendar.bank_holidays.push(BankHoliday { name, day, place });
        }
    }
}

/// Fewest bank holidays that England and Wales have in a year.
const BANK_HOLIDAYS_A_YEAR: usize = 8;

/// Meaning: days in their order, terms apart, no year with too few holidays.
pub(crate) fn check(calendar: &Calendar, findings: &Findings) {
    let order = |place: &Place, message: String, hint: &str| {
        findings.at(place, Check::CalendarOrder, message, hint);
    };
    for term in &calendar.terms {
        let days = [term.first_day, term.half_term_from, term.half_term_to, term.last_day];
        if !days.is_sorted() {
            order(
                &term.place,
                format!("the days of `{}` are not in their order", term.name),
                "first day, half-term break, last day",
            );
        }
    }
    for (before, after) in calendar.terms.iter().zip(calendar.terms.iter().skip(1)) {
        if after.first_day <= before.last_day {
            order(
                &after.place,
                format!("`{}` begins before `{}` has ended", after.name, before.name),
                "put terms in their order, without overlap",
            );
        }
    }
    for (before, after) in calendar.bank_holidays.iter().zip(calendar.bank_holidays.iter().skip(1)) {
        if after.day <= before.day {
            order(
                &after.place,
                format!("{} does not come after {}", after.day, before.day),
                "put holidays in their order, each once",
            );
        }
    }
    let mut holidays = calendar.bank_holidays.as_slice();
    while let Some(first) = holidays.first() {
        let year = first.day.year();
        let n = holidays.iter().take_while(|holiday| holiday.day.year() == year).count();
        if n < BANK_HOLIDAYS_A_YEAR {
            order(
                &first.place,
                format!("{year} has {n} bank holidays"),
                "England and Wales have at least eight in each year; add the missing ones",
            );
        }
        holidays = holidays.get(n..).unwrap_or_default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Content;

    #[track_caller]
    fn check(day: &str, expected: Option<bool>) {
        let (content, _) = Content::embedded();
        assert_eq!(content.calendar().is_school_day(day.parse().unwrap()), expected, "{day}");
    }

    #[test]
    fn school_days() {
        check("2026-11-23", Some(true)); // a Monday in term
        check("2026-11-22", Some(false)); // a Sunday
        check("2026-10-28", Some(false)); // half-term
        check("2026-08-12", Some(false)); // summer
        check("2022-05-02", Some(false)); // a bank holiday inside a term
        check("2019-03-04", None);
        check("2035-03-05", None);
    }

    /// Easter Sunday by the anonymous Gregorian rule (Meeus, Astronomical Algorithms, chapter 8).
    fn easter(year: i16) -> Date {
        let y = i32::from(year);
        let (a, b, c) = (y % 19, y / 100, y % 100);
        let (d, e, f) = (b / 4, b % 4, (b + 8) / 25);
        let g = (b - f + 1) / 3;
        let h = (19 * a + b - d - g + 15) % 30;
        let (i, k) = (c / 4, c % 4);
        let l = (32 + 2 * e + 2 * i - h - k) % 7;
        let m = (a + 11 * h + 22 * l) / 451;
        let month = (h + l - 7 * m + 114) / 31;
        let day = (h + l - 7 * m + 114) % 31 + 1;
        Date::new(year, i8::try_from(month).unwrap(), i8::try_from(day).unwrap()).unwrap()
    }

    #[test]
    fn good_friday_and_easter_monday_follow_the_moon() {
        let (content, _) = Content::embedded();
        for year in 2021..=2027 {
            let sunday = easter(year);
            assert!(
                content.calendar().is_bank_holiday(sunday.saturating_sub(jiff::Span::new().days(2))),
                "{year}"
            );
            assert!(content.calendar().is_bank_holiday(sunday.tomorrow().unwrap()), "{year}");
        }
    }

    #[test]
    fn no_bank_holiday_falls_on_a_weekend() {
        let (content, _) = Content::embedded();
        for holiday in content.calendar().bank_holidays() {
            let weekday = holiday.day.weekday();
            assert!(!matches!(weekday, Weekday::Saturday | Weekday::Sunday), "{} {weekday:?}", holiday.day);
        }
    }

    #[test]
    fn every_year_from_2021_to_2027_is_covered() {
        let (content, _) = Content::embedded();
        for year in 2021..=2027_i16 {
            let spring = Date::new(year, 3, 10).unwrap();
            let autumn = Date::new(year, 11, 17).unwrap();
            assert!(content.calendar().term(spring).is_some(), "spring {year}");
            assert!(content.calendar().term(autumn).is_some(), "autumn {year}");
        }
    }
}
