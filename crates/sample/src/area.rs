//! Which areas are invented from? The 43 territorial police force areas of England and Wales.
//!
//! Source: codes, names and land borders as published by the Office for National Statistics; populations are
//! rounded thousands (Census 2021, approximate). Only their proportions matter here.

/// A coarse mix of ethnic groups among 10- to 17-year-olds; an assumption, see `tables::ethnicity`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Profile {
    Capital,
    City,
    Mixed,
    Rural,
}

/// One police force area.
#[derive(Debug)]
pub(crate) struct Area {
    /// ONS code.
    pub code: &'static str,
    /// The police service's name.
    pub service: &'static str,
    /// The place, as the other agencies would call it.
    pub place: &'static str,
    /// Slug for agency ids.
    pub slug: &'static str,
    /// Three letters, for an agency's own references.
    pub abbreviation: &'static str,
    /// Residents, thousands.
    pub population: u32,
    pub profile: Profile,
    /// Positions in [`AREAS`] of the areas with a land border.
    pub neighbours: &'static [usize],
}

/// Where one area stands in [`AREAS`].
pub(crate) fn index(slug: &str) -> usize {
    AREAS.iter().position(|area| area.slug == slug).unwrap_or(0)
}

#[allow(clippy::too_many_arguments, reason = "one row of the table below")]
const fn area(
    code: &'static str,
    service: &'static str,
    place: &'static str,
    slug: &'static str,
    abbreviation: &'static str,
    population: u32,
    profile: Profile,
    neighbours: &'static [usize],
) -> Area {
    Area { code, service, place, slug, abbreviation, population, profile, neighbours }
}

use Profile::{Capital, City, Mixed, Rural};

