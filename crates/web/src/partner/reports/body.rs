//! What a machine sent: JSON becomes the same rows of cells that a file has, so that one set of rules reads both.

use daymark_exchange::Problem;
use daymark_exchange::reports::{ColumnKind, Row, RowCell, Template};
use daymark_vocab::AgencyId;
use serde_json::{Map, Value};

use super::MAX_REPORTS;
use crate::edge::api_problem::ApiItem;

/// The reports as rows, the first of which holds the headings. Row *n* stands for report *n*, from 1.
#[derive(Debug)]
pub struct Body {
    /// Headings and reports.
    pub rows: Vec<Row>,
    is_list: bool,
}

fn item(pointer: String, message: impl Into<String>, hint: impl Into<String>) -> ApiItem {
    ApiItem { pointer, message: message.into(), hint: hint.into() }
}

/// A key as a part of a JSON pointer.
fn escaped(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

impl Body {
    /// Reads one report or a list of them. A report without `agency` is the sender's own.
    ///
    /// # Errors
    /// All problems of the shape: what is no report, names that the template lacks, values of another kind.
    pub fn read(json: &Value, template: &Template, agency: &AgencyId) -> Result<Self, Vec<ApiItem>> {
        let (reports, is_list) = match json {
            Value::Array(reports) => (reports.as_slice(), true),
            one => (std::slice::from_ref(one), false),
        };
        if reports.is_empty() || reports.len() > MAX_REPORTS {
            let message = format!("a list holds from 1 to {MAX_REPORTS} reports, this one {}", reports.len());
            return Err(vec![item(String::new(), message, "send several requests")]);
        }
        let mut problems = Vec::new();
        let heading = template.columns().iter().map(|column| cell(column.column.clone(), 0)).collect();
        let mut rows = vec![Row { line: 0, cells: heading }];
        for (number, report) in (1..).zip(reports) {
            let base = if is_list { format!("/{}", number - 1) } else { String::new() };
            match report {
                Value::Object(report) => {
                    rows.push(row(report, number, &base, template, agency, &mut problems))
                }
                _ => problems.push(item(base, "a report is a JSON object", "send its columns as names")),
            }
        }
        if problems.is_empty() { Ok(Self { rows, is_list }) } else { Err(problems) }
    }

    /// A problem of a row as a problem of the JSON it came from.
    pub fn located(&self, problem: &Problem) -> ApiItem {
        let mut pointer = String::new();
        if self.is_list && problem.line > 0 {
            pointer = format!("/{}", problem.line - 1);
        }
        if let Some(name) = &problem.column_name {
            pointer.push('/');
            pointer.push_str(&escaped(name));
        }
        let message = problem.message.replace("stands on line", "is the one of report");
        item(pointer, message, problem.hint.clone())
    }

    /// A problem of the whole report with this number, from 1.
    pub fn of_report(&self, number: u64, message: &str, hint: &str) -> ApiItem {
        self.located(&Problem::of_cell(number, 0, Some("report_id"), message, hint))
    }
}

fn cell(text: String, line: u64) -> RowCell {
    RowCell { text, line, is_error: false }
}

fn row(
    report: &Map<String, Value>,
    number: u64,
    base: &str,
    template: &Template,
    agency: &AgencyId,
    problems: &mut Vec<ApiItem>,
) -> Row {
    for name in report.keys().filter(|name| template.column(name).is_none()) {
        let hint = "use the template’s names; `GET /api/openapi.json` lists them";
        problems.push(item(format!("{base}/{}", escaped(name)), "the template has no such column", hint));
    }
    let cells = template.columns().iter().map(|column| {
        let takes_list = matches!(column.kind, ColumnKind::Codes | ColumnKind::Selectors(..));
        let text = match report.get(&column.column) {
            None if column.kind == ColumnKind::Agency => Ok(agency.to_string()),
            None => Ok(String::new()),
            Some(value) => text_of(value, takes_list),
        };
        let text = text.unwrap_or_else(|(message, hint)| {
            problems.push(item(format!("{base}/{}", column.column), message, hint));
            String::new()
        });
        cell(text, number)
    });
    Row { line: number, cells: cells.collect() }
}

/// The text of one value, as it would stand in a cell.
fn text_of(value: &Value, takes_list: bool) -> Result<String, (&'static str, &'static str)> {
    match value {
        Value::Null => Ok(String::new()),
        Value::Bool(yes) => Ok(if *yes { "yes" } else { "no" }.to_owned()),
        Value::Number(number) => Ok(number.to_string()),
        Value::String(text) => Ok(text.clone()),
        Value::Array(values) if takes_list => {
            let texts: Option<Vec<&str>> = values.iter().map(Value::as_str).collect();
            match texts {
                Some(texts) if texts.iter().all(|text| !text.contains('|')) => Ok(texts.join("|")),
                _ => Err(("not a list of texts", "send texts without `|`")),
            }
        }
        Value::Array(_) => Err(("one value, not a list", "send a text, a number, true or false")),
        Value::Object(_) => Err(("a value, not an object", "send a text, a number, true or false")),
    }
}
