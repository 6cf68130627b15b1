//! What does it look like? Charts drawn on the server as SVG, each with its twin: a table with the same data.
//!
//! Every chart is a pure function from a plain struct to a [`Chart`]. It is drawn twice, for 640 and for 360
//! units of width, and the style sheet shows the one that fits, so that text is never below 14 pixels. Colours
//! are classes; whatever a colour says, a shape, a number or a word says too. No chart names a person.

pub mod band_chart;
pub mod network;
pub mod police_areas;
mod svg;
pub mod tile_map;
pub mod waterfall;

use askama::Template;
use askama::filters::HtmlSafe;

use crate::kit::{Cell, Details, Key, Markup, Table};

pub use band_chart::{BandChart, BandNote, Expected, Week};
pub use network::{Network, NetworkLink, NetworkNode};
pub use tile_map::{Tile, TileMap, TileValue};
pub use waterfall::{Step, Waterfall, chance_in_words, probability};

#[cfg(test)]
mod tests;

/// What stands for a number that is not told, in pictures, tables and files.
pub const HIDDEN: &str = "hidden";

/// Why a number is not told: one sentence for both reasons.
pub const WHY_HIDDEN: &str = "fewer than 5, or more where showing it would give a number under 5 away";

/// A number of cases as it may be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Count {
    /// The number itself.
    Exact(u64),
    /// One to four, or more and not told lest one of those be found by subtraction. Which of the two is not said:
    /// beside an area known to have five or more, six in all would leave exactly one for its neighbour.
    Hidden,
}

impl Count {
    /// In words for tables and labels: `23`, `hidden`.
    pub fn words(self) -> String {
        match self {
            Self::Exact(count) => grouped(count),
            Self::Hidden => HIDDEN.to_owned(),
        }
    }
}

/// `4812` as `4,812`.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A chart, ready for a page: `{{ chart }}` shows key and picture, `{{ chart.details() }}` the table.
#[derive(Debug, Clone, Template)]
#[template(path = "chart/template.html")]
pub struct Chart {
    /// What the picture shows: measure, place, period. The finding itself is the page's heading above it.
    pub title: String,
    /// What can be seen in it, for those who cannot.
    pub description: String,
    /// What colours and shapes stand for.
    pub key: Key,
    /// The picture for wide screens and paper.
    pub wide: Markup,
    /// The picture for phones.
    pub narrow: Markup,
    /// The same data as a table.
    pub twin: Twin,
    /// Further classes of the figure.
    class: &'static str,
}

impl HtmlSafe for Chart {}

impl Chart {
    /// The table twin, closed under "Show as a table"; `after` follows it (a download link), may be empty.
    pub fn details(&self, after: impl Into<Markup>) -> Details {
        let table = Markup::of(&self.twin.table());
        Details::new("Show as a table", Markup::join([table, after.into()]))
    }
}

/// The data of a chart, row by row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Twin {
    /// What the table shows.
    pub caption: String,
    /// The columns' headings.
    pub columns: Vec<String>,
    /// The rows, each as long as `columns`; the first cell names the row.
    pub rows: Vec<Vec<String>>,
    /// For each column, whether it holds numbers.
    pub numbers: Vec<bool>,
}

impl Twin {
    /// As a table for the page.
    pub fn table(&self) -> Table {
        let cells = |row: &[String]| -> Vec<Cell> {
            let kinds = self.numbers.iter().copied().chain(std::iter::repeat(false));
            row.iter()
                .zip(kinds)
                .map(|(text, is_number)| Cell { content: text.as_str().into(), is_number })
                .collect()
        };
        Table::new(
            self.caption.clone(),
            cells(&self.columns),
            self.rows.iter().map(|row| cells(row)).collect(),
        )
    }
}
