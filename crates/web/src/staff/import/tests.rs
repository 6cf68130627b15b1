//! Importing a file, as a person does it. All reports are invented.

use axum::body::Body;
use axum::http::{Request, header};
use daymark_vocab::Role;
use jiff::SignedDuration;

use crate::rooms::Needs;
use crate::testing::{Answer, POLICE, SCHOOL, TestApp, Visitor};

const HEAD: &str = "report_id,agency,received_on,area,child_ref,child_age_band,platform_first,handles";

/// A file of `n` good rows.
fn file(n: usize) -> String {
    let rows = (0..n)
        .map(|row| format!("r-{row},{SCHOOL},2026-11-20,E23000009,c-{row},14-15,instagram,zz_syn_{row}\n"));
    format!("{HEAD}\n{}", rows.collect::<String>())
}

/// Sends a file as the page does.
async fn send(who: &Visitor, bytes: &[u8]) -> Answer {
    send_to(who, "/import/preview", bytes).await
}

async fn send_to(who: &Visitor, path: &str, bytes: &[u8]) -> Answer {
    let mut body = format!(
        "--b\r\ncontent-disposition: form-data; name=\"csrf\"\r\n\r\n{}\r\n--b\r\ncontent-disposition: form-data; name=\"file\"; filename=\"reports.csv\"\r\ncontent-type: text/csv\r\n\r\n",
        who.csrf()
    )
    .into_bytes();
    body.extend(bytes);
    body.extend(b"\r\n--b--\r\n");
    let request = Request::post(path)
        .header("sec-fetch-site", "same-origin")
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=b");
    who.send(request, Body::from(body)).await
}

/// The hidden field that names the file.
fn upload(page: &Answer) -> String {
    let rest = page.body.split("name=\"upload\" value=\"").nth(1).unwrap_or_else(|| panic!("{}", page.body));
    rest.split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_file_is_previewed_then_imported_and_twice_changes_nothing() {
    let app = TestApp::new().await;
    let lead = app.lead().await;
    let page = lead.get("/import").await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("/import/template.xlsx"));

    let preview = send(&lead, file(3).as_bytes()).await;
    assert_eq!(preview.status, 200, "{}", preview.body);
    assert!(preview.body.contains("Import 3 reports"), "{}", preview.body);
    assert_eq!(app.n_cases().await, 0, "a preview writes nothing");

    let done = lead.post("/import", &[("upload", &upload(&preview))]).await;
    assert_eq!((done.status, done.location.as_deref()), (303, Some("/import?opened=3")));
    assert_eq!(app.n_cases().await, 3);
    assert!(lead.get("/import?opened=3").await.body.contains("3 reports were imported"));

    let again = send(&lead, file(3).as_bytes()).await;
    assert!(again.body.contains("every report in it is here already"), "{}", again.body);
    assert!(!again.body.contains("name=\"upload\""), "there is nothing to say yes to");

    let changed = file(4).replace("c-1,14-15", "c-1,16-17");
    let preview = send(&lead, changed.as_bytes()).await;
    assert!(preview.body.contains("Import 1 report and leave out the 1 that differs"), "{}", preview.body);
    assert!(preview.body.contains("on line 3."), "{}", preview.body);
    lead.post("/import", &[("upload", &upload(&preview))]).await;
    assert_eq!(app.n_cases().await, 4);
}

