//! Which identifiers may an invented region use? Only those that can belong to nobody.
//!
//! - phones: the ranges Ofcom sets aside for drama;
//! - e-mail and web: `example.org` (RFC 2606);
//! - bank accounts: sort code 00-00-00, which is not issued; IBANs of the unissued bank `ZZSY` at the same code,
//!   with a true check sum;
//! - wallets: Bitcoin addresses with true check sums (a wrong one would be refused on import), whose payload is
//!   not the hash of any key but begins with the letters `ZZSYN-SAMPLE`: nobody can own one, since a key whose
//!   hash began so would have to be found among 2⁹⁶, and anybody can decode the mark;
//! - payment names: `zz-syn-…`.

use sha2::{Digest, Sha256};

use crate::chance::Chance;

/// The first bytes of every invented wallet's payload.
pub const WALLET_MARK: [u8; 12] = *b"ZZSYN-SAMPLE";

/// Prefixes and lengths of Ofcom's drama ranges: each is followed by three free digits.
const LANDLINES: [&str; 14] = [
    "01134960", "01144960", "01154960", "01164960", "01174960", "01184960", "01214960", "01314960",
    "01414960", "01514960", "01614960", "02079460", "01914980", "02920180",
];
const MOBILE: &str = "07700900";

/// All reserved telephone numbers in random order, mobiles first. Each is handed out once: when they run out,
/// later campaigns have none, because a number shared by chance would be false evidence.
#[derive(Debug)]
pub(crate) struct Phones(Vec<String>);

impl Phones {
    pub fn new(chance: &mut Chance) -> Self {
        let thousand = |prefix: &str| (0..1_000).map(|n| format!("{prefix}{n:03}")).collect::<Vec<_>>();
        let mut mobiles = thousand(MOBILE);
        let mut landlines: Vec<String> = LANDLINES.into_iter().flat_map(thousand).collect();
        chance.shuffle(&mut mobiles);
        chance.shuffle(&mut landlines);
        landlines.append(&mut mobiles);
        Self(landlines)
    }

    /// The next number, as eleven digits.
    pub fn next(&mut self) -> Option<String> {
        self.0.pop()
    }
}

/// Is this, in whatever form, a number from the drama ranges?
pub fn is_reserved_phone(written: &str) -> bool {
    let digits: String = written.chars().filter(char::is_ascii_digit).collect();
    let national = digits.strip_prefix("44").map_or_else(|| digits.clone(), |rest| format!("0{rest}"));
    let national = national.replacen("00", "0", usize::from(national.starts_with("00")));
    national.len() == 11 && LANDLINES.iter().chain([&MOBILE]).any(|prefix| national.starts_with(prefix))
}

/// How people write a number: with +44, with spaces; one in ten has a wrong digit.
pub(crate) fn written_phone(chance: &mut Chance, number: &str) -> String {
    let mut digits = number.to_owned();
    if chance.yes(0.10) {
        // Only among the last three digits, so that it stays in the reserved range.
        let kept = digits.len() - 3;
        let old: usize = digits.get(kept..).and_then(|last| last.parse().ok()).unwrap_or(0);
        let place = chance.one_of(&[1, 10, 100]);
        let figure = old / place % 10;
        let wrong = old - figure * place + (figure + 1 + chance.below(9)) % 10 * place;
        digits.truncate(kept);
        digits.push_str(&format!("{wrong:03}"));
    }
    let (start, rest) = digits.split_at(5);
    match chance.below(10) {
        0..=3 => digits,
        4..=5 => format!("{start} {rest}"),
        6..=7 => format!("+44{}", digits.trim_start_matches('0')),
        8 => format!("+44 (0){} {rest}", start.trim_start_matches('0')),
        _ => {
            let (middle, end) = rest.split_at(3);
            format!("{start} {middle} {end}")
        }
    }
}

/// An address at example.org.
pub(crate) fn email(chance: &mut Chance, handle: &str) -> String {
    format!("{handle}{}@example.org", chance.below(100))
}

/// How people write an address: mostly right, sometimes with capitals.
pub(crate) fn written_email(chance: &mut Chance, email: &str) -> String {
    match chance.below(10) {
        0 => email.to_uppercase(),
        1 => email.replace("@example", "@Example"),
        _ => email.to_owned(),
    }
}

