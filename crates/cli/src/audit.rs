//! `daymark audit`: who did what, taken away and verified.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use daymark_store::audit::{self, AuditRow};
use daymark_store::{Store, agency};
use daymark_vocab::AgencyId;
use serde::{Deserialize, Serialize};

use crate::place::{self, Place};

/// How many rows are read at once.
const N_AT_ONCE: i64 = 10_000;

/// Takes the audit log away, and verifies it.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Writes every agency's chain as lines of JSON: ids and codes, no personal data.
    #[command(after_help = "Example:\n  daymark audit export --data /srv/daymark --out audit.jsonl")]
    Export(Export),
    /// Verifies an export, without a server, a database or keys. Exit 1 when a chain is broken.
    #[command(after_help = "Example:\n  daymark audit verify audit.jsonl")]
    Verify {
        /// The export; `-` reads standard input.
        export: PathBuf,
    },
}

#[derive(Debug, clap::Args)]
struct Export {
    #[command(flatten)]
    place: Place,
    /// Only this agency's chain.
    #[arg(long, value_name = "ID")]
    agency: Option<AgencyId>,
    /// Where to; `-` writes standard output.
    #[arg(long, value_name = "FILE", default_value = "-")]
    out: PathBuf,
}

/// One line of an export. The head of a chain stands before its rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind", deny_unknown_fields)]
enum Line {
    /// How many rows a chain has, and the hash of the last.
    Head { agency: String, n_rows: i64, hash: String },
    /// One row.
    Row {
        agency: String,
        seq: i64,
        member: String,
        at_ms: i64,
        verb: String,
        subject_kind: String,
        subject_agency: String,
        subject_id: String,
        policies: String,
        detail: String,
        previous: String,
        hash: String,
    },
}

fn hex(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(bytes)
}

impl From<AuditRow> for Line {
    fn from(row: AuditRow) -> Self {
        Self::Row {
            agency: row.agency.to_string(),
            seq: row.seq,
            member: row.member,
            at_ms: row.at_ms,
            verb: row.verb,
            subject_kind: row.subject_kind,
            subject_agency: row.subject_agency,
            subject_id: row.subject_id,
            policies: row.policies,
            detail: row.detail,
            previous: hex(&row.previous),
            hash: hex(&row.hash),
        }
    }
}

/// Exports or verifies.
///
/// # Errors
/// When the database or the file cannot be used.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    match &args.command {
        Command::Export(args) => place::block_on(export(args)),
        Command::Verify { export } => verify(export),
    }
}

async fn export(args: &Export) -> anyhow::Result<ExitCode> {
    let store = args.place.open().await?;
    if args.out == Path::new("-") {
        write_chains(&store, args.agency.as_ref(), &mut io::stdout()).await?;
    } else {
        let beside = args.out.with_extension("being-written");
        let file = File::create(&beside);
        let mut out = BufWriter::new(file.with_context(|| format!("cannot write `{}`", beside.display()))?);
        write_chains(&store, args.agency.as_ref(), &mut out).await?;
        out.into_inner().context("the export cannot be written")?.sync_all()?;
        fs::rename(&beside, &args.out).with_context(|| format!("cannot write `{}`", args.out.display()))?;
    }
    store.close().await;
    Ok(ExitCode::SUCCESS)
}

async fn write_chains(store: &Store, only: Option<&AgencyId>, out: &mut impl Write) -> anyhow::Result<()> {
    // One transaction, so that head and rows are of one moment.
    let mut tx = store.read("export audit").await?;
    for agency in agency::all(&mut tx).await? {
        if only.is_some_and(|only| *only != agency.id) {
            continue;
        }
        let Some((n_rows, hash)) = audit::head(&mut tx, &agency.id).await? else { continue };
        line(out, &Line::Head { agency: agency.id.to_string(), n_rows, hash: hex(&hash) })?;
        let mut after = 0;
        loop {
            let rows = audit::chain(&mut tx, &agency.id, after, N_AT_ONCE).await?;
            let Some(last) = rows.last() else { break };
            after = last.seq;
            for row in rows {
                line(out, &row.into())?;
            }
        }
    }
    out.flush()?;
    Ok(())
}

