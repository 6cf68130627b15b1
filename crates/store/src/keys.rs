//! Which key opens what? Root keys → agency keys → case keys → column keys; and the blind-index keys.
//!
//! Two root keys live in a file that is not in the database: one for records, one for direct identifiers, so
//! that the first never opens a name. Each agency has keys of its own, wrapped by a root key. Each case has a data
//! key, wrapped once for each agency that may read it. Destroying a case's wraps makes the case unreadable.

use std::collections::HashMap;
use std::sync::RwLock;

use daymark_vocab::{AgencyId, CaseId, Entropy};
use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::error::StoreError;
use crate::seal::{self, Place};

/// 256 bits that are wiped when dropped.
#[derive(Clone)]
pub(crate) struct Key(Zeroizing<[u8; 32]>);

impl Key {
    pub(crate) fn random(entropy: &dyn Entropy) -> Result<Self, StoreError> {
        let mut bytes = Zeroizing::new([0; 32]);
        entropy.fill(bytes.as_mut_slice())?;
        Ok(Self(bytes))
    }

    pub(crate) fn from_slice(bytes: &[u8]) -> Option<Self> {
        Some(Self(Zeroizing::new(bytes.try_into().ok()?)))
    }

    pub(crate) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The key for one purpose below this one (HKDF-SHA-256, RFC 5869).
    pub(crate) fn derive(&self, purpose: &str) -> Self {
        let mut out = Zeroizing::new([0; 32]);
        // 32 bytes are always within what one SHA-256 expansion may give.
        if Hkdf::<Sha256>::new(None, self.0.as_slice())
            .expand(purpose.as_bytes(), out.as_mut_slice())
            .is_err()
        {
            unreachable!("HKDF-SHA-256 expands to 32 bytes");
        }
        Self(out)
    }

    /// HMAC-SHA-256 under this key.
    pub(crate) fn mac(&self, parts: &[&[u8]]) -> [u8; 32] {
        let Ok(mut mac) = <Hmac<Sha256> as KeyInit>::new_from_slice(self.0.as_slice()) else {
            unreachable!("HMAC takes a key of any length");
        };
        for part in parts {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[key]")
    }
}

/// What an agency's key is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Purpose {
    /// Case records.
    Record,
    /// Direct identifiers: wrapped by the other root key.
    Identity,
    /// The agency's own blind index.
    Index,
}

impl Purpose {
    pub(crate) const ALL: [Self; 3] = [Self::Record, Self::Identity, Self::Index];

    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Record => "record",
            Self::Identity => "identity",
            Self::Index => "index",
        }
    }
}

/// The two root keys, as they lie in the key file.
#[derive(Debug, Clone)]
pub struct RootKeys {
    record: Key,
    identity: Key,
}

impl RootKeys {
    /// New root keys. Losing them loses every record: keep a copy apart from the backups.
    ///
    /// # Errors
    /// [`StoreError::Entropy`] when the machine has no randomness.
    pub fn random(entropy: &dyn Entropy) -> Result<Self, StoreError> {
        Ok(Self { record: Key::random(entropy)?, identity: Key::random(entropy)? })
    }

    /// Reads the text of a key file: two lines, `record <64 hex digits>` and `identity <64 hex digits>`.
    ///
    /// # Errors
    /// [`StoreError::Key`] naming the line that is missing or malformed.
    pub fn parse(text: &str) -> Result<Self, StoreError> {
        let line = |which: &'static str| {
            text.lines()
                .filter_map(|line| line.split_once(' '))
                .find(|(name, _)| *name == which)
                .and_then(|(_, hex)| data_encoding::HEXLOWER_PERMISSIVE.decode(hex.trim().as_bytes()).ok())
                .and_then(|bytes| Key::from_slice(&bytes))
                .ok_or(StoreError::Key { which })
        };
        Ok(Self { record: line("record")?, identity: line("identity")? })
    }

    /// The text for the key file.
    pub fn to_text(&self) -> Zeroizing<String> {
        let hex = |key: &Key| data_encoding::HEXLOWER.encode(key.bytes());
        Zeroizing::new(format!(
            "# Daymark root keys. Without this file no record can be read. Keep a copy apart from the backups.\n\
             record {}\nidentity {}\n",
            hex(&self.record),
            hex(&self.identity)
        ))
    }

    fn wrapping(&self, purpose: Purpose) -> Key {
        match purpose {
            Purpose::Record | Purpose::Index => self.record.derive("wrap agency key v1"),
            Purpose::Identity => self.identity.derive("wrap agency identity key v1"),
        }
    }
}

/// The keys of a running server: the root keys, and the agency keys opened so far.
#[derive(Debug)]
pub(crate) struct KeyRing {
    root: RootKeys,
    agencies: RwLock<HashMap<(AgencyId, Purpose), Key>>,
}

