//! How well and how fast does `daymark watch detect` see injected outbreaks in simulated series?
//!
//! The series, the truth and the scorer come with the benchmark data. Weeks are numbered there; here week 1 is an
//! arbitrary Monday, since the methods only look at the order and the season.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

use super::measured;
use super::{Data, Figures};
use crate::console::heading;
use crate::figures::table;
use crate::workspace::Workspace;

/// Method, and which column of the flags ranks its weeks.
const METHODS: [(&str, &str); 5] = [
    ("farrington-flexible", "pvalue"),
    ("farrington", "pvalue"),
    ("ears-c1", "exceedance_score"),
    ("ears-c2", "exceedance_score"),
    ("ears-c3", "exceedance_score"),
];
const WORLDS: [&str; 3] = ["y_wide", "nocurrent_wide", "baseline_wide"];
const FIRST_JUDGED_WEEK: usize = 576;
/// Day 0 of the simulated weeks: Monday 2 January 2012, in days since 1970.
const FIRST_MONDAY: i64 = 15_341;

/// Measures every method; `None` when the data are absent.
///
/// # Errors
/// When a method or the scorer fails.
pub fn run(workspace: &Workspace, data: &Data) -> Result<Option<Figures>> {
    let Some(folder) = data.folder(workspace, "trends") else { return Ok(None) };
    let daymark = data.program(workspace)?;
    let passing = tempfile::tempdir().context("make a folder for the series")?;
    for world in WORLDS {
        let wide = fs::read_to_string(folder.join(format!("sim_temporal/{world}.csv")))
            .with_context(|| format!("read {world}"))?;
        fs::write(passing.path().join(format!("{world}.csv")), long(&wide)?)?;
    }
    let (mut rows, mut results) = (Vec::new(), Vec::new());
    for (method, ranked_by) in METHODS.iter().filter(|(method, _)| data.wants(method)) {
        heading(method);
        let (row, result) = one(&daymark, &folder, method, ranked_by, passing.path())?;
        rows.push(row);
        results.push(result);
    }
    ensure!(!rows.is_empty(), "no method was measured");
    let head =
        ["method", "at equal false positives", "FPR", "POD", "POD first week", "sensitivity", "PPV", "CPU s"];
    Ok(Some(Figures {
        name: "watch",
        command: "cargo xtask bench watch".to_owned(),
        table: table(&head, &rows),
        result: json!({ "command": "cargo xtask bench watch", "methods": results }),
    }))
}

fn one(
    daymark: &Path,
    folder: &Path,
    method: &str,
    ranked_by: &str,
    passing: &Path,
) -> Result<(Vec<String>, Value)> {
    let mut cpu_s = 0.0;
    let mut scored = Vec::new();
    for world in WORLDS {
        let flags = passing.join(format!("{world}-{method}-flags.csv"));
        let mut detect = Command::new(daymark);
        detect.args(["watch", "detect"]).arg(passing.join(format!("{world}.csv")));
        detect.args(["--method", method]).arg("--out").arg(&flags);
        cpu_s += measured::run(detect)?.cpu_s;
        let file = passing.join(format!("{world}-{method}-scored.csv"));
        let text = fs::read_to_string(&flags).context("read the flags")?;
        fs::write(&file, judged(&text, ranked_by)?)?;
        scored.push(file);
    }
    let mut scorer = Command::new("python3");
    scorer.arg(folder.join("scripts/score_temporal.py")).args(&scored);
    scorer.arg(folder.join("sim_temporal/outbreaks.csv")).args(["--score", ranked_by]);
    let output = scorer.output().context("start python3")?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "the scorer failed (it needs: pip install pandas numpy): {said}");
    let lines: Vec<String> = String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect();
    for line in &lines {
        crate::console::say(line);
    }
    let at_one_percent =
        lines.iter().find(|line| line.starts_with("equal FPR 0.01")).cloned().unwrap_or_default();
    let figure = |name: &str| figure(&at_one_percent, name).unwrap_or_default();
    let mut row = vec![method.to_owned(), "1 %".to_owned()];
    row.extend(["FPR", "POD", "POD_first_week", "sensitivity", "PPV"].map(figure));
    row.push(format!("{cpu_s:.1}"));
    Ok((row, json!({ "method": method, "ranked_by": ranked_by, "scores": lines, "cpu_s": cpu_s })))
}

