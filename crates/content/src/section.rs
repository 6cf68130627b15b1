//! One table of an authored file, read key by key.
//!
//! Serde stops at the first wrong key. A person who edits twelve questions wants all twelve mistakes at once,
//! so tables are read by hand: each reading answers with a value (or an empty one) and notes what is wrong.

use std::collections::BTreeSet;
use std::ops::Range;

use jiff::civil::Date;
use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

use crate::file::ContentFile;
use crate::problem::{Check, Findings, Place};
use crate::word::{Word, listed, listed_texts};

/// A text with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Located {
    /// The text.
    pub text: String,
    /// Where it stands.
    pub place: Place,
}

/// A table that is being read.
pub(crate) struct Section<'a> {
    file: &'a ContentFile,
    findings: &'a Findings,
    span: Range<usize>,
    entries: Vec<Entry<'a>>,
    asked: Vec<&'static str>,
}

struct Entry<'a> {
    key: &'a str,
    key_span: Range<usize>,
    value: &'a Spanned<DeValue<'a>>,
    read: bool,
}

/// Reads a file as TOML; `None` when there is nothing to read on with.
pub(crate) fn parse<'a>(file: &'a ContentFile, findings: &Findings) -> Option<Spanned<DeTable<'a>>> {
    let (table, errors) = DeTable::parse_recoverable(file.text());
    for error in &errors {
        let span = error.span().unwrap_or(0..0);
        let message = format!("not TOML: {}", error.message().trim().replace('\n', ", "));
        findings.span(file, &span, Check::Syntax, message, "compare with the lines around it");
    }
    errors.is_empty().then_some(table)
}

impl<'a> Section<'a> {
    /// Starts on a table.
    pub fn new(
        file: &'a ContentFile,
        findings: &'a Findings,
        table: &'a DeTable<'a>,
        span: Range<usize>,
    ) -> Self {
        let entries = table
            .iter()
            .map(|(key, value)| Entry { key: key.get_ref(), key_span: key.span(), value, read: false })
            .collect();
        Self { file, findings, span, entries, asked: Vec::new() }
    }

    /// Where the table begins.
    pub fn place(&self) -> Place {
        self.file.place(self.span.start)
    }

    /// Where a key stands; the table when it is not there.
    pub fn place_of(&self, key: &str) -> Place {
        let start =
            self.entries.iter().find(|e| e.key == key).map_or(self.span.start, |e| e.value.span().start);
        self.file.place(start)
    }

    /// Notes a problem at a key.
    pub fn refuse(&self, key: &str, check: Check, message: impl Into<String>, hint: impl Into<String>) {
        self.findings.at(&self.place_of(key), check, message, hint);
    }

    /// Notes a problem at a place inside the table.
    pub fn refuse_at(
        &self,
        place: &Place,
        check: Check,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) {
        self.findings.at(place, check, message, hint);
    }

    fn take(&mut self, key: &'static str) -> Option<&'a Spanned<DeValue<'a>>> {
        self.asked.push(key);
        let entry = self.entries.iter_mut().find(|entry| entry.key == key)?;
        entry.read = true;
        Some(entry.value)
    }

    fn missing(&self, key: &str) {
        self.findings.at(
            &self.place(),
            Check::MissingKey,
            format!("`{key}` is missing"),
            format!("add `{key} = …` to this table"),
        );
    }

    fn wrong_kind(&self, key: &str, span: &Range<usize>, wanted: &str) {
        self.findings.span(
            self.file,
            span,
            Check::WrongKind,
            format!("`{key}` is not {wanted}"),
            format!("write {wanted}"),
        );
    }

    /// A text that must be there. Empty when it is not, which is then a finding.
    pub fn text(&mut self, key: &'static str) -> String {
        match self.take(key) {
            None => {
                self.missing(key);
                String::new()
            }
            Some(value) => self.as_text(key, value).unwrap_or_default(),
        }
    }

    /// A text that may be left out.
    pub fn optional_text(&mut self, key: &'static str) -> Option<String> {
        let value = self.take(key)?;
        self.as_text(key, value)
    }

    fn as_text(&self, key: &str, value: &Spanned<DeValue<'a>>) -> Option<String> {
        match value.get_ref() {
            DeValue::String(text) if text.trim().is_empty() => {
                self.findings.span(
                    self.file,
                    &value.span(),
                    Check::MissingKey,
                    format!("`{key}` is empty"),
                    "write the text, or leave the key out where it is optional",
                );
                None
            }
            DeValue::String(text) => Some(text.to_string()),
            _ => {
                self.wrong_kind(key, &value.span(), "a text in quotation marks");
                None
            }
        }
    }

