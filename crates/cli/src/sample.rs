//! `daymark sample`: writes an invented region, for demonstrations, tests and measurements.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use daymark_sample::{DEFAULT_UNTIL, Plan, Region, Scenario};
use jiff::civil::Date;

/// Writes an invented region: reports, the truth about them, and the agencies that made them.
///
/// Every identifier comes from a reserved range and every row says `synthetic=true`. The shares are assumptions
/// and published figures mixed: not evidence of prevalence.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  daymark sample --reports 5000 --seed 7 --scenario north-yorkshire --out sample\n\n\
Writes reports.csv, by-agency/<agency>.csv, agencies.csv, truth.csv, truth-accounts.csv and about.txt."
)]
pub struct Args {
    /// How many reports, exactly.
    #[arg(long, value_name = "N", default_value_t = 5000)]
    reports: usize,
    /// The same seed gives the same bytes.
    #[arg(long, value_name = "SEED", default_value_t = 7)]
    seed: u64,
    /// Which story: national, north-yorkshire, decline, recording-change, new-platform, shared-payee, school-burst,
    /// fake-images, girls-rise or holiday-dip.
    #[arg(long, value_name = "NAME", default_value_t = Scenario::National)]
    scenario: Scenario,
    /// The directory to write into; made when absent.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// The last day of the five years; fixed unless given, so that bytes do not depend on the clock.
    #[arg(long, value_name = "DATE", default_value_t = DEFAULT_UNTIL, value_parser = last_day)]
    until: Date,
}

/// A day that leaves room for five years of history and their incidents.
fn last_day(text: &str) -> Result<Date, String> {
    let date: Date = text.parse().map_err(|_| "not a date: use `2026-11-22`".to_owned())?;
    if (2000..=2200).contains(&date.year()) {
        Ok(date)
    } else {
        Err("use a year from 2000 to 2200".to_owned())
    }
}

/// Invents the region and writes it; the files appear whole or not at all.
///
/// # Errors
/// When the directory cannot be written.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let plan = Plan { n_reports: args.reports, seed: args.seed, scenario: args.scenario, until: args.until };
    let region = daymark_sample::invent(&plan);
    fs::create_dir_all(&args.out)
        .with_context(|| format!("cannot make the directory `{}`", args.out.display()))?;
    let staging = args.out.join(".sample-being-written");
    let written = stage(&staging, &region, &plan).and_then(|()| move_into_place(&staging, &args.out));
    if staging.exists() {
        fs::remove_dir_all(&staging).with_context(|| format!("cannot remove `{}`", staging.display()))?;
    }
    written.with_context(|| {
        format!("cannot write into `{}`; nothing was left half-written", args.out.display())
    })?;
    Ok(ExitCode::SUCCESS)
}

/// Writes everything beside its place.
fn stage(staging: &Path, region: &Region, plan: &Plan) -> anyhow::Result<()> {
    if staging.exists() {
        fs::remove_dir_all(staging)?;
    }
    let by_agency = staging.join("by-agency");
    fs::create_dir_all(&by_agency)?;
    whole(&staging.join("reports.csv"), |out| Ok(daymark_sample::write_reports(region, out)?))?;
    whole(&staging.join("truth.csv"), |out| Ok(daymark_sample::write_truth(region, out)?))?;
    whole(&staging.join("truth-accounts.csv"), |out| Ok(daymark_sample::write_truth_accounts(region, out)?))?;
    whole(&staging.join("agencies.csv"), |out| Ok(daymark_sample::write_agencies(region, out)?))?;
    whole(&staging.join("about.txt"), |out| Ok(out.write_all(about(plan).as_bytes())?))?;
    daymark_sample::write_each_agency(region, |agency| {
        File::create(by_agency.join(format!("{agency}.csv"))).map(BufWriter::new)
    })?;
    Ok(())
}

fn whole(path: &Path, write: impl FnOnce(&mut BufWriter<File>) -> anyhow::Result<()>) -> anyhow::Result<()> {
    let mut out = BufWriter::new(File::create(path)?);
    write(&mut out)?;
    out.into_inner()?.sync_all()?;
    Ok(())
}

/// Renames file by file; `truth.csv` last but one and `reports.csv` last, so that who sees it sees the rest.
fn move_into_place(staging: &Path, out: &Path) -> anyhow::Result<()> {
    let old = staging.join("by-agency-before");
    let by_agency = out.join("by-agency");
    if by_agency.exists() {
        fs::rename(&by_agency, &old)?;
    }
    for name in ["by-agency", "about.txt", "agencies.csv", "truth-accounts.csv", "truth.csv", "reports.csv"] {
        fs::rename(staging.join(name), out.join(name))?;
    }
    Ok(())
}

/// What the files are, for whoever finds them.
fn about(plan: &Plan) -> String {
    format!(
        "Invented data. No child, family, worker, school or account in these files exists.\n\
         Not evidence of prevalence: the shares are published figures and assumptions mixed (docs/designs/sample.md).\n\
         \n\
         Made by: daymark sample --reports {} --seed {} --scenario {} --until {}\n\
         Put in on purpose: {}\n\
         \n\
         reports.csv          the multi-agency template, every row synthetic=true\n\
         by-agency/           the same rows, one file for each agency\n\
         agencies.csv         the invented agencies\n\
         truth.csv            which reports are of one campaign and one pool: for judging links, never imported\n\
         truth-accounts.csv   which are of one child, and the true accounts behind the handles: likewise\n",
        plan.n_reports,
        plan.seed,
        plan.scenario,
        plan.until,
        plan.scenario.sentence(),
    )
}
