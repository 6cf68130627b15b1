//! What do the same hands leave behind? A campaign's accounts, personas, scripts and payees.
//!
//! Methods and platforms come from quotas weighted by the number of children, so that a large campaign does
//! not bend the tables; script words do not exist here at all, only opaque tokens.

use crate::chance::{Chance, Quota};
use crate::handle::{self, Handles};
use crate::place::Frame;
use crate::reserved::{self, Phones};
use crate::tables::{self, Motive};

/// A payee: how it is paid, and what a victim could write down of it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Payee {
    pub method: &'static str,
    pub selector: PayeeSelector,
}

/// The part of a payee that can be written down.
#[derive(Debug, Clone, Default)]
pub(crate) enum PayeeSelector {
    Bank(String),
    Iban(String),
    Tag(String),
    Wallet(String),
    Url(String),
    #[default]
    Nothing,
}

/// One account on one platform.
#[derive(Debug, Clone)]
pub(crate) struct Account {
    /// Its true id, for the truth file.
    pub id: String,
    pub platform: &'static str,
    pub handle: String,
}

/// A claimed identity.
#[derive(Debug, Clone, Default)]
pub(crate) struct Persona {
    pub gender: &'static str,
    pub age: i64,
    pub role: &'static str,
    pub display_name: String,
}

/// What one campaign uses.
#[derive(Debug)]
pub(crate) struct Campaign {
    pub size: usize,
    pub accounts: Vec<Account>,
    /// The same names on other platforms, made when first needed.
    elsewhere: Vec<Account>,
    pub personas: Vec<Persona>,
    pub scripts: Vec<String>,
    pub payees: Vec<Payee>,
    pub phone: Option<String>,
    pub email: Option<String>,
    pub url: Option<String>,
}

/// The stock campaigns draw from.
#[derive(Debug)]
pub(crate) struct Stock {
    pub handles: Handles,
    phones: Phones,
    platforms_financial: Quota<&'static str>,
    platforms_sexual: Quota<&'static str>,
    methods: Quota<&'static str>,
    /// Payees of earlier campaigns: one in twelve is used again by others.
    earlier: Vec<Payee>,
    n_private_scripts: usize,
}

/// Scripts that anybody can find: weak evidence.
const N_PUBLIC_SCRIPTS: usize = 60;

