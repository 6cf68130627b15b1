//! Proves that every check refuses: each example of `content/bad/` is refused at its line, with its words.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::content::Content;
use crate::file::{self, ContentFile};
use crate::problem::{Check, Findings};
use crate::section::{self, Section};

fn bad_folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../content/bad")
}

/// Applies the changes of one example to the real files.
fn changed(example: &mut Section<'_>) -> Vec<ContentFile> {
    let mut files = file::embedded();
    for mut change in example.tables("change") {
        let (path, put) = (change.text("file"), change.optional_text("put").unwrap_or_default());
        let find = change.optional_text("find");
        match (find, files.iter_mut().find(|file| file.path == path)) {
            (Some(find), Some(file)) => {
                assert!(file.text().contains(&find), "{path} no longer holds: {find}");
                *file = ContentFile::new(file::EMBEDDED, &path, file.text().replacen(&find, &put, 1));
            }
            (None, None) => files.push(ContentFile::new(file::EMBEDDED, &path, put)),
            (find, file) => panic!("{path}: find {find:?}, file there: {}", file.is_some()),
        }
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

/// The number of the line that holds `wanted`; `wanted#3` is the third that does.
fn line_with(text: &str, wanted: &str) -> usize {
    let (wanted, nth) = match wanted.rsplit_once('#') {
        Some((before, n)) if n.parse::<usize>().is_ok() => (before, n.parse::<usize>().unwrap()),
        _ => (wanted, 1),
    };
    let mut lines = text.lines().enumerate().filter(|(_, line)| line.contains(wanted));
    lines.nth(nth - 1).unwrap_or_else(|| panic!("no line holds {wanted}")).0 + 1
}

/// What is wrong with one example; empty when it is refused as it says.
fn differences(check: Check, path: &Path) -> String {
    let name = path.display().to_string();
    let example = ContentFile::new("bad", &name, fs::read_to_string(path).unwrap());
    let own = Findings::default();
    let table = section::parse(&example, &own).expect(&name);
    let mut section = Section::new(&example, &own, table.get_ref(), table.span());
    let files = changed(&mut section);
    let today = section.optional_date("today");
    let mut expected = BTreeSet::new();
    for mut refused in section.tables("refused") {
        let path = refused.text("file");
        let text =
            files.iter().find(|file| file.path == path).map(|file| file.text().to_owned()).expect(&path);
        let line = line_with(&text, &refused.text("line_with"));
        expected.insert((format!("content/{path}"), line, refused.text("message")));
    }
    assert!(!expected.is_empty(), "{name} expects nothing");

    let (content, mut problems) = Content::read(file::EMBEDDED, &files, Findings::default());
    problems.extend(today.map(|today| content.overdue(today)).unwrap_or_default());
    assert!(problems.iter().all(|problem| !problem.hint.is_empty()), "{name}: a problem without a hint");
    let found: BTreeSet<_> = problems
        .iter()
        .filter(|problem| problem.check == check)
        .map(|problem| (problem.file.clone(), problem.line, problem.message.clone()))
        .collect();
    let lost = expected
        .difference(&found)
        .map(|(file, line, message)| format!("not refused: {file}:{line}: {message}\n"));
    let other = found
        .difference(&expected)
        .map(|(file, line, message)| format!("refused beside it: {file}:{line}: {message}\n"));
    let differences: String = lost.chain(other).collect();
    if differences.is_empty() { differences } else { format!("{name}\n{differences}") }
}

/// What content cannot try by itself: `triage` does, and its tests run these examples.
const TRIED_BY_TRIAGE: &[Check] = &[Check::CaseFails];

#[test]
fn every_check_refuses_its_examples() {
    let mut wrong = String::new();
    for word in Check::ALL.iter().filter(|check| !TRIED_BY_TRIAGE.contains(check)) {
        let folder = bad_folder().join(word.code());
        let mut n_examples = 0;
        for entry in fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
            wrong += &differences(*word, &entry.unwrap().path());
            n_examples += 1;
        }
        assert!(n_examples > 0, "`{}` has no example", word.code());
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn every_folder_of_examples_is_a_check() {
    for entry in fs::read_dir(bad_folder()).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_dir() {
            let name = entry.file_name().into_string().unwrap();
            assert!(Check::ALL.iter().any(|check| check.code() == name), "no check is called {name}");
        }
    }
}
