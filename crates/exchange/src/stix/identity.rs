//! An agency as a STIX 2.1 identity object: who sent this, in a form that other systems know.
//!
//! Source: OASIS STIX 2.1, §3.2 (common properties), §4.5 (identity), §7.3 (extensions).
//! Differs: the id is computed from the agency's id, so that one agency never becomes two; the namespace is our
//! own, because the standard keeps `00abedb4-…` for cyber-observables. Agency id and kind travel in an extension.
//! Oracle: the round-trip properties below.
//!
//! What is unknown is treated by one rule: properties of the standard that we do not use, and custom ones that
//! begin with `x_`, are kept and sent on unchanged; anything else is refused by name. `revoked` is understood.

use std::collections::BTreeMap;

use daymark_vocab::{AgencyId, AgencyKind};
use jiff::Timestamp;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::object;

/// Properties that are read into fields of their own.
const READ: [&str; 9] =
    ["type", "spec_version", "id", "name", "identity_class", "created", "modified", "revoked", "extensions"];

/// Properties of the standard that are kept as they come.
const KEPT: [&str; 11] = [
    "contact_information",
    "confidence",
    "created_by_ref",
    "description",
    "external_references",
    "granular_markings",
    "labels",
    "lang",
    "object_marking_refs",
    "roles",
    "sectors",
];

/// An agency, as it travels.
#[derive(Debug, Clone, PartialEq)]
pub struct Identity {
    /// Which agency.
    pub agency: AgencyId,
    /// What kind it is.
    pub kind: AgencyKind,
    /// Its name on pages.
    pub name: String,
    /// When the identity was first written, to the millisecond.
    pub created: Timestamp,
    /// When it was last changed, to the millisecond; not before `created`.
    pub modified: Timestamp,
    /// Whether the sender has withdrawn it.
    pub revoked: bool,
    /// Properties that are sent on unchanged.
    pub kept: BTreeMap<String, Value>,
}

/// Why a text is no identity of an agency.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    /// Broken JSON, a name that stands twice, or too much nesting.
    #[error("not a JSON object that can be read, line {line} column {column}: {reason}")]
    Json {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// What the parser says.
        reason: String,
    },
    /// A property is missing or has another form.
    #[error("`{property}` is missing or is not {expected}")]
    Property {
        /// Which one.
        property: &'static str,
        /// What it should be.
        expected: &'static str,
    },
    /// Properties that neither the standard nor we know.
    #[error("unknown properties {0:?}: remove them, or call them `x_…` if they must travel")]
    Unknown(Vec<String>),
    /// The id does not belong to the agency.
    #[error("the id is not the one of agency `{0}`: it would make two agencies of one")]
    ForeignId(AgencyId),
    /// Changed before it was created.
    #[error("`modified` lies before `created`")]
    Backwards,
}

impl Identity {
    /// The STIX id: the same for the same agency, everywhere and always.
    pub fn id(&self) -> String {
        id_of(&self.agency)
    }

    /// The object as JSON, its properties sorted.
    pub fn encode(&self) -> String {
        let mut members: Map<String, Value> = self.kept.clone().into_iter().collect();
        let extension = json!({
            "extension_type": "property-extension",
            "agency": self.agency.as_str(),
            "agency_kind": self.kind.code(),
        });
        let mut extensions = match members.remove("extensions") {
            Some(Value::Object(extensions)) => extensions,
            _ => Map::new(),
        };
        extensions.insert(extension_id(), extension);
        members.insert("type".to_owned(), json!("identity"));
        members.insert("spec_version".to_owned(), json!("2.1"));
        members.insert("id".to_owned(), json!(self.id()));
        members.insert("identity_class".to_owned(), json!("organization"));
        members.insert("name".to_owned(), json!(self.name));
        members.insert("created".to_owned(), json!(written(self.created)));
        members.insert("modified".to_owned(), json!(written(self.modified)));
        members.insert("extensions".to_owned(), Value::Object(extensions));
        if self.revoked {
            members.insert("revoked".to_owned(), json!(true));
        }
        let sorted: BTreeMap<String, Value> = members.into_iter().collect();
        json!(sorted).to_string()
    }

