//! Links, pools and their reasons, from invented cases.

use daymark_store::link::CaseOf;
use daymark_store::{coarse, judgement};
use daymark_vocab::{Judgement, Role};

use super::*;
use crate::testing::{POLICE, SCHOOL, TestApp, cases};

async fn links_of(app: &TestApp) -> Vec<(CaseOf, CaseOf)> {
    app.app.matching.refresh(&app.app).await.unwrap();
    let mut tx = app.app.store.read("rows").await.unwrap();
    let rows = coarse::link_rows(&mut tx).await.unwrap();
    let judged = judgement::standing(&mut tx).await.unwrap();
    let (_, found) = Snapshot::make(rows, &judged).unwrap();
    found.links.into_iter().map(|link| (link.left, link.right)).collect()
}

#[tokio::test]
async fn a_rare_shared_account_links_across_agencies_with_its_reason() {
    let app = TestApp::new().await;
    let (school, police) = (app.lead().await, app.visitor(POLICE, Role::SafeguardingLead).await);
    for n in 0..30 {
        cases::open(&app, &school, &format!("zz_syn_other{n}")).await;
    }
    let ours = cases::open(&app, &school, "zz_syn_anna").await;
    let theirs = cases::open(&app, &police, "@ZZ_syn_anna").await;
    let links = links_of(&app).await;
    assert_eq!(links.len(), 1, "{links:?}");
    let mut pair = [links[0].0.1.clone(), links[0].1.1.clone()];
    pair.sort();
    let mut expected = [ours.id, theirs.id];
    expected.sort();
    assert_eq!(pair, expected);
    let explanation = app.app.matching.explain(&links[0].0, &links[0].1).unwrap();
    assert!(explanation.mostly_because.contains("handle"), "{}", explanation.mostly_because);
    assert!(explanation.mostly_because.contains("2 of 32"), "{}", explanation.mostly_because);
}

#[tokio::test]
async fn a_judgement_outranks_the_machine_and_stays_visible() {
    let app = TestApp::new().await;
    let analyst = app.visitor(SCHOOL, Role::Analyst).await;
    let school = app.lead().await;
    for n in 0..30 {
        cases::open(&app, &school, &format!("zz_syn_other{n}")).await;
    }
    let same = [("handle", "zz_syn_anna"), ("phone", "07700 900123"), ("bank-account", "00-00-00 12345678")];
    let one = cases::open_with(&app, &school, &same).await.id;
    let two = cases::open_with(&app, &school, &same).await.id;
    app.app.matching.refresh(&app.app).await.unwrap();
    let pool_of = async |case| {
        let mut tx = app.app.store.read("pool").await.unwrap();
        daymark_store::pool::of_case(&mut tx, &SCHOOL.parse().unwrap(), case).await.unwrap()
    };
    assert!(pool_of(&one).await.is_some());
    let path = format!("/cases/{one}/links/{two}");
    let answer = analyst.post(&format!("{path}/judge"), &[("judgement", Judgement::Negative.code())]).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    app.app.matching.refresh(&app.app).await.unwrap();
    assert_eq!(pool_of(&one).await, None, "no means no");
    let page = analyst.get(&format!("/cases/{one}/links")).await;
    assert!(page.body.contains("they are not linked"), "the decision is shown where it was made");

    let id = page.body.split("name=\"id\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
    assert_eq!(analyst.post(&format!("{path}/undo"), &[("id", id)]).await.status, 303);
    assert_eq!(analyst.post(&format!("{path}/undo"), &[("id", id)]).await.status, 409, "undone is undone");
    app.app.matching.refresh(&app.app).await.unwrap();
    assert!(pool_of(&one).await.is_some(), "the machine may suggest again");
}
