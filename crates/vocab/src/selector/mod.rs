//! Which value do two reports share? One canonical key per selector serves matching, blocking and counting.
//!
//! A selector is a phone number, a handle, an account, an address: what somebody can be looked up by. It keeps
//! the text exactly as it was typed, and beside it one canonical form. Two selectors are the same when their
//! [`Selector::canonical_key`]s are equal, and nothing else is ever compared, blocked on or counted.
//!
//! A second, weaker key ([`Selector::root_key`]) finds the family of a handle (`anna_2010`, `Anna.2011`). It
//! is never a match by itself.
//!
//! Differs: an application keeps a *keyed* hash of the key; an unkeyed one of a phone number is no secret.

pub mod bank_account;
pub mod display_name;
pub mod email;
pub mod find;
pub mod handle;
pub mod harmless;
pub mod iban;
pub mod payment_tag;
pub mod phone;
pub mod platform;
pub mod text;
pub mod url;
pub mod wallet;

pub use find::{Found, find_in_text};
pub use harmless::{Harmless, HarmlessEffect, Reason};

use crate::Private;
use crate::role::coded;

coded! {
    /// What kind of identifier it is.
    SelectorKind, SelectorKindError, "a kind of identifier" {
        /// A handle or user name on one platform.
        Handle = "handle", "Handle or user name";
        /// The name shown on the profile.
        DisplayName = "display-name", "Display name";
        /// A telephone number.
        Phone = "phone", "Phone number";
        /// An e-mail address.
        Email = "email", "E-mail address";
        /// A UK sort code and account number.
        BankAccount = "bank-account", "Sort code and account number";
        /// An international bank account number.
        Iban = "iban", "IBAN";
        /// A name in a payment app.
        PaymentTag = "payment-tag", "Payment app name";
        /// A crypto-currency address.
        Wallet = "wallet", "Crypto wallet";
        /// A web address.
        Url = "url", "Web address";
    }
}

/// The longest text that is read as one selector, in bytes.
pub const MAX_BYTES: usize = 2048;

/// Why a text is no selector of its kind, and what to do. Never repeats the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SelectorError {
    /// Nothing is left once spaces and invisible characters are gone.
    #[error("empty: type the identifier, or leave the field empty")]
    Empty,
    /// Longer than any identifier.
    #[error("too long for an identifier: put one identifier here and the rest under notes")]
    TooLong,
    /// Not a platform code.
    #[error("not a platform: use a code such as `instagram` or `snapchat`")]
    Platform,
    /// White space, a slash or a comma inside.
    #[error("not a handle: a handle has no spaces or slashes (several are separated by `|`)")]
    Handle,
    /// A web address where a handle belongs.
    #[error("this is a web address, not a handle: put it under web addresses")]
    HandleIsUrl,
    /// A number where a handle belongs.
    #[error("this looks like a phone number, not a handle: put it under phone numbers")]
    HandleIsPhone,
    /// Longer than a name.
    #[error("not a display name: at most 120 characters")]
    DisplayName,
    /// Not enough digits, or letters inside.
    #[error("not a phone number: write it as `07700 900123` or `+44 7700 900123`")]
    Phone,
    /// No name, no `@`, or no domain.
    #[error("not an e-mail address: write it as `name@example.org`")]
    Email,
    /// Not six and eight digits.
    #[error(
        "not a sort code and account number: write six digits, a space and eight digits, as in `00-00-00 12345678`"
    )]
    BankAccount,
    /// Two letters, two digits and so on are missing.
    #[error("not an IBAN: it starts with two letters and two digits, as in `GB82 WEST 1234 5698 7654 32`")]
    Iban,
    /// The check digits are wrong.
    #[error("the check digits of this IBAN do not fit: compare it with the original, character by character")]
    IbanChecksum,
    /// No known payment app in front.
    #[error("which payment app? write it in front, as in `paypal:name`, `cash-app:$name` or `revolut:@name`")]
    PaymentProvider,
    /// Not a name in that app.
    #[error("not a payment app name: letters, digits, dots, hyphens and underscores only")]
    PaymentTag,
    /// Not a known form of address.
    #[error(
        "not a wallet address that can be checked: Bitcoin, Litecoin, Dogecoin, Tron, XRP and Ethereum addresses are"
    )]
    Wallet,
    /// The checksum is wrong.
    #[error(
        "the checksum of this wallet address does not fit: compare it with the original, character by character"
    )]
    WalletChecksum,
    /// Not a web address.
    #[error("not a web address: write it as `https://example.org/page`")]
    Url,
    /// `data:`, `javascript:`, `file:` and so on.
    #[error("only web addresses (`https://…`) are kept: never paste an image or a file here")]
    UrlScheme,
}

/// A phone number, handle, account or address that can be looked up.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Selector {
    kind: SelectorKind,
    platform: Option<String>,
    canonical: Private<String>,
    root: Option<Private<String>>,
    as_typed: Private<String>,
}

