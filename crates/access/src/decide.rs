//! May they? One question, one answer, from the rules and nothing else.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::{Arc, LazyLock};

use cedar_policy::{
    Context, Decision as Effect, Entities, Entity, EntityId, EntityTypeName, EntityUid, Request,
    RestrictedExpression as Value,
};
use daymark_vocab::{AgencyId, MemberId};
use jiff::Timestamp;

use crate::action::Action;
use crate::grant::{Basis, Grant, NamedVerb};
use crate::principal::{Principal, Staff};
use crate::record::{Record, ResourceKind};
use crate::refusal::{Reason, Refusal};
use crate::rules::{self, Rules};

/// The answer.
#[derive(Debug)]
pub enum Decision {
    /// Yes, and the proof of it.
    Permitted(Grant),
    /// No, and why.
    Refused(Refusal),
}

impl Decision {
    /// The grant, or the refusal as an error to pass on with `?`.
    ///
    /// # Errors
    /// The [`Refusal`].
    pub fn into_result(self) -> Result<Grant, Refusal> {
        match self {
            Self::Permitted(grant) => Ok(grant),
            Self::Refused(refusal) => Err(refusal),
        }
    }
}

/// Decides whether `who` may do `action` to `record` at `now`.
///
/// What no rule permits is refused; one rule that refuses outweighs all that permit; a rule that cannot
/// be applied refuses. Another agency's record and a record that is not there are refused alike.
pub fn decide<'a>(
    who: impl Into<Principal<'a>>,
    action: Action,
    record: &Record,
    now: Timestamp,
) -> Decision {
    let who = who.into();
    match rules::embedded() {
        Ok(rules) => rules.decide(who, action, record, now),
        Err(_) => Decision::Refused(Refusal::Forbidden {
            reasons: vec![Reason::new(
                "rules-unreadable",
                "The access rules cannot be read, so everything is refused.",
            )],
            step_up_would_do: false,
        }),
    }
}

/// As [`decide`], with the verb as a type: `may::<verb::ReadCase>(&who, &facts, now)?`.
///
/// # Errors
/// The [`Refusal`].
pub fn may<'a, V: NamedVerb>(
    who: impl Into<Principal<'a>>,
    record: &Record,
    now: Timestamp,
) -> Result<Grant<V>, Refusal> {
    // INVARIANT: what is permitted has been asked for `V::ACTION`, so narrowing finds its id.
    decide(who, V::ACTION, record, now).into_result()?.narrow().ok_or(Refusal::NotFound)
}

/// What the rules say, before it is put into words.
#[derive(Clone)]
enum Verdict {
    Yes(Vec<Arc<str>>),
    No(Vec<Arc<str>>),
    /// A rule, or the question itself, could not be evaluated.
    Broken,
}

impl Rules {
    pub(crate) fn decide(
        &self,
        who: Principal<'_>,
        action: Action,
        record: &Record,
        now: Timestamp,
    ) -> Decision {
        let seconds = match who {
            Principal::Staff(staff) => staff.seconds_since_step_up(now),
            Principal::Visitor => None,
        };
        match self.judge(who, action, record, seconds) {
            Verdict::Yes(rules) => {
                let (member, agency) = match who {
                    Principal::Staff(staff) => (Some(staff.member.clone()), Some(staff.agency.clone())),
                    Principal::Visitor => (None, None),
                };
                let applied = rules.iter().filter_map(|id| self.by_id.get(id));
                let obligations = applied.flat_map(|rule| rule.obligations.iter().copied()).collect();
                Decision::Permitted(Grant::new(Basis {
                    action,
                    member,
                    agency,
                    record: record.clone(),
                    obligations,
                    rules,
                    rules_version: Arc::clone(&self.version),
                    decided_at: now,
                }))
            }
            verdict => Decision::Refused(self.refusal(who, action, record, verdict)),
        }
    }

