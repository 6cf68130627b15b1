//! Who wrote it down? Colleagues by name, other agencies by the agency's name alone.

use std::collections::BTreeMap;

use daymark_store::{Tx, agency, member};
use daymark_vocab::{AgencyId, MemberId};

use crate::edge::error_page::PageError;
use crate::edge::session::Who;

/// The names that this person may read.
pub struct Names {
    own: AgencyId,
    members: BTreeMap<MemberId, String>,
    agencies: BTreeMap<AgencyId, String>,
}

impl Names {
    /// Reads the names of one's own colleagues and of all agencies.
    pub async fn read(tx: &mut Tx, who: &Who) -> Result<Self, PageError> {
        let members = member::of_agency(tx, &who.staff.agency).await?;
        let agencies = agency::all(tx).await?;
        Ok(Self {
            own: who.staff.agency.clone(),
            members: members.into_iter().map(|member| (member.id, member.name.into_inner())).collect(),
            agencies: agencies.into_iter().map(|agency| (agency.id, agency.name)).collect(),
        })
    }

    /// A member of an agency, as this person may know them.
    pub fn member(&self, of: &AgencyId, member: &MemberId) -> String {
        if *of != self.own {
            return self.agency(of);
        }
        self.members.get(member).cloned().unwrap_or_else(|| "a former colleague".to_owned())
    }

    /// An agency's name.
    pub fn agency(&self, id: &AgencyId) -> String {
        self.agencies.get(id).cloned().unwrap_or_else(|| id.to_string())
    }
}
