//! Judging a pair, and taking a judgement back.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect};

use daymark_access::{Record, verb};
use daymark_store::{Tx, judgement};
use daymark_vocab::CaseId;

use super::form::{RawJudgement, RawUndo};
use crate::app::App;
use crate::edge::error_page::{PageError, PageResult};
use crate::edge::form::Form;
use crate::edge::session::Who;
use crate::facts;

/// Two cases of a path, and the facts about the pair.
async fn pair(tx: &mut Tx, case: &str, other: &str) -> Result<Record, PageError> {
    let parse = |id: &str| id.parse::<CaseId>().map_err(|_| PageError::NotFound);
    let (one, two) =
        (facts::about_case(tx, &parse(case)?).await?, facts::about_case(tx, &parse(other)?).await?);
    Record::link(&one, &two).ok_or(PageError::NotFound)
}

/// `POST /cases/{case}/links/{other}/judge`
pub async fn judge(
    State(app): State<App>,
    who: Who,
    Path((case, other)): Path<(String, String)>,
    Form(raw): Form<RawJudgement>,
) -> PageResult {
    who.csrf.check(&raw.csrf)?;
    let now = app.clock.now();
    let mut tx = app.store.write("judge link").await?;
    let grant = who.may::<verb::JudgeLink>(&pair(&mut tx, &case, &other).await?, now)?;
    let Some(said) = raw.parse() else {
        return Err(PageError::BadRequest {
            problems: vec!["Choose Yes, No or Not sure yet before you save your decision.".to_owned()],
        });
    };
    judgement::judge(&mut tx, &grant, said, now).await?;
    tx.commit().await?;
    app.matching.want();
    Ok(Redirect::to(&format!("/cases/{case}/links#link-{other}")).into_response())
}

/// `POST /cases/{case}/links/{other}/undo`
pub async fn undo(
    State(app): State<App>,
    who: Who,
    Path((case, other)): Path<(String, String)>,
    Form(raw): Form<RawUndo>,
) -> PageResult {
    who.csrf.check(&raw.csrf)?;
    let now = app.clock.now();
    let mut tx = app.store.write("undo judgement").await?;
    let grant = who.may::<verb::UndoJudgement>(&pair(&mut tx, &case, &other).await?, now)?;
    if !judgement::undo(&mut tx, &grant, &raw.id, now).await? {
        return Err(PageError::Conflict);
    }
    tx.commit().await?;
    app.matching.want();
    Ok(Redirect::to(&format!("/cases/{case}/links#link-{other}")).into_response())
}
