//! Recording a report, as a person does it: without a script, with mistakes, across time-outs. All of it is invented.

use daymark_store::{case_file, draft};
use daymark_vocab::{AgencyId, EntityKind, Involvement, Known, Role, Source, Value};
use jiff::SignedDuration;

use crate::testing::{Answer, POLICE, SCHOOL, TestApp, Visitor};

fn take<'a>(body: &'a str, before: &str, after: &str) -> &'a str {
    let from = body.find(before).unwrap_or_else(|| panic!("no `{before}` in {body}")) + before.len();
    let rest = &body[from..];
    &rest[..rest.find(after).unwrap()]
}

fn goes_to(answer: &Answer) -> String {
    assert_eq!(answer.status, 303, "{}", answer.body);
    answer.location.clone().unwrap()
}

/// A new draft; its path: `/report/<id>`.
async fn start(visitor: &Visitor, take: &[&str]) -> String {
    let mut fields = vec![("reference", "MS-0042")];
    fields.extend(take.iter().map(|one| ("take", *one)));
    goes_to(&visitor.post("/report/start", &fields).await)
}

/// Answers what must be answered before a record can be saved.
async fn fill_in(visitor: &Visitor, draft: &str) {
    let pages: [(&str, &[(&str, &str)]); 3] = [
        (
            "report-received",
            &[
                ("report-external-id", "R-1001"),
                ("report-received-on-day", "20"),
                ("report-received-on-month", "11"),
                ("report-received-on-year", "2026"),
            ],
        ),
        ("report-place", &[("report-area", "E23000009")]),
        ("child-age", &[("child-reference", "MS-0042"), ("child-age-band", "declined")]),
    ];
    for (step, fields) in pages {
        let answer = visitor.post(&format!("{draft}/{step}"), fields).await;
        assert_eq!(answer.status, 303, "{step}: {}", answer.body);
    }
}

async fn submit(visitor: &Visitor, draft: &str) -> Answer {
    visitor.post(&format!("{draft}/submit"), &[]).await
}

async fn read_case(app: &TestApp, visitor: &Visitor, done: &str) -> case_file::Case {
    let id = done.strip_prefix("/report/done/").unwrap().parse().unwrap();
    let mut tx = app.app.store.write("read in a test").await.unwrap();
    let whose = case_file::whose(&mut tx, &id).await.unwrap().unwrap();
    let now = app.app.clock.now();
    let staff = visitor.staff.as_ref().unwrap();
    let record = super::search::record_of(whose);
    let grant = daymark_access::may::<daymark_access::verb::ReadCase>(staff, &record, now).unwrap();
    case_file::read(&mut tx, &grant, now).await.unwrap().unwrap()
}

fn value<'a>(
    case: &'a case_file::Case,
    kind: EntityKind,
    ordinal: i64,
    field: &str,
) -> Option<&'a Known<Value>> {
    let entity = case.entities.iter().find(|one| one.kind == kind && one.ordinal == ordinal)?;
    entity.facts.iter().find(|(id, _)| id.as_str() == field).map(|(_, fact)| &fact.value)
}

