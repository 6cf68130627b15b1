//! Which series are above what past weeks predict? Judges every series, tells chance from change, makes the flags.

use std::collections::{BTreeMap, BTreeSet};

use daymark_store::selector::SharedPayee;
use daymark_surveillance::farrington::{self, Config};
use daymark_surveillance::series::Dimension;
use daymark_surveillance::suppress::FEWEST_SHOWN;
use daymark_surveillance::{Shown, Verdict, Week, WeeklyCounts};
use daymark_vocab::{AgencyId, AreaCode};

use super::counting::{self, Report, Selection, weekly};
use super::flag::{Finding, Flag, Level, Rise, dimension_code};
use super::mix_change::{Share, fisher_exact};
use super::recording::{self, RecordingChange};
use super::shown::{part_of, shown_weeks};

/// Weeks in which an alarm still is a flag.
const WEEKS_WATCHED: usize = 4;
/// An alarm in one of so many last weeks is to be checked now.
const WEEKS_NOW: i64 = 2;
/// A part of an area's reports is flagged by itself only where chance explains at most this share of such findings.
const Q_OF_PARTS: f64 = 0.1;
/// The mix has changed when chance alone explains it more rarely than this.
const P_OF_MIX: f64 = 0.01;
/// Accounts are compared over so many days.
pub const PAYEE_DAYS: i64 = 56;
/// An account is flagged from so many areas on.
pub const PAYEE_AREAS: usize = 3;

/// How much was looked at, and how much of it chance alone would flag.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Tested {
    /// Series with enough cases to be judged in the last week.
    pub n_series: usize,
    /// Of these, above their range.
    pub n_alarms: usize,
    /// How many of them chance alone would put there, at most.
    pub by_chance: f64,
    /// The chance of one series in one week.
    pub alpha: f64,
    /// The fewest and the most years of past weeks that a series was compared with.
    pub years_back: Option<(u16, u16)>,
    /// Series with cases but too short a past to be judged.
    pub n_too_short: usize,
}

/// A part of an area's reports: how they are told apart, and which of them.
type Part = (Dimension, String);

/// One series and its judged weeks.
struct Judged {
    area: Option<AreaCode>,
    of: Option<Part>,
    counts: WeeklyCounts,
    /// The last weeks, the latest first.
    verdicts: Vec<Verdict>,
    years_back: u16,
}

/// The configuration: Farrington Flexible (Noufaily 2013) with its published settings.
pub const fn config() -> Config {
    Config::noufaily()
}

/// Judges one week against as many past years as there are, at most five; `None` when there is not one.
pub fn judge(counts: &WeeklyCounts, index: usize) -> Option<(Verdict, u16)> {
    let config = config().shortened_to(counts, index)?;
    let verdict = farrington::judge_weeks(counts, index..index + 1, &config).into_iter().next()?.ok()?;
    Some((verdict, config.years_back))
}

/// Whether a week is above the range, and may be called so: a count under five is not told, nor is its alarm.
pub fn is_alarm(verdict: &Verdict) -> bool {
    verdict.alarm && verdict.observed >= FEWEST_SHOWN
}

/// What the flags are raised from.
#[derive(Debug, Clone, Copy)]
pub struct Ground<'a> {
    /// The reports up to the end of the last week.
    pub reports: &'a [Report],
    /// Accounts that cases of several areas name.
    pub payees: &'a [SharedPayee],
    /// In which area each agency works.
    pub at_work: &'a [(AgencyId, AreaCode)],
    /// The last complete week.
    pub last: Week,
}

impl Ground<'_> {
    /// The agencies whose figures an area's figures are: those that recorded there, and those that work there.
    fn concerned(&self, area: Option<&AreaCode>) -> BTreeSet<AgencyId> {
        let at_work = self.at_work.iter().filter(|(_, works_in)| area.is_none_or(|area| works_in == area));
        let mut agencies = counting::agencies(self.reports, area);
        agencies.extend(at_work.map(|(agency, _)| agency.clone()));
        agencies
    }
}

/// Everything unusual up to the last week, the most urgent first.
pub fn flags(ground: Ground<'_>) -> (Vec<Flag>, Tested) {
    let Ground { reports, payees, last, .. } = ground;
    let mut tested = Tested { alpha: config().alpha, ..Tested::default() };
    let judged = judge_all(reports, last, &mut tested);
    let q_values = q_values(&judged);
    let changes = recording::changes(reports, last);

    let mut flags = rises(ground, &judged, &q_values, &changes);
    let risen: BTreeSet<AreaCode> = flags.iter().flat_map(|flag| flag.areas.iter().cloned()).collect();
    flags.extend(payees.iter().filter_map(shared_payee));
    flags.extend(counting::areas(reports).into_iter().filter_map(|area| mix_change(ground, area)));
    flags.extend(changes.into_iter().filter_map(|change| recording_flag(ground, change, &risen)));
    flags.sort_by(|a, b| a.level.cmp(&b.level).then(a.rank.total_cmp(&b.rank)).then(a.id.cmp(&b.id)));
    (flags, tested)
}

