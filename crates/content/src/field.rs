//! What is asked, how, and what may be answered? One field of the record catalogue.
//!
//! "Not known", "not asked", "chose not to say" and "does not apply" are always possible answers
//! ([`daymark_vocab::Known`]); they are never part of a field's list.

use daymark_vocab::selector::SelectorKind;
use daymark_vocab::{EntityKind, FactKind, FieldId};

use crate::catalogue::EntityRead;
use crate::header::{Cited, read_sources};
use crate::problem::{Check, Place};
use crate::section::{Located, Section};
use crate::word::{is_code, words};

words! {
    /// What a field's answer looks like.
    FieldKind {
        /// A line of words or a reference.
        Text = "text";
        /// Several lines of words.
        LongText = "long-text";
        /// The child's own words, kept exactly as they were said.
        Verbatim = "verbatim";
        /// One word of a list.
        Code = "code";
        /// Several words of a list.
        Codes = "codes";
        /// A whole number.
        Number = "number";
        /// Yes or no.
        YesNo = "yes-no";
        /// A date or time with its precision.
        Moment = "moment";
        /// Money with its currency.
        Amount = "amount";
        /// A police force area by its ONS code.
        Area = "area";
        /// A phone, handle, address or account used to look somebody up.
        Selector = "selector";
    }
}

words! {
    /// By when a field must be answered; any of the four ways of not knowing is an answer.
    Need {
        /// Before the record can be saved for the first time.
        FirstSave = "first-save";
        /// Before the first review.
        Review = "review";
        /// Never.
        Optional = "optional";
    }
}

words! {
    /// How closely a field is held.
    Sensitivity {
        /// Says little about one person: lists, areas, coarse counts.
        Coarse = "coarse";
        /// About one person.
        Personal = "personal";
        /// Special category or crime data, or words about abuse.
        Special = "special";
        /// Names or finds a person: kept in the identity store and nowhere else.
        Identity = "identity";
    }
}

words! {
    /// What the field is said of.
    Scope {
        /// Of each one: each payment has its amount.
        Each = "each";
        /// Of all of the case's together: whether payment was followed by more demands.
        Whole = "whole";
    }
}

/// One word of a controlled list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeValue {
    /// The word in files and store.
    pub code: String,
    /// The words on pages.
    pub label: String,
    /// More words under the label, where they help.
    pub hint: Option<String>,
    /// Where it is written.
    pub place: Place,
}

/// A template column that holds selectors of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SelectorColumn {
    /// The column: `handles`.
    pub name: String,
    /// The kind of selector in it.
    pub selector: SelectorKind,
}

/// One field of the record catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// `entity.field`.
    pub id: FieldId,
    /// The kind of thing it belongs to.
    pub entity: EntityKind,
    /// Its name in tables and summaries.
    pub label: String,
    /// The question on the form.
    pub question: String,
    /// What helps to answer it; may be empty.
    pub hint: String,
    /// What the answer looks like.
    pub kind: FieldKind,
    /// By when it must be answered.
    pub need: Need,
    /// Fact, opinion or the child's own words.
    pub statement: FactKind,
    /// How closely it is held.
    pub sensitivity: Sensitivity,
    /// Of each one, or of all together.
    pub scope: Scope,
    /// The page of the form that asks it.
    pub step: String,
    /// The list to choose from; empty for kinds without codes.
    pub values: Vec<CodeValue>,
    /// Its column in the report template; `{n}` stands for the ordinal where there are several.
    pub column: Option<String>,
    /// The column that holds an amount's currency.
    pub currency_column: Option<String>,
    /// The columns that hold selectors, one for each kind of selector.
    pub selector_columns: Vec<SelectorColumn>,
    /// Where the field comes from; the file's own sources when it names none.
    pub sources: Vec<Cited>,
    /// Where it is written.
    pub place: Place,
    /// The named list that `values` come from.
    pub(crate) values_from: Option<Located>,
}

impl Field {
    /// The value with this code.
    pub fn value(&self, code: &str) -> Option<&CodeValue> {
        self.values.iter().find(|value| value.code == code)
    }
}

/// Reads one `[[field]]` table.
pub(crate) fn read(mut section: Section<'_>, of: &EntityRead<'_>) -> Option<Field> {
    let place = section.place();
    let short = section.text("id");
    let id = format!("{}.{short}", of.kind.code()).parse::<FieldId>();
    if id.is_err() && !short.is_empty() {
        section.refuse("id", Check::BadId, format!("`{short}` is not a field id"), "use a–z, 0–9 and _ only");
    }
    let label = section.text("label");
    let question = section.text("question");
    let hint = section.optional_text("hint").unwrap_or_default();
    let kind = section.word("kind");
    let need = section.word("need").unwrap_or(Need::Optional);
    let statement = section.optional_word("statement").unwrap_or(FactKind::Fact);
    let sensitivity = section.word("sensitivity").unwrap_or(Sensitivity::Special);
    let scope = section.optional_word("scope").unwrap_or(Scope::Each);
    let step = section.text("step");
    let values = read_values(&mut section);
    let from_place = section.place_of("values_from");
    let values_from = section.optional_text("values_from").map(|text| Located { text, place: from_place });
    let column = section.optional_text("column");
    let currency_column = section.optional_text("currency_column");
    let mut selector_columns = Vec::new();
    for mut table in section.tables("selector_columns") {
        let (name, selector) = (table.text("name"), table.word("selector"));
        table.finish();
        selector_columns.extend(selector.map(|selector| SelectorColumn { name, selector }));
    }
    let mut sources = read_sources(&mut section);
    if sources.is_empty() {
        sources = of.sources.to_vec();
    }
    section.finish();
    Some(Field {
        id: id.ok()?,
        entity: of.kind,
        label,
        question,
        hint,
        kind: kind?,
        need,
        statement,
        sensitivity,
        scope,
        step,
        values,
        column,
        currency_column,
        selector_columns,
        sources,
        place,
        values_from,
    })
}

/// Reads `values = [{ code, label, hint }]`.
pub(crate) fn read_values(section: &mut Section<'_>) -> Vec<CodeValue> {
    let mut values = Vec::new();
    for mut value in section.tables("values") {
        let place = value.place();
        let code = value.text("code");
        if !code.is_empty() && !is_code(&code) {
            value.refuse(
                "code",
                Check::BadId,
                format!("`{code}` is not a code"),
                "use a–z, 0–9 and single -",
            );
        }
        values.push(CodeValue { code, label: value.text("label"), hint: value.optional_text("hint"), place });
        value.finish();
    }
    values
}
