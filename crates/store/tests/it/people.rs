//! Invited, accepted, signed in, timed out, revoked.

use daymark_store::audit::{self, Entry};
use daymark_store::member::{self, Invitation, Invited};
use daymark_store::session::{self, Limits};
use daymark_testkit::{MockClock, people, stores};
use daymark_vocab::{Clock, Private, Role};
use jiff::{SignedDuration, Timestamp};

fn by(now: Timestamp) -> Entry {
    let admin = people::somebody(people::SCHOOL, Role::AgencyAdministrator, now);
    Entry {
        agency: admin.agency.clone(),
        member: Some(admin.member),
        at: now,
        verb: "invite-member",
        subject_kind: "Member",
        subject_agency: admin.agency,
        subject_id: String::new(),
        policies: "test".to_owned(),
        detail: String::new(),
    }
}

#[test]
fn an_invitation_works_once_and_only_in_time() {
    stores::on_each(|test| async move {
        let clock = MockClock::monday_morning();
        let now = clock.now();
        people::add_agencies(&test.store, now).await.unwrap();
        let agency = people::SCHOOL.parse().unwrap();
        let (name, sign_in) =
            (Private::new("Sam Okafor".to_owned()), Private::new("Sam.Okafor@example.org".to_owned()));
        let roles = [Role::Practitioner, Role::Analyst].into();
        let invitation = Invitation {
            agency: &agency,
            name: &name,
            sign_in: &sign_in,
            roles: &roles,
            token: "a long random token",
            expires_at: now + SignedDuration::from_hours(72),
        };
        let mut tx = test.store.write("invite").await.unwrap();
        let Invited::Invited(id) = member::invite(&mut tx, &by(now), &invitation, now).await.unwrap() else {
            panic!("must invite")
        };
        assert_eq!(
            member::invite(&mut tx, &by(now), &invitation, now).await.unwrap(),
            Invited::AlreadyThere(id.clone())
        );
        tx.commit().await.unwrap();

        let mut tx = test.store.write("accept").await.unwrap();
        assert!(member::invited(&mut tx, "another token", now).await.unwrap().is_none());
        let late = now + SignedDuration::from_hours(73);
        assert!(member::invited(&mut tx, "a long random token", late).await.unwrap().is_none());
        let found = member::invited(&mut tx, "a long random token", now).await.unwrap().unwrap();
        assert_eq!((found.id.clone(), found.roles.clone()), (id, roles));
        let secret = Private::new(vec![7; 20]);
        member::accept(&mut tx, &found, "$argon2id$", &secret, &["code-1".to_owned()], now).await.unwrap();
        assert!(member::invited(&mut tx, "a long random token", now).await.unwrap().is_none(), "once");
        tx.commit().await.unwrap();

        let mut tx = test.store.write("sign in").await.unwrap();
        let found = member::by_sign_in(&mut tx, " sam.okafor@EXAMPLE.org").await.unwrap().remove(0);
        assert_eq!(found.second_factor, Some(secret));
        assert_eq!(found.member.name, name);
        assert!(member::use_second_factor_step(&mut tx, &found.member, 10).await.unwrap());
        assert!(
            !member::use_second_factor_step(&mut tx, &found.member, 10).await.unwrap(),
            "a code works once"
        );
        assert!(member::use_recovery_code(&mut tx, &found.member, "code-1", now).await.unwrap());
        assert!(!member::use_recovery_code(&mut tx, &found.member, "code-1", now).await.unwrap());
        tx.commit().await.unwrap();
    });
}

