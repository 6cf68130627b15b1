//! Who was harmed by the same hands, where, and when was it reported? The skeleton of a region: cases in
//! campaigns and pools, each with an area, a school, a day and the agencies that see it.

use crate::agency::{Agencies, Entering};
use crate::area::AREAS;
use crate::calendar::Calendar;
use crate::chance::{Chance, Quota};
use crate::day::Day;
use crate::scenario::{Injected, Scenario, Special};
use crate::school_calendar::next_school_day;
use crate::tables::Motive;

/// Share of cases, other than relational ones, that no campaign explains (assumed).
const LONE: f64 = 0.25;

/// One agency's view of a case.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sighting {
    pub agency: usize,
    pub entering: Entering,
    pub day: Day,
}

/// A case before its details.
#[derive(Debug, Clone)]
pub(crate) struct Placed {
    pub motive: Motive,
    /// Which campaign, and the how-manieth of its children by date.
    pub campaign: Option<(usize, usize)>,
    pub pool: Option<usize>,
    pub area: usize,
    pub school: usize,
    /// The first report's day.
    pub day: Day,
    pub sightings: Vec<Sighting>,
    pub special: Special,
}

/// The children of one campaign are counted before anything else about it is invented.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Frame {
    pub motive: Motive,
    pub size: usize,
    pub special: Special,
    /// Accounts it goes through, one after another; fixes how long it lasts.
    pub n_accounts: usize,
}

/// The skeleton.
#[derive(Debug, Default)]
pub(crate) struct Skeleton {
    pub cases: Vec<Placed>,
    pub frames: Vec<Frame>,
}

/// What placing needs to look at.
#[derive(Debug)]
pub(crate) struct Placing<'a> {
    pub scenario: Scenario,
    pub calendar: &'a Calendar,
    pub agencies: &'a Agencies,
    pub schools: &'a Schools,
    pub chance: Chance,
    n_pools: usize,
    /// When campaigns begin: by month, weighted by their children, so that a large one does not make a season.
    months: Quota<(i32, i32)>,
}

impl<'a> Placing<'a> {
    pub fn new(
        scenario: Scenario,
        calendar: &'a Calendar,
        agencies: &'a Agencies,
        schools: &'a Schools,
        chance: Chance,
    ) -> Self {
        let months = Quota::new(&calendar.months());
        Self { scenario, calendar, agencies, schools, chance, n_pools: 0, months }
    }

    /// Places cases until they make exactly `n_reports` reports.
    pub fn place(mut self, n_reports: usize) -> Skeleton {
        let copies = self.copies(n_reports);
        let mut skeleton = Skeleton::default();
        for group in self.scenario.injected(copies.len(), self.calendar) {
            self.inject(&mut skeleton, &group);
        }
        let n_base = copies.len() - skeleton.cases.len();
        for (motive, n) in shares(n_base) {
            self.baseline(&mut skeleton, motive, n);
        }
        for (case, n_copies) in skeleton.cases.iter_mut().zip(copies) {
            self.sight(case, n_copies);
        }
        rank_by_day(&mut skeleton);
        skeleton
    }

    /// Reports per case: one 80 %, two 18 %, three 2 %.
    fn copies(&mut self, n_reports: usize) -> Vec<usize> {
        let mut copies = Vec::with_capacity(n_reports);
        let mut left = n_reports;
        while left > 0 {
            let n = self.chance.pick(&[(1, 80.0), (2, 18.0), (3, 2.0)]).min(left);
            copies.push(n);
            left -= n;
        }
        copies
    }

