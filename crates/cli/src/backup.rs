//! `daymark backup`: a whole copy of the SQLite database, and beside it what it must hold.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use daymark_store::backup::{self, Census};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::place::{self, Place};

/// Writes a whole copy of the SQLite database while the server goes on, and beside it `FILE.manifest.json`.
///
/// The copy does not hold the keys: keep `keys/root.key` somewhere else. PostgreSQL has `pg_dump`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  daymark backup --data /srv/daymark --out /backup/daymark-2026-11-23.db\n  \
daymark restore /backup/daymark-2026-11-23.db --verify"
)]
pub struct Args {
    #[command(flatten)]
    place: Place,
    /// The copy; must not exist yet.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

/// What a copy must hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// SHA-256 of the copy, as hexadecimal.
    pub sha256: String,
    /// Rows in each table.
    pub n_rows: BTreeMap<String, i64>,
    /// For each agency the number of audit rows and the last hash.
    pub audit_heads: BTreeMap<String, (i64, String)>,
}

impl Manifest {
    /// The manifest of a copy.
    pub fn new(sha256: String, census: Census) -> Self {
        Self { sha256, n_rows: census.n_rows, audit_heads: census.heads }
    }

    /// Where it lies.
    pub fn beside(copy: &Path) -> PathBuf {
        let mut name = copy.as_os_str().to_owned();
        name.push(".manifest.json");
        name.into()
    }
}

/// Copies.
///
/// # Errors
/// When the database cannot be read or the copy not written.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    place::block_on(copy(args))?;
    Ok(ExitCode::SUCCESS)
}

async fn copy(args: &Args) -> anyhow::Result<()> {
    let (out, manifest_file) = (&args.out, Manifest::beside(&args.out));
    if out.exists() || manifest_file.exists() {
        bail!("`{}` is there already: choose another name, no backup is overwritten", out.display());
    }
    let store = args.place.open().await?;
    let beside = out.with_extension("being-written");
    backup::copy_to(&store, &beside).await.with_context(|| format!("cannot write `{}`", beside.display()))?;
    store.close().await;
    // What is counted is the copy, not the database that goes on changing.
    let (sha256, census) = look_into(&beside).await?;
    let manifest = Manifest::new(sha256, census);
    let text = serde_json::to_vec_pretty(&manifest)?;
    fs::write(&manifest_file, text).with_context(|| format!("cannot write `{}`", manifest_file.display()))?;
    fs::rename(&beside, out).with_context(|| format!("cannot write `{}`", out.display()))?;
    let n: i64 = manifest.n_rows.values().sum();
    writeln!(io::stdout().lock(), "{n} rows copied to {}", out.display())?;
    Ok(())
}

/// The digest of a copy and what it holds. Works on a second copy, so that the first is not touched.
pub async fn look_into(copy: &Path) -> anyhow::Result<(String, Census)> {
    let looked = crate::restore::Looked::into_copy(copy, None).await?;
    Ok((looked.sha256, looked.census))
}

/// SHA-256 of a file, as hexadecimal.
pub fn sha256(file: &Path) -> anyhow::Result<String> {
    let mut hasher = Sha256::new();
    let mut input = File::open(file).with_context(|| format!("cannot read `{}`", file.display()))?;
    let mut buffer = vec![0; 1 << 20];
    loop {
        let n = io::Read::read(&mut input, &mut buffer)?;
        match buffer.get(..n) {
            Some(part) if n > 0 => hasher.update(part),
            _ => break,
        }
    }
    Ok(data_encoding::HEXLOWER.encode(&hasher.finalize()))
}
