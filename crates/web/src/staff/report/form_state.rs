//! What has been typed so far? The body of a draft: every page's strings as they were sent, and whether it is done.
//!
//! Version 1 is JSON: `{"version":1,"pages":{"<step>":{"<item>":{"done":false,"inputs":{"<name>":["<typed>"]}}}}}`.
//! Item 0 is the page of a thing of which there is one; the others count from 1 and keep their number.

use std::collections::BTreeMap;

use daymark_exchange::refuse::refuse_images_in_text;
use daymark_store::Tx;
use daymark_store::draft::{self, Draft, DraftOf};
use daymark_vocab::{EntityId, Private};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::answers::Raw;
use crate::edge::error_page::PageError;
use crate::edge::session::Who;

/// The form's name among drafts.
pub const FORM: &str = "report";
const VERSION: u32 = 1;

/// Everything typed so far. Has no `Debug`: it holds what a child said.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormState {
    version: u32,
    pages: BTreeMap<String, BTreeMap<u32, Page>>,
}

#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Page {
    done: bool,
    inputs: BTreeMap<String, Vec<String>>,
}

impl Default for FormState {
    fn default() -> Self {
        Self { version: VERSION, pages: BTreeMap::new() }
    }
}

impl FormState {
    fn read(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok().filter(|state: &Self| state.version == VERSION)
    }

    fn write(&self) -> Result<Private<String>, PageError> {
        serde_json::to_string(self)
            .map(Private::new)
            .map_err(|_| PageError::Internal { doing: "write the unfinished record" })
    }

    /// What was typed on one page.
    pub fn raw(&self, step: &str, item: u32) -> Raw {
        self.page(step, item).map(|page| Raw::from_map(page.inputs.clone())).unwrap_or_default()
    }

    fn page(&self, step: &str, item: u32) -> Option<&Page> {
        self.pages.get(step).and_then(|items| items.get(&item))
    }

    /// Whether a page was saved with answers that can be recorded.
    pub fn is_done(&self, step: &str, item: u32) -> bool {
        self.page(step, item).is_some_and(|page| page.done)
    }

    /// Whether a page was ever kept.
    pub fn has(&self, step: &str, item: u32) -> bool {
        self.page(step, item).is_some()
    }

    /// The numbers of a step's items, in order; 0 is the page of a single thing and not among them.
    pub fn items(&self, step: &str) -> Vec<u32> {
        let items = self.pages.get(step).into_iter().flat_map(BTreeMap::keys);
        items.copied().filter(|item| *item > 0).collect()
    }

    /// The number of the next item.
    pub fn next_item(&self, step: &str) -> u32 {
        self.items(step).last().map_or(1, |last| last + 1)
    }

    /// Puts what was typed on a page in the place of what stood there. A text that is a picture or a file in disguise is
    /// not kept: what stood in that input before stays. Says whether there was one.
    pub fn keep(&mut self, step: &str, item: u32, typed: &Raw) -> bool {
        let page = self.pages.entry(step.to_owned()).or_default().entry(item).or_default();
        let mut refused = false;
        let mut inputs = BTreeMap::new();
        for (name, values) in typed.as_map() {
            if values.iter().any(|text| refuse_images_in_text(text).is_err()) {
                refused = true;
                inputs.extend(page.inputs.get(name).map(|before| (name.clone(), before.clone())));
            } else {
                inputs.insert(name.clone(), values.clone());
            }
        }
        if inputs != page.inputs {
            page.inputs = inputs;
            page.done = false;
        }
        refused
    }

    /// Notes that a page's answers can be recorded.
    pub fn finish(&mut self, step: &str, item: u32) {
        if let Some(page) = self.pages.get_mut(step).and_then(|items| items.get_mut(&item)) {
            page.done = true;
        }
    }

    /// Takes an item out.
    pub fn remove(&mut self, step: &str, item: u32) {
        if let Some(items) = self.pages.get_mut(step) {
            items.remove(&item);
        }
    }
}

fn draft_of<'a>(who: &'a Who, id: &'a str) -> DraftOf<'a> {
    DraftOf { agency: &who.staff.agency, member: &who.staff.member, form: FORM, subject: id }
}

/// The person's own unfinished record and when it was saved; `None` when they have none of this name, whoever else has.
///
/// # Errors
/// [`PageError`] when the store does not answer or the draft is of another version.
pub async fn find(
    tx: &mut Tx,
    who: &Who,
    id: &EntityId,
) -> Result<Option<(FormState, Timestamp)>, PageError> {
    opened(draft::load(tx, draft_of(who, id.as_str())).await?)
}

