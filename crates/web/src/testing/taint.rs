//! Ten thousand invented names, numbers, addresses and handles go through everything, wrong and right; none of them may
//! stand in a log at any level, in the metrics, in an address that we send somebody to, or on the page of an error.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::http::{Request, header};
use daymark_vocab::Role;
use metrics_exporter_prometheus::PrometheusBuilder;

use super::examples::{hidden, send_file};
use super::{Answer, POLICE, SCHOOL, TestApp, Visitor, cases};
use crate::app::App;
use crate::edge::{error_page, panics};

/// Stands in every taint but telephone numbers. No id of ours can hold it: they have no `z`, or are shorter.
const MARK: &str = "zzqtaint";

/// Makes taints; each is another one.
#[derive(Default)]
struct Taints {
    made: BTreeSet<String>,
    n: usize,
}

impl Taints {
    fn keep(&mut self, text: String) -> String {
        self.made.insert(text.clone());
        text
    }

    fn next(&mut self) -> usize {
        self.n += 1;
        self.n
    }

    fn name(&mut self) -> String {
        let n = self.next();
        self.keep(format!("Zzqtaint{n} Invented"))
    }

    fn words(&mut self) -> String {
        let n = self.next();
        self.keep(format!("It was Zzqtaint{n} who said so"))
    }

    fn email(&mut self) -> String {
        let n = self.next();
        self.keep(format!("zzqtaint.{n}@example.org"))
    }

    fn handle(&mut self) -> String {
        let n = self.next();
        self.keep(format!("zz_zzqtaint{n}"))
    }

    fn code(&mut self) -> String {
        let n = self.next();
        self.keep(format!("zzqtaint-{n}"))
    }

    /// Of the ranges kept for drama, 200 to 899: others stand in agencies' contacts and in our own hints.
    fn phone(&mut self) -> String {
        let (n, which) = (200 + self.next() % 700, self.n / 700 % 2);
        self.keep(if which == 0 { format!("07700 900{n}") } else { format!("01632 960{n}") })
    }
}

/// What a text holds that it must not: the mark, or a number of the tainted ranges however it is written.
fn found_in(text: &str) -> Option<String> {
    let plain: String =
        text.chars().filter(|c| c.is_ascii_alphanumeric()).map(|c| c.to_ascii_lowercase()).collect();
    let around = |at: usize| plain[at.saturating_sub(120)..(at + 60).min(plain.len())].to_owned();
    if let Some(at) = plain.find(MARK) {
        return Some(around(at));
    }
    for range in ["7700900", "1632960"] {
        for (at, _) in plain.match_indices(range) {
            if matches!(plain.as_bytes().get(at + range.len()), Some(b'2'..=b'8')) {
                return Some(around(at));
            }
        }
    }
    None
}

/// Everything that is logged, by any crate, at any level.
#[derive(Clone, Default)]
struct Captured(Arc<Mutex<Vec<u8>>>);

impl Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Looks at answers, and remembers where something stood.
#[derive(Default)]
struct Looked {
    n_answers: usize,
    n_error_pages: usize,
    found: Vec<String>,
}

impl Looked {
    /// An answer to a person: a page that comes back with its form may show what was typed, an error page may not.
    fn at(&mut self, doing: &str, answer: &Answer) {
        self.n_answers += 1;
        let mut texts = vec![format!("{:?}", answer.headers)];
        if matches!(answer.status, 400 | 403 | 404 | 405 | 413 | 415 | 500 | 503) {
            self.n_error_pages += 1;
            texts.push(answer.body.clone());
        }
        for text in texts {
            self.found.extend(found_in(&text).map(|found| format!("{doing} ({}): {found}", answer.status)));
        }
    }

    /// An answer to a machine: nothing that was refused is repeated.
    fn at_api(&mut self, doing: &str, answer: &Answer) {
        self.at(doing, answer);
        if answer.status >= 400 {
            self.n_error_pages += 1;
            self.found.extend(found_in(&answer.body).map(|found| format!("{doing}: {found}")));
        }
    }
}

const GOOD: &str = "report_id,agency,received_on,area,child_ref,child_age_band,platform_first,handles,display_names,phones,emails,child_voice,notes";

/// A file of rows that can be taken, every free text tainted.
fn good_rows(taints: &mut Taints, n: usize) -> String {
    let mut file = format!("{GOOD}\n");
    for _ in 0..n {
        let (id, child, handle, name) = (taints.code(), taints.code(), taints.handle(), taints.name());
        let (phone, email, voice, notes) = (taints.phone(), taints.email(), taints.words(), taints.words());
        writeln!(
            file,
            "{id},{SCHOOL},2026-11-20,E23000009,{child},14-15,instagram,{handle}|{},{name},{phone},{email},{voice},{notes}",
            taints.handle()
        )
        .unwrap();
    }
    file
}

