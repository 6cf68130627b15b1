//! How is one field made unreadable to a thief of the disk, and bound to its place?
//!
//! XChaCha20-Poly1305 with a random 192-bit nonce. The associated data names table, column, row, agency and row
//! version, so that a ciphertext moved to another row, or an old one put back, does not open. The plain text is padded
//! to a bucket, two for each doubling, so that its length says little: 64 and 96 bytes, 128 and 192, and so on.
//!
//! Wire form: `version u8 | algorithm u8 | key id u32 | nonce 24 | ciphertext and tag`.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use daymark_vocab::{AgencyId, Entropy};
use zeroize::Zeroizing;

use crate::error::StoreError;
use crate::keys::Key;

const VERSION: u8 = 1;
const XCHACHA20_POLY1305: u8 = 1;
const HEADER_BYTES: usize = 6;
const NONCE_BYTES: usize = 24;
const SMALLEST_BUCKET: usize = 64;

/// Where a sealed field lies: it opens there and nowhere else.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place<'a> {
    table: &'static str,
    column: &'static str,
    row: &'a str,
    agency: &'a AgencyId,
    row_version: i64,
}

impl<'a> Place<'a> {
    pub(crate) const fn of(
        table: &'static str,
        column: &'static str,
        row: &'a str,
        agency: &'a AgencyId,
        row_version: i64,
    ) -> Self {
        Self { table, column, row, agency, row_version }
    }

    fn associated_data(&self) -> Vec<u8> {
        format!("{}|{}|{}|{}|{}", self.table, self.column, self.row, self.agency, self.row_version)
            .into_bytes()
    }
}

/// Seals `plain` for one place.
pub(crate) fn seal(
    key: &Key,
    place: &Place<'_>,
    plain: &[u8],
    entropy: &dyn Entropy,
) -> Result<Vec<u8>, StoreError> {
    let nonce: [u8; NONCE_BYTES] = daymark_vocab::entropy::bytes(entropy)?;
    let padded = pad(plain);
    let payload = Payload { msg: &padded, aad: &place.associated_data() };
    let ciphertext = XChaCha20Poly1305::new(key.bytes().into())
        .encrypt(&XNonce::from(nonce), payload)
        .map_err(|_| StoreError::Sealed { table: place.table })?;
    let mut wire = Vec::with_capacity(HEADER_BYTES + NONCE_BYTES + ciphertext.len());
    wire.extend([VERSION, XCHACHA20_POLY1305]);
    wire.extend(1_u32.to_be_bytes());
    wire.extend(nonce);
    wire.extend(ciphertext);
    Ok(wire)
}

/// Opens what [`seal`] made for this place.
pub(crate) fn open(key: &Key, place: &Place<'_>, wire: &[u8]) -> Result<Zeroizing<Vec<u8>>, StoreError> {
    let refused = || StoreError::Sealed { table: place.table };
    let (header, rest) = wire.split_at_checked(HEADER_BYTES).ok_or_else(refused)?;
    let (nonce, ciphertext) = rest.split_at_checked(NONCE_BYTES).ok_or_else(refused)?;
    if header.first_chunk() != Some(&[VERSION, XCHACHA20_POLY1305]) {
        return Err(refused());
    }
    let nonce: [u8; NONCE_BYTES] = nonce.try_into().map_err(|_| refused())?;
    let payload = Payload { msg: ciphertext, aad: &place.associated_data() };
    let padded = XChaCha20Poly1305::new(key.bytes().into())
        .decrypt(&XNonce::from(nonce), payload)
        .map(Zeroizing::new)
        .map_err(|_| refused())?;
    unpad(&padded).ok_or_else(refused)
}

fn pad(plain: &[u8]) -> Zeroizing<Vec<u8>> {
    let needed = plain.len() + 4;
    let bucket = bucket(needed);
    let mut padded = Zeroizing::new(Vec::with_capacity(bucket));
    padded.extend((plain.len() as u32).to_be_bytes());
    padded.extend(plain);
    padded.resize(bucket, 0);
    padded
}

/// The smallest bucket that holds so many bytes: a power of two, or one and a half times one.
fn bucket(needed: usize) -> usize {
    let power = needed.next_power_of_two().max(SMALLEST_BUCKET);
    let between = power / 4 * 3;
    if needed <= between && power > SMALLEST_BUCKET { between } else { power }
}

