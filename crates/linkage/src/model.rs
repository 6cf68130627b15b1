//! What shall be compared, and how? The model file: blocking rules, comparisons, training, pools.
//!
//! A model is TOML that a practitioner can read; everything has a default but the columns. Unknown
//! fields are refused, and every problem is named with its line and what to do. The parameters that a
//! run has learned can be saved back as a model ([`crate::TrainedModel::to_toml`]).

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use toml::Spanned;

use crate::blocking_rule::BlockingRule;
use crate::comparison::Comparison;
use crate::problem::Problem;

/// The built-in model for `reports.csv`.
const CASES: &str = include_str!("model/cases.toml");

/// A linkage model, as read from its file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// The column that holds the unique id.
    pub unique_id: String,
    /// What one record is called in sentences, in the singular.
    #[serde(default = "record_name")]
    pub record_name: String,
    /// Words in a cell that mean "not recorded"; an empty cell always does.
    #[serde(default)]
    pub missing: Vec<String>,
    /// λ, if known; otherwise it is estimated from the records.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probability_two_random_records_match: Option<f64>,
    /// Cold start for λ: how many partners a record has on average, before anything is learned.
    #[serde(default = "partners_expected")]
    pub partners_expected: f64,
    /// Pairs from this probability on are returned, and may join pools.
    #[serde(default = "threshold")]
    pub threshold_match_probability: f64,
    /// Pairs that one blocking key may cause; beyond it each record meets only its nearest in the key.
    #[serde(default = "n_pairs_per_key")]
    pub n_pairs_per_key: u64,
    /// How m, u and λ are learned.
    #[serde(default)]
    pub training: Training,
    /// How pairs become pools.
    #[serde(default)]
    pub pools: Pools,
    /// Groups of comparisons whose agreement comes together: the share (0 to 1) that each further
    /// agreement in the group keeps of its weight. 1 is independence.
    #[serde(default)]
    pub dependence: BTreeMap<String, f64>,
    /// Columns whose values are identifiers: read before anything is compared, so that one canonical key serves all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub selectors: Vec<SelectorColumn>,
    /// The column that names the record from which this one was copied, by its unique id. Two copies of one report are
    /// one proof: what they share is counted once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub same_source: Option<String>,
    /// Which pairs are looked at; a pair named by any rule is compared in full.
    pub blocking_rules: Vec<BlockingRule>,
    /// What is compared.
    pub comparisons: Vec<Comparison>,
}

/// A column whose values are telephone numbers, handles, accounts or addresses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SelectorColumn {
    /// The column; several values are separated by `|`.
    pub column: String,
    /// The code of the kind: `handle`, `display-name`, `phone`, `email`, `bank-account`, `iban`, `payment-tag`, `wallet`
    /// or `url`.
    pub kind: String,
    /// The column with the platform of a bare handle.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub platform_column: Option<String>,
    /// A column to be made of the families of these names: without closing digits, dots and look-alike letters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub families: Option<String>,
}

/// How m, u and λ are learned.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Training {
    /// Learn from the records by expectation maximisation; `false` keeps the levels as written.
    pub expectation_maximisation: bool,
    /// At most so many rounds.
    pub n_iterations: usize,
    /// At most about so many candidate pairs are looked at in each round.
    pub n_pairs: usize,
    /// Random pairs from which u is first estimated.
    pub n_random_pairs: usize,
    /// How many invented pairs the starting values weigh, so that a few records cannot overturn them.
    pub n_prior_pairs: f64,
}

impl Default for Training {
    fn default() -> Self {
        Self {
            expectation_maximisation: true,
            n_iterations: 25,
            n_pairs: 400_000,
            n_random_pairs: 300_000,
            n_prior_pairs: 20.0,
        }
    }
}