/// Rows with something personal in every column that takes no such thing.
fn bad_rows(taints: &mut Taints, n: usize) -> String {
    let mut file = format!("{GOOD}\n");
    for _ in 0..n {
        let cells = [
            taints.code(),
            taints.name(),
            taints.phone(),
            taints.email(),
            taints.code(),
            taints.name(),
            taints.handle(),
            taints.words(),
            taints.name(),
            taints.name(),
            taints.handle(),
            taints.words(),
            taints.words(),
        ];
        writeln!(file, "{}", cells.join(",")).unwrap();
    }
    file
}

async fn import(taints: &mut Taints, looked: &mut Looked, lead: &Visitor) {
    let good = send_file(lead, "/import/preview", good_rows(taints, 250).as_bytes()).await;
    assert_eq!(good.status, 200, "{}", good.body);
    looked.at("preview", &good);
    let upload = hidden(&good.body, "upload").unwrap();
    let done = lead.post("/import", &[("upload", &upload)]).await;
    assert_eq!(done.status, 303, "{}", done.body);
    looked.at("import", &done);

    let bad = send_file(lead, "/import/preview", bad_rows(taints, 100).as_bytes()).await;
    assert_eq!(bad.status, 422);
    looked.at("preview of bad rows", &bad);
    let upload = hidden(&bad.body, "upload").unwrap();
    let problems = lead.post("/import/problems.csv", &[("upload", &upload)]).await;
    assert!(problems.body.lines().count() > 500, "{}", problems.body.lines().count());
    looked.at("problems", &problems);
    looked.found.extend(found_in(&problems.body));
    let headings = format!("{},{}\n{},{}\n", taints.name(), taints.email(), taints.phone(), taints.handle());
    looked.at("headings", &send_file(lead, "/import/preview", headings.as_bytes()).await);
    let image = [b"\xff\xd8\xff\xe0".as_slice(), taints.name().as_bytes()].concat();
    looked.at("a picture", &send_file(lead, "/import/preview", &image).await);
    let broken = [b"PK\x03\x04".as_slice(), taints.name().as_bytes()].concat();
    looked.at("a broken workbook", &send_file(lead, "/import/preview", &broken).await);
}

async fn machine(taints: &mut Taints, looked: &mut Looked, app: &TestApp, token: &str) {
    let send = async |body: String, kind: &str| {
        let request = Request::post("/api/reports")
            .header(header::CONTENT_TYPE, kind)
            .header(header::AUTHORIZATION, format!("Bearer {token}"));
        app.stranger().send(request, Body::from(body)).await
    };
    let json = "application/json";
    for _ in 0..3 {
        let reports: Vec<_> = (0..100)
            .map(|_| {
                serde_json::json!({
                    "report_id": taints.code(), "received_on": "2026-11-20", "area": "E23000009",
                    "child_ref": taints.code(), "child_age_band": "14-15", "platform_first": "instagram",
                    "handles": [taints.handle(), taints.handle()], "display_names": [taints.name()],
                    "phones": [taints.phone()], "emails": [taints.email()],
                    "child_voice": taints.words(), "notes": taints.words(),
                })
            })
            .collect();
        let taken = send(serde_json::json!(reports).to_string(), json).await;
        assert_eq!(taken.status, 201, "{}", taken.body);
        looked.at_api("machine", &taken);
    }
    for _ in 0..2 {
        let reports: Vec<_> = (0..100)
            .map(|_| {
                serde_json::json!({
                    "report_id": taints.code(), "received_on": taints.phone(), "area": taints.name(),
                    "child_ref": { "name": taints.name() }, "child_age_band": taints.email(),
                    "motive": taints.words(), "face_visible": taints.name(), "persona_claimed_age": taints.phone(),
                    taints.code(): taints.name(),
                })
            })
            .collect();
        let refused = send(serde_json::json!(reports).to_string(), json).await;
        assert_eq!(refused.status, 422);
        // A name that the template lacks is told by its pointer; what stands in it is not.
        let without_pointers: String = refused
            .body
            .split("\"pointer\":\"")
            .map(|rest| rest.split_once('"').map_or(rest, |(_, rest)| rest))
            .collect();
        looked.found.extend(found_in(&without_pointers).map(|found| format!("machine, refused: {found}")));
        looked.at("machine, refused", &refused);
    }
    for (body, kind) in [
        (format!("{{\"notes\": \"{}\"", taints.words()), json),
        (format!("{{\"notes\": \"{}\", \"notes\": \"{}\"}}", taints.words(), taints.name()), json),
        (taints.name(), "text/plain"),
        (format!("\"data:image/png;base64,{}\"", taints.code()), json),
    ] {
        looked.at_api("machine, unreadable", &send(body, kind).await);
    }
}

