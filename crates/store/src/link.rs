//! Which cases may belong together? Derived by the matching service, made anew from cases and judgements at any time.

use std::collections::{BTreeMap, BTreeSet};

use daymark_access::{Grant, verb};
use daymark_vocab::{AgencyId, AreaCode, CaseId, PoolId};
use jiff::Timestamp;
use jiff::civil::Date;

use crate::coarse::{self, Coarse};
use crate::error::StoreError;
use crate::granted;
use crate::sql::{Row, args};
use crate::transaction::Tx;

/// A case and its owner.
pub type CaseOf = (AgencyId, CaseId);

/// A suggested link between two cases.
#[derive(Debug, Clone, PartialEq)]
pub struct Link {
    /// The case whose (agency, id) sorts first.
    pub left: CaseOf,
    /// The other.
    pub right: CaseOf,
    /// Log₂ of the odds, prior included.
    pub match_weight: f64,
    /// The probability that the same hands are behind both.
    pub match_probability: f64,
}

/// A pool of cases that may have been harmed by the same hands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPool {
    /// Named after its earliest case, so that the name stays while that case stays.
    pub id: PoolId,
    /// Its cases, two or more.
    pub cases: Vec<CaseOf>,
    /// How many reports these are, copies of one report counted once.
    pub n_reports: i64,
    /// The day of its first report.
    pub first_seen: Date,
    /// The day of its last report.
    pub last_seen: Date,
    /// How many came in the 28 days before it was found.
    pub n_last_28_days: i64,
}

/// What the matching service found.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Found {
    /// Links at or above the threshold of suggestion.
    pub links: Vec<Link>,
    /// Pools of two or more.
    pub pools: Vec<NewPool>,
}

/// Replaces all links and pools by what was found now. One transaction: a reader sees the old or the new.
///
/// When a case joined a pool is kept where pool and case are the same as before.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn replace_all(tx: &mut Tx, found: Found, now: Timestamp) -> Result<(), StoreError> {
    tx.act_for_all().await?;
    let joined = joined(tx).await?;
    for table in ["DELETE FROM link", "DELETE FROM pool_member", "DELETE FROM pool"] {
        tx.keep_house(table, args![]).await?;
    }
    let links = found
        .links
        .into_iter()
        .map(|link| {
            let (l, r) = (&link.left, &link.right);
            args![&l.0, &l.1, &r.0, &r.1, link.match_weight, link.match_probability, now]
        })
        .collect();
    tx.insert_many(
        "INSERT INTO link (agency_l, case_l, agency_r, case_r, match_weight, match_probability, found_at_ms)",
        links,
        false,
    )
    .await?;
    insert_pools(tx, found.pools, &joined, now).await
}

/// Replaces the pools in which these cases lie: what one judgement changes, until all is made anew.
///
/// - `cases`: every case of every pool that is touched, as [`crate::pool::together`] lists them.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn replace_pools_of(
    tx: &mut Tx,
    cases: &[CaseOf],
    pools: Vec<NewPool>,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.act_for_all().await?;
    let joined = joined(tx).await?;
    let mut touched = BTreeSet::new();
    for (agency, case) in cases {
        touched.extend(crate::pool::of_case(tx, agency, case).await?);
    }
    for id in &touched {
        // Members first: they refer to their pool.
        tx.keep_house("DELETE FROM pool_member WHERE pool_id = $1", args![id]).await?;
        tx.keep_house("DELETE FROM pool WHERE pool_id = $1", args![id]).await?;
    }
    insert_pools(tx, pools, &joined, now).await
}

/// When each case joined its pool, by pool and case.
async fn joined(tx: &mut Tx) -> Result<BTreeMap<(String, String), i64>, StoreError> {
    tx.all("SELECT pool_id, case_id, joined_at_ms FROM pool_member", args![])
        .await?
        .iter()
        .map(|row| Ok(((row.text(0)?, row.text(1)?), row.int(2)?)))
        .collect()
}

async fn insert_pools(
    tx: &mut Tx,
    found: Vec<NewPool>,
    joined: &BTreeMap<(String, String), i64>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let (mut pools, mut members) = (Vec::new(), Vec::new());
    for pool in found {
        let mut agencies: Vec<&AgencyId> = pool.cases.iter().map(|(agency, _)| agency).collect();
        agencies.sort();
        agencies.dedup();
        pools.push(args![
            &pool.id,
            pool.n_reports,
            i64::try_from(agencies.len()).unwrap_or(i64::MAX),
            pool.first_seen,
            pool.last_seen,
            pool.n_last_28_days,
            now
        ]);
        for (agency, case) in &pool.cases {
            let before = joined.get(&(pool.id.to_string(), case.to_string())).copied();
            members.push(args![&pool.id, agency, case, before.unwrap_or_else(|| now.as_millisecond())]);
        }
    }
    tx.insert_many(
        "INSERT INTO pool (pool_id, n_cases, n_agencies, first_seen, last_seen, n_last_28_days, found_at_ms)",
        pools,
        false,
    )
    .await?;
    tx.insert_many("INSERT INTO pool_member (pool_id, agency_id, case_id, joined_at_ms)", members, false)
        .await
}

