//! `daymark link`: finds records of the same entity in one file, or between two.

use std::fs::{self, File};
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context;
use daymark_linkage::{Explanation, Index, LinkError, Linked, Model, Options, Problem, Table, TrainedModel};
use daymark_vocab::selector::Harmless;
use indicatif::ProgressBar;

use crate::place;

/// Finds records of the same entity, with reasons.
///
/// One input: pairs and pools within it. Two inputs: between them. Input is CSV (header row, UTF-8) or
/// Parquet by its ending; `-` is standard input or output.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  daymark link reports.csv --pairs pairs.csv --clusters pools.csv
  daymark link reports.csv --explain R-0007,R-0192
  daymark link people.parquet register.parquet --model people.toml --pairs -")]
pub struct Args {
    /// The records.
    #[arg(required_unless_present = "schema")]
    records: Option<PathBuf>,
    /// A second file: then pairs are sought between the two only.
    records_2: Option<PathBuf>,
    /// The model file; the built-in model for `reports.csv` unless given.
    #[arg(long)]
    model: Option<PathBuf>,
    /// Where to write the pairs at or above the threshold (CSV).
    #[arg(long)]
    pairs: Option<PathBuf>,
    /// Where to write every record with the number of its pool (CSV).
    #[arg(long)]
    clusters: Option<PathBuf>,
    /// Pairs from this probability on count; the model's own unless given.
    #[arg(long, value_parser = probability)]
    threshold_probability: Option<f64>,
    /// Where to write the model with everything it has learned (TOML).
    #[arg(long)]
    save_model: Option<PathBuf>,
    /// Print why these two records are or are not alike.
    #[arg(long, value_name = "ID_L,ID_R")]
    explain: Option<String>,
    /// Which random pairs are drawn while learning.
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Add the columns `gamma_…` and `mw_…` of every comparison to the pairs.
    #[arg(long)]
    details: bool,
    /// Print the JSON Schema of model files and stop.
    #[arg(long)]
    schema: bool,
}

/// Problems of one file, to be shown as they are.
struct Refused(Vec<String>);

/// Runs the command.
///
/// # Errors
/// When a file cannot be read or written; problems inside the files are listed and give exit code 2.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    match linked(args)? {
        Ok(()) => Ok(ExitCode::SUCCESS),
        Err(Refused(messages)) => {
            let mut stderr = io::stderr().lock();
            for message in messages {
                writeln!(stderr, "{message}")?;
            }
            Ok(ExitCode::from(2))
        }
    }
}

fn linked(args: &Args) -> anyhow::Result<Result<(), Refused>> {
    if args.schema {
        let schema = serde_json::to_string_pretty(&Model::json_schema())?;
        writeln!(io::stdout().lock(), "{schema}")?;
        return Ok(Ok(()));
    }
    let Some(records) = &args.records else { return Ok(Err(refused("name the file with the records"))) };
    let model = match &args.model {
        None => Model::cases(),
        Some(path) => {
            let text = fs::read_to_string(path);
            match text.map(|text| Model::from_toml(&text)) {
                Ok(Ok(model)) => model,
                Ok(Err(problems)) => return Ok(Err(of_file(path, &problems))),
                Err(error) => {
                    return Ok(Err(refused(&format!("{}: cannot be read: {error}", path.display()))));
                }
            }
        }
    };
    let working = progress("reading the records");
    // Only identifiers can be harmless: a model without them needs no list.
    let harmless = if model.selectors.is_empty() { Harmless::default() } else { place::harmless()? };
    let read = |path: &PathBuf| read(path, &model).map(|table| table.with_selector_keys(&model, &harmless));
    let (left, right) = match (read(records), args.records_2.as_ref().map(read)) {
        (Ok(left), None) => (left, None),
        (Ok(left), Some(Ok(right))) => (left, Some(right)),
        (left, right) => {
            let messages = [left.err(), right.and_then(Result::err)].into_iter().flatten().flat_map(|r| r.0);
            return Ok(Err(Refused(messages.collect())));
        }
    };
    let ((left, left_out), right) = (left, right.map(|(table, more)| (Some(table), more)));
    let (right, more_left_out) = right.unwrap_or_default();
    let asked = match &args.explain {
        None => None,
        Some(ids) => match rows(ids, &left, right.as_ref().unwrap_or(&left)) {
            Ok(asked) => Some(asked),
            Err(message) => return Ok(Err(refused(&message))),
        },
    };
    working.set_message("comparing pairs");
    let options = Options {
        list_from_match_probability: None,
        threshold_match_probability: args.threshold_probability,
        seed: args.seed,
        details: args.details,
    };
    let found = match daymark_linkage::link(&left, right.as_ref(), &model, &[], &options) {
        Ok(found) => found,
        Err(LinkError::Records(problems)) => {
            let (second, first): (Vec<Problem>, Vec<Problem>) =
                problems.into_iter().partition(|problem| problem.in_right_table);
            let mut all = of_file(records, &first).0;
            all.extend(args.records_2.iter().flat_map(|path| of_file(path, &second).0));
            return Ok(Err(Refused(all)));
        }
        Err(error) => return Ok(Err(refused(&error.to_string()))),
    };
    working.finish_and_clear();
    write_all(args, &left, right.as_ref(), &model, &found)?;
    if let Some((l, r)) = asked {
        match waterfall(&left, right.as_ref(), &found.trained, l, r) {
            Ok(Some(explanation)) => print_waterfall(&explanation)?,
            Ok(None) => return Ok(Err(refused("there is no such record"))),
            Err(error) => return Ok(Err(refused(&error.to_string()))),
        }
    }
    summary(&found, left.n_rows() + right.as_ref().map_or(0, Table::n_rows))?;
    for ((column, why), n) in left_out.iter().chain(&more_left_out) {
        writeln!(io::stderr().lock(), "`{column}`: {n} values link nobody: {why}")?;
    }
    Ok(Ok(()))
}

