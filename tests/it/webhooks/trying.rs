//! What becomes of messages that are not accepted: they are tried again by the schedule, given up, and endpoints that nothing reaches are disabled.

use cairn_tests::{Course, Elsewhere, Reply, TestApp};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use super::{Endpoint, UPDATE, body, posts, progress, until};

/// The longest waits after each failed try, as docs/webhooks.md states them.
const WAITS: [i64; 9] = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 57_600, 86_400];

fn moment(value: &Value) -> DateTime<Utc> {
    value.as_str().unwrap().parse().unwrap()
}

/// The one delivery of an endpoint, once it was tried so often.
async fn tried(endpoint: &Endpoint, count: usize) -> Value {
    endpoint.once(|all| all.iter().any(|one| one["attemptCount"] == count)).await.remove(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_tried_ten_times_in_three_days_then_given_up_and_the_endpoint_disabled() {
    let (app, elsewhere) = (TestApp::start_sending().await, Elsewhere::start().await);
    elsewhere.reply("/broken", Reply::status(500));
    elsewhere.reply("/notices", Reply::status(200));
    let course = Course::publish(&app, "alpha").await;
    course.enroll(1, None).await;
    let url = |path: &str| format!("{}{path}", elsewhere.base());
    let broken =
        Endpoint::make(&course.provider, &url("/broken"), &["PROGRESS_UPDATED", "WEBHOOK_ENDPOINT_DISABLED"])
            .await;
    let notices = Endpoint::make(&course.provider, &url("/notices"), &["WEBHOOK_ENDPOINT_DISABLED"]).await;
    progress(&course, 0, 10).await;
    let begun = moment(&tried(&broken, 1).await["attempts"][0]["attemptedAt"]);
    for (made, wait) in (1..).zip(WAITS) {
        let one = tried(&broken, made).await;
        assert_eq!((&one["status"], &one["lastResponseStatus"]), (&json!("PENDING"), &json!(500)));
        let last = &one["attempts"][made - 1];
        assert_eq!(
            (&last["responseStatus"], &last["error"]),
            (&json!(500), &json!("its server answered 500"))
        );
        let (from, to) = (moment(&last["attemptedAt"]), moment(&one["nextAttemptAt"]));
        let waits = (to - from).num_milliseconds();
        // Recording takes a moment, too.
        assert!((wait * 800..wait * 1_000 + 10_000).contains(&waits), "{waits} after try {made}");
        app.clock.advance(to - app.service.now() + TimeDelta::seconds(1));
    }
    let one = tried(&broken, 10).await;
    assert_eq!(
        (&one["status"], &one["nextAttemptAt"], &one["deliveredAt"]),
        (&json!("FAILED"), &Value::Null, &Value::Null)
    );
    let last = moment(&one["attempts"][9]["attemptedAt"]);
    assert!(last - begun <= TimeDelta::days(3) + TimeDelta::minutes(1), "{begun} to {last}");
    let ids: std::collections::BTreeSet<String> = posts(&elsewhere, "/broken", 10)
        .await
        .iter()
        .map(|post| post.headers["webhook-id"].clone())
        .collect();
    assert_eq!(ids.into_iter().collect::<Vec<_>>(), [one["messageId"].as_str().unwrap()]);

    let seen = broken.look().await;
    assert_eq!((&seen["enabled"], &seen["disabledReason"]), (&json!(false), &json!("FAILING")));
    assert!(moment(&seen["failingSince"]) - begun < TimeDelta::minutes(1), "{seen}");
    let told = notices.accepted(1).await;
    let data = &told[0]["payload"]["data"];
    assert_eq!((&data["endpoint"], &data["reason"]), (&json!(broken.id), &json!("FAILING")));
    assert_eq!(moment(&data["since"]), moment(&seen["failingSince"]));
    let log = "{ auditLog(first: 5, filter: { actions: [\"webhook_endpoint.disabled\"] }) { nodes { subject { id } detail } } }";
    let log = course.provider.data(log, json!({})).await["auditLog"]["nodes"].clone();
    assert_eq!((log.as_array().unwrap().len(), &log[0]["subject"]["id"]), (1, &json!(broken.id)));
    assert_eq!(broken.deliveries().await.len(), 1, "of its own end it hears nothing");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_may_ask_for_time() {
    let (app, elsewhere) = (TestApp::start_sending().await, Elsewhere::start().await);
    elsewhere.reply("/busy", Reply::status(429).header("retry-after", "7200"));
    let course = Course::publish(&app, "alpha").await;
    course.enroll(1, None).await;
    let endpoint =
        Endpoint::make(&course.provider, &format!("{}/busy", elsewhere.base()), &["PROGRESS_UPDATED"]).await;
    progress(&course, 0, 10).await;
    let one = tried(&endpoint, 1).await;
    let wait = moment(&one["nextAttemptAt"]) - moment(&one["attempts"][0]["attemptedAt"]);
    assert!((7_200..7_300).contains(&wait.num_seconds()), "{wait}");
    elsewhere.reply("/busy", Reply::status(200));
    app.clock.advance(TimeDelta::hours(2) + TimeDelta::minutes(1));
    let one = endpoint.accepted(1).await.remove(0);
    assert_eq!(
        (&one["attemptCount"], &one["lastResponseStatus"], &one["attempts"][1]["error"]),
        (&json!(2), &json!(200), &Value::Null)
    );
    assert_eq!(endpoint.look().await["failingSince"], Value::Null);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_that_is_gone_is_left_alone_at_once() {
    let (app, elsewhere) = (TestApp::start_sending().await, Elsewhere::start().await);
    elsewhere.reply("/gone", Reply::status(410));
    let course = Course::publish(&app, "alpha").await;
    course.enroll(1, None).await;
    let endpoint =
        Endpoint::make(&course.provider, &format!("{}/gone", elsewhere.base()), &["PROGRESS_UPDATED"]).await;
    progress(&course, 0, 10).await;
    let one = endpoint.once(|all| all.iter().any(|one| one["status"] == "FAILED")).await.remove(0);
    assert_eq!((&one["attemptCount"], &one["lastResponseStatus"]), (&json!(1), &json!(410)));
    let seen = endpoint.look().await;
    assert_eq!((&seen["enabled"], &seen["disabledReason"]), (&json!(false), &json!("GONE")));
    assert!(seen["disabledAt"].is_string());

    // Meanwhile nothing is kept for it; from when it is enabled again it hears of what happens.
    progress(&course, 0, 20).await;
    elsewhere.reply("/gone", Reply::status(200));
    let back = endpoint.update(json!({ "enabled": true })).await;
    assert_eq!(
        (&back["enabled"], &back["disabledReason"], &back["disabledAt"]),
        (&json!(true), &Value::Null, &Value::Null)
    );
    progress(&course, 0, 30).await;
    let told = endpoint.accepted(1).await;
    let percents: Vec<&Value> = told.iter().map(|one| &one["payload"]["data"]["percent"]).collect();
    assert_eq!(percents, [&json!(10.0), &json!(30.0)]);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_when_an_endpoint_is_switched_off_waits_until_it_is_on_or_too_old() {
    let (app, elsewhere) = (TestApp::start_sending().await, Elsewhere::start().await);
    elsewhere.reply("/hook", Reply::status(503));
    let course = Course::publish(&app, "alpha").await;
    course.enroll(2, None).await;
    let endpoint =
        Endpoint::make(&course.provider, &format!("{}/hook", elsewhere.base()), &["PROGRESS_UPDATED"]).await;
    progress(&course, 0, 10).await;
    tried(&endpoint, 1).await;
    let off = endpoint.update(json!({ "enabled": false })).await;
    assert_eq!((&off["enabled"], &off["disabledReason"]), (&json!(false), &json!("REQUESTED")));
    elsewhere.reply("/hook", Reply::status(200));
    app.clock.advance(TimeDelta::hours(1));
    endpoint.update(json!({ "enabled": true })).await;
    endpoint.accepted(1).await;

    elsewhere.reply("/hook", Reply::status(503));
    progress(&course, 1, 10).await;
    endpoint.once(|all| all.len() == 2 && all[1]["attemptCount"] == 1).await;
    endpoint.update(json!({ "enabled": false })).await;
    app.clock.advance(TimeDelta::days(4));
    cairn_service::webhook::clear_away(&app.service).await.unwrap();
    let all = endpoint.deliveries().await;
    assert_eq!((&all[1]["status"], &all[1]["nextAttemptAt"]), (&json!("FAILED"), &Value::Null));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_deleted_or_moved_is_sent_no_more_or_elsewhere() {
    let (app, elsewhere) = (TestApp::start_sending().await, Elsewhere::start().await);
    elsewhere.reply("/old", Reply::status(500));
    elsewhere.reply("/new", Reply::status(200));
    let course = Course::publish(&app, "alpha").await;
    course.enroll(1, None).await;
    let endpoint =
        Endpoint::make(&course.provider, &format!("{}/old", elsewhere.base()), &["PROGRESS_UPDATED"]).await;
    progress(&course, 0, 10).await;
    tried(&endpoint, 1).await;
    endpoint.update(json!({ "url": format!("{}/new", elsewhere.base()) })).await;
    app.clock.advance(TimeDelta::seconds(10));
    endpoint.accepted(1).await;
    assert_eq!(body(&posts(&elsewhere, "/new", 1).await[0])["data"]["percent"], 10.0);

    elsewhere.reply("/new", Reply::status(500));
    progress(&course, 0, 20).await;
    until(async || (elsewhere.posted("/new").len() == 2).then_some(())).await;
    let gone = course.provider.mutate(super::DELETE, json!({ "id": endpoint.id })).await;
    assert_eq!(gone["deletedEndpointId"], json!(endpoint.id));
    let again = course.provider.send(super::DELETE, json!({ "input": { "id": endpoint.id } })).await;
    assert_eq!(again.user_errors(), [("id".to_owned(), "NOT_FOUND".to_owned())]);
    let changed =
        course.provider.send(UPDATE, json!({ "input": { "id": endpoint.id, "enabled": true } })).await;
    assert_eq!(changed.user_errors(), [("id".to_owned(), "NOT_FOUND".to_owned())]);
    let seen = course.provider.data(super::LOOK, json!({ "id": endpoint.id })).await;
    assert_eq!(seen["node"], Value::Null);
    let database = app.database().await;
    use sea_orm::{EntityTrait, PaginatorTrait};
    let left = cairn_service::rows::webhook_delivery::Entity::find().count(&database).await.unwrap();
    let tries = cairn_service::rows::webhook_attempt::Entity::find().count(&database).await.unwrap();
    assert_eq!((left, tries), (0, 0));
    drop(database);
    app.stop().await;
}
