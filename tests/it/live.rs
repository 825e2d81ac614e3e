//! Following what happens: credentials as they are issued, progress as it is made; in order, from any place, and only by who may see it.

use std::collections::BTreeMap;

use cairn_service::actor::Role;
use cairn_service::feed;
use cairn_service::patch::Patch;
use cairn_tests::{Client, Course, Subscribed, TestApp, contract, operation_text};
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};

async fn follow(client: &Client, name: &str, variables: Value) -> Subscribed {
    let document = operation_text(&contract("dashboard/live.graphql"), name);
    Subscribed::to(client, &document, name, variables).await
}

/// The cursor of what happened last: places are gapless, so that there are as many as events.
async fn now(app: &TestApp) -> String {
    let database = app.database().await;
    let sql = Statement::from_string(database.get_database_backend(), "SELECT COUNT(*) AS many FROM outbox");
    let row = database.query_one_raw(sql).await.unwrap().unwrap();
    feed::cursor(row.try_get("", "many").unwrap())
}

/// Records that a learner got on with the module.
async fn progress(course: &Course, learner: usize, percent: u32) {
    let event = json!({ "eventId": format!("{learner}-{percent}"), "type": "PROGRESSED", "component": "m0", "percent": percent,
        "enrollment": { "externalId": course.enrollment(learner) }, "occurredAt": "2026-03-01T09:30:00Z" });
    course.provider.mutate(&contract("provider/record_events.graphql"), json!({ "events": [event] })).await;
}

/// Revokes the key of the course's issuer that has this one scope.
async fn revoke(course: &Course, scope: &str) {
    let keys = course.provider.data("{ apiKeys(first: 50) { nodes { id scopes } } }", json!({})).await;
    let keys = keys["apiKeys"]["nodes"].as_array().unwrap().clone();
    let key = keys.iter().find(|key| key["scopes"] == json!([scope])).unwrap();
    let revoke =
        "mutation($input: RevokeApiKeyInput!) { revokeApiKey(input: $input) { userErrors { code } } }";
    course.provider.mutate(revoke, json!({ "id": key["id"] })).await;
}

