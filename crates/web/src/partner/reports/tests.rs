//! Sending reports, as a machine does it. All reports are invented.

use axum::body::Body;
use axum::http::{Request, header};
use daymark_vocab::Role;
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::testing::{Answer, POLICE, SCHOOL, TestApp};

fn report(id: &str) -> Value {
    json!({
        "report_id": id,
        "received_on": "2026-11-20",
        "area": "E23000009",
        "child_ref": format!("c-{id}"),
        "child_age_band": "14-15",
        "platform_first": "instagram",
        "handles": [format!("zz_syn_{id}"), "snapchat:zz_syn_other"],
        "face_visible": true,
        "persona_claimed_age": 16,
        "demand_1_kind": "money",
        "demand_1_amount": 250,
        "demand_1_currency": "GBP"
    })
}

async fn send(app: &TestApp, token: &str, key: Option<&str>, body: &str) -> Answer {
    let mut request = Request::post("/api/reports")
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::AUTHORIZATION, format!("Bearer {token}"));
    if let Some(key) = key {
        request = request.header("idempotency-key", key);
    }
    app.stranger().send(request, Body::from(body.to_owned())).await
}

#[track_caller]
fn json_of(answer: &Answer) -> Value {
    serde_json::from_str(&answer.body).unwrap_or_else(|_| panic!("{}", answer.body))
}

#[tokio::test]
async fn a_list_of_reports_becomes_cases_and_twice_changes_nothing() {
    let app = TestApp::new().await;
    let token = app.token(&app.lead().await).await;
    let body = json!([report("r-1"), report("r-2")]).to_string();
    let first = send(&app, &token, None, &body).await;
    assert_eq!(first.status, 201, "{}", first.body);
    let taken = json_of(&first);
    assert_eq!(taken["reports"][0], json!({ "report_id": "r-1", "case": "MS-0001", "became": "opened" }));
    let again = send(&app, &token, None, &body).await;
    assert_eq!(again.status, 200);
    assert_eq!(
        json_of(&again)["reports"][1],
        json!({ "report_id": "r-2", "case": "MS-0002", "became": "known" })
    );
    assert_eq!(app.n_cases().await, 2);

    let mut changed = report("r-2");
    changed["child_age_band"] = json!("16-17");
    let refused = send(&app, &token, None, &json!([report("r-3"), changed]).to_string()).await;
    assert_eq!(refused.status, 409, "{}", refused.body);
    assert_eq!(json_of(&refused)["problems"][0]["pointer"], "/1/report_id");
    assert_eq!(app.n_cases().await, 2, "all of them or none");
}

#[tokio::test]
async fn the_same_request_gets_the_same_answer() {
    let app = TestApp::new().await;
    let token = app.token(&app.lead().await).await;
    let body = report("r-1").to_string();
    let first = send(&app, &token, Some("k-1"), &body).await;
    assert_eq!(first.status, 201, "{}", first.body);
    let again = send(&app, &token, Some("k-1"), &body).await;
    assert_eq!((again.status, &again.body), (201, &first.body));
    assert_eq!(app.n_cases().await, 1);
    let other = send(&app, &token, Some("k-1"), &report("r-2").to_string()).await;
    assert_eq!(other.status, 422);
    assert_eq!(send(&app, &token, Some("a b"), &body).await.status, 400);
    assert_eq!(app.n_cases().await, 1);
}

