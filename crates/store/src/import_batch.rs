//! A file of reports comes in: all of it or nothing, and the same file twice changes nothing.

use std::collections::BTreeSet;

use daymark_access::{Grant, Verb, verb};
use daymark_vocab::{AgencyId, CaseId, EntityKind, ImportId};
use jiff::Timestamp;

use crate::case_file::{self, NewCase, Opened};
use crate::child_reference;
use crate::error::StoreError;
use crate::granted;
use crate::sql::args;
use crate::transaction::Tx;

/// One row of the file, ready to be opened as a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRow {
    /// The agency's own reference of the report: the same reference is the same report.
    pub external_id: String,
    /// A digest of all that the row says.
    pub digest: [u8; 32],
    /// What it becomes.
    pub case: NewCase,
}

impl NewRow {
    /// The agency's own reference for the child, when the row gives one.
    pub fn child(&self) -> Option<&str> {
        let child = self.case.entities.iter().find(|of| of.kind == EntityKind::Child)?;
        child_reference::in_facts(&child.facts)
    }
}

/// What an import did, or would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// The import's id; `None` for a dry run and when nothing was new.
    pub id: Option<ImportId>,
    /// How many rows the file has.
    pub n_rows: usize,
    /// The cases opened.
    pub opened: Vec<Opened>,
    /// Rows that are new: positions in the file, from 0.
    pub new: Vec<usize>,
    /// How many rows were known already, word for word.
    pub n_known: usize,
    /// Rows whose reference is known but whose content differs: positions in the file, from 0. Never overwritten.
    pub differing: Vec<usize>,
}

/// Which rows of a file are new to the agency, known word for word, or known with other content.
async fn sort_out(
    tx: &mut Tx,
    agency: &AgencyId,
    rows: &[NewRow],
) -> Result<(Vec<usize>, usize, Vec<usize>), StoreError> {
    let known: std::collections::BTreeMap<Vec<u8>, Vec<u8>> = tx
        .all("SELECT external_index, row_digest FROM imported_row WHERE agency_id = $1", args![agency])
        .await?
        .iter()
        .map(|row| Ok((row.blob(0)?, row.blob(1)?)))
        .collect::<Result<_, StoreError>>()?;
    let (mut new, mut n_known, mut differing) = (Vec::new(), 0, Vec::new());
    let mut seen = BTreeSet::new();
    for (at, row) in rows.iter().enumerate() {
        let index = external_index(tx, agency, &row.external_id).to_vec();
        match known.get(&index) {
            Some(digest) if digest.as_slice() == row.digest => n_known += 1,
            Some(_) => differing.push(at),
            None if seen.insert(index) => new.push(at),
            None => differing.push(at),
        }
    }
    Ok((new, n_known, differing))
}

fn external_index(tx: &Tx, agency: &AgencyId, external_id: &str) -> [u8; 32] {
    tx.keys().hub_index("external id", &format!("{agency}|{}", external_id.trim()))
}

/// What an import of these rows would do. Changes nothing.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn preview(
    tx: &mut Tx,
    grant: &Grant<verb::ImportReports>,
    rows: &[NewRow],
) -> Result<Imported, StoreError> {
    tx.act_for(granted::by(grant)?.agency).await?;
    let (new, n_known, differing) = sort_out(tx, granted::by(grant)?.agency, rows).await?;
    let opened = new
        .iter()
        .map(|_| Ok(Opened { id: CaseId::random(tx.entropy().as_ref())?, reference: String::new() }))
        .collect::<Result<_, StoreError>>()?;
    Ok(Imported { id: None, n_rows: rows.len(), opened, new, n_known, differing })
}

/// Imports the rows. Rows that are known word for word are passed over; rows that differ from what is known are not
/// written: the caller shows them and imports nothing, or leaves them out knowingly.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn import(
    tx: &mut Tx,
    grant: &Grant<verb::ImportReports>,
    file_digest: [u8; 32],
    rows: Vec<NewRow>,
    content_version: &str,
    now: Timestamp,
) -> Result<Imported, StoreError> {
    bring_in(tx, grant, file_digest, rows, content_version, now).await
}

/// The same for reports that a machine sent.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn submit(
    tx: &mut Tx,
    grant: &Grant<verb::SubmitReportApi>,
    body_digest: [u8; 32],
    rows: Vec<NewRow>,
    content_version: &str,
    now: Timestamp,
) -> Result<Imported, StoreError> {
    bring_in(tx, grant, body_digest, rows, content_version, now).await
}

