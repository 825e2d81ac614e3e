//! Exports in processes that are killed: whoever comes next goes on with the next row.

use std::collections::HashSet;
use std::process::{Command, Stdio};
use std::sync::Arc;

use cairn_service::actor::Actor;
use cairn_service::clock::SystemClock;
use cairn_service::db::DbConfig;
use cairn_service::export::{self, ExportRequest, Format, Source};
use cairn_service::random::SystemRandom;
use cairn_service::seal::MasterKey;
use cairn_service::{Config, Service};
use cairn_tests::{Course, TestApp};
use reqwest::header::HeaderMap;
use serde_json::json;

use super::{column, ended, fetch, lines};

#[tokio::test]
async fn an_export_that_is_killed_goes_on_with_the_next_row() {
    let app = TestApp::start().await;
    let course = Course::publish(&app, "alpha").await;
    course.enroll(1_200, None).await;
    for place in ["after-claim", "mid-export", "after-export"] {
        let mut child = exporting(&app, &course, place);
        let status = tokio::task::spawn_blocking(move || child.status()).await.unwrap().unwrap();
        assert!(!status.success(), "{place}: it was to die");
        let list = "{ bulkOperations(first: 1, filter: { kinds: [EXPORT] }) { nodes { id } } }";
        let newest = course.provider.data(list, json!({})).await["bulkOperations"]["nodes"][0].clone();
        let operation = ended(&course.provider, newest["id"].as_str().unwrap()).await;
        assert_eq!(
            (&operation["status"], &operation["processed"]),
            (&json!("SUCCEEDED"), &json!(1_200)),
            "{place}"
        );
        let url = operation["downloadUrl"].as_str().unwrap();
        let text = fetch(&course.provider, url, HeaderMap::new()).await.text().await.unwrap();
        let rows = lines(&text);
        let ids: HashSet<String> = column(&rows, "externalId").into_iter().collect();
        assert_eq!((rows.len(), ids.len()), (1_200, 1_200), "{place}: none is lost, none comes twice");
    }
    app.stop().await;
}

/// Another process that exports enrollments and dies: this test binary, run for `child_that_exports` alone.
fn exporting(app: &TestApp, course: &Course, place: &str) -> Command {
    let config = &app.service.config;
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["bulk::kills::child_that_exports", "--exact", "--ignored"])
        .env("CHILD_DATABASE", &config.database.url)
        .env("CHILD_SCHEMA", config.database.schema.as_deref().unwrap_or_default())
        .env("CHILD_PUBLIC_URL", &config.public_url)
        .env("CHILD_MASTER_KEY", app.service.master_key.to_base64())
        .env("CHILD_ISSUER", course.issuer.id.to_string())
        .env("CAIRN_CRASH_AT", place)
        .env("CAIRN_LEASE_MS", "300")
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command
}

/// What `cairn export` does, in a process that dies. Run only by the test above.
#[tokio::test]
#[ignore = "the other half of the test that kills"]
async fn child_that_exports() {
    let Ok(url) = std::env::var("CHILD_DATABASE") else { return };
    let of = |name: &str| std::env::var(name).unwrap();
    let schema = Some(of("CHILD_SCHEMA")).filter(|schema| !schema.is_empty());
    let config = Config {
        public_url: of("CHILD_PUBLIC_URL"),
        database: DbConfig { url, max_connections: 4, schema },
        fetch_loopback: false,
        signer: None,
        bulk_operations: 1,
        fonts: cairn_service::face::Fonts::embedded(),
    };
    let key = MasterKey::from_base64(&of("CHILD_MASTER_KEY")).unwrap();
    let service = Service::open(config, key, Arc::new(SystemClock), Arc::new(SystemRandom)).await.unwrap();
    let actor = Actor::system_for(of("CHILD_ISSUER").parse().unwrap());
    let request = ExportRequest {
        issuer: None,
        source: Source::Enrollments(cairn_service::enrollment::Filter::default()),
        format: Format::Jsonl,
    };
    export::export_now(&service, &actor, request, |_| {}).await.unwrap();
}