fn probability(text: &str) -> Result<f64, String> {
    let p: f64 = text.parse().map_err(|_| "not a number: write one such as 0.9".to_owned())?;
    if p > 0.0 && p < 1.0 { Ok(p) } else { Err("out of range: write a number between 0 and 1".to_owned()) }
}

fn refused(message: &str) -> Refused {
    Refused(vec![message.to_owned()])
}

fn of_file(path: &Path, problems: &[Problem]) -> Refused {
    let separator = |problem: &Problem| if problem.line.is_some() { "" } else { " " };
    Refused(problems.iter().map(|p| format!("{}:{}{p}", path.display(), separator(p))).collect())
}

fn progress(message: &'static str) -> ProgressBar {
    if !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new_spinner().with_message(message);
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

fn read(path: &Path, model: &Model) -> Result<Table, Refused> {
    let table = if path == Path::new("-") {
        Table::from_csv(io::stdin().lock(), &model.unique_id)
    } else if path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("parquet")) {
        Table::from_parquet(path, &model.unique_id)
    } else {
        match File::open(path) {
            Ok(file) => Table::from_csv(io::BufReader::new(file), &model.unique_id),
            Err(error) => return Err(refused(&format!("{}: cannot be opened: {error}", path.display()))),
        }
    };
    table.map_err(|problems| of_file(path, &problems))
}

fn rows(ids: &str, left: &Table, right: &Table) -> Result<(usize, usize), String> {
    let (l, r) = ids.split_once(',').ok_or("--explain wants two ids with a comma between them")?;
    let find = |table: &Table, id: &str| {
        table.row(id.trim()).ok_or_else(|| format!("--explain: no record has the id `{}`", id.trim()))
    };
    Ok((find(left, l)?, find(right, r)?))
}

fn waterfall(
    left: &Table,
    right: Option<&Table>,
    trained: &TrainedModel,
    l: usize,
    r: usize,
) -> Result<Option<Explanation>, LinkError> {
    Ok(Index::new(left, right, trained)?.explain(l, r))
}

fn write_all(
    args: &Args,
    left: &Table,
    right: Option<&Table>,
    model: &Model,
    found: &Linked,
) -> anyhow::Result<()> {
    let nothing_asked = args.pairs.is_none()
        && args.clusters.is_none()
        && args.save_model.is_none()
        && args.explain.is_none();
    let to_stdout = nothing_asked.then(|| PathBuf::from("-"));
    if let Some(path) = args.pairs.as_ref().or(to_stdout.as_ref()) {
        whole(path, |out| pairs(out, left, right.unwrap_or(left), model, found))?;
    }
    if let Some(path) = &args.clusters {
        whole(path, |out| {
            let mut csv = csv::Writer::from_writer(out);
            csv.write_record(["id", "cluster_id"])?;
            let ids = left.ids().iter().chain(right.into_iter().flat_map(|right| right.ids()));
            for (id, cluster) in ids.zip(&found.clusters) {
                csv.write_record([id.as_str(), &cluster.to_string()])?;
            }
            Ok(csv.flush()?)
        })?;
    }
    if let Some(path) = &args.save_model {
        let text = found.trained.to_toml()?;
        whole(path, |out| Ok(out.write_all(text.as_bytes())?))?;
    }
    Ok(())
}

