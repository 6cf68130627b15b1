//! Does anything lie outside the reserved ranges? Every cell of every scenario is looked at, by shape.

use super::*;
use daymark_sample::{handle, reserved};

fn parts(report: &SampleReport, column: Column) -> Vec<&str> {
    report.get(column).split('|').filter(|part| !part.is_empty()).collect()
}

#[test]
fn every_identifier_is_reserved() {
    let mut n = 0;
    for scenario in Scenario::ALL {
        for report in &region(scenario, 4_000, 11).reports {
            for written in parts(report, Column::Handles) {
                let name = written.split_once(':').map_or(written, |(_, name)| name);
                assert!(handle::is_marked(name), "{written}");
                n += 1;
            }
            for name in parts(report, Column::DisplayNames) {
                assert!(name.to_lowercase().contains("syn"), "{name}");
            }
            for phone in parts(report, Column::Phones) {
                assert!(reserved::is_reserved_phone(phone), "{phone}");
                n += 1;
            }
            for email in parts(report, Column::Emails) {
                assert!(email.to_lowercase().ends_with("@example.org"), "{email}");
            }
            for account in parts(report, Column::PaymentAccounts) {
                assert!(account.starts_with("00-00-00 ") && account.len() == 17, "{account}");
                n += 1;
            }
            for iban in parts(report, Column::Ibans) {
                assert!(iban.len() == 22 && iban[4..].starts_with("ZZSY000000"), "{iban}");
            }
            for tag in parts(report, Column::PaymentTags) {
                let (_, name) = tag.split_once(':').expect("service and name");
                assert!(name.trim_start_matches(['$', '@']).starts_with("zz-syn-"), "{tag}");
                n += 1;
            }
            for wallet in parts(report, Column::Wallets) {
                assert!(wallet_payload(wallet).starts_with(&reserved::WALLET_MARK), "{wallet}");
            }
            for url in parts(report, Column::Urls) {
                assert!(url.starts_with("https://example.org/zz-syn/"), "{url}");
            }
            let urn = report.get(Column::ChildEducationUrn);
            assert!(urn.is_empty() || (urn.len() == 6 && urn.starts_with('9')), "{urn}");
            assert!(report.get(Column::ChildRef).starts_with("SYN-"));
            assert!(
                report.get(Column::ScriptId).is_empty()
                    || report.get(Column::ScriptId).starts_with("script-")
            );
        }
    }
    assert!(n > 30_000, "{n}");
}

fn wallet_payload(wallet: &str) -> Vec<u8> {
    if wallet.starts_with("bc1q") {
        bech32::segwit::decode(wallet).expect("a true check sum").2
    } else {
        bs58::decode(wallet).into_vec().expect("base 58")[1..].to_vec()
    }
}

/// Whatever looks like a number, address or site in any cell is one of ours, whichever column it stands in.
#[test]
fn nothing_that_could_reach_somebody_hides_elsewhere() {
    const PLAIN_DIGITS: [Column; 3] = [Column::PaymentAccounts, Column::Ibans, Column::Wallets];
    for report in &region(Scenario::NorthYorkshire, 6_000, 12).reports {
        for column in Column::ALL.iter().filter(|column| !PLAIN_DIGITS.contains(column)) {
            let cell = report.get(*column);
            for word in cell.split(['|', ' ']) {
                if word.contains('@') && word.contains("@e") {
                    assert!(word.to_lowercase().ends_with("@example.org"), "{word}");
                }
                if word.contains("://") || word.contains("www.") {
                    assert!(word.starts_with("https://example.org/"), "{word}");
                }
            }
            let digits = cell.chars().filter(char::is_ascii_digit).count();
            let longest = cell.split(|c: char| !c.is_ascii_digit()).map(str::len).max().unwrap_or(0);
            if longest >= 9 {
                assert!(*column == Column::Phones || *column == Column::Area, "{}: {cell}", column.name());
            }
            assert!(
                digits < 60 || matches!(column, Column::Handles | Column::Notes),
                "{}: {cell}",
                column.name()
            );
        }
    }
}

/// The vocabulary accepts what we write: an invented file must be importable.
#[test]
fn selectors_are_well_formed() {
    use daymark_vocab::selector::{Selector, SelectorKind};
    let columns = [
        (Column::Phones, SelectorKind::Phone),
        (Column::Emails, SelectorKind::Email),
        (Column::PaymentAccounts, SelectorKind::BankAccount),
        (Column::Ibans, SelectorKind::Iban),
        (Column::PaymentTags, SelectorKind::PaymentTag),
        (Column::Wallets, SelectorKind::Wallet),
        (Column::Urls, SelectorKind::Url),
        (Column::Handles, SelectorKind::Handle),
        (Column::DisplayNames, SelectorKind::DisplayName),
    ];
    let mut n = 0;
    for report in &region(Scenario::National, 4_000, 13).reports {
        for (column, kind) in columns {
            for written in parts(report, column) {
                let read = Selector::parse(kind, None, written);
                assert!(read.is_ok(), "{}: {written}: {:?}", column.name(), read.err());
                n += 1;
            }
        }
        for column in [
            Column::ReceivedOn,
            Column::FirstContactAt,
            Column::FirstImageAt,
            Column::FirstThreatAt,
            Column::HappenedFrom,
            Column::HappenedTo,
            Column::Payment1On,
        ] {
            let cell = report.get(column);
            assert!(!is_known(cell) || cell.parse::<daymark_vocab::Moment>().is_ok(), "{cell}");
        }
        let (from, to) = (report.get(Column::HappenedFrom), report.get(Column::HappenedTo));
        assert!(!is_known(from) || !is_known(to) || from <= to, "{from} {to}");
        assert!(!is_known(to) || to <= report.get(Column::ReceivedOn), "{to}");
    }
    assert!(n > 5_000, "{n}");
}
