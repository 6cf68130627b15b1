//! What does every column hold, why, for how long, and may it leave? `ledger.toml` says; a test holds it to both schemas.

use std::collections::BTreeMap;

use serde::Deserialize;

/// How much harm a column's content could do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sensitivity {
    /// Says nothing of a person.
    Technical,
    /// Codes and weeks, of a case without its child's name.
    Coarse,
    /// Of a person who works here.
    Staff,
    /// A keyed hash of something personal.
    Keyed,
    /// Of a child; sealed.
    Special,
    /// Names a child; sealed under the other root key.
    Identity,
    /// A key, or the hash of a secret.
    Secret,
}

/// How long a row is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Retention {
    /// As long as the case; reviewed by people, never deleted by itself.
    Case,
    /// As long as the person works here, and the audit names them.
    Member,
    /// As long as the audit.
    Audit,
    /// As long as the agency takes part.
    Agency,
    /// Made anew at any time.
    Derived,
    /// Hours or days: swept.
    Short,
}

/// Whether a column may leave the server in an export, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MayLeave {
    /// Never.
    No,
    /// To the owning agency.
    Owner,
    /// To agencies to which the case was released.
    Released,
    /// In counts that are suppressed.
    Counts,
}

/// What one column holds.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// How much harm it could do.
    pub sensitivity: Sensitivity,
    /// Why it is held.
    pub purpose: String,
    /// How long.
    pub retention: Retention,
    /// Whether it may leave.
    pub may_leave: MayLeave,
}

/// Tables and their columns.
pub type Ledger = BTreeMap<String, BTreeMap<String, Column>>;

/// The ledger as text.
pub const TEXT: &str = include_str!("../ledger.toml");

/// Reads the ledger.
///
/// # Errors
/// The first thing that is wrong, with its line.
pub fn read() -> Result<Ledger, toml::de::Error> {
    toml::from_str(TEXT)
}
