//! The case: the work that one agency does for one child. Opened, read, listed, assigned.

use std::collections::{BTreeMap, BTreeSet};

use daymark_access::{Action, Grant, Scope, Staff, Verb, verb};
use daymark_vocab::{AgencyId, AreaCode, CaseId, EntityId, EntityKind, ImportId, Involvement, MemberId};
use jiff::Timestamp;
use jiff::civil::Date;

use crate::agency;
use crate::assignment;
use crate::audit::Entry;
use crate::child_reference;
use crate::coarse::{self, Coarse};
use crate::entity::{self, Entity, NewEntity, Part};
use crate::error::StoreError;
use crate::granted;
use crate::keys::{self, Key, Purpose};
use crate::selector;
use crate::sql::{self, Arg, Row, args};
use crate::transaction::Tx;

/// Where a case stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// Work goes on.
    Open,
    /// The investigation is over; support goes on.
    Support,
    /// Closed.
    Closed,
}

impl Status {
    /// All, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::Open, Self::Support, Self::Closed];

    /// The word in the store.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Support => "support",
            Self::Closed => "closed",
        }
    }

    /// The words on pages.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Open => "Open",
            Self::Support => "Support continues",
            Self::Closed => "Closed",
        }
    }
}

impl std::str::FromStr for Status {
    type Err = ();

    fn from_str(code: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|status| status.code() == code).ok_or(())
    }
}

/// A case to be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCase {
    /// The police force area in which the child lives.
    pub area: AreaCode,
    /// Who leads it and is assigned to it.
    pub lead: Option<MemberId>,
    /// When somebody looks again.
    pub next_check_on: Option<Date>,
    /// What it holds.
    pub entities: Vec<NewEntity>,
    /// Who had which part, by positions in `entities`: (incident, party, part).
    pub parts: Vec<(usize, usize, Involvement)>,
    /// Which import brought it.
    pub import: Option<ImportId>,
}

/// A case that was opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// Its id.
    pub id: CaseId,
    /// Its number for people: `NY-0231`.
    pub reference: String,
}

/// What a decision needs to know of a case, before anything of it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Whose {
    /// The owner.
    pub agency: AgencyId,
    /// Which case.
    pub case: CaseId,
    /// The members assigned to it.
    pub assigned: BTreeSet<MemberId>,
    /// The agencies to which the owner released it.
    pub released_to: BTreeSet<AgencyId>,
}

/// A case with all that it holds (without the direct identifiers).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// The owner.
    pub agency: AgencyId,
    /// Its id.
    pub id: CaseId,
    /// Its number for people.
    pub reference: String,
    /// Where it stands.
    pub status: Status,
    /// The police force area in which the child lives.
    pub area: AreaCode,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// When somebody looks again.
    pub next_check_on: Option<Date>,
    /// Who leads it.
    pub lead: Option<MemberId>,
    /// Everybody assigned.
    pub assigned: BTreeSet<MemberId>,
    /// Grows by one with each change of the file itself.
    pub row_version: i64,
    /// The version of the content that shaped it.
    pub content_version: String,
    /// What it holds, by kind and ordinal.
    pub entities: Vec<Entity>,
    /// Who had which part.
    pub parts: Vec<Part>,
}

/// Opens a case.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn open(
    tx: &mut Tx,
    grant: &Grant<verb::CreateCase>,
    new: NewCase,
    content_version: &str,
    now: Timestamp,
) -> Result<Opened, StoreError> {
    let opened = open_all(tx, grant, vec![new], content_version, now).await?;
    opened.into_iter().next().ok_or(StoreError::row("case_file", "the case was not opened"))
}

