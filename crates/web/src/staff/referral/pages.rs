//! The pages: whom to ask and why, what is waiting, one referral and its answer.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse};
use daymark_access::{
    Action, Record, ReferralState, may_answer_referral, may_read_referral, may_refer, may_withdraw_referral,
    verb,
};
use daymark_store::agency::Agency;
use daymark_store::referral::{self, Referral};
use daymark_store::{Tx, agency, link, member};
use daymark_vocab::{AgencyId, CaseId, MemberId, ReferralId};
use jiff::Timestamp;

use super::form::{RawAnswer, RawReferral, RawWithdrawal};
use crate::app::App;
use crate::edge::error_page::{PageError, PageResult};
use crate::edge::session::Who;
use crate::facts;
use crate::in_words;
use crate::kit::{
    Breadcrumbs, Button, Cell, CharacterCount, Choice, CsrfField, ErrorSummary, FormProblems, Language,
    Legend, Markup, NavLink, Radios, Select, SelectOption, StaffLayout, SummaryList, SummaryRow, Table, Tag,
    TagColour,
};
use crate::staff::frame;

/// Up to this many agencies stand as radios, with what each does; more become a list.
const FEW_AGENCIES: usize = 10;
/// Lines of the list.
const NEWEST: i64 = 200;

fn reason_box(label: &str, hint: &str, typed: &str, problems: &FormProblems) -> CharacterCount {
    CharacterCount {
        hint: Some(hint.into()),
        error: problems.of("reason"),
        value: typed.to_owned(),
        ..CharacterCount::new("reason", label, 2_000)
    }
}

#[derive(Template)]
#[template(path = "staff/referral/ask.html")]
struct AskPage {
    layout: StaffLayout,
    breadcrumbs: Breadcrumbs,
    summary: Option<ErrorSummary>,
    reference: String,
    action: String,
    csrf: CsrfField,
    to: Markup,
    reason: CharacterCount,
    send: Button,
    back: String,
}

/// The case that somebody wants to refer, and whom they can ask.
pub struct Wanted {
    /// Which case.
    pub case: CaseId,
    /// The facts about it.
    pub record: Record,
    /// Its number for people.
    pub reference: String,
    /// The other agencies.
    pub others: Vec<Agency>,
}

/// Decides that this person may refer the case to some agency, and reads its number. Commit before a byte leaves.
pub async fn wanted(tx: &mut Tx, who: &Who, case: &str, now: Timestamp) -> Result<Wanted, PageError> {
    let case: CaseId = facts::id(case)?;
    let record = facts::about_case(tx, &case).await?;
    let others: Vec<Agency> =
        agency::all(tx).await?.into_iter().filter(|agency| agency.id != who.staff.agency).collect();
    // INVARIANT: without anybody to ask the decision is about one's own agency, which the rules refuse with a reason.
    let first = others.first().map_or(&who.staff.agency, |agency| &agency.id);
    who.decided(may_refer(&who.staff, &record, first, now))?;
    let grant = who.may::<verb::ReadCaseCoarse>(&record, now)?;
    let summary = link::summary(tx, &grant, now).await?.ok_or(PageError::NotFound)?;
    Ok(Wanted { case, record, reference: summary.reference, others })
}

