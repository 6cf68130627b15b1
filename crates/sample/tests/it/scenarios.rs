//! Is what each scenario promises in the data, and is nothing there where it promises nothing?

use super::*;
use std::collections::{BTreeMap, BTreeSet};

const NORTH_YORKSHIRE: &str = "E23000009";
const CLEVELAND: &str = "E23000013";
const WEST_MIDLANDS: &str = "E23000014";
const NOTTINGHAMSHIRE: &str = "E23000019";

/// The last day of the default plan.
fn until() -> i64 {
    day(&DEFAULT_UNTIL.to_string()).unwrap()
}

/// How many reports in the last `weeks`, and per equally long span of the two years before.
fn recent_and_before(region: &Region, weeks: i64, hit: impl Fn(&SampleReport) -> bool) -> (f64, f64) {
    let (mut recent, mut before) = (0.0, 0.0);
    for report in region.reports.iter().filter(|report| hit(report)) {
        match (until() - received(report)).div_euclid(7) {
            ago if ago < weeks => recent += 1.0,
            ago if ago < weeks + 104 => before += 1.0,
            _ => {}
        }
    }
    (recent, before * weeks as f64 / 104.0)
}

fn girls_of_11_to_15_for_images(report: &SampleReport) -> bool {
    report.get(Column::ChildGender) == "girl"
        && matches!(report.get(Column::ChildAgeBand), "11-13" | "14-15")
        && report.get(Column::Demand1Kind) == "more-images"
}

#[test]
fn north_yorkshire_rises_and_nothing_else_does() {
    let region = region(Scenario::NorthYorkshire, 5_000, 7);
    let areas: BTreeSet<&str> = region.reports.iter().map(|r| r.get(Column::Area)).collect();
    assert_eq!(areas.len(), 8);
    let (recent, before) = recent_and_before(&region, 8, |r| {
        r.get(Column::Area) == NORTH_YORKSHIRE && girls_of_11_to_15_for_images(r)
    });
    println!("girls 11 to 15, more images, North Yorkshire: {recent} in eight weeks, {before:.1} expected");
    assert!(recent >= 25.0 && recent > 4.0 * before, "{recent} after {before}");
    let (recent, before) = recent_and_before(&region, 8, |r| r.get(Column::Area) == NORTH_YORKSHIRE);
    println!("all, North Yorkshire: {recent} and {before:.1}");
    assert!(recent > 1.8 * before, "{recent} after {before}");
    let elsewhere = |r: &SampleReport| !matches!(r.get(Column::Area), NORTH_YORKSHIRE | CLEVELAND);
    let (recent, before) = recent_and_before(&region, 8, elsewhere);
    println!("all, six other areas: {recent} and {before:.1}");
    assert!(recent < 1.8 * before, "{recent} after {before}");
}

#[test]
fn north_yorkshire_has_pools_across_agencies_and_a_payee_in_four_areas() {
    let region = region(Scenario::NorthYorkshire, 5_000, 7);
    let mut pools = BTreeMap::<&str, (BTreeSet<&str>, BTreeSet<&str>)>::new();
    let mut payees = BTreeMap::<&str, Vec<&SampleReport>>::new();
    for (report, truth) in region.reports.iter().zip(&region.truth) {
        if until() - received(report) >= 56 {
            continue;
        }
        if let Some(pool) = truth.pool_id.as_deref().filter(|_| girls_of_11_to_15_for_images(report)) {
            let (agencies, children) = pools.entry(pool).or_default();
            agencies.insert(report.get(Column::Agency));
            children.insert(&truth.child_id);
        }
        let payee = report.get(Column::PaymentAccounts);
        if !payee.is_empty() {
            payees.entry(payee).or_default().push(report);
        }
    }
    let across =
        pools.values().filter(|(agencies, children)| agencies.len() >= 2 && children.len() >= 3).count();
    println!("{across} recent pools of three and more girls across agencies");
    assert!(across >= 3, "{across}");
    let in_four = payees.values().find(|reports| {
        let areas: BTreeSet<&str> = reports.iter().map(|r| r.get(Column::Area)).collect();
        areas.len() >= 4
    });
    let reports = in_four.expect("one payee in four areas");
    let days: Vec<i64> = reports.iter().map(|r| received(r)).collect();
    assert!(days.iter().max().unwrap() - days.iter().min().unwrap() <= 30, "{days:?}");
}