fn line(out: &mut impl Write, line: &Line) -> anyhow::Result<()> {
    serde_json::to_writer(&mut *out, line)?;
    out.write_all(b"\n")?;
    Ok(())
}

#[derive(Debug, Default)]
struct Chain {
    head: Option<(i64, Vec<u8>)>,
    rows: Vec<AuditRow>,
}

fn verify(export: &Path) -> anyhow::Result<ExitCode> {
    let name = export.display();
    let input: Box<dyn BufRead> = if export == Path::new("-") {
        Box::new(BufReader::new(io::stdin()))
    } else {
        let file = File::open(export).with_context(|| format!("cannot read `{name}`"))?;
        Box::new(BufReader::new(file))
    };
    let (chains, unreadable) = read(input)?;
    let mut errors = io::stderr().lock();
    for (line, why) in &unreadable {
        writeln!(errors, "{name}:{line}:1: {why} (write the export anew with `daymark audit export`)")?;
    }
    if !unreadable.is_empty() {
        return Ok(ExitCode::from(2));
    }
    let mut n_broken = 0;
    let mut n_rows = 0;
    for (agency, chain) in &chains {
        n_rows += chain.rows.len();
        let head = chain.head.as_ref().map(|(n, hash)| (*n, hash.as_slice()));
        if head.is_none() {
            n_broken += 1;
            writeln!(errors, "the chain of `{agency}` has no head: rows may be missing at its end")?;
        }
        if let Err(found) = audit::verify(agency, &chain.rows, head) {
            n_broken += 1;
            writeln!(errors, "{found}")?;
        }
    }
    if n_broken > 0 {
        return Ok(ExitCode::from(1));
    }
    writeln!(io::stdout().lock(), "{n_rows} rows in {} chains, all whole", chains.len())?;
    Ok(ExitCode::SUCCESS)
}

type Unreadable = Vec<(usize, &'static str)>;

fn read(input: impl BufRead) -> anyhow::Result<(BTreeMap<AgencyId, Chain>, Unreadable)> {
    let mut chains: BTreeMap<AgencyId, Chain> = BTreeMap::new();
    let mut unreadable = Vec::new();
    for (number, line) in (1..).zip(input.lines()) {
        let line = line.context("the export cannot be read")?;
        match serde_json::from_str::<Line>(&line).ok().and_then(parse) {
            Some((agency, Part::Head(head))) => chains.entry(agency).or_default().head = Some(head),
            Some((agency, Part::Row(row))) => chains.entry(agency).or_default().rows.push(*row),
            None => unreadable.push((number, "not a line of an audit export")),
        }
    }
    if chains.is_empty() && unreadable.is_empty() {
        unreadable.push((1, "the export is empty"));
    }
    Ok((chains, unreadable))
}

enum Part {
    Head((i64, Vec<u8>)),
    Row(Box<AuditRow>),
}

fn parse(line: Line) -> Option<(AgencyId, Part)> {
    let bytes = |text: String| data_encoding::HEXLOWER.decode(text.as_bytes()).ok();
    match line {
        Line::Head { agency, n_rows, hash } => {
            Some((agency.parse().ok()?, Part::Head((n_rows, bytes(hash)?))))
        }
        Line::Row {
            agency,
            seq,
            member,
            at_ms,
            verb,
            subject_kind,
            subject_agency,
            subject_id,
            policies,
            detail,
            previous,
            hash,
        } => {
            let agency: AgencyId = agency.parse().ok()?;
            let row = AuditRow {
                seq,
                agency: agency.clone(),
                member,
                at_ms,
                verb,
                subject_kind,
                subject_agency,
                subject_id,
                policies,
                detail,
                previous: bytes(previous)?,
                hash: bytes(hash)?,
            };
            Some((agency, Part::Row(Box::new(row))))
        }
    }
}
