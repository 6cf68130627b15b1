//! Who else may have been harmed by the same hands? A pool of cases: its size, growth, agencies and next action.

use daymark_access::{Grant, verb};
use daymark_vocab::{AgencyId, CaseId, PoolId};
use jiff::Timestamp;
use jiff::civil::Date;

use crate::error::StoreError;
use crate::granted;
use crate::link::CaseOf;
use crate::sql::{Row, args};
use crate::transaction::Tx;

/// A pool as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pool {
    /// Its id.
    pub id: PoolId,
    /// How many cases, copies of one report counted once.
    pub n_cases: i64,
    /// Of how many agencies.
    pub n_agencies: i64,
    /// The day of its first report.
    pub first_seen: Date,
    /// The day of its last report.
    pub last_seen: Date,
    /// How many reports came in the 28 days before it was last found.
    pub n_last_28_days: i64,
    /// What was decided to do next, if anything.
    pub next_action: Option<NextAction>,
}

/// What was decided to do next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NextAction {
    /// A code of the list of next actions.
    pub action: String,
    /// By when.
    pub due_on: Option<Date>,
    /// Which agency leads.
    pub lead: Option<AgencyId>,
}

const POOLS: &str = "SELECT p.pool_id, p.n_cases, p.n_agencies, p.first_seen, p.last_seen, p.n_last_28_days,
    (SELECT a.next_action FROM pool_action a JOIN pool_member m ON m.agency_id = a.agency_id AND m.case_id = a.case_id WHERE m.pool_id = p.pool_id ORDER BY a.set_at_ms DESC, a.case_id LIMIT 1),
    (SELECT a.due_on FROM pool_action a JOIN pool_member m ON m.agency_id = a.agency_id AND m.case_id = a.case_id WHERE m.pool_id = p.pool_id ORDER BY a.set_at_ms DESC, a.case_id LIMIT 1),
    (SELECT a.lead_agency_id FROM pool_action a JOIN pool_member m ON m.agency_id = a.agency_id AND m.case_id = a.case_id WHERE m.pool_id = p.pool_id ORDER BY a.set_at_ms DESC, a.case_id LIMIT 1)
    FROM pool p";

fn from_row(row: &Row) -> Result<Pool, StoreError> {
    let next_action = row
        .text_opt(6)?
        .map(|action| {
            Ok::<_, StoreError>(NextAction {
                action,
                due_on: row.word_opt(7, "pool_action")?,
                lead: row.word_opt(8, "pool_action")?,
            })
        })
        .transpose()?;
    Ok(Pool {
        id: row.word(0, "pool")?,
        n_cases: row.int(1)?,
        n_agencies: row.int(2)?,
        first_seen: row.word(3, "pool")?,
        last_seen: row.word(4, "pool")?,
        n_last_28_days: row.int(5)?,
        next_action,
    })
}

/// Which agencies have a case in a pool; empty when there is no such pool. What a decision is made on.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn agencies(tx: &mut Tx, id: &PoolId) -> Result<Vec<AgencyId>, StoreError> {
    tx.all("SELECT DISTINCT agency_id FROM pool_member WHERE pool_id = $1 ORDER BY agency_id", args![id])
        .await?
        .iter()
        .map(|row| row.word(0, "pool_member"))
        .collect()
}

/// The pools in which an agency has a case (all pools with `None`), those that grew last first.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn list(tx: &mut Tx, agency: Option<&AgencyId>, n: i64) -> Result<Vec<Pool>, StoreError> {
    const ORDER: &str = "p.n_last_28_days DESC, p.last_seen DESC, p.n_cases DESC, p.pool_id";
    // The pools are chosen first, along their index; what is next is looked up for those alone.
    let sql = format!(
        "{POOLS} WHERE p.pool_id IN (SELECT p.pool_id FROM pool p
           WHERE $1 = '' OR EXISTS (SELECT 1 FROM pool_member m WHERE m.pool_id = p.pool_id AND m.agency_id = $1)
           ORDER BY {ORDER} LIMIT $2)
         ORDER BY {ORDER}"
    );
    let agency = agency.map(AgencyId::as_str).unwrap_or_default();
    tx.all(&sql, args![agency, n]).await?.iter().map(from_row).collect()
}

