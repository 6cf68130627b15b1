//! An empty database becomes an invented region: agencies, people who can sign in, and their reports.
//!
//! Everything is written in one transaction: a fill that is interrupted leaves the database empty. The reports go the
//! way every file goes (`daymark_web::intake`); one agency's are left out and written to a file, to be imported by hand.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use daymark_access::{Record, Staff, may, verb};
use daymark_exchange::reports::{Mapping, Template, read_csv};
use daymark_sample::people::{self, SampleMember};
use daymark_sample::{Plan, Region, SampleAgency, Scenario};
use daymark_store::agency::{self, Agency};
use daymark_store::audit::Entry;
use daymark_store::import_batch;
use daymark_store::member::{self, Invitation, Invited};
use daymark_store::{Tx, setting};
use daymark_vocab::{AgencyId, MemberId, Private, Role};
use daymark_web::App;
use daymark_web::edge::second_factor::SAMPLE_SECRET;
use daymark_web::intake::{self, BroughtBy};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use sha2::{Digest, Sha256};

use crate::place;

/// Everybody's password in the invented region: no secret, and only ever there.
pub const PASSWORD: &str = "invented-heron-lantern-brook";

/// The setting that says that a database is the invented region.
pub const SETTING: &str = "sample";

/// Whose reports are left to be imported by hand.
const BY_HAND: &str = "west-yorkshire-police";

const SEED: u64 = 7;

/// How many of an agency's newest cases somebody works on.
const N_AT_WORK: usize = 40;

/// What was filled in.
#[derive(Debug)]
pub struct Filled {
    /// Reports that became cases.
    pub n_reports: usize,
    /// Agencies.
    pub n_agencies: usize,
    /// Who can sign in: one of each role, and the lead of each other agency.
    pub sign_ins: Vec<SignIn>,
    /// The reports to import by hand.
    pub file: PathBuf,
    /// Who may import them.
    pub importer: String,
}

/// Somebody who can sign in.
#[derive(Debug)]
pub struct SignIn {
    /// The address.
    pub address: String,
    /// What they do.
    pub role: String,
    /// Where.
    pub agency: String,
}

/// Fills the database of `app`, which must be empty.
///
/// # Errors
/// When it holds anything, or cannot be written.
pub async fn fill(app: &App, data: &Path, n_reports: usize) -> anyhow::Result<Filled> {
    let mut tx = app.store.read("is the database empty").await?;
    let anything = !agency::all(&mut tx).await?.is_empty() || setting::get(&mut tx, SETTING).await?.is_some();
    drop(tx);
    if anything {
        bail!(
            "the database holds something already: start without --sample, or name an empty folder with --data"
        );
    }
    let now = app.clock.now();
    let today = TimeZone::UTC.to_datetime(now).date();
    let until = today.checked_sub(1.day()).context("yesterday")?;
    let region =
        daymark_sample::invent(&Plan { n_reports, seed: SEED, scenario: Scenario::NorthYorkshire, until });
    let mut files = BTreeMap::new();
    for agency in &region.agencies {
        let mut csv = Vec::new();
        daymark_sample::write_reports_of(&region, agency.id.as_str(), &mut csv)?;
        files.insert(agency.id.clone(), csv);
    }
    let file = write_by_hand(data, &files)?;
    let hash = app.passwords.hash(Private::new(PASSWORD.to_owned()), app.random()?).await?;

    let members = people::members();
    let mut filling =
        Filling { tx: app.store.write("fill the sample region").await?, app, now, staff: BTreeMap::new() };
    filling.agencies(&region).await?;
    filling.members(&region, &members, &hash).await?;
    let template = intake::template(&app.content)?;
    let mut n_opened = 0;
    for (agency, csv) in files.iter().filter(|(agency, _)| agency.as_str() != BY_HAND) {
        n_opened += filling.reports(&region, agency, csv, &template).await?;
    }
    setting::set(&mut filling.tx, SETTING, "yes").await?;
    filling.tx.commit().await?;
    Ok(Filled {
        n_reports: n_opened,
        n_agencies: region.agencies.len(),
        sign_ins: sign_ins(&region, &members),
        file,
        importer: importer(&members),
    })
}

