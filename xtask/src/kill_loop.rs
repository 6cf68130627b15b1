//! Is a report that was acknowledged still there after `kill -9`? Kills the real server again and again to find out.
//!
//! Each round: writers send invented reports; at a random moment the server gets SIGKILL; it is started again on the
//! same data; every report whose fate was unknown is sent once more with its old key. What was acknowledged is known to
//! this process, which is never killed. [`Seen`] is what the server then says, [`Verdict`] what is wrong with it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};

use crate::child::asked_to_stop;
use crate::console::say;
use crate::invented::{Chance, external_id};
use crate::reports_api::{Answered, Door, Reports, Taken, audited};
use crate::server::Server;

const N_WRITERS: u64 = 4;
const SHORTEST_MS: u64 = 5;
const LONGEST_MS: u64 = 400;
/// Looking at everything and verifying the whole chain costs time that grows; the resends look every round.
const WHOLE_LOOK_EVERY: u64 = 10;
/// How many reports the machine API takes at once.
const AT_ONCE: usize = 100;
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
    /// Cases that the agency's list counted at the end.
    pub n_stored: usize,
    /// Cases whose opening stands in the audit chain at the end.
    pub n_audited: usize,
    /// What was wrong: of the whole run, because the run ends at the first look that finds anything.
    pub verdict: Verdict,
    /// From the start of the process to "ready", each restart, in milliseconds, ascending.
    pub ready_ms: Vec<u64>,
    /// From sending a report to its acknowledgement, in milliseconds, ascending.
    pub acknowledged_ms: Vec<u64>,
}

/// What the loop knows about its reports.
#[derive(Debug, Default)]
struct Log {
    /// Number to the case that the server named.
    acknowledged: BTreeMap<u64, String>,
    /// Sent, and no answer came: stored or not, nobody knows.
    unknown: Vec<u64>,
    /// How long each acknowledgement took.
    took_ms: Vec<u64>,
}

/// What a server says about reports that it once acknowledged.
#[derive(Debug, Default)]
struct Seen {
    /// Each report, sent again without a key.
    again: BTreeMap<u64, Taken>,
    /// How many cases there are, all of them the loop's.
    n_cases: usize,
    /// The cases whose opening was audited.
    audited: Vec<String>,
}

/// What is wrong.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Acknowledged, and the server does not know them any more.
    pub lost: Vec<u64>,
    /// Acknowledged under one number, and now under another.
    pub renumbered: Vec<u64>,
    /// Cases beyond one for each report, or two reports with one case.
    pub n_doubled: usize,
    /// Cases whose opening has no audit row of its own.
    pub n_unaudited: usize,
}

impl Verdict {
    /// Whether nothing is wrong.
    pub fn is_clean(&self) -> bool {
        *self == Self::default()
    }

    fn say(&self) -> String {
        let names = |list: &[u64]| list.iter().take(5).map(|n| external_id(*n)).collect::<Vec<_>>().join(" ");
        format!(
            "{} lost ({}), {} under another number ({}), {} doubled, {} without an audit row",
            self.lost.len(),
            names(&self.lost),
            self.renumbered.len(),
            names(&self.renumbered),
            self.n_doubled,
            self.n_unaudited
        )
    }
}

/// Asks the server about every report that was acknowledged.
fn look(door: &dyn Reports, acknowledged: &BTreeMap<u64, String>, audited: Vec<String>) -> Result<Seen> {
    // Counted first: sending a lost report again would store it.
    let n_cases = door.n_cases()?;
    let mut again = BTreeMap::new();
    let numbers: Vec<u64> = acknowledged.keys().copied().collect();
    for some in numbers.chunks(AT_ONCE) {
        let taken = send_patiently(door, None, some)?;
        again.extend(some.iter().copied().zip(taken));
    }
    Ok(Seen { again, n_cases, audited })
}