    /// Reads one identity object.
    ///
    /// # Errors
    /// [`IdentityError`]: the first thing that is wrong, by name. Unknown properties are named all together.
    pub fn decode(text: &str) -> Result<Self, IdentityError> {
        let mut members = object::read(text).map_err(|error| IdentityError::Json {
            line: error.line(),
            column: error.column(),
            reason: error.to_string(),
        })?;
        let unknown: Vec<String> = members
            .keys()
            .filter(|name| {
                !READ.contains(&name.as_str()) && !KEPT.contains(&name.as_str()) && !name.starts_with("x_")
            })
            .cloned()
            .collect();
        if !unknown.is_empty() {
            return Err(IdentityError::Unknown(unknown));
        }
        expect(&members, "type", "`identity`", |v| v == "identity")?;
        expect(&members, "spec_version", "`2.1`", |v| v == "2.1")?;
        expect(&members, "identity_class", "`organization`", |v| v == "organization")?;
        let name = text_of(&members, "name")?.to_owned();
        let created = time_of(&members, "created")?;
        let modified = time_of(&members, "modified")?;
        let id = text_of(&members, "id")?.to_owned();
        let revoked = match members.get("revoked") {
            None => false,
            Some(Value::Bool(revoked)) => *revoked,
            Some(_) => {
                return Err(IdentityError::Property { property: "revoked", expected: "true or false" });
            }
        };
        let (agency, kind, other_extensions) = extension_of(members.remove("extensions"))?;
        if modified < created {
            return Err(IdentityError::Backwards);
        }
        if id != id_of(&agency) {
            return Err(IdentityError::ForeignId(agency));
        }
        members.retain(|name, _| !READ.contains(&name.as_str()));
        if !other_extensions.is_empty() {
            members.insert("extensions".to_owned(), Value::Object(other_extensions));
        }
        Ok(Self { agency, kind, name, created, modified, revoked, kept: members })
    }
}

/// The namespace of our ids: our own, derived from a name that never resolves.
fn namespace() -> Uuid {
    Uuid::new_v5(&Uuid::NAMESPACE_URL, b"https://daymark.invalid/stix/2.1")
}

fn id_of(agency: &AgencyId) -> String {
    format!("identity--{}", Uuid::new_v5(&namespace(), format!("identity/{agency}").as_bytes()))
}

fn extension_id() -> String {
    format!("extension-definition--{}", Uuid::new_v5(&namespace(), b"extension/agency"))
}

/// Milliseconds and `Z`, as the standard writes times.
fn written(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string()
}

fn expect(
    members: &BTreeMap<String, Value>,
    property: &'static str,
    expected: &'static str,
    is: impl Fn(&str) -> bool,
) -> Result<(), IdentityError> {
    let fits = members.get(property).and_then(Value::as_str).is_some_and(is);
    if fits { Ok(()) } else { Err(IdentityError::Property { property, expected }) }
}

fn text_of<'m>(
    members: &'m BTreeMap<String, Value>,
    property: &'static str,
) -> Result<&'m str, IdentityError> {
    let text = members.get(property).and_then(Value::as_str).filter(|text| !text.trim().is_empty());
    text.ok_or(IdentityError::Property { property, expected: "text" })
}

fn time_of(members: &BTreeMap<String, Value>, property: &'static str) -> Result<Timestamp, IdentityError> {
    let wrong = IdentityError::Property { property, expected: "a time such as `2026-03-14T09:00:00.000Z`" };
    let text = text_of(members, property)?;
    if text.ends_with('Z') { text.parse().map_err(|_| wrong) } else { Err(wrong) }
}

