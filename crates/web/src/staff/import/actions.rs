//! Seeing what a file would do, and doing it.

use std::collections::{BTreeMap, BTreeSet};

use crate::edge::form::Form;
use axum::extract::State;
use axum::extract::multipart::{Multipart, MultipartError, MultipartRejection};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use daymark_access::{Grant, Record, verb};
use daymark_exchange::csv_export::{self, Cell};
use daymark_exchange::refuse::RefusedKind;
use daymark_exchange::{Refused, refuse_images};
use daymark_store::import_batch::{self, NewRow};
use daymark_store::{Tx, child_reference};
use daymark_vocab::CaseId;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::MAX_FILE;
use super::pages;
use super::reading::{self, Said};
use super::uploads::Sent;
use crate::app::App;
use crate::edge::error_page::{PageError, PageResult};
use crate::edge::session::Who;
use crate::intake::{self, BroughtBy, Ready};

const LIMIT: &str = "20 MB";
const GONE: &str = "That file was kept for 15 minutes only, and is gone. Choose it again";

/// What the forms after the first bring: which file it is about.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct About {
    #[serde(default)]
    csrf: String,
    #[serde(default)]
    upload: String,
}

fn may_import(app: &App, who: &Who) -> Result<Grant<verb::ImportReports>, PageError> {
    who.may::<verb::ImportReports>(&Record::agency(who.staff.agency.clone()), app.clock.now())
}

fn brought_by(app: &App, who: &Who) -> BroughtBy {
    BroughtBy { agency: who.staff.agency.clone(), member: who.staff.member.clone(), at: app.clock.now() }
}

/// `POST /import/preview`
pub async fn preview(
    State(app): State<App>,
    who: Who,
    form: Result<Multipart, MultipartRejection>,
) -> PageResult {
    may_import(&app, &who)?;
    let form = form.map_err(|_| PageError::BadRequest {
        problems: vec!["Choose the file on the import page and send it from there.".to_owned()],
    })?;
    let (csrf, bytes) = parts(form).await?;
    who.csrf.check(&csrf)?;
    if bytes.is_empty() {
        let why = "Choose a file that holds at least one report";
        return pages::not_taken(&app, &who, why, StatusCode::UNPROCESSABLE_ENTITY).await;
    }
    if bytes.len() > MAX_FILE {
        return Err(PageError::TooLarge { limit: LIMIT });
    }
    if let Err(refused) = refuse_images(&bytes) {
        return refuse(&app, &who, &refused, bytes.len()).await;
    }
    let sent = Sent { bytes, sheet: None };
    let key = Zeroizing::new(app.random::<32>()?);
    let upload = app.uploads.keep(&who.staff.member, &sent, &key, app.clock.now());
    let upload = upload.ok_or(PageError::Internal { doing: "keep a file until it is imported" })?;
    look(&app, &who, upload, sent).await
}

/// The token and the bytes of the form.
async fn parts(mut form: Multipart) -> Result<(String, Zeroizing<Vec<u8>>), PageError> {
    let unread = |error: MultipartError| match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => PageError::TooLarge { limit: LIMIT },
        _ => PageError::BadRequest { problems: vec!["The file did not arrive whole.".to_owned()] },
    };
    let (mut csrf, mut bytes) = (String::new(), Zeroizing::new(Vec::new()));
    while let Some(field) = form.next_field().await.map_err(unread)? {
        match field.name() {
            Some("csrf") => csrf = field.text().await.map_err(unread)?,
            Some("file") => bytes = Zeroizing::new(field.bytes().await.map_err(unread)?.into()),
            _ => {
                let problem = "The form holds a field that this page does not have. Choose the file on the import page and send it from there.";
                return Err(PageError::BadRequest { problems: vec![problem.to_owned()] });
            }
        }
    }
    Ok((csrf, bytes))
}

/// Says that it is not taken, and notes that something was refused: its format and rough size, nothing else.
async fn refuse(app: &App, who: &Who, refused: &Refused, n_bytes: usize) -> PageResult {
    tracing::warn!(
        member.id = who.staff.member.as_str(),
        refused = refused.kind.code(),
        what = refused.what,
        up_to_kib = (n_bytes / 1024 + 1).next_power_of_two(),
        "a file was refused on the import page"
    );
    match refused.kind {
        RefusedKind::Image | RefusedKind::Video | RefusedKind::Encoded => Err(PageError::ImageRefused),
        _ => pages::not_taken(app, who, refused.sentence, StatusCode::UNSUPPORTED_MEDIA_TYPE).await,
    }
}

