//! A PostgreSQL of the tests' own: in a temporary folder, on loopback, gone afterwards.
//!
//! The server runs in the foreground as our child and, where `setpriv` is there, gets a signal when we die, so that
//! not even SIGKILL leaves one behind. It refuses to run as root; then it runs as the user `postgres`. It forgoes what
//! only a crash needs (`fsync=off`). The tests' role is no superuser, so that row-level security holds for it.

use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};

use crate::child;
use crate::packages::is_root;
use crate::workspace::program;

/// Who the tests are: may create databases, nothing else.
const ROLE: &str = "daymark_test";
const ADMIN: &str = "daymark_admin";
const OLDEST: u32 = 15;
const SETTINGS: [&str; 9] = [
    "listen_addresses=127.0.0.1",
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "wal_level=minimal",
    "max_wal_senders=0",
    "max_connections=200",
    "shared_buffers=64MB",
    "log_min_messages=fatal",
];

/// A running PostgreSQL; it stops when this is dropped.
#[derive(Debug)]
pub struct Postgres {
    server: Child,
    folder: PathBuf,
    port: u16,
}

impl Postgres {
    /// The folder with `initdb` and `postgres` of version 15 or later; the newest, if there are several.
    pub fn programs() -> Option<PathBuf> {
        let debian = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
        let mut folders: Vec<PathBuf> = debian.map(|entry| entry.path().join("bin")).collect();
        folders.extend(program("postgres").and_then(|file| file.parent().map(Path::to_owned)));
        let with_version = folders.into_iter().filter_map(|folder| {
            let output = Command::new(folder.join("postgres")).arg("--version").output().ok()?;
            let major = major(&String::from_utf8_lossy(&output.stdout))?;
            let whole = ["initdb", "createuser"].iter().all(|name| folder.join(name).is_file());
            (major >= OLDEST && whole).then_some((major, folder))
        });
        with_version.max().map(|(_, folder)| folder)
    }