/// The form, with what was written and every problem when it comes back.
pub fn ask_page(
    app: &App,
    who: &Who,
    wanted: &Wanted,
    raw: &RawReferral,
    problems: &FormProblems,
) -> PageResult {
    const QUESTION: &str = "Which agency do you ask?";
    let selected = Some(raw.to.clone());
    let to = if wanted.others.len() <= FEW_AGENCIES {
        let choices = wanted.others.iter().map(|agency| {
            Choice::new(agency.id.as_str(), agency.name.as_str()).with_hint(format!(
                "{}. {}",
                agency.kind.label(),
                agency.contact
            ))
        });
        let radios = Radios::new("to", Legend::new(QUESTION), choices.collect());
        Markup::from(&Radios { error: problems.of("to"), selected, ..radios })
    } else {
        let mut options = vec![SelectOption::new("", "Choose one")];
        options.extend(wanted.others.iter().map(|agency| {
            SelectOption::new(agency.id.as_str(), format!("{} ({})", agency.name, agency.kind.label()))
        }));
        Markup::of(&Select { error: problems.of("to"), selected, ..Select::new("to", QUESTION, options) })
    };
    let at_case = format!("/cases/{}", wanted.case);
    let page = AskPage {
        layout: StaffLayout {
            has_errors: !problems.is_empty(),
            ..frame(app, who, format!("Refer case {}", wanted.reference), "/cases")
        },
        breadcrumbs: Breadcrumbs {
            above: vec![
                NavLink::new("Start", "/start"),
                NavLink::new("Cases", "/cases"),
                NavLink::new(wanted.reference.clone(), at_case.clone()),
            ],
            here: None,
        },
        summary: problems.summary(),
        reference: wanted.reference.clone(),
        action: format!("{at_case}/refer"),
        csrf: CsrfField { token: who.csrf.clone() },
        to,
        reason: reason_box(
            "Why do you ask them, and what do you ask for?",
            "They read this before they decide. Leave out names, and never describe an image.",
            &raw.reason,
            problems,
        ),
        send: Button::submit("Send the referral"),
        back: at_case,
    };
    let status = if problems.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let html = page.render().map_err(|_| PageError::Internal { doing: "show the referral form" })?;
    Ok((status, Html(html)).into_response())
}

/// `GET /cases/{case}/refer`
pub async fn ask(State(app): State<App>, who: Who, Path(case): Path<String>) -> PageResult {
    let now = app.clock.now();
    let mut tx = app.store.reading("prepare a referral").await?;
    let wanted = wanted(&mut tx, &who, &case, now).await?;
    tx.commit().await?;
    ask_page(&app, &who, &wanted, &RawReferral::default(), &FormProblems::new(Language::English))
}

#[derive(Template)]
#[template(path = "staff/referral/already.html")]
struct AlreadyReferredPage {
    layout: StaffLayout,
    reference: String,
    agency: String,
    typed: String,
    open: Button,
    back: String,
}

/// They were asked before and have not answered yet: here is that referral, and nothing that was written is lost.
pub fn already_page(
    app: &App,
    who: &Who,
    wanted: &Wanted,
    to: &AgencyId,
    id: &ReferralId,
    raw: &RawReferral,
) -> PageResult {
    let agency = wanted.others.iter().find(|agency| agency.id == *to);
    let page = AlreadyReferredPage {
        layout: frame(app, who, "This agency has been asked already", "/referrals"),
        reference: wanted.reference.clone(),
        agency: agency.map_or_else(|| to.to_string(), |agency| agency.name.clone()),
        typed: raw.reason.clone(),
        open: Button::link("Open the referral", format!("/referrals/{id}")),
        back: format!("/cases/{}", wanted.case),
    };
    let html = page.render().map_err(|_| PageError::Internal { doing: "show the open referral" })?;
    Ok((StatusCode::CONFLICT, Html(html)).into_response())
}

#[derive(Template)]
#[template(path = "staff/referral/list.html")]
struct ListPage {
    layout: StaffLayout,
    table: Option<Table>,
}

fn tag(state: ReferralState) -> Markup {
    let colour = match state {
        ReferralState::Open => TagColour::Yellow,
        ReferralState::Accepted => TagColour::Green,
        ReferralState::Rejected => TagColour::Red,
        ReferralState::Withdrawn => TagColour::Grey,
    };
    Markup::of(&Tag::new(state.label(), colour))
}

fn name_of(agencies: &[Agency], id: &AgencyId) -> String {
    agencies
        .iter()
        .find(|agency| agency.id == *id)
        .map_or_else(|| id.to_string(), |agency| agency.name.clone())
}

