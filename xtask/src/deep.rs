//! `cargo xtask deep`: the tests that take long, each with a small result file in `reports/`.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Result, ensure};
use clap::ValueEnum;
use serde_json::json;

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
