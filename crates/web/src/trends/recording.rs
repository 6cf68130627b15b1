//! Has the recording itself changed? Agencies that began or stopped to report lately in an area.

use std::collections::{BTreeMap, BTreeSet};

use daymark_surveillance::Week;
use daymark_vocab::{AgencyId, AreaCode};

use super::counting::Report;

/// How long ago "lately" begins.
const WEEKS_LATELY: i64 = 8;
/// An agency with as many reports in the year before has stopped when it falls silent: it would have sent four.
const YEARLY_REPORTS: usize = 26;

/// Who began and who stopped in one area.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordingChange {
    /// The area.
    pub area: AreaCode,
    /// Agencies whose first report came in lately, where others had reported before.
    pub began: BTreeSet<AgencyId>,
    /// The week of the first of these first reports.
    pub since: Week,
    /// Agencies that reported all year and have not lately.
    pub stopped: BTreeSet<AgencyId>,
}

/// The areas in which agencies began or stopped to report in the eight weeks up to `last`.
pub fn changes(reports: &[Report], last: Week) -> Vec<RecordingChange> {
    let lately = last.plus(1 - WEEKS_LATELY);
    let year_before = lately.plus(-52);
    let mut by_area: BTreeMap<&AreaCode, BTreeMap<&AgencyId, Vec<Week>>> = BTreeMap::new();
    for report in reports.iter().filter(|report| report.week <= last) {
        by_area.entry(&report.area).or_default().entry(&report.agency).or_default().push(report.week);
    }
    let mut found = Vec::new();
    for (area, agencies) in by_area {
        let first = |weeks: &[Week]| weeks.iter().min().copied().unwrap_or(last);
        let is_old_area = agencies.values().any(|weeks| first(weeks) < year_before);
        let fell_silent = |weeks: &[Week]| {
            weeks.iter().all(|week| *week < lately)
                && weeks.iter().filter(|week| **week >= year_before).count() >= YEARLY_REPORTS
        };
        let list = |holds: &dyn Fn(&[Week]) -> bool| -> BTreeSet<AgencyId> {
            let those = agencies.iter().filter(|(_, weeks)| holds(weeks));
            those.map(|(agency, _)| (*agency).clone()).collect()
        };
        let began = list(&|weeks| is_old_area && first(weeks) >= lately);
        let stopped = list(&fell_silent);
        if began.is_empty() && stopped.is_empty() {
            continue;
        }
        let firsts = agencies.iter().filter(|(agency, _)| began.contains(**agency));
        let since = firsts.map(|(_, weeks)| first(weeks)).min().unwrap_or(lately);
        found.push(RecordingChange { area: area.clone(), began, since, stopped });
    }
    found
}
