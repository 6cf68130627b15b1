//! What was typed? The strings of one page, exactly as they were sent.

use std::collections::BTreeMap;

use daymark_content::field::{Field, FieldKind};
use daymark_vocab::FieldId;

/// The strings of one page by input name, unaltered. Never printed: it holds what a child said.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Raw(BTreeMap<String, Vec<String>>);

impl std::fmt::Debug for Raw {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Raw({} inputs, [private])", self.0.len())
    }
}

impl Raw {
    /// What a form sent; the order of repeated names is kept.
    pub fn of(pairs: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut raw = Self::default();
        for (name, value) in pairs {
            raw.0.entry(name).or_default().push(value);
        }
        raw
    }

    /// What was kept of an earlier form.
    pub const fn from_map(map: BTreeMap<String, Vec<String>>) -> Self {
        Self(map)
    }

    /// Everything, to be kept.
    pub const fn as_map(&self) -> &BTreeMap<String, Vec<String>> {
        &self.0
    }

    /// The first string of this name; empty when there is none.
    pub fn first(&self, name: &str) -> &str {
        self.0.get(name).and_then(|values| values.first()).map_or("", String::as_str)
    }

    /// All strings of this name.
    pub fn all(&self, name: &str) -> &[String] {
        self.0.get(name).map_or(&[], Vec::as_slice)
    }

    /// Puts one string in the place of what stood under this name.
    pub fn put(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.0.insert(name.into(), vec![value.into()]);
    }

    /// Puts these strings in the place of what stood under this name.
    pub fn put_all(&mut self, name: impl Into<String>, values: Vec<String>) {
        self.0.insert(name.into(), values);
    }

    /// Only the inputs with these names.
    #[must_use]
    pub fn only(&self, names: &[String]) -> Self {
        let kept = self.0.iter().filter(|(name, _)| names.contains(name));
        Self(kept.map(|(name, values)| (name.clone(), values.clone())).collect())
    }

    /// Whether anything was typed or chosen among the inputs of `field`.
    pub fn touches(&self, field: &Field) -> bool {
        let said = |name: &str| self.all(name).iter().any(|text| !text.trim().is_empty());
        let name = name_of(&field.id);
        let state = self.first(&format!("{name}-state"));
        let states = !state.is_empty() && state != "known";
        match field.kind {
            FieldKind::Moment => {
                states || ["day", "month", "year", "time"].iter().any(|part| said(&format!("{name}-{part}")))
            }
            _ => states || said(&name),
        }
    }
}

/// The input's name: `incident.first_contact_at` → `incident-first-contact-at`.
pub fn name_of(field: &FieldId) -> String {
    field.as_str().replace(['.', '_'], "-")
}

/// The names of all inputs of `field`.
pub fn names_of(field: &Field) -> Vec<String> {
    let name = name_of(&field.id);
    let parts: &[&str] = match field.kind {
        FieldKind::Code | FieldKind::Codes | FieldKind::YesNo | FieldKind::Area => &[],
        FieldKind::Text
        | FieldKind::LongText
        | FieldKind::Verbatim
        | FieldKind::Number
        | FieldKind::Selector => &["state"],
        FieldKind::Amount => &["currency", "state"],
        FieldKind::Moment => &["day", "month", "year", "time", "state"],
    };
    let mut names: Vec<String> = parts.iter().map(|part| format!("{name}-{part}")).collect();
    if field.kind != FieldKind::Moment {
        names.push(name);
    }
    names
}

/// The id of the input that an error summary links to.
pub fn target_of(field: &Field) -> String {
    let name = name_of(&field.id);
    if field.kind == FieldKind::Moment { format!("{name}-day") } else { name }
}