#[test]
fn threat_t13_sessions_are_stored_hashed_time_out_and_are_revoked_together() {
    stores::on_each(|test| async move {
        let clock = MockClock::monday_morning();
        let now = clock.now();
        people::add_agencies(&test.store, now).await.unwrap();
        let agency = people::SCHOOL.parse().unwrap();
        let (name, sign_in) = (Private::new("A".to_owned()), Private::new("a@example.org".to_owned()));
        let roles = [Role::Trainer].into();
        let mut tx = test.store.write("invite").await.unwrap();
        let invitation = Invitation {
            agency: &agency,
            name: &name,
            sign_in: &sign_in,
            roles: &roles,
            token: "t",
            expires_at: now,
        };
        member::invite(&mut tx, &by(now), &invitation, now).await.unwrap();
        let member = member::by_sign_in(&mut tx, "a@example.org").await.unwrap().remove(0).member;
        let limits = Limits::default();
        for n in 0..7 {
            let at = now + SignedDuration::from_secs(n);
            session::open(&mut tx, &member, &format!("secret-{n}"), "csrf", &limits, at).await.unwrap();
        }
        tx.commit().await.unwrap();
        let live = async |secret: &str, at: Timestamp| {
            let mut tx = test.store.read("find").await.unwrap();
            session::find(&mut tx, secret, &limits, at).await.unwrap().is_some()
        };
        assert!(!live("secret-1", now).await, "at most five at once: the oldest go");
        assert!(live("secret-2", now).await);
        assert!(!live("secret-2", now + SignedDuration::from_mins(16)).await, "idle");
        let mut tx = test.store.write("seen").await.unwrap();
        for hour in 0..50 {
            session::seen(&mut tx, "secret-6", now + SignedDuration::from_mins(14 * hour)).await.unwrap();
        }
        tx.commit().await.unwrap();
        assert!(live("secret-6", now + SignedDuration::from_hours(11)).await);
        assert!(
            !live("secret-6", now + SignedDuration::from_hours(12) + SignedDuration::from_secs(7)).await,
            "absolute"
        );
        let mut tx = test.store.write("revoke").await.unwrap();
        assert_eq!(session::end_all(&mut tx, &by(now), &agency, &member.id).await.unwrap(), 5);
        tx.commit().await.unwrap();
        assert!(!live("secret-5", now).await);
    });
}

#[test]
fn a_step_up_is_remembered_with_the_session_and_audited() {
    stores::on_each(|test| async move {
        let clock = MockClock::monday_morning();
        let now = clock.now();
        people::add_agencies(&test.store, now).await.unwrap();
        let agency = people::SCHOOL.parse().unwrap();
        let (name, sign_in) =
            (Private::new("Sam Okafor".to_owned()), Private::new("sam.okafor@example.org".to_owned()));
        let roles = [Role::SafeguardingLead].into();
        let invitation = Invitation {
            agency: &agency,
            name: &name,
            sign_in: &sign_in,
            roles: &roles,
            token: "a long random token",
            expires_at: now + SignedDuration::from_hours(72),
        };
        let mut tx = test.store.write("invite").await.unwrap();
        let Invited::Invited(id) = member::invite(&mut tx, &by(now), &invitation, now).await.unwrap() else {
            panic!("must invite")
        };
        let member = member::find(&mut tx, &agency, &id).await.unwrap().unwrap();
        let limits = Limits::default();
        session::open(&mut tx, &member, "a secret", "token", &limits, now).await.unwrap();
        tx.commit().await.unwrap();
        let later = now + SignedDuration::from_mins(12);
        let mut tx = test.store.write("step up").await.unwrap();
        session::step_up(&mut tx, &member, "another secret", later).await.unwrap();
        let session = session::find(&mut tx, "a secret", &limits, later).await.unwrap().unwrap();
        assert_eq!(session.step_up_at, Some(now), "only the session whose secret it is");
        session::step_up(&mut tx, &member, "a secret", later).await.unwrap();
        let session = session::find(&mut tx, "a secret", &limits, later).await.unwrap().unwrap();
        assert_eq!(session.step_up_at, Some(later));
        tx.commit().await.unwrap();
        let mut tx = test.store.read("audit").await.unwrap();
        let newest = audit::newest(&mut tx, &agency, 1).await.unwrap();
        assert_eq!(newest[0].verb, "step up");
        let n = audit::verify_from(&mut tx, &agency, &audit::Mark::default()).await.unwrap().unwrap().seq;
        assert_eq!(n, newest[0].seq, "the whole chain verifies as it is stored");
    });
}
