//! What happens to credentials after they are issued, as their issuers, holders and verifiers see it.

mod broken_off;
mod expiry;
mod lists;
mod regrade;
pub mod renewal;
mod replacement;
#[cfg(feature = "conformance")]
mod schema;
mod suspension;

use cairn_service::patch::Patch;
use cairn_service::program::NewProgram;
use cairn_service::rows::{audit_entry, credential, outbox};
use cairn_tests::{Client, Course, TestApp, contract};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};
use uuid::Uuid;

/// A course, published as the test wants it, with so many learners who hold its credential.
async fn issued(app: &TestApp, count: usize, change: impl FnOnce(&mut NewProgram)) -> Course {
    let course = Course::publish(app, "alpha").await;
    course
        .revise(|new| {
            // There is always something to publish.
            new.human_code = Patch::Set("DL-1".to_owned());
            change(new);
        })
        .await;
    course.enroll(count, None).await;
    course.complete(0..count).await;
    course.issue_to_everyone().await;
    course
}

/// An operation of the contract on the lifecycle.
fn operation(name: &str) -> String {
    cairn_tests::operation_text(&contract("provider/credential_lifecycle.graphql"), name)
}

/// The code of the one error at `credential`, with its message.
async fn refused(client: &Client, name: &str, input: Value) -> (String, String) {
    let answer = client.send(&operation(name), json!({ "input": input })).await;
    let errors = answer.user_errors();
    let [(field, code)] = errors.as_slice() else { panic!("{answer:?}") };
    assert_eq!(field, "credential", "{answer:?}");
    let message = answer.payload()["userErrors"][0]["message"].as_str().unwrap().to_owned();
    assert_eq!(answer.payload()["credential"], Value::Null);
    (code.clone(), message)
}

/// Names a credential.
fn of(one: &Value) -> Value {
    json!({ "credential": { "id": one["id"] } })
}

/// A credential with its links, as its issuer reads it.
async fn read(course: &Course, one: &Value) -> Value {
    let query = "query($id: ID!) { node(id: $id) { ... on Credential { id status validFrom validUntil visibility document revokedAt revocationReason
        urls { page json } renews { id } renewedBy { id status } replaces { id } replacedBy { id status } } } }";
    course.provider.data(query, json!({ "id": one["id"] })).await["node"].clone()
}

async fn verdict(app: &TestApp, one: &Value) -> Value {
    let verify = contract("public/verify_credential.graphql");
    let mut verdicts = Vec::new();
    for named in [json!({ "id": one["id"] }), json!({ "document": one["document"] })] {
        let input = json!({ "input": { "credential": named } });
        verdicts.push(app.anonymous().data(&verify, input).await["verifyCredential"]["verdict"].clone());
    }
    assert_eq!(verdicts[0], verdicts[1], "by id and by document");
    verdicts.remove(0)
}

async fn page(app: &TestApp, one: &Value) -> String {
    let answer = app.anonymous().get(&path(&one["urls"]["page"]), "text/html").await;
    assert_eq!(answer.status(), 200);
    answer.text().await.unwrap()
}

/// The path of an address of the server.
fn path(address: &Value) -> String {
    let address: url::Url = address.as_str().unwrap().parse().unwrap();
    address.path().to_owned()
}

/// How many credentials a list by status has, and which status each shows.
async fn at(course: &Course, status: &str) -> usize {
    let list = "query($s: CredentialStatus!) { credentials(first: 100, filter: { statuses: [$s] }) { totalCount nodes { status } } }";
    let found = course.provider.data(list, json!({ "s": status })).await["credentials"].clone();
    let nodes = found["nodes"].as_array().unwrap();
    assert!(nodes.iter().all(|node| node["status"] == status), "{found}");
    assert_eq!(found["totalCount"], nodes.len());
    nodes.len()
}

/// The row of a credential.
async fn row(app: &TestApp, one: &Value) -> credential::Model {
    let address = path(&one["urls"]["page"]);
    let token = address.rsplit('/').next().unwrap().to_owned();
    let rows = credential::Entity::find().filter(credential::Column::ShareToken.eq(token));
    rows.one(&app.database().await).await.unwrap().unwrap()
}

/// The events told of a credential, in order; each has its audit entry.
async fn events(app: &TestApp, id: Uuid) -> Vec<String> {
    let database = app.database().await;
    let rows = outbox::Entity::find().filter(outbox::Column::SubjectId.eq(id));
    let rows = rows.order_by_asc(outbox::Column::Id).all(&database).await.unwrap();
    let told: Vec<String> = rows.into_iter().map(|row| row.event).collect();
    let entries = audit_entry::Entity::find().filter(audit_entry::Column::SubjectId.eq(id));
    let noted = entries.all(&database).await.unwrap();
    for event in &told {
        assert!(noted.iter().any(|entry| entry.action == *event), "{event} is not in the audit log");
    }
    told
}
