//! Which six digits does the app on the phone show? Time-based one-time codes (RFC 6238): SHA-1, six digits, 30 seconds.

use daymark_store::member::{self, Credentials};
use daymark_vocab::Private;
use jiff::Timestamp;
use subtle::ConstantTimeEq;
use totp_rs::{Algorithm, Builder, Totp};

use crate::app::App;
use crate::edge::error_page::PageError;

const STEP_SECONDS: u64 = 30;

/// The second factor of every sample sign-in: no secret at all, and only ever in a database of invented people.
pub const SAMPLE_SECRET: [u8; 20] = *b"daymark-sample-only!";

fn totp(secret: &[u8]) -> Option<Totp> {
    Builder::new()
        .with_algorithm(Algorithm::SHA1)
        .with_digits(6)
        .with_step_duration(STEP_SECONDS)
        .with_secret(secret.to_vec())
        .build()
        .ok()
}

fn seconds(at: Timestamp) -> u64 {
    u64::try_from(at.as_second()).unwrap_or(0)
}

/// The code at a moment.
pub fn code(secret: &[u8], now: Timestamp) -> String {
    totp(secret).map(|totp| totp.generate(seconds(now)).to_string()).unwrap_or_default()
}

/// The time step whose code this is: the present one, or one to either side. The caller lets each step work once.
pub fn step_of(secret: &[u8], code: &str, now: Timestamp) -> Option<i64> {
    let totp = totp(secret)?;
    let present = seconds(now) / STEP_SECONDS;
    let step = [present, present.saturating_sub(1), present + 1].into_iter().find(|step| {
        totp.generate(step * STEP_SECONDS).to_string().as_bytes().ct_eq(code.as_bytes()).into()
    })?;
    i64::try_from(step).ok()
}

/// Uses up a code of the authenticator, or a recovery code: whether it was right and not used before.
///
/// # Errors
/// [`PageError`] when the store does not answer.
pub async fn use_up(
    app: &App,
    of: &Credentials,
    typed: &Private<String>,
    now: Timestamp,
) -> Result<bool, PageError> {
    let Some(secret) = &of.second_factor else { return Ok(false) };
    let mut tx = app.store.write("second factor").await?;
    let right = match step_of(secret.reveal(), typed.reveal(), now) {
        Some(step) => member::use_second_factor_step(&mut tx, &of.member, step).await?,
        None => member::use_recovery_code(&mut tx, &of.member, typed.reveal(), now).await?,
    };
    tx.commit().await?;
    Ok(right)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B (SHA-1), last six of the eight digits.
    #[test]
    fn codes_of_the_rfc() {
        let secret = b"12345678901234567890";
        for (second, expected) in [(59, "287082"), (1_111_111_109, "081804"), (2_000_000_000, "279037")] {
            let at = Timestamp::from_second(second).unwrap();
            assert_eq!(code(secret, at), expected);
            assert_eq!(step_of(secret, expected, at), Some(second / 30));
        }
    }

    #[test]
    fn a_code_is_good_for_its_step_and_one_to_either_side() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let shown = code(&SAMPLE_SECRET, at(3000));
        assert!(step_of(&SAMPLE_SECRET, &shown, at(3000 + 59)).is_some());
        assert!(step_of(&SAMPLE_SECRET, &shown, at(3000 - 30)).is_some());
        assert_eq!(step_of(&SAMPLE_SECRET, &shown, at(3000 + 120)), None);
        assert_eq!(step_of(&SAMPLE_SECRET, "", at(3000)), None);
    }
}
