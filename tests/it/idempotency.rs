//! Idempotency keys: what is asked for again under the same key is done once and answered alike. That holds for every mutation of every other story, too:
//! the client of the tests asks for each of them twice.

use cairn_service::actor::Scope;
use cairn_service::rows::{enrollment, kept_outcome, learner};
use cairn_tests::{Answer, Client, TestApp, contract, operation_text};
use chrono::TimeDelta;
use futures_util::future::join_all;
use sea_orm::EntityTrait;
use serde_json::{Value, json};

use crate::school::{Run, School};

fn rows(names: &[&str]) -> Value {
    let row = |name: &&str| json!({ "externalId": name, "name": format!("Name of {name}") });
    json!({ "input": { "rows": names.iter().map(row).collect::<Vec<_>>() } })
}

async fn upsert(client: &Client, key: &str, names: &[&str]) -> Answer {
    client.send_keyed(Some(key), &contract("provider/upsert_learners.graphql"), None, rows(names)).await
}

async fn count<E: EntityTrait>(app: &TestApp) -> usize {
    E::find().all(&app.database().await).await.unwrap().len()
}

#[tokio::test]
async fn a_repeat_is_answered_alike_and_does_nothing() {
    let app = TestApp::start().await;
    let issuer = app.issuer("ou").await;
    let provider = app.provider(&issuer).await;

    // One row is refused: its error belongs to what is told again.
    let first = upsert(&provider, "class-7", &["ann", "bob", ""]).await;
    assert_eq!(first.payload()["summary"]["created"], 2);
    assert!(!first.replayed);
    let again = upsert(&provider, "class-7", &["ann", "bob", ""]).await;
    assert!(again.replayed);
    assert_eq!(again.body, first.body);

    // A repeat may ask for other fields: it is answered, not copied.
    let other = "mutation($input: UpsertLearnersInput!) { upsertLearners(input: $input) { results { learner { name } } } }";
    let other = provider.send_keyed(Some("class-7"), other, None, rows(&["ann", "bob", ""])).await;
    assert!(other.replayed);
    let names: Vec<&Value> =
        other.body["data"]["upsertLearners"]["results"].as_array().unwrap().iter().collect();
    assert_eq!(names[0]["learner"]["name"], "Name of ann");
    assert_eq!(names[2]["learner"], Value::Null);

    // The same key for something else is refused, and nothing is done.
    let reused = upsert(&provider, "class-7", &["ann", "cleo"]).await;
    assert_eq!((reused.status.as_u16(), reused.code()), (422, "IDEMPOTENCY_KEY_REUSED"));
    assert_eq!(reused.body.get("data"), None);
    let cohorts =
        "mutation($input: UpsertCohortsInput!) { upsertCohorts(input: $input) { results { index } } }";
    let reused =
        provider.send_keyed(Some("class-7"), cohorts, None, json!({ "input": { "rows": [] } })).await;
    assert_eq!((reused.status.as_u16(), reused.code()), (422, "IDEMPOTENCY_KEY_REUSED"));

    // Another caller's key is another key.
    let colleague = app.provider(&issuer).await;
    let theirs = upsert(&colleague, "class-7", &["cleo"]).await;
    assert!(!theirs.replayed);
    assert_eq!(theirs.payload()["summary"]["created"], 1);
    app.stop().await;
}