/// How pairs become pools.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Pools {
    /// Pairs between two pools that are looked at before the pools are joined.
    pub n_cross_pairs: usize,
    /// How much the circumstances (everything but shared values) of two pools count when they might be
    /// joined: 0 joins on any one link, 1 weighs them like those of a single pair.
    pub circumstances: f64,
    /// Pairs below this probability join no pools: one false pair joins many. The model's threshold unless given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub threshold_match_probability: Option<f64>,
}

impl Default for Pools {
    fn default() -> Self {
        Self { n_cross_pairs: 100, circumstances: 1.0, threshold_match_probability: None }
    }
}

fn record_name() -> String {
    "record".to_owned()
}

const fn partners_expected() -> f64 {
    2.0
}

const fn threshold() -> f64 {
    0.9
}

const fn n_pairs_per_key() -> u64 {
    20_000
}

/// The file as read: items keep their place, so that each one's problem can be named.
#[derive(Deserialize)]
struct RawModel {
    #[serde(default)]
    blocking_rules: Vec<Spanned<toml::Value>>,
    #[serde(default)]
    comparisons: Vec<Spanned<toml::Value>>,
    #[serde(flatten)]
    rest: toml::Table,
}

impl Model {
    /// The probability from which on a pair may join pools.
    pub fn pool_threshold(&self) -> f64 {
        self.pools.threshold_match_probability.unwrap_or(self.threshold_match_probability)
    }

    /// The built-in model for `reports.csv`, the flat template of case reports.
    #[expect(clippy::missing_panics_doc, reason = "a test reads the built-in file")]
    pub fn cases() -> Self {
        #[expect(clippy::expect_used, reason = "the file is part of the program and a test reads it")]
        Self::from_toml(CASES).expect("the built-in model is valid")
    }

