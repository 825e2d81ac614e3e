//! Nodes that die between any two steps: no notice is lost, and one that is sent twice is known to be one by its Message-ID.

use std::collections::BTreeMap;
use std::process::{Command, Stdio};
use std::sync::Arc;

use cairn_service::Config;
use cairn_service::clock::SystemClock;
use cairn_service::db::DbConfig;
use cairn_service::random::SystemRandom;
use cairn_service::seal::MasterKey;

use super::*;

/// Every place at which a node is made to die.
const PLACES: [&str; 4] = ["notice-mid-fan-out", "notice-after-claim", "notice-after-send", "notice-mid-record"];
const LEARNERS: usize = 6;

/// Another process that sends notices, and dies at a place.
async fn die(app: &TestApp, server: &MailServer, place: &str) {
    let config = &app.service.config;
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["mail::broken_off::child_that_sends", "--exact", "--ignored"])
        .env("CHILD_DATABASE", &config.database.url)
        .env("CHILD_PUBLIC_URL", &config.public_url)
        .env("CHILD_MASTER_KEY", app.service.master_key.to_base64())
        .env("CHILD_RELAY", server.url(""))
        .env("CAIRN_CRASH_AT", place)
        .env("CAIRN_LEASE_MS", "200")
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    let status = tokio::task::spawn_blocking(move || child.wait()).await.unwrap().unwrap();
    assert!(!status.success(), "{place}: it was to die");
}

/// The half that dies. Run only by the test below.
#[tokio::test]
#[ignore = "the other half of the test that kills"]
async fn child_that_sends() {
    let Ok(url) = std::env::var("CHILD_DATABASE") else { return };
    let of = |name: &str| std::env::var(name).unwrap();
    let mail = cairn_service::notice::MailConfig {
        relay: of("CHILD_RELAY").parse().unwrap(),
        password: None,
        from: cairn_service::notice::sender("notices@cairn.example").unwrap(),
        authorities: None,
        per_minute: 60_000,
    };
    let config = Config {
        public_url: of("CHILD_PUBLIC_URL"),
        database: DbConfig { url, max_connections: 4, schema: None },
        fetch_loopback: false,
        webhook_loopback: false,
        event_retention: chrono::TimeDelta::days(30),
        bulk_operations: 2,
        import_limit: 4 * 1024 * 1024,
        mail: Some(mail),
        signer: None,
        fonts: cairn_service::face::Fonts::embedded(),
    };
    let key = MasterKey::from_base64(&of("CHILD_MASTER_KEY")).unwrap();
    let service = Service::open(config, key, Arc::new(SystemClock), Arc::new(SystemRandom)).await.unwrap();
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
