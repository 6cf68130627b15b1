//! Rows as people send them. All reports are invented; numbers and addresses are from reserved ranges.

use daymark_vocab::{FieldId, Known, Value};
use proptest::prelude::*;

use super::columns::{Catalogue, FieldEntry, Template};
use super::csv::{headings, read_csv, rows};
use super::read::{Mapping, Read};
use crate::csv_export;
use crate::problem::Problem;

/// A catalogue that knows every field, with short lists of its own.
pub(crate) struct EveryField;

impl Catalogue for EveryField {
    fn entry(&self, field: &FieldId) -> Option<FieldEntry> {
        let words: &[&str] = match field.as_str() {
            "child.age_band" => &["under-7", "7-10", "11-13", "14-15", "16-17", "18-plus"],
            "incident.platform_first" | "incident.platforms_moved_to" => {
                &["instagram", "snapchat", "whatsapp", "other"]
            }
            "report.area" => &["E23000009", "E23000010"],
            "child.gender" => &["girl", "boy", "non-binary", "another"],
            _ => &["none", "other", "money", "partial", "cash-app"],
        };
        Some(FieldEntry {
            allowed: words.iter().map(|w| (*w).to_owned()).collect(),
            help: "Invented.".to_owned(),
        })
    }
}

pub(crate) fn template() -> Template {
    Template::flat_reports(&EveryField).unwrap()
}

const HEAD: &str = "report_id,agency,received_on,area,child_ref,child_age_band";
const GOOD: &str = "r-1,invented-police,2026-03-14,E23000009,c-1,14-15";

fn read(text: &str) -> Read {
    read_csv(text.as_bytes(), &template(), &Mapping::default())
}

/// Expects exactly these problems: line, column, column name, and words of the message with its hint.
#[track_caller]
fn check(text: &str, expected: &[(u64, usize, &str, &str)]) {
    let read = read(text);
    let found: Vec<String> = read.problems.iter().map(Problem::to_string).collect();
    assert_eq!(found.len(), expected.len(), "{found:#?}");
    for (problem, (line, column, name, words)) in read.problems.iter().zip(expected) {
        let place = (problem.line, problem.column, problem.column_name.as_deref().unwrap_or_default());
        assert_eq!(place, (*line, *column, *name), "{problem}");
        assert!(problem.to_string().contains(words), "{problem}");
    }
}

/// A row with one more column.
fn with(column: &str, cell: &str) -> String {
    format!("{HEAD},{column}\n{GOOD},{}", csv_export::plain_row(&[cell]))
}

/// The state and value of one field of the first report.
#[track_caller]
fn value(read: &Read, field: &str) -> Option<Known<Value>> {
    assert_eq!(read.problems, []);
    read.reports[0].facts.iter().find(|f| f.field.as_str() == field).map(|f| f.value.clone())
}

#[test]
fn a_good_row_becomes_a_report() {
    let text = format!(
        "{HEAD},platform_first,platforms_moved_to,face_visible,handles,phones,payment_accounts,demand_1_kind,demand_1_amount,demand_1_currency,child_voice,synthetic\n\
         {GOOD},Instagram,snapchat|whatsapp|snapchat,yes,bella.x|snapchat:bella_x|@Bella.X,07700 900123,00-00-00 12345678,money,£250.00,GBP,\"  I said \"\"no\"\",\n  twice \",true\n"
    );
    let read = read(&text);
    assert_eq!(read.problems, []);
    let report = &read.reports[0];
    assert_eq!((report.line, report.external_id.reveal().as_str()), (2, "r-1"));
    assert_eq!(report.agency.as_ref().unwrap().as_str(), "invented-police");
    let keys: Vec<_> = report.selectors.iter().map(|s| s.selector.canonical_key().into_inner()).collect();
    assert_eq!(
        keys,
        [
            "handle:instagram:bella.x",
            "handle:snapchat:bella_x",
            "phone::+447700900123",
            "bank-account::000000-12345678"
        ]
    );
    assert_eq!(value(&read, "incident.face_visible"), Some(Known::Yes(Value::YesNo(true))));
    let moved = Value::Codes(vec!["snapchat".to_owned(), "whatsapp".to_owned()]);
    assert_eq!(value(&read, "incident.platforms_moved_to"), Some(Known::Yes(moved)));
    let voice = Value::Text("  I said \"no\",\n  twice ".to_owned().into());
    assert_eq!(value(&read, "response.child_voice"), Some(Known::Yes(voice)), "the child’s words, unaltered");
    assert_eq!(value(&read, "incident.motive"), None, "an empty cell says nothing");
}

