//! One answer, one thing, one section: what is recorded, each with who says so folded under it.
//!
//! Only what was answered stands on the page. What nobody has asked yet is one line for each section; the other three
//! ways of not knowing are answers, and read as such.

use std::collections::BTreeMap;

use askama::Template;
use askama::filters::HtmlSafe;
use daymark_content::{Field, FieldKind, Need, Scope};
use daymark_store::case_file::Case;
use daymark_store::entity::Entity;
use daymark_store::selector;
use daymark_vocab::{EntityId, EntityKind, Fact, FactKind, FieldId, Known, Value};

use super::names::Names;
use crate::app::App;
use crate::in_words;

/// What a page of facts needs at hand.
pub struct View<'a> {
    /// The content, to put codes into words.
    pub app: &'a App,
    /// The case as it was read.
    pub case: &'a Case,
    /// Who may be named.
    pub names: &'a Names,
    /// Whether this person may change the case.
    pub may_change: bool,
}

/// A question, its answer, and on request who says so.
#[derive(Template)]
#[template(path = "staff/case/_row.html")]
pub struct Row {
    pub(super) key: String,
    pub(super) value: String,
    is_known: bool,
    is_long: bool,
    pub(super) provenance: String,
    pub(super) change: Option<String>,
    pub(super) history: Option<String>,
}

impl HtmlSafe for Row {}

/// Questions that nobody has asked yet, folded into one line.
#[derive(Template)]
#[template(path = "staff/case/_open.html")]
pub struct Open {
    n: usize,
    about: String,
    before_review: Vec<(String, Option<String>)>,
    optional: Vec<(String, Option<String>)>,
}

impl HtmlSafe for Open {}

/// One of several things of a kind: its answers in one line, and each of them on request.
pub struct Item {
    summary: String,
    rows: Vec<Row>,
    open: Option<Open>,
}

/// What is recorded about one thing, or about all things of one kind.
#[derive(Template)]
#[template(path = "staff/case/_section.html")]
pub struct Section {
    id: String,
    title: String,
    origin: Option<String>,
    note: Option<&'static str>,
    items: Vec<Item>,
    whole: Option<String>,
    rows: Vec<Row>,
    open: Option<Open>,
    add: Vec<(String, String)>,
}

impl HtmlSafe for Section {}

/// The child's words, as they were said.
pub struct Quote {
    /// What they were asked.
    pub question: String,
    /// Letter for letter; empty when the child has not been asked or chose not to say.
    pub words: String,
    /// Why there are none.
    pub state: &'static str,
    /// Who wrote them down, and where to change or compare them.
    pub about: Row,
}

/// Kinds of which there may be many, shown as one line each.
const LISTED: [EntityKind; 3] = [EntityKind::Account, EntityKind::Demand, EntityKind::Payment];

/// What stands where the answers come from more than one source.
const SEVERAL: &str = "Several sources";

/// About how many characters fit into one line of an answer.
const CHARS_A_LINE: usize = 26;

