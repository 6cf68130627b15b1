//! How do areas compare, each as visible as the next? Equal squares, roughly where the areas lie.
//!
//! A number stands in every square. Fewer than five cases, or more where they would give fewer than five away, are
//! hatched and called "hidden": the two look alike. Every square is a link, in the order of the table.

use std::fmt::Write as _;

use super::band_chart::hatch;
use super::svg::{self, Px, label, rect};
use super::{Chart, Count, HIDDEN, Twin, WHY_HIDDEN};
use crate::kit::{Key, KeyItem, Markup, Swatch};

/// Equal squares.
#[derive(Debug, Clone)]
pub struct TileMap {
    /// Unique on the page; ids start with it.
    pub id: String,
    /// Measure, place, period.
    pub title: String,
    /// What can be seen, for those who cannot.
    pub description: String,
    /// The unit of rates: "per 100,000 people".
    pub unit: String,
    /// The three rates at which a darker tint begins, ascending.
    pub cuts: [f64; 3],
    /// The squares, in the order to read them.
    pub tiles: Vec<Tile>,
}

/// One area.
#[derive(Debug, Clone)]
pub struct Tile {
    /// Three letters that fit into the square.
    pub short: String,
    /// The area's name.
    pub name: String,
    /// Counted from the west, from 0.
    pub column: u8,
    /// Counted from the north, from 0.
    pub row: u8,
    /// The figure.
    pub value: TileValue,
    /// Where more about the area is.
    pub href: String,
}

/// An area's figure.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum TileValue {
    /// Cases and their rate.
    Rate {
        /// The number of cases.
        cases: u64,
        /// The rate in the map's unit.
        rate: f64,
    },
    /// One to four cases, or more and not told lest those of another area be found by subtraction.
    Hidden,
    /// No agency there records yet: not the same as none.
    NotRecorded,
}

impl TileMap {
    /// Draws the map.
    pub fn draw(&self) -> Chart {
        Chart {
            title: self.title.clone(),
            description: self.description.clone(),
            key: self.key(),
            wide: Markup::built(self.picture("wide", 58.0, 4.0)),
            narrow: Markup::built(self.picture("narrow", 43.0, 2.0)),
            twin: self.twin(),
            class: "dm-tiles",
        }
    }

    fn key(&self) -> Key {
        let [a, b, c] = self.cuts;
        let below = |cut: f64| format!("{:.1}", cut - 0.1);
        let mut items = vec![
            KeyItem::new(Swatch::Tint(1), format!("Under {a:.1}")),
            KeyItem::new(Swatch::Tint(2), format!("{a:.1} to {}", below(b))),
            KeyItem::new(Swatch::Tint(3), format!("{b:.1} to {}", below(c))),
            KeyItem::new(Swatch::Tint(4), format!("{c:.1} and over")),
        ];
        if self.tiles.iter().any(|tile| tile.value == TileValue::Hidden) {
            items.push(KeyItem::new(Swatch::Hidden, format!("Hidden: {WHY_HIDDEN}")));
        }
        if self.tiles.iter().any(|tile| tile.value == TileValue::NotRecorded) {
            items.push(KeyItem::new(Swatch::None, "Dashed square: nothing recorded there yet"));
        }
        Key { label: format!("Key: cases {}", self.unit), items }
    }

    fn twin(&self) -> Twin {
        let row = |tile: &Tile| {
            let (cases, rate) = match tile.value {
                TileValue::Rate { cases, rate } => (Count::Exact(cases).words(), one_decimal(rate)),
                TileValue::Hidden => (Count::Hidden.words(), HIDDEN.to_owned()),
                TileValue::NotRecorded => ("not recorded".to_owned(), String::new()),
            };
            vec![tile.name.clone(), cases, rate]
        };
        Twin {
            caption: self.title.clone(),
            columns: vec!["Area".to_owned(), "Cases".to_owned(), format!("Cases {}", self.unit)],
            rows: self.tiles.iter().map(row).collect(),
            numbers: vec![false, true, true],
        }
    }

    /// The tint of a rate as it is printed, so that square and key never disagree.
    fn tint(&self, rate: f64) -> usize {
        let rate = (rate * 10.0).round() / 10.0;
        1 + self.cuts.iter().filter(|cut| rate >= **cut).count()
    }

    fn picture(&self, variant: &str, side: f64, gap: f64) -> String {
        let n_columns = f64::from(
            self.tiles.iter().map(|tile| tile.column).max().map_or(1, |last| last.saturating_add(1)),
        );
        let n_rows =
            f64::from(self.tiles.iter().map(|tile| tile.row).max().map_or(1, |last| last.saturating_add(1)));
        let pitch = side + gap;
        let (width, height) = (n_columns * pitch + 4.0, n_rows * pitch + 4.0);
        let mut out = svg::open_group(&self.id, variant, width, height, &self.title, &self.description);
        let hatch_id = format!("{}-{variant}-hatch", svg::text(&self.id));
        out.push_str(&hatch(&hatch_id));
        for tile in &self.tiles {
            let (x, y) = (2.0 + f64::from(tile.column) * pitch, 2.0 + f64::from(tile.row) * pitch);
            let narrow = variant == "narrow";
            let (spoken, printed, shade) = match tile.value {
                TileValue::Rate { cases, rate } => {
                    let words =
                        format!("{} cases, {} {}", Count::Exact(cases).words(), one_decimal(rate), self.unit);
                    (
                        words,
                        one_decimal(rate),
                        if self.tint(rate) > 2 { "dm-tile-dark" } else { "dm-tile-light" },
                    )
                }
                TileValue::Hidden => ("the number is hidden".to_owned(), HIDDEN.to_owned(), "dm-tile-light"),
                TileValue::NotRecorded => ("nothing recorded yet".to_owned(), String::new(), "dm-tile-light"),
            };
            let _ = write!(
                out,
                "<a href=\"{}\" aria-label=\"{}: {}\" class=\"{shade}\">",
                svg::text(&tile.href),
                svg::text(&tile.name),
                svg::text(&spoken)
            );
            match tile.value {
                TileValue::Rate { rate, .. } => {
                    out.push_str(&rect(x, y, side, side, &format!("dm-tile dm-tile--{}", self.tint(rate))));
                }
                TileValue::Hidden => {
                    let _ = write!(
                        out,
                        "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"url(#{hatch_id})\" class=\"dm-tile\"/>",
                        Px(x),
                        Px(y),
                        svg::size(side),
                        svg::size(side)
                    );
                }
                TileValue::NotRecorded => out.push_str(&rect(x, y, side, side, "dm-tile dm-tile--none")),
            }
            let middle = x + side / 2.0;
            let halo = if tile.value == TileValue::Hidden { " dm-halo" } else { "" };
            let size = if narrow { "dm-t14" } else { "dm-t16" };
            out.push_str(&label(
                middle,
                y + side * 0.46,
                &format!("{size} dm-bold dm-middle{halo}"),
                &tile.short,
            ));
            out.push_str(&label(middle, y + side * 0.82, &format!("dm-t14 dm-middle{halo}"), &printed));
            out.push_str("</a>");
        }
        out.push_str("</svg>");
        out
    }
}

fn one_decimal(rate: f64) -> String {
    if rate.is_finite() { format!("{:.1}", rate.clamp(0.0, 99_999.0)) } else { "0.0".to_owned() }
}
