//! Which story does the invented region tell? A baseline, and the changes that a watch should or should not find.

use std::fmt;
use std::str::FromStr;

use crate::agency::Entering;
use crate::area::{AREAS, index};
use crate::calendar::Calendar;
use crate::day::Day;
use crate::tables::{self, Motive};

/// A named story.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Scenario {
    /// All of England and Wales, nothing injected: seasons, growth and bursts only.
    #[default]
    National,
    /// The demonstration: eight northern areas, girls 11 to 15 in North Yorkshire, pools across agencies.
    NorthYorkshire,
    /// Reports fall by 60 % after an intervention (E8).
    Decline,
    /// One force begins to flag older crimes: more reports, no more harm (E7).
    RecordingChange,
    /// A platform appears and reaches 12 % in six areas (E1).
    NewPlatform,
    /// One payee is reused in four areas within ten days (E2).
    SharedPayee,
    /// Seven children of one school year within nine days (E3).
    SchoolBurst,
    /// The share of fabricated images doubles (E4).
    FakeImages,
    /// Girls of 11 to 13 are targeted in one area, +150 % in a quarter (E5).
    GirlsRise,
    /// Reports dip around the autumn half-term and catch up; harm does not change (E6).
    HolidayDip,
}

/// The text names no scenario.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no such scenario: use one of {}", Scenario::names().join(", "))]
pub struct ScenarioError;

impl Scenario {
    /// All, the default first.
    pub const ALL: [Self; 10] = [
        Self::National,
        Self::NorthYorkshire,
        Self::Decline,
        Self::RecordingChange,
        Self::NewPlatform,
        Self::SharedPayee,
        Self::SchoolBurst,
        Self::FakeImages,
        Self::GirlsRise,
        Self::HolidayDip,
    ];