/// Opens many cases at once: an import. The caller has checked the grant's action.
pub(crate) async fn open_all<V: Verb>(
    tx: &mut Tx,
    grant: &Grant<V>,
    cases: Vec<NewCase>,
    content_version: &str,
    now: Timestamp,
) -> Result<Vec<Opened>, StoreError> {
    let by = granted::by(grant)?;
    let agency = by.agency;
    tx.act_for(agency).await?;
    let n = i64::try_from(cases.len()).unwrap_or(i64::MAX);
    let (prefix, first) = agency::take_case_numbers(tx, agency, n).await?;
    let holder_key = tx.agency_key(agency, Purpose::Record).await?;
    let entropy = tx.entropy();
    let mut rows = NewRows::default();
    let mut opened = Vec::with_capacity(cases.len());
    let mut children: Vec<(CaseId, String)> = Vec::new();
    for (number, case) in (first..).zip(cases) {
        let id = CaseId::random(entropy.as_ref())?;
        let reference = format!("{prefix}-{number:04}");
        let key = Key::random(entropy.as_ref())?;
        let wrapped = keys::wrap_case_key(&holder_key, agency, &id, &key, entropy.as_ref())?;
        rows.files.push(args![
            agency,
            &id,
            reference.as_str(),
            Status::Open.code(),
            &case.area,
            now,
            case.next_check_on,
            case.lead.as_ref(),
            case.import.as_ref(),
            content_version
        ]);
        rows.keys.push(args![agency, &id, agency, wrapped]);
        if let Some(lead) = &case.lead {
            rows.assignments.push(args![agency, &id, lead, by.member, now]);
        }
        let body_key = entity::body_key(&key);
        let mut ids = Vec::with_capacity(case.entities.len());
        for new in &case.entities {
            let entity_id = EntityId::random(entropy.as_ref())?;
            rows.entities.push(entity::new_row(
                tx,
                &body_key,
                agency,
                &id,
                (&entity_id, new),
                (by.member, now),
            )?);
            rows.selectors.extend(selector::row(tx, agency, &id, &entity_id, &new.facts));
            if new.kind == EntityKind::Child
                && let Some(reference) = child_reference::in_facts(&new.facts)
            {
                children.push((id.clone(), reference.to_owned()));
            }
            ids.push(entity_id);
        }
        for (incident, party, involvement) in &case.parts {
            if let (Some(incident), Some(party)) = (ids.get(*incident), ids.get(*party)) {
                rows.parts.push(args![agency, &id, incident, party, involvement.code()]);
            }
        }
        let facts: Vec<_> = case.entities.iter().map(|new| (new.kind, new.ordinal, &new.facts)).collect();
        rows.coarse.push(Coarse::project(&facts, &case.area, now).into_row(tx, agency, &id));
        tx.note(Entry {
            subject_kind: "Case",
            subject_id: id.to_string(),
            ..granted::entry(grant, "", now)?
        });
        opened.push(Opened { id, reference });
    }
    let children = children.iter().map(|(case, reference)| (case, reference.as_str()));
    rows.children = child_reference::rows(tx, agency, children).await?;
    rows.insert(tx).await?;
    Ok(opened)
}

#[derive(Default)]
struct NewRows {
    files: Vec<Vec<Arg>>,
    keys: Vec<Vec<Arg>>,
    assignments: Vec<Vec<Arg>>,
    entities: Vec<Vec<Arg>>,
    parts: Vec<Vec<Arg>>,
    coarse: Vec<Vec<Arg>>,
    selectors: Vec<Vec<Arg>>,
    children: Vec<Vec<Arg>>,
}

impl NewRows {
    async fn insert(self, tx: &mut Tx) -> Result<(), StoreError> {
        for (head, rows) in [
            (
                "INSERT INTO case_file (agency_id, case_id, reference, status, area, opened_at_ms, next_check_on, lead_member_id, import_id, content_version)",
                self.files,
            ),
            ("INSERT INTO case_key (agency_id, case_id, holder_agency_id, wrapped)", self.keys),
            (
                "INSERT INTO assignment (agency_id, case_id, member_id, assigned_by, assigned_at_ms)",
                self.assignments,
            ),
            (entity::INSERT, self.entities),
            ("INSERT INTO involvement (agency_id, case_id, incident_id, party_id, involvement)", self.parts),
            (coarse::INSERT, self.coarse),
            (selector::INSERT, self.selectors),
            (child_reference::INSERT, self.children),
        ] {
            tx.insert_many(head, rows, true).await?;
        }
        Ok(())
    }
}

/// Whose case is it? What a decision is made on; reads nothing of the child.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn whose(tx: &mut Tx, case: &CaseId) -> Result<Option<Whose>, StoreError> {
    Ok(whose_of(tx, std::slice::from_ref(case)).await?.remove(case))
}