fn link_from(row: &Row) -> Result<Link, StoreError> {
    Ok(Link {
        left: (row.word(0, "link")?, row.word(1, "link")?),
        right: (row.word(2, "link")?, row.word(3, "link")?),
        match_weight: row.real(4)?,
        match_probability: row.real(5)?,
    })
}

const LINKS: &str = "SELECT agency_l, case_l, agency_r, case_r, match_weight, match_probability FROM link";

/// The suggested links of one case, strongest first.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn of_case(
    tx: &mut Tx,
    grant: &Grant<verb::ReadLinks>,
    now: Timestamp,
) -> Result<Vec<Link>, StoreError> {
    let by = granted::by(grant)?;
    let sql = format!(
        "{LINKS} WHERE (agency_l = $1 AND case_l = $2) OR (agency_r = $1 AND case_r = $2)
         ORDER BY match_weight DESC, case_l, case_r LIMIT 50"
    );
    let links = tx
        .all(&sql, args![by.owner, grant.id()])
        .await?
        .iter()
        .map(link_from)
        .collect::<Result<Vec<_>, _>>()?;
    tx.note(granted::entry(grant, format!("rows {}", links.len()), now)?);
    Ok(links)
}

/// Which agencies, and which of their members, have a case linked to this one: for the decision who may see it coarsely.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn linked_with(
    tx: &mut Tx,
    case: &CaseOf,
) -> Result<(Vec<AgencyId>, Vec<daymark_vocab::MemberId>), StoreError> {
    tx.act_for_all().await?;
    let rows = tx
        .all(
            "SELECT x.agency_id, a.member_id FROM
               (SELECT agency_r AS agency_id, case_r AS case_id FROM link WHERE agency_l = $1 AND case_l = $2
                UNION SELECT agency_l, case_l FROM link WHERE agency_r = $1 AND case_r = $2
                UNION SELECT o.agency_id, o.case_id FROM pool_member m JOIN pool_member o ON o.pool_id = m.pool_id
                  WHERE m.agency_id = $1 AND m.case_id = $2 AND o.case_id <> $2) x
             LEFT JOIN assignment a ON a.agency_id = x.agency_id AND a.case_id = x.case_id",
            args![&case.0, &case.1],
        )
        .await?;
    let (mut agencies, mut members) = (Vec::new(), Vec::new());
    for row in &rows {
        agencies.push(row.word(0, "link")?);
        members.extend(row.word_opt(1, "assignment")?);
    }
    agencies.sort();
    agencies.dedup();
    members.sort();
    members.dedup();
    Ok((agencies, members))
}

/// Area and day of the reports since `day` whose case has a suggested link: for counts, without their cases.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn linked_since(tx: &mut Tx, day: Date) -> Result<Vec<(AreaCode, Date)>, StoreError> {
    tx.act_for_all().await?;
    let sql = "SELECT c.area, c.received_on FROM case_coarse c WHERE c.received_on >= $1
        AND (EXISTS (SELECT 1 FROM link l WHERE l.agency_l = c.agency_id AND l.case_l = c.case_id)
          OR EXISTS (SELECT 1 FROM link l WHERE l.agency_r = c.agency_id AND l.case_r = c.case_id))";
    tx.all(sql, args![day])
        .await?
        .iter()
        .map(|row| Ok((row.word(0, "case_coarse")?, row.word(1, "case_coarse")?)))
        .collect()
}

/// A case of another agency as a partner may see it: agency, number, area, week, platform, demand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// The owner.
    pub agency: AgencyId,
    /// Which case.
    pub case: CaseId,
    /// Its number for people.
    pub reference: String,
    /// Its coarse facts; age band and gender are blank unless the reader may read the case.
    pub coarse: Coarse,
}

/// A case as a coarse summary.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn summary(
    tx: &mut Tx,
    grant: &Grant<verb::ReadCaseCoarse>,
    now: Timestamp,
) -> Result<Option<Summary>, StoreError> {
    let by = granted::by(grant)?;
    tx.act_for_all().await?;
    let sql = format!(
        "SELECT f.agency_id, f.case_id, f.reference, {} FROM case_file f
         JOIN case_coarse c ON c.agency_id = f.agency_id AND c.case_id = f.case_id
         WHERE f.agency_id = $1 AND f.case_id = $2",
        coarse::COLUMNS
    );
    let row = tx.maybe(&sql, args![by.owner, grant.id()]).await?;
    tx.note(granted::entry(grant, "", now)?);
    row.map(|row| {
        let mut coarse = Coarse::from_row(&row, 3)?;
        if by.owner != by.agency {
            coarse.age_band = String::new();
            coarse.gender = String::new();
        }
        Ok(Summary {
            agency: row.word(0, "case_file")?,
            case: row.word(1, "case_file")?,
            reference: row.text(2)?,
            coarse,
        })
    })
    .transpose()
}