impl View<'_> {
    /// The field of the catalogue; `None` for one that is no longer asked.
    pub fn field(&self, id: &FieldId) -> Option<&Field> {
        self.app.content.catalogue().field(id)
    }

    fn change_href(&self, entity: &EntityId, field: &FieldId) -> String {
        format!("/cases/{}/entity/{entity}/{field}", self.case.id)
    }

    /// What kind of statement it is, who it comes from, how sure they are, who wrote it down and when.
    pub fn provenance(&self, fact: &Fact) -> String {
        format!(
            "{}. From: {}. {}. Written down by {}, {}.",
            fact.kind.label(),
            fact.source.label(),
            fact.confidence.label(),
            self.names.member(&self.case.agency, &fact.recorded_by),
            in_words::instant(fact.recorded_at)
        )
    }

    fn row(&self, of: &Entity, id: &FieldId, fact: &Fact) -> Row {
        let field = self.field(id);
        let value = self.answer(of, id, fact);
        Row {
            key: field.map_or_else(|| id.to_string(), |field| field.label.clone()),
            is_known: fact.value.value().is_some(),
            is_long: field
                .is_some_and(|field| matches!(field.kind, FieldKind::LongText | FieldKind::Verbatim))
                || value.chars().count() > 3 * CHARS_A_LINE,
            value,
            provenance: self.provenance(fact),
            change: (self.may_change && field.is_some()).then(|| self.change_href(&of.id, id)),
            history: (of.row_version > 1)
                .then(|| format!("/cases/{}/entity/{}/history#{}", self.case.id, of.id, anchor(id))),
        }
    }

    /// An answer in words: its value, or which way it is not known.
    pub fn answer(&self, of: &Entity, id: &FieldId, fact: &Fact) -> String {
        match &fact.value {
            Known::Yes(value) => self.text(of, id, value),
            absent => absent.sentence().to_owned(),
        }
    }

    /// A value in words.
    pub fn text(&self, of: &Entity, id: &FieldId, value: &Value) -> String {
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

    /// What a thing is called: by its number where there are several.
    pub fn title(&self, of: &Entity) -> String {
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

    /// An entity's answers of one kind of statement, in the catalogue's order; not what nobody has asked yet.
    fn facts<'e>(&self, of: &'e Entity, kind: FactKind) -> Vec<(&'e FieldId, &'e Fact)> {
        let catalogue = self.app.content.catalogue();
        let order: BTreeMap<&FieldId, usize> =
            catalogue.fields_of(of.kind).enumerate().map(|(at, field)| (&field.id, at)).collect();
        let mut facts: Vec<_> =
            of.facts.iter().filter(|(_, fact)| fact.kind == kind && fact.value != Known::NotAsked).collect();
        facts.sort_by_key(|(id, _)| order.get(id).copied().unwrap_or(usize::MAX));
        facts
    }

    fn rows(&self, of: &Entity, kind: FactKind) -> Vec<Row> {
        self.facts(of, kind).into_iter().map(|(id, fact)| self.row(of, id, fact)).collect()
    }

    /// What nobody has asked yet about a thing.
    fn open(&self, of: &Entity) -> Option<Open> {
        let scope = if of.ordinal == 0 { Scope::Whole } else { Scope::Each };
        let fields = self.app.content.catalogue().fields_of(of.kind).filter(|field| field.scope == scope);
        let asked = |field: &Field| of.facts.get(&field.id).is_some_and(|fact| fact.value != Known::NotAsked);
        let (optional, before_review): (Vec<_>, Vec<_>) =
            fields.filter(|field| !asked(field)).partition(|field| field.need == Need::Optional);
        let links = |fields: Vec<&Field>| -> Vec<(String, Option<String>)> {
            let link = |field: &Field| self.may_change.then(|| self.change_href(&of.id, &field.id));
            fields.into_iter().map(|field| (field.label.clone(), link(field))).collect()
        };
        let n = optional.len() + before_review.len();
        let (before_review, optional) = (links(before_review), links(optional));
        (n > 0).then(|| Open { n, about: self.title(of), before_review, optional })
    }

    fn section(&self, of: &Entity) -> Section {
        let rows = self.rows(of, FactKind::Fact);
        Section {
            id: format!("of-{}", of.id),
            title: self.title(of),
            origin: origin([of]),
            note: None,
            items: Vec::new(),
            whole: None,
            rows,
            open: self.open(of),
            add: self.add_another(of.kind).into_iter().collect(),
        }
    }

    fn add_another(&self, kind: EntityKind) -> Option<(String, String)> {
        let entity = self.app.content.catalogue().entity(kind)?;
        let last = self.case.entities.iter().filter(|of| of.kind == kind).map(|of| of.ordinal).max()?;
        let href = format!("/cases/{}/add/{}", self.case.id, kind.code());
        // Several things of a kind with sections of their own: the link stands once, above everything.
        (self.may_change && entity.many && (LISTED.contains(&kind) || last <= 1))
            .then(|| (format!("Add another: {}", kind.label().to_lowercase()), href))
    }

    /// All things of one kind: a line for each.
    fn listed(&self, kind: EntityKind) -> Option<Section> {
        let all: Vec<&Entity> = self.case.entities.iter().filter(|of| of.kind == kind).collect();
        let first = all.first()?;
        let whole = all.iter().find(|of| of.ordinal == 0);
        let items = all.iter().filter(|of| of.ordinal > 0).map(|of| self.item(of)).collect();
        let mut add: Vec<(String, String)> = self.add_another(kind).into_iter().collect();
        if kind == EntityKind::Payment && whole.is_none() && self.may_change {
            let text = "Add what is true of all payments together".to_owned();
            add.push((text, format!("/cases/{}/add/{}", self.case.id, super::add::ALL_PAYMENTS)));
        }
        let entity = self.app.content.catalogue().entity(kind);
        Some(Section {
            id: format!("all-{}", kind.code()),
            title: entity.map_or_else(|| self.title(first), |entity| entity.title.clone()),
            origin: origin(all.iter().copied()),
            note: (kind == EntityKind::Payment).then_some(
                "Losing money is a harm of its own, and nobody’s fault but the person’s who made the demands.",
            ),
            items,
            whole: whole.map(|of| self.title(of)),
            rows: whole.map(|of| self.rows(of, FactKind::Fact)).unwrap_or_default(),
            open: whole.and_then(|of| self.open(of)),
            add,
        })
    }

    fn item(&self, of: &Entity) -> Item {
        // A username that is shown with its platform says both already.
        let says_all = selector::in_facts(&of.facts).is_some();
        let is_said =
            |id: &FieldId| says_all && ["account.platform", "account.selector_kind"].contains(&id.as_str());
        let facts = self.facts(of, FactKind::Fact).into_iter().filter(|(id, _)| !is_said(id));
        let words: Vec<String> = facts
            .map(|(id, fact)| {
                let answer = self.answer(of, id, fact);
                let names_itself =
                    !matches!(fact.value, Known::Yes(Value::Code(_) | Value::Amount(_) | Value::Text(_)));
                match self.field(id).filter(|_| names_itself) {
                    Some(field) => format!("{}: {}", field.label, answer.to_lowercase()),
                    None => answer,
                }
            })
            .collect();
        let n = self.case.entities.iter().filter(|other| other.kind == of.kind && other.ordinal > 0).count();
        let what = if words.is_empty() { "nothing answered yet".to_owned() } else { words.join(" · ") };
        let summary = match n {
            1 if of.kind == EntityKind::Account => what,
            _ => format!("{} {}: {what}", of.kind.label(), of.ordinal),
        };
        Item { summary, rows: self.rows(of, FactKind::Fact), open: self.open(of) }
    }

    /// Every section of facts, in the order in which a case is read.
    pub fn sections(&self) -> Vec<Section> {
        use EntityKind::{
            Account, Child, Crime, Demand, Incident, Payment, Person, Persona, Report, Response,
        };
        let mut sections = Vec::new();
        for kind in [Incident, Demand, Payment, Account, Persona, Person, Child, Response, Report, Crime] {
            if LISTED.contains(&kind) {
                sections.extend(self.listed(kind));
            } else {
                let of_kind = self.case.entities.iter().filter(|of| of.kind == kind);
                sections.extend(of_kind.map(|of| self.section(of)));
            }
        }
        sections
    }

    /// What somebody thinks, apart from what is known.
    pub fn opinions(&self) -> Vec<Row> {
        self.case.entities.iter().flat_map(|of| self.rows(of, FactKind::Opinion)).collect()
    }

    /// What the child said, in the catalogue's order.
    pub fn voice(&self) -> Vec<Quote> {
        let mut quotes = Vec::new();
        for of in &self.case.entities {
            let catalogue = self.app.content.catalogue();
            for field in catalogue.fields_of(of.kind).filter(|field| field.statement == FactKind::ChildWords)
            {
                let Some(fact) = of.facts.get(&field.id).filter(|fact| fact.value != Known::NotAsked) else {
                    continue;
                };
                let words = match &fact.value {
                    Known::Yes(Value::Text(text)) => text.reveal().clone(),
                    _ => String::new(),
                };
                quotes.push(Quote {
                    question: field.question.clone(),
                    words,
                    state: fact.value.sentence(),
                    about: self.row(of, &field.id, fact),
                });
            }
        }
        quotes
    }

    /// Kinds of thing of which nothing is recorded at all, with the page to add one.
    pub fn nothing_about(&self) -> Vec<(String, Option<String>)> {
        let has = |kind| self.case.entities.iter().any(|of| of.kind == kind);
        let kinds = self.app.content.catalogue().entities().iter().filter(|entity| !has(entity.kind));
        kinds
            .map(|entity| {
                let href = format!("/cases/{}/add/{}", self.case.id, entity.kind.code());
                (entity.title.clone(), self.may_change.then_some(href))
            })
            .collect()
    }
}

