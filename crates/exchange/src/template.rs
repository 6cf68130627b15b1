//! The template that agencies fill in, as CSV and as XLSX with a help sheet. It reads back without a problem.
//!
//! The workbook carries no author and no time, so the same template gives the same bytes.

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, XlsxError};

use crate::csv_export;
use crate::reports::columns::{ColumnKind, TemplateColumn};
use crate::reports::xlsx::SHEET;

/// The name of the help sheet.
pub const HELP_SHEET: &str = "how to fill this in";

/// The headings as one CSV line.
pub fn csv(columns: &[TemplateColumn]) -> String {
    let names: Vec<&str> = columns.iter().map(|column| column.column.as_str()).collect();
    csv_export::plain_row(&names)
}

/// A workbook: the headings on one sheet, what each column takes on the other.
///
/// # Errors
/// When the writer cannot: a name too long for a sheet, or no memory.
pub fn xlsx(columns: &[TemplateColumn]) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    workbook
        .set_properties(&DocProperties::new().set_creation_datetime(&ExcelDateTime::from_ymd(2000, 1, 1)?));
    let bold = Format::new().set_bold();
    let words = Format::new().set_num_format("@");
    let sheet = workbook.add_worksheet();
    sheet.set_name(SHEET)?;
    sheet.set_freeze_panes(1, 0)?;
    for (at, column) in (0_u16..).zip(columns) {
        sheet.write_string_with_format(0, at, &column.column, &bold)?;
        // Cells of words keep the noughts of phone numbers and sort codes.
        sheet.set_column_format(at, &words)?;
        sheet.set_column_width(at, column.column.len().clamp(12, 40) as f64)?;
    }
    let help = workbook.add_worksheet();
    help.set_name(HELP_SHEET)?;
    help.set_freeze_panes(1, 0)?;
    for (at, (heading, width)) in (0_u16..).zip([
        ("column", 26.0),
        ("needed", 10.0),
        ("what it takes", 40.0),
        ("what to write", 70.0),
        ("words", 70.0),
    ]) {
        help.write_string_with_format(0, at, heading, &bold)?;
        help.set_column_width(at, width)?;
    }
    for (at, column) in (1_u32..).zip(columns) {
        help.write_string(at, 0, &column.column)?;
        help.write_string(at, 1, if column.required { "yes" } else { "" })?;
        help.write_string(at, 2, takes(column.kind))?;
        help.write_string(at, 3, &column.help)?;
        help.write_string(at, 4, column.allowed.join(" | "))?;
    }
    workbook.save_to_buffer()
}

/// What stands in a column of this kind, in words.
pub const fn takes(kind: ColumnKind) -> &'static str {
    match kind {
        ColumnKind::Text => "words, kept exactly as they are",
        ColumnKind::Reference => "a reference of at most 64 characters",
        ColumnKind::Code => "one word of the list",
        ColumnKind::Codes => "words of the list, separated by |",
        ColumnKind::Number => "a whole number",
        ColumnKind::YesNo => "yes or no",
        ColumnKind::Moment => "a date such as 2026-03-14 or 14/03/2026, with a time if it is known",
        ColumnKind::Area => "the code of a police force area, such as E23000009",
        ColumnKind::Amount => "figures, such as 250 or 250.00",
        ColumnKind::Currency => "a currency of three letters, such as GBP",
        ColumnKind::Selectors(..) => "one or more, separated by |",
        ColumnKind::Agency => "the agency’s id",
        ColumnKind::Marker => "nothing (invented data says true)",
    }
}
