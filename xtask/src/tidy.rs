//! What no compiler finds: inline styles, ignored tests, files that are no text, threats without a test.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::process::{Command, ExitCode};

use anyhow::{Context as _, Result, bail, ensure};

use crate::console::say;
use crate::step::Passed;
use crate::workspace::Workspace;

const LONG_FROM_LINES: usize = 500;
const CODE: [&str; 5] = [".rs", ".html", ".mjs", ".js", ".css"];
/// Where the threats are listed, one table row each: `| T01 | …`.
const THREATS: &str = "docs/threats.md";

/// Something in the tree that must be mended.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Finding {
    path: String,
    line: usize,
    message: String,
}

/// The largest picture of README.md; `e2e/shots.mjs` keeps to the same.
const PICTURE_AT_MOST_BYTES: usize = 300_000;

/// Looks, and prints.
///
/// # Errors
/// When something must be mended.
pub fn run() -> Result<ExitCode> {
    check(&Workspace::find()?).map(|passed| {
        say(passed.note);
        ExitCode::SUCCESS
    })
}

/// Looks through every file that git knows or would add.
///
/// # Errors
/// When something must be mended; every finding is printed first.
pub fn check(workspace: &Workspace) -> Result<Passed> {
    let mut findings = Vec::new();
    let mut n_long = 0;
    let mut tests = BTreeMap::<String, usize>::new();
    for path in files(workspace)? {
        let Ok(bytes) = fs::read(workspace.join(&path)) else { continue };
        if is_own_picture(&path, &bytes) {
            continue;
        }
        let Ok(text) = String::from_utf8(bytes) else {
            findings.push(finding(
                &path,
                1,
                "is no text: no picture, archive or data file of others is kept here",
            ));
            continue;
        };
        let is_code = CODE.iter().any(|ending| path.ends_with(ending));
        let n_lines = text.lines().count();
        if is_code && n_lines > LONG_FROM_LINES {
            n_long += 1;
            say(format_args!("warning: {path}: {n_lines} lines; look for a second idea in it"));
        }
        findings.extend(look(&path, &text));
        for id in threats_tested(&text) {
            *tests.entry(id).or_default() += 1;
        }
    }
    findings.extend(list_threats(workspace, &tests));
    findings.sort();
    for Finding { path, line, message } in &findings {
        say(format_args!("{path}:{line}: {message}"));
    }
    if !findings.is_empty() {
        bail!("{} to mend", findings.len());
    }
    Passed::noting(format!("{n_long} long files, {} threats with a test", tests.len()))
}

