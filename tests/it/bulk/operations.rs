//! Stopping operations, listing them, taking turns, and what became of their rows as a file.

use cairn_service::actor::Scope;
use cairn_service::bulk_operation;
use cairn_service::rows::export_part;
use cairn_tests::{Client, Course, TestApp, operation_text};
use reqwest::header::HeaderMap;
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::{Value, json};

use super::{ask, ended, fetch, lines, look};

const CANCEL: &str = "mutation($input: CancelBulkOperationInput!) { cancelBulkOperation(input: $input) {
    bulkOperation { id status finishedAt } userErrors { field message code } } }";

/// A server that works on no operation by itself: the test does, a step at a time.
async fn idle() -> TestApp {
    TestApp::start_with(|service| service.config.bulk_operations = 0).await
}

async fn issue(client: &Client) -> String {
    let issue = cairn_tests::contract("provider/issue_credentials.graphql");
    let everyone = json!({ "target": { "everyoneEligibleIn": { "externalId": "course" } } });
    let made = client.mutate(&issue, everyone).await;
    made["bulkOperation"]["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn what_waits_is_canceled_at_once_and_only_by_who_may_ask_for_it() {
    let app = idle().await;
    let course = Course::publish(&app, "alpha").await;
    let other = Course::publish(&app, "beta").await;
    course.enroll(1, None).await;
    let provider = &course.provider;
    let id = ask(provider, json!({ "enrollments": {} }), "CSV").await;
    let input = json!({ "input": { "id": id } });
    let not_found = [("id".to_owned(), "NOT_FOUND".to_owned())];

    assert_eq!(app.anonymous().send(CANCEL, input.clone()).await.code(), "UNAUTHENTICATED");
    assert_eq!(other.provider.send(CANCEL, input.clone()).await.user_errors(), not_found);
    let issuing = issue(provider).await;
    let reader = app.key(&course.issuer, &[Scope::CredentialsRead]).await;
    assert_eq!(
        reader.send(CANCEL, input.clone()).await.user_errors(),
        not_found,
        "it sees credentials alone"
    );
    let refused = reader.send(CANCEL, json!({ "input": { "id": issuing } })).await;
    assert_eq!(refused.code(), "FORBIDDEN", "reading is not issuing");
    let refused = provider.send(CANCEL, json!({ "input": { "id": "no id" } })).await;
    assert_eq!(refused.user_errors(), not_found);

    for _ in 0..2 {
        let canceled = provider.mutate(CANCEL, json!({ "id": id })).await["bulkOperation"].clone();
        assert_eq!(canceled["status"], "CANCELLED");
        assert!(canceled["finishedAt"].is_string());
    }
    assert_eq!(look(provider, &id).await["downloadUrl"], Value::Null);
    assert_eq!(look(provider, &issuing).await["status"], "QUEUED", "the other waits");
    let claimed = bulk_operation::claim(&app.service).await.unwrap().unwrap();
    assert_eq!(cairn_service::ids::encode(cairn_service::ids::Kind::BulkOperation, claimed.id), issuing);
    bulk_operation::run(&app.service, claimed, |_| {}).await.unwrap();
    let refused = provider.send(CANCEL, json!({ "input": { "id": issuing } })).await.user_errors();
    assert_eq!(refused, [("id".to_owned(), "ALREADY_DONE".to_owned())]);
    app.stop().await;
}

#[tokio::test]
async fn what_runs_stops_after_the_step_in_hand() {
    let app = idle().await;
    let course = Course::publish(&app, "alpha").await;
    course.enroll(1_100, None).await;
    let provider = &course.provider;
    let id = ask(provider, json!({ "enrollments": {} }), "CSV").await;
    let claimed = bulk_operation::claim(&app.service).await.unwrap().unwrap();
    let asked = provider.mutate(CANCEL, json!({ "id": id })).await["bulkOperation"].clone();
    assert_eq!((&asked["status"], &asked["finishedAt"]), (&json!("RUNNING"), &Value::Null));
    // The node knows nothing of it until it writes its next step.
    bulk_operation::run(&app.service, claimed, |_| {}).await.unwrap();
    let stopped = look(provider, &id).await;
    assert_eq!((&stopped["status"], &stopped["total"]), (&json!("CANCELLED"), &json!(1_100)));
    assert_eq!((&stopped["processed"], &stopped["downloadUrl"]), (&json!(1_000), &Value::Null));
    let database = app.database().await;
    for _ in 0..1_200 {
        if export_part::Entity::find().count(&database).await.unwrap() == 0 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    assert_eq!(export_part::Entity::find().count(&database).await.unwrap(), 0, "half a file is none");

    // Issuing stops, too, and what was not issued can be.
    course.complete(0..2).await;
    let issuing = issue(provider).await;
    let claimed = bulk_operation::claim(&app.service).await.unwrap().unwrap();
    provider.mutate(CANCEL, json!({ "id": issuing })).await;
    bulk_operation::run(&app.service, claimed, |_| {}).await.unwrap();
    let stopped = look(provider, &issuing).await;
    assert_eq!((&stopped["status"], &stopped["processed"]), (&json!("CANCELLED"), &json!(0)));
    assert!(course.credentials().await.is_empty());
    let again = issue(provider).await;
    let claimed = bulk_operation::claim(&app.service).await.unwrap().unwrap();
    bulk_operation::run(&app.service, claimed, |_| {}).await.unwrap();
    assert_eq!(look(provider, &again).await["processed"], 2);
    assert_eq!(course.credentials().await.len(), 2);
    app.stop().await;
}

#[tokio::test]
async fn issuers_take_turns() {
    let app = idle().await;
    let alpha = Course::publish(&app, "alpha").await;
    let beta = Course::publish(&app, "beta").await;
    let mut asked = Vec::new();
    for provider in [&alpha.provider, &alpha.provider, &alpha.provider, &beta.provider, &beta.provider] {
        asked.push(ask(provider, json!({ "enrollments": {} }), "CSV").await);
    }
    let mut begun = Vec::new();
    while let Some(operation) = bulk_operation::claim(&app.service).await.unwrap() {
        begun.push(cairn_service::ids::encode(cairn_service::ids::Kind::BulkOperation, operation.id));
    }
    let turns = [0, 3, 1, 4, 2].map(|place: usize| asked[place].clone());
    assert_eq!(begun, turns);
    app.stop().await;
}

#[tokio::test]
async fn operations_are_listed_by_what_they_do_and_where_they_stand() {
    let app = idle().await;
    let course = Course::publish(&app, "alpha").await;
    let other = Course::publish(&app, "beta").await;
    let provider = &course.provider;
    let first = ask(provider, json!({ "enrollments": {} }), "CSV").await;
    let second = ask(provider, json!({ "credentials": {} }), "JSONL").await;
    let third = issue(provider).await;
    provider.mutate(CANCEL, json!({ "id": first })).await;
    let list = async |client: &Client, filter: Value| -> Vec<String> {
        let query = "query($filter: BulkOperationFilter, $after: String) { bulkOperations(first: 2, after: $after, filter: $filter) {
            totalCount pageInfo { hasNextPage endCursor } nodes { id } } }";
        let (mut ids, mut after) = (Vec::new(), Value::Null);
        loop {
            let variables = json!({ "filter": filter, "after": after });
            let page = client.data(query, variables).await["bulkOperations"].clone();
            ids.extend(super::column(page["nodes"].as_array().unwrap(), "id"));
            if page["pageInfo"]["hasNextPage"] != true {
                assert_eq!(page["totalCount"], ids.len());
                return ids;
            }
            after = page["pageInfo"]["endCursor"].clone();
        }
    };
    assert_eq!(list(provider, Value::Null).await, [third.clone(), second.clone(), first.clone()]);
    assert_eq!(list(provider, json!({ "kinds": ["EXPORT"] })).await, [second.clone(), first.clone()]);
    assert_eq!(list(provider, json!({ "statuses": ["CANCELLED"] })).await, [first]);
    let both = json!({ "kinds": ["EXPORT"], "statuses": ["QUEUED", "RUNNING"] });
    assert_eq!(list(provider, both).await, std::slice::from_ref(&second));
    // Each sees what is about rows that they may read, of their own issuer.
    let credentials = app.key(&course.issuer, &[Scope::CredentialsRead]).await;
    assert_eq!(list(&credentials, Value::Null).await, [third, second]);
    assert!(list(&other.provider, Value::Null).await.is_empty());
    let query = "{ bulkOperations { nodes { id } } }";
    assert_eq!(app.anonymous().send(query, json!({})).await.code(), "UNAUTHENTICATED");
    let useless = app.key(&course.issuer, &[Scope::ProgramsRead]).await;
    assert_eq!(useless.send(query, json!({})).await.code(), "FORBIDDEN");
    app.stop().await;
}

