//! What was typed to invite or change a person.

use std::collections::BTreeSet;

use daymark_access::Standing;
use daymark_vocab::{Private, Role};

use crate::kit::{FormProblems, Language};

/// The form as it was sent, field by field (roles come several times).
#[derive(Debug, Default)]
pub struct Raw(Vec<(String, String)>);

impl Raw {
    /// Takes what was sent.
    pub const fn of(sent: Vec<(String, String)>) -> Self {
        Self(sent)
    }

    /// One field; empty when it was not sent.
    pub fn one(&self, name: &str) -> &str {
        self.0.iter().find(|(n, _)| n == name).map_or("", |(_, value)| value.as_str())
    }

    /// The roles that were ticked.
    pub fn roles(&self) -> Vec<String> {
        self.0.iter().filter(|(name, _)| name == "roles").map(|(_, value)| value.clone()).collect()
    }
}

/// A person to be invited.
pub struct Invite {
    /// Their name.
    pub name: Private<String>,
    /// Their address.
    pub email: Private<String>,
    /// What they will do.
    pub roles: BTreeSet<Role>,
}

/// What a person is to do, and whether they may work.
pub struct Change {
    /// What they do.
    pub roles: BTreeSet<Role>,
    /// Whether they may work.
    pub standing: Standing,
}

fn roles(raw: &Raw, problems: &mut FormProblems) -> BTreeSet<Role> {
    let roles: BTreeSet<Role> = raw.roles().iter().filter_map(|code| code.parse().ok()).collect();
    if roles.is_empty() {
        problems.add("roles", "Choose at least one role");
    }
    roles
}

impl Raw {
    /// Reads an invitation.
    ///
    /// # Errors
    /// Every problem at once.
    pub fn parse_invite(&self) -> Result<Invite, FormProblems> {
        let mut problems = FormProblems::new(Language::English);
        let (name, email) = (self.one("name").trim(), self.one("email").trim());
        if name.is_empty() || name.chars().count() > 120 {
            problems.add("name", "Enter their name, in 120 characters or fewer");
        }
        let shaped = email.split_once('@').is_some_and(|(local, domain)| {
            !local.is_empty() && domain.contains('.') && !domain.starts_with('.') && !domain.ends_with('.')
        });
        if !shaped || email.chars().any(char::is_whitespace) || email.len() > 254 {
            problems.add("email", "Enter their work e-mail address, such as name@example.org");
        }
        let roles = roles(self, &mut problems);
        if !problems.is_empty() {
            return Err(problems);
        }
        Ok(Invite { name: Private::new(name.to_owned()), email: Private::new(email.to_owned()), roles })
    }

    /// Reads a change; who was never here stays pending.
    ///
    /// # Errors
    /// Every problem at once.
    pub fn parse_change(&self, present: Standing) -> Result<Change, FormProblems> {
        let mut problems = FormProblems::new(Language::English);
        let roles = roles(self, &mut problems);
        let standing = match self.one("standing") {
            "suspended" => Some(Standing::Suspended),
            "active" if present == Standing::Pending => Some(Standing::Pending),
            "active" => Some(Standing::Active),
            _ => None,
        };
        if standing.is_none() {
            problems.add("standing", "Choose whether they may work");
        }
        match standing {
            Some(standing) if problems.is_empty() => Ok(Change { roles, standing }),
            _ => Err(problems),
        }
    }
}
