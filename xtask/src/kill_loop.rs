//! Is a report that was acknowledged still there after `kill -9`? Kills the real server again and again to find out.
//!
//! Each round: writers send invented reports; at a random moment the server gets SIGKILL; it is started again on the
//! same data; every report whose fate was unknown is sent once more with its old key. Then each acknowledged report
//! must be stored exactly once, a report sent twice must have kept its id, the audit chain must verify, and there must
//! be one audit row for each stored report. What was acknowledged is known to this process, which is never killed.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::sleep;
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};

use crate::child::asked_to_stop;
use crate::console::say;
use crate::invented::{Chance, external_id};
use crate::reports_api::ReportsApi;
use crate::server::Server;
use crate::visitor::Visitor;

const N_WRITERS: u64 = 4;
const SHORTEST_MS: u64 = 5;
const LONGEST_MS: u64 = 400;
/// Listing everything and verifying the whole chain costs time that grows; the resends check every round.
const WHOLE_CHECK_EVERY: u64 = 10;
const PATIENCE: Duration = Duration::from_secs(60);
/// The sample region is small: the loop is about its own reports.
const FIRST_START: [&str; 3] = ["--sample", "--reports", "60"];

/// What a run found.
#[derive(Debug, Default)]
pub struct Found {
    /// Times the server was killed.
    pub n_kills: u64,
    /// Reports that the server acknowledged.
    pub n_acknowledged: usize,
    /// Of these, acknowledged only when sent again after the kill.
    pub n_resent: usize,
    /// Rows of the audit chain about them.
    pub n_audit_rows: usize,
    /// From the start of the process to "ready", each restart, in milliseconds, ascending.
    pub ready_ms: Vec<u64>,
}

/// What the loop knows about its reports.
#[derive(Debug, Default)]
struct Log {
    /// Number to the id that the server gave.
    acknowledged: BTreeMap<u64, String>,
    /// Sent, and no answer came: stored or not, nobody knows.
    unknown: Vec<u64>,
}

/// Runs the loop.
///
/// # Errors
/// At the first thing that is wrong: a report lost or doubled, an id that changed, an audit chain that does not verify.
pub fn run(daymark: &Path, api: &dyn ReportsApi, n_kills: u64, seed: u64) -> Result<Found> {
    let folder = tempfile::tempdir().context("make a folder for the data")?;
    let (data, log_file) = (folder.path().join("data"), folder.path().join("server.log"));
    let mut chance = Chance::new(seed, 0);
    let mut found = Found::default();
    let log = Mutex::new(Log::default());
    let numbers = AtomicU64::new(1);

    let mut server = Server::start(daymark, &data, &FIRST_START, &log_file, PATIENCE * 5)?;
    let token = api.visitor(&server, &data)?;
    let audit_before = audited_when_stopped(&mut server, daymark, api, &data, folder.path(), &log_file)?;
    for round in 1..=n_kills {
        ensure!(!asked_to_stop(), "stopped by a signal after {} kills", found.n_kills);
        let visitor = token.moved_to(&server.address);
        let patience = Duration::from_millis(chance.between(SHORTEST_MS, LONGEST_MS));
        write_until_killed(server, &visitor, api, &log, &numbers, patience)?;
        found.n_kills += 1;

        server = Server::start(daymark, &data, &[], &log_file, PATIENCE).context("start after a kill")?;
        found.ready_ms.push(u64::try_from(server.ready_after.as_millis()).unwrap_or(u64::MAX));
        let visitor = token.moved_to(&server.address);
        found.n_resent += send_again(&visitor, api, &log)?;
        if round % WHOLE_CHECK_EVERY == 0 || round == n_kills {
            let n_acknowledged = nothing_lost_or_doubled(&visitor, api, &log)?;
            let rows = audited_when_stopped(&mut server, daymark, api, &data, folder.path(), &log_file)?;
            found.n_audit_rows = rows.saturating_sub(audit_before);
            let n_rows = found.n_audit_rows;
            ensure!(n_rows == n_acknowledged, "{n_acknowledged} reports stored, but {n_rows} audit rows");
            say(format_args!(
                "{round} of {n_kills} kills: {n_acknowledged} reports, none lost, none doubled"
            ));
        }
    }
    found.n_acknowledged = locked(&log)?.acknowledged.len();
    ensure!(found.n_acknowledged > 0, "the server acknowledged no report: the loop has shown nothing");
    found.ready_ms.sort_unstable();
    Ok(found)
}

/// Writers send as fast as they can until the server is gone under them.
fn write_until_killed(
    server: Server,
    visitor: &Visitor,
    api: &dyn ReportsApi,
    log: &Mutex<Log>,
    numbers: &AtomicU64,
    after: Duration,
) -> Result<()> {
    let gone = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let writers: Vec<_> = (0..N_WRITERS)
            .map(|_| scope.spawn(|| write(&visitor.beside(), api, log, numbers, &gone)))
            .collect();
        sleep(after);
        gone.store(true, Ordering::SeqCst);
        let killed = server.kill_9();
        for writer in writers {
            writer.join().map_err(|_| anyhow::anyhow!("a writer panicked"))??;
        }
        killed
    })
}

