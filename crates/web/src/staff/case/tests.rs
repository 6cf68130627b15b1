//! Cases, as the people who work on them meet them.

use daymark_vocab::Role;
use jiff::SignedDuration;

use crate::testing::case::VOICE;
use crate::testing::{Answer, POLICE, SCHOOL, TestApp, Visitor};

/// Every page of a case, with things that are not there where it asks for one.
const PAGES: [&str; 11] = [
    "",
    "/seen",
    "/entity/e/child.gender",
    "/entity/e/history",
    "/add/payment",
    "/parts",
    "/parts/i/p",
    "/people",
    "/file",
    "/identity",
    "/identity/change",
];

#[track_caller]
fn says(answer: &Answer, status: u16, words: &str) {
    assert_eq!(answer.status, status, "{}", answer.body);
    assert!(answer.body.contains(words), "{words} is not in {}", answer.body);
}

/// The address at which a field is changed, as the case's page links to it.
async fn link_to(visitor: &Visitor, case: &str, field: &str) -> String {
    let page = visitor.get(&format!("/cases/{case}")).await;
    let end = page.body.find(&format!("/{field}\"")).unwrap_or_else(|| panic!("no link to {field}"));
    let start = page.body[..end].rfind("href=\"").unwrap() + 6;
    format!("{}/{field}", &page.body[start..end])
}