fn pairs(
    out: &mut dyn Write,
    left: &Table,
    right: &Table,
    model: &Model,
    found: &Linked,
) -> anyhow::Result<()> {
    let mut csv = csv::Writer::from_writer(out);
    let names = || model.comparisons.iter().map(|comparison| comparison.name());
    let mut header: Vec<String> =
        ["id_l", "id_r", "match_weight", "match_probability"].map(str::to_owned).to_vec();
    if !found.details.is_empty() {
        header.extend(model.same_source.iter().map(|_| "same_source".to_owned()));
        header.extend(names().map(|name| format!("gamma_{name}")));
        header.extend(names().map(|name| format!("mw_{name}")));
    }
    csv.write_record(&header)?;
    let mut details = found.details.iter();
    for pair in &found.pairs {
        let id = |table: &Table, row: usize| table.ids().get(row).cloned().unwrap_or_default();
        let mut row = vec![
            id(left, pair.l),
            id(right, pair.r),
            format!("{:.4}", pair.match_weight),
            format!("{:.6}", pair.match_probability),
        ];
        if let Some(details) = details.next() {
            row.extend(model.same_source.iter().map(|_| pair.same_source.to_string()));
            row.extend(details.iter().map(|detail| detail.comparison_vector_value.to_string()));
            row.extend(details.iter().map(|detail| format!("{:.4}", detail.match_weight)));
        }
        csv.write_record(&row)?;
    }
    Ok(csv.flush()?)
}

/// Writes a file that appears whole or not at all; `-` is standard output.
fn whole(path: &Path, write: impl FnOnce(&mut dyn Write) -> anyhow::Result<()>) -> anyhow::Result<()> {
    if path == Path::new("-") {
        return write(&mut io::stdout().lock());
    }
    let mut name = path.file_name().context("an output path names a folder, not a file")?.to_owned();
    name.push(format!(".part-{}", std::process::id()));
    let beside = path.with_file_name(name);
    let cannot = || format!("cannot write {}", path.display());
    let mut out = BufWriter::new(File::create(&beside).with_context(cannot)?);
    let written = write(&mut out).and_then(|()| Ok(out.flush()?));
    let done = written.and_then(|()| Ok(fs::rename(&beside, path)?));
    if done.is_err() {
        // The first failure is the one to report; a left-over part file is harmless.
        let _ = fs::remove_file(&beside);
    }
    done.with_context(cannot)
}

fn print_waterfall(explanation: &Explanation) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{}", explanation.mostly_because)?;
    writeln!(
        out,
        "Match weight {:+.2} bits, probability {:.4}. The machine suggests, a person decides.",
        explanation.match_weight, explanation.match_probability
    )?;
    writeln!(out, "\n{:>7}  start: how likely any two records match", format!("{:+.2}", explanation.prior))?;
    for step in &explanation.steps {
        writeln!(out, "{:>7}  {}: {}", format!("{:+.2}", step.match_weight), step.label, step.level)?;
        writeln!(out, "         {}", step.sentence)?;
        for (side, value) in [("left ", &step.value_l), ("right", &step.value_r)] {
            // The person at this terminal has the file itself.
            let value = value.reveal();
            writeln!(out, "         {side}  {}", if value.is_empty() { "(not recorded)" } else { value })?;
        }
    }
    Ok(())
}