/// Who all answers of these things come from, when it is the same for all of them.
fn origin<'e>(entities: impl IntoIterator<Item = &'e Entity>) -> Option<String> {
    let mut facts =
        entities.into_iter().flat_map(|of| of.facts.values()).filter(|fact| fact.kind == FactKind::Fact);
    let first = facts.next()?;
    let same = facts.all(|fact| fact.source == first.source && fact.confidence == first.confidence);
    Some(if same {
        format!("{}; {}", first.source.label(), first.confidence.label())
    } else {
        SEVERAL.to_owned()
    })
}

/// The place of a field on a page.
pub fn anchor(field: &FieldId) -> String {
    field.as_str().replace(['.', '_'], "-")
}

impl Row {
    fn n_lines(&self) -> usize {
        let long =
            self.value.lines().map(|line| 1 + line.chars().count() / CHARS_A_LINE).sum::<usize>().max(1);
        if self.is_long {
            1 + long.div_ceil(2)
        } else {
            long.max(1 + self.key.chars().count() / CHARS_A_LINE)
        }
    }
}

impl Section {
    /// About how many lines it takes while everything in it is folded.
    fn n_lines(&self) -> usize {
        let items = self.items.iter().map(|item| 1 + item.summary.chars().count() / (2 * CHARS_A_LINE));
        let rows = self.rows.iter().map(Row::n_lines);
        3 + rows.sum::<usize>()
            + items.sum::<usize>()
            + usize::from(self.open.is_some() || !self.add.is_empty())
            + 2 * usize::from(self.note.is_some())
    }
}

