//! How did an agency write the case down? With gaps, slips and its own reference: from a case to a row.
//!
//! What is left out is not left out at random: girls' money and boys' images are missing more often, and some
//! agencies leave more blank than others.

use std::borrow::Cow;

use crate::agency::{Agencies, Entering};
use crate::area::AREAS;
use crate::campaign::PayeeSelector;
use crate::case::{Case, is_money};
use crate::chance::Chance;
use crate::column::Column;
use crate::day::{Day, Minute};
use crate::handle;
use crate::place::Sighting;
use crate::reserved;
use crate::tables::missing;
use crate::words::{self, Mentions};

type Text = Cow<'static, str>;

/// One row of `reports.csv`, packed: all cells in one string.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SampleReport {
    text: Box<str>,
    ends: Box<[u32]>,
}

impl SampleReport {
    /// One cell; empty when nobody asked.
    pub fn get(&self, column: Column) -> &str {
        let position = column as usize;
        let start = position.checked_sub(1).and_then(|p| self.ends.get(p)).copied().unwrap_or(0);
        let end = self.ends.get(position).copied().unwrap_or(start);
        self.text.get(start as usize..end as usize).unwrap_or("")
    }

    /// All cells, in the order of [`Column::ALL`].
    pub fn cells(&self) -> impl Iterator<Item = &str> {
        Column::ALL.iter().map(|column| self.get(*column))
    }

    /// Its id, such as `SYN-0000001`.
    pub fn id(&self) -> &str {
        self.get(Column::ReportId)
    }
}

/// A row while it is being written.
struct Row {
    cells: Vec<Text>,
}

impl Row {
    fn new() -> Self {
        Self { cells: vec![Text::Borrowed(""); Column::ALL.len()] }
    }

    fn set(&mut self, column: Column, value: impl Into<Text>) {
        if let Some(cell) = self.cells.get_mut(column as usize) {
            *cell = value.into();
        }
    }

    fn pack(self) -> SampleReport {
        let mut text = String::with_capacity(self.cells.iter().map(|cell| cell.len()).sum());
        let ends = self
            .cells
            .iter()
            .map(|cell| {
                text.push_str(cell);
                text.len() as u32
            })
            .collect();
        SampleReport { text: text.into_boxed_str(), ends }
    }
}

/// Who writes, and under which numbers.
#[derive(Debug)]
pub(crate) struct Writing<'a> {
    pub agencies: &'a Agencies,
    pub sighting: Sighting,
    /// 0 for the first report of the case.
    pub nth: usize,
    pub report_id: &'a str,
    pub child_ref: String,
    /// The first report's id, when this one was copied from it.
    pub origin: Option<&'a str>,
}

/// What a gap depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Topic {
    Money,
    Images,
    Other,
}

/// The accounts that the row names, and the row.
pub(crate) fn write_down(
    chance: &mut Chance,
    case: &Case,
    writing: &Writing<'_>,
) -> (SampleReport, Vec<String>) {
    let mut writer = Writer { chance, case, entering: writing.sighting.entering, row: Row::new() };
    writer.identity(writing);
    writer.child(writing.nth);
    writer.incident(writing);
    writer.persona();
    let account_ids = writer.selectors();
    writer.money();
    writer.response(writing.sighting.entering);
    writer.text(writing);
    writer.row.set(Column::Synthetic, "true");
    (writer.row.pack(), account_ids)
}

struct Writer<'a> {
    chance: &'a mut Chance,
    case: &'a Case,
    entering: Entering,
    row: Row,
}

