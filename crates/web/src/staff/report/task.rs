//! Which pages are there, and what has been answered on each? The catalogue's steps, seen from one draft.

use daymark_content::{Catalogue, Content, Field, FieldKind, Need, Scope, Step, StepSection};
use daymark_vocab::selector::{Found, Selector, find_in_text};
use daymark_vocab::{Confidence, EntityKind, FactKind, Known, Source, Value};
use jiff::Timestamp;

use super::form_state::FormState;
use crate::answers::raw::{name_of, names_of, target_of};
use crate::answers::words::words;
use crate::answers::{Origin, Raw, Reader, Wrong, today};
use crate::edge::error_page::PageError;

/// The step on which accounts are asked.
pub const ACCOUNT: &str = "account";
/// The most things of one kind.
pub const MOST_ITEMS: u32 = 50;
/// The inputs that every page has beside its fields.
pub const SOURCE: &str = "source";
/// See [`SOURCE`].
pub const CONFIDENCE: &str = "confidence";

/// One page and what was typed on it.
pub struct PageOf<'a> {
    /// The step.
    pub step: &'a Step,
    /// Which of several things; 0 where there is one.
    pub item: u32,
    /// What was typed.
    pub raw: Raw,
}

/// The catalogue as this form goes through it.
#[derive(Clone, Copy)]
pub struct Tasks<'a> {
    content: &'a Content,
    now: Timestamp,
}

impl<'a> Tasks<'a> {
    /// All pages of `content`, seen now.
    pub const fn new(content: &'a Content, now: Timestamp) -> Self {
        Self { content, now }
    }

