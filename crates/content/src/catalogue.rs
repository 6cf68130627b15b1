//! What is recorded? The record catalogue: entities, their fields, and the pages that ask for them.
//!
//! What names or finds a person (`record/identity.toml`) is kept apart here as it is in the store:
//! [`Catalogue::fields`] never holds it.

use std::collections::BTreeMap;

use daymark_vocab::{EntityKind, FieldId};

use crate::field::{self, Field};
use crate::header::{Cited, Header};
use crate::problem::{Findings, Place};
use crate::section::{Located, Section};
use crate::template::{self, TemplateColumn, TemplateList};

/// One kind of thing in a case, as the form shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entity {
    /// Which kind.
    pub kind: EntityKind,
    /// Its heading.
    pub title: String,
    /// A sentence under the heading.
    pub intro: String,
    /// Whether a case may hold several.
    pub many: bool,
    /// How many of them the report template has columns for; 1 where columns carry no `{n}`.
    pub repeat: usize,
    /// Version, owner, sources of the file.
    pub header: Header,
}

/// A group of pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepSection {
    /// Its id.
    pub id: String,
    /// Its heading in the task list.
    pub title: String,
    /// Where it is written.
    pub place: Place,
}

/// One page of the form: one thing, or a few small ones that belong together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Its id, part of the page's address.
    pub id: String,
    /// The heading.
    pub title: String,
    /// The group it belongs to: [`StepSection::id`].
    pub section: String,
    /// The kind of thing that all its fields belong to.
    pub entity: Option<EntityKind>,
    /// Whether its answers go to the identity store.
    pub identity: bool,
    /// The fields, in the order in which they are asked.
    pub fields: Vec<FieldId>,
    /// Where it is written.
    pub place: Place,
}

/// The record catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Catalogue {
    entities: Vec<Entity>,
    fields: Vec<Field>,
    identity_fields: Vec<Field>,
    sections: Vec<StepSection>,
    steps: Vec<Step>,
    template: Vec<TemplateColumn>,
    pub(crate) template_list: TemplateList,
    by_id: BTreeMap<FieldId, usize>,
}

impl Catalogue {
    /// The kinds of thing, in the order of [`EntityKind::ALL`].
    pub fn entities(&self) -> &[Entity] {
        &self.entities
    }

    /// One kind of thing.
    pub fn entity(&self, kind: EntityKind) -> Option<&Entity> {
        self.entities.iter().find(|entity| entity.kind == kind)
    }

    /// All fields but those of the identity store, by entity and then as written.
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// One field; `None` for the identity store's.
    pub fn field(&self, id: &FieldId) -> Option<&Field> {
        self.by_id.get(id).and_then(|index| self.fields.get(*index))
    }

    /// The fields of one kind of thing, as written.
    pub fn fields_of(&self, kind: EntityKind) -> impl Iterator<Item = &Field> {
        self.fields.iter().filter(move |field| field.entity == kind)
    }

    /// What names or finds the child: stored apart, encrypted, and never in the template.
    pub fn identity_fields(&self) -> &[Field] {
        &self.identity_fields
    }

    /// The groups of pages, in their order.
    pub fn step_sections(&self) -> &[StepSection] {
        &self.sections
    }

    /// The pages of the form, in their order.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// One page of the form.
    pub fn step(&self, id: &str) -> Option<&Step> {
        self.steps.iter().find(|step| step.id == id)
    }

    /// The columns of the reports template, in their order.
    pub fn template_columns(&self) -> &[TemplateColumn] {
        &self.template
    }
}

/// What a field's reader must know about its file.
pub(crate) struct EntityRead<'a> {
    pub kind: EntityKind,
    pub sources: &'a [Cited],
}

/// The catalogue as it is being read, file by file.
#[derive(Default)]
pub(crate) struct CatalogueBuilder {
    entities: Vec<Entity>,
    fields: Vec<Field>,
    identity_fields: Vec<Field>,
    sections: Vec<StepSection>,
    steps: Vec<Step>,
    template_list: TemplateList,
}

impl CatalogueBuilder {
    /// Reads `record/<entity>.toml`.
    pub fn read_entity(&mut self, section: &mut Section<'_>, header: Header, kind: EntityKind) {
        let title = section.text("title");
        let intro = section.text("intro");
        let many = section.flag("many");
        let repeat = section.optional_number("repeat").unwrap_or(1) as usize;
        let of = EntityRead { kind, sources: &header.sources };
        self.fields.extend(section.tables("field").into_iter().filter_map(|table| field::read(table, &of)));
        self.entities.push(Entity { kind, title, intro, many, repeat, header });
    }

