//! What would a region's reports look like? An invented one: reports of online sexually coerced extortion of
//! children by invented agencies, for demonstrations, tests and measurements.
//!
//! [`invent`] is pure: the same [`Plan`] gives the same bytes. Identifiers come from reserved ranges only
//! ([`reserved`], [`handle`]), no sentence is sexual or threatening, scripts are opaque tokens, and every row says
//! `synthetic=true`. The shares follow published figures where there are any and assumptions where there are none
//! (`docs/designs/sample.md`): they are **not evidence of prevalence**.

pub mod agency;
mod area;
mod calendar;
mod campaign;
mod case;
mod chance;
pub mod column;
mod day;
pub mod handle;
pub mod people;
mod place;
mod region;
pub mod report;
pub mod reserved;
pub mod scenario;
mod school_calendar;
mod tables;
pub mod truth;
pub mod words;
pub mod write;

pub use agency::SampleAgency;
pub use column::Column;
pub use region::{DEFAULT_UNTIL, Plan, Region, invent};
pub use report::SampleReport;
pub use scenario::{Scenario, ScenarioError};
pub use truth::Truth;
pub use write::{
    WriteError, write_agencies, write_each_agency, write_reports, write_reports_of, write_truth,
    write_truth_accounts,
};
