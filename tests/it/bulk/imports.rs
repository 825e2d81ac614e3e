//! Importing files of rows.

use cairn_api::http::origins::Origins;
use cairn_service::actor::{Role, Scope};
use cairn_service::rows::{upload, upload_part};
use cairn_tests::{Client, Course, TestApp};
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::{Value, json};

use super::{ended, export, lines};

const CREATE: &str = "mutation($input: CreateImportInput!) { createImport(input: $input) {
    bulkOperation { id kind } userErrors { field message code } } }";

/// Uploads and imports a file that must be taken, and waits for the end; gives the operation with its first rows.
async fn imported(client: &Client, kind: &str, media: &str, text: String) -> Value {
    let upload = client.upload(media, text).await;
    let made = client.mutate(CREATE, json!({ "upload": upload, "kind": kind })).await;
    assert_eq!(made["bulkOperation"]["kind"], "IMPORT");
    finished(client, made["bulkOperation"]["id"].as_str().unwrap()).await
}

/// Waits for the end of an operation; gives it with its first rows.
pub async fn finished(client: &Client, id: &str) -> Value {
    ended(client, id).await;
    let rows = "query($id: ID!) { node(id: $id) { ... on BulkOperation { status total processed succeeded failed
        rows(first: 100) { nodes { index outcome subjectId enrollment { externalId } userErrors { field message code } } } } } }";
    client.data(rows, json!({ "id": id })).await["node"].clone()
}