fn unpad(padded: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (length, rest) = padded.split_first_chunk::<4>()?;
    let plain = rest.get(..u32::from_be_bytes(*length) as usize)?;
    Some(Zeroizing::new(plain.to_vec()))
}

#[cfg(test)]
mod tests {
    use daymark_vocab::OsEntropy;
    use proptest::prelude::*;

    use super::*;

    fn key() -> Key {
        Key::from_slice(&[9; 32]).unwrap()
    }

    proptest! {
        #[test]
        fn opens_only_in_its_place(plain in proptest::collection::vec(any::<u8>(), 0..5000), row in "[a-z]{1,8}", other in "[a-z]{1,8}") {
            let (ours, theirs): (AgencyId, AgencyId) = ("ours".parse().unwrap(), "theirs".parse().unwrap());
            let place = Place::of("entity", "body", &row, &ours, 3);
            let wire = seal(&key(), &place, &plain, &OsEntropy).unwrap();
            prop_assert_eq!(&**open(&key(), &place, &wire).unwrap(), plain.as_slice());
            let elsewhere = [
                Place { agency: &theirs, ..place },
                Place { row_version: 2, ..place },
                Place { column: "other", ..place },
                Place { table: "other", ..place },
            ];
            for place in elsewhere {
                prop_assert!(open(&key(), &place, &wire).is_err());
            }
            prop_assert_eq!(open(&key(), &Place { row: &other, ..place }, &wire).is_ok(), other == row);
        }

        #[test]
        fn no_changed_byte_opens(at in 0_usize..200, plain in "[a-z]{0,60}") {
            let ours: AgencyId = "ours".parse().unwrap();
            let place = Place::of("entity", "body", "row", &ours, 1);
            let mut wire = seal(&key(), &place, plain.as_bytes(), &OsEntropy).unwrap();
            let at = at % wire.len();
            // Bytes 2..6 name the key and are not yet used to choose one.
            prop_assume!(!(2..6).contains(&at));
            wire[at] ^= 1;
            prop_assert!(open(&key(), &place, &wire).is_err());
        }
    }

    /// Fields of four tables and three agencies under one key: each opens in its own place and in no other.
    #[test]
    fn threat_t51_no_sealed_value_opens_in_the_place_of_another() {
        let tables = ["entity", "entity_history", "identity_record", "referral"];
        let agencies: Vec<AgencyId> = (0..3).map(|n| format!("agency-{n}").parse().unwrap()).collect();
        let rows: Vec<String> = (0..5).map(|n| format!("row-{n}")).collect();
        let mut places = Vec::new();
        for (n, table) in tables.into_iter().enumerate() {
            for column in ["body_sealed", "reason_sealed"] {
                for row in &rows {
                    for (agency, version) in [(0, 1), (0, 2), (1, 1), (1, 2), (2, 1), (2, 2)] {
                        places.push((n, Place::of(table, column, row, &agencies[agency], version)));
                    }
                }
            }
        }
        let key = key();
        let sealed: Vec<Vec<u8>> =
            places.iter().map(|(n, place)| seal(&key, place, &[*n as u8], &OsEntropy).unwrap()).collect();
        let (mut n_opened, mut n_refused) = (0, 0);
        for (at, (_, place)) in places.iter().enumerate() {
            for (from, wire) in sealed.iter().enumerate() {
                match open(&key, place, wire) {
                    Ok(_) => {
                        assert_eq!(at, from, "a value from elsewhere opened");
                        n_opened += 1;
                    }
                    Err(_) => n_refused += 1,
                }
            }
        }
        assert_eq!((n_opened, n_refused), (240, 240 * 239));
    }

    #[test]
    fn lengths_fall_into_buckets() {
        let ours: AgencyId = "ours".parse().unwrap();
        let place = Place::of("entity", "body", "row", &ours, 1);
        let len = |n: usize| seal(&key(), &place, &vec![b'x'; n], &OsEntropy).unwrap().len();
        assert_eq!(len(1), len(60));
        assert_ne!(len(60), len(61));
        assert_eq!(len(253), len(380));
        let sizes = [1, 61, 93, 125, 189, 253, 381, 509, 765].map(bucket);
        assert_eq!(sizes, [64, 64, 96, 128, 192, 256, 384, 512, 768]);
    }
}
