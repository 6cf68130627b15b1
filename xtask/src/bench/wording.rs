//! How often are the wording rules right, and how long does a long document take?

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use super::Figures;
use crate::figures::{table, write_section_of, write_text};
use crate::workspace::{DEMO_PROFILE, Workspace};

/// What the measurement is asked.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Put the figures into `docs/wording.md`, `docs/benchmarks.md` and `crates/wording/figures.tsv`.
    #[arg(long)]
    pub write: bool,
}

const COMMAND: &str = "cargo xtask bench wording --write";
const FIGURES: &str = "crates/wording/figures.tsv";
const PARTS: [&str; 2] = ["develop", "held-out"];

/// Measures; with `--write`, writes the figures first and measures again, because they say which rules are on.
pub fn run(workspace: &Workspace, args: &Args) -> Result<Figures> {
    let mut measured = measure(workspace)?;
    if args.write {
        write_text(&workspace.join(FIGURES), &figures_file(&measured)?)?;
        measured = measure(workspace)?;
        write_section_of(workspace, "docs/wording.md", "wording-rules", COMMAND, &rules_table(&measured)?)?;
        write_section_of(workspace, "docs/wording.md", "wording", COMMAND, &overall_table(&measured)?)?;
    }
    Ok(Figures {
        name: "wording",
        command: COMMAND.to_owned(),
        table: overall_table(&measured)?,
        result: measured,
    })
}

fn measure(workspace: &Workspace) -> Result<Value> {
    let call = [
        "run",
        "--locked",
        "--quiet",
        "--profile",
        DEMO_PROFILE,
        "--package",
        "daymark-wording",
        "--example",
        "measure",
    ];
    let output = workspace.cargo(&call).output().context("start cargo")?;
    ensure!(output.status.success(), "the measurement failed: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).context("the measurement wrote no JSON")
}

/// Right, found, marked, reached.
fn counts(value: &Value, path: &[&str]) -> [u64; 4] {
    let found = path.iter().try_fold(value, |value, key| value.get(key));
    ["right", "found", "marked", "reached"]
        .map(|key| found.and_then(|counts| counts.get(key)).and_then(Value::as_u64).unwrap_or(0))
}

fn rules(measured: &Value) -> Result<Vec<String>> {
    let mut rules = std::collections::BTreeSet::new();
    for part in PARTS {
        let found = measured.get(part).and_then(|part| part.get("every_rule")?.get("rules")?.as_object());
        rules.extend(found.context("the measurement names no rules")?.keys().cloned());
    }
    Ok(rules.into_iter().collect())
}

fn figures_file(measured: &Value) -> Result<String> {
    let mut text = format!("# Made by `{COMMAND}`: rule, part, right, found, marked, reached.\n");
    for rule in rules(measured)? {
        for part in PARTS {
            let [right, found, marked, reached] = counts(measured, &[part, "every_rule", "rules", &rule]);
            text.push_str(&format!("{rule}\t{part}\t{right}\t{found}\t{marked}\t{reached}\n"));
        }
    }
    Ok(text)
}

fn share(part: u64, whole: u64) -> String {
    if whole == 0 { "–".to_owned() } else { format!("{:.2}", part as f64 / whole as f64) }
}

fn rules_table(measured: &Value) -> Result<String> {
    let head = [
        "rule",
        "precision, develop",
        "recall, develop",
        "precision, held-out",
        "recall, held-out",
        "found",
        "marked",
    ];
    let mut rows = Vec::new();
    for rule in rules(measured)? {
        let mut row = vec![rule.clone()];
        let (mut n_found, mut n_marked) = (0, 0);
        for part in PARTS {
            let [right, found, marked, reached] = counts(measured, &[part, "every_rule", "rules", &rule]);
            row.extend([share(right, found), share(reached, marked)]);
            n_found += found;
            n_marked += marked;
        }
        row.extend([n_found.to_string(), n_marked.to_string()]);
        rows.push(row);
    }
    Ok(table(&head, &rows))
}

fn overall_table(measured: &Value) -> Result<String> {
    let head =
        ["sentences", "rules", "precision", "recall", "found", "marked", "clean sentences with a finding"];
    let mut rows = Vec::new();
    for part in PARTS {
        for (key, shown) in [("rules_on", "those that are on"), ("every_rule", "every rule")] {
            let [right, found, marked, reached] = counts(measured, &[part, key, "overall"]);
            let of = |name: &str| {
                measured
                    .get(part)
                    .and_then(|part| part.get(key)?.get(name)?.as_u64())
                    .context("a count is missing")
            };
            let wrong = format!("{} of {}", of("clean_with_findings")?, of("clean")?);
            rows.push(vec![
                format!("{part} ({})", of("sentences")?),
                shown.to_owned(),
                format!("{:.3}", right as f64 / found.max(1) as f64),
                format!("{:.3}", reached as f64 / marked.max(1) as f64),
                found.to_string(),
                marked.to_string(),
                wrong,
            ]);
        }
    }
    let number = |name: &str| measured.get(name).and_then(Value::as_u64).context("a time is missing");
    Ok(format!(
        "{}\nOne check of {} words: median {:.1} ms, worst {:.1} ms of thirty (one core).\n",
        table(&head, &rows),
        number("words")?,
        number("median_microseconds")? as f64 / 1000.0,
        number("worst_microseconds")? as f64 / 1000.0,
    ))
}
