//! Is it the right password? Argon2id, a few at a time, and the same work for an unknown person.

use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};
use argon2::{Algorithm, Argon2, Params, Version};
use daymark_vocab::Private;
use tokio::sync::Semaphore;

use crate::edge::error_page::PageError;

/// 19 MiB, two passes, one lane: OWASP's minimum for Argon2id.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;

/// As many at once as there are cores: fifty parallel sign-ins would otherwise take 1 GB.
const AT_ONCE: usize = 2;

/// The shortest password that is taken.
pub const SHORTEST: usize = 12;
/// The longest password that is taken.
pub const LONGEST: usize = 128;

/// Hashes and checks passwords.
#[derive(Debug)]
pub struct Passwords {
    at_once: Semaphore,
}

impl Default for Passwords {
    fn default() -> Self {
        Self { at_once: Semaphore::new(AT_ONCE) }
    }
}

fn argon2() -> Result<Argon2<'static>, PageError> {
    let params =
        Params::new(MEMORY_KIB, PASSES, 1, None).map_err(|_| PageError::Internal { doing: "hash" })?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

impl Passwords {
    /// The hash of a password, in PHC form, with this salt.
    ///
    /// # Errors
    /// [`PageError::Internal`] when hashing fails.
    pub async fn hash(&self, password: Private<String>, salt: [u8; 16]) -> Result<String, PageError> {
        let _place = self.at_once.acquire().await.map_err(|_| PageError::Unavailable)?;
        tokio::task::spawn_blocking(move || {
            argon2()?
                .hash_password_with_salt(password.reveal().as_bytes(), &salt)
                .map(|hash| hash.to_string())
                .map_err(|_| PageError::Internal { doing: "hash a password" })
        })
        .await
        .map_err(|_| PageError::Internal { doing: "hash a password" })?
    }

    /// Whether the password is the one behind `hash`. With no hash, the same work is done and the answer is no.
    ///
    /// # Errors
    /// [`PageError::Internal`] when hashing fails.
    pub async fn check(&self, password: Private<String>, hash: Option<String>) -> Result<bool, PageError> {
        let Some(hash) = hash else {
            self.hash(password, [0; 16]).await?;
            return Ok(false);
        };
        let _place = self.at_once.acquire().await.map_err(|_| PageError::Unavailable)?;
        tokio::task::spawn_blocking(move || {
            let hash = PasswordHash::new(&hash).map_err(|_| PageError::Internal { doing: "read a hash" })?;
            Ok(argon2()?.verify_password(password.reveal().as_bytes(), &hash).is_ok())
        })
        .await
        .map_err(|_| PageError::Internal { doing: "check a password" })?
    }
}

/// What is wrong with a new password; `None` when it is good. `theirs` are words about the person.
pub fn too_weak(password: &str, theirs: &[&str]) -> Option<&'static str> {
    let n = password.chars().count();
    if n < SHORTEST {
        return Some("Choose a password of 12 characters or more. Three random words are easy to remember");
    }
    if n > LONGEST {
        return Some("Choose a password of 128 characters or fewer");
    }
    let score = zxcvbn::zxcvbn(password, theirs).score();
    (score < zxcvbn::Score::Three).then_some(
        "This password is easy to guess. Add another word that has nothing to do with you or your work",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_right_password_and_no_other() {
        let passwords = Passwords::default();
        let hash = passwords.hash(Private::new("three random words".to_owned()), [7; 16]).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        let check = async |text: &str, hash: Option<String>| {
            passwords.check(Private::new(text.to_owned()), hash).await.unwrap()
        };
        assert!(check("three random words", Some(hash.clone())).await);
        assert!(!check("three random word", Some(hash)).await);
        assert!(!check("three random words", None).await);
    }

    #[test]
    fn weak_passwords_are_told_why() {
        for weak in ["short", "password1234", "qwertyuiop123", "aaaaaaaaaaaaaaaa", &"x".repeat(129)] {
            assert!(too_weak(weak, &["sam", "okafor"]).is_some(), "{weak}");
        }
        assert_eq!(too_weak("copper lantern otter drift", &["sam"]), None);
    }
}