#[tokio::test]
async fn all_problems_are_told_at_once_with_their_place() {
    let app = TestApp::new().await;
    let token = app.token(&app.lead().await).await;
    let bad = json!([
        { "report_id": "r-1", "received_on": "03/04/26", "area": "E99", "child_ref": "c", "child_age_band": "14-15" },
        { "report_id": "r-2", "received_on": "2026-11-20", "area": "E23000009", "child_ref": "c" },
    ]);
    let answer = send(&app, &token, None, &bad.to_string()).await;
    assert_eq!(answer.status, 422);
    assert_eq!(answer.headers[header::CONTENT_TYPE], "application/problem+json");
    let problems = json_of(&answer)["problems"].clone();
    let pointers: Vec<&str> =
        problems.as_array().unwrap().iter().map(|one| one["pointer"].as_str().unwrap()).collect();
    assert_eq!(pointers, ["/0/received_on", "/0/area", "/1/child_age_band"]);

    let mut shapes = report("r-1");
    shapes["no_such_column"] = json!(1);
    shapes["child_ref"] = json!({ "name": "x" });
    shapes["motive"] = json!(["financial"]);
    shapes["handles"] = json!(["a|b"]);
    let answer = send(&app, &token, None, &shapes.to_string()).await;
    assert_eq!(json_of(&answer)["problems"].as_array().unwrap().len(), 4, "{}", answer.body);
    let twice = send(&app, &token, None, &json!([report("r-1"), report("r-1")]).to_string()).await;
    assert_eq!(twice.status, 422);
    let many: Vec<Value> = (0..101).map(|n| report(&format!("r-{n}"))).collect();
    assert_eq!(send(&app, &token, None, &json!(many).to_string()).await.status, 422);
    assert_eq!(send(&app, &token, None, "[]").await.status, 422);
    assert_eq!(send(&app, &token, None, "not json").await.status, 400);
    assert_eq!(app.n_cases().await, 0);
}

#[tokio::test]
async fn a_machine_that_asks_too_often_is_told_when_to_come_again() {
    let app = TestApp::new().await;
    let (lead, other) = (app.lead().await, app.visitor(POLICE, Role::SafeguardingLead).await);
    let (token, theirs) = (app.token(&lead).await, app.token(&other).await);
    let mut statuses = std::collections::BTreeMap::<u16, usize>::new();
    for _ in 0..crate::edge::rate::PER_TOKEN + 5 {
        *statuses.entry(send(&app, &token, None, "[]").await.status).or_default() += 1;
    }
    assert_eq!(statuses, [(422, crate::edge::rate::PER_TOKEN), (429, 5)].into());
    let late = send(&app, &token, None, &report("r-1").to_string()).await;
    assert_eq!((late.status, late.headers[header::RETRY_AFTER].to_str().unwrap()), (429, "60"));
    assert_eq!(json_of(&late)["title"], "Too many requests");
    assert_eq!(app.n_cases().await, 0);
    assert_eq!(send(&app, &theirs, None, "[]").await.status, 422, "another token has its own minute");
    app.clock.advance(SignedDuration::from_secs(60));
    assert_eq!(send(&app, &token, None, &report("r-1").to_string()).await.status, 201);
}

#[tokio::test]
async fn threat_t47_twice_named_deep_and_huge_bodies_are_refused_and_nothing_is_kept() {
    let app = TestApp::new().await;
    let token = app.token(&app.lead().await).await;
    let good = report("r-1").to_string();
    let twice = good.replacen('{', "{\"child_ref\":\"another\",", 1);
    let answer = send(&app, &token, None, &twice).await;
    assert_eq!(answer.status, 400);
    let detail = json_of(&answer)["detail"].as_str().unwrap().to_owned();
    assert!(detail.contains("a name stands twice") && detail.contains("line 1, column"), "{detail}");
    assert!(!answer.body.contains("child_ref") && !answer.body.contains("another"), "{}", answer.body);
    let deep = "[".repeat(100_000);
    assert_eq!(send(&app, &token, None, &deep).await.status, 400);
    let huge = good.replacen('{', &format!("{{\"notes\":\"{}\",", "so much ".repeat(150_000)), 1);
    assert!(huge.len() > 1024 * 1024);
    assert_eq!(send(&app, &token, None, &huge).await.status, 413);
    assert_eq!(app.n_cases().await, 0);
}