/// `'POD': 0.507,` gives `0.507`.
fn figure(line: &str, name: &str) -> Option<String> {
    let (_, rest) = line.split_once(&format!("'{name}': "))?;
    rest.split([',', '}']).next().map(str::to_owned)
}

/// One row for each series and week, from one row for each series.
fn long(wide: &str) -> Result<String> {
    let mut text = String::from("series,date,count\n");
    for line in wide.lines().skip(1) {
        let mut fields = line.split(',');
        let scenario = fields.next().context("a row has a scenario")?;
        let replicate = fields.next().context("a row has a replicate")?;
        for (week, count) in fields.enumerate() {
            writeln!(text, "{scenario}-{replicate},{},{count}", date(FIRST_MONDAY + 7 * week as i64))?;
        }
    }
    Ok(text)
}

/// The judged weeks as the scorer reads them.
fn judged(flags: &str, ranked_by: &str) -> Result<String> {
    let mut lines = flags.lines();
    let head: Vec<&str> = lines.next().unwrap_or_default().split(',').collect();
    let place = |name: &str| {
        head.iter().position(|field| *field == name).with_context(|| format!("no column {name}"))
    };
    let (series, day, observed) = (place("series")?, place("date")?, place("observed")?);
    let score = place(if ranked_by == "pvalue" { "p_value" } else { ranked_by })?;
    let mut text = format!("scenario,rep,week,observed,{ranked_by}\n");
    for line in lines {
        let row: Vec<&str> = line.split(',').collect();
        let field = |at: usize| row.get(at).copied().unwrap_or_default();
        let week = week_of(field(day)).with_context(|| format!("no date: {}", field(day)))?;
        if week < FIRST_JUDGED_WEEK {
            continue;
        }
        let (scenario, replicate) = field(series).split_once('-').context("a series has a replicate")?;
        writeln!(text, "{scenario},{replicate},{week},{},{}", field(observed), field(score))?;
    }
    Ok(text)
}

/// ISO date of a day since 1970 (the civil calendar by years that start in March).
fn date(day: i64) -> String {
    let shifted = day + 719_468;
    let (era, of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * of_year + 2) / 153;
    let day_of_month = of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day_of_month:02}")
}

/// The number of the simulated week that begins on this date, from 1.
fn week_of(text: &str) -> Option<usize> {
    (0..1_000).find(|week| date(FIRST_MONDAY + 7 * week) == text).map(|week| week as usize + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weeks_have_dates_and_back() {
        assert_eq!(date(0), "1970-01-01");
        assert_eq!(date(FIRST_MONDAY), "2012-01-02");
        assert_eq!(date(FIRST_MONDAY + 57), "2012-02-28");
        assert_eq!(date(FIRST_MONDAY + 58), "2012-02-29");
        assert_eq!(week_of("2012-01-09"), Some(2));
        assert_eq!(week_of("2012-01-10"), None);
    }

    #[test]
    fn series_are_turned_round() {
        let wide = "scenario,rep,1,2\n4,1,7,0\n";
        assert_eq!(long(wide).expect("rows"), "series,date,count\n4-1,2012-01-02,7\n4-1,2012-01-09,0\n");
        let flags = format!(
            "series,date,observed,p_value\n4-1,2012-01-02,7,0.5\n4-1,{},9,0.01\n",
            date(FIRST_MONDAY + 7 * 575)
        );
        assert_eq!(
            judged(&flags, "pvalue").expect("rows"),
            "scenario,rep,week,observed,pvalue\n4,1,576,9,0.01\n"
        );
    }

    #[test]
    fn figures_are_read_from_the_scorer() {
        let line = "equal FPR 0.01 {'FPR': 0.01, 'POD': 0.507, 'PPV': 0.62}";
        assert_eq!(figure(line, "POD").as_deref(), Some("0.507"));
        assert_eq!(figure(line, "PPV").as_deref(), Some("0.62"));
        assert_eq!(figure(line, "none"), None);
    }
}
