//! Which counts may be shown to people outside the case team?
//!
//! Source: ONS 2006, review of the dissemination of health statistics: confidentiality guidance (small cells,
//! secondary suppression).
//! Counts of 1 to 4 are never shown. In a table with a total a hidden count could be had by subtraction, so a
//! second one is hidden with it; readers are taken to know the rule, and still more than one answer must fit.
//! Tables of two dimensions, and differences between tables of different days, are not guarded here.

use std::fmt;

/// The fewest cases that may be shown as a number, other than none.
pub const FEWEST_SHOWN: u64 = 5;

/// A count as people outside the case team see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// None, or five and more.
    Count(u64),
    /// One to four.
    UnderFive,
}

impl Shown {
    /// What may be shown of `count`.
    pub const fn of(count: u64) -> Self {
        match count {
            1..FEWEST_SHOWN => Self::UnderFive,
            _ => Self::Count(count),
        }
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Count(count) => write!(f, "{count}"),
            Self::UnderFive => f.write_str("under 5"),
        }
    }
}

/// One cell of a table that shows a total.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cell {
    /// Shown by itself.
    Alone(Shown),
    /// Five or more, hidden so that another cell cannot be had by subtraction.
    HiddenToProtect,
}

/// A one-way table as it may be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OneWayTable {
    /// The cells, in the order given.
    pub cells: Vec<Cell>,
    /// Their total; `None` where no choice of cells protects it.
    pub total: Option<Shown>,
}

/// Hides the counts of 1 to 4 and, where the total would give one away, the smallest other count that
/// prevents it; where none does, the total.
pub fn one_way_table(counts: &[u64]) -> OneWayTable {
    let total: u64 = counts.iter().sum();
    let mut cells: Vec<Cell> = counts.iter().map(|count| Cell::Alone(Shown::of(*count))).collect();
    let small: Vec<u64> =
        counts.iter().copied().filter(|count| Shown::of(*count) == Shown::UnderFive).collect();
    let n_small = small.len() as u64;
    let hidden: u64 = small.iter().sum();
    let fits_many = |least: u64, most: u64| most > least;

    // The reader subtracts: so many cells of 1 to 4 sum to `hidden`. All ones and all fours give themselves away.
    if n_small == 0 || (n_small > 1 && fits_many(n_small, hidden) && fits_many(hidden, 4 * n_small)) {
        return OneWayTable { cells, total: Some(Shown::of(total)) };
    }
    // With a count of five or more hidden too, the small ones sum to n_small ..= what is left after five.
    let protects = |count: u64| fits_many(n_small, (4 * n_small).min(hidden + count - FEWEST_SHOWN));
    let candidates =
        counts.iter().enumerate().filter(|(_, count)| **count >= FEWEST_SHOWN && protects(**count));
    match candidates.min_by_key(|(_, count)| **count) {
        Some((place, _)) => {
            cells.iter_mut().skip(place).take(1).for_each(|cell| *cell = Cell::HiddenToProtect);
            OneWayTable { cells, total: Some(Shown::of(total)) }
        }
        None => OneWayTable { cells, total: None },
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(counts: &[u64], shown: &str) {
        let table = one_way_table(counts);
        let cell = |cell: &Cell| match cell {
            Cell::Alone(shown) => shown.to_string(),
            Cell::HiddenToProtect => "hidden".to_owned(),
        };
        let cells: Vec<String> = table.cells.iter().map(cell).collect();
        let total = table.total.map_or("withheld".to_owned(), |total| total.to_string());
        assert_eq!(format!("{} = {total}", cells.join(", ")), shown);
    }

    #[test]
    fn threat_t30_small_counts_are_hidden_and_one_more_where_subtraction_would_tell() {
        check(&[0, 5, 12], "0, 5, 12 = 17");
        check(&[3, 5, 12], "under 5, hidden, 12 = 20");
        check(&[2, 3, 12], "under 5, under 5, 12 = 17");
        check(&[1, 1, 12], "under 5, under 5, hidden = 14");
        check(&[4, 4, 12, 9], "under 5, under 5, 12, hidden = 29");
        check(&[1, 5, 12], "under 5, 5, hidden = 18");
        check(&[3, 0], "under 5, 0 = withheld");
    }

    /// Every table of counts that would be shown the same way, as far as single cells go.
    fn fitting(table: &OneWayTable, total: u64) -> Vec<Vec<u64>> {
        let mut partial: Vec<Vec<u64>> = vec![Vec::new()];
        for cell in &table.cells {
            let range = match cell {
                Cell::Alone(Shown::Count(count)) => *count..=*count,
                Cell::Alone(Shown::UnderFive) => 1..=4,
                Cell::HiddenToProtect => 5..=total,
            };
            partial = partial
                .iter()
                .flat_map(|known| range.clone().map(|count| [known.as_slice(), &[count]].concat()))
                .filter(|known| known.iter().sum::<u64>() <= total)
                .collect();
        }
        partial.retain(|known| known.iter().sum::<u64>() == total);
        partial
    }

    proptest! {
        #[test]
        fn no_small_count_can_be_had_by_subtraction(counts in prop::collection::vec(0_u64..14, 1..5)) {
            let table = one_way_table(&counts);
            if let Some(Shown::Count(total)) = table.total {
                let fitting = fitting(&table, total);
                prop_assert!(fitting.contains(&counts));
                for (place, count) in counts.iter().enumerate() {
                    if Shown::of(*count) == Shown::UnderFive {
                        prop_assert!(fitting.iter().any(|other| other[place] != *count), "{:?}", table);
                    }
                }
            }
        }
    }
}
