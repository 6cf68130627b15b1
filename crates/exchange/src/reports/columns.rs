//! Which columns does the reports template have, and which field of the record catalogue is each?
//!
//! The layout is a promise to other agencies and stands here. What a field may hold, and how it is explained,
//! belongs to the record catalogue: it is asked through [`Catalogue`], so that this crate reads no content.

use std::collections::BTreeSet;

use daymark_vocab::selector::SelectorKind;
use daymark_vocab::{EntityKind, FieldId};

use super::read::SelectorRole;

/// What stands in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnKind {
    /// Words, kept exactly as they are.
    Text,
    /// A reference: one line, at most 64 characters, without white space around it.
    Reference,
    /// One word of a list.
    Code,
    /// Several words of a list, separated by `|`.
    Codes,
    /// A whole number, nought or more.
    Number,
    /// `yes` or `no`.
    YesNo,
    /// A date or time with its precision.
    Moment,
    /// The area code of a police force.
    Area,
    /// The figures of an amount; the column after it holds the currency.
    Amount,
    /// The currency of the amount in the column before it.
    Currency,
    /// Selectors of one kind, separated by `|`.
    Selectors(SelectorKind, SelectorRole),
    /// The agency that sent the report; no field.
    Agency,
    /// Read by nobody: `synthetic`.
    Marker,
}

/// One column of the template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateColumn {
    /// Its heading.
    pub column: String,
    /// The field it fills; `None` for the agency and the marker of invented data.
    pub field: Option<FieldId>,
    /// The kind of thing it belongs to.
    pub entity: EntityKind,
    /// Which one of several: from 1; 0 for what belongs to all of that kind (`debt`).
    pub ordinal: u8,
    /// What stands in it.
    pub kind: ColumnKind,
    /// Whether a row without it is refused.
    pub required: bool,
    /// The words of its list; empty where there is none.
    pub allowed: Vec<String>,
    /// What to write there, in a sentence for the help sheet.
    pub help: String,
}

/// What the record catalogue says about a field.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FieldEntry {
    /// The words of its list; empty where there is none.
    pub allowed: Vec<String>,
    /// What to write there.
    pub help: String,
}

/// The record catalogue, as far as the template needs it. `web` and `cli` answer from content.
pub trait Catalogue {
    /// The entry of a field; `None` when the catalogue does not know it.
    fn entry(&self, field: &FieldId) -> Option<FieldEntry>;
}

/// The columns, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    columns: Vec<TemplateColumn>,
}

/// Why columns make no template.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// The catalogue lacks fields that columns name.
    #[error("the record catalogue lacks {0:?}: add them under `content/record/`")]
    UnknownFields(Vec<String>),
    /// A field with a list of words has none.
    #[error("the record catalogue gives no list for {0:?}: add `allowed` there")]
    NoList(Vec<String>),
    /// Two columns have one name.
    #[error("two columns are called {0:?}")]
    SameName(Vec<String>),
    /// An amount without its currency after it, or the other way round.
    #[error("amount and currency must follow each other: {0:?}")]
    UnpairedAmount(Vec<String>),
}

impl Template {
    /// A template of these columns.
    ///
    /// # Errors
    /// [`TemplateError::SameName`], [`TemplateError::UnpairedAmount`].
    pub fn new(columns: Vec<TemplateColumn>) -> Result<Self, TemplateError> {
        let mut seen = BTreeSet::new();
        let same: Vec<_> =
            columns.iter().filter(|c| !seen.insert(c.column.clone())).map(|c| c.column.clone()).collect();
        if !same.is_empty() {
            return Err(TemplateError::SameName(same));
        }
        let partner = |at: usize| columns.get(at).map(|c| (c.kind, c.field.clone(), c.ordinal));
        let unpaired: Vec<_> = columns
            .iter()
            .enumerate()
            .filter(|(at, c)| match c.kind {
                ColumnKind::Amount => {
                    partner(at + 1) != Some((ColumnKind::Currency, c.field.clone(), c.ordinal))
                }
                ColumnKind::Currency => {
                    at.checked_sub(1).and_then(partner)
                        != Some((ColumnKind::Amount, c.field.clone(), c.ordinal))
                }
                _ => false,
            })
            .map(|(_, c)| c.column.clone())
            .collect();
        if unpaired.is_empty() { Ok(Self { columns }) } else { Err(TemplateError::UnpairedAmount(unpaired)) }
    }

