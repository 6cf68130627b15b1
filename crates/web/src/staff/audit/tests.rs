//! The audit log, as an auditor meets it.

use daymark_vocab::Role;

use crate::testing::{POLICE, SCHOOL, TestApp};

#[tokio::test]
async fn an_auditor_reads_that_the_chain_is_whole_and_nothing_of_a_child() {
    let app = TestApp::new().await;
    assert_eq!(app.stranger().get("/audit").await.location.as_deref(), Some("/sign-in?back=/audit"));
    let lead = app.lead().await;
    let case = app.open_case(&lead).await;
    assert_eq!(lead.get(&format!("/cases/{}", case.id)).await.status, 200);
    assert_eq!(lead.get("/audit").await.status, 403, "not a lead’s page");
    let auditor = app.visitor(SCHOOL, Role::Auditor).await;
    let page = auditor.get("/audit").await;
    assert_eq!(page.status, 200);
    for words in
        ["rows fit together", "read a case", case.id.as_str(), "leads-work-on-all-cases-of-their-agency"]
    {
        assert!(page.body.contains(words), "{words}");
    }
    for hidden in [case.reference.as_str(), "zz_syn_anna", "C-77"] {
        assert!(!page.body.contains(hidden), "{hidden}");
    }
    assert!(auditor.get("/audit").await.body.contains("verify the audit log"), "looking is noted");
    let theirs = app.visitor(POLICE, Role::Auditor).await.get("/audit").await;
    assert!(!theirs.body.contains(case.id.as_str()), "each agency its own");
}

#[tokio::test]
async fn a_long_log_has_pages_and_every_row_stands_on_one_of_them() {
    let app = TestApp::new().await;
    let auditor = app.visitor(SCHOOL, Role::Auditor).await;
    for _ in 0..60 {
        assert_eq!(auditor.get("/audit").await.status, 200);
    }
    let rows = async |page: &str| -> Vec<i64> {
        let body = auditor.get(&format!("/audit?page={page}")).await.body;
        let cells = body.split("data-label=\"Row\">").skip(1);
        cells.map(|rest| rest.split('<').next().unwrap().parse().unwrap()).collect()
    };
    let (first, last) = (rows("1").await, rows("9999").await);
    assert_eq!(first.len(), 50);
    assert!(first.windows(2).all(|pair| pair[0] == pair[1] + 1), "{first:?}");
    assert_eq!(last.last(), Some(&1), "the last page ends with the first row");
    // Each visit adds two rows, so the second page begins at most four below where the first ended.
    let second = rows("2").await;
    assert!(second[0] + 1 >= first[49] && second[0] <= first[49] + 8, "{} after {}", second[0], first[49]);
    assert_eq!(rows("nonsense").await.len(), 50);
}

#[tokio::test]
async fn a_visit_checks_what_came_since_and_the_button_checks_everything() {
    let app = TestApp::new().await;
    let auditor = app.visitor(SCHOOL, Role::Auditor).await;
    assert!(auditor.get("/audit").await.body.contains("Every row was checked"));
    let lead = app.lead().await;
    let case = app.open_case(&lead).await;
    lead.get(&format!("/cases/{}", case.id)).await;
    let page = auditor.get("/audit").await;
    assert!(page.body.contains("those after them"), "{}", page.body);
    assert!(page.body.contains("href=\"/audit?check=all\""));
    let page = auditor.get("/audit?check=all").await;
    assert!(page.body.contains("Every row was checked"), "{}", page.body);
}