impl Stock {
    pub fn new(chance: &mut Chance) -> Self {
        let account_methods: Vec<(&'static str, f64)> =
            tables::PAYMENT_METHOD.iter().copied().filter(|(method, _)| *method != "gift-card").collect();
        Self {
            handles: Handles::default(),
            phones: Phones::new(chance),
            platforms_financial: Quota::new(tables::PLATFORM_FINANCIAL),
            platforms_sexual: Quota::new(tables::PLATFORM_SEXUAL),
            methods: Quota::new(&account_methods),
            earlier: Vec::new(),
            n_private_scripts: 0,
        }
    }

    /// A campaign with everything it uses; a lone case has no `name`.
    pub fn campaign(&mut self, chance: &mut Chance, name: &str, frame: Frame) -> Campaign {
        let size = frame.size.max(1) as f64;
        let n_accounts = frame.n_accounts.min(frame.size).max(1);
        let mut accounts: Vec<Account> = Vec::with_capacity(n_accounts);
        let root = if name.is_empty() && chance.yes(0.03) {
            self.handles.resembling(chance)
        } else {
            self.handles.fresh(chance)
        };
        for nth in 0..n_accounts {
            let handle = match nth {
                0 => root.clone(),
                // Most re-registered accounts keep the root of the name.
                _ if chance.yes(0.6) => handle::variant(chance, &root),
                _ => self.handles.fresh(chance),
            };
            let platforms = if frame.motive.is_financial() {
                &mut self.platforms_financial
            } else {
                &mut self.platforms_sexual
            };
            let platform = platforms.take(chance, size / n_accounts as f64);
            accounts.push(Account { id: format!("{name}-{nth}"), platform, handle });
        }
        let n_payees = if frame.special.pays { 1 } else { (1 + chance.below(4)).min(frame.size.max(1)) };
        let payees = (0..n_payees)
            .map(|_| {
                if frame.special.pays {
                    return Payee {
                        method: "bank-transfer",
                        selector: PayeeSelector::Bank(reserved::bank_account(chance)),
                    };
                }
                let weight = if frame.motive.is_financial() { size / n_payees as f64 } else { size * 0.01 };
                self.payee(chance, weight)
            })
            .collect();
        let has_phone = frame.size > 1 && chance.yes(0.5);
        Campaign {
            size: frame.size.max(1),
            accounts,
            elsewhere: Vec::new(),
            personas: (0..2 + chance.below(4)).map(|_| persona(chance, frame.motive)).collect(),
            scripts: self.scripts(chance),
            payees,
            phone: if has_phone { self.phones.next() } else { None },
            email: chance.yes(0.15).then(|| reserved::email(chance, &root)),
            url: chance.yes(0.12).then(|| reserved::url(chance, "profile")),
        }
    }

    fn payee(&mut self, chance: &mut Chance, weight: f64) -> Payee {
        let method = self.methods.take(chance, weight);
        if chance.yes(0.08) {
            let start = chance.below(self.earlier.len());
            let reused = self.earlier.iter().skip(start).take(400).find(|payee| payee.method == method);
            if let Some(reused) = reused {
                return reused.clone();
            }
        }
        let payee = new_payee(chance, method);
        self.earlier.push(payee.clone());
        payee
    }

    /// One or two scripts: a third of campaigns use public ones.
    fn scripts(&mut self, chance: &mut Chance) -> Vec<String> {
        let public = chance.yes(0.35);
        (0..1 + chance.below(2))
            .map(|_| {
                if public {
                    format!("script-{:03}", 1 + chance.below(N_PUBLIC_SCRIPTS))
                } else {
                    self.n_private_scripts += 1;
                    format!("script-{:03}", N_PUBLIC_SCRIPTS + self.n_private_scripts)
                }
            })
            .collect()
    }
}

impl Campaign {
    /// The account that the child of this rank met: campaigns go through their accounts one after another.
    pub fn account(&self, chance: &mut Chance, rank: usize) -> Option<&Account> {
        let nth = rank * self.accounts.len() / self.size;
        let nth = if chance.yes(0.12) { nth.saturating_sub(1) } else { nth };
        self.accounts.get(nth.min(self.accounts.len().saturating_sub(1)))
    }

    /// The payee that the child of this rank was told to pay.
    pub fn payee(&self, rank: usize) -> Option<&Payee> {
        let nth = rank * self.payees.len() / self.size;
        self.payees.get(nth.min(self.payees.len().saturating_sub(1)))
    }