fn judge_all(reports: &[Report], last: Week, tested: &mut Tested) -> Vec<Judged> {
    let mut series = Vec::new();
    let areas = counting::areas(reports);
    // One area is the whole: the same weeks are not judged twice.
    if let Some(all) = weekly(reports, last, |_| true, |_| true).filter(|_| areas.len() > 1) {
        series.push((None, None, all));
    }
    for area in areas {
        let selection = Selection::area(area.clone());
        let of_area = |report: &Report| selection.holds(report);
        if let Some(counts) = weekly(reports, last, of_area, of_area) {
            series.push((Some(area.clone()), None, counts));
        }
        for (of, counts) in counting::within_area(reports, &area, last) {
            series.push((Some(area.clone()), Some(of), counts));
        }
    }
    let mut judged = Vec::new();
    for (area, of, counts) in series {
        let n = counts.len();
        let enough = |end: usize| counts.total(end.saturating_sub(4)..end) >= config().fewest_cases;
        let ends = (n.saturating_sub(WEEKS_WATCHED) + 1..=n).rev();
        let mut verdicts = Vec::new();
        let mut years = 0;
        for end in ends.filter(|end| *end > 0 && enough(*end)) {
            let Some((verdict, years_back)) = judge(&counts, end - 1) else { continue };
            years = years.max(years_back);
            verdicts.push(verdict);
        }
        if enough(n) && verdicts.is_empty() {
            tested.n_too_short += 1;
        }
        if let Some(latest) = verdicts.first().filter(|verdict| verdict.week == last) {
            tested.n_series += 1;
            tested.n_alarms += usize::from(is_alarm(latest));
            tested.by_chance += tested.alpha;
        }
        if !verdicts.is_empty() {
            let (fewest, most) = tested.years_back.unwrap_or((years, years));
            tested.years_back = Some((fewest.min(years), most.max(years)));
            judged.push(Judged { area, of, counts, verdicts, years_back: years });
        }
    }
    judged
}

/// The q-value of every judged week: (place of the series, place of the week) to q. Benjamini and Hochberg 1995.
fn q_values(judged: &[Judged]) -> BTreeMap<(usize, usize), f64> {
    let mut chances: Vec<((usize, usize), f64)> = Vec::new();
    for (series, one) in judged.iter().enumerate() {
        for (week, verdict) in one.verdicts.iter().enumerate() {
            chances.extend(verdict.p_value.map(|p_value| ((series, week), p_value)));
        }
    }
    chances.sort_by(|a, b| a.1.total_cmp(&b.1));
    let n = as_f64(chances.len());
    let mut least = 1.0_f64;
    let mut found = BTreeMap::new();
    for (place, (key, p_value)) in chances.into_iter().enumerate().rev() {
        least = least.min(p_value * n / as_f64(place + 1));
        found.insert(key, least);
    }
    found
}

#[allow(clippy::cast_precision_loss, reason = "numbers of series are far below 2^52")]
const fn as_f64(n: usize) -> f64 {
    n as f64
}

fn rises(
    ground: Ground<'_>,
    judged: &[Judged],
    q_values: &BTreeMap<(usize, usize), f64>,
    changes: &[RecordingChange],
) -> Vec<Flag> {
    let Ground { reports, last, .. } = ground;
    let mut found: Vec<Flag> = Vec::new();
    let mut parts: BTreeMap<AreaCode, Vec<(f64, Part)>> = BTreeMap::new();
    // Parts come after their area, in a fixed order: whichever is flagged first takes in the others of its area, because
    // they are mostly the same reports, and it is the same one next week.
    for (place, one) in judged.iter().enumerate() {
        let Some(at) = one.verdicts.iter().position(is_alarm) else { continue };
        let Some(verdict) = one.verdicts.get(at).cloned() else { continue };
        let q_value = q_values.get(&(place, at)).copied().unwrap_or(1.0);
        let p_value = verdict.p_value.unwrap_or(1.0);
        if let (Some(area), Some(of)) = (&one.area, &one.of) {
            if found.iter().any(|flag| flag.areas.contains(area)) {
                parts.entry(area.clone()).or_default().push((p_value, of.clone()));
                continue;
            }
            if q_value > Q_OF_PARTS {
                continue;
            }
        }
        let change = changes.iter().find(|change| Some(&change.area) == one.area.as_ref());
        let began = change.map(|change| &change.began).filter(|began| !began.is_empty());
        let without_new_agencies = began.filter(|_| one.of.is_none()).map(|began| {
            let area = |report: &Report| Some(&report.area) == one.area.as_ref();
            let kept = |report: &Report| area(report) && !began.contains(&report.agency);
            let counts = weekly(reports, last, area, kept);
            let week = counts.as_ref().and_then(|counts| counts.index_of(verdict.week));
            let again = counts.zip(week).and_then(|(counts, week)| judge(&counts, week));
            again.is_some_and(|(verdict, _)| is_alarm(&verdict))
        });
        let (since, n_weeks) = run(one, &verdict);
        let selection = one.area.clone().map(Selection::area).unwrap_or_default();
        let shown = if one.of.is_some() {
            let whole = weekly(reports, last, |r| selection.holds(r), |r| selection.holds(r));
            let whole = whole.and_then(|counts| counts.get(counts.index_of(verdict.week)?)).unwrap_or(0);
            part_of(verdict.observed, whole)
        } else {
            shown_weeks(reports, last, &selection).map_or(Shown::UnderFive, |shown| shown.week(verdict.week))
        };
        let is_now = last.weeks_since(verdict.week) < WEEKS_NOW;
        let word = one
            .of
            .as_ref()
            .map_or_else(String::new, |(dimension, value)| format!("{} {value}", dimension_code(*dimension)));
        let area_word = one.area.as_ref().map_or("all", AreaCode::as_str);
        let Some(id) = Flag::id(&["rise", area_word, &word, &since.to_string()]) else { continue };
        found.push(Flag {
            id,
            level: if is_now { Level::CheckNow } else { Level::KeepWatching },
            areas: one.area.iter().cloned().collect(),
            agencies: ground.concerned(one.area.as_ref()),
            rank: p_value + if began.is_some() { 1.0 } else { 0.0 },
            finding: Finding::Rise(Rise {
                of: one.of.clone(),
                since,
                n_weeks,
                verdict,
                shown,
                q_value,
                years_back: one.years_back,
                mostly: Vec::new(),
                without_new_agencies,
            }),
        });
    }
    for flag in &mut found {
        let Some(mut of_area) = flag.areas.iter().next().and_then(|area| parts.remove(area)) else {
            continue;
        };
        of_area.sort_by(|a, b| a.0.total_cmp(&b.0).then_with(|| a.1.cmp(&b.1)));
        if let Finding::Rise(rise) = &mut flag.finding {
            rise.mostly = of_area.into_iter().map(|(_, of)| of).take(3).collect();
        }
    }
    found
}