#[test]
fn the_four_ways_of_not_knowing_are_kept_apart() {
    for (word, state) in [
        ("unknown", Known::Unknown),
        ("Not-Asked", Known::NotAsked),
        ("declined", Known::Declined),
        (" not-applicable ", Known::NotApplicable),
    ] {
        assert_eq!(
            value(&read(&with("persona_claimed_age", word)), "persona.claimed_age"),
            Some(state.clone())
        );
        let phones = read(&with("phones", word));
        assert_eq!(phones.reports[0].selector_states, [("phones".to_owned(), state)]);
    }
}

#[test]
fn all_problems_are_told_at_once_with_their_place() {
    check(
        &format!(
            "{HEAD},persona_claimed_age,phones,face_visible\nr-1,Bad Agency,03/04/26,E99,c-1,14-155,about 16,07700 900123|nonsense,maybe\n,invented-police,2026-03-14,E23000009,c-2,11-13,,,\n"
        ),
        &[
            (2, 2, "agency", "agency id"),
            (2, 3, "received_on", "two digits"),
            (2, 4, "area", "area code"),
            (2, 6, "child_age_band", "did you mean `14-15`"),
            (2, 7, "persona_claimed_age", "whole number"),
            (2, 8, "phones", "value 2: not a phone number"),
            (2, 9, "face_visible", "neither yes nor no"),
            (3, 1, "report_id", "must not be empty"),
        ],
    );
}

#[test]
fn problems_never_repeat_a_cell() {
    let secret = "Zebedee Inventedson";
    let head: Vec<String> = template().columns().iter().map(|c| c.column.clone()).collect();
    let row = vec![secret; head.len()];
    let text = csv_export::plain_row(&head) + &csv_export::plain_row(&row);
    let problems = read(&text).problems;
    assert!(problems.len() > 60, "{}", problems.len());
    assert!(problems.iter().all(|p| !p.to_string().to_lowercase().contains("zebedee")), "{problems:#?}");
    let shifted = read(&format!("{secret},{secret} two\n"));
    assert!(shifted.problems.iter().all(|p| !p.to_string().to_lowercase().contains("zebedee")));
}

#[test]
fn lines_are_physical_lines() {
    check(
        &format!(
            "{HEAD},notes,persona_claimed_age\r\n{GOOD},\"one\r\ntwo\r\nthree\",x\r\n\r\n{},,y\r\n",
            GOOD.replace("r-1", "r-2")
        ),
        &[(4, 8, "persona_claimed_age", "whole number"), (6, 8, "persona_claimed_age", "whole number")],
    );
}

#[test]
fn headings_are_matched_and_mended() {
    check(&format!("{HEAD},handels\n{GOOD},x\n"), &[(1, 7, "", "did you mean `handles`")]);
    check(&format!("{HEAD},area\n{GOOD},x\n"), &[(1, 7, "area", "columns 4 and 7 are the same")]);
    check(
        "report_id,agency\nr-1,a\n",
        &[
            (1, 0, "area", "missing"),
            (1, 0, "child_age_band", "missing"),
            (1, 0, "child_ref", "missing"),
            (1, 0, "received_on", "missing"),
        ],
    );
    check(&format!("{HEAD},demand_1_amount\n{GOOD},5\n"), &[(1, 0, "demand_1_currency", "missing")]);
    check("report_id;agency;received_on\nr-1;a;b\n", &[(1, 0, "", "semicolons")]);
    check(&format!("{HEAD},\n{GOOD},\n"), &[(1, 7, "", "no heading")]);
    check("", &[(0, 0, "", "empty")]);
    check(&format!("{HEAD}\n"), &[(1, 0, "", "no row")]);
    assert_eq!(read(&format!("{}\n{GOOD}\n", HEAD.replace('_', " ").to_uppercase())).problems, []);
}