impl Writer<'_> {
    /// Writes a value, or leaves it out with probability `p` (tilted by child and agency).
    fn put(&mut self, column: Column, topic: Topic, p: f64, value: impl Into<Text>) {
        if self.left_out(topic, p) {
            let blank = self.chance.pick(&[("", 70.0), ("not-asked", 15.0), ("unknown", 15.0)]);
            self.row.set(column, blank);
        } else {
            self.row.set(column, value);
        }
    }

    fn left_out(&mut self, topic: Topic, p: f64) -> bool {
        let tilt = match (topic, self.case.gender) {
            // Girls' money 1.3 times as often; they are 12 % of those from whom money is demanded.
            (Topic::Money, "girl") => 1.30,
            (Topic::Money, _) => 0.96,
            (Topic::Images, "boy") => 1.15,
            (Topic::Images, _) => 0.73,
            (Topic::Other, _) => 1.0,
        };
        self.chance.yes((p * tilt * self.entering.blanks()).min(0.95))
    }

    fn identity(&mut self, writing: &Writing<'_>) {
        let agency = writing.agencies.list.get(writing.sighting.agency);
        self.row.set(Column::ReportId, writing.report_id.to_owned());
        self.row.set(Column::Agency, agency.map_or("", |a| a.id.as_str()).to_owned());
        self.row.set(Column::ReceivedOn, writing.sighting.day.to_string());
        self.row.set(Column::Area, AREAS.get(self.case.area).map_or("", |area| area.code));
        let route = self.route();
        self.put(Column::DisclosureRoute, Topic::Other, missing::OTHER, route);
        self.put(Column::FirstTold, Topic::Other, missing::OTHER, self.case.first_told);
        self.put(Column::FirstResponder, Topic::Other, 0.04, teller(self.entering));
        if let Some(origin) = writing.origin {
            self.row.set(Column::OriginReference, origin.to_owned());
        }
        self.row.set(Column::ChildRef, writing.child_ref.clone());
    }

    /// How it reached the agency, from who was told first.
    fn route(&mut self) -> &'static str {
        match (self.case.first_told, self.entering) {
            ("friend", _) => "friend-told",
            ("parent", _) => "parent",
            ("sibling", _) => "sibling",
            ("school", Entering::School) => {
                self.chance.pick(&[("child-told-staff", 75.0), ("school-saw", 25.0)])
            }
            ("school", _) => "child-told-staff",
            ("police", _) => "police",
            ("platform", _) => self.chance.pick(&[("platform", 60.0), ("ncmec-nca", 40.0)]),
            ("helpline", _) => self.chance.pick(&[("helpline", 85.0), ("anonymous", 15.0)]),
            (_, Entering::Health) => "gp",
            _ => "discovered-on-device",
        }
    }

    fn child(&mut self, nth: usize) {
        let case = self.case;
        // A second agency sometimes puts the child into the next age band.
        let mut age = case.age_band;
        if nth > 0 && self.chance.yes(0.04) {
            age = match age {
                "7-10" => "11-13",
                "11-13" => "14-15",
                _ => "16-17",
            };
        }
        self.row.set(Column::ChildAgeBand, age);
        self.put(Column::ChildGender, Topic::Other, 0.02, case.gender);
        // 22 % not stated over all; police 31 %, the others 18.5 %.
        let not_stated = match self.entering {
            Entering::Police => 0.31,
            _ => (missing::ETHNICITY_NOT_STATED - 0.28 * 0.31) / 0.72,
        };
        self.row.set(Column::ChildEthnicity, if self.chance.yes(not_stated) { "ns" } else { case.ethnicity });
        self.put(Column::ChildSend, Topic::Other, missing::SEND, case.send);
        self.put(Column::ChildCareStatus, Topic::Other, 0.10, case.care_status);
        let urn_gap = if self.entering == Entering::School { 0.03 } else { 0.38 };
        if !self.chance.yes(urn_gap) {
            self.row.set(Column::ChildEducationUrn, case.urn.clone());
        }
        self.row.set(Column::ChildLgbtq, case.lgbtq);
    }

    fn incident(&mut self, writing: &Writing<'_>) {
        let case = self.case;
        self.put(Column::Motive, Topic::Other, 0.05, case.motive.code());
        self.put(Column::Approach, Topic::Other, missing::OTHER, case.approach);
        let late = |minute: Minute| minute.day() <= writing.sighting.day;
        let moments = [
            (Column::FirstContactAt, case.contact),
            (Column::FirstImageAt, case.image),
            (Column::FirstThreatAt, case.threat),
        ];
        for (column, minute) in moments {
            let topic = if column == Column::FirstImageAt { Topic::Images } else { Topic::Other };
            if column != Column::FirstThreatAt && self.chance.yes(0.10) {
                continue;
            }
            let moment = self.moment(minute, column == Column::FirstContactAt);
            let p = if late(minute) { 0.03 } else { 1.0 };
            self.put(column, topic, p, moment);
        }
        let shift =
            if writing.nth > 0 && self.chance.yes(0.15) { self.chance.between(-2, 0) as i32 } else { 0 };
        let from = self.day_written(case.contact.day().plus(shift), writing.sighting.day);
        let to = self.day_written(case.ended.max(case.contact.day()), writing.sighting.day);
        // Day and month swapped can put the end before the beginning; such a pair would be refused on import.
        let (from, to) = if from <= to { (from, to) } else { (case.contact.day(), case.ended) };
        self.put(Column::HappenedFrom, Topic::Other, 0.05, from.to_string());
        self.put(Column::HappenedTo, Topic::Other, 0.15, to.min(writing.sighting.day).to_string());
        if !self.left_out(Topic::Other, missing::PLATFORM) {
            self.row.set(Column::PlatformFirst, case.platform);
        }
        let moved = if case.moved_to.is_empty() { "not-applicable" } else { case.moved_to };
        self.put(Column::PlatformsMovedTo, Topic::Other, missing::OTHER, moved);
        self.put(Column::Exchange, Topic::Images, missing::EXCHANGE, case.exchange);
        let has_image = case.exchange != "none";
        if has_image {
            self.put(Column::ImageKind, Topic::Images, 0.25, case.image_kind);
            self.put(Column::FaceVisible, Topic::Images, 0.35, yes_no(case.face_visible));
        } else {
            self.row.set(Column::ImageKind, "not-applicable");
        }
        self.put(Column::ThreatTo, Topic::Other, 0.10, case.threat_to.join("|"));
        self.put(Column::ThreatMeans, Topic::Other, 0.30, case.threat_means.join("|"));
        self.put(Column::ThreatDeadline, Topic::Other, 0.35, case.deadline);
        if !self.left_out(Topic::Other, missing::SCRIPT) {
            self.row.set(Column::ScriptId, case.script.clone());
        }
        self.put(Column::LeakStatus, Topic::Other, missing::OTHER, case.leak);
        self.put(Column::OthersAtRisk, Topic::Other, 0.15, case.others_at_risk);
    }

    /// A time as exactly as it is remembered: 60 % to the minute, else the hour, the day, or (8 %) a weekday only.
    fn moment(&mut self, minute: Minute, may_be_weekday: bool) -> String {
        let day = minute.day();
        let (hour, of_hour) = minute.clock();
        let weekday_only = if may_be_weekday { 0.08 } else { 0.03 };
        let to_minute = 1.0 - missing::MINUTE;
        match self.chance.pick(&[(0_u8, to_minute), (1, 0.10), (2, 0.30 - weekday_only), (3, weekday_only)]) {
            0 => format!("{day}T{hour:02}:{of_hour:02}"),
            1 => format!("{day}T{hour:02}"),
            2 => day.to_string(),
            _ => {
                let (year, month, _) = day.civil();
                format!("{year:04}-{month:02}")
            }
        }
    }

    /// A day as written: sometimes with day and month swapped, where that is a day not after the report.
    fn day_written(&mut self, day: Day, reported: Day) -> Day {
        let (year, month, of_month) = day.civil();
        let swapped = Day::from_civil(year, of_month.min(12), month);
        let can_swap = of_month <= 12 && of_month != month && swapped <= reported;
        if can_swap && self.chance.yes(0.08) { swapped } else { day }
    }

    fn persona(&mut self) {
        let persona = &self.case.persona;
        self.put(Column::PersonaClaimedGender, Topic::Other, 0.15, persona.gender);
        if !self.left_out(Topic::Other, 0.30) {
            self.row.set(Column::PersonaClaimedAge, persona.age.to_string());
        }
        self.put(Column::PersonaClaimedRole, Topic::Other, 0.30, persona.role);
        self.put(Column::Suspect, Topic::Other, 0.06, self.case.suspect);
        self.put(Column::Relationship, Topic::Other, 0.10, self.case.relationship);
    }

    /// Handles, names, numbers and payees. 18 % name no account, 20 % a display name only.
    fn selectors(&mut self) -> Vec<String> {
        let case = self.case;
        let account_gap = missing::FIRST_ACCOUNT * self.entering.blanks();
        let named = self.chance.pick(&[(0_u8, account_gap), (1, 0.20), (2, 0.80 - account_gap)]);
        let mut account_ids = Vec::new();
        if named == 2 {
            let mut written = Vec::new();
            let bare_platform =
                self.row.cells.get(Column::PlatformFirst as usize).cloned().unwrap_or_default();
            for (nth, account) in case.accounts.iter().enumerate() {
                if nth > 0 && self.chance.yes(0.35) {
                    continue;
                }
                let name = if self.chance.yes(0.14) {
                    handle::miswritten(self.chance, &account.handle)
                } else {
                    account.handle.clone()
                };
                let bare = account.platform == "unknown"
                    || (nth == 0
                        && (bare_platform == account.platform || bare_platform.is_empty())
                        && self.chance.yes(0.5));
                written.push(if bare { name } else { format!("{}:{name}", account.platform) });
                account_ids.push(account.id.clone());
            }
            self.row.set(Column::Handles, written.join("|"));
        }
        if named == 1 || (named == 2 && self.chance.yes(0.25)) {
            self.row.set(Column::DisplayNames, case.persona.display_name.clone());
        }
        if let Some(phone) = &case.phone {
            let written = reserved::written_phone(self.chance, phone);
            self.row.set(Column::Phones, written);
        }
        if let Some(email) = &case.email {
            let written = reserved::written_email(self.chance, email);
            self.row.set(Column::Emails, written);
        }
        let mut urls: Vec<String> = case.url.iter().cloned().collect();
        if case.payee_certain || !self.left_out(Topic::Money, missing::PAYEE) {
            let mut tags = Vec::new();
            for payee in &case.payees {
                match &payee.selector {
                    PayeeSelector::Bank(account) => self.row.set(Column::PaymentAccounts, account.clone()),
                    PayeeSelector::Iban(iban) => self.row.set(Column::Ibans, iban.clone()),
                    PayeeSelector::Tag(tag) => tags.push(tag.clone()),
                    PayeeSelector::Wallet(wallet) => self.row.set(Column::Wallets, wallet.clone()),
                    PayeeSelector::Url(url) => urls.push(url.clone()),
                    PayeeSelector::Nothing => {}
                }
            }
            self.row.set(Column::PaymentTags, tags.join("|"));
        }
        self.row.set(Column::Urls, urls.join("|"));
        account_ids
    }

    fn money(&mut self) {
        const DEMANDS: [[Column; 4]; 2] = [
            [Column::Demand1Kind, Column::Demand1Amount, Column::Demand1Currency, Column::Demand1Method],
            [Column::Demand2Kind, Column::Demand2Amount, Column::Demand2Currency, Column::Demand2Method],
        ];
        const PAYMENTS: [[Column; 6]; 3] = [
            [
                Column::Payment1Amount,
                Column::Payment1Currency,
                Column::Payment1Method,
                Column::Payment1Owner,
                Column::Payment1Aware,
                Column::Payment1On,
            ],
            [
                Column::Payment2Amount,
                Column::Payment2Currency,
                Column::Payment2Method,
                Column::Payment2Owner,
                Column::Payment2Aware,
                Column::Payment2On,
            ],
            [
                Column::Payment3Amount,
                Column::Payment3Currency,
                Column::Payment3Method,
                Column::Payment3Owner,
                Column::Payment3Aware,
                Column::Payment3On,
            ],
        ];
        let case = self.case;
        let sum_left_out = self.left_out(Topic::Money, missing::AMOUNT);
        for (demand, [kind, amount, currency, method]) in case.demands.iter().zip(DEMANDS) {
            self.row.set(kind, demand.kind);
            if let Some(sum) = demand.amount.filter(|_| !sum_left_out) {
                self.row.set(amount, sum.to_string());
                self.row.set(currency, demand.currency);
            }
            if is_money(demand.kind) {
                self.put(method, Topic::Money, 0.15, demand.method);
            }
        }
        for (payment, columns) in case.payments.iter().zip(PAYMENTS) {
            let [amount, currency, method, owner, aware, on] = columns;
            if !self.left_out(Topic::Money, missing::AMOUNT) {
                self.row.set(amount, payment.amount.to_string());
                self.row.set(currency, payment.currency);
            }
            self.row.set(method, payment.method);
            self.put(owner, Topic::Other, 0.06, payment.owner);
            self.row.set(aware, payment.aware);
            self.put(on, Topic::Money, 0.20, payment.on.to_string());
        }
        self.put(Column::Debt, Topic::Money, 0.25, case.debt);
        self.put(Column::DebtBondage, Topic::Other, 0.20, yes_no(case.debt_bondage));
        if !case.payments.is_empty() {
            self.put(Column::ContinuedAfterPayment, Topic::Other, missing::OTHER, case.continued);
            self.put(Column::Recovered, Topic::Other, missing::OTHER, case.recovered);
        }
    }

    fn response(&mut self, entering: Entering) {
        let case = self.case;
        self.row.set(Column::SuicideRisk, case.suicide_risk);
        let police = matches!(entering, Entering::Police | Entering::NationalDesk);
        let handling = if police {
            self.chance.pick(&[("police-only", 70.0), ("not-viewed", 30.0)])
        } else {
            self.chance.pick(&[("not-viewed", 88.0), ("accidental", 6.0), ("lead-decided", 6.0)])
        };
        self.put(Column::ImageryHandling, Topic::Images, 0.15, handling);
        self.put(Column::ParentsInformed, Topic::Other, missing::OTHER, case.parents);
        self.put(Column::AccountRemoved, Topic::Other, 0.25, yes_no(case.account_removed));
        if !self.left_out(Topic::Other, 0.30) {
            self.row.set(Column::SupportWeeks, case.support_weeks.to_string());
        }
        if entering == Entering::Police {
            self.row.set(Column::OutcomeCode, case.outcome);
        }
    }

    fn text(&mut self, writing: &Writing<'_>) {
        let case = self.case;
        if self.chance.yes(0.60) {
            let voice = words::child_voice(self.chance);
            self.row.set(Column::ChildVoice, voice);
        }
        if !self.chance.yes(0.88) {
            return;
        }
        let written = |column: Column| self.row.cells.get(column as usize).map_or("", |cell| cell.as_ref());
        let weekday_only =
            written(Column::FirstContactAt).len() == 7 && written(Column::FirstContactAt) != "unknown";
        let platform_known = !written(Column::PlatformFirst).is_empty();
        let asked =
            written(Column::Demand1Amount).parse().ok().filter(|_| written(Column::Demand1Currency) == "GBP");
        let claimed_age = written(Column::PersonaClaimedAge).parse().ok();
        let mentions = Mentions {
            teller: teller(self.entering),
            gender: case.gender,
            platform: if platform_known { case.platform } else { "" },
            moved_to: case.moved_to,
            claimed_age,
            asked,
            payer: case.payments.first().map_or("", |payment| payment.owner),
            weekday: weekday_only.then(|| case.contact.day().weekday()),
            school_year: case.school_year,
            origin: writing.origin,
        };
        let notes = words::notes(self.chance, mentions);
        self.row.set(Column::Notes, notes);
    }
}

