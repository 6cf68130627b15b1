//! Where are the 43 police force areas of England and Wales, and who are their neighbours?

use daymark_vocab::AreaCode;

use crate::problem::{Check, Place};
use crate::section::{Located, Section};

/// A police force area.
#[derive(Debug, Clone, PartialEq)]
pub struct Area {
    /// The code of the Office for National Statistics.
    pub code: AreaCode,
    /// Its name.
    pub name: String,
    /// The machine name: `north-yorkshire`.
    pub slug: String,
    /// Three letters for a tile: `NYK`.
    pub abbreviation: String,
    /// The code of its region, or of Wales.
    pub region_code: AreaCode,
    /// The name of its region, or Wales.
    pub region: String,
    /// Column and row on the map of equal squares, from 0.
    pub tile: (u32, u32),
    /// Longitude and latitude of its middle, in degrees.
    pub centre: (f64, f64),
    /// Inhabitants in thousands, about (Census 2021).
    pub population_thousands: u32,
    /// Areas that share a land border with it.
    pub neighbours: Vec<AreaCode>,
    /// Where it is written.
    pub place: Place,
}

/// Reads `lists/areas.toml`.
pub(crate) fn read(section: &mut Section<'_>) -> Vec<Area> {
    section.tables("area").into_iter().filter_map(read_one).collect()
}

fn read_one(mut table: Section<'_>) -> Option<Area> {
    let place = table.place();
    let code = read_code(&mut table, "code");
    let name = table.text("name");
    let slug = table.text("slug");
    let abbreviation = table.text("abbreviation");
    let region_code = read_code(&mut table, "region_code");
    let region = table.text("region");
    let tile = table.pair("tile");
    let tile = tile.filter(|(column, row)| is_tile(*column) && is_tile(*row));
    if tile.is_none() {
        table.refuse(
            "tile",
            Check::AreaShape,
            "`tile` is not a place on the map",
            "write [column, row], 0 to 20",
        );
    }
    let centre = table.pair("centre");
    let population_thousands = table.number("population_thousands");
    let mut neighbours = Vec::new();
    for Located { text, place } in table.texts("neighbours") {
        match text.parse() {
            Ok(neighbour) => neighbours.push(neighbour),
            Err(_) => table_refuses_code(&table, &place, &text),
        }
    }
    table.finish();
    Some(Area {
        code: code?,
        name,
        slug,
        abbreviation,
        region_code: region_code?,
        region,
        tile: tile.map(|(column, row)| (as_tile(column), as_tile(row)))?,
        centre: centre?,
        population_thousands: population_thousands?,
        neighbours,
        place,
    })
}

fn read_code(table: &mut Section<'_>, key: &'static str) -> Option<AreaCode> {
    let text = table.text(key);
    let code = text.parse().ok();
    if code.is_none() && !text.is_empty() {
        table_refuses_code(table, &table.place_of(key), &text);
    }
    code
}

fn table_refuses_code(table: &Section<'_>, place: &Place, text: &str) {
    table.refuse_at(
        place,
        Check::BadId,
        format!("`{text}` is not an area code"),
        "use a letter and eight digits, such as `E23000009`",
    );
}

fn is_tile(number: f64) -> bool {
    number.fract() == 0.0 && (0.0..=20.0).contains(&number)
}

/// A whole number from 0 to 20 without its empty fraction.
fn as_tile(number: f64) -> u32 {
    (0..=20).find(|tile| f64::from(*tile) >= number).unwrap_or(0)
}
