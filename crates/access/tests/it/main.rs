//! The rules as a whole: every cell of the matrix, random worlds, and a second opinion.

mod matrix;
mod oracle;
mod properties;
mod scope;
mod world;
