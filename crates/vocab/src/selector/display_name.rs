//! Is the same name shown? Case, look-alikes, invisible characters and runs of spaces do not count.
//!
//! A display name is weak evidence (anyone may call themselves anything), and is never scoped by platform.

use super::{SelectorError, text};

/// The canonical form: the look-alike skeleton with single spaces.
pub(super) fn canonical(typed: &str) -> Result<String, SelectorError> {
    let skeleton = text::skeleton(typed);
    let joined = skeleton.split_whitespace().collect::<Vec<_>>().join(" ");
    match joined.chars().count() {
        0 => Err(SelectorError::Empty),
        // A look-alike can stand for several characters, so the skeleton may be longer than the 120 typed.
        1..=480 if typed.chars().count() <= 480 => Ok(joined),
        _ => Err(SelectorError::DisplayName),
    }
}
