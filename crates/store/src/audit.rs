//! Who did what to which record, and can anybody have changed the answer since?
//!
//! One chain per agency. Row *n* holds SHA-256 over row *n − 1*'s hash and its own content, so that an edited,
//! deleted, inserted or moved row breaks every hash after it. Rows hold ids and codes, never personal data.

use daymark_vocab::{AgencyId, MemberId};
use jiff::Timestamp;
use sha2::{Digest, Sha256};

use crate::error::StoreError;
use crate::sql::{Row, args};
use crate::transaction::Tx;

/// What was done, by whom, to which record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The agency of the person who acted: its chain gets the row.
    pub agency: AgencyId,
    /// The person who acted; `None` for the matching service.
    pub member: Option<MemberId>,
    /// When.
    pub at: Timestamp,
    /// The verb, such as `read case`.
    pub verb: &'static str,
    /// The kind of record, such as `case`.
    pub subject_kind: &'static str,
    /// Whose record it is.
    pub subject_agency: AgencyId,
    /// The record's id.
    pub subject_id: String,
    /// The policies that permitted it.
    pub policies: String,
    /// Field ids, counts and codes: never values.
    pub detail: String,
}

/// One row of the chain, as it is read back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRow {
    /// Its place in the agency's chain, from 1.
    pub seq: i64,
    /// Whose chain.
    pub agency: AgencyId,
    /// Who acted; empty for the matching service.
    pub member: String,
    /// When, in milliseconds since 1970 UTC.
    pub at_ms: i64,
    /// The verb.
    pub verb: String,
    /// The kind of record.
    pub subject_kind: String,
    /// Whose record.
    pub subject_agency: String,
    /// Which record.
    pub subject_id: String,
    /// The policies that permitted it.
    pub policies: String,
    /// Field ids, counts and codes.
    pub detail: String,
    /// The hash of the row before.
    pub previous: Vec<u8>,
    /// This row's hash.
    pub hash: Vec<u8>,
}

impl AuditRow {
    /// The hash that this row must have: SHA-256(0x00 ‖ previous ‖ each field with its length).
    pub fn expected_hash(&self) -> [u8; 32] {
        let mut hasher = Sha256::new();
        hasher.update([0]);
        hasher.update(&self.previous);
        let seq = self.seq.to_be_bytes();
        let at = self.at_ms.to_be_bytes();
        let fields: [&[u8]; 10] = [
            self.agency.as_str().as_bytes(),
            &seq,
            self.member.as_bytes(),
            &at,
            self.verb.as_bytes(),
            self.subject_kind.as_bytes(),
            self.subject_agency.as_bytes(),
            self.subject_id.as_bytes(),
            self.policies.as_bytes(),
            self.detail.as_bytes(),
        ];
        for field in fields {
            hasher.update((field.len() as u64).to_be_bytes());
            hasher.update(field);
        }
        hasher.finalize().into()
    }
}

/// Why a chain does not verify.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChainBreak {
    /// A row's content is not what was hashed.
    #[error("row {seq} of `{agency}` was changed")]
    Changed {
        /// Whose chain.
        agency: AgencyId,
        /// Which row.
        seq: i64,
    },
    /// A row is missing, repeated or out of its order.
    #[error("row {seq} of `{agency}` is missing or out of order")]
    Missing {
        /// Whose chain.
        agency: AgencyId,
        /// The row that should be here.
        seq: i64,
    },
    /// Rows were cut off at the end: the head says there are more.
    #[error("the chain of `{agency}` ends at row {found}, but {expected} were written")]
    Truncated {
        /// Whose chain.
        agency: AgencyId,
        /// Rows found.
        found: i64,
        /// Rows that the head counts.
        expected: i64,
    },
}

/// Verifies one agency's rows, ascending from 1. `head` is the number of rows and the last hash, kept apart.
///
/// # Errors
/// The first [`ChainBreak`].
pub fn verify(agency: &AgencyId, rows: &[AuditRow], head: Option<(i64, &[u8])>) -> Result<(), ChainBreak> {
    let mut previous = vec![0; 32];
    let mut seq = 0;
    for row in rows {
        seq += 1;
        if row.seq != seq || row.previous != previous {
            return Err(ChainBreak::Missing { agency: agency.clone(), seq });
        }
        if row.hash != row.expected_hash() {
            return Err(ChainBreak::Changed { agency: agency.clone(), seq });
        }
        previous.clone_from(&row.hash);
    }
    match head {
        Some((expected, _)) if expected != seq => {
            Err(ChainBreak::Truncated { agency: agency.clone(), found: seq, expected })
        }
        Some((_, hash)) if hash != previous.as_slice() => {
            Err(ChainBreak::Changed { agency: agency.clone(), seq })
        }
        _ => Ok(()),
    }
}

