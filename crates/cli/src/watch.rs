//! `daymark watch`: which weeks of a series pass what their past predicts?

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::builder::PossibleValuesParser;
use daymark_surveillance::farrington::{Bound, Compat, Year};
use daymark_surveillance::{CountsProblemKind, Detector, Method, Verdict, Week, WeeklyCounts};
use jiff::civil::Date;
use serde::Deserialize;

/// What `daymark watch` is asked.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    question: Question,
}

#[derive(Debug, clap::Subcommand)]
enum Question {
    /// Judge each week of each series against its own past.
    #[command(after_help = "Example:\n  \
        daymark watch detect weekly.csv --method farrington-flexible --alpha 0.01 --out flags.csv\n\n\
        SERIES holds the columns series,date,count and, if rates are wanted, population: one row per series and ISO\n\
        week, weeks without cases included. FLAGS has one row per judged week; fields that a method does not define\n\
        are empty. Exit 0 when written, 2 when the input or the call is wrong.")]
    Detect(Detect),
}

#[derive(Debug, clap::Args)]
struct Detect {
    /// The series, CSV; `-` reads standard input.
    series: PathBuf,
    /// The detector.
    #[arg(long, value_parser = PossibleValuesParser::new(Method::ALL.map(Method::name)))]
    method: String,
    /// Chance that an ordinary week passes the upper bound (one side) [default: the method's own].
    #[arg(long)]
    alpha: Option<f64>,
    /// Settings of the method, TOML.
    #[arg(long)]
    config: Option<PathBuf>,
    /// Years of baseline; `auto` takes as many as each series has, up to the method's own, and says so.
    #[arg(long, value_parser = parse_years)]
    years_back: Option<YearsBack>,
    /// The day the data were taken: rows of later weeks are refused.
    #[arg(long)]
    as_of: Option<Date>,
    /// Where the flags go, CSV; `-` writes standard output.
    #[arg(long)]
    out: PathBuf,
}

#[derive(Debug, Clone, Copy)]
enum YearsBack {
    Exactly(u16),
    Auto,
}

fn parse_years(text: &str) -> Result<YearsBack, String> {
    match text {
        "auto" => Ok(YearsBack::Auto),
        _ => text.parse().map(YearsBack::Exactly).map_err(|_| "give a number of years, or `auto`".to_owned()),
    }
}

/// Runs `daymark watch`.
///
/// # Errors
/// When the flags cannot be written. What is wrong with the input goes to stderr, all of it, with exit 2.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let Question::Detect(detect) = &args.question;
    let answer = match flags_of(detect) {
        Ok(answer) => answer,
        Err(unreadable) => {
            eprintln!("{unreadable:#} (give a readable file, or - for standard input)");
            return Ok(ExitCode::from(2));
        }
    };
    for note in &answer.notes {
        eprintln!("{note}");
    }
    match answer.flags {
        Ok(flags) => {
            write_whole(&detect.out, &flags)?;
            Ok(ExitCode::SUCCESS)
        }
        Err(problems) => {
            for problem in problems {
                eprintln!("{problem}");
            }
            Ok(ExitCode::from(2))
        }
    }
}

/// One thing wrong, where it is, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Problem {
    file: String,
    line: u64,
    column: u64,
    message: String,
    hint: &'static str,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, line, column, message, hint } = self;
        write!(f, "{file}:{line}:{column}: {message} ({hint})")
    }
}

#[derive(Debug)]
struct Answer {
    notes: Vec<String>,
    flags: Result<Vec<u8>, Vec<Problem>>,
}

fn flags_of(detect: &Detect) -> anyhow::Result<Answer> {
    let file = detect.series.display().to_string();
    let text = read_whole(&detect.series)?;
    let (series, mut problems) = read_series(&file, &text, detect.as_of);
    let detector = detector_of(detect)?;
    let detector = match detector {
        Ok(detector) if problems.is_empty() => detector,
        refused => {
            problems.extend(refused.err());
            problems.sort();
            return Ok(Answer { notes: Vec::new(), flags: Err(problems) });
        }
    };
    let mut notes = Vec::new();
    let mut judged = Vec::new();
    for (name, series) in &series {
        let (detector, years) = shortened(&detector, &series.counts, detect.years_back);
        if let Some(years) = years {
            notes.push(format!("note: `{name}` is judged against {years} years, all that it has"));
        }
        match detector.judge_all(&series.counts) {
            Ok(verdicts) => judged.push((name.as_str(), series, verdicts)),
            Err(error) => problems.push(Problem {
                file: file.clone(),
                line: series.first_line,
                column: 1,
                message: format!("series `{name}` cannot be judged: {error}"),
                hint: "give a longer series, other settings, or `--years-back auto`",
            }),
        }
    }
    if problems.is_empty() {
        return Ok(Answer { notes, flags: Ok(write_flags(&judged)?) });
    }
    Ok(Answer { notes: Vec::new(), flags: Err(problems) })
}