#[test]
fn in_cleveland_the_schools_begin_in_october() {
    let region = region(Scenario::NorthYorkshire, 5_000, 7);
    let cleveland: Vec<_> =
        region.reports.iter().filter(|r| r.get(Column::Agency).starts_with("cleveland")).collect();
    let schools: Vec<_> = cleveland.iter().filter(|r| r.get(Column::Agency).ends_with("-schools")).collect();
    assert!(schools.len() >= 5, "{}", schools.len());
    assert!(schools.iter().all(|r| r.get(Column::ReceivedOn) >= "2026-10-01"));
    let before: BTreeSet<&str> = cleveland
        .iter()
        .filter(|r| r.get(Column::ReceivedOn) < "2026-10-01")
        .map(|r| r.get(Column::Agency))
        .collect();
    assert_eq!(before.into_iter().collect::<Vec<_>>(), ["cleveland-police"]);
}

#[test]
fn a_school_has_seven_reports_in_nine_days() {
    for scenario in [Scenario::NorthYorkshire, Scenario::SchoolBurst] {
        let region = region(scenario, 5_000, 7);
        let mut pools = BTreeMap::<&str, (BTreeSet<&str>, Vec<i64>)>::new();
        for (report, truth) in first_reports(&region) {
            if let Some(pool) =
                truth.pool_id.as_deref().filter(|_| report.get(Column::Notes).contains("Year 10"))
            {
                let (schools, days) = pools.entry(pool).or_default();
                days.push(received(report));
                if !report.get(Column::ChildEducationUrn).is_empty() {
                    schools.insert(report.get(Column::ChildEducationUrn));
                }
            }
        }
        let (schools, days) = pools.values().next().expect("a school burst");
        assert_eq!(schools.len(), 1, "{scenario}");
        assert!(days.len() >= 4 && days.iter().max().unwrap() - days.iter().min().unwrap() <= 9, "{days:?}");
    }
}

#[test]
fn decline_falls_by_more_than_half_and_national_does_not() {
    let change = |scenario| {
        let region = region(scenario, 20_000, 7);
        let count = |from: i64, to: i64| {
            region.reports.iter().filter(|r| (from..to).contains(&(until() - received(r)))).count() as f64
        };
        count(0, 182) / count(182, 364)
    };
    let (decline, national) = (change(Scenario::Decline), change(Scenario::National));
    println!("last half-year over the one before: decline {decline:.2}, national {national:.2}");
    assert!(decline < 0.6 * national, "{decline} {national}");
    assert!((0.8..1.5).contains(&national), "{national}");
}

#[test]
fn a_recording_change_raises_reports_but_not_what_happened() {
    let region = region(Scenario::RecordingChange, 20_000, 7);
    let baseline = super::region(Scenario::National, 20_000, 7);
    let force = |r: &SampleReport| r.get(Column::Agency) == "west-midlands-police";
    let others = |r: &SampleReport| r.get(Column::Area) == WEST_MIDLANDS && !force(r);
    let recent = |region, hit: &dyn Fn(&SampleReport) -> bool| recent_and_before(region, 10, hit).0;
    let (flagged, usual) = (recent(&region, &force), recent(&baseline, &force));
    println!("West Midlands Police: {flagged}, otherwise {usual}");
    assert!(flagged > 1.8 * usual, "{flagged} {usual}");
    let (same, usual) = (recent(&region, &others), recent(&baseline, &others));
    println!("others there: {same}, otherwise {usual}");
    assert!(same < 1.5 * usual + 10.0, "{same} {usual}");
    // By when it happened, there is no rise: most of what is flagged is months old.
    let happened =
        |r: &SampleReport| force(r) && day(r.get(Column::FirstThreatAt)).is_some_and(|on| until() - on < 70);
    let (by_event, before_all) = recent_and_before(&region, 10, happened);
    assert!(before_all == 0.0 && by_event < 0.5 * recent_and_before(&region, 10, force).0, "{by_event}");
}

