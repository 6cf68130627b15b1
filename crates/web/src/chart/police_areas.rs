//! Where does each police force area of England and Wales stand on a map of equal squares?
//!
//! Code (Office for National Statistics), name, three letters, column from the west, row from the north. The
//! arrangement is our own: 8 by 10 squares, neighbours mostly beside each other.

/// One police force area.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoliceArea {
    /// The ONS code.
    pub code: &'static str,
    /// The name.
    pub name: &'static str,
    /// Three letters that fit into a square.
    pub short: &'static str,
    /// Counted from the west, from 0.
    pub column: u8,
    /// Counted from the north, from 0.
    pub row: u8,
}

/// The 43 areas, by code.
pub const POLICE_AREAS: [PoliceArea; 43] = [
    area("E23000001", "Metropolitan Police", "MET", 5, 7),
    area("E23000002", "Cumbria", "CMB", 3, 1),
    area("E23000003", "Lancashire", "LAN", 3, 2),
    area("E23000004", "Merseyside", "MER", 2, 3),
    area("E23000005", "Greater Manchester", "GMP", 3, 3),
    area("E23000006", "Cheshire", "CHE", 2, 4),
    area("E23000007", "Northumbria", "NMB", 4, 0),
    area("E23000008", "Durham", "DUR", 4, 1),
    area("E23000009", "North Yorkshire", "NYK", 5, 2),
    area("E23000010", "West Yorkshire", "WYK", 4, 2),
    area("E23000011", "South Yorkshire", "SYK", 4, 3),
    area("E23000012", "Humberside", "HUM", 5, 3),
    area("E23000013", "Cleveland", "CLV", 5, 1),
    area("E23000014", "West Midlands", "WMD", 3, 6),
    area("E23000015", "Staffordshire", "STF", 3, 5),
    area("E23000016", "West Mercia", "WMC", 2, 5),
    area("E23000017", "Warwickshire", "WAR", 4, 6),
    area("E23000018", "Derbyshire", "DER", 3, 4),
    area("E23000019", "Nottinghamshire", "NOT", 4, 4),
    area("E23000020", "Lincolnshire", "LIN", 5, 4),
    area("E23000021", "Leicestershire", "LEI", 4, 5),
    area("E23000022", "Northamptonshire", "NTH", 5, 5),
    area("E23000023", "Cambridgeshire", "CAM", 6, 5),
    area("E23000024", "Norfolk", "NFK", 7, 5),
    area("E23000025", "Suffolk", "SFK", 7, 6),
    area("E23000026", "Bedfordshire", "BED", 5, 6),
    area("E23000027", "Hertfordshire", "HRT", 6, 6),
    area("E23000028", "Essex", "ESX", 6, 7),
    area("E23000029", "Thames Valley", "TVP", 4, 7),
    area("E23000030", "Hampshire and Isle of Wight", "HIW", 3, 8),
    area("E23000031", "Surrey", "SUR", 4, 8),
    area("E23000032", "Kent", "KEN", 6, 8),
    area("E23000033", "Sussex", "SUS", 4, 9),
    area("E23000034", "City of London", "COL", 5, 8),
    area("E23000035", "Devon and Cornwall", "DVC", 1, 8),
    area("E23000036", "Avon and Somerset", "AVS", 2, 7),
    area("E23000037", "Gloucestershire", "GLO", 2, 6),
    area("E23000038", "Wiltshire", "WIL", 3, 7),
    area("E23000039", "Dorset", "DOR", 2, 8),
    area("W15000001", "North Wales", "NWA", 1, 4),
    area("W15000002", "Gwent", "GWE", 1, 6),
    area("W15000003", "South Wales", "SWA", 0, 6),
    area("W15000004", "Dyfed-Powys", "DYP", 1, 5),
];

const fn area(
    code: &'static str,
    name: &'static str,
    short: &'static str,
    column: u8,
    row: u8,
) -> PoliceArea {
    PoliceArea { code, name, short, column, row }
}

/// The area with this code.
pub fn by_code(code: &str) -> Option<&'static PoliceArea> {
    POLICE_AREAS.iter().find(|area| area.code == code)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_two_areas_share_a_square_a_code_or_letters() {
        let squares: BTreeSet<_> = POLICE_AREAS.iter().map(|area| (area.column, area.row)).collect();
        let codes: BTreeSet<_> = POLICE_AREAS.iter().map(|area| area.code).collect();
        let letters: BTreeSet<_> = POLICE_AREAS.iter().map(|area| area.short).collect();
        assert_eq!((squares.len(), codes.len(), letters.len()), (43, 43, 43));
        assert!(codes.iter().all(|code| code.parse::<daymark_vocab::AreaCode>().is_ok()));
    }
}
