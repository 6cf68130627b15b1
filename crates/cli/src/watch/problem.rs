//! What is wrong with the input, where, and what to do.

use std::fmt;

/// One thing wrong, where it is, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Problem {
    pub(super) file: String,
    pub(super) line: u64,
    pub(super) column: u64,
    pub(super) message: String,
    pub(super) hint: &'static str,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, line, column, message, hint } = self;
        write!(f, "{file}:{line}:{column}: {message} ({hint})")
    }
}
