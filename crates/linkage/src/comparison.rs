//! Which field is compared, in which way, and how likely is each outcome?
//!
//! A comparison looks at one column of two records and answers with the best level that holds. Each level
//! has m, the probability of that outcome when the two match, and u, when they do not (Fellegi & Sunter
//! 1969, JASA 64:1183–1210); its match weight is log₂(m/u).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::comparison_level::Measure;
use crate::problem::Problem;

/// Beyond this the weight of one comparison is not believed, however often it was seen.
const MOST_WEIGHT: f64 = 30.0;

/// In which way a column is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ComparisonKind {
    /// The same text or not.
    Exact,
    /// Any value in common, weighed by how rare the rarest is: for selectors and other lists.
    SharedValue,
    /// How far apart two numbers or dates are, by the steps in `within`.
    Distance,
    /// Names written alike (Jaro–Winkler), by the steps in `similarity`.
    Name,
    /// Texts with words in common, by the steps in `similarity`: the share of the shorter text's words.
    WordOverlap,
    /// Dates of birth, with the slips that people make.
    DateOfBirth,
}

/// One comparison, as written in the model file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Comparison {
    /// The column that is compared.
    pub column: String,
    /// In which way.
    pub kind: ComparisonKind,
    /// The name in output columns; the column's name unless two comparisons share it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The words for it in sentences, such as `payment account`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// The group under `[dependence]` whose agreements come together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// `exact`, `name`: weigh agreement on a rare value more than on a common one.
    #[serde(default)]
    pub term_frequency_adjustment: bool,
    /// `shared-value`, cold start: a value in this many records is as likely chance as not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub half_count: Option<f64>,
    /// Counts only where this other comparison (by its name) finds nothing in common: a weaker level of the same thing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unless: Option<String>,
    /// The most bits that it may add, however rare the agreement.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub most_for: Option<f64>,
    /// The most bits that it may take away, however telling the difference.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub most_against: Option<f64>,
    /// Why it may not add more, as the end of a sentence: `scripts are sold and copied`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub most_for_because: Option<String>,
    /// `distance`: ascending steps.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub within: Vec<f64>,
    /// `distance`: `days` (the default) reads dates; any other word reads numbers and is shown after them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// `name`, `word-overlap`: descending steps between 0 and 1.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub similarity: Vec<f64>,
    /// m and u per level, best first, without the null level; learned when absent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub levels: Vec<LevelProbabilities>,
}

/// m and u of one level.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LevelProbabilities {
    /// The probability of this level among matches that have both values.
    pub m_probability: f64,
    /// The same among pairs that do not match.
    pub u_probability: f64,
}

impl LevelProbabilities {
    /// Says nothing either way.
    pub(crate) const EVEN: Self = Self { m_probability: 1.0, u_probability: 1.0 };

    /// log₂(m/u): bits for (positive) or against (negative) a match.
    pub fn match_weight(&self) -> f64 {
        (self.m_probability / self.u_probability).log2()
    }
}

