//! Who should be led where, in which order, and why? Content and facts go in; a plan comes out.
//!
//! [`plan`] puts together all rules of `content/rules/` that hold. [`next_question`] leads there one page at a
//! time, life and safety first. [`steps`] and [`laws`] are what a professional does and should know beside it.
//! [`check_cases`] tries the cases that practitioners wrote.
//!
//! Everything is recomputed from facts, or from stored answers: there is no position to lose. Nothing here does
//! I/O or reads a clock, and nothing here decides: a plan is a suggestion with its reasons.
//!
//! What never bends, and is proved for random facts in `tests/safety.rs`: no fact takes 999 away once another has
//! raised it; nobody is offered a service outside its nation or age; more danger never makes anything less
//! urgent; a child's plan always holds a person or a number to call.

mod cases;
mod facts;
mod journey;
mod plan;
mod steps;
mod suits;

pub use cases::check_cases;
pub use facts::{Facts, UnknownValue, Value};
pub use journey::{
    Answer, AnswerProblem, Answers, MOST_QUESTIONS, Question, Told, facts_of, next_question, told,
};
pub use plan::{Because, FollowUp, LeftOut, LeftOutBecause, Plan, PlannedRoute, ask_next, plan};
pub use steps::{laws, prompts, steps};
