//! The application for tests: visited as a person, through the router.

mod assignment;
pub mod case;
pub mod cases;
mod examples;
mod matrix;
mod taint;
pub mod world;

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, header};
use daymark_access::{Record, Staff};
use daymark_content::Content;
use daymark_store::agency::{self, Agency};
use daymark_store::audit::Entry;
use daymark_store::member::{self, Invitation, Invited};
use daymark_store::{RootKeys, Store};
use daymark_vocab::selector::{Harmless, HarmlessEffect, Reason, SelectorKind};
use daymark_vocab::{AgencyId, AgencyKind, Clock, OsEntropy, Private, Role};
use jiff::{SignedDuration, Timestamp};
use tower::ServiceExt;

use crate::app::{App, Parts};
use crate::edge::second_factor;

/// Everybody's password in tests.
pub const PASSWORD: &str = "copper lantern otter drift";
/// The school whose cases the tests are about.
pub const SCHOOL: &str = "moorland-school";
/// Another agency.
pub const POLICE: &str = "dales-police";

/// When every test begins: 2026-11-23T09:00:00Z, a Monday.
pub const START_MS: i64 = 1_795_424_400_000;

/// A clock that a test advances. (`testkit`'s own cannot be used here: the cycle would give two copies of every type.)
#[derive(Debug)]
pub struct TestClock(std::sync::atomic::AtomicI64);

impl TestClock {
    /// Goes on.
    pub fn advance(&self, by: SignedDuration) {
        let ms = i64::try_from(by.as_millis()).unwrap();
        self.0.fetch_add(ms, std::sync::atomic::Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millisecond(self.0.load(std::sync::atomic::Ordering::SeqCst)).unwrap()
    }
}

/// An application with two agencies and one person per role in each.
pub struct TestApp {
    /// The application.
    pub app: App,
    /// Its clock.
    pub clock: Arc<TestClock>,
    router: Router,
    folder: tempfile::TempDir,
}

impl TestApp {
    /// A fresh application on SQLite.
    pub async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let keys = RootKeys::random(&OsEntropy).unwrap();
        let store =
            Store::open_sqlite(&folder.path().join("daymark.db"), keys, Arc::new(OsEntropy)).await.unwrap();
        let mut harmless = Harmless::default();
        let helpline = Reason {
            list: "harmless/test".to_owned(),
            version: 1,
            effect: HarmlessEffect::NoLink,
            whose: "Example helpline (invented)".to_owned(),
        };
        harmless.add(SelectorKind::Phone, None, "01632 960999", helpline).unwrap();
        let store = store.with_harmless(harmless);
        let clock = Arc::new(TestClock(START_MS.into()));
        let (content, problems) = Content::embedded();
        assert!(problems.is_empty(), "{problems:?}");
        let app = App::new(Parts {
            store,
            content,
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            entropy: Arc::new(OsEntropy),
            metrics: None,
            import_worker: None,
            is_sample: false,
        });
        let test = Self { router: crate::router(app.clone()), app, clock, folder };
        test.add_people().await;
        test
    }

    async fn add_people(&self) {
        let now = self.clock.now();
        let hash = self.app.passwords.hash(Private::new(PASSWORD.to_owned()), [1; 16]).await.unwrap();
        let mut tx = self.app.store.write("add test people").await.unwrap();
        for (slug, name, kind, prefix) in [
            (SCHOOL, "Moorland School (invented)", AgencyKind::School, "MS"),
            (POLICE, "Dales Police (invented)", AgencyKind::Police, "DP"),
        ] {
            let id: AgencyId = slug.parse().unwrap();
            let agency = Agency {
                id: id.clone(),
                name: name.to_owned(),
                kind,
                area: "E23000009".parse().unwrap(),
                prefix: prefix.to_owned(),
                contact: "Safeguarding desk, 01632 960000".to_owned(),
            };
            agency::add(&mut tx, &agency, now).await.unwrap();
            for role in Role::ALL {
                let name = Private::new(format!("{} (invented)", role.label()));
                let sign_in = Private::new(format!("{}@{slug}.example.org", short(*role)));
                let roles = [*role].into();
                let by = Entry {
                    agency: id.clone(),
                    member: None,
                    at: now,
                    verb: "invite-member",
                    subject_kind: "Member",
                    subject_agency: id.clone(),
                    subject_id: String::new(),
                    policies: "test".to_owned(),
                    detail: String::new(),
                };
                let invitation = Invitation {
                    agency: &id,
                    name: &name,
                    sign_in: &sign_in,
                    roles: &roles,
                    token: &format!("{slug}{role}"),
                    expires_at: now + SignedDuration::from_hours(1),
                };
                let Invited::Invited(_) = member::invite(&mut tx, &by, &invitation, now).await.unwrap()
                else {
                    panic!("nobody has this address yet")
                };
                let found = member::by_sign_in(&mut tx, sign_in.reveal()).await.unwrap().remove(0).member;
                let secret = Private::new(second_factor::SAMPLE_SECRET.to_vec());
                member::accept(&mut tx, &found, &hash, &secret, &[], now).await.unwrap();
            }
        }
        tx.commit().await.unwrap();
    }

    /// Every byte that lies in the data folder: to look for what must not be there.
    pub fn bytes_on_disk(&self) -> Vec<u8> {
        std::fs::read_dir(self.folder.path())
            .unwrap()
            .flat_map(|entry| std::fs::read(entry.unwrap().path()).unwrap())
            .collect()
    }

    /// How many cases there are.
    pub async fn n_cases(&self) -> i64 {
        let mut tx = self.app.store.read("count cases").await.unwrap();
        daymark_store::selector::n_cases(&mut tx).await.unwrap()
    }