/// `GET /referrals`
pub async fn list(State(app): State<App>, who: Who) -> PageResult {
    who.may_list(Action::ListReferrals)?;
    let mut tx = app.store.read("list referrals").await?;
    let referrals = referral::list(&mut tx, &who.staff, NEWEST).await?;
    let agencies = agency::all(&mut tx).await?;
    drop(tx);
    let line = |referral: &Referral| -> Vec<Cell> {
        let sent = referral.from == who.staff.agency;
        let other = name_of(&agencies, if sent { &referral.to } else { &referral.from });
        vec![
            Markup::link(&format!("/referrals/{}", referral.id), &referral.reference).into(),
            if sent { format!("Sent to {other}") } else { format!("From {other}") }.into(),
            in_words::instant(referral.opened_at).into(),
            tag(referral.state).into(),
        ]
    };
    let head = vec!["Case".into(), "Agency".into(), "Sent".into(), "State".into()];
    let page = ListPage {
        layout: frame(&app, &who, "Referrals", "/referrals"),
        table: (!referrals.is_empty()).then(|| {
            Table::new("Open ones first, then the newest", head, referrals.iter().map(line).collect())
                .stacked()
        }),
    };
    let html = page.render().map_err(|_| PageError::Internal { doing: "show the referrals" })?;
    Ok(Html(html).into_response())
}

