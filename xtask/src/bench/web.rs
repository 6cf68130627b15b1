//! How quickly does the real server answer many people at once, page by page?
//!
//! Client and server share the machine and speak over loopback only. With `--rate` the requests have a timetable, and
//! latency counts from the moment a request was due, so that a stalled server cannot hide the queue it causes. Without
//! it, each client asks again as soon as it has its answer.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use serde_json::json;

use super::Figures;
use crate::child::asked_to_stop;
use crate::console::say;
use crate::figures::{quantile, table};
use crate::server::{SampleSignIn, Server};
use crate::visitor::Visitor;
use crate::workspace::{DEMO_PROFILE, Workspace};

/// The pages asked for unless `--paths` names others.
const PATHS: &str = include_str!("web_paths.txt");
/// A case's place in a path: each request takes the next case of the list.
const CASE: &str = "{case}";
/// Cases that the requests go round through.
const MOST_CASES: usize = 50;

/// What `cargo xtask bench web` is asked.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A file with one path a line, `#` for remarks; `{case}` stands for cases of the list in turn.
    #[arg(long)]
    paths: Option<PathBuf>,
    /// Clients at once, each with a connection of its own.
    #[arg(long, default_value_t = 16, value_parser = clap::value_parser!(u64).range(1..=256))]
    clients: u64,
    /// How long to measure.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u64).range(1..=600))]
    seconds: u64,
    /// Requests each second, on a timetable; as many as come back unless given.
    #[arg(long)]
    rate: Option<u64>,
    /// Reports to invent beforehand.
    #[arg(long, default_value_t = 2000)]
    reports: u32,
    /// Measure this program instead of building one.
    #[arg(long)]
    program: Option<PathBuf>,
    /// The address to sign in with: a part of one that the server prints is enough. The first unless given.
    #[arg(long)]
    person: Option<String>,
    /// Put the figures into `docs/benchmarks.md`.
    #[arg(long)]
    pub write: bool,
}

/// Latencies in microseconds and wrong answers, by path as it is written in the list.
type Seen = BTreeMap<usize, (Vec<u64>, u64)>;

/// Measures.
///
/// # Errors
/// When the server does not start, nobody can sign in, or a page of the list does not answer even once.
pub fn run(workspace: &Workspace, args: &Args) -> Result<Figures> {
    let text = match &args.paths {
        None => PATHS.to_owned(),
        Some(file) => std::fs::read_to_string(file).with_context(|| format!("read {}", file.display()))?,
    };
    let paths = listed(&text);
    ensure!(!paths.is_empty(), "the list of paths is empty");
    let daymark = args.program.clone().map_or_else(|| workspace.build_daymark(DEMO_PROFILE), Ok)?;
    let folder = tempfile::tempdir().context("make a folder for the invented region")?;
    let reports = args.reports.to_string();
    let options = ["--sample", "--reports", &reports];
    let (data, log) = (folder.path().join("data"), folder.path().join("log"));
    let server = Server::start(&daymark, &data, &options, &log, Duration::from_secs(600))?;
    let person = choose(server.sample_sign_ins(), args.person.as_deref())?;
    let visitor = Visitor::at(&server.address).sign_in(&person)?;
    let cases = match paths.iter().any(|path| path.contains(CASE)) {
        true => cases(&visitor)?,
        false => Vec::new(),
    };
    for path in &paths {
        let answer = visitor.get(&filled(path, &cases, 0))?;
        ensure!(answer.status == 200, "{path} answers {} before any load", answer.status);
    }

    say(format_args!("{} clients, {} s, {} pages", args.clients, args.seconds, paths.len()));
    let (seen, took) = load(&visitor, &paths, &cases, args)?;
    let n_requests: usize = seen.values().map(|(times, _)| times.len()).sum();
    let n_wrong: u64 = seen.values().map(|(_, wrong)| wrong).sum();
    let per_second = n_requests as f64 / took.as_secs_f64();
    let mut rows = Vec::new();
    let mut pages = Vec::new();
    let mut all = Vec::new();
    for (at, (mut times, wrong)) in seen {
        times.sort_unstable();
        let path = paths.get(at).cloned().unwrap_or_default();
        pages.push(
            json!({ "path": path, "requests": times.len(), "wrong": wrong, "latency_us": quantiles(&times) }),
        );
        rows.push(row(&format!("`{path}`"), &times, wrong));
        all.extend(times);
    }
    all.sort_unstable();
    rows.push(row("all", &all, n_wrong));
    let timetable = args.rate.map_or("none".to_owned(), |rate| format!("{rate} requests/s"));
    let head = ["page", "requests", "p50 ms", "p95 ms", "p99 ms", "p99.9 ms", "wrong answers"];
    let memory = server.peak_memory_mib();
    let table = format!(
        "{} clients over loopback, client and server on one machine; timetable: {timetable}; {} invented reports.\n\
         **{per_second:.0} requests/s**, {n_wrong} wrong answers, most memory {} MiB.\n\n{}",
        args.clients,
        args.reports,
        memory.map_or("unknown".to_owned(), |mib| mib.to_string()),
        table(&head, &rows)
    );
    let rate = args.rate.map(|rate| format!(" --rate {rate}")).unwrap_or_default();
    let command = format!(
        "cargo xtask bench web --clients {} --seconds {} --reports {}{rate}",
        args.clients, args.seconds, args.reports
    );
    let result = json!({
        "command": command,
        "requests_per_second": per_second,
        "wrong": n_wrong,
        "latency_us": quantiles(&all),
        "peak_mib": memory,
        "pages": pages,
    });
    Ok(Figures { name: "web", command, table, result })
}