/// The detector with the years of this series, and how many if they are fewer than asked for.
fn shortened(
    detector: &Detector,
    counts: &WeeklyCounts,
    years: Option<YearsBack>,
) -> (Detector, Option<u16>) {
    if let (Detector::Farrington(config), Some(YearsBack::Auto)) = (detector, years)
        && let Some(shorter) = config.shortened_to(counts, counts.len().saturating_sub(1))
        && shorter.years_back < config.years_back
    {
        let years_back = shorter.years_back;
        return (Detector::Farrington(shorter), Some(years_back));
    }
    (detector.clone(), None)
}

/// A series as read, with the words its dates were written in.
#[derive(Debug)]
struct Series {
    counts: WeeklyCounts,
    dates: BTreeMap<Week, String>,
    first_line: u64,
}

/// A row as read: where it stands and what it says.
#[derive(Debug)]
struct Row {
    line: u64,
    date_column: u64,
    date: (Date, String),
    count: i64,
    population: Option<f64>,
}

fn read_series(file: &str, text: &str, as_of: Option<Date>) -> (BTreeMap<String, Series>, Vec<Problem>) {
    let mut problems = Vec::new();
    let rows = read_rows(file, text, &mut problems);
    let mut series = BTreeMap::new();
    for (name, rows) in rows {
        let first_line = rows.first().map_or(1, |row| row.line);
        let pairs = rows.iter().map(|row| (row.date.0, row.count));
        let counts = match WeeklyCounts::from_rows(pairs, as_of) {
            Ok(counts) => counts,
            Err(found) => {
                problems.extend(found.into_iter().map(|problem| {
                    let row = rows.get(problem.row);
                    let earlier = match problem.kind {
                        CountsProblemKind::Duplicate { first_row, .. } => rows.get(first_row),
                        _ => None,
                    };
                    let earlier = earlier.map_or(String::new(), |row| format!(" on line {}", row.line));
                    Problem {
                        file: file.to_owned(),
                        line: row.map_or(1, |row| row.line),
                        column: row.map_or(1, |row| row.date_column),
                        message: format!("series `{name}`: {}{earlier}", problem.kind),
                        hint: "one row per series and ISO week",
                    }
                }));
                continue;
            }
        };
        let dates = rows.iter().map(|row| (Week::containing(row.date.0), row.date.1.clone())).collect();
        let mut by_week: Vec<&Row> = rows.iter().collect();
        by_week.sort_by_key(|row| row.date.0);
        let population: Option<Vec<f64>> = by_week.iter().map(|row| row.population).collect();
        let counts = match population {
            Some(population) => counts.clone().with_population(population).unwrap_or(counts),
            None => counts,
        };
        series.insert(name, Series { counts, dates, first_line });
    }
    (series, problems)
}