/// The same for many cases; what is not there is left out.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn whose_of(tx: &mut Tx, cases: &[CaseId]) -> Result<BTreeMap<CaseId, Whose>, StoreError> {
    tx.act_for_all().await?;
    let (places, values) = sql::one_of(cases.iter().map(CaseId::as_str));
    let query = format!("SELECT agency_id, case_id FROM case_file WHERE case_id IN ({places})");
    let mut found = BTreeMap::new();
    for row in &tx.all(&query, values).await? {
        let (agency, case): (AgencyId, CaseId) = (row.word(0, "case_file")?, row.word(1, "case_file")?);
        let whose =
            Whose { agency, case: case.clone(), assigned: BTreeSet::new(), released_to: BTreeSet::new() };
        found.insert(case, whose);
    }
    let (these, values) =
        sql::these(found.values().map(|whose| (whose.agency.as_str(), whose.case.as_str())));
    // One answer for both: a member to whom it is assigned, or an agency that holds its key.
    let query = format!(
        "{these} SELECT a.case_id, a.member_id, NULL FROM these CROSS JOIN assignment a
         WHERE a.agency_id = these.agency_id AND a.case_id = these.case_id
         UNION ALL SELECT k.case_id, NULL, k.holder_agency_id FROM these CROSS JOIN case_key k
         WHERE k.agency_id = these.agency_id AND k.case_id = these.case_id AND k.holder_agency_id <> k.agency_id"
    );
    for row in &tx.all(&query, values).await? {
        if let Some(whose) = found.get_mut(&row.word::<CaseId>(0, "assignment")?) {
            whose.assigned.extend(row.word_opt::<MemberId>(1, "assignment")?);
            whose.released_to.extend(row.word_opt::<AgencyId>(2, "case_key")?);
        }
    }
    Ok(found)
}

/// The data key of a case, as one agency holds it.
pub(crate) async fn key(
    tx: &mut Tx,
    agency: &AgencyId,
    case: &CaseId,
    holder: &AgencyId,
) -> Result<Key, StoreError> {
    let holder_key = tx.agency_key(holder, Purpose::Record).await?;
    let row = tx
        .maybe(
            "SELECT wrapped FROM case_key WHERE agency_id = $1 AND case_id = $2 AND holder_agency_id = $3",
            args![agency, case, holder],
        )
        .await?
        .ok_or(StoreError::Key { which: "of a case" })?;
    keys::open_case_key(&holder_key, agency, case, &row.blob(0)?)
}

/// Gives another agency the key of a case: it was released to them.
pub(crate) async fn release(
    tx: &mut Tx,
    agency: &AgencyId,
    case: &CaseId,
    to: &AgencyId,
) -> Result<(), StoreError> {
    tx.act_for_all().await?;
    let case_key = key(tx, agency, case, agency).await?;
    let their_key = tx.agency_key(to, Purpose::Record).await?;
    let wrapped = keys::wrap_case_key(&their_key, agency, case, &case_key, tx.entropy().as_ref())?;
    tx.change(
        "INSERT INTO case_key (agency_id, case_id, holder_agency_id, wrapped) VALUES ($1, $2, $3, $4)
         ON CONFLICT (agency_id, case_id, holder_agency_id) DO NOTHING",
        args![agency, case, to, wrapped],
    )
    .await?;
    Ok(())
}

/// Takes the key back.
pub(crate) async fn recall(
    tx: &mut Tx,
    agency: &AgencyId,
    case: &CaseId,
    from: &AgencyId,
) -> Result<(), StoreError> {
    tx.act_for_all().await?;
    tx.change(
        "DELETE FROM case_key WHERE agency_id = $1 AND case_id = $2 AND holder_agency_id = $3 AND holder_agency_id <> agency_id",
        args![agency, case, from],
    )
    .await?;
    Ok(())
}

