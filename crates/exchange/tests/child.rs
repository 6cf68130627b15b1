//! The import worker as a real child process: workbooks are read, bombs are refused, a crash is a message.
//!
//! This test is its own worker: started with `import-worker` it does what `daymark import-worker` does. So it
//! brings its own small harness, which also answers `--list`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test with a harness of its own: clippy does not see that all of it is test"
)]

mod bombs;

use std::io::{Read, Write};
use std::path::PathBuf;
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use daymark_exchange::reports::worker::{self, Limits};
use daymark_exchange::reports::xlsx::WorkbookError;
use daymark_exchange::reports::{Row, XlsxError, read_xlsx_in_child};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};

use bombs::{Bomb, NO_STRINGS, sheet, workbook};

/// Every refusal must come within this time.
const QUICK: Duration = Duration::from_secs(10);

const TESTS: [(&str, fn()); 6] = [
    ("a_workbook_is_read", a_workbook_is_read),
    ("hidden_and_several_sheets_ask_for_a_choice", hidden_and_several_sheets_ask_for_a_choice),
    ("threat_t43_fifty_bombs_are_refused_within_memory", threat_t43_fifty_bombs_are_refused_within_memory),
    ("a_crash_is_a_message", a_crash_is_a_message),
    ("the_worker_confines_itself", the_worker_confines_itself),
    ("damaged_workbooks_are_refused", damaged_workbooks_are_refused),
];

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.first().map(String::as_str) {
        Some("import-worker") => {
            worker::confine(&Limits::default()).expect("limits");
            worker::serve(std::io::stdin().lock(), std::io::stdout().lock()).expect("pipes");
            return ExitCode::SUCCESS;
        }
        Some("measured-worker") => {
            worker::confine(&Limits::default()).expect("limits");
            // The reader may panic: the one who asks then sees a closed pipe.
            let served = || worker::serve(std::io::stdin().lock(), std::io::stdout().lock());
            std::panic::set_hook(Box::new(|_| ()));
            let _ = std::panic::catch_unwind(served);
            eprint!("{}", own_peak_kib().unwrap_or_default());
            return ExitCode::SUCCESS;
        }
        Some("greedy-worker") => greedy(),
        Some("measure-bombs") => {
            measure_bombs();
            return ExitCode::SUCCESS;
        }
        _ => {}
    }
    let ignored_only = args.iter().any(|arg| arg == "--ignored");
    if args.iter().any(|arg| arg == "--list") {
        TESTS.iter().filter(|_| !ignored_only).for_each(|(name, _)| println!("{name}: test"));
        return ExitCode::SUCCESS;
    }
    let filters: Vec<&String> = args.iter().filter(|arg| !arg.starts_with('-')).collect();
    for (name, test) in
        TESTS.iter().filter(|(name, _)| filters.is_empty() || filters.iter().any(|f| name.contains(*f)))
    {
        println!("test {name} ...");
        test();
        println!("test {name} ... ok");
    }
    ExitCode::SUCCESS
}

/// Takes memory until the limit stops it; prints how it ended, if it can.
fn greedy() -> ! {
    worker::confine(&Limits { memory: 64 * 1024 * 1024, ..Limits::default() }).expect("limits");
    let mut taken: Vec<Vec<u8>> = Vec::new();
    loop {
        taken.push(vec![1; 16 * 1024 * 1024]);
        assert!(taken.len() < 64, "the limit did not hold");
    }
}

fn me() -> PathBuf {
    std::env::current_exe().expect("the test’s own path")
}

fn read(bytes: &[u8], sheet: Option<&str>) -> Result<Vec<Row>, XlsxError> {
    let start = Instant::now();
    let result = read_xlsx_in_child(&me(), bytes, sheet);
    assert!(start.elapsed() < QUICK, "took {:?}", start.elapsed());
    result
}

fn texts(rows: &[Row]) -> Vec<Vec<&str>> {
    rows.iter().map(|row| row.cells.iter().map(|cell| cell.text.as_str()).collect()).collect()
}

