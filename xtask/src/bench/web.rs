//! How quickly does the real server answer many people at once, page by page?
//!
//! Client and server share the machine and speak over loopback only. With `--rate` the requests have a timetable, and
//! latency counts from the moment a request was due, so that a stalled server cannot hide the queue it causes. Without
//! it, each client asks again as soon as it has its answer.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use serde_json::json;

use super::Figures;
use super::web_pages::{self, Page};
use crate::child::asked_to_stop;
use crate::console::say;
use crate::figures::{quantile, table};
use crate::server::{SampleSignIn, Server, sign_ins};
use crate::visitor::Visitor;
use crate::workspace::{DEMO_PROFILE, Workspace};

/// The pages asked for unless `--paths` names others.
const PATHS: &str = include_str!("web_paths.txt");

/// What `cargo xtask bench web` is asked.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A file that says who asks for which pages, as `xtask/src/bench/web_paths.txt` does.
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
    /// Measure once more right after a start on the same data, while links and weeks are made anew.
    #[arg(long)]
    restart: bool,
    /// Keep the invented region in this folder, and use it when it is there already.
    #[arg(long)]
    keep: Option<PathBuf>,
    /// Put the figures into `docs/benchmarks.md`.
    #[arg(long)]
    pub write: bool,
}

/// Latencies in microseconds and wrong answers, by place in the list of pages.
type Seen = BTreeMap<usize, (Vec<u64>, u64)>;

/// Measures.
///
/// # Errors
/// When the server does not start, nobody can sign in, or the list leads nowhere.
pub fn run(workspace: &Workspace, args: &Args) -> Result<Figures> {
    let text = match &args.paths {
        None => PATHS.to_owned(),
        Some(file) => std::fs::read_to_string(file).with_context(|| format!("read {}", file.display()))?,
    };
    let lines = web_pages::lines(&text);
    ensure!(!lines.is_empty(), "the list of paths is empty");
    let daymark = args.program.clone().map_or_else(|| workspace.build_daymark(DEMO_PROFILE), Ok)?;
    let passing = tempfile::tempdir().context("make a folder for the invented region")?;
    let folder = args.keep.clone().unwrap_or_else(|| passing.path().to_owned());
    std::fs::create_dir_all(&folder).context("make the folder of the invented region")?;
    let (data, log) = (folder.join("data"), folder.join("log"));
    let people = fill(&daymark, args, &folder)?;

    let persons = web_pages::persons(&lines);
    let server = Server::start(&daymark, &data, &[], &log, Duration::from_secs(600))?;
    wait_until_quiet(&server)?;
    let visitors = sign_in(&server, &people, &persons)?;
    let pages = web_pages::find(&lines, &persons, &visitors)?;
    say(format_args!("{} clients, {} s, {} pages", args.clients, args.seconds, pages.len()));
    let (seen, took) = load(&visitors, &pages, args)?;
    let mut measured = vec![Measured::new("With links and weeks made", &server, &pages, seen, took)];
    drop(server);

    if args.restart {
        let server = Server::start(&daymark, &data, &[], &log, Duration::from_secs(600))?;
        // Sessions outlive a start.
        let visitors: Vec<Visitor> =
            visitors.iter().map(|visitor| visitor.moved_to(&server.address)).collect();
        say("the same right after a start");
        let (seen, took) = load(&visitors, &pages, args)?;
        measured.push(Measured::new("Right after a start, links being made", &server, &pages, seen, took));
    }
    Ok(figures(args, &measured))
}

/// Fills an empty folder with the invented region; who can sign in stands beside it.
fn fill(daymark: &Path, args: &Args, folder: &Path) -> Result<Vec<SampleSignIn>> {
    let log = folder.join("fill.log");
    let data = folder.join("data");
    if !data.exists() {
        let reports = args.reports.to_string();
        let server = Server::start(
            daymark,
            &data,
            &["--sample", "--reports", &reports],
            &log,
            Duration::from_secs(1800),
        )?;
        say(format_args!(
            "{} reports after {:.0} s, most memory {} MiB",
            args.reports,
            server.ready_after.as_secs_f64(),
            server.peak_memory_mib().unwrap_or_default()
        ));
    }
    let people = sign_ins(&std::fs::read_to_string(&log).context("read who can sign in")?);
    ensure!(!people.is_empty(), "the server printed no sample sign-ins");
    Ok(people)
}

/// Waits until the server says that it counted the weeks: the last of its jobs after a start.
fn wait_until_quiet(server: &Server) -> Result<()> {
    let started = Instant::now();
    while !server.printed().contains("counted weeks") {
        ensure!(!asked_to_stop(), "stopped by a signal");
        ensure!(started.elapsed() < Duration::from_secs(900), "the weeks were not counted in 15 minutes");
        sleep(Duration::from_millis(200));
    }
    say(format_args!("links and weeks were made {:.0} s after the start", started.elapsed().as_secs_f64()));
    Ok(())
}

