//! What holds for every template: nothing inline, no address outside, nothing let through unescaped.

use std::fs;
use std::path::{Path, PathBuf};

/// Path and text of every template of this crate.
pub(crate) fn templates() -> Vec<(String, String)> {
    let mut found = Vec::new();
    gather(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), "html", &mut found);
    assert!(found.len() > 30, "only {} templates were found", found.len());
    found
}

fn gather(folder: &Path, extension: &str, found: &mut Vec<(String, String)>) {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            gather(&path, extension, found);
        } else if path.extension().is_some_and(|found| found == extension) {
            found.push((path.display().to_string(), fs::read_to_string(&path).expect("text")));
        }
    }
}

/// Attribute names of the shape `on…=` and `style=`, wherever a tag could hold them.
fn inline_attributes(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices('=') {
        let name: String = text[..at].chars().rev().take_while(char::is_ascii_alphabetic).collect();
        let name: String = name.chars().rev().collect::<String>().to_ascii_lowercase();
        let before = text[..at - name.len()].chars().next_back();
        let quoted = matches!(text[at + 1..].chars().next(), Some('"' | '\'' | '{'));
        let is_event = name.len() > 4 && name.starts_with("on");
        if quoted && (name == "style" || is_event) && before.is_some_and(char::is_whitespace) {
            found.push(name);
        }
    }
    found
}

#[test]
fn inline_attributes_are_recognised() {
    assert_eq!(inline_attributes("<p style=\"x\"><a onclick='y' data-on=\"1\">"), ["style", "onclick"]);
    assert!(inline_attributes("<p class=\"style\">one = two").is_empty());
}

#[test]
fn no_template_holds_an_inline_style_or_script() {
    for (path, text) in templates() {
        assert_eq!(inline_attributes(&text), Vec::<String>::new(), "{path}");
        assert!(!text.contains("<style"), "{path}: a style element");
        for rest in text.split("<script").skip(1) {
            let opening = rest.split('>').next().unwrap_or_default();
            assert!(opening.contains("src="), "{path}: a script without a file: {opening}");
        }
        assert!(!text.contains("javascript:"), "{path}");
        let outside =
            text.split("src=\"").skip(1).any(|rest| rest.starts_with("http") || rest.starts_with("//"));
        assert!(!outside, "{path}: a file from elsewhere");
    }
}

#[test]
fn no_template_switches_escaping_off() {
    for (path, text) in templates() {
        for filter in ["|safe", "| safe", "escape(\"none\")", "|e(\"none\")"] {
            assert!(!text.contains(filter), "{path}: `{filter}`; make it a `Markup` or a component");
        }
    }
}
