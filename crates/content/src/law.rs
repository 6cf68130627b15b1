//! What does the law say about this, in plain words? By situation and nation, with what is in force and what
//! is not known to be. Practitioner meaning only; never legal advice.

use jiff::civil::Date;

use crate::fact::{Nation, When, read_when};
use crate::header::Header;
use crate::problem::{Check, Findings, Place};
use crate::section::Section;
use crate::word::{is_code, words};

words! {
    /// What kind of law it is.
    LawKind {
        /// What the person who extorts may have done.
        Offence = "offence";
        /// What somebody must do.
        Duty = "duty";
        /// What protects the child.
        Protection = "protection";
        /// How the police write down how a crime ended.
        Outcome = "outcome";
    }
}

words! {
    /// Whether it is in force.
    InForce {
        /// It is.
        Yes = "yes";
        /// Some of it is.
        Partly = "partly";
        /// Not yet.
        NotYet = "not_yet";
        /// We could not find out: pages say "check before use".
        NotKnown = "not_known";
    }
}

/// One provision in plain words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Law {
    /// Its id.
    pub id: String,
    /// What kind of law it is.
    pub kind: LawKind,
    /// The Act or guidance.
    pub act: String,
    /// The section, where there is one.
    pub section: Option<String>,
    /// What it is called in plain words.
    pub title: String,
    /// What it means for practice.
    pub meaning: String,
    /// The nations in which it applies.
    pub nations: Vec<Nation>,
    /// The most that a court may impose, in words.
    pub maximum: Option<String>,
    /// Whether it is in force.
    pub in_force: InForce,
    /// Since when, where that is known.
    pub since: Option<Date>,
    /// What about it we could not verify.
    pub uncertain: Option<String>,
    /// In which situations it matters; always, when nothing is said.
    pub when: When,
    /// Version, owner, dates and sources of its file.
    pub header: Header,
    pub(crate) place: Place,
}

impl Law {
    /// Whether pages must say "check before use": something about it is not verified, or nobody knows whether
    /// it is in force.
    pub fn check_before_use(&self) -> bool {
        self.uncertain.is_some()
            || matches!(self.in_force, InForce::NotKnown | InForce::Partly)
            || self.header.check_before_use()
    }
}

/// Reads `law/<slug>.toml`.
pub(crate) fn read(section: &mut Section<'_>, header: &Header) -> Vec<Law> {
    section.tables("law").into_iter().filter_map(|table| read_law(table, header)).collect()
}

fn read_law(mut table: Section<'_>, header: &Header) -> Option<Law> {
    let place = table.place();
    let id = table.text("id");
    if !id.is_empty() && !is_code(&id) {
        table.refuse("id", Check::BadId, format!("`{id}` is not a code"), "use a–z, 0–9 and single -");
    }
    let (kind, in_force) = (table.word("kind"), table.word("in_force"));
    let law = Law {
        id,
        kind: kind.unwrap_or(LawKind::Offence),
        act: table.text("act"),
        section: table.optional_text("section"),
        title: table.text("title"),
        meaning: table.text("meaning"),
        nations: table.words("nations"),
        maximum: table.optional_text("maximum"),
        in_force: in_force.unwrap_or(InForce::NotKnown),
        since: table.optional_date("since"),
        uncertain: table.optional_text("uncertain"),
        when: read_when(&mut table, "when"),
        header: header.clone(),
        place,
    };
    table.finish();
    Some(law)
}

/// References: ids are there once.
pub(crate) fn check_references(laws: &[Law], findings: &Findings) {
    super::check::unique("law", laws.iter().map(|law| (law.id.as_str(), &law.place)), findings);
}

/// Meaning: a law applies somewhere, and says what is not known about it.
pub(crate) fn check_meaning(laws: &[Law], findings: &Findings) {
    for law in laws {
        let refuse = |fine: bool, message: &str, hint: &str| {
            if !fine {
                findings.at(&law.place, Check::Law, format!("`{}` {message}", law.id), hint);
            }
        };
        refuse(!law.nations.is_empty(), "applies nowhere", "name its nations");
        refuse(
            !matches!(law.in_force, InForce::NotKnown | InForce::Partly) || law.uncertain.is_some(),
            "is not known to be in force but does not say what is uncertain",
            "say it in `uncertain`, so that nobody relies on it",
        );
        refuse(
            law.in_force != InForce::NotYet || law.since.is_none(),
            "is not yet in force but has a date since when it is",
            "take `since` away, or set `in_force`",
        );
    }
}
