//! One invented series with R's answers for a few weeks, so that a comparison is made wherever the tests run.
//!
//! The counts are drawn from a negative binomial with mean exp(−2 + 0.005 t + season), twice as scattered as
//! Poisson, with outbreaks added; the answers are farringtonFlexible's (R surveillance 1.20.3).

use daymark_surveillance::farrington::{Compat, Config, Year, judge_weeks};
use daymark_surveillance::{Week as IsoWeek, WeeklyCounts};
use jiff::civil::date;

#[rustfmt::skip]
const COUNTS: [u64; 312] = [
    1, 1, 1, 2, 1, 0, 2, 2, 0, 1, 2, 0, 0, 2, 0, 0, 0, 1, 2, 0, 0, 3, 0, 0, 0, 1,
    0, 2, 0, 1, 0, 0, 0, 1, 0, 1, 2, 4, 0, 0, 0, 1, 0, 2, 0, 0, 0, 0, 1, 0, 0, 0,
    0, 5, 0, 3, 0, 6, 3, 0, 0, 2, 1, 2, 2, 0, 0, 4, 0, 1, 2, 2, 1, 2, 0, 2, 3, 0,
    0, 0, 0, 1, 2, 1, 2, 0, 0, 1, 1, 0, 0, 0, 6, 3, 0, 0, 0, 1, 3, 0, 3, 0, 3, 0,
    0, 0, 3, 0, 0, 2, 1, 2, 1, 10, 7, 0, 2, 3, 0, 2, 4, 0, 2, 1, 2, 3, 0, 0, 2, 1,
    2, 2, 1, 1, 1, 0, 0, 1, 0, 2, 1, 1, 0, 2, 0, 1, 0, 1, 2, 0, 1, 0, 1, 3, 0, 2,
    2, 2, 3, 2, 5, 2, 2, 2, 2, 1, 4, 0, 2, 1, 0, 0, 1, 1, 5, 3, 0, 0, 0, 1, 0, 1,
    0, 2, 5, 0, 1, 1, 1, 3, 1, 0, 1, 1, 2, 0, 1, 2, 1, 0, 3, 2, 0, 1, 6, 1, 1, 0,
    1, 0, 0, 8, 9, 5, 2, 8, 1, 5, 2, 1, 2, 4, 2, 1, 1, 0, 0, 2, 2, 1, 2, 2, 1, 0,
    1, 0, 1, 4, 2, 2, 1, 1, 0, 12, 4, 0, 4, 4, 0, 0, 0, 2, 4, 1, 1, 0, 0, 4, 1, 4,
    2, 1, 3, 4, 0, 1, 2, 1, 18, 6, 14, 6, 2, 4, 6, 3, 0, 4, 5, 3, 2, 0, 3, 1, 5, 6,
    4, 2, 2, 2, 4, 5, 2, 1, 0, 2, 1, 2, 1, 1, 3, 0, 8, 3, 3, 0, 0, 0, 1, 3, 3, 6,
];

struct Week {
    place: usize,
    expected: f64,
    phi: f64,
    upper_bound: f64,
    alarm: bool,
}

#[rustfmt::skip]
const NEGATIVE_BINOMIAL: [Week; 6] = [
    Week { place: 263, expected: 3.774_332_025_143_75, phi: 1.532_507_037_407_34, upper_bound: 11.0, alarm: false },
    Week { place: 268, expected: 3.815_120_367_438_53, phi: 1.541_943_455_769_34, upper_bound: 11.0, alarm: true },
    Week { place: 270, expected: 3.373_928_186_191_47, phi: 1.615_595_328_085_27, upper_bound: 10.0, alarm: true },
    Week { place: 275, expected: 2.445_117_507_039_3, phi: 1.626_103_822_853_98, upper_bound: 9.0, alarm: false },
    Week { place: 299, expected: 1.960_343_646_637_05, phi: 1.809_164_727_207_77, upper_bound: 8.0, alarm: false },
    Week { place: 311, expected: 2.589_006_483_403_23, phi: 1.831_167_159_034_87, upper_bound: 9.0, alarm: false },
];

#[rustfmt::skip]
const AS_THE_ORIGINAL: [Week; 6] = [
    Week { place: 263, expected: 3.107_311_099_214_73, phi: 1.620_241_710_027_6, upper_bound: 10.130_883_178_228, alarm: false },
    Week { place: 268, expected: 3.557_873_302_573_52, phi: 1.497_261_832_866_15, upper_bound: 10.628_577_727_487_7, alarm: true },
    Week { place: 270, expected: 3.530_527_846_751_05, phi: 1.312_755_351_085_82, upper_bound: 10.138_982_707_304_9, alarm: true },
    Week { place: 275, expected: 1.106_121_944_166_09, phi: 1.179_764_420_777_28, upper_bound: 4.696_924_736_652_32, alarm: false },
    Week { place: 299, expected: 0.901_383_961_963_294, phi: 1.640_482_828_789_98, upper_bound: 4.979_845_320_925_54, alarm: false },
    Week { place: 311, expected: 1.249_025_198_600_21, phi: 1.560_924_738_700_12, upper_bound: 5.706_806_001_367_15, alarm: true },
];

#[track_caller]
fn check(config: &Config, weeks: &[Week]) {
    let counts = WeeklyCounts::new(IsoWeek::containing(date(2020, 1, 6)), COUNTS.to_vec());
    let config = Config { year: Year::Weeks(52), ..config.clone() };
    for week in weeks {
        let verdict = judge_weeks(&counts, week.place..week.place + 1, &config).remove(0).unwrap();
        let near = |ours: Option<f64>, theirs: f64, tolerance: f64| {
            let ours = ours.unwrap();
            assert!((ours - theirs).abs() <= tolerance * theirs, "week {}: {ours} {theirs}", week.place);
        };
        near(verdict.expected, week.expected, 1e-10);
        near(verdict.phi, week.phi, 1e-10);
        near(verdict.upper_bound, week.upper_bound, 1e-9);
        assert_eq!(verdict.alarm, week.alarm, "week {}", week.place);
    }
}

#[test]
fn negative_binomial() {
    check(&Config { compat: Compat::R, ..Config::noufaily() }, &NEGATIVE_BINOMIAL);
}

#[test]
fn the_corrected_arithmetic_gives_the_same_negative_binomial_bounds() {
    check(&Config::noufaily(), &NEGATIVE_BINOMIAL);
}

#[test]
fn as_the_original() {
    check(&Config { compat: Compat::R, alpha: 0.01, ..Config::farrington_1996() }, &AS_THE_ORIGINAL);
}

/// DIFFERENCE: R's standard error after weighting is too small where past weeks were weighted down, so its
/// 2/3-power bound is too low; the corrected one lies above it.
#[test]
fn the_corrected_power_bound_differs() {
    let counts = WeeklyCounts::new(IsoWeek::containing(date(2020, 1, 6)), COUNTS.to_vec());
    let bound = |compat| {
        let config = Config { compat, year: Year::Weeks(52), ..Config::farrington_1996() };
        judge_weeks(&counts, 311..312, &config).remove(0).unwrap().upper_bound.unwrap()
    };
    let (theirs, ours) = (bound(Compat::R), bound(Compat::Corrected));
    assert!(theirs < ours && ours < 1.1 * theirs, "{theirs} {ours}");
}
