//! The weekly series as the file gives them, and everything that is wrong with it.

use std::collections::BTreeMap;

use daymark_surveillance::{CountsProblemKind, Week, WeeklyCounts};
use jiff::civil::Date;

use super::problem::Problem;

/// A series as read, with the words its dates were written in.
#[derive(Debug)]
pub(super) struct Series {
    pub(super) counts: WeeklyCounts,
    pub(super) dates: BTreeMap<Week, String>,
    pub(super) first_line: u64,
}

/// A row as read: where it stands and what it says.
#[derive(Debug)]
struct Row {
    line: u64,
    date_column: u64,
    date: (Date, String),
    count: i64,
    population: Option<f64>,
}

pub(super) fn read_series(
    file: &str,
    text: &str,
    as_of: Option<Date>,
) -> (BTreeMap<String, Series>, Vec<Problem>) {
    let mut problems = Vec::new();
    let rows = read_rows(file, text, &mut problems);
    let mut series = BTreeMap::new();
    for (name, rows) in rows {
        let first_line = rows.first().map_or(1, |row| row.line);
        let pairs = rows.iter().map(|row| (row.date.0, row.count));
        let counts = match WeeklyCounts::from_rows(pairs, as_of) {
            Ok(counts) => counts,
            Err(found) => {
                problems.extend(found.into_iter().map(|problem| {
                    let row = rows.get(problem.row);
                    let earlier = match problem.kind {
                        CountsProblemKind::Duplicate { first_row, .. } => rows.get(first_row),
                        _ => None,
                    };
                    let earlier = earlier.map_or(String::new(), |row| format!(" on line {}", row.line));
                    Problem {
                        file: file.to_owned(),
                        line: row.map_or(1, |row| row.line),
                        column: row.map_or(1, |row| row.date_column),
                        message: format!("series `{name}`: {}{earlier}", problem.kind),
                        hint: "one row per series and ISO week",
                    }
                }));
                continue;
            }
        };
        let dates = rows.iter().map(|row| (Week::containing(row.date.0), row.date.1.clone())).collect();
        let mut by_week: Vec<&Row> = rows.iter().collect();
        by_week.sort_by_key(|row| row.date.0);
        let population: Option<Vec<f64>> = by_week.iter().map(|row| row.population).collect();
        let counts = match population {
            Some(population) => counts.clone().with_population(population).unwrap_or(counts),
            None => counts,
        };
        series.insert(name, Series { counts, dates, first_line });
    }
    (series, problems)
}

/// The rows of each series in file order. Rows with a problem are left out and the problem is named.
fn read_rows(file: &str, text: &str, problems: &mut Vec<Problem>) -> BTreeMap<String, Vec<Row>> {
    let mut rows: BTreeMap<String, Vec<Row>> = BTreeMap::new();
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut at = |line: u64, column: u64, message: String, hint: &'static str| {
        problems.push(Problem { file: file.to_owned(), line, column, message, hint });
    };
    let mut records = reader.records();
    let header = match records.next() {
        Some(Ok(header)) => header,
        _ => {
            at(1, 1, "there is no header row".into(), "begin with series,date,count");
            return rows;
        }
    };
    let place = |name: &str| header.iter().position(|column| column.trim() == name);
    let (Some(series), Some(date), Some(count)) = (place("series"), place("date"), place("count")) else {
        for name in ["series", "date", "count"].into_iter().filter(|name| place(name).is_none()) {
            at(1, 1, format!("the column `{name}` is absent"), "begin with series,date,count[,population]");
        }
        return rows;
    };
    let population = place("population");

    for record in records {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                let line = error.position().map_or(1, csv::Position::line);
                at(line, 1, format!("the row cannot be read: {error}"), "write UTF-8 CSV, quotes doubled");
                continue;
            }
        };
        let (line, start) = record.position().map_or((1, 0), |at| (at.line(), at.byte()));
        let column = |field: usize| column_of(text, start, field);
        if record.len() != header.len() {
            let message =
                format!("the row has {} fields where the header has {}", record.len(), header.len());
            at(line, 1, message, "give every column a field, empty if need be");
            continue;
        }
        let field = |place: usize| record.get(place).unwrap_or("").trim();
        let day: Option<Date> = field(date).parse().ok();
        if day.is_none() {
            let message = format!("`date` is `{}`, not a date", field(date));
            at(line, column(date), message, "write 2026-03-02");
        }
        let cases: Option<i64> = field(count).parse().ok();
        if cases.is_none() {
            let message = format!("`count` is `{}`, not a whole number", field(count));
            at(line, column(count), message, "write 0 where there was no case");
        }
        let people = population.filter(|place| !field(*place).is_empty()).map(|place| {
            let people = field(place).parse().ok().filter(|people: &f64| people.is_finite() && *people > 0.0);
            if people.is_none() {
                let message = format!("`population` is `{}`, not a number above 0", field(place));
                at(line, column(place), message, "leave it empty where it is not known");
            }
            people
        });
        if let (Some(day), Some(count), None | Some(Some(_))) = (day, cases, people) {
            rows.entry(field(series).to_owned()).or_default().push(Row {
                line,
                date_column: column(date),
                date: (day, field(date).to_owned()),
                count,
                population: people.flatten(),
            });
        }
    }
    if rows.is_empty() && problems.is_empty() {
        problems.push(Problem {
            file: file.to_owned(),
            line: 2,
            column: 1,
            message: "there is no row".into(),
            hint: "give a row per series and week",
        });
    }
    rows
}

/// Where the `field`-th field of the record at byte `start` begins in its line, from 1, in characters.
fn column_of(text: &str, start: u64, field: usize) -> u64 {
    let record = usize::try_from(start).ok().and_then(|start| text.get(start..)).unwrap_or("");
    let (mut quoted, mut fields_left, mut column) = (false, field, 1);
    for letter in record.trim_start_matches(['\r', '\n']).chars() {
        if fields_left == 0 {
            break;
        }
        match letter {
            '"' => quoted = !quoted,
            ',' if !quoted => fields_left -= 1,
            _ => {}
        }
        column = if letter == '\n' { 1 } else { column + 1 };
    }
    column
}
