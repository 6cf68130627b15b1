//! The program as its callers run it: an agency's file comes in, all of it or nothing. All data is invented.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a failure here is the test's failure")]

use std::path::Path;
use std::process::{Command, Output};

use daymark_store::agency::{self, Agency};
use daymark_store::{RootKeys, Store};
use daymark_vocab::{AgencyKind, OsEntropy};

const HEAD: &str = "report_id,agency,received_on,area,child_ref,child_age_band,platform_first,handles";

fn daymark(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_daymark")).args(args).output().unwrap()
}

#[track_caller]
fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
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

fn import(folder: &Path, file: &Path, more: &[&str]) -> Output {
    let data = folder.join("data");
    let (file, data) = (file.display().to_string(), data.display().to_string());
    let mut args = vec!["import", &file, "--data", &data, "--agency", "moorland-school"];
    args.extend(more);
    daymark(&args)
}

#[test]
fn a_file_comes_in_once() {
    let folder = folder();
    let file = folder.path().join("reports.csv");
    let row =
        |n: u32| format!("r-{n},moorland-school,2026-11-20,E23000009,c-{n},14-15,instagram,zz_syn_{n}\n");
    std::fs::write(&file, format!("{HEAD}\n{}{}", row(1), row(2))).unwrap();
    let dry = import(folder.path(), &file, &["--dry-run"]);
    assert_eq!(text(&dry.stdout), "2 reports: 2 would be opened as cases, 0 are known word for word\n");
    let first = import(folder.path(), &file, &[]);
    assert_eq!(text(&first.stdout), "2 reports: 2 opened as cases, 0 known word for word\n");
    let again = import(folder.path(), &file, &[]);
    assert_eq!(text(&again.stdout), "2 reports: 0 opened as cases, 2 known word for word\n");
    std::fs::write(&file, format!("{HEAD}\n{}{}", row(3), row(2).replace("14-15", "16-17"))).unwrap();
    let differs = import(folder.path(), &file, &[]);
    assert_eq!(differs.status.code(), Some(2));
    assert!(
        text(&differs.stderr).contains("reports.csv:3:0: `report_id`: a report with this id is here already")
    );
    std::fs::write(&file, format!("{HEAD}\n{}", row(3))).unwrap();
    let third = import(folder.path(), &file, &["--dry-run"]);
    assert!(text(&third.stdout).contains("1 would be opened"), "nothing of the refused file was kept");
}

#[test]
fn every_problem_is_told_and_nothing_is_written() {
    let folder = folder();
    let file = folder.path().join("bad.csv");
    std::fs::write(
        &file,
        format!(
            "{HEAD}\nr-1,moorland-school,03/04/26,E23000009,c-1,14-155,,\nr-2,dales-police,2026-11-20,E23000009,c-2,14-15,,\nr-3,moorland-school,2026-11-20,E23000009,c-3,14-15,,\n"
        ),
    )
    .unwrap();
    let refused = import(folder.path(), &file, &[]);
    assert_eq!(refused.status.code(), Some(2));
    let errors = text(&refused.stderr);
    let lines: Vec<&str> = errors.lines().collect();
    assert_eq!(lines.len(), 4, "{errors}");
    for (line, place) in lines.iter().zip([
        "bad.csv:2:3: `received_on`",
        "bad.csv:2:6: `child_age_band`",
        "bad.csv:3:0: `agency`",
    ]) {
        assert!(line.contains(place) && line.contains('('), "{line}");
    }
    assert_eq!(lines[3], "3 problems; nothing was imported");
    std::fs::write(&file, format!("{HEAD}\nr-3,moorland-school,2026-11-20,E23000009,c-3,14-15,,\n")).unwrap();
    assert!(text(&import(folder.path(), &file, &["--dry-run"]).stdout).contains("1 would be opened"));
}