/// Forms of every kind, right and wrong.
async fn forms(taints: &mut Taints, looked: &mut Looked, app: &TestApp, lead: &Visitor) {
    for _ in 0..40 {
        let text: Vec<String> = (0..5)
            .flat_map(|_| {
                [taints.phone(), taints.email(), format!("instagram: {}", taints.handle()), taints.name()]
            })
            .collect();
        let fields = [("text", text.join(", ")), ("reference", taints.code())];
        looked.at("search", &post(lead, "/report/search", &fields).await);
    }
    for _ in 0..60 {
        let started = post(lead, "/report/start", &[("reference", taints.code())]).await;
        looked.at("start", &started);
        let draft = started.location.unwrap();
        for (step, fields) in [
            ("child-age", vec![("child-reference", taints.code()), ("child-age-band", taints.name())]),
            (
                "report-received",
                vec![("report-external-id", taints.code()), ("report-received-on-day", taints.name())],
            ),
            (
                "voice-what-happened",
                vec![("response-child-voice", taints.words()), ("source", taints.name())],
            ),
            (
                "demand",
                vec![
                    ("item", "1".to_owned()),
                    ("demand-kind", taints.name()),
                    ("demand-amount", taints.phone()),
                ],
            ),
            ("demand", vec![("item", taints.name()), ("demand-kind", taints.name())]),
        ] {
            looked.at(step, &post(lead, &format!("{draft}/{step}"), &fields).await);
            looked.at(step, &post(lead, &format!("{draft}/{step}/keep"), &fields).await);
        }
        looked.at("submit", &post(lead, &format!("{draft}/submit"), &[]).await);
    }
    let administrator = app.visitor(SCHOOL, Role::AgencyAdministrator).await;
    for _ in 0..60 {
        let case = cases::open(app, lead, &taints.handle()).await.id;
        let told = [("source", "child".to_owned()), ("confidence", "likely".to_owned())];
        let account = [
            vec![("account-selector_kind", "handle".to_owned()), ("account-selector", taints.handle())],
            told.to_vec(),
        ];
        looked.at("add", &post(lead, &format!("/cases/{case}/add/account"), &account.concat()).await);
        let wrong = [("account-selector_kind", taints.name()), ("account-selector", taints.email())];
        looked.at("add wrongly", &post(lead, &format!("/cases/{case}/add/account"), &wrong).await);
        let identity = [
            ("base_version", "0".to_owned()),
            ("identity-name", taints.name()),
            ("identity-phone", taints.phone()),
        ];
        let path = format!("/cases/{case}/identity/change");
        looked.at("identity", &post(lead, &path, &[identity.as_slice(), &told].concat()).await);
        looked.at("identity, wrongly", &post(lead, &path, &[("base_version", taints.name())]).await);
        let file = [("base_version", "1".to_owned()), ("status", taints.name()), ("lead", taints.email())];
        looked.at("file", &post(lead, &format!("/cases/{case}/file"), &file).await);
        let refer = [("to", POLICE.to_owned()), ("reason", taints.words())];
        looked.at("refer", &post(lead, &format!("/cases/{case}/refer"), &refer).await);
        looked.at(
            "refer to nobody",
            &post(lead, &format!("/cases/{case}/refer"), &[("to", taints.name())]).await,
        );
        looked.at(
            "a field too many",
            &post(lead, &format!("/cases/{case}/refer"), &[("who", taints.name())]).await,
        );
        let colleague =
            [("name", taints.name()), ("email", taints.email()), ("roles", "practitioner".to_owned())];
        looked.at("invite", &post(&administrator, "/people/invite", &colleague).await);
        looked
            .at("invite wrongly", &post(&administrator, "/people/invite", &[("roles", taints.name())]).await);
        let sign_in = [
            ("email", taints.email()),
            ("password", taints.words()),
            ("code", taints.phone()),
            ("back", taints.name()),
        ];
        looked.at("sign in", &post(&app.stranger(), "/sign-in", &sign_in).await);
        for path in [
            format!("/cases/{}", taints.code()),
            format!("/{}", taints.code()),
            format!("/people/{}", taints.code()),
        ] {
            looked.at("an address", &lead.get(&path).await);
        }
        let report = format!(
            "[{{\"body\":{{\"effectiveDirective\":\"{}\",\"sourceFile\":\"/assets/{}\"}}}}]",
            taints.code(),
            taints.email()
        );
        looked.at("a browser's report", &lead.send(Request::post("/reports/csp"), Body::from(report)).await);
    }
}