async fn bring_in<V: Verb>(
    tx: &mut Tx,
    grant: &Grant<V>,
    file_digest: [u8; 32],
    rows: Vec<NewRow>,
    content_version: &str,
    now: Timestamp,
) -> Result<Imported, StoreError> {
    let by = granted::by(grant)?;
    tx.act_for(by.agency).await?;
    let n_rows = rows.len();
    let (new, n_known, differing) = sort_out(tx, by.agency, &rows).await?;
    if new.is_empty() {
        tx.note(granted::entry(grant, format!("rows {n_rows} new 0"), now)?);
        return Ok(Imported { id: None, n_rows, opened: Vec::new(), new, n_known, differing });
    }
    let id = ImportId::random(tx.entropy().as_ref())?;
    let new: BTreeSet<usize> = new.into_iter().collect();
    let (mut cases, mut marks) = (Vec::new(), Vec::new());
    for (at, row) in rows.into_iter().enumerate() {
        if new.contains(&at) {
            marks.push((external_index(tx, by.agency, &row.external_id), row.digest));
            cases.push(NewCase { import: Some(id.clone()), ..row.case });
        }
    }
    tx.change(
        "INSERT INTO import_batch (agency_id, import_id, file_digest, n_rows, n_new, n_known, imported_by, imported_at_ms)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (agency_id, file_digest) DO UPDATE SET n_new = import_batch.n_new + excluded.n_new",
        args![
            by.agency,
            &id,
            file_digest,
            i64::try_from(n_rows).unwrap_or(i64::MAX),
            i64::try_from(cases.len()).unwrap_or(i64::MAX),
            i64::try_from(n_known).unwrap_or(i64::MAX),
            by.member,
            now
        ],
    )
    .await?;
    // A few thousand cases at a time: the statements stay short and the memory bounded.
    let mut opened = Vec::with_capacity(cases.len());
    let mut cases = cases.into_iter().peekable();
    while cases.peek().is_some() {
        let chunk: Vec<NewCase> = cases.by_ref().take(2_000).collect();
        opened.extend(case_file::open_all(tx, grant, chunk, content_version, now).await?);
    }
    let rows = marks
        .into_iter()
        .zip(&opened)
        .map(|((index, digest), case)| args![by.agency, index, digest, &case.id])
        .collect();
    tx.insert_many("INSERT INTO imported_row (agency_id, external_index, row_digest, case_id)", rows, true)
        .await?;
    tx.note(granted::entry(grant, format!("rows {n_rows} new {}", opened.len()), now)?);
    Ok(Imported { id: Some(id), n_rows, opened, new: new.into_iter().collect(), n_known, differing })
}

/// The case numbers that the agency's own references became: in the order asked, `None` where nothing was imported.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn references(
    tx: &mut Tx,
    grant: &Grant<verb::SubmitReportApi>,
    external_ids: &[String],
) -> Result<Vec<Option<String>>, StoreError> {
    let by = granted::by(grant)?;
    tx.act_for(by.agency).await?;
    let mut found = Vec::with_capacity(external_ids.len());
    for external_id in external_ids {
        let index = external_index(tx, by.agency, external_id);
        let row = tx
            .maybe(
                "SELECT f.reference FROM imported_row r
                 JOIN case_file f ON f.agency_id = r.agency_id AND f.case_id = r.case_id
                 WHERE r.agency_id = $1 AND r.external_index = $2",
                args![by.agency, index],
            )
            .await?;
        found.push(row.map(|row| row.text(0)).transpose()?);
    }
    Ok(found)
}

/// How the agency's own column names map to ours: text as the import page wrote it.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn mapping(tx: &mut Tx, agency: &AgencyId) -> Result<Option<String>, StoreError> {
    tx.act_for(agency).await?;
    tx.maybe("SELECT mapping FROM import_mapping WHERE agency_id = $1", args![agency])
        .await?
        .map(|row| row.text(0))
        .transpose()
}

/// Remembers the mapping for the agency's next file.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn save_mapping(
    tx: &mut Tx,
    grant: &Grant<verb::SaveImportMapping>,
    mapping: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let by = granted::by(grant)?;
    tx.act_for(by.agency).await?;
    tx.change(
        "INSERT INTO import_mapping (agency_id, mapping, saved_by, saved_at_ms) VALUES ($1, $2, $3, $4)
         ON CONFLICT (agency_id) DO UPDATE SET mapping = excluded.mapping, saved_by = excluded.saved_by, saved_at_ms = excluded.saved_at_ms",
        args![by.agency, mapping, by.member, now],
    )
    .await?;
    tx.note(granted::entry(grant, "", now)?);
    Ok(())
}

/// One past import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastImport {
    /// Its id.
    pub id: ImportId,
    /// Rows in the file.
    pub n_rows: i64,
    /// Cases opened.
    pub n_new: i64,
    /// When.
    pub at: Timestamp,
}

/// The agency's last imports, newest first.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn past(tx: &mut Tx, agency: &AgencyId, n: i64) -> Result<Vec<PastImport>, StoreError> {
    tx.act_for(agency).await?;
    tx.all(
        "SELECT import_id, n_rows, n_new, imported_at_ms FROM import_batch WHERE agency_id = $1 ORDER BY imported_at_ms DESC LIMIT $2",
        args![agency, n],
    )
    .await?
    .iter()
    .map(|row| {
        Ok(PastImport { id: row.word(0, "import_batch")?, n_rows: row.int(1)?, n_new: row.int(2)?, at: row.at(3)? })
    })
    .collect()
}
