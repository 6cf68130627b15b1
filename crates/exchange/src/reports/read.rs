//! Rows of cells become parsed reports. All problems are found in one pass; none hides another.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use daymark_vocab::selector::{Selector, SelectorKind};
use daymark_vocab::{AgencyId, EntityKind, FieldId, Known, Private, Value};
use sha2::{Digest, Sha256};

use super::cell::{self, Wrong};
use super::columns::{ColumnKind, Template, TemplateColumn};
use super::rows::Row;
use crate::problem::Problem;

/// Most problems that are listed; a last line says how many more there are.
pub const MAX_PROBLEMS: usize = 10_000;

/// Most selectors in one cell.
const MAX_SELECTORS: usize = 200;

/// What a selector was used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SelectorRole {
    /// To reach or threaten the child.
    Contact,
    /// To receive money.
    Payee,
}

impl SelectorRole {
    /// The word in store and files.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Contact => "contact",
            Self::Payee => "payee",
        }
    }
}

/// Their headings → ours. A heading mapped to nothing is left out on purpose.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mapping {
    by_heading: BTreeMap<String, Option<String>>,
}

impl Mapping {
    /// Their `heading` is our `column`.
    #[must_use]
    pub fn with(mut self, heading: &str, column: &str) -> Self {
        self.by_heading.insert(plain_heading(heading), Some(column.to_owned()));
        self
    }

    /// Their `heading` is left out.
    #[must_use]
    pub fn without(mut self, heading: &str) -> Self {
        self.by_heading.insert(plain_heading(heading), None);
        self
    }
}

/// A heading that neither the template nor the mapping knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownHeading {
    /// Its place, from 1.
    pub column: usize,
    /// As it stands in the file.
    pub heading: String,
    /// The template's column that it may mean.
    pub suggestion: Option<String>,
}

/// The headings that somebody must place before the file can be read; those without a name are left out.
pub fn unknown_headings(heading: &Row, template: &Template, mapping: &Mapping) -> Vec<UnknownHeading> {
    let known = |name: &str| template.columns().iter().any(|column| column.column == name);
    let unknown = heading.cells.iter().enumerate().filter_map(|(at, cell)| {
        let name = plain_heading(&cell.text);
        if name.is_empty() || known(&name) || mapping.by_heading.contains_key(&name) {
            return None;
        }
        let near = cell::nearest(&name, template.columns().iter().map(|c| c.column.as_str()));
        Some(UnknownHeading {
            column: at + 1,
            heading: cell.text.trim().to_owned(),
            suggestion: near.map(str::to_owned),
        })
    });
    unknown.collect()
}

/// One statement of one report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParsedFact {
    /// The kind of thing it is about.
    pub entity: EntityKind,
    /// Which one of several, from 1; 0 for what belongs to all of that kind.
    pub ordinal: u8,
    /// The field.
    pub field: FieldId,
    /// The value, or which of the four ways it is not known.
    pub value: Known<Value>,
}

/// One selector of one report. Each becomes an account of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParsedSelector {
    /// The selector, as typed and canonical.
    pub selector: Selector,
    /// What it was used for.
    pub role: SelectorRole,
    /// The column it stood in.
    pub column: String,
}

/// One row, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParsedReport {
    /// Physical line the row begins on.
    pub line: u64,
    /// The sender's own id of the report, unique in the file for its agency.
    pub external_id: Private<String>,
    /// The agency that received it; `None` when the file has no such column.
    pub agency: Option<AgencyId>,
    /// Its facts, in the order of the columns. An empty cell makes none.
    pub facts: Vec<ParsedFact>,
    /// Its selectors, in the order of the columns, without repeats.
    pub selectors: Vec<ParsedSelector>,
    /// Selector columns that hold a word for not knowing, such as `declined`, with that state.
    pub selector_states: Vec<(String, Known<Value>)>,
    /// The same for the same content, however the row was written: SHA-256 in hexadecimal, over the agency, the
    /// facts and the selectors, sorted. Equal digests mean that nothing has changed.
    pub digest: String,
}

/// What came of a file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Read {
    /// The rows without a problem.
    pub reports: Vec<ParsedReport>,
    /// All problems, in the order of lines and columns.
    pub problems: Vec<Problem>,
}