impl Selector {
    /// Reads `text` as a selector of this kind.
    ///
    /// `platform` is a platform code or a common word for it (`insta`, `IG`); for a payment tag it is the
    /// payment app, for a wallet the chain. A value that names its own (`instagram:name`, `paypal.me/name`)
    /// outranks it. Platforms scope handles and payment tags only; elsewhere they are kept and not part of the key.
    ///
    /// # Errors
    /// [`SelectorError`], whose message says the mend and never repeats the text.
    pub fn parse(kind: SelectorKind, platform: Option<&str>, text: &str) -> Result<Self, SelectorError> {
        if text.len() > MAX_BYTES {
            return Err(SelectorError::TooLong);
        }
        let cleaned = text::without_invisible(text);
        let trimmed = cleaned.trim();
        if trimmed.is_empty() {
            return Err(SelectorError::Empty);
        }
        let platform = platform.map(platform::code).transpose()?;
        let (platform, canonical, root) = match kind {
            SelectorKind::Handle => {
                let (platform, bare) = handle::split(platform, trimmed)?;
                (platform, handle::canonical(bare)?, handle::root(bare))
            }
            SelectorKind::DisplayName => (platform, display_name::canonical(trimmed)?, handle::root(trimmed)),
            SelectorKind::Phone => (platform, phone::canonical(trimmed)?, None),
            SelectorKind::Email => {
                let canonical = email::canonical(trimmed)?;
                let root = email::root(&canonical);
                (platform, canonical, root)
            }
            SelectorKind::BankAccount => (platform, bank_account::canonical(trimmed)?, None),
            SelectorKind::Iban => (platform, iban::canonical(trimmed)?, None),
            SelectorKind::PaymentTag => {
                let (provider, canonical) = payment_tag::canonical(platform.as_deref(), trimmed)?;
                let root = handle::root(&canonical);
                (Some(provider), canonical, root)
            }
            SelectorKind::Wallet => {
                let (chain, canonical) = wallet::canonical(trimmed)?;
                (Some(chain), canonical, None)
            }
            SelectorKind::Url => (platform, url::canonical(trimmed)?, None),
        };
        Ok(Self {
            kind,
            platform,
            canonical: canonical.into(),
            root: root.map(Private::new),
            as_typed: text.to_owned().into(),
        })
    }

    /// What kind it is.
    pub const fn kind(&self) -> SelectorKind {
        self.kind
    }

    /// The platform, payment app or chain, as a code.
    pub fn platform(&self) -> Option<&str> {
        self.platform.as_deref()
    }

    /// The text exactly as it was typed: evidence, never altered.
    pub const fn as_typed(&self) -> &Private<String> {
        &self.as_typed
    }

    /// The normalised value, without kind and platform.
    pub const fn canonical(&self) -> &Private<String> {
        &self.canonical
    }

    /// The text for a page: as typed, without the characters that reorder or hide what is shown.
    pub fn shown(&self) -> Private<String> {
        Private::new(text::without_invisible(self.as_typed.reveal()).trim().to_owned())
    }

    /// `kind:platform:normalised`. Equal keys mean the same selector; there is no other comparison.
    pub fn canonical_key(&self) -> Private<String> {
        let scope = match self.kind {
            SelectorKind::Handle | SelectorKind::PaymentTag | SelectorKind::Wallet => {
                self.platform.as_deref()
            }
            SelectorKind::DisplayName
            | SelectorKind::Phone
            | SelectorKind::Email
            | SelectorKind::BankAccount
            | SelectorKind::Iban
            | SelectorKind::Url => None,
        };
        let (kind, scope) = (self.kind.code(), scope.unwrap_or_default());
        self.canonical.clone().map(|value| format!("{kind}:{scope}:{value}"))
    }

    /// A weaker key for the family of a name: not scoped by platform, without separators, closing digits and
    /// digits that stand for letters. Evidence for a comparison level of its own, never a match.
    ///
    /// `None` where the kind has no family, or too little is left to mean anything.
    pub fn root_key(&self) -> Option<Private<String>> {
        let root = self.root.clone()?;
        Some(root.map(|root| {
            if self.kind == SelectorKind::Email {
                format!("root:mail:{root}")
            } else {
                format!("root:name:{root}")
            }
        }))
    }

    /// The same thing under another kind: the account inside a GB IBAN, the handle inside a profile address.
    pub fn also(&self) -> Option<Self> {
        match self.kind {
            SelectorKind::Iban => {
                let account = iban::uk_account(self.canonical.reveal())?;
                Self::parse(SelectorKind::BankAccount, None, &account).ok()
            }
            SelectorKind::Url => {
                let (platform, handle) = url::profile(self.canonical.reveal())?;
                Self::parse(SelectorKind::Handle, Some(platform), &handle).ok()
            }
            SelectorKind::Handle
            | SelectorKind::DisplayName
            | SelectorKind::Phone
            | SelectorKind::Email
            | SelectorKind::BankAccount
            | SelectorKind::PaymentTag
            | SelectorKind::Wallet => None,
        }
    }
}

#[cfg(test)]
mod tests;