/// The version that a form was made from.
fn base_version(form: &Answer) -> String {
    let (_, after) = form.body.split_once("name=\"base_version\" value=\"").unwrap();
    after.split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_stranger_is_sent_to_sign_in() {
    let app = TestApp::new().await;
    for path in PAGES.map(|page| format!("/cases/abc{page}")).into_iter().chain(["/cases".to_owned()]) {
        assert_eq!(app.stranger().get(&path).await.status, 303, "{path}");
    }
}

#[tokio::test]
async fn threat_t10_another_agency_and_nobody_get_the_same_page() {
    let app = TestApp::new().await;
    let (school, police) = (app.lead().await, app.visitor(POLICE, Role::SafeguardingLead).await);
    let case = app.open_case(&school).await;
    let number = |answer: Answer| {
        let (before, _) = answer.body.split_once("<code").unwrap_or((&answer.body, ""));
        (answer.status, before.len())
    };
    for page in PAGES {
        let theirs = police.get(&format!("/cases/{}{page}", case.id)).await;
        assert_eq!(theirs.status, 404, "{page}");
        assert!(!theirs.body.contains(&case.reference));
        let absent = police.get(&format!("/cases/{}{page}", "z".repeat(26))).await;
        assert_eq!(number(theirs), number(absent), "{page}");
    }
    assert!(!police.get("/cases").await.body.contains(&case.reference));
}

#[tokio::test]
async fn the_case_keeps_facts_opinion_and_the_child_s_words_apart() {
    let app = TestApp::new().await;
    let lead = app.lead().await;
    let case = app.open_case(&lead).await;
    let page = lead.get(&format!("/cases/{}", case.id)).await;
    says(&page, 200, &format!("Case {}", case.reference));
    let shown = VOICE.replace('<', "&#60;").replace('>', "&#62;");
    says(&page, 200, &format!("<blockquote class=\"dm-voice\">{shown}</blockquote>"));
    says(
        &page,
        200,
        "From: The child. Told, and believed. Written down by Designated safeguarding lead (invented), 23 November 2026, 9am.",
    );
    for sentence in ["Asked, chose not to say", "Not known", "questions not asked yet"] {
        says(&page, 200, sentence);
    }
    let row = |label: &str| {
        let (_, after) =
            page.body.split_once(&format!("dm-row__key\">{label}</dt>")).unwrap_or_else(|| panic!("{label}"));
        after.split("</div>").next().unwrap().to_owned()
    };
    assert!(row("Ethnicity").contains("dm-value--none\">Asked, chose not to say"), "declined is an answer");
    assert!(!page.body.contains("dm-row__key\">First language"), "not asked is no row");
    says(&page, 200, "/child.language\">First language</a>");
    says(&page, 200, "£250, and 1 more of which the amount is not known");
    says(&page, 200, "£500");
    says(&page, 200, "zz_syn_anna");
    says(&page, 200, "The child: harmed");
    says(&page, 200, "November 2026");
    let at = |words: &str| page.body.find(words).unwrap_or_else(|| panic!("{words}"));
    let (voice, facts, opinion) = (at("id=\"voice\""), at("id=\"facts\""), at("id=\"opinions\""));
    assert!(voice < facts && facts < opinion);
    let motive = app.app.content.catalogue().field(&"incident.motive".parse().unwrap()).unwrap();
    let shown = at(&format!("dm-row__key\">{}</dt>", motive.label));
    assert!(shown > opinion, "an opinion does not stand among the facts");
}

#[tokio::test]
async fn the_summary_is_made_of_facts() {
    let app = TestApp::new().await;
    let lead = app.lead().await;
    let case = app.open_case(&lead).await;
    let page = lead.get(&format!("/cases/{}", case.id)).await;
    says(
        &page,
        200,
        "A boy aged 14 or 15 was contacted through Instagram in November 2026. Demanded: money: £500. Paid: £250, and 1 more of which the amount is not known.",
    );
    says(&page, 200, "Nobody has recorded yet whether the child was asked about suicide and self-harm.");
    let at = link_to(&lead, case.id.as_str(), "response.suicide_risk").await;
    let answer =
        [("base_version", "1"), ("answer", "plan"), ("source", "child"), ("confidence", "confirmed")];
    assert_eq!(lead.post(&at, &answer).await.status, 303);
    let page = lead.get(&format!("/cases/{}", case.id)).await;
    says(&page, 200, "<strong>Suicide and self-harm: a plan.</strong>");
    assert!(!page.body.contains("Nobody has recorded yet whether"));
}

#[tokio::test]
async fn what_it_said_before_is_shown_and_put_back_as_a_change() {
    let app = TestApp::new().await;
    let lead = app.lead().await;
    let case = app.open_case(&lead).await;
    let overview = format!("/cases/{}", case.id);
    assert!(!lead.get(&overview).await.body.contains("What it said before"), "nothing was changed yet");
    let at = link_to(&lead, case.id.as_str(), "child.age_band").await;
    let answer = |base: &'static str, code: &'static str, source: &'static str| {
        [("base_version", base), ("answer", code), ("source", source), ("confidence", "confirmed")]
    };
    assert_eq!(lead.post(&at, &answer("1", "16-17", "police")).await.status, 303);
    says(&lead.get(&overview).await, 200, "What it said before");
    let history = format!("{}/history", at.rsplit_once('/').unwrap().0);
    let page = lead.get(&history).await;
    says(&page, 200, "16 or 17");
    says(&page, 200, "14 or 15");
    says(&page, 200, "From: The child. Told, and believed.");
    assert!(!page.body.contains("id=\"child-gender\""), "only what changed");
    let put_back = format!("{at}?from=1");
    says(&page, 200, &put_back);
    let form = lead.get(&put_back).await;
    says(&form, 200, "value=\"14-15\" checked");
    says(&form, 200, "This is what it said before");
    assert_eq!(lead.post(&at, &answer("2", "14-15", "child")).await.status, 303);
    assert_eq!(lead.get(&history).await.body.matches("dm-timeline__item").count(), 3, "nothing is lost");
    assert_eq!(lead.get(&format!("{at}?from=9")).await.status, 404);
    says(&lead.get(&format!("{overview}/seen")).await, 200, "Looked at what it said before");
}

#[tokio::test]
async fn two_people_change_different_fields_and_both_land() {
    let app = TestApp::new().await;
    let lead = app.lead().await;
    let case = app.open_case(&lead).await;
    for (field, code) in [("child.age_band", "16-17"), ("child.gender", "girl")] {
        let at = link_to(&lead, case.id.as_str(), field).await;
        let sent = [("base_version", "1"), ("answer", code), ("source", "child"), ("confidence", "likely")];
        assert_eq!(lead.post(&at, &sent).await.status, 303, "{field}");
    }
    says(&lead.get(&format!("/cases/{}", case.id)).await, 200, "A girl aged 16 or 17");
}

