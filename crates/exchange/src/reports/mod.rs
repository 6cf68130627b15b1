//! A file of reports becomes parsed reports, with every problem at its line and column, or says why not.
//!
//! CSV and XLSX end in the same rows of cells ([`rows`]); what a cell means is read in one place ([`read`]).
//! XLSX is only ever unpacked in a child process ([`child`], [`worker`]).

pub mod cell;
pub mod child;
pub mod columns;
pub mod csv;
pub mod read;
pub mod rows;
pub mod uk_date;
pub mod worker;
pub mod xlsx;

pub use child::{XlsxError, read_xlsx, read_xlsx_in_child};
pub use columns::{Catalogue, ColumnKind, Template, TemplateColumn, TemplateError};
pub use csv::{headings, read_csv};
pub use read::{
    Mapping, ParsedFact, ParsedReport, ParsedSelector, Read, SelectorRole, UnknownHeading, read_rows,
    unknown_headings,
};
pub use rows::{Row, RowCell};

#[cfg(test)]
pub(crate) mod tests;