fn a_workbook_is_read() {
    let mut workbook = Workbook::new();
    let date = Format::new().set_num_format("dd/mm/yyyy");
    let sheet = workbook.add_worksheet();
    sheet.write_string(0, 0, "report_id").unwrap();
    sheet.write_string(0, 2, "notes").unwrap();
    sheet.write_string(4, 0, "r-1").unwrap();
    sheet.write_number(4, 1, 250).unwrap();
    sheet.write_string(4, 2, "line one\nline two, \"quoted\"").unwrap();
    sheet.write_datetime_with_format(4, 3, ExcelDateTime::from_ymd(2026, 3, 14).unwrap(), &date).unwrap();
    sheet.write_boolean(4, 4, true).unwrap();
    sheet.write_number(4, 5, 0.5).unwrap();
    let rows = read(&workbook.save_to_buffer().unwrap(), None).unwrap();
    assert_eq!(
        texts(&rows),
        [
            vec!["report_id", "", "notes"],
            vec!["r-1", "250", "line one\nline two, \"quoted\"", "2026-03-14", "yes", "0.5"]
        ]
    );
    assert_eq!(
        rows.iter().map(|row| row.line).collect::<Vec<_>>(),
        [1, 5],
        "row numbers as the spreadsheet shows them"
    );
}

fn hidden_and_several_sheets_ask_for_a_choice() {
    let mut workbook = Workbook::new();
    workbook.add_worksheet().set_name("one").unwrap().write_string(0, 0, "a").unwrap();
    workbook.add_worksheet().set_name("two").unwrap().write_string(0, 0, "b").unwrap();
    let bytes = workbook.save_to_buffer().unwrap();
    let names = vec!["one".to_owned(), "two".to_owned()];
    assert!(
        matches!(read(&bytes, None), Err(XlsxError::Workbook(WorkbookError::WhichSheet(n))) if n == names)
    );
    assert!(
        matches!(read(&bytes, Some("three")), Err(XlsxError::Workbook(WorkbookError::NoSuchSheet(n))) if n == names)
    );
    assert_eq!(texts(&read(&bytes, Some("two")).unwrap()), [["b"]]);

    let mut workbook = Workbook::new();
    workbook.add_worksheet().set_name("reports").unwrap().write_string(0, 0, "a").unwrap();
    workbook.add_worksheet().set_name("staff").unwrap().set_hidden(true).write_string(0, 0, "b").unwrap();
    let bytes = workbook.save_to_buffer().unwrap();
    let error = read(&bytes, None).unwrap_err();
    assert!(error.to_string().contains("hidden sheets (staff)"), "{error}");
    assert_eq!(texts(&read(&bytes, Some("reports")).unwrap()), [["a"]]);
}

/// Where the system tells a process the most memory it has held, in KiB.
fn own_peak_kib() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    peak.trim().trim_end_matches(" kB").parse().ok()
}

/// What became of a workbook that was given to the worker alone, without the parent's own look at it.
struct Measured {
    is_refused: bool,
    peak_kib: Option<u64>,
    took: Duration,
}

/// Gives a workbook to a worker that says at the end how much memory it held.
fn measured(bytes: &[u8]) -> Measured {
    let start = Instant::now();
    let mut child = Command::new(me())
        .arg("measured-worker")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    // A worker that has seen enough closes its end.
    let _ = input.write_all(b"{\"sheet\":null}\n").and_then(|()| input.write_all(bytes));
    drop(input);
    let (mut answer, mut said) = (Vec::new(), String::new());
    child.stdout.take().unwrap().read_to_end(&mut answer).unwrap();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    child.wait().unwrap();
    let last = answer.split(|b| *b == b'\n').rfind(|line| !line.is_empty()).unwrap_or_default();
    Measured {
        // It says why, or a check of the reader's own ended it. A table ends with `end`.
        is_refused: !last.starts_with(b"{\"end\""),
        peak_kib: said.trim().parse().ok(),
        took: start.elapsed(),
    }
}

