//! Which reports were caused by the same hands? Probabilistic record linkage, with reasons.
//!
//! Records come in as a [`Table`], what to compare as a [`Model`]. [`link`] finds candidate pairs by blocking
//! rules, learns how telling each agreement is, weighs every pair (Fellegi & Sunter 1969) and joins pairs
//! into pools, never against a person's [`Judged`] pairs. [`explain`] shows the weights of one pair in plain
//! English; an [`Index`] answers for one new record without linking all anew.
//!
//! A machine proposes a `match_probability`; only a person makes a `Judgement`. Nothing here reads a clock or
//! keeps a connection, and no message repeats a record's value.

mod blocking_rule;
mod comparison;
mod comparison_level;
mod expectation_maximisation;
mod explanation;
mod index;
mod judgement;
mod link;
mod match_weight;
mod model;
mod pool;
mod problem;
mod records;
mod table;
mod term_frequency;
mod transform;

pub use blocking_rule::{BlockingKey, BlockingRule, SkippedKey};
pub use comparison::{Comparison, ComparisonKind, LevelProbabilities};
pub use expectation_maximisation::TrainedModel;
pub use explanation::{Explanation, Step};
pub use index::Index;
pub use judgement::{ContradictoryJudgements, Judged};
pub use link::{Detail, LinkError, Linked, Options, ScoredPair, explain, link};
pub use match_weight::{match_probability, match_weight};
pub use model::{Model, Pools, SelectorColumn, Training};
pub use problem::Problem;
pub use table::{Cells, LeftOut, Table, TableBuilder};
pub use transform::Transform;
