//! A well-formed body for every route that takes one. A new route without an example fails the matrix.

use axum::body::Body;
use axum::http::{Request, header};

use super::{Answer, POLICE, SCHOOL, Visitor};
use crate::edge::second_factor;

const REASON: &str = "They hold the same account in another case.";
const FILE: &str = "report_id,agency,received_on,area,child_ref,child_age_band\n";

/// How a route is knocked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Example {
    /// A form with these fields; the token is added.
    Form(Vec<(&'static str, String)>),
    /// A file, sent as the import page does.
    File(Vec<u8>),
}

fn form(fields: &[(&'static str, &str)]) -> Example {
    Example::Form(fields.iter().map(|(name, value)| (*name, (*value).to_owned())).collect())
}

/// A file of one report that nobody has sent yet.
pub fn file(number: usize) -> Vec<u8> {
    format!("{FILE}r-{number},{SCHOOL},2026-11-20,E23000009,c-{number},14-15\n").into_bytes()
}

/// The value of the first hidden field of this name.
pub fn hidden(page: &str, name: &str) -> Option<String> {
    let rest = page.split_once(&format!("name=\"{name}\" value=\""))?.1;
    rest.split('"').next().map(str::to_owned)
}

/// The first choice of a list that is one.
fn first_option(page: &str) -> Option<String> {
    let values = page.split("<option value=\"").skip(1).filter_map(|rest| rest.split('"').next());
    values.filter(|value| !value.is_empty()).map(str::to_owned).next()
}

/// What this route's page would send. `path` is filled, `number` differs in each call.
///
/// # Panics
/// For a route without an example: write one, so that the matrix can knock at it.
pub async fn example(visitor: &Visitor, route: &str, path: &str, number: usize) -> Example {
    let version = async |page: &str| {
        hidden(&visitor.get(page).await.body, "base_version").unwrap_or_else(|| "1".to_owned())
    };
    let told = [("source", "child".to_owned()), ("confidence", "likely".to_owned())];
    let with_version = |version: String, fields: &[(&'static str, &str)]| {
        let mut all = vec![("base_version", version)];
        all.extend(fields.iter().map(|(name, value)| (*name, (*value).to_owned())));
        Example::Form(all)
    };
    match route {
        "/cases/{case}/add/{kind}" => {
            let mut fields = vec![("payment-amount", "10".to_owned())];
            fields.extend(told);
            Example::Form(fields)
        }
        "/cases/{case}/entity/{entity}/{field}" => with_version(
            version(path).await,
            &[("answer", "16-17"), ("source", "child"), ("confidence", "likely")],
        ),
        "/cases/{case}/file" => with_version(
            version(path).await,
            &[
                ("status", "open"),
                ("next_check-day", "1"),
                ("next_check-month", "12"),
                ("next_check-year", "2026"),
                ("lead", ""),
            ],
        ),
        "/cases/{case}/identity" => form(&[("reason", "safety-now")]),
        "/cases/{case}/identity/change" => {
            with_version(version(path).await, &[("source", "child"), ("confidence", "likely")])
        }
        "/cases/{case}/links/{other}/ask" => form(&[("reason", REASON)]),
        "/cases/{case}/links/{other}/judge" => form(&[("judgement", "same")]),
        "/cases/{case}/links/{other}/undo" => {
            visitor.post(&path.replace("/undo", "/judge"), &[("judgement", "same")]).await;
            let page = path.split("/links/").next().unwrap_or_default();
            let page = visitor.get(&format!("{page}/links")).await;
            form(&[("id", &hidden(&page.body, "id").unwrap_or_else(|| "absent".to_owned()))])
        }
        "/cases/{case}/parts/{incident}/{party}" => {
            let page = visitor.get(path).await.body;
            form(&[("seen", &hidden(&page, "seen").unwrap_or_default()), ("part", "harmed")])
        }
        "/cases/{case}/people" => {
            let page = visitor.get(path).await.body;
            match first_option(&page) {
                Some(member) => form(&[("add", &member)]),
                None => form(&[("remove", "absent")]),
            }
        }
        "/cases/{case}/refer" => form(&[("to", POLICE), ("reason", REASON)]),
        "/import/preview" => Example::File(file(number)),
        "/import/sheet" => form(&[("upload", &upload(visitor, number).await), ("sheet", "reports")]),
        "/import/columns" | "/import/problems.csv" | "/import" => {
            form(&[("upload", &upload(visitor, number).await)])
        }
        "/people/invite" => form(&[
            ("name", "Another Colleague"),
            ("email", &format!("c{number}@example.org")),
            ("roles", "practitioner"),
        ]),
        "/people/{member}" => form(&[("roles", "practitioner"), ("standing", "active")]),
        "/people/{member}/sign-out" => form(&[]),
        "/pools/{pool}/next" => form(&[
            ("action", "strategy-meeting"),
            ("due-day", "1"),
            ("due-month", "12"),
            ("due-year", "2026"),
        ]),
        "/referrals/{id}/answer" => form(&[("answer", "accept"), ("reason", "")]),
        "/referrals/{id}/withdraw" => form(&[("reason", REASON)]),
        "/report/search" => form(&[("text", "instagram: zz_syn_asked"), ("reference", "C-1")]),
        "/report/start" => form(&[("reference", "C-1")]),
        "/report/{draft}/found" => form(&[("take", "handle|instagram|zz_syn_found")]),
        "/report/{draft}/discard" => form(&[]),
        "/report/{draft}/submit" => {
            fill_in(visitor, path.trim_end_matches("/submit")).await;
            form(&[])
        }
        "/report/{draft}/{step}" | "/report/{draft}/{step}/keep" => form(&[
            ("item", "1"),
            ("demand-kind", "money"),
            ("demand-amount", "250"),
            ("confidence", "confirmed"),
        ]),
        "/report/{draft}/{step}/remove/{item}" => form(&[]),
        "/requests/{case}/{agency}" => form(&[("decision", "yes"), ("reason", "We agree that you see it.")]),
        "/unsent/{unsent}" => form(&[]),
        "/step-up" => {
            let now = jiff::Timestamp::from_millisecond(super::START_MS).unwrap();
            let code = second_factor::code(&second_factor::SAMPLE_SECRET, now);
            form(&[("password", super::PASSWORD), ("code", &code), ("back", "/start")])
        }
        other => panic!("{other} has no example body: write one in testing/examples.rs"),
    }
}

/// Sends a file to the import page; the name under which it is kept, where it was taken.
async fn upload(visitor: &Visitor, number: usize) -> String {
    let page = send_file(visitor, "/import/preview", &file(number)).await;
    hidden(&page.body, "upload").unwrap_or_else(|| "absent".to_owned())
}

/// Answers what must be answered before a draft can become a case.
async fn fill_in(visitor: &Visitor, draft: &str) {
    let pages: [(&str, &[(&str, &str)]); 3] = [
        (
            "report-received",
            &[
                ("report-external-id", "R-1001"),
                ("report-received-on-day", "20"),
                ("report-received-on-month", "11"),
                ("report-received-on-year", "2026"),
            ],
        ),
        ("report-place", &[("report-area", "E23000009")]),
        ("child-age", &[("child-reference", "MS-0042"), ("child-age-band", "declined")]),
    ];
    for (step, fields) in pages {
        visitor.post(&format!("{draft}/{step}"), fields).await;
    }
}

/// Sends a file as the import page does.
pub async fn send_file(visitor: &Visitor, path: &str, bytes: &[u8]) -> Answer {
    send_file_with(visitor, path, bytes, &[]).await
}

/// The same with further parts.
pub async fn send_file_with(
    visitor: &Visitor,
    path: &str,
    bytes: &[u8],
    more: &[(String, &'static str)],
) -> Answer {
    let part = |name: &str| format!("--b\r\ncontent-disposition: form-data; name=\"{name}\"");
    let mut body = format!("{}\r\n\r\n{}\r\n", part("csrf"), visitor.csrf()).into_bytes();
    for (name, value) in more {
        body.extend(format!("{}\r\n\r\n{value}\r\n", part(name)).into_bytes());
    }
    body.extend(format!("{}; filename=\"r.csv\"\r\n\r\n", part("file")).into_bytes());
    body.extend(bytes);
    body.extend(b"\r\n--b--\r\n");
    let request = Request::post(path)
        .header("sec-fetch-site", "same-origin")
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=b");
    visitor.send(request, Body::from(body)).await
}

impl Example {
    /// Sends it.
    pub async fn send(&self, visitor: &Visitor, path: &str) -> Answer {
        match self {
            Self::Form(fields) => {
                let fields: Vec<(&str, &str)> =
                    fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
                visitor.post(path, &fields).await
            }
            Self::File(bytes) => send_file(visitor, path, bytes).await,
        }
    }
}
