//! Who reports? A police force, a school trust, social care, health, youth service and a charity per area,
//! and one national online desk.

use daymark_vocab::{AgencyId, AgencyKind, AreaCode};

use crate::area::AREAS;
use crate::chance::Table;

/// An invented agency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SampleAgency {
    /// Its id, such as `north-yorkshire-police`.
    pub id: AgencyId,
    /// Its name, which says that it is a sample.
    pub name: String,
    /// What kind of agency it is.
    pub kind: AgencyKind,
    /// The police force area it works in; for the national desk, where it sits (London).
    pub area: AreaCode,
}

/// Which kind of agency hears of a case first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) enum Entering {
    #[default]
    School,
    Police,
    SocialCare,
    Youth,
    Health,
    Charity,
    NationalDesk,
}

impl Entering {
    /// The six that every area has, in the order of their agencies.
    pub const LOCAL: [Self; 6] =
        [Self::School, Self::Police, Self::SocialCare, Self::Youth, Self::Health, Self::Charity];

    /// Shares among those that are not schools (assumed): police 28, social care 12, CEOP-like desk 6,
    /// youth 4, health 4, other 4 of a hundred first reports.
    pub const OTHERS: &'static Table<Self> = &[
        (Self::Police, 28.0),
        (Self::SocialCare, 12.0),
        (Self::NationalDesk, 6.0),
        (Self::Youth, 4.0),
        (Self::Health, 4.0),
        (Self::Charity, 4.0),
    ];

    /// The kind in the vocabulary; the national desk is police.
    pub const fn kind(self) -> AgencyKind {
        match self {
            Self::School => AgencyKind::School,
            Self::Police | Self::NationalDesk => AgencyKind::Police,
            Self::SocialCare => AgencyKind::SocialCare,
            Self::Youth => AgencyKind::YouthService,
            Self::Health => AgencyKind::Health,
            Self::Charity => AgencyKind::Charity,
        }
    }

    /// How much more than average it leaves blank; 1 on average over first reports (assumed).
    pub const fn blanks(self) -> f64 {
        match self {
            Self::School => 1.10,
            Self::Police => 0.80,
            Self::SocialCare => 1.00,
            Self::NationalDesk => 0.90,
            Self::Youth | Self::Health => 1.15,
            Self::Charity => 1.20,
        }
    }

    const fn suffix(self) -> &'static str {
        match self {
            Self::School => "schools",
            Self::Police => "police",
            Self::SocialCare => "social-care",
            Self::Youth => "youth-service",
            Self::Health => "health",
            Self::Charity => "charity",
            Self::NationalDesk => "desk",
        }
    }
}

/// The agencies of a region and where each stands in the list.
#[derive(Debug)]
pub(crate) struct Agencies {
    areas: Vec<usize>,
    /// All of them; the national desk last.
    pub list: Vec<SampleAgency>,
    /// The short form each uses in its own references, in the same order.
    pub references: Vec<String>,
}

impl Agencies {
    pub fn new(areas: &[usize]) -> Self {
        let (mut list, mut references) = (Vec::new(), Vec::new());
        for area in areas.iter().filter_map(|position| AREAS.get(*position)) {
            for entering in Entering::LOCAL {
                let place = area.place;
                let name = match entering {
                    Entering::Police | Entering::NationalDesk => format!("{} (sample)", area.service),
                    Entering::School => format!("{place} school trust (sample)"),
                    Entering::SocialCare => format!("{place} children’s social care (sample)"),
                    Entering::Youth => format!("{place} youth service (sample)"),
                    Entering::Health => format!("{place} health trust (sample)"),
                    Entering::Charity => format!("{place} children’s charity (sample)"),
                };
                let id = format!("{}-{}", area.slug, entering.suffix());
                if let (Ok(id), Ok(code)) = (id.parse(), area.code.parse()) {
                    list.push(SampleAgency { id, name, kind: entering.kind(), area: code });
                    let letters: String =
                        entering.suffix().split('-').filter_map(|word| word.chars().next()).collect();
                    references.push(format!("{}{}", area.abbreviation, letters.to_ascii_uppercase()));
                }
            }
        }
        if let (Ok(id), Ok(code)) = ("national-online-desk".parse(), "E23000001".parse()) {
            let name = "National online safety desk (sample)".to_owned();
            list.push(SampleAgency { id, name, kind: AgencyKind::Police, area: code });
            references.push("NOD".to_owned());
        }
        Self { areas: areas.to_vec(), list, references }
    }

    /// Where the agency of this kind in this area stands in the list.
    pub fn position(&self, area: usize, entering: Entering) -> usize {
        let desk = self.list.len().saturating_sub(1);
        let Some(of_area) = self.areas.iter().position(|known| *known == area) else { return desk };
        Entering::LOCAL
            .iter()
            .position(|local| *local == entering)
            .map_or(desk, |of_kind| of_area * Entering::LOCAL.len() + of_kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_area_has_its_six_and_references_differ() {
        let all: Vec<usize> = (0..AREAS.len()).collect();
        let agencies = Agencies::new(&all);
        assert_eq!(agencies.list.len(), 43 * 6 + 1);
        let distinct: std::collections::BTreeSet<_> = agencies.references.iter().collect();
        assert_eq!(distinct.len(), agencies.references.len());
        let here = agencies.position(8, Entering::Police);
        assert_eq!(agencies.list[here].id.as_str(), "north-yorkshire-police");
        assert_eq!(agencies.list[here].name, "North Yorkshire Police (sample)");
        let desk = agencies.position(8, Entering::NationalDesk);
        assert_eq!(agencies.list[desk].id.as_str(), "national-online-desk");
    }

    #[test]
    fn blanks_are_one_on_average() {
        let others: f64 = Entering::OTHERS.iter().map(|(e, share)| e.blanks() * share / 100.0).sum();
        assert!((others + 0.42 * Entering::School.blanks() - 1.0).abs() < 0.005);
    }
}
