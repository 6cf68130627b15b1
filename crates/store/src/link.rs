//! Which cases may belong together? Derived by the matching service, made anew from cases and judgements at any time.

use std::collections::{BTreeMap, BTreeSet};

use daymark_access::{Grant, verb};
use daymark_vocab::{AgencyId, AreaCode, CaseId, MemberId, PoolId};
use jiff::Timestamp;
use jiff::civil::Date;

use crate::coarse::{self, Coarse};
use crate::error::StoreError;
use crate::granted;
use crate::sql::{self, Row, args};
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

type Pair = (CaseOf, CaseOf);

/// A pool's row: reports, agencies, first and last day, how many in 28 days.
type PoolRow = (i64, i64, Date, Date, i64);

/// Links and pools as rows by their keys: what is kept, or what is to be kept.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Rows {
    /// Weight and probability.
    links: BTreeMap<Pair, (f64, f64)>,
    /// How many links each linked case has.
    n_links: BTreeMap<CaseOf, i64>,
    pools: BTreeMap<PoolId, PoolRow>,
    members: BTreeMap<CaseOf, PoolId>,
}

impl From<Found> for Rows {
    fn from(found: Found) -> Self {
        let mut rows = Self::default();
        for link in found.links {
            for case in [&link.left, &link.right] {
                *rows.n_links.entry(case.clone()).or_default() += 1;
            }
            rows.links.insert((link.left, link.right), (link.match_weight, link.match_probability));
        }
        for pool in found.pools {
            let mut agencies: Vec<&AgencyId> = pool.cases.iter().map(|(agency, _)| agency).collect();
            agencies.sort();
            agencies.dedup();
            let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
            let row =
                (pool.n_reports, count(agencies.len()), pool.first_seen, pool.last_seen, pool.n_last_28_days);
            rows.pools.insert(pool.id.clone(), row);
            rows.members.extend(pool.cases.into_iter().map(|case| (case, pool.id.clone())));
        }
        rows
    }
}

/// The links and pools as they are kept now.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn kept(tx: &mut Tx) -> Result<Rows, StoreError> {
    tx.act_for_all().await?;
    let mut rows = Rows::default();
    for row in &tx.all(LINKS, args![]).await? {
        let link = link_from(row)?;
        rows.links.insert((link.left, link.right), (link.match_weight, link.match_probability));
    }
    for row in &tx.all("SELECT agency_id, case_id, n_links FROM case_links", args![]).await? {
        rows.n_links.insert((row.word(0, "case_links")?, row.word(1, "case_links")?), row.int(2)?);
    }
    let sql = "SELECT pool_id, n_cases, n_agencies, first_seen, last_seen, n_last_28_days FROM pool";
    for row in &tx.all(sql, args![]).await? {
        rows.pools.insert(row.word(0, "pool")?, pool_from(row)?);
    }
    for row in &tx.all("SELECT agency_id, case_id, pool_id FROM pool_member", args![]).await? {
        let case = (row.word(0, "pool_member")?, row.word(1, "pool_member")?);
        rows.members.insert(case, row.word(2, "pool_member")?);
    }
    Ok(rows)
}

/// The pools in which these cases lie, as they are kept now; no links.
async fn kept_pools_of(tx: &mut Tx, cases: &[CaseOf]) -> Result<Rows, StoreError> {
    let mut rows = Rows::default();
    let sql = "SELECT p.pool_id, p.n_cases, p.n_agencies, p.first_seen, p.last_seen, p.n_last_28_days
        FROM pool_member m JOIN pool p ON p.pool_id = m.pool_id WHERE m.agency_id = $1 AND m.case_id = $2";
    for (agency, case) in cases {
        if let Some(row) = tx.maybe(sql, args![agency, case]).await? {
            let id: PoolId = row.word(0, "pool")?;
            rows.pools.insert(id.clone(), pool_from(&row)?);
            rows.members.insert((agency.clone(), case.clone()), id);
        }
    }
    Ok(rows)
}

fn pool_from(row: &Row) -> Result<PoolRow, StoreError> {
    Ok((row.int(1)?, row.int(2)?, row.word(3, "pool")?, row.word(4, "pool")?, row.int(5)?))
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
    let kept = kept_pools_of(tx, cases).await?;
    let found = Rows::from(Found { links: Vec::new(), pools });
    apply(tx, Changes::between(&kept, &found), now).await
}

