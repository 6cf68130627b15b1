//! What are the rules? The files in `policies/`, read once, with their sentences and a version.
//!
//! A rule is a Cedar policy with `@id`, `@sentence` and, where a permission asks something of its user,
//! `@obliges`. When one file cannot be read, no rule is trusted and everything is refused.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

use cedar_policy::{
    ActionConstraint, Authorizer, Effect, EntityUid, Policy, PolicyId, PolicySet, ResourceConstraint, Schema,
    ValidationMode, Validator,
};
use sha2::{Digest, Sha256};

use crate::action::Action;
use crate::grant::Obligation;

/// The schema's text.
const SCHEMA: &str = include_str!("../policies/schema.cedarschema");

/// The files and their text, in the order in which people read them.
const FILES: [(&str, &str); 9] = [
    ("walls.cedar", include_str!("../policies/walls.cedar")),
    ("everybody.cedar", include_str!("../policies/everybody.cedar")),
    ("cases.cedar", include_str!("../policies/cases.cedar")),
    ("links.cedar", include_str!("../policies/links.cedar")),
    ("referrals.cedar", include_str!("../policies/referrals.cedar")),
    ("trends.cedar", include_str!("../policies/trends.cedar")),
    ("imports.cedar", include_str!("../policies/imports.cedar")),
    ("people.cedar", include_str!("../policies/people.cedar")),
    ("audit.cedar", include_str!("../policies/audit.cedar")),
];

/// Something wrong in a rule file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}: {message}")]
pub struct RuleProblem {
    /// Which file in `crates/access/policies/`.
    pub file: String,
    /// What is wrong and where.
    pub message: String,
}

/// The rules cannot be trusted, so everything is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the access rules cannot be read: {}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
pub struct RulesError(pub Vec<RuleProblem>);

/// One rule as people read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Its id, as in the audit log.
    pub id: Arc<str>,
    /// The file it stands in.
    pub file: &'static str,
    /// What it says.
    pub sentence: Arc<str>,
    /// Whether it refuses; otherwise it permits.
    pub refuses: bool,
    /// What it asks of whoever uses it.
    pub obligations: BTreeSet<Obligation>,
    /// The verbs it names; all of them when it names none.
    pub actions: BTreeSet<Action>,
}

/// The rules, ready to decide.
pub(crate) struct Rules {
    policies: PolicySet,
    /// For each verb, the rules that could apply to it: asking the others would change nothing.
    applicable: BTreeMap<Action, PolicySet>,
    pub(crate) authorizer: Authorizer,
    pub(crate) by_id: BTreeMap<Arc<str>, Rule>,
    pub(crate) version: Arc<str>,
    schema: Schema,
}

static RULES: LazyLock<Result<Rules, RulesError>> = LazyLock::new(|| Rules::read(SCHEMA, &FILES));

/// The embedded rules.
pub(crate) fn embedded() -> Result<&'static Rules, &'static RulesError> {
    RULES.as_ref()
}

/// The embedded rules and one file more, so that tests can ask what another rule would change.
#[cfg(test)]
pub(crate) fn embedded_and(text: &'static str) -> Result<Rules, RulesError> {
    let mut files = FILES.to_vec();
    files.push(("more.cedar", text));
    Rules::read(SCHEMA, &files)
}

/// Checks the embedded rules against their schema; call it at start-up and go no further on an error.
///
/// # Errors
/// [`RulesError`] with every problem found.
pub fn check_rules() -> Result<(), RulesError> {
    embedded().map_err(Clone::clone)?.validate()
}

/// Which rules are in force: SHA-256 over the schema and every rule file, 64 hexadecimal digits.
///
/// # Errors
/// [`RulesError`] when the rules cannot be read.
pub fn rules_version() -> Result<Arc<str>, RulesError> {
    embedded().map(|rules| Arc::clone(&rules.version)).map_err(Clone::clone)
}

/// The rules as sentences, sorted by file and id, for the page that shows them.
///
/// # Errors
/// [`RulesError`] when the rules cannot be read.
pub fn rules() -> Result<Vec<Rule>, RulesError> {
    let rules = embedded().map_err(Clone::clone)?;
    let mut rules: Vec<Rule> = rules.by_id.values().cloned().collect();
    rules.sort_by(|a, b| (a.file, &a.id).cmp(&(b.file, &b.id)));
    Ok(rules)
}