    /// The text of the built-in model, to start one's own from.
    pub const fn cases_toml() -> &'static str {
        CASES
    }

    /// The JSON Schema of a model file, for editors.
    pub fn json_schema() -> serde_json::Value {
        schemars::schema_for!(Self).to_value()
    }

    /// Reads a model file.
    ///
    /// # Errors
    /// Every problem found, each with its line.
    pub fn from_toml(text: &str) -> Result<Self, Vec<Problem>> {
        let raw: RawModel = toml::from_str(text).map_err(|error| vec![shape(text, 0, &error)])?;
        let mut problems = Vec::new();
        let (rules, rule_lines) = items(text, raw.blocking_rules, "blocking_rules", &mut problems);
        let (comparisons, comparison_lines) = items(text, raw.comparisons, "comparisons", &mut problems);
        let mut rest = raw.rest;
        rest.insert("blocking_rules".to_owned(), toml::Value::Array(Vec::new()));
        rest.insert("comparisons".to_owned(), toml::Value::Array(Vec::new()));
        let model = match rest.try_into::<Self>() {
            Ok(model) => Some(Self { blocking_rules: rules, comparisons, ..model }),
            Err(error) => {
                problems.push(rest_problem(text, &error));
                None
            }
        };
        if let Some(model) = &model {
            problems.extend(model.meaning(text, &rule_lines, &comparison_lines));
        }
        problems.sort();
        match model {
            Some(model) if problems.is_empty() => Ok(model),
            _ => Err(problems),
        }
    }

    /// What the shape cannot tell: ranges, references, repetitions.
    fn meaning(&self, text: &str, rule_lines: &[u64], comparison_lines: &[u64]) -> Vec<Problem> {
        let mut problems = Vec::new();
        let mut range = |field: &str, good: bool, hint: &str| {
            if !good {
                let line = line_of_field(text, field);
                problems.push(Problem::new("is out of range", hint).in_field(field).on_line(line));
            }
        };
        let within = |x: f64, low: f64, high: f64| x > low && x < high;
        let lambda = self.probability_two_random_records_match;
        range(
            "probability_two_random_records_match",
            lambda.is_none_or(|p| within(p, 0.0, 1.0)),
            "between 0 and 1",
        );
        range("partners_expected", within(self.partners_expected, 0.0, 1e9), "a number above 0");
        range(
            "threshold_match_probability",
            within(self.threshold_match_probability, 0.0, 1.0),
            "between 0 and 1",
        );
        range("n_pairs_per_key", self.n_pairs_per_key > 0, "a whole number above 0");
        range("n_prior_pairs", within(self.training.n_prior_pairs, 0.0, 1e12), "a number above 0");
        range("n_pairs", self.training.n_pairs > 0, "a whole number above 0");
        range("n_random_pairs", self.training.n_random_pairs > 0, "a whole number above 0");
        let of_pools = self.pools.threshold_match_probability;
        range(
            "threshold_match_probability",
            of_pools.is_none_or(|p| p >= self.threshold_match_probability && p < 1.0),
            "under `[pools]` from the model's own threshold to below 1",
        );
        range("circumstances", (0.0..=100.0).contains(&self.pools.circumstances), "from 0 to 100");
        for (group, share) in &self.dependence {
            range(group, (0.0..=1.0).contains(share), "a share from 0 to 1");
        }
        if self.comparisons.is_empty() && comparison_lines.is_empty() {
            problems
                .push(Problem::new("there is none", "add a `[[comparisons]]` table").in_field("comparisons"));
        }
        if self.blocking_rules.is_empty() && rule_lines.is_empty() {
            let hint = "add a `[[blocking_rules]]` table";
            problems.push(Problem::new("there is none", hint).in_field("blocking_rules"));
        }
        for selector in self.selectors.iter().filter(|selector| selector.kind().is_none()) {
            let hint = "such as `handle`, `phone` or `bank-account`; see `daymark link --schema`";
            let line = line_of_text(text, &format!("\"{}\"", selector.kind));
            problems.push(Problem::new("is no kind of identifier", hint).in_field("kind").on_line(line));
        }
        let all_names: BTreeSet<&str> = self.comparisons.iter().map(Comparison::name).collect();
        let mut names = BTreeSet::new();
        for (comparison, line) in self.comparisons.iter().zip(comparison_lines) {
            let mut found = comparison.problems();
            if !names.insert(comparison.name()) {
                let hint = "give one of the two another `name`";
                found.push(Problem::new("two comparisons have the same name", hint).in_field("name"));
            }
            if let Some(group) =
                comparison.group.as_ref().filter(|group| !self.dependence.contains_key(*group))
            {
                let hint = format!("add `{group} = 0.5` under `[dependence]`");
                found.push(Problem::new("no such group", hint).in_field("group"));
            }
            if comparison.unless.as_ref().is_some_and(|name| !all_names.contains(name.as_str())) {
                let hint = "name a comparison of this file";
                found.push(Problem::new("no such comparison", hint).in_field("unless"));
            }
            problems.extend(found.into_iter().map(|problem| problem.on_line(Some(*line))));
        }
        for (rule, line) in self.blocking_rules.iter().zip(rule_lines) {
            problems.extend(rule.problems().into_iter().map(|problem| problem.on_line(Some(*line))));
        }
        problems
    }
}

fn items<T: for<'de> Deserialize<'de>>(
    text: &str,
    raw: Vec<Spanned<toml::Value>>,
    field: &str,
    problems: &mut Vec<Problem>,
) -> (Vec<T>, Vec<u64>) {
    let (mut values, mut lines) = (Vec::new(), Vec::new());
    for item in raw {
        let (line, _) = place(text, item.span().start);
        match item.into_inner().try_into() {
            Ok(value) => {
                values.push(value);
                lines.push(line);
            }
            Err(error) => problems.push(
                Problem::new(message(&error), "see `daymark link --schema`")
                    .in_field(field)
                    .on_line(Some(line)),
            ),
        }
    }
    if values.is_empty() && !problems.is_empty() {
        lines.push(0);
    }
    (values, lines)
}