    /// The flat multi-agency template: one row per report.
    ///
    /// # Errors
    /// [`TemplateError::UnknownFields`], [`TemplateError::NoList`] when the catalogue does not fit.
    pub fn flat_reports(catalogue: &dyn Catalogue) -> Result<Self, TemplateError> {
        let mut unknown = Vec::new();
        let mut no_list = Vec::new();
        let mut columns = Vec::new();
        for (name, field, ordinal, kind, required) in flat_layout() {
            let id: Option<FieldId> = field.parse().ok();
            let entity =
                field.split('.').next().and_then(|entity| entity.parse().ok()).unwrap_or(EntityKind::Report);
            let entry = id.as_ref().map_or_else(|| Some(FieldEntry::default()), |id| catalogue.entry(id));
            let Some(entry) = entry else {
                unknown.push(field.to_owned());
                continue;
            };
            if matches!(kind, ColumnKind::Code | ColumnKind::Codes) && entry.allowed.is_empty() {
                no_list.push(field.to_owned());
            }
            let help = if entry.help.is_empty() { own_help(&name, kind) } else { entry.help };
            let allowed = entry.allowed;
            columns.push(TemplateColumn {
                column: name,
                field: id,
                entity,
                ordinal,
                kind,
                required,
                allowed,
                help,
            });
        }
        for list in [&mut unknown, &mut no_list] {
            list.sort();
            list.dedup();
        }
        if !unknown.is_empty() {
            return Err(TemplateError::UnknownFields(unknown));
        }
        if !no_list.is_empty() {
            return Err(TemplateError::NoList(no_list));
        }
        Self::new(columns)
    }

    /// The columns, in order.
    pub fn columns(&self) -> &[TemplateColumn] {
        &self.columns
    }

    /// The column with this heading.
    pub fn column(&self, name: &str) -> Option<&TemplateColumn> {
        self.columns.iter().find(|column| column.column == name)
    }
}

fn own_help(name: &str, kind: ColumnKind) -> String {
    match kind {
        ColumnKind::Agency => "The id of the agency that received the report.".to_owned(),
        ColumnKind::Marker => "`true` in invented data; leave it out otherwise.".to_owned(),
        ColumnKind::Currency => "Three letters, such as GBP.".to_owned(),
        _ => format!("See `{name}` in the record catalogue."),
    }
}

