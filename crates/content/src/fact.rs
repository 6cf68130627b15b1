//! What may be known about a situation? The facts that rules, routes, questions and cases speak of.
//!
//! Their names and values are the promise of `daymark respond`; content uses the same words. A fact that
//! nobody has given yet has the value `not_known`, which a condition may name: the safer side is written down
//! where people can read it.

use std::fmt;

use crate::problem::{Check, Place};
use crate::section::{Located, Section};
use crate::word::{listed, listed_texts, words};

words! {
    /// Who asks for the way.
    Asker {
        /// The child or young person.
        Child = "child";
        /// A parent or carer, or another adult of the family.
        ParentOrCarer = "parent_or_carer";
        /// Somebody who works with children.
        Professional = "professional";
    }
}

words! {
    /// Where the child lives.
    Nation {
        /// England.
        England = "england";
        /// Wales.
        Wales = "wales";
        /// Scotland.
        Scotland = "scotland";
        /// Northern Ireland.
        NorthernIreland = "northern_ireland";
        /// Anywhere else.
        OutsideUk = "outside_uk";
    }
}

words! {
    /// A fact about a situation.
    FactName {
        /// Who asks.
        Asker = "asker";
        /// Where the child lives.
        Nation = "nation";
        /// How old the person is now, in whole years.
        ChildAge = "child_age";
        /// How old the person was when the image was made, in whole years.
        AgeWhenImageMade = "age_when_image_made";
        /// Whether somebody is in immediate danger.
        ImmediateDanger = "immediate_danger";
        /// What is known of thoughts of suicide.
        Suicide = "suicide";
        /// Whether there are threats, blackmail or pressure.
        Coercion = "coercion";
        /// What is known of an image.
        Image = "image";
        /// Whether money was asked for or paid.
        Payment = "payment";
        /// What was demanded.
        Demands = "demands";
        /// Who seems to be doing it.
        Suspect = "suspect";
        /// Whether that person is around other children.
        SuspectHasAccess = "suspect_has_access_to_children";
        /// Whether other children are being approached.
        OthersTargeted = "others_targeted";
        /// Whether hostility to a group is part of it.
        Hate = "hate";
        /// Whether violent extremism or a violent online group is part of it.
        Radicalisation = "radicalisation";
        /// Whether the platform has not acted for about two days.
        PlatformUnresponsive = "platform_unresponsive";
        /// Whether somebody only has a question, with no child to act for.
        QuestionOnly = "question_only";
        /// Whether somebody wants to pass on information and stay unnamed.
        AnonymousInformant = "anonymous_informant";
        /// Whether an account was taken over or copied, and nothing else.
        AccountHackedOnly = "account_hacked_only";
        /// Whether the child does not want the police told.
        ChildRefusesPolice = "child_refuses_police";
        /// Who has been told already.
        ReportedTo = "reported_to";
    }
}

/// The word for a fact that nobody has given.
pub const NOT_KNOWN: &str = "not_known";
/// The word for a list that is known to be empty.
pub const NONE: &str = "none";

/// What a fact's values look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FactShape {
    /// `yes` or `no`.
    YesNo,
    /// One of these words.
    One(&'static [&'static str]),
    /// Any of these words.
    Several(&'static [&'static str]),
    /// Whole years, 0 to [`OLDEST`].
    Years,
}

/// The greatest age that is taken for an age.
pub const OLDEST: u32 = 120;

impl FactName {
    /// What its values look like.
    pub const fn shape(self) -> FactShape {
        match self {
            Self::Asker => FactShape::One(&["child", "parent_or_carer", "professional"]),
            Self::Nation => {
                FactShape::One(&["england", "wales", "scotland", "northern_ireland", "outside_uk"])
            }
            Self::ChildAge | Self::AgeWhenImageMade => FactShape::Years,
            Self::Suicide => FactShape::One(&["none", "thoughts", "plan_or_attempt", "unknown"]),
            Self::Image => FactShape::One(&["none", "threatened", "shared", "public_url", "fake_threatened"]),
            Self::Payment => FactShape::One(&["none", "demanded", "paid"]),
            Self::Demands => FactShape::Several(&["money", "images", "recruit", "move_money", "meet"]),
            Self::Suspect => FactShape::One(&["unknown", "known_adult", "position_of_trust", "child"]),
            Self::ReportedTo => FactShape::Several(&["police", "social_care", "platform", "ceop"]),
            _ => FactShape::YesNo,
        }
    }

