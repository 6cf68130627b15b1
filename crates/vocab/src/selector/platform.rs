//! Which platform is meant? Codes, the words people use for them, and the hosts of their profile pages.
//!
//! Content decides which codes a field allows; here any kebab-case code passes, and common words become codes.

use super::{SelectorError, text};

/// Words people write, and the code each stands for. Folded; the code itself need not be listed.
const WORDS: &[(&str, &str)] = &[
    ("insta", "instagram"),
    ("ig", "instagram"),
    ("the gram", "instagram"),
    ("snap", "snapchat"),
    ("snap chat", "snapchat"),
    ("tik tok", "tiktok"),
    ("whats app", "whatsapp"),
    ("wa", "whatsapp"),
    ("fb", "facebook"),
    ("messenger", "facebook"),
    ("twitter", "x"),
    ("yt", "youtube"),
    ("tg", "telegram"),
    ("i-message", "imessage"),
    ("text message", "sms"),
    ("google meet", "google-chat"),
    ("hangouts", "google-chat"),
];

/// Words that name a platform in running text; `x`, `sms` and `email` mean too many other things there.
pub(super) const IN_TEXT: &[(&str, &str)] = &[
    ("instagram", "instagram"),
    ("insta", "instagram"),
    ("ig", "instagram"),
    ("snapchat", "snapchat"),
    ("snap", "snapchat"),
    ("tiktok", "tiktok"),
    ("tik tok", "tiktok"),
    ("whatsapp", "whatsapp"),
    ("facebook", "facebook"),
    ("messenger", "facebook"),
    ("fb", "facebook"),
    ("discord", "discord"),
    ("telegram", "telegram"),
    ("twitter", "x"),
    ("youtube", "youtube"),
    ("roblox", "roblox"),
    ("reddit", "reddit"),
    ("signal", "signal"),
    ("kik", "kik"),
];

/// Hosts whose first path segment is a profile: host, code, and what stands before the handle.
const PROFILES: &[(&str, &str, &str)] = &[
    ("instagram.com", "instagram", ""),
    ("snapchat.com", "snapchat", "add/"),
    ("tiktok.com", "tiktok", "@"),
    ("facebook.com", "facebook", ""),
    ("t.me", "telegram", ""),
    ("telegram.me", "telegram", ""),
    ("x.com", "x", ""),
    ("twitter.com", "x", ""),
    ("youtube.com", "youtube", "@"),
    ("reddit.com", "reddit", "user/"),
    ("kik.me", "kik", ""),
];

/// First path segments that are pages of the platform, not people.
const NOT_PEOPLE: &[&str] = &[
    "p",
    "reel",
    "reels",
    "explore",
    "stories",
    "accounts",
    "about",
    "help",
    "legal",
    "privacy",
    "home",
    "login",
    "search",
    "settings",
    "share",
    "groups",
    "watch",
    "events",
    "marketplace",
    "profile.php",
    "i",
    "hashtag",
    "intent",
    "joinchat",
    "s",
    "c",
    "tv",
    "direct",
    "safety",
    "support",
    "policies",
    "messages",
    "photo",
];

/// The code for a platform word: `Insta` → `instagram`.
///
/// # Errors
/// [`SelectorError::Platform`] when the text is neither a known word nor shaped like a code.
pub fn code(word: &str) -> Result<String, SelectorError> {
    let folded = text::folded(word.trim());
    if let Some((_, code)) = WORDS.iter().find(|(known, _)| *known == folded) {
        return Ok((*code).to_owned());
    }
    let kebab: String = folded.chars().map(|c| if c == ' ' || c == '_' { '-' } else { c }).collect();
    let shaped = (1..=40).contains(&kebab.len())
        && kebab.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if shaped { Ok(kebab) } else { Err(SelectorError::Platform) }
}

/// The platform and handle of a profile page, from a host (no `www.`) and a path without its first slash.
pub(super) fn profile(host: &str, path: &str) -> Option<(&'static str, String)> {
    let (_, code, before) = PROFILES.iter().find(|(known, _, _)| *known == host)?;
    let rest = path.strip_prefix(before)?;
    let (handle, after) = rest.split_once('/').unwrap_or((rest, ""));
    let person = !handle.is_empty() && after.is_empty() && !NOT_PEOPLE.contains(&handle);
    person.then(|| (*code, handle.to_owned()))
}
