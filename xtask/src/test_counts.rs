//! How many tests ran, passed and failed? Read from the runners' JUnit files, so that no terminal output is parsed.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};

use crate::step::Passed;

/// The counts of one run.
///
/// # Errors
/// When the runner wrote no file, or no test ran: a runner that found nothing has not passed.
pub fn read(junit: &Path) -> Result<Passed> {
    let text = fs::read_to_string(junit).with_context(|| format!("no results in {}", junit.display()))?;
    let counts = counts(&text);
    ensure!(counts.n_passed + counts.n_failed > 0, "no test ran");
    Ok(counts)
}

fn counts(junit: &str) -> Passed {
    let count = |tags: &[&str]| tags.iter().map(|tag| junit.matches(tag).count()).sum::<usize>();
    let n_cases = count(&["<testcase "]);
    let n_failed = count(&["<failure ", "<failure>", "<error ", "<error>"]);
    let n_skipped = count(&["<skipped ", "<skipped/", "<skipped>"]);
    let note = if n_skipped == 0 { String::new() } else { format!("{n_skipped} skipped") };
    Passed { n_passed: n_cases.saturating_sub(n_failed + n_skipped), n_failed, note }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_runners_are_understood() {
        let nextest = r#"<testsuites name="nextest-run" tests="3" failures="1"><testsuite name="a">
            <testcase name="x" classname="a"></testcase><testcase name="y" classname="a"><failure message="m"/></testcase>
            <testcase name="z" classname="a"></testcase></testsuite></testsuites>"#;
        assert_eq!(counts(nextest), Passed { n_passed: 2, n_failed: 1, note: String::new() });
        let node = r#"<testsuites><testsuite name="sign in"><testcase name="a" time="0.1"/>
            <testcase name="b"><skipped type="skipped" message="no page yet"/></testcase></testsuite></testsuites>"#;
        assert_eq!(counts(node), Passed { n_passed: 1, n_failed: 0, note: "1 skipped".to_owned() });
    }
}