async fn post(visitor: &Visitor, path: &str, fields: &[(&str, String)]) -> Answer {
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    visitor.post(path, &fields).await
}

/// A handler that panics with what somebody wrote, and a database that is gone.
async fn faults(taints: &mut Taints, looked: &mut Looked, app: &TestApp, lead: &Visitor) {
    async fn fault(text: String) -> String {
        let cut = text.find(' ').unwrap_or_default() + 1;
        // What the standard library says of this quotes the text.
        let _: u64 = text[cut..].parse().expect(&text);
        text
    }
    let router = panics::layer(Router::new().route("/", axum::routing::post(fault)));
    let router = error_page::Operations::new(Arc::clone(&app.app.entropy)).layer(router);
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(panics::log_place));
    for _ in 0..20 {
        let visitor =
            Visitor { router: router.clone().with_state(()), cookie: None, csrf: String::new(), staff: None };
        let answer = visitor.send(Request::post("/"), Body::from(taints.name())).await;
        assert_eq!(answer.status, 500);
        looked.at("a panic", &answer);
    }
    std::panic::set_hook(before);
    app.app.store.close().await;
    for _ in 0..20 {
        let fields = [("text", taints.words()), ("reference", taints.code())];
        let answer = post(lead, "/report/search", &fields).await;
        assert!(answer.status >= 500, "{}", answer.status);
        looked.at("no database", &answer);
        let sign_in = [("email", taints.email()), ("password", taints.words())];
        looked.at("no database", &post(&app.stranger(), "/sign-in", &sign_in).await);
    }
}

#[tokio::test]
async fn threat_t49_ten_thousand_taints_leave_no_trace() {
    let captured = Captured::default();
    let writer = captured.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .without_time()
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    tracing::subscriber::set_global_default(subscriber).unwrap();
    let recorder = PrometheusBuilder::new().build_recorder();
    let mut app = TestApp::new().await;
    app.router = crate::router(App { metrics: Some(recorder.handle()), ..app.app.clone() });
    metrics::set_global_recorder(recorder).unwrap();

    let (mut taints, mut looked) = (Taints::default(), Looked::default());
    let lead = app.lead().await;
    let token = app.token(&lead).await;
    import(&mut taints, &mut looked, &lead).await;
    machine(&mut taints, &mut looked, &app, &token).await;
    forms(&mut taints, &mut looked, &app, &lead).await;
    app.app.matching.refresh(&app.app).await.unwrap();
    app.app.trends.refresh(&app.app).await.unwrap();
    let metrics = app.stranger().get("/metrics").await;
    assert_eq!(metrics.status, 200);
    looked.found.extend(found_in(&metrics.body).map(|found| format!("metrics: {found}")));
    faults(&mut taints, &mut looked, &app, &lead).await;

    let log = String::from_utf8_lossy(&captured.0.lock().unwrap()).into_owned();
    for line in log.lines() {
        looked.found.extend(found_in(line).map(|found| format!("log: {found}")));
    }
    println!(
        "{} taints, {} answers, {} error pages, {} log lines",
        taints.made.len(),
        looked.n_answers,
        looked.n_error_pages,
        log.lines().count()
    );
    looked.found.truncate(20);
    assert_eq!(looked.found, Vec::<String>::new());
    assert!(taints.made.len() >= 10_000, "{}", taints.made.len());
    assert!(looked.n_error_pages > 400, "{}", looked.n_error_pages);
    for needed in ["committed", "answered: not-found", "a panic: a fault of ours", "something was refused"] {
        assert!(log.contains(needed), "the log was not captured: {needed}");
    }
}

#[test]
fn the_scan_finds_a_taint_however_it_is_written() {
    for text in [
        "email=ZZQtaint.7@example.org",
        "a%20zz_zzqtaint7",
        "+44 7700 900 234",
        "tel:01632-960-456",
        "\\u0022Zzq taint7",
    ] {
        assert!(found_in(text).is_some(), "{text}");
    }
    for text in ["01632 960001", "07700 900123", "zz_syn_anna", "1632960999"] {
        assert_eq!(found_in(text), None, "{text}");
    }
}