    /// Makes a cluster, starts it, and makes the tests' role.
    ///
    /// # Errors
    /// When PostgreSQL is missing or does not come up; the message holds what it said.
    pub fn start() -> Result<Self> {
        let programs = Self::programs().context("no PostgreSQL 15 or later is installed")?;
        let folder = own_folder()?;
        let data = folder.join("data");
        let mut initdb = as_postgres(&programs.join("initdb"), false);
        initdb.args(["--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "--username", ADMIN]);
        // The C locale sorts by bytes, as SQLite does.
        let made = initdb.arg("--pgdata").arg(&data).current_dir(&folder).stdin(Stdio::null()).output();
        let made = made.context("start initdb")?;
        ensure!(made.status.success(), "initdb: {}", String::from_utf8_lossy(&made.stderr));

        let port = free_port()?;
        let log = fs::File::create(folder.join("log")).context("make PostgreSQL's log")?;
        let mut server = as_postgres(&programs.join("postgres"), true);
        server.arg("-D").arg(&data).args(["-p", &port.to_string()]);
        server.arg("-c").arg(format!("unix_socket_directories={}", folder.display()));
        for setting in SETTINGS {
            server.args(["-c", setting]);
        }
        let server = server.current_dir(&folder).stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        let server = server.spawn().context("start postgres")?;
        let mut postgres = Self { server, folder, port };
        postgres.make_role(&programs)?;
        Ok(postgres)
    }

    /// What `DAYMARK_TEST_POSTGRES` says: the server and the role, no database.
    pub fn url(&self) -> String {
        format!("postgres://{ROLE}@127.0.0.1:{}", self.port)
    }

    /// Tries until the server takes connections.
    fn make_role(&mut self, programs: &Path) -> Result<()> {
        let until = Instant::now() + Duration::from_secs(60);
        loop {
            let mut call = Command::new(programs.join("createuser"));
            call.args(["--host=127.0.0.1", "--no-password", "--username", ADMIN])
                .args(["--port", &self.port.to_string()]);
            call.args(["--createdb", "--no-superuser", "--no-createrole", ROLE]);
            let said = call.stdin(Stdio::null()).output().context("start createuser")?;
            if said.status.success() {
                return Ok(());
            }
            let log = || fs::read_to_string(self.folder.join("log")).unwrap_or_default();
            if let Some(status) = self.server.try_wait()? {
                bail!("PostgreSQL ended with {status}:\n{}", log());
            }
            if Instant::now() > until {
                bail!("PostgreSQL does not answer: {}\n{}", String::from_utf8_lossy(&said.stderr), log());
            }
            if child::asked_to_stop() {
                bail!("stopped by a signal");
            }
            sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // SIGINT is PostgreSQL's fast shutdown; SIGTERM would wait for clients.
        let _ =
            Command::new("kill").args(["-INT", &self.server.id().to_string()]).stderr(Stdio::null()).status();
        let until = Instant::now() + Duration::from_secs(20);
        while matches!(self.server.try_wait(), Ok(None)) {
            if Instant::now() > until {
                let _ = self.server.kill();
            }
            sleep(Duration::from_millis(20));
        }
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// `postgres (PostgreSQL) 15.18 (Debian …)` is 15.
fn major(version: &str) -> Option<u32> {
    let number = version.split_whitespace().find(|word| word.starts_with(|c: char| c.is_ascii_digit()))?;
    number.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

/// A call as a user whom PostgreSQL accepts; `guarded` ends it when we die.
fn as_postgres(called: &Path, guarded: bool) -> Command {
    let setpriv = program("setpriv");
    match (setpriv, is_root()) {
        (None, false) => Command::new(called),
        (None, true) => {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--"]).arg(called);
            command
        }
        (Some(setpriv), root) => {
            let mut command = Command::new(setpriv);
            if root {
                command.args(["--reuid=postgres", "--regid=postgres", "--init-groups"]);
            }
            if guarded {
                command.args(["--pdeathsig", "INT"]);
            }
            command.arg("--").arg(called);
            command
        }
    }
}

/// A folder of the user who runs PostgreSQL. Made by that user, so that nothing needs to be handed over.
fn own_folder() -> Result<PathBuf> {
    let mktemp = program("mktemp").context("`mktemp` is missing")?;
    let template = std::env::temp_dir().join("daymark-postgres.XXXXXX");
    let output = as_postgres(&mktemp, false).arg("-d").arg(template).output().context("start mktemp")?;
    ensure!(output.status.success(), "mktemp: {}", String::from_utf8_lossy(&output.stderr));
    let path = String::from_utf8(output.stdout).context("mktemp named no folder")?;
    Ok(PathBuf::from(path.trim()))
}

/// A port that was free a moment ago.
///
/// # Errors
/// When loopback has none.
pub fn free_port() -> Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("find a free port")?;
    Ok(listener.local_addr()?.port())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read() {
        for (said, number) in [
            ("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)", Some(15)),
            ("postgres (PostgreSQL) 18beta1", Some(18)),
            ("something else", None),
        ] {
            assert_eq!(major(said), number, "{said}");
        }
    }

    #[test]
    fn a_server_of_the_tests_own_comes_and_goes() {
        if Postgres::programs().is_none() {
            crate::console::warn("skipped: no PostgreSQL is installed here (`cargo xtask test` installs it)");
            return;
        }
        let postgres = Postgres::start().expect("it starts");
        let (port, folder) = (postgres.port, postgres.folder.clone());
        assert!(std::net::TcpStream::connect(("127.0.0.1", port)).is_ok());
        assert_eq!(postgres.url(), format!("postgres://daymark_test@127.0.0.1:{port}"));
        drop(postgres);
        assert!(std::net::TcpStream::connect(("127.0.0.1", port)).is_err(), "the port is closed");
        assert!(!folder.exists(), "the folder is gone");
    }
}
