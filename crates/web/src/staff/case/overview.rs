//! What do we hold about this case, who said so, and what is still to find out?

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{Html, IntoResponse};
use daymark_access::{Record, verb};
use daymark_content::{Field, Need, Scope};
use daymark_store::case_file::Case;
use daymark_store::{entity, selector};
use daymark_vocab::{Amount, Currency, EntityId, EntityKind, Fact, FactKind, FieldId, Known, Value};
use jiff::Timestamp;

use super::names::Names;
use crate::app::App;
use crate::edge::error_page::{PageError, PageResult};
use crate::edge::session::Who;
use crate::in_words;
use crate::kit::{Button, Details, Markup, StaffLayout, SummaryList, SummaryRow};
use crate::staff::case_frame::{CaseFrame, CaseHead, CasePart};
use crate::staff::frame;

#[derive(Template)]
#[template(path = "staff/case/overview.html")]
struct OverviewPage {
    layout: StaffLayout,
    around: CaseFrame,
    reference: String,
    read_for: Option<String>,
    voice: Vec<Quote>,
    groups: Vec<Group>,
    money: Money,
    opinions: Option<SummaryList>,
    involvement: Vec<String>,
    to_find_out: Vec<Details>,
    n_to_find_out: usize,
    nothing_about: Vec<(String, Option<String>)>,
    glance: SummaryList,
    add: Vec<(String, String)>,
    actions: Vec<Button>,
}

/// The child's words, as they were said.
struct Quote {
    question: String,
    /// Letter for letter; empty when the child has not been asked or chose not to say.
    words: String,
    state: &'static str,
    provenance: String,
    change: Option<String>,
}

/// One thing in the case.
struct Group {
    title: String,
    facts: SummaryList,
}

/// Money: a harm of its own.
struct Money {
    paid: Option<String>,
    demanded: Option<String>,
    groups: Vec<Group>,
}

#[derive(Template)]
#[template(
    source = "{% if known %}<span class=\"dm-value\">{{ text }}</span>{% else %}<span class=\"dm-value dm-value--none\">{{ text }}</span>{% endif %}<span class=\"dm-source\">{{ provenance }}</span>",
    ext = "html"
)]
struct FactShown {
    known: bool,
    text: String,
    provenance: String,
}

/// What a page of facts needs at hand.
struct View<'a> {
    app: &'a App,
    case: &'a Case,
    names: &'a Names,
    may_change: bool,
}

/// `GET /cases/{case}`
pub async fn show(State(app): State<App>, who: Who, Path(case): Path<String>) -> PageResult {
    let now = app.clock.now();
    let mut tx = app.store.reading("read a case").await?;
    let (_, record) = super::record_of(&mut tx, &case).await?;
    let case = super::decide_and_read(&mut tx, &who, &record, now).await?;
    let names = Names::read(&mut tx, &who).await?;
    let shared = daymark_store::case_file::whose(&mut tx, &case.id).await?.map(|whose| whose.released_to);
    tx.commit().await?;
    let view = View {
        app: &app,
        case: &case,
        names: &names,
        may_change: who.could::<verb::ChangeCase>(&record, now),
    };
    let shared = shared.unwrap_or_default().iter().map(|agency| names.agency(agency)).collect::<Vec<_>>();
    let (to_find_out, n_to_find_out) = view.to_find_out();
    let add = if view.may_change { view.can_be_added() } else { Vec::new() };
    let html = OverviewPage {
        layout: frame(&app, &who, format!("Case {}", case.reference), "/cases"),
        around: CaseFrame::new(&who, &record, &CaseHead::of(&app, &case), CasePart::Overview, now),
        reference: case.reference.clone(),
        read_for: (case.agency != who.staff.agency).then(|| names.agency(&case.agency)),
        voice: view.voice(),
        groups: view.groups(|kind| !matches!(kind, EntityKind::Demand | EntityKind::Payment)),
        money: view.money(),
        opinions: view.opinions(),
        involvement: view.involvement(),
        to_find_out,
        n_to_find_out,
        nothing_about: view.nothing_about(),
        glance: view.glance(&shared),
        add,
        actions: actions(&app, &who, &record, &case, now).await?,
    }
    .render()
    .map_err(|_| PageError::Internal { doing: "show a case" })?;
    Ok(Html(html).into_response())
}