/// What has to be written so that what was found is kept.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Changes {
    gone: Rows,
    new: Rows,
}

/// Learning again moves every weight a little; below this, in bits, a link keeps the weight that it has.
const SAME_WEIGHT: f64 = 0.05;

impl Changes {
    /// From what is kept to what was found: a restart changes nothing, a report changes its neighbourhood.
    pub fn between(kept: &Rows, found: &Rows) -> Self {
        let same_weight = |a: &(f64, f64), b: &(f64, f64)| (a.0 - b.0).abs() < SAME_WEIGHT;
        let (links_gone, links) = differing(&kept.links, &found.links, same_weight);
        let (n_gone, n_links) = differing(&kept.n_links, &found.n_links, PartialEq::eq);
        let (pools_gone, pools) = differing(&kept.pools, &found.pools, PartialEq::eq);
        let (members_gone, members) = differing(&kept.members, &found.members, PartialEq::eq);
        Self {
            gone: Rows { links: links_gone, n_links: n_gone, pools: pools_gone, members: members_gone },
            new: Rows { links, n_links, pools, members },
        }
    }

    /// How many rows are taken away and how many are written.
    pub fn len(&self) -> (usize, usize) {
        let n = |rows: &Rows| rows.links.len() + rows.n_links.len() + rows.pools.len() + rows.members.len();
        (n(&self.gone), n(&self.new))
    }

    /// Whether there is nothing to write.
    pub fn is_empty(&self) -> bool {
        self.len() == (0, 0)
    }
}

/// The entries that are kept and no longer found; those that are found and not kept, or kept otherwise.
fn differing<K: Ord + Clone, V: Clone>(
    kept: &BTreeMap<K, V>,
    found: &BTreeMap<K, V>,
    same: impl Fn(&V, &V) -> bool,
) -> (BTreeMap<K, V>, BTreeMap<K, V>) {
    let copy = |(key, value): (&K, &V)| (key.clone(), value.clone());
    let gone = kept.iter().filter(|(key, _)| !found.contains_key(key)).map(copy).collect();
    let is_new = |(key, value): &(&K, &V)| kept.get(key).is_none_or(|before| !same(before, value));
    (gone, found.iter().filter(is_new).map(copy).collect())
}

/// Writes what changed among links and pools. One transaction: a reader sees the old or the new.
///
/// When a case joined a pool is kept where pool and case are the same as before.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn apply(tx: &mut Tx, changes: Changes, now: Timestamp) -> Result<(), StoreError> {
    tx.act_for_all().await?;
    let Changes { gone, new } = changes;
    let pair = |((l, r), _): (Pair, (f64, f64))| args![&l.0, &l.1, &r.0, &r.1];
    tx.delete_many(
        "DELETE FROM link WHERE agency_l = $1 AND case_l = $2 AND agency_r = $3 AND case_r = $4",
        gone.links.into_iter().map(pair).collect(),
    )
    .await?;
    let case = |case: &CaseOf| args![&case.0, &case.1];
    tx.delete_many(
        "DELETE FROM case_links WHERE agency_id = $1 AND case_id = $2",
        gone.n_links.keys().map(case).collect(),
    )
    .await?;
    tx.delete_many(
        "DELETE FROM pool_member WHERE agency_id = $1 AND case_id = $2",
        gone.members.keys().map(case).collect(),
    )
    .await?;
    let links = new
        .links
        .into_iter()
        .map(|((l, r), (weight, probability))| args![&l.0, &l.1, &r.0, &r.1, weight, probability, now]);
    tx.upsert_many(
        "INSERT INTO link (agency_l, case_l, agency_r, case_r, match_weight, match_probability, found_at_ms)",
        "ON CONFLICT (agency_l, case_l, agency_r, case_r) DO UPDATE SET match_weight = excluded.match_weight,
         match_probability = excluded.match_probability, found_at_ms = excluded.found_at_ms",
        links.collect(),
    )
    .await?;
    tx.upsert_many(
        "INSERT INTO case_links (agency_id, case_id, n_links)",
        "ON CONFLICT (agency_id, case_id) DO UPDATE SET n_links = excluded.n_links",
        new.n_links.into_iter().map(|((agency, case), n)| args![&agency, &case, n]).collect(),
    )
    .await?;
    let pools = new
        .pools
        .into_iter()
        .map(|(id, (n, agencies, first, last, recent))| args![&id, n, agencies, first, last, recent, now]);
    tx.upsert_many(
        "INSERT INTO pool (pool_id, n_cases, n_agencies, first_seen, last_seen, n_last_28_days, found_at_ms)",
        "ON CONFLICT (pool_id) DO UPDATE SET n_cases = excluded.n_cases, n_agencies = excluded.n_agencies,
         first_seen = excluded.first_seen, last_seen = excluded.last_seen,
         n_last_28_days = excluded.n_last_28_days, found_at_ms = excluded.found_at_ms",
        pools.collect(),
    )
    .await?;
    tx.upsert_many(
        "INSERT INTO pool_member (pool_id, agency_id, case_id, joined_at_ms)",
        "ON CONFLICT (agency_id, case_id) DO UPDATE SET pool_id = excluded.pool_id,
         joined_at_ms = excluded.joined_at_ms",
        new.members.into_iter().map(|((agency, case), pool)| args![&pool, &agency, &case, now]).collect(),
    )
    .await?;
    // Last: no member names them any more.
    tx.delete_many("DELETE FROM pool WHERE pool_id = $1", gone.pools.keys().map(|pool| args![pool]).collect())
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

