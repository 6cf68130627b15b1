//! Findings and rules, for people and for programs.

use std::io::Write;

use daymark_wording::figures::{self, Figure};
use daymark_wording::{Checker, Finding};
use serde::Serialize;

use super::document::Document;

/// One finding: the keys are a promise to other programs.
#[derive(Debug, Serialize)]
pub struct Row {
    file: String,
    line: usize,
    column: usize,
    end_column: usize,
    text: String,
    rule: String,
    severity: &'static str,
    code: &'static str,
    suggestion: String,
    reason: String,
}

impl Row {
    /// A finding in its document.
    pub fn new(file: &str, document: &Document, finding: &Finding) -> Self {
        let text = document.text.get(finding.span.clone()).unwrap_or_default();
        let (line, column) = document.place(finding.span.start);
        let last = text.chars().next_back().map_or(0, char::len_utf8);
        let (_, last_column) = document.place(finding.span.end.saturating_sub(last));
        Self {
            file: file.to_owned(),
            line,
            column,
            end_column: last_column + 1,
            text: text.split_whitespace().collect::<Vec<_>>().join(" "),
            rule: finding.rule.clone(),
            severity: finding.severity.code(),
            code: finding.code.code(),
            suggestion: finding.suggestions.join("; or: "),
            reason: finding.reason.clone(),
        }
    }
}

/// A list of findings as JSON.
pub fn as_json(rows: &[Row], out: &mut impl Write) -> anyhow::Result<()> {
    serde_json::to_writer_pretty(&mut *out, rows)?;
    writeln!(out)?;
    Ok(())
}

/// A line for each finding.
pub fn as_text(rows: &[Row], out: &mut impl Write) -> anyhow::Result<()> {
    for row in rows {
        let Row { file, line, column, text, rule, severity, code, suggestion, reason, .. } = row;
        writeln!(
            out,
            "{file}:{line}:{column}: “{text}”: {reason} (write: {suggestion}) [{rule} {code}/{severity}]"
        )?;
    }
    let n = rows.len();
    writeln!(out, "{n} {}", if n == 1 { "finding" } else { "findings" })?;
    Ok(())
}

/// A rule with its figures.
#[derive(Debug, Serialize)]
struct RuleRow {
    rule: String,
    name: String,
    code: &'static str,
    severity: &'static str,
    on: bool,
    precision: Option<f64>,
    recall: Option<f64>,
    n_found: u32,
    n_marked: u32,
}

fn rule_rows(checker: &Checker) -> Vec<RuleRow> {
    let mut rows: Vec<RuleRow> = checker
        .rules()
        .map(|(rule, on)| {
            let measured: Figure =
                figures::figure(&rule.rule, "develop").and(figures::figure(&rule.rule, "held-out"));
            RuleRow {
                rule: rule.rule.clone(),
                name: rule.name.clone(),
                code: rule.code.code(),
                severity: rule.severity.code(),
                on,
                precision: measured.precision(),
                recall: measured.recall(),
                n_found: measured.found,
                n_marked: measured.marked,
            }
        })
        .collect();
    rows.sort_by(|a, b| a.rule.cmp(&b.rule));
    rows
}

/// The rules as JSON.
pub fn rules_as_json(checker: &Checker, out: &mut impl Write) -> anyhow::Result<()> {
    serde_json::to_writer_pretty(&mut *out, &rule_rows(checker))?;
    writeln!(out)?;
    Ok(())
}

/// The rules as a table.
pub fn rules_as_text(checker: &Checker, out: &mut impl Write) -> anyhow::Result<()> {
    writeln!(out, "rule  code  on   precision      recall         name")?;
    for row in rule_rows(checker) {
        let share = |value: Option<f64>, n: u32| value.map_or("-".to_owned(), |v| format!("{v:.2} of {n}"));
        writeln!(
            out,
            "{:<5} {}/{}   {:<4} {:<14} {:<14} {}",
            row.rule,
            row.code,
            row.severity,
            if row.on { "on" } else { "off" },
            share(row.precision, row.n_found),
            share(row.recall, row.n_marked),
            row.name
        )?;
    }
    writeln!(out, "Measured on invented sentences by `cargo xtask bench wording`; see docs/wording.md.")?;
    Ok(())
}