#[tokio::test]
async fn no_token_no_report_and_never_another_agency_s() {
    let app = TestApp::new().await;
    let lead = app.lead().await;
    let token = app.token(&lead).await;
    let body = report("r-1").to_string();
    for wrong in ["", "guessed", &format!("{token}x")] {
        let answer = send(&app, wrong, None, &body).await;
        assert_eq!(answer.status, 401, "{wrong}");
        assert_eq!(answer.headers[header::WWW_AUTHENTICATE], "Bearer");
    }
    let with_session = Request::post("/api/reports").header(header::CONTENT_TYPE, "application/json");
    assert_eq!(lead.send(with_session, Body::from(body.clone())).await.status, 401, "a session is no token");
    let as_page = Request::get("/start").header(header::AUTHORIZATION, format!("Bearer {token}"));
    assert_eq!(app.stranger().send(as_page, Body::empty()).await.status, 303, "a token opens no page");

    let mut theirs = report("r-1");
    theirs["agency"] = json!(POLICE);
    let answer = send(&app, &token, None, &theirs.to_string()).await;
    assert_eq!(answer.status, 422);
    assert_eq!(json_of(&answer)["problems"][0]["pointer"], "/agency");
    let trainer = app.visitor(SCHOOL, Role::Trainer).await;
    let answer = send(&app, &app.token(&trainer).await, None, &body).await;
    assert_eq!(answer.status, 403, "a machine may do what its member may do");
    app.clock.advance(SignedDuration::from_hours(2));
    assert_eq!(send(&app, &token, None, &body).await.status, 401, "the token is over");
    assert_eq!(app.n_cases().await, 0);
}

#[tokio::test]
async fn threat_t01_json_that_hides_a_file_is_refused() {
    let app = TestApp::new().await;
    let token = app.token(&app.lead().await).await;
    let image = data_encoding::BASE64.encode(&[b"\xff\xd8\xff\xe0".as_slice(), &[7; 200]].concat());
    let mut plain = report("r-1");
    plain["notes"] = json!(format!("data:image/jpeg;base64,{image}"));
    let plain = plain.to_string();
    let escaped = plain.replace("data:", "\\u0064ata:").replace("base64,/", "base64,\\u002f");
    for body in [plain, escaped] {
        let answer = send(&app, &token, None, &body).await;
        assert_eq!(answer.status, 415, "{}", answer.body);
    }
    assert_eq!(app.n_cases().await, 0);
}

#[tokio::test]
async fn a_thousand_damaged_bodies_are_answered_calmly() {
    let app = TestApp::new().await;
    let token = app.token(&app.lead().await).await;
    let good = json!([report("r-1"), report("r-2")]).to_string().into_bytes();
    let pieces: [&[u8]; 8] = [b"null", b"[]", b"{}", b"\"", b"\\u0000", b"|", b"\xff", b"1e999"];
    let mut state = 7_u64;
    let mut next = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % below
    };
    let mut n_refused = 0;
    for _ in 0..1_000 {
        let mut body = good.clone();
        for _ in 0..=next(3) {
            let (from, len) = (next(body.len()), next(12));
            let to = (from + len).min(body.len());
            body.splice(from..to, pieces[next(pieces.len())].iter().copied());
        }
        let request = Request::post("/api/reports")
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::AUTHORIZATION, format!("Bearer {token}"));
        let answer = app.stranger().send(request, Body::from(body.clone())).await;
        assert!(answer.status < 500, "{} for {}", answer.status, String::from_utf8_lossy(&body));
        n_refused += usize::from(answer.status >= 400);
    }
    assert!(n_refused > 500, "{n_refused}");
}

#[tokio::test]
async fn the_description_is_openapi_and_names_every_column() {
    let app = TestApp::new().await;
    let answer = app.stranger().get("/api/openapi.json").await;
    assert_eq!(answer.status, 200);
    let described: utoipa::openapi::OpenApi = serde_json::from_str(&answer.body).unwrap();
    assert!(described.paths.paths["/api/reports"].post.is_some());
    let json = json_of(&answer);
    assert_eq!(json["openapi"], "3.1.0");
    let properties = json["components"]["schemas"]["Report"]["properties"].as_object().unwrap();
    let template = crate::intake::template(&app.app.content).unwrap();
    assert_eq!(properties.len(), template.columns().len());
    for column in template.columns() {
        let description = properties[&column.column]["description"].as_str().unwrap_or_default();
        assert!(description.len() > 10, "{}", column.column);
    }
    for reference in answer.body.split("\"$ref\":\"").skip(1) {
        let name = reference.split('"').next().unwrap().replacen('#', "", 1);
        assert!(json.pointer(&name).is_some(), "{name}");
    }
}
