//! Which identifiers stand in a pasted text? Offered with a reason, never taken silently.
//!
//! What is found stays a suggestion until a person accepts it: a mention is not an entity.
//! Whatever carries a checksum is verified; the rest needs a word near it that says what it is.

use std::ops::Range;
use std::sync::LazyLock;

use linkify::{LinkFinder, LinkKind};
use regex::Regex;

use super::{Selector, SelectorKind, platform};

/// One identifier found in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Where, in bytes of the text.
    pub range: Range<usize>,
    /// What kind it is.
    pub kind: SelectorKind,
    /// The identifier itself.
    pub selector: Selector,
    /// Why it is offered, in a sentence that repeats nothing private.
    pub why: String,
}

/// Longest text that is searched, in bytes; what follows is not looked at.
pub const MAX_TEXT: usize = 256 * 1024;

/// How far from an @name a platform word counts, in bytes: before and after.
const NEAR: (usize, usize) = (80, 40);

macro_rules! pattern {
    ($name:ident, $regex:expr) => {
        static $name: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new($regex).ok());
    };
}

pattern!(IBAN, r"(?i)\b[a-z]{2}[0-9]{2}(?:[ \-]?[a-z0-9]{4}){2,7}(?:[ \-]?[a-z0-9]{1,3})?\b");
pattern!(
    UK_ACCOUNT,
    r"(?ix)\b ([0-9]{2}[\ \-–/.]?[0-9]{2}[\ \-–/.]?[0-9]{2}) \b
      [\s,;:.\-–/|]* (?: (?:and|account|acc|acct|a/c|ac|number|no|num) \b [\s,;:.\#]* ){0,4}
      \b ([0-9]{8}) \b"
);
pattern!(PHONE, r"(?:\+|\b0)[0-9(][0-9 ().\-–\u{a0}]{6,22}[0-9]\b");
pattern!(
    WALLET,
    r"\b(?:(?i:bc1|ltc1)[A-Za-z0-9]{11,87}|0x[0-9a-fA-F]{40}|[13LMDATr9][1-9A-HJ-NP-Za-km-z]{24,34})\b"
);
pattern!(
    PAYMENT_NAMED,
    r"(?i)\b(paypal|pay pal|cash ?-?app|revolut|monzo)(?:[ ](?:tag|name|user ?name|handle|account|id|is|to))*[ ]?(?::[ ]?[@$]?|[ ]?[@$])([\p{L}0-9._\-]{2,40})"
);
pattern!(CASHTAG, r"(?:^|[\s(,;:])(\$[A-Za-z][A-Za-z0-9_\-]{1,19})\b");
pattern!(AT_NAME, r#"(?:^|[\s(,;:"'‘“\[])(@[\p{L}\p{M}0-9._\-]{2,40})"#);
pattern!(
    NAMED_HANDLE,
    r"(?i)\b(instagram|insta|ig|snapchat|snap|tiktok|tik tok|whatsapp|facebook|messenger|fb|discord|telegram|twitter|youtube|roblox|reddit|signal|kik)(?:'s|’s)?(?:[ ](?:user[ ]?name|handle|account|name|id|user|called|is|was))*[ ]?(?::|=|[ ](?:user[ ]?name|handle|called)(?:[ ](?:is|was))?)[ ]?@?([\p{L}\p{M}0-9][\p{L}\p{M}0-9._\-]{2,39})"
);

/// All identifiers in `text`, in order, none overlapping another.
///
/// The strongest evidence wins a stretch of text: addresses first, then what carries a checksum, then numbers,
/// then names. Only the first [`MAX_TEXT`] bytes are searched.
pub fn find_in_text(text: &str) -> Vec<Found> {
    let mut end = text.len().min(MAX_TEXT);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let text = text.get(..end).unwrap_or_default();
    let mut taken = Taken::default();
    links(text, &mut taken);
    wallets(text, &mut taken);
    ibans(text, &mut taken);
    uk_accounts(text, &mut taken);
    payment_tags(text, &mut taken);
    phones(text, &mut taken);
    handles(text, &mut taken);
    taken.in_order()
}

/// What has been found, and the stretches it occupies.
#[derive(Default)]
struct Taken(Vec<Found>);

impl Taken {
    fn is_free(&self, range: &Range<usize>) -> bool {
        self.0.iter().all(|found| range.end <= found.range.start || found.range.end <= range.start)
    }

    /// Offers `typed` at `range`; true when it is one and the stretch was free.
    fn offer(
        &mut self,
        range: Range<usize>,
        kind: SelectorKind,
        platform: Option<&str>,
        typed: &str,
        why: impl Into<String>,
    ) -> bool {
        if !self.is_free(&range) {
            return false;
        }
        let Ok(selector) = Selector::parse(kind, platform, typed) else { return false };
        self.0.push(Found { range, kind, selector, why: why.into() });
        true
    }

    fn in_order(mut self) -> Vec<Found> {
        self.0.sort_by_key(|found| (found.range.start, found.range.end));
        self.0
    }
}

fn matches<'t>(pattern: &'static LazyLock<Option<Regex>>, text: &'t str) -> Vec<regex::Captures<'t>> {
    pattern.as_ref().map(|regex| regex.captures_iter(text).collect()).unwrap_or_default()
}

fn links(text: &str, taken: &mut Taken) {
    let mut finder = LinkFinder::new();
    finder.url_must_have_scheme(false);
    for link in finder.links(text) {
        let range = link.start()..link.end();
        let typed = link.as_str();
        match link.kind() {
            LinkKind::Email => {
                taken.offer(range, SelectorKind::Email, None, typed, "it has the form of an e-mail address");
            }
            LinkKind::Url if payment_host(typed) => {
                taken.offer(
                    range,
                    SelectorKind::PaymentTag,
                    None,
                    typed,
                    "it is the page of a name in a payment app",
                );
            }
            // `name.surname` has the form of a bare host: without scheme or slash it needs a well-known ending.
            LinkKind::Url if typed.contains("://") || typed.contains('/') || well_known_ending(typed) => {
                taken.offer(range, SelectorKind::Url, None, typed, "it has the form of a web address");
            }
            _ => {}
        }
    }
}

fn payment_host(typed: &str) -> bool {
    let lower = typed.to_lowercase();
    ["paypal.me/", "cash.app/", "revolut.me/", "monzo.me/"].iter().any(|host| lower.contains(host))
}

fn well_known_ending(typed: &str) -> bool {
    let lower = typed.to_lowercase();
    [".com", ".org", ".net", ".co.uk", ".uk", ".info"].iter().any(|ending| lower.ends_with(ending))
}

fn wallets(text: &str, taken: &mut Taken) {
    for found in matches(&WALLET, text).iter().filter_map(|c| c.get(0)) {
        let why = "its checksum fits a crypto wallet address";
        taken.offer(found.range(), SelectorKind::Wallet, None, found.as_str(), why);
    }
}

fn ibans(text: &str, taken: &mut Taken) {
    for found in matches(&IBAN, text).iter().filter_map(|c| c.get(0)) {
        // The words after an IBAN can look like its last groups: try again without the last one.
        let mut typed = found.as_str();
        loop {
            let range = found.start()..found.start() + typed.len();
            if taken.offer(range, SelectorKind::Iban, None, typed, "its check digits fit an IBAN") {
                break;
            }
            match typed.rfind([' ', '-']).and_then(|at| typed.get(..at)) {
                Some(shorter) if shorter.len() >= 15 => typed = shorter,
                _ => break,
            }
        }
    }
}

fn uk_accounts(text: &str, taken: &mut Taken) {
    for captures in matches(&UK_ACCOUNT, text) {
        if let (Some(whole), Some(sort), Some(account)) = (captures.get(0), captures.get(1), captures.get(2))
        {
            let typed = format!("{} {}", sort.as_str(), account.as_str());
            let why = "six and eight digits have the form of a sort code and account number";
            taken.offer(whole.range(), SelectorKind::BankAccount, None, &typed, why);
        }
    }
}

fn payment_tags(text: &str, taken: &mut Taken) {
    for captures in matches(&PAYMENT_NAMED, text) {
        if let (Some(app), Some(name)) = (captures.get(1), captures.get(2)) {
            let code = match app.as_str().to_lowercase().as_str() {
                "paypal" | "pay pal" => "paypal",
                "revolut" => "revolut",
                "monzo" => "monzo",
                _ => "cash-app",
            };
            let typed = name.as_str().trim_end_matches(['.', '-']);
            let range = name.start()..name.start() + typed.len();
            taken.offer(
                range,
                SelectorKind::PaymentTag,
                Some(code),
                typed,
                "it follows the name of a payment app",
            );
        }
    }
    for name in matches(&CASHTAG, text).iter().filter_map(|c| c.get(1)) {
        let why = "a name after a dollar sign has the form of a Cash App name";
        taken.offer(name.range(), SelectorKind::PaymentTag, Some("cash-app"), name.as_str(), why);
    }
}

fn phones(text: &str, taken: &mut Taken) {
    for found in matches(&PHONE, text).iter().filter_map(|c| c.get(0)) {
        let n_digits = found.as_str().bytes().filter(u8::is_ascii_digit).count();
        if (10..=15).contains(&n_digits) {
            taken.offer(
                found.range(),
                SelectorKind::Phone,
                None,
                found.as_str(),
                "it has the form of a phone number",
            );
        }
    }
}

fn handles(text: &str, taken: &mut Taken) {
    for captures in matches(&NAMED_HANDLE, text) {
        if let (Some(word), Some(name)) = (captures.get(1), captures.get(2)) {
            let folded = word.as_str().to_lowercase();
            let code = platform::IN_TEXT.iter().find(|(known, _)| *known == folded).map(|(_, code)| *code);
            let typed = name.as_str().trim_end_matches(['.', '-']);
            let range = name.start()..name.start() + typed.len();
            taken.offer(range, SelectorKind::Handle, code, typed, "it follows the name of a platform");
        }
    }
    let lower = text.to_ascii_lowercase();
    for name in matches(&AT_NAME, text).iter().filter_map(|c| c.get(1)) {
        let typed = name.as_str().trim_end_matches(['.', '-']);
        let range = name.start()..name.start() + typed.len();
        match nearest_platform(&lower, &range) {
            Some(code) => {
                let why = format!("an @name with `{code}` named near it");
                taken.offer(range, SelectorKind::Handle, Some(code), typed, why);
            }
            None => {
                let why = "an @name; no platform is named near it, so choose one";
                taken.offer(range, SelectorKind::Handle, None, typed, why);
            }
        }
    }
}

/// The platform word nearest to `range`, within [`NEAR`]. `lower` is as long as the text (ASCII lower-cased).
fn nearest_platform(lower: &str, range: &Range<usize>) -> Option<&'static str> {
    let from = floor(lower, range.start.saturating_sub(NEAR.0));
    let to = floor(lower, lower.len().min(range.end + NEAR.1));
    let before = lower.get(from..range.start).unwrap_or_default();
    let after = lower.get(range.end..to).unwrap_or_default();
    let distance = |word: &str| {
        let behind = whole_words(before, word).last().map(|at| before.len() - at - word.len());
        // A word before the name is the usual order: one after it must be clearly nearer.
        let ahead = whole_words(after, word).next().map(|at| at + 20);
        behind.into_iter().chain(ahead).min()
    };
    let near = platform::IN_TEXT.iter().filter_map(|(word, code)| distance(word).map(|d| (d, *code)));
    near.min().map(|(_, code)| code)
}

fn whole_words<'t>(text: &'t str, word: &'t str) -> impl Iterator<Item = usize> + 't {
    text.match_indices(word).map(|(at, _)| at).filter(move |at| {
        let before = text.get(..*at).and_then(|t| t.chars().next_back());
        let after = text.get(at + word.len()..).and_then(|t| t.chars().next());
        !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
    })
}

fn floor(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
