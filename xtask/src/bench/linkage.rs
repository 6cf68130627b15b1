//! How well and how fast does `daymark link` find the same entities in benchmark records?
//!
//! Each model in `bench/linkage/<name>.toml` is run on the data set of its name through the command line, and scored
//! by the scorers that come with the data (Python with pandas), so that other engines can be scored alike.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

use super::measured::{self, Cost};
use super::{Data, Figures};
use crate::console::{heading, say};
use crate::figures::table;
use crate::workspace::Workspace;

/// A data set, and where its truth is.
struct Set {
    name: &'static str,
    records: &'static [&'static str],
    truth: Truth,
}

enum Truth {
    /// A file as the scorers read it.
    File(&'static str),
    /// A column of the records' own CSV: the id column, and the column of the entity.
    Columns(&'static str, &'static str),
}

const SETS: [Set; 9] = [
    Set { name: "fake_1000", records: &["fake_1000.csv"], truth: Truth::Columns("unique_id", "cluster") },
    Set { name: "restaurant", records: &["restaurant.csv"], truth: Truth::Columns("id", "cluster") },
    Set { name: "cora", records: &["cora.csv"], truth: Truth::File("cora_truth_pairs.csv") },
    Set {
        name: "dblp_acm",
        records: &["leipzig/dblp_acm_a.csv", "leipzig/dblp_acm_b.csv"],
        truth: Truth::File("leipzig/dblp_acm_truth.csv"),
    },
    Set {
        name: "abt_buy",
        records: &["leipzig/abt_buy_a.csv", "leipzig/abt_buy_b.csv"],
        truth: Truth::File("leipzig/abt_buy_truth.csv"),
    },
    Set {
        name: "amazon_google",
        records: &["leipzig/amazon_google_a.csv", "leipzig/amazon_google_b.csv"],
        truth: Truth::File("leipzig/amazon_google_truth.csv"),
    },
    Set {
        name: "crimelinkage",
        records: &["crimelinkage_crimes.csv"],
        truth: Truth::File("crimelinkage_groups.csv"),
    },
    Set {
        name: "reports_dev20k",
        records: &["reports_dev20k.parquet"],
        truth: Truth::File("reports_dev20k_truth.csv"),
    },
    Set {
        name: "reports_dev",
        records: &["reports_dev.parquet"],
        truth: Truth::File("reports_dev_truth.csv"),
    },
];

/// A pair below this probability is not written: scoring them all would take the scorers' memory.
const FLOOR: &str = "0.0001";

/// Measures every data set that has a model; `None` when the data are absent.
///
/// # Errors
/// When linking or scoring fails.
pub fn run(workspace: &Workspace, data: &Data) -> Result<Option<Figures>> {
    let Some(folder) = data.folder(workspace, "linkage") else { return Ok(None) };
    let daymark = data.program(workspace)?;
    let passing = tempfile::tempdir().context("make a folder for what is linked")?;
    let (mut rows, mut results) = (Vec::new(), Vec::new());
    for set in SETS.iter().filter(|set| data.wants(set.name)) {
        let Some(model) = model_of(workspace, set.name) else {
            say(format_args!("{}: no model in bench/linkage, not measured", set.name));
            continue;
        };
        heading(set.name);
        let (row, result) = one(&daymark, &folder, &model, set, passing.path())?;
        rows.push(row);
        results.push(result);
    }
    ensure!(!rows.is_empty(), "no data set was measured");
    let head = [
        "data",
        "best F1",
        "P",
        "R",
        "average precision",
        "B-cubed F",
        "largest pool",
        "true",
        "CPU s",
        "peak MiB",
    ];
    Ok(Some(Figures {
        name: "linkage",
        command: "cargo xtask bench linkage".to_owned(),
        table: table(&head, &rows),
        result: json!({ "command": "cargo xtask bench linkage", "sets": results }),
    }))
}

/// The smaller set of reports is judged by the model of the larger.
fn model_of(workspace: &Workspace, name: &str) -> Option<PathBuf> {
    let names = [name, if name == "reports_dev20k" { "reports_dev" } else { name }];
    names.iter().map(|name| workspace.join(format!("bench/linkage/{name}.toml"))).find(|file| file.is_file())
}

fn one(
    daymark: &Path,
    folder: &Path,
    model: &Path,
    set: &Set,
    passing: &Path,
) -> Result<(Vec<String>, Value)> {
    let files = |kind: &str| passing.join(format!("{}-{kind}.csv", set.name));
    let (pairs, pools) = (files("pairs"), files("pools"));
    let records: Vec<PathBuf> = set.records.iter().map(|file| folder.join(file)).collect();

    // Pairs are wanted far below the threshold, pools at the model's own: two runs, the second one is timed.
    let link = || {
        let mut link = Command::new(daymark);
        link.arg("link").args(&records).arg("--model").arg(model);
        link
    };
    let mut all_pairs = link();
    all_pairs.args(["--threshold-probability", FLOOR]).arg("--pairs").arg(&pairs);
    measured::run(all_pairs)?;
    let mut as_used = link();
    as_used.arg("--clusters").arg(&pools);
    let cost = measured::run(as_used)?;

    rename_column(&pairs, "match_weight", "weight")?;
    rename_column(&pools, "cluster_id", "cluster")?;
    let truth = match set.truth {
        Truth::File(file) => folder.join(file),
        Truth::Columns(id, entity) => {
            let file = files("truth");
            let records = records.first().context("a data set has records")?;
            let text = fs::read_to_string(records).context("read the records")?;
            fs::write(&file, columns(&text, id, entity)?).context("write the truth")?;
            file
        }
    };
    let of_pairs = score(&folder.join("score_pairs.py"), &pairs, &truth)?;
    let of_pools = match set.records.len() {
        1 if !is_pairs(&truth)? => Some(score(&folder.join("score_clusters.py"), &pools, &truth)?),
        _ => None,
    };
    Ok((row(set.name, &of_pairs, of_pools.as_ref(), cost), result(set.name, of_pairs, of_pools, cost)))
}

fn score(scorer: &Path, found: &Path, truth: &Path) -> Result<Value> {
    let output =
        Command::new("python3").arg(scorer).arg(found).arg(truth).output().context("start python3")?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(
        output.status.success(),
        "the scorer failed (it needs: pip install pandas numpy pyarrow): {said}"
    );
    serde_json::from_slice(&output.stdout).context("the scorer wrote no JSON")
}

fn row(name: &str, pairs: &Value, pools: Option<&Value>, cost: Cost) -> Vec<String> {
    let of_pairs = |place: &str| shown(Some(pairs), place);
    let of_pools = |place: &str| shown(pools, place);
    vec![
        name.to_owned(),
        of_pairs("/best_f1/f1"),
        of_pairs("/best_f1/precision"),
        of_pairs("/best_f1/recall"),
        of_pairs("/average_precision"),
        of_pools("/bcubed/f1"),
        of_pools("/largest_pred"),
        of_pools("/largest_true"),
        format!("{:.1}", cost.cpu_s),
        cost.peak_mib.to_string(),
    ]
}

/// A number of a score; shares with four places, counts whole.
fn shown(score: Option<&Value>, place: &str) -> String {
    match score.and_then(|score| score.pointer(place)) {
        Some(Value::Number(number)) if number.is_u64() => number.to_string(),
        Some(Value::Number(number)) => number.as_f64().map(|share| format!("{share:.4}")).unwrap_or_default(),
        _ => String::new(),
    }
}

fn result(name: &str, pairs: Value, pools: Option<Value>, cost: Cost) -> Value {
    json!({
        "data": name,
        "pairs": pairs,
        "pools": pools,
        "wall_s": cost.wall_s,
        "cpu_s": cost.cpu_s,
        "peak_mib": cost.peak_mib,
    })
}

fn rename_column(file: &Path, from: &str, to: &str) -> Result<()> {
    let text = fs::read_to_string(file).with_context(|| format!("read {}", file.display()))?;
    let (head, rest) = text.split_once('\n').context("a table has a header row")?;
    let head: Vec<&str> =
        head.trim_end().split(',').map(|name| if name == from { to } else { name }).collect();
    fs::write(file, format!("{}\n{rest}", head.join(",")))
        .with_context(|| format!("write {}", file.display()))
}

fn is_pairs(truth: &Path) -> Result<bool> {
    let text = fs::read_to_string(truth).with_context(|| format!("read {}", truth.display()))?;
    Ok(text.lines().next().is_some_and(|head| head.contains("id_l")))
}

/// `id,cluster` from two columns of a CSV whose other fields may be quoted.
fn columns(text: &str, id: &str, entity: &str) -> Result<String> {
    let mut lines = text.lines();
    let head = fields(lines.next().unwrap_or_default());
    let place =
        |name: &str| head.iter().position(|field| field == name).with_context(|| format!("no column {name}"));
    let (id, entity) = (place(id)?, place(entity)?);
    let mut truth = String::from("id,cluster\n");
    for line in lines {
        let row = fields(line);
        if let (Some(id), Some(entity)) = (row.get(id), row.get(entity)) {
            truth.push_str(&format!("{id},{entity}\n"));
        }
    }
    Ok(truth)
}

fn fields(line: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut quoted = false;
    for c in line.chars() {
        match c {
            '"' => quoted = !quoted,
            ',' if !quoted => fields.push(String::new()),
            c => {
                if let Some(last) = fields.last_mut() {
                    last.push(c);
                }
            }
        }
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn truth_is_taken_from_columns() {
        let text = "unique_id,name,cluster\n0,\"Alan, Robert\",7\n1,Bo,8\n";
        assert_eq!(columns(text, "unique_id", "cluster").expect("columns"), "id,cluster\n0,7\n1,8\n");
        assert!(columns(text, "unique_id", "entity").is_err());
    }

    #[test]
    fn scores_are_shown_as_shares_or_counts() {
        let score = json!({ "best_f1": { "f1": 0.90566, "threshold": -3.0 }, "largest_pred": 161 });
        assert_eq!(shown(Some(&score), "/best_f1/f1"), "0.9057");
        assert_eq!(shown(Some(&score), "/largest_pred"), "161");
        assert_eq!(shown(Some(&score), "/absent"), "");
        assert_eq!(shown(None, "/largest_pred"), "");
    }
}