/// All 43, in the order of their codes.
#[rustfmt::skip]
pub(crate) static AREAS: [Area; 43] = [
    area("E23000001", "Metropolitan Police Service", "London", "metropolitan", "MET", 8800, Capital, &[26, 27, 28, 30, 31, 33]),
    area("E23000002", "Cumbria Constabulary", "Cumbria", "cumbria", "CMB", 500, Rural, &[2, 6, 7, 8]),
    area("E23000003", "Lancashire Constabulary", "Lancashire", "lancashire", "LAN", 1520, Mixed, &[1, 3, 4, 8, 9]),
    area("E23000004", "Merseyside Police", "Merseyside", "merseyside", "MER", 1420, Mixed, &[2, 4, 5]),
    area("E23000005", "Greater Manchester Police", "Greater Manchester", "greater-manchester", "GMP", 2870, City, &[2, 3, 5, 9, 17]),
    area("E23000006", "Cheshire Constabulary", "Cheshire", "cheshire", "CHE", 1090, Rural, &[3, 4, 14, 15, 17, 39]),
    area("E23000007", "Northumbria Police", "Northumbria", "northumbria", "NMB", 1450, Rural, &[1, 7]),
    area("E23000008", "Durham Constabulary", "Durham", "durham", "DUR", 635, Rural, &[1, 6, 8, 12]),
    area("E23000009", "North Yorkshire Police", "North Yorkshire", "north-yorkshire", "NYK", 820, Rural, &[1, 2, 7, 9, 10, 11, 12]),
    area("E23000010", "West Yorkshire Police", "West Yorkshire", "west-yorkshire", "WYK", 2350, City, &[2, 4, 8, 10, 17]),
    area("E23000011", "South Yorkshire Police", "South Yorkshire", "south-yorkshire", "SYK", 1380, Mixed, &[8, 9, 11, 17, 18]),
    area("E23000012", "Humberside Police", "Humberside", "humberside", "HUM", 935, Rural, &[8, 10, 18, 19]),
    area("E23000013", "Cleveland Police", "Cleveland", "cleveland", "CLV", 570, Rural, &[7, 8]),
    area("E23000014", "West Midlands Police", "West Midlands", "west-midlands", "WMD", 2920, City, &[14, 15, 16]),
    area("E23000015", "Staffordshire Police", "Staffordshire", "staffordshire", "STF", 1130, Rural, &[5, 13, 15, 16, 17, 20]),
    area("E23000016", "West Mercia Police", "West Mercia", "west-mercia", "WMC", 1300, Rural, &[5, 13, 14, 16, 36, 39, 40, 42]),
    area("E23000017", "Warwickshire Police", "Warwickshire", "warwickshire", "WAR", 600, Mixed, &[13, 14, 15, 20, 21, 28, 36]),
    area("E23000018", "Derbyshire Constabulary", "Derbyshire", "derbyshire", "DER", 1050, Rural, &[4, 5, 9, 10, 14, 18, 20]),
    area("E23000019", "Nottinghamshire Police", "Nottinghamshire", "nottinghamshire", "NOT", 1150, Mixed, &[10, 11, 17, 19, 20]),
    area("E23000020", "Lincolnshire Police", "Lincolnshire", "lincolnshire", "LIN", 765, Rural, &[11, 18, 20, 21, 22, 23]),
    area("E23000021", "Leicestershire Police", "Leicestershire", "leicestershire", "LEI", 1110, City, &[14, 16, 17, 18, 19, 21]),
    area("E23000022", "Northamptonshire Police", "Northamptonshire", "northamptonshire", "NTH", 785, Mixed, &[16, 19, 20, 22, 25, 28]),
    area("E23000023", "Cambridgeshire Constabulary", "Cambridgeshire", "cambridgeshire", "CAM", 890, Mixed, &[19, 21, 23, 24, 25, 26, 27]),
    area("E23000024", "Norfolk Constabulary", "Norfolk", "norfolk", "NFK", 915, Rural, &[19, 22, 24]),
    area("E23000025", "Suffolk Constabulary", "Suffolk", "suffolk", "SFK", 760, Rural, &[22, 23, 27]),
    area("E23000026", "Bedfordshire Police", "Bedfordshire", "bedfordshire", "BED", 700, City, &[21, 22, 26, 28]),
    area("E23000027", "Hertfordshire Constabulary", "Hertfordshire", "hertfordshire", "HRT", 1200, Mixed, &[0, 22, 25, 27, 28]),
    area("E23000028", "Essex Police", "Essex", "essex", "ESX", 1840, Mixed, &[0, 22, 24, 26]),
    area("E23000029", "Thames Valley Police", "Thames Valley", "thames-valley", "TVP", 2490, City, &[0, 16, 21, 25, 26, 29, 30, 36, 37]),
    area("E23000030", "Hampshire and Isle of Wight Constabulary", "Hampshire and Isle of Wight", "hampshire", "HIW", 2000, Mixed, &[28, 30, 32, 37, 38]),
    area("E23000031", "Surrey Police", "Surrey", "surrey", "SUR", 1200, Mixed, &[0, 28, 29, 31, 32]),
    area("E23000032", "Kent Police", "Kent", "kent", "KEN", 1860, Mixed, &[0, 30, 32]),
    area("E23000033", "Sussex Police", "Sussex", "sussex", "SUS", 1700, Rural, &[29, 30, 31]),
    area("E23000034", "City of London Police", "City of London", "city-of-london", "COL", 9, Capital, &[0]),
    area("E23000035", "Devon and Cornwall Police", "Devon and Cornwall", "devon-and-cornwall", "DVC", 1770, Rural, &[35, 38]),
    area("E23000036", "Avon and Somerset Police", "Avon and Somerset", "avon-and-somerset", "AVS", 1740, Mixed, &[34, 36, 37, 38]),
    area("E23000037", "Gloucestershire Constabulary", "Gloucestershire", "gloucestershire", "GLO", 645, Rural, &[15, 16, 28, 35, 37, 40]),
    area("E23000038", "Wiltshire Police", "Wiltshire", "wiltshire", "WIL", 745, Rural, &[28, 29, 35, 36, 38]),
    area("E23000039", "Dorset Police", "Dorset", "dorset", "DOR", 775, Rural, &[29, 34, 35, 37]),
    area("W15000001", "North Wales Police", "North Wales", "north-wales", "NWA", 690, Rural, &[5, 15, 42]),
    area("W15000002", "Gwent Police", "Gwent", "gwent", "GWE", 590, Rural, &[15, 36, 41, 42]),
    area("W15000003", "South Wales Police", "South Wales", "south-wales", "SWA", 1340, Mixed, &[40, 42]),
    area("W15000004", "Dyfed-Powys Police", "Dyfed-Powys", "dyfed-powys", "DYP", 515, Rural, &[15, 39, 40, 41]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn borders_are_seen_from_both_sides() {
        for (here, area) in AREAS.iter().enumerate() {
            for &there in area.neighbours {
                assert!(AREAS[there].neighbours.contains(&here), "{} and {}", area.slug, AREAS[there].slug);
            }
        }
    }

    #[test]
    fn the_population_is_that_of_england_and_wales() {
        let total: u32 = AREAS.iter().map(|area| area.population).sum();
        assert!((58_000..61_000).contains(&total), "{total}");
    }
}
