//! Where does a parsed report become a case? Here, and nowhere else: the import page, `daymark import`, the machine
//! interface and the sample region all come through this.
//!
//! What a file says is kept as told and not checked ([`Confidence::Unverified`]), with the file as its source. The
//! child's own words stay the child's own words.

use std::collections::BTreeMap;

use daymark_content::{Content, FieldKind};
use daymark_exchange::reports::columns::FieldEntry;
use daymark_exchange::reports::{
    Catalogue, Mapping, ParsedReport, ParsedSelector, Row, SelectorRole, Template, TemplateError,
};
use daymark_exchange::{Problem, Refused, refuse};
use daymark_store::Facts;
use daymark_store::case_file::NewCase;
use daymark_store::entity::NewEntity;
use daymark_store::import_batch::NewRow;
use daymark_vocab::selector::SelectorKind;
use daymark_vocab::{
    AgencyId, AreaCode, Confidence, EntityKind, Fact, FactKind, FieldId, Involvement, Known, MemberId,
    Source, Value,
};
use jiff::Timestamp;

/// The record catalogue, as the template asks it.
#[derive(Debug, Clone, Copy)]
pub struct ContentCatalogue<'c>(pub &'c Content);

impl Catalogue for ContentCatalogue<'_> {
    fn entry(&self, field: &FieldId) -> Option<FieldEntry> {
        let field = self.0.catalogue().field(field)?;
        let allowed = match field.kind {
            FieldKind::Area => self.0.areas().iter().map(|area| area.code.to_string()).collect(),
            _ => field.values.iter().map(|value| value.code.clone()).collect(),
        };
        let help = [field.question.as_str(), field.hint.as_str()];
        Some(FieldEntry { allowed, help: help.join(" ").trim().to_owned() })
    }
}

/// The template that agencies fill in.
///
/// # Errors
/// [`TemplateError`] when the record catalogue does not fit the template: a fault of ours.
pub fn template(content: &Content) -> Result<Template, TemplateError> {
    Template::flat_reports(&ContentCatalogue(content))
}

/// How an agency's own headings are read: heading → our column, empty where it is left out.
pub type Placed = BTreeMap<String, String>;

/// Reads the mapping as it was saved; what cannot be read is nothing.
pub fn placed(saved: Option<&str>) -> Placed {
    saved.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
}

/// The mapping as the reader takes it.
pub fn mapping(placed: &Placed, template: &Template) -> Mapping {
    placed.iter().fold(Mapping::default(), |mapping, (heading, column)| {
        if template.column(column).is_some() {
            mapping.with(heading, column)
        } else if column.is_empty() {
            mapping.without(heading)
        } else {
            mapping
        }
    })
}

/// Who brings the reports, for which agency, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BroughtBy {
    /// The agency whose cases they become.
    pub agency: AgencyId,
    /// The person.
    pub member: MemberId,
    /// When.
    pub at: Timestamp,
}

/// Reports that are ready to be opened as cases, with the line each stood on.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ready {
    /// The rows.
    pub rows: Vec<NewRow>,
    /// The line (or place in a list, from 1) of each row.
    pub lines: Vec<u64>,
    /// What is wrong with the others.
    pub problems: Vec<Problem>,
}

/// Makes cases of reports. A report of another agency is a problem, and so is one whose area is not known.
pub fn ready(content: &Content, reports: &[ParsedReport], by: &BroughtBy) -> Ready {
    let mut ready = Ready::default();
    for report in reports {
        if report.agency.as_ref().is_some_and(|agency| *agency != by.agency) {
            ready.problems.push(Problem::of_cell(
                report.line,
                0,
                Some("agency"),
                "this report belongs to another agency",
                "import it as that agency, or take it out",
            ));
            continue;
        }
        match new_case(content, report, by) {
            Ok(case) => {
                ready.rows.push(NewRow {
                    external_id: report.external_id.reveal().clone(),
                    digest: digest(&report.digest),
                    case,
                });
                ready.lines.push(report.line);
            }
            Err(problem) => ready.problems.push(problem),
        }
    }
    ready
}

/// The digest of a report as bytes; what is no hexadecimal (it always is) becomes a digest of its own.
fn digest(hex: &str) -> [u8; 32] {
    use sha2::{Digest, Sha256};
    let bytes = data_encoding::HEXLOWER.decode(hex.as_bytes()).ok();
    bytes.and_then(|bytes| bytes.try_into().ok()).unwrap_or_else(|| Sha256::digest(hex.as_bytes()).into())
}

