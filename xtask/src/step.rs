//! Runs named steps one after the other, shows how long each took, and ends with a table that hides nothing.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::Result;

use crate::child::asked_to_stop;
use crate::console::{heading, say, spoken};

/// What a step that did not fail has to say.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Passed {
    /// Tests that passed, where the step runs tests.
    pub n_passed: usize,
    /// Tests that failed, where the step runs tests.
    pub n_failed: usize,
    /// Something to see in the table: what was left out, or a figure.
    pub note: String,
}

impl Passed {
    /// Nothing to add.
    pub fn quietly() -> Result<Self> {
        Ok(Self::default())
    }

    /// With a remark.
    pub fn noting(note: impl Into<String>) -> Result<Self> {
        Ok(Self { note: note.into(), ..Self::default() })
    }
}

#[derive(Debug)]
enum Ending {
    Passed(Passed),
    Failed(String),
    LeftOut(String),
}

/// The steps so far.
#[derive(Debug, Default)]
pub struct Steps {
    endings: Vec<(&'static str, Duration, Ending)>,
    /// The counts of runners whose step failed: their tests count all the same.
    counted: (usize, usize),
}

impl Steps {
    /// Runs one step, unless somebody asked to stop.
    ///
    /// - `alone`: how to run this step by itself, printed when it fails.
    pub fn run(&mut self, name: &'static str, alone: &str, step: impl FnOnce() -> Result<Passed>) {
        if asked_to_stop() {
            self.leave_out(name, "stopped by a signal");
            return;
        }
        heading(name);
        let started = Instant::now();
        let ended = step();
        let took = started.elapsed();
        let ending = match ended {
            Ok(passed) if passed.n_failed == 0 => {
                say(format_args!("{name}: passed in {}", spoken(took)));
                self.counted.0 += passed.n_passed;
                Ending::Passed(passed)
            }
            Ok(passed) => {
                self.counted.0 += passed.n_passed;
                self.counted.1 += passed.n_failed;
                failed(name, took, alone, &format!("{} tests failed", passed.n_failed))
            }
            Err(error) => failed(name, took, alone, &format!("{error:#}")),
        };
        self.endings.push((name, took, ending));
    }

    /// Notes a step that is not run, and why.
    pub fn leave_out(&mut self, name: &'static str, why: &str) {
        self.endings.push((name, Duration::ZERO, Ending::LeftOut(why.to_owned())));
    }

    /// Whether a step has failed.
    pub fn has_failed(&self) -> bool {
        self.endings.iter().any(|(_, _, ending)| matches!(ending, Ending::Failed(_)))
    }

    /// Prints the table and the closing line; the code says whether every step that ran has passed.
    ///
    /// A run that was stopped, or in which nothing ran, has not passed.
    pub fn finish(&self) -> ExitCode {
        heading("summary");
        for line in self.table() {
            say(line);
        }
        let (n_passed, n_failed) = self.counted;
        say(format_args!("tests: {n_passed} passed, {n_failed} failed"));
        if self.is_good() && !asked_to_stop() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }

    fn is_good(&self) -> bool {
        let ran = self.endings.iter().any(|(_, _, ending)| matches!(ending, Ending::Passed(_)));
        ran && !self.has_failed()
    }

    fn table(&self) -> Vec<String> {
        let width = self.endings.iter().map(|(name, ..)| name.len()).max().unwrap_or(0);
        let (mut n_passed, mut n_failed, mut n_skipped) = (0, 0, 0);
        let mut lines = Vec::new();
        for (name, took, ending) in &self.endings {
            let (word, remark) = match ending {
                Ending::Passed(passed) => {
                    n_passed += 1;
                    ("passed", remark(passed))
                }
                Ending::Failed(why) => {
                    n_failed += 1;
                    ("FAILED", why.lines().next().unwrap_or_default().to_owned())
                }
                Ending::LeftOut(why) => {
                    n_skipped += 1;
                    ("not run", why.clone())
                }
            };
            let line = format!("{name:width$}  {word:7}  {:>12}  {remark}", spoken(*took));
            lines.push(line.trim_end().to_owned());
        }
        lines.push(format!("steps: {n_passed} passed, {n_failed} failed, {n_skipped} skipped"));
        lines
    }
}

fn failed(name: &str, took: Duration, alone: &str, why: &str) -> Ending {
    say(format_args!("{name}: FAILED after {}: {why}", spoken(took)));
    say(format_args!("to run it alone: {alone}"));
    Ending::Failed(why.to_owned())
}

fn remark(passed: &Passed) -> String {
    match (passed.n_passed, passed.note.as_str()) {
        (0, note) => note.to_owned(),
        (n, "") => format!("{n} tests"),
        (n, note) => format!("{n} tests, {note}"),
    }
}

#[cfg(test)]
mod tests {
    use anyhow::bail;

    use super::*;

    #[test]
    fn the_table_hides_nothing() {
        let mut steps = Steps::default();
        steps.run("fmt", "cargo fmt", Passed::quietly);
        steps.run("tests", "cargo test", || Ok(Passed { n_passed: 7, n_failed: 2, note: String::new() }));
        steps.run("docs", "cargo doc", || bail!("a link leads nowhere"));
        steps.leave_out("browser", "--skip");
        let table = steps.table();
        assert!(table[0].contains("fmt") && table[0].contains("passed"), "{table:?}");
        assert!(table[1].contains("FAILED") && table[1].contains("2 tests failed"), "{table:?}");
        assert!(table[2].contains("a link leads nowhere"), "{table:?}");
        assert!(table[3].contains("not run") && table[3].contains("--skip"), "{table:?}");
        assert_eq!(table[4], "steps: 1 passed, 2 failed, 1 skipped");
        assert_eq!(steps.counted, (7, 2));
        assert!(!steps.is_good());
    }

    #[test]
    fn nothing_run_is_not_a_pass() {
        let mut steps = Steps::default();
        assert!(!steps.is_good());
        steps.leave_out("fmt", "--skip");
        assert!(!steps.is_good());
        steps.run("fmt", "cargo fmt", Passed::quietly);
        assert!(steps.is_good());
    }
}
