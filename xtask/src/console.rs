//! What do the tasks print, and where? Results on standard output, warnings on standard error.

use std::fmt::Display;
use std::io::{self, Write as _};
use std::time::Duration;

/// One line on standard output, after everything that child processes have printed so far.
pub fn say(line: impl Display) {
    // A closed pipe (`| head`) must not end a task that still has a database to stop.
    let _ = writeln!(io::stdout().lock(), "{line}");
}

/// One line on standard error.
pub fn warn(line: impl Display) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}

/// The line above what a step prints.
pub fn heading(text: impl Display) {
    say(format_args!("\n── {text} ──"));
}

/// A duration as a person says it: `0.8 s`, `41 s`, `12 min 05 s`.
pub fn spoken(duration: Duration) -> String {
    let seconds = duration.as_secs();
    if seconds >= 60 {
        format!("{} min {:02} s", seconds / 60, seconds % 60)
    } else if seconds >= 10 {
        format!("{seconds} s")
    } else {
        format!("{:.1} s", duration.as_secs_f64())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_spoken() {
        for (ms, said) in [(840, "0.8 s"), (41_200, "41 s"), (725_000, "12 min 05 s")] {
            assert_eq!(spoken(Duration::from_millis(ms)), said);
        }
    }
}
