//! What becomes of a mutation that takes too long, and of one whose client goes away: all of it is done, or nothing.

use std::time::Duration;

use cairn_service::rows::{audit_entry, learner, outbox};
use cairn_tests::{Backend, Client, TestApp, contract};
use sea_orm::{ConnectionTrait, DatabaseConnection, EntityTrait, PaginatorTrait, Statement};
use serde_json::{Value, json};

/// Makes each entry of the audit log take its time, which is written last, when all else of a command is.
async fn slow_down(db: &DatabaseConnection, backend: Backend) {
    let statements: &[&str] = match backend {
        Backend::Postgres => &[
            "CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(1.5); RETURN NEW; END $$",
            "CREATE TRIGGER dawdle BEFORE INSERT ON audit_entry FOR EACH STATEMENT EXECUTE FUNCTION dawdle()",
        ],
        // A statement of a trigger has no recursion of its own.
        Backend::Sqlite => &[
            "CREATE VIEW dawdle_rows AS WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 3000000) SELECT n FROM r",
            "CREATE TRIGGER dawdle BEFORE INSERT ON audit_entry BEGIN SELECT count(*) FROM dawdle_rows; END",
        ],
    };
    if backend == Backend::Sqlite {
        db.execute_unprepared("PRAGMA busy_timeout = 60000").await.unwrap();
    }
    for statement in statements {
        db.execute_unprepared(statement).await.unwrap();
    }
}

async fn speed_up(db: &DatabaseConnection, backend: Backend) {
    let statement = match backend {
        Backend::Postgres => "DROP TRIGGER dawdle ON audit_entry",
        Backend::Sqlite => "DROP TRIGGER dawdle",
    };
    db.execute_unprepared(statement).await.unwrap();
}

/// How many learners, audit entries about them and events there are.
async fn written(db: &DatabaseConnection) -> [u64; 3] {
    [
        learner::Entity::find().count(db).await.unwrap(),
        audit_entry::Entity::find().count(db).await.unwrap(),
        outbox::Entity::find().count(db).await.unwrap(),
    ]
}

fn three() -> Value {
    let rows: Vec<Value> =
        (0..3).map(|n| json!({ "externalId": format!("s-{n}"), "name": format!("Name {n}") })).collect();
    json!({ "input": { "rows": rows } })
}

async fn upsert(client: &Client, key: &str) -> cairn_tests::Answer {
    client.send_keyed(Some(key), &contract("provider/upsert_learners.graphql"), None, three()).await
}

/// Waits until a command has come to its entry in the audit log.
async fn dawdling(db: &DatabaseConnection, backend: Backend) {
    match backend {
        Backend::Postgres => loop {
            let asleep = "SELECT 1 AS one FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'";
            let asleep = Statement::from_string(db.get_database_backend(), asleep);
            if db.query_one_raw(asleep).await.unwrap().is_some() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        },
        // Nothing else writes for so long.
        Backend::Sqlite => {
            db.execute_unprepared("PRAGMA busy_timeout = 0").await.unwrap();
            let mut busy = 0;
            while busy < 4 {
                let free = db.execute_unprepared("BEGIN IMMEDIATE; ROLLBACK").await.is_ok();
                busy = if free { 0 } else { busy + 1 };
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            db.execute_unprepared("PRAGMA busy_timeout = 60000").await.unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mutation_past_the_time_limit_has_done_nothing_and_may_be_sent_again() {
    let limit = Duration::from_millis(200);
    let app = TestApp::start_set(|_| {}, |settings| settings.time_limit = limit).await;
    let patient = app.beside(|_| {}).await;
    let issuer = patient.issuer("ou").await;
    let provider = patient.provider(&issuer).await;
    let db = app.database().await;
    let before = written(&db).await;

    slow_down(&db, Backend::current()).await;
    let late = upsert(&provider.at(app.base()), "class-1").await;
    assert_eq!((late.status.as_u16(), late.code()), (503, "LIMIT_EXCEEDED"), "{late:?}");
    let (requested, actual) = late.cost();
    assert_eq!(actual, Some(requested), "what was begun is paid");
    speed_up(&db, Backend::current()).await;
    assert_eq!(written(&db).await, before);

    // The key was not used up by it.
    let again = upsert(&provider, "class-1").await;
    assert!(!again.replayed);
    assert_eq!(again.payload()["summary"]["created"], 3);
    assert!(upsert(&provider, "class-1").await.replayed);
    assert_eq!(written(&db).await[0], before[0] + 3);
    patient.stop().await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mutation_whose_client_goes_away_is_done_whole() {
    let app = TestApp::start().await;
    let issuer = app.issuer("ou").await;
    let provider = app.provider(&issuer).await;
    let db = app.database().await;
    let before = written(&db).await;

    slow_down(&db, Backend::current()).await;
    tokio::select! {
        answer = upsert(&provider, "class-1") => panic!("it was answered before its client could go: {answer:?}"),
        () = dawdling(&db, Backend::current()) => {}
    }
    speed_up(&db, Backend::current()).await;
    // Its outcome is kept with it: whoever asks again is told what came of it.
    let again = upsert(&provider, "class-1").await;
    assert!(again.replayed, "{again:?}");
    assert_eq!(again.payload()["summary"]["created"], 3);
    assert_eq!(written(&db).await[0], before[0] + 3);
    app.stop().await;
}