/// Who has a case that is linked to one: its agencies, and the members it is assigned to.
pub type LinkedWith = (BTreeSet<AgencyId>, BTreeSet<MemberId>);

/// Which agencies, and which of their members, have a case linked to (or in a pool with) each of these: for the decision
/// who may see it coarsely. A case without any is absent.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn linked_with(tx: &mut Tx, cases: &[CaseOf]) -> Result<BTreeMap<CaseId, LinkedWith>, StoreError> {
    tx.act_for_all().await?;
    let (these, values) = sql::these(cases.iter().map(|(agency, case)| (agency.as_str(), case.as_str())));
    let linked = format!(
        "{these} SELECT x.asked, x.agency_id, a.member_id FROM
           (SELECT l.case_l AS asked, l.agency_r AS agency_id, l.case_r AS case_id FROM these CROSS JOIN link l
              WHERE l.agency_l = these.agency_id AND l.case_l = these.case_id
            UNION ALL SELECT l.case_r, l.agency_l, l.case_l FROM these CROSS JOIN link l
              WHERE l.agency_r = these.agency_id AND l.case_r = these.case_id) x
         LEFT JOIN assignment a ON a.agency_id = x.agency_id AND a.case_id = x.case_id"
    );
    let mut found: BTreeMap<CaseId, LinkedWith> = BTreeMap::new();
    for row in &tx.all(&linked, values.clone()).await? {
        let (agencies, members) = found.entry(row.word(0, "link")?).or_default();
        agencies.insert(row.word(1, "link")?);
        members.extend(row.word_opt::<MemberId>(2, "assignment")?);
    }
    // Each pool once, however many of its cases were asked for.
    let pools = format!(
        "{these}, pools(pool_id) AS (SELECT DISTINCT m.pool_id FROM these CROSS JOIN pool_member m
           WHERE m.agency_id = these.agency_id AND m.case_id = these.case_id)
         SELECT o.pool_id, o.case_id, o.agency_id, a.member_id FROM pools CROSS JOIN pool_member o
         LEFT JOIN assignment a ON a.agency_id = o.agency_id AND a.case_id = o.case_id
         WHERE o.pool_id = pools.pool_id"
    );
    let mut in_pool: BTreeMap<PoolId, Vec<(CaseId, AgencyId, Option<MemberId>)>> = BTreeMap::new();
    for row in &tx.all(&pools, values).await? {
        let member =
            (row.word(1, "pool_member")?, row.word(2, "pool_member")?, row.word_opt(3, "assignment")?);
        in_pool.entry(row.word(0, "pool_member")?).or_default().push(member);
    }
    let asked: BTreeSet<&CaseId> = cases.iter().map(|(_, case)| case).collect();
    for pool in in_pool.values() {
        for case in pool.iter().map(|(case, ..)| case).filter(|case| asked.contains(case)) {
            let (agencies, members) = found.entry(case.clone()).or_default();
            for (_, agency, member) in pool.iter().filter(|(other, ..)| other != case) {
                if !agencies.contains(agency) {
                    agencies.insert(agency.clone());
                }
                members.extend(member.clone());
            }
        }
    }
    found.retain(|_, (agencies, _)| !agencies.is_empty());
    Ok(found)
}

