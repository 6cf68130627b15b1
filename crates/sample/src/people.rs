//! Who signs in to the demonstration? Invented members, one for each role in four agencies.

use daymark_vocab::{AgencyId, Role};

/// An invented member of a sample agency. Name and address belong to nobody (RFC 2606 domain).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SampleMember {
    /// The agency, as in [`crate::Region::agencies`].
    pub agency: AgencyId,
    /// An invented name.
    pub name: &'static str,
    /// What they sign in with.
    pub sign_in: String,
    /// What they do.
    pub roles: Vec<Role>,
}

const AGENCIES: [(&str, [&str; 7]); 4] = [
    (
        "north-yorkshire-police",
        [
            "Sam Okafor",
            "Priya Lindqvist",
            "Tom Ashdale",
            "Rhian Castell",
            "Joel Marchetti",
            "Nadia Thornbury",
            "Ewan Sefton",
        ],
    ),
    (
        "north-yorkshire-schools",
        [
            "Alice Brantwood",
            "Daniel Osei",
            "Mina Holloway",
            "Grace Adeyemi",
            "Peter Nunwick",
            "Leila Hartness",
            "Owen Skelby",
        ],
    ),
    (
        "north-yorkshire-social-care",
        [
            "Ruth Kettleby",
            "Imran Whitcombe",
            "Hannah Zielony",
            "Marcus Ferris",
            "Sunita Garrow",
            "Colin Dunmere",
            "Fay Ollerton",
        ],
    ),
    (
        "west-yorkshire-police",
        [
            "Kemi Ravensworth",
            "Andrew Pell",
            "Zoe Marsden-Lee",
            "Harpreet Cole",
            "Lewis Tranby",
            "Oona Fairlie",
            "Dev Hazelwood",
        ],
    ),
];

const ROLES: [Role; 7] = [
    Role::SafeguardingLead,
    Role::Practitioner,
    Role::Analyst,
    Role::PanelCoordinator,
    Role::Trainer,
    Role::AgencyAdministrator,
    Role::Auditor,
];

/// One member per role for North Yorkshire Police, its school trust and social care, and West Yorkshire Police.
pub fn members() -> Vec<SampleMember> {
    let mut members = Vec::with_capacity(28);
    for (agency, names) in AGENCIES {
        let Ok(agency) = agency.parse::<AgencyId>() else { continue };
        for (name, role) in names.into_iter().zip(ROLES) {
            let sign_in = format!("{}@example.org", name.to_lowercase().replace(' ', "."));
            // In a small team the lead looks at links and runs the panel as well: one sign-in shows most of Daymark.
            let roles = match role {
                Role::SafeguardingLead => vec![role, Role::Analyst, Role::PanelCoordinator],
                role => vec![role],
            };
            members.push(SampleMember { agency: agency.clone(), name, sign_in, roles });
        }
    }
    members
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_role_in_four_agencies_and_no_sign_in_twice() {
        let members = members();
        assert_eq!(members.len(), 28);
        let sign_ins: BTreeSet<_> = members.iter().map(|m| m.sign_in.clone()).collect();
        assert_eq!(sign_ins.len(), 28);
        for role in Role::ALL {
            assert_eq!(
                members.iter().filter(|m| m.roles == [*role]).count() >= 4,
                *role != Role::SafeguardingLead
            );
            assert!(members.iter().any(|m| m.roles.contains(role)), "{role}");
        }
        assert_eq!(members[0].sign_in, "sam.okafor@example.org");
    }
}
