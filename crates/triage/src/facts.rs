//! What is known, and what follows from it?

use std::collections::{BTreeMap, BTreeSet};

use daymark_content::fact::{NONE, value_of};
use daymark_content::{Asker, Condition, FactName, FactShape, Nation, Wanted, When};

/// The value of a fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// A word: `yes`, `thoughts`.
    Word(&'static str),
    /// Several words; none is an answer, too.
    Words(BTreeSet<&'static str>),
    /// Whole years.
    Years(u32),
}

/// A value that a fact does not take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownValue {
    /// Which fact.
    pub fact: FactName,
    /// What could have been written.
    pub hint: String,
}

/// What is known of a situation. Whatever is not here, nobody has said.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Facts {
    given: BTreeMap<FactName, Value>,
}

impl Facts {
    /// Takes a value as content and the command line write it: `yes`, `14`, `plan_or_attempt`. A value of a list
    /// is added to those before it; `none` makes it a list that is known to be empty.
    ///
    /// # Errors
    /// [`UnknownValue`] when the fact does not take it; nothing changes then.
    pub fn give(&mut self, fact: FactName, text: &str) -> Result<(), UnknownValue> {
        value_of(fact, text).map_err(|hint| UnknownValue { fact, hint })?;
        let word = fact.words().iter().copied().find(|word| *word == text);
        match (fact.shape(), word) {
            (FactShape::Years, _) => {
                self.given.insert(fact, Value::Years(text.parse().unwrap_or(0)));
            }
            (FactShape::Several(_), word) => {
                let list = self.given.entry(fact).or_insert_with(|| Value::Words(BTreeSet::new()));
                if let (Value::Words(list), Some(word)) = (list, word) {
                    list.insert(word);
                }
            }
            (_, Some(word)) => {
                self.given.insert(fact, Value::Word(word));
            }
            (_, None) => {}
        }
        Ok(())
    }

    /// These facts with one more. For what the program itself knows to be a value of the fact.
    #[must_use]
    pub fn with(mut self, fact: FactName, text: &str) -> Self {
        let given = self.give(fact, text);
        debug_assert!(given.is_ok(), "{} does not take {text}", fact.code());
        self
    }

    /// These facts without one.
    #[must_use]
    pub fn without(mut self, fact: FactName) -> Self {
        self.given.remove(&fact);
        self
    }

    /// What was said about a fact, before anything is concluded.
    pub fn given(&self, fact: FactName) -> Option<&Value> {
        self.given.get(&fact)
    }

    /// All that was said.
    pub fn all(&self) -> impl Iterator<Item = (FactName, &Value)> {
        self.given.iter().map(|(fact, value)| (*fact, value))
    }

    /// Who asks; a professional when nobody said.
    pub fn asker(&self) -> Asker {
        self.one_of(FactName::Asker, Asker::ALL, Asker::code).unwrap_or(Asker::Professional)
    }

    /// Where the child lives; England when nobody said.
    pub fn nation(&self) -> Nation {
        self.one_of(FactName::Nation, Nation::ALL, Nation::code).unwrap_or(Nation::England)
    }

    fn one_of<T: Copy>(&self, fact: FactName, all: &[T], code: fn(T) -> &'static str) -> Option<T> {
        let Some(Value::Word(word)) = self.given.get(&fact) else { return None };
        all.iter().copied().find(|value| code(*value) == *word)
    }

    fn is(&self, fact: FactName, wanted: &str) -> bool {
        matches!(self.given.get(&fact), Some(Value::Word(word)) if *word == wanted)
    }

    fn years(&self, fact: FactName) -> Option<u32> {
        match self.given.get(&fact) {
            Some(Value::Years(years)) => Some(*years),
            _ => None,
        }
    }

    /// How old the person is: as given, or at least as old as an adult in the image.
    pub fn age(&self) -> Option<u32> {
        let in_image = self.years(FactName::AgeWhenImageMade);
        self.years(FactName::ChildAge).or(in_image.filter(|years| *years >= 18))
    }

    /// How old the person was in the image. Nobody was older than they are; who is under 18 now was then.
    pub fn age_in_image(&self) -> Option<u32> {
        let now = self.years(FactName::ChildAge);
        match (self.years(FactName::AgeWhenImageMade), now) {
            (Some(then), Some(now)) => Some(then.min(now)),
            (Some(then), None) => Some(then),
            (None, now) => now.filter(|years| *years < 18),
        }
    }