impl Rules {
    /// Reads a schema and rule files, and reports every problem found in them.
    pub(crate) fn read(schema: &str, files: &[(&'static str, &'static str)]) -> Result<Self, RulesError> {
        let mut problems = Vec::new();
        let mut digest = Sha256::new();
        digest.update(schema);
        let schema = Schema::from_cedarschema_str(schema)
            .map(|(schema, _)| schema)
            .map_err(|error| problems.push(problem("schema.cedarschema", &error)))
            .ok();
        let mut policies = PolicySet::new();
        let mut by_id = BTreeMap::new();
        for &(file, text) in files {
            digest.update([0]);
            digest.update(file);
            digest.update([0]);
            digest.update(text);
            let parsed: PolicySet = match text.parse() {
                Ok(parsed) => parsed,
                Err(error) => {
                    problems.push(problem(file, &error));
                    continue;
                }
            };
            for policy in parsed.policies() {
                let (rule, policy) = match read_rule(file, policy) {
                    Ok(both) => both,
                    Err(message) => {
                        problems.push(problem(file, &message));
                        continue;
                    }
                };
                match policies.add(policy) {
                    Ok(()) => drop(by_id.insert(Arc::clone(&rule.id), rule)),
                    Err(error) => problems.push(problem(file, &error)),
                }
            }
        }
        match schema {
            Some(schema) if problems.is_empty() => Ok(Self {
                applicable: Action::ALL
                    .iter()
                    .map(|action| (*action, applicable(&policies, &by_id, *action)))
                    .collect(),
                policies,
                authorizer: Authorizer::new(),
                by_id,
                version: data_encoding::HEXLOWER.encode(&digest.finalize()).into(),
                schema,
            }),
            _ => Err(RulesError(problems)),
        }
    }

    /// The rules that could apply to a verb.
    pub(crate) fn applicable(&self, action: Action) -> &PolicySet {
        self.applicable.get(&action).unwrap_or(&self.policies)
    }

    /// The same rules, all of them asked about everything.
    #[cfg(test)]
    pub(crate) fn all_asked(mut self) -> Self {
        self.applicable.clear();
        self
    }

    /// Whether every rule speaks only of what the schema knows.
    pub(crate) fn validate(&self) -> Result<(), RulesError> {
        let result = Validator::new(self.schema.clone()).validate(&self.policies, ValidationMode::Strict);
        let errors = result.validation_errors().map(ToString::to_string);
        let warnings = result.validation_warnings().map(ToString::to_string);
        let problems: Vec<_> = errors.chain(warnings).map(|m| problem("policies", &m)).collect();
        if problems.is_empty() { Ok(()) } else { Err(RulesError(problems)) }
    }

    #[cfg(test)]
    pub(crate) fn schema(&self) -> &Schema {
        &self.schema
    }
}

/// Leaves out the rules that name other verbs, or another kind of record, in their head.
fn applicable(policies: &PolicySet, by_id: &BTreeMap<Arc<str>, Rule>, action: Action) -> PolicySet {
    let could_apply = |policy: &&Policy| {
        let id: &str = policy.id().as_ref();
        let names_it = by_id.get(id).is_none_or(|rule| rule.actions.contains(&action));
        let fits = match policy.resource_constraint() {
            ResourceConstraint::Is(kind) => kind.basename() == action.kind().code(),
            _ => true,
        };
        names_it && fits
    };
    let chosen = policies.policies().filter(could_apply).cloned();
    // INVARIANT: the ids are distinct, as they were in the whole set.
    PolicySet::from_policies(chosen).unwrap_or_else(|_| policies.clone())
}

fn problem(file: &str, message: &impl ToString) -> RuleProblem {
    RuleProblem { file: file.to_owned(), message: message.to_string() }
}

fn read_rule(file: &'static str, policy: &Policy) -> Result<(Rule, Policy), String> {
    let id = policy.annotation("id").ok_or_else(|| format!("`{}` has no @id", policy.id()))?;
    let sentence = policy.annotation("sentence").ok_or_else(|| format!("`{id}` has no @sentence"))?;
    let known = ["id", "sentence", "obliges"];
    if let Some((key, _)) = policy.annotations().find(|(key, _)| !known.contains(key)) {
        return Err(format!("`{id}` has `@{key}`, which nothing reads"));
    }
    let obliges = policy.annotation("obliges").unwrap_or_default();
    let obligations = obliges
        .split(',')
        .map(str::trim)
        .filter(|code| !code.is_empty())
        .map(|code| {
            Obligation::from_code(code)
                .ok_or_else(|| format!("`{id}` obliges `{code}`, which is no obligation"))
        })
        .collect::<Result<BTreeSet<_>, _>>()?;
    let refuses = policy.effect() == Effect::Forbid;
    if refuses && !obligations.is_empty() {
        return Err(format!("`{id}` refuses, so it cannot oblige"));
    }
    let actions = match policy.action_constraint() {
        ActionConstraint::Any => Action::ALL.iter().copied().collect(),
        ActionConstraint::Eq(uid) => BTreeSet::from([action_of(id, &uid)?]),
        ActionConstraint::In(uids) => uids.iter().map(|uid| action_of(id, uid)).collect::<Result<_, _>>()?,
    };
    let rule = Rule { id: id.into(), file, sentence: sentence.into(), refuses, obligations, actions };
    Ok((rule, policy.new_id(PolicyId::new(id))))
}

