//! People by role, and the two agencies that they work for. All invented.

use daymark_access::{Staff, Standing};
use daymark_store::agency::{self, Agency};
use daymark_store::{Store, StoreError};
use daymark_vocab::{AgencyId, AgencyKind, MemberId, Role};
use jiff::Timestamp;

/// The school whose cases the tests are about.
pub const SCHOOL: &str = "moorland-school";
/// Another agency.
pub const POLICE: &str = "dales-police";

#[allow(clippy::expect_used, reason = "test support: the constants parse")]
fn id(slug: &str) -> AgencyId {
    slug.parse().expect("a slug")
}

/// Adds both agencies.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn add_agencies(store: &Store, now: Timestamp) -> Result<(), StoreError> {
    let mut tx = store.write("add test agencies").await?;
    for (slug, name, kind, prefix) in [
        (SCHOOL, "Moorland School (invented)", AgencyKind::School, "MS"),
        (POLICE, "Dales Police (invented)", AgencyKind::Police, "DP"),
    ] {
        let area = "E23000009".parse().map_err(|_| StoreError::Key { which: "area" })?;
        let agency = Agency {
            id: id(slug),
            name: name.to_owned(),
            kind,
            area,
            prefix: prefix.to_owned(),
            contact: "Safeguarding desk, 01632 960000".to_owned(),
        };
        agency::add(&mut tx, &agency, now).await?;
    }
    tx.commit().await
}

/// Somebody of `agency` with one role, active, who has just proved who they are.
#[allow(clippy::expect_used, reason = "test support: the ids parse")]
pub fn somebody(agency: &str, role: Role, now: Timestamp) -> Staff {
    let member: MemberId = format!("{}-of-{agency}", role.code()).parse().expect("an id");
    Staff {
        member,
        agency: id(agency),
        agency_kind: if agency == SCHOOL { AgencyKind::School } else { AgencyKind::Police },
        roles: [role].into(),
        standing: Standing::Active,
        step_up_at: Some(now),
    }
}

/// A designated safeguarding lead.
pub fn lead(agency: &str, now: Timestamp) -> Staff {
    somebody(agency, Role::SafeguardingLead, now)
}

/// An analyst.
pub fn analyst(agency: &str, now: Timestamp) -> Staff {
    somebody(agency, Role::Analyst, now)
}