/// Reads rows, the first of which holds the headings.
pub fn read_rows(rows: Vec<Row>, template: &Template, mapping: &Mapping) -> Read {
    let mut rows = rows.into_iter();
    let Some(heading) = rows.next() else {
        let problem = Problem::of_file("the file is empty", "send the headings and at least one row");
        return Read { reports: Vec::new(), problems: vec![problem] };
    };
    let (places, mut problems) = columns_of(&heading, template, mapping);
    if !problems.is_empty() {
        return Read { reports: Vec::new(), problems };
    }
    let mut reports = Vec::new();
    let mut seen: BTreeMap<(Option<String>, String), u64> = BTreeMap::new();
    let mut n_more = 0_usize;
    let mut n_rows = 0_usize;
    for row in rows.filter(|row| !row.is_blank()) {
        n_rows += 1;
        let mut reader = RowReader { row: &row, problems: Vec::new() };
        let report = reader.report(template, &places);
        if let Some(report) = report {
            let key =
                (report.agency.as_ref().map(|a| a.as_str().to_owned()), report.external_id.reveal().clone());
            let first = *seen.entry(key).or_insert(row.line);
            if first == row.line {
                reports.push(report);
            } else {
                let at = places.iter().position(|place| place.is_some_and(|c| is_external_id(template, c)));
                let message = format!("the same report id stands on line {first}");
                let hint = "give each report its own id, or remove the repeated row";
                let column = at.map_or(0, |at| at + 1);
                reader.problems.push(Problem::of_cell(row.line, column, Some("report_id"), message, hint));
            }
        }
        for problem in reader.problems {
            if problems.len() < MAX_PROBLEMS { problems.push(problem) } else { n_more += 1 }
        }
    }
    if n_rows == 0 && problems.is_empty() {
        problems.push(Problem::of_line(
            heading.line,
            "there is no row under the headings",
            "add at least one report",
        ));
    }
    problems.sort();
    if n_more > 0 {
        problems.push(Problem::of_file(
            format!("and {n_more} more problems"),
            "mend these first, then try again",
        ));
    }
    Read { reports, problems }
}

fn is_external_id(template: &Template, column: usize) -> bool {
    template
        .columns()
        .get(column)
        .and_then(|c| c.field.as_ref())
        .is_some_and(|f| f.as_str() == "report.external_id")
}

fn plain_heading(heading: &str) -> String {
    let lower = heading.trim().to_lowercase();
    lower.chars().map(|c| if c == ' ' || c == '-' { '_' } else { c }).collect()
}

/// For each of their columns the index of ours, with the problems of the headings.
fn columns_of(heading: &Row, template: &Template, mapping: &Mapping) -> (Vec<Option<usize>>, Vec<Problem>) {
    let mut problems = Vec::new();
    let mut places: Vec<Option<usize>> = Vec::new();
    let mut taken: BTreeMap<usize, usize> = BTreeMap::new();
    let index_of = |name: &str| template.columns().iter().position(|column| column.column == name);
    if let [only] = heading.cells.as_slice()
        && (only.text.contains(';') || only.text.contains('\t'))
    {
        let message = "the columns are separated by semicolons or tabs";
        problems.push(Problem::of_line(
            heading.line,
            message,
            "save the file with commas between the columns",
        ));
        return (places, problems);
    }
    for (at, cell) in heading.cells.iter().enumerate() {
        let name = plain_heading(&cell.text);
        let place = match mapping.by_heading.get(&name) {
            Some(None) => None,
            Some(Some(ours)) => match index_of(ours) {
                Some(index) => Some(index),
                None => {
                    let message =
                        format!("column {} is mapped to a column that the template does not have", at + 1);
                    problems.push(Problem::of_cell(
                        cell.line,
                        at + 1,
                        None,
                        message,
                        "choose one of the template’s columns",
                    ));
                    None
                }
            },
            None if name.is_empty() => {
                let message = format!("column {} has no heading", at + 1);
                problems.push(Problem::of_cell(
                    cell.line,
                    at + 1,
                    None,
                    message,
                    "give it a heading of the template, or delete it",
                ));
                None
            }
            None => {
                let index = index_of(&name);
                if index.is_none() {
                    let near = cell::nearest(&name, template.columns().iter().map(|c| c.column.as_str()));
                    let hint = near.map_or_else(
                        || "use the template’s headings, or say which of its columns this is".to_owned(),
                        |near| format!("did you mean `{near}`?"),
                    );
                    let message = format!("the heading of column {} is not one of the template’s", at + 1);
                    problems.push(Problem::of_cell(cell.line, at + 1, None, message, hint));
                }
                index
            }
        };
        if let Some(index) = place
            && let Some(first) = taken.insert(index, at)
        {
            let ours = template.columns().get(index).map(|c| c.column.as_str());
            let message = format!("columns {} and {} are the same", first + 1, at + 1);
            problems.push(Problem::of_cell(cell.line, at + 1, ours, message, "keep one of them"));
        }
        places.push(place);
    }
    for (index, column) in template.columns().iter().enumerate() {
        let partner_there = match column.kind {
            ColumnKind::Amount => taken.contains_key(&(index + 1)),
            ColumnKind::Currency => index.checked_sub(1).is_some_and(|before| taken.contains_key(&before)),
            _ => false,
        };
        // The agency may also come with the import itself; the caller then fills it in.
        let needed = column.required && column.kind != ColumnKind::Agency || partner_there;
        if needed && !taken.contains_key(&index) {
            let message = "this column is missing";
            let hint = "add it, or say which of your columns it is";
            problems.push(Problem::of_cell(heading.line, 0, Some(&column.column), message, hint));
        }
    }
    problems.sort();
    (places, problems)
}

