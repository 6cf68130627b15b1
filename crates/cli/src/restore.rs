//! `daymark restore`: is the backup whole, and if so, put it in place.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, bail};
use daymark_store::backup::{self, Census};
use daymark_store::{RootKeys, Store, agency, member};
use daymark_vocab::OsEntropy;

use crate::backup::{Manifest, sha256};
use crate::place::{self, Place};

/// Proves a backup; without `--verify` also puts it into an empty data folder.
///
/// The keys are put back by hand: copy `root.key` into `DIR/keys/` first. Where they are, the proof includes that they fit.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  daymark restore /backup/daymark-2026-11-23.db --verify\n  \
daymark restore /backup/daymark-2026-11-23.db --data /srv/daymark-new\n\nExit 1 when the backup is not whole.")]
pub struct Args {
    /// The copy that `daymark backup` wrote.
    backup: PathBuf,
    #[command(flatten)]
    place: Place,
    /// Only prove it; replace nothing.
    #[arg(long)]
    verify: bool,
}

/// Proves, and restores.
///
/// # Errors
/// When the backup or the folder cannot be used.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    place::block_on(restore(args))
}

/// What was found in a copy.
#[derive(Debug)]
pub struct Looked {
    /// SHA-256 of the copy, as hexadecimal.
    pub sha256: String,
    /// What it holds.
    pub census: Census,
    /// What is wrong with it.
    pub findings: Vec<String>,
    /// How many names the keys opened; `None` without keys.
    pub n_opened: Option<usize>,
}

impl Looked {
    /// Looks into a copy of the copy: opening a database may change its file.
    pub async fn into_copy(copy: &Path, keys: Option<RootKeys>) -> anyhow::Result<Self> {
        let folder = copy.with_extension("being-looked-into");
        fs::create_dir(&folder).with_context(|| format!("cannot make `{}`", folder.display()))?;
        let looked = look(copy, &folder, keys).await;
        fs::remove_dir_all(&folder).with_context(|| format!("cannot remove `{}`", folder.display()))?;
        looked
    }
}

async fn look(copy: &Path, folder: &Path, keys: Option<RootKeys>) -> anyhow::Result<Looked> {
    let sha256 = sha256(copy)?;
    let second = folder.join("copy.db");
    fs::copy(copy, &second).with_context(|| format!("cannot read `{}`", copy.display()))?;
    let has_keys = keys.is_some();
    // Counting and verifying open nothing that is sealed: any key will do.
    let keys = keys.map_or_else(|| RootKeys::random(&OsEntropy), Ok)?;
    let store = Store::open_sqlite(&second, keys, Arc::new(OsEntropy)).await.context("the backup")?;
    let mut tx = store.read("prove a backup").await?;
    let mut findings = backup::damage(&mut tx).await?;
    findings.extend(backup::broken_chains(&mut tx).await?.iter().map(ToString::to_string));
    let census = backup::census(&mut tx).await?;
    let mut n_opened = None;
    if has_keys {
        let mut n = 0;
        for agency in agency::all(&mut tx).await? {
            match member::of_agency(&mut tx, &agency.id).await {
                Ok(members) => n += members.len(),
                Err(_) => findings.push(format!("the keys do not open the names of `{}`", agency.id)),
            }
        }
        n_opened = Some(n);
    }
    drop(tx);
    store.close().await;
    Ok(Looked { sha256, census, findings, n_opened })
}

async fn restore(args: &Args) -> anyhow::Result<ExitCode> {
    let manifest_file = Manifest::beside(&args.backup);
    let text = fs::read(&manifest_file)
        .with_context(|| format!("cannot read `{}`: it lies beside the backup", manifest_file.display()))?;
    let manifest: Manifest = serde_json::from_slice(&text).context("the manifest")?;
    let key_file = args.place.key_file();
    let keys = key_file.exists().then(|| place::read_key(&key_file)).transpose()?;
    let mut looked = Looked::into_copy(&args.backup, keys).await?;
    if looked.sha256 != manifest.sha256 {
        looked
            .findings
            .push("the copy is not the one that the manifest describes: its digest differs".to_owned());
    }
    let held = Manifest::new(manifest.sha256.clone(), looked.census);
    for (table, n) in &manifest.n_rows {
        let found = held.n_rows.get(table).copied().unwrap_or(0);
        if found != *n {
            looked.findings.push(format!("`{table}` holds {found} rows, the manifest says {n}"));
        }
    }
    for agency in manifest.audit_heads.keys() {
        if held.audit_heads.get(agency) != manifest.audit_heads.get(agency) {
            looked.findings.push(format!("the audit chain of `{agency}` does not end as the manifest says"));
        }
    }
    if !looked.findings.is_empty() {
        let mut errors = io::stderr().lock();
        for finding in &looked.findings {
            writeln!(errors, "{}: {finding}", args.backup.display())?;
        }
        return Ok(ExitCode::from(1));
    }
    let n: i64 = held.n_rows.values().sum();
    let mut out = io::stdout().lock();
    write!(out, "whole: {n} rows, {} audit chains", held.audit_heads.len())?;
    match looked.n_opened {
        Some(n) => writeln!(out, "; the keys fit ({n} names open)")?,
        None => writeln!(out, "; no keys were at hand to try")?,
    }
    if !args.verify {
        let target = args.place.database();
        if target.exists() {
            bail!("`{}` is there already: restore into another folder with --data", target.display());
        }
        fs::create_dir_all(&args.place.data)?;
        let beside = target.with_extension("being-written");
        fs::copy(&args.backup, &beside)?;
        fs::File::open(&beside)?.sync_all()?;
        fs::rename(&beside, &target)?;
        writeln!(out, "restored to {}", target.display())?;
    }
    Ok(ExitCode::SUCCESS)
}
