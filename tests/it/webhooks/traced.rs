//! What a request has others told later is told as part of the trace that the request is part of, and recorded under the request's id.

use cairn_tests::{Course, Elsewhere, Reply, TestApp, contract, ended};
use serde_json::{Value, json};

use super::{Endpoint, posts, types};

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

/// Sends a mutation as part of the trace, under a request id.
async fn traced(course: &Course, document: &str, input: Value) -> Value {
    let request = cairn_tests::http()
        .post(format!("{}/graphql", course.provider.base()))
        .header("authorization", course.provider.authorization().unwrap())
        .header("traceparent", format!("00-{TRACE}-00f067aa0ba902b7-01"))
        .header("x-request-id", "lms-4711")
        .json(&json!({ "query": document, "variables": { "input": input } }));
    let answer: Value = request.send().await.unwrap().json().await.unwrap();
    assert!(answer.get("errors").is_none(), "{answer}");
    answer["data"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn webhooks_and_bulk_operations_carry_the_trace_and_the_request_on() {
    let (app, elsewhere) = (TestApp::start_sending().await, Elsewhere::start().await);
    elsewhere.reply("/hook", Reply::ok(""));
    let course = Course::publish(&app, "alpha").await;
    course.enroll(2, None).await;
    course.complete([0, 1]).await;
    let asked = ["CREDENTIAL_ISSUED", "BULK_OPERATION_FINISHED"];
    let endpoint = Endpoint::make(&course.provider, &format!("{}/hook", elsewhere.base()), &asked).await;

    let issue = contract("provider/issue_credentials.graphql");
    let input = json!({ "target": { "enrollments": [{ "externalId": course.enrollment(0) }] } });
    let issued = traced(&course, &issue, input).await;
    let operation = issued["issueCredentials"]["bulkOperation"]["id"].as_str().unwrap().to_owned();
    ended(&course.provider, &operation).await;
    let told = posts(&elsewhere, "/hook", 2).await;
    assert_eq!(types(&told).len(), 2);
    let mut calls = std::collections::BTreeSet::new();
    for post in &told {
        let parts: Vec<&str> = post.headers["traceparent"].split('-').collect();
        assert_eq!((parts[0], parts[1], parts[3]), ("00", TRACE, "01"), "{post:?}");
        assert!(parts[2] != "00f067aa0ba902b7" && parts[2].len() == 16, "a call has an id of its own");
        calls.insert(parts[2].to_owned());
    }
    assert_eq!(calls.len(), 2);

    // Each step of the operation is recorded under the request that asked for it.
    let log = "{ auditLog(first: 50, filter: { requestId: \"lms-4711\" }) { nodes { action } } }";
    let operator = app.operator().await;
    let log = operator.data(log, json!({})).await;
    let actions: Vec<&str> = log["auditLog"]["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|node| node["action"].as_str().unwrap())
        .collect();
    assert!(
        actions.contains(&"credential.issued") && actions.contains(&"bulk_operation.requested"),
        "{actions:?}"
    );

    // Without a trace nothing is said of one.
    course.issue_to_everyone().await;
    let all = posts(&elsewhere, "/hook", 4).await;
    assert!(all[2..].iter().all(|post| !post.headers.contains_key("traceparent")), "{all:?}");
    drop(endpoint);
    app.stop().await;
}
