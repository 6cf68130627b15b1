//! Taking reports from a machine.

use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use daymark_access::{Record, verb};
use daymark_exchange::reports::{Mapping, read_rows};
use daymark_exchange::{Refused, refuse_images};
use daymark_store::idempotency::{self, Seen};
use daymark_store::import_batch;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::body::Body;
use crate::app::App;
use crate::edge::api_problem::{ApiItem, ApiProblem};
use crate::edge::error_page::PageError;
use crate::edge::json::JsonError;
use crate::edge::session::Who;
use crate::intake::{self, BroughtBy, Ready};

/// The header that names a request, so that sending it again is safe.
const IDEMPOTENCY_KEY: &str = "idempotency-key";

const MEND: &str = "Some of what was sent cannot be taken";

/// What became of one report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Became {
    /// A case was opened.
    Opened,
    /// It was here already, word for word.
    Known,
}

/// What is remembered of an answer: no word of what was sent.
#[derive(Debug, Serialize, Deserialize)]
struct Outcome {
    status: u16,
    cases: Vec<(String, Became)>,
}

/// What is answered about one report.
#[derive(Debug, Serialize)]
struct Taken<'r> {
    report_id: &'r str,
    case: &'r str,
    became: Became,
}

/// `POST /api/reports`
pub async fn submit(
    State(app): State<App>,
    who: Who,
    headers: HeaderMap,
    bytes: Result<Bytes, BytesRejection>,
) -> Result<Response, ApiProblem> {
    let now = app.clock.now();
    let grant = who.may::<verb::SubmitReportApi>(&Record::agency(who.staff.agency.clone()), now)?;
    let key = key_of(&headers)?;
    let bytes = bytes.map_err(|_| PageError::TooLarge { limit: "1 MB" })?;
    let json = json(&headers, &bytes, &who)?;
    let by = BroughtBy { agency: who.staff.agency.clone(), member: who.staff.member.clone(), at: now };
    let (body, ready) = reports(&app, &json, &by, &who)?;

    let ids: Vec<String> = ready.rows.iter().map(|row| row.external_id.clone()).collect();
    let digest: [u8; 32] = Sha256::digest(&bytes).into();
    let mut tx = app.store.write("take reports from a machine").await.map_err(PageError::from)?;
    if let Some(key) = &key {
        match idempotency::look_up(&mut tx, &by.agency, key, &bytes).await.map_err(PageError::from)? {
            Seen::New => {}
            Seen::Before(outcome) => {
                let outcome: Outcome = serde_json::from_str(&outcome)
                    .map_err(|_| PageError::Internal { doing: "read what was answered before" })?;
                return answer(&outcome, &ids);
            }
            Seen::OtherRequest => {
                return Err(ApiProblem::new(
                    StatusCode::UNPROCESSABLE_ENTITY,
                    "This key was used before",
                    "the `Idempotency-Key` belongs to another request: use a new one for each",
                ));
            }
        }
    }
    let lines = ready.lines;
    let version = app.content.version();
    let done = import_batch::submit(&mut tx, &grant, digest, ready.rows, version, now)
        .await
        .map_err(PageError::from)?;
    if !done.differing.is_empty() {
        // Dropping the transaction undoes the others: all of them or none.
        let problems = done.differing.iter().map(|at| {
            let number = lines.get(*at).copied().unwrap_or_default();
            let hint =
                "known reports are never overwritten: change the case in Daymark, or use a new report id";
            body.of_report(number, "a report with this id is here already and says something else", hint)
        });
        return Err(ApiProblem::of_body(StatusCode::CONFLICT, "Known already", problems.collect()));
    }
    let opened: Vec<&str> = done.opened.iter().map(|case| case.reference.as_str()).collect();
    let references = import_batch::references(&mut tx, &grant, &ids).await.map_err(PageError::from)?;
    let cases = references.into_iter().flatten().map(|reference| {
        let became = if opened.contains(&reference.as_str()) { Became::Opened } else { Became::Known };
        (reference, became)
    });
    let status = if opened.is_empty() { StatusCode::OK } else { StatusCode::CREATED };
    let outcome = Outcome { status: status.as_u16(), cases: cases.collect() };
    if let Some(key) = &key {
        let text = serde_json::to_string(&outcome)
            .map_err(|_| PageError::Internal { doing: "remember what was answered" })?;
        idempotency::remember(&mut tx, &by.agency, key, &bytes, &text, now).await.map_err(PageError::from)?;
    }
    tx.commit().await.map_err(PageError::from)?;
    if !opened.is_empty() {
        app.matching.want();
    }
    answer(&outcome, &ids)
}