#[test]
fn their_headings_can_be_mapped_to_ours() {
    let text =
        format!("{},Colour\n{GOOD},red\n", HEAD.replace("report_id", "Log No").replace("child_ref", "Pupil"));
    let mapping = Mapping::default().with("Log No", "report_id").with("pupil", "child_ref").without("colour");
    let read = read_csv(text.as_bytes(), &template(), &mapping);
    assert_eq!(read.problems, []);
    assert_eq!(read.reports[0].external_id.reveal(), "r-1");
    assert_eq!(headings(text.as_bytes()).unwrap()[0], "Log No");
}

#[test]
fn the_form_of_the_file_is_checked() {
    check(&format!("{HEAD},notes\n{GOOD},\"never closed\n\n"), &[(2, 7, "", "never closed")]);
    check(&format!("{HEAD},notes\n{GOOD},\"closed\" twice\"\n"), &[(2, 7, "", "closing quotation mark")]);
    check(&format!("{HEAD}\n{GOOD},extra\n"), &[(2, 0, "", "has 7 cells, the heading 6")]);
    check(&with("notes", &"long words ".repeat(7000)), &[(2, 7, "", "64 KiB")]);
    check(&format!("{HEAD}{}\n{GOOD}\n", ",x".repeat(300)), &[(1, 0, "", "more than 200 columns")]);
    check(&format!("{HEAD}\n{GOOD}\n{GOOD}\n"), &[(3, 1, "report_id", "stands on line 2")]);
    let mut latin = with("notes", "she said: don't").into_bytes();
    latin.iter_mut().filter(|b| **b == b'\'').for_each(|b| *b = 0x92);
    let problems = read_csv(&latin, &template(), &Mapping::default()).problems;
    assert!(problems[0].line == 2 && problems[0].message.contains("Windows-1252"), "{problems:?}");
}

#[test]
fn too_many_rows_are_refused() {
    let mut text = String::from("report_id\n");
    text.push_str(&"r\n".repeat(super::rows::MAX_ROWS));
    assert_eq!(rows(text.as_bytes()).map(|rows| rows.len()), Ok(super::rows::MAX_ROWS + 1));
    text.push_str("r\n");
    assert!(rows(text.as_bytes()).unwrap_err()[0].message.contains("200000 rows"));
}

#[test]
fn marks_and_line_ends_do_not_matter() {
    let plain = read(&format!("{HEAD}\n{GOOD}\n"));
    let text = format!("{HEAD}\n{GOOD}\n");
    let mut utf16 = vec![0xff, 0xfe];
    utf16.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
    for other in [
        text.replace('\n', "\r\n").into_bytes(),
        text.replace('\n', "\r").into_bytes(),
        format!("\u{feff}{text}").into_bytes(),
        text.trim_end().as_bytes().to_vec(),
        utf16,
    ] {
        assert_eq!(read_csv(&other, &template(), &Mapping::default()), plain);
    }
}

#[test]
fn the_digest_tells_whether_anything_changed() {
    let digest = |text: &str| {
        let read = read(text);
        assert_eq!(read.problems, [], "{text}");
        read.reports[0].digest.clone()
    };
    let base = digest(&with("platforms_moved_to", "snapchat|whatsapp"));
    let moved = "platforms_moved_to,child_age_band,child_ref,area,received_on,agency,report_id\n\
                 whatsapp|snapchat,14-15,c-1,E23000009,14/03/2026,invented-police,r-1\n";
    assert_eq!(digest(moved), base, "order of columns, of lists, and form of dates do not count");
    assert_eq!(base.len(), 64);
    for changed in [
        with("platforms_moved_to", "snapchat"),
        with("platforms_moved_to", "unknown"),
        with("platforms_moved_to", ""),
        with("platforms_moved_to", "snapchat|whatsapp").replace("14-15", "11-13"),
        with("platforms_moved_to", "snapchat|whatsapp").replace("invented-police", "other-police"),
    ] {
        assert_ne!(digest(&changed), base, "{changed}");
    }
    assert_ne!(
        digest(&with("handles", "bella.x")),
        digest(&with("handles", "@bella.x")),
        "as typed is evidence"
    );
}