    fn catalogue(self) -> &'a Catalogue {
        self.content.catalogue()
    }

    /// What reads answers.
    pub fn reader(self) -> Reader<'a> {
        Reader { content: self.content, today: today(self.now) }
    }

    /// The pages, in order. What names a child is asked elsewhere.
    pub fn steps(self) -> impl Iterator<Item = &'a Step> {
        self.catalogue().steps().iter().filter(|step| !step.identity && !step.fields.is_empty())
    }

    /// The groups that have pages here.
    pub fn sections(self) -> impl Iterator<Item = (&'a StepSection, Vec<&'a Step>)> {
        self.catalogue().step_sections().iter().filter_map(move |section| {
            let steps: Vec<_> = self.steps().filter(|step| step.section == section.id).collect();
            (!steps.is_empty()).then_some((section, steps))
        })
    }

    /// One page.
    ///
    /// # Errors
    /// [`PageError::NotFound`] when there is none of this name.
    pub fn step(self, id: &str) -> Result<&'a Step, PageError> {
        self.steps().find(|step| step.id == id).ok_or(PageError::NotFound)
    }

    /// The page after `step`; `None` after the last.
    pub fn after(self, step: &Step) -> Option<&'a Step> {
        self.steps().skip_while(|one| one.id != step.id).nth(1)
    }

    /// The page before `step`; `None` before the first.
    pub fn before(self, step: &Step) -> Option<&'a Step> {
        self.steps().take_while(|one| one.id != step.id).last()
    }

    /// The fields of a page.
    pub fn fields(self, step: &'a Step) -> impl Iterator<Item = &'a Field> {
        step.fields.iter().filter_map(move |id| self.catalogue().field(id))
    }

    /// Whether a page is about one of several things: all that is asked of each stands on it.
    pub fn repeats(self, step: &Step) -> bool {
        let Some(kind) = step.entity else { return false };
        let many = self.catalogue().entity(kind).is_some_and(|entity| entity.many);
        let mut each = self.catalogue().fields_of(kind).filter(|field| field.scope == Scope::Each).peekable();
        many && each.peek().is_some() && each.all(|field| field.step == step.id)
    }

    /// Whether a page's answers are said of all things of its kind together.
    pub fn is_whole(self, step: &'a Step) -> bool {
        self.fields(step).all(|field| field.scope == Scope::Whole)
    }

    /// The names of all inputs of a page.
    pub fn inputs(self, step: &'a Step) -> Vec<String> {
        let mut names: Vec<String> = self.fields(step).flat_map(names_of).collect();
        names.extend([SOURCE.to_owned(), CONFIDENCE.to_owned()]);
        names
    }

    /// The pages of a draft on which something was kept, in the order of the form.
    pub fn pages(self, state: &FormState) -> Vec<PageOf<'a>> {
        let mut pages = Vec::new();
        for step in self.steps() {
            let items = if self.repeats(step) { state.items(&step.id) } else { vec![0] };
            for item in items.into_iter().filter(|item| state.has(&step.id, *item)) {
                pages.push(PageOf { step, item, raw: state.raw(&step.id, item) });
            }
        }
        pages
    }

    /// The answers of a page that can be recorded.
    pub fn answers(self, page: &PageOf<'a>) -> Vec<(&'a Field, Known<Value>)> {
        self.fields(page.step)
            .filter_map(|field| Some((field, self.reader().answer(field, &page.raw).ok()??)))
            .collect()
    }

    /// What is wrong with the answers of a page: all of it.
    pub fn wrong(self, step: &'a Step, raw: &Raw) -> Vec<(&'a Field, Wrong)> {
        self.fields(step)
            .filter_map(|field| self.reader().answer(field, raw).err().map(|wrong| (field, wrong)))
            .collect()
    }

    /// Why an account cannot be matched as it stands. It may be kept so: it only links nothing.
    pub fn account_remark(self, raw: &Raw) -> Option<Wrong> {
        let typed = raw.first("account-selector");
        let kind = raw.first("account-selector-kind").parse().ok()?;
        if typed.trim().is_empty() {
            return None;
        }
        let platform = Some(raw.first("account-platform")).filter(|code| is_code(code));
        let read = Selector::parse(kind, platform, typed).or_else(|_| Selector::parse(kind, None, typed));
        read.err().map(|error| Wrong {
            target: "account-selector".to_owned(),
            message: format!("Account, number or address: {error}"),
        })
    }

    /// What may have been overlooked and stands in nobody's way: page, item, sentence.
    pub fn remarks(self, state: &FormState) -> Vec<(&'a Step, u32, String)> {
        let mut remarks = Vec::new();
        for page in self.pages(state) {
            if let Some(remark) = self.account_remark(&page.raw) {
                let words = "It is kept as typed, and cannot be compared with other reports.";
                remarks.push((page.step, page.item, format!("{}. {words}", remark.message)));
            }
            for field in self.fields(page.step).filter(|field| field.id.as_str().ends_with("reference")) {
                if looks_like_initials(page.raw.first(&name_of(&field.id))) {
                    let words = "This looks like initials. In five years nobody can tell whose they were: use a number.";
                    remarks.push((page.step, page.item, format!("{}: {words}", field.label)));
                }
            }
        }
        remarks
    }

    /// The answers without which nothing can be saved and that are still missing: page, item, field.
    pub fn missing(self, state: &FormState) -> Vec<(&'a Step, u32, &'a Field)> {
        let mut missing = Vec::new();
        for step in self.steps() {
            let items = if self.repeats(step) { state.items(&step.id) } else { vec![0] };
            for item in items {
                let raw = state.raw(&step.id, item);
                for field in self.fields(step).filter(|field| field.need == Need::FirstSave) {
                    if self.reader().answer(field, &raw) == Ok(None) {
                        missing.push((step, item, field));
                    }
                }
            }
        }
        missing
    }

    /// Identifiers that stand in the longer texts and are not among the accounts yet: to be offered, never taken.
    pub fn found(self, state: &FormState) -> Vec<(String, Found)> {
        let mut known: Vec<_> =
            state.items(ACCOUNT).iter().filter_map(|item| selector(&state.raw(ACCOUNT, *item))).collect();
        let mut found = Vec::new();
        for page in self.pages(state) {
            let texts = self.fields(page.step).filter(|field| {
                matches!(field.kind, FieldKind::LongText | FieldKind::Verbatim | FieldKind::Text)
                    && field.need != Need::FirstSave
            });
            for field in texts {
                for one in find_in_text(page.raw.first(&name_of(&field.id))) {
                    let key = one.selector.canonical_key();
                    if !known.contains(&key) {
                        known.push(key);
                        found.push((field.label.clone(), one));
                    }
                }
            }
        }
        found
    }

    /// An answer in words.
    pub fn words(self, field: &Field, known: &Known<Value>) -> String {
        words(self.content, field, known)
    }

    /// A line that tells one of several things from the others.
    pub fn summary(self, page: &PageOf<'a>) -> String {
        let answers = self.answers(page);
        let words: Vec<String> =
            answers.iter().take(3).map(|(field, known)| self.words(field, known)).collect();
        if words.is_empty() { "Nothing filled in yet".to_owned() } else { words.join(", ") }
    }

    /// Where a page's answers come from: what was chosen, or what is usual.
    pub fn origin(self, step: &'a Step, raw: &Raw) -> Origin {
        let theirs = self.fields(step).all(|field| field.statement == FactKind::ChildWords);
        Origin {
            source: raw.first(SOURCE).parse().unwrap_or(if theirs {
                Source::Child
            } else {
                Source::Professional
            }),
            confidence: raw.first(CONFIDENCE).parse().unwrap_or(Confidence::Likely),
        }
    }

    /// The ids of the first inputs of a page's fields, to link to.
    pub fn target(self, field: &Field) -> String {
        target_of(field)
    }
}