/// A UK account at the sort code that is not issued.
pub(crate) fn bank_account(chance: &mut Chance) -> String {
    format!("00-00-00 {:08}", chance.below(100_000_000))
}

/// An IBAN of a bank that does not exist, with a true check sum (ISO 13616).
pub(crate) fn iban(chance: &mut Chance) -> String {
    let account = format!("{:08}", chance.below(100_000_000));
    let checked = format!("ZZSY000000{account}GB00");
    let remainder = checked.chars().fold(0_u32, |remainder, c| {
        let value = c.to_digit(36).unwrap_or(0);
        (remainder * if value > 9 { 100 } else { 10 } + value) % 97
    });
    format!("GB{:02}ZZSY000000{account}", 98 - remainder)
}

/// A name at a payment service.
pub(crate) fn payment_tag(chance: &mut Chance, service: &str) -> String {
    let sign = match service {
        "cash-app" => "$",
        "revolut" => "@",
        _ => "",
    };
    let letters: String = (0..4).map(|_| (b'a' + chance.below(26) as u8) as char).collect();
    format!("{service}:{sign}zz-syn-{letters}{:03}", chance.below(1_000))
}

/// A wallet that no key opens: segwit (`bc1q…`) or legacy (`1…`), check sums true.
pub(crate) fn wallet(chance: &mut Chance) -> String {
    let mut payload = [0_u8; 20];
    for (place, byte) in payload.iter_mut().enumerate() {
        *byte = WALLET_MARK.get(place).copied().unwrap_or_else(|| chance.below(256) as u8);
    }
    if chance.yes(0.7) {
        bech32::segwit::encode_v0(bech32::hrp::BC, &payload).unwrap_or_default()
    } else {
        let mut bytes = vec![0x00];
        bytes.extend(payload);
        let check = Sha256::digest(Sha256::digest(&bytes));
        bytes.extend(check.iter().take(4));
        bs58::encode(bytes).into_string()
    }
}

/// A page under example.org.
pub(crate) fn url(chance: &mut Chance, what: &str) -> String {
    let letters: String = (0..6).map(|_| (b'a' + chance.below(26) as u8) as char).collect();
    format!("https://example.org/zz-syn/{what}/{letters}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phones_stay_reserved_however_they_are_written() {
        let mut chance = Chance::new(21, 0);
        let mut phones = Phones::new(&mut chance);
        let mut n = 0;
        while let Some(number) = phones.next() {
            let written = written_phone(&mut chance, &number);
            assert!(is_reserved_phone(&number) && is_reserved_phone(&written), "{written}");
            n += 1;
        }
        assert_eq!(n, 15_000);
        assert!(!is_reserved_phone("07700 901000") && !is_reserved_phone("0113 496 1000"));
    }

    #[test]
    fn an_iban_leaves_remainder_one() {
        let mut chance = Chance::new(22, 0);
        for _ in 0..200 {
            let iban = iban(&mut chance);
            let (head, tail) = iban.split_at(4);
            let remainder = format!("{tail}{head}").chars().fold(0_u32, |r, c| {
                let v = c.to_digit(36).unwrap();
                (r * if v > 9 { 100 } else { 10 } + v) % 97
            });
            assert_eq!((remainder, iban.len()), (1, 22), "{iban}");
        }
    }

    #[test]
    fn wallets_decode_to_the_mark() {
        let mut chance = Chance::new(23, 0);
        for _ in 0..200 {
            let wallet = wallet(&mut chance);
            let payload = if wallet.starts_with("bc1q") {
                bech32::segwit::decode(&wallet).unwrap().2
            } else {
                let bytes = bs58::decode(&wallet).into_vec().unwrap();
                let check = Sha256::digest(Sha256::digest(&bytes[..21]));
                assert_eq!(&bytes[21..], &check[..4]);
                assert_eq!(bytes[0], 0x00);
                bytes[1..21].to_vec()
            };
            assert_eq!(payload[..12], WALLET_MARK, "{wallet}");
        }
    }
}
