//! What is true of every request and answer, whatever the room?

pub mod api_problem;
pub mod assets;
pub mod back;
pub mod csrf;
pub mod error_page;
pub mod form;
pub mod headers;
pub mod health;
pub mod json;
pub mod panics;
pub mod rate;
pub mod second_factor;
pub mod session;
pub mod step_up;
pub mod token;
pub mod unsent;