/// Writes the one agency's file; it appears whole or not at all.
fn write_by_hand(data: &Path, files: &BTreeMap<AgencyId, Vec<u8>>) -> anyhow::Result<PathBuf> {
    let folder = data.join("sample");
    fs::create_dir_all(&folder).with_context(|| format!("cannot make `{}`", folder.display()))?;
    let file = folder.join(format!("{BY_HAND}.csv"));
    let csv = files.iter().find(|(agency, _)| agency.as_str() == BY_HAND).map(|(_, csv)| csv);
    let beside = file.with_extension("csv.being-written");
    fs::write(&beside, csv.context("the agency whose reports are imported by hand")?)?;
    fs::rename(&beside, &file).with_context(|| format!("cannot write `{}`", file.display()))?;
    Ok(file)
}

/// The transaction that fills, and who acts in it.
struct Filling<'a> {
    tx: Tx,
    app: &'a App,
    now: Timestamp,
    /// For each agency with people: who imports, and who works on cases.
    staff: BTreeMap<AgencyId, Vec<(Role, MemberId)>>,
}

impl Filling<'_> {
    async fn agencies(&mut self, region: &Region) -> anyhow::Result<()> {
        let mut taken = BTreeSet::new();
        for (n, sample) in region.agencies.iter().enumerate() {
            let agency = Agency {
                id: sample.id.clone(),
                name: sample.name.clone(),
                kind: sample.kind,
                area: sample.area.clone(),
                prefix: prefix(&sample.id, &mut taken),
                contact: format!("Safeguarding desk, 01632 960{:03}", n % 1000),
            };
            agency::add(&mut self.tx, &agency, self.now).await?;
        }
        Ok(())
    }

    async fn members(&mut self, region: &Region, members: &[SampleMember], hash: &str) -> anyhow::Result<()> {
        let here = members.iter().filter(|one| region.agencies.iter().any(|agency| agency.id == one.agency));
        for sample in here {
            let by = Entry {
                agency: sample.agency.clone(),
                member: None,
                at: self.now,
                verb: "invite-member",
                subject_kind: "Member",
                subject_agency: sample.agency.clone(),
                subject_id: String::new(),
                policies: "operator".to_owned(),
                detail: String::new(),
            };
            let (name, sign_in) =
                (Private::new(sample.name.to_owned()), Private::new(sample.sign_in.clone()));
            let roles: BTreeSet<Role> = sample.roles.iter().copied().collect();
            let token = data_encoding::BASE64URL_NOPAD.encode(&self.app.random::<32>()?);
            let invitation = Invitation {
                agency: &sample.agency,
                name: &name,
                sign_in: &sign_in,
                roles: &roles,
                token: &token,
                expires_at: self.now + SignedDuration::from_hours(1),
            };
            let Invited::Invited(id) = member::invite(&mut self.tx, &by, &invitation, self.now).await? else {
                bail!("two sample members of one agency have one address");
            };
            let found = member::find(&mut self.tx, &sample.agency, &id).await?;
            let found = found.context("a member who was invited")?;
            let secret = Private::new(SAMPLE_SECRET.to_vec());
            member::accept(&mut self.tx, &found, hash, &secret, &[], self.now).await?;
            let staff = self.staff.entry(sample.agency.clone()).or_default();
            staff.extend(roles.iter().map(|role| (*role, id.clone())));
        }
        Ok(())
    }

    /// Imports one agency's reports: how many.
    async fn reports(
        &mut self,
        region: &Region,
        agency: &AgencyId,
        csv: &[u8],
        template: &Template,
    ) -> anyhow::Result<usize> {
        let sample = region.agencies.iter().find(|one| one.id == *agency).context("an agency")?;
        let who = self.importer(sample)?;
        let read = read_csv(csv, template, &Mapping::default());
        let by = BroughtBy { agency: agency.clone(), member: who.member.clone(), at: self.now };
        let mut ready = intake::ready(&self.app.content, &read.reports, &by);
        // An agency without a single report has a file of headings alone.
        if ready.rows.is_empty() {
            return Ok(0);
        }
        if let Some(problem) = read.problems.iter().chain(&ready.problems).next() {
            bail!("an invented report cannot be imported: {agency}:{problem}");
        }
        self.put_to_work(agency, &mut ready.rows);
        let grant = may::<verb::ImportReports>(&who, &Record::agency(agency.clone()), self.now)
            .ok()
            .context("the rules let nobody import")?;
        let digest: [u8; 32] = Sha256::digest(csv).into();
        let version = self.app.content.version().to_owned();
        let done = import_batch::import(&mut self.tx, &grant, digest, ready.rows, &version, self.now).await?;
        Ok(done.opened.len())
    }

    fn with_role(&self, agency: &AgencyId, role: Role) -> Option<MemberId> {
        let staff = self.staff.get(agency)?;
        staff.iter().find(|(has, _)| *has == role).map(|(_, member)| member.clone())
    }

    /// The agency's safeguarding lead; the operator where it has no people.
    fn importer(&self, sample: &SampleAgency) -> anyhow::Result<Staff> {
        let agency = Agency {
            id: sample.id.clone(),
            name: sample.name.clone(),
            kind: sample.kind,
            area: sample.area.clone(),
            prefix: String::new(),
            contact: String::new(),
        };
        let operator = place::operator(&agency)?;
        let lead = self.with_role(&sample.id, Role::SafeguardingLead);
        Ok(Staff { member: lead.unwrap_or_else(|| operator.member.clone()), ..operator })
    }

    /// Gives the newest cases to the lead and the practitioner, with a day to look again.
    fn put_to_work(&self, agency: &AgencyId, rows: &mut [import_batch::NewRow]) {
        let workers = [Role::Practitioner, Role::SafeguardingLead].map(|role| self.with_role(agency, role));
        let today = TimeZone::UTC.to_datetime(self.now).date();
        for (n, row) in rows.iter_mut().rev().take(N_AT_WORK).enumerate() {
            let Some(worker) = workers.get(n % 2).cloned().flatten() else { return };
            let days = i64::try_from(n % 21).unwrap_or(0) - 3;
            row.case.lead = Some(worker);
            row.case.next_check_on = today.checked_add(days.days()).ok();
        }
    }
}