struct RowReader<'r> {
    row: &'r Row,
    problems: Vec<Problem>,
}

impl RowReader<'_> {
    fn problem(&mut self, at: usize, column: &TemplateColumn, wrong: Wrong) {
        let line = self.row.cells.get(at).map_or(self.row.line, |cell| cell.line);
        self.problems.push(Problem::of_cell(line, at + 1, Some(&column.column), wrong.message, wrong.hint));
    }

    /// The report, when no cell has a problem.
    fn report(&mut self, template: &Template, places: &[Option<usize>]) -> Option<ParsedReport> {
        if self.row.cells.len() > places.len() {
            let (has, wanted) = (self.row.cells.len(), places.len());
            let extra_filled = self.row.cells.iter().skip(wanted).any(|cell| !cell.text.trim().is_empty());
            if extra_filled {
                let message = format!("this row has {has} cells, the heading {wanted}");
                let hint = "put cells that contain a comma into quotation marks";
                self.problems.push(Problem::of_line(self.row.line, message, hint));
            }
        }
        let bare_platform = self.bare_platform(template, places);
        let mut report = ParsedReport {
            line: self.row.line,
            external_id: Private::default(),
            agency: None,
            facts: Vec::new(),
            selectors: Vec::new(),
            selector_states: Vec::new(),
            digest: String::new(),
        };
        // In the order of the template, so that a file with its columns moved gives the same report.
        for (index, column) in template.columns().iter().enumerate() {
            let Some(at) = places.iter().position(|place| *place == Some(index)) else { continue };
            let cell = self.row.cells.get(at);
            if cell.is_some_and(|cell| cell.is_error) {
                let hint = "repair the formula, or write the value";
                self.problem(at, column, Wrong::new("the spreadsheet shows an error here", hint));
                continue;
            }
            let text = cell.map(|cell| cell.text.clone()).unwrap_or_default();
            self.read_cell(
                &mut report,
                template,
                places,
                (index, at),
                column,
                &text,
                bare_platform.as_deref(),
            );
        }
        if !self.problems.is_empty() {
            return None;
        }
        report.digest = digest(&report);
        Some(report)
    }

    /// The platform of handles that name none: the one that was used first.
    fn bare_platform(&self, template: &Template, places: &[Option<usize>]) -> Option<String> {
        let first =
            |c: &TemplateColumn| c.field.as_ref().is_some_and(|f| f.as_str() == "incident.platform_first");
        let index = template.columns().iter().position(first)?;
        let at = places.iter().position(|place| *place == Some(index))?;
        let text = self.row.cells.get(at)?.text.trim().to_lowercase();
        let column = template.columns().get(index)?;
        column.allowed.contains(&text).then_some(text)
    }

    #[allow(
        clippy::too_many_arguments,
        reason = "one cell and everything around it; a struct would be used once"
    )]
    fn read_cell(
        &mut self,
        report: &mut ParsedReport,
        template: &Template,
        places: &[Option<usize>],
        (index, at): (usize, usize),
        column: &TemplateColumn,
        text: &str,
        bare_platform: Option<&str>,
    ) {
        let empty = text.trim().is_empty();
        if empty && column.required {
            let wrong = Wrong::new("this cell must not be empty", "fill it in, or write `unknown`");
            self.problem(at, column, wrong);
            return;
        }
        match column.kind {
            ColumnKind::Marker | ColumnKind::Currency => {}
            ColumnKind::Agency => match text.trim().parse() {
                Ok(agency) => report.agency = Some(agency),
                Err(_) => {
                    let hint = "use the agency’s id, such as `north-yorkshire-police`";
                    self.problem(at, column, Wrong::new("not an agency id", hint));
                }
            },
            ColumnKind::Amount => {
                let currency_at = places.iter().position(|place| *place == Some(index + 1));
                let currency =
                    currency_at.and_then(|at| self.row.cells.get(at)).map(|cell| cell.text.clone());
                match cell::amount(text, &currency.unwrap_or_default()) {
                    Ok(None) => {}
                    Ok(Some(value)) => self.fact(report, column, value),
                    Err((0, wrong)) => self.problem(at, column, wrong),
                    Err((_, wrong)) => {
                        let partner = template.columns().get(index + 1).unwrap_or(column);
                        self.problem(currency_at.unwrap_or(at), partner, wrong);
                    }
                }
            }
            ColumnKind::Selectors(kind, role) => match cell::absent(text) {
                Some(state) => report.selector_states.push((column.column.clone(), state)),
                None => self.selectors(report, at, column, (kind, role), text, bare_platform),
            },
            _ if empty => {}
            _ => match cell::value(column, text) {
                Ok(value) => {
                    let is_id = column.field.as_ref().is_some_and(|f| f.as_str() == "report.external_id");
                    match (&value, is_id) {
                        (Known::Yes(Value::Text(id)), true) => report.external_id = id.clone(),
                        (_, true) => {
                            let wrong = Wrong::new(
                                "a report needs an id",
                                "give the report’s number in your own system",
                            );
                            self.problem(at, column, wrong);
                        }
                        (_, false) => {}
                    }
                    self.fact(report, column, value);
                }
                Err(wrong) => self.problem(at, column, wrong),
            },
        }
    }

    fn fact(&self, report: &mut ParsedReport, column: &TemplateColumn, value: Known<Value>) {
        let (entity, ordinal) = (column.entity, column.ordinal);
        report.facts.extend(column.field.clone().map(|field| ParsedFact { entity, ordinal, field, value }));
    }

    fn selectors(
        &mut self,
        report: &mut ParsedReport,
        at: usize,
        column: &TemplateColumn,
        (kind, role): (SelectorKind, SelectorRole),
        text: &str,
        bare_platform: Option<&str>,
    ) {
        let platform = if kind == SelectorKind::Handle { bare_platform } else { None };
        let mut n_read = 0;
        for (n, typed) in cell::list(text).enumerate() {
            n_read = n + 1;
            if n_read > MAX_SELECTORS {
                continue;
            }
            match Selector::parse(kind, platform, typed) {
                Ok(selector) => {
                    let key = selector.canonical_key();
                    if report.selectors.iter().all(|known| known.selector.canonical_key() != key) {
                        let column = column.column.clone();
                        report.selectors.push(ParsedSelector { selector, role, column });
                    }
                }
                Err(error) => {
                    let message = error.to_string();
                    let (what, hint) =
                        message.split_once(": ").unwrap_or((&message, "compare it with the original"));
                    self.problem(at, column, Wrong::new(format!("value {}: {what}", n + 1), hint));
                }
            }
        }
        if n_read > MAX_SELECTORS {
            let message = format!("more than {MAX_SELECTORS} values in one cell");
            self.problem(at, column, Wrong::new(message, "split the report"));
        }
    }
}