#[tokio::test]
async fn who_had_which_part_is_changed_and_a_child_never_made_the_threats() {
    let app = TestApp::new().await;
    let lead = app.lead().await;
    let case = app.open_case(&lead).await;
    let parts = lead.get(&format!("/cases/{}/parts", case.id)).await;
    let child = parts
        .body
        .split("href=\"")
        .find(|part| part.contains("The child</span>") || part.contains(" The child<"))
        .unwrap();
    let at = child.split('"').next().unwrap().to_owned();
    let form = lead.get(&at).await;
    says(&form, 200, "Was made to bring in or contact others");
    says(&form, 200, "name=\"seen\" value=\"harmed\"");
    assert!(!form.body.contains("made-threats"));
    let sent = [("seen", "harmed"), ("part", "harmed"), ("part", "made-to-involve-others")];
    assert_eq!(lead.post(&at, &sent).await.status, 303);
    let page = lead.get(&format!("/cases/{}", case.id)).await;
    says(&page, 200, "The child: harmed</li>");
    says(&page, 200, "The child: was made to bring in or contact others</li>");
    says(&page, 200, "The child: Was made to bring in or contact others");
    let stale = lead.post(&at, &[("seen", "harmed"), ("part", "paid")]).await;
    says(&stale, 409, "Somebody else changed this meanwhile");
    says(&stale, 409, "value=\"paid\" checked");
    assert_eq!(lead.post(&at, &[("seen", "harmed"), ("part", "made-threats")]).await.status, 400);
}

#[tokio::test]
async fn people_are_put_on_a_case_and_taken_off_it() {
    let app = TestApp::new().await;
    let (lead, practitioner) = (app.lead().await, app.visitor(SCHOOL, Role::Practitioner).await);
    let case = app.open_case(&lead).await;
    let (path, overview) = (format!("/cases/{}/people", case.id), format!("/cases/{}", case.id));
    let (me, them) = (lead.staff.as_ref().unwrap(), practitioner.staff.as_ref().unwrap());
    assert_eq!(practitioner.get(&overview).await.status, 403);
    assert_eq!(lead.post(&path, &[("add", them.member.as_str())]).await.status, 303);
    assert_eq!(practitioner.get(&overview).await.status, 200);
    says(&lead.get(&path).await, 200, "Practitioner (invented)");
    assert_eq!(lead.post(&path, &[("remove", them.member.as_str())]).await.status, 303);
    assert_eq!(practitioner.get(&overview).await.status, 403);
    says(&lead.post(&path, &[("remove", me.member.as_str())]).await, 422, "They lead the case");
    says(&lead.post(&path, &[("add", "somebody-else")]).await, 422, "Choose a colleague from the list");

    // Another lead: whoever led it before stays, or leaves when that is asked for.
    let file = format!("/cases/{}/file", case.id);
    says(&lead.get(&file).await, 200, "Take Designated safeguarding lead (invented) off the case");
    let change = |base: &'static str, to: String, leaves: &'static str| {
        let (lead, file) = (&lead, &file);
        async move {
            let fields = [
                ("base_version", base),
                ("status", "open"),
                ("next_check-day", "7"),
                ("next_check-month", "12"),
                ("next_check-year", "2026"),
                ("lead", to.as_str()),
                ("former_lead_leaves", leaves),
            ];
            lead.post(file, &fields).await.status
        }
    };
    assert_eq!(change("1", them.member.to_string(), "").await, 303);
    says(&lead.get(&path).await, 200, "Take off the case<span class=\"govuk-visually-hidden\">: Designated");
    assert_eq!(change("2", me.member.to_string(), "yes").await, 303);
    assert_eq!(practitioner.get(&overview).await.status, 403, "taken off with the lead");
}

