//! What does a case hold, and what did it say before? Every change keeps the former state and its author.

use daymark_access::{Grant, verb};
use daymark_vocab::{AgencyId, CaseId, EntityId, EntityKind, FieldId, Involvement, MemberId};
use jiff::Timestamp;

use crate::case_file;
use crate::child_reference;
use crate::coarse;
use crate::error::StoreError;
use crate::fact_row::{self, Facts};
use crate::granted;
use crate::keys::Key;
use crate::seal::{self, Place as SealPlace};
use crate::selector;
use crate::sql::{Arg, Row, args};
use crate::transaction::Tx;

/// One thing inside a case, with its facts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entity {
    /// Its id.
    pub id: EntityId,
    /// What kind of thing.
    pub kind: EntityKind,
    /// Its place among its kind, from 1; 0 for what is said of all of its kind together.
    pub ordinal: i64,
    /// What is held about it.
    pub facts: Facts,
    /// Grows by one with each change.
    pub row_version: i64,
    /// Who changed it last.
    pub changed_by: MemberId,
    /// When.
    pub changed_at: Timestamp,
}

/// A thing to be added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEntity {
    /// What kind of thing.
    pub kind: EntityKind,
    /// Its place among its kind, from 1; 0 for what is said of all of its kind together.
    pub ordinal: i64,
    /// What is held about it.
    pub facts: Facts,
}

/// The part that one thing had in an incident.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Part {
    /// Which incident.
    pub incident: EntityId,
    /// Who or what.
    pub party: EntityId,
    /// Which part.
    pub involvement: Involvement,
}

/// Where a thing is put among its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// After the last of its kind: two people who add at once get one place each.
    Next,
    /// The one place of its kind: 1 for a kind of which there is one, 0 for what is said of all together.
    Only(i64),
}

/// What became of an addition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Added {
    /// It is in the case.
    Added {
        /// Its id.
        id: EntityId,
        /// Its place among its kind.
        ordinal: i64,
    },
    /// Somebody else filled the one place first: nothing was written. Show both.
    Taken {
        /// What is held there.
        theirs: Box<Entity>,
    },
}

/// What became of a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Changed {
    /// It was saved; this is the new version.
    Saved {
        /// The new row version.
        row_version: i64,
    },
    /// Somebody else changed one of the same fields since: nothing was overwritten. Show both.
    Conflict {
        /// What is held now.
        theirs: Box<Entity>,
        /// The fields that both changed.
        fields: Vec<FieldId>,
    },
    /// There is no such thing in this case.
    Absent,
}

const COLUMNS: &str = "entity_id, kind, ordinal, body_sealed, row_version, changed_by, changed_at_ms";

fn open_row(key: &Key, agency: &AgencyId, row: &Row) -> Result<Entity, StoreError> {
    let id: EntityId = row.word(0, "entity")?;
    let row_version = row.int(4)?;
    let bytes =
        seal::open(key, &SealPlace::of("entity", "body", id.as_str(), agency, row_version), &row.blob(3)?)?;
    Ok(Entity {
        kind: row.word(1, "entity")?,
        ordinal: row.int(2)?,
        facts: fact_row::decode(&bytes)?,
        row_version,
        changed_by: row.word(5, "entity")?,
        changed_at: row.at(6)?,
        id,
    })
}

/// The facts' key below a case's data key.
pub(crate) fn body_key(case_key: &Key) -> Key {
    case_key.derive("entity.body.v1")
}

pub(crate) fn seal_body(
    tx: &Tx,
    key: &Key,
    agency: &AgencyId,
    id: &EntityId,
    row_version: i64,
    facts: &Facts,
) -> Result<Vec<u8>, StoreError> {
    let place = SealPlace::of("entity", "body", id.as_str(), agency, row_version);
    seal::seal(key, &place, &fact_row::encode(facts), tx.entropy().as_ref())
}

/// The row of a new entity, for [`Tx::insert_many`] with [`INSERT`].
pub(crate) fn new_row(
    tx: &Tx,
    key: &Key,
    agency: &AgencyId,
    case: &CaseId,
    (id, new): (&EntityId, &NewEntity),
    (by, now): (&MemberId, Timestamp),
) -> Result<Vec<Arg>, StoreError> {
    Ok(args![
        agency,
        case,
        id,
        new.kind.code(),
        new.ordinal,
        seal_body(tx, key, agency, id, 1, &new.facts)?,
        1_i64,
        by,
        now
    ])
}

pub(crate) const INSERT: &str = "INSERT INTO entity (agency_id, case_id, entity_id, kind, ordinal, body_sealed, row_version, changed_by, changed_at_ms)";

