//! `cargo xtask test`: everything that CI runs, in an order in which the quick answers come first.
//!
//! Every step runs, also after a failure: all problems at once. Build, lints and tests share one set of features, so
//! that no dependency is built twice.

use std::fs;
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use clap::ValueEnum;

use crate::packages::{self, Need};
use crate::postgres::Postgres;
use crate::step::{Passed, Steps};
use crate::workspace::{Workspace, program};
use crate::{browser, child, generate, test_counts, tidy};

/// What `cargo xtask test` is asked.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  cargo xtask test\n  cargo xtask test --only clippy\n  cargo xtask test --skip browser"
)]
pub struct Args {
    /// Run these steps and no others.
    #[arg(long, value_enum, value_delimiter = ',')]
    only: Vec<Step>,
    /// Leave these steps out.
    #[arg(long, value_enum, value_delimiter = ',')]
    skip: Vec<Step>,
    /// Install nothing: say what is missing instead.
    #[arg(long)]
    no_install: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Step {
    /// Is the code laid out as rustfmt does?
    Fmt,
    /// What no compiler finds.
    Tidy,
    /// Style sheet, scripts and fonts from npm; without Node the plain look is tested.
    Assets,
    /// Lints, warnings refused.
    Clippy,
    /// Documentation, warnings refused.
    Docs,
    /// Licences, sources and banned dependencies.
    Deny,
    /// All tests, on SQLite and on a PostgreSQL of their own.
    Tests,
    /// The examples in the documentation.
    Doctests,
    /// Is all authored content fit to be shown?
    Content,
    /// Are the committed files that are made from the code what the code makes now?
    Generated,
    /// Chromium against the real program: journeys, accessibility, no foreign requests.
    Browser,
}

impl Step {
    fn name(self) -> &'static str {
        match self {
            Self::Fmt => "fmt",
            Self::Tidy => "tidy",
            Self::Assets => "assets",
            Self::Clippy => "clippy",
            Self::Docs => "docs",
            Self::Deny => "deny",
            Self::Tests => "tests",
            Self::Doctests => "doctests",
            Self::Content => "content",
            Self::Generated => "generated",
            Self::Browser => "browser",
        }
    }
}

/// Runs the steps.
///
/// # Errors
/// When cargo does not say where the workspace lies.
pub fn run(args: &Args) -> Result<ExitCode> {
    let workspace = Workspace::find()?;
    let mut steps = Steps::default();
    for step in Step::value_variants() {
        let name = step.name();
        if !args.only.is_empty() && !args.only.contains(step) {
            continue;
        }
        if args.skip.contains(step) {
            steps.leave_out(name, "--skip");
            continue;
        }
        if let Some(why) = cannot(*step) {
            steps.leave_out(name, why);
            continue;
        }
        let alone = format!("cargo xtask test --only {name}");
        steps.run(name, &alone, || one(*step, &workspace, !args.no_install));
    }
    Ok(steps.finish())
}

/// Why a step that is optional on some machines cannot run on this one.
fn cannot(step: Step) -> Option<&'static str> {
    match step {
        Step::Deny if program("cargo-deny").is_none() => {
            Some("cargo-deny is not installed: cargo install --locked cargo-deny")
        }
        Step::Assets if program("npm").is_none() => Some("no npm: the plain look is built and tested"),
        _ => None,
    }
}