    /// One of a closed list of words, which must be there.
    pub fn word<W: Word>(&mut self, key: &'static str) -> Option<W> {
        if !self.entries.iter().any(|entry| entry.key == key) {
            self.asked.push(key);
            self.missing(key);
            return None;
        }
        self.optional_word(key)
    }

    /// One of a closed list of words.
    pub fn optional_word<W: Word>(&mut self, key: &'static str) -> Option<W> {
        let value = self.take(key)?;
        let text = self.as_text(key, value)?;
        let found = W::all().iter().copied().find(|word| word.word() == text);
        if found.is_none() {
            self.findings.span(
                self.file,
                &value.span(),
                Check::UnknownWord,
                format!("`{text}` is not a word that `{key}` takes"),
                format!("use one of {}", listed::<W>()),
            );
        }
        found
    }

    /// A whole number, zero or more, which must be there.
    pub fn number(&mut self, key: &'static str) -> Option<u32> {
        if !self.entries.iter().any(|entry| entry.key == key) {
            self.asked.push(key);
            self.missing(key);
            return None;
        }
        self.optional_number(key)
    }

    /// A whole number, zero or more.
    pub fn optional_number(&mut self, key: &'static str) -> Option<u32> {
        let value = self.take(key)?;
        let number = as_number(value.get_ref());
        if number.is_none() {
            self.wrong_kind(key, &value.span(), "a whole number without quotation marks");
        }
        number
    }

    /// `true` or `false`; `false` when left out.
    pub fn flag(&mut self, key: &'static str) -> bool {
        match self.take(key) {
            None => false,
            Some(value) => match value.get_ref() {
                DeValue::Boolean(flag) => *flag,
                _ => {
                    self.wrong_kind(key, &value.span(), "`true` or `false`");
                    false
                }
            },
        }
    }

    /// A day, which must be there.
    pub fn date(&mut self, key: &'static str) -> Option<Date> {
        if !self.entries.iter().any(|entry| entry.key == key) {
            self.asked.push(key);
            self.missing(key);
            return None;
        }
        self.optional_date(key)
    }

    /// A day.
    pub fn optional_date(&mut self, key: &'static str) -> Option<Date> {
        let value = self.take(key)?;
        let date = match value.get_ref() {
            DeValue::Datetime(moment) if moment.time.is_none() => {
                moment.date.and_then(|day| day.to_string().parse().ok())
            }
            _ => None,
        };
        if date.is_none() {
            self.wrong_kind(key, &value.span(), "a date without quotation marks, such as 2026-03-14");
        }
        date
    }

    /// A list of texts; empty when left out.
    pub fn texts(&mut self, key: &'static str) -> Vec<Located> {
        let mut texts = Vec::new();
        for value in self.array(key).into_iter().flat_map(|items| items.iter()) {
            if let Some(text) = self.as_text(key, value) {
                texts.push(Located { text, place: self.file.place(value.span().start) });
            }
        }
        texts
    }

    /// Words of a closed list, in any order; empty when left out.
    pub fn word_set<W: Word + Ord>(&mut self, key: &'static str) -> BTreeSet<W> {
        let mut words = BTreeSet::new();
        for Located { text, place } in self.texts(key) {
            match W::all().iter().copied().find(|word| word.word() == text) {
                Some(word) => {
                    words.insert(word);
                }
                None => self.findings.at(
                    &place,
                    Check::UnknownWord,
                    format!("`{text}` is not a word that `{key}` takes"),
                    format!("use some of {}", listed::<W>()),
                ),
            }
        }
        words
    }

    /// Two numbers, such as a tile's column and row.
    pub fn pair(&mut self, key: &'static str) -> Option<(f64, f64)> {
        let Some(value) = self.take(key) else {
            self.missing(key);
            return None;
        };
        let pair = match value.get_ref() {
            DeValue::Array(items) => {
                let numbers: Vec<f64> = items.iter().filter_map(|item| as_float(item.get_ref())).collect();
                match numbers.as_slice() {
                    [a, b] if items.len() == 2 => Some((*a, *b)),
                    _ => None,
                }
            }
            _ => None,
        };
        if pair.is_none() {
            self.wrong_kind(key, &value.span(), "a list of two numbers, such as [5, 2]");
        }
        pair
    }