/// Reads a case. The reading is noted in the same transaction; commit before a byte leaves.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn read(
    tx: &mut Tx,
    grant: &Grant<verb::ReadCase>,
    now: Timestamp,
) -> Result<Option<Case>, StoreError> {
    let (by, id) = (granted::by(grant)?, grant.id());
    let agency = by.owner;
    tx.act_for(by.agency).await?;
    let row = tx
        .maybe(
            "SELECT reference, status, area, opened_at_ms, next_check_on, lead_member_id, row_version, content_version
             FROM case_file WHERE agency_id = $1 AND case_id = $2",
            args![agency, id],
        )
        .await?;
    let Some(row) = row else { return Ok(None) };
    let case_key = key(tx, agency, id, by.agency).await?;
    let assigned = tx
        .all("SELECT member_id FROM assignment WHERE agency_id = $1 AND case_id = $2", args![agency, id])
        .await?
        .iter()
        .map(|row| row.word(0, "assignment"))
        .collect::<Result<_, _>>()?;
    let case = Case {
        agency: agency.clone(),
        id: id.clone(),
        reference: row.text(0)?,
        status: row.word(1, "case_file")?,
        area: row.word(2, "case_file")?,
        opened_at: row.at(3)?,
        next_check_on: row.word_opt(4, "case_file")?,
        lead: row.word_opt(5, "case_file")?,
        assigned,
        row_version: row.int(6)?,
        content_version: row.text(7)?,
        entities: entity::all_of(tx, &case_key, agency, id).await?,
        parts: entity::parts_of(tx, agency, id).await?,
    };
    tx.note(granted::entry(grant, "", now)?);
    Ok(Some(case))
}

/// What stands at the head of a case's pages: nothing of the child.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Its number for people.
    pub reference: String,
    /// Where it stands.
    pub status: Status,
    /// The police force area.
    pub area: AreaCode,
    /// When somebody looks again.
    pub next_check_on: Option<Date>,
}

/// The head of a case whose links may be read. The reading of the links leaves the audit row.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn head(tx: &mut Tx, grant: &Grant<verb::ReadLinks>) -> Result<Option<Head>, StoreError> {
    let by = granted::by(grant)?;
    tx.maybe(
        "SELECT reference, status, area, next_check_on FROM case_file WHERE agency_id = $1 AND case_id = $2",
        args![by.owner, grant.id()],
    )
    .await?
    .map(|row| {
        Ok(Head {
            reference: row.text(0)?,
            status: row.word(1, "case_file")?,
            area: row.word(2, "case_file")?,
            next_check_on: row.word_opt(3, "case_file")?,
        })
    })
    .transpose()
}

/// One line of a list of cases: coarse facts only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The owner.
    pub agency: AgencyId,
    /// Its id.
    pub id: CaseId,
    /// Its number for people.
    pub reference: String,
    /// Where it stands.
    pub status: Status,
    /// When somebody looks again.
    pub next_check_on: Option<Date>,
    /// Whether it has a lead.
    pub has_lead: bool,
    /// Its coarse facts.
    pub coarse: Coarse,
    /// How many suggested links it has.
    pub n_links: i64,
    /// How large the pool is in which it lies; 0 for none.
    pub pool_size: i64,
}

pub(crate) const LISTED: &str =
    "SELECT f.agency_id, f.case_id, f.reference, f.status, f.next_check_on, f.lead_member_id,
    COALESCE((SELECT l.n_links FROM case_links l WHERE l.agency_id = f.agency_id AND l.case_id = f.case_id), 0),
    COALESCE((SELECT p.n_cases FROM pool_member pm JOIN pool p ON p.pool_id = pm.pool_id
      WHERE pm.agency_id = f.agency_id AND pm.case_id = f.case_id), 0),";

pub(crate) fn listed(row: &Row) -> Result<Listed, StoreError> {
    Ok(Listed {
        agency: row.word(0, "case_file")?,
        id: row.word(1, "case_file")?,
        reference: row.text(2)?,
        status: row.word(3, "case_file")?,
        next_check_on: row.word_opt(4, "case_file")?,
        has_lead: row.text_opt(5)?.is_some(),
        n_links: row.int(6)?,
        pool_size: row.int(7)?,
        coarse: Coarse::from_row(row, 8)?,
    })
}

/// Which cases a list shows. Every filter narrows; `None` leaves it open.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only those assigned to this member.
    pub assigned_to: Option<MemberId>,
    /// Only those in this state.
    pub status: Option<Status>,
    /// Only those in this police force area.
    pub area: Option<AreaCode>,
    /// Only those whose number begins so.
    pub reference: Option<String>,
    /// Only those with a suggested link.
    pub linked: bool,
    /// Only those received from the first to the second of these days, both included.
    pub received: Option<(Date, Date)>,
    /// Only those that are not closed and whose next check is due by this day; the earliest first.
    pub due_by: Option<Date>,
    /// Counts no further than one more than this: a count of everything would cost more than the page.
    pub count_up_to: Option<i64>,
}