/// Makes one case of one report.
///
/// # Errors
/// A [`Problem`] when the area is not known: every case lies in one.
pub fn new_case(content: &Content, report: &ParsedReport, by: &BroughtBy) -> Result<NewCase, Problem> {
    let area = area_of(report).ok_or_else(|| {
        Problem::of_cell(
            report.line,
            0,
            Some("area"),
            "the area must be known",
            "write the code of the police force area in which the child lives; if nobody knows, the agency’s own",
        )
    })?;
    let fact = |kind, value| Fact {
        value,
        kind,
        source: Source::ImportedFile,
        confidence: Confidence::Unverified,
        recorded_by: by.member.clone(),
        recorded_at: by.at,
    };
    let mut by_place: BTreeMap<(EntityKind, u8), Facts> = BTreeMap::new();
    // Every report is about something that happened to a child, even when no cell says what.
    by_place.entry((EntityKind::Child, 1)).or_default();
    by_place.entry((EntityKind::Incident, 1)).or_default();
    for told in &report.facts {
        let kind = content.catalogue().field(&told.field).map_or(FactKind::Fact, |field| field.statement);
        by_place
            .entry((told.entity, told.ordinal))
            .or_default()
            .insert(told.field.clone(), fact(kind, told.value.clone()));
    }
    let mut entities: Vec<NewEntity> = by_place
        .into_iter()
        .map(|((kind, ordinal), facts)| NewEntity { kind, ordinal: i64::from(ordinal), facts })
        .collect();
    let at = |kind| entities.iter().position(|entity: &NewEntity| entity.kind == kind);
    let (incident, child, persona) =
        (at(EntityKind::Incident), at(EntityKind::Child), at(EntityKind::Persona));
    let mut parts = Vec::new();
    if let Some(incident) = incident {
        parts.extend(child.map(|child| (incident, child, Involvement::Harmed)));
        parts.extend(persona.map(|persona| (incident, persona, Involvement::Threatened)));
    }
    let accounts = report.selectors.iter().map(|known| (account(content, known), Some(known.role)));
    let not_known = report.selector_states.iter().filter_map(|(column, state)| {
        let kind = selector_kind_of(content, column)?;
        Some((account_not_known(kind, state.clone()), None))
    });
    for (ordinal, (values, role)) in (1..).zip(accounts.chain(not_known)) {
        let facts = values.into_iter().map(|(field, value)| (field, fact(FactKind::Fact, value))).collect();
        if let (Some(incident), Some(role)) = (incident, role) {
            let part = match role {
                SelectorRole::Contact => Involvement::Threatened,
                SelectorRole::Payee => Involvement::Received,
            };
            parts.push((incident, entities.len(), part));
        }
        entities.push(NewEntity { kind: EntityKind::Account, ordinal, facts });
    }
    Ok(NewCase { area, lead: None, next_check_on: None, entities, parts, import: None })
}

fn area_of(report: &ParsedReport) -> Option<AreaCode> {
    let told = report.facts.iter().find(|told| told.field.as_str() == "report.area")?;
    match told.value.value()? {
        Value::Code(code) => code.parse().ok(),
        _ => None,
    }
}

type Told = Vec<(FieldId, Known<Value>)>;

fn told(values: Vec<(&str, Known<Value>)>) -> Told {
    values.into_iter().filter_map(|(field, value)| Some((field.parse().ok()?, value))).collect()
}

/// One account: what kind of thing it is, where it is, and the text exactly as it was typed.
fn account(content: &Content, known: &ParsedSelector) -> Told {
    let selector = &known.selector;
    let platforms = "account.platform".parse().ok().and_then(|id: FieldId| content.catalogue().field(&id));
    let platform =
        selector.platform().filter(|code| platforms.is_some_and(|field| field.value(code).is_some()));
    let mut values = vec![
        ("account.selector_kind", Known::Yes(Value::Code(selector.kind().code().to_owned()))),
        ("account.selector", Known::Yes(Value::Text(selector.as_typed().clone()))),
    ];
    values.extend(platform.map(|code| ("account.platform", Known::Yes(Value::Code(code.to_owned())))));
    told(values)
}

/// That accounts of a kind are not known, not asked for, or that the child chose not to say.
fn account_not_known(kind: SelectorKind, state: Known<Value>) -> Told {
    told(vec![
        ("account.selector_kind", Known::Yes(Value::Code(kind.code().to_owned()))),
        ("account.selector", state),
    ])
}

fn selector_kind_of(content: &Content, column: &str) -> Option<SelectorKind> {
    let field = content.catalogue().field(&"account.selector".parse().ok()?)?;
    field.selector_columns.iter().find(|known| known.name == column).map(|known| known.selector)
}