    /// The name on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::National => "national",
            Self::NorthYorkshire => "north-yorkshire",
            Self::Decline => "decline",
            Self::RecordingChange => "recording-change",
            Self::NewPlatform => "new-platform",
            Self::SharedPayee => "shared-payee",
            Self::SchoolBurst => "school-burst",
            Self::FakeImages => "fake-images",
            Self::GirlsRise => "girls-rise",
            Self::HolidayDip => "holiday-dip",
        }
    }

    /// The names of all, the default first.
    pub fn names() -> Vec<&'static str> {
        Self::ALL.into_iter().map(Self::name).collect()
    }

    /// What was put into the data on purpose, in a sentence a reader can check.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::National => "Nothing is injected: growth, seasons, holidays and bursts only.",
            Self::NorthYorkshire => {
                "In the last eight weeks girls of 11 to 15 in North Yorkshire are reported far more often, in pools \
                 that span agencies; one payee appears in four areas; a school has seven reports in nine days; in \
                 Cleveland the schools begin to report in the month before the last."
            }
            Self::Decline => "Reports fall by 60 % in every area for the last 26 weeks.",
            Self::RecordingChange => {
                "West Midlands Police flag older crimes in the last ten weeks; nothing else changes."
            }
            Self::NewPlatform => {
                "`live-stream` as first platform rises from 0 to 12 % over eight weeks in six areas, and stays."
            }
            Self::SharedPayee => "One new payee is used in four areas within ten days.",
            Self::SchoolBurst => "Seven children of one year of one school are reported within nine days.",
            Self::FakeImages => "The share of fabricated images doubles in the last 13 weeks.",
            Self::GirlsRise => {
                "Sexually motivated extortion of girls of 11 to 13 rises by 150 % in Nottinghamshire in the last \
                 13 weeks."
            }
            Self::HolidayDip => {
                "Reports halve for two weeks around the autumn half-term and catch up afterwards; no change in harm."
            }
        }
    }

    /// The areas in play, as positions in [`AREAS`].
    pub(crate) fn areas(self) -> Vec<usize> {
        match self {
            Self::NorthYorkshire => [
                "north-yorkshire",
                "west-yorkshire",
                "cleveland",
                "durham",
                "lancashire",
                "humberside",
                "south-yorkshire",
                "cumbria",
            ]
            .into_iter()
            .map(index)
            .collect(),
            _ => (0..AREAS.len()).collect(),
        }
    }

    /// Shape of the month-to-month overdispersion: 3 nationally, calmer in the demonstration so that its
    /// injected rise is not one of many.
    pub(crate) const fn dispersion(self) -> f64 {
        match self {
            Self::NorthYorkshire => 8.0,
            _ => 3.0,
        }
    }

    /// How the area's reporting differs from its population: a multiplier on top of the random one.
    pub(crate) fn area_factor(self, area: usize) -> f64 {
        match AREAS.get(area).map(|area| area.slug) {
            Some("north-yorkshire") if self == Self::NorthYorkshire => 2.2,
            Some("cleveland") if self == Self::NorthYorkshire => 1.8,
            _ => 1.0,
        }
    }

    /// A factor on the volume of one area on one day.
    pub(crate) fn volume(self, area: usize, day: Day, until: Day) -> f64 {
        match self {
            Self::Decline if day > until.plus(-26 * 7) => 0.4,
            Self::HolidayDip => {
                let weeks_ago = (until.0 - day.0) / 7;
                match weeks_ago {
                    3..=4 => 0.5,
                    0..=2 => 1.33,
                    _ => 1.0,
                }
            }
            Self::NorthYorkshire if area == index("cleveland") && day < second_agency_begins(until) => 0.5,
            _ => 1.0,
        }
    }

    /// The agencies that report at all in this area on this day; `None` for all of them.
    pub(crate) fn only_agencies(self, area: usize, day: Day, until: Day) -> Option<&'static [Entering]> {
        if self != Self::NorthYorkshire || area != index("cleveland") {
            None
        } else if day < second_agency_begins(until) {
            Some(&[Entering::Police])
        } else {
            Some(&[Entering::School, Entering::Police])
        }
    }

    /// The share of first contacts on the platform that appears (E1).
    pub(crate) fn new_platform_share(self, area: usize, day: Day, until: Day) -> f64 {
        const SIX: [&str; 6] = [
            "west-midlands",
            "staffordshire",
            "west-mercia",
            "warwickshire",
            "leicestershire",
            "nottinghamshire",
        ];
        let slug = AREAS.get(area).map_or("", |area| area.slug);
        if self != Self::NewPlatform || !SIX.contains(&slug) {
            return 0.0;
        }
        let days_in = f64::from(day.0 - until.plus(-12 * 7).0);
        0.12 * (days_in / 56.0).clamp(0.0, 1.0)
    }

    /// The share of fabricated images among those whose origin is recorded: 4 %, rising by one point a
    /// quarter from 2024 to 13 % (E4 doubles it for the last 13 weeks).
    pub(crate) fn fake_share(self, day: Day, until: Day) -> f64 {
        let (year, month, _) = day.civil();
        let quarters = (year - 2024) * 4 + (month as i32 - 1) / 3;
        let share = (0.04 + 0.01 * f64::from(quarters.max(0))).min(0.13);
        if self == Self::FakeImages && day > until.plus(-13 * 7) { 2.0 * share } else { share }
    }

    /// The groups of cases put in on purpose, given how many cases there are in all.
    pub(crate) fn injected(self, n_cases: usize, calendar: &Calendar) -> Vec<Injected> {
        let until = calendar.until();
        let mut groups = match self {
            Self::NorthYorkshire => north_yorkshire(n_cases, calendar),
            Self::RecordingChange => {
                let area = index("west-midlands");
                let from = until.plus(-10 * 7 + 1);
                let expected = calendar.expected_cases(area, from, until, n_cases);
                vec![Injected {
                    n: at_least(expected * 1.5, 12),
                    special: Special { flagged_late: true, ..Special::default() },
                    entering: Some(Entering::Police),
                    ..Injected::lone(Motive::Financial, vec![(area, 1.0)], from, until)
                }]
            }
            Self::SharedPayee => {
                let four = ["devon-and-cornwall", "dorset", "avon-and-somerset", "gloucestershire"];
                vec![shared_payee(&four, until.plus(-20))]
            }
            Self::SchoolBurst => vec![school_burst("lincolnshire", until.plus(-17))],
            Self::GirlsRise => {
                let area = index("nottinghamshire");
                let from = until.plus(-13 * 7 + 1);
                let expected = calendar.expected_cases(area, from, until, n_cases) * 0.22 * 0.82 * 0.36;
                vec![Injected {
                    n: at_least(expected * 1.5, 12),
                    special: Special { girls: true, ages: Some(&[("11-13", 1.0)]), ..Special::default() },
                    ..Injected::lone(Motive::Sexual, vec![(area, 1.0)], from, until)
                }]
            }
            Self::National | Self::Decline | Self::NewPlatform | Self::FakeImages | Self::HolidayDip => {
                Vec::new()
            }
        };
        let mut left = n_cases / 3;
        for group in &mut groups {
            group.n = group.n.min(left);
            left -= group.n;
        }
        groups
    }
}

impl fmt::Display for Scenario {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Scenario {
    type Err = ScenarioError;

    fn from_str(text: &str) -> Result<Self, ScenarioError> {
        Self::ALL.into_iter().find(|scenario| scenario.name() == text).ok_or(ScenarioError)
    }
}

/// When the second agency in Cleveland begins: the first day of the month before the last (1 October).
pub(crate) fn second_agency_begins(until: Day) -> Day {
    let (year, month, _) = until.civil();
    if month == 1 { Day::from_civil(year - 1, 12, 1) } else { Day::from_civil(year, month - 1, 1) }
}

/// What is forced upon an injected case; everything else follows the tables.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Special {
    /// Nine in ten are girls.
    pub girls: bool,
    /// Age bands instead of the motive's.
    pub ages: Option<&'static tables::Codes>,
    /// More images are demanded.
    pub more_images: bool,
    /// Paid by bank transfer, and the payee is written down.
    pub pays: bool,
    /// Happened long before: an old crime that is flagged now.
    pub flagged_late: bool,
    /// The year at school, named in the notes.
    pub school_year: Option<u8>,
}