    /// The words that it takes; empty for years.
    pub const fn words(self) -> &'static [&'static str] {
        match self.shape() {
            FactShape::YesNo => &["yes", "no"],
            FactShape::One(words) | FactShape::Several(words) => words,
            FactShape::Years => &[],
        }
    }

    /// The fact with this word.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|fact| fact.code() == code)
    }
}

/// A range of ages in whole years.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ages {
    /// The youngest, when there is one.
    pub from: Option<u32>,
    /// The age from which it no longer holds, when there is one.
    pub below: Option<u32>,
}

impl Ages {
    /// Whether `years` lies in it.
    pub fn contains(self, years: u32) -> bool {
        self.from.is_none_or(|from| years >= from) && self.below.is_none_or(|below| years < below)
    }

    /// Reads `under 18`, `18 or over` or `13 to 17`.
    pub fn parse(text: &str) -> Option<Self> {
        let years = |text: &str| text.trim().parse::<u32>().ok().filter(|years| *years <= OLDEST);
        if let Some(below) = text.strip_prefix("under ") {
            return Some(Self { from: None, below: Some(years(below)?) });
        }
        if let Some(from) = text.strip_suffix(" or over") {
            return Some(Self { from: Some(years(from)?), below: None });
        }
        let (from, to) = text.split_once(" to ")?;
        let (from, to) = (years(from)?, years(to)?);
        (from <= to).then_some(Self { from: Some(from), below: Some(to + 1) })
    }
}

impl fmt::Display for Ages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.from, self.below) {
            (None, None) => write!(f, "any age"),
            (None, Some(below)) => write!(f, "under {below}"),
            (Some(from), None) => write!(f, "{from} or over"),
            (Some(from), Some(below)) => write!(f, "{from} to {}", below - 1),
        }
    }
}

/// What a condition asks of a fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// This word; for a list, that it is among them.
    Word(&'static str),
    /// An age in this range.
    Ages(Ages),
    /// That nobody has given it.
    NotKnown,
}

/// One condition: the fact has one of these values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// Which fact.
    pub fact: FactName,
    /// Any of these.
    pub wanted: Vec<Wanted>,
}

/// When something holds: any of these groups, and in a group each condition. No groups: always.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct When {
    /// The groups.
    pub any_of: Vec<Vec<Condition>>,
}

impl When {
    /// Whether it asks for nothing.
    pub fn is_always(&self) -> bool {
        self.any_of.is_empty()
    }

    /// The facts that it asks about.
    pub fn facts(&self) -> impl Iterator<Item = FactName> {
        self.any_of.iter().flatten().map(|condition| condition.fact)
    }

    /// Whether one of the groups asks exactly for this word of this fact, whatever else it asks.
    pub fn names(&self, fact: FactName, word: &str) -> bool {
        self.any_of.iter().flatten().any(|condition| {
            condition.fact == fact
                && condition.wanted.iter().any(|wanted| matches!(wanted, Wanted::Word(w) if *w == word))
        })
    }
}

/// Reads `key = { coercion = "yes" }`, or a list of such tables of which one is enough.
pub(crate) fn read_when(section: &mut Section<'_>, key: &'static str) -> When {
    let mut any_of = Vec::new();
    for group in section.condition_groups(key) {
        let mut conditions = Vec::new();
        for (name, values) in group {
            let Some(fact) = read_name(section, &name) else { continue };
            let wanted = values.iter().filter_map(|value| read_wanted(section, fact, value)).collect();
            conditions.push(Condition { fact, wanted });
        }
        any_of.push(conditions);
    }
    When { any_of }
}

/// The fact of this name, or a finding.
pub(crate) fn read_name(section: &Section<'_>, name: &Located) -> Option<FactName> {
    let found = FactName::from_code(&name.text);
    if found.is_none() {
        let message = format!("there is no fact `{}`", name.text);
        section.refuse_at(
            &name.place,
            Check::MissingReference,
            message,
            format!("use {}", listed::<FactName>()),
        );
    }
    found
}

fn read_wanted(section: &Section<'_>, fact: FactName, value: &Located) -> Option<Wanted> {
    match wanted(fact, &value.text) {
        Ok(wanted) => Some(wanted),
        Err(hint) => {
            no_such_value(section, fact, &value.text, &value.place, hint);
            None
        }
    }
}

fn no_such_value(section: &Section<'_>, fact: FactName, text: &str, place: &Place, hint: String) {
    let message = format!("`{text}` is not a value of `{}`", fact.code());
    section.refuse_at(place, Check::MissingReference, message, hint);
}

