//! Prints what it costs to issue to a cohort of 10,000: reservation, status slots, signing, audit, outbox and outcomes, against the bare
//! signatures plus bare inserts of the same bytes into the same database: as many rows as issuing leaves, each with as many bytes, without
//! an index, a reference or a thought; and beside it of the signed documents alone. Run with `cargo bench -p cairn-tests --bench cohort`; on
//! PostgreSQL where `CAIRN_TEST_DATABASE_URL` names one.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a program for people, which fails by panicking"
)]

use std::time::{Duration, Instant};

use cairn_credential::key::{LocalSigner, SecretKey, Signer};
use cairn_service::db::Db;
use cairn_service::rows::{audit_entry, bulk_row, credential, outbox, status_entry};
use cairn_tests::{Backend, Course, TestApp};
use sea_orm::sea_query::{Alias, ColumnType, Expr, Query};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseConnection, EntityTrait, FromQueryResult, IdenStatic, Iterable,
    PaginatorTrait, PrimaryKeyToColumn, Statement,
};
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

    let database = app.database().await;
    let before = Written::so_far(&database).await;
    let started = Instant::now();
    let operation = issue(&course).await;
    let issuing = started.elapsed();
    assert_eq!(operation["succeeded"], Value::from(COHORT), "{operation}");

    let documents = documents(&database).await;
    assert_eq!(documents.len(), COHORT);
    let rows = Written::since(&database, before).await;
    let signing = sign(&documents);
    let documents_alone: Vec<usize> = documents.iter().map(String::len).collect();
    let inserting_documents = insert(&database, &app.service.db, &documents, &[documents_alone]).await;
    let inserting_rows = insert(&database, &app.service.db, &documents, &rows).await;

    let seconds = |duration: Duration| duration.as_secs_f64();
    let megabytes = |rows: &[Vec<usize>]| rows.iter().flatten().sum::<usize>() as f64 / 1e6;
    let ratio = |inserting: Duration| seconds(issuing) / seconds(signing + inserting);
    println!(
        "issuing:           {:>6.2} s, {:.0} a second",
        seconds(issuing),
        COHORT as f64 / seconds(issuing)
    );
    println!("bare signatures:   {:>6.2} s, on one core", seconds(signing));
    println!(
        "bare inserts:      {:>6.2} s, {} rows, {:.1} MB",
        seconds(inserting_rows),
        rows.iter().map(Vec::len).sum::<usize>(),
        megabytes(&rows)
    );
    println!("ratio:             {:>6.1} (goal: at most {GOAL})", ratio(inserting_rows));
    println!(
        "documents alone:   {:>6.2} s, ratio {:.1}",
        seconds(inserting_documents),
        ratio(inserting_documents)
    );
    drop(database);
    app.stop().await;
}

/// How many rows there are in each table that issuing adds rows to.
struct Written([u64; 5]);

impl Written {
    async fn so_far(database: &DatabaseConnection) -> Self {
        Self([
            credential::Entity::find().count(database).await.unwrap(),
            status_entry::Entity::find().count(database).await.unwrap(),
            bulk_row::Entity::find().count(database).await.unwrap(),
            audit_entry::Entity::find().count(database).await.unwrap(),
            outbox::Entity::find().count(database).await.unwrap(),
        ])
    }

    /// The bytes of each row that came since, by table.
    async fn since(database: &DatabaseConnection, Self(before): Self) -> Vec<Vec<usize>> {
        vec![
            sizes::<credential::Entity>(database, before[0]).await,
            sizes::<status_entry::Entity>(database, before[1]).await,
            sizes::<bulk_row::Entity>(database, before[2]).await,
            sizes::<audit_entry::Entity>(database, before[3]).await,
            sizes::<outbox::Entity>(database, before[4]).await,
        ]
    }
}

#[derive(FromQueryResult)]
struct Size {
    bytes: i64,
}

/// How many bytes the values of each row are, in the order of writing.
async fn sizes<E: EntityTrait>(database: &DatabaseConnection, before: u64) -> Vec<usize> {
    let bytes = |column: E::Column| {
        let name = column.as_str();
        let length = match (Backend::current(), column.def().get_column_type()) {
            (Backend::Sqlite, _) => format!("length(CAST({name} AS BLOB))"),
            (
                Backend::Postgres,
                ColumnType::Text | ColumnType::String(_) | ColumnType::Json | ColumnType::JsonBinary,
            ) => {
                format!("octet_length({name}::text)")
            }
            (Backend::Postgres, _) => format!("pg_column_size({name})"),
        };
        format!("coalesce({length}, 0)")
    };
    let sum = E::Column::iter().map(bytes).collect::<Vec<_>>().join(" + ");
    let key =
        E::PrimaryKey::iter().map(|key| key.into_column().as_str().to_owned()).collect::<Vec<_>>().join(", ");
    let sql = format!(
        "SELECT CAST({sum} AS BIGINT) AS bytes FROM {} ORDER BY {key} LIMIT {COHORT}0 OFFSET {before}",
        E::default().as_str(),
    );
    let statement = Statement::from_string(database.get_database_backend(), sql);
    let sizes = Size::find_by_statement(statement).all(database).await.unwrap();
    sizes.into_iter().map(|size| usize::try_from(size.bytes).unwrap()).collect()
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

/// Rows of so many bytes, by table, into tables with nothing but an id beside them, through the connection that the server writes with; a
/// transaction for each chunk of documents.
async fn insert(
    database: &DatabaseConnection,
    db: &Db,
    documents: &[String],
    tables: &[Vec<usize>],
) -> Duration {
    let name = |table: usize| Alias::new(format!("bare_{}_{table}", tables.len()));
    for table in 0..tables.len() {
        let sql = format!(
            "CREATE TABLE bare_{}_{table} (id INTEGER PRIMARY KEY, bytes TEXT NOT NULL)",
            tables.len()
        );
        database.execute_unprepared(&sql).await.unwrap();
    }
    let text: String =
        documents.iter().take(50).flat_map(|text| text.chars()).filter(char::is_ascii).collect();
    let started = Instant::now();
    for first in (0..documents.len()).step_by(CHUNK) {
        let transaction = db.write().await.unwrap();
        for (table, rows) in tables.iter().enumerate() {
            let share = |n: usize| n * rows.len() / documents.len();
            let range = share(first)..share(documents.len().min(first + CHUNK));
            if range.is_empty() {
                continue;
            }
            let mut insert = Query::insert();
            insert.into_table(name(table)).columns([Alias::new("id"), Alias::new("bytes")]);
            for n in range {
                let bytes = text.get(n % 1_000..n % 1_000 + rows[n]).unwrap();
                insert.values_panic([Expr::val(i32::try_from(n).unwrap()), Expr::val(bytes)]);
            }
            transaction.execute(&insert).await.unwrap();
        }
        transaction.commit().await.unwrap();
    }
    started.elapsed()
}
