//! Farrington by invented counts: what must hold for any series. The reference's own are in `tests/it`.

use jiff::civil::date;
use proptest::prelude::*;

use super::*;

fn monday() -> Week {
    Week::containing(date(2016, 1, 4))
}

fn series(counts: impl IntoIterator<Item = u64>) -> WeeklyCounts {
    WeeklyCounts::new(monday(), counts.into_iter().collect())
}

/// Six years around five cases a week, a little higher in winter, and then `last`.
fn steady_then(last: &[u64]) -> WeeklyCounts {
    let steady = (0..320_u64).map(|week| 4 + week * 7 % 3 + u64::from(week % 52 < 10));
    series(steady.chain(last.iter().copied()))
}

fn weeks_of_52(config: Config) -> Config {
    Config { year: Year::Weeks(52), ..config }
}

#[test]
fn a_week_like_the_others_is_no_alarm_and_a_full_one_is() {
    for config in [Config::noufaily(), Config::farrington_1996()] {
        let usual = judge(&steady_then(&[5]), &config).unwrap();
        assert!(!usual.alarm, "{usual:?}");
        let full = judge(&steady_then(&[25]), &config).unwrap();
        assert!(full.alarm && full.exceedance_score.unwrap() > 1.0, "{full:?}");
        assert!(full.p_value.unwrap() < config.alpha);
    }
}

#[test]
fn a_past_outbreak_does_not_raise_the_bound_when_it_is_weighted_down() {
    let with_outbreak = |week: u64| if (250..254).contains(&week) { 40 } else { 5 + week % 2 };
    let counts = series((0..320).map(with_outbreak));
    let weighted = judge(&counts, &Config::noufaily()).unwrap();
    let plain = judge(&counts, &Config { reweight_above: None, ..Config::noufaily() }).unwrap();
    assert!(weighted.upper_bound < plain.upper_bound);
}

#[test]
fn growth_is_followed_but_not_beyond_the_past() {
    let growing = series((0..330_u64).map(|week| 10 + week / 6));
    let verdict = judge(&growing, &Config { trend_p_below: 0.05, ..Config::noufaily() }).unwrap();
    assert_eq!(verdict.trend_used, Some(false), "the forecast is above every past week");
    let shrinking = series((0..330_u64).map(|week| 70 - week / 6));
    let verdict = judge(&shrinking, &Config { trend_p_below: 0.05, ..Config::noufaily() }).unwrap();
    assert_eq!(verdict.trend_used, Some(true));
}

#[test]
fn an_all_zero_baseline_expects_nothing_and_still_bounds() {
    let counts = series([0; 320].into_iter().chain([2, 2, 3]));
    for config in [Config::noufaily(), Config::farrington_1996()] {
        let verdict = judge(&counts, &config).unwrap();
        assert_eq!(verdict.expected, Some(0.0));
        assert!(verdict.upper_bound.unwrap() < 3.0);
        assert!(verdict.alarm, "seven cases in three weeks after six years without: {verdict:?}");
    }
    let silent = judge(&series([0; 320]), &Config::noufaily()).unwrap();
    assert!(!silent.alarm && silent.exceedance_score.unwrap() <= 1.0);
}

#[test]
fn under_five_cases_in_four_weeks_no_alarm_is_raised() {
    let counts = |last: [u64; 4]| series([0; 320].into_iter().chain(last));
    let few = judge(&counts([0, 0, 0, 4]), &Config::noufaily()).unwrap();
    assert!(few.exceedance_score.unwrap() > 1.0);
    assert_eq!((few.alarm, few.withheld), (false, Some(Withheld::TooFewCases)));
    let enough = judge(&counts([1, 0, 0, 4]), &Config::noufaily()).unwrap();
    assert_eq!((enough.alarm, enough.withheld), (true, None));
}

#[test]
fn a_short_baseline_is_an_error_until_it_is_shortened_by_name() {
    let counts = series((0..180_u64).map(|week| 3 + week % 4));
    let config = Config::noufaily();
    let error = judge(&counts, &config).unwrap_err();
    assert_eq!(error.to_string(), "week 2019-W24 has 3 years before it where 5 are asked for");
    let shorter = config.shortened_to(&counts, 179).unwrap();
    assert_eq!(shorter.years_back, 3);
    assert!(judge(&counts, &shorter).unwrap().expected.is_some());
    assert_eq!(config.shortened_to(&series([3; 50]), 49), None);
    assert_eq!(config.first_week(&counts), None);
    assert_eq!(shorter.first_week(&counts), Some(159), "2019-W04, three years after a whole window");
}

