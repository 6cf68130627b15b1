//! What no compiler finds: inline styles, ignored tests, files that are no text, threats without a test.

use std::collections::BTreeSet;
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
    let mut tests = BTreeSet::<String>::new();
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
        if is_code {
            tests.extend(threats_tested(&text));
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
    let threats: BTreeSet<String> = tests.iter().filter_map(|test| threat_of(test)).collect();
    Passed::noting(format!("{n_long} long files, {} tests of {} threats", tests.len(), threats.len()))
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

/// The names of tests that begin with `threat`, `_t` and two digits, in lower case.
fn threats_tested(text: &str) -> BTreeSet<String> {
    let lower = text.to_lowercase();
    let start = concat!("threat", "_t");
    let after = lower.split(start).skip(1);
    let names = after.map(|rest| {
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
        rest.get(..end).unwrap_or_default()
    });
    let has_id = |name: &&str| name.get(..2).is_some_and(|id| id.bytes().all(|b| b.is_ascii_digit()));
    names.filter(has_id).map(|name| format!("{start}{name}")).collect()
}

/// The threat of a test's name: `T12` where its digits are 12.
fn threat_of(test: &str) -> Option<String> {
    let id = test.strip_prefix(concat!("threat", "_t"))?.get(..2)?;
    Some(format!("T{id}"))
}

/// Compares the page of threats with the tests that there are, both ways.
fn list_threats(workspace: &Workspace, tests: &BTreeSet<String>) -> Vec<Finding> {
    match fs::read_to_string(workspace.join(THREATS)) {
        Ok(page) => {
            let without: Vec<String> =
                rows(&page).into_iter().filter(|row| row.excuse.is_some()).map(|row| row.id).collect();
            say(format_args!("threats without a test, each with its reason: {}", without.join(", ")));
            compare(&page, tests)
        }
        Err(_) => vec![finding(THREATS, 1, "is not there: each threat needs its row")],
    }
}

/// What is wrong with the page: rows without a test or a reason, tests that are not there, tests without a row.
fn compare(page: &str, tests: &BTreeSet<String>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let rows = rows(page);
    let mut listed = BTreeSet::new();
    for row in &rows {
        if !listed.insert(row.id.clone()) {
            findings.push(finding(THREATS, row.line, &format!("{} has two rows", row.id)));
        }
        for name in &row.tests {
            if !tests.contains(name) {
                findings.push(finding(THREATS, row.line, &format!("there is no test `{name}`")));
            }
        }
        let is_tested = row.tests.iter().any(|name| threat_of(name).as_ref() == Some(&row.id));
        if is_tested == row.excuse.is_some() {
            let message = format!("{}: name a test of this threat, or write `not yet, because …`", row.id);
            findings.push(finding(THREATS, row.line, &message));
        }
    }
    let named: BTreeSet<&String> = rows.iter().flat_map(|row| &row.tests).collect();
    for test in tests.iter().filter(|test| !named.contains(test)) {
        findings.push(finding(THREATS, 1, &format!("`{test}` stands in no row")));
    }
    findings
}

/// One row of the page of threats.
struct Row {
    id: String,
    line: usize,
    tests: Vec<String>,
    /// Why there is no test, where the row says `not yet, because …`.
    excuse: Option<String>,
}

fn rows(page: &str) -> Vec<Row> {
    let mut rows = Vec::new();
    for (number, line) in page.lines().enumerate() {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [id, .., last] = cells.as_slice() else { continue };
        let is_id =
            id.strip_prefix('T').is_some_and(|n| n.len() == 2 && n.bytes().all(|b| b.is_ascii_digit()));
        if !is_id || !line.starts_with('|') {
            continue;
        }
        rows.push(Row {
            id: (*id).to_owned(),
            line: number + 1,
            tests: threats_tested(last).into_iter().collect(),
            excuse: last.strip_prefix("not yet, because ").map(str::to_owned),
        });
    }
    rows
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

    const PAGE: &str = "| id | what | mend | test |
|---|---|---|---|
| T01 | a picture | refuse | `threat_X01_no_picture` |
| T02 | a trace | none | not yet, because there is no such page |
";

    /// What is wrong with the page, after a change, against these tests.
    fn wrong(change: (&str, &str), tests: &[&str]) -> Vec<(usize, String)> {
        let start = concat!("threat", "_t");
        let page = PAGE.replace(change.0, change.1).replace("threat_X", start);
        let tests = tests.iter().map(|test| format!("{start}{test}")).collect();
        compare(&page, &tests)
            .into_iter()
            .map(|found| (found.line, found.message.replace(start, "")))
            .collect()
    }

    #[test]
    fn names_are_read_from_code() {
        let start = concat!("threat", "_t");
        let text =
            format!("fn {start}12_ten_guesses() test('{}02 no trace') {start}x", concat!("threat", "_T"));
        assert_eq!(threats_tested(&text), [format!("{start}02"), format!("{start}12_ten_guesses")].into());
        assert_eq!(threat_of(&format!("{start}12_ten_guesses")), Some("T12".to_owned()));
    }

    #[test]
    fn the_page_of_threats_is_held_to_the_tests() {
        assert_eq!(wrong(("", ""), &["01_no_picture"]), []);
        // What is changed in the page, the tests that there are, and what is found.
        type Case<'a> = ((&'a str, &'a str), &'a [&'a str], (usize, &'a str));
        let cases: [Case<'_>; 6] = [
            (("", ""), &[], (3, "there is no test `01_no_picture`")),
            (("", ""), &["01_no_picture", "02_no_trace"], (1, "`02_no_trace` stands in no row")),
            (("not yet, because", "later,"), &["01_no_picture"], (4, "T02: name a test")),
            (("`threat_X01_no_picture`", "yes"), &[], (3, "T01: name a test")),
            (("| T02 |", "| T01 |"), &["01_no_picture"], (4, "T01 has two rows")),
            (("01_no_picture", "09_no_picture"), &["09_no_picture"], (3, "T01: name a test")),
        ];
        for (change, tests, (line, message)) in cases {
            let found = wrong(change, tests);
            assert!(found.iter().any(|(l, m)| *l == line && m.starts_with(message)), "{change:?}: {found:?}");
        }
    }
}
