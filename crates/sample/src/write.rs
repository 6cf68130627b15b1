//! How does a region become files? CSV with a header row, one writer per file.

use std::collections::BTreeMap;
use std::io::Write;

use crate::column::Column;
use crate::{Region, SampleReport};

/// Writing failed.
#[derive(Debug, thiserror::Error)]
#[error("cannot write the table")]
pub struct WriteError(#[from] csv::Error);

/// `reports.csv`: every report, in the order of receipt.
///
/// # Errors
/// [`WriteError`] when the output refuses bytes.
pub fn write_reports(region: &Region, out: impl Write) -> Result<(), WriteError> {
    write_rows(region.reports.iter(), out)
}

/// One agency's own reports, with the same columns: what that agency alone would import.
///
/// # Errors
/// [`WriteError`] when the output refuses bytes.
pub fn write_reports_of(region: &Region, agency: &str, out: impl Write) -> Result<(), WriteError> {
    write_rows(region.reports.iter().filter(|report| report.get(Column::Agency) == agency), out)
}

/// Every agency's own file, in one pass over the reports: `open` is asked for an output by agency id.
///
/// # Errors
/// [`WriteError`] when an output cannot be opened or refuses bytes.
pub fn write_each_agency<W: Write>(
    region: &Region,
    mut open: impl FnMut(&str) -> std::io::Result<W>,
) -> Result<(), WriteError> {
    let mut of_agency: BTreeMap<&str, Vec<&SampleReport>> =
        region.agencies.iter().map(|agency| (agency.id.as_str(), Vec::new())).collect();
    for report in &region.reports {
        of_agency.entry(report.get(Column::Agency)).or_default().push(report);
    }
    for (agency, reports) in of_agency {
        write_rows(reports.into_iter(), open(agency).map_err(csv::Error::from)?)?;
    }
    Ok(())
}

fn write_rows<'r>(
    reports: impl Iterator<Item = &'r SampleReport>,
    out: impl Write,
) -> Result<(), WriteError> {
    let mut csv = csv::Writer::from_writer(out);
    csv.write_record(Column::ALL.iter().map(|column| column.name()))?;
    for report in reports {
        csv.write_record(report.cells())?;
    }
    csv.flush().map_err(csv::Error::from)?;
    Ok(())
}

/// `truth.csv`: `report_id,campaign_id,pool_id`, empty where none.
///
/// # Errors
/// [`WriteError`] when the output refuses bytes.
pub fn write_truth(region: &Region, out: impl Write) -> Result<(), WriteError> {
    let mut csv = csv::Writer::from_writer(out);
    csv.write_record(["report_id", "campaign_id", "pool_id"])?;
    for truth in &region.truth {
        let campaign = truth.campaign_id.as_deref().unwrap_or("");
        let pool = truth.pool_id.as_deref().unwrap_or("");
        csv.write_record([&truth.report_id, campaign, pool])?;
    }
    csv.flush().map_err(csv::Error::from)?;
    Ok(())
}

/// `truth-accounts.csv`: `report_id,child_id,account_ids`: which reports are about the same child, and the true
/// accounts behind the written handles (separated by `|`).
///
/// # Errors
/// [`WriteError`] when the output refuses bytes.
pub fn write_truth_accounts(region: &Region, out: impl Write) -> Result<(), WriteError> {
    let mut csv = csv::Writer::from_writer(out);
    csv.write_record(["report_id", "child_id", "account_ids"])?;
    for truth in &region.truth {
        csv.write_record([&truth.report_id, &truth.child_id, &truth.account_ids.join("|")])?;
    }
    csv.flush().map_err(csv::Error::from)?;
    Ok(())
}

/// `agencies.csv`: `agency,name,kind,area`.
///
/// # Errors
/// [`WriteError`] when the output refuses bytes.
pub fn write_agencies(region: &Region, out: impl Write) -> Result<(), WriteError> {
    let mut csv = csv::Writer::from_writer(out);
    csv.write_record(["agency", "name", "kind", "area"])?;
    for agency in &region.agencies {
        csv.write_record([agency.id.as_str(), &agency.name, agency.kind.code(), agency.area.as_str()])?;
    }
    csv.flush().map_err(csv::Error::from)?;
    Ok(())
}
