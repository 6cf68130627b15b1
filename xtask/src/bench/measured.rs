//! Runs a program and says what it cost: seconds on the wall, seconds of processor, most memory.

use std::fs;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};

use crate::child;

/// Clock ticks each second, as Linux has shown them to programs for decades.
const TICKS: f64 = 100.0;

/// What a run cost. Processor and memory are read every 20 ms, so the last moments may be missing; 0 off Linux.
#[derive(Debug, Clone, Copy, Default)]
pub struct Cost {
    /// From start to end.
    pub wall_s: f64,
    /// Of all its threads, in user and kernel.
    pub cpu_s: f64,
    /// The most it held.
    pub peak_mib: u64,
}

/// Runs to the end; what it prints on standard error is shown when it fails.
///
/// # Errors
/// When it does not start or fails.
pub fn run(mut command: Command) -> Result<Cost> {
    let said = child::spoken(&command);
    let started = Instant::now();
    let mut running = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .spawn()
        .with_context(|| format!("start `{said}`"))?;
    let mut cost = Cost::default();
    let status = loop {
        if let Some(seen) = look(running.id()) {
            cost = Cost { peak_mib: seen.peak_mib.max(cost.peak_mib), ..seen };
        }
        if let Some(status) = running.try_wait()? {
            break status;
        }
        if child::asked_to_stop() {
            child::end(&mut running);
        }
        sleep(Duration::from_millis(20));
    };
    cost.wall_s = started.elapsed().as_secs_f64();
    ensure!(status.success(), "`{said}` ended with {status}");
    Ok(cost)
}

fn look(process: u32) -> Option<Cost> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The name in brackets may hold anything; the fields after it are numbers. 14 and 15 are the processor's ticks.
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks = |at: usize| fields.get(at)?.parse::<f64>().ok();
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: u64 = peak.split_whitespace().next()?.parse().ok()?;
    Some(Cost { wall_s: 0.0, cpu_s: (ticks(11)? + ticks(12)?) / TICKS, peak_mib: kib / 1024 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(target_os = "linux")]
    fn work_costs_processor_time() {
        let mut busy = Command::new("sh");
        busy.args(["-c", "i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done"]);
        let cost = run(busy).expect("it runs");
        assert!(cost.cpu_s > 0.0 && cost.cpu_s < cost.wall_s + 0.1, "{cost:?}");
    }
}