#[tokio::test]
async fn what_is_there_once_is_not_lost_when_two_add_it() {
    let app = TestApp::new().await;
    let lead = app.lead().await;
    let case = app.open_case(&lead).await;
    let whole = format!("/cases/{}/add/all-payments", case.id);
    let first = [("payment-continued", "yes"), ("source", "child"), ("confidence", "likely")];
    assert_eq!(lead.post(&whole, &first).await.status, 303);
    let second =
        [("payment-debt_owed_to", "typed in another tab"), ("source", "child"), ("confidence", "likely")];
    let taken = lead.post(&whole, &second).await;
    says(&taken, 409, "This is in the case already");
    says(&taken, 409, "value=\"typed in another tab\"");
    says(&taken, 409, "/payment.continued\">");
}

#[tokio::test]
async fn a_field_is_changed_and_says_who_and_how_sure() {
    let app = TestApp::new().await;
    let lead = app.lead().await;
    let case = app.open_case(&lead).await;
    let at = link_to(&lead, case.id.as_str(), "child.age_band").await;
    let form = lead.get(&at).await;
    says(&form, 200, "value=\"14-15\" checked");
    let base = base_version(&form);
    let nothing = lead.post(&at, &[("base_version", &base)]).await;
    for words in ["say why it is not known", "Choose who this comes from", "Choose how sure they are"] {
        says(&nothing, 422, words);
    }
    let wrong = lead.post(&at, &[("base_version", &base), ("answer", "forty"), ("source", "police")]).await;
    says(&wrong, 422, "choose one of the answers");
    says(&wrong, 422, "value=\"police\" checked");
    let right = [
        ("base_version", base.as_str()),
        ("answer", "16-17"),
        ("source", "police"),
        ("confidence", "confirmed"),
    ];
    let saved = lead.post(&at, &right).await;
    assert_eq!((saved.status, saved.location), (303, Some(format!("/cases/{}", case.id))));
    let page = lead.get(&format!("/cases/{}", case.id)).await;
    says(&page, 200, "From: Police. First-hand or documented.");
    says(&lead.get(&format!("/cases/{}/seen", case.id)).await, 200, "Changed it: ");
}

#[tokio::test]
async fn two_people_change_one_field_and_nothing_is_lost() {
    let app = TestApp::new().await;
    let lead = app.lead().await;
    let case = app.open_case(&lead).await;
    let at = link_to(&lead, case.id.as_str(), "response.child_voice").await;
    let base = base_version(&lead.get(&at).await);
    let send = |answer: &'static str, base: String| {
        let (lead, at) = (&lead, &at);
        async move {
            let fields = [
                ("base_version", base.as_str()),
                ("answer", answer),
                ("source", "child"),
                ("confidence", "likely"),
            ];
            lead.post(at, &fields).await
        }
    };
    assert_eq!(send("the first of two", base.clone()).await.status, 303);
    let conflict = send("  the second of two  ", base).await;
    says(&conflict, 409, "the first of two");
    says(&conflict, 409, "name=\"answer\" value=\"  the second of two  \"");
    let newer = base_version(&conflict);
    let kept = lead.post(&at, &[("base_version", &newer), ("keep", "theirs")]).await;
    assert_eq!(kept.status, 303);
    says(&lead.get(&format!("/cases/{}", case.id)).await, 200, "the first of two");
    assert_eq!(send("  the second of two  ", newer).await.status, 303);
    says(&lead.get(&format!("/cases/{}", case.id)).await, 200, ">  the second of two  </blockquote>");
}