/// Refuses cells that hide a file. A file's own bytes were looked at before; what a spreadsheet or JSON spelled with
/// escapes is only seen in the cell.
///
/// # Errors
/// [`Refused`], for the whole file.
pub fn refuse_files_in(rows: &[Row]) -> Result<(), Refused> {
    rows.iter()
        .flat_map(|row| &row.cells)
        .filter(|cell| cell.text.len() > 3)
        .try_for_each(|cell| refuse::refuse_images_in_text(&cell.text))
}

#[cfg(test)]
mod tests {
    use daymark_exchange::reports::read_csv;

    use super::*;

    fn content() -> Content {
        Content::embedded().0
    }

    fn by() -> BroughtBy {
        BroughtBy {
            agency: "moorland-school".parse().unwrap(),
            member: "lead".parse().unwrap(),
            at: Timestamp::UNIX_EPOCH,
        }
    }

    /// The case of one invented row with these further columns.
    fn case_of(columns: &str, cells: &str) -> Result<NewCase, Problem> {
        let content = content();
        let text = format!(
            "report_id,received_on,area,child_ref,child_age_band{columns}\nr-1,2026-11-20,E23000009,c-1,14-15{cells}\n"
        );
        let read = read_csv(text.as_bytes(), &template(&content).unwrap(), &Mapping::default());
        assert_eq!(read.problems, []);
        new_case(&content, &read.reports[0], &by())
    }

    fn of_kind(case: &NewCase, kind: EntityKind) -> Vec<&NewEntity> {
        case.entities.iter().filter(|entity| entity.kind == kind).collect()
    }

    #[test]
    fn the_catalogue_fits_the_template() {
        let template = template(&content()).unwrap();
        assert!(template.columns().len() > 70);
        assert_eq!(template.column("area").unwrap().allowed.len(), 43);
    }

    #[test]
    fn a_row_becomes_things_and_their_parts() {
        let case = case_of(
            ",persona_claimed_gender,handles,payment_tags,payment_1_amount,payment_1_currency,debt,child_voice",
            ",girl,instagram:zz_syn_a,paypal:zz-syn-pay,50,GBP,borrowed,  I said no.  ",
        );
        let case = case.unwrap();
        let accounts = of_kind(&case, EntityKind::Account);
        assert!(accounts.len() >= 2);
        assert_eq!(
            daymark_store::selector::in_facts(&accounts[0].facts).unwrap().platform(),
            Some("instagram")
        );
        let payments: Vec<i64> = of_kind(&case, EntityKind::Payment).iter().map(|p| p.ordinal).collect();
        assert_eq!(payments, [0, 1], "0 is the case’s money as a whole");
        let voice = of_kind(&case, EntityKind::Response)[0].facts.values().next().unwrap();
        assert_eq!(voice.kind, FactKind::ChildWords);
        assert_eq!(voice.value, Known::Yes(Value::Text("  I said no.  ".to_owned().into())));
        assert_eq!((voice.source, voice.confidence), (Source::ImportedFile, Confidence::Unverified));
        let parts: Vec<(EntityKind, Involvement)> =
            case.parts.iter().map(|(_, party, part)| (case.entities[*party].kind, *part)).collect();
        assert!(parts.contains(&(EntityKind::Child, Involvement::Harmed)));
        assert!(parts.contains(&(EntityKind::Persona, Involvement::Threatened)));
        assert!(parts.contains(&(EntityKind::Account, Involvement::Threatened)));
        assert!(parts.contains(&(EntityKind::Account, Involvement::Received)));
    }

    #[test]
    fn not_saying_is_kept_and_is_no_account_to_link_by() {
        let case = case_of(",phones", ",declined").unwrap();
        let accounts = of_kind(&case, EntityKind::Account);
        assert_eq!(accounts.len(), 1);
        assert_eq!(daymark_store::selector::in_facts(&accounts[0].facts), None);
        assert!(accounts[0].facts.values().any(|fact| fact.value == Known::Declined));
    }

    #[test]
    fn a_case_lies_in_an_area() {
        let content = content();
        let text = "report_id,received_on,area,child_ref,child_age_band\nr-1,2026-11-20,unknown,c-1,14-15\n";
        let read = read_csv(text.as_bytes(), &template(&content).unwrap(), &Mapping::default());
        let ready = ready(&content, &read.reports, &by());
        assert_eq!(ready.rows.len(), 0);
        assert_eq!(ready.problems[0].column_name.as_deref(), Some("area"));
    }

    #[test]
    fn another_agency_s_report_is_a_problem() {
        let content = content();
        let text = "report_id,agency,received_on,area,child_ref,child_age_band\nr-1,dales-police,2026-11-20,E23000009,c-1,14-15\n";
        let read = read_csv(text.as_bytes(), &template(&content).unwrap(), &Mapping::default());
        assert_eq!(ready(&content, &read.reports, &by()).problems[0].column_name.as_deref(), Some("agency"));
    }
}
