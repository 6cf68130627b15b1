//! What is each thing called? One type per kind of id, so that a case is never looked up by a member.

use std::fmt;
use std::str::FromStr;

use crate::entropy::{self, Entropy, EntropyError};

/// The text is not an id of this kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not {expected}: an id is 1 to 64 of a–z, 0–9 and -")]
pub struct IdError {
    expected: &'static str,
}

fn is_id(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $what:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// A new unguessable id: 128 random bits as 26 characters.
            ///
            /// # Errors
            /// [`EntropyError`] when the machine has no randomness.
            pub fn random(entropy: &dyn Entropy) -> Result<Self, EntropyError> {
                let bytes: [u8; 16] = entropy::bytes(entropy)?;
                Ok(Self(data_encoding::BASE32_DNSSEC.encode(&bytes)))
            }

            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                if is_id(text) {
                    Ok(Self(text.to_owned()))
                } else {
                    Err(IdError { expected: $what })
                }
            }
        }
    };
}

id!(
    /// An agency: a readable slug such as `north-yorkshire-police`.
    AgencyId, "an agency id"
);
id!(
    /// A person who works for an agency and signs in.
    MemberId, "a member id"
);
id!(
    /// A case: the work that one agency does for one child.
    CaseId, "a case id"
);
id!(
    /// One thing inside a case: the child, a report, an incident, an account, a payment.
    EntityId, "an entity id"
);
id!(
    /// A handover asked of another agency.
    ReferralId, "a referral id"
);
id!(
    /// A pool of victims who may have been harmed by the same hands.
    PoolId, "a pool id"
);
id!(
    /// A flag: a rise in the counts that asks a person to look.
    FlagId, "a flag id"
);
id!(
    /// One import of a file.
    ImportId, "an import id"
);

/// A field of the record catalogue, `entity.field`: `incident.approach`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FieldId(String);

impl FieldId {
    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for FieldId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for FieldId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let ok = text.split_once('.').is_some_and(|(entity, field)| {
            is_id(entity)
                && (1..=64).contains(&field.len())
                && field.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
        });
        if ok { Ok(Self(text.to_owned())) } else { Err(IdError { expected: "a field id" }) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_refuse_what_could_be_a_path_or_a_name() {
        for bad in ["", "a b", "../x", "Ä", "A", &"x".repeat(65)] {
            assert!(bad.parse::<CaseId>().is_err(), "{bad}");
        }
        assert!("north-yorkshire-police".parse::<AgencyId>().is_ok());
        assert!("incident.approach".parse::<FieldId>().is_ok());
        assert!("approach".parse::<FieldId>().is_err());
    }

    #[test]
    fn random_ids_parse_and_differ() {
        let a = CaseId::random(&crate::OsEntropy).unwrap();
        let b = CaseId::random(&crate::OsEntropy).unwrap();
        assert_ne!(a, b);
        assert_eq!(a.as_str().parse::<CaseId>().unwrap(), a);
    }
}
