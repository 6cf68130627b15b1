//! How is a table read from CSV (RFC 4180, UTF-8, header row)?

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;

use super::{Cells, Table};
use crate::problem::Problem;

/// After this many problems reading stops: the file is of another kind.
const MOST_PROBLEMS: usize = 200;

impl Table {
    /// Reads CSV with a header row; every column is text, `unique_id` names the id column.
    ///
    /// Empty cells are "not recorded". Several values in a cell are separated by `|`; they are split
    /// by the comparisons that look at single values.
    ///
    /// # Errors
    /// Every ragged row, repeated column, empty or repeated id and cell that is not UTF-8, each with its line.
    pub fn from_csv(text: impl Read, unique_id: &str) -> Result<Self, Vec<Problem>> {
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text);
        let header = match reader.byte_headers() {
            Ok(header) => header.clone(),
            Err(error) => return Err(vec![unreadable(&error)]),
        };
        let names = names(&header, unique_id)?;
        let id_at = names.iter().position(|name| name == unique_id);
        let mut cells: Vec<Vec<Option<String>>> = vec![Vec::new(); names.len()];
        let (mut ids, mut lines, mut problems) = (Vec::new(), Vec::new(), Vec::new());
        let mut record = csv::ByteRecord::new();
        loop {
            match reader.read_byte_record(&mut record) {
                Ok(false) => break,
                Ok(true) => {}
                Err(error) => {
                    problems.push(unreadable(&error));
                    break;
                }
            }
            let line = record.position().map(csv::Position::line);
            if record.len() != names.len() {
                problems.push(
                    Problem::new(
                        format!("has {} cells where the header has {}", record.len(), names.len()),
                        "add the missing commas, or quote cells that contain a comma",
                    )
                    .on_line(line),
                );
            }
            for (at, (cell, column)) in record.iter().zip(&mut cells).enumerate() {
                let value = std::str::from_utf8(cell).map(str::trim);
                if value.is_err() {
                    let field = names.get(at).map_or("", String::as_str);
                    problems.push(
                        Problem::new("is not UTF-8", "save the file as CSV UTF-8")
                            .on_line(line)
                            .at_column(at as u64 + 1)
                            .in_field(field),
                    );
                }
                let value = value.unwrap_or_default();
                if Some(at) == id_at {
                    ids.push(value.to_owned());
                }
                column.push(if value.is_empty() { None } else { Some(value.to_owned()) });
            }
            lines.push(line);
            if problems.len() >= MOST_PROBLEMS {
                let hint = "mend these and try again; later lines were not read";
                problems.push(Problem::new("too many problems", hint).on_line(line));
                break;
            }
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let columns: BTreeMap<String, Cells> = (names.into_iter().zip(cells).enumerate())
            .filter(|(at, _)| Some(*at) != id_at)
            .map(|(_, (name, cells))| (name, Cells::Text(cells)))
            .collect();
        Self::checked(ids, lines, columns)
    }
}

fn names(header: &csv::ByteRecord, unique_id: &str) -> Result<Vec<String>, Vec<Problem>> {
    let mut problems = Vec::new();
    let mut seen = BTreeSet::new();
    let mut names = Vec::with_capacity(header.len());
    for (at, cell) in header.iter().enumerate() {
        let name = String::from_utf8_lossy(cell).trim_start_matches('\u{feff}').trim().to_owned();
        if !seen.insert(name.clone()) {
            problems.push(
                Problem::new("column given twice", "rename one of the two")
                    .on_line(Some(1))
                    .at_column(at as u64 + 1)
                    .in_field(&name),
            );
        }
        names.push(name);
    }
    if !seen.contains(unique_id) {
        let hint = if header.is_empty() { "the file is empty" } else { "name the id column in the model" };
        problems.push(
            Problem::new("no such column, yet the model takes it as unique id", hint)
                .on_line(Some(1))
                .in_field(unique_id),
        );
    }
    if problems.is_empty() { Ok(names) } else { Err(problems) }
}

fn unreadable(error: &csv::Error) -> Problem {
    let line = error.position().map(csv::Position::line);
    // The crate's own message may quote the record: it is personal data and is left out.
    Problem::new("cannot be read", "check that the file is whole and is CSV").on_line(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &[u8], expected: &[&str]) {
        let problems = Table::from_csv(text, "id").err().unwrap_or_default();
        let said: Vec<String> = problems.iter().map(ToString::to_string).collect();
        assert_eq!(said.len(), expected.len(), "{said:?}");
        for (said, part) in said.iter().zip(expected) {
            assert!(said.contains(part), "{said:?} lacks {part:?}");
        }
    }

    #[test]
    fn bad_files_name_every_problem_with_its_line() {
        check(b"id,a\n1,x\n", &[]);
        check(b"\xef\xbb\xbfid,a\r\n1,\"x,\ny\"\r\n", &[]);
        check(b"", &["1:1: `id`: no such column"]);
        check(b"name,a,a\n1,2,3\n", &["1:3: `a`: column given twice", "1:1: `id`"]);
        check(b"id,a\n1,x\n2\n3,x,y\n4,x\n", &["3:1: has 1 cells", "4:1: has 3 cells"]);
        check(b"id,a\n1,\xff\n,x\n", &["2:2: `a`: is not UTF-8"]);
        check(b"id,a\n1,x\n1,x\n,x\n", &["3:1: the unique id is already", "4:1: the unique id is empty"]);
    }

    #[test]
    fn a_file_of_another_kind_stops_early() {
        let text = format!("id,a\n{}", "x\n".repeat(5_000));
        let problems = Table::from_csv(text.as_bytes(), "id").unwrap_err();
        assert_eq!(problems.len(), MOST_PROBLEMS + 1);
    }
}