const COLUMNS: &str = "agency_id, seq, member_id, at_ms, verb, subject_kind, subject_agency, subject_id, policies, detail, previous, hash";

/// Writes the rows of one transaction. The chain's head row is locked first, agencies in order of their ids.
pub(crate) async fn write(tx: &mut Tx, mut entries: Vec<Entry>) -> Result<(), StoreError> {
    entries.sort_by(|a, b| a.agency.cmp(&b.agency));
    for chain in entries.chunk_by(|a, b| a.agency == b.agency) {
        let Some(agency) = chain.first().map(|entry| entry.agency.clone()) else { continue };
        let n = i64::try_from(chain.len()).unwrap_or(i64::MAX);
        let mut rows = Vec::with_capacity(chain.len());
        // PostgreSQL lets nobody write into a chain but for its agency.
        tx.act_for(&agency).await?;
        let head = tx
            .one(
                "UPDATE audit_head SET seq = seq + $2 WHERE agency_id = $1 RETURNING seq, hash",
                args![&agency, n],
            )
            .await?;
        let first = head.int(0)? - n + 1;
        let mut previous = head.blob(1)?;
        for (seq, entry) in (first..).zip(chain) {
            let mut row = AuditRow {
                seq,
                agency: entry.agency.clone(),
                member: entry.member.as_ref().map(ToString::to_string).unwrap_or_default(),
                at_ms: entry.at.as_millisecond(),
                verb: entry.verb.to_owned(),
                subject_kind: entry.subject_kind.to_owned(),
                subject_agency: entry.subject_agency.to_string(),
                subject_id: entry.subject_id.clone(),
                policies: entry.policies.clone(),
                detail: entry.detail.clone(),
                previous,
                hash: Vec::new(),
            };
            row.hash = row.expected_hash().to_vec();
            previous = row.hash.clone();
            rows.push(args![
                &row.agency,
                row.seq,
                row.member,
                row.at_ms,
                row.verb,
                row.subject_kind,
                row.subject_agency,
                row.subject_id,
                row.policies,
                row.detail,
                row.previous,
                row.hash
            ]);
        }
        tx.keep_house("UPDATE audit_head SET hash = $2 WHERE agency_id = $1", args![&agency, previous])
            .await?;
        tx.insert_many(
            "INSERT INTO audit (agency_id, seq, member_id, at_ms, verb, subject_kind, subject_agency, subject_id, policies, detail, previous, hash)",
            rows,
            false,
        )
        .await?;
    }
    Ok(())
}

fn from_row(row: &Row) -> Result<AuditRow, StoreError> {
    Ok(AuditRow {
        agency: row.word(0, "audit")?,
        seq: row.int(1)?,
        member: row.text(2)?,
        at_ms: row.int(3)?,
        verb: row.text(4)?,
        subject_kind: row.text(5)?,
        subject_agency: row.text(6)?,
        subject_id: row.text(7)?,
        policies: row.text(8)?,
        detail: row.text(9)?,
        previous: row.blob(10)?,
        hash: row.blob(11)?,
    })
}

/// An agency's chain from `after` on, at most `n` rows, ascending.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn chain(tx: &mut Tx, agency: &AgencyId, after: i64, n: i64) -> Result<Vec<AuditRow>, StoreError> {
    tx.act_for(agency).await?;
    let sql = format!("SELECT {COLUMNS} FROM audit WHERE agency_id = $1 AND seq > $2 ORDER BY seq LIMIT $3");
    tx.all(&sql, args![agency, after, n]).await?.iter().map(from_row).collect()
}

/// The newest rows of an agency's chain, newest first.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn newest(tx: &mut Tx, agency: &AgencyId, n: i64) -> Result<Vec<AuditRow>, StoreError> {
    tx.act_for(agency).await?;
    let sql = format!("SELECT {COLUMNS} FROM audit WHERE agency_id = $1 ORDER BY seq DESC LIMIT $2");
    tx.all(&sql, args![agency, n]).await?.iter().map(from_row).collect()
}

/// Everybody who looked at or changed one record, of any agency, newest first.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn of_subject(
    tx: &mut Tx,
    subject_agency: &AgencyId,
    subject_id: &str,
    n: i64,
) -> Result<Vec<AuditRow>, StoreError> {
    // Rows of every agency that had to do with it.
    tx.act_for_all().await?;
    let sql = format!(
        "SELECT {COLUMNS} FROM audit WHERE subject_agency = $1 AND subject_id = $2 ORDER BY at_ms DESC, seq DESC LIMIT $3"
    );
    tx.all(&sql, args![subject_agency, subject_id, n]).await?.iter().map(from_row).collect()
}

