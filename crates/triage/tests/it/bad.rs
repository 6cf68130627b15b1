//! Proves that cases can fail: each example of `content/bad/case-fails/` is refused at its line.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use daymark_content::Content;
use daymark_triage::check_cases;

fn content_folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../content")
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).unwrap();
        }
    }
}

#[test]
fn a_case_that_comes_out_otherwise_is_refused_at_its_line() {
    let mut n_examples = 0;
    for entry in fs::read_dir(content_folder().join("bad/case-fails")).unwrap() {
        let example: toml::Table = fs::read_to_string(entry.unwrap().path()).unwrap().parse().unwrap();
        n_examples += 1;
        let dir = tempfile::tempdir().unwrap();
        copy(&content_folder(), dir.path());
        for change in example["change"].as_array().unwrap() {
            let path = dir.path().join(change["file"].as_str().unwrap());
            let text = fs::read_to_string(&path).unwrap();
            let find = change["find"].as_str().unwrap();
            assert!(text.contains(find), "{} no longer holds {find}", path.display());
            fs::write(&path, text.replacen(find, change["put"].as_str().unwrap(), 1)).unwrap();
        }
        let mut expected = BTreeSet::new();
        for refused in example["refused"].as_array().unwrap() {
            let file = format!("{}/{}", dir.path().display(), refused["file"].as_str().unwrap());
            let line_with = refused["line_with"].as_str().unwrap();
            let text = fs::read_to_string(&file).unwrap();
            let line = text.lines().position(|line| line.contains(line_with)).unwrap() + 1;
            expected.insert((file, line, refused["message"].as_str().unwrap().to_owned()));
        }
        let (content, problems) = Content::read_dir(dir.path());
        assert_eq!(problems, [], "the example is wrong in itself, too");
        let problems = check_cases(&content);
        assert!(problems.iter().all(|problem| problem.hint.starts_with("the plan is, in order: ")));
        let found: BTreeSet<_> =
            problems.into_iter().map(|problem| (problem.file, problem.line, problem.message)).collect();
        let lost: Vec<_> = expected.difference(&found).collect();
        assert!(lost.is_empty(), "not refused: {lost:#?}\nfound: {found:#?}");
    }
    assert!(n_examples > 0);
}
