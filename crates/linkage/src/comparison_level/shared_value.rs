//! Do two records share a value, and how rare is the rarest one that they share?
//!
//! For selectors and other lists. The levels are bands of the number of records that hold the value: 2,
//! 3–4, 5–8, … Each band learns its own m and u, so that the records themselves tell from which count on a
//! shared value is a coincidence; between the bands the weight falls smoothly (see `term_frequency`).
//! Sharing more values in one column adds nothing: they come together, and the rarest already tells.

use super::{ComparisonLevel, Outcome};

/// Bands of document frequency: band b holds values in 2^b + 1 to 2^(b+1) records; the last is open.
pub(crate) const N_BANDS: usize = 12;
/// No value in common.
pub(crate) const ELSE: u8 = N_BANDS as u8 + 1;

pub(super) fn levels() -> Vec<ComparisonLevel> {
    let band = |b: usize| match b {
        0 => "shares a value seen in 2 records".to_owned(),
        b if b + 1 == N_BANDS => format!("shares a value seen in more than {} records", 1 << b),
        b => format!("shares a value seen in {} to {} records", (1 << b) + 1, 1 << (b + 1)),
    };
    (0..N_BANDS).map(band).chain(["no value in common".to_owned()]).map(ComparisonLevel::new).collect()
}

/// Matches share something in about one case of three.
pub(super) fn first_m_probabilities() -> Vec<f64> {
    let mut first = vec![0.35 / N_BANDS as f64; N_BANDS];
    first.push(0.65);
    first
}

/// The band of a value that `n_records` records hold (at least the two at hand).
pub(crate) fn band(n_records: u32) -> usize {
    let above = n_records.max(2) - 1;
    (above.ilog2() as usize).min(N_BANDS - 1)
}

/// Compares two ascending lists of codes; `n_records` tells in how many records a value is.
pub(super) fn compare(l: &[u32], r: &[u32], n_records: impl Fn(u32) -> u32) -> Outcome {
    if l.is_empty() || r.is_empty() {
        return Outcome::NULL;
    }
    let rarest = common(l, r).map(|code| (n_records(code), code)).min();
    match rarest {
        Some((n, code)) => Outcome { level: band(n) as u8 + 1, agreed: Some(code) },
        None => Outcome::level(ELSE),
    }
}

/// The values in both of two ascending lists.
pub(super) fn common<'a>(mut l: &'a [u32], mut r: &'a [u32]) -> impl Iterator<Item = u32> + 'a {
    std::iter::from_fn(move || {
        while let (Some((first_l, rest_l)), Some((first_r, rest_r))) = (l.split_first(), r.split_first()) {
            if first_l <= first_r {
                l = rest_l;
            }
            if first_r <= first_l {
                r = rest_r;
            }
            if first_l == first_r {
                return Some(*first_l);
            }
        }
        None
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(l: &[u32], r: &[u32], expected: Outcome) {
        let n_records = |code: u32| code;
        assert_eq!(compare(l, r, n_records), expected, "{l:?} {r:?}");
        assert_eq!(compare(r, l, n_records), expected, "{r:?} {l:?}: not symmetric");
    }

    #[test]
    fn the_rarest_shared_value_counts() {
        check(&[2, 50, 90], &[50, 90], Outcome { level: 6, agreed: Some(50) });
        check(&[2, 50], &[3, 90], Outcome::level(ELSE));
        check(&[2], &[], Outcome::NULL);
    }

    #[test]
    fn bands_double() {
        let bands: Vec<usize> = [0, 2, 3, 4, 5, 8, 9, 2048, 2049, 1_000_000].map(band).to_vec();
        assert_eq!(bands, [0, 0, 1, 1, 2, 2, 3, 10, 11, 11]);
        assert_eq!(levels().len(), N_BANDS + 1);
    }
}