    fn judge(&self, who: Principal<'_>, action: Action, record: &Record, seconds: Option<i64>) -> Verdict {
        if action.kind() != record.id.kind() {
            return Verdict::No(Vec::new());
        }
        let Some((request, entities)) = question(who, action, record, seconds) else {
            return Verdict::Broken;
        };
        let response = self.authorizer.is_authorized(&request, self.applicable(action), &entities);
        if response.diagnostics().errors().next().is_some() {
            return Verdict::Broken;
        }
        let reasons = response.diagnostics().reason();
        let mut ids: Vec<Arc<str>> = reasons.map(|id| Arc::from(id.to_string())).collect();
        ids.sort_unstable();
        match response.decision() {
            Effect::Allow => Verdict::Yes(ids),
            Effect::Deny => Verdict::No(ids),
        }
    }

    fn refusal(&self, who: Principal<'_>, action: Action, record: &Record, verdict: Verdict) -> Refusal {
        let Principal::Staff(staff) = who else {
            return Refusal::SignInFirst;
        };
        if !record.is_known_to(&staff.agency) {
            return Refusal::NotFound;
        }
        // A missing step-up is a reason only where it is the only one: nobody is sent to sign in again in vain.
        let forbidden = matches!(&verdict, Verdict::No(ids) if !ids.is_empty());
        let stepped_up = if forbidden { self.judge(who, action, record, Some(0)) } else { verdict.clone() };
        let step_up_would_do = matches!(stepped_up, Verdict::Yes(_));
        let standing = if step_up_would_do { verdict } else { stepped_up };
        let reasons = match standing {
            Verdict::No(ids) if !ids.is_empty() => self.sentences(ids.iter()),
            Verdict::No(_) | Verdict::Yes(_) => self.what_would_permit(action, record),
            Verdict::Broken => {
                let sentence = "A rule could not be applied, so the answer is no.";
                vec![Reason::new("rule-not-applicable", sentence)]
            }
        };
        Refusal::Forbidden { reasons, step_up_would_do }
    }

    fn sentences<'a>(&self, ids: impl Iterator<Item = &'a Arc<str>>) -> Vec<Reason> {
        ids.filter_map(|id| self.by_id.get(id))
            .map(|rule| Reason { rule: Arc::clone(&rule.id), sentence: Arc::clone(&rule.sentence) })
            .collect()
    }

    /// No rule said no: none said yes. Say so, and who could.
    fn what_would_permit(&self, action: Action, record: &Record) -> Vec<Reason> {
        let mut reasons =
            vec![Reason::new("no-rule-permits", format!("Nothing lets you {} here.", action.words()))];
        if action.kind() == record.id.kind() {
            let permits = self.by_id.values().filter(|rule| !rule.refuses && rule.actions.contains(&action));
            reasons.extend(self.sentences(permits.map(|rule| &rule.id)));
        }
        reasons
    }
}

/// The names of the kinds of things, parsed once.
struct Names {
    staff: EntityTypeName,
    visitor: EntityTypeName,
    role: EntityTypeName,
    standing: EntityTypeName,
    agency_kind: EntityTypeName,
    agency: EntityTypeName,
    referral_state: EntityTypeName,
    kinds: HashMap<ResourceKind, EntityTypeName>,
    actions: HashMap<Action, EntityUid>,
}

static NAMES: LazyLock<Option<Names>> = LazyLock::new(|| {
    let name = |text: &str| text.parse::<EntityTypeName>().ok();
    let action_type = name("Action")?;
    Some(Names {
        staff: name("Staff")?,
        visitor: name("Visitor")?,
        role: name("Role")?,
        standing: name("Standing")?,
        agency_kind: name("AgencyKind")?,
        agency: name("Agency")?,
        referral_state: name("ReferralState")?,
        kinds: ResourceKind::ALL
            .into_iter()
            .map(|kind| Some((kind, name(kind.code())?)))
            .collect::<Option<_>>()?,
        actions: Action::ALL.iter().map(|action| (*action, uid(&action_type, action.code()))).collect(),
    })
});

fn uid(kind: &EntityTypeName, id: &str) -> EntityUid {
    EntityUid::from_type_name_and_id(kind.clone(), EntityId::new(id))
}