/// A page of the cases that `who` may list with `action`, newest first (the earliest due first where the filter asks
/// what is due): at most `n`, after `offset`; and how many there
/// are in all, as far as the filter lets count. What may be listed is asked of `access` here, so that no list can be wider.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn list(
    tx: &mut Tx,
    who: &Staff,
    action: Action,
    filter: &Filter,
    (offset, n): (i64, i64),
    now: Timestamp,
) -> Result<(Vec<Listed>, i64), StoreError> {
    tx.act_for(&who.agency).await?;
    // One arm for each way to have a case in the list, so that each goes along an index of its own.
    const OWN: &str = "FROM case_file f WHERE f.agency_id = $1";
    const ASSIGNED: &str = "FROM assignment a CROSS JOIN case_file f
         WHERE a.agency_id = $1 AND a.member_id = $2 AND f.agency_id = a.agency_id AND f.case_id = a.case_id";
    const RECEIVED: &str = "FROM case_coarse r CROSS JOIN case_file f
         WHERE r.received_on BETWEEN $2 AND $3 AND r.agency_id = $1 AND f.agency_id = r.agency_id AND f.case_id = r.case_id";
    // Two ranges of the holder's keys, before and after its own: "other than mine" would go through all of them.
    const RELEASED: [&str; 2] = [
        "FROM case_key k JOIN case_file f ON f.agency_id = k.agency_id AND f.case_id = k.case_id
         WHERE k.holder_agency_id = $1 AND k.agency_id < $1",
        "FROM case_key k JOIN case_file f ON f.agency_id = k.agency_id AND f.case_id = k.case_id
         WHERE k.holder_agency_id = $1 AND k.agency_id > $1",
    ];
    let (arms, mut values): (&[&str], _) =
        match (daymark_access::scope_for_list(who, action), filter.received) {
            (Scope::Assigned { agency, member, .. }, _) => (&[ASSIGNED], args![&agency, &member]),
            (Scope::Agency { agency, .. }, None) => (&[OWN], args![&agency]),
            (Scope::Agency { agency, .. }, Some((from, to))) => (&[RECEIVED], args![&agency, from, to]),
            (Scope::AgencyAndReleased { agency, .. }, None) => {
                (&[OWN, RELEASED[0], RELEASED[1]], args![&agency])
            }
            (Scope::AgencyAndReleased { agency, .. }, Some((from, to))) => {
                (&[RECEIVED, RELEASED[0], RELEASED[1]], args![&agency, from, to])
            }
            (Scope::None | Scope::SentOrReceived { .. }, _) => return Ok((Vec::new(), 0)),
        };
    let mut wheres = String::new();
    if let Some(member) = &filter.assigned_to {
        values.extend(args![member]);
        wheres.push_str(&format!(
            " AND EXISTS (SELECT 1 FROM assignment s WHERE s.agency_id = f.agency_id AND s.case_id = f.case_id AND s.member_id = ${})",
            values.len()
        ));
    }
    if let Some(status) = filter.status {
        values.extend(args![status.code()]);
        wheres.push_str(&format!(" AND f.status = ${}", values.len()));
    }
    if let Some(area) = &filter.area {
        values.extend(args![area]);
        wheres.push_str(&format!(" AND f.area = ${}", values.len()));
    }
    if let Some(reference) = &filter.reference {
        let plain: String = reference.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
        values.extend(args![plain.to_uppercase()]);
        wheres.push_str(&format!(" AND {}", tx.dialect().starts_with("f.reference", values.len())));
    }
    if filter.linked {
        wheres.push_str(
            " AND EXISTS (SELECT 1 FROM case_links l WHERE l.agency_id = f.agency_id AND l.case_id = f.case_id)",
        );
    }
    if let Some((from, to)) = filter.received {
        values.extend(args![from, to]);
        wheres.push_str(&format!(
            " AND (f.agency_id, f.case_id) IN (SELECT r.agency_id, r.case_id FROM case_coarse r WHERE r.received_on BETWEEN ${} AND ${})",
            values.len() - 1,
            values.len()
        ));
    }
    if let Some(day) = filter.due_by {
        values.extend(args![day]);
        wheres.push_str(&format!(" AND f.status <> 'closed' AND f.next_check_on <= ${}", values.len()));
    }
    let order = match filter.due_by {
        Some(_) => ["next_check_on", "reference"],
        None => ["opened_at_ms DESC", "reference DESC"],
    };
    let found = |columns: &str| {
        let arms: Vec<String> = arms.iter().map(|arm| format!("SELECT {columns} {arm}{wheres}")).collect();
        arms.join(" UNION ALL ")
    };
    let limit = filter.count_up_to.map_or_else(String::new, |most| format!(" LIMIT {}", most + 1));
    let count = format!("SELECT COUNT(*) FROM ({}{limit}) counted", found("1"));
    let total = tx.one(&count, values.clone()).await?.int(0)?;
    let limit = format!("LIMIT ${} OFFSET ${}", values.len() + 1, values.len() + 2);
    values.extend(args![n, offset]);
    let sql = format!(
        "{LISTED} {} FROM ({} ORDER BY {} {limit}) x
         JOIN case_file f ON f.agency_id = x.agency_id AND f.case_id = x.case_id
         JOIN case_coarse c ON c.agency_id = f.agency_id AND c.case_id = f.case_id
         ORDER BY {}",
        coarse::COLUMNS,
        found("f.agency_id, f.case_id, f.opened_at_ms, f.next_check_on, f.reference"),
        order.join(", "),
        order.map(|column| format!("x.{column}")).join(", ")
    );
    let rows = tx.all(&sql, values).await?;
    tx.note(Entry {
        agency: who.agency.clone(),
        member: Some(who.member.clone()),
        at: now,
        verb: action.code(),
        subject_kind: "Agency",
        subject_agency: who.agency.clone(),
        subject_id: who.agency.to_string(),
        policies: format!("list {}", action.code()),
        detail: format!("rows {}", rows.len()),
    });
    Ok((rows.iter().map(listed).collect::<Result<_, _>>()?, total))
}

