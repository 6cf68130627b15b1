//! Records of every kind in every relation to a school's people: their own, another agency's, and none at all.

use std::collections::BTreeMap;

use daymark_access::{Action, Decision, Record, Refusal, ResourceKind, Scope, decide, scope_for_list};
use daymark_store::agency::{self, Agency};
use daymark_store::draft::{self, DraftOf};
use daymark_store::link::{self, Changes, Found, Link, NewPool};
use daymark_store::{case_file, member, referral};
use daymark_vocab::{
    AgencyKind, CaseId, Clock, EntityId, EntityKind, FlagId, MemberId, OsEntropy, PoolId, Private,
    ReferralId, Role,
};

use super::{POLICE, SCHOOL, TestApp, Visitor, cases};
use crate::facts;

/// A third agency, in another area; nobody of the tests works there.
pub const COUNCIL: &str = "coastal-council";
const REASON: &str = "They hold the same account in another case.";
/// A handle that stands in another agency's case alone: it must meet nobody of the school who was refused.
pub const CANARY: &str = "zz_syn_canary";

/// The records, each by its relation to the school.
pub struct World {
    /// The application.
    pub app: TestApp,
    cases: BTreeMap<&'static str, CaseId>,
    children: BTreeMap<&'static str, String>,
    incidents: BTreeMap<&'static str, String>,
    pools: BTreeMap<&'static str, PoolId>,
    referrals: BTreeMap<&'static str, ReferralId>,
    members: BTreeMap<&'static str, MemberId>,
    flags: BTreeMap<&'static str, FlagId>,
    drafts: BTreeMap<&'static str, String>,
    /// A second case of the other agency.
    third: CaseId,
}

/// What is to be answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Expected {
    /// It is shown or done; or, for a form that somebody sent before, said to be done already.
    Done,
    /// As if it were not there.
    NotFound,
    /// Refused, with reasons or as if it were not there.
    Refused,
    /// Only after proving again that it is they.
    StepUp,
}

impl World {
    /// Makes all of it.
    pub async fn new() -> Self {
        let app = TestApp::new().await;
        add_council(&app).await;
        let (school, police) = (app.lead().await, app.visitor(POLICE, Role::SafeguardingLead).await);
        let own = cases::open(&app, &school, "zz_syn_own").await.id;
        let assigned = cases::open(&app, &school, "zz_syn_assigned").await.id;
        let other = cases::open(&app, &police, CANARY).await.id;
        let third = cases::open(&app, &police, "zz_syn_third").await.id;
        // Two accounts to pay into, each in three areas: the school has a case with the first one only.
        for (account, first) in [("00-00-00 12345678", &school), ("00-00-00 87654321", &police)] {
            for (area, visitor) in [("E23000009", first), ("E23000013", &police), ("E23000003", &police)] {
                cases::open_in(&app, visitor, area, &[("bank-account", account)]).await;
            }
        }
        assign_to_practitioner(&app, &school, &assigned).await;
        app.app.matching.refresh(&app.app).await.unwrap();
        app.app.trends.refresh(&app.app).await.unwrap();
        let absent = CaseId::random(&OsEntropy).unwrap();
        let cases =
            BTreeMap::from([("own", own), ("own-assigned", assigned), ("other", other), ("absent", absent)]);
        let mut world = Self {
            app,
            cases,
            children: BTreeMap::new(),
            incidents: BTreeMap::new(),
            pools: BTreeMap::new(),
            referrals: BTreeMap::new(),
            members: BTreeMap::new(),
            flags: BTreeMap::new(),
            drafts: BTreeMap::new(),
            third,
        };
        world.link().await;
        world.find_children(&school, &police).await;
        world.ask_and_refer(&school, &police).await;
        world.find_members_and_flags().await;
        let practitioner = world.app.visitor(SCHOOL, Role::Practitioner).await;
        for (relation, visitor) in
            [("colleague", &school), ("practitioner", &practitioner), ("other", &police)]
        {
            let draft = start_draft(visitor).await;
            world.drafts.insert(relation, draft);
        }
        world.drafts.insert("absent", "absent".to_owned());
        world
    }

    /// Links of both own cases with the other agency's, and a pool with and without the school.
    async fn link(&mut self) {
        for (relation, id) in [("own", "pown"), ("other", "pother"), ("absent", "pabsent")] {
            self.pools.insert(relation, id.parse().unwrap());
        }
        self.link_again().await;
    }

