//! Which detectors are there, by what name are they called, and how is one asked?

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use crate::verdict::Verdict;
use crate::weekly_counts::WeeklyCounts;
use crate::{cusum, ears, farrington};

/// A detector's name, as the command line and the pages give it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Method {
    /// Noufaily 2013: all past weeks, ten seasons.
    FarringtonFlexible,
    /// Farrington 1996: the same weeks of past years.
    Farrington,
    /// The last seven weeks.
    EarsC1,
    /// Seven weeks, the last two left out.
    EarsC2,
    /// C2 over three weeks.
    EarsC3,
    /// Small excesses added up.
    Cusum,
}

impl Method {
    /// Every method there is, in the order pages list them.
    pub const ALL: [Self; 6] =
        [Self::FarringtonFlexible, Self::Farrington, Self::EarsC1, Self::EarsC2, Self::EarsC3, Self::Cusum];

    /// Its name: `farrington-flexible`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::FarringtonFlexible => "farrington-flexible",
            Self::Farrington => "farrington",
            Self::EarsC1 => "ears-c1",
            Self::EarsC2 => "ears-c2",
            Self::EarsC3 => "ears-c3",
            Self::Cusum => "cusum",
        }
    }

    /// What it compares a week with, in a sentence for its reader.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::FarringtonFlexible => {
                "Compares the week with all weeks of past years, allowing for season, trend and past outbreaks."
            }
            Self::Farrington => "Compares the week with the same weeks of past years.",
            Self::EarsC1 => "Compares the week with the seven weeks before it.",
            Self::EarsC2 => "Compares the week with seven weeks, leaving out the last two.",
            Self::EarsC3 => "Adds up three weeks, each compared with seven weeks, leaving out two.",
            Self::Cusum => "Adds up small excesses over a year that was taken as normal.",
        }
    }

    /// The detector with its published settings.
    pub fn detector(self) -> Detector {
        match self {
            Self::FarringtonFlexible => Detector::Farrington(farrington::Config::noufaily()),
            Self::Farrington => Detector::Farrington(farrington::Config::farrington_1996()),
            Self::EarsC1 => Detector::Ears(ears::Config::published(ears::Variant::C1)),
            Self::EarsC2 => Detector::Ears(ears::Config::published(ears::Variant::C2)),
            Self::EarsC3 => Detector::Ears(ears::Config::published(ears::Variant::C3)),
            Self::Cusum => Detector::Cusum(cusum::Config::default()),
        }
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A name that no detector has.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{0}` is not an available method")]
pub struct UnknownMethod(pub String);

impl FromStr for Method {
    type Err = UnknownMethod;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|method| method.name() == name);
        found.ok_or_else(|| UnknownMethod(name.to_owned()))
    }
}

/// A detector with its settings.
#[derive(Debug, Clone, PartialEq)]
pub enum Detector {
    /// Farrington, in any configuration.
    Farrington(farrington::Config),
    /// EARS C1, C2 or C3.
    Ears(ears::Config),
    /// Poisson CUSUM.
    Cusum(cusum::Config),
}

/// Why a series or one of its weeks could not be judged.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum DetectorError {
    /// From Farrington.
    #[error(transparent)]
    Farrington(#[from] farrington::FarringtonError),
    /// From EARS.
    #[error(transparent)]
    Ears(#[from] ears::EarsError),
    /// From CUSUM.
    #[error(transparent)]
    Cusum(#[from] cusum::CusumError),
}

impl Detector {
    /// Judges every week of `counts` from the first that has its whole baseline, in order.
    ///
    /// # Errors
    /// The error of the first week that cannot be judged; with too short a series that of its last week.
    pub fn judge_all(&self, counts: &WeeklyCounts) -> Result<Vec<Verdict>, DetectorError> {
        let end = counts.len();
        let from = |first: usize| first.min(end.saturating_sub(1))..end;
        match self {
            Self::Farrington(config) => {
                let weeks = from(config.first_week(counts).unwrap_or(end));
                let verdicts = farrington::judge_weeks(counts, weeks, config);
                Ok(verdicts.into_iter().collect::<Result<_, _>>()?)
            }
            Self::Ears(config) => {
                let verdicts = ears::judge_weeks(counts, from(config.first_week()), config);
                Ok(verdicts.into_iter().collect::<Result<_, _>>()?)
            }
            Self::Cusum(config) => Ok(cusum::judge_weeks(counts, 0..end, config)?),
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::week::Week;

    #[test]
    fn names_are_read_back() {
        for method in Method::ALL {
            assert_eq!(method.name().parse(), Ok(method));
        }
        assert_eq!("glr-nb".parse::<Method>(), Err(UnknownMethod("glr-nb".into())));
    }

    #[test]
    fn each_method_judges_from_its_first_week_to_the_last() {
        let counts =
            WeeklyCounts::new(Week::containing(date(2016, 1, 4)), (0..400).map(|i| 3 + i % 3).collect());
        for (method, n_judged) in Method::ALL.into_iter().zip([136, 136, 393, 391, 389, 348]) {
            let verdicts = method.detector().judge_all(&counts).unwrap();
            assert_eq!(verdicts.len(), n_judged, "{method}");
            assert_eq!(verdicts.last().unwrap().week, counts.week(399), "{method}");
        }
    }

    #[test]
    fn a_series_too_short_is_an_error_not_an_empty_answer() {
        let counts = WeeklyCounts::new(Week::containing(date(2026, 1, 5)), vec![1; 5]);
        for method in Method::ALL {
            assert!(method.detector().judge_all(&counts).is_err(), "{method}");
        }
    }
}
