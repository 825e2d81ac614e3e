//! GraphQL over HTTP and over server-sent events, judged by the libraries of those who wrote the specifications, over the real schema.

use std::process::Output;

use cairn_service::feed;
use cairn_tests::{Course, TestApp, contract, operation_text};
use serde_json::{Value, json};

use crate::independent::{lines, run_node};

async fn node(script: &'static str, arguments: Vec<String>) -> Output {
    // The server lives in this process: it must be able to go on while the client runs.
    tokio::task::spawn_blocking(move || run_node(script, &arguments)).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_audit_of_graphql_over_http_passes() {
    let app = TestApp::start().await;
    let output = node("audit.mjs", vec!["--json".to_owned(), format!("{}/graphql", app.base())]).await;
    let report = lines(&output).remove(0);
    assert_eq!(report["failures"], json!([]), "{report:#}");
    assert!(report["total"].as_u64().unwrap() >= 61, "{report:#}");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happens_is_followed_by_events_from_any_place() {
    let app = TestApp::start().await;
    let course = Course::publish(&app, "ou").await;
    course.enroll(3, None).await;
    course.complete([0, 1, 2]).await;
    course.issue_to_everyone().await;
    let document = operation_text(&contract("dashboard/live.graphql"), "CredentialIssued");
    let follow = |after: String, take: usize| {
        let variables = json!({ "program": { "externalId": "course" }, "after": after });
        let authorization = course.provider.authorization().unwrap().to_owned();
        let url = format!("{}/graphql", app.base());
        let document = document.clone();
        async move {
            let arguments = ["--authorization", &authorization, "--take", &take.to_string()]
                .into_iter()
                .chain(["--variables", &variables.to_string(), &url, &document])
                .map(str::to_owned)
                .collect();
            lines(&node("sse.mjs", arguments).await)
        }
    };
    let told = |answers: &[Value]| -> Vec<Value> {
        answers.iter().map(|answer| answer["data"]["credentialIssued"]["credential"]["id"].clone()).collect()
    };
    let all = follow(feed::cursor(0), 3).await;
    assert_eq!(told(&all).len(), 3);
    assert!(told(&all).iter().all(Value::is_string), "{all:#?}");
    let cursor = all[0]["data"]["credentialIssued"]["cursor"].as_str().unwrap().to_owned();
    assert_eq!(told(&follow(cursor, 2).await), told(&all)[1..]);

    // Somebody who may not see them is told so by an event.
    let arguments = vec![format!("{}/graphql", app.base()), document.clone()];
    let refused = lines(&node("sse.mjs", arguments).await);
    assert_eq!(refused[0]["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
    app.stop().await;
}