fn sign_in(server: &Server, people: &[SampleSignIn], persons: &[String]) -> Result<Vec<Visitor>> {
    let one = |part: &String| {
        let person = people.iter().find(|person| person.email.contains(part));
        let person = person.with_context(|| format!("the server printed no sample sign-in with `{part}`"))?;
        Visitor::at(&server.address).sign_in(person)
    };
    persons.iter().map(one).collect()
}

/// One round of requests and what it showed.
struct Measured {
    when: &'static str,
    per_second: f64,
    n_wrong: u64,
    memory: Option<u64>,
    rows: Vec<Vec<String>>,
    pages: Vec<serde_json::Value>,
    all: Vec<u64>,
}

impl Measured {
    fn new(when: &'static str, server: &Server, pages: &[Page], seen: Seen, took: Duration) -> Self {
        let n_requests: usize = seen.values().map(|(times, _)| times.len()).sum();
        let n_wrong: u64 = seen.values().map(|(_, wrong)| wrong).sum();
        let (mut rows, mut results, mut all) = (Vec::new(), Vec::new(), Vec::new());
        for (at, (mut times, wrong)) in seen {
            times.sort_unstable();
            let name = pages.get(at).map(|page| page.name.clone()).unwrap_or_default();
            results.push(
                json!({ "page": name, "requests": times.len(), "wrong": wrong, "latency_us": quantiles(&times) }),
            );
            rows.push(row(&format!("`{name}`"), &times, wrong));
            all.extend(times);
        }
        all.sort_unstable();
        rows.push(row("all", &all, n_wrong));
        let per_second = n_requests as f64 / took.as_secs_f64();
        let memory = server.peak_memory_mib();
        Self { when, per_second, n_wrong, memory, rows, pages: results, all }
    }
}

fn figures(args: &Args, measured: &[Measured]) -> Figures {
    let timetable = args.rate.map_or("none".to_owned(), |rate| format!("{rate} requests/s"));
    let head = ["page", "requests", "p50 ms", "p95 ms", "p99 ms", "p99.9 ms", "wrong answers"];
    let mut text = format!(
        "{} clients over loopback, client and server on one machine; timetable: {timetable}; {} invented reports.\n",
        args.clients, args.reports
    );
    for one in measured {
        text.push_str(&format!(
            "\n{}: **{:.0} requests/s**, {} wrong answers, most memory {} MiB.\n\n{}",
            one.when,
            one.per_second,
            one.n_wrong,
            one.memory.map_or("unknown".to_owned(), |mib| mib.to_string()),
            table(&head, &one.rows)
        ));
    }
    let rate = args.rate.map(|rate| format!(" --rate {rate}")).unwrap_or_default();
    let restart = if args.restart { " --restart" } else { "" };
    let command = format!(
        "cargo xtask bench web --clients {} --seconds {} --reports {}{rate}{restart}",
        args.clients, args.seconds, args.reports
    );
    let rounds = measured.iter().map(|one| {
        json!({
            "when": one.when,
            "requests_per_second": one.per_second,
            "wrong": one.n_wrong,
            "latency_us": quantiles(&one.all),
            "peak_mib": one.memory,
            "pages": one.pages,
        })
    });
    let result = json!({ "command": command, "rounds": rounds.collect::<Vec<_>>() });
    Figures { name: "web", command, table: text, result }
}

/// Every client takes the next request of all until the time is over.
fn load(visitors: &[Visitor], pages: &[Page], args: &Args) -> Result<(Seen, Duration)> {
    let next = AtomicU64::new(0);
    let started = Instant::now();
    let over = Duration::from_secs(args.seconds);
    let due = |number: u64| args.rate.map(|rate| Duration::from_secs_f64(number as f64 / rate.max(1) as f64));
    let client = || {
        let mine: Vec<Visitor> = visitors.iter().map(Visitor::beside).collect();
        let mut seen = Seen::new();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let from = due(number).unwrap_or_else(|| started.elapsed());
            if from >= over || asked_to_stop() {
                return seen;
            }
            sleep(from.saturating_sub(started.elapsed()));
            let turn = usize::try_from(number).unwrap_or_default();
            let at = turn % pages.len();
            let asked = pages
                .get(at)
                .and_then(|page| Some(mine.get(page.person)?.get(page.address(turn / pages.len()))));
            let good = matches!(asked, Some(Ok(answer)) if answer.status == 200);
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
