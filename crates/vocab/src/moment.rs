//! When was it, and how exactly do we know? A time with its precision: "in March" is not "1 March, midnight".

use std::fmt;
use std::str::FromStr;

use jiff::civil::{Date, DateTime};

/// How exactly a moment is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Precision {
    /// To the minute.
    Minute,
    /// To the hour.
    Hour,
    /// To the day.
    Day,
    /// To the month.
    Month,
    /// To the year.
    Year,
}

/// A local (UK civil) time with its precision.
///
/// Text forms: `2026-03-14T21:40` (minute), `2026-03-14T21` (hour), `2026-03-14`, `2026-03`, `2026`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment {
    earliest: DateTime,
    precision: Precision,
}

/// The text is not a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a date: use `2026-03-14`, `2026-03-14T21:40`, or `2026-03` when only the month is known")]
pub struct MomentError;

impl Moment {
    /// A whole day.
    pub fn day(date: Date) -> Self {
        Self { earliest: date.at(0, 0, 0, 0), precision: Precision::Day }
    }

    /// The first instant that it can have been.
    pub const fn earliest(&self) -> DateTime {
        self.earliest
    }

    /// The day it began on (the first day of the month or year where only those are known).
    pub fn date(&self) -> Date {
        self.earliest.date()
    }

    /// How exactly it is known.
    pub const fn precision(&self) -> Precision {
        self.precision
    }
}

impl FromStr for Moment {
    type Err = MomentError;

    fn from_str(text: &str) -> Result<Self, MomentError> {
        let (date, time) = text.split_once(['T', ' ']).map_or((text, None), |(d, t)| (d, Some(t)));
        let n_dashes = date.bytes().filter(|b| *b == b'-').count();
        let (full, date_precision) = match n_dashes {
            0 => (format!("{date}-01-01"), Precision::Year),
            1 => (format!("{date}-01"), Precision::Month),
            _ => (date.to_owned(), Precision::Day),
        };
        if full.len() != 10 {
            return Err(MomentError);
        }
        let day: Date = full.parse().map_err(|_| MomentError)?;
        let Some(time) = time else {
            return Ok(Self { earliest: day.at(0, 0, 0, 0), precision: date_precision });
        };
        if date_precision != Precision::Day {
            return Err(MomentError);
        }
        let (hour, minute) = time.split_once(':').map_or((time, None), |(h, m)| (h, Some(m)));
        let hour: i8 = hour.parse().map_err(|_| MomentError)?;
        let precision = if minute.is_some() { Precision::Minute } else { Precision::Hour };
        let minute: i8 =
            minute.and_then(|m| m.get(..2)).map_or(Ok(0), str::parse).map_err(|_| MomentError)?;
        let clock = jiff::civil::Time::new(hour, minute, 0, 0).map_err(|_| MomentError)?;
        Ok(Self { earliest: day.to_datetime(clock), precision })
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let form = match self.precision {
            Precision::Minute => "%Y-%m-%dT%H:%M",
            Precision::Hour => "%Y-%m-%dT%H",
            Precision::Day => "%Y-%m-%d",
            Precision::Month => "%Y-%m",
            Precision::Year => "%Y",
        };
        write!(f, "{}", self.earliest.strftime(form))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_precision_survives_its_text() {
        for text in ["2026-03-14T21:40", "2026-03-14T21", "2026-03-14", "2026-03", "2026"] {
            let moment: Moment = text.parse().unwrap();
            assert_eq!(moment.to_string(), text);
        }
    }

    #[test]
    fn impossible_days_are_refused() {
        for text in ["2026-02-30", "14/03/2026", "2026-13", "yesterday", "", "2026-03T10"] {
            assert!(text.parse::<Moment>().is_err(), "{text}");
        }
    }
}