/// Area and day of the reports since `day` whose case has a suggested link: for counts, without their cases.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn linked_since(tx: &mut Tx, day: Date) -> Result<Vec<(AreaCode, Date)>, StoreError> {
    tx.act_for_all().await?;
    let sql = "SELECT c.area, c.received_on FROM case_coarse c WHERE c.received_on >= $1
        AND EXISTS (SELECT 1 FROM case_links l WHERE l.agency_id = c.agency_id AND l.case_id = c.case_id)";
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

/// Cases as coarse summaries, one grant each; what is not there is left out. Each reading is noted.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn summaries(
    tx: &mut Tx,
    grants: &[Grant<verb::ReadCaseCoarse>],
    now: Timestamp,
) -> Result<BTreeMap<CaseId, Summary>, StoreError> {
    tx.act_for_all().await?;
    let mut asked = Vec::with_capacity(grants.len());
    let mut reader = None;
    for grant in grants {
        let by = granted::by(grant)?;
        asked.push((by.owner.as_str(), grant.id().as_str()));
        reader = Some(by.agency);
        tx.note(granted::entry(grant, "", now)?);
    }
    let (these, values) = sql::these(asked.into_iter());
    let query = format!(
        "{these} SELECT f.agency_id, f.case_id, f.reference, {} FROM these CROSS JOIN case_file f CROSS JOIN case_coarse c
         WHERE f.agency_id = these.agency_id AND f.case_id = these.case_id
         AND c.agency_id = f.agency_id AND c.case_id = f.case_id",
        coarse::COLUMNS
    );
    let mut found = BTreeMap::new();
    for row in &tx.all(&query, values).await? {
        let mut summary = Summary {
            agency: row.word(0, "case_file")?,
            case: row.word(1, "case_file")?,
            reference: row.text(2)?,
            coarse: Coarse::from_row(row, 3)?,
        };
        if reader != Some(&summary.agency) {
            summary.coarse.age_band = String::new();
            summary.coarse.gender = String::new();
        }
        found.insert(summary.case.clone(), summary);
    }
    Ok(found)
}

/// One case as a coarse summary.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn summary(
    tx: &mut Tx,
    grant: &Grant<verb::ReadCaseCoarse>,
    now: Timestamp,
) -> Result<Option<Summary>, StoreError> {
    Ok(summaries(tx, std::slice::from_ref(grant), now).await?.remove(grant.id()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(links: &[(&str, &str, f64)], pools: &[(&str, &[&str])]) -> Rows {
        let case = |id: &str| -> CaseOf { ("ours".parse().unwrap(), id.parse().unwrap()) };
        let link = |(left, right, match_weight): &(&str, &str, f64)| Link {
            left: case(left),
            right: case(right),
            match_weight: *match_weight,
            match_probability: 0.5,
        };
        let pool = |(id, cases): &(&str, &[&str])| NewPool {
            id: id.parse().unwrap(),
            cases: cases.iter().map(|id| case(id)).collect(),
            n_reports: cases.len() as i64,
            first_seen: jiff::civil::date(2026, 1, 1),
            last_seen: jiff::civil::date(2026, 1, 2),
            n_last_28_days: 0,
        };
        let links = links.iter().map(link).collect();
        Found { links, pools: pools.iter().map(pool).collect() }.into()
    }

    #[test]
    fn only_what_changed_is_written() {
        let before = rows(&[("a", "b", 3.0), ("b", "c", 4.0), ("d", "e", 1.0)], &[("p", &["a", "b"])]);
        assert!(Changes::between(&before, &before).is_empty());
        let after = rows(&[("a", "b", 3.01), ("b", "c", 5.0)], &[("p", &["a", "b", "c"])]);
        let Changes { gone, new } = Changes::between(&before, &after);
        let pairs = |rows: &Rows| {
            rows.links.keys().map(|(l, r)| format!("{}{}", l.1, r.1)).collect::<Vec<_>>().join(" ")
        };
        assert_eq!((pairs(&gone), pairs(&new)), ("de".to_owned(), "bc".to_owned()), "a–b moved too little");
        assert_eq!((gone.n_links.len(), new.n_links.len()), (2, 0));
        assert_eq!((gone.members.len(), new.members.len()), (0, 1), "a and b joined before");
        assert_eq!((gone.pools.len(), new.pools.len()), (0, 1), "it grew");
    }
}
