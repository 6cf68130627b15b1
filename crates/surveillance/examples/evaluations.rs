//! How long does one evaluation take? Judges an invented ten-year series 260 times over with each method.
//!
//! `cargo run --release -p daymark-surveillance --example evaluations`

#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "an example that prints what it measured")]

use std::time::Instant;

use daymark_surveillance::{Detector, Method, Week, WeeklyCounts};

fn main() {
    let first = Week::containing(jiff::civil::date(2016, 1, 4));
    // An invented series: a season, a growth and a scatter that repeats after 101 weeks.
    let counts =
        (0..520_u64).map(|week| 3 + week / 100 + (week * 37 % 101) / 20 + 3 * u64::from(week % 52 < 20));
    let counts = WeeklyCounts::new(first, counts.collect());
    for method in Method::ALL {
        let detector: Detector = method.detector();
        let started = Instant::now();
        let mut n_evaluations = 0;
        while started.elapsed().as_millis() < 1000 {
            n_evaluations += detector.judge_all(&counts).unwrap().len();
        }
        let each = started.elapsed().as_secs_f64() * 1e3 / n_evaluations as f64;
        println!("{method}: {each:.4} ms/evaluation ({n_evaluations} evaluations)");
    }
}