pub(crate) async fn all_of(
    tx: &mut Tx,
    key: &Key,
    agency: &AgencyId,
    case: &CaseId,
) -> Result<Vec<Entity>, StoreError> {
    let key = body_key(key);
    let sql = format!("SELECT {COLUMNS} FROM entity WHERE agency_id = $1 AND case_id = $2");
    let mut entities: Vec<Entity> = tx
        .all(&sql, args![agency, case])
        .await?
        .iter()
        .map(|row| open_row(&key, agency, row))
        .collect::<Result<_, _>>()?;
    entities.sort_by_key(|entity| (entity.kind, entity.ordinal));
    Ok(entities)
}

pub(crate) async fn parts_of(tx: &mut Tx, agency: &AgencyId, case: &CaseId) -> Result<Vec<Part>, StoreError> {
    let rows = tx
        .all(
            "SELECT incident_id, party_id, involvement FROM involvement WHERE agency_id = $1 AND case_id = $2",
            args![agency, case],
        )
        .await?;
    let mut parts: Vec<Part> = rows
        .iter()
        .map(|row| {
            Ok(Part {
                incident: row.word(0, "involvement")?,
                party: row.word(1, "involvement")?,
                involvement: row.word(2, "involvement")?,
            })
        })
        .collect::<Result<_, StoreError>>()?;
    parts.sort();
    Ok(parts)
}

/// Adds a thing to a case, at a place that no other thing has.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn add(
    tx: &mut Tx,
    grant: &Grant<verb::ChangeCase>,
    kind: EntityKind,
    place: Place,
    facts: Facts,
    now: Timestamp,
) -> Result<Added, StoreError> {
    let (by, case) = (granted::by(grant)?, grant.id());
    let agency = by.owner;
    tx.act_for(by.agency).await?;
    let case_key = case_file::key(tx, agency, case, by.agency).await?;
    let body_key = body_key(&case_key);
    // Whoever adds to this case at the same time waits here, and then sees this thing.
    let for_update = tx.dialect().for_update();
    let lock = format!("SELECT case_id FROM case_file WHERE agency_id = $1 AND case_id = $2{for_update}");
    tx.one(&lock, args![agency, case]).await?;
    let ordinal = match place {
        Place::Only(ordinal) => {
            let sql = format!(
                "SELECT {COLUMNS} FROM entity WHERE agency_id = $1 AND case_id = $2 AND kind = $3 AND ordinal = $4"
            );
            if let Some(row) = tx.maybe(&sql, args![agency, case, kind.code(), ordinal]).await? {
                tx.note(granted::entry(grant, "conflict: read only", now)?);
                return Ok(Added::Taken { theirs: Box::new(open_row(&body_key, agency, &row)?) });
            }
            ordinal
        }
        Place::Next => {
            let sql = "SELECT COALESCE(MAX(ordinal), 0) FROM entity WHERE agency_id = $1 AND case_id = $2 AND kind = $3";
            tx.one(sql, args![agency, case, kind.code()]).await?.int(0)? + 1
        }
    };
    let id = EntityId::random(tx.entropy().as_ref())?;
    let new = NewEntity { kind, ordinal, facts };
    let row = new_row(tx, &body_key, agency, case, (&id, &new), (by.member, now))?;
    tx.insert_many(INSERT, vec![row], true).await?;
    index(tx, agency, case, &id, (kind, &new.facts)).await?;
    coarse::refresh(tx, &case_key, agency, case).await?;
    let fields: Vec<&str> = new.facts.keys().map(|field| field.as_str()).collect();
    tx.note(granted::entry(grant, format!("add {} {}", kind.code(), fields.join(" ")), now)?);
    Ok(Added::Added { id, ordinal })
}

/// Writes anew what finds this thing: its identifier, or the agency's own reference for the child.
async fn index(
    tx: &mut Tx,
    agency: &AgencyId,
    case: &CaseId,
    id: &EntityId,
    (kind, facts): (EntityKind, &Facts),
) -> Result<(), StoreError> {
    selector::index(tx, agency, case, id, facts).await?;
    match kind {
        EntityKind::Child => child_reference::index(tx, agency, case, facts).await,
        _ => Ok(()),
    }
}

