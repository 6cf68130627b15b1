//! Are two handles the same account? Scoped by platform; case, invisible characters and look-alikes do not count.
//!
//! Separators do count in the canonical form (`a.b` and `a_b` are two accounts); in the root they do not.
//! Source: Unicode TR 39. Differs: digits that look like letters (`0`, `1`) fall together with them, on purpose.

use super::{Selector, SelectorError, SelectorKind, platform, text};

/// The longest handle, in characters.
const MAX_CHARS: usize = 80;

/// The shortest root that still means something, in characters.
const MIN_ROOT: usize = 4;

/// The platform and the handle without it: `instagram:name` names its own platform.
pub(super) fn split(platform: Option<String>, typed: &str) -> Result<(Option<String>, &str), SelectorError> {
    match typed.split_once(':') {
        Some(("http" | "https", _)) => Err(SelectorError::HandleIsUrl),
        Some((word, rest)) => match platform::code(word) {
            Ok(code) => Ok((Some(code), rest.trim())),
            Err(_) => Ok((platform, typed)),
        },
        None => Ok((platform, typed)),
    }
}

/// The canonical form of a handle without its platform.
pub(super) fn canonical(bare: &str) -> Result<String, SelectorError> {
    if looks_like_phone(bare) {
        return Err(SelectorError::HandleIsPhone);
    }
    let skeleton = text::skeleton(bare);
    let plain = skeleton.trim().trim_start_matches('@').trim();
    if plain.is_empty() {
        return Err(SelectorError::Empty);
    }
    if plain.contains("://") || plain.starts_with("www.") || plain.contains('/') && plain.contains('.') {
        return Err(SelectorError::HandleIsUrl);
    }
    let whole = plain.chars().count() <= MAX_CHARS
        && !plain.chars().any(|c| c.is_whitespace() || matches!(c, '/' | '\\' | ',' | ';' | ':' | '<' | '>'));
    if whole { Ok(plain.to_owned()) } else { Err(SelectorError::Handle) }
}

fn looks_like_phone(text: &str) -> bool {
    let n_digits = text.chars().filter(char::is_ascii_digit).count();
    (text.starts_with('+') || text.starts_with('0'))
        && n_digits >= 10
        && text.chars().all(|c| c.is_ascii_digit() || matches!(c, '+' | ' ' | '-' | '(' | ')'))
}

/// The family of a name as typed: no separators, no closing digits, digits that stand for letters read as letters.
///
/// `None` when fewer than four characters are left: such a root would join strangers.
pub(super) fn root(bare: &str) -> Option<String> {
    // The number is cut before look-alikes fall together, while a `0` still is a digit.
    let joined: String = text::folded(bare).chars().filter(|c| c.is_alphanumeric()).collect();
    let stem = joined.trim_end_matches(|c: char| c.is_ascii_digit());
    let letters: String =
        text::skeleton(stem).chars().filter(|c| c.is_alphanumeric()).map(as_letter).collect();
    (letters.chars().count() >= MIN_ROOT).then_some(letters)
}

/// Reads a digit or mark that stands for a letter; `i`, `l` and `1` fall together.
fn as_letter(c: char) -> char {
    match c {
        '0' => 'o',
        '1' | 'i' => 'l',
        '3' => 'e',
        '4' => 'a',
        '5' => 's',
        '7' => 't',
        '8' => 'b',
        other => other,
    }
}

/// Spellings of `handle` that a person might search a platform for: without the number, without separators,
/// with each common separator. Folded, sorted, without the handle itself. For people; never a key.
pub fn variants(handle: &Selector) -> Vec<String> {
    if handle.kind() != SelectorKind::Handle {
        return Vec::new();
    }
    let shown = text::folded(handle.as_typed().reveal());
    let own = shown.rsplit(':').next().unwrap_or_default().trim().trim_start_matches('@').to_owned();
    let parts: Vec<&str> = own.split(['.', '_', '-', ' ']).filter(|part| !part.is_empty()).collect();
    let mut all: Vec<String> = ["", ".", "_", "-"].iter().map(|separator| parts.join(separator)).collect();
    let stem = own.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end_matches(['.', '_', '-']);
    all.push(stem.to_owned());
    all.retain(|variant| *variant != own && variant.chars().count() >= 3);
    all.sort();
    all.dedup();
    all
}