/// A problem in one of the plain fields: the parser's message names it in backticks.
fn rest_problem(text: &str, error: &toml::de::Error) -> Problem {
    let message = message(error);
    let named = message.split('`').nth(1).and_then(|field| line_of_field(text, field));
    Problem::new(message, "see `daymark link --schema`").on_line(named)
}

fn shape(text: &str, offset: usize, error: &toml::de::Error) -> Problem {
    let (line, column) = place(text, offset + error.span().map_or(0, |span| span.start));
    Problem::new(message(error), "see `daymark link --schema`").on_line(Some(line)).at_column(column)
}

/// The parser's message on one line; model files hold no personal data.
fn message(error: &toml::de::Error) -> String {
    error.message().lines().collect::<Vec<_>>().join(" ")
}

fn place(text: &str, offset: usize) -> (u64, u64) {
    let before = text.get(..offset).unwrap_or(text);
    let line = before.matches('\n').count() as u64 + 1;
    let column = before.rsplit('\n').next().map_or(0, |tail| tail.chars().count()) as u64 + 1;
    (line, column)
}

fn line_of_field(text: &str, field: &str) -> Option<u64> {
    let sets = |line: &str| {
        line.trim_start().strip_prefix(field).is_some_and(|rest| rest.trim_start().starts_with(['=', '.']))
            || line.trim() == format!("[{field}]")
    };
    text.lines().position(sets).map(|at| at as u64 + 1)
}

fn line_of_text(text: &str, part: &str) -> Option<u64> {
    text.lines().position(|line| line.contains(part)).map(|at| at as u64 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: &str = "unique_id = \"id\"\n[[blocking_rules]]\nkeys = [{ column = \"a\" }]\n\
                         [[comparisons]]\ncolumn = \"a\"\nkind = \"exact\"\n";

    fn check(text: &str, expected: &[&str]) {
        let problems = Model::from_toml(text).err().unwrap_or_default();
        let said: Vec<String> = problems.iter().map(ToString::to_string).collect();
        assert_eq!(said.len(), expected.len(), "{said:#?}");
        for (said, part) in said.iter().zip(expected) {
            assert!(said.contains(part), "{said:?} lacks {part:?}");
        }
    }

    #[test]
    fn the_built_in_model_is_valid_and_survives_its_own_text() {
        let cases = Model::cases();
        let text = toml::to_string(&cases).unwrap();
        assert_eq!(Model::from_toml(&text).unwrap(), cases);
    }

    #[test]
    fn every_problem_is_named_with_its_line() {
        check(SMALL, &[]);
        check("", &["missing field `unique_id`"]);
        check("unique_id = \n", &["1:13: "]);
        check(
            &format!("threshold_match_probability = 2\n{SMALL}term_frequency = true\n"),
            &[
                "1:1: `threshold_match_probability`: is out of range",
                "5:1: `comparisons`: unknown field `term_freq",
            ],
        );
        check(&format!("colour = 1\n{SMALL}"), &["1:1: unknown field `colour`"]);
        check(
            &SMALL.replace("kind = \"exact\"", "kind = \"distance\"\ngroup = \"g\""),
            &["4:1: `group`: no such group", "4:1: `within`"],
        );
        check(
            &format!("{SMALL}[[comparisons]]\ncolumn = \"a\"\nkind = \"name\"\n"),
            &["7:1: `name`: two comparisons"],
        );
        check("unique_id = \"id\"", &["`blocking_rules`: there is none", "`comparisons`: there is none"]);
        check(
            &SMALL.replace("{ column = \"a\" }", "{ column = \"a\", transform = \"prefix\" }"),
            &["2:1: `length`: is missing"],
        );
    }

    #[test]
    fn the_schema_describes_every_field_of_the_file() {
        let schema = Model::json_schema();
        for field in ["unique_id", "comparisons", "blocking_rules", "training", "pools", "dependence"] {
            assert!(schema["properties"][field].is_object(), "{field}");
        }
        assert_eq!(schema["additionalProperties"], false);
    }
}