/// The fields of `changes` that somebody changed after `base_version`, which the person saw.
async fn changed_since(
    tx: &mut Tx,
    key: &Key,
    (agency, case): (&AgencyId, &CaseId),
    entity: &Entity,
    base_version: i64,
    changes: &Facts,
) -> Result<Vec<FieldId>, StoreError> {
    if entity.row_version == base_version {
        return Ok(Vec::new());
    }
    let row = tx
        .maybe(
            "SELECT body_sealed FROM entity_history
             WHERE agency_id = $1 AND case_id = $2 AND entity_id = $3 AND row_version = $4",
            args![agency, case, &entity.id, base_version],
        )
        .await?;
    // A version that never was: nothing says what the person saw, so everything they change is shown to them.
    let Some(row) = row else { return Ok(changes.keys().cloned().collect()) };
    let place = SealPlace::of("entity", "body", entity.id.as_str(), agency, base_version);
    let before = fact_row::decode(&seal::open(key, &place, &row.blob(0)?)?)?;
    let moved = changes.keys().filter(|field| before.get(field) != entity.facts.get(field));
    Ok(moved.cloned().collect())
}

/// Changes some facts of one thing. The former state is kept; nothing that somebody else wrote meanwhile is lost:
/// changes of different fields both land, a change of the same field is a conflict.
///
/// `base_version` is the version that the person saw.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn change(
    tx: &mut Tx,
    grant: &Grant<verb::ChangeCase>,
    id: &EntityId,
    base_version: i64,
    changes: &Facts,
    now: Timestamp,
) -> Result<Changed, StoreError> {
    let (by, case) = (granted::by(grant)?, grant.id());
    let agency = by.owner;
    tx.act_for(by.agency).await?;
    let case_key = case_file::key(tx, agency, case, by.agency).await?;
    let key = body_key(&case_key);
    let for_update = tx.dialect().for_update();
    let sql = format!(
        "SELECT {COLUMNS} FROM entity WHERE agency_id = $1 AND case_id = $2 AND entity_id = $3{for_update}"
    );
    let Some(row) = tx.maybe(&sql, args![agency, case, id]).await? else {
        return Ok(Changed::Absent);
    };
    let mut entity = open_row(&key, agency, &row)?;
    let fields = changed_since(tx, &key, (agency, case), &entity, base_version, changes).await?;
    if !fields.is_empty() {
        tx.note(granted::entry(grant, "conflict: read only", now)?);
        return Ok(Changed::Conflict { theirs: Box::new(entity), fields });
    }
    tx.change(
        "INSERT INTO entity_history (agency_id, case_id, entity_id, row_version, body_sealed, changed_by, changed_at_ms)
         SELECT agency_id, case_id, entity_id, row_version, body_sealed, changed_by, changed_at_ms
         FROM entity WHERE agency_id = $1 AND case_id = $2 AND entity_id = $3",
        args![agency, case, id],
    )
    .await?;
    entity.facts.extend(changes.iter().map(|(field, fact)| (field.clone(), fact.clone())));
    let row_version = entity.row_version + 1;
    let body = seal_body(tx, &key, agency, id, row_version, &entity.facts)?;
    tx.change(
        "UPDATE entity SET body_sealed = $4, row_version = $5, changed_by = $6, changed_at_ms = $7
         WHERE agency_id = $1 AND case_id = $2 AND entity_id = $3",
        args![agency, case, id, body, row_version, by.member, now],
    )
    .await?;
    index(tx, agency, case, id, (entity.kind, &entity.facts)).await?;
    coarse::refresh(tx, &case_key, agency, case).await?;
    let fields: Vec<&str> = changes.keys().map(|field| field.as_str()).collect();
    tx.note(granted::entry(grant, fields.join(" "), now)?);
    Ok(Changed::Saved { row_version })
}

/// What a thing said before, oldest first, without its present state.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn history(
    tx: &mut Tx,
    grant: &Grant<verb::ReadCase>,
    id: &EntityId,
    now: Timestamp,
) -> Result<Vec<Entity>, StoreError> {
    let (by, case) = (granted::by(grant)?, grant.id());
    let agency = by.owner;
    tx.act_for(by.agency).await?;
    let key = body_key(&case_file::key(tx, agency, case, by.agency).await?);
    let rows = tx
        .all(
            "SELECT h.entity_id, e.kind, e.ordinal, h.body_sealed, h.row_version, h.changed_by, h.changed_at_ms
             FROM entity_history h JOIN entity e
             ON e.agency_id = h.agency_id AND e.case_id = h.case_id AND e.entity_id = h.entity_id
             WHERE h.agency_id = $1 AND h.case_id = $2 AND h.entity_id = $3 ORDER BY h.row_version",
            args![agency, case, id],
        )
        .await?;
    tx.note(granted::entry(grant, "history", now)?);
    rows.iter().map(|row| open_row(&key, agency, row)).collect()
}
