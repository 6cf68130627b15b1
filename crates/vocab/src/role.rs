//! Who works here, and as what?

macro_rules! coded {
    ($(#[$doc:meta])* $name:ident, $error:ident, $what:literal { $($(#[$vdoc:meta])* $variant:ident = $code:literal, $label:literal;)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$vdoc])* $variant,)+ }

        impl $name {
            /// All, in the order in which they are offered.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The word in files and store.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }

            /// The words on pages.
            pub const fn label(self) -> &'static str {
                match self { $(Self::$variant => $label,)+ }
            }
        }

        /// The text names none of them.
        #[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
        #[error("not {}", $what)]
        pub struct $error;

        impl std::str::FromStr for $name {
            type Err = $error;

            fn from_str(code: &str) -> Result<Self, $error> {
                Self::ALL.iter().copied().find(|v| v.code() == code).ok_or($error)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.code())
            }
        }
    };
}
pub(crate) use coded;

coded! {
    /// What a member does in their agency. One member may hold several.
    Role, RoleError, "a role" {
        /// Works with children: own assigned cases.
        Practitioner = "practitioner", "Practitioner";
        /// Receives all concerns of the agency and decides on referral.
        SafeguardingLead = "safeguarding-lead", "Designated safeguarding lead";
        /// Looks at links and pools.
        Analyst = "analyst", "Analyst";
        /// Runs the multi-agency panel: trends, pools, flags.
        PanelCoordinator = "panel-coordinator", "Panel coordinator";
        /// Runs training; sees no case.
        Trainer = "trainer", "Trainer";
        /// Manages the agency's people; sees no case.
        AgencyAdministrator = "agency-administrator", "Agency administrator";
        /// Reads the audit log; changes nothing.
        Auditor = "auditor", "Auditor";
    }
}

coded! {
    /// What kind of agency it is.
    AgencyKind, AgencyKindError, "a kind of agency" {
        /// School or college.
        School = "school", "School or college";
        /// Police force.
        Police = "police", "Police";
        /// Children's social care.
        SocialCare = "social-care", "Children’s social care";
        /// Health.
        Health = "health", "Health";
        /// Charity or helpline.
        Charity = "charity", "Charity or helpline";
        /// Youth service.
        YouthService = "youth-service", "Youth service";
        /// The partnership itself.
        Partnership = "partnership", "Safeguarding partnership";
    }
}
