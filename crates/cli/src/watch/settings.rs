//! How is the detector set? By its method, a TOML file and the call, in this order.

use daymark_surveillance::farrington::{Bound, Compat, Year};
use daymark_surveillance::{Detector, Method};
use serde::Deserialize;

use super::problem::Problem;
use super::{Detect, YearsBack};
use crate::whole_file::read_whole;

/// Settings as a TOML file gives them; what is absent stays as the method has it.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
struct Settings {
    alpha: Option<f64>,
    years_back: Option<u16>,
    half_window_weeks: Option<u16>,
    weeks_left_out: Option<u16>,
    n_seasons: Option<u16>,
    year: Option<YearSetting>,
    reweight_above: Option<f64>,
    trend_p_below: Option<f64>,
    trend_from_years: Option<u16>,
    bound: Option<BoundSetting>,
    fewest_cases: Option<u64>,
    fewest_cases_weeks: Option<u16>,
    population_offset: Option<bool>,
    compat: Option<CompatSetting>,
    n_baseline_weeks: Option<u16>,
    n_learning_weeks: Option<u16>,
    reference_value: Option<f64>,
    decision_interval: Option<f64>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(untagged)]
enum YearSetting {
    Weeks(u16),
    Named(NamedYear),
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum NamedYear {
    IsoWeeks,
    CalendarDate,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum BoundSetting {
    NegativeBinomial,
    NegativeBinomialOfUpperMean,
    TwoThirdsPower,
}

#[derive(Debug, Clone, Copy, Deserialize)]
enum CompatSetting {
    #[serde(rename = "corrected")]
    Corrected,
    R,
}

fn set<T: Clone>(target: &mut T, given: Option<&T>) {
    if let Some(value) = given {
        target.clone_from(value);
    }
}

pub(super) fn detector_of(detect: &Detect) -> anyhow::Result<Result<Detector, Problem>> {
    let mut settings = Settings::default();
    if let Some(path) = &detect.config {
        let text = read_whole(path)?;
        match toml::from_str(&text) {
            Ok(read) => settings = read,
            Err(error) => {
                let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or("");
                return Ok(Err(Problem {
                    file: path.display().to_string(),
                    line: before.matches('\n').count() as u64 + 1,
                    column: before.rsplit('\n').next().map_or(1, |line| line.chars().count() as u64 + 1),
                    message: error.message().replace('\n', " "),
                    hint: "settings and their meaning: `docs/designs/surveillance.md`",
                }));
            }
        }
    }
    settings.alpha = detect.alpha.or(settings.alpha);
    if let Some(YearsBack::Exactly(years)) = detect.years_back {
        settings.years_back = Some(years);
    }
    let refused = |message: String| Problem {
        file: detect.config.as_ref().map_or("the call".to_owned(), |path| path.display().to_string()),
        line: 1,
        column: 1,
        message,
        hint: "leave it out, or choose a method that has it",
    };
    let method: Method = detect.method.parse()?;
    let foreign = settings.foreign_to(&method.detector());
    if let Some(name) = foreign.first() {
        return Ok(Err(refused(format!("`{method}` has no setting `{name}`"))));
    }
    Ok(Ok(settings.applied_to(method.detector())))
}

impl Settings {
    /// Names of the settings given that this detector does not have.
    fn foreign_to(&self, detector: &Detector) -> Vec<&'static str> {
        let farrington = [
            ("years_back", self.years_back.is_some()),
            ("half_window_weeks", self.half_window_weeks.is_some()),
            ("weeks_left_out", self.weeks_left_out.is_some()),
            ("n_seasons", self.n_seasons.is_some()),
            ("year", self.year.is_some()),
            ("reweight_above", self.reweight_above.is_some()),
            ("trend_p_below", self.trend_p_below.is_some()),
            ("trend_from_years", self.trend_from_years.is_some()),
            ("bound", self.bound.is_some()),
            ("fewest_cases", self.fewest_cases.is_some()),
            ("fewest_cases_weeks", self.fewest_cases_weeks.is_some()),
            ("population_offset", self.population_offset.is_some()),
            ("compat", self.compat.is_some()),
        ];
        let alpha = [("alpha", self.alpha.is_some())];
        let ears = [("n_baseline_weeks", self.n_baseline_weeks.is_some())];
        let cusum = [
            ("n_learning_weeks", self.n_learning_weeks.is_some()),
            ("reference_value", self.reference_value.is_some()),
            ("decision_interval", self.decision_interval.is_some()),
        ];
        let foreign: Vec<&[(&'static str, bool)]> = match detector {
            Detector::Farrington(_) => vec![&ears, &cusum],
            Detector::Ears(_) => vec![&farrington, &cusum],
            Detector::Cusum(_) => vec![&alpha, &farrington, &ears],
        };
        foreign.into_iter().flatten().filter(|(_, given)| *given).map(|(name, _)| *name).collect()
    }

    fn applied_to(&self, mut detector: Detector) -> Detector {
        match &mut detector {
            Detector::Farrington(config) => {
                set(&mut config.alpha, self.alpha.as_ref());
                set(&mut config.years_back, self.years_back.as_ref());
                set(&mut config.half_window_weeks, self.half_window_weeks.as_ref());
                set(&mut config.weeks_left_out, self.weeks_left_out.as_ref());
                set(&mut config.n_seasons, self.n_seasons.as_ref());
                set(&mut config.trend_p_below, self.trend_p_below.as_ref());
                set(&mut config.trend_from_years, self.trend_from_years.as_ref());
                set(&mut config.fewest_cases, self.fewest_cases.as_ref());
                set(&mut config.fewest_cases_weeks, self.fewest_cases_weeks.as_ref());
                set(&mut config.population_offset, self.population_offset.as_ref());
                if let Some(limit) = self.reweight_above {
                    config.reweight_above = Some(limit);
                }
                if let Some(year) = self.year {
                    config.year = match year {
                        YearSetting::Weeks(n_weeks) => Year::Weeks(n_weeks),
                        YearSetting::Named(NamedYear::IsoWeeks) => Year::IsoWeeks,
                        YearSetting::Named(NamedYear::CalendarDate) => Year::CalendarDate,
                    };
                }
                if let Some(bound) = self.bound {
                    config.bound = match bound {
                        BoundSetting::NegativeBinomial => Bound::NegativeBinomial,
                        BoundSetting::NegativeBinomialOfUpperMean => Bound::NegativeBinomialOfUpperMean,
                        BoundSetting::TwoThirdsPower => Bound::TwoThirdsPower,
                    };
                }
                if let Some(compat) = self.compat {
                    config.compat = match compat {
                        CompatSetting::Corrected => Compat::Corrected,
                        CompatSetting::R => Compat::R,
                    };
                }
            }
            Detector::Ears(config) => {
                set(&mut config.alpha, self.alpha.as_ref());
                set(&mut config.n_baseline_weeks, self.n_baseline_weeks.as_ref());
            }
            Detector::Cusum(config) => {
                set(&mut config.n_learning_weeks, self.n_learning_weeks.as_ref());
                set(&mut config.reference_value, self.reference_value.as_ref());
                set(&mut config.decision_interval, self.decision_interval.as_ref());
            }
        }
        detector
    }
}
