//! Who works here? Invited by their agency; a name and a sign-in address that only the server can read.

use std::collections::BTreeSet;

use daymark_access::Standing;
use daymark_vocab::{AgencyId, MemberId, Private, Role};
use jiff::Timestamp;
use sha2::{Digest, Sha256};

use crate::audit::Entry;
use crate::error::StoreError;
use crate::seal::{self, Place};
use crate::sql::{Row, args};
use crate::transaction::Tx;

fn standing_in(row: &Row, column: usize) -> Result<Standing, StoreError> {
    let code = row.text(column)?;
    Standing::ALL
        .into_iter()
        .find(|standing| standing.code() == code)
        .ok_or(StoreError::row("member", "not a standing"))
}

/// A person who signs in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Their agency.
    pub agency: AgencyId,
    /// Their id.
    pub id: MemberId,
    /// Their name.
    pub name: Private<String>,
    /// The address they sign in with.
    pub sign_in: Private<String>,
    /// Pending, active or suspended.
    pub standing: Standing,
    /// What they do.
    pub roles: BTreeSet<Role>,
    /// Grows by one with each change.
    pub row_version: i64,
}

/// What the sign-in page needs, and nobody else.
#[derive(Debug, Clone)]
pub struct Credentials {
    /// Whose.
    pub member: Member,
    /// Argon2id, in PHC form; `None` until the invitation is accepted.
    pub password_hash: Option<String>,
    /// The shared secret of the second factor.
    pub second_factor: Option<Private<Vec<u8>>>,
    /// The last time step used, so that a code works once.
    pub second_factor_step: i64,
}

const COLUMNS: &str = "SELECT m.agency_id, m.member_id, m.name_sealed, m.sign_in_sealed, m.standing, m.row_version,
    (SELECT string_agg(r.role, '|') FROM member_role r WHERE r.agency_id = m.agency_id AND r.member_id = m.member_id),
    m.password_hash, m.second_factor_sealed, m.second_factor_step
    FROM member m";

fn place<'a>(column: &'static str, agency: &'a AgencyId, member: &'a MemberId) -> Place<'a> {
    Place::of("member", column, member.as_str(), agency, 1)
}

fn credentials(tx: &Tx, row: &Row) -> Result<Credentials, StoreError> {
    let key = tx.keys().server_key("members v1");
    let agency: AgencyId = row.word(0, "member")?;
    let id: MemberId = row.word(1, "member")?;
    let open_text = |column, wire: &[u8]| {
        let bytes = seal::open(&key, &place(column, &agency, &id), wire)?;
        String::from_utf8(bytes.to_vec())
            .map(Private::new)
            .map_err(|_| StoreError::row("member", "a name is not text"))
    };
    let name = open_text("name", &row.blob(2)?)?;
    let sign_in = open_text("sign_in", &row.blob(3)?)?;
    let roles = row
        .text_opt(6)?
        .unwrap_or_default()
        .split('|')
        .filter(|word| !word.is_empty())
        .map(|word| word.parse().map_err(|_| StoreError::row("member_role", "not a role")))
        .collect::<Result<_, _>>()?;
    let second_factor = row
        .blob_opt(8)?
        .map(|wire| seal::open(&key, &place("second_factor", &agency, &id), &wire))
        .transpose()?
        .map(|bytes| Private::new(bytes.to_vec()));
    Ok(Credentials {
        password_hash: row.text_opt(7)?,
        second_factor,
        second_factor_step: row.int(9)?,
        member: Member {
            agency,
            id,
            name,
            sign_in,
            standing: standing_in(row, 4)?,
            roles,
            row_version: row.int(5)?,
        },
    })
}

fn sign_in_index(tx: &Tx, sign_in: &str) -> [u8; 32] {
    tx.keys().hub_index("sign-in", &sign_in.trim().to_lowercase())
}

/// A token or code as it is stored: its SHA-256, because it is random and long.
pub fn digest(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}

/// A person to be invited.
#[derive(Debug, Clone)]
pub struct Invitation<'a> {
    /// Which agency.
    pub agency: &'a AgencyId,
    /// Their name.
    pub name: &'a Private<String>,
    /// The address they will sign in with.
    pub sign_in: &'a Private<String>,
    /// What they will do.
    pub roles: &'a BTreeSet<Role>,
    /// The secret in the link that they get.
    pub token: &'a str,
    /// Until when the link works.
    pub expires_at: Timestamp,
}

/// What became of an invitation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Invited {
    /// The person was invited.
    Invited(MemberId),
    /// Somebody of this agency already has this address.
    AlreadyThere(MemberId),
}