#[tokio::test]
async fn every_kind_of_answer_is_checked_with_a_message() {
    let app = TestApp::new().await;
    let lead = app.lead().await;
    let case = app.open_case(&lead).await;
    let path = format!("/cases/{}/add/payment", case.id);
    says(&lead.get(&path).await, 200, "payment-paid_on-day");
    says(
        &lead.post(&path, &[("source", "child"), ("confidence", "likely")]).await,
        422,
        "Answer at least one question",
    );
    let bad = [
        ("payment-amount", "a lot"),
        ("payment-paid_on-day", "31"),
        ("payment-paid_on-month", "2"),
        ("payment-paid_on-year", "2026"),
        ("payment-method", "bank-transfer"),
        ("payment-method-state", "declined"),
    ];
    let wrong = lead.post(&path, &bad).await;
    says(&wrong, 422, "not an amount: use figures only");
    says(&wrong, 422, "enter a real date in figures");
    says(&wrong, 422, "Choose who this comes from");
    says(&wrong, 422, "value=\"a lot\"");
    says(&wrong, 422, "value=\"31\"");
    let future = [("payment-paid_on-year", "2026"), ("payment-paid_on-month", "12")];
    says(&lead.post(&path, &future).await, 422, "or earlier");
    let good = [
        ("payment-amount", "1,000.50"),
        ("payment-amount-currency", "eur"),
        ("payment-paid_on-year", "2026"),
        ("payment-paid_on-month", "11"),
        ("source", "parent-or-carer"),
        ("confidence", "confirmed"),
    ];
    assert_eq!(lead.post(&path, &good).await.status, 303);
    let page = lead.get(&format!("/cases/{}", case.id)).await;
    says(&page, 200, "Payment 3");
    says(&page, 200, "1000.50 EUR");
    let whole = format!("/cases/{}/add/all-payments", case.id);
    let fields = [("payment-continued", "yes"), ("source", "child"), ("confidence", "likely")];
    assert_eq!(lead.post(&whole, &fields).await.status, 303);
    says(&lead.get(&format!("/cases/{}", case.id)).await, 200, "All payments together");
    says(&lead.get(&whole).await, 400, "already: change it on the case’s page");
    assert_eq!(
        lead.get(&format!("/cases/{}/add/child", case.id)).await.status,
        400,
        "one child for each case"
    );
    assert_eq!(lead.get(&format!("/cases/{}/add/nonsense", case.id)).await.status, 404);
}

#[tokio::test]
async fn an_identifier_is_checked_as_the_kind_it_is() {
    let app = TestApp::new().await;
    let lead = app.lead().await;
    let case = app.open_case(&lead).await;
    let path = format!("/cases/{}/add/account", case.id);
    let fields = |kind: &'static str, text: &'static str| {
        [
            ("account-selector_kind", kind),
            ("account-selector", text),
            ("source", "child"),
            ("confidence", "confirmed"),
        ]
    };
    says(&lead.post(&path, &fields("phone", "not a number")).await, 422, "not a phone number");
    assert_eq!(lead.post(&path, &fields("phone", "07700 900123")).await.status, 303);
    says(&lead.get(&format!("/cases/{}", case.id)).await, 200, "07700 900123");
}

#[tokio::test]
async fn a_picture_is_refused_whatever_field_it_is_in() {
    let app = TestApp::new().await;
    let lead = app.lead().await;
    let case = app.open_case(&lead).await;
    let fields = [("payment-payee_reference", "data:image/png;base64,AAAA"), ("source", "child")];
    says(
        &lead.post(&format!("/cases/{}/add/payment", case.id), &fields).await,
        415,
        "Daymark does not take images",
    );
}

#[tokio::test]
async fn status_check_in_and_lead_are_changed_by_a_lead() {
    let app = TestApp::new().await;
    let lead = app.lead().await;
    let case = app.open_case(&lead).await;
    let path = format!("/cases/{}/file", case.id);
    let form = lead.get(&path).await;
    says(&form, 200, "value=\"open\" checked");
    let base = base_version(&form);
    let member = lead.staff.as_ref().unwrap().member.to_string();
    let past = [
        ("base_version", base.as_str()),
        ("status", "support"),
        ("next_check-day", "1"),
        ("next_check-month", "2"),
        ("next_check-year", "2026"),
        ("lead", "somebody-else"),
    ];
    let wrong = lead.post(&path, &past).await;
    says(&wrong, 422, "enter today, 23 November 2026, or a later day");
    says(&wrong, 422, "Choose who leads the case from the list");
    says(&wrong, 422, "value=\"support\" checked");
    let right = [
        ("base_version", base.as_str()),
        ("status", "support"),
        ("next_check-day", "7"),
        ("next_check-month", "12"),
        ("next_check-year", "2026"),
        ("lead", member.as_str()),
    ];
    assert_eq!(lead.post(&path, &right).await.status, 303);
    let page = lead.get(&format!("/cases/{}", case.id)).await;
    says(&page, 200, "<dd>Support continues</dd>");
    says(&page, 200, "<dd>7 December 2026</dd>");
    let again = lead.post(&path, &right).await;
    says(&again, 409, "Somebody else changed this meanwhile");
    let practitioner = app.visitor(SCHOOL, Role::Practitioner).await;
    assert_eq!(practitioner.get(&path).await.status, 403);
}

