//! The VC API: signing what a caller wrote, verifying credentials and presentations, as the W3C's test suites call it. Here what its stories share.

mod presenting;
mod signing;
mod status;
mod suites;

use cairn_service::actor::Scope;
use cairn_tests::{Client, TestApp, TestIssuer};
use serde_json::{Value, json};

const ISSUE: &str = "/vc-api/credentials/issue";
const VERIFY: &str = "/vc-api/credentials/verify";
const PRESENTED: &str = "/vc-api/presentations/verify";
const V2: &str = "https://www.w3.org/ns/credentials/v2";
const EXAMPLES: &str = "https://www.w3.org/ns/credentials/examples/v2";

/// An issuer with a key that may sign and verify, and its DID.
async fn signing(app: &TestApp, slug: &str) -> (TestIssuer, Client, String) {
    let issuer = app.issuer(slug).await;
    let client = app.key(&issuer, &[Scope::VcSign, Scope::CredentialsVerify, Scope::AuditRead]).await;
    let published = app.anonymous().get(&format!("/issuers/{slug}/did.json"), "*/*").await;
    let did = published.json::<Value>().await.unwrap()["id"].as_str().unwrap().to_owned();
    (issuer, client, did)
}

/// The least that is a credential.
fn credential(issuer: &str) -> Value {
    json!({
        "@context": [V2], "type": ["VerifiableCredential"], "issuer": issuer,
        "credentialSubject": { "id": "did:example:subject" }
    })
}

async fn issue(client: &Client, credential: &Value) -> Value {
    let answer = client.post(ISSUE, &json!({ "credential": credential, "options": {} })).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    answer.body
}

async fn verify(client: &Client, credential: &Value) -> (u16, Value) {
    let body = json!({ "verifiableCredential": credential, "options": { "checks": ["proof"] } });
    let answer = client.post(VERIFY, &body).await;
    (answer.status.as_u16(), answer.body)
}

/// A credential changed as the suites change theirs: a member is set, or with null taken away.
fn changed(did: &str, changes: &[(&str, Value)]) -> Value {
    let mut document = credential(did);
    for (name, value) in changes {
        match value {
            Value::Null => drop(document.as_object_mut().unwrap().remove(*name)),
            value => document[*name] = value.clone(),
        }
    }
    document
}
