//! Is this week's count above what chance gives? Baselines, upper bounds and alarms over plain counts.
//!
//! Counts come in as [`WeeklyCounts`], a [`Method`] judges them, a [`Verdict`] comes out, and [`explain`] says
//! it in a sentence. [`series`] makes the counts from events; [`suppress`] keeps small ones from being shown.
//! Nothing here reads a file, a clock or a connection.

mod baseline;
mod bounds;
pub mod cusum;
pub mod ears;
pub mod farrington;
mod glm;
pub mod method;
mod scattered_count;
pub mod sentence;
pub mod series;
pub mod suppress;
pub mod verdict;
pub mod week;
pub mod weekly_counts;

pub use method::{Detector, DetectorError, Method};
pub use sentence::{Audience, Sentence, explain};
pub use suppress::Shown;
pub use verdict::{Verdict, Withheld};
pub use week::Week;
pub use weekly_counts::{CountsProblem, CountsProblemKind, WeeklyCounts};
