//! Is it the same international account? Length and check digits are verified.
//!
//! Source: ISO 13616 and the SWIFT registry, through `iban_validate`.

use ::iban::{Iban, IbanLike, ParseIbanError};

use super::{SelectorError, text};

/// The canonical form: capitals and digits without spaces.
pub(super) fn canonical(typed: &str) -> Result<String, SelectorError> {
    let folded = text::folded(typed).to_uppercase();
    let bare = folded.trim().trim_start_matches("IBAN").trim_start_matches([':', ' ']);
    let plain: String =
        bare.chars().filter(|c| !c.is_whitespace() && !matches!(c, '-' | '.' | '/')).collect();
    let shaped = (15..=34).contains(&plain.len())
        && plain.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
        && plain.bytes().take(2).all(|b| b.is_ascii_uppercase())
        && plain.bytes().skip(2).take(2).all(|b| b.is_ascii_digit());
    if !shaped {
        return Err(SelectorError::Iban);
    }
    match plain.parse::<Iban>() {
        Ok(iban) => Ok(iban.electronic_str().to_owned()),
        Err(ParseIbanError::InvalidBaseIban { .. }) => Err(SelectorError::IbanChecksum),
        Err(ParseIbanError::UnknownCountry(_) | ParseIbanError::InvalidBban(_)) => Err(SelectorError::Iban),
    }
}

/// Sort code and account of a GB IBAN.
pub(super) fn uk_account(canonical: &str) -> Option<String> {
    let bban = canonical.strip_prefix("GB")?;
    let (sort, account) = (bban.get(6..12)?, bban.get(12..20)?);
    Some(format!("{sort} {account}"))
}
