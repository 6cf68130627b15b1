//! Same plan, same bytes.

use super::*;
use sha2::{Digest, Sha256};

fn bytes(scenario: Scenario, n: usize, seed: u64) -> Vec<u8> {
    let region = region(scenario, n, seed);
    let mut bytes = Vec::new();
    daymark_sample::write_reports(&region, &mut bytes).unwrap();
    daymark_sample::write_truth(&region, &mut bytes).unwrap();
    daymark_sample::write_truth_accounts(&region, &mut bytes).unwrap();
    daymark_sample::write_agencies(&region, &mut bytes).unwrap();
    bytes
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_does_not() {
    let first = bytes(Scenario::NorthYorkshire, 500, 7);
    assert_eq!(first, bytes(Scenario::NorthYorkshire, 500, 7));
    assert_ne!(first, bytes(Scenario::NorthYorkshire, 500, 8));
    assert_ne!(first, bytes(Scenario::National, 500, 7));
}

/// When this fails, a seed no longer gives the bytes it gave: say so in the change log, then write the new digest.
#[test]
fn the_golden_digest_of_a_small_region() {
    let digest = Sha256::digest(bytes(Scenario::NorthYorkshire, 200, 7));
    let text: String = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(text, "bb1fd0849f12fd8b");
}

#[test]
fn the_last_day_can_be_chosen() {
    let plan =
        Plan { n_reports: 300, seed: 1, scenario: Scenario::National, until: jiff::civil::date(2024, 2, 29) };
    let region = invent(&plan);
    assert_eq!(region.reports.len(), 300);
    assert!(region.reports.iter().all(|r| r.get(Column::ReceivedOn) <= "2024-02-29"));
    assert!(region.reports.iter().any(|r| r.get(Column::ReceivedOn) < "2021-01-01"));
}