/// The letters before an agency's case numbers: the initials of its id, made longer until nobody else has them.
fn prefix(id: &AgencyId, taken: &mut BTreeSet<String>) -> String {
    let words: Vec<&str> = id.as_str().split('-').collect();
    let longest = words.iter().map(|word| word.len()).max().unwrap_or(1);
    let candidates = (1..=longest).map(|n| {
        let parts = words.iter().enumerate().map(|(at, word)| word.get(..if at == 0 { n } else { 1 }));
        parts.flatten().collect::<String>().to_uppercase()
    });
    let numbered = (2..).map(|n| format!("{}{n}", words.concat().to_uppercase()));
    let free = candidates.chain(numbered).find(|candidate| !taken.contains(candidate));
    let prefix = free.unwrap_or_default();
    taken.insert(prefix.clone());
    prefix
}

/// One of each role in the first agency, and the lead of each other.
fn sign_ins(region: &Region, members: &[SampleMember]) -> Vec<SignIn> {
    let first = members.first().map(|member| &member.agency);
    let name = |id: &AgencyId| {
        region.agencies.iter().find(|agency| agency.id == *id).map_or_else(String::new, |a| a.name.clone())
    };
    members
        .iter()
        .filter(|one| Some(&one.agency) == first || one.roles.contains(&Role::SafeguardingLead))
        .map(|one| SignIn {
            address: one.sign_in.clone(),
            role: one.roles.iter().map(|role| role.label()).collect::<Vec<_>>().join(", "),
            agency: name(&one.agency),
        })
        .collect()
}

fn importer(members: &[SampleMember]) -> String {
    let lead = members
        .iter()
        .find(|one| one.agency.as_str() == BY_HAND && one.roles.contains(&Role::SafeguardingLead));
    lead.map_or_else(String::new, |one| one.sign_in.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_are_initials_and_never_twice() {
        let mut taken = BTreeSet::new();
        let of = |id: &str, taken: &mut BTreeSet<String>| prefix(&id.parse().unwrap(), taken);
        assert_eq!(of("north-yorkshire-police", &mut taken), "NYP");
        assert_eq!(of("cleveland-police", &mut taken), "CP");
        assert_eq!(of("cumbria-police", &mut taken), "CUP");
        assert_eq!(of("cumbria-prison", &mut taken), "CUMP");
    }
}
