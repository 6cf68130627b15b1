//! Where is the file between "what would it do?" and "do it"? In memory, sealed, for fifteen minutes.
//!
//! Each file is sealed under a random key that is given to the page and not kept here: what lies in memory cannot be
//! read without the form of the person who sent it. The key's hash finds the file; another member's form does not.

use std::collections::VecDeque;
use std::sync::Mutex;

use chacha20poly1305::aead::{Aead, KeyInit};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use daymark_vocab::MemberId;
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// How long a file waits.
const KEPT: SignedDuration = SignedDuration::from_mins(15);

/// How many bytes wait together; the oldest goes first.
const MAX_TOGETHER: usize = 128 * 1024 * 1024;

/// A file that was sent.
#[derive(Clone, PartialEq, Eq)]
pub struct Sent {
    /// What it holds.
    pub bytes: Zeroizing<Vec<u8>>,
    /// The sheet that was chosen, of a workbook with several.
    pub sheet: Option<String>,
}

struct Kept {
    name: [u8; 32],
    member: MemberId,
    at: Timestamp,
    sheet: Option<String>,
    sealed: Vec<u8>,
}

/// The files that wait.
pub struct Uploads {
    kept: Mutex<VecDeque<Kept>>,
    max_together: usize,
}

impl Default for Uploads {
    fn default() -> Self {
        Self { kept: Mutex::default(), max_together: MAX_TOGETHER }
    }
}

impl std::fmt::Debug for Uploads {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Uploads([private])")
    }
}

fn name_of(key: &[u8; 32]) -> [u8; 32] {
    Sha256::digest(key).into()
}

/// The key in the form's text.
fn key_in(text: &str) -> Option<Zeroizing<[u8; 32]>> {
    let bytes = Zeroizing::new(data_encoding::BASE64URL_NOPAD.decode(text.as_bytes()).ok()?);
    Some(Zeroizing::new(bytes.as_slice().try_into().ok()?))
}

impl Uploads {
    /// Keeps a file under a fresh random `key`; a member's former file goes. The text is for the form.
    ///
    /// `None` when it cannot be kept.
    pub fn keep(&self, member: &MemberId, sent: &Sent, key: &[u8; 32], now: Timestamp) -> Option<String> {
        // A key seals one file only, so the nonce need not vary.
        let cipher = XChaCha20Poly1305::new(key.into());
        let sealed = cipher.encrypt(&XNonce::default(), sent.bytes.as_slice()).ok()?;
        let mut kept = self.kept.lock().ok()?;
        kept.retain(|old| old.member != *member && now.duration_since(old.at) <= KEPT);
        kept.push_back(Kept {
            name: name_of(key),
            member: member.clone(),
            at: now,
            sheet: sent.sheet.clone(),
            sealed,
        });
        while kept.iter().map(|file| file.sealed.len()).sum::<usize>() > self.max_together {
            kept.pop_front();
        }
        Some(data_encoding::BASE64URL_NOPAD.encode(key))
    }

    /// The file that this form is about; `None` when it is another member's, over, or gone.
    pub fn open(&self, member: &MemberId, form: &str, now: Timestamp) -> Option<Sent> {
        let key = key_in(form)?;
        let mut kept = self.kept.lock().ok()?;
        kept.retain(|file| now.duration_since(file.at) <= KEPT);
        let file = kept.iter().find(|file| file.name == name_of(&key) && file.member == *member)?;
        let cipher = XChaCha20Poly1305::new((&*key).into());
        let bytes = cipher.decrypt(&XNonce::default(), file.sealed.as_slice()).ok()?;
        Some(Sent { bytes: Zeroizing::new(bytes), sheet: file.sheet.clone() })
    }

    /// Remembers which sheet is meant.
    pub fn choose_sheet(&self, member: &MemberId, form: &str, sheet: &str) {
        if let (Some(key), Ok(mut kept)) = (key_in(form), self.kept.lock()) {
            let name = name_of(&key);
            for file in kept.iter_mut().filter(|file| file.name == name && file.member == *member) {
                file.sheet = Some(sheet.to_owned());
            }
        }
    }

    /// Forgets the member's file: it was imported.
    pub fn forget(&self, member: &MemberId) {
        if let Ok(mut kept) = self.kept.lock() {
            kept.retain(|file| file.member != *member);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(bytes: &[u8]) -> Sent {
        Sent { bytes: Zeroizing::new(bytes.to_vec()), sheet: None }
    }

    #[test]
    fn a_file_is_its_member_s_for_fifteen_minutes_and_lies_sealed() {
        let (uploads, now) = (Uploads::default(), Timestamp::UNIX_EPOCH);
        let (mine, other): (MemberId, MemberId) = ("m-1".parse().unwrap(), "m-2".parse().unwrap());
        let form = uploads.keep(&mine, &sent(b"report_id,invented"), &[7; 32], now).unwrap();
        assert!(uploads.open(&mine, &form, now + KEPT).is_some());
        assert!(uploads.open(&other, &form, now).is_none(), "another member");
        assert!(uploads.open(&mine, "guessed", now).is_none());
        {
            let kept = uploads.kept.lock().unwrap();
            let sealed = &kept[0].sealed;
            assert!(!sealed.windows(9).any(|part| part == b"report_id"));
        }
        uploads.choose_sheet(&mine, &form, "second");
        assert_eq!(uploads.open(&mine, &form, now).unwrap().sheet.as_deref(), Some("second"));
        assert!(uploads.open(&mine, &form, now + KEPT + SignedDuration::from_secs(1)).is_none(), "over");
    }

    #[test]
    fn a_new_file_replaces_the_former_and_together_they_are_bounded() {
        let uploads = Uploads { max_together: 4_000, ..Uploads::default() };
        let now = Timestamp::UNIX_EPOCH;
        let mine: MemberId = "m-1".parse().unwrap();
        let first = uploads.keep(&mine, &sent(b"1"), &[1; 32], now).unwrap();
        uploads.keep(&mine, &sent(b"2"), &[2; 32], now).unwrap();
        assert!(uploads.open(&mine, &first, now).is_none());
        let large = sent(&[0; 1_000]);
        for n in 0..8_u8 {
            let member: MemberId = format!("large-{n}").parse().unwrap();
            uploads.keep(&member, &large, &[n; 32], now).unwrap();
        }
        let kept = uploads.kept.lock().unwrap();
        assert_eq!(kept.len(), 3, "the oldest went");
    }
}