/// Agency and kind out of our extension, and whatever extensions others have added.
fn extension_of(
    extensions: Option<Value>,
) -> Result<(AgencyId, AgencyKind, Map<String, Value>), IdentityError> {
    let missing = || IdentityError::Property {
        property: "extensions",
        expected: "an object with the agency extension",
    };
    let Some(Value::Object(mut extensions)) = extensions else { return Err(missing()) };
    let Some(Value::Object(ours)) = extensions.remove(&extension_id()) else { return Err(missing()) };
    let known = ["extension_type", "agency", "agency_kind"];
    let unknown: Vec<String> = ours.keys().filter(|name| !known.contains(&name.as_str())).cloned().collect();
    if !unknown.is_empty() {
        return Err(IdentityError::Unknown(unknown));
    }
    let text = |name: &str| ours.get(name).and_then(Value::as_str).unwrap_or_default();
    if text("extension_type") != "property-extension" {
        return Err(IdentityError::Property { property: "extension_type", expected: "`property-extension`" });
    }
    let agency = text("agency")
        .parse()
        .map_err(|_| IdentityError::Property { property: "agency", expected: "an agency id" })?;
    let kind = text("agency_kind")
        .parse()
        .map_err(|_| IdentityError::Property { property: "agency_kind", expected: "a kind of agency" })?;
    Ok((agency, kind, extensions))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn identity() -> Identity {
        Identity {
            agency: "invented-county-police".parse().unwrap(),
            kind: AgencyKind::Police,
            name: "Invented County Police".to_owned(),
            created: "2026-03-14T09:00:00Z".parse().unwrap(),
            modified: "2026-03-15T09:00:00.125Z".parse().unwrap(),
            revoked: false,
            kept: BTreeMap::new(),
        }
    }

    /// Changes one property of the encoded object and expects a message with `expected` in it.
    #[track_caller]
    fn check(property: &str, value: Option<Value>, expected: &str) {
        let mut members: BTreeMap<String, Value> = serde_json::from_str(&identity().encode()).unwrap();
        match value {
            Some(value) => members.insert(property.to_owned(), value),
            None => members.remove(property),
        };
        let error = Identity::decode(&json!(members).to_string()).unwrap_err().to_string();
        assert!(error.contains(expected), "{property}: {error}");
    }

    #[test]
    fn what_does_not_fit_is_refused_by_name() {
        check("type", Some(json!("indicator")), "`type`");
        check("spec_version", Some(json!("2.0")), "`spec_version`");
        check("identity_class", Some(json!("individual")), "`identity_class`");
        check("name", None, "`name`");
        check("name", Some(json!(" ")), "`name`");
        check("created", Some(json!("2026-03-14T09:00:00+01:00")), "`created`");
        check("modified", Some(json!("2026-03-13T09:00:00.000Z")), "before");
        check("revoked", Some(json!("yes")), "`revoked`");
        check("id", Some(json!("identity--00000000-0000-4000-8000-000000000000")), "id is not the one");
        check("extensions", None, "`extensions`");
        check("payload_bin", Some(json!("AAAA")), "payload_bin");
    }

    #[test]
    fn a_name_that_stands_twice_is_refused_with_its_place() {
        let text = identity().encode().replace("{\"created\"", "{\"name\":\"Other\",\"created\"");
        assert!(matches!(Identity::decode(&text), Err(IdentityError::Json { line: 1, column: 1.., .. })));
        let deep = format!("{}{}", "[".repeat(100), "]".repeat(100));
        assert!(matches!(Identity::decode(&deep), Err(IdentityError::Json { .. })));
        assert!(matches!(Identity::decode("{\n\n,"), Err(IdentityError::Json { line: 3, .. })));
    }

    #[test]
    fn the_id_never_changes() {
        // Written down once: a change here would make every partner see every agency twice.
        assert_eq!(identity().id(), id_of(&"invented-county-police".parse().unwrap()));
        assert_eq!(identity().id(), "identity--92d8c25d-ee5e-5f99-bfec-09968731469e");
    }

    fn kept_value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            any::<bool>().prop_map(Value::Bool),
            any::<i64>().prop_map(|n| json!(n)),
            "\\PC{0,20}".prop_map(|text| json!(text)),
        ];
        leaf.prop_recursive(3, 16, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
                prop::collection::btree_map("[a-z_]{1,8}", inner, 0..4).prop_map(|m| json!(m)),
            ]
        })
    }

    proptest! {
        #[test]
        fn decode_undoes_encode(
            agency in "[a-z][a-z0-9-]{0,40}",
            kind in 0..AgencyKind::ALL.len(),
            name in "[\\PC&&[^ ]]\\PC{0,60}",
            (created, later) in (0_i64..4_000_000_000_000, 0_i64..100_000_000),
            revoked in any::<bool>(),
            custom in prop::collection::btree_map("x_[a-z]{1,10}", kept_value(), 0..4),
            standard in prop::collection::btree_map(prop::sample::select(&KEPT[..]), kept_value(), 0..4),
            other in prop::option::of(kept_value()),
        ) {
            let mut kept = custom;
            kept.extend(standard.into_iter().map(|(name, value)| (name.to_owned(), value)));
            kept.extend(other.map(|value| ("extensions".to_owned(), json!({ "extension-definition--other": value }))));
            prop_assume!(!name.trim().is_empty());
            let identity = Identity {
                agency: agency.parse().unwrap(),
                kind: AgencyKind::ALL[kind],
                name,
                created: Timestamp::from_millisecond(created).unwrap(),
                modified: Timestamp::from_millisecond(created + later).unwrap(),
                revoked,
                kept,
            };
            let text = identity.encode();
            let back = Identity::decode(&text).map_err(|e| TestCaseError::fail(e.to_string()))?;
            prop_assert_eq!(&back, &identity);
            prop_assert_eq!(back.encode(), text);
        }
    }
}
