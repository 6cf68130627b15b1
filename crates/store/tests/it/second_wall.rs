//! PostgreSQL's second wall: whoever reads past the application's own rules sees one agency and no other.

use std::collections::{BTreeMap, BTreeSet};

use daymark_store::ledger;
use daymark_testkit::people::{POLICE, SCHOOL};
use daymark_testkit::stores::TestStore;
use sqlx::{AssertSqlSafe, Executor, PgConnection};

/// Tables that name an agency and stand before the wall, each with the reason.
const BEFORE_THE_WALL: [(&str, &str); 14] = [
    ("agency", "every agency knows which others take part"),
    ("agency_key", "wrapped by a root key that the database does not have"),
    ("api_token", "read before it is known who asks; hashes only"),
    ("case_coarse", "what every analyst may see of every case, and what counting and matching read"),
    ("case_links", "how many links, counted from those of all agencies"),
    ("invitation", "read before it is known who asks; hashes only"),
    ("judgement", "matching reads every agency's judgements as constraints"),
    ("member", "read before it is known who signs in; sealed and hashed"),
    ("member_role", "read with the member"),
    ("pool_action", "shared by the agencies of a pool"),
    ("pool_member", "shared by the agencies of a pool"),
    ("recovery_code", "read with the member; hashes only"),
    ("selector", "matching compares keyed hashes of all agencies"),
    ("session", "read before it is known who asks; hashes only"),
];

async fn act_for(db: &mut PgConnection, agency: &str) {
    sqlx::query("SELECT set_config('daymark.agency', $1, false)").bind(agency).execute(db).await.unwrap();
}

async fn names(db: &mut PgConnection, sql: &'static str) -> BTreeSet<String> {
    sqlx::query_scalar::<_, String>(sql).fetch_all(db).await.unwrap().into_iter().collect()
}

/// An INSERT of one invented row of `agency`: a value of its type in each column.
async fn insert_of(db: &mut PgConnection, table: &str, agency: &str) -> String {
    let columns: Vec<(String, String)> = sqlx::query_as(
        "SELECT column_name::text, data_type::text FROM information_schema.columns
         WHERE table_schema = 'public' AND table_name = $1 ORDER BY ordinal_position",
    )
    .bind(table)
    .fetch_all(db)
    .await
    .unwrap();
    let value = |(name, kind): &(String, String)| match kind.as_str() {
        _ if name.ends_with("agency_id") => format!("'{agency}'"),
        "text" => "'2026-11-20'".to_owned(),
        "bytea" => "'\\x00'".to_owned(),
        "boolean" => "false".to_owned(),
        _ => "1".to_owned(),
    };
    let values: Vec<String> = columns.iter().map(value).collect();
    let columns: Vec<&str> = columns.iter().map(|(name, _)| name.as_str()).collect();
    format!("INSERT INTO {table} ({}) VALUES ({})", columns.join(", "), values.join(", "))
}

async fn n_affected(db: &mut PgConnection, sql: String) -> u64 {
    db.execute(AssertSqlSafe(sql)).await.unwrap().rows_affected()
}

async fn n_seen(db: &mut PgConnection, table: &str) -> i64 {
    sqlx::query_scalar(AssertSqlSafe(format!("SELECT COUNT(*) FROM {table}"))).fetch_one(db).await.unwrap()
}

#[tokio::test]
async fn threat_t10_past_the_application_one_agency_is_seen_and_no_other() {
    let Some(test) = TestStore::postgres().await else { return };
    let mut db = test.past_the_application().await.unwrap();
    let is_superuser: bool =
        sqlx::query_scalar("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
            .fetch_one(&mut db)
            .await
            .unwrap();
    assert!(!is_superuser, "a superuser goes through every wall: test as the application's role");

    let walled =
        names(&mut db, "SELECT DISTINCT tablename::text FROM pg_policies WHERE schemaname = 'public'").await;
    let bound =
        names(&mut db, "SELECT relname::text FROM pg_class WHERE relrowsecurity AND relforcerowsecurity")
            .await;
    assert_eq!(walled, bound, "a policy without FORCE does not bind the owner");
    let before: BTreeMap<&str, &str> = BEFORE_THE_WALL.into();
    for (table, columns) in ledger::read().unwrap() {
        if !columns.contains_key("agency_id") {
            continue;
        }
        let is_before = before.contains_key(table.as_str());
        assert!(walled.contains(&table) != is_before, "{table}: give it a policy, or say why it has none");
    }
    assert!(walled.len() >= 16, "{walled:?}");

    // Rows are invented one by one, so what they would refer to need not be there.
    let constraints = names(
        &mut db,
        "SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) FROM pg_constraint
         WHERE contype IN ('f', 'c') AND connamespace = 'public'::regnamespace",
    )
    .await;
    for drop in constraints {
        db.execute(AssertSqlSafe(drop)).await.unwrap();
    }
    for table in &walled {
        let (ours, theirs) =
            (insert_of(&mut db, table, SCHOOL).await, insert_of(&mut db, table, POLICE).await);
        act_for(&mut db, SCHOOL).await;
        assert_eq!(n_affected(&mut db, ours.clone()).await, 1, "{table}");
        assert_eq!(n_seen(&mut db, table).await, 1, "{table}: one's own is seen");
        assert!(db.execute(AssertSqlSafe(theirs)).await.is_err(), "{table}: a row in another agency's name");
        let moved = format!("UPDATE {table} SET agency_id = '{POLICE}'");
        if table != "audit" {
            let given_away = db.execute(AssertSqlSafe(moved)).await;
            let is_shared = matches!(table.as_str(), "case_key" | "referral" | "sight_request");
            assert!(given_away.is_err() || is_shared, "{table}: given to another agency");
            let back = format!("UPDATE {table} SET agency_id = '{SCHOOL}'");
            act_for(&mut db, "*").await;
            n_affected(&mut db, back).await;
        }
        for agency in [POLICE, "", "moorland-school-2"] {
            act_for(&mut db, agency).await;
            assert_eq!(n_seen(&mut db, table).await, 0, "{table} as `{agency}`");
            let touched = format!("UPDATE {table} SET agency_id = agency_id");
            assert_eq!(n_affected(&mut db, touched).await, 0, "{table} as `{agency}`");
            assert_eq!(n_affected(&mut db, format!("DELETE FROM {table}")).await, 0, "{table} as `{agency}`");
            assert!(db.execute(AssertSqlSafe(ours.clone())).await.is_err(), "{table} as `{agency}`");
        }
        // `case_key` opens other tables to its holder: the next table must start without it.
        act_for(&mut db, SCHOOL).await;
        assert_eq!(n_affected(&mut db, format!("DELETE FROM {table}")).await, 1, "{table}");
    }
    drop(db);
    test.done().await;
}

#[tokio::test]
async fn a_connection_that_says_no_agency_sees_nothing() {
    let Some(test) = TestStore::postgres().await else { return };
    let mut db = test.past_the_application().await.unwrap();
    for table in
        names(&mut db, "SELECT DISTINCT tablename::text FROM pg_policies WHERE schemaname = 'public'").await
    {
        assert_eq!(n_seen(&mut db, &table).await, 0, "{table}");
    }
    drop(db);
    test.done().await;
}
