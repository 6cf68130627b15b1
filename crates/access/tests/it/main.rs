//! The rules as a whole: every cell of the matrix, random worlds, and a second opinion.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on says where it stopped")]

mod matrix;
mod oracle;
mod properties;
mod scope;
mod world;