fn summary(found: &Linked, n_records: usize) -> anyhow::Result<()> {
    let n_pools = found.clusters.iter().max().map_or(0, |last| last + 1);
    let mut stderr = io::stderr().lock();
    writeln!(
        stderr,
        "{n_records} records, {} candidate pairs, {} pairs at or above the threshold, {n_pools} pools ({} rounds of learning)",
        found.n_candidate_pairs,
        found.pairs.len(),
        found.trained.n_iterations
    )?;
    let n_copies = found.pairs.iter().filter(|pair| pair.same_source).count();
    if n_copies > 0 {
        writeln!(
            stderr,
            "{n_copies} of these pairs may be one report that was passed on: no second proof (`--details` marks them)"
        )?;
    }
    for key in found.skipped.iter().take(5) {
        writeln!(
            stderr,
            "too common, `{}`: {} ({} pairs left out)",
            key.columns, key.why, key.n_pairs_skipped
        )?;
    }
    if found.skipped.len() > 5 {
        writeln!(stderr, "and {} more keys too common", found.skipped.len() - 5)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(clap::Parser)]
    struct Alone {
        #[command(flatten)]
        args: Args,
    }

    const MODEL: &str = "unique_id = \"id\"\n[[blocking_rules]]\nkeys = [{ column = \"handles\" }]\n\
                         [[comparisons]]\ncolumn = \"handles\"\nkind = \"shared-value\"\n";

    /// Runs in a fresh folder that holds `model.toml` and `a.csv`; returns the refusals and the written files.
    fn check(model: &str, records: &str, arguments: &str) -> (Vec<String>, Vec<(String, String)>) {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::write(at("model.toml"), model).unwrap();
        fs::write(at("a.csv"), records).unwrap();
        let arguments = arguments.split(' ').map(|word| match word.strip_prefix('@') {
            Some(name) => at(name).display().to_string(),
            None => word.to_owned(),
        });
        let args = Alone::try_parse_from(["link".to_owned()].into_iter().chain(arguments)).unwrap().args;
        let refused = linked(&args).unwrap().err().map(|refused| refused.0).unwrap_or_default();
        let folder_name = format!("{}/", folder.path().display());
        let mut files: Vec<(String, String)> = fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap())
            .map(|entry| {
                (entry.file_name().into_string().unwrap(), fs::read_to_string(entry.path()).unwrap())
            })
            .filter(|(name, _)| name != "model.toml" && name != "a.csv")
            .collect();
        files.sort();
        (refused.into_iter().map(|message| message.replace(&folder_name, "")).collect(), files)
    }

    /// Two hundred records, of which the first two share a handle.
    fn records() -> String {
        let rows = (0..200).map(|n| format!("R{n:03},h{}\n", usize::saturating_sub(n, 1)));
        format!("id,handles\n{}", rows.collect::<String>())
    }

    #[test]
    fn pairs_pools_and_the_trained_model_are_written() {
        let (refused, files) = check(
            MODEL,
            &records(),
            "@a.csv --model @model.toml --pairs @pairs.csv --clusters @pools.csv --save-model @trained.toml --details",
        );
        assert!(refused.is_empty(), "{refused:?}");
        let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["pairs.csv", "pools.csv", "trained.toml"]);
        let pairs: Vec<&str> = files[0].1.lines().collect();
        assert_eq!(pairs[0], "id_l,id_r,match_weight,match_probability,gamma_handles,mw_handles");
        assert!(pairs.len() == 2 && pairs[1].starts_with("R000,R001,"), "{pairs:?}");
        assert!(files[1].1.starts_with("id,cluster_id\nR000,0\nR001,0\nR002,1\n"));
        assert_eq!(files[1].1.lines().count(), 201);
        assert!(Model::from_toml(&files[2].1).is_ok());
    }

    #[test]
    fn bad_input_names_every_problem_and_writes_nothing() {
        let asked = "@a.csv --model @model.toml --pairs @pairs.csv";
        let (refused, files) = check(&format!("colour = 1\n{MODEL}"), &records(), asked);
        assert!(
            refused.len() == 1 && refused[0].starts_with("model.toml:1:1: unknown field `colour`"),
            "{refused:?}"
        );
        assert!(files.is_empty());
        let (refused, files) = check(MODEL, "id,handles\nA,x\nA,y\n,z\n", asked);
        assert!(refused[0].starts_with("a.csv:3:1: the unique id is already used"), "{refused:?}");
        assert!(refused[1].starts_with("a.csv:4:1: the unique id is empty"), "{refused:?}");
        assert!(files.is_empty());
        let (refused, _) = check(MODEL, &records(), "@a.csv --model @model.toml --explain R000,R999");
        assert_eq!(refused, ["--explain: no record has the id `R999`"]);
        let (refused, _) = check(MODEL, &records(), "@none.csv --model @model.toml");
        assert!(refused[0].starts_with("none.csv: cannot be opened"), "{refused:?}");
    }
}