/// As [`find`], held until the transaction ends: a page that is saved at the same time waits, and overwrites nothing.
///
/// # Errors
/// As [`find`].
pub async fn find_to_change(
    tx: &mut Tx,
    who: &Who,
    id: &EntityId,
) -> Result<Option<(FormState, Timestamp)>, PageError> {
    opened(draft::load_to_change(tx, draft_of(who, id.as_str())).await?)
}

fn opened(draft: Option<Draft>) -> Result<Option<(FormState, Timestamp)>, PageError> {
    let Some(draft) = draft else { return Ok(None) };
    let state = FormState::read(draft.body.reveal())
        .ok_or(PageError::Internal { doing: "read the unfinished record" })?;
    Ok(Some((state, draft.saved_at)))
}

/// As [`find`].
///
/// # Errors
/// [`PageError::NotFound`] when there is none.
pub async fn load(tx: &mut Tx, who: &Who, id: &EntityId) -> Result<(FormState, Timestamp), PageError> {
    find(tx, who, id).await?.ok_or(PageError::NotFound)
}

/// As [`find_to_change`].
///
/// # Errors
/// [`PageError::NotFound`] when there is none.
pub async fn load_to_change(
    tx: &mut Tx,
    who: &Who,
    id: &EntityId,
) -> Result<(FormState, Timestamp), PageError> {
    find_to_change(tx, who, id).await?.ok_or(PageError::NotFound)
}

/// Keeps it.
///
/// # Errors
/// [`PageError`] when the store does not answer.
pub async fn save(
    tx: &mut Tx,
    who: &Who,
    id: &EntityId,
    state: &FormState,
    now: Timestamp,
) -> Result<(), PageError> {
    Ok(draft::save(tx, draft_of(who, id.as_str()), &state.write()?, now).await?)
}

/// Lets it go.
///
/// # Errors
/// [`PageError`] when the store does not answer.
pub async fn discard(tx: &mut Tx, who: &Who, id: &EntityId) -> Result<(), PageError> {
    Ok(draft::discard(tx, draft_of(who, id.as_str())).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(name: &str, value: &str) -> Raw {
        Raw::of([(name.to_owned(), value.to_owned())])
    }

    #[test]
    fn what_was_typed_survives_the_text_form_exactly() {
        let mut state = FormState::default();
        let words = "  \"so i said\"\r\n\t\u{1f600} nothing  ";
        assert!(!state.keep("voice-wants", 0, &typed("response-child-wants", words)));
        state.finish("voice-wants", 0);
        let again = FormState::read(state.write().unwrap().reveal()).unwrap();
        assert!(again == state && again.is_done("voice-wants", 0));
        assert_eq!(again.raw("voice-wants", 0).first("response-child-wants"), words);
    }

    #[test]
    fn another_version_is_not_guessed_at() {
        assert!(FormState::read(r#"{"version":2,"pages":{}}"#).is_none());
        assert!(FormState::read("").is_none());
    }

    #[test]
    fn a_change_reopens_a_page_and_the_same_again_does_not() {
        let mut state = FormState::default();
        state.keep("response-notes", 0, &typed("response-notes", "a"));
        state.finish("response-notes", 0);
        state.keep("response-notes", 0, &typed("response-notes", "a"));
        assert!(state.is_done("response-notes", 0), "a late save of the same words");
        state.keep("response-notes", 0, &typed("response-notes", "ab"));
        assert!(!state.is_done("response-notes", 0));
    }

    #[test]
    fn items_keep_their_numbers() {
        let mut state = FormState::default();
        for item in 1..=3 {
            state.keep("account", item, &typed("account-selector", "x"));
        }
        state.remove("account", 2);
        assert_eq!((state.items("account"), state.next_item("account")), (vec![1, 3], 4));
    }

    #[test]
    fn a_picture_in_disguise_is_not_kept_and_what_stood_there_is() {
        let mut state = FormState::default();
        state.keep("response-notes", 0, &typed("response-notes", "what I wrote"));
        let picture = format!("data:image/png;base64,{}", "iVBORw0KGgoAAAANSUhEUgAA".repeat(30));
        assert!(state.keep("response-notes", 0, &typed("response-notes", &picture)));
        assert_eq!(state.raw("response-notes", 0).first("response-notes"), "what I wrote");
    }
}