/// How far a chain was verified: what lies behind it need not be read again to verify what came since.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// The last row that was verified; 0 for none.
    pub seq: i64,
    /// Its hash.
    pub hash: Vec<u8>,
}

impl Default for Mark {
    /// Before the first row.
    fn default() -> Self {
        Self { seq: 0, hash: vec![0; 32] }
    }
}

/// Verifies an agency's chain as it is stored, from a mark to its end, a thousand rows at a time: the mark to go on from
/// next time, or the first break. The row of the mark itself is read again; rows before it are not.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn verify_from(
    tx: &mut Tx,
    agency: &AgencyId,
    mark: &Mark,
) -> Result<Result<Mark, ChainBreak>, StoreError> {
    const AT_ONCE: i64 = 1_000;
    let head = head(tx, agency).await?;
    let Mark { mut seq, hash: mut previous } = mark.clone();
    if seq > 0 {
        let marked = chain(tx, agency, seq - 1, 1).await?.into_iter().next();
        if marked.is_none_or(|row| row.seq != seq || row.hash != previous || row.hash != row.expected_hash())
        {
            return Ok(Err(ChainBreak::Changed { agency: agency.clone(), seq }));
        }
    }
    loop {
        let rows = chain(tx, agency, seq, AT_ONCE).await?;
        let n = rows.len();
        for row in rows {
            seq += 1;
            if row.seq != seq || row.previous != previous {
                return Ok(Err(ChainBreak::Missing { agency: agency.clone(), seq }));
            }
            if row.hash != row.expected_hash() {
                return Ok(Err(ChainBreak::Changed { agency: agency.clone(), seq }));
            }
            previous = row.hash;
        }
        if n < AT_ONCE as usize {
            break;
        }
    }
    Ok(match head {
        Some((expected, _)) if expected != seq => {
            Err(ChainBreak::Truncated { agency: agency.clone(), found: seq, expected })
        }
        Some((_, hash)) if hash != previous => Err(ChainBreak::Changed { agency: agency.clone(), seq }),
        _ => Ok(Mark { seq, hash: previous }),
    })
}

/// How many rows an agency's chain has, and its last hash.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn head(tx: &mut Tx, agency: &AgencyId) -> Result<Option<(i64, Vec<u8>)>, StoreError> {
    tx.act_for(agency).await?;
    tx.maybe("SELECT seq, hash FROM audit_head WHERE agency_id = $1", args![agency])
        .await?
        .map(|row| Ok((row.int(0)?, row.blob(1)?)))
        .transpose()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(n: i64) -> Vec<AuditRow> {
        let mut previous = vec![0; 32];
        (1..=n)
            .map(|seq| {
                let mut row = AuditRow {
                    seq,
                    agency: "ours".parse().unwrap(),
                    member: "m".to_owned(),
                    at_ms: seq * 1000,
                    verb: "read case".to_owned(),
                    subject_kind: "case".to_owned(),
                    subject_agency: "ours".to_owned(),
                    subject_id: format!("c{seq}"),
                    policies: "p".to_owned(),
                    detail: String::new(),
                    previous: previous.clone(),
                    hash: Vec::new(),
                };
                row.hash = row.expected_hash().to_vec();
                previous.clone_from(&row.hash);
                row
            })
            .collect()
    }

    #[test]
    fn threat_t54_every_kind_of_tampering_is_found() {
        let agency: AgencyId = "ours".parse().unwrap();
        let whole = rows(6);
        let head = (6, whole[5].hash.clone());
        let head = Some((head.0, head.1.as_slice()));
        assert_eq!(verify(&agency, &whole, head), Ok(()));
        for at in 0..6 {
            let mut changed = whole.clone();
            changed[at].subject_id.push('x');
            assert!(verify(&agency, &changed, head).is_err(), "changed {at}");
            let mut gone = whole.clone();
            gone.remove(at);
            assert!(verify(&agency, &gone, head).is_err(), "removed {at}");
            let mut twice = whole.clone();
            twice.insert(at, whole[at].clone());
            assert!(verify(&agency, &twice, head).is_err(), "inserted {at}");
        }
        let mut moved = whole.clone();
        moved.swap(1, 2);
        assert!(verify(&agency, &moved, head).is_err());
        assert!(matches!(verify(&agency, &whole[..4], head), Err(ChainBreak::Truncated { found: 4, .. })));
    }
}