#[test]
fn a_workbook_is_read_in_a_child_and_an_image_is_not_read_at_all() {
    let folder = folder();
    let columns = text(&daymark(&["import", "--template"]).stdout);
    assert!(columns.starts_with("report_id,agency,received_on,area"));
    let (content, _) = daymark_content::Content::embedded();
    let template = daymark_web::intake::template(&content).unwrap();
    let file = folder.path().join("reports.xlsx");
    std::fs::write(&file, daymark_exchange::template::xlsx(template.columns()).unwrap()).unwrap();
    let empty = import(folder.path(), &file, &[]);
    assert!(text(&empty.stderr).contains("there is no row under the headings"), "{empty:?}");
    let image = folder.path().join("reports.csv");
    std::fs::write(&image, b"\xff\xd8\xff\xe0\x00\x10JFIF\x00").unwrap();
    let refused = import(folder.path(), &image, &[]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(text(&refused.stderr).contains("refused (JPEG image)"), "{refused:?}");
}

#[test]
fn a_key_that_others_may_read_is_refused_with_the_mend() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder();
    let key = folder.path().join("data/keys/root.key");
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o444)).unwrap();
    let file = folder.path().join("reports.csv");
    std::fs::write(&file, HEAD).unwrap();
    let refused = import(folder.path(), &file, &[]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(text(&refused.stderr).contains("chmod 0400"), "{refused:?}");
}

#[test]
fn the_audit_verifies_until_somebody_changes_it() {
    let folder = folder();
    let file = folder.path().join("reports.csv");
    std::fs::write(&file, format!("{HEAD}\nr-1,moorland-school,2026-11-20,E23000009,c-1,14-15,,\n")).unwrap();
    assert!(import(folder.path(), &file, &[]).status.success());
    let data = folder.path().join("data").display().to_string();
    let export = folder.path().join("audit.jsonl");
    let name = export.display().to_string();
    assert!(daymark(&["audit", "export", "--data", &data, "--out", &name]).status.success());
    let whole = daymark(&["audit", "verify", &name]);
    assert!(whole.status.success() && text(&whole.stdout).contains("all whole"), "{whole:?}");
    let written = std::fs::read_to_string(&export).unwrap();
    assert!(!written.contains("c-1"), "no word of a report");
    std::fs::write(&export, written.replace("\"member\":\"operator\"", "\"member\":\"somebody\"")).unwrap();
    let changed = daymark(&["audit", "verify", &name]);
    assert_eq!(changed.status.code(), Some(1));
    assert!(text(&changed.stderr).contains("was changed"), "{changed:?}");
    let cut: String = written.lines().take(2).map(|line| format!("{line}\n")).collect();
    std::fs::write(&export, cut).unwrap();
    assert_eq!(daymark(&["audit", "verify", &name]).status.code(), Some(1), "cut off at the end");
    std::fs::write(&export, "{}\n").unwrap();
    assert_eq!(daymark(&["audit", "verify", &name]).status.code(), Some(2));
}

#[test]
fn a_backup_is_proved_and_restored() {
    let folder = folder();
    let file = folder.path().join("reports.csv");
    std::fs::write(&file, format!("{HEAD}\nr-1,moorland-school,2026-11-20,E23000009,c-1,14-15,,\n")).unwrap();
    assert!(import(folder.path(), &file, &[]).status.success());
    let (data, copy) = (folder.path().join("data"), folder.path().join("copy.db"));
    let (data, copy_name) = (data.display().to_string(), copy.display().to_string());
    let made = daymark(&["backup", "--data", &data, "--out", &copy_name]);
    assert!(made.status.success(), "{made:?}");
    let proved = daymark(&["restore", &copy_name, "--verify", "--data", &data]);
    assert!(proved.status.success() && text(&proved.stdout).contains("the keys fit"), "{proved:?}");
    let new = folder.path().join("new").display().to_string();
    assert!(daymark(&["restore", &copy_name, "--data", &new]).status.success());
    std::fs::create_dir_all(folder.path().join("new/keys")).unwrap();
    std::fs::copy(folder.path().join("data/keys/root.key"), folder.path().join("new/keys/root.key")).unwrap();
    let again =
        daymark(&["import", &file.display().to_string(), "--data", &new, "--agency", "moorland-school"]);
    assert!(text(&again.stdout).contains("1 known word for word"), "{again:?}");
    let mut bytes = std::fs::read(&copy).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&copy, bytes).unwrap();
    assert_ne!(daymark(&["restore", &copy_name, "--verify", "--data", &data]).status.code(), Some(0));
}

#[test]
fn every_command_has_an_example() {
    for command in [
        &["serve"][..],
        &["import"],
        &["sample"],
        &["watch", "detect"],
        &["content", "check"],
        &["token", "issue"],
        &["token", "revoke"],
        &["audit", "export"],
        &["audit", "verify"],
        &["backup"],
        &["restore"],
    ] {
        let help = daymark(&[command, &["--help"]].concat());
        assert!(help.status.success(), "{command:?}");
        assert!(text(&help.stdout).contains("Example"), "{command:?}");
    }
}
