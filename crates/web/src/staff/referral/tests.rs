//! Referring, as the people on both sides meet it.

use daymark_vocab::Role;

use crate::testing::{Answer, POLICE, SCHOOL, TestApp, Visitor};

const REASON: &str = "They hold the same account in another case.";

/// Refers a case to the police; the referral's address.
async fn refer(lead: &Visitor, case: &str) -> String {
    let sent = lead.post(&format!("/cases/{case}/refer"), &[("to", POLICE), ("reason", REASON)]).await;
    assert_eq!(sent.status, 303, "{}", sent.body);
    sent.location.unwrap()
}

#[track_caller]
fn problem(answer: &Answer, status: u16, words: &str) {
    assert_eq!(answer.status, status, "{}", answer.body);
    assert!(answer.body.contains(words), "{words} is not in {}", answer.body);
}

#[tokio::test]
async fn a_stranger_is_sent_to_sign_in() {
    let app = TestApp::new().await;
    for path in ["/referrals", "/referrals/abc", "/cases/abc/refer"] {
        let answer = app.stranger().get(path).await;
        assert_eq!(answer.status, 303, "{path}");
        assert_eq!(answer.location, Some(format!("/sign-in?back={path}")));
    }
}

#[tokio::test]
async fn asked_accepted_and_then_the_case_is_open_to_them() {
    let app = TestApp::new().await;
    let (school, police) = (app.lead().await, app.visitor(POLICE, Role::SafeguardingLead).await);
    let case = app.open_case(&school).await;
    let form = school.get(&format!("/cases/{}/refer", case.id)).await;
    problem(&form, 200, "Dales Police (invented)");
    assert!(!form.body.contains("Moorland School (invented)</label>"), "one does not refer to oneself");
    let at = refer(&school, case.id.as_str()).await;

    problem(&police.get("/referrals").await, 200, "From Moorland School (invented)");
    let page = police.get(&at).await;
    problem(&page, 200, REASON);
    assert!(!page.body.contains("C-77"), "nothing of the case before it is accepted");
    assert_eq!(police.get(&format!("/cases/{}", case.id)).await.status, 404);

    let accepted = police.post(&format!("{at}/answer"), &[("answer", "accept"), ("reason", "")]).await;
    assert_eq!(accepted.status, 303, "{}", accepted.body);
    problem(&police.get(&at).await, 200, "Accepted");
    let read = police.get(&format!("/cases/{}", case.id)).await;
    problem(&read, 200, "This case belongs to Moorland School (invented)");
    assert!(!read.body.contains(">Change<"), "only the owner changes it");
    problem(&school.get(&format!("/cases/{}/seen", case.id)).await, 200, "Dales Police (invented)");
}

#[tokio::test]
async fn every_problem_comes_at_once_and_what_was_written_stays() {
    let app = TestApp::new().await;
    let school = app.lead().await;
    let case = app.open_case(&school).await;
    let path = format!("/cases/{}/refer", case.id);
    let empty = school.post(&path, &[("to", SCHOOL), ("reason", "too few")]).await;
    problem(&empty, 422, "<a href=\"#to\">Choose the agency that you ask</a>");
    problem(&empty, 422, "<a href=\"#reason\">Give the reason in a few words");
    problem(&empty, 422, "too few</textarea>");
    assert!(empty.body.contains("<title>Error: "));
    let long = "words & <b> ".repeat(200);
    let kept = school.post(&path, &[("to", POLICE), ("reason", &long)]).await;
    problem(&kept, 422, "Shorten the reason");
    problem(&kept, 422, "words &#38; &#60;b&#62; words");
    assert!(kept.body.contains(&format!("value=\"{POLICE}\" checked")), "{}", kept.body);
}

