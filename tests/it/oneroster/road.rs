//! Bundles by the way of bulk operations: uploaded, imported by whoever has time, told row by row what is bad.

use std::process::Command;

use cairn_service::actor::{Actor, Scope};
use cairn_service::import::{self, ImportKind, ImportRequest};
use cairn_service::oneroster::{FileReport, Options};
use cairn_service::rows::enums::BulkStatus;
use cairn_service::rows::{audit_entry, bulk_operation as operations};
use cairn_service::{bulk_operation, ids};
use cairn_tests::{Client, TestApp, TestIssuer, child, child_service, dies, told};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};

use super::{Bundle, import, written};
use crate::bulk::kills::{idle as nobody_works, resumed};

const CREATE: &str = "mutation($input: CreateImportInput!) { createImport(input: $input) {
    bulkOperation { id kind status } userErrors { field message code } } }";
const LOOK: &str = "query($id: ID!) { node(id: $id) { ... on BulkOperation { status total processed succeeded failed userErrors { message }
    rows(first: 100) { totalCount nodes { index outcome userErrors { field message code } } }
    oneRoster { files { name rows created updated unchanged failed ignored } completed failed withdrawn notes } } } }";

/// Uploads a bundle and asks for its import, with `Final` as the category that decides; the operation's id.
async fn asked(client: &Client, zip: Vec<u8>) -> String {
    let upload = client.upload("application/zip", zip).await;
    let input = json!({ "upload": upload, "kind": "ONE_ROSTER", "oneRoster": { "finalCategory": "final" } });
    let made = client.mutate(CREATE, input).await;
    assert_eq!(made["bulkOperation"]["kind"], "IMPORT");
    made["bulkOperation"]["id"].as_str().unwrap().to_owned()
}

pub async fn look(client: &Client, id: &str) -> Value {
    client.data(LOOK, json!({ "id": id })).await["node"].clone()
}