    /// The same account's name on another platform.
    pub fn elsewhere(&mut self, chance: &mut Chance, account: &Account, platform: &'static str) -> Account {
        let id = format!("{}-{platform}", account.id);
        if let Some(known) = self.elsewhere.iter().find(|known| known.id == id) {
            return known.clone();
        }
        let handle =
            if chance.yes(0.5) { account.handle.clone() } else { handle::variant(chance, &account.handle) };
        let made = Account { id, platform, handle };
        self.elsewhere.push(made.clone());
        made
    }
}

/// A payee nobody has used.
fn new_payee(chance: &mut Chance, method: &'static str) -> Payee {
    let selector = match method {
        "bank-transfer" if chance.yes(0.12) => PayeeSelector::Iban(reserved::iban(chance)),
        "bank-transfer" => PayeeSelector::Bank(reserved::bank_account(chance)),
        "paypal" | "cash-app" => PayeeSelector::Tag(reserved::payment_tag(chance, method)),
        "app-bank" => {
            let service = if chance.yes(0.6) { "revolut" } else { "monzo" };
            PayeeSelector::Tag(reserved::payment_tag(chance, service))
        }
        "crypto" => PayeeSelector::Wallet(reserved::wallet(chance)),
        "card-link" => PayeeSelector::Url(reserved::url(chance, "pay")),
        _ => PayeeSelector::Nothing,
    };
    Payee { method, selector }
}

/// A claimed identity (assumed): girls mostly where money is wanted, boys mostly where images are.
fn persona(chance: &mut Chance, motive: Motive) -> Persona {
    const NAMES: [&str; 24] = [
        "Lily", "Emma", "Chloe", "Mia", "Ava", "Ruby", "Ella", "Grace", "Freya", "Isla", "Poppy", "Daisy",
        "Alfie", "Jake", "Leo", "Finn", "Max", "Kai", "Tyler", "Josh", "Noah", "Theo", "Ollie", "Evan",
    ];
    let gender = if motive.is_financial() {
        chance.pick(&[("girl", 80.0), ("woman", 12.0), ("boy", 5.0), ("other", 1.5), ("man", 1.5)])
    } else {
        chance.pick(&[("boy", 58.0), ("girl", 20.0), ("man", 18.0), ("woman", 2.0), ("other", 2.0)])
    };
    let names = if matches!(gender, "girl" | "woman") { NAMES.get(..12) } else { NAMES.get(12..) };
    let name = chance.one_of(names.unwrap_or(&NAMES));
    let initial = (b'A' + chance.below(26) as u8) as char;
    let display_name = match chance.below(4) {
        0 => format!("Syn {name}"),
        1 => format!("Syn {name} {initial}."),
        2 => format!("{name} Syn-{initial}"),
        _ => format!("syn {} {:02}", name.to_lowercase(), chance.below(100)),
    };
    let age = if matches!(gender, "man" | "woman") { chance.between(18, 29) } else { chance.between(13, 17) };
    let role = chance.pick(&[
        ("peer", 62.0),
        ("friend-of-friend", 18.0),
        ("gamer", 8.0),
        ("model", 4.0),
        ("hacked-friend", 4.0),
        ("talent", 3.0),
        ("official", 1.0),
    ]);
    Persona { gender, age, role, display_name }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Special;

    fn frame(size: usize, n_accounts: usize) -> Frame {
        Frame { motive: Motive::Financial, size, special: Special::default(), n_accounts }
    }

    #[test]
    fn children_of_one_campaign_meet_its_accounts_in_turn() {
        let mut chance = Chance::new(41, 0);
        let mut stock = Stock::new(&mut chance);
        let campaign = stock.campaign(&mut chance, "C00001", frame(40, 4));
        assert_eq!(campaign.accounts.len(), 4);
        assert!(campaign.account(&mut chance, 39).unwrap().id.as_str() >= "C00001-2");
        assert!((1..=4).contains(&campaign.payees.len()));
        assert!((1..=2).contains(&campaign.scripts.len()));
    }

    #[test]
    fn about_one_payee_in_twelve_was_used_before() {
        let mut chance = Chance::new(42, 0);
        let mut stock = Stock::new(&mut chance);
        let n: usize = (0..2_000).map(|_| stock.campaign(&mut chance, "C", frame(8, 2)).payees.len()).sum();
        let reused = n - stock.earlier.len();
        let share = reused as f64 / n as f64;
        assert!((0.06..0.10).contains(&share), "{share}");
    }

    #[test]
    fn a_third_of_campaigns_use_public_scripts() {
        let mut chance = Chance::new(43, 0);
        let mut stock = Stock::new(&mut chance);
        let public = (0..2_000)
            .filter(|_| {
                let campaign = stock.campaign(&mut chance, "C", frame(3, 1));
                campaign.scripts[0].trim_start_matches("script-").parse::<usize>().unwrap()
                    <= N_PUBLIC_SCRIPTS
            })
            .count();
        assert!((600..800).contains(&public), "{public}");
    }
}