/// Invites a person; `by` is noted in the audit.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn invite(
    tx: &mut Tx,
    by: &Entry,
    invitation: &Invitation<'_>,
    now: Timestamp,
) -> Result<Invited, StoreError> {
    let index = sign_in_index(tx, invitation.sign_in.reveal());
    let taken = tx
        .maybe(
            "SELECT member_id FROM member WHERE agency_id = $1 AND sign_in_index = $2",
            args![invitation.agency, index],
        )
        .await?;
    if let Some(row) = taken {
        return Ok(Invited::AlreadyThere(row.word(0, "member")?));
    }
    let entropy = tx.entropy();
    let id = MemberId::random(entropy.as_ref())?;
    let key = tx.keys().server_key("members v1");
    let seal_text = |column, text: &Private<String>| {
        seal::seal(&key, &place(column, invitation.agency, &id), text.reveal().as_bytes(), entropy.as_ref())
    };
    let (name, sign_in) = (seal_text("name", invitation.name)?, seal_text("sign_in", invitation.sign_in)?);
    tx.change(
        "INSERT INTO member (agency_id, member_id, sign_in_index, sign_in_sealed, name_sealed, standing, created_at_ms)
         VALUES ($1, $2, $3, $4, $5, 'pending', $6)",
        args![invitation.agency, &id, index, sign_in, name, now],
    )
    .await?;
    set_roles(tx, invitation.agency, &id, invitation.roles).await?;
    tx.change(
        "INSERT INTO invitation (agency_id, member_id, token_index, invited_by, expires_at_ms) VALUES ($1, $2, $3, $4, $5)",
        args![
            invitation.agency,
            &id,
            digest(invitation.token),
            by.member.as_ref().map(ToString::to_string).unwrap_or_default(),
            invitation.expires_at
        ],
    )
    .await?;
    tx.note(Entry { subject_id: id.to_string(), ..by.clone() });
    Ok(Invited::Invited(id))
}

/// Invites a member once more: a lost phone, a link that ran out. Their password, second factor and recovery codes are
/// forgotten and their sessions end; they are pending until they accept. `by` is noted in the audit.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn invite_again(
    tx: &mut Tx,
    by: &Entry,
    (agency, member): (&AgencyId, &MemberId),
    token: &str,
    expires_at: Timestamp,
) -> Result<(), StoreError> {
    for sql in [
        "UPDATE member SET standing = 'pending', password_hash = NULL, second_factor_sealed = NULL,
         row_version = row_version + 1 WHERE agency_id = $1 AND member_id = $2",
        "DELETE FROM recovery_code WHERE agency_id = $1 AND member_id = $2",
        "DELETE FROM session WHERE agency_id = $1 AND member_id = $2",
        "DELETE FROM invitation WHERE agency_id = $1 AND member_id = $2",
    ] {
        tx.change(sql, args![agency, member]).await?;
    }
    tx.change(
        "INSERT INTO invitation (agency_id, member_id, token_index, invited_by, expires_at_ms) VALUES ($1, $2, $3, $4, $5)",
        args![
            agency,
            member,
            digest(token),
            by.member.as_ref().map(ToString::to_string).unwrap_or_default(),
            expires_at
        ],
    )
    .await?;
    tx.note(Entry { subject_id: member.to_string(), detail: "again".to_owned(), ..by.clone() });
    Ok(())
}

async fn set_roles(
    tx: &mut Tx,
    agency: &AgencyId,
    member: &MemberId,
    roles: &BTreeSet<Role>,
) -> Result<(), StoreError> {
    tx.change("DELETE FROM member_role WHERE agency_id = $1 AND member_id = $2", args![agency, member])
        .await?;
    for role in roles {
        tx.change(
            "INSERT INTO member_role (agency_id, member_id, role) VALUES ($1, $2, $3)",
            args![agency, member, role.code()],
        )
        .await?;
    }
    Ok(())
}

/// The pending member whom an invitation's token names, if it is still valid.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn invited(tx: &mut Tx, token: &str, now: Timestamp) -> Result<Option<Member>, StoreError> {
    let sql = format!(
        "{COLUMNS} JOIN invitation i ON i.agency_id = m.agency_id AND i.member_id = m.member_id
         WHERE i.token_index = $1 AND i.expires_at_ms > $2 AND m.standing = 'pending'"
    );
    let row = tx.maybe(&sql, args![digest(token), now]).await?;
    Ok(row.map(|row| credentials(tx, &row)).transpose()?.map(|found| found.member))
}