impl Comparison {
    /// The name in output columns.
    pub fn name(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.column)
    }

    /// The words for it in sentences.
    pub fn label(&self) -> String {
        self.label.clone().unwrap_or_else(|| self.name().replace('_', " "))
    }

    /// A weight within what this comparison may count, in bits.
    pub(crate) fn within_limits(&self, weight: f64) -> f64 {
        let most = |given: Option<f64>| given.unwrap_or(MOST_WEIGHT);
        weight.clamp(-most(self.most_against), most(self.most_for))
    }

    pub(crate) fn half_count(&self) -> f64 {
        self.half_count.unwrap_or(20.0)
    }

    pub(crate) fn unit(&self) -> &str {
        self.unit.as_deref().unwrap_or("days")
    }

    pub(crate) fn measure(&self) -> Measure {
        match self.kind {
            ComparisonKind::Exact => Measure::Exact,
            ComparisonKind::SharedValue => Measure::SharedValue,
            ComparisonKind::Distance => {
                Measure::Distance { within: self.within.clone(), unit: self.unit().to_owned() }
            }
            ComparisonKind::Name => {
                Measure::Name { similarity: or_default(&self.similarity, &[0.95, 0.88, 0.8]) }
            }
            ComparisonKind::WordOverlap => {
                Measure::WordOverlap { similarity: or_default(&self.similarity, &[0.9, 0.8, 0.7, 0.6, 0.4]) }
            }
            ComparisonKind::DateOfBirth => Measure::DateOfBirth,
        }
    }

    pub(crate) fn problems(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        let mut say = |field: &str, bad: bool, message: &str, hint: &str| {
            if bad {
                problems.push(Problem::new(message, hint).in_field(field));
            }
        };
        let is = |kinds: &[ComparisonKind]| kinds.contains(&self.kind);
        use ComparisonKind::{Distance, Exact, Name, SharedValue, WordOverlap};
        let ascending = self.within.windows(2).all(|pair| pair.first() < pair.last());
        let steps_fit = self.within.iter().all(|step| *step >= 0.0 && step.is_finite());
        say(
            "within",
            is(&[Distance]) && self.within.is_empty(),
            "is missing",
            "write steps such as `[3, 14, 60]`",
        );
        say("within", !is(&[Distance]) && !self.within.is_empty(), "belongs to `distance` only", "remove it");
        say(
            "within",
            !ascending || !steps_fit,
            "does not ascend from 0",
            "write steps such as `[3, 14, 60]`",
        );
        say("unit", !is(&[Distance]) && self.unit.is_some(), "belongs to `distance` only", "remove it");
        let descending = self.similarity.windows(2).all(|pair| pair.first() > pair.last());
        let shares = self.similarity.iter().all(|step| *step > 0.0 && *step <= 1.0);
        let similar = is(&[Name, WordOverlap]);
        say(
            "similarity",
            !similar && !self.similarity.is_empty(),
            "belongs to `name` and `word-overlap` only",
            "remove it",
        );
        say(
            "similarity",
            !descending || !shares,
            "does not descend between 1 and 0",
            "such as `[0.9, 0.8, 0.6]`",
        );
        let half_count_fits = self.half_count.is_none_or(|count| count > 1.0 && count.is_finite());
        say("half_count", !half_count_fits, "is out of range", "a number above 1");
        say(
            "half_count",
            !is(&[SharedValue]) && self.half_count.is_some(),
            "belongs to `shared-value` only",
            "remove it",
        );
        for (field, given) in [("most_for", self.most_for), ("most_against", self.most_against)] {
            let fits = given.is_none_or(|bits| (0.0..=MOST_WEIGHT).contains(&bits));
            say(field, !fits, "is out of range", "bits from 0 to 30");
        }
        say(
            "most_for_because",
            self.most_for_because.is_some() && self.most_for.is_none(),
            "belongs to `most_for`",
            "add `most_for`, or remove it",
        );
        say(
            "unless",
            self.unless.as_deref() == Some(self.name()),
            "names this comparison itself",
            "name another",
        );
        say(
            "term_frequency_adjustment",
            !is(&[Exact, Name]) && self.term_frequency_adjustment,
            "belongs to `exact` and `name` only",
            "remove it; `shared-value` always weighs by rarity",
        );
        let n_levels = self.measure().levels().len() - 1;
        say(
            "levels",
            !self.levels.is_empty() && self.levels.len() != n_levels,
            &format!("has {} levels where this kind has {n_levels}", self.levels.len()),
            "write them best first, without the null level, or leave them out",
        );
        let probability = |p: f64| p > 0.0 && p <= 1.0;
        let fit = self.levels.iter().all(|l| probability(l.m_probability) && probability(l.u_probability));
        say("levels", !fit, "holds a probability out of range", "above 0, at most 1");
        problems
    }
}

fn or_default(given: &[f64], otherwise: &[f64]) -> Vec<f64> {
    if given.is_empty() { otherwise.to_vec() } else { given.to_vec() }
}
