//! Webhooks, as receivers see them arrive and as those who manage them see what was sent.

mod broken_off;
mod credentials;
mod documented;
mod kept;
mod managing;
mod on_demand;
mod reaching;
mod sending;
mod traced;
mod trying;

use std::io::Write;
use std::process::{Command, Stdio};
use std::time::Duration;

use cairn_tests::{Client, Course, Elsewhere, Post, TestApp, contract, operation_text};
use serde_json::{Value, json};

/// How long a test waits for what must come.
const WAIT: Duration = Duration::from_secs(30);

const UPDATE: &str = "mutation($input: UpdateWebhookEndpointInput!) { updateWebhookEndpoint(input: $input) {
    endpoint { id url events enabled disabledReason disabledAt programs { id } cohorts { id } } userErrors { field message code } } }";
const PING: &str = "mutation($input: PingWebhookEndpointInput!) { pingWebhookEndpoint(input: $input) {
    delivery { id eventType status attemptCount messageId } userErrors { field message code } } }";
const REPLAY: &str = "mutation($input: ReplayWebhooksInput!) { replayWebhooks(input: $input) {
    endpoint { id } queued userErrors { field message code } } }";
const ROTATE: &str = "mutation($input: RotateWebhookSecretInput!) { rotateWebhookSecret(input: $input) {
    endpoint { id previousSecretUntil } secret userErrors { field message code } } }";
const DELETE: &str = "mutation($input: DeleteWebhookEndpointInput!) { deleteWebhookEndpoint(input: $input) {
    deletedEndpointId userErrors { field message code } } }";
const LOOK: &str = "query($id: ID!) { node(id: $id) { ... on WebhookEndpoint { id enabled disabledReason disabledAt failingSince
    deliveries(first: 100) { totalCount nodes { id messageId eventType status attemptCount lastResponseStatus nextAttemptAt deliveredAt createdAt payload
        redeliveryOf { id } attempts { attemptedAt durationMs responseStatus error } } } } } }";

/// Every type that can be asked for.
const ALL: [&str; 16] = [
    "CREDENTIAL_ISSUED",
    "CREDENTIAL_REVOKED",
    "CREDENTIAL_SUSPENDED",
    "CREDENTIAL_REINSTATED",
    "CREDENTIAL_EXPIRED",
    "CREDENTIAL_RENEWED",
    "CREDENTIAL_REPLACED",
    "ENROLLMENT_UPDATED",
    "ENROLLMENT_COMPLETED",
    "PROGRESS_UPDATED",
    "ATTEMPT_STARTED",
    "ATTEMPT_SUBMITTED",
    "ATTEMPT_GRADED",
    "ATTEMPT_VOIDED",
    "BULK_OPERATION_FINISHED",
    "WEBHOOK_ENDPOINT_DISABLED",
];

/// An operation of the contract on webhooks.
fn operation(name: &str) -> String {
    operation_text(&contract("provider/webhooks.graphql"), name)
}

/// An endpoint and its secret.
struct Endpoint {
    id: String,
    secret: String,
    client: Client,
}

impl Endpoint {
    /// Makes one.
    async fn make(client: &Client, url: &str, events: &[&str]) -> Self {
        Self::of(client, json!({ "url": url, "events": events })).await
    }

    async fn of(client: &Client, input: Value) -> Self {
        let made = client.mutate(&operation("CreateWebhookEndpoint"), input).await;
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        Self { id: text(&made["endpoint"]["id"]), secret: text(&made["secret"]), client: client.clone() }
    }

    /// It as it stands, with its latest deliveries.
    async fn look(&self) -> Value {
        self.client.data(LOOK, json!({ "id": self.id })).await["node"].clone()
    }

    /// Its deliveries, the oldest first.
    async fn deliveries(&self) -> Vec<Value> {
        let mut all = self.look().await["deliveries"]["nodes"].as_array().unwrap().clone();
        all.reverse();
        all
    }

    /// Its deliveries once they are as they should be.
    async fn once(&self, wanted: impl Fn(&[Value]) -> bool) -> Vec<Value> {
        until(async || Some(self.deliveries().await).filter(|all| wanted(all))).await
    }

    /// Its deliveries once so many have been accepted.
    async fn accepted(&self, count: usize) -> Vec<Value> {
        self.once(|all| all.iter().filter(|one| one["status"] == "DELIVERED").count() >= count).await
    }

    async fn ping(&self) -> Value {
        self.client.mutate(PING, json!({ "endpoint": self.id })).await["delivery"].clone()
    }

    async fn update(&self, mut input: Value) -> Value {
        input["id"] = json!(self.id);
        self.client.mutate(UPDATE, input).await["endpoint"].clone()
    }
}

/// Waits for something that must come.
async fn until<T>(look: impl AsyncFn() -> Option<T>) -> T {
    let waited = tokio::time::timeout(WAIT, async {
        loop {
            if let Some(found) = look().await {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    waited.await.expect("what was waited for comes")
}

/// What was posted to a path, once it is so much.
async fn posts(elsewhere: &Elsewhere, path: &str, count: usize) -> Vec<Post> {
    until(async || Some(elsewhere.posted(path)).filter(|posts| posts.len() >= count)).await
}

fn types(posts: &[Post]) -> Vec<String> {
    posts.iter().map(|post| body(post)["type"].as_str().unwrap().to_owned()).collect()
}

fn body(post: &Post) -> Value {
    serde_json::from_str(&post.body).unwrap()
}

/// Records that a learner got on with the course's module.
async fn progress(course: &Course, learner: usize, percent: u32) {
    let event = json!({ "eventId": format!("{learner}-{percent}"), "type": "PROGRESSED", "component": "m0", "percent": percent,
        "enrollment": { "externalId": course.enrollment(learner) }, "occurredAt": "2026-03-01T09:30:00Z" });
    course.provider.mutate(&contract("provider/record_events.graphql"), json!({ "events": [event] })).await;
}

/// What the reference library says of messages: each with the secret that it is to be verified by, at the receiver's time.
fn judged(messages: &[(&str, &Post)], now: i64) -> Vec<Value> {
    let clients = concat!(env!("CARGO_MANIFEST_DIR"), "/clients");
    let installed = std::path::Path::new(clients).join("node_modules/standardwebhooks").is_dir();
    assert!(installed, "the npm packages of tests/clients are missing: `tests/run` installs them");
    let list: Vec<Value> = messages
        .iter()
        .map(|(secret, post)| json!({ "secret": secret, "headers": post.headers, "body": post.body, "now": now }))
        .collect();
    let mut command = Command::new("node");
    command.arg(format!("{clients}/webhook.mjs")).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(json!(list).to_string().as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), messages.len());
    lines
}

fn verified(secret: &str, post: &Post, now: i64) -> bool {
    judged(&[(secret, post)], now)[0]["verified"] == true
}

/// The moment at which a server is.
fn now_of(app: &TestApp) -> i64 {
    app.service.now().timestamp()
}
