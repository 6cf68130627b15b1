//! Was this very request answered before? A repeated request gets the first answer, and changes nothing.

use daymark_vocab::AgencyId;
use jiff::Timestamp;
use sha2::{Digest, Sha256};

use crate::error::StoreError;
use crate::sql::args;
use crate::transaction::Tx;

/// What is known of a request's key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seen {
    /// Never before: do it, and [`remember`] the outcome in the same transaction.
    New,
    /// The same request was done: this was its outcome.
    Before(String),
    /// The key was used for another request: refuse.
    OtherRequest,
}

/// Looks the key up.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn look_up(tx: &mut Tx, agency: &AgencyId, key: &str, request: &[u8]) -> Result<Seen, StoreError> {
    tx.act_for(agency).await?;
    let row = tx
        .maybe(
            "SELECT request_digest, outcome FROM idempotency WHERE agency_id = $1 AND idempotency_key = $2",
            args![agency, key],
        )
        .await?;
    let Some(row) = row else { return Ok(Seen::New) };
    let digest: [u8; 32] = Sha256::digest(request).into();
    Ok(if row.blob(0)? == digest { Seen::Before(row.text(1)?) } else { Seen::OtherRequest })
}

/// Remembers the outcome. Two racing requests with one key: the second fails on the key and is rolled back.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn remember(
    tx: &mut Tx,
    agency: &AgencyId,
    key: &str,
    request: &[u8],
    outcome: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let digest: [u8; 32] = Sha256::digest(request).into();
    tx.act_for(agency).await?;
    tx.keep_house(
        "INSERT INTO idempotency (agency_id, idempotency_key, request_digest, outcome, at_ms) VALUES ($1, $2, $3, $4, $5)",
        args![agency, key, digest, outcome, now],
    )
    .await?;
    Ok(())
}