/// Who all of it comes from, when that is the same for every section; then no section says it again.
pub fn common_origin(sections: &mut [Section]) -> Option<String> {
    let mut origins = sections.iter().filter_map(|section| section.origin.as_ref());
    let first = origins.next()?.clone();
    if first == SEVERAL || origins.any(|origin| *origin != first) {
        return None;
    }
    sections.iter_mut().for_each(|section| section.origin = None);
    Some(first)
}

/// Two columns of about the same height, read one after the other.
pub struct Columns {
    /// Read first.
    pub left: Vec<Section>,
    /// Read then.
    pub right: Vec<Section>,
    /// Whether what follows all sections stands below the left one, because there is room.
    pub ends_left: bool,
}

/// Parts the sections in two; `n_below` is about how many lines follow after all of them.
pub fn columns(mut left: Vec<Section>, n_below: usize) -> Columns {
    let heights: Vec<usize> = left.iter().map(Section::n_lines).collect();
    let total: usize = heights.iter().sum();
    let (mut before, mut best) = (0, (usize::MAX, false, left.len()));
    for (at, height) in heights.iter().enumerate() {
        before += height;
        for (ends_left, one, other) in
            [(false, before, total - before + n_below), (true, before + n_below, total - before)]
        {
            best = best.min((one.max(other), ends_left, at + 1));
        }
    }
    let (_, ends_left, at) = best;
    let right = left.split_off(at.min(left.len()));
    Columns { left, right, ends_left }
}
