//! How true is what the built-in model says of invented regions, and how much of the truth does it find?
//!
//! `daymark sample` invents a region for each seed, `daymark link` links its reports, and both are compared with the
//! region's truth: two reports are of the same hands when they are of one campaign, or of one child. Pairs of which one
//! says that it was passed on from the other prove nothing and are left out. The application links the same way: a test
//! in `daymark-web` (`matching/tests.rs`) imports a region and compares the pairs.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use super::{Figures, measured};
use crate::console::heading;
use crate::figures::table;
use crate::workspace::{DEMO_PROFILE, Workspace};

/// What is invented.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Sizes of the regions, in reports.
    #[arg(long, value_delimiter = ',', default_value = "5000,20000")]
    reports: Vec<usize>,
    /// Seeds; 7 and 21 were used to choose the model's limits and prove nothing.
    #[arg(long, value_delimiter = ',', default_value = "101,102,103")]
    seeds: Vec<u64>,
    /// Measure this program instead of building one.
    #[arg(long)]
    program: Option<std::path::PathBuf>,
    /// Put the figures into `docs/benchmarks.md`.
    #[arg(long)]
    pub write: bool,
}

/// Bins of the stated probability, each from its own bound up to the next.
const BINS: [f64; 9] = [0.01, 0.05, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99, 0.999];

/// A scored pair: the two reports, and the probability.
type Pair = (String, String, f64);

/// Measures all regions.
///
/// # Errors
/// When a program fails or writes no table.
pub fn run(workspace: &Workspace, args: &Args) -> Result<Figures> {
    let daymark = args.program.clone().map_or_else(|| workspace.build_daymark(DEMO_PROFILE), Ok)?;
    let folder = tempfile::tempdir().context("make a folder for the regions")?;
    let (mut rows, mut results) = (Vec::new(), Vec::new());
    let mut calibration = vec![Bin::default(); BINS.len()];
    for n_reports in &args.reports {
        for seed in &args.seeds {
            heading(format!("{n_reports} reports, seed {seed}"));
            let (score, bins) = one(&daymark, folder.path(), *n_reports, *seed)?;
            for (sum, bin) in calibration.iter_mut().zip(&bins) {
                sum.add(bin);
            }
            rows.push(score.row(*n_reports, *seed));
            results.push(score.result(*n_reports, *seed, &bins));
        }
    }
    let head = [
        "reports",
        "seed",
        "pairs ≥ .9",
        "true",
        "pool pairs P",
        "R",
        "F1",
        "B-cubed F",
        "largest pool",
        "true",
        "in mixed pools",
        "CPU s",
    ];
    let bins: Vec<Vec<String>> = BINS.iter().zip(&calibration).map(|(from, bin)| bin.row(*from)).collect();
    let n: f64 = calibration.iter().map(|bin| bin.n).sum();
    let error = calibration.iter().map(|bin| (bin.stated - bin.n_true).abs()).sum::<f64>() / n.max(1.0);
    let spoken = |numbers: Vec<String>| numbers.join(",");
    let command = format!(
        "cargo xtask bench regions --reports {} --seeds {}",
        spoken(args.reports.iter().map(ToString::to_string).collect()),
        spoken(args.seeds.iter().map(ToString::to_string).collect())
    );
    Ok(Figures {
        name: "regions",
        table: format!(
            "{}\nOf the pairs with such a probability, so many are true (all regions; expected calibration error {error:.4}):\n\n{}",
            table(&head, &rows),
            table(&["from", "pairs", "stated", "true"], &bins)
        ),
        result: json!({ "command": command, "regions": results, "expected_calibration_error": error }),
        command,
    })
}

fn one(daymark: &Path, folder: &Path, n_reports: usize, seed: u64) -> Result<(Score, Vec<Bin>)> {
    let region = folder.join(format!("{n_reports}-{seed}"));
    let mut sample = Command::new(daymark);
    sample
        .args(["sample", "--reports", &n_reports.to_string(), "--seed", &seed.to_string(), "--out"])
        .arg(&region);
    measured::run(sample)?;
    let (pairs, pools) = (region.join("pairs.csv"), region.join("pools.csv"));
    let link = || {
        let mut link = Command::new(daymark);
        link.arg("link").arg(region.join("reports.csv"));
        link
    };
    // Pairs are wanted far below the threshold, with the mark of copies; pools as the program makes them unasked.
    let mut all = link();
    all.args(["--threshold-probability", "0.001", "--details", "--pairs"]).arg(&pairs);
    measured::run(all)?;
    let mut as_used = link();
    as_used.arg("--clusters").arg(&pools);
    let cost = measured::run(as_used)?;
    let truth = truth(&region)?;
    let pairs: Vec<Pair> = rows_of(&pairs, &["id_l", "id_r", "match_probability", "same_source"])?
        .into_iter()
        .filter_map(|row| match row.as_slice() {
            [l, r, p, same_source] if same_source != "true" => Some((l.clone(), r.clone(), p.parse().ok()?)),
            _ => None,
        })
        .collect();
    let pool: HashMap<String, String> = two_columns(&pools, "id", "cluster_id")?.into_iter().collect();
    Ok((Score::of(&truth, &pairs, &pool, cost.cpu_s), bins(&truth, &pairs)))
}