/// A group of cases put in on purpose.
#[derive(Debug, Clone)]
pub(crate) struct Injected {
    pub motive: Motive,
    pub n: usize,
    /// How many campaigns they belong to; 0 for cases that belong together in no way.
    pub n_campaigns: usize,
    /// The share that sits in school pools.
    pub pooled: f64,
    /// All in one school.
    pub one_school: bool,
    pub areas: Vec<(usize, f64)>,
    pub from: Day,
    pub to: Day,
    /// The later the day, the more cases.
    pub rising: bool,
    pub entering: Option<Entering>,
    pub special: Special,
}

impl Injected {
    fn lone(motive: Motive, areas: Vec<(usize, f64)>, from: Day, to: Day) -> Self {
        Self {
            motive,
            n: 0,
            n_campaigns: 0,
            pooled: 0.0,
            one_school: false,
            areas,
            from,
            to,
            rising: false,
            entering: None,
            special: Special::default(),
        }
    }
}

fn at_least(expected: f64, floor: usize) -> usize {
    (expected.round() as usize).max(floor)
}

fn north_yorkshire(n_cases: usize, calendar: &Calendar) -> Vec<Injected> {
    let until = calendar.until();
    let home = index("north-yorkshire");
    let from = until.plus(-8 * 7 + 1);
    let expected = calendar.expected_cases(home, from, until, n_cases);
    let areas = vec![
        (home, 0.80),
        (index("west-yorkshire"), 0.08),
        (index("durham"), 0.05),
        (index("cleveland"), 0.04),
        (index("humberside"), 0.03),
    ];
    let girls = Injected {
        n: at_least(expected * 1.2, 28),
        n_campaigns: 5,
        pooled: 0.75,
        rising: true,
        special: Special {
            girls: true,
            ages: Some(&[("11-13", 0.55), ("14-15", 0.45)]),
            more_images: true,
            ..Special::default()
        },
        ..Injected::lone(Motive::Sexual, areas, from, until)
    };
    let four = ["north-yorkshire", "west-yorkshire", "durham", "humberside"];
    vec![girls, shared_payee(&four, until.plus(-24)), school_burst("north-yorkshire", until.plus(-18))]
}

/// Eight children in four areas, one campaign, one payee, ten days.
fn shared_payee(slugs: &[&str; 4], from: Day) -> Injected {
    Injected {
        n: 8,
        n_campaigns: 1,
        special: Special { pays: true, ..Special::default() },
        ..Injected::lone(
            Motive::Financial,
            slugs.iter().map(|slug| (index(slug), 1.0)).collect(),
            from,
            from.plus(9),
        )
    }
}

/// Seven children of one year of one school in nine days, one campaign, one pool.
fn school_burst(slug: &str, from: Day) -> Injected {
    Injected {
        n: 7,
        n_campaigns: 1,
        pooled: 1.0,
        one_school: true,
        special: Special { ages: Some(&[("14-15", 1.0)]), school_year: Some(10), ..Special::default() },
        ..Injected::lone(Motive::Sexual, vec![(index(slug), 1.0)], from, from.plus(8))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_reads_back_and_others_are_told_what_there_is() {
        for scenario in Scenario::ALL {
            assert_eq!(scenario.name().parse::<Scenario>(), Ok(scenario));
        }
        let message = "wales".parse::<Scenario>().unwrap_err().to_string();
        assert!(message.contains("north-yorkshire, decline"), "{message}");
    }

    #[test]
    fn fakes_rise_by_a_point_a_quarter_and_stop_at_thirteen() {
        let until = Day::from_civil(2026, 11, 22);
        let share = |year, month| Scenario::National.fake_share(Day::from_civil(year, month, 1), until);
        assert!((share(2022, 5) - 0.04).abs() < 1e-9);
        assert!((share(2024, 12) - 0.07).abs() < 1e-9);
        assert!((share(2026, 11) - 0.13).abs() < 1e-9);
    }

    #[test]
    fn the_new_platform_is_nowhere_else_and_never_before() {
        let until = Day::from_civil(2026, 11, 22);
        let share = |slug, weeks| {
            Scenario::NewPlatform.new_platform_share(index(slug), until.plus(-7 * weeks), until)
        };
        assert!(share("kent", 0) == 0.0 && share("warwickshire", 12) == 0.0);
        assert!((share("warwickshire", 8) - 0.06).abs() < 1e-9);
        assert!((share("warwickshire", 1) - 0.12).abs() < 1e-9);
    }
}
