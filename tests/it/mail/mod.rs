//! Notices to learners by e-mail, as a mail server sees them arrive, as learners stop them and as their issuer's staff see what became of each.

mod broken_off;
mod deciding;
mod ending;
mod sending;
mod stopping;
mod trying;

use std::time::Duration;

use cairn_service::Service;
use cairn_service::patch::Patch;
use cairn_service::program::Validity;
use cairn_tests::{Client, Course, MailServer, TestApp, contract, operation_text};
use serde_json::{Value, json};

/// How long a test waits for what must come.
const WAIT: Duration = Duration::from_secs(60);

/// An operation of the contract on notices.
fn operation(name: &str) -> String {
    operation_text(&contract("issuer_admin/notices.graphql"), name)
}

/// Has a service send through a mail server.
fn through(server: &MailServer) -> impl FnOnce(&mut Service) + use<> {
    let config = server.config();
    move |service| service.config.mail = Some(config)
}

/// A server that sends mail, with a course whose issuer has notices on.
async fn school() -> (TestApp, MailServer, Course) {
    let server = MailServer::start().await;
    let app = TestApp::start_with(through(&server)).await;
    let course = Course::publish(&app, "alpha").await;
    switch_on(&course.provider).await;
    (app, server, course)
}

async fn switch_on(client: &Client) -> Value {
    client.mutate(&operation("SetNoticeSettings"), json!({ "enabled": true })).await["noticeSettings"].clone()
}

/// The issuer's notices, the oldest first.
async fn notices(client: &Client) -> Vec<Value> {
    let page = client.data(&operation("NoticeDeliveries"), json!({ "slug": "alpha", "first": 100 })).await;
    let edges = page["issuer"]["noticeDeliveries"]["edges"].as_array().unwrap().clone();
    edges.into_iter().rev().map(|edge| edge["node"].clone()).collect()
}

/// The issuer's notices once they are as they should be.
async fn once(client: &Client, wanted: impl Fn(&[Value]) -> bool) -> Vec<Value> {
    let waited = tokio::time::timeout(WAIT, async {
        loop {
            let all = notices(client).await;
            if wanted(&all) {
                return all;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    });
    waited.await.expect("what was waited for comes")
}

/// Waits until none of the issuer's notices is pending, and there are so many.
async fn settled(client: &Client, count: usize) -> Vec<Value> {
    once(client, |all| all.len() >= count && all.iter().all(|one| one["status"] != "PENDING")).await
}

/// Enrolls learners `0..count`, has them complete the course and issues to them.
async fn award(course: &Course, count: usize) {
    course.enroll(count, None).await;
    course.complete(0..count).await;
    let done = course.issue_to_everyone().await;
    assert_eq!(done["succeeded"], count, "{done}");
}

/// The newest credential of a learner.
async fn credential(course: &Course, learner: usize) -> Value {
    let id = format!("s-{learner}");
    let all = course.credentials().await;
    all.into_iter().find(|one| one["learner"]["externalId"] == id.as_str()).unwrap()
}

async fn lifecycle(course: &Course, name: &str, input: Value) -> Value {
    let document = operation_text(&contract("provider/credential_lifecycle.graphql"), name);
    course.provider.mutate(&document, input).await
}

/// Has the course's credentials hold for so many months, as its program says from now on.
async fn lasting(course: &Course, months: i32) {
    let validity = Validity { months, ..Validity::default() };
    course
        .revise(|new| {
            new.validity = Patch::Set(validity);
            new.may_suspend = Patch::Set(true);
        })
        .await;
}