    /// Lone cases, then campaigns until `n` children are placed; then some of them gathered into school pools.
    fn baseline(&mut self, skeleton: &mut Skeleton, motive: Motive, n: usize) {
        let n_lone = if motive == Motive::Relational { n } else { (n as f64 * LONE).round() as usize };
        let (first, until) = (self.calendar.first(), self.calendar.until());
        for _ in 0..n_lone {
            let (area, day) = self.calendar.draw(&mut self.chance, &[], first, until);
            self.push(skeleton, motive, None, area, day, Special::default());
        }
        let cap = (n / 20).clamp(9, 400);
        let mut left = n - n_lone;
        let mut members: Vec<Vec<usize>> = Vec::new();
        while left > 0 {
            // Median 3, nine in ten up to 25: σ = ln(25 / 3) / 1.2816.
            let size = (self.chance.log_normal(3.0, 1.6545).round() as usize).clamp(1, cap).min(left);
            members.push(self.campaign(skeleton, motive, size));
            left -= size;
        }
        let pooled = match motive {
            Motive::Financial => 0.18,
            Motive::Sexual | Motive::Sadistic => 0.35,
            Motive::Mixed => 0.25,
            Motive::Relational => 0.0,
        };
        self.chance.shuffle(&mut members);
        self.pool(skeleton, &members, (pooled * n as f64).round() as usize);
    }

    /// A campaign of `size` children around one day; returns their positions.
    fn campaign(&mut self, skeleton: &mut Skeleton, motive: Motive, size: usize) -> Vec<usize> {
        let n_accounts = 1 + self.chance.poisson(4.0);
        let lives: f64 = (0..n_accounts).map(|_| self.chance.exponential(18.0)).sum();
        let length = (lives * 0.8).clamp(3.0, 400.0) as i32;
        let (first, last) = self.months.take(&mut self.chance, size as f64);
        let (home, anchor) = self.calendar.draw(&mut self.chance, &[], Day(first), Day(last));
        let from = anchor.plus(-(self.chance.below(length as usize + 1) as i32));
        let to = from.plus(length);
        let number = skeleton.frames.len();
        skeleton.frames.push(Frame { motive, size, special: Special::default(), n_accounts });
        (0..size)
            .map(|_| {
                let neighbours = AREAS.get(home).map_or(&[][..], |area| area.neighbours);
                let near = if motive == Motive::Financial { 2 } else { self.chance.below(10) };
                // Financial campaigns reach anywhere; the others stay near: 70 % home, 20 % next door.
                let only: Vec<usize> = match (motive, near) {
                    (Motive::Financial, _) | (_, 9) => Vec::new(),
                    (_, 7 | 8) => neighbours.iter().copied().filter(|a| self.calendar.holds(*a)).collect(),
                    _ => vec![home],
                };
                let (area, day) = self.calendar.draw(&mut self.chance, &only, from, to);
                self.push(skeleton, motive, Some(number), area, day, Special::default())
            })
            .collect()
    }

    /// Gathers children of the same campaign into pools of 2 to 9 until `target` of them are in one.
    fn pool(&mut self, skeleton: &mut Skeleton, campaigns: &[Vec<usize>], target: usize) {
        let eligible: usize = campaigns.iter().map(Vec::len).filter(|size| *size > 1).sum();
        let share = (target as f64 / eligible.max(1) as f64).min(1.0);
        let mut pooled = 0;
        for pass in 0..3 {
            for campaign in campaigns.iter().filter(|members| members.len() > 1) {
                let mut free: Vec<usize> = campaign
                    .iter()
                    .copied()
                    .filter(|case| skeleton.cases.get(*case).is_some_and(|case| case.pool.is_none()))
                    .collect();
                let wanted = if pass == 0 { share * campaign.len() as f64 } else { free.len() as f64 };
                let mut here = 0.0;
                while pooled < target && free.len() > 1 {
                    let size = (2 + self.chance.below(8)).min(free.len()).min((target - pooled).max(2));
                    if pass == 0 && !self.chance.yes(((wanted - here) / size as f64).clamp(0.0, 1.0)) {
                        break;
                    }
                    let members: Vec<usize> = free.split_off(free.len() - size);
                    self.gather(skeleton, &members, 0.55, 0.25);
                    pooled += size;
                    here += size as f64;
                }
            }
        }
    }

