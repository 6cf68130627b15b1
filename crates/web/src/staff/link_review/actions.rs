//! Judging a pair, and taking a judgement back.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect};

use daymark_access::{Record, verb};
use daymark_store::link::CaseOf;
use daymark_store::{Tx, judgement};
use daymark_vocab::CaseId;

use super::form::{RawJudgement, RawUndo};
use crate::app::App;
use crate::edge::error_page::{PageError, PageResult};
use crate::edge::form::Form;
use crate::edge::session::Who;
use crate::facts;

/// Two cases and their owners.
type Pair = (CaseOf, CaseOf);

/// Two cases of a path, and the facts about the pair; the cases are `None` where one is absent.
async fn pair(tx: &mut Tx, case: &str, other: &str) -> Result<(Record, Option<Pair>), PageError> {
    let parse = |id: &str| id.parse::<CaseId>().map_err(|_| PageError::NotFound);
    let (case, other) = (parse(case)?, parse(other)?);
    let (owner, one) = facts::about_case_of(tx, &case).await?;
    let (other_owner, two) = facts::about_case_of(tx, &other).await?;
    let record = Record::link(&one, &two).ok_or(PageError::NotFound)?;
    Ok((record, owner.zip(other_owner).map(|(one, two)| ((one, case), (two, other)))))
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
    let (record, cases) = pair(&mut tx, &case, &other).await?;
    let grant = who.may::<verb::JudgeLink>(&record, now)?;
    let Some(said) = raw.parse() else {
        return Err(PageError::BadRequest {
            problems: vec!["Choose Yes, No or Not sure yet before you save your decision.".to_owned()],
        });
    };
    judgement::judge(&mut tx, &grant, said, now).await?;
    let cases = cases.ok_or(PageError::NotFound)?;
    app.matching.judged(&mut tx, (&cases.0, &cases.1), now).await?;
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
    let (record, cases) = pair(&mut tx, &case, &other).await?;
    let grant = who.may::<verb::UndoJudgement>(&record, now)?;
    if !judgement::undo(&mut tx, &grant, &raw.id, now).await? {
        return Err(PageError::Conflict);
    }
    let cases = cases.ok_or(PageError::NotFound)?;
    app.matching.judged(&mut tx, (&cases.0, &cases.1), now).await?;
    tx.commit().await?;
    app.matching.want();
    Ok(Redirect::to(&format!("/cases/{case}/links#link-{other}")).into_response())
}