/// The first week of the run that ends with this verdict, and how many of its weeks are above the range. One quiet
/// week does not end a run: what goes on is the same flag.
fn run(one: &Judged, latest: &Verdict) -> (Week, usize) {
    let Some(end) = one.counts.index_of(latest.week) else { return (latest.week, 1) };
    let (mut since, mut n_weeks, mut quiet) = (latest.week, 1, 0);
    for index in (0..end).rev() {
        if judge(&one.counts, index).is_some_and(|(verdict, _)| is_alarm(&verdict)) {
            (since, n_weeks, quiet) = (one.counts.week(index), n_weeks + 1, 0);
        } else {
            quiet += 1;
        }
        if quiet > 1 {
            break;
        }
    }
    (since, n_weeks)
}

fn shared_payee(payee: &SharedPayee) -> Option<Flag> {
    Some(Flag {
        id: Flag::id(&["payee", &payee.mark])?,
        level: Level::CheckNow,
        areas: payee.areas.clone(),
        agencies: payee.agencies.clone(),
        rank: 0.001 / as_f64(payee.areas.len().max(1)),
        finding: Finding::SharedPayee {
            n_cases: Shown::of(payee.n_cases),
            n_areas: payee.areas.len(),
            first_on: payee.first_on,
            last_on: payee.last_on,
        },
    })
}

/// The last four weeks of an area, and the year before them: girls of those whose gender was recorded.
pub fn girls(reports: &[Report], selection: &Selection, last: Week) -> (Share, Share) {
    let (from, year_from) = (last.plus(-3), last.plus(-55));
    let share = |first: Week, end: Week| {
        let known = |report: &&Report| {
            (first..=end).contains(&report.week) && selection.holds(report) && !report.gender.is_empty()
        };
        let of = reports.iter().filter(known);
        let (n, of) = of.fold((0, 0), |(n, of), report| (n + u64::from(report.gender == "girl"), of + 1));
        Share { n, of }
    };
    (share(from, last), share(year_from, from.plus(-1)))
}

fn mix_change(ground: Ground<'_>, area: AreaCode) -> Option<Flag> {
    let Ground { reports, last, .. } = ground;
    let (now, before) = girls(reports, &Selection::area(area.clone()), last);
    if !now.may_be_said() || !before.may_be_said() {
        return None;
    }
    let p_value = fisher_exact(now, before);
    let id = Flag::id(&["girls", area.as_str()])?;
    (p_value < P_OF_MIX).then(|| Flag {
        id,
        level: Level::KeepWatching,
        agencies: ground.concerned(Some(&area)),
        areas: BTreeSet::from([area]),
        rank: p_value,
        finding: Finding::MixChange { now, before, p_value },
    })
}

fn recording_flag(ground: Ground<'_>, change: RecordingChange, risen: &BTreeSet<AreaCode>) -> Option<Flag> {
    let id = Flag::id(&["recording", change.area.as_str(), &change.since.to_string()])?;
    let has_rise = risen.contains(&change.area);
    Some(Flag {
        id,
        level: Level::DataQuality,
        areas: BTreeSet::from([change.area.clone()]),
        agencies: ground.concerned(Some(&change.area)),
        rank: if has_rise { 0.0 } else { 1.0 },
        finding: Finding::Recording { change, has_rise },
    })
}
