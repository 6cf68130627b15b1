//! Is it the same mailbox? The domain is lower-cased, the local part kept and case-folded for the key.
//!
//! Differs from RFC 5321, which lets a server tell `Anna@` from `anna@`: none of the common ones does.
//! Provider rules (dots and `+tags` at Google) belong to the weaker root.

use super::{SelectorError, text};

/// The canonical form: `name@example.org`, the domain in ASCII.
pub(super) fn canonical(typed: &str) -> Result<String, SelectorError> {
    let folded = text::folded(typed);
    let bare = folded.trim().trim_start_matches("mailto:");
    let bare = bare.strip_prefix('<').and_then(|t| t.strip_suffix('>')).unwrap_or(bare);
    let (local, domain) = bare.rsplit_once('@').ok_or(SelectorError::Email)?;
    let local_ok = (1..=64).contains(&local.chars().count())
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.chars().any(|c| {
            c.is_whitespace() || matches!(c, '@' | ',' | ';' | ':' | '<' | '>' | '(' | ')' | '"' | '\\' | '|')
        });
    let host = domain_in_ascii(domain).ok_or(SelectorError::Email)?;
    if local_ok { Ok(format!("{local}@{host}")) } else { Err(SelectorError::Email) }
}

/// A domain with a dot in it, lower-case ASCII; `None` for addresses, single words and broken names.
pub(super) fn domain_in_ascii(domain: &str) -> Option<String> {
    let trimmed = domain.strip_suffix('.').unwrap_or(domain);
    match ::url::Host::parse(trimmed).ok()? {
        ::url::Host::Domain(host) => {
            let shaped = host.len() <= 253
                && host.contains('.')
                && host.split('.').all(|label| {
                    (1..=63).contains(&label.len())
                        && !label.starts_with('-')
                        && !label.ends_with('-')
                        && label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
                });
            shaped.then_some(host)
        }
        ::url::Host::Ipv4(_) | ::url::Host::Ipv6(_) => None,
    }
}

/// The mailbox without `+tag`, and without dots where Google ignores them.
pub(super) fn root(canonical: &str) -> Option<String> {
    let (local, domain) = canonical.rsplit_once('@')?;
    let untagged = local.split('+').next().unwrap_or(local);
    let (plain, domain) = match domain {
        "gmail.com" | "googlemail.com" => (untagged.replace('.', ""), "gmail.com"),
        other => (untagged.to_owned(), other),
    };
    (!plain.is_empty()).then(|| format!("{plain}@{domain}"))
}