    /// A token with which a machine acts as this visitor.
    pub async fn token(&self, who: &Visitor) -> String {
        let staff = who.staff.as_ref().unwrap();
        let secret = data_encoding::BASE64URL_NOPAD.encode(&self.app.random::<32>().unwrap());
        let now = self.clock.now();
        let mut tx = self.app.store.write("issue a test token").await.unwrap();
        let member = member::find(&mut tx, &staff.agency, &staff.member).await.unwrap().unwrap();
        let new = daymark_store::api_token::NewToken {
            member: &member,
            secret: &secret,
            label: "test",
            expires_at: now + SignedDuration::from_hours(1),
        };
        daymark_store::api_token::issue(&mut tx, &new, now).await.unwrap();
        tx.commit().await.unwrap();
        secret
    }

    /// The code that everybody's second factor shows now.
    pub fn code(&self) -> String {
        second_factor::code(&second_factor::SAMPLE_SECRET, self.clock.now())
    }

    /// Somebody who has not signed in.
    pub fn stranger(&self) -> Visitor {
        Visitor { router: self.router.clone(), cookie: None, csrf: String::new(), staff: None }
    }

    /// The school's safeguarding lead, signed in.
    pub async fn lead(&self) -> Visitor {
        self.visitor(SCHOOL, Role::SafeguardingLead).await
    }

    /// Somebody by agency and role, as `access` sees them.
    pub async fn visitor_staff(&self, agency: &str, role: Role) -> Staff {
        let mut tx = self.app.store.read("find a test member").await.unwrap();
        let address = format!("{}@{agency}.example.org", short(role));
        let member = member::by_sign_in(&mut tx, &address).await.unwrap().remove(0).member;
        Staff {
            member: member.id,
            agency: member.agency,
            agency_kind: AgencyKind::School,
            roles: member.roles,
            standing: member.standing,
            step_up_at: Some(self.clock.now()),
        }
    }

    /// Somebody by agency and role, signed in (by opening a session, not through the form).
    pub async fn visitor(&self, agency: &str, role: Role) -> Visitor {
        let now = self.clock.now();
        let address = format!("{}@{agency}.example.org", short(role));
        let secret = data_encoding::BASE64URL_NOPAD.encode(&self.app.random::<32>().unwrap());
        let csrf = format!("csrf-of-{}", short(role));
        let mut tx = self.app.store.write("sign in a test visitor").await.unwrap();
        let member = member::by_sign_in(&mut tx, &address).await.unwrap().remove(0).member;
        daymark_store::session::open(&mut tx, &member, &secret, &csrf, &self.app.limits, now).await.unwrap();
        tx.commit().await.unwrap();
        let staff = Staff {
            member: member.id,
            agency: member.agency,
            agency_kind: AgencyKind::School,
            roles: member.roles,
            standing: member.standing,
            step_up_at: Some(now),
        };
        Visitor {
            router: self.router.clone(),
            cookie: Some(format!("{}={secret}", crate::edge::session::COOKIE)),
            csrf,
            staff: Some(staff),
        }
    }

    /// The agency of a visitor, as a record.
    pub fn agency_record(&self, staff: &Staff) -> Record {
        Record::agency(staff.agency.clone())
    }
}

fn short(role: Role) -> &'static str {
    match role {
        Role::SafeguardingLead => "lead",
        Role::PanelCoordinator => "coordinator",
        Role::AgencyAdministrator => "administrator",
        other => other.code(),
    }
}

/// A browser without scripts.
pub struct Visitor {
    router: Router,
    cookie: Option<String>,
    csrf: String,
    /// Who they are to `access`; `None` for a stranger.
    pub staff: Option<Staff>,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// Where it sends on to.
    pub location: Option<String>,
    /// The session cookie that it sets.
    pub cookie: Option<String>,
    /// All its headers.
    pub headers: axum::http::HeaderMap,
    /// The page.
    pub body: String,
}

impl Visitor {
    /// The token of this visitor's forms.
    pub fn csrf(&self) -> &str {
        &self.csrf
    }

    /// Opens a page.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(Request::get(path), Body::empty()).await
    }

    /// Sends a form as a page of ours does; the token is added.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let request = Request::post(path).header("sec-fetch-site", "same-origin");
        self.send_form(request, fields).await
    }

    /// Sends a form from another site.
    pub async fn post_from(&self, origin: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
        let request =
            Request::post(path).header("sec-fetch-site", "cross-site").header(header::ORIGIN, origin);
        self.send_form(request, fields).await
    }

    async fn send_form(&self, request: axum::http::request::Builder, fields: &[(&str, &str)]) -> Answer {
        let mut fields = fields.to_vec();
        if self.staff.is_some() && !fields.iter().any(|(name, _)| *name == "csrf") {
            fields.push(("csrf", &self.csrf));
        }
        let body = serde_urlencoded::to_string(&fields).unwrap();
        let request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request, Body::from(body)).await
    }

    /// Sends any request with this visitor's cookie.
    pub async fn send(&self, mut request: axum::http::request::Builder, body: Body) -> Answer {
        request = request.header(header::HOST, "localhost");
        if let Some(cookie) = &self.cookie {
            request = request.header(header::COOKIE, cookie);
        }
        let response = self.router.clone().oneshot(request.body(body).unwrap()).await.unwrap();
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let (location, cookie) = (text(header::LOCATION), text(header::SET_COOKIE));
        let bytes = axum::body::to_bytes(response.into_body(), 64 << 20).await.unwrap();
        Answer { status, location, cookie, headers, body: String::from_utf8_lossy(&bytes).into_owned() }
    }
}