fn words(known: Option<&Known<Value>>) -> &str {
    match known {
        Some(Known::Yes(Value::Text(text))) => text.reveal(),
        Some(Known::Yes(Value::Code(code))) => code,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn the_whole_journey_without_script() {
    let app = TestApp::new().await;
    let lead = app.lead().await;
    let page = lead.get("/report/new").await;
    assert_eq!(page.status, 200);
    let text = "She wrote: my snapchat: moonlit.fox99, or call 07700 900123. The helpline was 01632 960999.";
    let found = lead.post("/report/search", &[("text", text), ("reference", "MS-0042")]).await;
    assert_eq!(found.status, 200, "{}", found.body);
    assert!(found.body.contains("No other report has it"));
    assert!(found.body.contains("value=\"handle|snapchat|moonlit.fox99\" checked"), "{}", found.body);
    assert!(found.body.contains("value=\"phone||07700 900123\" checked"));
    assert!(
        found.body.contains("value=\"phone||01632 960999\" aria"),
        "a helpline is not ticked: {}",
        found.body
    );
    assert!(found.body.contains("Example helpline (invented)"));

    let draft = start(&lead, &["handle|snapchat|moonlit.fox99", "phone||07700 900123"]).await;
    let tasks = lead.get(&draft).await;
    assert!(tasks.body.contains("2 recorded"), "{}", tasks.body);
    assert!(tasks.body.contains("4 answers are needed"), "the reference was carried over: {}", tasks.body);
    assert!(!tasks.body.contains("/identity-name"), "names are kept apart");
    fill_in(&lead, &draft).await;

    let said = "  he sed he wud send it 2 every1\r\n\r\n\"dont tell\"  ";
    let next = lead
        .post(&format!("{draft}/voice-what-happened"), &[("response-child-voice", said), ("source", "child")])
        .await;
    assert_eq!(goes_to(&next), format!("{draft}/voice-wants"));
    let again = lead.get(&format!("{draft}/voice-what-happened")).await;
    assert!(again.body.contains("  he sed he wud send it 2 every1\r\n\r\n&#34;dont tell&#34;  </textarea>"));
    let list = lead
        .post(
            &format!("{draft}/demand"),
            &[("item", "1"), ("demand-kind", "money"), ("demand-amount", "250"), ("confidence", "confirmed")],
        )
        .await;
    assert_eq!(goes_to(&list), format!("{draft}/demand"));
    let list = lead.get(&format!("{draft}/demand")).await;
    assert!(list.body.contains("Money, £250"), "{}", list.body);
    assert!(list.body.contains(&format!("{draft}/demand/item/2")), "another can be added");
    let whole = lead.post(&format!("{draft}/payment-debt"), &[("payment-debt", "borrowed")]).await;
    assert_eq!(whole.status, 303);

    let check = lead.get(&format!("{draft}/check")).await;
    assert!(check.body.contains("20 November 2026") && check.body.contains("North Yorkshire"));
    assert!(check.body.contains("Asked, chose not to say"), "not knowing is an answer");
    assert!(!check.body.contains("Before it can be saved"), "{}", check.body);
    let done = goes_to(&submit(&lead, &draft).await);
    let page = lead.get(&done).await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("Case MS-0001"), "{}", page.body);
    assert_eq!(lead.get(&draft).await.status, 404, "the draft is gone");

    let case = read_case(&app, &lead, &done).await;
    assert_eq!(words(value(&case, EntityKind::Response, 1, "response.child_voice")), said);
    assert_eq!(words(value(&case, EntityKind::Account, 1, "account.selector")), "moonlit.fox99");
    assert_eq!(words(value(&case, EntityKind::Account, 2, "account.selector_kind")), "phone");
    assert_eq!(words(value(&case, EntityKind::Payment, 0, "payment.debt")), "borrowed");
    assert_eq!(value(&case, EntityKind::Child, 1, "child.age_band"), Some(&Known::Declined));
    let voice = case.entities.iter().find(|one| one.kind == EntityKind::Response).unwrap();
    assert!(voice.facts.values().all(|fact| fact.source == Source::Child));
    let harmed = case.parts.iter().filter(|part| part.involvement == Involvement::Harmed).count();
    let threatened = case.parts.iter().filter(|part| part.involvement == Involvement::Threatened).count();
    assert_eq!((harmed, threatened), (1, 2));
    assert_eq!(case.lead.as_ref(), lead.staff.as_ref().map(|staff| &staff.member));

    // Whoever looks next finds it: their own case by its number, another agency's by its desk alone.
    let own = lead.post("/report/search", &[("text", "snapchat: moonlit.fox99")]).await;
    assert!(own.body.contains("Case MS-0001"), "{}", own.body);
    let police = app.visitor(POLICE, Role::SafeguardingLead).await;
    let theirs = police.post("/report/search", &[("text", "snapchat: moonlit.fox99")]).await;
    assert!(theirs.body.contains("Another agency has a report with this identifier: ask them"));
    assert!(theirs.body.contains("Safeguarding desk, 01632 960000"));
    assert!(!theirs.body.contains("MS-0001") && !theirs.body.contains(case.id.as_str()));
}

#[tokio::test]
async fn bad_input_keeps_everything_and_lists_all_problems() {
    let app = TestApp::new().await;
    let lead = app.lead().await;
    let draft = start(&lead, &[]).await;
    let page = lead
        .post(
            &format!("{draft}/report-received"),
            &[
                ("report-external-id", &"9".repeat(301)),
                ("report-received-on-day", "31"),
                ("report-received-on-month", "2"),
                ("report-received-on-year", "2026"),
                ("report-disclosed-at-month", "11"),
                ("report-disclosed-at-year", "26"),
            ],
        )
        .await;
    assert_eq!(page.status, 422);
    assert!(page.body.contains("<title>Error: The report - Daymark</title>"));
    for href in ["#report-external-id", "#report-received-on-day", "#report-disclosed-at-year"] {
        assert!(page.body.contains(&format!("href=\"{href}\"")), "{href}: {}", page.body);
    }
    for body in [page.body, lead.get(&format!("{draft}/report-received")).await.body] {
        assert!(
            body.contains(&"9".repeat(301)) && body.contains("value=\"31\"") && body.contains("value=\"26\"")
        );
    }
    let tasks = lead.get(&draft).await;
    assert!(tasks.body.contains("Needs putting right"));
    let refused = submit(&lead, &draft).await;
    assert_eq!(refused.status, 422);
    for label in ["Police force area: answer this", "Age when it came to light: answer this", "at most 300"] {
        assert!(refused.body.contains(label), "{label}: {}", refused.body);
    }
    assert_eq!(lead.get(&draft).await.status, 200, "nothing was lost by trying");
}

#[tokio::test]
async fn a_draft_survives_time_out_sign_out_and_a_new_session() {
    let app = TestApp::new().await;
    let lead = app.lead().await;
    let draft = start(&lead, &[]).await;
    let path = format!("{draft}/response-notes");
    let kept = lead.post(&format!("{path}/keep"), &[("response-notes", "half a sent")]).await;
    assert_eq!((kept.status, kept.body.as_str()), (204, ""));
    app.clock.advance(SignedDuration::from_mins(16));
    let late = lead.post(&format!("{path}/keep"), &[("response-notes", "half a sentence")]).await;
    assert_eq!(goes_to(&late), format!("/sign-in?back={path}/keep"));

    let back = app.lead().await;
    let page = back.get(&path).await;
    assert!(page.body.contains("half a sent</textarea>"), "{}", page.body);
    // The page that was open all the time still holds the rest, and an old token.
    let fields = [("csrf", "token-of-the-old-session"), ("response-notes", "half a sentence")];
    let stale = back.post(&path, &fields).await;
    assert_eq!(stale.status, 403);
    assert!(stale.body.contains("half a sentence</textarea>") && stale.body.contains("not saved yet"));
    let token = take(&stale.body, "data-autosave", "</form>");
    let token = take(token, "name=\"csrf\" value=\"", "\"");
    let saved = back.post(&path, &[("csrf", token), ("response-notes", "half a sentence")]).await;
    assert_eq!(saved.status, 303);
    assert!(back.get("/report/drafts").await.body.contains("MS-0042"));
}

#[tokio::test]
async fn submitting_twice_makes_one_case() {
    let app = TestApp::new().await;
    let worker = app.visitor(SCHOOL, Role::Practitioner).await;
    let draft = start(&worker, &[]).await;
    fill_in(&worker, &draft).await;
    let (one, other) = tokio::join!(submit(&worker, &draft), submit(&worker, &draft));
    let done = goes_to(&one);
    assert_eq!(goes_to(&other), done);
    assert_eq!(goes_to(&submit(&worker, &draft).await), done, "and a retry a minute later");
    assert_eq!(worker.get(&done).await.status, 200, "whoever records a case may read it");
    let late = worker.post(&format!("{draft}/response-notes/keep"), &[("response-notes", "late")]).await;
    assert_eq!(late.status, 404, "a late save brings no draft back");
    let mut tx = app.app.store.read("count cases").await.unwrap();
    assert_eq!(daymark_store::selector::n_cases(&mut tx).await.unwrap(), 1);
    let colleague = app.lead().await;
    assert_eq!(submit(&colleague, &draft).await.status, 404, "nobody learns whose it was");
}

#[tokio::test]
async fn nobody_else_opens_my_draft() {
    let app = TestApp::new().await;
    let lead = app.lead().await;
    let draft = start(&lead, &[]).await;
    for other in
        [app.visitor(SCHOOL, Role::Practitioner).await, app.visitor(POLICE, Role::SafeguardingLead).await]
    {
        for path in ["", "/check", "/child-age", "/account", "/account/item/1", "/discard"] {
            assert_eq!(other.get(&format!("{draft}{path}")).await.status, 404, "{path}");
        }
        let notes = [("response-notes", "mine now")];
        for path in ["/response-notes", "/response-notes/keep", "/submit", "/discard", "/found"] {
            assert_eq!(other.post(&format!("{draft}{path}"), &notes).await.status, 404, "{path}");
        }
        assert!(!other.get("/report/drafts").await.body.contains("MS-0042"));
    }
    assert_eq!(lead.get(&draft).await.status, 200);
}

#[tokio::test]
async fn only_those_who_record_get_in() {
    let app = TestApp::new().await;
    for role in
        [Role::Analyst, Role::PanelCoordinator, Role::Trainer, Role::AgencyAdministrator, Role::Auditor]
    {
        let visitor = app.visitor(SCHOOL, role).await;
        for path in ["/report/new", "/report/drafts"] {
            let status = visitor.get(path).await.status;
            assert!(matches!(status, 403 | 404), "{role} {path}: {status}");
        }
        let status = visitor.post("/report/start", &[]).await.status;
        assert!(matches!(status, 403 | 404), "{role}: {status}");
    }
    assert_eq!(goes_to(&app.stranger().get("/report/new").await), "/sign-in?back=/report/new");
}

#[tokio::test]
async fn threat_t13_no_form_works_without_its_token() {
    let app = TestApp::new().await;
    let lead = app.lead().await;
    let draft = start(&lead, &["phone||07700 900123"]).await;
    for path in
        ["/submit", "/discard", "/found", "/account/remove/1", "/response-notes", "/response-notes/keep"]
    {
        let answer =
            lead.post(&format!("{draft}{path}"), &[("csrf", "guessed"), ("response-notes", "x")]).await;
        assert_eq!(answer.status, 403, "{path}");
    }
    let started = lead.post("/report/start", &[("csrf", "guessed")]).await;
    assert_eq!(started.status, 403);
    let searched = lead.post("/report/search", &[("csrf", "guessed"), ("text", "07700 900123")]).await;
    assert_eq!(searched.status, 422, "asked again, with what was typed");
    assert!(searched.body.contains("07700 900123</textarea>"));
    let page = lead.get(&format!("{draft}/response-notes")).await;
    assert!(!page.body.contains(">x</textarea>"), "nothing was saved");
}

#[tokio::test]
async fn no_picture_is_kept_and_the_rest_of_the_page_is() {
    let app = TestApp::new().await;
    let lead = app.lead().await;
    let draft = start(&lead, &[]).await;
    let picture = format!("data:image/png;base64,{}", "iVBORw0KGgoAAAANSUhEUgAA".repeat(30));
    let fields =
        [("response-parents-view", picture.as_str()), ("response-parents-support", "A family worker")];
    let path = format!("{draft}/response-family");
    let refused = lead.post(&path, &fields).await;
    assert_eq!(refused.status, 422);
    assert!(refused.body.contains("A family worker") && !refused.body.contains("iVBOR"));
    assert_eq!(lead.post(&format!("{path}/keep"), &fields).await.status, 415);
    let staff = lead.staff.as_ref().unwrap();
    let mut tx = app.app.store.read("look into the draft").await.unwrap();
    let id = draft.strip_prefix("/report/").unwrap();
    let of = draft::DraftOf { agency: &staff.agency, member: &staff.member, form: "report", subject: id };
    let body = draft::load(&mut tx, of).await.unwrap().unwrap().body;
    assert!(body.reveal().contains("A family worker") && !body.reveal().contains("iVBOR"));
    drop(tx);
    let searched = lead.post("/report/search", &[("text", &picture)]).await;
    assert_eq!(searched.status, 422);
    assert!(!searched.body.contains("iVBOR"));
}

#[tokio::test]
async fn identifiers_in_notes_are_offered_and_only_taken_when_ticked() {
    let app = TestApp::new().await;
    let lead = app.lead().await;
    let draft = start(&lead, &["phone||07700 900123"]).await;
    let notes = "Mum says it was 07700 900123 first, then 07700 900456.";
    lead.post(&format!("{draft}/response-notes"), &[("response-notes", notes)]).await;
    let check = lead.get(&format!("{draft}/check")).await;
    assert!(check.body.contains("value=\"phone||07700 900456\""), "{}", check.body);
    assert!(!check.body.contains("value=\"phone||07700 900123\""), "that one is recorded already");
    let added = lead.post(&format!("{draft}/found"), &[("take", "phone||07700 900456")]).await;
    assert_eq!(goes_to(&added), format!("{draft}/check"));
    let accounts = lead.get(&format!("{draft}/account")).await;
    assert!(accounts.body.contains("07700 900456") && accounts.body.contains("/account/remove/2"));
    assert!(!lead.get(&format!("{draft}/check")).await.body.contains("We saw what may be"));

    assert_eq!(lead.get(&format!("{draft}/account/remove/1")).await.status, 200, "asked first");
    let removed = lead.post(&format!("{draft}/account/remove/1"), &[]).await;
    assert_eq!(goes_to(&removed), format!("{draft}/account"));
    let accounts = lead.get(&format!("{draft}/account")).await;
    assert!(!accounts.body.contains("07700 900123") && accounts.body.contains("07700 900456"));
}

#[tokio::test]
async fn an_account_that_cannot_be_read_is_remarked_once_and_kept_as_typed() {
    let app = TestApp::new().await;
    let lead = app.lead().await;
    let draft = start(&lead, &[]).await;
    let fields =
        [("item", "1"), ("account-selector", "he wrote nine nine"), ("account-selector-kind", "phone")];
    let path = format!("{draft}/account");
    let told = lead.post(&path, &fields).await;
    assert_eq!(told.status, 422);
    assert!(told.body.contains("not a phone number") && told.body.contains("name=\"remarked\""));
    let mut again = fields.to_vec();
    again.push(("remarked", "yes"));
    assert_eq!(goes_to(&lead.post(&path, &again).await), path);
    fill_in(&lead, &draft).await;
    assert!(lead.get(&format!("{draft}/check")).await.body.contains("cannot be compared with other reports"));
    let initials = [("child-reference", "J.S."), ("child-age-band", "11-13")];
    lead.post(&format!("{draft}/child-age"), &initials).await;
    assert!(lead.get(&format!("{draft}/check")).await.body.contains("This looks like initials"));
    let done = goes_to(&submit(&lead, &draft).await);
    let case = read_case(&app, &lead, &done).await;
    assert_eq!(words(value(&case, EntityKind::Account, 1, "account.selector")), "he wrote nine nine");
}

#[tokio::test]
async fn a_record_can_be_thrown_away_after_asking() {
    let app = TestApp::new().await;
    let lead = app.lead().await;
    let draft = start(&lead, &[]).await;
    assert!(lead.get(&format!("{draft}/discard")).await.body.contains("nobody can bring it back"));
    let gone = lead.post(&format!("{draft}/discard"), &[]).await;
    assert_eq!(goes_to(&gone), "/report/drafts");
    assert!(lead.get("/report/drafts").await.body.contains("There are none"));
    let agency: AgencyId = SCHOOL.parse().unwrap();
    let mut tx = app.app.store.read("no draft").await.unwrap();
    let member = &lead.staff.as_ref().unwrap().member;
    assert_eq!(draft::subjects(&mut tx, &agency, member, "report").await.unwrap(), []);
}

#[tokio::test]
async fn every_page_of_the_catalogue_opens() {
    let app = TestApp::new().await;
    let lead = app.lead().await;
    let draft = start(&lead, &[]).await;
    let reserved = ["check", "submit", "found", "discard"];
    for step in app.app.content.catalogue().steps() {
        assert!(!reserved.contains(&step.id.as_str()), "{} is an address of this room", step.id);
        let page = lead.get(&format!("{draft}/{}", step.id)).await;
        assert_eq!(page.status, if step.identity { 404 } else { 200 }, "{}", step.id);
        assert!(step.identity || page.body.contains("<h1"), "{}", step.id);
    }
    for (path, status) in [
        ("persona/item/1", 200),
        ("persona/item/2", 404),
        ("persona/item/0", 404),
        ("child-age/item/1", 404),
        ("nowhere", 404),
    ] {
        assert_eq!(lead.get(&format!("{draft}/{path}")).await.status, status, "{path}");
    }
}

#[tokio::test]
async fn the_child_s_own_reference_leads_to_the_case_that_is_there() {
    let app = TestApp::new().await;
    let lead = app.lead().await;
    let case = app.open_case(&lead).await;
    let search = [("text", ""), ("reference", " c-77 ")];
    let found = lead.post("/report/search", &search).await;
    assert!(
        found.body.contains(&format!("href=\"/cases/{}\">Open case {}", case.id, case.reference)),
        "{}",
        found.body
    );
    assert!(found.body.contains("It is another child: start a new record"));
    let elsewhere = app.visitor(POLICE, Role::SafeguardingLead).await.post("/report/search", &search).await;
    assert!(elsewhere.body.contains("Your agency has no case with the reference c-77"), "{}", elsewhere.body);
    let practitioner = app.visitor(SCHOOL, Role::Practitioner).await;
    let closed = practitioner.post("/report/search", &search).await;
    assert!(closed.body.contains("that you may not open"), "{}", closed.body);
    assert!(!closed.body.contains(&case.reference));

    // The reference may also be typed on the form's own page.
    let draft = start(&lead, &[]).await;
    fill_in(&lead, &draft).await;
    let check = format!("{draft}/check");
    assert!(!lead.get(&check).await.body.contains("has a case here already"));
    let page = [("child-reference", "C-77"), ("child-age-band", "declined")];
    assert_eq!(lead.post(&format!("{draft}/child-age"), &page).await.status, 303);
    let shown = lead.get(&check).await;
    assert!(shown.body.contains("This child has a case here already"), "{}", shown.body);
    assert!(shown.body.contains("It is another child: save this record"));
}

#[tokio::test]
async fn names_and_contacts_follow_at_the_end_of_the_form() {
    let app = TestApp::new().await;
    let lead = app.lead().await;
    let draft = start(&lead, &[]).await;
    assert!(lead.get(&draft).await.body.contains("Cannot start yet"));
    fill_in(&lead, &draft).await;
    let tasks = lead.get(&draft).await;
    assert!(tasks.body.contains("Save the record, then add them"), "{}", tasks.body);
    let saved = lead.post(&format!("{draft}/submit"), &[("then", "identity")]).await;
    let identity = goes_to(&saved);
    assert!(identity.ends_with("/identity/change"), "{identity}");
    assert!(lead.get(&identity).await.body.contains("Kept apart from the case"));

    let practitioner = app.visitor(SCHOOL, Role::Practitioner).await;
    let draft = start(&practitioner, &[]).await;
    assert!(practitioner.get(&draft).await.body.contains("By your safeguarding lead"));
    fill_in(&practitioner, &draft).await;
    let check = practitioner.get(&format!("{draft}/check")).await;
    assert!(!check.body.contains("then add names and contacts"));
}