/// The question in Cedar's terms: the request, and the two entities that the rules speak of.
fn question(
    who: Principal<'_>,
    action: Action,
    record: &Record,
    seconds: Option<i64>,
) -> Option<(Request, Entities)> {
    let names = NAMES.as_ref()?;
    let asker = match who {
        Principal::Staff(staff) => names.staff(staff)?,
        Principal::Visitor => Entity::with_uid(uid(&names.visitor, "visitor")),
    };
    let resource = names.resource(record)?;
    let context = match seconds {
        Some(seconds) => {
            Context::from_pairs([("seconds_since_step_up".to_owned(), Value::new_long(seconds))]).ok()?
        }
        None => Context::empty(),
    };
    let action = names.actions.get(&action)?.clone();
    let request = Request::new(asker.uid(), action, resource.uid(), context, None).ok()?;
    Some((request, Entities::from_entities([asker, resource], None).ok()?))
}

impl Names {
    fn staff(&self, staff: &Staff) -> Option<Entity> {
        let attributes = HashMap::from([
            ("agency".to_owned(), self.agency(Some(&staff.agency))),
            (
                "agency_kind".to_owned(),
                Value::new_entity_uid(uid(&self.agency_kind, staff.agency_kind.code())),
            ),
            ("standing".to_owned(), Value::new_entity_uid(uid(&self.standing, staff.standing.code()))),
        ]);
        let roles: HashSet<_> = staff.roles.iter().map(|role| uid(&self.role, role.code())).collect();
        Entity::new(uid(&self.staff, staff.member.as_str()), attributes, roles).ok()
    }

    /// An agency; none is the empty id, which no agency has.
    fn agency(&self, agency: Option<&AgencyId>) -> Value {
        Value::new_entity_uid(uid(&self.agency, agency.map_or("", AgencyId::as_str)))
    }

    fn agencies(&self, agencies: &BTreeSet<AgencyId>) -> Value {
        Value::new_set(agencies.iter().map(|agency| self.agency(Some(agency))))
    }

    fn person(&self, member: &str) -> Value {
        Value::new_entity_uid(uid(&self.staff, member))
    }

    fn people(&self, members: &BTreeSet<MemberId>) -> Value {
        Value::new_set(members.iter().map(|member| self.person(member.as_str())))
    }

    /// The record's facts. One that is not there has the empty id and the empty agency, so that the same
    /// rules are asked about it as about another agency's record, and find nothing that fits.
    fn resource(&self, record: &Record) -> Option<Entity> {
        let id = if record.exists { record.id.text() } else { String::new() };
        let owner = || ("agency", self.agency(record.agencies.first()));
        let owners = || ("agencies", self.agencies(&record.agencies));
        let released = || ("released_to", self.agencies(&record.released_to));
        let attributes = match record.id.kind() {
            ResourceKind::System | ResourceKind::Agency => vec![],
            ResourceKind::Import | ResourceKind::Audit => vec![owner()],
            ResourceKind::Link | ResourceKind::Pool | ResourceKind::Flag => vec![owners(), released()],
            ResourceKind::Member => vec![owner(), ("person", self.person(&id))],
            ResourceKind::Case => {
                let mut attributes = vec![
                    owner(),
                    released(),
                    ("assigned_to", self.people(&record.assigned_to)),
                    ("linked_agencies", self.agencies(&record.linked_agencies)),
                    ("linked_assignees", self.people(&record.linked_assignees)),
                ];
                attributes.extend(record.refer_to.as_ref().map(|to| ("refer_to", self.agency(Some(to)))));
                attributes
            }
            ResourceKind::Referral => {
                let handover = record.handover.as_ref();
                let opened_by = handover.map_or("", |h| h.opened_by.as_str());
                let state = handover.map_or("", |h| h.state.code());
                vec![
                    ("sender", self.agency(record.agencies.first())),
                    ("receiver", self.agency(handover.map(|h| &h.receiver))),
                    ("opened_by", self.person(opened_by)),
                    ("state", Value::new_entity_uid(uid(&self.referral_state, state))),
                ]
            }
        };
        let attributes = attributes.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        Entity::new(uid(self.kinds.get(&record.id.kind())?, &id), attributes, HashSet::new()).ok()
    }
}