fn outcomes(operation: &Value) -> Vec<&str> {
    operation["rows"]["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["outcome"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn a_class_comes_in_by_files_and_what_was_exported_goes_in_again() {
    let app = TestApp::start().await;
    let course = Course::publish(&app, "alpha").await;
    let provider = &course.provider;
    let text = "externalId,name,email\r\n1,\"Zoë \"\"عُمَر\"\", 🦉\",zoe@learn.example\r\n2,Ada,not an address\r\n,Nobody,\r\n3,Bob,\r\n";
    let done = imported(provider, "LEARNERS", "text/csv; charset=utf-8", text.to_owned()).await;
    assert_eq!(
        (&done["status"], &done["total"], &done["succeeded"]),
        (&json!("SUCCEEDED"), &json!(4), &json!(2))
    );
    assert_eq!(outcomes(&done), ["CREATED", "FAILED", "FAILED", "CREATED"]);
    let rows = done["rows"]["nodes"].as_array().unwrap();
    assert!(rows[0]["subjectId"].as_str().unwrap().starts_with("lrn_"));
    assert_eq!(
        (&rows[1]["userErrors"][0]["field"], &rows[1]["userErrors"][0]["code"]),
        (&json!(["email"]), &json!("INVALID"))
    );
    let missing = &rows[2]["userErrors"][0];
    assert_eq!((&missing["field"], &missing["code"]), (&json!(["externalId"]), &json!("REQUIRED")));

    let jsonl =
        "{\"externalId\":\"1\",\"name\":\"Zoë\",\"email\":null}\n{\"externalId\":\"3\",\"name\":\"Bob\"}\n";
    let done = imported(provider, "LEARNERS", "application/jsonl", jsonl.to_owned()).await;
    assert_eq!(outcomes(&done), ["UPDATED", "UNCHANGED"]);

    let enrollments = "externalId,learnerExternalId,programExternalId,enrolledAt\ne1,1,course,2026-03-01T09:00:00Z\ne3,3,course,2026-03-01\ne9,9,course,\ne3,3,course,\n";
    let done = imported(provider, "ENROLLMENTS", "text/csv", enrollments.to_owned()).await;
    assert_eq!(outcomes(&done), ["CREATED", "FAILED", "FAILED", "CREATED"]);
    let rows = done["rows"]["nodes"].as_array().unwrap();
    assert_eq!(rows[0]["enrollment"]["externalId"], "e1");
    assert_eq!(rows[1]["userErrors"][0]["field"], json!(["enrolledAt"]));
    assert_eq!(
        (&rows[2]["userErrors"][0]["field"], &rows[2]["userErrors"][0]["code"]),
        (&json!(["learner"]), &json!("NOT_FOUND"))
    );

    let events = "{\"eventId\":\"a\",\"type\":\"COMPLETED\",\"component\":\"m0\",\"enrollmentExternalId\":\"e1\",\"occurredAt\":\"2026-03-02T09:00:00Z\"}
{\"eventId\":\"b\",\"type\":\"PROGRESSED\",\"component\":\"m0\",\"percent\":40,\"learnerExternalId\":\"3\",\"programExternalId\":\"course\",\"occurredAt\":\"2026-03-02T09:00:00Z\"}
{\"eventId\":\"c\",\"type\":\"completed\",\"enrollmentExternalId\":\"e1\",\"occurredAt\":\"2026-03-02T09:00:00Z\"}
{\"eventId\":\"d\",\"type\":\"STARTED\",\"occurredAt\":\"soon\"}\n";
    let done = imported(provider, "EVENTS", "application/x-ndjson", events.to_owned()).await;
    assert_eq!(outcomes(&done), ["CREATED", "CREATED", "FAILED", "FAILED"]);
    let rows = done["rows"]["nodes"].as_array().unwrap();
    assert_eq!(rows[2]["userErrors"][0]["field"], json!(["type"]));
    let codes: Vec<_> =
        rows[3]["userErrors"].as_array().unwrap().iter().map(|error| error["field"][0].clone()).collect();
    assert_eq!(codes, ["enrollmentExternalId", "occurredAt"]);
    let done = imported(provider, "EVENTS", "application/jsonl", events.to_owned()).await;
    assert_eq!(outcomes(&done), ["UNCHANGED", "UNCHANGED", "FAILED", "FAILED"], "an event counts once");

    let (_, text) = export(provider, json!({ "enrollments": {} }), "JSONL").await;
    let standing: Vec<_> = lines(&text)
        .iter()
        .map(|row| (row["externalId"].clone(), row["status"].clone(), row["percent"].clone()))
        .collect();
    assert_eq!(
        standing,
        [(json!("e1"), json!("COMPLETED"), json!(100.0)), (json!("e3"), json!("ACTIVE"), json!(40.0)),]
    );
    app.stop().await;
}

#[tokio::test]
async fn thousands_of_rows_go_in_each_once() {
    let app = TestApp::start().await;
    let course = Course::publish(&app, "alpha").await;
    let mut text = "externalId,name\n".to_owned();
    for n in 0..2_200 {
        text.push_str(&format!("s-{n},Learner {n}\n"));
    }
    let done = imported(&course.provider, "LEARNERS", "text/csv", text.clone()).await;
    assert_eq!(
        (&done["total"], &done["processed"], &done["succeeded"]),
        (&json!(2_200), &json!(2_200), &json!(2_200))
    );
    let again = imported(&course.provider, "LEARNERS", "text/csv", text).await;
    assert!(outcomes(&again).iter().all(|outcome| *outcome == "UNCHANGED"));
    assert_eq!(again["succeeded"], 2_200);
    // A file is kept no longer than its import takes.
    let database = app.database().await;
    for _ in 0..1_200 {
        if upload::Entity::find().count(&database).await.unwrap() == 0 {
            assert_eq!(upload_part::Entity::find().count(&database).await.unwrap(), 0);
            return app.stop().await;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    panic!("the files were not dropped");
}

#[tokio::test]
async fn a_bad_file_is_refused_whole_and_can_be_sent_anew() {
    // It works on no operation by itself: an upload stays until it is too late for it.
    let app = TestApp::start_with(|service| service.config.bulk_operations = 0).await;
    let course = Course::publish(&app, "alpha").await;
    let provider = &course.provider;
    let import = async |upload: &str, kind: &str| {
        let input = json!({ "input": { "upload": upload, "kind": kind } });
        provider.send(CREATE, input).await.payload()["userErrors"][0].clone()
    };
    for (media, text, told) in [
        ("text/csv", "externalId,nickname\n1,a\n", "line 1, column 2: `nickname` is not known here"),
        ("text/csv", "externalId,name\n1\n", "line 2: 1 fields where the headings are 2"),
        ("text/csv", "externalId,name\n", "line 1: there is no row"),
        (
            "application/jsonl",
            "{\"externalId\":\"1\"}\n{\"externalId\":\n",
            "line 2, column 14: this is not JSON",
        ),
        ("application/jsonl", "[]\n", "line 1: this is no JSON object"),
    ] {
        let error = import(&provider.upload(media, text).await, "LEARNERS").await;
        assert_eq!((&error["field"], &error["code"]), (&json!(["upload"]), &json!("INVALID")));
        assert!(error["message"].as_str().unwrap().starts_with(told), "{error}");
    }
    let utf16 = provider.upload("text/csv", vec![0xff, 0xfe, 0x41, 0x00]).await;
    assert_eq!(import(&utf16, "LEARNERS").await["message"], "line 1: this is not UTF-8");

    // A sound file is imported once; of another kind it is another file.
    let upload = provider.upload("text/csv", "externalId\n1\n").await;
    assert_eq!(import(&upload, "RESULTS").await, Value::Null);
    let error = import(&upload, "LEARNERS").await;
    assert_eq!((&error["field"], &error["code"]), (&json!(["upload"]), &json!("ALREADY_DONE")));
    let gone = import("upl_nothing", "LEARNERS").await;
    assert_eq!((&gone["field"], &gone["code"]), (&json!(["upload"]), &json!("NOT_FOUND")));
    // And waits a day.
    let late = provider.upload("text/csv", "externalId\n1\n").await;
    app.clock.advance(chrono::TimeDelta::hours(25));
    assert_eq!(import(&late, "LEARNERS").await["code"], "NOT_FOUND");
    app.stop().await;
}

#[tokio::test]
async fn only_who_may_write_uploads_and_imports_and_only_for_their_own() {
    let app = TestApp::start_with(|service| service.config.import_limit = 1_000).await;
    let course = Course::publish(&app, "alpha").await;
    let other = Course::publish(&app, "beta").await;
    let text = "externalId\n1\n";
    let status = async |client: &Client, path: &str, media: &str, text: String| {
        client.send_file(path, media, text).await.status().as_u16()
    };
    assert_eq!(status(&app.anonymous(), "/imports", "text/csv", text.into()).await, 401);
    assert_eq!(status(&app.presenting("Bearer cairn_no"), "/imports", "text/csv", text.into()).await, 401);
    let learner = app.person(&course.issuer, Role::Learner, "s-0").await;
    assert_eq!(status(&learner, "/imports", "text/csv", text.into()).await, 403);
    let dashboard = app.dashboard(&course.issuer).await;
    assert_eq!(status(&dashboard, "/imports", "text/csv", text.into()).await, 403);
    for media in [
        "text/plain",
        "multipart/form-data; boundary=x",
        "application/x-www-form-urlencoded",
        "application/json",
    ] {
        assert_eq!(status(&course.provider, "/imports", media, text.into()).await, 415, "{media}");
    }
    assert_eq!(status(&course.provider, "/imports", "text/csv", "x".repeat(1_001)).await, 413);
    assert_eq!(
        upload::Entity::find().count(&app.database().await).await.unwrap(),
        0,
        "nothing of it is kept"
    );

    let operator = app.operator().await;
    assert_eq!(status(&operator, "/imports", "text/csv", text.into()).await, 400);
    assert_eq!(status(&operator, "/imports?issuer=alpha", "text/csv", text.into()).await, 201);
    assert_eq!(status(&other.provider, "/imports?issuer=alpha", "text/csv", text.into()).await, 400);

    let upload = course.provider.upload("text/csv", text).await;
    let input = |kind: &str| json!({ "input": { "upload": upload, "kind": kind } });
    let refused = other.provider.send(CREATE, input("LEARNERS")).await.user_errors();
    assert_eq!(refused, [("upload".to_owned(), "NOT_FOUND".to_owned())]);
    assert_eq!(app.anonymous().send(CREATE, input("LEARNERS")).await.code(), "UNAUTHENTICATED");
    let events = app.key(&course.issuer, &[Scope::ProgressWrite]).await;
    assert_eq!(events.send(CREATE, input("LEARNERS")).await.code(), "FORBIDDEN");
    assert_eq!(events.send(CREATE, input("ENROLLMENTS")).await.code(), "FORBIDDEN");
    let writer = app.key(&course.issuer, &[Scope::LearnersWrite]).await;
    assert_eq!(writer.send(CREATE, input("EVENTS")).await.code(), "FORBIDDEN");
    // Whoever may write learners follows what they imported, without reading learners.
    let made = writer.mutate(CREATE, json!({ "upload": upload, "kind": "LEARNERS" })).await;
    let done = finished(&writer, made["bulkOperation"]["id"].as_str().unwrap()).await;
    assert_eq!(outcomes(&done), ["CREATED"]);

    // Fifty may wait, and no more.
    let room = app.key(&other.issuer, &[Scope::LearnersWrite]).await;
    for _ in 0..50 {
        room.upload("text/csv", text).await;
    }
    assert_eq!(status(&room, "/imports", "text/csv", text.into()).await, 429);
    app.stop().await;
}

#[tokio::test]
async fn a_file_that_waits_is_let_go_when_somebody_is_erased_and_after_a_day() {
    let app = TestApp::start_with(|service| service.config.bulk_operations = 0).await;
    let course = Course::publish(&app, "alpha").await;
    let other = Course::publish(&app, "beta").await;
    course.enroll(1, None).await;
    let database = app.database().await;
    let asked = course.provider.upload("text/csv", "externalId,name\ns-9,Niels\n").await;
    course.provider.mutate(CREATE, json!({ "upload": asked, "kind": "LEARNERS" })).await;
    let waiting = course.provider.upload("text/csv", "externalId,name\ns-0,Zoë\n").await;
    let theirs = other.provider.upload("text/csv", "externalId,name\ns-0,Zoë\n").await;
    let erase =
        "mutation($input: EraseLearnerInput!) { eraseLearner(input: $input) { userErrors { code } } }";
    course.provider.mutate(erase, json!({ "learner": { "externalId": "s-0" } })).await;
    // Whoever is in such a file nobody knows: none of the issuer's is imported any more, and all are deleted.
    let refused =
        course.provider.send(CREATE, json!({ "input": { "upload": waiting, "kind": "LEARNERS" } })).await;
    assert_eq!(refused.user_errors(), [("upload".to_owned(), "NOT_FOUND".to_owned())]);
    let left = async |count: u64| {
        for _ in 0..1_200 {
            if upload_part::Entity::find().count(&database).await.unwrap() == count {
                return assert_eq!(upload::Entity::find().count(&database).await.unwrap(), count);
            }
            tokio::time::sleep(std::time::Duration::from_millis(25)).await;
        }
        panic!("the files were not dropped");
    };
    left(2).await;
    // What is to be imported, and what others have, stays: theirs for a day.
    app.clock.advance(chrono::TimeDelta::hours(25));
    let refused =
        other.provider.send(CREATE, json!({ "input": { "upload": theirs, "kind": "LEARNERS" } })).await;
    assert_eq!(refused.user_errors(), [("upload".to_owned(), "NOT_FOUND".to_owned())]);
    left(1).await;
    // And the file of an import that is stopped before it begins goes with it.
    let list = "{ bulkOperations(first: 1) { nodes { id } } }";
    let id = course.provider.data(list, json!({})).await["bulkOperations"]["nodes"][0]["id"].clone();
    let cancel = "mutation($input: CancelBulkOperationInput!) { cancelBulkOperation(input: $input) {
        bulkOperation { status } userErrors { code } } }";
    let canceled = course.provider.mutate(cancel, json!({ "id": id })).await;
    assert_eq!(canceled["bulkOperation"]["status"], "CANCELLED");
    left(0).await;
    app.stop().await;
}

#[tokio::test]
async fn pages_of_allowed_origins_upload_and_others_do_not() {
    let origins = Origins::parse("https://lms.example.org").unwrap();
    let app = TestApp::start_set(|_| {}, |settings| settings.origins = origins).await;
    let course = Course::publish(&app, "alpha").await;
    let url = format!("{}/imports", app.base());
    let preflight = async |origin: &str, headers: &str| {
        let request = cairn_tests::http().request(reqwest::Method::OPTIONS, &url).header("origin", origin);
        let request = request.header("access-control-request-method", "POST");
        let answer = request.header("access-control-request-headers", headers).send().await.unwrap();
        let allowed = answer.headers().get("access-control-allow-origin").cloned();
        (answer.status().is_success(), allowed.map(|origin| origin.to_str().unwrap().to_owned()))
    };
    let asked = "authorization,content-type";
    let allowed = Some("https://lms.example.org".to_owned());
    assert_eq!(preflight("https://lms.example.org", asked).await, (true, allowed.clone()));
    assert_eq!(preflight("https://evil.example", asked).await.1, None);
    assert!(!preflight("https://lms.example.org", "x-made-up").await.0);
    let send = async |origin: &str, media: &str| {
        let request = cairn_tests::http().post(&url).header("origin", origin).header("content-type", media);
        let request = request.header("authorization", course.provider.authorization().unwrap());
        let answer = request.body("externalId\n1\n").send().await.unwrap();
        let allowed = answer.headers().get("access-control-allow-origin").cloned();
        (answer.status().as_u16(), allowed.map(|origin| origin.to_str().unwrap().to_owned()))
    };
    assert_eq!(send("https://lms.example.org", "text/csv").await, (201, allowed));
    // A page that asks for nothing can send no more than a form does, and that is taken from nobody.
    for media in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"] {
        assert_eq!(send("https://evil.example", media).await, (415, None), "{media}");
    }
    app.stop().await;
}