/// Compares what was acknowledged with what the server says.
fn judge(acknowledged: &BTreeMap<u64, String>, seen: &Seen) -> Verdict {
    let mut verdict = Verdict::default();
    for (number, case) in acknowledged {
        match seen.again.get(number) {
            Some(taken) if taken.is_new => verdict.lost.push(*number),
            Some(taken) if taken.case != *case => verdict.renumbered.push(*number),
            Some(_) => {}
            None => verdict.lost.push(*number),
        }
    }
    let known: Vec<&String> = acknowledged
        .iter()
        .filter(|(number, _)| !verdict.lost.contains(number))
        .map(|(_, case)| case)
        .collect();
    let distinct: BTreeSet<&&String> = known.iter().collect();
    // One case for two reports, or more cases than reports that are still known.
    verdict.n_doubled = known.len().saturating_sub(distinct.len()) + seen.n_cases.saturating_sub(known.len());
    let audited: BTreeSet<&String> = seen.audited.iter().collect();
    verdict.n_unaudited = seen.n_cases.saturating_sub(audited.len());
    verdict
}

/// Runs the loop; it ends at the first look that finds something wrong.
///
/// # Errors
/// When the server does not start, refuses a report that nobody disturbed, or its audit chain does not verify.
pub fn run(daymark: &Path, n_kills: u64, seed: u64) -> Result<Found> {
    let folder = tempfile::tempdir().context("make a folder for the data")?;
    let (data, log_file) = (folder.path().join("data"), folder.path().join("server.log"));
    let export = folder.path().join("audit-export");
    let start = |options: &[&str], patience| Server::start(daymark, &data, options, &log_file, patience);
    let mut chance = Chance::new(seed, 0);
    let mut found = Found::default();
    let log = Mutex::new(Log::default());
    let numbers = AtomicU64::new(1);

    let mut server = start(&FIRST_START, PATIENCE * 5)?;
    let lead = Door::lead(&server)?;
    server.stop();
    let token = Door::issue_token(daymark, &data, &lead)?;
    server = start(&[], PATIENCE)?;
    let mut door = Door::open(&server, &token, &lead)?;
    ensure!(door.n_cases()? == 0, "the agency has cases that the loop did not send");
    for round in 1..=n_kills {
        ensure!(!asked_to_stop(), "stopped by a signal after {} kills", found.n_kills);
        let patience = Duration::from_millis(chance.between(SHORTEST_MS, LONGEST_MS));
        write_until_killed(server, &door, &log, &numbers, patience)?;
        found.n_kills += 1;

        server = start(&[], PATIENCE).context("start after a kill")?;
        found.ready_ms.push(millis(server.ready_after));
        door = door.moved_to(&server);
        found.n_resent += send_again(&door, &log)?;
        if round % WHOLE_LOOK_EVERY != 0 && round != n_kills {
            continue;
        }
        // The audit is read as an auditor would: from the data at rest, without a server.
        server.stop();
        let rows = audited(daymark, &data, &export)?;
        server = start(&[], PATIENCE)?;
        door = door.moved_to(&server);
        let acknowledged = locked(&log)?.acknowledged.clone();
        let seen = look(&door, &acknowledged, rows)?;
        found.verdict = judge(&acknowledged, &seen);
        (found.n_stored, found.n_audited) = (seen.n_cases, seen.audited.len());
        say(format_args!(
            "{round} of {n_kills} kills: {} reports, {}",
            acknowledged.len(),
            found.verdict.say()
        ));
        if !found.verdict.is_clean() {
            break;
        }
    }
    let log = log.into_inner().map_err(|_| anyhow::anyhow!("a writer panicked"))?;
    found.n_acknowledged = log.acknowledged.len();
    ensure!(found.n_acknowledged > 0, "the server acknowledged no report: the loop has shown nothing");
    found.acknowledged_ms = log.took_ms;
    found.acknowledged_ms.sort_unstable();
    found.ready_ms.sort_unstable();
    Ok(found)
}

