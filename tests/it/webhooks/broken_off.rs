//! Nodes that die between any two steps: what happened is told, under one message id, and no delivery is made twice.

use std::collections::BTreeMap;

use cairn_service::Work;
use cairn_service::actor::Actor;
use cairn_service::ids::Kind;
use cairn_service::rows::{webhook_attempt, webhook_delivery};
use cairn_tests::{Course, Elsewhere, Reply, TestApp, child, child_service, dies};
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::json;
use uuid::Uuid;

use super::{Endpoint, until, verified};

/// Every place at which a node is made to die.
const PLACES: [&str; 5] = [
    "webhook-mid-fan-out",
    "webhook-after-fan-out",
    "webhook-after-claim",
    "webhook-after-send",
    "webhook-mid-record",
];
const EVENTS: usize = 3;
/// Messages of so many subjects may have been under way when the node died.
const SUBJECTS: usize = 2;

/// Another process that sends webhooks, and dies at a place.
async fn die(app: &TestApp, place: &str) {
    let variables = [("CAIRN_CRASH_AT", place), ("CAIRN_LEASE_MS", "300")];
    dies(child(app, "webhooks::broken_off::child_that_sends", &variables)).await;
}

/// The half that dies. Run only by the test below.
#[tokio::test]
#[ignore = "the other half of the test that kills"]
async fn child_that_sends() {
    let Some(service) = child_service(|config| config.webhook_loopback = true).await else { return };
    // The sender stays, so that it runs until it dies.
    let (_stop, stopping) = tokio::sync::watch::channel(false);
    cairn_service::webhook::run(service, stopping).await;
}

/// Things happen, one after the other, to two subjects.
async fn happen(app: &TestApp, issuer: Uuid) {
    let actor = Actor::system();
    let subjects = [(); SUBJECTS].map(|()| app.service.new_id().unwrap());
    for n in 0..EVENTS {
        let mut work = Work::begin(&app.service, &actor).await.unwrap();
        let subject = subjects[n % SUBJECTS];
        let payload = json!({ "enrollment": subject, "percent": (n + 1) * 10_000 });
        work.emit(Some(issuer), "progress.updated", (Kind::Enrollment, subject), payload);
        work.commit().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn wherever_a_node_dies_nothing_is_left_out_and_nothing_is_made_twice() {
    for place in PLACES {
        let (mut app, elsewhere) = (TestApp::start_sending().await, Elsewhere::start().await);
        elsewhere.reply("/hook", Reply::status(200));
        let course = Course::publish(&app, "alpha").await;
        let endpoint =
            Endpoint::make(&course.provider, &format!("{}/hook", elsewhere.base()), &["PROGRESS_UPDATED"])
                .await;
        app.halt().await;
        happen(&app, course.issuer.id).await;
        die(&app, place).await;
        let sent = matches!(place, "webhook-after-send" | "webhook-mid-record");
        assert_eq!(!elsewhere.posted("/hook").is_empty(), sent, "{place}");

        let node = app.beside(cairn_tests::sending).await;
        let endpoint = Endpoint { client: node.provider(&course.issuer).await, ..endpoint };
        let all = endpoint.accepted(EVENTS).await;
        assert_eq!(all.len(), EVENTS, "{place}: each event makes one delivery");
        let heard =
            until(async || Some(elsewhere.posted("/hook")).filter(|heard| heard.len() >= EVENTS)).await;
        let mut by_id: BTreeMap<String, usize> = BTreeMap::new();
        for post in &heard {
            *by_id.entry(post.headers["webhook-id"].clone()).or_default() += 1;
            assert!(verified(&endpoint.secret, post, super::now_of(&node)));
        }
        assert_eq!(by_id.len(), EVENTS, "{place}");
        assert!(
            heard.len() <= EVENTS + SUBJECTS,
            "{place}: again is sent what nobody knew to be accepted, and nothing else"
        );
        let database = node.database().await;
        let made = webhook_delivery::Entity::find().count(&database).await.unwrap();
        let tries = webhook_attempt::Entity::find().count(&database).await.unwrap();
        assert_eq!((made, tries), (EVENTS as u64, EVENTS as u64), "{place}");
        drop(database);
        node.stop().await;
    }
}