/// What a text asks of a fact; otherwise what could have been written.
pub(crate) fn wanted(fact: FactName, text: &str) -> Result<Wanted, String> {
    if text == NOT_KNOWN {
        return Ok(Wanted::NotKnown);
    }
    if fact.shape() == FactShape::Years {
        return Ages::parse(text).map(Wanted::Ages).ok_or_else(|| {
            "write an age such as `under 18`, `18 or over` or `13 to 17`, or `not_known`".to_owned()
        });
    }
    if matches!(fact.shape(), FactShape::Several(_)) && text == NONE {
        return Ok(Wanted::Word(NONE));
    }
    fact.words()
        .iter()
        .copied()
        .find(|word| *word == text)
        .map(Wanted::Word)
        .ok_or_else(|| format!("use {} or `{NOT_KNOWN}`", listed_texts(fact.words().iter().copied())))
}

/// A fact and one plain value, as cases and answers give them: `child_age 14`, `coercion yes`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// Which fact.
    pub fact: FactName,
    /// Its value, one that [`value_of`] takes.
    pub value: String,
}

/// Whether `text` is a plain value of `fact`; otherwise what could have been written.
///
/// # Errors
/// A hint for the person who wrote it.
pub fn value_of(fact: FactName, text: &str) -> Result<(), String> {
    match fact.shape() {
        FactShape::Years => match text.parse::<u32>() {
            Ok(years) if years <= OLDEST && !text.starts_with('+') => Ok(()),
            _ => Err(format!("write whole years, 0 to {OLDEST}")),
        },
        FactShape::Several(_) if text == NONE => Ok(()),
        _ if fact.words().contains(&text) => Ok(()),
        _ => Err(format!("use {}", listed_texts(fact.words().iter().copied()))),
    }
}

/// Reads `key = { coercion = "yes", image = "none" }`: facts with plain values.
pub(crate) fn read_given(section: &mut Section<'_>, key: &'static str) -> Vec<Given> {
    let mut given = Vec::new();
    for (name, values) in section.condition_groups(key).into_iter().flatten() {
        let Some(fact) = read_name(section, &name) else { continue };
        for value in values {
            match value_of(fact, &value.text) {
                Ok(()) => given.push(Given { fact, value: value.text }),
                Err(hint) => no_such_value(section, fact, &value.text, &value.place, hint),
            }
        }
    }
    given
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_the_contract_and_of_the_types_agree() {
        let words = |fact: FactName| fact.words().to_vec();
        let askers: Vec<&str> = Asker::ALL.iter().map(|asker| asker.code()).collect();
        let nations: Vec<&str> = Nation::ALL.iter().map(|nation| nation.code()).collect();
        assert_eq!(words(FactName::Asker), askers);
        assert_eq!(words(FactName::Nation), nations);
        assert_eq!(FactName::ALL.len(), 21);
    }

    #[track_caller]
    fn ages(text: &str, inside: &[u32], outside: &[u32]) {
        let ages = Ages::parse(text).unwrap();
        assert_eq!(ages.to_string(), text);
        assert!(inside.iter().all(|years| ages.contains(*years)), "{text}");
        assert!(!outside.iter().any(|years| ages.contains(*years)), "{text}");
    }

    #[test]
    fn ages_are_read_as_they_are_said() {
        ages("under 18", &[0, 17], &[18, 19]);
        ages("18 or over", &[18, 90], &[17]);
        ages("13 to 17", &[13, 17], &[12, 18]);
        for wrong in ["18", "over 18", "17 to 13", "under eighteen", "under 500", ""] {
            assert_eq!(Ages::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_value_belongs_to_its_fact() {
        assert_eq!(wanted(FactName::Coercion, "yes"), Ok(Wanted::Word("yes")));
        assert_eq!(wanted(FactName::Demands, "none"), Ok(Wanted::Word("none")));
        assert_eq!(wanted(FactName::Suicide, "not_known"), Ok(Wanted::NotKnown));
        assert!(wanted(FactName::Coercion, "true").is_err());
        assert!(wanted(FactName::ChildAge, "young").is_err());
        assert!(value_of(FactName::ChildAge, "14").is_ok());
        for wrong in ["-1", "+3", "1.5", "999", "under 18"] {
            assert!(value_of(FactName::ChildAge, wrong).is_err(), "{wrong}");
        }
    }
}