    /// Moves the members near the first one: same school, same town, or elsewhere.
    fn gather(&mut self, skeleton: &mut Skeleton, members: &[usize], same_school: f64, same_town: f64) {
        self.n_pools += 1;
        let pool = self.n_pools;
        let Some((area, school, day)) =
            members.first().and_then(|m| skeleton.cases.get(*m)).map(|c| (c.area, c.school, c.day))
        else {
            return;
        };
        for (nth, member) in members.iter().enumerate() {
            let Some(case) = skeleton.cases.get_mut(*member) else { continue };
            case.pool = Some(pool);
            if nth == 0 {
                continue;
            }
            let roll = self.chance.unit();
            let near = case.area == area && (case.day.0 - day.0).abs() <= 21;
            if roll < same_school + same_town {
                case.area = area;
                case.school = if roll < same_school {
                    school
                } else {
                    self.schools.in_town(&mut self.chance, area, school)
                };
                if !near {
                    case.day = self.calendar.draw(&mut self.chance, &[area], day.plus(-14), day.plus(14)).1;
                }
            } else {
                let only: Vec<usize> = AREAS
                    .get(area)
                    .map_or(&[][..], |a| a.neighbours)
                    .iter()
                    .copied()
                    .chain([area, area])
                    .filter(|a| self.calendar.holds(*a))
                    .collect();
                (case.area, case.day) =
                    self.calendar.draw(&mut self.chance, &only, day.plus(-14), day.plus(14));
                case.school = self.schools.any(&mut self.chance, case.area);
            }
        }
    }

    fn inject(&mut self, skeleton: &mut Skeleton, group: &Injected) {
        let mut campaigns: Vec<Vec<usize>> = vec![Vec::new(); group.n_campaigns];
        let frame_start = skeleton.frames.len();
        let mut school = None;
        for nth in 0..group.n {
            // The first few go round the areas, so that each has at least one.
            let area = match group.areas.get(nth).filter(|_| group.special.pays) {
                Some((area, _)) => *area,
                None => self.chance.pick(&group.areas),
            };
            let span = f64::from(group.to.0 - group.from.0 + 1);
            let along = if group.rising { self.chance.unit().sqrt() } else { self.chance.unit() };
            let day = group.from.plus((along * span) as i32).min(group.to);
            let of = nth.checked_rem(group.n_campaigns);
            let case =
                self.push(skeleton, group.motive, of.map(|c| frame_start + c), area, day, group.special);
            if let Some(placed) = skeleton.cases.get_mut(case) {
                if group.one_school {
                    placed.school = *school.get_or_insert(placed.school);
                }
                if let Some(entering) = group.entering {
                    let agency = self.agencies.position(area, entering);
                    placed.sightings.push(Sighting { agency, entering, day });
                }
            }
            if let Some(members) = of.and_then(|c| campaigns.get_mut(c)) {
                members.push(case);
            }
        }
        for members in campaigns.iter().filter(|members| !members.is_empty()) {
            skeleton.frames.push(Frame {
                motive: group.motive,
                size: members.len(),
                special: group.special,
                n_accounts: 2,
            });
            let n_pooled = (group.pooled * members.len() as f64).round() as usize;
            for pool in members.get(..n_pooled).unwrap_or(&[]).chunks(9).filter(|pool| pool.len() > 1) {
                self.pool_in_place(skeleton, pool, group.one_school);
            }
        }
    }

    /// A pool whose members keep their areas and days; those in the first one's area share its school or town.
    fn pool_in_place(&mut self, skeleton: &mut Skeleton, members: &[usize], one_school: bool) {
        self.n_pools += 1;
        let pool = self.n_pools;
        let Some((area, school)) =
            members.first().and_then(|m| skeleton.cases.get(*m)).map(|c| (c.area, c.school))
        else {
            return;
        };
        for member in members {
            let Some(case) = skeleton.cases.get_mut(*member) else { continue };
            case.pool = Some(pool);
            if case.area == area && !one_school {
                case.school = if self.chance.yes(0.55) {
                    school
                } else {
                    self.schools.in_town(&mut self.chance, area, school)
                };
            }
        }
    }

    fn push(
        &mut self,
        skeleton: &mut Skeleton,
        motive: Motive,
        campaign: Option<usize>,
        area: usize,
        day: Day,
        special: Special,
    ) -> usize {
        let school = self.schools.any(&mut self.chance, area);
        let campaign = campaign.map(|number| (number, 0));
        let sightings = Vec::new();
        skeleton.cases.push(Placed { motive, campaign, pool: None, area, school, day, sightings, special });
        skeleton.cases.len() - 1
    }