/// The rows of each series in file order. Rows with a problem are left out and the problem is named.
fn read_rows(file: &str, text: &str, problems: &mut Vec<Problem>) -> BTreeMap<String, Vec<Row>> {
    let mut rows: BTreeMap<String, Vec<Row>> = BTreeMap::new();
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut at = |line: u64, column: u64, message: String, hint: &'static str| {
        problems.push(Problem { file: file.to_owned(), line, column, message, hint });
    };
    let mut records = reader.records();
    let header = match records.next() {
        Some(Ok(header)) => header,
        _ => {
            at(1, 1, "there is no header row".into(), "begin with series,date,count");
            return rows;
        }
    };
    let place = |name: &str| header.iter().position(|column| column.trim() == name);
    let (Some(series), Some(date), Some(count)) = (place("series"), place("date"), place("count")) else {
        for name in ["series", "date", "count"].into_iter().filter(|name| place(name).is_none()) {
            at(1, 1, format!("the column `{name}` is absent"), "begin with series,date,count[,population]");
        }
        return rows;
    };
    let population = place("population");

    for record in records {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                let line = error.position().map_or(1, csv::Position::line);
                at(line, 1, format!("the row cannot be read: {error}"), "write UTF-8 CSV, quotes doubled");
                continue;
            }
        };
        let (line, start) = record.position().map_or((1, 0), |at| (at.line(), at.byte()));
        let column = |field: usize| column_of(text, start, field);
        if record.len() != header.len() {
            let message =
                format!("the row has {} fields where the header has {}", record.len(), header.len());
            at(line, 1, message, "give every column a field, empty if need be");
            continue;
        }
        let field = |place: usize| record.get(place).unwrap_or("").trim();
        let day: Option<Date> = field(date).parse().ok();
        if day.is_none() {
            let message = format!("`date` is `{}`, not a date", field(date));
            at(line, column(date), message, "write 2026-03-02");
        }
        let cases: Option<i64> = field(count).parse().ok();
        if cases.is_none() {
            let message = format!("`count` is `{}`, not a whole number", field(count));
            at(line, column(count), message, "write 0 where there was no case");
        }
        let people = population.filter(|place| !field(*place).is_empty()).map(|place| {
            let people = field(place).parse().ok().filter(|people: &f64| people.is_finite() && *people > 0.0);
            if people.is_none() {
                let message = format!("`population` is `{}`, not a number above 0", field(place));
                at(line, column(place), message, "leave it empty where it is not known");
            }
            people
        });
        if let (Some(day), Some(count), None | Some(Some(_))) = (day, cases, people) {
            rows.entry(field(series).to_owned()).or_default().push(Row {
                line,
                date_column: column(date),
                date: (day, field(date).to_owned()),
                count,
                population: people.flatten(),
            });
        }
    }
    if rows.is_empty() && problems.is_empty() {
        problems.push(Problem {
            file: file.to_owned(),
            line: 2,
            column: 1,
            message: "there is no row".into(),
            hint: "give a row per series and week",
        });
    }
    rows
}

/// Where the `field`-th field of the record at byte `start` begins in its line, from 1, in characters.
fn column_of(text: &str, start: u64, field: usize) -> u64 {
    let record = usize::try_from(start).ok().and_then(|start| text.get(start..)).unwrap_or("");
    let (mut quoted, mut fields_left, mut column) = (false, field, 1);
    for letter in record.trim_start_matches(['\r', '\n']).chars() {
        if fields_left == 0 {
            break;
        }
        match letter {
            '"' => quoted = !quoted,
            ',' if !quoted => fields_left -= 1,
            _ => {}
        }
        column = if letter == '\n' { 1 } else { column + 1 };
    }
    column
}

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

fn detector_of(detect: &Detect) -> anyhow::Result<Result<Detector, Problem>> {
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

fn write_flags(judged: &[(&str, &Series, Vec<Verdict>)]) -> anyhow::Result<Vec<u8>> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record([
        "series",
        "date",
        "observed",
        "expected",
        "upper_bound",
        "exceedance_score",
        "p_value",
        "alarm",
    ])?;
    let number = |value: Option<f64>| value.map_or(String::new(), |value| value.to_string());
    for (name, series, verdicts) in judged {
        for verdict in verdicts {
            let date = series.dates.get(&verdict.week).cloned();
            writer.write_record([
                (*name).to_owned(),
                date.unwrap_or_else(|| verdict.week.monday().to_string()),
                verdict.observed.to_string(),
                number(verdict.expected),
                number(verdict.upper_bound),
                number(verdict.exceedance_score),
                number(verdict.p_value),
                u8::from(verdict.alarm).to_string(),
            ])?;
        }
    }
    Ok(writer.into_inner()?)
}

fn read_whole(path: &Path) -> anyhow::Result<String> {
    let mut text = String::new();
    if path == Path::new("-") {
        io::stdin().read_to_string(&mut text).context("standard input cannot be read as UTF-8")?;
    } else {
        text = fs::read_to_string(path)
            .with_context(|| format!("{} cannot be read as UTF-8", path.display()))?;
    }
    Ok(text)
}

/// Writes a file whole or not at all: to a file beside it, then in its place.
fn write_whole(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    if path == Path::new("-") {
        return io::stdout().write_all(bytes).context("standard output cannot be written");
    }
    let mut beside = path.as_os_str().to_owned();
    beside.push(".partial");
    let beside = PathBuf::from(beside);
    let written = fs::write(&beside, bytes).and_then(|()| fs::rename(&beside, path));
    if written.is_err() {
        drop(fs::remove_file(&beside));
    }
    written.with_context(|| format!("{} cannot be written", path.display()))
}

#[cfg(test)]
mod tests {
    use clap::Parser;

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
        fs::write(&path, "years_back = 2\nyear = 52\nbound = \"negative-binomial\"\ncompat = \"R\"\n")
            .unwrap();
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
}