fn one(step: Step, workspace: &Workspace, may_install: bool) -> Result<Passed> {
    let cargo = |arguments: &[&str]| child::run(workspace.cargo(arguments)).and_then(|()| Passed::quietly());
    match step {
        Step::Fmt => cargo(&["fmt", "--all", "--check"]),
        Step::Tidy => tidy::check(workspace),
        Step::Assets => browser::build_look(workspace).and_then(|()| Passed::quietly()),
        Step::Clippy => {
            cargo(&["clippy", "--locked", "--workspace", "--all-targets", "--", "-D", "warnings"])
        }
        Step::Docs => {
            let mut doc = workspace.cargo(&["doc", "--locked", "--workspace", "--no-deps"]);
            doc.env("RUSTDOCFLAGS", "-D warnings");
            child::run(doc).and_then(|()| Passed::quietly())
        }
        // Advisories need a database that is fetched from elsewhere; the rest is in the lock file.
        Step::Deny => cargo(&["deny", "check", "bans", "licenses", "sources"]),
        Step::Tests => tests(workspace, may_install),
        Step::Doctests => cargo(&["test", "--locked", "--workspace", "--doc"]),
        Step::Content => {
            let daymark = built_for_tests(workspace)?;
            let mut check = std::process::Command::new(daymark);
            check.args(["content", "check", "content"]).current_dir(&workspace.root);
            child::run(check).and_then(|()| Passed::quietly())
        }
        Step::Generated => generate::check(workspace, &built_for_tests(workspace)?),
        Step::Browser => browser_tests(workspace, may_install),
    }
}

/// The `daymark` that the tests use. Asking for the same targets as the test run leaves nothing to build after it.
pub fn built_for_tests(workspace: &Workspace) -> Result<std::path::PathBuf> {
    let build = workspace.cargo(&["build", "--locked", "--workspace", "--bins", "--tests"]);
    child::run(build).context("build the `daymark` program")?;
    Ok(workspace.daymark("dev"))
}

fn tests(workspace: &Workspace, may_install: bool) -> Result<Passed> {
    packages::provide(&[Need::Postgres], may_install)?;
    let postgres = Postgres::start()?;
    run_tests(workspace, &postgres, &[])
}

/// Runs every test with PostgreSQL at hand; `settings` are environment variables for the tests.
///
/// # Errors
/// When the run itself fails; tests that failed are counted in what is returned.
pub fn run_tests(workspace: &Workspace, postgres: &Postgres, settings: &[(&str, String)]) -> Result<Passed> {
    let with_settings = |mut command: std::process::Command| {
        command.env("DAYMARK_TEST_POSTGRES", postgres.url());
        command.envs(settings.iter().map(|(name, value)| (*name, value.as_str())));
        command
    };
    if program("cargo-nextest").is_none() {
        let run = workspace.cargo(&[
            "test",
            "--locked",
            "--workspace",
            "--lib",
            "--bins",
            "--tests",
            "--no-fail-fast",
        ]);
        child::run(with_settings(run))?;
        return Passed::noting("counts only with cargo-nextest: cargo install --locked cargo-nextest");
    }
    // nextest keeps its own files in the workspace, wherever cargo builds.
    let junit = workspace.root.join("target/nextest/default/junit.xml");
    let _ = fs::remove_file(&junit);
    let run = workspace.cargo(&["nextest", "run", "--locked", "--workspace", "--no-fail-fast"]);
    counted(child::run(with_settings(run)), &junit)
}

/// A run that failed without failed tests (it did not build, or was stopped) is an error, not a count.
fn counted(ran: Result<()>, junit: &std::path::Path) -> Result<Passed> {
    let counts = test_counts::read(junit);
    match (ran, counts) {
        (Ok(()), counts) => counts,
        (Err(_), Ok(counts)) if counts.n_failed > 0 && !child::asked_to_stop() => Ok(counts),
        (Err(error), _) => Err(error),
    }
}

fn browser_tests(workspace: &Workspace, may_install: bool) -> Result<Passed> {
    packages::provide(&[Need::Node, Need::Chromium, Need::Fonts], may_install)?;
    browser::install(workspace)?;
    // The program that the tests were built with: a second profile would build every dependency once more.
    let daymark = built_for_tests(workspace)?;
    let results = workspace.target.join("e2e");
    fs::create_dir_all(&results).context("make the folder of the results")?;
    let junit = results.join("junit.xml");
    let _ = fs::remove_file(&junit);
    let mut tests = browser::script(workspace, "run.mjs", &daymark)?;
    tests.env("DAYMARK_E2E_JUNIT", &junit);
    counted(child::run(tests), &junit)
}
