//! Which selectors say nothing about an offender? A helpline's number in two reports is no link.
//!
//! Lists are authored content (`content/harmless/`); this is the pure type that they fill. A listed selector
//! is kept and shown like any other, with the reason why it counts for nothing.
//!
//! Source: the lessons of MISP warning lists (issues 1978, 7277, 9367): two effects, on by default, tested.

use std::collections::BTreeMap;

use super::{Selector, SelectorError, SelectorKind, email, url};
use crate::role::coded;

coded! {
    /// What being on a list does.
    HarmlessEffect, HarmlessEffectError, "an effect of a list" {
        /// The selector never joins two cases.
        NoLink = "no-link", "Never joins cases";
        /// The selector still counts; a note is shown beside it.
        Note = "note", "Shown with a note";
    }
}

/// Why a selector is on a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// The list: `harmless/helplines`.
    pub list: String,
    /// Its version, stamped on what it shaped.
    pub version: u32,
    /// What being on it does.
    pub effect: HarmlessEffect,
    /// Whose it is, in words for a page: `Childline`.
    pub whose: String,
}

/// All lists, ready to ask.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Harmless {
    by_key: BTreeMap<String, Reason>,
    by_domain: BTreeMap<String, Reason>,
}

impl Harmless {
    /// Adds one selector.
    ///
    /// # Errors
    /// [`SelectorError`] when the text is no selector of that kind.
    pub fn add(
        &mut self,
        kind: SelectorKind,
        platform: Option<&str>,
        text: &str,
        reason: Reason,
    ) -> Result<(), SelectorError> {
        let key = Selector::parse(kind, platform, text)?.canonical_key().into_inner();
        self.by_key.insert(key, reason);
        Ok(())
    }

    /// Adds a domain: every page and mailbox on it, and on the domains below it.
    ///
    /// # Errors
    /// [`SelectorError::Url`] when the text is no domain.
    pub fn add_domain(&mut self, domain: &str, reason: Reason) -> Result<(), SelectorError> {
        let host = email::domain_in_ascii(domain.trim()).ok_or(SelectorError::Url)?;
        self.by_domain.insert(host, reason);
        Ok(())
    }

    /// Why `selector` is harmless; `None` when no list holds it.
    pub fn is_harmless(&self, selector: &Selector) -> Option<&Reason> {
        let key = selector.canonical_key();
        self.by_key.get(key.reveal()).or_else(|| {
            let canonical = selector.canonical().reveal();
            let host = match selector.kind() {
                SelectorKind::Url => url::host(canonical),
                SelectorKind::Email => canonical.rsplit_once('@').map(|(_, host)| host)?,
                SelectorKind::Handle
                | SelectorKind::DisplayName
                | SelectorKind::Phone
                | SelectorKind::BankAccount
                | SelectorKind::Iban
                | SelectorKind::PaymentTag
                | SelectorKind::Wallet => return None,
            };
            let after_each_dot = host.match_indices('.').filter_map(|(at, _)| host.get(at + 1..));
            std::iter::once(host).chain(after_each_dot).find_map(|domain| self.by_domain.get(domain))
        })
    }

    /// How many entries there are.
    pub fn n_entries(&self) -> usize {
        self.by_key.len() + self.by_domain.len()
    }

    /// Every entry, sorted: its key (`domain:…` for domains) and its reason.
    pub fn entries(&self) -> impl Iterator<Item = (String, &Reason)> {
        let keys = self.by_key.iter().map(|(key, reason)| (key.clone(), reason));
        keys.chain(self.by_domain.iter().map(|(domain, reason)| (format!("domain:{domain}"), reason)))
    }
}