#[tokio::test]
async fn asking_twice_leads_to_the_open_referral() {
    let app = TestApp::new().await;
    let school = app.lead().await;
    let case = app.open_case(&school).await;
    let at = refer(&school, case.id.as_str()).await;
    let fields = [("to", POLICE), ("reason", "Another reason, written a second time.")];
    let again = school.post(&format!("/cases/{}/refer", case.id), &fields).await;
    problem(&again, 409, "has been asked already");
    problem(&again, 409, &format!("href=\"{at}\""));
    problem(&again, 409, "Another reason, written a second time.");
}

#[tokio::test]
async fn rejecting_needs_a_reason_and_settles_it() {
    let app = TestApp::new().await;
    let (school, police) = (app.lead().await, app.visitor(POLICE, Role::SafeguardingLead).await);
    let case = app.open_case(&school).await;
    let at = refer(&school, case.id.as_str()).await;
    let answer = format!("{at}/answer");
    problem(&police.post(&answer, &[]).await, 422, "Choose whether your agency takes the case on");
    problem(
        &police.post(&answer, &[("answer", "reject"), ("reason", "no")]).await,
        422,
        "at least 10 characters",
    );
    let fields = [("answer", "reject"), ("reason", "The family has moved to another area.")];
    assert_eq!(police.post(&answer, &fields).await.status, 303);
    problem(&school.get(&at).await, 200, "The family has moved to another area.");
    problem(&police.post(&answer, &fields).await, 403, "has been answered or withdrawn already");
    assert_eq!(police.get(&format!("/cases/{}", case.id)).await.status, 404);
}

#[tokio::test]
async fn only_the_sender_takes_it_back() {
    let app = TestApp::new().await;
    let (school, police) = (app.lead().await, app.visitor(POLICE, Role::SafeguardingLead).await);
    let case = app.open_case(&school).await;
    let at = refer(&school, case.id.as_str()).await;
    let fields = [("reason", "The child asked us to wait.")];
    assert_eq!(police.post(&format!("{at}/withdraw"), &fields).await.status, 403);
    assert_eq!(school.post(&format!("{at}/answer"), &[("answer", "accept")]).await.status, 403);
    problem(
        &school.post(&format!("{at}/withdraw"), &[("reason", "")]).await,
        422,
        "Give the reason in a few words",
    );
    assert_eq!(school.post(&format!("{at}/withdraw"), &fields).await.status, 303);
    problem(&police.get(&at).await, 200, "The child asked us to wait.");
}

#[tokio::test]
async fn another_agency_and_nobody_get_the_same_answer() {
    let app = TestApp::new().await;
    let (school, police) = (app.lead().await, app.visitor(POLICE, Role::SafeguardingLead).await);
    let case = app.open_case(&school).await;
    for path in [
        format!("/cases/{}/refer", case.id),
        "/cases/not-there/refer".to_owned(),
        "/referrals/not-there".to_owned(),
    ] {
        assert_eq!(police.get(&path).await.status, 404, "{path}");
    }
    let fields = [("to", SCHOOL), ("reason", REASON)];
    assert_eq!(police.post(&format!("/cases/{}/refer", case.id), &fields).await.status, 404);
}

#[tokio::test]
async fn a_practitioner_does_not_refer() {
    let app = TestApp::new().await;
    let practitioner = app.visitor(SCHOOL, Role::Practitioner).await;
    let case = app.open_case(&practitioner).await;
    let refused = practitioner.get(&format!("/cases/{}/refer", case.id)).await;
    problem(&refused, 403, "A safeguarding lead refers a case of their own agency");
    assert_eq!(practitioner.get("/referrals").await.status, 403);
}

#[tokio::test]
async fn a_form_without_the_token_and_a_picture_are_refused() {
    let app = TestApp::new().await;
    let school = app.lead().await;
    let case = app.open_case(&school).await;
    let path = format!("/cases/{}/refer", case.id);
    let guessed = school.post(&path, &[("csrf", "guessed"), ("to", POLICE), ("reason", REASON)]).await;
    assert_eq!(guessed.status, 403);
    let picture = [("to", POLICE), ("reason", "Look at this: data:image/png;base64,AAAA")];
    assert_eq!(school.post(&path, &picture).await.status, 415);
}