/// Imports a bundle, and waits for the end.
pub async fn brought(client: &Client, zip: Vec<u8>) -> Value {
    let id = asked(client, zip).await;
    // A large bundle takes as long as it takes.
    loop {
        let now = look(client, &id).await;
        if !matches!(now["status"].as_str(), Some("QUEUED" | "RUNNING")) {
            return now;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
}

/// What the command line writes of a bundle.
async fn written_at_once(zip: Vec<u8>) -> Vec<String> {
    let app = TestApp::start().await;
    let issuer = app.issuer("ou").await;
    import(&app, &issuer, zip).await.unwrap();
    let whole = written(&app).await;
    app.stop().await;
    whole
}

/// What was written without the messages, some of which tell of the operation itself.
fn silent(lines: Vec<String>) -> Vec<String> {
    lines.into_iter().filter(|line| !line.ends_with(" messages")).collect()
}

async fn without_messages(app: &TestApp) -> Vec<String> {
    silent(written(app).await)
}

fn file<'a>(operation: &'a Value, name: &str) -> &'a Value {
    let files = operation["oneRoster"]["files"].as_array().unwrap();
    files.iter().find(|file| file["name"] == name).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bundle_comes_in_as_by_the_command_line_and_again_changes_nothing() {
    let whole = written_at_once(Bundle::school().zip()).await;
    let app = TestApp::start().await;
    let issuer = app.issuer("ou").await;
    let provider = app.provider(&issuer).await;
    let done = brought(&provider, Bundle::school().zip()).await;
    let counts = ["status", "total", "processed", "succeeded", "failed"].map(|name| done[name].clone());
    assert_eq!(counts, [json!("SUCCEEDED"), json!(32), json!(32), json!(32), json!(0)], "{done:#}");
    assert_eq!(done["rows"]["totalCount"], 0);
    assert_eq!(
        file(&done, "users.csv"),
        &json!({ "name": "users.csv", "rows": 6, "created": 5, "updated": 0, "unchanged": 0, "failed": 0, "ignored": 1 })
    );
    let report = &done["oneRoster"];
    let outcomes = ["completed", "failed", "withdrawn"].map(|name| &report[name]);
    assert_eq!((outcomes, &report["notes"]), ([&json!(1), &json!(1), &json!(1)], &json!([])));
    assert_eq!(without_messages(&app).await, silent(whole));

    let again = brought(&provider, Bundle::school().zip()).await;
    let counts =
        ["created", "updated", "unchanged"].map(|name| file(&again, "enrollments.csv")[name].clone());
    assert_eq!((&again["status"], counts), (&json!("SUCCEEDED"), [json!(0), json!(0), json!(5)]));
    let outcomes = ["completed", "failed", "withdrawn"].map(|name| &again["oneRoster"][name]);
    assert_eq!(outcomes, [&json!(0); 3]);
    let noted = audit_entry::Entity::find().filter(audit_entry::Column::Action.eq("oneroster.imported"));
    assert_eq!(noted.all(&app.database().await).await.unwrap().len(), 1, "the second has changed nothing");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_rows_are_the_operations_rows_and_good_ones_go_in() {
    let app = TestApp::start().await;
    let issuer = app.issuer("ou").await;
    let provider = app.provider(&issuer).await;
    let mut bundle = Bundle::school();
    bundle.add("lineItems.csv", "li-x,,,X,,,,class-x,cat-quiz,0,1");
    bundle.add("users.csv", b"ada2,,,true,x,Andr,\xe9,,");
    bundle.add("users.csv", "ada3,,,true,x,Too,Short");
    bundle.add("users.csv", "fay,,,true,fay,Fay,Wray,,");
    bundle.add("results.csv", "x1,,,li-quiz,ada,fully graded,-1,2020-05-19,,,class");
    let done = brought(&provider, bundle.zip()).await;
    let counts = ["status", "total", "processed", "succeeded", "failed"].map(|name| done[name].clone());
    assert_eq!(counts, [json!("SUCCEEDED"), json!(37), json!(37), json!(33), json!(4)], "{done:#}");
    let bad: Vec<Value> = done["rows"]["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            assert_eq!(
                (&row["outcome"], &row["userErrors"][0]["code"]),
                (&json!("FAILED"), &json!("INVALID"))
            );
            json!([row["index"], row["userErrors"][0]["field"]])
        })
        .collect();
    assert_eq!(
        bad,
        [
            json!([0, ["lineItems.csv", "4", "classSourcedId"]]),
            json!([1, ["users.csv", "8", "familyName"]]),
            json!([2, ["users.csv", "9"]]),
            json!([3, ["results.csv", "7", "score"]]),
        ]
    );
    let text = done["rows"].to_string();
    assert!(
        text.contains("names no class") && !text.contains("Short"),
        "no value of a row is quoted: {text}"
    );
    assert_eq!(file(&done, "users.csv")["failed"], 2);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_bundle_is_refused_whole_and_so_is_who_may_not() {
    let app = TestApp::start().await;
    let issuer = app.issuer("ou").await;
    let provider = app.provider(&issuer).await;
    let before = without_messages(&app).await;
    let refused = async |client: &Client, upload: &str, kind: &str, options: Value| {
        let input = json!({ "input": { "upload": upload, "kind": kind, "oneRoster": options } });
        client.send(CREATE, input).await
    };
    let zip = || Bundle::school().zip();
    let mut corrupt = zip();
    let middle = corrupt.len() / 3;
    corrupt[middle..middle + 40].fill(0);
    let mut old = Bundle::school();
    old.edit("manifest.csv", "oneroster.version,1.2", "oneroster.version,1.1");
    let mut poor = Bundle::school();
    poor.remove("users.csv");
    for bytes in [b"sourcedId\n1\n".to_vec(), corrupt, old.zip(), poor.zip()] {
        let upload = provider.upload("application/zip", bytes).await;
        let answer = refused(&provider, &upload, "ONE_ROSTER", Value::Null).await;
        assert_eq!(answer.user_errors(), [("upload".to_owned(), "INVALID".to_owned())]);
    }
    let upload = provider.upload("application/zip", zip()).await;
    for (kind, options, field) in [
        ("ONE_ROSTER", json!({ "finalCategory": "Last" }), "oneRoster.finalCategory"),
        ("ONE_ROSTER", json!({ "passMark": 100.5 }), "oneRoster.passMark"),
        ("LEARNERS", json!({}), "oneRoster"),
        ("LEARNERS", Value::Null, "upload"),
    ] {
        let errors = refused(&provider, &upload, kind, options).await.user_errors();
        assert_eq!(errors, [(field.to_owned(), "INVALID".to_owned())]);
    }
    let all = [Scope::ProgramsWrite, Scope::LearnersWrite, Scope::EnrollmentsWrite, Scope::ProgressWrite];
    for lacking in all {
        let others: Vec<Scope> = all.into_iter().filter(|scope| *scope != lacking).collect();
        let key = app.key(&issuer, &others).await;
        assert_eq!(
            refused(&key, &upload, "ONE_ROSTER", Value::Null).await.code(),
            "FORBIDDEN",
            "{lacking:?}"
        );
    }
    let stranger = app.issuer("beta").await;
    let stranger = app.provider(&stranger).await;
    let errors = refused(&stranger, &upload, "ONE_ROSTER", Value::Null).await.user_errors();
    assert_eq!(errors, [("upload".to_owned(), "NOT_FOUND".to_owned())]);
    assert_eq!(without_messages(&app).await, before);
    // After all that it is taken by whoever may.
    let key = app.key(&issuer, &all).await;
    let made = refused(&key, &upload, "ONE_ROSTER", Value::Null).await.payload();
    assert_eq!(made["userErrors"], json!([]));
    app.stop().await;
}

/// A server that works on no operation by itself.
async fn idle() -> (TestApp, TestIssuer, Client) {
    let app = nobody_works().await;
    let issuer = app.issuer("ou").await;
    let provider = app.provider(&issuer).await;
    (app, issuer, provider)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_that_is_killed_goes_on_behind_the_last_batch() {
    let mut bundle = Bundle::school();
    bundle.add("users.csv", "ada3,,,true,x,Too,Short");
    let (app, _, provider) = idle().await;
    asked(&provider, bundle.zip()).await;
    let once = resumed(&app).await;
    let whole = without_messages(&app).await;
    app.stop().await;
    let report = |operation: &operations::Model| import::report(operation).unwrap().unwrap();

    // Each file is a batch, and the outcomes are one; `mid` is when a batch is in and nobody knows it.
    for place in [
        "after-claim",
        "mid-import:1",
        "mid-import:5",
        "after-import:7",
        "mid-import:8",
        "mid-import:9",
        "after-import:10",
        "mid-import:11",
    ] {
        let (app, issuer, provider) = idle().await;
        let upload = provider.upload("application/zip", bundle.zip()).await;
        dies(working(&app, &issuer, place, &upload)).await;
        let operation = resumed(&app).await;
        let counts = |of: &operations::Model| {
            (of.status, of.total, of.processed, of.succeeded, of.failed, of.next_index)
        };
        assert_eq!(counts(&operation), counts(&once), "{place}");
        assert_eq!(without_messages(&app).await, whole, "{place}");
        let (told, expected) = (report(&operation), report(&once));
        for (told, expected) in told.files.iter().zip(&expected.files) {
            // Of the batch that nobody knew of it is found that it was in.
            let in_now = |file: &FileReport| file.created + file.unchanged;
            assert_eq!(in_now(told), in_now(expected), "{place}: {told:?}");
        }
        if place.starts_with("after") {
            assert_eq!(json!(told), json!(expected), "{place}");
        }
        app.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_is_stopped_between_batches_and_another_completes_it() {
    let (app, _, provider) = idle().await;
    asked(&provider, Bundle::school().zip()).await;
    resumed(&app).await;
    let whole = without_messages(&app).await;
    app.stop().await;
    let cancel = "mutation($input: CancelBulkOperationInput!) { cancelBulkOperation(input: $input) {
        bulkOperation { id } userErrors { code } } }";
    // Asked to stop after so many batches, by a node that died, the next ends the batch that comes: so many rows.
    for (batches, rows) in [(1, 4), (5, 13), (8, 27), (9, 32)] {
        let (app, issuer, provider) = idle().await;
        let upload = provider.upload("application/zip", Bundle::school().zip()).await;
        dies(working(&app, &issuer, &format!("after-import:{batches}"), &upload)).await;
        let list = "{ bulkOperations(first: 1) { nodes { id status } } }";
        let id = provider.data(list, json!({})).await["bulkOperations"]["nodes"][0]["id"].clone();
        provider.mutate(cancel, json!({ "id": id })).await;
        resumed(&app).await;
        let told = look(&provider, id.as_str().unwrap()).await;
        assert_eq!((&told["status"], &told["processed"]), (&json!("CANCELLED"), &json!(rows)), "{batches}");
        asked(&provider, Bundle::school().zip()).await;
        assert_eq!(resumed(&app).await.status, BulkStatus::Succeeded);
        assert_eq!(without_messages(&app).await, whole, "{batches}");
        app.stop().await;
    }
}

/// Another process that imports and dies.
fn working(app: &TestApp, issuer: &TestIssuer, place: &str, upload: &str) -> Command {
    let issuer = issuer.id.to_string();
    let variables = [
        ("CHILD_ISSUER", issuer.as_str()),
        ("CHILD_UPLOAD", upload),
        ("CAIRN_CRASH_AT", place),
        ("CAIRN_LEASE_MS", "300"),
    ];
    child(app, "oneroster::road::child_that_imports", &variables)
}

/// What a node does, in a process that dies. Run only by the test above.
#[tokio::test]
#[ignore = "the other half of the test that kills"]
async fn child_that_imports() {
    let Some(service) = child_service(|config| config.bulk_operations = 1).await else { return };
    let actor = Actor::system_for(told("CHILD_ISSUER").parse().unwrap());
    let asked = ImportRequest {
        upload: ids::decode_as(ids::Kind::Upload, &told("CHILD_UPLOAD")),
        kind: ImportKind::OneRoster,
        one_roster: Some(Options { final_category: Some("Final".to_owned()), pass_mark: None }),
    };
    import::request(&service, &actor, asked).await.unwrap();
    let claimed = bulk_operation::claim(&service).await.unwrap().unwrap();
    bulk_operation::run(&service, claimed, |_| {}).await.unwrap();
}