impl KeyRing {
    pub(crate) fn new(root: RootKeys) -> Self {
        Self { root, agencies: RwLock::default() }
    }

    /// Makes an agency's key and wraps it for the database.
    pub(crate) fn new_agency_key(
        &self,
        agency: &AgencyId,
        purpose: Purpose,
        entropy: &dyn Entropy,
    ) -> Result<Vec<u8>, StoreError> {
        let key = Key::random(entropy)?;
        let place = Place::of("agency_key", purpose.code(), agency.as_str(), agency, 1);
        let wrapped = seal::seal(&self.root.wrapping(purpose), &place, key.bytes(), entropy)?;
        self.remember(agency, purpose, key);
        Ok(wrapped)
    }

    /// The agency's key, if it was opened before.
    pub(crate) fn known_agency_key(&self, agency: &AgencyId, purpose: Purpose) -> Option<Key> {
        self.agencies.read().ok()?.get(&(agency.clone(), purpose)).cloned()
    }

    /// Opens a wrapped agency key and remembers it.
    pub(crate) fn open_agency_key(
        &self,
        agency: &AgencyId,
        purpose: Purpose,
        wrapped: &[u8],
    ) -> Result<Key, StoreError> {
        let place = Place::of("agency_key", purpose.code(), agency.as_str(), agency, 1);
        let bytes = seal::open(&self.root.wrapping(purpose), &place, wrapped)?;
        let key = Key::from_slice(&bytes).ok_or(StoreError::Key { which: "of an agency" })?;
        self.remember(agency, purpose, key.clone());
        Ok(key)
    }

    fn remember(&self, agency: &AgencyId, purpose: Purpose, key: Key) {
        if let Ok(mut agencies) = self.agencies.write() {
            agencies.insert((agency.clone(), purpose), key);
        }
    }

    /// The blind index that all agencies share: equal values give equal bytes, and nobody without the key can
    /// find the value by trying. `kind` keeps types apart.
    pub(crate) fn hub_index(&self, kind: &str, canonical: &str) -> [u8; 32] {
        self.root.record.derive("hub blind index v1").mac(&[kind.as_bytes(), canonical.as_bytes()])
    }

    /// A key for small secrets of the server itself: sign-in names, second factors.
    pub(crate) fn server_key(&self, purpose: &str) -> Key {
        self.root.record.derive(purpose)
    }
}

/// Wraps a case's data key for one agency that may read the case.
pub(crate) fn wrap_case_key(
    holder_key: &Key,
    owner: &AgencyId,
    case: &CaseId,
    case_key: &Key,
    entropy: &dyn Entropy,
) -> Result<Vec<u8>, StoreError> {
    let place = Place::of("case_key", "wrapped", case.as_str(), owner, 1);
    seal::seal(holder_key, &place, case_key.bytes(), entropy)
}

/// Opens a case's data key.
pub(crate) fn open_case_key(
    holder_key: &Key,
    owner: &AgencyId,
    case: &CaseId,
    wrapped: &[u8],
) -> Result<Key, StoreError> {
    let place = Place::of("case_key", "wrapped", case.as_str(), owner, 1);
    let bytes = seal::open(holder_key, &place, wrapped)?;
    Key::from_slice(&bytes).ok_or(StoreError::Key { which: "of a case" })
}

#[cfg(test)]
mod tests {
    use daymark_vocab::OsEntropy;

    use super::*;

    #[test]
    fn the_key_file_survives_its_text_and_never_prints() {
        let keys = RootKeys::random(&OsEntropy).unwrap();
        let again = RootKeys::parse(&keys.to_text()).unwrap();
        assert_eq!(again.record.bytes(), keys.record.bytes());
        assert_eq!(again.identity.bytes(), keys.identity.bytes());
        assert_eq!(format!("{keys:?}"), "RootKeys { record: [key], identity: [key] }");
        assert!(matches!(RootKeys::parse("record 00"), Err(StoreError::Key { which: "record" })));
    }

    #[test]
    fn hkdf_matches_rfc_5869_in_length_and_separation() {
        let key = Key::from_slice(&[7; 32]).unwrap();
        assert_ne!(key.derive("a").bytes(), key.derive("b").bytes());
        assert_eq!(key.derive("a").bytes(), key.derive("a").bytes());
    }

    #[test]
    fn the_blind_index_keeps_types_and_boundaries_apart() {
        let ring = KeyRing::new(RootKeys::random(&OsEntropy).unwrap());
        assert_eq!(ring.hub_index("phone", "+447700900001"), ring.hub_index("phone", "+447700900001"));
        assert_ne!(ring.hub_index("phone", "1"), ring.hub_index("handle", "1"));
        assert_ne!(ring.hub_index("ab", "c"), ring.hub_index("a", "bc"));
    }
}