/// What the file itself says, to be changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileChange {
    /// Where it stands.
    pub status: Status,
    /// When somebody looks again.
    pub next_check_on: Option<Date>,
    /// Who leads it; becomes assigned.
    pub lead: Option<MemberId>,
    /// Whether whoever led it before, if somebody else leads it now, is no longer assigned.
    pub former_lead_leaves: bool,
}

/// Changes the file; `false` when somebody changed it since `base_version`, and then nothing is written.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn change_file(
    tx: &mut Tx,
    grant: &Grant<verb::AssignCase>,
    base_version: i64,
    change: &FileChange,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let (by, id) = (granted::by(grant)?, grant.id());
    let agency = by.owner;
    tx.act_for(by.agency).await?;
    let former = tx
        .maybe(
            "SELECT lead_member_id FROM case_file WHERE agency_id = $1 AND case_id = $2",
            args![agency, id],
        )
        .await?;
    let former: Option<MemberId> = former.map_or(Ok(None), |row| row.word_opt(0, "case_file"))?;
    let n = tx
        .change(
            "UPDATE case_file SET status = $4, next_check_on = $5, lead_member_id = $6, row_version = row_version + 1
             WHERE agency_id = $1 AND case_id = $2 AND row_version = $3",
            args![agency, id, base_version, change.status.code(), change.next_check_on, change.lead.as_ref()],
        )
        .await?;
    if n == 0 {
        return Ok(false);
    }
    if let Some(lead) = &change.lead {
        tx.change(
            "INSERT INTO assignment (agency_id, case_id, member_id, assigned_by, assigned_at_ms) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (agency_id, case_id, member_id) DO NOTHING",
            args![agency, id, lead, by.member, now],
        )
        .await?;
    }
    let mut detail = format!("status {}", change.status.code());
    if change.lead != former {
        let named = |lead: &Option<MemberId>| lead.as_ref().map_or("none".to_owned(), ToString::to_string);
        detail = format!("{detail} lead {} -> {}", named(&former), named(&change.lead));
    }
    if let Some(former) =
        former.filter(|former| change.former_lead_leaves && change.lead.as_ref() != Some(former))
    {
        assignment::remove(tx, (agency, id), &former).await?;
        detail = format!("{detail} unassign {former}");
    }
    tx.note(granted::entry(grant, detail, now)?);
    Ok(true)
}