#[tokio::test]
async fn a_key_holds_for_a_day() {
    let app = TestApp::start().await;
    let provider = app.provider(&app.issuer("ou").await).await;
    upsert(&provider, "daily", &["ann"]).await.payload();
    app.clock.advance(TimeDelta::hours(24) - TimeDelta::minutes(1));
    assert!(upsert(&provider, "daily", &["ann"]).await.replayed);
    app.clock.advance(TimeDelta::minutes(2));
    let new_day = upsert(&provider, "daily", &["bob"]).await;
    assert!(!new_day.replayed);
    assert_eq!(new_day.payload()["summary"]["created"], 1);
    assert!(upsert(&provider, "daily", &["bob"]).await.replayed);

    // What is kept no longer is gone.
    app.clock.advance(TimeDelta::hours(25));
    cairn_service::idempotency::prune(&app.service).await.unwrap();
    assert_eq!(count::<kept_outcome::Entity>(&app).await, 0);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn twins_have_one_effect_and_one_answer() {
    let app = TestApp::start().await;
    let school = School::found(&app, "ou").await;
    school.program("data").await;
    school.cohort("data", "spring", Run::default()).await;
    let names: Vec<String> = (0..6).map(|n| format!("learner-{n}")).collect();
    school.learners(&names.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let enroll = contract("learner/enroll.graphql");
    for name in &names {
        let learner = school.learner(name).await;
        let input =
            json!({ "input": { "program": { "externalId": "data" }, "cohort": { "externalId": "spring" } } });
        let twins = (0..5).map(|_| learner.send_keyed(Some("once"), &enroll, None, input.clone()));
        let answers = join_all(twins).await;
        assert_eq!(answers[0].payload()["userErrors"], json!([]));
        assert!(answers.iter().all(|answer| answer.body == answers[0].body), "{answers:#?}");
        assert_eq!(answers.iter().filter(|answer| !answer.replayed).count(), 1);
    }
    assert_eq!(count::<enrollment::Entity>(&app).await, names.len());
    app.stop().await;
}

#[tokio::test]
async fn a_refusal_is_told_again_too() {
    let app = TestApp::start().await;
    let school = School::found(&app, "ou").await;
    school.program("data").await;
    school.learners(&["ann"]).await;
    let enroll = contract("learner/enroll.graphql");
    let ann = school.learner("ann").await;
    let into =
        json!({ "input": { "program": { "externalId": "data" }, "cohort": { "externalId": "autumn" } } });
    let first = ann.send_keyed(Some("k1"), &enroll, None, into.clone()).await;
    let errors = first.user_errors();
    assert_eq!(errors.len(), 1, "{first:?}");

    // What was missing comes. The key still stands for what was answered; a new one asks anew.
    school.cohort("data", "autumn", Run::default()).await;
    let again = ann.send_keyed(Some("k1"), &enroll, None, into.clone()).await;
    assert!(again.replayed);
    assert_eq!(again.user_errors(), errors);
    let anew = ann.send_keyed(Some("k2"), &enroll, None, into.clone()).await;
    assert_eq!(anew.user_errors(), []);

    // A denial or a malformed request is no outcome: the key is as if it had never been sent.
    let analyst = app.dashboard(&school.issuer).await;
    let denied = upsert(&analyst, "k3", &["bob"]).await;
    assert_eq!(denied.code(), "FORBIDDEN");
    assert_eq!(upsert(&analyst, "k3", &["cleo"]).await.code(), "FORBIDDEN");
    app.stop().await;
}

#[tokio::test]
async fn a_secret_is_shown_once() {
    let app = TestApp::start().await;
    let issuer = app.issuer("ou").await;
    let admin = app.key(&issuer, &[Scope::KeysManage]).await;
    let create = operation_text(&contract("provider/api_keys.graphql"), "CreateApiKey");
    let input = json!({ "input": { "name": "nightly", "scopes": ["PROGRAMS_READ"] } });
    let first = admin.send_keyed(Some("k"), &create, None, input.clone()).await.payload();
    assert!(first["secret"].as_str().unwrap().starts_with("cairn_"));
    let again = admin.send_keyed(Some("k"), &create, None, input).await;
    assert!(again.replayed);
    let again = again.payload();
    assert_eq!((&again["secret"], &again["apiKey"]), (&Value::Null, &first["apiKey"]));
    app.stop().await;
}

#[tokio::test]
async fn what_is_no_key_is_refused_and_queries_need_none() {
    let app = TestApp::start().await;
    let provider = app.provider(&app.issuer("ou").await).await;
    for bad in ["", "two words", &"k".repeat(256)] {
        let answer = upsert(&provider, bad, &["ann"]).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (400, "BAD_REQUEST"), "{bad:?}");
    }
    let two = "mutation($input: UpsertLearnersInput!) {
        one: upsertLearners(input: $input) { summary { total } } other: upsertLearners(input: $input) { summary { total } } }";
    let answer = provider.send_keyed(Some("k"), two, None, rows(&["ann"])).await;
    assert_eq!((answer.status.as_u16(), answer.code()), (400, "BAD_REQUEST"));
    assert_eq!(count::<learner::Entity>(&app).await, 0);
    // Queries are idempotent by themselves: a key that comes with one means nothing.
    let query = provider.send_keyed(Some("k"), "{ a: __typename b: __typename }", None, json!({})).await;
    assert!(!query.replayed);
    query.data();
    app.stop().await;
}
