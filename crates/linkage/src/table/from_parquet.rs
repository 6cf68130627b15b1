//! How is a table read from Parquet?

use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;

use arrow::array::{ArrayRef, AsArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Date32Type, Field, Float64Type};
use jiff::ToSpan;
use jiff::civil::{Date, date};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::{Cells, Table};
use crate::problem::Problem;

impl Table {
    /// Reads a Parquet file; text, lists of text, numbers, dates and timestamps (as days) are understood.
    ///
    /// # Errors
    /// Every column of another type, and every empty or repeated id.
    pub fn from_parquet(path: &Path, unique_id: &str) -> Result<Self, Vec<Problem>> {
        let unreadable =
            |_| vec![Problem::new("cannot be read", "check that the file is whole and is Parquet")];
        let file = File::open(path)
            .map_err(|error| vec![Problem::new(format!("cannot be opened: {error}"), "check the path")])?;
        let builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(unreadable)?;
        let fields: Vec<Field> =
            builder.schema().fields().iter().map(|field| field.as_ref().clone()).collect();
        if !fields.iter().any(|field| field.name() == unique_id) {
            return Err(vec![
                Problem::new(
                    "no such column, yet the model takes it as unique id",
                    "name the id column in the model",
                )
                .in_field(unique_id),
            ]);
        }
        let mut columns: BTreeMap<String, Cells> = BTreeMap::new();
        let mut problems = Vec::new();
        for field in &fields {
            match empty_cells(field.data_type()) {
                Some(_) if field.name() == unique_id => {
                    columns.insert(field.name().clone(), Cells::Text(Vec::new()));
                }
                Some(cells) => {
                    columns.insert(field.name().clone(), cells);
                }
                None => problems.push(
                    Problem::new(
                        format!("is of type {}, which cannot be compared", field.data_type()),
                        "make it text, a list of text, a number or a date",
                    )
                    .in_field(field.name()),
                ),
            }
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        for batch in builder.build().map_err(unreadable)? {
            let Ok(batch) = batch else {
                return Err(vec![Problem::new("cannot be read to its end", "check that the file is whole")]);
            };
            for (field, array) in fields.iter().zip(batch.columns()) {
                let Some(cells) = columns.get_mut(field.name()) else { continue };
                if append(cells, array).is_none() {
                    problems.push(
                        Problem::new("cannot be read", "write it as plain text").in_field(field.name()),
                    );
                }
            }
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let ids = match columns.remove(unique_id) {
            Some(Cells::Text(ids)) => ids.into_iter().map(Option::unwrap_or_default).collect(),
            _ => Vec::new(),
        };
        let lines = vec![None; ids.len()];
        Self::checked(ids, lines, columns)
    }
}

fn empty_cells(data_type: &DataType) -> Option<Cells> {
    Some(match data_type {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View | DataType::Boolean => {
            Cells::Text(Vec::new())
        }
        DataType::Dictionary(_, value) => empty_cells(value)?,
        DataType::List(item) | DataType::LargeList(item) => match empty_cells(item.data_type())? {
            Cells::Text(_) => Cells::TextList(Vec::new()),
            _ => return None,
        },
        DataType::Date32 | DataType::Date64 | DataType::Timestamp(_, _) => Cells::Date(Vec::new()),
        DataType::Null => Cells::Text(Vec::new()),
        numeric if numeric.is_numeric() => Cells::Number(Vec::new()),
        _ => return None,
    })
}

/// Appends an array to the cells of its column; `None` if it cannot be read as that kind.
fn append(cells: &mut Cells, array: &ArrayRef) -> Option<()> {
    match cells {
        Cells::Text(cells) => cells.extend(texts(array)?),
        Cells::TextList(cells) => {
            let array = cast(array, &DataType::new_list(DataType::Utf8, true)).ok()?;
            for item in array.as_list_opt::<i32>()?.iter() {
                cells.push(match item {
                    Some(values) => texts(&values)?.into_iter().flatten().collect(),
                    None => Vec::new(),
                });
            }
        }
        Cells::Number(cells) => {
            let array = cast(array, &DataType::Float64).ok()?;
            let numbers = array.as_primitive_opt::<Float64Type>()?;
            cells.extend(numbers.iter().map(|number| number.filter(|x| x.is_finite())));
        }
        Cells::Date(cells) => {
            let array = cast(array, &DataType::Date32).ok()?;
            cells.extend(array.as_primitive_opt::<Date32Type>()?.iter().map(|days| days.and_then(day)));
        }
    }
    Some(())
}

fn texts(array: &ArrayRef) -> Option<Vec<Option<String>>> {
    let array = cast(array, &DataType::Utf8).ok()?;
    let texts = array.as_string_opt::<i32>()?;
    Some(texts.iter().map(|text| text.map(str::trim).filter(|t| !t.is_empty()).map(str::to_owned)).collect())
}

fn day(days_since_1970: i32) -> Option<Date> {
    date(1970, 1, 1).checked_add(i64::from(days_since_1970).days()).ok()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{Date32Array, Float32Array, Int64Array, ListArray, RecordBatch, StringArray};
    use arrow::datatypes::Int32Type;
    use parquet::arrow::ArrowWriter;

    use super::*;

    fn written(name: &str, columns: Vec<(&str, ArrayRef)>) -> std::path::PathBuf {
        let path =
            std::env::temp_dir().join(format!("daymark-linkage-{}-{name}.parquet", std::process::id()));
        let batch = RecordBatch::try_from_iter(columns).unwrap();
        let mut writer = ArrowWriter::try_new(File::create(&path).unwrap(), batch.schema(), None).unwrap();
        writer.write(&batch).unwrap();
        writer.close().unwrap();
        path
    }

    #[test]
    fn numbers_dates_texts_and_lists_are_read() {
        let path = written(
            "kinds",
            vec![
                ("id", Arc::new(Int64Array::from(vec![1, 2])) as ArrayRef),
                ("text", Arc::new(StringArray::from(vec![Some(" a "), Some("")]))),
                ("number", Arc::new(Float32Array::from(vec![Some(1.5), Some(f32::NAN)]))),
                ("date", Arc::new(Date32Array::from(vec![Some(1), None]))),
            ],
        );
        let table = Table::from_parquet(&path, "id").unwrap();
        std::fs::remove_file(path).unwrap();
        assert_eq!(table.ids(), ["1", "2"]);
        let expected = super::super::TableBuilder::new(["1", "2"])
            .text("text", [Some("a"), None])
            .number("number", [Some(1.5), None])
            .date("date", [Some(date(1970, 1, 2)), None]);
        assert!(table == expected.build().unwrap());
    }

    #[test]
    fn columns_that_cannot_be_compared_and_missing_ids_are_named() {
        let lists = ListArray::from_iter_primitive::<Int32Type, _, _>([Some([Some(1)])]);
        let path = written(
            "refused",
            vec![("id", Arc::new(StringArray::from(vec!["1"])) as ArrayRef), ("lists", Arc::new(lists))],
        );
        let said = |unique_id| Table::from_parquet(&path, unique_id).unwrap_err()[0].to_string();
        assert!(said("id").starts_with("`lists`: is of type List"), "{}", said("id"));
        assert!(said("key").starts_with("`key`: no such column"));
        std::fs::remove_file(&path).unwrap();
        assert!(said("id").starts_with("cannot be opened"));
    }
}
