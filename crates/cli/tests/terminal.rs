//! What the terminal shows of files that people wrote: places and mends, never what stands in them. All is invented.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a failure here is the test's failure")]

use std::path::Path;
use std::process::{Command, Output};

use daymark_store::agency::{self, Agency};
use daymark_store::{RootKeys, Store};
use daymark_vocab::{AgencyKind, OsEntropy};
use rust_xlsxwriter::Workbook;

const HEAD: [&str; 11] = [
    "report_id",
    "received_on",
    "area",
    "child_ref",
    "child_age_band",
    "platform_first",
    "handles",
    "phones",
    "emails",
    "child_voice",
    "notes",
];
const N_ROWS: usize = 120;

fn daymark(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_daymark")).args(args).output().unwrap()
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// A data folder with one agency, as an operator would have it.
fn folder() -> tempfile::TempDir {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    std::fs::create_dir_all(data.join("keys")).unwrap();
    let keys = RootKeys::random(&OsEntropy).unwrap();
    let key_file = data.join("keys/root.key");
    std::fs::write(&key_file, keys.to_text().as_bytes()).unwrap();
    std::fs::set_permissions(&key_file, std::fs::Permissions::from_mode(0o400)).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let entropy = std::sync::Arc::new(OsEntropy);
        let store = Store::open_sqlite(&data.join("daymark.db"), keys, entropy).await.unwrap();
        let mut tx = store.write("add a test agency").await.unwrap();
        let school = Agency {
            id: "moorland-school".parse().unwrap(),
            name: "Moorland School (invented)".to_owned(),
            kind: AgencyKind::School,
            area: "E23000009".parse().unwrap(),
            prefix: "MS".to_owned(),
            contact: "Safeguarding desk, 01632 960000".to_owned(),
        };
        agency::add(&mut tx, &school, jiff::Timestamp::UNIX_EPOCH).await.unwrap();
        tx.commit().await.unwrap();
        store.close().await;
    });
    folder
}

/// Rows with something personal in every free text, and, when they are bad, in every other column as well.
fn rows(are_bad: bool) -> Vec<[String; 11]> {
    (0..N_ROWS)
        .map(|n| {
            let name = format!("Zzqtaint{n} Invented");
            let or = |good: &str| if are_bad { name.clone() } else { good.to_owned() };
            [
                format!("zzqtaint-{n}"),
                or("2026-11-20"),
                or("E23000009"),
                format!("zzqtaint-c{n}"),
                or("14-15"),
                or("instagram"),
                format!("zz_zzqtaint{n}"),
                or(&format!("07700 900{}", 300 + n)),
                or(&format!("zzqtaint{n}@example.org")),
                format!("It was {name} who said so"),
                format!("Ask zzqtaint{n}@example.org"),
            ]
        })
        .collect()
}

fn write_csv(file: &Path, rows: &[[String; 11]]) {
    let lines: Vec<String> = rows.iter().map(|row| row.join(",")).collect();
    std::fs::write(file, format!("{}\n{}\n", HEAD.join(","), lines.join("\n"))).unwrap();
}

fn write_xlsx(file: &Path, rows: &[[String; 11]]) {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    for (column, name) in (0_u16..).zip(HEAD) {
        sheet.write_string(0, column, name).unwrap();
    }
    for (line, row) in (1_u32..).zip(rows) {
        for (column, cell) in (0_u16..).zip(row) {
            sheet.write_string(line, column, cell).unwrap();
        }
    }
    workbook.save(file).unwrap();
}

#[test]
fn threat_t49_a_tainted_workbook_leaves_no_trace_in_the_terminal() {
    let folder = folder();
    let data = folder.path().join("data").display().to_string();
    let import = |file: &Path, more: &[&str]| {
        let file = file.display().to_string();
        let mut args = vec!["import", &file, "--data", &data, "--agency", "moorland-school"];
        args.extend(more);
        daymark(&args)
    };
    let mut told = String::new();
    for (name, write) in [("a.xlsx", write_xlsx as fn(&Path, &[[String; 11]])), ("a.csv", write_csv)] {
        let (good, bad) = (folder.path().join(name), folder.path().join(format!("bad-{name}")));
        write(&good, &rows(false));
        write(&bad, &rows(true));
        let refused = import(&bad, &[]);
        assert_eq!(refused.status.code(), Some(2), "{}", said(&refused));
        assert!(said(&refused).lines().count() > 3 * N_ROWS, "every problem is told: {}", said(&refused));
        let taken = import(&good, &[]);
        assert!(taken.status.success(), "{}", said(&taken));
        told.push_str(&said(&refused));
        told.push_str(&said(&taken));
    }
    // Known by now, and one of them says something else.
    let mut differing = rows(false);
    differing[3][4] = "16-17".to_owned();
    let file = folder.path().join("differs.csv");
    write_csv(&file, &differing);
    told.push_str(&said(&import(&file, &[])));
    let out = folder.path().join("audit.jsonl").display().to_string();
    assert!(daymark(&["audit", "export", "--data", &data, "--out", &out]).status.success());
    told.push_str(&std::fs::read_to_string(&out).unwrap());
    let plain = told.to_lowercase().replace(' ', "");
    for taint in ["zzqtaint", "invented\"", "077009003", "077009004"] {
        let at = plain.find(taint).map(|at| &plain[at.saturating_sub(80)..(at + 40).min(plain.len())]);
        assert_eq!(at, None, "{taint}");
    }
    assert!(told.contains("120 opened as cases") && told.contains("120 known word for word"), "{told:.400}");
}

#[test]
fn content_check_reads_the_lists_of_harmless_values() {
    let folder = tempfile::tempdir().unwrap();
    let content = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../content");
    copy(&content, folder.path());
    let dir = folder.path().display().to_string();
    let whole = daymark(&["content", "check", &dir]);
    assert!(said(&whole).contains("4 lists of harmless values, no problems"), "{}", said(&whole));
    let list = folder.path().join("harmless/banks.toml");
    let text = std::fs::read_to_string(&list).unwrap();
    std::fs::write(&list, text.replacen("effect =", "efect =", 1)).unwrap();
    let broken = daymark(&["content", "check", &dir]);
    assert_eq!(broken.status.code(), Some(1));
    assert!(said(&broken).contains("harmless/banks.toml:"), "{}", said(&broken));
    assert!(said(&broken).contains("1 problem to mend"), "{}", said(&broken));
}

fn copy(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            std::fs::create_dir_all(&target).unwrap();
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}
