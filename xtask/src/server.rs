//! The real `daymark serve`, started for a measurement or a test, and stopped however that ends.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

use crate::child;
use crate::postgres::free_port;
use crate::visitor::Visitor;

/// A running server.
#[derive(Debug)]
pub struct Server {
    process: Child,
    /// Where it listens: `http://localhost:PORT`.
    pub address: String,
    /// How long it took from the start of the process to its first "ready".
    pub ready_after: Duration,
    log: PathBuf,
}

/// A sample sign-in, as `daymark serve --sample` prints it: a line with an address and, after it, the password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SampleSignIn {
    /// The address.
    pub email: String,
    /// The password.
    pub password: String,
}

impl Server {
    /// Starts the program on a free port and waits until it is ready.
    ///
    /// - `log`: what it prints; each start begins it anew.
    ///
    /// # Errors
    /// When it ends, or is not ready in time; the message holds the end of what it printed.
    pub fn start(
        daymark: &Path,
        data: &Path,
        options: &[&str],
        log: &Path,
        patience: Duration,
    ) -> Result<Self> {
        let port = free_port()?;
        let out = File::create(log).context("make the server's log")?;
        let mut serve = Command::new(daymark);
        serve.args(["serve", "--listen", &format!("127.0.0.1:{port}")]).arg("--data").arg(data).args(options);
        let started = Instant::now();
        let process = serve.stdin(Stdio::null()).stdout(out.try_clone()?).stderr(out).spawn();
        let process = process.context("start `daymark serve`")?;
        let address = format!("http://localhost:{port}");
        let mut server = Self { process, address, ready_after: Duration::ZERO, log: log.to_owned() };
        let visitor = Visitor::at(&server.address);
        loop {
            if visitor.get("/readyz").is_ok_and(|answer| answer.status == 200) {
                server.ready_after = started.elapsed();
                return Ok(server);
            }
            if let Some(status) = server.process.try_wait()? {
                bail!("`daymark serve` ended with {status}:\n{}", server.last_lines());
            }
            if child::asked_to_stop() {
                bail!("stopped by a signal");
            }
            if started.elapsed() > patience {
                bail!("`daymark serve` was not ready after {patience:?}:\n{}", server.last_lines());
            }
            sleep(Duration::from_millis(5));
        }
    }

    /// SIGKILL: no handler runs, no buffer is written.
    ///
    /// # Errors
    /// When the process is not ours to end.
    pub fn kill_9(mut self) -> Result<()> {
        self.process.kill().context("kill the server")?;
        self.process.wait().context("wait for the killed server")?;
        Ok(())
    }

    /// Asks it to end, and waits.
    pub fn stop(&mut self) {
        if matches!(self.process.try_wait(), Ok(None)) {
            child::end(&mut self.process);
        }
    }

    /// What it printed so far.
    pub fn printed(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// The most memory it has held, in MiB, where the system tells.
    pub fn peak_memory_mib(&self) -> Option<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.id())).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
        line.split_whitespace().next()?.parse::<u64>().ok().map(|kib| kib / 1024)
    }

    fn last_lines(&self) -> String {
        let printed = self.printed();
        let lines: Vec<&str> = printed.lines().collect();
        lines.get(lines.len().saturating_sub(20)..).unwrap_or_default().join("\n")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}

/// The sample sign-ins in what a server printed.
pub fn sign_ins(printed: &str) -> Vec<SampleSignIn> {
    let mut found = Vec::new();
    for line in printed.lines() {
        let mut words =
            line.split(|c: char| c.is_whitespace() || c == '│' || c == '|').filter(|word| !word.is_empty());
        if let Some(email) =
            words.find(|word| word.contains('@') && word.contains('.') && !word.contains("://"))
            && let Some(password) = words.next()
        {
            found.push(SampleSignIn { email: email.to_owned(), password: password.to_owned() });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sign_ins_are_read_from_what_is_printed() {
        let printed = "Daymark listens on http://127.0.0.1:8080\n\n  Sam Okafor, safeguarding lead  sam.okafor@example.org  blue-lamp-seven\n";
        let expected = SampleSignIn {
            email: "sam.okafor@example.org".to_owned(),
            password: "blue-lamp-seven".to_owned(),
        };
        assert_eq!(sign_ins(printed), [expected]);
    }
}
