//! Where are the data and the keys, and how are they opened?

use std::fs::{self, OpenOptions};
use std::future::Future;
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, bail};
use daymark_access::{Staff, Standing};
use daymark_content::Content;
use daymark_exchange::harmless::read_harmless;
use daymark_store::agency::Agency;
use daymark_store::{RootKeys, Store};
use daymark_vocab::selector::Harmless;
use daymark_vocab::{MemberId, OsEntropy, Role};

/// The database of the SQLite folder.
pub const DATABASE: &str = "daymark.db";

/// Who acts when nobody has signed in: whoever holds the keys at the machine.
const OPERATOR: &str = "operator";

/// Where the data are.
#[derive(Debug, Clone, clap::Args)]
pub struct Place {
    /// The folder of the database and of the key file.
    #[arg(long, value_name = "DIR", default_value = "daymark-data")]
    pub data: PathBuf,
    /// A PostgreSQL database instead of the one in the folder; the key file stays in the folder.
    #[arg(long, value_name = "URL")]
    pub database_url: Option<String>,
}

impl Place {
    /// The key file.
    pub fn key_file(&self) -> PathBuf {
        self.data.join("keys").join("root.key")
    }

    /// The SQLite database file.
    pub fn database(&self) -> PathBuf {
        self.data.join(DATABASE)
    }

    /// Opens the database, or makes it with a key of its own.
    pub async fn open_or_make(&self) -> anyhow::Result<Store> {
        make_folder(&self.data)?;
        make_folder(&self.data.join("keys"))?;
        let file = self.key_file();
        if !file.exists() {
            if self.database_url.is_none() && self.database().exists() {
                bail!(
                    "there is a database in `{}` and no key file: put its `keys/root.key` back",
                    self.data.display()
                );
            }
            make_key(&file)?;
        }
        self.open().await
    }

    /// Opens a database that is there.
    pub async fn open(&self) -> anyhow::Result<Store> {
        let keys = read_key(&self.key_file())?;
        let entropy = Arc::new(OsEntropy);
        let store = match &self.database_url {
            Some(url) => Store::open_postgres(url, keys, entropy).await,
            None if self.data.is_dir() => Store::open_sqlite(&self.database(), keys, entropy).await,
            None => bail!("there is no folder `{}`: name it with --data", self.data.display()),
        };
        Ok(store.context("the database cannot be opened")?.with_harmless(harmless()?))
    }
}

fn make_folder(folder: &Path) -> anyhow::Result<()> {
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .with_context(|| format!("the folder `{}` cannot be made", folder.display()))
}

fn make_key(file: &Path) -> anyhow::Result<()> {
    let text = RootKeys::random(&OsEntropy)?.to_text();
    let made = OpenOptions::new().write(true).create_new(true).mode(0o400).open(file);
    let mut made = made.with_context(|| format!("the key file `{}` cannot be made", file.display()))?;
    made.write_all(text.as_bytes())?;
    made.sync_all()?;
    Ok(())
}

/// Reads the key file; one that others may read is refused.
pub fn read_key(file: &Path) -> anyhow::Result<RootKeys> {
    let shown = file.display();
    let found = match fs::metadata(file) {
        Ok(found) => found,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            bail!(
                "there is no key file `{shown}`: `daymark serve` makes one for a new database, a backup brings its own"
            )
        }
        Err(error) => return Err(error).with_context(|| format!("the key file `{shown}` cannot be read")),
    };
    if found.permissions().mode() & 0o077 != 0 {
        bail!(
            "others may read the key file `{shown}`: run `chmod 0400 {shown}`, and ask who could have read it"
        );
    }
    let text = fs::read_to_string(file).with_context(|| format!("the key file `{shown}` cannot be read"))?;
    RootKeys::parse(&text).with_context(|| format!("the key file `{shown}`"))
}

/// The selectors that link nobody, as authored.
pub fn harmless() -> anyhow::Result<Harmless> {
    let lists = daymark_content::harmless_lists();
    let files: Vec<(&str, &str)> = lists.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let read = read_harmless(&files);
    match read.problems.first() {
        None => Ok(read.harmless),
        Some((path, problem)) => bail!("content/{path}:{problem}"),
    }
}

/// The authored content, which must be whole.
pub fn content() -> anyhow::Result<Content> {
    let (content, problems) = Content::embedded();
    match problems.first() {
        None => Ok(content),
        Some(problem) => bail!("{problem}; `daymark content check` lists all {}", problems.len()),
    }
}

/// The operator, acting for one agency: what the audit then says.
pub fn operator(agency: &Agency) -> anyhow::Result<Staff> {
    Ok(Staff {
        member: OPERATOR.parse::<MemberId>().context("the operator's id")?,
        agency: agency.id.clone(),
        agency_kind: agency.kind,
        roles: [Role::SafeguardingLead].into(),
        standing: Standing::Active,
        step_up_at: None,
    })
}

/// Runs asynchronous work to its end.
pub fn block_on<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("the runtime cannot be started")?
        .block_on(work)
}