#[derive(Template)]
#[template(path = "staff/referral/referral.html")]
struct ReferralPage {
    layout: StaffLayout,
    breadcrumbs: Breadcrumbs,
    summary: Option<ErrorSummary>,
    reference: String,
    state: Markup,
    facts: SummaryList,
    reason: String,
    answered: Option<(&'static str, String)>,
    csrf: CsrfField,
    answer: Option<AnswerForm>,
    withdraw: Option<WithdrawForm>,
    case: Option<Button>,
}

struct AnswerForm {
    action: String,
    question: Radios,
    reason: CharacterCount,
    send: Button,
}

struct WithdrawForm {
    action: String,
    reason: CharacterCount,
    send: Button,
}

/// What a form on the page held when it came back with problems.
pub enum Typed<'a> {
    /// Nothing was sent.
    Nothing,
    /// The answer.
    Answer(&'a RawAnswer),
    /// The withdrawal.
    Withdrawal(&'a RawWithdrawal),
}

/// A referral as this person may see it.
pub struct Shown {
    referral: Referral,
    from: String,
    to: String,
    opened_by: String,
    answered_by: Option<String>,
    may_answer: bool,
    may_withdraw: bool,
    may_read_case: bool,
}

async fn person(tx: &mut Tx, who: &Who, of: &AgencyId, id: &MemberId) -> Result<String, PageError> {
    if *of != who.staff.agency {
        return Ok("their safeguarding lead".to_owned());
    }
    let found = member::find(tx, of, id).await?;
    Ok(found.map_or_else(|| "a former colleague".to_owned(), |member| member.name.into_inner()))
}

/// Decides that this person may read the referral, and reads it. Commit before a byte leaves.
pub async fn read(tx: &mut Tx, who: &Who, id: &ReferralId, now: Timestamp) -> Result<Shown, PageError> {
    let record = referral::facts(tx, id).await?;
    let grant = who.decided(may_read_referral(&who.staff, &record, now))?;
    let referral = referral::read(tx, &grant, now).await?.ok_or(PageError::NotFound)?;
    let agencies = agency::all(tx).await?;
    let case = facts::about_case(tx, &referral.case).await?;
    let opened_by = person(tx, who, &referral.from, &referral.opened_by).await?;
    let answerer = match referral.state {
        ReferralState::Withdrawn => &referral.from,
        _ => &referral.to,
    };
    let answered_by = match &referral.answered_by {
        Some(id) => Some(person(tx, who, answerer, id).await?),
        None => None,
    };
    Ok(Shown {
        from: name_of(&agencies, &referral.from),
        to: name_of(&agencies, &referral.to),
        opened_by,
        answered_by,
        may_answer: may_answer_referral(&who.staff, &record, now).is_ok(),
        may_withdraw: may_withdraw_referral(&who.staff, &record, now).is_ok(),
        may_read_case: who.could::<verb::ReadCase>(&case, now),
        referral,
    })
}

/// The page of one referral, with what was written and every problem when a form comes back.
pub fn referral_page(
    app: &App,
    who: &Who,
    shown: &Shown,
    typed: &Typed<'_>,
    problems: &FormProblems,
) -> PageResult {
    let referral = &shown.referral;
    let none = FormProblems::new(Language::English);
    let (answer, answer_problems) = match typed {
        Typed::Answer(raw) => (Some(*raw), problems),
        _ => (None, &none),
    };
    let (withdrawal, withdrawal_problems) = match typed {
        Typed::Withdrawal(raw) => (Some(*raw), problems),
        _ => (None, &none),
    };
    let mut facts = vec![
        SummaryRow::new("Case", referral.reference.as_str()),
        SummaryRow::new("From", shown.from.as_str()),
        SummaryRow::new("To", shown.to.as_str()),
        SummaryRow::new("Sent", format!("{}, by {}", in_words::instant(referral.opened_at), shown.opened_by)),
    ];
    if let (Some(at), Some(by)) = (referral.answered_at, &shown.answered_by) {
        let key = if referral.state == ReferralState::Withdrawn { "Withdrawn" } else { "Answered" };
        facts.push(SummaryRow::new(key, format!("{}, by {by}", in_words::instant(at))));
    }
    let page = ReferralPage {
        layout: StaffLayout {
            has_errors: !problems.is_empty(),
            ..frame(app, who, format!("Referral of case {}", referral.reference), "/referrals")
        },
        breadcrumbs: Breadcrumbs {
            above: vec![NavLink::new("Start", "/start"), NavLink::new("Referrals", "/referrals")],
            here: Some(Markup::text(&referral.reference)),
        },
        summary: problems.summary(),
        reference: referral.reference.clone(),
        state: tag(referral.state),
        facts: SummaryList::new(facts),
        reason: referral.reason.reveal().clone(),
        answered: referral.answer.as_ref().map(|words| {
            let heading = match referral.state {
                ReferralState::Withdrawn => "Why it was taken back",
                _ => "Why it was not accepted",
            };
            (heading, words.reveal().clone())
        }),
        csrf: CsrfField { token: who.csrf.clone() },
        answer: shown.may_answer.then(|| AnswerForm {
            action: format!("/referrals/{}/answer", referral.id),
            question: Radios {
                error: answer_problems.of("answer"),
                selected: answer.map(|raw| raw.answer.clone()),
                ..Radios::new(
                    "answer",
                    Legend::new("Does your agency take the case on?"),
                    vec![
                        Choice::new("accept", "Yes")
                            .with_hint("The case opens to your safeguarding leads at once."),
                        Choice::new("reject", "No")
                            .with_hint("Say why below, and what they could do instead."),
                    ],
                )
            },
            reason: reason_box(
                "If not, why not?",
                "They read this. Say who could help instead.",
                answer.map_or("", |raw| raw.reason.as_str()),
                answer_problems,
            ),
            send: Button::submit("Send the answer"),
        }),
        withdraw: shown.may_withdraw.then(|| WithdrawForm {
            action: format!("/referrals/{}/withdraw", referral.id),
            reason: reason_box(
                "Why do you take it back?",
                "They read this too.",
                withdrawal.map_or("", |raw| raw.reason.as_str()),
                withdrawal_problems,
            ),
            send: Button::submit("Take the referral back").secondary(),
        }),
        case: shown
            .may_read_case
            .then(|| Button::link("Open the case", format!("/cases/{}", referral.case)).secondary()),
    };
    let status = if problems.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let html = page.render().map_err(|_| PageError::Internal { doing: "show a referral" })?;
    Ok((status, Html(html)).into_response())
}

/// `GET /referrals/{id}`
pub async fn show(State(app): State<App>, who: Who, Path(id): Path<String>) -> PageResult {
    let now = app.clock.now();
    let mut tx = app.store.reading("read a referral").await?;
    let shown = read(&mut tx, &who, &facts::id(&id)?, now).await?;
    tx.commit().await?;
    referral_page(&app, &who, &shown, &Typed::Nothing, &FormProblems::new(Language::English))
}