fn write(
    visitor: &Visitor,
    api: &dyn ReportsApi,
    log: &Mutex<Log>,
    numbers: &AtomicU64,
    gone: &AtomicBool,
) -> Result<()> {
    loop {
        let number = numbers.fetch_add(1, Ordering::SeqCst);
        let sent = api.send(visitor, &key(number), number);
        // INVARIANT: `gone` is set before the kill, so that a failure seen without it is the server's own.
        let was_gone = gone.load(Ordering::SeqCst);
        match sent {
            Ok(id) => {
                locked(log)?.acknowledged.insert(number, id);
            }
            Err(_) if was_gone => {
                locked(log)?.unknown.push(number);
                return Ok(());
            }
            Err(error) => {
                return Err(error.context("a report was refused by a server that nobody had killed"));
            }
        }
        if was_gone {
            return Ok(());
        }
    }
}

/// Sends again what is of unknown fate, and the latest acknowledged reports, which must keep their ids.
fn send_again(visitor: &Visitor, api: &dyn ReportsApi, log: &Mutex<Log>) -> Result<usize> {
    let mut log = locked(log)?;
    let unknown = std::mem::take(&mut log.unknown);
    for number in &unknown {
        let id = api.send(visitor, &key(*number), *number).context("send again after the kill")?;
        log.acknowledged.insert(*number, id);
    }
    for (number, id) in log.acknowledged.iter().rev().take(20) {
        let again = api.send(visitor, &key(*number), *number).context("send an acknowledged report again")?;
        ensure!(again == *id, "report {} was acknowledged as {id} and is now {again}", external_id(*number));
    }
    Ok(unknown.len())
}

fn nothing_lost_or_doubled(visitor: &Visitor, api: &dyn ReportsApi, log: &Mutex<Log>) -> Result<usize> {
    let stored = api.stored(visitor)?;
    let log = locked(log)?;
    let wrong = differences(&log.acknowledged, &stored);
    if !wrong.is_empty() {
        bail!("{}", wrong.join("; "));
    }
    Ok(log.acknowledged.len())
}

/// Every difference between what was acknowledged and what is stored.
fn differences(acknowledged: &BTreeMap<u64, String>, stored: &BTreeMap<String, usize>) -> Vec<String> {
    let mut wrong = Vec::new();
    for number in acknowledged.keys() {
        match stored.get(&external_id(*number)) {
            Some(1) => {}
            Some(n) => wrong.push(format!("{} is stored {n} times", external_id(*number))),
            None => wrong.push(format!("{} was acknowledged and is lost", external_id(*number))),
        }
    }
    let ours: Vec<String> = acknowledged.keys().map(|number| external_id(*number)).collect();
    for id in stored.keys().filter(|id| id.starts_with("KILL-") && ours.binary_search(id).is_err()) {
        wrong.push(format!("{id} is stored and was never acknowledged"));
    }
    wrong
}

/// The audit is read as an auditor would: from the data at rest, without a server.
fn audited_when_stopped(
    server: &mut Server,
    daymark: &Path,
    api: &dyn ReportsApi,
    data: &Path,
    folder: &Path,
    log_file: &Path,
) -> Result<usize> {
    server.stop();
    let rows = api.audited(daymark, data, &folder.join("audit-export"));
    *server = Server::start(daymark, data, &[], log_file, PATIENCE)?;
    rows
}

fn key(number: u64) -> String {
    format!("kill-loop-{number}")
}

fn locked(log: &Mutex<Log>) -> Result<std::sync::MutexGuard<'_, Log>> {
    log.lock().map_err(|_| anyhow::anyhow!("a writer panicked"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_lost_doubled_or_uncalled_for_is_found() {
        let acknowledged: BTreeMap<u64, String> = (1..=3).map(|n| (n, format!("id-{n}"))).collect();
        let stored =
            |list: &[(u64, usize)]| list.iter().map(|(n, times)| (external_id(*n), *times)).collect();
        assert!(differences(&acknowledged, &stored(&[(1, 1), (2, 1), (3, 1)])).is_empty());
        for (list, part) in [
            (&[(1, 1), (3, 1)][..], "KILL-00000002 was acknowledged and is lost"),
            (&[(1, 1), (2, 2), (3, 1)], "KILL-00000002 is stored 2 times"),
            (&[(1, 1), (2, 1), (3, 1), (4, 1)], "KILL-00000004 is stored and was never acknowledged"),
        ] {
            assert_eq!(differences(&acknowledged, &stored(list)), [part]);
        }
    }
}