/// One to four letters, with or without dots: `J.S.`, `ak`.
fn looks_like_initials(text: &str) -> bool {
    let letters: Vec<char> = text.chars().filter(|c| !matches!(c, '.' | ' ')).collect();
    (1..=4).contains(&letters.len()) && letters.iter().all(|c| c.is_alphabetic())
}

fn is_code(code: &str) -> bool {
    !code.is_empty() && Known::<()>::absent(code).is_none()
}

/// The canonical key of the account that was typed.
fn selector(raw: &Raw) -> Option<daymark_vocab::Private<String>> {
    let kind = raw.first("account-selector-kind").parse().ok()?;
    let typed = raw.first("account-selector");
    let platform = Some(raw.first("account-platform")).filter(|code| is_code(code));
    let read = Selector::parse(kind, platform, typed).or_else(|_| Selector::parse(kind, None, typed));
    read.ok().map(|selector| selector.canonical_key())
}

/// An account page for an identifier that a person accepted.
pub fn account_page(content: &Content, selector: &Selector) -> Raw {
    let platform = selector.platform().unwrap_or_default();
    let is_listed = content.platforms().iter().any(|one| one.code == platform);
    let typed = selector.shown();
    let mut raw = Raw::default();
    raw.put("account-selector-kind", selector.kind().code());
    if is_listed {
        raw.put("account-platform", platform);
    }
    // A payment app is no platform: it then stands in front of the name, where it is read again.
    let same = |text: &str| {
        let read = Selector::parse(selector.kind(), is_listed.then_some(platform), text);
        read.is_ok_and(|read| read.canonical_key() == selector.canonical_key())
    };
    let scoped = format!("{platform}:{}", typed.reveal());
    let text = if !same(typed.reveal()) && same(&scoped) { scoped } else { typed.into_inner() };
    raw.put("account-selector", text);
    raw
}

/// An identifier as one string of a form: `kind|platform|typed`.
pub fn sent(selector: &Selector) -> String {
    let platform = selector.platform().unwrap_or_default();
    format!("{}|{platform}|{}", selector.kind().code(), selector.shown().reveal())
}

/// Reads [`sent`] again; `None` for anything else.
pub fn read_sent(text: &str) -> Option<Selector> {
    let mut parts = text.splitn(3, '|');
    let kind = parts.next()?.parse().ok()?;
    let platform = parts.next().filter(|platform| !platform.is_empty());
    Selector::parse(kind, platform, parts.next()?).ok()
}

/// The kind of thing that a page is about.
///
/// # Errors
/// [`PageError::Internal`] for a page without fields, which the catalogue's check refuses.
pub fn kind_of(step: &Step) -> Result<EntityKind, PageError> {
    step.entity.ok_or(PageError::Internal { doing: "see what a page is about" })
}