#[test]
fn rates_follow_the_population() {
    let n_weeks = 321;
    let population: Vec<f64> = (0..n_weeks).map(|week| if week < 300 { 1000.0 } else { 3000.0 }).collect();
    let cases = (0..n_weeks).map(|week: u64| (5 + week % 3) * if week < 300 { 1 } else { 3 });
    let counts = series(cases).with_population(population).unwrap();
    let plain = judge(&counts, &Config::noufaily()).unwrap();
    let rates = judge(&counts, &Config { population_offset: true, ..Config::noufaily() }).unwrap();
    assert!(plain.alarm, "three times the cases");
    assert!(!rates.alarm, "of three times the people: {rates:?}");
}

#[test]
fn settings_that_make_no_sense_are_named() {
    let check = |config: Config, text: &str| {
        assert_eq!(judge(&steady_then(&[5]), &config).unwrap_err().to_string(), text);
    };
    check(Config { alpha: 0.0, ..Config::noufaily() }, "`alpha` must be above 0 and at most 0.5");
    check(Config { n_seasons: 0, ..Config::noufaily() }, "`n_seasons` must be 1 to 26");
    check(Config { year: Year::Weeks(6), ..Config::noufaily() }, "`year` must be longer than the window");
    assert_eq!(judge(&series([]), &Config::noufaily()), Err(FarringtonError::NoSuchWeek(0)));
}

#[test]
fn a_baseline_left_out_entirely_is_refused() {
    let verdict = judge(&series([0; 320]), &Config { weeks_left_out: 400, ..Config::noufaily() });
    assert!(matches!(verdict, Err(FarringtonError::NoFit { n_baseline_weeks: 0, .. })));
}

#[test]
fn the_smallest_baselines_are_fitted_or_refused_never_wrong() {
    for half_window_weeks in 0..2 {
        let config = Config { years_back: 1, half_window_weeks, ..weeks_of_52(Config::farrington_1996()) };
        let verdict = judge(&series([3; 60]), &config);
        match half_window_weeks {
            0 => assert!(matches!(verdict, Err(FarringtonError::NoFit { n_baseline_weeks: 1, .. }))),
            _ => assert!((verdict.unwrap().expected.unwrap() - 3.0).abs() < 1e-6),
        }
    }
}

prop_compose! {
    fn past()(level in 0.0_f64..30.0, seed in prop::collection::vec(0.0_f64..2.0, 320)) -> Vec<u64> {
        seed.iter().map(|part| (level * part) as u64).collect()
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn more_cases_never_lower_the_score_nor_move_the_bound(past in past(), last in 0_u64..60, more in 1_u64..40) {
        for config in [Config::noufaily(), Config::farrington_1996()] {
            let judged = |cases| judge(&series(past.iter().copied().chain([cases])), &config).unwrap();
            let (less, full) = (judged(last), judged(last + more));
            prop_assert!(full.exceedance_score >= less.exceedance_score);
            prop_assert!(full.p_value <= less.p_value);
            prop_assert_eq!(full.upper_bound, less.upper_bound);
            prop_assert!(full.alarm || !less.alarm);
        }
    }

    #[test]
    fn the_alarm_is_a_score_above_one(past in past(), last in 0_u64..60) {
        for bound in [Bound::NegativeBinomial, Bound::NegativeBinomialOfUpperMean, Bound::TwoThirdsPower] {
            let config = Config { bound, fewest_cases: 0, ..Config::noufaily() };
            let verdict = judge(&series(past.iter().copied().chain([last])), &config).unwrap();
            prop_assert_eq!(verdict.alarm, verdict.exceedance_score.unwrap() > 1.0);
        }
    }

    #[test]
    fn a_verdict_does_not_depend_on_when_the_series_began(past in past(), shift in 0_i64..200) {
        let config = weeks_of_52(Config::noufaily());
        let here = judge(&series(past.clone()), &config).unwrap();
        let later = judge(&WeeklyCounts::new(monday().plus(shift), past), &config).unwrap();
        prop_assert_eq!(later.week, here.week.plus(shift));
        prop_assert_eq!(Verdict { week: here.week, ..later }, here);
    }

    #[test]
    fn years_before_the_baseline_change_nothing(past in past(), earlier in prop::collection::vec(0_u64..50, 1..60)) {
        let config = weeks_of_52(Config::noufaily());
        let n_earlier = earlier.len() as i64;
        let here = judge(&series(past.clone()), &config).unwrap();
        let longer = WeeklyCounts::new(monday().plus(-n_earlier), earlier.into_iter().chain(past).collect());
        prop_assert_eq!(judge(&longer, &config).unwrap(), here);
    }
}