/// The request's key, if it has one.
fn key_of(headers: &HeaderMap) -> Result<Option<String>, ApiProblem> {
    let Some(value) = headers.get(IDEMPOTENCY_KEY) else { return Ok(None) };
    let key = value.to_str().unwrap_or_default();
    let plain = key.bytes().all(|b| b.is_ascii_graphic());
    if plain && (1..=64).contains(&key.len()) {
        Ok(Some(key.to_owned()))
    } else {
        Err(ApiProblem::new(
            StatusCode::BAD_REQUEST,
            "The key cannot be read",
            "an `Idempotency-Key` is 1 to 64 letters, digits and signs without spaces",
        ))
    }
}

/// The body as JSON. Images and hidden files are refused before and after it is read.
fn json(headers: &HeaderMap, bytes: &[u8], who: &Who) -> Result<serde_json::Value, ApiProblem> {
    refuse_images(bytes).map_err(|refused| refuse(&refused, bytes.len(), who))?;
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    if !kind.eq_ignore_ascii_case("application/json") {
        return Err(ApiProblem::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "JSON only",
            "send `Content-Type: application/json`",
        ));
    }
    crate::edge::json::read(bytes).map_err(|JsonError { what, hint, line, column }| {
        let detail = format!("the body cannot be read at line {line}, column {column}: {what} ({hint})");
        ApiProblem::new(StatusCode::BAD_REQUEST, "Cannot be read", detail)
    })
}

/// The reports that were sent, all of them ready to be opened.
fn reports(
    app: &App,
    json: &serde_json::Value,
    by: &BroughtBy,
    who: &Who,
) -> Result<(Body, Ready), ApiProblem> {
    let template = intake::template(&app.content)
        .map_err(|_| PageError::Internal { doing: "make the reports template" })?;
    let mend = |problems: Vec<ApiItem>| ApiProblem::of_body(StatusCode::UNPROCESSABLE_ENTITY, MEND, problems);
    let body = Body::read(json, &template, &by.agency).map_err(mend)?;
    let n_bytes = body.rows.iter().flat_map(|row| &row.cells).map(|cell| cell.text.len()).sum();
    intake::refuse_files_in(&body.rows).map_err(|refused| refuse(&refused, n_bytes, who))?;
    let read = read_rows(body.rows.clone(), &template, &Mapping::default());
    let ready = intake::ready(&app.content, &read.reports, by);
    let mut problems: Vec<_> = read.problems.iter().chain(&ready.problems).collect();
    problems.sort();
    if problems.is_empty() {
        Ok((body, ready))
    } else {
        Err(mend(problems.into_iter().map(|problem| body.located(problem)).collect()))
    }
}

/// Says that it is not taken, and notes that something was refused: its format and rough size, nothing else.
fn refuse(refused: &Refused, n_bytes: usize, who: &Who) -> ApiProblem {
    tracing::warn!(
        member.id = who.staff.member.as_str(),
        refused = refused.kind.code(),
        what = refused.what,
        up_to_kib = (n_bytes / 1024 + 1).next_power_of_two(),
        "something was refused on the machine interface"
    );
    ApiProblem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "Images and files are not taken", refused.sentence)
}

fn answer(outcome: &Outcome, ids: &[String]) -> Result<Response, ApiProblem> {
    let taken: Vec<Taken<'_>> = ids
        .iter()
        .zip(&outcome.cases)
        .map(|(report_id, (case, became))| Taken { report_id, case, became: *became })
        .collect();
    let body = serde_json::to_vec(&serde_json::json!({ "reports": taken }))
        .map_err(|_| PageError::Internal { doing: "write the answer" })?;
    let status = StatusCode::from_u16(outcome.status).unwrap_or(StatusCode::OK);
    Ok((status, [(header::CONTENT_TYPE, "application/json")], body).into_response())
}
