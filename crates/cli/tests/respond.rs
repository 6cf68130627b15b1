//! `daymark respond` as its callers run it. All people are invented.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a failure here is the test's failure")]

use std::io::Write;
use std::process::{Command, Output, Stdio};

#[test]
fn plans_and_refusals() {
    trycmd::TestCases::new().case("tests/respond/*.trycmd");
}

fn respond(facts: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_daymark"))
        .args(["respond", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(facts.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

/// The keys of the contract, all of them and no others, from standard input.
#[test]
fn the_answer_has_the_shape_of_the_contract() {
    let output = respond(r#"{"child_age": 15, "coercion": true, "reported_to": ["police"]}"#);
    assert_eq!(output.status.code(), Some(0));
    assert!(output.stderr.is_empty());
    let answer: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let keys = |value: &serde_json::Value| -> Vec<String> {
        let mut keys: Vec<String> = value.as_object().unwrap().keys().cloned().collect();
        keys.sort();
        keys
    };
    assert_eq!(keys(&answer), ["ask_next", "follow_up", "left_out", "messages", "routes"]);
    let routes = answer["routes"].as_array().unwrap();
    for (index, route) in routes.iter().enumerate() {
        let expected =
            ["check_before_use", "id", "not_before", "order", "reason", "rules", "urgency", "who_does_it"];
        assert_eq!(keys(route), expected);
        assert_eq!(route["order"], index + 1);
    }
    let left_out = answer["left_out"].as_array().unwrap();
    assert!(left_out.iter().all(|left| keys(left) == ["id", "reason"]));
    assert!(left_out.iter().any(|left| left["id"] == "ceop"));
    assert!(
        answer["messages"].as_array().unwrap().last().unwrap().as_str().unwrap().contains("not your fault")
    );
    assert_eq!(answer["ask_next"][0], "immediate_danger");
    assert_eq!(answer["ask_next"][1], "suicide");
}

#[test]
fn bad_facts_are_refused_whole() {
    let output = respond("{\"child_age\": \"fifteen\",\n \"nation\": \"france\", \"nam\": 1}");
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
    let errors = String::from_utf8(output.stderr).unwrap();
    assert_eq!(errors.lines().count(), 3, "{errors}");
    assert!(errors.starts_with("standard input:1:15: `child_age` is not whole years"), "{errors}");
    assert!(!errors.contains("france") && !errors.contains("fifteen"), "{errors}");
}