/// Accepts an invitation: from now on the person signs in with this password and second factor.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn accept(
    tx: &mut Tx,
    member: &Member,
    password_hash: &str,
    second_factor: &Private<Vec<u8>>,
    recovery_codes: &[String],
    now: Timestamp,
) -> Result<(), StoreError> {
    let entropy = tx.entropy();
    let key = tx.keys().server_key("members v1");
    let sealed = seal::seal(
        &key,
        &place("second_factor", &member.agency, &member.id),
        second_factor.reveal(),
        entropy.as_ref(),
    )?;
    tx.change(
        "UPDATE member SET standing = 'active', password_hash = $3, second_factor_sealed = $4, second_factor_step = 0,
         row_version = row_version + 1 WHERE agency_id = $1 AND member_id = $2",
        args![&member.agency, &member.id, password_hash, sealed],
    )
    .await?;
    tx.change(
        "DELETE FROM invitation WHERE agency_id = $1 AND member_id = $2",
        args![&member.agency, &member.id],
    )
    .await?;
    replace_recovery_codes(tx, member, recovery_codes).await?;
    tx.note(own_entry(member, "accept invitation", now));
    Ok(())
}

/// Replaces a member's recovery codes.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn replace_recovery_codes(
    tx: &mut Tx,
    member: &Member,
    codes: &[String],
) -> Result<(), StoreError> {
    tx.change(
        "DELETE FROM recovery_code WHERE agency_id = $1 AND member_id = $2",
        args![&member.agency, &member.id],
    )
    .await?;
    for code in codes {
        tx.change(
            "INSERT INTO recovery_code (agency_id, member_id, code_index) VALUES ($1, $2, $3)",
            args![&member.agency, &member.id, digest(code)],
        )
        .await?;
    }
    Ok(())
}

/// Uses a recovery code; `true` when it was one of the member's unused codes.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn use_recovery_code(
    tx: &mut Tx,
    member: &Member,
    code: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let n = tx
        .change(
            "UPDATE recovery_code SET used_at_ms = $4
             WHERE agency_id = $1 AND member_id = $2 AND code_index = $3 AND used_at_ms IS NULL",
            args![&member.agency, &member.id, digest(code), now],
        )
        .await?;
    if n == 1 {
        tx.note(own_entry(member, "use recovery code", now));
    }
    Ok(n == 1)
}

/// Remembers the time step of a used code; `false` when it, or a later one, was used before.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn use_second_factor_step(tx: &mut Tx, member: &Member, step: i64) -> Result<bool, StoreError> {
    let n = tx
        .keep_house(
            "UPDATE member SET second_factor_step = $3 WHERE agency_id = $1 AND member_id = $2 AND second_factor_step < $3",
            args![&member.agency, &member.id, step],
        )
        .await?;
    Ok(n == 1)
}

/// Everybody with this sign-in address: one per agency that they work for.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn by_sign_in(tx: &mut Tx, sign_in: &str) -> Result<Vec<Credentials>, StoreError> {
    let index = sign_in_index(tx, sign_in);
    let sql = format!("{COLUMNS} WHERE m.sign_in_index = $1 ORDER BY m.agency_id");
    let rows = tx.all(&sql, args![index]).await?;
    rows.iter().map(|row| credentials(tx, row)).collect()
}

/// One member.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn find(tx: &mut Tx, agency: &AgencyId, id: &MemberId) -> Result<Option<Member>, StoreError> {
    Ok(find_credentials(tx, agency, id).await?.map(|found| found.member))
}

/// One member with their credentials: for a step-up.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn find_credentials(
    tx: &mut Tx,
    agency: &AgencyId,
    id: &MemberId,
) -> Result<Option<Credentials>, StoreError> {
    let sql = format!("{COLUMNS} WHERE m.agency_id = $1 AND m.member_id = $2");
    let row = tx.maybe(&sql, args![agency, id]).await?;
    row.map(|row| credentials(tx, &row)).transpose()
}

/// An agency's people, by the order in which they came.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn of_agency(tx: &mut Tx, agency: &AgencyId) -> Result<Vec<Member>, StoreError> {
    let sql = format!("{COLUMNS} WHERE m.agency_id = $1 ORDER BY m.created_at_ms, m.member_id");
    let rows = tx.all(&sql, args![agency]).await?;
    rows.iter().map(|row| credentials(tx, row).map(|found| found.member)).collect()
}

/// Changes what a member does and whether they may work; `by` is noted in the audit.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn change(
    tx: &mut Tx,
    by: &Entry,
    agency: &AgencyId,
    member: &MemberId,
    roles: &BTreeSet<Role>,
    standing: Standing,
) -> Result<(), StoreError> {
    tx.change(
        "UPDATE member SET standing = $3, row_version = row_version + 1 WHERE agency_id = $1 AND member_id = $2",
        args![agency, member, standing.code()],
    )
    .await?;
    set_roles(tx, agency, member, roles).await?;
    tx.note(Entry { subject_id: member.to_string(), ..by.clone() });
    Ok(())
}

fn own_entry(member: &Member, verb: &'static str, now: Timestamp) -> Entry {
    Entry {
        agency: member.agency.clone(),
        member: Some(member.id.clone()),
        at: now,
        verb,
        subject_kind: "member",
        subject_agency: member.agency.clone(),
        subject_id: member.id.to_string(),
        policies: "own account".to_owned(),
        detail: String::new(),
    }
}
