//! Nodes that die between any two steps: no notice is lost, and one that is sent twice is known to be one by its Message-ID.

use std::collections::BTreeMap;

use cairn_service::Config;
use cairn_tests::{child, child_service, dies, told};

use super::*;

/// Every place at which a node is made to die.
const PLACES: [&str; 4] =
    ["notice-mid-fan-out", "notice-after-claim", "notice-after-send", "notice-mid-record"];
const LEARNERS: usize = 6;

/// Another process that sends notices, and dies at a place.
async fn die(app: &TestApp, server: &MailServer, place: &str) {
    let relay = server.url("");
    let variables = [("CHILD_RELAY", relay.as_str()), ("CAIRN_CRASH_AT", place), ("CAIRN_LEASE_MS", "200")];
    dies(child(app, "mail::broken_off::child_that_sends", &variables)).await;
}

/// The half that dies. Run only by the test below.
#[tokio::test]
#[ignore = "the other half of the test that kills"]
async fn child_that_sends() {
    let config = |config: &mut Config| config.mail = Some(MailServer::config_at(&told("CHILD_RELAY")));
    let Some(service) = child_service(config).await else { return };
    // The sender stays, so that it runs until it dies.
    let (_stop, stopping) = tokio::sync::watch::channel(false);
    cairn_service::notice::run(service, stopping).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn wherever_a_node_dies_no_notice_is_lost_and_none_becomes_two() {
    for place in PLACES {
        let server = MailServer::start().await;
        // This node issues and sends nothing.
        let mut app = TestApp::start().await;
        let course = Course::publish(&app, "alpha").await;
        switch_on(&course.provider).await;
        award(&course, LEARNERS).await;
        app.halt().await;
        die(&app, &server, place).await;
        let node = app.beside(through(&server)).await;
        let client = node.provider(&course.issuer).await;
        let all = settled(&client, LEARNERS).await;
        assert_eq!(all.len(), LEARNERS, "{place}: each event makes one notice");
        assert!(all.iter().all(|one| one["status"] == "SENT"), "{place}: {all:#?}");
        let mut by_id: BTreeMap<String, usize> = BTreeMap::new();
        for message in server.took(LEARNERS).await {
            *by_id.entry(message["messageId"].as_str().unwrap().to_owned()).or_default() += 1;
        }
        assert_eq!(by_id.len(), LEARNERS, "{place}: {by_id:?}");
        assert!(by_id.values().all(|count| *count <= 2), "{place}: {by_id:?}");
        let again = by_id.values().filter(|count| **count == 2).count();
        assert!(again <= 4, "{place}: again is sent what was under way, and nothing else: {by_id:?}");
        node.stop().await;
    }
}