/// Whose hands: the campaign, else the child.
fn truth(region: &Path) -> Result<HashMap<String, String>> {
    let child: HashMap<String, String> =
        two_columns(&region.join("truth-accounts.csv"), "report_id", "child_id")?.into_iter().collect();
    let campaign = two_columns(&region.join("truth.csv"), "report_id", "campaign_id")?;
    Ok((campaign.into_iter())
        .map(|(report, campaign)| {
            let own = child.get(&report).cloned().unwrap_or_else(|| report.clone());
            (report, if campaign.is_empty() { own } else { campaign })
        })
        .collect())
}

fn two_columns(file: &Path, one: &str, other: &str) -> Result<Vec<(String, String)>> {
    let rows = rows_of(file, &[one, other])?;
    Ok(rows.into_iter().filter_map(|row| Some((row.first()?.clone(), row.get(1)?.clone()))).collect())
}

/// These columns of a CSV whose fields need no quotes.
fn rows_of(file: &Path, columns: &[&str]) -> Result<Vec<Vec<String>>> {
    let text = fs::read_to_string(file).with_context(|| format!("read {}", file.display()))?;
    let mut lines = text.lines();
    let head: Vec<&str> = lines.next().unwrap_or_default().split(',').collect();
    let places: Vec<usize> = (columns.iter())
        .map(|name| head.iter().position(|h| h == name).with_context(|| format!("no column {name}")))
        .collect::<Result<_>>()?;
    let fields = |line: &str| {
        let all: Vec<&str> = line.split(',').collect();
        places.iter().map(|at| all.get(*at).copied().unwrap_or_default().to_owned()).collect()
    };
    Ok(lines.map(fields).collect())
}

/// Pairs of one range of stated probability.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Bin {
    n: f64,
    /// The sum of the stated probabilities.
    stated: f64,
    n_true: f64,
}

impl Bin {
    fn add(&mut self, other: &Self) {
        self.n += other.n;
        self.stated += other.stated;
        self.n_true += other.n_true;
    }

    fn row(&self, from: f64) -> Vec<String> {
        let share = |x: f64| format!("{:.3}", x / self.n.max(1.0));
        vec![format!("{from}"), format!("{}", self.n), share(self.stated), share(self.n_true)]
    }
}

fn bins(truth: &HashMap<String, String>, pairs: &[Pair]) -> Vec<Bin> {
    let mut bins = vec![Bin::default(); BINS.len()];
    for (l, r, p) in pairs {
        let at = BINS.iter().rposition(|from| p >= from);
        if let Some(bin) = at.and_then(|at| bins.get_mut(at)) {
            bin.add(&Bin { n: 1.0, stated: *p, n_true: f64::from(u8::from(truth.get(l) == truth.get(r))) });
        }
    }
    bins
}

/// How one region came out.
#[derive(Debug)]
struct Score {
    n_sure: usize,
    sure_and_true: f64,
    precision: f64,
    recall: f64,
    b_cubed: (f64, f64),
    largest: usize,
    largest_true: usize,
    /// The share of reports in a pool that mixes hands.
    mixed: f64,
    cpu_s: f64,
}

impl Score {
    fn of(
        truth: &HashMap<String, String>,
        pairs: &[Pair],
        pool: &HashMap<String, String>,
        cpu_s: f64,
    ) -> Self {
        let sure: Vec<&Pair> = pairs.iter().filter(|pair| pair.2 >= 0.9).collect();
        let n_true = sure.iter().filter(|(l, r, _)| truth.get(l) == truth.get(r)).count();
        let both: Vec<(&str, &str)> = (truth.iter())
            .filter_map(|(report, hands)| Some((hands.as_str(), pool.get(report)?.as_str())))
            .collect();
        let of_hands = counted(both.iter().map(|(hands, _)| *hands));
        let of_pool = counted(both.iter().map(|(_, pool)| *pool));
        let of_both = counted(both.iter().copied());
        let n_pairs =
            |counts: &mut dyn Iterator<Item = usize>| counts.map(|n| n * (n - 1) / 2).sum::<usize>() as f64;
        let together = n_pairs(&mut of_both.values().copied());
        let mean =
            |of: &dyn Fn(&(&str, &str)) -> f64| both.iter().map(of).sum::<f64>() / both.len().max(1) as f64;
        let at = |counts: &BTreeMap<&str, usize>, key: &str| counts.get(key).copied().unwrap_or(1) as f64;
        let common = |pair: &(&str, &str)| of_both.get(pair).copied().unwrap_or(0) as f64;
        let mut hands_in: HashMap<&str, HashSet<&str>> = HashMap::new();
        for (hands, pool) in &both {
            hands_in.entry(pool).or_default().insert(hands);
        }
        Self {
            n_sure: sure.len(),
            sure_and_true: n_true as f64 / sure.len().max(1) as f64,
            precision: together / n_pairs(&mut of_pool.values().copied()).max(1.0),
            recall: together / n_pairs(&mut of_hands.values().copied()).max(1.0),
            b_cubed: (
                mean(&|pair| common(pair) / at(&of_pool, pair.1)),
                mean(&|pair| common(pair) / at(&of_hands, pair.0)),
            ),
            largest: of_pool.values().copied().max().unwrap_or(0),
            largest_true: of_hands.values().copied().max().unwrap_or(0),
            mixed: mean(&|pair| {
                f64::from(u8::from(hands_in.get(pair.1).is_some_and(|hands| hands.len() > 1)))
            }),
            cpu_s,
        }
    }

