//! `daymark watch`: which weeks of a series pass what their past predicts?

mod problem;
mod series;
mod settings;
#[cfg(test)]
mod tests;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::builder::PossibleValuesParser;
use daymark_surveillance::{Detector, Method, Verdict, WeeklyCounts};
use jiff::civil::Date;

use problem::Problem;
use series::{Series, read_series};
use settings::detector_of;

use crate::whole_file::{read_whole, write_whole};

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