fn files(workspace: &Workspace) -> Result<Vec<String>> {
    let list = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
    let output = Command::new("git").args(list).current_dir(&workspace.root).output().context("start git")?;
    ensure!(output.status.success(), "git ls-files: {}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).context("a path is no text")?;
    Ok(text.split('\0').filter(|path| !path.is_empty()).map(str::to_owned).collect())
}

/// A picture of our own pages, made by `cargo xtask shots --readme` from invented data: a PNG, and small.
fn is_own_picture(path: &str, bytes: &[u8]) -> bool {
    let named = path.strip_prefix("docs/screens/").is_some_and(|name| {
        name.strip_suffix(".png")
            .is_some_and(|stem| !stem.is_empty() && stem.chars().all(|c| c.is_ascii_lowercase() || c == '-'))
    });
    named && bytes.starts_with(b"\x89PNG\r\n\x1a\n") && bytes.len() <= PICTURE_AT_MOST_BYTES
}

fn finding(path: &str, line: usize, message: &str) -> Finding {
    Finding { path: path.to_owned(), line, message: message.to_owned() }
}

/// What must not stand in a file of this kind.
fn look(path: &str, text: &str) -> Vec<Finding> {
    // Split, so that this file does not find itself.
    let rules: &[(&str, &[&str], &str)] = &[
        (".html", &[concat!(" style", "=")], "an inline style, which the content policy blocks: add a class"),
        (
            ".html",
            &[concat!(" on", "click="), concat!(" on", "change="), concat!(" on", "submit=")],
            "an inline script, which the content policy blocks: use app.js",
        ),
        (
            ".html",
            &[concat!("src=\"", "http"), concat!("src=\"", "//")],
            "a request to another host: serve it from /assets",
        ),
        (
            ".rs",
            &[concat!("#[ig", "nore")],
            "an ignored test: assert what happens today and say why it is wrong",
        ),
        (".rs", &[concat!("TO", "DO"), concat!("FIX", "ME")], "unfinished: finish it or open an issue"),
        (
            ".mjs",
            &[concat!("test.", "only("), concat!("test.", "todo("), concat!("TO", "DO")],
            "unfinished or narrowed: run every test",
        ),
        (
            "package-lock.json",
            &[concat!("\"resol", "ved\"")],
            "names a registry's address: `npm install --omit-lockfile-registry-resolved`",
        ),
    ];
    let mut findings = Vec::new();
    for (ending, needles, message) in rules {
        if !path.ends_with(ending) {
            continue;
        }
        for (number, line) in text.lines().enumerate() {
            if needles.iter().any(|needle| line.contains(needle)) {
                findings.push(finding(path, number + 1, message));
            }
        }
    }
    findings
}

/// The ids in test names such as `threat_t12_ten_guesses`, in upper case.
fn threats_tested(text: &str) -> BTreeSet<String> {
    let lower = text.to_lowercase();
    let after = lower.split(concat!("threat", "_t")).skip(1);
    let ids = after.filter_map(|rest| rest.get(..2)).filter(|id| id.bytes().all(|b| b.is_ascii_digit()));
    ids.map(|id| format!("T{id}")).collect()
}

/// Prints which threats have tests; a test for a threat that nobody listed is a finding.
fn list_threats(workspace: &Workspace, tests: &BTreeMap<String, usize>) -> Vec<Finding> {
    let with_counts: Vec<String> = tests.iter().map(|(id, n)| format!("{id} in {n}")).collect();
    say(format_args!("threats with a test (id in n files): {}", with_counts.join(", ")));
    let Ok(text) = fs::read_to_string(workspace.join(THREATS)) else {
        say(format_args!("no {THREATS}: which threats have no test cannot be said"));
        return Vec::new();
    };
    let listed = listed(&text);
    let without: Vec<&str> =
        listed.iter().filter(|id| !tests.contains_key(*id)).map(String::as_str).collect();
    say(format_args!(
        "threats without a test: {}",
        if without.is_empty() { "none".into() } else { without.join(", ") }
    ));
    let unknown = tests.keys().filter(|id| !listed.contains(*id));
    unknown.map(|id| finding(THREATS, 1, &format!("{id} has a test but no row here"))).collect()
}

fn listed(text: &str) -> BTreeSet<String> {
    let cells =
        text.lines().filter_map(|line| line.strip_prefix("| ")).filter_map(|row| row.split(" |").next());
    let is_id = |cell: &str| {
        cell.strip_prefix('T').is_some_and(|n| n.len() == 2 && n.bytes().all(|b| b.is_ascii_digit()))
    };
    cells.filter(|cell| is_id(cell)).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_small_pictures_of_our_own_pages_are_kept() {
        let png = b"\x89PNG\r\n\x1a\n".as_slice();
        assert!(is_own_picture("docs/screens/case-links.png", png));
        let large = [png, &vec![0; PICTURE_AT_MOST_BYTES]].concat();
        for (path, bytes) in [
            ("docs/screens/case-links.png", large.as_slice()),
            ("docs/screens/case-links.png", b"\xff\xd8\xff"),
            ("docs/screens/deeper/x.png", png),
            ("docs/screens/x.jpeg", png),
            ("content/x.png", png),
        ] {
            assert!(!is_own_picture(path, bytes), "{path}, {} bytes", bytes.len());
        }
    }

    #[test]
    fn each_rule_refuses() {
        for (path, text) in [
            ("a.html", "<p style=\"color:red\">"),
            ("a.html", "<a onclick=\"x()\">"),
            ("a.html", "<img src=\"//elsewhere.example/x\">"),
            ("a.rs", concat!("#[ig", "nore]")),
            ("a.rs", concat!("// TO", "DO: later")),
            ("e2e/package-lock.json", "\"resolved\": \"x\""),
        ] {
            let text = format!("fine\n{text}");
            let lines: Vec<usize> = look(path, &text).iter().map(|found| found.line).collect();
            assert_eq!(lines, [2], "{path}: {text}");
        }
        assert!(look("a.html", "<p class=\"restyle=\">").is_empty());
        assert!(look("a.md", "<p style=\"x\">").is_empty());
    }

    #[test]
    fn threats_are_read_from_names_and_rows() {
        let text = format!("fn {}12_ten_guesses() test('{}02 no trace') threat_tx", "threat_t", "threat_T");
        assert_eq!(threats_tested(&text), BTreeSet::from(["T02".to_owned(), "T12".to_owned()]));
        let rows = "| id | threat |\n| --- | --- |\n| T01 | a picture |\n| T1 | x |\nT09";
        assert_eq!(listed(rows), BTreeSet::from(["T01".to_owned()]));
    }
}