#[tokio::test]
async fn every_problem_is_shown_and_nothing_is_written() {
    let app = TestApp::new().await;
    let lead = app.lead().await;
    let bad = format!(
        "{HEAD}\nr-1,{POLICE},2026-11-20,E23000009,c-1,14-15,,\nr-2,{SCHOOL},03/04/26,E99,c-2,14-155,,\nr-3,{SCHOOL},2026-11-20,unknown,c-3,14-15,,\n"
    );
    let page = send(&lead, bad.as_bytes()).await;
    assert_eq!(page.status, 422);
    assert!(page.body.contains("There are 5 problems"), "{}", page.body);
    assert!(page.body.contains("this report belongs to another agency"));
    assert!(page.body.contains("the area must be known"));
    let csv = lead.post("/import/problems.csv", &[("upload", &upload(&page))]).await;
    assert_eq!(csv.body.lines().count(), 6, "{}", csv.body);
    let forced = lead.post("/import", &[("upload", &upload(&page))]).await;
    assert_eq!(forced.status, 422, "all or nothing");
    assert_eq!(app.n_cases().await, 0);

    let rows = (0..300).map(|n| format!("r-{n},{SCHOOL},2026-11-20,E23000009,c-{n},nonsense,,\n"));
    let long = send(&lead, format!("{HEAD}\n{}", rows.collect::<String>()).as_bytes()).await;
    assert!(long.body.contains("The first 200 of 300 are shown here"));
}

#[tokio::test]
async fn headings_are_placed_once() {
    let app = TestApp::new().await;
    let lead = app.lead().await;
    let theirs = file(2).replace("child_age_band", "child_age_bands").replace("platform_first", "Their app");
    let page = send(&lead, theirs.as_bytes()).await;
    assert!(page.body.contains("Which columns are these?"), "{}", page.body);
    assert!(page.body.contains("<option value=\"child_age_band\" selected>"), "the suggestion is chosen");
    let fields = [
        ("upload", upload(&page)),
        ("column-6", "child_age_band".into()),
        ("column-7", "platform_first".into()),
    ];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let preview = lead.post("/import/columns", &fields).await;
    assert!(preview.body.contains("Import 2 reports"), "{}", preview.body);
    let next = send(&lead, theirs.as_bytes()).await;
    assert!(next.body.contains("Import 2 reports"), "remembered for the agency’s next file");
}

#[tokio::test]
async fn a_file_is_its_sender_s_and_goes_after_fifteen_minutes() {
    let app = TestApp::new().await;
    let lead = app.lead().await;
    let key = upload(&send(&lead, file(1).as_bytes()).await);
    let analyst = app.visitor(SCHOOL, Role::Analyst).await;
    assert_eq!(analyst.post("/import", &[("upload", &key)]).await.status, 422);
    app.clock.advance(SignedDuration::from_mins(14));
    assert_eq!(lead.get("/start").await.status, 200, "the session goes on");
    app.clock.advance(SignedDuration::from_mins(2));
    let late = lead.post("/import", &[("upload", &key)]).await;
    assert_eq!(late.status, 422);
    assert!(late.body.contains("15 minutes"));
    assert_eq!(app.n_cases().await, 0);
}

#[tokio::test]
async fn only_leads_and_analysts_import_and_only_with_their_form() {
    let app = TestApp::new().await;
    for role in [Role::Practitioner, Role::Trainer, Role::AgencyAdministrator, Role::Auditor] {
        let visitor = app.visitor(SCHOOL, role).await;
        assert_eq!(visitor.get("/import").await.status, 403, "{role}");
        assert_eq!(send(&visitor, file(1).as_bytes()).await.status, 403, "{role}");
    }
    let lead = app.lead().await;
    let foreign = lead.post("/import", &[("upload", ""), ("csrf", "guessed")]).await;
    assert_eq!(foreign.status, 403);
    assert_eq!(app.stranger().get("/import").await.status, 303);
}

#[tokio::test]
async fn the_templates_are_files() {
    let app = TestApp::new().await;
    let lead = app.lead().await;
    let csv = lead.get("/import/template.csv").await;
    assert!(csv.body.starts_with("report_id,agency,received_on"));
    assert!(csv.headers[header::CONTENT_DISPOSITION].to_str().unwrap().starts_with("attachment"));
    assert!(lead.get("/import/template.xlsx").await.body.starts_with("PK"));
}

/// A mark that would show whether anything of what was sent is kept.
const MARK: &str = "zz-syn-mark-of-what-was-sent";

/// The beginning of a JPEG with the mark in it; no picture.
fn image() -> Vec<u8> {
    [b"\xff\xd8\xff\xe0\x00\x10JFIF\x00".as_slice(), MARK.as_bytes(), &[0; 64]].concat()
}