    /// Decides which agencies report the case, and when.
    fn sight(&mut self, case: &mut Placed, n_copies: usize) {
        if case.sightings.is_empty() {
            let entering = self.entering(case.area, case.day);
            let agency = self.agencies.position(case.area, entering);
            case.sightings.push(Sighting { agency, entering, day: case.day });
        }
        while case.sightings.len() < n_copies {
            let lag = self.chance.exponential(4.0).round() as i32;
            let day = case.day.plus(lag).min(self.calendar.until());
            case.sightings.push(self.second_sighting(case, day));
        }
    }

    fn entering(&mut self, area: usize, day: Day) -> Entering {
        let school = self.chance.yes(self.calendar.school_share(day));
        let drawn = if school { Entering::School } else { self.chance.pick(Entering::OTHERS) };
        match self.scenario.only_agencies(area, day, self.calendar.until()) {
            Some(allowed) if !allowed.contains(&drawn) => Entering::Police,
            _ => drawn,
        }
    }

    /// Another agency's report of the same case: school and police mostly, social care as the third.
    fn second_sighting(&mut self, case: &Placed, day: Day) -> Sighting {
        let until = self.calendar.until();
        let seen = |entering: Entering| case.sightings.iter().any(|s| s.entering == entering);
        let school_day = next_school_day(day, 16).filter(|found| *found <= until);
        let mut wishes = Vec::new();
        if !seen(Entering::Police) {
            wishes.push((Entering::Police, day));
        }
        if let Some(found) = school_day.filter(|_| !seen(Entering::School)) {
            wishes.push((Entering::School, found));
        }
        wishes.extend([(Entering::SocialCare, day), (Entering::Health, day), (Entering::Youth, day)]);
        if self.chance.yes(0.12) && wishes.len() > 3 {
            wishes.remove(0);
        }
        let allowed = |(entering, day): &(Entering, Day)| {
            !seen(*entering)
                && self.scenario.only_agencies(case.area, *day, until).is_none_or(|a| a.contains(entering))
        };
        if let Some((entering, day)) = wishes.into_iter().find(allowed) {
            return Sighting { agency: self.agencies.position(case.area, entering), entering, day };
        }
        // Nobody else reports there: the police next door took the call, or the national desk.
        let taken: Vec<usize> = case.sightings.iter().map(|s| s.agency).collect();
        let next_door = AREAS
            .get(case.area)
            .map_or(&[][..], |area| area.neighbours)
            .iter()
            .filter(|area| self.calendar.holds(**area))
            .map(|area| self.agencies.position(*area, Entering::Police))
            .find(|agency| !taken.contains(agency));
        match next_door {
            Some(agency) => Sighting { agency, entering: Entering::Police, day },
            None => {
                let entering = Entering::NationalDesk;
                Sighting { agency: self.agencies.position(case.area, entering), entering, day }
            }
        }
    }
}

/// Numbers the children of each campaign by date.
fn rank_by_day(skeleton: &mut Skeleton) {
    let mut order: Vec<usize> = (0..skeleton.cases.len()).collect();
    order.sort_by_key(|position| skeleton.cases.get(*position).map(|case| case.day));
    let mut next = vec![0; skeleton.frames.len()];
    for position in order {
        if let Some((campaign, rank)) =
            skeleton.cases.get_mut(position).and_then(|case| case.campaign.as_mut())
            && let Some(n) = next.get_mut(*campaign)
        {
            *rank = *n;
            *n += 1;
        }
    }
}

/// How many cases of each motive: the shares, with the remainder going to the largest fractions.
fn shares(n: usize) -> Vec<(Motive, usize)> {
    let mut parts: Vec<(Motive, usize, f64)> = Motive::SHARES
        .iter()
        .map(|(motive, share)| {
            let exact = share / 100.0 * n as f64;
            (*motive, exact.floor() as usize, exact.fract())
        })
        .collect();
    let given: usize = parts.iter().map(|(_, count, _)| count).sum();
    parts.sort_by(|l, r| r.2.total_cmp(&l.2));
    for (_, count, _) in parts.iter_mut().take(n - given) {
        *count += 1;
    }
    parts.sort_by_key(|(motive, _, _)| *motive);
    parts.into_iter().map(|(motive, count, _)| (motive, count)).collect()
}

