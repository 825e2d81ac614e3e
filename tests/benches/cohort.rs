//! Prints what it costs to issue to a cohort of 10,000: reservation, status slots, signing, audit, outbox and outcomes, against the bare
//! signatures plus bare inserts of the same bytes into the same database. Run with `cargo bench -p cairn-tests --bench cohort`; on
//! PostgreSQL where `CAIRN_TEST_DATABASE_URL` names one.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a program for people, which fails by panicking"
)]

use std::time::{Duration, Instant};

use cairn_credential::key::{LocalSigner, SecretKey, Signer};
use cairn_service::db::Db;
use cairn_tests::{Backend, Course, TestApp};
use sea_orm::sea_query::{Alias, Expr, Query};
use sea_orm::{ConnectionTrait, DatabaseConnection, FromQueryResult, Statement};
use serde_json::{Value, json};

/// How many learners have completed the course.
const COHORT: usize = 10_000;
/// Rows of one bare INSERT and of one transaction, as many as issuing takes at a time.
const CHUNK: usize = 500;
/// What issuing may cost at most, in bare signatures and inserts.
const GOAL: f64 = 5.0;

#[derive(FromQueryResult)]
struct Document {
    document: String,
}

fn main() {
    // Tokio's own threads: issuing uses as many as there are processors.
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(measure());
}

async fn measure() {
    println!("{COHORT} credentials on {:?}", Backend::current());
    let app = TestApp::start().await;
    let course = Course::publish(&app, "alpha").await;
    course.enroll(COHORT, None).await;
    course.complete(0..COHORT).await;

    let started = Instant::now();
    let operation = issue(&course).await;
    let issuing = started.elapsed();
    assert_eq!(operation["succeeded"], Value::from(COHORT), "{operation}");

    let database = app.database().await;
    let documents = documents(&database).await;
    assert_eq!(documents.len(), COHORT);
    let signing = sign(&documents);
    let inserting = insert(&database, &app.service.db, &documents).await;

    let bare = signing + inserting;
    let bytes: usize = documents.iter().map(String::len).sum();
    let seconds = |duration: Duration| duration.as_secs_f64();
    println!(
        "issuing:         {:>6.2} s, {:.0} a second",
        seconds(issuing),
        COHORT as f64 / seconds(issuing)
    );
    println!("bare signatures: {:>6.2} s, on one core", seconds(signing));
    println!("bare inserts:    {:>6.2} s, {:.1} MB", seconds(inserting), bytes as f64 / 1e6);
    println!("ratio:           {:>6.1} (goal: at most {GOAL})", seconds(issuing) / seconds(bare));
    drop(database);
    app.stop().await;
}

/// Issues to everyone and waits for the end, looking as rarely as a client would who is in a hurry.
async fn issue(course: &Course) -> Value {
    let target = json!({ "everyoneEligibleIn": { "externalId": course.external_id } });
    let issue = cairn_tests::contract("provider/issue_credentials.graphql");
    let made = course.provider.mutate(&issue, json!({ "target": target })).await;
    let look = "query($id: ID!) { node(id: $id) { ... on BulkOperation { status succeeded } } }";
    loop {
        tokio::time::sleep(Duration::from_millis(50)).await;
        let answer = course.provider.data(look, json!({ "id": made["bulkOperation"]["id"] })).await;
        if !matches!(answer["node"]["status"].as_str(), Some("QUEUED" | "RUNNING")) {
            return answer["node"].clone();
        }
    }
}

async fn documents(database: &DatabaseConnection) -> Vec<String> {
    let sql = "SELECT document FROM credential ORDER BY id";
    let statement = Statement::from_string(database.get_database_backend(), sql);
    let rows = Document::find_by_statement(statement).all(database).await.unwrap();
    rows.into_iter().map(|row| row.document).collect()
}

/// One Ed25519 signature over 64 bytes a document, as Data Integrity has it.
fn sign(documents: &[String]) -> Duration {
    let signer = LocalSigner::new(SecretKey::ed25519(&[1; 32]), "did:example:1#key".to_owned());
    let started = Instant::now();
    for document in documents {
        let message: [u8; 64] = document.as_bytes()[..64].try_into().unwrap();
        std::hint::black_box(signer.sign(&message).unwrap());
    }
    started.elapsed()
}

/// The same bytes into a table with nothing but an id beside them, through the connection that the server writes with.
async fn insert(database: &DatabaseConnection, db: &Db, documents: &[String]) -> Duration {
    let table = Alias::new("bare");
    database
        .execute_unprepared("CREATE TABLE bare (id INTEGER PRIMARY KEY, document TEXT NOT NULL)")
        .await
        .unwrap();
    let started = Instant::now();
    for (chunk, rows) in documents.chunks(CHUNK).enumerate() {
        let mut insert = Query::insert();
        insert.into_table(table.clone()).columns([Alias::new("id"), Alias::new("document")]);
        for (n, document) in rows.iter().enumerate() {
            let id = i32::try_from(chunk * CHUNK + n).unwrap();
            insert.values_panic([Expr::val(id), Expr::val(document.as_str())]);
        }
        let transaction = db.write().await.unwrap();
        transaction.execute(&insert).await.unwrap();
        transaction.commit().await.unwrap();
    }
    started.elapsed()
}