#[test]
fn the_new_platform_reaches_an_eighth_in_six_areas_only() {
    const SIX: [&str; 6] = ["E23000014", "E23000015", "E23000016", "E23000017", "E23000019", "E23000021"];
    let is_new = |r: &SampleReport| r.get(Column::PlatformFirst) == "live-stream";
    let (mut new, mut all) = (0.0, 0.0);
    for seed in [7, 8, 9] {
        let region = region(Scenario::NewPlatform, 30_000, seed);
        for (report, _) in first_reports(&region) {
            let ago = until() - received(report);
            if !SIX.contains(&report.get(Column::Area)) || ago > 90 {
                assert!(!is_new(report), "{}", report.id());
            } else if ago < 28 && is_known(report.get(Column::PlatformFirst)) {
                all += 1.0;
                new += f64::from(u8::from(is_new(report)));
            }
        }
    }
    println!("last four weeks: {:.3} of {all}", new / all);
    assert!((0.075..0.17).contains(&(new / all)), "{new} of {all}");
    assert!(!region(Scenario::National, 30_000, 7).reports.iter().any(is_new));
}

#[test]
fn a_payee_is_shared_by_four_areas_within_ten_days_only_where_promised() {
    // Devon and Cornwall, Avon and Somerset, Gloucestershire, Dorset.
    const FOUR: [&str; 4] = ["E23000035", "E23000036", "E23000037", "E23000039"];
    let n_shared = |scenario| {
        let region = region(scenario, 5_000, 7);
        let mut payees = BTreeMap::<&str, BTreeSet<&str>>::new();
        for (report, _) in first_reports(&region) {
            let payee = report.get(Column::PaymentAccounts);
            if !payee.is_empty() && (11..=20).contains(&(until() - received(report))) {
                payees.entry(payee).or_default().insert(report.get(Column::Area));
            }
        }
        payees.values().filter(|areas| FOUR.iter().all(|area| areas.contains(area))).count()
    };
    assert_eq!(n_shared(Scenario::SharedPayee), 1);
    assert_eq!(n_shared(Scenario::National), 0);
}

#[test]
fn fakes_double_only_where_promised() {
    let share = |scenario| {
        let region = region(scenario, 20_000, 7);
        let recent: Vec<_> = region
            .reports
            .iter()
            .filter(|r| until() - received(r) < 91 && is_known(r.get(Column::Exchange)))
            .collect();
        recent.iter().filter(|r| r.get(Column::Exchange) == "ai-faked").count() as f64 / recent.len() as f64
    };
    let (fake, national) = (share(Scenario::FakeImages), share(Scenario::National));
    println!("fabricated in the last 13 weeks: {fake:.3} and {national:.3}");
    assert!(fake > 1.6 * national && (0.10..0.16).contains(&national), "{fake} {national}");
}

#[test]
fn girls_rise_in_one_area_only_where_promised() {
    let hit = |r: &SampleReport| {
        r.get(Column::Area) == NOTTINGHAMSHIRE
            && r.get(Column::ChildGender) == "girl"
            && r.get(Column::ChildAgeBand) == "11-13"
    };
    let (rise, before) = recent_and_before(&region(Scenario::GirlsRise, 20_000, 7), 13, hit);
    let (level, _) = recent_and_before(&region(Scenario::National, 20_000, 7), 13, hit);
    println!("girls 11 to 13 in Nottinghamshire: {rise} after {before:.1}; nationally {level}");
    assert!(rise > 2.0 * before && rise > level + 8.0, "{rise} {before} {level}");
}

#[test]
fn the_holiday_dip_is_a_dip_and_a_recovery() {
    let weeks = |scenario| {
        let region = region(scenario, 50_000, 7);
        let count = |from: i64, to: i64| {
            region.reports.iter().filter(|r| (from * 7..to * 7).contains(&(until() - received(r)))).count()
                as f64
        };
        (count(3, 5) / 2.0, count(6, 10) / 4.0, count(0, 3) / 3.0)
    };
    let (dip, before, after) = weeks(Scenario::HolidayDip);
    println!("a week: {before:.0} before, {dip:.0} in the dip, {after:.0} after");
    assert!(dip < 0.7 * before && after > 1.2 * dip, "{before} {dip} {after}");
}
