//! Is it the same name in a payment app? The app is part of the key; case and the leading sign are not.
//!
//! Look-alikes are *not* folded here: the app sends money to exactly the typed name.

use super::{SelectorError, text};

/// The payment apps that are known: code, and the words or hosts in front of a name.
const PROVIDERS: &[(&str, &[&str])] = &[
    ("paypal", &["paypal.me/", "paypal.com/paypalme/", "pay pal"]),
    ("cash-app", &["cash.app/", "cashapp", "cash app", "cash-app"]),
    ("revolut", &["revolut.me/", "rev"]),
    ("monzo", &["monzo.me/"]),
];

/// The app and the canonical name.
pub(super) fn canonical(platform: Option<&str>, typed: &str) -> Result<(String, String), SelectorError> {
    let folded = text::folded(typed);
    let bare = folded.trim().trim_start_matches("https://").trim_start_matches("http://");
    let bare = bare.strip_prefix("www.").unwrap_or(bare);
    let (provider, name) = split(platform, bare).ok_or(SelectorError::PaymentProvider)?;
    let plain = name.trim().trim_start_matches(['@', '$']).trim_end_matches('/').trim();
    let allowed =
        |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-') || c == '@' && provider == "paypal";
    if (1..=64).contains(&plain.chars().count()) && plain.chars().all(allowed) {
        Ok((provider.to_owned(), plain.to_owned()))
    } else {
        Err(SelectorError::PaymentTag)
    }
}

fn split<'t>(platform: Option<&str>, bare: &'t str) -> Option<(&'static str, &'t str)> {
    for (code, words) in PROVIDERS {
        for word in words.iter().copied().filter(|word| word.ends_with('/')) {
            if let Some(name) = bare.strip_prefix(word) {
                return Some((code, name));
            }
        }
    }
    if let Some((word, name)) = bare.split_once(':') {
        return known(word.trim()).map(|code| (code, name));
    }
    match platform {
        Some(platform) => known(platform).map(|code| (code, bare)),
        None if bare.starts_with('$') => Some(("cash-app", bare)),
        None => None,
    }
}

fn known(word: &str) -> Option<&'static str> {
    PROVIDERS.iter().find(|(code, words)| *code == word || words.contains(&word)).map(|(code, _)| *code)
}
