//! Every cell: who may do what to whose record. `matrix.txt` is the answer that people have read and agreed to.

use std::fmt::Write as _;

use daymark_access::{
    Action, Decision, Principal, Record, ReferralState, Refusal, ResourceKind, Staff, Standing, Visitor,
    decide,
};
use daymark_vocab::{AgencyKind, Role};

use crate::world;

const COMMITTED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/matrix.txt");

const HEAD: &str = "\
Who may do what to whose record. Written by `cargo test -p daymark-access matrix`; read it before you commit it.

yes      permitted
step-up  permitted once the person has proved again, within ten minutes, that it is they
no       refused, with the reasons
-        refused as if there were no such record
sign-in  refused: sign in first

Rows: whose record it is, and whether it is the person's: assigned to them, linked to a case that is
assigned to them, opened by them (referral), their own account (member).
own          it belongs to the person's agency; a case is to be referred to a third agency
released     it belongs to another agency, which released it to the person's
linked       it belongs to another agency, and is linked to a case of the person's
referred-to  it belongs to another agency, which refers it to the person's
other        it belongs to another agency
absent       there is no such record
Referrals are open. For the three kinds that belong to no single agency (link, pool, flag), `own` is one of theirs.
";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Relation {
    Own,
    Released,
    Linked,
    ReferredTo,
    Other,
    Absent,
}

impl Relation {
    const ALL: [(Self, &'static str); 6] = [
        (Self::Own, "own"),
        (Self::Released, "released"),
        (Self::Linked, "linked"),
        (Self::ReferredTo, "referred-to"),
        (Self::Other, "other"),
        (Self::Absent, "absent"),
    ];
}

fn staff(roles: &[Role], standing: Standing, stepped_up: bool) -> Staff {
    Staff {
        member: world::member("me"),
        agency: world::agency("ours"),
        agency_kind: AgencyKind::SocialCare,
        roles: roles.iter().copied().collect(),
        standing,
        step_up_at: stepped_up.then(world::now),
    }
}

fn record(kind: ResourceKind, relation: Relation, personal: bool) -> Record {
    let (ours, theirs) = (world::agency("ours"), world::agency("theirs"));
    let person = || world::member(if personal { "me" } else { "colleague" });
    let owner = if relation == Relation::Own { ours.clone() } else { theirs.clone() };
    let released = (relation == Relation::Released).then(|| ours.clone());
    let linked = (relation == Relation::Linked).then(|| ours.clone());
    let linked_assignees = (relation == Relation::Linked).then(person);
    let referred = if relation == Relation::ReferredTo { ours.clone() } else { world::agency("third") };
    let case = |id: &str, owner| {
        Record::case(id.parse().unwrap(), owner)
            .assigned_to([person()])
            .released_to(released.clone())
            .linked_with(linked.clone(), linked_assignees.clone())
            .refer_to(referred.clone())
    };
    let there = match kind {
        ResourceKind::System => Record::system(),
        ResourceKind::Agency => Record::agency(owner),
        ResourceKind::Case => case("case", owner),
        ResourceKind::Link => Record::link(&case("case", owner), &case("far", theirs)).unwrap(),
        ResourceKind::Pool => Record::pool("pool".parse().unwrap(), [owner, theirs]).released_to(released),
        ResourceKind::Flag => Record::flag("flag".parse().unwrap(), [owner, theirs]).released_to(released),
        ResourceKind::Referral => {
            Record::referral("referral".parse().unwrap(), owner, referred, person(), ReferralState::Open)
        }
        ResourceKind::Member => Record::member(person(), owner),
        ResourceKind::Import => Record::import("import".parse().unwrap(), owner),
        ResourceKind::Audit => Record::audit(owner),
    };
    if relation == Relation::Absent { Record::absent(there.id().clone()) } else { there }
}

fn cell<'a>(who: impl Into<Principal<'a>>, action: Action, record: &Record) -> &'static str {
    match decide(who, action, record, world::now()) {
        Decision::Permitted(_) => "yes",
        Decision::Refused(Refusal::Forbidden { step_up_would_do: true, .. }) => "step-up",
        Decision::Refused(Refusal::Forbidden { .. }) => "no",
        Decision::Refused(Refusal::NotFound) => "-",
        Decision::Refused(Refusal::SignInFirst) => "sign-in",
    }
}

/// The whole matrix as text, and how many cells it has.
fn matrix() -> (String, usize) {
    let columns: Vec<(&str, Vec<Role>)> = std::iter::once(("no-role", vec![]))
        .chain(Role::ALL.iter().map(|role| (role.code(), vec![*role])))
        .collect();
    let (mut body, mut n_cells) = (String::new(), 0);
    for action in Action::ALL {
        writeln!(body, "\n## {}: {} [{}]", action.code(), action.words(), action.kind().code()).unwrap();
        write!(body, "{:<24}{:<9}", "", "visitor").unwrap();
        for (name, _) in &columns {
            write!(body, "{name:<width$}", width = name.len().max(7) + 2).unwrap();
        }
        body.truncate(body.trim_end().len());
        body.push('\n');
        for (relation, relation_name) in Relation::ALL {
            for personal in [false, true] {
                let record = record(action.kind(), relation, personal);
                let row = format!("{relation_name}{}", if personal { ", personal" } else { "" });
                write!(body, "{row:<24}{:<9}", cell(Visitor, *action, &record)).unwrap();
                n_cells += 1;
                for (name, roles) in &columns {
                    let who = staff(roles, Standing::Active, false);
                    let width = name.len().max(7) + 2;
                    write!(body, "{:<width$}", cell(&who, *action, &record)).unwrap();
                    n_cells += 1;
                }
                body.truncate(body.trim_end().len());
                body.push('\n');
            }
        }
    }
    for standing in [Standing::Pending, Standing::Suspended] {
        let (mut n_permitted, mut n_asked) = (0, 0);
        for action in Action::ALL {
            for (relation, _) in Relation::ALL {
                for personal in [false, true] {
                    for (_, roles) in &columns {
                        let who = staff(roles, standing, true);
                        let record = record(action.kind(), relation, personal);
                        n_permitted += usize::from(cell(&who, *action, &record) == "yes");
                        n_asked += 1;
                    }
                }
            }
        }
        assert_eq!(n_permitted, 0, "{}", standing.code());
        writeln!(body, "\n## {} members: {n_permitted} of {n_asked} permitted", standing.code()).unwrap();
        n_cells += n_asked;
    }
    let listed = Action::ALL.len() * Relation::ALL.len() * 2 * (columns.len() + 1);
    let summed = n_cells - listed;
    let count = format!(
        "{n_cells} cells: {listed} listed one by one, {summed} of pending and suspended members summed at the end."
    );
    (format!("{HEAD}\n{count}\n{body}"), n_cells)
}

#[test]
fn the_matrix_is_the_one_that_was_agreed() {
    let (text, n_cells) = matrix();
    assert!(n_cells > 10_000, "{n_cells}");
    let committed = std::fs::read_to_string(COMMITTED).unwrap_or_default();
    if text != committed {
        let new = concat!(env!("CARGO_TARGET_TMPDIR"), "/matrix.txt");
        std::fs::write(new, &text).unwrap();
        let differing = text.lines().zip(committed.lines()).find(|(new, old)| new != old);
        panic!(
            "access has changed; if that was meant: cp {new} {COMMITTED}\nfirst difference: {differing:?}"
        );
    }
}