    /// Whether there is coercion, concluded on the safer side: a demand or a threat is coercion, whatever else
    /// was said. A payment is, unless somebody ruled coercion out or only an account was hacked.
    fn coercion(&self) -> Option<&'static str> {
        let demands =
            matches!(self.given.get(&FactName::Demands), Some(Value::Words(list)) if !list.is_empty());
        let threat = self.is(FactName::Image, "threatened") || self.is(FactName::Image, "fake_threatened");
        if self.is(FactName::Coercion, "yes") || threat || demands || self.is(FactName::Payment, "demanded") {
            return Some("yes");
        }
        if self.is(FactName::Coercion, "no") {
            return Some("no");
        }
        let only_account = self.is(FactName::AccountHackedOnly, "yes");
        (self.is(FactName::Payment, "paid") && !only_account).then_some("yes")
    }

    /// The value that conditions see.
    pub fn value(&self, fact: FactName) -> Option<Value> {
        match fact {
            FactName::Asker => Some(Value::Word(self.asker().code())),
            FactName::Nation => Some(Value::Word(self.nation().code())),
            FactName::ChildAge => self.age().map(Value::Years),
            FactName::AgeWhenImageMade => self.age_in_image().map(Value::Years),
            FactName::Coercion => self.coercion().map(Value::Word),
            _ => self.given.get(&fact).cloned(),
        }
    }

    /// Whether a condition is met.
    pub fn meet(&self, condition: &Condition) -> bool {
        let value = self.value(condition.fact);
        condition.wanted.iter().any(|wanted| match (wanted, &value) {
            (Wanted::NotKnown, value) => value.is_none(),
            (_, None) => false,
            (Wanted::Word(wanted), Some(Value::Word(word))) => wanted == word,
            (Wanted::Word(NONE), Some(Value::Words(words))) => words.is_empty(),
            (Wanted::Word(wanted), Some(Value::Words(words))) => words.contains(wanted),
            (Wanted::Ages(ages), Some(Value::Years(years))) => ages.contains(*years),
            _ => false,
        })
    }

    /// Whether one of the groups is met, or nothing is asked.
    pub fn hold(&self, when: &When) -> bool {
        when.is_always() || when.any_of.iter().any(|group| group.iter().all(|one| self.meet(one)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(given: &[(FactName, &str)]) -> Facts {
        given.iter().fold(Facts::default(), |facts, (fact, value)| facts.with(*fact, value))
    }

    #[track_caller]
    fn coercion(given: &[(FactName, &str)], expected: Option<&'static str>) {
        assert_eq!(facts(given).value(FactName::Coercion), expected.map(Value::Word), "{given:?}");
    }

    #[test]
    fn a_threat_or_a_demand_is_coercion_whatever_else_was_said() {
        coercion(&[(FactName::Image, "threatened")], Some("yes"));
        coercion(&[(FactName::Image, "fake_threatened"), (FactName::Coercion, "no")], Some("yes"));
        coercion(&[(FactName::Demands, "images")], Some("yes"));
        coercion(&[(FactName::Demands, "none")], None);
        coercion(&[(FactName::Payment, "paid")], Some("yes"));
        coercion(&[(FactName::Payment, "paid"), (FactName::Coercion, "no")], Some("no"));
        coercion(&[(FactName::Payment, "paid"), (FactName::AccountHackedOnly, "yes")], None);
        coercion(&[(FactName::Image, "shared")], None);
    }

    #[track_caller]
    fn in_image(given: &[(FactName, &str)], now: Option<u32>, then: Option<u32>) {
        let facts = facts(given);
        assert_eq!((facts.age(), facts.age_in_image()), (now, then), "{given:?}");
    }

    #[test]
    fn the_image_of_a_child_stays_one() {
        in_image(&[(FactName::ChildAge, "15")], Some(15), Some(15));
        in_image(&[(FactName::ChildAge, "19")], Some(19), None);
        in_image(&[(FactName::ChildAge, "19"), (FactName::AgeWhenImageMade, "16")], Some(19), Some(16));
        in_image(&[(FactName::AgeWhenImageMade, "20")], Some(20), Some(20));
        in_image(&[(FactName::AgeWhenImageMade, "15")], None, Some(15));
        // A slip of the pen: a child of fifteen was not twenty in the image.
        in_image(&[(FactName::ChildAge, "15"), (FactName::AgeWhenImageMade, "20")], Some(15), Some(15));
    }

    #[test]
    fn a_value_that_the_fact_does_not_take_changes_nothing() {
        let mut facts = Facts::default();
        let refused = facts.give(FactName::Suicide, "maybe").unwrap_err();
        assert_eq!(refused.hint, "use `none`, `thoughts`, `plan_or_attempt`, `unknown`");
        assert_eq!(facts, Facts::default());
    }
}