#[test]
fn the_template_reads_back() {
    let template = template();
    let head = crate::template::csv(template.columns());
    let read = read_csv(head.as_bytes(), &template, &Mapping::default());
    assert_eq!(read.problems.len(), 1, "{:?}", read.problems);
    assert!(read.problems[0].message.contains("no row"));
    let workbook = crate::template::xlsx(template.columns()).unwrap();
    assert_eq!(workbook, crate::template::xlsx(template.columns()).unwrap(), "the same bytes each time");
    let mut rows = Vec::new();
    super::xlsx::stream(&workbook, None, |row| {
        rows.push(row);
        Ok(())
    })
    .unwrap();
    let names: Vec<&str> = rows[0].cells.iter().map(|cell| cell.text.as_str()).collect();
    assert_eq!(names, template.columns().iter().map(|c| c.column.as_str()).collect::<Vec<_>>());
    let mut help = 0;
    super::xlsx::stream(&workbook, Some(crate::template::HELP_SHEET), |_| {
        help += 1;
        Ok(())
    })
    .unwrap();
    assert_eq!(help, template.columns().len() + 1);
}

/// A small generator of its own, so that a failing run can be repeated from its number.
struct Noise(u64);

impl Noise {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % n.max(1) as u64) as usize
    }
}

#[test]
fn a_hundred_thousand_broken_files_never_panic() {
    let template = template();
    let seed = format!(
        "{HEAD},notes,demand_1_amount,demand_1_currency,payment_accounts\r\n{GOOD},\"a, \"\"b\"\"\nc\",250,GBP,00-00-00 12345678\r\n"
    );
    let pieces: [&[u8]; 16] = [
        b"\"",
        b",",
        b"\r",
        b"\n",
        b"|",
        b"\xff",
        b"\x00",
        b"\xef\xbb\xbf",
        b"=1+1",
        b"unknown",
        b"\xe2\x80\xae",
        b"'",
        b"99999999999999999999",
        b"-",
        b"\xf0\x9f\x98\x80",
        b"2026-02-30",
    ];
    let mut noise = Noise(0x9e37_79b9_7f4a_7c15);
    let (mut n_good, mut n_bad) = (0, 0);
    for _ in 0..100_000 {
        let mut bytes = seed.clone().into_bytes();
        for _ in 0..=noise.below(4) {
            let at = noise.below(bytes.len() + 1);
            match noise.below(4) {
                0 => bytes.truncate(at),
                1 => drop(bytes.splice(at..at, pieces[noise.below(pieces.len())].iter().copied())),
                2 if at < bytes.len() => bytes[at] = u8::try_from(noise.below(256)).unwrap(),
                _ => drop(bytes.drain(at.min(bytes.len())..(at + noise.below(6)).min(bytes.len()))),
            }
        }
        let read = read_csv(&bytes, &template, &Mapping::default());
        let n_lines = 2 + bytes.iter().filter(|b| matches!(**b, b'\n' | b'\r')).count() as u64;
        if read.problems.is_empty() {
            assert!(!read.reports.is_empty());
            n_good += 1;
        } else {
            assert!(
                read.problems
                    .iter()
                    .all(|p| p.line <= n_lines && !p.message.is_empty() && !p.hint.is_empty())
            );
            n_bad += 1;
        }
    }
    assert!(n_good > 1_000 && n_bad > 10_000, "{n_good} good, {n_bad} bad: the mutations say little");
}

proptest! {
    #[test]
    fn well_formed_files_read_as_the_csv_crate_reads_them(
        table in prop::collection::vec(prop::collection::vec("[a-z ,\"\n\r']{0,8}", 1..5), 1..6)
    ) {
        let text: String = table.iter().map(|row| csv_export::plain_row(row)).collect();
        let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
        let theirs: Vec<Vec<String>> = reader
            .records()
            .map(|record| record.unwrap().iter().map(str::to_owned).collect::<Vec<_>>())
            .filter(|row: &Vec<String>| row.iter().any(|cell| !cell.trim().is_empty()))
            .collect();
        let ours: Vec<Vec<String>> =
            rows(text.as_bytes()).unwrap().into_iter().map(|row| row.cells.into_iter().map(|c| c.text).collect()).collect();
        prop_assert_eq!(ours, theirs);
    }

    #[test]
    fn anything_at_all_is_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let read = read_csv(&bytes, &template(), &Mapping::default());
        prop_assert!(read.reports.is_empty() || read.problems.is_empty());
    }
}