/// SHA-256 over the content of a report, each part with its length in front so that no two contents run together.
fn digest(report: &ParsedReport) -> String {
    let mut parts = BTreeSet::new();
    for fact in &report.facts {
        let value = match &fact.value {
            Known::Yes(value) => format!("known {}", plain_value(value)),
            other => other.code().to_owned(),
        };
        parts.insert(format!("{} {} {} {value}", fact.entity, fact.ordinal, fact.field));
    }
    for known in &report.selectors {
        // As typed, too: a corrected spelling is a change that must be kept.
        let (key, typed) = (known.selector.canonical_key(), known.selector.as_typed());
        parts.insert(format!("selector {} {} {}", known.role.code(), key.reveal(), typed.reveal()));
    }
    for (column, state) in &report.selector_states {
        parts.insert(format!("selectors {column} {}", state.code()));
    }
    let mut hash = Sha256::new();
    let agency = report.agency.as_ref().map_or("", AgencyId::as_str).to_owned();
    for part in std::iter::once(agency).chain(parts) {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part.as_bytes());
    }
    hash.finalize().iter().fold(String::with_capacity(64), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

fn plain_value(value: &Value) -> String {
    match value {
        Value::Code(code) => format!("code {code}"),
        Value::Codes(codes) => format!("codes {}", codes.join("|")),
        Value::Number(number) => format!("number {number}"),
        Value::YesNo(yes) => format!("yes-no {yes}"),
        Value::Moment(moment) => format!("moment {moment}"),
        Value::Amount(amount) => format!("amount {} {}", amount.minor, amount.currency.as_str()),
        Value::Text(text) => format!("text {}", text.reveal()),
    }
}
