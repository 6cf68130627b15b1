//! Is it the same page? Host in ASCII without `www.`, no fragment, no tracking, one scheme.
//!
//! Source: the WHATWG URL standard, through the `url` crate. Differs: `http` and `https` are one, the order of
//! query parameters does not count, names and passwords in the address are dropped.

use ::url::Url;

use super::{SelectorError, email, platform};

/// Query parameters that say how somebody came, not where they went.
const TRACKING: &[&str] = &[
    "fbclid",
    "gclid",
    "dclid",
    "msclkid",
    "igshid",
    "igsh",
    "si",
    "ref",
    "ref_src",
    "ref_url",
    "mc_cid",
    "mc_eid",
    "_ga",
    "feature",
    "share_id",
    "_r",
    "_t",
    "is_from_webapp",
    "sender_device",
    "mibextid",
];

/// The canonical form: `https://example.org/path?a=1`.
pub(super) fn canonical(typed: &str) -> Result<String, SelectorError> {
    let bare = typed.trim();
    if bare.chars().any(char::is_whitespace) {
        return Err(SelectorError::Url);
    }
    let with_scheme = match bare.split_once(':') {
        Some((scheme, rest)) if rest.starts_with("//") => match scheme.to_ascii_lowercase().as_str() {
            "http" | "https" | "hxxp" | "hxxps" => format!("https:{rest}"),
            _ => return Err(SelectorError::UrlScheme),
        },
        Some((scheme, rest)) if !scheme.contains('.') || !starts_with_port(rest) => {
            return Err(SelectorError::UrlScheme);
        }
        _ => format!("https://{bare}"),
    };
    let parsed = Url::parse(&with_scheme.replace("[.]", ".")).map_err(|_| SelectorError::Url)?;
    let host = parsed.host_str().and_then(email::domain_in_ascii).ok_or(SelectorError::Url)?;
    let host = host.strip_prefix("www.").filter(|rest| rest.contains('.')).unwrap_or(&host);
    let port =
        parsed.port().filter(|port| !matches!(port, 80 | 443)).map(|p| format!(":{p}")).unwrap_or_default();
    let path = parsed.path().trim_end_matches('/');
    let mut pairs: Vec<&str> = parsed
        .query()
        .unwrap_or_default()
        .split('&')
        .filter(|pair| !pair.is_empty() && !is_tracking(pair))
        .collect();
    pairs.sort_unstable();
    let query = if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) };
    Ok(format!("https://{host}{port}{path}{query}"))
}

fn starts_with_port(rest: &str) -> bool {
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    (1..=5).contains(&digits)
        && rest.get(digits..).is_some_and(|after| after.is_empty() || after.starts_with(['/', '?', '#']))
}

fn is_tracking(pair: &str) -> bool {
    let name = pair.split('=').next().unwrap_or(pair).to_ascii_lowercase();
    name.starts_with("utm_") || TRACKING.contains(&name.as_str())
}

/// The host of a canonical address.
pub(super) fn host(canonical: &str) -> &str {
    let rest = canonical.strip_prefix("https://").unwrap_or(canonical);
    rest.split(['/', '?', ':']).next().unwrap_or(rest)
}

/// The platform and handle, when a canonical address is a profile page.
pub(super) fn profile(canonical: &str) -> Option<(&'static str, String)> {
    let rest = canonical.strip_prefix("https://")?;
    let (host, path) = rest.split_once('/')?;
    platform::profile(host, path.split('?').next().unwrap_or(path))
}