    /// Reads `record/identity.toml`.
    pub fn read_identity(&mut self, section: &mut Section<'_>, header: &Header) {
        let Some(kind) = section.word::<EntityKind>("entity") else { return };
        let of = EntityRead { kind, sources: &header.sources };
        self.identity_fields
            .extend(section.tables("field").into_iter().filter_map(|table| field::read(table, &of)));
    }

    /// Reads `lists/record-steps.toml`.
    pub fn read_steps(&mut self, section: &mut Section<'_>) {
        for mut table in section.tables("section") {
            let place = table.place();
            self.sections.push(StepSection { id: table.text("id"), title: table.text("title"), place });
            table.finish();
        }
        for mut table in section.tables("step") {
            let place = table.place();
            let (id, title, of) = (table.text("id"), table.text("title"), table.text("section"));
            table.finish();
            self.steps.push(Step {
                id,
                title,
                section: of,
                entity: None,
                identity: false,
                fields: Vec::new(),
                place,
            });
        }
    }

    /// Reads `lists/report-template.toml`.
    pub fn read_template(&mut self, section: &mut Section<'_>) {
        self.template_list = template::read(section);
    }

    /// Puts the parts together. `lists` are the named lists that fields may take their values from.
    pub fn build(mut self, lists: &BTreeMap<&str, Vec<field::CodeValue>>, findings: &Findings) -> Catalogue {
        self.entities.sort_by_key(|entity| entity.kind);
        self.fields.sort_by_key(|field| field.entity);
        for field in self.fields.iter_mut().chain(&mut self.identity_fields) {
            fill_values(field, lists, findings);
        }
        for step in &mut self.steps {
            let record = self.fields.iter().filter(|field| field.step == step.id);
            let identity = self.identity_fields.iter().filter(|field| field.step == step.id);
            step.identity = identity.clone().next().is_some();
            step.entity = record.clone().chain(identity.clone()).map(|field| field.entity).next();
            step.fields = record.chain(identity).map(|field| field.id.clone()).collect();
        }
        let by_id = self.fields.iter().enumerate().map(|(index, field)| (field.id.clone(), index)).collect();
        let template = template::columns(&self.template_list, &self.entities, &self.fields);
        Catalogue {
            entities: self.entities,
            fields: self.fields,
            identity_fields: self.identity_fields,
            sections: self.sections,
            steps: self.steps,
            template,
            template_list: self.template_list,
            by_id,
        }
    }
}

