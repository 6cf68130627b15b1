//! Which records are copies of one report? Two copies are one proof, not two.
//!
//! A record names the record from which it was copied by that record's unique id; chains and several copies of one
//! report are one source. A reference that fits no record, or several, says nothing.

use std::collections::BTreeMap;

use super::{Column, Need, Records, written};
use crate::model::Model;
use crate::table::Table;

/// For each record the least record of its source; itself where nothing was copied.
///
/// - `columns`: the prepared columns, in the order of `needs`.
/// - `rows`: per record its row in the tables, the second table's rows counted on.
pub(super) fn of(
    tables: &[&Table],
    rows: &[u32],
    needs: &[Need],
    columns: &[Column],
    model: &Model,
) -> Vec<u32> {
    let mut least: Vec<u32> = (0..rows.len() as u32).collect();
    let wanted = |need: &Need| Some(&need.0) == model.same_source.as_ref() && need.1 == super::Form::Whole;
    let Some(Column::Codes(named)) = needs.iter().position(wanted).and_then(|at| columns.get(at)) else {
        return least;
    };
    let ids: Vec<&String> = tables.iter().flat_map(|table| table.ids()).collect();
    // `None` for an id that two records have once case and spaces do not count.
    let mut record_of: BTreeMap<String, Option<u32>> = BTreeMap::new();
    for (record, row) in (0..).zip(rows) {
        let id = ids.get(*row as usize).map_or_else(String::new, |id| written::normalised(id));
        record_of.entry(id).and_modify(|known| *known = None).or_insert(Some(record));
    }
    for record in 0..rows.len() as u32 {
        let text = named.of(record).first().and_then(|code| named.texts.get(*code as usize));
        let Some(origin) = text.and_then(|text| *record_of.get(text.as_ref())?) else { continue };
        let (a, b) = (root(&mut least, record), root(&mut least, origin));
        if let Some(place) = least.get_mut(a.max(b) as usize) {
            *place = a.min(b);
        }
    }
    (0..least.len() as u32).map(|record| root(&mut least, record)).collect()
}

fn root(least: &mut [u32], record: u32) -> u32 {
    let mut at = record;
    while let Some(above) = least.get(at as usize).copied().filter(|above| *above != at) {
        at = above;
    }
    if let Some(place) = least.get_mut(record as usize) {
        *place = at;
    }
    at
}

impl Records {
    /// The least record that is the same report; itself where nothing was copied.
    pub(crate) fn source(&self, record: u32) -> u32 {
        self.sources.get(record as usize).copied().unwrap_or(record)
    }

    /// Are these two copies of one report?
    pub(crate) fn is_same_source(&self, l: u32, r: u32) -> bool {
        l != r && self.source(l) == self.source(r)
    }

    /// The copies, each with the least record of its source.
    pub(crate) fn copies(&self) -> impl Iterator<Item = (u32, u32)> + '_ {
        (0_u32..)
            .zip(&self.sources)
            .filter(|(record, source)| record != *source)
            .map(|(record, source)| (*source, record))
    }

    /// How many different reports there are.
    pub(crate) fn n_sources(&self) -> usize {
        self.len() - self.copies().count()
    }
}