    /// The same links and pools: a judgement made the pools anew that it touched.
    async fn link_again(&self) {
        let of = |relation: &str| (POLICE.parse().unwrap(), self.cases[relation].clone());
        let mine = |relation: &str| (SCHOOL.parse().unwrap(), self.cases[relation].clone());
        let link = |relation: &str| Link {
            left: of("other"),
            right: mine(relation),
            match_weight: 9.0,
            match_probability: 0.998,
        };
        let day = "2026-11-20".parse().unwrap();
        let pool = |relation: &str, cases| NewPool {
            id: self.pools[relation].clone(),
            n_reports: 2,
            cases,
            first_seen: day,
            last_seen: day,
            n_last_28_days: 2,
        };
        let theirs = vec![of("other"), (POLICE.parse().unwrap(), self.third.clone())];
        let found = Found {
            links: vec![link("own"), link("own-assigned")],
            pools: vec![pool("own", vec![mine("own"), mine("own-assigned")]), pool("other", theirs)],
        };
        let mut tx = self.app.app.store.write("links for the matrix").await.unwrap();
        let changes = Changes::between(&link::kept(&mut tx).await.unwrap(), &found.into());
        link::apply(&mut tx, changes, self.app.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn find_children(&mut self, school: &Visitor, police: &Visitor) {
        let now = self.app.clock.now();
        for (relation, visitor) in [("own", school), ("own-assigned", school), ("other", police)] {
            let mut tx = self.app.app.store.write("find a child").await.unwrap();
            let record = facts::about_case(&mut tx, &self.cases[relation]).await.unwrap();
            let staff = visitor.staff.as_ref().unwrap();
            let grant = daymark_access::may::<daymark_access::verb::ReadCase>(staff, &record, now).unwrap();
            let case = case_file::read(&mut tx, &grant, now).await.unwrap().unwrap();
            let first = |kind| case.entities.iter().find(|one| one.kind == kind).unwrap().id.to_string();
            self.children.insert(relation, first(EntityKind::Child));
            self.incidents.insert(relation, first(EntityKind::Incident));
        }
        self.children.insert("absent", self.children["own"].clone());
        self.incidents.insert("absent", self.incidents["own"].clone());
    }

    /// Requests to see both own cases; a referral sent, one received, and one that the school has no part in.
    async fn ask_and_refer(&mut self, school: &Visitor, police: &Visitor) {
        let other = &self.cases["other"];
        for relation in ["own", "own-assigned"] {
            let path = format!("/cases/{other}/links/{}/ask", self.cases[relation]);
            let asked = police.post(&path, &[("reason", "We want to protect both children together.")]).await;
            assert_eq!(asked.status, 303, "{}", asked.body);
        }
        for (relation, visitor, case, to) in [
            ("sent", school, &self.cases["own"], POLICE),
            ("received", police, &self.third, SCHOOL),
            ("other", police, other, COUNCIL),
        ] {
            let path = format!("/cases/{case}/refer");
            let sent = visitor.post(&path, &[("to", to), ("reason", REASON)]).await;
            let at = sent.location.unwrap_or_else(|| panic!("{relation}: {}", sent.body));
            self.referrals.insert(relation, at.strip_prefix("/referrals/").unwrap().parse().unwrap());
        }
        self.referrals.insert("absent", "absent".parse().unwrap());
    }

    async fn find_members_and_flags(&mut self) {
        let administrator = self.app.visitor(SCHOOL, Role::AgencyAdministrator).await;
        let fields = [("name", "New Colleague"), ("email", "new@example.org"), ("roles", "practitioner")];
        assert_eq!(administrator.post("/people/invite", &fields).await.status, 200);
        let mut tx = self.app.app.store.read("find members").await.unwrap();
        for (relation, address) in [("own", "new@example.org"), ("other", "trainer@dales-police.example.org")]
        {
            let found = member::by_sign_in(&mut tx, address).await.unwrap().remove(0).member;
            self.members.insert(relation, found.id);
        }
        self.members.insert("absent", "absent".parse().unwrap());
        let trends = self.app.app.trends.current().unwrap();
        let school = SCHOOL.parse().unwrap();
        for flag in &trends.flags {
            let relation = if flag.agencies.contains(&school) { "own" } else { "other" };
            self.flags.insert(relation, flag.id.clone());
        }
        self.flags.insert("absent", "f00".parse().unwrap());
        assert_eq!(self.flags.len(), 3, "a flag of the school's figures, one of others'");
    }

    /// One visitor of the school for each role.
    pub async fn visitors(&self) -> Vec<(Role, Visitor)> {
        let mut visitors = Vec::new();
        for role in Role::ALL {
            visitors.push((*role, self.app.visitor(SCHOOL, *role).await));
        }
        visitors
    }

    /// The relations in which the school's people can stand to the record of this path.
    pub fn relations(&self, path: &str) -> Vec<&'static str> {
        match path {
            _ if path.contains("{case}") => self.cases.keys().copied().collect(),
            _ if path.contains("{pool}") => self.pools.keys().copied().collect(),
            _ if path.contains("{member}") => self.members.keys().copied().collect(),
            _ if path.contains("{id}") => self.referrals.keys().copied().collect(),
            _ if path.contains("{flag}") => self.flags.keys().copied().collect(),
            _ if path.contains("{draft}") => vec!["own", "colleague", "other", "absent"],
            _ if path.contains("{unsent}") => vec!["own", "absent"],
            _ => vec!["-"],
        }
    }

    /// The path with its variables filled by records in this relation.
    pub async fn path(&self, visitor: &Visitor, role: Role, path: &str, relation: &str) -> String {
        if path.contains("{pool}") {
            self.link_again().await;
        }
        let mut filled = Vec::new();
        for part in path.split('/') {
            filled.push(match part {
                "{case}" => self.cases[relation].to_string(),
                "{other}" => self.cases["other"].to_string(),
                "{agency}" => POLICE.to_owned(),
                "{entity}" | "{party}" => self.children[relation].clone(),
                "{incident}" => self.incidents[relation].clone(),
                "{unsent}" if relation == "own" => self.send_too_late(visitor).await,
                "{field}" => "child.age_band".to_owned(),
                "{kind}" => "payment".to_owned(),
                "{pool}" => self.pools[relation].to_string(),
                "{member}" => self.members[relation].to_string(),
                "{id}" => self.referrals[relation].to_string(),
                "{flag}" => self.flags[relation].to_string(),
                "{step}" => "demand".to_owned(),
                "{item}" => "1".to_owned(),
                "{draft}" if relation == "own" && may_record(role) => start_draft(visitor).await,
                "{draft}" if relation == "own" => self.drafts["colleague"].clone(),
                // The lead's colleague is somebody else.
                "{draft}" if relation == "colleague" && role == Role::SafeguardingLead => {
                    self.drafts["practitioner"].clone()
                }
                "{draft}" => self.drafts[relation].clone(),
                part if part.starts_with('{') => "absent".to_owned(),
                part => part.to_owned(),
            });
        }
        filled.join("/")
    }

    /// A form that this visitor sent after the time-out; its id.
    async fn send_too_late(&self, visitor: &Visitor) -> String {
        let staff = visitor.staff.as_ref().unwrap();
        let id = EntityId::random(&OsEntropy).unwrap().to_string();
        let of = DraftOf { agency: &staff.agency, member: &staff.member, form: "unsent", subject: &id };
        let body = r#"{"version":1,"path":"/pools/absent/next","fields":[["action","strategy-meeting"]]}"#;
        let mut tx = self.app.app.store.write("keep a form").await.unwrap();
        draft::save(&mut tx, of, &Private::new(body.to_owned()), self.app.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
        id
    }

    /// What the rules say of these verbs (one that permits is enough) about the record in this relation.
    pub async fn expected(
        &self,
        visitor: &Visitor,
        path: &str,
        actions: &[Action],
        relation: &str,
    ) -> Expected {
        if path.contains("{pool}") {
            self.link_again().await;
        }
        let mut expected = Expected::NotFound;
        for action in actions {
            expected = self.expected_of(visitor, path, *action, relation).await;
            if expected == Expected::Done {
                break;
            }
        }
        expected
    }

    async fn expected_of(&self, visitor: &Visitor, path: &str, action: Action, relation: &str) -> Expected {
        let staff = visitor.staff.as_ref().unwrap();
        if matches!(
            action,
            Action::ListCases
                | Action::ListCasesCoarse
                | Action::ListPools
                | Action::ListReferrals
                | Action::ReadTrendCases
        ) {
            let nothing = scope_for_list(staff, action) == Scope::None;
            return if nothing { Expected::Refused } else { Expected::Done };
        }
        let Some(record) = self.record(visitor, action, relation).await else { return Expected::NotFound };
        let expected = match decide(staff, action, &record, self.app.clock.now()) {
            Decision::Permitted(_) => Expected::Done,
            Decision::Refused(Refusal::NotFound | Refusal::SignInFirst) => Expected::NotFound,
            Decision::Refused(Refusal::Forbidden { step_up_would_do: true, .. }) => Expected::StepUp,
            Decision::Refused(Refusal::Forbidden { .. }) => Expected::Refused,
        };
        // A draft is its writer's own, whatever others of the agency may do.
        let is_a_draft = path.contains("{draft}") || path.contains("{unsent}");
        let is_anothers_draft = is_a_draft && relation != "own";
        if expected == Expected::Done && is_anothers_draft { Expected::NotFound } else { expected }
    }

    /// The facts about the record, as the store has them; `None` where there can be no such record.
    async fn record(&self, visitor: &Visitor, action: Action, relation: &str) -> Option<Record> {
        let staff = visitor.staff.as_ref().unwrap();
        let mut tx = self.app.app.store.write("facts").await.unwrap();
        let other = facts::about_case(&mut tx, &self.cases["other"]).await.unwrap();
        let case = match self.cases.get(relation) {
            Some(case) => facts::about_case(&mut tx, case).await.unwrap(),
            None => other.clone(),
        };
        let agency_of = |relation: &str| if relation == "own" { SCHOOL } else { POLICE }.parse().unwrap();
        Some(match action.kind() {
            ResourceKind::System => Record::system(),
            ResourceKind::Agency => Record::agency(staff.agency.clone()),
            ResourceKind::Audit => Record::audit(staff.agency.clone()),
            // One asks to see the case at the other end of the link.
            ResourceKind::Case if action == Action::AskToSee => other,
            ResourceKind::Case if action == Action::OpenReferral => case.refer_to(POLICE.parse().unwrap()),
            ResourceKind::Case => case,
            ResourceKind::Link => Record::link(&case, &other)?,
            ResourceKind::Pool => facts::about_pool(&mut tx, &self.pools[relation]).await.unwrap(),
            ResourceKind::Referral => referral::facts(&mut tx, &self.referrals[relation]).await.unwrap(),
            ResourceKind::Member
                if relation == "-" || matches!(action, Action::ViewOwnAccount | Action::ChangeOwnAccount) =>
            {
                Record::member(staff.member.clone(), staff.agency.clone())
            }
            ResourceKind::Member if relation == "absent" => Record::absent(&self.members[relation]),
            ResourceKind::Member => Record::member(self.members[relation].clone(), agency_of(relation)),
            ResourceKind::Flag => {
                let id = &self.flags[relation];
                let trends = self.app.app.trends.current().unwrap();
                match trends.flag(id) {
                    Some(flag) => Record::flag(id.clone(), flag.agencies.iter().cloned()),
                    None => Record::absent(id),
                }
            }
            ResourceKind::Import => panic!("no route shows one import: add a record for {}", action.code()),
        })
    }
}

/// Whether the role may record a report at all, so that it can have a draft.
fn may_record(role: Role) -> bool {
    matches!(role, Role::Practitioner | Role::SafeguardingLead)
}

/// Starts a draft with one demand in it; its id.
pub async fn start_draft(visitor: &Visitor) -> String {
    let started = visitor.post("/report/start", &[("reference", "MS-0042")]).await;
    let at = started.location.unwrap_or_else(|| panic!("{}", started.body));
    let demand =
        [("item", "1"), ("demand-kind", "money"), ("demand-amount", "250"), ("confidence", "confirmed")];
    assert_eq!(visitor.post(&format!("{at}/demand"), &demand).await.status, 303);
    at.strip_prefix("/report/").unwrap().to_owned()
}

async fn add_council(app: &TestApp) {
    let council = Agency {
        id: COUNCIL.parse().unwrap(),
        name: "Coastal Council (invented)".to_owned(),
        kind: AgencyKind::SocialCare,
        area: "E23000013".parse().unwrap(),
        prefix: "CC".to_owned(),
        contact: "Safeguarding desk, 01632 960001".to_owned(),
    };
    let mut tx = app.app.store.write("add an agency").await.unwrap();
    agency::add(&mut tx, &council, app.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
}

async fn assign_to_practitioner(app: &TestApp, lead: &Visitor, case: &CaseId) {
    let practitioner = app.visitor(SCHOOL, Role::Practitioner).await.staff.unwrap();
    let now = app.clock.now();
    let mut tx = app.app.store.write("assign").await.unwrap();
    let record = facts::about_case(&mut tx, case).await.unwrap();
    let staff = lead.staff.as_ref().unwrap();
    let grant = daymark_access::may::<daymark_access::verb::AssignCase>(staff, &record, now).unwrap();
    let change = case_file::FileChange {
        status: case_file::Status::Open,
        next_check_on: None,
        lead: Some(practitioner.member),
        former_lead_leaves: false,
    };
    assert!(case_file::change_file(&mut tx, &grant, 1, &change, now).await.unwrap());
    tx.commit().await.unwrap();
}
