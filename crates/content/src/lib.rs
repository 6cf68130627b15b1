//! Reads, checks and indexes `content/`: the questions, lists, routes and words that people who know the
//! field write and own. Every value keeps its file and line.
//!
//! Authored files are read whole: a reader returns the value *and* every [`Problem`] it found, each with the
//! place and a way to mend it. Four passes run over all files together:
//! *shape* (keys and kinds), *references* (whatever is named exists), *meaning* (what is said makes sense) and
//! *words* (how it is said to people). `content/bad/` holds one example for each [`Check`] and proves that it
//! refuses.
//!
//! Content is embedded in the binary ([`Content::embedded`]) and can be read from a folder
//! ([`Content::read_dir`]), which is what `daymark content check` does. Nothing here reads a clock: whether a
//! review is overdue is asked with a date ([`Content::overdue`]).

pub mod area;
pub mod avoid;
pub mod calendar;
pub mod case;
pub mod catalogue;
mod check;
pub mod content;
pub mod fact;
pub mod field;
mod file;
pub mod header;
pub mod help;
pub mod home;
pub mod journey;
pub mod law;
pub mod platform;
pub mod preferred_term;
pub mod problem;
pub mod respond_words;
pub mod response;
pub mod route;
pub mod rule;
mod section;
pub mod template;
mod word;
pub mod wording;

pub use area::Area;
pub use calendar::{BankHoliday, Calendar, Term};
pub use case::{Case, Expectation, Expects};
pub use catalogue::{Catalogue, Entity, Step, StepSection};
pub use content::Content;
pub use fact::{Ages, Asker, Condition, FactName, FactShape, Given, Nation, Wanted, When};
pub use field::{CodeValue, Field, FieldKind, Need, Scope, Sensitivity};
pub use file::harmless_lists;
pub use header::{Cited, Header, Status};
pub use help::{Ask, HelpWords};
pub use home::HomeWords;
pub use journey::{AnswerChoice, JourneyQuestion, QuestionKind, QuestionWords};
pub use law::{InForce, Law, LawKind};
pub use platform::Platform;
pub use preferred_term::PreferredTerm;
pub use problem::{Check, Place, Problem};
pub use respond_words::RespondWords;
pub use response::{Clock, Prompt, Response, ResponseStep, Review, SafetyPlanPart};
pub use route::{Channel, ChannelKind, Doer, Route, Urgency};
pub use rule::{Before, Rule, RuleRoute};
pub use template::{ColumnHolds, ColumnPart, TemplateColumn};
pub use wording::{Guard, RuleCode, Severity, Subject, WordingRule};
