//! How does a task run another program, and still clean up when somebody presses ctrl-c?
//!
//! A signal sets a flag. Whoever waits for a child looks at the flag, ends the child and returns an error, so that
//! every guard on the way out (PostgreSQL, the server under test, temporary folders) does its work.

use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

static STOP: OnceLock<Arc<AtomicBool>> = OnceLock::new();
const LOOK_EVERY: Duration = Duration::from_millis(20);
const PATIENCE: Duration = Duration::from_secs(10);

/// Makes ctrl-c, SIGTERM and SIGHUP a flag instead of a sudden end.
///
/// # Errors
/// When the system refuses a handler.
pub fn watch_for_signals() -> std::io::Result<()> {
    let flag = STOP.get_or_init(Arc::default);
    for signal in [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM, signal_hook::consts::SIGHUP] {
        // A second signal ends the task at once, should cleaning up hang.
        signal_hook::flag::register_conditional_shutdown(signal, 130, Arc::clone(flag))?;
        signal_hook::flag::register(signal, Arc::clone(flag))?;
    }
    Ok(())
}

/// Whether somebody asked to stop.
pub fn asked_to_stop() -> bool {
    STOP.get().is_some_and(|flag| flag.load(Ordering::Relaxed))
}

/// Runs a program to its end; anything but success is an error that names the call.
///
/// # Errors
/// When it does not start, fails, or somebody asked to stop.
pub fn run(mut command: Command) -> Result<()> {
    let said = spoken(&command);
    let child = command.stdin(Stdio::null()).spawn().with_context(|| format!("start `{said}`"))?;
    let status = wait(child)?;
    if !status.success() {
        bail!("`{said}` ended with {status}");
    }
    Ok(())
}

/// Waits for a child, or ends it when somebody asked to stop.
///
/// # Errors
/// When somebody asked to stop, or the system loses the child.
pub fn wait(mut child: Child) -> Result<ExitStatus> {
    loop {
        if let Some(status) = child.try_wait()? {
            if asked_to_stop() {
                bail!("stopped by a signal");
            }
            return Ok(status);
        }
        if asked_to_stop() {
            end(&mut child);
            bail!("stopped by a signal");
        }
        sleep(LOOK_EVERY);
    }
}

/// Asks a child to end, waits a while, then insists.
pub fn end(child: &mut Child) {
    terminate(child);
    let until = Instant::now() + PATIENCE;
    while Instant::now() < until {
        if !matches!(child.try_wait(), Ok(None)) {
            return;
        }
        sleep(LOOK_EVERY);
    }
    let _ = child.kill();
    let _ = child.wait();
}

/// Sends SIGTERM (the standard library only knows SIGKILL).
fn terminate(child: &Child) {
    let _ = Command::new("kill").args(["-TERM", &child.id().to_string()]).stderr(Stdio::null()).status();
}

/// The call as a person would type it, to run it alone.
pub fn spoken(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy().into_owned()];
    words.extend(command.get_args().map(|word| word.to_string_lossy().into_owned()));
    if let Some(first) = words.first_mut()
        && let Some(name) = first.rsplit('/').next()
    {
        *first = name.to_owned();
    }
    let quoted = words.iter().map(|word| {
        let plain = word.chars().all(|c| c.is_ascii_alphanumeric() || "-_=./:,+@".contains(c));
        if plain && !word.is_empty() { word.clone() } else { format!("'{word}'") }
    });
    quoted.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failing_call_is_named() {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", "exit 3"]);
        let message = run(command).expect_err("it fails").to_string();
        assert!(message.contains("sh -c 'exit 3'") && message.contains('3'), "{message}");
    }

    #[test]
    fn a_child_that_will_not_end_is_ended() {
        let mut child = Command::new("sleep").arg("60").spawn().expect("sleep starts");
        let before = Instant::now();
        end(&mut child);
        assert!(before.elapsed() < PATIENCE);
        assert!(child.try_wait().expect("a status").is_some());
    }
}
