//! What is made of a value before it becomes a blocking key?

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::blocking_rule::BlockingKey;
use crate::records::{Form, Row};

/// What is made of a value before it becomes a blocking key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Transform {
    /// The value in its canonical form: lower case, trimmed, single spaces.
    #[default]
    Normalised,
    /// Its first `length` letters.
    Prefix,
    /// Its letters and digits only.
    Alphanumeric,
    /// Its digits only.
    Digits,
    /// How an English name sounds (American Soundex).
    Phonetic,
    /// Bands of a MinHash signature over the words of a text.
    MinHash,
    /// The day of a date.
    Day,
    /// The month of a date.
    Month,
    /// The year of a date.
    Year,
}

impl Transform {
    pub(crate) const fn form(self) -> Form {
        match self {
            Self::MinHash => Form::Words,
            Self::Day | Self::Month | Self::Year => Form::CalendarDay,
            _ => Form::Values,
        }
    }
}

/// The keys that one record has under `key`.
pub(crate) fn hashes(key: &BlockingKey, row: Row<'_>, column: usize) -> Vec<u64> {
    let texts = || row.codes(column).iter().map(|code| row.text(column, *code));
    let of = |form: &dyn Fn(&str) -> String| {
        texts().map(form).filter(|made| !made.is_empty()).map(|made| hash(&made)).collect()
    };
    let date = |divisor: f64| {
        let number = row.number(column);
        if number.is_nan() { Vec::new() } else { vec![mix(0, (number / divisor) as u64)] }
    };
    match key.transform {
        Transform::Normalised => texts().map(hash).collect(),
        Transform::Prefix => of(&|text| text.chars().take(key.length.unwrap_or(1)).collect()),
        Transform::Alphanumeric => of(&|text| text.chars().filter(|c| c.is_alphanumeric()).collect()),
        Transform::Digits => of(&|text| text.chars().filter(char::is_ascii_digit).collect()),
        Transform::Phonetic => of(&soundex),
        Transform::MinHash => {
            let words: Vec<u64> = texts().map(hash).collect();
            min_hash(&words, key.bands.unwrap_or(1), key.rows.unwrap_or(1))
        }
        Transform::Day => date(1.0),
        Transform::Month => date(100.0),
        Transform::Year => date(10_000.0),
    }
}

/// Bands of a MinHash signature (Broder 1997, On the Resemblance and Containment of Documents).
///
/// Two sets of words with Jaccard similarity J agree on at least one band with probability
/// 1 − (1 − J^rows)^bands. The n-th permutation is x ↦ mix(n, x), cheap and good enough for sets of words.
fn min_hash(words: &[u64], bands: usize, rows: usize) -> Vec<u64> {
    if words.is_empty() {
        return Vec::new();
    }
    let least = |n: u64| words.iter().map(|word| scatter(word ^ scatter(n))).min().unwrap_or(0);
    (0..bands as u64)
        .map(|band| (0..rows as u64).fold(band, |key, row| mix(key, least(band * rows as u64 + row))))
        .collect()
}

/// American Soundex: a letter and three digits, as the US National Archives describe it.
fn soundex(text: &str) -> String {
    let code = |letter: char| match letter {
        'b' | 'f' | 'p' | 'v' => Some('1'),
        'c' | 'g' | 'j' | 'k' | 'q' | 's' | 'x' | 'z' => Some('2'),
        'd' | 't' => Some('3'),
        'l' => Some('4'),
        'm' | 'n' => Some('5'),
        'r' => Some('6'),
        _ => None,
    };
    let mut letters = text.chars().filter(char::is_ascii_alphabetic);
    let Some(first) = letters.next() else { return String::new() };
    let mut sound = String::from(first);
    let mut previous = code(first);
    for letter in letters {
        let this = code(letter);
        if let Some(digit) = this.filter(|_| this != previous) {
            sound.push(digit);
        }
        // `h` and `w` do not part two letters of the same code; vowels do.
        if !matches!(letter, 'h' | 'w') {
            previous = this;
        }
    }
    format!("{sound:0<4}").chars().take(4).collect()
}

/// A hash that is the same on every machine and in every run (FNV-1a, then scattered).
pub(crate) fn hash(text: &str) -> u64 {
    let fnv = |h: u64, byte: u8| (h ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    scatter(text.bytes().fold(0xcbf2_9ce4_8422_2325, fnv))
}

/// Two hashes become one; the order matters.
pub(crate) fn mix(a: u64, b: u64) -> u64 {
    scatter(a.rotate_left(23) ^ scatter(b.wrapping_add(0x9e37_79b9_7f4a_7c15)))
}

/// The finaliser of SplitMix64 (Steele, Lea & Flood 2014): every bit of the input moves every bit out.
pub(crate) fn scatter(x: u64) -> u64 {
    let x = x.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn soundex_follows_the_national_archives() {
        let cases = [
            ("washington", "w252"),
            ("lee", "l000"),
            ("gutierrez", "g362"),
            ("pfister", "p236"),
            ("tymczak", "t522"),
            ("ashcraft", "a261"),
            ("", ""),
            ("42", ""),
        ];
        for (name, expected) in cases {
            assert_eq!(soundex(name), expected, "{name}");
        }
    }

    #[test]
    fn min_hash_meets_as_often_as_its_formula_says() {
        // Sets of 60 words with 40 in common: J = 40 / 80 = 0.5; 4 bands of 2 rows meet with 1 − (1 − ¼)⁴ = 0.684.
        let words = |from: u64| (from..from + 60).map(scatter).collect::<Vec<u64>>();
        let met = |start: u64| {
            let (l, r) = (min_hash(&words(start), 4, 2), min_hash(&words(start + 20), 4, 2));
            l.iter().any(|band| r.contains(band))
        };
        let n_met = (0..2_000).filter(|at| met(at * 1_000)).count();
        assert!((1_290..=1_450).contains(&n_met), "{n_met}");
    }
}
