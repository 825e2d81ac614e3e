//! The types that the documentation names are those that there are, and each of them is delivered.

use std::collections::BTreeSet;

use cairn_service::actor::Role;
use cairn_service::webhook::EventType;
use cairn_tests::{Client, Elsewhere, Reply, TestApp, contract, operation_text};
use serde_json::{Value, json};

use super::{ALL, Endpoint};

/// The types in the table of events.
fn documented() -> BTreeSet<String> {
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/webhooks.md");
    let text = std::fs::read_to_string(file).unwrap();
    let table = text.split("## Events").nth(1).unwrap().split("\n## ").next().unwrap();
    let first = table.lines().filter_map(|line| line.strip_prefix("| ")?.split(" | ").next());
    let named = first.filter(|cell| cell.contains('.')).flat_map(|cell| cell.split(", "));
    named.map(|name| name.trim_matches('`').to_owned()).collect()
}

#[test]
fn the_documentation_names_every_type_and_no_other() {
    let types: BTreeSet<String> = EventType::ALL.iter().map(|kind| kind.name().to_owned()).collect();
    assert_eq!(documented(), types);
}

fn program() -> Value {
    let choices = json!([{ "externalId": "a", "text": "One" }, { "externalId": "b", "text": "Two" }]);
    let question = json!({ "externalId": "q", "prompt": "Which?", "answer": { "singleChoice": { "choices": choices, "correct": "a" } } });
    json!({ "externalId": "course", "title": "Course", "achievementType": "Certificate", "criteria": "Be there.", "maySuspend": true,
        "components": [{ "item": { "module": { "externalId": "m0", "title": "All of it" } } }],
        "completionRule": { "componentCompleted": "m0" }, "validity": { "months": 12, "renewalOpensMonthsBefore": 12 },
        "assessments": [
            { "externalId": "test", "title": "Test", "kind": "QUIZ", "grading": "AUTOMATED", "questions": [question] },
            { "externalId": "essay", "title": "Essay", "kind": "ASSIGNMENT", "passMark": 50.0 },
        ] })
}

async fn call(client: &Client, file: &str, operation: &str, input: Value) -> Value {
    client.mutate(&operation_text(&contract(file), operation), input).await
}

fn event(id: &str, kind: &str, enrollment: &str, more: Value) -> Value {
    let mut event = json!({ "eventId": id, "type": kind, "enrollment": { "externalId": enrollment }, "occurredAt": "2026-03-01T09:30:00Z" });
    for (name, value) in more.as_object().unwrap() {
        event[name] = value.clone();
    }
    event
}

/// Two learners are enrolled, hand in, are graded, and complete.
async fn learn(app: &TestApp, issuer: &cairn_tests::TestIssuer, provider: &Client) {
    let learners = ["s-0", "s-1"].map(|id| json!({ "externalId": id, "name": id }));
    call(provider, "provider/upsert_learners.graphql", "UpsertLearners", json!({ "rows": learners })).await;
    let rows = ["s-0", "s-1"].map(|id| json!({ "externalId": id, "learner": { "externalId": id }, "program": { "externalId": "course" } }));
    call(provider, "provider/upsert_enrollments.graphql", "UpsertEnrollments", json!({ "rows": rows })).await;
    let learner = app.person(issuer, Role::Learner, "s-0").await;
    let at = |assessment: &str| json!({ "enrollment": { "externalId": "s-0" }, "assessment": { "externalId": assessment } });
    call(&learner, "learner/start_attempt.graphql", "StartAttempt", at("test")).await;
    let made = call(&learner, "learner/submit_attempt.graphql", "SubmitAttempt", at("essay")).await;
    let grade = json!({ "attempt": { "id": made["attempt"]["id"] }, "score": 60.0 });
    call(provider, "assessor/grade_attempt.graphql", "GradeAttempt", grade).await;
    let scored = json!({ "assessment": { "externalId": "essay" }, "score": 10.0, "maxScore": 100.0 });
    let events = [
        event("scored", "SCORED", "s-1", scored),
        event("void", "VOIDED", "s-1", json!({ "corrects": "scored" })),
        event("done-0", "COMPLETED", "s-0", json!({ "component": "m0" })),
        event("done-1", "COMPLETED", "s-1", json!({ "component": "m0" })),
    ];
    let told =
        call(provider, "provider/record_events.graphql", "RecordEvents", json!({ "events": events })).await;
    assert_eq!(told["summary"]["applied"], 4, "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_documented_type_is_delivered() {
    let (app, elsewhere) = (TestApp::start_sending().await, Elsewhere::start().await);
    elsewhere.reply("/hook", Reply::status(200));
    elsewhere.reply("/gone", Reply::status(410));
    let issuer = app.issuer("alpha").await;
    let provider = app.provider(&issuer).await;
    call(&provider, "provider/upsert_program.graphql", "UpsertProgram", program()).await;
    let named = json!({ "program": { "externalId": "course" } });
    call(&provider, "provider/publish_program.graphql", "PublishProgram", named).await;
    let hook = Endpoint::make(&provider, &format!("{}/hook", elsewhere.base()), &ALL).await;
    // It is gone with its first message.
    Endpoint::make(&provider, &format!("{}/gone", elsewhere.base()), &["ENROLLMENT_UPDATED"]).await;
    hook.ping().await;
    learn(&app, &issuer, &provider).await;
    let everyone = json!({ "target": { "everyoneEligibleIn": { "externalId": "course" } } });
    let made = call(&provider, "provider/issue_credentials.graphql", "IssueCredentials", everyone).await;
    cairn_tests::ended(&provider, made["bulkOperation"]["id"].as_str().unwrap()).await;
    let list = "{ credentials(first: 9) { nodes { id } } }";
    let held = provider.data(list, json!({})).await["credentials"]["nodes"].clone();
    let lives = "provider/credential_lifecycle.graphql";
    let of = |n: usize, more: Value| {
        let mut input = more;
        input["credential"] = json!({ "id": held[n]["id"] });
        input
    };
    call(&provider, lives, "SuspendCredential", of(0, json!({}))).await;
    call(&provider, lives, "ReinstateCredential", of(0, json!({}))).await;
    call(&provider, lives, "ReplaceCredential", of(0, json!({ "reason": "A slip" }))).await;
    call(&provider, lives, "RenewCredential", of(1, json!({}))).await;

    let delivered = async |but: &[&str]| {
        let wanted: BTreeSet<String> =
            documented().into_iter().filter(|kind| !but.contains(&kind.as_str())).collect();
        hook.once(|all| {
            let there = all.iter().filter(|one| one["status"] == "DELIVERED");
            let there: BTreeSet<String> =
                there.map(|one| one["payload"]["type"].as_str().unwrap().to_owned()).collect();
            wanted.is_subset(&there)
        })
        .await;
    };
    // Nobody waits a year for messages.
    delivered(&["credential.expired"]).await;
    app.clock.advance(chrono::TimeDelta::days(400));
    cairn_service::credential::tell_expired(&app.service).await.unwrap();
    delivered(&[]).await;
    app.stop().await;
}