/// The word for the agency that was told.
const fn teller(entering: Entering) -> &'static str {
    match entering {
        Entering::School => "school",
        Entering::Police => "police",
        Entering::SocialCare => "social-care",
        Entering::Youth => "youth-service",
        Entering::Health => "health",
        Entering::Charity => "charity",
        Entering::NationalDesk => "ceop",
    }
}

const fn yes_no(yes: bool) -> &'static str {
    if yes { "yes" } else { "no" }
}

/// Share of reports in the last thirty days before `until`, from the volume tables.
pub(crate) fn recent_share(days: impl Iterator<Item = Day>, until: Day) -> f64 {
    let (mut recent, mut all) = (0_u32, 0_u32);
    for day in days {
        all += 1;
        recent += u32::from(day > until.plus(-30));
    }
    f64::from(recent) / f64::from(all.max(1)).max(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_packed_row_gives_back_its_cells() {
        let mut row = Row::new();
        row.set(Column::ReportId, "SYN-0000001");
        row.set(Column::Notes, "Zwölf Boxkämpfer".to_owned());
        row.set(Column::Synthetic, "true");
        let report = row.pack();
        assert_eq!(report.id(), "SYN-0000001");
        assert_eq!(report.get(Column::Notes), "Zwölf Boxkämpfer");
        assert_eq!(report.get(Column::Agency), "");
        assert_eq!(report.cells().last(), Some("true"));
        assert_eq!(report.cells().count(), 87);
    }

    #[test]
    fn tables_name_every_owner_as_the_template_does() {
        for (owner, _) in crate::tables::PAYMENT_OWNER {
            assert!(
                ["child", "parent", "sibling", "grandparent", "friend", "school", "unknown"].contains(owner)
            );
        }
    }
}