#[tokio::test]
async fn what_became_of_rows_is_had_as_a_file() {
    let app = TestApp::start().await;
    let course = Course::publish(&app, "alpha").await;
    course.enroll(2, None).await;
    course.complete([0]).await;
    let operation = course.issue_to(&[course.enrollment(0), course.enrollment(1), "nobody".to_owned()]).await;
    let id = operation["id"].as_str().unwrap();
    let urls = "query($id: ID!) { node(id: $id) { ... on BulkOperation {
        csv: resultsUrl(format: CSV) jsonl: resultsUrl } } }";
    let links = course.provider.data(urls, json!({ "id": id })).await["node"].clone();
    let text = async |name: &str| {
        let answer = fetch(&course.provider, links[name].as_str().unwrap(), HeaderMap::new()).await;
        assert_eq!(answer.status(), 200);
        answer.text().await.unwrap()
    };
    let rows = lines(&text("jsonl").await);
    let told: Vec<_> = rows.iter().map(|row| (row["index"].clone(), row["outcome"].clone())).collect();
    assert_eq!(
        told,
        [(json!(0), json!("ISSUED")), (json!(1), json!("NOT_ELIGIBLE")), (json!(2), json!("FAILED"))]
    );
    let first = &operation["rows"]["edges"][0]["node"];
    assert_eq!(rows[0]["enrollmentId"], first["enrollment"]["id"]);
    assert_eq!(rows[0]["credentialId"], first["credential"]["id"]);
    assert_eq!(
        (&rows[2]["errorCodes"], &rows[2]["errorFields"]),
        (&json!("NOT_FOUND"), &json!("target.enrollments.2"))
    );
    let csv = text("csv").await;
    assert!(csv.starts_with(
        "index,outcome,enrollmentId,credentialId,subjectId,errorCodes,errorFields,errorMessages\r\n0,ISSUED,enr_"
    ));
    assert_eq!(csv.lines().count(), 4);

    // An export has no rows; rows are kept for ninety days.
    let export = ask(&course.provider, json!({ "enrollments": {} }), "CSV").await;
    ended(&course.provider, &export).await;
    let none = course.provider.data(urls, json!({ "id": export })).await["node"].clone();
    assert_eq!(none, json!({ "csv": null, "jsonl": null }));
    app.clock.advance(chrono::TimeDelta::days(91));
    let over = fetch(&course.provider, links["csv"].as_str().unwrap(), HeaderMap::new()).await;
    assert_eq!(over.status(), 410);
    let read = cairn_tests::contract("provider/bulk_operation.graphql");
    for _ in 0..1_200 {
        let node = course.provider.data(&read, json!({ "id": id, "first": 5 })).await["node"].clone();
        if node["rows"]["edges"] == json!([]) {
            assert_eq!(
                (&node["status"], &node["succeeded"]),
                (&json!("SUCCEEDED"), &json!(1)),
                "the counts stay"
            );
            let none = course.provider.data(urls, json!({ "id": id })).await["node"].clone();
            assert_eq!(none, json!({ "csv": null, "jsonl": null }));
            return app.stop().await;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    panic!("the rows were not dropped");
}

#[tokio::test]
async fn an_export_can_be_followed() {
    let app = TestApp::start().await;
    let course = Course::publish(&app, "alpha").await;
    course.enroll(3, None).await;
    let id = ask(&course.provider, json!({ "enrollments": {} }), "CSV").await;
    ended(&course.provider, &id).await;
    let live = operation_text(&cairn_tests::contract("dashboard/live.graphql"), "BulkOperationUpdated");
    let seen =
        cairn_tests::first_message(&course.provider, &live, "BulkOperationUpdated", json!({ "id": id }))
            .await;
    let seen = &seen["bulkOperationUpdated"]["bulkOperation"];
    assert_eq!((&seen["status"], &seen["succeeded"]), (&json!("SUCCEEDED"), &json!(3)));
    app.stop().await;
}
