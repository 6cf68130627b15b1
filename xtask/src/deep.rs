//! `cargo xtask deep`: the tests that take long, each with a small result file in `reports/`.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context as _, Result, ensure};
use clap::ValueEnum;
use serde_json::{Value, json};

use crate::console::spoken;
use crate::figures::{quantile, write_result};
use crate::packages::{self, Need};
use crate::postgres::Postgres;
use crate::step::{Passed, Steps};
use crate::workspace::{DEMO_PROFILE, Workspace};
use crate::{kill_loop, test};

/// What `cargo xtask deep` is asked.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  cargo xtask deep --only kill-loop --kills 1000 --seed 7")]
pub struct Args {
    /// Run these and no others.
    #[arg(long, value_enum, value_delimiter = ',')]
    only: Vec<Long>,
    /// How often the server is killed.
    #[arg(long, default_value_t = 200)]
    kills: u64,
    /// Where chance starts in the kill loop.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Kill this program instead of building one.
    #[arg(long)]
    program: Option<PathBuf>,
    /// Cases for each property test.
    #[arg(long, default_value_t = 4096)]
    cases: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Long {
    /// `kill -9` of the real server at random moments: nothing acknowledged may be lost.
    KillLoop,
    /// Spreadsheets that explode: how soon and within how much memory each is refused.
    Bombs,
    /// All tests, with many more cases for each property.
    Properties,
}

/// Runs them.
///
/// # Errors
/// When cargo does not say where the workspace lies.
pub fn run(args: &Args) -> Result<ExitCode> {
    let workspace = Workspace::find()?;
    let wanted = |long| args.only.is_empty() || args.only.contains(&long);
    let mut steps = Steps::default();
    if wanted(Long::KillLoop) {
        let alone = format!("cargo xtask deep --only kill-loop --kills {} --seed {}", args.kills, args.seed);
        steps.run("kill-loop", &alone, || kills(&workspace, args));
    }
    if wanted(Long::Bombs) {
        steps.run("bombs", "cargo xtask deep --only bombs", || bombs(&workspace));
    }
    if wanted(Long::Properties) {
        let alone = format!("cargo xtask deep --only properties --cases {}", args.cases);
        steps.run("properties", &alone, || properties(&workspace, args));
    }
    Ok(steps.finish())
}

fn kills(workspace: &Workspace, args: &Args) -> Result<Passed> {
    let daymark = match &args.program {
        Some(program) => program.clone(),
        None => workspace.build_daymark(DEMO_PROFILE)?,
    };
    let started = Instant::now();
    let found = kill_loop::run(&daymark, args.kills, args.seed)?;
    let result = json!({
        "what": "kill -9 of the real server on SQLite at random moments while reports come in",
        "command": format!("cargo xtask deep --only kill-loop --kills {} --seed {}", args.kills, args.seed),
        "program": args.program.as_ref().map_or("built for the demonstration", |_| "one that was named"),
        "kills": found.n_kills,
        "acknowledged": found.n_acknowledged,
        "acknowledged_after_resending": found.n_resent,
        "stored": found.n_stored,
        "audited": found.n_audited,
        "lost": found.verdict.lost.len(),
        "under_another_number": found.verdict.renumbered.len(),
        "doubled": found.verdict.n_doubled,
        "without_audit_row": found.verdict.n_unaudited,
        "sent_to_acknowledged_ms": {
            "p50": quantile(&found.acknowledged_ms, 0.5),
            "p99": quantile(&found.acknowledged_ms, 0.99),
            "worst": quantile(&found.acknowledged_ms, 1.0),
        },
        "restart_to_ready_ms": {
            "p50": quantile(&found.ready_ms, 0.5),
            "p99": quantile(&found.ready_ms, 0.99),
            "worst": quantile(&found.ready_ms, 1.0),
        },
        "seconds": started.elapsed().as_secs(),
    });
    write_result(workspace, &workspace.join("reports/kill-loop.json"), result)?;
    ensure!(found.verdict.is_clean(), "{:?}", found.verdict);
    Passed::noting(format!(
        "{} kills, {} reports, none lost, none doubled",
        found.n_kills, found.n_acknowledged
    ))
}

/// Each bomb must be refused within this time, in milliseconds, and within this much memory.
const MOST_MS: u64 = 2_000;
const MOST_MIB: u64 = 256;

fn bombs(workspace: &Workspace) -> Result<Passed> {
    let mut test = workspace.cargo(&[
        "test",
        "--locked",
        "--profile",
        DEMO_PROFILE,
        "--package",
        "daymark-exchange",
        "--test",
        "child",
        "--",
        "measure-bombs",
    ]);
    let output = test.stderr(std::process::Stdio::inherit()).output().context("start cargo")?;
    ensure!(output.status.success(), "the bombs could not be measured");
    let text = String::from_utf8(output.stdout).context("the measurement is no text")?;
    let bombs = text.lines().filter(|line| line.starts_with('{'));
    let bombs: Vec<Value> = bombs.map(serde_json::from_str).collect::<Result<_, _>>()?;
    let figures = |field: &str| -> Vec<u64> {
        let mut all: Vec<u64> =
            bombs.iter().map(|bomb| bomb.get(field).and_then(Value::as_u64).unwrap_or(u64::MAX)).collect();
        all.sort_unstable();
        all
    };
    let (ms, kib) = (figures("refused_ms"), figures("worker_peak_kib"));
    let n_refused = bombs.iter().filter(|bomb| bomb.get("refused") == Some(&Value::Bool(true))).count();
    let (slowest, most_mib) = (quantile(&ms, 1.0), quantile(&kib, 1.0).div_ceil(1024));
    let result = json!({
        "what": "spreadsheets that explode, each given to the reader as the import page gives it, and to the child process alone",
        "command": "cargo xtask deep --only bombs",
        "bombs": bombs.len(),
        "refused": n_refused,
        "refused_ms": { "p50": quantile(&ms, 0.5), "p90": quantile(&ms, 0.9), "worst": slowest },
        "worker_peak_mib": most_mib,
        "each": bombs,
    });
    write_result(workspace, &workspace.join("reports/bombs.json"), result)?;
    ensure!(bombs.len() >= 50 && n_refused == bombs.len(), "{n_refused} of {} refused", bombs.len());
    ensure!(slowest <= MOST_MS, "the slowest took {slowest} ms, not {MOST_MS}");
    ensure!(most_mib < MOST_MIB, "the largest took {most_mib} MiB, not {MOST_MIB}");
    Passed::noting(format!("{n_refused} refused, the slowest in {slowest} ms, at most {most_mib} MiB"))
}

fn properties(workspace: &Workspace, args: &Args) -> Result<Passed> {
    packages::provide(&[Need::Postgres], true)?;
    let postgres = Postgres::start()?;
    let started = Instant::now();
    let passed = test::run_tests(workspace, &postgres, &[("PROPTEST_CASES", args.cases.to_string())])?;
    let result = json!({
        "what": "all tests, with more cases for each property that does not set its own number",
        "command": format!("cargo xtask deep --only properties --cases {}", args.cases),
        "cases_each": args.cases,
        "tests_passed": passed.n_passed,
        "tests_failed": passed.n_failed,
        "took": spoken(started.elapsed()),
    });
    write_result(workspace, &workspace.join("reports/properties.json"), result)?;
    Ok(passed)
}