type Line = (String, &'static str, u8, ColumnKind, bool);

/// Heading, field, ordinal, kind, required: the promise to other agencies.
fn flat_layout() -> Vec<Line> {
    use ColumnKind::{
        Agency, Area, Code, Codes, Currency, Marker, Moment, Number, Reference, Selectors, Text, YesNo,
    };
    use SelectorRole::{Contact, Payee};

    let one = |name: &str, field, kind| (name.to_owned(), field, 1, kind, false);
    let must = |name: &str, field, kind| (name.to_owned(), field, 1, kind, true);
    let whole = |name: &str, field, kind| (name.to_owned(), field, 0, kind, false);
    let selectors =
        |name: &str, kind, role| (name.to_owned(), "account.selector", 1, Selectors(kind, role), false);
    let mut lines: Vec<Line> = vec![
        must("report_id", "report.external_id", Reference),
        must("agency", "", Agency),
        must("received_on", "report.received_on", Moment),
        must("area", "report.area", Area),
        one("disclosure_route", "report.disclosure_route", Code),
        one("first_told", "report.first_told", Code),
        one("first_responder", "report.first_responder", Code),
        one("origin_reference", "report.origin_reference", Reference),
        must("child_ref", "child.reference", Reference),
        must("child_age_band", "child.age_band", Code),
        one("child_gender", "child.gender", Code),
        one("child_ethnicity", "child.ethnicity", Code),
        one("child_send", "child.send", Code),
        one("child_care_status", "child.care_status", Code),
        one("child_education_urn", "child.education_urn", Reference),
        one("child_lgbtq", "child.lgbtq", YesNo),
        one("motive", "incident.motive", Code),
        one("approach", "incident.approach", Code),
        one("first_contact_at", "incident.first_contact_at", Moment),
        one("first_image_at", "incident.first_image_at", Moment),
        one("first_threat_at", "incident.first_threat_at", Moment),
        one("happened_from", "incident.happened_from", Moment),
        one("happened_to", "incident.happened_to", Moment),
        one("platform_first", "incident.platform_first", Code),
        one("platforms_moved_to", "incident.platforms_moved_to", Codes),
        one("exchange", "incident.exchange", Code),
        one("image_kind", "incident.image_kind", Code),
        one("face_visible", "incident.face_visible", YesNo),
        one("threat_to", "incident.threat_to", Codes),
        one("threat_means", "incident.threat_means", Codes),
        one("threat_deadline", "incident.threat_deadline", Code),
        one("script_id", "incident.script_id", Reference),
        one("leak_status", "incident.leak_status", Code),
        one("others_at_risk", "incident.others_at_risk", Code),
        one("persona_claimed_gender", "persona.claimed_gender", Code),
        one("persona_claimed_age", "persona.claimed_age", Number),
        one("persona_claimed_role", "persona.claimed_role", Code),
        one("suspect", "person.identified", Code),
        one("relationship", "person.relationship", Code),
        selectors("handles", SelectorKind::Handle, Contact),
        selectors("display_names", SelectorKind::DisplayName, Contact),
        selectors("phones", SelectorKind::Phone, Contact),
        selectors("emails", SelectorKind::Email, Contact),
        selectors("payment_accounts", SelectorKind::BankAccount, Payee),
        selectors("ibans", SelectorKind::Iban, Payee),
        selectors("payment_tags", SelectorKind::PaymentTag, Payee),
        selectors("wallets", SelectorKind::Wallet, Payee),
        selectors("urls", SelectorKind::Url, Contact),
    ];
    for n in 1..=2 {
        let numbered = |tail: &str, field, kind| (format!("demand_{n}_{tail}"), field, n, kind, false);
        lines.push(numbered("kind", "demand.kind", Code));
        lines.push(numbered("amount", "demand.amount", ColumnKind::Amount));
        lines.push(numbered("currency", "demand.amount", Currency));
        lines.push(numbered("method", "demand.method", Code));
    }
    for n in 1..=3 {
        let numbered = |tail: &str, field, kind| (format!("payment_{n}_{tail}"), field, n, kind, false);
        lines.push(numbered("amount", "payment.amount", ColumnKind::Amount));
        lines.push(numbered("currency", "payment.amount", Currency));
        lines.push(numbered("method", "payment.method", Code));
        lines.push(numbered("owner", "payment.account_owner", Code));
        lines.push(numbered("aware", "payment.payer_aware", Code));
        lines.push(numbered("on", "payment.paid_on", Moment));
    }
    lines.extend([
        whole("debt", "payment.debt", Code),
        whole("debt_bondage", "payment.debt_bondage", YesNo),
        whole("continued_after_payment", "payment.continued", YesNo),
        whole("recovered", "payment.recovered", Code),
        one("suicide_risk", "response.suicide_risk", Code),
        one("imagery_handling", "response.imagery_handling", Code),
        one("parents_informed", "response.parents_informed", Code),
        one("account_removed", "response.account_removed", YesNo),
        one("support_weeks", "response.support_weeks", Number),
        one("outcome_code", "crime.outcome_code", Code),
        one("child_voice", "response.child_voice", Text),
        one("notes", "response.notes", Text),
        whole("synthetic", "", Marker),
    ]);
    lines
}