/// Every client takes the next request of all until the time is over.
fn load(visitor: &Visitor, paths: &[String], cases: &[String], args: &Args) -> Result<(Seen, Duration)> {
    let next = AtomicU64::new(0);
    let started = Instant::now();
    let over = Duration::from_secs(args.seconds);
    let due = |number: u64| args.rate.map(|rate| Duration::from_secs_f64(number as f64 / rate.max(1) as f64));
    let client = || {
        let mine = visitor.beside();
        let mut seen = Seen::new();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let from = due(number).unwrap_or_else(|| started.elapsed());
            if from >= over || asked_to_stop() {
                return seen;
            }
            sleep(from.saturating_sub(started.elapsed()));
            let turn = usize::try_from(number).unwrap_or_default();
            let at = turn % paths.len();
            let path = paths.get(at).map(|path| filled(path, cases, turn / paths.len())).unwrap_or_default();
            let good = mine.get(&path).is_ok_and(|answer| answer.status == 200);
            let took = started.elapsed().saturating_sub(from);
            let (times, wrong) = seen.entry(at).or_default();
            times.push(u64::try_from(took.as_micros()).unwrap_or(u64::MAX));
            *wrong += u64::from(!good);
        }
    };
    let mut seen = Seen::new();
    std::thread::scope(|scope| {
        let clients: Vec<_> = (0..args.clients).map(|_| scope.spawn(client)).collect();
        for client in clients {
            let of_client = client.join().map_err(|_| anyhow::anyhow!("a client panicked"))?;
            for (at, (times, wrong)) in of_client {
                let entry = seen.entry(at).or_default();
                entry.0.extend(times);
                entry.1 += wrong;
            }
        }
        ensure!(!asked_to_stop(), "stopped by a signal");
        Ok(())
    })?;
    Ok((seen, started.elapsed()))
}

fn listed(text: &str) -> Vec<String> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(str::to_owned).collect()
}

fn choose(people: Vec<SampleSignIn>, part: Option<&str>) -> Result<SampleSignIn> {
    let chosen = people.into_iter().find(|person| part.is_none_or(|part| person.email.contains(part)));
    chosen.context("the server printed no such sample sign-in")
}

/// Ids of cases that the list links to.
fn cases(visitor: &Visitor) -> Result<Vec<String>> {
    let page = visitor.get("/cases")?;
    let ids = case_ids(&page.body);
    ensure!(!ids.is_empty(), "/cases ({}) links to no case", page.status);
    Ok(ids)
}

fn case_ids(page: &str) -> Vec<String> {
    let links =
        page.split("href=\"/cases/").skip(1).filter_map(|rest| rest.split(['"', '/', '?', '#']).next());
    let mut ids: Vec<String> = Vec::new();
    for id in links.filter(|id| !id.is_empty() && *id != "new") {
        if ids.len() < MOST_CASES && !ids.iter().any(|known| known == id) {
            ids.push(id.to_owned());
        }
    }
    ids
}

fn filled(path: &str, cases: &[String], turn: usize) -> String {
    let case = turn.checked_rem(cases.len()).and_then(|at| cases.get(at));
    case.map_or_else(|| path.to_owned(), |case| path.replace(CASE, case))
}

fn row(name: &str, ascending: &[u64], wrong: u64) -> Vec<String> {
    let ms = |share| format!("{:.1}", quantile(ascending, share) as f64 / 1e3);
    vec![
        name.to_owned(),
        ascending.len().to_string(),
        ms(0.5),
        ms(0.95),
        ms(0.99),
        ms(0.999),
        wrong.to_string(),
    ]
}

fn quantiles(ascending: &[u64]) -> serde_json::Value {
    let at = |share| quantile(ascending, share);
    json!({ "p50": at(0.5), "p95": at(0.95), "p99": at(0.99), "p999": at(0.999), "worst": at(1.0) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_listed_path_is_a_path() {
        let paths = listed(PATHS);
        assert!(paths.len() > 3 && paths.iter().all(|path| path.starts_with('/')), "{paths:?}");
    }

    #[test]
    fn cases_are_taken_in_turn() {
        let page = r#"<a href="/cases/ab">x</a><a href="/cases/ab/links">x</a><a href="/cases/cd?x=1">x</a><a href="/cases/new">x</a>"#;
        let ids = case_ids(page);
        assert_eq!(ids, ["ab", "cd"]);
        assert_eq!(filled("/cases/{case}/links", &ids, 0), "/cases/ab/links");
        assert_eq!(filled("/cases/{case}/links", &ids, 3), "/cases/cd/links");
        assert_eq!(filled("/trends", &[], 3), "/trends");
    }
}
