//! Is it the same wallet? Only addresses whose checksum can be verified are taken.
//!
//! Sources: BIP 173 and BIP 350 (bech32, bech32m), Base58Check, EIP-55 (Keccak-256).
//! Differs: an all-lower-case or all-capital Ethereum address carries no checksum and passes.
//! When not to use: Solana and Monero addresses are refused, because nothing in them can be checked here.

use sha2::{Digest, Sha256};
use sha3::Keccak256;

use super::SelectorError;

/// Version byte of Base58Check, payload length in bytes, chain.
const BASE58: &[(u8, &str)] = &[
    (0x00, "bitcoin"),
    (0x05, "bitcoin"),
    (0x30, "litecoin"),
    (0x32, "litecoin"),
    (0x1e, "dogecoin"),
    (0x16, "dogecoin"),
    (0x41, "tron"),
];

/// The chain and the canonical address.
pub(super) fn canonical(typed: &str) -> Result<(String, String), SelectorError> {
    let bare = typed.trim();
    let bare = match bare.split_once(':') {
        Some((scheme, rest)) if scheme.bytes().all(|b| b.is_ascii_alphabetic()) => rest,
        _ => bare,
    };
    let bare = bare.split('?').next().unwrap_or(bare).trim();
    if !bare.is_ascii() || bare.len() > 100 {
        return Err(SelectorError::Wallet);
    }
    let (chain, address) = if let Some(hex) = bare.strip_prefix("0x").or_else(|| bare.strip_prefix("0X")) {
        ("ethereum", ethereum(hex)?)
    } else if has_segwit_prefix(bare) {
        segwit(bare)?
    } else {
        base58(bare)?
    };
    Ok((chain.to_owned(), address))
}

fn has_segwit_prefix(bare: &str) -> bool {
    let lower = bare.to_ascii_lowercase();
    ["bc1", "ltc1"].iter().any(|prefix| lower.starts_with(prefix))
}

fn segwit(bare: &str) -> Result<(&'static str, String), SelectorError> {
    let (human_readable, _, _) = bech32::segwit::decode(bare).map_err(|_| SelectorError::WalletChecksum)?;
    match human_readable.to_lowercase().as_str() {
        "bc" => Ok(("bitcoin", bare.to_ascii_lowercase())),
        "ltc" => Ok(("litecoin", bare.to_ascii_lowercase())),
        _ => Err(SelectorError::Wallet),
    }
}

fn base58(bare: &str) -> Result<(&'static str, String), SelectorError> {
    let shaped = (25..=36).contains(&bare.len()) && bare.bytes().all(|b| b.is_ascii_alphanumeric());
    if !shaped {
        return Err(SelectorError::Wallet);
    }
    let bitcoin = bs58::decode(bare).into_vec().ok().filter(|bytes| bytes.len() == 25);
    if let Some(bytes) = bitcoin
        && checksum_fits(&bytes)
    {
        let version = bytes.first().copied().unwrap_or_default();
        let chain = BASE58.iter().find(|(known, _)| *known == version).ok_or(SelectorError::Wallet)?;
        return Ok((chain.1, bare.to_owned()));
    }
    let ripple = bs58::decode(bare).with_alphabet(bs58::Alphabet::RIPPLE).into_vec().ok();
    match ripple {
        Some(bytes) if bare.starts_with('r') && bytes.len() == 25 && checksum_fits(&bytes) => {
            Ok(("xrp", bare.to_owned()))
        }
        _ => Err(SelectorError::WalletChecksum),
    }
}

fn checksum_fits(bytes: &[u8]) -> bool {
    let Some((payload, checksum)) = bytes.split_last_chunk::<4>() else { return false };
    Sha256::digest(Sha256::digest(payload)).iter().take(4).eq(checksum.iter())
}

fn ethereum(hex: &str) -> Result<String, SelectorError> {
    if hex.len() != 40 || !hex.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Err(SelectorError::Wallet);
    }
    let lower = hex.to_ascii_lowercase();
    let mixed = hex.bytes().any(|b| b.is_ascii_lowercase()) && hex.bytes().any(|b| b.is_ascii_uppercase());
    if mixed && checksummed(&lower) != hex {
        return Err(SelectorError::WalletChecksum);
    }
    Ok(format!("0x{lower}"))
}

/// EIP-55: a letter is a capital where the hash of the lower-case address has a digit of 8 or more.
fn checksummed(lower: &str) -> String {
    let hash = Keccak256::digest(lower.as_bytes());
    let nibbles = hash.iter().flat_map(|byte| [byte >> 4, byte & 0x0f]);
    lower.chars().zip(nibbles).map(|(c, n)| if n >= 8 { c.to_ascii_uppercase() } else { c }).collect()
}