fn fill_values(field: &mut Field, lists: &BTreeMap<&str, Vec<field::CodeValue>>, findings: &Findings) {
    let Some(Located { text, place }) = &field.values_from else { return };
    match lists.get(text.as_str()) {
        Some(values) => field.values.extend(values.iter().cloned()),
        None => findings.at(
            place,
            crate::Check::MissingReference,
            format!("there is no list `{text}`"),
            format!("use {}", crate::word::listed_texts(lists.keys().copied())),
        ),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use daymark_vocab::{FactKind, Known};

    use super::*;
    use crate::Content;
    use crate::field::{FieldKind, Need, Sensitivity};
    use crate::template::{ColumnHolds, ColumnPart};

    static CONTENT: LazyLock<Content> = LazyLock::new(|| Content::embedded().0);

    fn catalogue() -> &'static Catalogue {
        CONTENT.catalogue()
    }

    #[track_caller]
    fn codes(field: &str, expected: &str) {
        let catalogue = catalogue();
        let field = catalogue.field(&field.parse().unwrap()).unwrap_or_else(|| panic!("no field {field}"));
        let codes: Vec<&str> = field.values.iter().map(|value| value.code.as_str()).collect();
        assert_eq!(codes.join(" "), expected, "{}", field.id);
    }

    /// The columns as agencies know them, typed here once more: a promise is kept by two hands.
    #[test]
    fn the_template_has_its_columns_in_order() {
        let expected = "report_id agency received_on area disclosure_route first_told first_responder \
            origin_reference child_ref child_age_band child_gender child_ethnicity child_send child_care_status \
            child_education_urn child_lgbtq motive approach first_contact_at first_image_at first_threat_at \
            happened_from happened_to platform_first platforms_moved_to exchange image_kind face_visible threat_to \
            threat_means threat_deadline script_id leak_status others_at_risk persona_claimed_gender \
            persona_claimed_age persona_claimed_role suspect relationship handles display_names phones emails \
            payment_accounts ibans payment_tags wallets urls demand_1_kind demand_1_amount demand_1_currency \
            demand_1_method demand_2_kind demand_2_amount demand_2_currency demand_2_method payment_1_amount \
            payment_1_currency payment_1_method payment_1_owner payment_1_aware payment_1_on payment_2_amount \
            payment_2_currency payment_2_method payment_2_owner payment_2_aware payment_2_on payment_3_amount \
            payment_3_currency payment_3_method payment_3_owner payment_3_aware payment_3_on debt debt_bondage \
            continued_after_payment recovered suicide_risk imagery_handling parents_informed account_removed \
            support_weeks outcome_code child_voice notes synthetic";
        let catalogue = catalogue();
        let names: Vec<&str> =
            catalogue.template_columns().iter().map(|column| column.name.as_str()).collect();
        assert_eq!(names, expected.split_whitespace().collect::<Vec<_>>());
    }

    #[track_caller]
    fn column(name: &str, field: &str, ordinal: usize, part: &ColumnPart) {
        let catalogue = catalogue();
        let column = catalogue.template_columns().iter().find(|column| column.name == name).unwrap();
        let ColumnHolds::Field { field: id, ordinal: n, part: which, .. } = &column.holds else {
            panic!("{name} holds no field")
        };
        assert_eq!((id.as_str(), *n, which), (field, ordinal, part), "{name}");
    }

    #[test]
    fn columns_know_their_field() {
        use daymark_vocab::selector::SelectorKind;
        column("suspect", "person.identified", 1, &ColumnPart::Whole);
        column("demand_2_amount", "demand.amount", 2, &ColumnPart::Figures);
        column("payment_3_currency", "payment.amount", 3, &ColumnPart::Currency);
        column("payment_3_on", "payment.paid_on", 3, &ColumnPart::Whole);
        column("continued_after_payment", "payment.continued", 0, &ColumnPart::Whole);
        column("handles", "account.selector", 1, &ColumnPart::Selectors(SelectorKind::Handle));
        column("payment_accounts", "account.selector", 1, &ColumnPart::Selectors(SelectorKind::BankAccount));
        let rows = catalogue().template_columns().iter().filter(|column| column.holds == ColumnHolds::Row);
        assert_eq!(rows.map(|column| column.name.as_str()).collect::<Vec<_>>(), ["agency", "synthetic"]);
    }

    #[test]
    fn a_record_can_be_saved_with_almost_nothing() {
        let catalogue = catalogue();
        let first: Vec<&str> = catalogue
            .fields()
            .iter()
            .filter(|field| field.need == Need::FirstSave && field.entity != EntityKind::Account)
            .map(|field| field.id.as_str())
            .collect();
        assert_eq!(
            first,
            ["child.reference", "child.age_band", "report.external_id", "report.received_on", "report.area"]
        );
    }

    #[test]
    fn no_way_of_not_knowing_is_a_code() {
        let catalogue = catalogue();
        let mut n_codes = 0;
        for value in catalogue.fields().iter().flat_map(|field| &field.values) {
            assert_eq!(Known::<()>::absent(&value.code), None, "{}", value.place);
            n_codes += 1;
        }
        assert!(n_codes > 300, "{n_codes}");
    }

    #[test]
    fn what_names_a_child_is_kept_apart() {
        let catalogue = catalogue();
        let apart: Vec<&str> = catalogue.identity_fields().iter().map(|field| field.id.as_str()).collect();
        for id in ["child.name", "child.date_of_birth", "child.address", "child.phone", "child.school_name"] {
            assert!(apart.contains(&id), "{id}");
            assert_eq!(catalogue.field(&id.parse().unwrap()), None, "{id}");
        }
        assert!(catalogue.fields().iter().all(|field| field.sensitivity != Sensitivity::Identity));
        assert!(catalogue.steps().iter().filter(|step| step.identity).all(|step| step.section == "identity"));
    }

    #[test]
    fn the_childs_words_are_never_altered_or_mixed() {
        let catalogue = catalogue();
        let voice: Vec<&str> = catalogue
            .fields()
            .iter()
            .filter(|field| field.statement == FactKind::ChildWords)
            .map(|field| {
                assert_eq!(field.kind, FieldKind::Verbatim, "{}", field.id);
                field.id.as_str()
            })
            .collect();
        let expected = ["child_voice", "child_wants", "child_worries", "child_tell", "contact_preference"];
        for id in expected.map(|short| format!("response.{short}")) {
            assert!(voice.contains(&id.as_str()), "{id}");
        }
    }

    #[test]
    fn every_field_is_asked_once() {
        let catalogue = catalogue();
        let asked: Vec<&FieldId> = catalogue.steps().iter().flat_map(|step| &step.fields).collect();
        let n_fields = catalogue.fields().len() + catalogue.identity_fields().len();
        assert_eq!(asked.len(), n_fields);
        for field in catalogue.fields() {
            assert_eq!(asked.iter().filter(|id| **id == &field.id).count(), 1, "{}", field.id);
        }
    }

    /// The lists of the recording standard, typed here once more.
    #[test]
    fn the_lists_are_those_of_the_recording_standard() {
        codes("child.age_band", "under-7 7-10 11-13 14-15 16-17 18-plus");
        codes("child.gender", "girl boy non-binary another");
        codes("child.sex_registered", "female male");
        codes("child.ethnicity", "w1 w2 w3 w9 m1 m2 m3 m9 a1 a2 a3 a4 a9 b1 b2 b9 o2 o9 ns");
        codes("child.send", "ehcp sen-support none");
        codes("child.send_need", "spld mld sld pmld semh slcn hi vi msi pd asd oth nsa");
        codes(
            "child.care_status",
            "none child-in-need child-protection-plan looked-after looked-after-voluntary looked-after-order \
             care-leaver kinship adopted uasc privately-fostered young-carer youth-justice",
        );
        codes(
            "child.prior_concerns",
            "none bullying online-abuse cse cce missing self-harm domestic-abuse hsb radicalisation",
        );
        codes("persona.claimed_gender", "girl boy man woman other");
        codes("persona.claimed_role", "peer model talent gamer friend-of-friend official hacked-friend");
        let platforms = "instagram snapchat tiktok whatsapp facebook discord telegram x youtube roblox \
             console-gaming reddit random-chat dating-style-app google-chat imessage sms signal kik email \
             live-stream other";
        codes("account.platform", platforms);
        codes("incident.platform_first", platforms);
        codes("incident.platforms_moved_to", platforms);
        codes("person.identified", "no yes-adult yes-child believed-overseas believed-known-offline");
        codes(
            "person.relationship",
            "unknown-online claimed-peer peer-known ex-partner family adult-known organised-group position-of-trust",
        );
        codes(
            "incident.approach",
            "mutual-friend follow-request suggested-account gaming group-server random-chat live-stream \
             dating-style-app hacked-friend advert-job-modelling in-person-first",
        );
        codes(
            "incident.exchange",
            "none from-child from-both covert-recording live-stream hacked-stolen ai-faked prior-peer-image",
        );
        codes("incident.image_kind", "still video live");
        codes("incident.image_count_band", "1 2-5 6-plus");
        codes(
            "incident.threat_to",
            "family friends-followers school partner employer-club public-internet police-report-you self-harm \
             other-children",
        );
        codes(
            "incident.threat_means",
            "contact-list-shown screenshots countdown fake-police-lawyer group-tag doxxing hacked-account ai-image \
             other",
        );
        codes("incident.threat_deadline", "minutes hours days none");
        codes("incident.leak_status", "none-known threatened partial public");
        codes("incident.motive", "financial sexual relational sadistic mixed");
        codes("incident.others_at_risk", "none 1 2-5 6-plus");
        codes(
            "demand.kind",
            "money gift-card crypto more-images live-act meeting recruit-others others-images account-access \
             self-harm continue-relationship silence other",
        );
        let methods =
            "bank-transfer card-link paypal cash-app app-bank gift-card crypto remittance in-game cash other";
        codes("demand.method", methods);
        codes("payment.method", methods);
        codes("payment.account_owner", "child parent sibling grandparent friend school");
        codes("payment.payer_aware", "yes no later");
        codes("payment.debt", "none borrowed invented instalments working-off recruiting");
        codes("payment.recovered", "none part full");
        codes("payment.impact", "none essential-bills savings family-conflict job theft-accusation");
        codes(
            "report.disclosure_route",
            "child-told-staff friend-told parent sibling school-saw police platform ncmec-nca bank gp helpline \
             anonymous discovered-on-device",
        );
        codes("response.imagery_handling", "not-viewed accidental lead-decided police-only");
        codes("response.suicide_risk", "none thoughts plan attempt");
        codes("response.referrals", "none mash police ceop mace nrm camhs chisva tcs lado prevent yjs");
        codes("response.parents_informed", "yes no planned");
        codes("response.parents_stance", "supportive blaming fearful unable");
        codes(
            "response.safe_outcomes",
            "none safe offender-disrupted account-removed image-removed money-recovered in-school family-relations \
             support-ongoing",
        );
        codes("response.cin_factors", "10a 11a 12a 13a 15a 19b 19c 24a");
        codes("crime.outcome_code", "open charge oc14 oc15 oc16 oc18 oc20 oc21 oc22");
    }

    #[test]
    fn blackmail_is_035_and_never_023() {
        let catalogue = catalogue();
        let class = catalogue.field(&"crime.ho_class".parse().unwrap()).unwrap();
        assert_eq!(class.value("035").unwrap().label, "035 Blackmail");
        assert_eq!(class.value("023"), None);
    }
}