    fn row(&self, n_reports: usize, seed: u64) -> Vec<String> {
        let (precision, recall) = self.b_cubed;
        vec![
            n_reports.to_string(),
            seed.to_string(),
            self.n_sure.to_string(),
            format!("{:.4}", self.sure_and_true),
            format!("{:.3}", self.precision),
            format!("{:.3}", self.recall),
            format!("{:.3}", f1(self.precision, self.recall)),
            format!("{:.3}", f1(precision, recall)),
            self.largest.to_string(),
            self.largest_true.to_string(),
            format!("{:.3}", self.mixed),
            format!("{:.1}", self.cpu_s),
        ]
    }

    fn result(&self, n_reports: usize, seed: u64, bins: &[Bin]) -> Value {
        let bins: Vec<Value> = (BINS.iter().zip(bins))
            .map(|(from, bin)| json!({ "from": from, "n": bin.n, "stated": bin.stated, "true": bin.n_true }))
            .collect();
        json!({
            "reports": n_reports, "seed": seed, "sure": self.n_sure, "sure_and_true": self.sure_and_true,
            "pool_pairs": { "precision": self.precision, "recall": self.recall },
            "b_cubed": { "precision": self.b_cubed.0, "recall": self.b_cubed.1 },
            "largest": self.largest, "largest_true": self.largest_true, "mixed": self.mixed,
            "cpu_s": self.cpu_s, "calibration": bins,
        })
    }
}

fn counted<K: Ord>(keys: impl Iterator<Item = K>) -> BTreeMap<K, usize> {
    let mut counts = BTreeMap::new();
    for key in keys {
        *counts.entry(key).or_default() += 1;
    }
    counts
}

fn f1(precision: f64, recall: f64) -> f64 {
    2.0 * precision * recall / (precision + recall).max(1e-12)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(pairs: &[(&str, &str)]) -> HashMap<String, String> {
        pairs.iter().map(|(l, r)| ((*l).to_owned(), (*r).to_owned())).collect()
    }

    #[test]
    fn pools_and_pairs_are_scored_against_the_truth() {
        // a, b, c are of the same hands, d of others; one pool holds a, b and d.
        let truth = map(&[("a", "x"), ("b", "x"), ("c", "x"), ("d", "y")]);
        let pool = map(&[("a", "1"), ("b", "1"), ("d", "1"), ("c", "2")]);
        let pair = |l: &str, r: &str, p| (l.to_owned(), r.to_owned(), p);
        let pairs = [pair("a", "b", 0.95), pair("a", "d", 0.92), pair("c", "d", 0.2)];
        let score = Score::of(&truth, &pairs, &pool, 0.0);
        assert_eq!((score.n_sure, score.sure_and_true), (2, 0.5));
        assert!((score.precision - 1.0 / 3.0).abs() < 1e-12 && (score.recall - 1.0 / 3.0).abs() < 1e-12);
        // B-cubed precision: a, b two thirds each, c one, d one third; recall: two thirds, two thirds, one third, one.
        assert!((score.b_cubed.0 - 8.0 / 12.0).abs() < 1e-12 && (score.b_cubed.1 - 8.0 / 12.0).abs() < 1e-12);
        assert_eq!((score.largest, score.largest_true, score.mixed), (3, 3, 0.75));
        let bins = bins(&truth, &pairs);
        let bin = |from: f64| bins[BINS.iter().position(|at| *at == from).unwrap()];
        assert_eq!(bin(0.9), Bin { n: 2.0, stated: 0.95 + 0.92, n_true: 1.0 });
        assert_eq!(bin(0.1), Bin { n: 1.0, stated: 0.2, n_true: 0.0 });
    }
}
