//! Is it the same UK bank account? Six digits of sort code and eight of account, however they are spaced.
//!
//! Differs: the banks' modulus tables (Vocalink) are not used: they are licensed, change monthly, and a wrong
//! digit is better kept as it was read than refused. Short account numbers are filled with noughts in front.

use super::{SelectorError, text};

/// The canonical form: `000000-12345678`.
pub(super) fn canonical(typed: &str) -> Result<String, SelectorError> {
    let folded = text::folded(typed);
    let separators = [' ', '-', '/', '.', ',', ':', '\t', '\u{a0}'];
    let shaped = folded.chars().all(|c| c.is_ascii_digit() || separators.contains(&c));
    if !shaped {
        return Err(SelectorError::BankAccount);
    }
    let groups: Vec<&str> = folded.split(separators).filter(|group| !group.is_empty()).collect();
    let n_sort_groups = match groups.as_slice() {
        [one] if one.len() == 14 => 0,
        [sort, ..] if sort.len() == 6 => 1,
        [a, b, c, ..] if a.len() == 2 && b.len() == 2 && c.len() == 2 => 3,
        _ => return Err(SelectorError::BankAccount),
    };
    let joined: String = groups.concat();
    let (sort, account) = joined.split_at_checked(6).ok_or(SelectorError::BankAccount)?;
    let n_account_groups = groups.len() - n_sort_groups;
    match account.len() {
        8 => Ok(format!("{sort}-{account}")),
        6 | 7 if n_account_groups == 1 => Ok(format!("{sort}-{account:0>8}")),
        _ => Err(SelectorError::BankAccount),
    }
}
