//! Series, settings and flags, as the command takes and gives them.

use std::fs;

use clap::Parser;
use daymark_surveillance::Week;

use super::*;

#[derive(Debug, Parser)]
struct Call {
    #[command(flatten)]
    args: Args,
}

/// Invented weeks from 2019 on: four to six cases, then `last`.
fn weekly(series: &str, n_weeks: i64, last: u64) -> String {
    let first = Week::containing(jiff::civil::date(2019, 1, 7));
    let row = |week: i64| {
        let count = if week + 1 == n_weeks { last } else { 4 + (week as u64 * 7) % 3 };
        format!("{series},{},{count}\n", first.plus(week).monday())
    };
    (0..n_weeks).map(row).collect()
}

fn answer(text: &str, more: &[&str]) -> Answer {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("in.csv");
    fs::write(&path, text).unwrap();
    let out = folder.path().join("out.csv");
    let call = ["watch", "detect", path.to_str().unwrap(), "--out", out.to_str().unwrap()];
    let Question::Detect(detect) = Call::try_parse_from(call.iter().chain(more)).unwrap().args.question;
    flags_of(&detect).unwrap()
}

const FLEXIBLE: [&str; 2] = ["--method", "farrington-flexible"];

fn problems(text: &str, more: &[&str]) -> Vec<String> {
    let strip = |problem: Problem| {
        let file = problem.file.rsplit('/').next().unwrap().to_owned();
        Problem { file, ..problem }.to_string()
    };
    answer(text, more).flags.unwrap_err().into_iter().map(strip).collect()
}

#[test]
fn flags_have_a_row_per_judged_week() {
    let text = format!("series,date,count\n{}{}", weekly("b", 320, 30), weekly("a", 320, 5));
    let flags = String::from_utf8(answer(&text, &FLEXIBLE).flags.unwrap()).unwrap();
    let rows: Vec<&str> = flags.lines().collect();
    assert_eq!(rows[0], "series,date,observed,expected,upper_bound,exceedance_score,p_value,alarm");
    assert!(rows[1].starts_with("a,2024-"));
    let last = rows.last().unwrap();
    assert!(last.starts_with("b,2025-02-17,30,") && last.ends_with(",1"), "{last}");
    assert_eq!(rows.iter().filter(|row| row.ends_with(",1")).count(), 1);
    assert_eq!((rows.len() - 1) % 2, 0);
}

#[test]
fn fields_that_a_method_does_not_define_are_empty() {
    let text = format!("series,date,count\n{}", weekly("a", 80, 30));
    let flags = String::from_utf8(answer(&text, &["--method", "cusum"]).flags.unwrap()).unwrap();
    assert!(flags.lines().last().unwrap().ends_with(",,1"));
}

#[test]
fn every_problem_is_named_with_its_place() {
    let text = "series,date,count,population\n\
                    a,2026-01-05,3,100\n\
                    a,2026-01-06,4,100\n\
                    a,2026-01-26,-1,100\n\
                    b,05/01/2026,3,100\n\
                    \"b, c\",2026-01-05,three,0\n\
                    b,2026-01-05\n";
    assert_eq!(
        problems(text, &FLEXIBLE),
        [
            "in.csv:3:3: series `a`: week 2026-W02 has an earlier row: give each week once on line 2 (one row per series and ISO week)",
            "in.csv:4:3: series `a`: 2 weeks are absent from 2026-W03 on: write rows with 0 if they had no case (one row per series and ISO week)",
            "in.csv:4:3: series `a`: the count -1 is below zero (one row per series and ISO week)",
            "in.csv:5:3: `date` is `05/01/2026`, not a date (write 2026-03-02)",
            "in.csv:6:19: `count` is `three`, not a whole number (write 0 where there was no case)",
            "in.csv:6:25: `population` is `0`, not a number above 0 (leave it empty where it is not known)",
            "in.csv:7:1: the row has 2 fields where the header has 4 (give every column a field, empty if need be)",
        ]
    );
    assert_eq!(problems("a,b\n", &FLEXIBLE).len(), 3);
    assert_eq!(problems("", &FLEXIBLE).len(), 1);
    assert_eq!(problems("series,date,count\n", &FLEXIBLE).len(), 1);
}

#[test]
fn a_short_series_is_refused_until_auto_is_asked_for() {
    let text = format!("series,date,count\n{}", weekly("a", 180, 5));
    let refused = problems(&text, &FLEXIBLE);
    assert!(refused[0].contains("3 years before it where 5 are asked for"), "{refused:?}");
    let auto = answer(&text, &["--method", "farrington-flexible", "--years-back", "auto"]);
    assert_eq!(auto.notes, ["note: `a` is judged against 3 years, all that it has"]);
    assert!(auto.flags.unwrap().len() > 100);
}

#[test]
fn unknown_methods_and_settings_are_usage_errors() {
    let call =
        |method: &str| Call::try_parse_from(["watch", "detect", "-", "--out", "-", "--method", method]);
    let error = call("glr-nb").unwrap_err();
    assert_eq!(error.exit_code(), 2);
    assert!(error.to_string().contains("farrington-flexible, farrington, ears-c1"), "{error}");
    let text = format!("series,date,count\n{}", weekly("a", 80, 5));
    let refused = problems(&text, &["--method", "cusum", "--alpha", "0.05"]);
    assert!(refused[0].contains("`cusum` has no setting `alpha`"), "{refused:?}");
}

#[test]
fn settings_are_read_and_their_mistakes_placed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("c.toml");
    let config = path.to_str().unwrap();
    let text = format!("series,date,count\n{}", weekly("a", 180, 5));
    let more = ["--method", "farrington", "--config", config];
    fs::write(&path, "years_back = 2\nyear = 52\nbound = \"negative-binomial\"\ncompat = \"R\"\n").unwrap();
    assert!(answer(&text, &more).flags.is_ok());
    fs::write(&path, "years_back = 2\nyaer = 52\n").unwrap();
    assert!(problems(&text, &more)[0].starts_with("c.toml:2:1: unknown field `yaer`"));
}

#[test]
fn output_appears_whole() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("flags.csv");
    write_whole(&path, b"series\n").unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "series\n");
    assert!(write_whole(&folder.path().join("none/flags.csv"), b"x").is_err());
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}