fn action_of(rule: &str, uid: &EntityUid) -> Result<Action, String> {
    let code: &str = uid.id().as_ref();
    let found = Action::ALL.iter().copied().find(|action| action.code() == code);
    found.ok_or_else(|| format!("`{rule}` names the action `{code}`, which there is not"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_parses_and_fits_the_schema() {
        check_rules().unwrap();
        let on_disk: BTreeSet<String> = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/policies"))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name.ends_with(".cedar"))
            .collect();
        let embedded: BTreeSet<String> = FILES.iter().map(|(name, _)| (*name).to_owned()).collect();
        assert_eq!(on_disk, embedded, "a rule file that is not embedded decides nothing");
    }

    #[test]
    fn every_rule_is_one_sentence_for_people() {
        for rule in rules().unwrap() {
            let sentence = &rule.sentence;
            assert!(
                sentence.starts_with(char::is_uppercase) && sentence.ends_with('.'),
                "{}: {sentence}",
                rule.id
            );
            assert!(sentence.matches(". ").count() == 0, "{}: more than one sentence", rule.id);
        }
    }

    #[test]
    fn every_action_is_in_the_schema_for_its_kind_and_has_a_rule() {
        let rules = embedded().unwrap();
        let mut in_schema = BTreeSet::new();
        for uid in rules.schema().actions() {
            let action = action_of("schema", uid).unwrap();
            let kinds: Vec<_> =
                rules.schema().resources_for_action(uid).unwrap().map(ToString::to_string).collect();
            assert_eq!(kinds, [action.kind().code()], "{}", action.code());
            in_schema.insert(action);
        }
        assert_eq!(in_schema, Action::ALL.iter().copied().collect());
        for action in Action::ALL {
            let permits = rules.by_id.values().any(|rule| !rule.refuses && rule.actions.contains(action));
            assert!(permits, "nobody may ever {}", action.words());
        }
    }

    #[track_caller]
    fn check_refused(schema: &str, text: &'static str, expected: &str) {
        let error = Rules::read(schema, &[("test.cedar", text)])
            .and_then(|rules| rules.validate())
            .expect_err("a bad rule must be refused");
        assert!(error.to_string().contains(expected), "{error}");
    }

    #[test]
    fn bad_rules_are_refused_with_the_place() {
        check_refused(SCHEMA, "permit (principal, action", "test.cedar");
        check_refused(SCHEMA, "permit (principal, action, resource);", "has no @id");
        check_refused(SCHEMA, r#"@id("a") permit (principal, action, resource);"#, "has no @sentence");
        check_refused(
            SCHEMA,
            r#"@id("a") @sentence("A.") @note("x") permit (principal, action, resource);"#,
            "`@note`",
        );
        check_refused(
            SCHEMA,
            r#"@id("a") @sentence("A.") @obliges("dance") permit (principal, action, resource);"#,
            "dance",
        );
        check_refused(
            SCHEMA,
            r#"@id("a") @sentence("A.") @obliges("tell-owner") forbid (principal, action, resource);"#,
            "cannot oblige",
        );
        check_refused(
            SCHEMA,
            r#"@id("a") @sentence("A.") permit (principal, action == Action::"peek", resource);"#,
            "peek",
        );
        check_refused(
            SCHEMA,
            r#"@id("a") @sentence("A.") permit (principal in Role::"boss", action, resource);"#,
            "boss",
        );
        check_refused(
            SCHEMA,
            r#"@id("a") @sentence("A.") permit (principal is Staff, action == Action::"read-case", resource is Case) when { resource.owner == principal.agency };"#,
            "owner",
        );
        check_refused(
            SCHEMA,
            r#"@id("a") @sentence("A.") permit (principal, action, resource is System); @id("a") @sentence("A.") permit (principal, action, resource is System);"#,
            "a",
        );
        check_refused("entity Nothing", "", "schema.cedarschema");
    }

    #[test]
    fn the_version_follows_every_byte() {
        let version = |text| Rules::read(SCHEMA, &[("a.cedar", text)]).unwrap().version;
        assert_eq!(version("// one"), version("// one"));
        assert_ne!(version("// one"), version("// two"));
        assert_eq!(rules_version().unwrap().len(), 64);
    }
}
