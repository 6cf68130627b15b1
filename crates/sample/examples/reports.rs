//! Writes `reports.csv` of an invented region to standard output: for measuring, and for a look.
//!
//! `cargo run --release -p daymark-sample --example reports -- 100000 7 national > reports.csv`

use std::io::{self, BufWriter};

use daymark_sample::{DEFAULT_UNTIL, Plan, Scenario, invent, write_reports};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let n_reports = args.next().as_deref().unwrap_or("5000").parse()?;
    let seed = args.next().as_deref().unwrap_or("7").parse()?;
    let scenario: Scenario = args.next().as_deref().unwrap_or("national").parse()?;
    let region = invent(&Plan { n_reports, seed, scenario, until: DEFAULT_UNTIL });
    write_reports(&region, BufWriter::new(io::stdout().lock()))?;
    Ok(())
}
