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

use std::io::{Cursor, Read, Write};
use std::path::PathBuf;
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use daymark_exchange::reports::worker::{self, Limits};
use daymark_exchange::reports::xlsx::WorkbookError;
use daymark_exchange::reports::{Row, XlsxError, read_xlsx_in_child};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// Every refusal must come within this time.
const QUICK: Duration = Duration::from_secs(10);

const TESTS: [(&str, fn()); 7] = [
    ("a_workbook_is_read", a_workbook_is_read),
    ("hidden_and_several_sheets_ask_for_a_choice", hidden_and_several_sheets_ask_for_a_choice),
    ("bombs_are_refused_quickly", bombs_are_refused_quickly),
    ("a_crash_is_a_message", a_crash_is_a_message),
    ("the_worker_confines_itself", the_worker_confines_itself),
    ("reading_stays_below_its_memory", reading_stays_below_its_memory),
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
        Some("greedy-worker") => greedy(),
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

/// A minimal workbook around one sheet and its shared strings.
fn workbook(sheet: &[u8], shared: &[u8]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let package = "http://schemas.openxmlformats.org/package/2006/relationships";
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let parts: [(&str, Vec<u8>); 6] = [
        ("[Content_Types].xml", b"<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>".to_vec()),
        (
            "_rels/.rels",
            format!("<Relationships xmlns=\"{package}\"><Relationship Id=\"r1\" Type=\"{office}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>").into(),
        ),
        (
            "xl/workbook.xml",
            format!("<workbook xmlns=\"{main}\" xmlns:r=\"{office}\"><sheets><sheet name=\"s\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>").into(),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!("<Relationships xmlns=\"{package}\"><Relationship Id=\"r1\" Type=\"{office}/worksheet\" Target=\"worksheets/sheet1.xml\"/><Relationship Id=\"r2\" Type=\"{office}/sharedStrings\" Target=\"sharedStrings.xml\"/></Relationships>").into(),
        ),
        ("xl/worksheets/sheet1.xml", sheet.to_vec()),
        ("xl/sharedStrings.xml", shared.to_vec()),
    ];
    for (name, content) in parts {
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        writer.start_file(name, options).unwrap();
        writer.write_all(&content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn sheet(data: &str) -> Vec<u8> {
    format!("<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>{data}</sheetData></worksheet>").into_bytes()
}

const NO_STRINGS: &[u8] = b"<sst xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"/>";

/// Workbooks that would take gigabytes or minutes, with a word of the expected message.
fn bombs() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let cell = |at: &str| format!("<c r=\"{at}\"><v>1</v></c>");
    let corner =
        sheet(&format!("<row r=\"1\">{}</row><row r=\"1048576\">{}</row>", cell("A1"), cell("ZZ1048576")));
    let wide = sheet(&format!("<row r=\"1\">{}{}</row>", cell("A1"), cell("XFD1")));
    let filler = "<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>";
    let spaces = [filler.as_bytes(), &vec![b' '; 40 * 1024 * 1024][..], b"</t></is></c></row>"].concat();
    let spaces = sheet(&String::from_utf8(spaces).unwrap());
    let strings = [b"<sst>".to_vec(), b"<si><t/></si>".repeat(1_000_000), b"</sst>".to_vec()].concat();
    // Different enough that the ratio is honest, so that only the number of texts can tell.
    let varied: String = (0..1_100_000_u64)
        .map(|n| format!("<si><t>{:x}</t></si>", n.wrapping_mul(0x9e37_79b9_7f4a_7c15)))
        .collect();
    let laughs = "<?xml version=\"1.0\"?><!DOCTYPE l [<!ENTITY a \"ha\">".to_owned()
        + &(0..9).map(|n| format!("<!ENTITY a{n} \"{}\">", "&a;".repeat(10))).collect::<String>()
        + "]><sst><si><t>&a8;</t></si></sst>";
    let one = sheet(&format!("<row r=\"1\">{}</row>", cell("A1")));
    vec![
        ("the corner of the sheet", workbook(&corner, NO_STRINGS), "cells below row"),
        ("a very wide row", workbook(&wide, NO_STRINGS), "cells beyond column"),
        ("a thousand to one", workbook(&spaces, NO_STRINGS), "unpack to far more"),
        ("a million empty texts", workbook(&one, &strings), "unpack to far more"),
        (
            "a million different texts",
            workbook(&one, format!("<sst>{varied}</sst>").as_bytes()),
            "unpack to far more",
        ),
        ("a billion laughs", workbook(&one, laughs.as_bytes()), "unpack to far more"),
    ]
}

fn bombs_are_refused_quickly() {
    for (name, bytes, expected) in bombs() {
        let start = Instant::now();
        let error = read(&bytes, None).unwrap_err().to_string();
        println!("  {name}: {} bytes, refused in {:?}", bytes.len(), start.elapsed());
        assert!(error.contains(expected), "{name}: {error}");
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

/// The child's peak of resident memory while it reads `bytes`, in KiB.
fn peak_kib(bytes: &[u8]) -> u64 {
    let mut child = Command::new(me())
        .arg("import-worker")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    input.write_all(b"{\"sheet\":null}\n").unwrap();
    input.write_all(bytes).unwrap();
    drop(input);
    // The last bytes of the answer stay unread, so that the child is still there to be asked.
    let mut output = child.stdout.take().unwrap();
    let mut first = [0; 1];
    output.read_exact(&mut first).unwrap();
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
    let mut rest = Vec::new();
    output.read_to_end(&mut rest).unwrap();
    child.wait().unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    peak.and_then(|kib| kib.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(0)
}

fn reading_stays_below_its_memory() {
    let mut most = 0;
    for (name, bytes, _) in bombs() {
        // A worker that ends before it can be asked gives 0; it is then asked again.
        let peak = (0..20).map(|_| peak_kib(&bytes)).find(|kib| *kib > 0).unwrap_or(0);
        println!("  {name}: peak {peak} KiB");
        most = most.max(peak);
    }
    assert!(most < 256 * 1024, "{most} KiB");
    assert!(most > 0 || !PathBuf::from("/proc/self/status").exists(), "no peak was ever seen");
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