/// Reads the file and shows what it would do, or what stands in the way.
async fn look(app: &App, who: &Who, upload: String, sent: Sent) -> PageResult {
    let grant = may_import(app, who)?;
    let n_bytes = sent.bytes.len();
    let mut tx = app.store.read("read the mapping of columns").await?;
    let saved = import_batch::mapping(&mut tx, &who.staff.agency).await?;
    drop(tx);
    let placed = intake::placed(saved.as_deref());
    let by = brought_by(app, who);
    let said = reading::read(app.content.clone(), app.import_worker.clone(), sent, placed, by).await?;
    match said {
        Said::Refused(refused) => {
            app.uploads.forget(&who.staff.member);
            refuse(app, who, &refused, n_bytes).await
        }
        Said::WhichSheet { why, names } => pages::sheet(app, who, upload, why, &names),
        Said::Columns(unknown) => pages::columns(app, who, upload, &unknown),
        Said::Read(ready) if !ready.problems.is_empty() => pages::problems(app, who, upload, &ready.problems),
        Said::Read(ready) => {
            let mut tx = app.store.read("preview import").await?;
            let would = import_batch::preview(&mut tx, &grant, &ready.rows).await?;
            let known = known_children(&mut tx, &grant, &ready, &would.new).await?;
            pages::preview(app, who, upload, &ready, &would, &known)
        }
    }
}

/// A new report about a child whose reference the agency has a case for already.
pub struct KnownChild {
    /// Where the report stands among the rows.
    pub row: usize,
    /// The line of the file.
    pub line: u64,
    /// The agency's own reference for the child.
    pub reference: String,
    /// The case that is there.
    pub case: CaseId,
    /// Its number.
    pub number: String,
}

/// The new rows whose child has a case in this agency already.
async fn known_children(
    tx: &mut Tx,
    grant: &Grant<verb::ImportReports>,
    ready: &Ready,
    new: &[usize],
) -> Result<Vec<KnownChild>, PageError> {
    let rows = || new.iter().filter_map(|at| Some((*at, ready.rows.get(*at)?)));
    let known = child_reference::known(tx, grant, rows().filter_map(|(_, row)| row.child())).await?;
    let there = rows().filter_map(|(at, row)| {
        let reference = row.child()?;
        let (case, number) = known.get(reference)?.clone();
        let line = ready.lines.get(at).copied().unwrap_or_default();
        Some(KnownChild { row: at, line, reference: reference.to_owned(), case, number })
    });
    Ok(there.collect())
}

/// What `POST /import/sheet` brings.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sheet {
    #[serde(default)]
    csrf: String,
    #[serde(default)]
    upload: String,
    #[serde(default)]
    sheet: String,
}

/// `POST /import/sheet`
pub async fn choose_sheet(State(app): State<App>, who: Who, Form(form): Form<Sheet>) -> PageResult {
    may_import(&app, &who)?;
    who.csrf.check(&form.csrf)?;
    app.uploads.choose_sheet(&who.staff.member, &form.upload, &form.sheet);
    match app.uploads.open(&who.staff.member, &form.upload, app.clock.now()) {
        Some(sent) => look(&app, &who, form.upload, sent).await,
        None => pages::not_taken(&app, &who, GONE, StatusCode::UNPROCESSABLE_ENTITY).await,
    }
}

