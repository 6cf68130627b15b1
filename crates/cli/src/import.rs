//! `daymark import`: brings a file of reports into one agency.

use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use daymark_access::{Record, may, verb};
use daymark_content::Content;
use daymark_exchange::reports::{Row, csv, read_rows, read_xlsx_in_child};
use daymark_exchange::{Problem, refuse_images};
use daymark_store::import_batch::{self, Imported};
use daymark_store::{Store, agency};
use daymark_vocab::{AgencyId, Clock, SystemClock};
use daymark_web::intake::{self, BroughtBy, Ready};
use sha2::{Digest, Sha256};

use crate::place::{self, Place};

/// The largest file that is read, in bytes. (A workbook: 20 MiB.)
const MAX_FILE: u64 = 512 * 1024 * 1024;

/// Brings a file of reports (CSV or XLSX) into one agency: all of it or nothing.
///
/// Every problem is listed with its line and column. The same file twice changes nothing. In the audit log the
/// operator has done it.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  daymark import --template > reports.csv\n  \
daymark import reports.csv --agency north-yorkshire-schools --dry-run\n  \
daymark import reports.csv --agency north-yorkshire-schools --data /srv/daymark")]
pub struct Args {
    /// The file; `-` reads standard input.
    #[arg(required_unless_present = "template")]
    file: Option<PathBuf>,
    #[command(flatten)]
    place: Place,
    /// Whose reports they are.
    #[arg(long, value_name = "ID", required_unless_present = "template")]
    agency: Option<AgencyId>,
    /// Say what it would do, and change nothing.
    #[arg(long)]
    dry_run: bool,
    /// The sheet of a workbook, where there are several.
    #[arg(long, value_name = "NAME")]
    sheet: Option<String>,
    /// Print the template as CSV.
    #[arg(long, exclusive = true)]
    template: bool,
}

/// Imports, or lists all problems.
///
/// # Errors
/// When the database cannot be used.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let content = place::content()?;
    let (Some(file), Some(agency)) = (&args.file, &args.agency) else {
        let template = intake::template(&content)?;
        let csv = daymark_exchange::template::csv(template.columns());
        io::stdout().lock().write_all(csv.as_bytes())?;
        return Ok(ExitCode::SUCCESS);
    };
    place::block_on(async {
        let store = args.place.open().await?;
        let done = import(args, &store, &content, file, agency).await;
        store.close().await;
        done
    })
}

async fn import(
    args: &Args,
    store: &Store,
    content: &Content,
    file: &Path,
    id: &AgencyId,
) -> anyhow::Result<ExitCode> {
    let now = SystemClock.now();
    let mut tx = store.read("find the agency").await?;
    let agency = agency::find(&mut tx, id).await?;
    let saved = import_batch::mapping(&mut tx, id).await?;
    drop(tx);
    let agency =
        agency.with_context(|| format!("there is no agency `{id}`: compare --agency with its id"))?;
    let who = place::operator(&agency)?;
    let by = BroughtBy { agency: agency.id.clone(), member: who.member.clone(), at: now };
    let bytes = read_file(file)?;
    let ready = match read(args, content, &bytes, saved.as_deref(), &by)? {
        Ok(ready) if ready.problems.is_empty() => ready,
        Ok(ready) => return refused(file, &ready.problems),
        Err(problems) => return refused(file, &problems),
    };
    let grant = may::<verb::ImportReports>(&who, &Record::agency(agency.id.clone()), now)
        .ok()
        .context("the access rules let nobody import")?;
    let mut tx = store.write("import reports").await?;
    let would = import_batch::preview(&mut tx, &grant, &ready.rows).await?;
    if !would.differing.is_empty() {
        return refused(file, &differing(&would, &ready));
    }
    let mut out = io::stdout().lock();
    if args.dry_run {
        let (n, new, known) = (would.n_rows, would.opened.len(), would.n_known);
        writeln!(out, "{n} reports: {new} would be opened as cases, {known} are known word for word")?;
        return Ok(ExitCode::SUCCESS);
    }
    let digest: [u8; 32] = Sha256::digest(&bytes).into();
    let done = import_batch::import(&mut tx, &grant, digest, ready.rows, content.version(), now).await?;
    tx.commit().await?;
    let (n, new, known) = (done.n_rows, done.opened.len(), done.n_known);
    writeln!(out, "{n} reports: {new} opened as cases, {known} known word for word")?;
    Ok(ExitCode::SUCCESS)
}

fn read_file(file: &Path) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if file == Path::new("-") {
        io::stdin().lock().take(MAX_FILE + 1).read_to_end(&mut bytes)?;
    } else {
        let opened = fs::File::open(file).with_context(|| format!("cannot read `{}`", file.display()))?;
        opened.take(MAX_FILE + 1).read_to_end(&mut bytes)?;
    }
    anyhow::ensure!(bytes.len() as u64 <= MAX_FILE, "the file is larger than 512 MiB: split it");
    Ok(bytes)
}

/// The file's reports; or the problems that stand before any row.
fn read(
    args: &Args,
    content: &Content,
    bytes: &[u8],
    saved: Option<&str>,
    by: &BroughtBy,
) -> anyhow::Result<Result<Ready, Vec<Problem>>> {
    let template = intake::template(content)?;
    let rows: Vec<Row> = if bytes.starts_with(b"PK\x03\x04") {
        let of_file = |message: String| {
            let (what, hint) = message.rsplit_once(": ").unwrap_or((&message, ""));
            vec![Problem::of_file(what, hint)]
        };
        if let Err(refused) = refuse_images(bytes) {
            return Ok(Err(vec![Problem::of_file(refused.to_string(), "send only text and figures")]));
        }
        let program = std::env::current_exe().context("where this program is")?;
        let rows = match read_xlsx_in_child(&program, bytes, args.sheet.as_deref()) {
            Ok(rows) => rows,
            Err(error) => return Ok(Err(of_file(error.to_string()))),
        };
        if let Err(refused) = intake::refuse_files_in(&rows) {
            return Ok(Err(vec![Problem::of_file(refused.to_string(), "send only text and figures")]));
        }
        rows
    } else {
        match csv::rows(bytes) {
            Ok(rows) => rows,
            Err(problems) => return Ok(Err(problems)),
        }
    };
    let mapping = intake::mapping(&intake::placed(saved), &template);
    let read = read_rows(rows, &template, &mapping);
    let mut ready = intake::ready(content, &read.reports, by);
    ready.problems.extend(read.problems);
    ready.problems.sort();
    Ok(Ok(ready))
}

/// Rows that are known and say something else: never overwritten by a file.
fn differing(would: &Imported, ready: &Ready) -> Vec<Problem> {
    let lines = would.differing.iter().filter_map(|at| ready.lines.get(*at));
    lines
        .map(|line| {
            Problem::of_cell(
                *line,
                0,
                Some("report_id"),
                "a report with this id is here already and says something else",
                "change the case in Daymark, or take the row out",
            )
        })
        .collect()
}

/// Every problem, one line each; nothing was written.
fn refused(file: &Path, problems: &[Problem]) -> anyhow::Result<ExitCode> {
    let mut out = io::stderr().lock();
    let name = if file == Path::new("-") { "standard input".to_owned() } else { file.display().to_string() };
    for problem in problems {
        writeln!(out, "{name}:{problem}")?;
    }
    let n = problems.len();
    writeln!(out, "{n} {}; nothing was imported", if n == 1 { "problem" } else { "problems" })?;
    Ok(ExitCode::from(2))
}
