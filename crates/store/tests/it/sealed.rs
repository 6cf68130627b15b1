//! What a thief of the disk finds: no words, no identifiers, no names.

use daymark_store::draft::{self, DraftOf};
use daymark_testkit::stores::TestStore;
use daymark_testkit::{MockClock, cases, people};
use daymark_vocab::{Clock, Private};

#[tokio::test]
async fn threat_t50_no_plain_text_lies_in_the_database_files() {
    let test = TestStore::sqlite().await;
    let now = MockClock::monday_morning().now();
    people::add_agencies(&test.store, now).await.unwrap();
    let lead = people::lead(people::SCHOOL, now);
    cases::open(&test.store, &lead, "zz_syn_unmistakable_handle", now).await;
    let _ = DraftOf { agency: &lead.agency, member: &lead.member, form: "report", subject: "new" };
    let mut found = 0;
    for entry in std::fs::read_dir(test.folder.path()).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        found += bytes.len();
        for secret in ["unmistakable_handle", "I just want it to stop", "C-77"] {
            for wanted in
                [secret.as_bytes().to_vec(), secret.encode_utf16().flat_map(u16::to_le_bytes).collect()]
            {
                assert!(!bytes.windows(wanted.len()).any(|window| window == wanted), "found {secret}");
            }
        }
    }
    assert!(found > 10_000, "there was something to look into");
}

#[tokio::test]
async fn a_draft_survives_a_crash_and_is_sealed() {
    let test = TestStore::sqlite().await;
    let now = MockClock::monday_morning().now();
    people::add_agencies(&test.store, now).await.unwrap();
    let agency = people::SCHOOL.parse().unwrap();
    let member = daymark_store::member::digest("x");
    assert_eq!(member.len(), 32);
    let name = Private::new("A".to_owned());
    let mut tx = test.store.write("invite").await.unwrap();
    let by = daymark_store::audit::Entry {
        agency: people::SCHOOL.parse().unwrap(),
        member: None,
        at: now,
        verb: "invite-member",
        subject_kind: "Member",
        subject_agency: people::SCHOOL.parse().unwrap(),
        subject_id: String::new(),
        policies: "test".to_owned(),
        detail: String::new(),
    };
    let invitation = daymark_store::member::Invitation {
        agency: &agency,
        name: &name,
        sign_in: &name,
        roles: &std::collections::BTreeSet::new(),
        token: "t",
        expires_at: now,
    };
    let daymark_store::member::Invited::Invited(id) =
        daymark_store::member::invite(&mut tx, &by, &invitation, now).await.unwrap()
    else {
        panic!("must invite")
    };
    let of = DraftOf { agency: &agency, member: &id, form: "report", subject: "new" };
    draft::save(&mut tx, of, &Private::new("typed once".to_owned()), now).await.unwrap();
    draft::save(&mut tx, of, &Private::new("typed with care".to_owned()), now).await.unwrap();
    tx.commit().await.unwrap();
    let again = test.open_again().await;
    let mut tx = again.write("load").await.unwrap();
    let draft = draft::load(&mut tx, of).await.unwrap().unwrap();
    assert_eq!(draft.body.reveal(), "typed with care");
    draft::discard(&mut tx, of).await.unwrap();
    assert_eq!(draft::load(&mut tx, of).await.unwrap(), None);
}
