//! How quickly do reports come in through the real store: encryption, audit, indexes, all of a file or nothing?
//!
//! The invented region is written as one file for each agency, as agencies send them. Each is imported by the command
//! that operators use, into one database, one after the other: so the later files meet a large database.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use serde_json::json;

use super::Figures;
use super::measured::{self, Cost};
use crate::console::say;
use crate::figures::table;
use crate::server::Server;
use crate::workspace::{DEMO_PROFILE, Workspace};

/// What `cargo xtask bench import` is asked.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Reports to invent.
    #[arg(long, default_value_t = 100_000)]
    reports: u32,
    /// Measure this program instead of building one.
    #[arg(long)]
    program: Option<PathBuf>,
    /// Put the figures into `docs/benchmarks.md`.
    #[arg(long)]
    pub write: bool,
}

/// Measures.
///
/// # Errors
/// When the program does not run, or refuses a file.
pub fn run(workspace: &Workspace, args: &Args) -> Result<Figures> {
    let daymark = args.program.clone().map_or_else(|| workspace.build_daymark(DEMO_PROFILE), Ok)?;
    let passing = tempfile::tempdir().context("make a folder for the invented region")?;
    let (sample, data) = (passing.path().join("sample"), passing.path().join("data"));
    invent(&daymark, args.reports, &sample)?;
    // A region without reports: its agencies and their keys.
    let log = passing.path().join("log");
    let options = ["--sample", "--reports", "0"];
    Server::start(&daymark, &data, &options, &log, Duration::from_secs(120))?.stop();
    let before = size_of(&data)?;

    // A file comes in whole or the command fails: so all reports of the region are counted.
    let n_rows = u64::from(args.reports);
    let (mut total, mut n_files) = (Cost::default(), 0);
    for file in files_in(&sample.join("by-agency"))? {
        let agency = file.file_stem().context("a file of an agency")?.to_string_lossy().into_owned();
        let rows =
            fs::read_to_string(&file)?.lines().filter(|line| !line.is_empty()).count().saturating_sub(1);
        if rows == 0 {
            continue;
        }
        let mut import = Command::new(&daymark);
        import.arg("import").arg(&file).arg("--data").arg(&data).args(["--agency", &agency]);
        let cost = measured::run(import)?;
        total = Cost {
            wall_s: total.wall_s + cost.wall_s,
            cpu_s: total.cpu_s + cost.cpu_s,
            peak_mib: total.peak_mib.max(cost.peak_mib),
        };
        n_files += 1;
    }
    ensure!(n_files > 0, "the invented region has no reports");
    let bytes = size_of(&data)?.saturating_sub(before);
    let per_report = bytes / n_rows.max(1);
    let per_second = n_rows as f64 / total.wall_s;
    let per_cpu_second = n_rows as f64 / total.cpu_s;
    say(format_args!("{n_rows} reports in {n_files} files: {per_second:.0} rows/s"));
    let head =
        ["reports", "files", "rows/s", "rows per CPU s", "CPU s", "wall s", "peak MiB", "bytes per report"];
    let row = vec![
        n_rows.to_string(),
        n_files.to_string(),
        format!("{per_second:.0}"),
        format!("{per_cpu_second:.0}"),
        format!("{:.1}", total.cpu_s),
        format!("{:.1}", total.wall_s),
        total.peak_mib.to_string(),
        per_report.to_string(),
    ];
    let command = format!("cargo xtask bench import --reports {}", args.reports);
    let result = json!({
        "command": command,
        "reports": n_rows,
        "files": n_files,
        "rows_per_second": per_second,
        "cpu_s": total.cpu_s,
        "wall_s": total.wall_s,
        "peak_mib": total.peak_mib,
        "bytes_per_report": per_report,
    });
    Ok(Figures { name: "import", command, table: table(&head, &[row]), result })
}

fn invent(daymark: &Path, reports: u32, out: &Path) -> Result<()> {
    let mut sample = Command::new(daymark);
    sample
        .args(["sample", "--scenario", "north-yorkshire", "--reports", &reports.to_string(), "--out"])
        .arg(out);
    measured::run(sample)?;
    Ok(())
}

fn files_in(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .with_context(|| format!("read {}", folder.display()))?
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<_>>()?;
    files.sort();
    Ok(files)
}

/// Bytes of the database and what lies beside it.
fn size_of(data: &Path) -> Result<u64> {
    let files = files_in(data)?.into_iter().filter(|file| file.is_file());
    files.map(|file| Ok(fs::metadata(file)?.len())).sum()
}
