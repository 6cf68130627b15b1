//! Which reports make up a series? Weekly counts of an area, an agency or a kind of demand, from their first week on.

use std::collections::{BTreeMap, BTreeSet};

use daymark_store::coarse::Coarse;
use daymark_surveillance::series::{self, Dimension, Event, Stratum};
use daymark_surveillance::{Week, WeeklyCounts};
use daymark_vocab::{AgencyId, AreaCode};

/// The ways in which reports are told apart inside an area.
pub const WITHIN_AREA: [Dimension; 4] =
    [Dimension::Platform, Dimension::Demand, Dimension::Gender, Dimension::AgeBand];

/// One report, as far as counting needs it.
#[derive(Debug, Clone)]
pub struct Report {
    /// Who recorded it.
    pub agency: AgencyId,
    /// The area in which the child lives.
    pub area: AreaCode,
    /// The week in which it came in.
    pub week: Week,
    /// `child.gender`; empty when not recorded.
    pub gender: String,
    /// The kinds of demand.
    pub demands: Vec<String>,
    /// What the engine counts.
    event: Event,
}

impl Report {
    /// Takes what counting needs out of the coarse facts.
    pub fn new(agency: AgencyId, coarse: Coarse) -> Self {
        let one = |text: &str| if text.is_empty() { Vec::new() } else { vec![text.to_owned()] };
        let mut platforms = one(&coarse.platform);
        platforms.extend(coarse.moved_to);
        let values = BTreeMap::from([
            (Dimension::Area, vec![coarse.area.to_string()]),
            (Dimension::Platform, platforms),
            (Dimension::Demand, coarse.demands.clone()),
            (Dimension::Gender, one(&coarse.gender)),
            (Dimension::AgeBand, one(&coarse.age_band)),
        ]);
        Self {
            agency,
            area: coarse.area,
            week: Week::containing(coarse.received_on),
            gender: coarse.gender,
            demands: coarse.demands,
            event: Event { date: coarse.received_on, values },
        }
    }
}

/// Which reports are counted.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Selection {
    /// Only those of this area.
    pub area: Option<AreaCode>,
    /// Only those with this kind of demand.
    pub demand: Option<String>,
    /// Only those that this agency recorded.
    pub agency: Option<AgencyId>,
}

impl Selection {
    /// All reports of one area.
    pub fn area(area: AreaCode) -> Self {
        Self { area: Some(area), ..Self::default() }
    }

    /// Whether it holds this report.
    pub fn holds(&self, report: &Report) -> bool {
        self.area.as_ref().is_none_or(|area| report.area == *area)
            && self.demand.as_ref().is_none_or(|demand| report.demands.contains(demand))
            && self.agency.as_ref().is_none_or(|agency| report.agency == *agency)
    }

    /// The same area without the narrower choices.
    #[must_use]
    pub fn whole(&self) -> Self {
        Self { area: self.area.clone(), ..Self::default() }
    }
}

/// The weekly counts of the reports for which `holds`, from the first week of `from` up to `last`; `None` when `from`
/// holds no report up to then. A series begins when its area began to record, so that silence before counts for nothing.
pub fn weekly(
    reports: &[Report],
    last: Week,
    from: impl Fn(&Report) -> bool,
    holds: impl Fn(&Report) -> bool,
) -> Option<WeeklyCounts> {
    let first = reports.iter().filter(|report| from(report)).map(|report| report.week).min()?;
    let n_weeks = usize::try_from(last.weeks_since(first) + 1).ok()?;
    let mut counts = vec![0; n_weeks];
    for report in reports.iter().filter(|report| holds(report)) {
        let place = usize::try_from(report.week.weeks_since(first)).unwrap_or(usize::MAX);
        counts.iter_mut().skip(place).take(1).for_each(|count| *count += 1);
    }
    Some(WeeklyCounts::new(first, counts))
}

/// Every series inside one area, by the way it is told apart. What was not recorded has no series: it says nothing.
pub fn within_area(
    reports: &[Report],
    area: &AreaCode,
    last: Week,
) -> BTreeMap<(Dimension, String), WeeklyCounts> {
    let events: Vec<Event> =
        reports.iter().filter(|report| report.area == *area).map(|report| report.event.clone()).collect();
    let Some(first) = events.iter().map(|event| Week::containing(event.date)).min() else {
        return BTreeMap::new();
    };
    let mut found = BTreeMap::new();
    for dimension in WITHIN_AREA {
        for (key, counts) in series::build(&events, &[dimension], first, last).series {
            if let Some((_, Stratum::Value(value))) = key.into_iter().next() {
                found.insert((dimension, value), counts);
            }
        }
    }
    found
}

/// The areas in which something was recorded.
pub fn areas(reports: &[Report]) -> BTreeSet<AreaCode> {
    reports.iter().map(|report| report.area.clone()).collect()
}

/// The agencies that recorded something in an area (anywhere with `None`).
pub fn agencies(reports: &[Report], area: Option<&AreaCode>) -> BTreeSet<AgencyId> {
    let within = reports.iter().filter(|report| area.is_none_or(|area| report.area == *area));
    let names: BTreeSet<&AgencyId> = within.map(|report| &report.agency).collect();
    names.into_iter().cloned().collect()
}
