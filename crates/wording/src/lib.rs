//! Finds words that blame a child or make light of what was done, and says what to write instead and why.
//!
//! ```
//! use daymark_content::Content;
//! use daymark_wording::{Checker, Options, check};
//!
//! let (content, _) = Content::embedded();
//! let checker = Checker::new(&content);
//! let findings = check(&checker, "She is putting herself at risk.", &Options::default());
//! assert_eq!(findings[0].rule, "p24");
//! assert!(check(&checker, "She said “I put myself at risk”.", &Options::default()).is_empty());
//! ```
//!
//! The rules are content (`content/wording/`), written by people who know the field. The engine cuts the text into
//! sentences (`token`), finds whom each noun and pronoun means (`roles`), turns patterns into regular expressions
//! (`compile`) and asks seven guards ([`daymark_content::Guard`]) whether the words are right where they stand.
//! It learns nothing, asks nobody, reads no file, and never changes a text.
//!
//! Source: rules and guards follow published language guides (each rule names its own).
//! Measured: `docs/wording.md`, by `cargo xtask bench wording`.

mod checker;
mod compile;
pub mod example;
pub mod figures;
mod finding;
mod forms;
pub mod measure;
mod position;
mod quoted;
mod roles;
#[cfg(test)]
mod tests;
mod token;

pub use checker::{Checker, check, look};
pub use figures::Figure;
pub use finding::{Accepted, Finding, LeftAlone, Looked, Options, SectionKind};
