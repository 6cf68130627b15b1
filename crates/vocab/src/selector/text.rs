//! What does a text say once invisible characters, case and look-alikes no longer count?
//!
//! Source: Unicode TR 39 (skeleton), TR 15 (NFKC), TR 9 (bidirectional controls).
//! Differs: the skeleton is taken after case folding, and again until nothing changes, so that it is idempotent.

use unicode_normalization::UnicodeNormalization;

/// True for characters that show nothing, or change the order in which others are shown.
pub fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{00AD}'
            | '\u{034F}'
            | '\u{061C}'
            | '\u{115F}'
            | '\u{1160}'
            | '\u{17B4}'
            | '\u{17B5}'
            | '\u{180B}'..='\u{180F}'
            | '\u{200B}'..='\u{200F}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}'
            | '\u{3164}'
            | '\u{FE00}'..='\u{FE0F}'
            | '\u{FEFF}'
            | '\u{FFA0}'
            | '\u{FFF9}'..='\u{FFFB}'
            | '\u{1D173}'..='\u{1D17A}'
            | '\u{E0000}'..='\u{E0FFF}'
    ) || (c.is_control() && !c.is_whitespace())
}

/// The text without invisible characters.
pub fn without_invisible(text: &str) -> String {
    text.chars().filter(|c| !is_invisible(*c)).collect()
}

/// Folded: NFKC, no invisible characters, one case, one kind of hyphen, dot and apostrophe.
///
/// Case goes through upper to lower, so that `ß`, `SS` and `ss` agree.
pub fn folded(text: &str) -> String {
    until_stable(text, |t| {
        let upper: String = t
            .chars()
            .filter(|c| !is_invisible(*c))
            .map(before_nfkc)
            .nfkc()
            .collect::<String>()
            .to_uppercase();
        upper.to_lowercase().nfkc().map(plain_mark).filter(|c| !is_invisible(*c)).collect()
    })
}

/// The look-alike skeleton of the folded text.
pub fn skeleton(text: &str) -> String {
    until_stable(text, |t| folded(&unicode_security::skeleton(&folded(t)).collect::<String>()))
}

/// NFKC makes a sigma of the lunate one, which is only ever used because it looks like a `c`.
const fn before_nfkc(c: char) -> char {
    match c {
        '\u{03F2}' | '\u{03F9}' => 'c',
        other => other,
    }
}

fn plain_mark(c: char) -> char {
    match c {
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FE58}' | '\u{FE63}' | '\u{FF0D}' => '-',
        '\u{00B7}' | '\u{2022}' | '\u{2024}' | '\u{2027}' | '\u{30FB}' => '.',
        '\u{2018}' | '\u{2019}' | '\u{02BC}' => '\'',
        '\u{201C}' | '\u{201D}' => '"',
        other => other,
    }
}

/// Applies `change` until the text no longer changes (a handful of rounds; sixteen at most).
fn until_stable(text: &str, change: impl Fn(&str) -> String) -> String {
    let mut current = change(text);
    for _ in 0..16 {
        let next = change(&current);
        if next == current {
            break;
        }
        current = next;
    }
    current
}
