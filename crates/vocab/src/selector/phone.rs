//! Is it the same telephone? Numbers become E.164; a number without a country is British.
//!
//! Source: ITU-T E.164, through the `phonenumber` crate. Differs: short numbers (`999`, `85258`) are kept as
//! `short:999`; a number need not be in service (invented ones never are), only have a possible length.

use phonenumber::{Mode, country};

use super::SelectorError;

/// The canonical form: `+447700900123`, or `short:999`.
pub(super) fn canonical(typed: &str) -> Result<String, SelectorError> {
    if let Some(short) = typed.strip_prefix("short:") {
        return if is_short(short) { Ok(typed.to_owned()) } else { Err(SelectorError::Phone) };
    }
    let plain = digits(typed)?;
    if is_short(&plain) {
        return Ok(format!("short:{plain}"));
    }
    // Childline's 0800 1111 is a full number of unusual length: seven digits after the nought.
    let number = phonenumber::parse(Some(country::Id::GB), &plain).map_err(|_| SelectorError::Phone)?;
    let e164 = number.format().mode(Mode::E164).to_string();
    let n_digits = e164.bytes().filter(u8::is_ascii_digit).count();
    let possible = if e164.starts_with("+44") { 9..=12 } else { 8..=15 };
    // An own shape check, because the crate lets some impossible lengths pass.
    if possible.contains(&n_digits) && e164.bytes().skip(1).all(|b| b.is_ascii_digit()) {
        Ok(e164)
    } else {
        Err(SelectorError::Phone)
    }
}

fn is_short(digits: &str) -> bool {
    (3..=6).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit())
}

/// `+` and digits alone, from the ways in which people write numbers.
fn digits(typed: &str) -> Result<String, SelectorError> {
    let folded = super::text::folded(typed);
    let bare = folded.strip_prefix("tel:").unwrap_or(&folded);
    let bare = bare.split_once(" ext").map_or(bare, |(number, _)| number);
    let bare = bare.replacen("(0)", "", usize::from(bare.trim_start().starts_with(['+', '0'])));
    let mut plain = String::with_capacity(bare.len());
    for c in bare.chars() {
        match c {
            '0'..='9' => plain.push(c),
            '+' if plain.is_empty() => plain.push(c),
            ' ' | '(' | ')' | '-' | '.' | '/' | '\t' | '\u{a0}' => {}
            _ => return Err(SelectorError::Phone),
        }
    }
    let international = plain.strip_prefix("00").map(|rest| format!("+{rest}"));
    let plain = international.unwrap_or(plain);
    let n_digits = plain.bytes().filter(u8::is_ascii_digit).count();
    if (3..=15).contains(&n_digits) { Ok(plain) } else { Err(SelectorError::Phone) }
}