/// What this person may do with the whole case.
async fn actions(
    app: &App,
    who: &Who,
    record: &Record,
    case: &Case,
    now: Timestamp,
) -> Result<Vec<Button>, PageError> {
    let mut actions = Vec::new();
    if who.could::<verb::AssignCase>(record, now) {
        let href = format!("/cases/{}/file", case.id);
        actions.push(Button::link("Change status, lead or next check-in", href).secondary());
    }
    let mut tx = app.store.read("agencies to refer to").await?;
    let others = daymark_store::agency::all(&mut tx).await?;
    let may_refer =
        others.iter().any(|agency| daymark_access::may_refer(&who.staff, record, &agency.id, now).is_ok());
    if may_refer {
        let href = format!("/cases/{}/refer", case.id);
        actions.push(Button::link("Refer to another agency", href).secondary());
    }
    Ok(actions)
}

impl View<'_> {
    fn field(&self, id: &FieldId) -> Option<&Field> {
        self.app.content.catalogue().field(id)
    }

    fn change_href(&self, entity: &EntityId, field: &FieldId) -> String {
        format!("/cases/{}/entity/{entity}/{field}", self.case.id)
    }

    /// What kind of statement it is, who it comes from, how sure they are, who wrote it down and when.
    fn provenance(&self, fact: &Fact) -> String {
        format!(
            "{}. From: {}. {}. Written down by {}, {}.",
            fact.kind.label(),
            fact.source.label(),
            fact.confidence.label(),
            self.names.member(&self.case.agency, &fact.recorded_by),
            in_words::instant(fact.recorded_at)
        )
    }

    fn row(&self, of: &entity::Entity, id: &FieldId, fact: &Fact) -> SummaryRow {
        let field = self.field(id);
        let label = field.map_or_else(|| id.to_string(), |field| field.label.clone());
        let text = match &fact.value {
            Known::Yes(value) => self.text(of, id, value),
            absent => absent.sentence().to_owned(),
        };
        let shown =
            FactShown { known: fact.value.value().is_some(), text, provenance: self.provenance(fact) };
        let row = SummaryRow::new(label.as_str(), Markup::of(&shown));
        if self.may_change && field.is_some() {
            row.changed_at(self.change_href(&of.id, id), label)
        } else {
            row
        }
    }

    fn text(&self, of: &entity::Entity, id: &FieldId, value: &Value) -> String {
        if id.as_str() == "account.selector"
            && let Some(selector) = selector::in_facts(&of.facts)
        {
            return selector.shown().into_inner();
        }
        match self.field(id) {
            Some(field) => in_words::value(self.app, field, value),
            None => "Recorded under a question that is no longer asked".to_owned(),
        }
    }

    fn title(&self, of: &entity::Entity) -> String {
        let n = self.case.entities.iter().filter(|other| other.kind == of.kind && other.ordinal > 0).count();
        if of.ordinal == 0 {
            return match of.kind {
                EntityKind::Payment => "All payments together".to_owned(),
                kind => kind.label().to_owned(),
            };
        }
        if n > 1 {
            return format!("{} {}", of.kind.label(), of.ordinal);
        }
        let entity = self.app.content.catalogue().entity(of.kind);
        entity.map_or_else(|| of.kind.label().to_owned(), |entity| entity.title.clone())
    }

    /// An entity's facts of one kind of statement, in the catalogue's order.
    fn rows(&self, of: &entity::Entity, kind: FactKind) -> Vec<SummaryRow> {
        let order: BTreeMap<&FieldId, usize> = self
            .app
            .content
            .catalogue()
            .fields_of(of.kind)
            .enumerate()
            .map(|(at, field)| (&field.id, at))
            .collect();
        let mut facts: Vec<_> = of.facts.iter().filter(|(_, fact)| fact.kind == kind).collect();
        facts.sort_by_key(|(id, _)| order.get(id).copied().unwrap_or(usize::MAX));
        facts.into_iter().map(|(id, fact)| self.row(of, id, fact)).collect()
    }

    fn groups(&self, takes: impl Fn(EntityKind) -> bool) -> Vec<Group> {
        self.case
            .entities
            .iter()
            .filter(|of| takes(of.kind))
            .map(|of| Group { title: self.title(of), facts: SummaryList::new(self.rows(of, FactKind::Fact)) })
            .filter(|group| !group.facts.rows.is_empty())
            .collect()
    }

    fn opinions(&self) -> Option<SummaryList> {
        let rows: Vec<_> =
            self.case.entities.iter().flat_map(|of| self.rows(of, FactKind::Opinion)).collect();
        (!rows.is_empty()).then(|| SummaryList::new(rows))
    }

    fn voice(&self) -> Vec<Quote> {
        let facts = self.case.entities.iter().flat_map(|of| of.facts.iter().map(move |fact| (of, fact)));
        facts
            .filter(|(_, (_, fact))| fact.kind == FactKind::ChildWords)
            .map(|(of, (id, fact))| Quote {
                question: self.field(id).map_or_else(|| id.to_string(), |field| field.question.clone()),
                words: match &fact.value {
                    Known::Yes(Value::Text(text)) => text.reveal().clone(),
                    _ => String::new(),
                },
                state: fact.value.sentence(),
                provenance: self.provenance(fact),
                change: self.may_change.then(|| self.change_href(&of.id, id)),
            })
            .collect()
    }

    fn money(&self) -> Money {
        let amounts = |kind: EntityKind, field: &str| -> Option<String> {
            let of_kind = self.case.entities.iter().filter(|of| of.kind == kind && of.ordinal > 0);
            let (mut totals, mut n, mut n_unknown) = (BTreeMap::<Currency, i64>::new(), 0, 0);
            for of in of_kind {
                n += 1;
                let fact = of.facts.iter().find(|(id, _)| id.as_str() == field).map(|(_, fact)| &fact.value);
                match fact {
                    Some(Known::Yes(Value::Amount(amount))) => {
                        let total = totals.entry(amount.currency).or_default();
                        *total = total.saturating_add(amount.minor);
                    }
                    _ => n_unknown += 1,
                }
            }
            if n == 0 {
                return None;
            }
            let totals: Vec<String> =
                totals.into_iter().map(|(currency, minor)| Amount { minor, currency }.to_string()).collect();
            let total = if totals.is_empty() { "amount not known".to_owned() } else { totals.join(" and ") };
            let unknown = match n_unknown {
                0 => String::new(),
                _ if totals.is_empty() => String::new(),
                1 => ", and 1 more of which the amount is not known".to_owned(),
                more => format!(", and {more} more of which the amounts are not known"),
            };
            Some(format!("{total}{unknown}"))
        };
        Money {
            paid: amounts(EntityKind::Payment, "payment.amount"),
            demanded: amounts(EntityKind::Demand, "demand.amount"),
            groups: self.groups(|kind| matches!(kind, EntityKind::Demand | EntityKind::Payment)),
        }
    }

    fn involvement(&self) -> Vec<String> {
        let named = |id: &EntityId| {
            self.case.entities.iter().find(|of| of.id == *id).map_or_else(
                || "Something that is no longer here".to_owned(),
                |of| match of.kind {
                    EntityKind::Child => "The child".to_owned(),
                    kind => format!("{} {}", kind.label(), of.ordinal),
                },
            )
        };
        let n_incidents = self.case.entities.iter().filter(|of| of.kind == EntityKind::Incident).count();
        self.case
            .parts
            .iter()
            .map(|part| {
                let line = format!("{}: {}", named(&part.party), part.involvement.label().to_lowercase());
                if n_incidents > 1 { format!("{line} ({})", named(&part.incident)) } else { line }
            })
            .collect()
    }

    /// Questions to be answered before the first review that nobody has answered, by entity.
    fn to_find_out(&self) -> (Vec<Details>, usize) {
        let mut n_all = 0;
        let mut groups = Vec::new();
        for of in &self.case.entities {
            let scope = if of.ordinal == 0 { Scope::Whole } else { Scope::Each };
            let open: Vec<&Field> = self
                .app
                .content
                .catalogue()
                .fields_of(of.kind)
                .filter(|field| field.need != Need::Optional && (field.scope == scope))
                .filter(|field| of.facts.get(&field.id).is_none_or(|fact| fact.value == Known::NotAsked))
                .collect();
            if open.is_empty() {
                continue;
            }
            n_all += open.len();
            let lines = open.iter().map(|field| {
                let text = if self.may_change {
                    Markup::link(&self.change_href(&of.id, &field.id), &field.label)
                } else {
                    Markup::text(&field.label)
                };
                Markup::paragraph(text)
            });
            let summary = format!("{}: {} still open", self.title(of), open.len());
            groups.push(Details::new(summary, Markup::join(lines)));
        }
        (groups, n_all)
    }

    /// Kinds of thing of which nothing is recorded at all.
    fn nothing_about(&self) -> Vec<(String, Option<String>)> {
        let has = |kind| self.case.entities.iter().any(|of| of.kind == kind);
        let kinds = self.app.content.catalogue().entities().iter().filter(|entity| !has(entity.kind));
        kinds
            .map(|entity| {
                let href = format!("/cases/{}/add/{}", self.case.id, entity.kind.code());
                (entity.title.clone(), self.may_change.then_some(href))
            })
            .collect()
    }

    fn can_be_added(&self) -> Vec<(String, String)> {
        let has = |kind| self.case.entities.iter().any(|of| of.kind == kind);
        let whole = self.case.entities.iter().any(|of| of.kind == EntityKind::Payment && of.ordinal == 0);
        let mut add: Vec<(String, String)> = self
            .app
            .content
            .catalogue()
            .entities()
            .iter()
            .filter(|entity| entity.many && has(entity.kind))
            .map(|entity| {
                let text = format!("Add another: {}", entity.kind.label().to_lowercase());
                (text, format!("/cases/{}/add/{}", self.case.id, entity.kind.code()))
            })
            .collect();
        if has(EntityKind::Payment) && !whole {
            let text = "Add what is true of all payments together".to_owned();
            add.push((text, format!("/cases/{}/add/{}", self.case.id, super::add::ALL_PAYMENTS)));
        }
        add
    }

    fn glance(&self, shared: &[String]) -> SummaryList {
        let first = |kind: EntityKind, field: &str| {
            let of = self.case.entities.iter().find(|of| of.kind == kind)?;
            let (id, fact) = of.facts.iter().find(|(id, _)| id.as_str() == field)?;
            Some(match &fact.value {
                Known::Yes(value) => self.text(of, id, value),
                absent => absent.sentence().to_owned(),
            })
        };
        let child: Vec<String> = ["child.age_band", "child.gender"]
            .iter()
            .filter_map(|field| first(EntityKind::Child, field))
            .collect();
        let child = if child.is_empty() { "Not recorded".to_owned() } else { child.join(", ") };
        let demand =
            first(EntityKind::Demand, "demand.kind").unwrap_or_else(|| "No demand recorded".to_owned());
        let risk = first(EntityKind::Response, "response.suicide_risk")
            .unwrap_or_else(|| Known::<()>::NotAsked.sentence().to_owned());
        let lead = self
            .case
            .lead
            .as_ref()
            .map_or_else(|| "Nobody yet".to_owned(), |lead| self.names.member(&self.case.agency, lead));
        let shared = if shared.is_empty() { "Nobody else".to_owned() } else { shared.join("; ") };
        let row = |key: &str, value: String| SummaryRow::new(key, value);
        SummaryList {
            no_border: true,
            ..SummaryList::new(vec![
                row("Child", child),
                row("Demand", demand),
                row("Suicide and self-harm", risk),
                row("Lead", lead),
                row("Held by", self.names.agency(&self.case.agency)),
                row("Also sees it", shared),
                row("Opened", in_words::instant(self.case.opened_at)),
            ])
        }
    }
}