/// The most memory that a worker may hold while it finds out that a workbook is a bomb.
const MOST_KIB: u64 = 256 * 1024;

fn threat_t43_fifty_bombs_are_refused_within_memory() {
    let (mut n_bombs, mut wrong) = (0, Vec::new());
    for group in bombs::groups() {
        for Bomb { name, bytes } in group() {
            n_bombs += 1;
            if read_xlsx_in_child(&me(), &bytes, None).is_ok() {
                wrong.push(format!("{name}: read as if it were a table"));
            }
            let alone = measured(&bytes);
            if !alone.is_refused {
                wrong.push(format!("{name}: the worker alone did not refuse it"));
            }
            match alone.peak_kib {
                Some(peak) if peak < MOST_KIB => {}
                None if own_peak_kib().is_none() => {}
                peak => wrong.push(format!("{name}: {peak:?} KiB")),
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
    assert!(n_bombs >= 50, "{n_bombs}");
}

/// Not a test: says of each bomb how long and how much it took, as lines of JSON for `cargo xtask deep --only bombs`.
fn measure_bombs() {
    for group in bombs::groups() {
        for Bomb { name, bytes } in group() {
            let start = Instant::now();
            let is_refused = read_xlsx_in_child(&me(), &bytes, None).is_err();
            let took = start.elapsed();
            let alone = measured(&bytes);
            println!(
                "{}",
                serde_json::json!({
                    "bomb": name,
                    "bytes": bytes.len(),
                    "refused": is_refused && alone.is_refused,
                    "refused_ms": took.as_millis(),
                    "worker_alone_ms": alone.took.as_millis(),
                    "worker_peak_kib": alone.peak_kib,
                })
            );
        }
    }
}

fn a_crash_is_a_message() {
    let bytes = workbook(&sheet("<row r=\"1\"><c r=\"A1\"><v>1</v></c></row>"), NO_STRINGS);
    for program in ["/bin/false", "/bin/true"] {
        let error = read_xlsx_in_child(program.as_ref(), &bytes, None).unwrap_err();
        assert!(matches!(error, XlsxError::Stopped), "{error:?}");
        assert!(error.to_string().contains("save the sheet as CSV"), "{error}");
    }
    let error = read_xlsx_in_child("/nowhere/daymark".as_ref(), &bytes, None).unwrap_err();
    assert!(matches!(error, XlsxError::Start(_)), "{error:?}");
}

fn the_worker_confines_itself() {
    let status =
        Command::new(me()).arg("greedy-worker").stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap();
    assert!(!status.success(), "64 MiB must not hold a gibibyte");
}

fn damaged_workbooks_are_refused() {
    let good = workbook(&sheet("<row r=\"1\"><c r=\"A1\"><v>1</v></c></row>"), NO_STRINGS);
    assert_eq!(texts(&read(&good, None).unwrap()), [["1"]]);
    for at in [30, good.len() / 2, good.len() - 30] {
        let error = read(&good[..at], None).unwrap_err();
        assert!(matches!(error, XlsxError::Workbook(WorkbookError::Refused(_))), "{error:?}");
    }
    let broken = workbook(&sheet("<row r=\"1\"><c r=\"A1\"><v>1</c></row>"), NO_STRINGS);
    assert!(matches!(read(&broken, None), Err(XlsxError::Workbook(WorkbookError::Damaged))));
    let backwards = workbook(
        &sheet("<row r=\"5\"><c r=\"A5\"><v>1</v></c></row><row r=\"2\"><c r=\"A2\"><v>1</v></c></row>"),
        NO_STRINGS,
    );
    assert!(matches!(read(&backwards, None), Err(XlsxError::Workbook(WorkbookError::Damaged))));
    assert!(read(b"report_id\nr-1\n", None).is_err());
}
