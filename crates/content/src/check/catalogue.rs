//! Does the catalogue hold together: steps, lists, template, identity?

use std::collections::{BTreeMap, BTreeSet};

use daymark_vocab::{EntityKind, FactKind, Known};

use super::unique;
use crate::catalogue::Catalogue;
use crate::field::{Field, FieldKind, Sensitivity};
use crate::problem::{Check, Findings, Place};
use crate::template;
use crate::word::listed_texts;

/// Most fields that one page of the form may ask.
const MOST_FIELDS_A_STEP: usize = 6;

fn all_fields(catalogue: &Catalogue) -> impl Iterator<Item = &Field> {
    catalogue.fields().iter().chain(catalogue.identity_fields())
}

pub(super) fn references(catalogue: &Catalogue, findings: &Findings) {
    unique("field", all_fields(catalogue).map(|f| (f.id.as_str(), &f.place)), findings);
    unique("step", catalogue.steps().iter().map(|s| (s.id.as_str(), &s.place)), findings);
    unique("section", catalogue.step_sections().iter().map(|s| (s.id.as_str(), &s.place)), findings);
    for field in all_fields(catalogue) {
        unique("code", field.values.iter().map(|v| (v.code.as_str(), &v.place)), findings);
        if catalogue.step(&field.step).is_none() {
            findings.at(
                &field.place,
                Check::MissingReference,
                format!("`{}` is asked on step `{}`, which does not exist", field.id, field.step),
                "name a step of `lists/record-steps.toml`",
            );
        }
    }
    for step in catalogue.steps() {
        if !catalogue.step_sections().iter().any(|section| section.id == step.section) {
            findings.at(
                &step.place,
                Check::MissingReference,
                format!("there is no section `{}`", step.section),
                listed_texts(catalogue.step_sections().iter().map(|section| section.id.as_str())),
            );
        }
    }
    template_references(catalogue, findings);
}

fn template_references(catalogue: &Catalogue, findings: &Findings) {
    let list = &catalogue.template_list;
    let listed: BTreeSet<&str> = list.columns.iter().map(|column| column.text.as_str()).collect();
    unique("column", list.columns.iter().map(|c| (c.text.as_str(), &c.place)), findings);
    let mut filled: BTreeMap<String, &Place> = BTreeMap::new();
    for field in catalogue.fields() {
        let repeat = catalogue.entity(field.entity).map_or(1, |entity| entity.repeat);
        for column in template::columns_of(field, repeat) {
            if !listed.contains(column.name.as_str()) {
                findings.at(
                    &field.place,
                    Check::Template,
                    format!("the report template has no column `{}`", column.name),
                    "add it to `lists/report-template.toml`, or take it from the field",
                );
            }
            if filled.insert(column.name.clone(), &field.place).is_some() {
                findings.at(
                    &field.place,
                    Check::Template,
                    format!("two fields fill the column `{}`", column.name),
                    "give each its own; use {n} where there are several of a kind",
                );
            }
        }
    }
    let of_the_row: BTreeSet<&str> = list.row.iter().map(|column| column.text.as_str()).collect();
    for column in &list.columns {
        if !filled.contains_key(&column.text) && !of_the_row.contains(column.text.as_str()) {
            findings.at(
                &column.place,
                Check::Template,
                format!("no field fills the column `{}`", column.text),
                "name it as `column` of one field, or take it from the list",
            );
        }
    }
}

pub(super) fn meaning(catalogue: &Catalogue, folder: &str, findings: &Findings) {
    for kind in EntityKind::ALL.iter().filter(|kind| catalogue.entity(**kind).is_none()) {
        let place = Place { file: format!("{folder}/record/{}.toml", kind.code()), line: 1, column: 1 };
        findings.at(&place, Check::MissingReference, "this file is missing", "every kind of entity has one");
    }
    for field in all_fields(catalogue) {
        field_meaning(field, findings);
    }
    for field in catalogue.fields().iter().filter(|field| field.sensitivity == Sensitivity::Identity) {
        findings.at(
            &field.place,
            Check::Identity,
            format!("`{}` names a person outside the identity store", field.id),
            "move it to `record/identity.toml`",
        );
    }
    for field in catalogue.identity_fields() {
        let apart =
            field.column.is_none() && field.currency_column.is_none() && field.selector_columns.is_empty();
        if field.sensitivity != Sensitivity::Identity || !apart {
            findings.at(
                &field.place,
                Check::Identity,
                format!("`{}` could leave the identity store", field.id),
                "give it sensitivity `identity` and no column",
            );
        }
    }
    for step in catalogue.steps() {
        step_meaning(catalogue, step, findings);
    }
}

fn field_meaning(field: &Field, findings: &Findings) {
    let refuse = |fine: bool, check: Check, message: &str, hint: &str| {
        if !fine {
            findings.at(&field.place, check, format!("`{}` {message}", field.id), hint);
        }
    };
    let coded = matches!(field.kind, FieldKind::Code | FieldKind::Codes);
    refuse(
        !coded || field.values.len() > 1 || field.values_from.is_some(),
        Check::Values,
        "has fewer than two codes to choose from",
        "add `values`, or `values_from` a list",
    );
    refuse(
        coded || field.values.is_empty(),
        Check::Values,
        "has codes but is not a code",
        "make it `code` or `codes`",
    );
    for value in &field.values {
        if Known::<()>::absent(&value.code).is_some() {
            findings.at(
                &value.place,
                Check::StateAsCode,
                format!("`{}` is a way of not knowing, not a code", value.code),
                "take it out: it is always offered",
            );
        }
    }
    let money = field.kind == FieldKind::Amount;
    refuse(
        (field.currency_column.is_some() == (money && field.column.is_some()))
            && (money || field.currency_column.is_none()),
        Check::Money,
        "has an amount without its currency, or a currency without an amount",
        "an amount's `column` and `currency_column` go together",
    );
    refuse(
        field.selector_columns.is_empty() || field.kind == FieldKind::Selector,
        Check::Values,
        "has selector columns but is not a selector",
        "make it `selector`",
    );
    refuse(
        (field.kind == FieldKind::Verbatim) == (field.statement == FactKind::ChildWords),
        Check::Statement,
        "mixes the child’s own words with other statements",
        "kind `verbatim` and statement `child-words` go together",
    );
}

fn step_meaning(catalogue: &Catalogue, step: &crate::Step, findings: &Findings) {
    let fields: Vec<&Field> = all_fields(catalogue).filter(|field| field.step == step.id).collect();
    let refuse = |fine: bool, message: &str, hint: &str| {
        if !fine {
            findings.at(&step.place, Check::Step, format!("step `{}` {message}", step.id), hint);
        }
    };
    refuse(!fields.is_empty(), "asks nothing", "name it in a field, or take it out");
    refuse(
        fields.len() <= MOST_FIELDS_A_STEP,
        "asks too much at once",
        "six small questions at most: split it by idea",
    );
    let entities: BTreeSet<EntityKind> = fields.iter().map(|field| field.entity).collect();
    refuse(entities.len() <= 1, "asks about several kinds of thing", "give each kind its own step");
    let apart = fields.iter().filter(|field| field.sensitivity == Sensitivity::Identity).count();
    refuse(
        apart == 0 || apart == fields.len(),
        "mixes the identity store with the record",
        "give identity fields their own step",
    );
    let voices = fields.iter().filter(|field| field.kind == FieldKind::Verbatim).count();
    refuse(
        voices == 0 || fields.len() == 1,
        "puts the child’s own words beside other questions",
        "give them a page of their own",
    );
}