/// `POST /import/columns`
pub async fn save_columns(
    State(app): State<App>,
    who: Who,
    Form(fields): Form<BTreeMap<String, String>>,
) -> PageResult {
    let now = app.clock.now();
    let record = Record::agency(who.staff.agency.clone());
    let grant = who.may::<verb::SaveImportMapping>(&record, now)?;
    let field = |name: &str| fields.get(name).map(String::as_str).unwrap_or_default();
    who.csrf.check(field("csrf"))?;
    let upload = field("upload").to_owned();
    let Some(sent) = app.uploads.open(&who.staff.member, &upload, now) else {
        return pages::not_taken(&app, &who, GONE, StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    let mut tx = app.store.read("read the mapping of columns").await?;
    let saved = import_batch::mapping(&mut tx, &who.staff.agency).await?;
    drop(tx);
    let mut placed = intake::placed(saved.as_deref());
    let by = brought_by(&app, &who);
    let worker = app.import_worker.clone();
    let said = reading::read(app.content.clone(), worker, sent.clone(), placed.clone(), by).await?;
    if let Said::Columns(unknown) = said {
        for heading in unknown {
            if let Some(column) = fields.get(&format!("column-{}", heading.column)) {
                placed.insert(heading.heading, column.clone());
            }
        }
        let text = serde_json::to_string(&placed)
            .map_err(|_| PageError::Internal { doing: "write the mapping of columns" })?;
        let mut tx = app.store.write("save the mapping of columns").await?;
        import_batch::save_mapping(&mut tx, &grant, &text, now).await?;
        tx.commit().await?;
    }
    look(&app, &who, upload, sent).await
}

/// `POST /import/problems.csv`
pub async fn problems_csv(State(app): State<App>, who: Who, Form(form): Form<About>) -> PageResult {
    may_import(&app, &who)?;
    who.csrf.check(&form.csrf)?;
    let Some(sent) = app.uploads.open(&who.staff.member, &form.upload, app.clock.now()) else {
        return pages::not_taken(&app, &who, GONE, StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    let Some(ready) = read_again(&app, &who, sent).await? else {
        return pages::not_taken(&app, &who, GONE, StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    let mut csv = csv_export::plain_row(&["line", "column", "heading", "what is wrong", "what to do"]);
    for problem in &ready.problems {
        csv.push_str(&csv_export::row(&[
            Cell::Number(problem.line.cast_signed()),
            Cell::Number(i64::try_from(problem.column).unwrap_or(0)),
            Cell::Text(problem.column_name.as_deref().unwrap_or_default()),
            Cell::Text(&problem.message),
            Cell::Text(&problem.hint),
        ]));
    }
    let kind = "text/csv; charset=utf-8; header=present";
    Ok(pages::file(kind, "problems.csv", csv.into_bytes()))
}

/// The file's reports and problems; `None` when it cannot be read as it could before.
async fn read_again(app: &App, who: &Who, sent: Sent) -> Result<Option<Ready>, PageError> {
    let mut tx = app.store.read("read the mapping of columns").await?;
    let saved = import_batch::mapping(&mut tx, &who.staff.agency).await?;
    drop(tx);
    let placed = intake::placed(saved.as_deref());
    let (worker, by) = (app.import_worker.clone(), brought_by(app, who));
    Ok(match reading::read(app.content.clone(), worker, sent, placed, by).await? {
        Said::Read(ready) => Some(ready),
        Said::Refused(_) | Said::WhichSheet { .. } | Said::Columns(_) => None,
    })
}

/// Where an import leads: to the page that says what was done, in counts.
fn told(n_opened: usize, n_left_out: usize) -> String {
    match n_left_out {
        0 => format!("/import?opened={n_opened}"),
        n => format!("/import?opened={n_opened}&left_out={n}"),
    }
}

/// What `POST /import` brings.
#[derive(Deserialize)]
pub struct Import {
    csrf: String,
    upload: String,
    /// The lines about a child of whom the person said: it is another child.
    #[serde(default)]
    another: Vec<u64>,
}

/// `POST /import`
pub async fn import(State(app): State<App>, who: Who, Form(form): Form<Import>) -> PageResult {
    let grant = may_import(&app, &who)?;
    who.csrf.check(&form.csrf)?;
    let now = app.clock.now();
    let Some(sent) = app.uploads.open(&who.staff.member, &form.upload, now) else {
        return pages::not_taken(&app, &who, GONE, StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    let digest: [u8; 32] = Sha256::digest(&*sent.bytes).into();
    let Some(ready) = read_again(&app, &who, sent.clone()).await? else {
        return look(&app, &who, form.upload, sent).await;
    };
    if !ready.problems.is_empty() {
        return pages::problems(&app, &who, form.upload, &ready.problems);
    }
    let mut tx = app.store.write("import reports").await?;
    let version = app.content.version();
    let would = import_batch::preview(&mut tx, &grant, &ready.rows).await?;
    let mut left_out: BTreeSet<usize> = BTreeSet::new();
    for known in known_children(&mut tx, &grant, &ready, &would.new).await? {
        if !form.another.contains(&known.line) {
            left_out.insert(known.row);
        }
    }
    let rows = ready.rows.into_iter().enumerate().filter(|(at, _)| !left_out.contains(at));
    let rows: Vec<NewRow> = rows.map(|(_, row)| row).collect();
    let done = import_batch::import(&mut tx, &grant, digest, rows, version, now).await?;
    tx.commit().await?;
    app.uploads.forget(&who.staff.member);
    if !done.opened.is_empty() {
        app.matching.want();
    }
    Ok(Redirect::to(&told(done.opened.len(), left_out.len())).into_response())
}