/// A workbook's beginning with a part for pictures in it.
fn workbook_with_media() -> Vec<u8> {
    let name = format!("xl/media/{MARK}.jpeg");
    let mut zip = b"PK\x03\x04\x14\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0".to_vec();
    zip.extend(u16::try_from(name.len()).unwrap().to_le_bytes());
    zip.extend([0, 0]);
    zip.extend(name.as_bytes());
    zip
}

#[tokio::test]
async fn threat_t01_no_route_keeps_an_image() {
    let app = TestApp::new().await;
    let lead = app.lead().await;
    let token = app.token(&lead).await;
    let data_uri = format!("data:image/png;base64,{}", data_encoding::BASE64.encode(&image()));
    let in_a_cell = file(1).replace("zz_syn_0", &data_uri);
    for bytes in [image(), workbook_with_media(), in_a_cell.into_bytes()] {
        let refused = send(&lead, &bytes).await;
        assert_eq!(refused.status, 415, "{}", refused.body);
        assert!(!refused.body.contains(MARK));
    }
    let (routes, _) = crate::rooms(&app.app);
    let mut n_routes = 0;
    for route in routes.iter().filter(|route| route.method == axum::http::Method::POST) {
        n_routes += 1;
        let path = route.path.replace(['{', '}'], "");
        for kind in ["image/jpeg", "application/x-www-form-urlencoded", "application/json", "text/csv"] {
            for body in [image(), data_uri.clone().into_bytes(), workbook_with_media()] {
                let mut request = Request::post(&path).header(header::CONTENT_TYPE, kind);
                if matches!(route.needs, Needs::Token(_)) {
                    request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
                }
                let answer = lead.send(request, Body::from(body)).await;
                // What a browser's report of a stopped script says is not read when it is none.
                let ignored = route.path == crate::edge::headers::CSP_REPORT_PATH;
                assert!(answer.status >= 400 || ignored, "{path} {kind} {}", answer.status);
                assert!(answer.status < 500, "{path} {kind} {}", answer.status);
                assert!(!answer.body.contains(MARK), "{path} {kind}");
            }
        }
        send_to(&lead, &path, &image()).await;
    }
    assert!(n_routes >= 8, "{n_routes}");
    assert_eq!(app.n_cases().await, 0);
    let (disk, mark) = (app.bytes_on_disk(), MARK.as_bytes());
    assert!(disk.len() > 10_000, "the database is looked at");
    assert!(!disk.windows(mark.len()).any(|part| part == mark), "something was kept");
}

#[tokio::test]
async fn a_child_who_has_a_case_here_is_not_given_another_unasked() {
    let app = TestApp::new().await;
    let lead = app.lead().await;
    let case = app.open_case(&lead).await;
    // The case that is there names the child C-77.
    let again = file(3).replace(",c-1,", ", c-77,");
    let preview = send(&lead, again.as_bytes()).await;
    assert!(preview.body.contains("1 report is about a child who has a case here"), "{}", preview.body);
    assert!(preview.body.contains(&format!("href=\"/cases/{}\"", case.id)), "{}", preview.body);
    assert!(preview.body.contains("Line 3, c-77: it is another child"), "{}", preview.body);
    let upload = upload(&preview);
    let left_out = lead.post("/import", &[("upload", &upload)]).await;
    assert_eq!(left_out.location.as_deref(), Some("/import?opened=2&left_out=1"));
    assert_eq!(app.n_cases().await, 3);

    let preview = send(&lead, again.as_bytes()).await;
    let another = [("upload", self::upload(&preview)), ("another", "3".to_owned())];
    let another: Vec<(&str, &str)> = another.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let opened = lead.post("/import", &another).await;
    assert_eq!(opened.location.as_deref(), Some("/import?opened=1"));

    let police = app.visitor(POLICE, Role::SafeguardingLead).await;
    let theirs = again.replace(SCHOOL, POLICE);
    let preview = send(&police, theirs.as_bytes()).await;
    assert!(!preview.body.contains("has a case here"), "nothing is compared between agencies");
}