/// Two percentages and whose they are.
fn told(data: &Value) -> (String, f64) {
    let enrollment = &data["progressUpdated"]["enrollment"];
    (enrollment["id"].as_str().unwrap().to_owned(), enrollment["progress"]["percent"].as_f64().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn credentials_are_told_as_they_are_issued_and_from_any_place_again() {
    let app = TestApp::start().await;
    let course = Course::publish(&app, "alpha").await;
    let second = Course::publish_at(&app, course.issuer.clone(), course.provider.clone(), "second").await;
    for one in [&course, &second] {
        one.enroll(3, None).await;
        one.complete(0..3).await;
    }
    let dashboard = app.dashboard(&course.issuer).await;
    let mut from_now = follow(&dashboard, "CredentialIssued", json!({})).await;
    let start = now(&app).await;
    let mut all = follow(&dashboard, "CredentialIssued", json!({ "after": start })).await;
    let only = json!({ "program": { "externalId": "second" }, "after": start });
    let mut of_second = follow(&dashboard, "CredentialIssued", only.clone()).await;
    course.issue_to(&[course.enrollment(0)]).await;
    let first = all.data().await["credentialIssued"].clone();
    assert_eq!(first["credential"]["learner"]["externalId"], "s-0");
    assert_eq!(first["credential"]["status"], "ACTIVE");
    second.issue_to(&[second.enrollment(1)]).await;
    let other = all.data().await["credentialIssued"].clone();
    assert_eq!(of_second.data().await["credentialIssued"], other, "and nothing of the other program");
    course.issue_to(&[course.enrollment(1)]).await;
    let third = all.data().await["credentialIssued"].clone();
    assert!(of_second.is_silent().await);

    // A client that was away goes on where it was.
    let mut again = follow(&dashboard, "CredentialIssued", json!({ "after": first["cursor"] })).await;
    assert_eq!(again.data().await["credentialIssued"], other);
    assert_eq!(again.data().await["credentialIssued"], third);
    let mut from_start = follow(
        &dashboard,
        "CredentialIssued",
        json!({ "after": feed::cursor(0), "program": only["program"] }),
    )
    .await;
    assert_eq!(from_start.data().await["credentialIssued"], other);
    assert!(again.is_silent().await);
    course.issue_to(&[course.enrollment(2)]).await;
    let last = again.data().await;
    // When exactly it began to listen nobody knows; the last one it hears.
    while from_now.data().await != last {}
    for bad in ["", "x", "ZmVlZDotMQ", &feed::cursor(i64::MAX)] {
        let mut refused = follow(&dashboard, "CredentialIssued", json!({ "after": bad })).await;
        assert_eq!(refused.refusal().await, "BAD_REQUEST", "{bad}");
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_who_may_see_it_is_told_and_only_as_long_as_they_may() {
    let app = TestApp::start().await;
    let course = Course::publish(&app, "alpha").await;
    let stranger = Course::publish(&app, "beta").await;
    course.enroll(2, None).await;
    let learner = app.person(&course.issuer, Role::Learner, "s-0").await;
    let start = json!({ "after": now(&app).await });
    let mut own = follow(&learner, "ProgressUpdated", start.clone()).await;
    let mut strange = follow(&stranger.provider, "ProgressUpdated", start.clone()).await;
    let leaving = app.key(&course.issuer, &[cairn_service::actor::Scope::EnrollmentsRead]).await;
    let mut left = follow(&leaving, "ProgressUpdated", start).await;
    progress(&course, 0, 20).await;
    assert_eq!(told(&own.data().await).1, 20.0);
    assert_eq!(told(&left.data().await).1, 20.0);

    // The key is revoked while it listens.
    revoke(&course, "ENROLLMENTS_READ").await;
    progress(&course, 1, 30).await;
    assert_eq!(left.refusal().await, "UNAUTHENTICATED");
    assert!(own.is_silent().await, "what others do is not theirs");
    assert!(strange.is_silent().await);

    let one = json!({ "enrollment": { "externalId": course.enrollment(0) } });
    for (client, variables, code) in [
        (app.anonymous(), json!({}), "UNAUTHENTICATED"),
        (app.key(&course.issuer, &[cairn_service::actor::Scope::ProgramsRead]).await, json!({}), "FORBIDDEN"),
        (stranger.provider.clone(), one, "NOT_FOUND"),
        (course.provider.clone(), json!({ "program": { "externalId": "nothing" } }), "NOT_FOUND"),
    ] {
        assert_eq!(follow(&client, "ProgressUpdated", variables).await.refusal().await, code);
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn however_many_happen_at_once_each_is_told_once_and_those_of_one_subject_in_order() {
    const LEARNERS: usize = 8;
    const STEPS: u32 = 6;
    let app = TestApp::start().await;
    let course = Course::publish(&app, "alpha").await;
    course.revise(|new| new.summary = Patch::Set("Once more".to_owned())).await;
    course.enroll(LEARNERS, None).await;
    let start = json!({ "after": now(&app).await });
    let mut all = follow(&course.provider, "ProgressUpdated", start).await;
    let database = app.database().await;
    let figure = async |sql: &str, name: &str| {
        let statement = Statement::from_string(database.get_database_backend(), sql);
        database.query_one_raw(statement).await.unwrap().unwrap().try_get::<i64>("", name).unwrap()
    };
    let before = figure("SELECT MAX(id) AS last FROM outbox", "last").await;
    let work = (0..LEARNERS).map(|learner| {
        let course = &course;
        async move {
            for step in 1..=STEPS {
                progress(course, learner, step * 10).await;
            }
        }
    });
    futures_util::future::join_all(work).await;
    let mut heard: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    let mut cursors = Vec::new();
    let happened = format!(
        "SELECT COUNT(*) AS many FROM outbox WHERE event IN ('progress.updated', 'enrollment.updated') AND id > {before}"
    );
    let happened = figure(&happened, "many").await;
    for _ in 0..happened {
        let data = all.data().await;
        let (enrollment, percent) = told(&data);
        heard.entry(enrollment).or_default().push(percent);
        cursors.push(data["progressUpdated"]["cursor"].as_str().unwrap().to_owned());
    }
    assert!(all.is_silent().await);
    assert_eq!(heard.len(), LEARNERS);
    for percents in heard.values() {
        assert!(
            percents.len() >= STEPS as usize && percents.is_sorted() && percents.last() == Some(&60.0),
            "{percents:?}"
        );
    }
    let distinct: std::collections::BTreeSet<&String> = cursors.iter().collect();
    assert_eq!(distinct.len(), cursors.len());

    // The places are gapless, and follow the order in which events of one subject were written.
    let all = "FROM outbox WHERE position IS NOT NULL";
    let last = figure(&format!("SELECT MAX(position) AS last {all}"), "last").await;
    assert_eq!(figure(&format!("SELECT COUNT(*) AS many {all}"), "many").await, last);
    let turned = "SELECT COUNT(*) AS turned FROM outbox a JOIN outbox b ON a.subject_id = b.subject_id WHERE a.id < b.id AND a.position > b.position";
    assert_eq!(figure(turned, "turned").await, 0);
    drop(database);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_follows_an_operation_must_still_be_let_in_at_every_step() {
    use cairn_service::rows::bulk_operation;
    use cairn_service::rows::enums::BulkStatus;
    use sea_orm::sea_query::Expr;
    use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
    let app = TestApp::start().await;
    let course = Course::publish(&app, "alpha").await;
    course.enroll(1, None).await;
    course.complete([0]).await;
    let operation = course.issue_to_everyone().await["id"].clone();
    let (_, row) = cairn_service::ids::decode(operation.as_str().unwrap()).unwrap();
    // As if another node were still at it.
    let step = async |processed: i32| {
        let later = app.service.now() + chrono::TimeDelta::hours(1);
        bulk_operation::Entity::update_many()
            .col_expr(bulk_operation::Column::Status, Expr::value(BulkStatus::Running))
            .col_expr(bulk_operation::Column::LeaseUntil, Expr::value(later))
            .col_expr(bulk_operation::Column::Processed, Expr::value(processed))
            .filter(bulk_operation::Column::Id.eq(row))
            .exec(&app.database().await)
            .await
            .unwrap();
    };
    step(7).await;
    let leaving = app.key(&course.issuer, &[cairn_service::actor::Scope::CredentialsRead]).await;
    let named = json!({ "id": operation });
    let mut left = follow(&leaving, "BulkOperationUpdated", named.clone()).await;
    let mut stays = follow(&course.provider, "BulkOperationUpdated", named).await;
    let processed = |data: Value| data["bulkOperationUpdated"]["bulkOperation"]["processed"].clone();
    assert_eq!((processed(left.data().await), processed(stays.data().await)), (json!(7), json!(7)));
    step(8).await;
    assert_eq!((processed(left.data().await), processed(stays.data().await)), (json!(8), json!(8)));
    revoke(&course, "CREDENTIALS_READ").await;
    step(9).await;
    assert_eq!(left.refusal().await, "UNAUTHENTICATED");
    assert_eq!(processed(stays.data().await), 9);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_node_does_is_told_at_another_and_a_cursor_holds_at_both() {
    let app = TestApp::start().await;
    let other = app.beside(|_| {}).await;
    let course = Course::publish(&app, "alpha").await;
    course.enroll(1, None).await;
    let there = other.provider(&course.issuer).await;
    let start = json!({ "after": now(&app).await });
    let mut at_other = follow(&there, "ProgressUpdated", start).await;
    for percent in [10, 20, 30] {
        progress(&course, 0, percent).await;
    }
    let mut heard = Vec::new();
    for _ in 0..3 {
        heard.push(at_other.data().await);
    }
    let percents: Vec<f64> = heard.iter().map(|data| told(data).1).collect();
    assert!(percents.is_sorted() && percents.last() == Some(&30.0), "{percents:?}");
    assert!(at_other.is_silent().await);
    let cursor = |data: &Value| data["progressUpdated"]["cursor"].clone();
    let mut at_first =
        follow(&course.provider, "ProgressUpdated", json!({ "after": cursor(&heard[0]) })).await;
    for data in &heard[1..] {
        assert_eq!(cursor(&at_first.data().await), cursor(data));
    }
    other.stop().await;
    app.stop().await;
}