#[tokio::test]
async fn the_list_shows_what_each_role_may_see() {
    let app = TestApp::new().await;
    let lead = app.lead().await;
    let case = app.open_case(&lead).await;
    let full = lead.get("/cases").await;
    says(&full, 200, &format!("href=\"/cases/{}\"", case.id));
    for words in ["Instagram", "20 Nov 2026", "23 Nov 2026", "1 case"] {
        says(&full, 200, words);
    }
    assert!(!full.body.contains("14 or 15"), "no age in a list");
    for role in [Role::Analyst, Role::PanelCoordinator] {
        let coarse = app.visitor(SCHOOL, role).await.get("/cases").await;
        says(&coarse, 200, &case.reference);
        assert!(!coarse.body.contains(&format!("/cases/{}", case.id)), "{role} may not open it");
    }
    let practitioner = app.visitor(SCHOOL, Role::Practitioner).await.get("/cases").await;
    assert!(!practitioner.body.contains(&case.reference), "not assigned");
    assert_eq!(app.visitor(SCHOOL, Role::Trainer).await.get("/cases").await.status, 403);
    for (query, there) in [
        ("status=open", true),
        ("status=closed", false),
        ("area=E23000009", true),
        ("area=E23000001", false),
        ("linked=yes", false),
        ("page=nonsense&status=nonsense", true),
    ] {
        let page = lead.get(&format!("/cases?{query}")).await;
        assert_eq!(page.body.contains(&format!("/cases/{}", case.id)), there, "{query}");
    }
    let by_reference = lead.get(&format!("/cases?reference={}", case.reference.to_lowercase())).await;
    says(&by_reference, 200, &format!("href=\"/cases/{}\"", case.id));
}

#[tokio::test]
async fn the_identity_opens_with_a_reason_that_colleagues_see() {
    let app = TestApp::new().await;
    let lead = app.lead().await;
    let case = app.open_case(&lead).await;
    let path = format!("/cases/{}/identity", case.id);
    says(&lead.get(&path).await, 200, "Open the identity");
    says(
        &lead.post(&path, &[("reason", "curious")]).await,
        422,
        "Choose why you need to know who the child is",
    );
    let form = lead.get(&format!("{path}/change")).await;
    let base = base_version(&form);
    let change = [
        ("base_version", base.as_str()),
        ("child-name", "Robin Example (invented)"),
        ("source", "parent-or-carer"),
        ("confidence", "confirmed"),
    ];
    assert_eq!(lead.post(&format!("{path}/change"), &change).await.status, 303);
    let opened = lead.post(&path, &[("reason", "contact")]).await;
    says(&opened, 200, "Robin Example (invented)");
    says(
        &lead.get(&format!("/cases/{}/seen", case.id)).await,
        200,
        "Opened the identity: To reach the child or the family",
    );
    assert!(
        !lead.get(&format!("/cases/{}", case.id)).await.body.contains("Robin"),
        "never on the case's page"
    );
    let stale = lead.post(&format!("{path}/change"), &change).await;
    says(&stale, 409, "Somebody else changed this meanwhile");
    app.clock.advance(SignedDuration::from_mins(11));
    let late = lead.post(&format!("{path}/change"), &change).await;
    says(&late, 403, "Ten minutes have passed");
    says(&late, 403, "value=\"Robin Example (invented)\"");
    let practitioner = app.visitor(SCHOOL, Role::Practitioner).await;
    assert_eq!(practitioner.get(&path).await.status, 403);
}
