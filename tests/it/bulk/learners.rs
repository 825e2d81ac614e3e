//! Exports of learners: personal from the first column to the last.

use std::collections::HashSet;

use cairn_service::actor::{Role, Scope};
use cairn_tests::{Course, TestApp, contract, operation_text};
use reqwest::header::HeaderMap;
use serde_json::{Value, json};

use super::{ask, column, ended, export, fetch, lines, look};

#[tokio::test]
async fn learners_are_exported_by_whoever_may_read_them_and_the_log_says_so() {
    let app = TestApp::start().await;
    let course = Course::publish(&app, "alpha").await;
    let other = Course::publish(&app, "beta").await;
    course.enroll(3, None).await;
    other.enroll(2, None).await;
    let upsert = contract("provider/upsert_learners.graphql");
    let rows = json!([
        { "externalId": "s-0", "name": "=cmd|' /C calc'!A0", "givenName": "+1", "email": "zoe@learn.example" },
        { "externalId": "idle", "name": "Zoë \"عُمَر\", 🦉", "language": "ar" },
    ]);
    course.provider.mutate(&upsert, json!({ "rows": rows })).await;
    let everyone = json!({ "learners": {} });
    let (operation, text) = export(&course.provider, everyone.clone(), "JSONL").await;
    assert_eq!(operation["total"], 4);
    let rows = lines(&text);
    let names: HashSet<String> = column(&rows, "externalId").into_iter().collect();
    assert_eq!(names, ["s-0", "s-1", "s-2", "idle"].map(str::to_owned).into());
    let idle = rows.iter().find(|row| row["externalId"] == "idle").unwrap();
    assert_eq!((&idle["name"], &idle["language"]), (&json!("Zoë \"عُمَر\", 🦉"), &json!("ar")));
    assert!(idle["id"].as_str().unwrap().starts_with("lrn_") && idle["email"].is_null());
    let (_, text) = export(&course.provider, everyone.clone(), "CSV").await;
    assert!(text.starts_with(
        "id,externalId,name,givenName,familyName,email,language,did,linked,createdAt,updatedAt\r\n"
    ));
    assert!(text.contains(",'=cmd|' /C calc'!A0,'+1,"), "{text}");
    let of_course = json!({ "learners": { "programs": [{ "externalId": "course" }] } });
    assert_eq!(export(&course.provider, of_course, "JSONL").await.0["total"], 3);
    let later = json!({ "learners": { "updatedSince": "2126-01-01T00:00:00Z" } });
    assert_eq!(export(&course.provider, later, "JSONL").await.0["total"], 0);
    let log = "{ auditLog(first: 1, filter: { actions: [\"bulk_operation.requested\"] }) { nodes { actor { kind } detail } } }";
    let line = course.provider.data(log, json!({})).await["auditLog"]["nodes"][0].clone();
    assert!(line["detail"]["source"]["learners"].is_object() && line["actor"]["kind"] == "API_KEY", "{line}");

    let create = operation_text(&contract("dashboard/export.graphql"), "CreateExport");
    let input = json!({ "input": { "source": everyone, "format": "CSV" } });
    assert_eq!(app.anonymous().send(&create, input.clone()).await.code(), "UNAUTHENTICATED");
    let dashboard = app.dashboard(&course.issuer).await;
    let instructor = app.person(&course.issuer, Role::Instructor, "teacher").await;
    for client in [&dashboard, &instructor] {
        assert_eq!(client.send(&create, input.clone()).await.code(), "FORBIDDEN");
    }
    let foreign = json!({ "learners": { "programs": [{ "externalId": "none" }] } });
    let refused =
        other.provider.send(&create, json!({ "input": { "source": foreign, "format": "CSV" } })).await;
    assert_eq!(refused.user_errors(), [("source.learners.programs.0".to_owned(), "NOT_FOUND".to_owned())]);
    // Of the operation somebody who may write learners hears; the file is for who may read them.
    let id = ask(&course.provider, everyone.clone(), "CSV").await;
    let link = ended(&course.provider, &id).await["downloadUrl"].as_str().unwrap().to_owned();
    let writer = app.key(&course.issuer, &[Scope::LearnersWrite]).await;
    let seen = look(&writer, &id).await;
    assert_eq!((&seen["status"], &seen["downloadUrl"]), (&json!("SUCCEEDED"), &Value::Null));
    // Who is erased is in no file.
    let erase =
        "mutation($input: EraseLearnerInput!) { eraseLearner(input: $input) { userErrors { code } } }";
    course.provider.mutate(erase, json!({ "learner": { "externalId": "idle" } })).await;
    assert_eq!(fetch(&course.provider, &link, HeaderMap::new()).await.status(), 410);
    assert_eq!(export(&course.provider, everyone, "JSONL").await.0["total"], 3);
    app.stop().await;
}