/// Writers send as fast as they can until the server is gone under them.
fn write_until_killed(
    server: Server,
    door: &Door,
    log: &Mutex<Log>,
    numbers: &AtomicU64,
    after: Duration,
) -> Result<()> {
    let gone = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let writers: Vec<_> =
            (0..N_WRITERS).map(|_| scope.spawn(|| write(&door.beside(), log, numbers, &gone))).collect();
        sleep(after);
        gone.store(true, Ordering::SeqCst);
        let killed = server.kill_9();
        for writer in writers {
            writer.join().map_err(|_| anyhow::anyhow!("a writer panicked"))??;
        }
        killed
    })
}

fn write(door: &dyn Reports, log: &Mutex<Log>, numbers: &AtomicU64, gone: &AtomicBool) -> Result<()> {
    loop {
        let number = numbers.fetch_add(1, Ordering::SeqCst);
        let started = Instant::now();
        let sent = send_patiently(door, Some(&key(number)), &[number]);
        // INVARIANT: `gone` is set before the kill, so that a failure seen without it is the server's own.
        let was_gone = gone.load(Ordering::SeqCst);
        match sent {
            Ok(taken) => {
                let mut log = locked(log)?;
                log.took_ms.push(millis(started.elapsed()));
                log.acknowledged.extend(taken.into_iter().map(|taken| (number, taken.case)));
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

/// Sends again what is of unknown fate, and the latest acknowledged reports with their keys, which must keep their cases.
fn send_again(door: &dyn Reports, log: &Mutex<Log>) -> Result<usize> {
    let mut log = locked(log)?;
    let unknown = std::mem::take(&mut log.unknown);
    for number in &unknown {
        let taken =
            send_patiently(door, Some(&key(*number)), &[*number]).context("send again after the kill")?;
        log.acknowledged.extend(taken.into_iter().map(|taken| (*number, taken.case)));
    }
    for (number, case) in log.acknowledged.iter().rev().take(20) {
        let again = send_patiently(door, Some(&key(*number)), &[*number])?;
        let again = again.first().map(|taken| taken.case.as_str()).unwrap_or_default();
        ensure!(again == case, "{} was acknowledged as {case} and is now {again}", external_id(*number));
    }
    Ok(unknown.len())
}

/// Sends, and waits as long as the server asks when it is too much at once.
fn send_patiently(door: &dyn Reports, key: Option<&str>, numbers: &[u64]) -> Result<Vec<Taken>> {
    for _ in 0..20 {
        match door.send(key, numbers)? {
            Answered::Taken(taken) => return Ok(taken),
            Answered::Later(wait) => sleep(wait.min(PATIENCE)),
        }
    }
    bail!("the server went on saying that it is too much")
}

fn key(number: u64) -> String {
    format!("kill-loop-{number}")
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

fn locked(log: &Mutex<Log>) -> Result<std::sync::MutexGuard<'_, Log>> {
    log.lock().map_err(|_| anyhow::anyhow!("a writer panicked"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How a stand-in for the server goes wrong with report 3.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    enum Fault {
        None,
        AcknowledgesWithoutStoring,
        StoresTwice,
        StoresTwiceUnderOneNumber,
        ForgetsItsNumber,
        LeavesNoAuditRow,
        AuditsAnotherTwice,
        SharesACase,
    }

    /// A stand-in for the server: a list of `(report, case)` and one of audit rows.
    struct StandIn {
        fault: Fault,
        stored: Mutex<Vec<(u64, String)>>,
        audited: Mutex<Vec<String>>,
    }

    impl StandIn {
        fn store(&self, number: u64) -> Taken {
            let mut stored = self.stored.lock().unwrap();
            let mut known = stored.iter().filter(|(one, _)| *one == number).map(|(_, case)| case.clone());
            if let Some(case) = known.next() {
                return Taken { case, is_new: false };
            }
            let case = match self.fault {
                Fault::SharesACase if number == 3 => "WYP-0001".to_owned(),
                _ => format!("WYP-{:04}", stored.len() + 1),
            };
            let taken = Taken { case: case.clone(), is_new: true };
            if number != 3 {
                stored.push((number, case.clone()));
                self.audited.lock().unwrap().push(case);
                return taken;
            }
            let n_stored = match self.fault {
                Fault::AcknowledgesWithoutStoring => 0,
                Fault::StoresTwice | Fault::StoresTwiceUnderOneNumber => 2,
                _ => 1,
            };
            for n in 0..n_stored {
                let twice = n == 1 && self.fault == Fault::StoresTwice;
                stored.push((number, if twice { format!("{case}-again") } else { case.clone() }));
            }
            match self.fault {
                Fault::LeavesNoAuditRow | Fault::AcknowledgesWithoutStoring => {}
                Fault::AuditsAnotherTwice => self.audited.lock().unwrap().push("WYP-0001".to_owned()),
                _ => self.audited.lock().unwrap().push(case),
            }
            taken
        }
    }

    impl Reports for StandIn {
        fn send(&self, _: Option<&str>, numbers: &[u64]) -> Result<Answered> {
            Ok(Answered::Taken(numbers.iter().map(|number| self.store(*number)).collect()))
        }

        fn n_cases(&self) -> Result<usize> {
            Ok(self.stored.lock().unwrap().len())
        }
    }

    /// Five reports are sent to a stand-in with this fault, some twice; then it is looked at and judged.
    fn verdict(fault: Fault) -> Verdict {
        let server = StandIn { fault, stored: Mutex::default(), audited: Mutex::default() };
        let log = Mutex::new(Log::default());
        for number in 1..=5 {
            let taken = send_patiently(&server, Some(&key(number)), &[number]).unwrap();
            log.lock().unwrap().acknowledged.insert(number, taken[0].case.clone());
        }
        if fault == Fault::ForgetsItsNumber {
            server.stored.lock().unwrap()[2].1 = "WYP-0099".to_owned();
        }
        let audited = server.audited.lock().unwrap().clone();
        let acknowledged = &log.lock().unwrap().acknowledged;
        judge(acknowledged, &look(&server, acknowledged, audited).unwrap())
    }

    #[test]
    fn threat_t56_a_server_that_loses_doubles_or_does_not_audit_is_found_out() {
        assert_eq!(verdict(Fault::None), Verdict::default());
        let lost = verdict(Fault::AcknowledgesWithoutStoring);
        assert_eq!((lost.lost.as_slice(), lost.n_doubled), (&[3][..], 0));
        let twice = verdict(Fault::StoresTwice);
        assert_eq!((twice.n_doubled, twice.n_unaudited), (1, 1));
        assert_eq!(verdict(Fault::StoresTwiceUnderOneNumber).n_doubled, 1);
        assert_eq!(verdict(Fault::ForgetsItsNumber).renumbered, [3]);
        assert_eq!(verdict(Fault::LeavesNoAuditRow).n_unaudited, 1);
        assert_eq!(
            verdict(Fault::AuditsAnotherTwice).n_unaudited,
            1,
            "rows are counted by case, not by line"
        );
        assert_eq!(verdict(Fault::SharesACase).n_doubled, 1);
        assert!(verdict(Fault::StoresTwice).say().contains("1 doubled"));
    }

    #[test]
    fn a_case_that_moved_ends_the_round() {
        let server = StandIn { fault: Fault::None, stored: Mutex::default(), audited: Mutex::default() };
        let log = Mutex::new(Log { unknown: vec![1, 2], ..Log::default() });
        assert_eq!(send_again(&server, &log).unwrap(), 2);
        log.lock().unwrap().acknowledged.insert(2, "WYP-0077".to_owned());
        assert!(send_again(&server, &log).is_err());
    }
}
