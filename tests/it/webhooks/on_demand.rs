//! What is sent because somebody asks: pings, deliveries once more, a span of time once more; and secrets that are exchanged.

use cairn_tests::{Course, Elsewhere, Reply, TestApp};
use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{Endpoint, REPLAY, ROTATE, body, now_of, operation, posts, progress, until, verified};

async fn receiving(events: &[&str], learners: usize) -> (TestApp, Elsewhere, Course, Endpoint) {
    let (app, elsewhere) = (TestApp::start_sending().await, Elsewhere::start().await);
    elsewhere.reply("/hook", Reply::status(200));
    let course = Course::publish(&app, "alpha").await;
    course.enroll(learners, None).await;
    let endpoint = Endpoint::make(&course.provider, &format!("{}/hook", elsewhere.base()), events).await;
    (app, elsewhere, course, endpoint)
}

#[tokio::test(flavor = "multi_thread")]
async fn while_a_secret_is_exchanged_both_verify() {
    let (app, elsewhere, course, endpoint) = receiving(&["CREDENTIAL_ISSUED"], 0).await;
    endpoint.ping().await;
    let first = posts(&elsewhere, "/hook", 1).await.remove(0);
    assert_eq!(first.headers["webhook-signature"].split(' ').count(), 1);
    let made = course.provider.mutate(ROTATE, json!({ "id": endpoint.id, "overlapHours": 24 })).await;
    let new = made["secret"].as_str().unwrap().to_owned();
    assert_ne!(new, endpoint.secret);
    assert!(made["endpoint"]["previousSecretUntil"].is_string());

    endpoint.ping().await;
    let second = posts(&elsewhere, "/hook", 2).await.remove(1);
    assert_eq!(second.headers["webhook-signature"].split(' ').count(), 2);
    for secret in [&endpoint.secret, &new] {
        assert!(verified(secret, &second, now_of(&app)));
    }
    assert!(!verified(&new, &first, now_of(&app)));

    app.clock.advance(TimeDelta::hours(25));
    endpoint.ping().await;
    let third = posts(&elsewhere, "/hook", 3).await.remove(2);
    assert_eq!(third.headers["webhook-signature"].split(' ').count(), 1);
    assert!(verified(&new, &third, now_of(&app)) && !verified(&endpoint.secret, &third, now_of(&app)));

    // Without an overlap the old one is over at once; and a master key that is changed takes the secrets along.
    let made = course.provider.mutate(ROTATE, json!({ "id": endpoint.id, "overlapHours": 0 })).await;
    endpoint.ping().await;
    let fourth = posts(&elsewhere, "/hook", 4).await.remove(3);
    assert!(!verified(&new, &fourth, now_of(&app)));
    let last = made["secret"].as_str().unwrap();
    assert!(verified(last, &fourth, now_of(&app)));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_master_key_can_be_changed_under_webhooks() {
    use cairn_service::random::SystemRandom;
    use cairn_service::seal::MasterKey;
    let (mut app, elsewhere, course, endpoint) = receiving(&["CREDENTIAL_ISSUED"], 0).await;
    let made = course.provider.mutate(ROTATE, json!({ "id": endpoint.id })).await;
    app.halt().await;
    let new = MasterKey::generate(&SystemRandom).unwrap();
    let both = new.clone().with_previous(&app.service.master_key);
    let changing = app.beside_under(both, cairn_tests::sending).await;
    let done = cairn_service::master_key::rotate(&changing.service, &cairn_service::actor::Actor::system())
        .await
        .unwrap();
    assert!(done.anew >= 2, "{done:?}");
    changing.stop().await;
    // Now the new one opens them alone.
    let changed = app.beside_under(new, cairn_tests::sending).await;
    let endpoint = Endpoint { client: changed.provider(&course.issuer).await, ..endpoint };
    endpoint.ping().await;
    let post = posts(&elsewhere, "/hook", 1).await.remove(0);
    for secret in [endpoint.secret.as_str(), made["secret"].as_str().unwrap()] {
        assert!(verified(secret, &post, now_of(&changed)));
    }
    changed.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delivery_is_sent_once_more_under_the_same_message_id() {
    let (app, elsewhere, course, endpoint) = receiving(&["PROGRESS_UPDATED"], 2).await;
    progress(&course, 0, 10).await;
    let first = endpoint.accepted(1).await.remove(0);
    let redeliver = operation("RedeliverWebhook");
    let made =
        course.provider.mutate(&redeliver, json!({ "delivery": first["id"] })).await["delivery"].clone();
    assert_eq!(made["status"], "PENDING");
    let all = endpoint.accepted(2).await;
    assert_eq!((&all[1]["id"], &all[1]["redeliveryOf"]["id"]), (&made["id"], &first["id"]));
    assert_eq!((&all[1]["messageId"], &all[1]["payload"]), (&first["messageId"], &first["payload"]));
    let sent = posts(&elsewhere, "/hook", 2).await;
    assert_eq!(
        (&sent[0].headers["webhook-id"], &sent[0].body),
        (&sent[1].headers["webhook-id"], &sent[1].body)
    );

    // What is still being tried is not doubled; what was given up may be sent again.
    elsewhere.reply("/hook", Reply::status(500));
    progress(&course, 1, 10).await;
    let waiting = endpoint.once(|all| all.len() == 3 && all[2]["attemptCount"] == 1).await.remove(2);
    let refused = async |delivery: &Value| {
        course.provider.send(&redeliver, json!({ "input": { "delivery": delivery } })).await.user_errors()
    };
    let one = |code: &str| [("delivery".to_owned(), code.to_owned())];
    assert_eq!(refused(&waiting["id"]).await, one("CONFLICT"));
    assert_eq!(refused(&json!("whd_nothing")).await, one("NOT_FOUND"));
    elsewhere.reply("/hook", Reply::status(410));
    app.clock.advance(TimeDelta::seconds(6));
    endpoint.once(|all| all[2]["status"] == "FAILED").await;
    assert_eq!(refused(&waiting["id"]).await, one("CONFLICT"), "the endpoint is disabled");
    elsewhere.reply("/hook", Reply::status(200));
    endpoint.update(json!({ "enabled": true })).await;
    course.provider.mutate(&redeliver, json!({ "delivery": waiting["id"] })).await;
    let all = endpoint.accepted(3).await;
    assert_eq!((&all[3]["messageId"], &all[3]["status"]), (&waiting["messageId"], &json!("DELIVERED")));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_span_of_time_is_told_once_more_also_from_before_there_was_an_endpoint() {
    let (app, elsewhere, course, other) = receiving(&["CREDENTIAL_ISSUED"], 2).await;
    let start = app.service.now();
    for percent in [10, 20] {
        progress(&course, 0, percent).await;
    }
    app.clock.advance(TimeDelta::hours(1));
    let middle = app.service.now();
    progress(&course, 1, 30).await;
    let endpoint =
        Endpoint::make(&course.provider, &format!("{}/replayed", elsewhere.base()), &["PROGRESS_UPDATED"])
            .await;
    elsewhere.reply("/replayed", Reply::status(200));
    let replay = async |happened: Value, only_missed: bool| {
        let input = json!({ "endpoint": endpoint.id, "happened": happened, "onlyMissed": only_missed });
        course.provider.mutate(REPLAY, input).await["queued"].clone()
    };
    assert_eq!(replay(json!({ "from": start, "to": middle }), false).await, 2);
    endpoint.accepted(2).await;
    let percents = |posts: &[cairn_tests::Post]| {
        posts.iter().map(|post| body(post)["data"]["percent"].as_f64().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(percents(&posts(&elsewhere, "/replayed", 2).await), [10.0, 20.0]);
    assert_eq!(replay(json!({}), true).await, 1, "what was accepted is left out");
    endpoint.accepted(3).await;
    assert_eq!(replay(json!({}), true).await, 0);
    assert_eq!(replay(json!({ "from": start }), false).await, 3);
    let all = endpoint.accepted(6).await;
    let ids = |all: &[Value]| {
        all.iter()
            .map(|one| one["messageId"].as_str().unwrap().to_owned())
            .collect::<std::collections::BTreeSet<_>>()
    };
    assert_eq!((ids(&all[..3]), ids(&all).len()), (ids(&all[3..]), 3), "the same messages");

    // What is still waiting is not doubled.
    elsewhere.reply("/replayed", Reply::status(500));
    assert_eq!(replay(json!({}), false).await, 3);
    until(async || (replay(json!({}), false).await == 0).then_some(())).await;

    let refused = async |happened: Value| {
        let input = json!({ "input": { "endpoint": endpoint.id, "happened": happened } });
        course.provider.send(REPLAY, input).await.user_errors()
    };
    let one = |field: &str, code: &str| [(field.to_owned(), code.to_owned())];
    assert_eq!(refused(json!({ "from": middle, "to": start })).await, one("happened.to", "INVALID"));
    let long_ago = start - TimeDelta::days(31);
    assert_eq!(refused(json!({ "from": long_ago })).await, one("happened.from", "TOO_LATE"));
    assert_eq!(other.deliveries().await.len(), 0, "of other endpoints nothing is told");
    app.stop().await;
}
