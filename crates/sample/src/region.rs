//! How is a region invented? Calendar, skeleton, then case by case: details, and each agency's report of them.

use jiff::civil::Date;

use crate::agency::{Agencies, SampleAgency};
use crate::calendar::Calendar;
use crate::campaign::{Campaign, Stock};
use crate::case::{self, Setting};
use crate::chance::Chance;
use crate::day::Day;
use crate::place::{Frame, Placed, Placing, Schools, Skeleton};
use crate::report::{self, SampleReport, Writing};
use crate::scenario::Scenario;
use crate::truth::Truth;

/// The last day of a region when nobody says otherwise: fixed, so that bytes do not depend on the clock.
pub const DEFAULT_UNTIL: Date = Date::constant(2026, 11, 22);

/// What to invent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    /// Exactly this many reports.
    pub n_reports: usize,
    /// Same seed, same bytes.
    pub seed: u64,
    /// Which story.
    pub scenario: Scenario,
    /// The last day; the history goes back five years.
    pub until: Date,
}

/// An invented region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Region {
    /// Its agencies, area by area, the national desk last.
    pub agencies: Vec<SampleAgency>,
    /// Reports, by day of receipt and then id.
    pub reports: Vec<SampleReport>,
    /// The truth about each report, in the same order.
    pub truth: Vec<Truth>,
}

/// Streams of chance, so that one part can change without the others.
mod stream {
    pub const AREAS: u64 = 1;
    pub const SCHOOLS: u64 = 2;
    pub const PLACING: u64 = 3;
    pub const STOCK: u64 = 4;
    /// Case `n` has stream `CASES + n`.
    pub const CASES: u64 = 1 << 20;
    /// The `n`-th report has stream `REPORTS + n`.
    pub const REPORTS: u64 = 1 << 40;
}

/// Invents a region.
///
/// - `plan.n_reports`: any number; about 1.7 kB of memory each.
/// - returns reports in the order of receipt, with ids in the same order.
pub fn invent(plan: &Plan) -> Region {
    let until = Day::from(plan.until);
    let calendar = Calendar::new(plan.scenario, until, &mut Chance::new(plan.seed, stream::AREAS));
    let schools = Schools::new(&mut Chance::new(plan.seed, stream::SCHOOLS));
    let agencies = Agencies::new(&plan.scenario.areas());
    let placing = Chance::new(plan.seed, stream::PLACING);
    let skeleton = Placing::new(plan.scenario, &calendar, &agencies, &schools, placing).place(plan.n_reports);

    let numbers = Numbers::new(&skeleton, &agencies);
    let recent_share =
        report::recent_share(skeleton.cases.iter().flat_map(|case| &case.sightings).map(|s| s.day), until);
    let setting = Setting { scenario: plan.scenario, until, recent_share };
    let mut stock_chance = Chance::new(plan.seed, stream::STOCK);
    let mut stock = Stock::new(&mut stock_chance);
    let mut campaigns: Vec<Option<Campaign>> = skeleton.frames.iter().map(|_| None).collect();

    let mut made: Vec<(usize, SampleReport, Truth)> = Vec::with_capacity(plan.n_reports);
    let mut next_row = 0;
    for (position, placed) in skeleton.cases.iter().enumerate() {
        let mut chance = Chance::new(plan.seed, stream::CASES + position as u64);
        let mut lone = None;
        let kept = placed.campaign.and_then(|(number, _)| {
            let frame = skeleton.frames.get(number).copied()?;
            campaigns.get_mut(number).map(|slot| (slot, frame, format!("C{:05}", number + 1)))
        });
        let campaign = match kept {
            Some((slot, frame, name)) => {
                slot.get_or_insert_with(|| stock.campaign(&mut stock_chance, &name, frame))
            }
            None => {
                let frame = Frame { motive: placed.motive, size: 1, special: placed.special, n_accounts: 1 };
                lone.get_or_insert_with(|| stock.campaign(&mut stock_chance, "", frame))
            }
        };
        let case = case::invent(&mut chance, placed, campaign, setting);
        let mut first_id = None;
        for (nth, sighting) in placed.sightings.iter().enumerate() {
            let place = numbers.place(next_row);
            let mut chance = Chance::new(plan.seed, stream::REPORTS + next_row as u64);
            let report_id = format!("SYN-{:07}", place + 1);
            let quotes = nth > 0 && chance.yes(0.5);
            let writing = Writing {
                agencies: &agencies,
                sighting: *sighting,
                nth,
                report_id: &report_id,
                child_ref: numbers.child_ref(next_row, &agencies, sighting.agency),
                origin: first_id.as_deref().filter(|_| quotes),
            };
            let (report, accounts) = report::write_down(&mut chance, &case, &writing);
            let truth = truth(&report_id, position, placed, accounts);
            made.push((place, report, truth));
            first_id.get_or_insert(report_id);
            next_row += 1;
        }
    }
    made.sort_by_key(|(place, _, _)| *place);
    let (mut reports, mut truth) = (Vec::with_capacity(made.len()), Vec::with_capacity(made.len()));
    for (_, report, fact) in made {
        reports.push(report);
        truth.push(fact);
    }
    Region { agencies: agencies.list, reports, truth }
}

fn truth(report_id: &str, position: usize, placed: &Placed, accounts: Vec<String>) -> Truth {
    // A lone case's accounts are nobody else's: they are named after the child.
    let account_ids = accounts
        .into_iter()
        .map(|id| if id.starts_with('-') { format!("K{:07}{id}", position + 1) } else { id })
        .collect();
    Truth {
        report_id: report_id.to_owned(),
        campaign_id: placed.campaign.map(|(number, _)| format!("C{:05}", number + 1)),
        pool_id: placed.pool.map(|number| format!("P{number:05}")),
        child_id: format!("K{:07}", position + 1),
        account_ids,
    }
}

/// Where each report comes in the order of receipt, and the how-manieth of its agency it is.
#[derive(Debug)]
struct Numbers {
    places: Vec<usize>,
    of_agency: Vec<usize>,
}

impl Numbers {
    fn new(skeleton: &Skeleton, agencies: &Agencies) -> Self {
        let rows: Vec<(Day, usize)> =
            skeleton.cases.iter().flat_map(|case| &case.sightings).map(|s| (s.day, s.agency)).collect();
        let mut order: Vec<usize> = (0..rows.len()).collect();
        // Stable: the first report of a case stays before its copies of the same day.
        order.sort_by_key(|row| rows.get(*row).map(|(day, _)| *day));
        let mut places = vec![0; rows.len()];
        let mut of_agency = vec![0; rows.len()];
        let mut counted = vec![0; agencies.list.len()];
        for (place, row) in order.into_iter().enumerate() {
            if let Some(slot) = places.get_mut(row) {
                *slot = place;
            }
            let agency = rows.get(row).map_or(0, |(_, agency)| *agency);
            if let (Some(slot), Some(count)) = (of_agency.get_mut(row), counted.get_mut(agency)) {
                *count += 1;
                *slot = *count;
            }
        }
        Self { places, of_agency }
    }

    fn place(&self, row: usize) -> usize {
        self.places.get(row).copied().unwrap_or(row)
    }

    /// The agency's own reference for the child: agencies share none.
    fn child_ref(&self, row: usize, agencies: &Agencies, agency: usize) -> String {
        let letters = agencies.references.get(agency).map_or("X", String::as_str);
        let number = self.of_agency.get(row).copied().unwrap_or(0);
        format!("SYN-{letters}-{number:05}")
    }
}
