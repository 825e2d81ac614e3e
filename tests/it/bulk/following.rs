//! Following an operation, away and back again.

use cairn_service::{bulk_operation, feed};
use cairn_tests::{Client, Course, Subscribed, TestApp, contract, operation_text};
use serde_json::{Value, json};

use super::ask;

fn document() -> String {
    operation_text(&contract("dashboard/live.graphql"), "BulkOperationUpdated")
}

async fn follow(client: &Client, id: &str, after: Value) -> Subscribed {
    Subscribed::to(client, &document(), "BulkOperationUpdated", json!({ "id": id, "after": after })).await
}

/// What server-sent events tell until they are complete, taken up where `last` was heard.
async fn events(client: &Client, id: &str, last: &str) -> String {
    let body = json!({ "query": document(), "variables": { "id": id } });
    let request = cairn_tests::http().post(format!("{}/graphql", client.base())).json(&body);
    let request = request.header("accept", "text/event-stream").header("last-event-id", last);
    let answer = request.header("authorization", client.authorization().unwrap()).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    answer.text().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_was_away_hears_how_it_ended_and_nothing_twice() {
    // It works on no operation by itself: what is heard does not depend on who is faster.
    let app = TestApp::start_with(|service| service.config.bulk_operations = 0).await;
    let course = Course::publish(&app, "alpha").await;
    course.enroll(1_100, None).await;
    let provider = &course.provider;
    let id = ask(provider, json!({ "enrollments": {} }), "CSV").await;
    let other = ask(provider, json!({ "enrollments": {} }), "CSV").await;
    let mut listening = follow(provider, &id, Value::Null).await;
    let waits = listening.data().await["bulkOperationUpdated"].clone();
    assert_eq!(waits["bulkOperation"]["status"], "QUEUED");
    drop(listening);
    let foreign = follow(provider, &other, Value::Null).await.data().await["bulkOperationUpdated"].clone();

    // Whoever knows how it stands hears of the next step.
    let mut on = follow(provider, &id, waits["cursor"].clone()).await;
    assert!(on.is_silent().await);
    let claimed = bulk_operation::claim(&app.service).await.unwrap().unwrap();
    assert_eq!(on.data().await["bulkOperationUpdated"]["bulkOperation"]["status"], "RUNNING");
    drop(on);
    bulk_operation::run(&app.service, claimed, |_| {}).await.unwrap();

    // Of the steps meanwhile nothing, of the end everything.
    let mut ended = Value::Null;
    for after in [Value::Null, waits["cursor"].clone()] {
        let mut back = follow(provider, &id, after).await;
        ended = back.data().await["bulkOperationUpdated"].clone();
        let told = &ended["bulkOperation"];
        assert_eq!((&told["status"], &told["succeeded"]), (&json!("SUCCEEDED"), &json!(1_100)));
        assert_eq!(back.message().await["type"], "complete");
    }
    let mut knows = follow(provider, &id, ended["cursor"].clone()).await;
    assert_eq!(knows.message().await["type"], "complete", "it knows the end");

    let (first, last) = (waits["cursor"].as_str().unwrap(), ended["cursor"].as_str().unwrap());
    let told = events(provider, &id, first).await;
    assert!(told.contains(&format!("id: {last}\n")) && told.contains("SUCCEEDED"), "{told}");
    assert!(told.contains("event: complete"), "{told}");
    let told = events(provider, &id, last).await;
    assert!(!told.contains("event: next") && told.contains("event: complete"), "{told}");

    let places = ["", "x", foreign["cursor"].as_str().unwrap(), &feed::cursor(0)].map(str::to_owned);
    for bad in places {
        let mut refused = follow(provider, &id, json!(bad)).await;
        assert_eq!(refused.refusal().await, "BAD_REQUEST", "{bad}");
    }
    app.stop().await;
}