    /// A list of tables: `[[key]]`, or inline tables in brackets. Empty when left out.
    pub fn tables(&mut self, key: &'static str) -> Vec<Section<'a>> {
        let Some(items) = self.array(key) else { return Vec::new() };
        let mut sections = Vec::new();
        for value in items.iter() {
            match value.get_ref() {
                DeValue::Table(table) => {
                    sections.push(Section::new(self.file, self.findings, table, value.span()));
                }
                _ => self.wrong_kind(key, &value.span(), "a table in braces"),
            }
        }
        sections
    }

    /// One table: `key = { … }` or `[key]`.
    pub fn table(&mut self, key: &'static str) -> Option<Section<'a>> {
        let value = self.take(key)?;
        match value.get_ref() {
            DeValue::Table(table) => Some(Section::new(self.file, self.findings, table, value.span())),
            _ => {
                self.wrong_kind(key, &value.span(), "a table in braces");
                None
            }
        }
    }

    /// The keys and texts of a free table, each a text or a list of texts: `{ nation = ["england"] }`. A list
    /// of such tables gives a group for each. Empty when left out.
    pub fn condition_groups(&mut self, key: &'static str) -> Vec<Vec<(Located, Vec<Located>)>> {
        let Some(value) = self.take(key) else { return Vec::new() };
        let single = std::slice::from_ref(value);
        let tables: Vec<&Spanned<DeValue<'a>>> = match value.get_ref() {
            DeValue::Array(items) => items.iter().collect(),
            _ => single.iter().collect(),
        };
        let mut groups = Vec::new();
        for value in tables {
            match value.get_ref() {
                DeValue::Table(table) => groups.push(self.free_table(table)),
                _ => {
                    let wanted = "a table in braces, such as { nation = [\"england\"] }";
                    self.wrong_kind(key, &value.span(), wanted);
                }
            }
        }
        groups
    }

    fn free_table(&self, table: &'a DeTable<'a>) -> Vec<(Located, Vec<Located>)> {
        let mut entries = Vec::new();
        for (name, wanted) in table.iter() {
            let single = std::slice::from_ref(wanted);
            let items: Vec<&Spanned<DeValue<'a>>> = match wanted.get_ref() {
                DeValue::Array(items) => items.iter().collect(),
                _ => single.iter().collect(),
            };
            let texts = items.into_iter().filter_map(|item| {
                let text = self.as_text(name.get_ref(), item)?;
                Some(Located { text, place: self.file.place(item.span().start) })
            });
            let name =
                Located { text: name.get_ref().to_string(), place: self.file.place(name.span().start) };
            entries.push((name, texts.collect()));
        }
        // A table is sorted by its keys; people read it as it is written.
        entries.sort_by(|(a, _), (b, _)| a.place.cmp(&b.place));
        entries
    }

    /// Words of a closed list; empty when left out.
    pub fn words<W: Word>(&mut self, key: &'static str) -> Vec<W> {
        let mut found = Vec::new();
        for Located { text, place } in self.texts(key) {
            match W::all().iter().copied().find(|word| word.word() == text) {
                Some(word) => found.push(word),
                None => self.findings.at(
                    &place,
                    Check::UnknownWord,
                    format!("`{text}` is not a word that `{key}` takes"),
                    format!("use one of {}", listed::<W>()),
                ),
            }
        }
        found
    }

    /// A list of texts without their places; empty when left out.
    pub fn plain_texts(&mut self, key: &'static str) -> Vec<String> {
        self.texts(key).into_iter().map(|text| text.text).collect()
    }

    /// A text with its place, when it is there.
    pub fn optional_located(&mut self, key: &'static str) -> Option<Located> {
        let place = self.place_of(key);
        self.optional_text(key).map(|text| Located { text, place })
    }

    /// A text with its place; the table's place and no text when it is missing, which is a finding.
    pub fn located(&mut self, key: &'static str) -> Located {
        let place = self.place_of(key);
        Located { text: self.text(key), place }
    }

    fn array(&mut self, key: &'static str) -> Option<&'a DeArray<'a>> {
        let value = self.take(key)?;
        match value.get_ref() {
            DeValue::Array(items) => Some(items),
            _ => {
                self.wrong_kind(key, &value.span(), "a list in brackets");
                None
            }
        }
    }

    /// Ends the reading: keys that nobody asked for are findings.
    pub fn finish(self) {
        for entry in self.entries.iter().filter(|entry| !entry.read) {
            self.findings.span(
                self.file,
                &entry.key_span,
                Check::UnknownKey,
                format!("unknown key `{}`", entry.key),
                format!("this table takes {}", listed_texts(self.asked.iter().copied())),
            );
        }
    }
}

fn as_number(value: &DeValue<'_>) -> Option<u32> {
    match value {
        DeValue::Integer(number) => u32::from_str_radix(number.as_str(), number.radix()).ok(),
        _ => None,
    }
}

fn as_float(value: &DeValue<'_>) -> Option<f64> {
    match value {
        DeValue::Integer(number) if number.radix() == 10 => number.as_str().parse().ok(),
        DeValue::Float(number) => number.as_str().parse().ok(),
        _ => None,
    }
}