/// A pool and its cases, by the day they joined.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn read(
    tx: &mut Tx,
    grant: &Grant<verb::ReadPool>,
    now: Timestamp,
) -> Result<Option<(Pool, Vec<(AgencyId, CaseId)>)>, StoreError> {
    let sql = format!("{POOLS} WHERE p.pool_id = $1");
    let Some(pool) = tx.maybe(&sql, args![grant.id()]).await?.as_ref().map(from_row).transpose()? else {
        return Ok(None);
    };
    let members = tx
        .all(
            "SELECT m.agency_id, m.case_id FROM pool_member m
             JOIN case_coarse c ON c.agency_id = m.agency_id AND c.case_id = m.case_id
             WHERE m.pool_id = $1 ORDER BY c.received_on, m.case_id",
            args![grant.id()],
        )
        .await?
        .iter()
        .map(|row| Ok((row.word(0, "pool_member")?, row.word(1, "pool_member")?)))
        .collect::<Result<Vec<_>, StoreError>>()?;
    tx.note(granted::entry(grant, format!("cases {}", members.len()), now)?);
    Ok(Some((pool, members)))
}

/// The pool in which a case lies.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn of_case(tx: &mut Tx, agency: &AgencyId, case: &CaseId) -> Result<Option<PoolId>, StoreError> {
    tx.maybe("SELECT pool_id FROM pool_member WHERE agency_id = $1 AND case_id = $2", args![agency, case])
        .await?
        .map(|row| row.word(0, "pool_member"))
        .transpose()
}

/// All cases of the pools in which these two lie, and the two themselves: what a judgement of the pair touches.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn together(tx: &mut Tx, one: &CaseOf, other: &CaseOf) -> Result<Vec<CaseOf>, StoreError> {
    tx.act_for_all().await?;
    let rows = tx
        .all(
            "SELECT o.agency_id, o.case_id FROM pool_member m JOIN pool_member o ON o.pool_id = m.pool_id
             WHERE (m.agency_id = $1 AND m.case_id = $2) OR (m.agency_id = $3 AND m.case_id = $4)",
            args![&one.0, &one.1, &other.0, &other.1],
        )
        .await?;
    let mut cases = vec![one.clone(), other.clone()];
    for row in &rows {
        cases.push((row.word(0, "pool_member")?, row.word(1, "pool_member")?));
    }
    cases.sort();
    cases.dedup();
    Ok(cases)
}

/// Sets what is to be done next about a pool. It is kept with the pool's earliest case.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn set_next_action(
    tx: &mut Tx,
    grant: &Grant<verb::ReadPool>,
    next: &NextAction,
    now: Timestamp,
) -> Result<(), StoreError> {
    let by = granted::by(grant)?;
    let first = tx
        .one(
            "SELECT m.agency_id, m.case_id FROM pool_member m
             JOIN case_coarse c ON c.agency_id = m.agency_id AND c.case_id = m.case_id
             WHERE m.pool_id = $1 ORDER BY c.received_on, m.case_id LIMIT 1",
            args![grant.id()],
        )
        .await?;
    tx.change(
        "INSERT INTO pool_action (agency_id, case_id, next_action, due_on, lead_agency_id, set_by, set_at_ms)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (agency_id, case_id) DO UPDATE SET next_action = excluded.next_action, due_on = excluded.due_on,
         lead_agency_id = excluded.lead_agency_id, set_by = excluded.set_by, set_at_ms = excluded.set_at_ms",
        args![
            first.text(0)?,
            first.text(1)?,
            next.action.as_str(),
            next.due_on,
            next.lead.as_ref(),
            by.member,
            now
        ],
    )
    .await?;
    tx.note(granted::entry(grant, format!("next action {}", next.action), now)?);
    Ok(())
}