/// Invented schools: about one for every 14,000 people, of lognormal size, four to a town.
#[derive(Debug)]
pub(crate) struct Schools(Vec<Vec<f64>>);

impl Schools {
    pub fn new(chance: &mut Chance) -> Self {
        let area = |population: u32| {
            let mut running = 0.0;
            (0..(population / 14).max(2))
                .map(|_| {
                    running += chance.log_normal(1.0, 0.5);
                    running
                })
                .collect()
        };
        Self(AREAS.iter().map(|a| a.population).map(area).collect())
    }

    /// A school of the area, larger ones more often.
    pub fn any(&self, chance: &mut Chance, area: usize) -> usize {
        let Some(cumulative) = self.0.get(area) else { return 0 };
        let target = chance.unit() * cumulative.last().copied().unwrap_or(1.0);
        cumulative.partition_point(|running| *running <= target).min(cumulative.len() - 1)
    }

    /// Another school of the same town, if it has one.
    pub fn in_town(&self, chance: &mut Chance, area: usize, school: usize) -> usize {
        let n = self.0.get(area).map_or(1, Vec::len);
        let others: Vec<usize> =
            (school / 4 * 4..(school / 4 * 4 + 4).min(n)).filter(|s| *s != school).collect();
        others.get(chance.below(others.len())).copied().unwrap_or(school)
    }

    /// Its six-digit number, from a block that no register uses.
    pub fn urn(area: usize, school: usize) -> String {
        format!("{}", 900_000 + area * 2_000 + school % 2_000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::school_calendar::is_school_day;

    fn skeleton(scenario: Scenario, n_reports: usize) -> Skeleton {
        let mut chance = Chance::new(31, 0);
        let calendar = Calendar::new(scenario, Day::from_civil(2026, 11, 22), &mut chance);
        let agencies = Agencies::new(&scenario.areas());
        let schools = Schools::new(&mut chance);
        Placing::new(scenario, &calendar, &agencies, &schools, chance).place(n_reports)
    }

    #[test]
    fn exactly_as_many_reports_as_asked_for() {
        for n in [0, 1, 2, 7, 100, 2_501] {
            for scenario in Scenario::ALL {
                let made: usize = skeleton(scenario, n).cases.iter().map(|case| case.sightings.len()).sum();
                assert_eq!(made, n, "{scenario}");
            }
        }
    }

    #[test]
    fn no_agency_sees_a_case_twice_and_schools_only_on_school_days() {
        for case in skeleton(Scenario::NorthYorkshire, 20_000).cases {
            let agencies: std::collections::BTreeSet<_> = case.sightings.iter().map(|s| s.agency).collect();
            assert_eq!(agencies.len(), case.sightings.len());
            for sighting in &case.sightings {
                let at_school = sighting.entering == Entering::School;
                assert!(!at_school || is_school_day(sighting.day), "{}", sighting.day);
            }
        }
    }

    #[test]
    fn pools_are_small_and_lie_within_one_campaign() {
        let mut pools = std::collections::BTreeMap::<usize, Vec<Option<usize>>>::new();
        for case in skeleton(Scenario::National, 20_000).cases {
            if let Some(pool) = case.pool {
                pools.entry(pool).or_default().push(case.campaign.map(|(number, _)| number));
            }
        }
        assert!(pools.len() > 300, "{}", pools.len());
        for members in pools.values() {
            assert!((2..=9).contains(&members.len()), "{}", members.len());
            assert!(members.iter().all(|campaign| campaign.is_some() && *campaign == members[0]));
        }
    }

    #[test]
    fn shares_use_up_every_case() {
        for n in [0, 1, 9, 100, 16_393] {
            assert_eq!(shares(n).iter().map(|(_, count)| count).sum::<usize>(), n);
        }
    }
}
